/** The code that says what the answers are worth: beside one that is the same for every row. */
import { baselineOf } from "../data/baseline.ts";
import type { Prepared } from "../data/table.ts";
import type { Wall } from "../wall/wall.ts";
import { t } from "../words/words.ts";
import { pythonNumber, pythonString } from "./spelling.ts";

/** Returns lines that print how good it is without a network; of numbers both, in the table's units. */
export function baselineLines(prepared: Prepared, { loss }: Wall): string[] {
  const rows = prepared.validation ? "val" : "train";
  const { answer } = baselineOf(prepared, prepared.validation ?? prepared.training);
  if (prepared.task === "regression") {
    const units = prepared.targetScale ? " * y_std" : "";
    const off = (key: string, other: string) =>
      `print(${pythonString(t(key))}, np.abs(${other} - y_${rows}).mean()${units})`;
    return [
      off("code.comment.off", `model.predict(x_${rows}, verbose=0)[:, 0]`),
      off("code.comment.mean", "y_train.mean()"),
    ];
  }
  const says = pythonString(t("code.comment.always", { name: prepared.classes[answer] }));
  const one = pythonNumber(answer);
  const share =
    loss === "categorical_crossentropy" ? `y_${rows}[:, ${one}]` : `(y_${rows} == ${one})`;
  return [`print(${says}, ${share}.mean().round(3))`];
}
