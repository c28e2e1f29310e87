/** The code that asks the trained network about new rows: which numbers go in, what comes out. */
import type { Prepared, Scale } from "../data/table.ts";
import { unscaled } from "../data/units.ts";
import type { Wall } from "../wall/wall.ts";
import { t } from "../words/words.ts";
import type { DataCode } from "./data.ts";
import { pythonComment, pythonNumber, pythonString, wrapped } from "./spelling.ts";

/** Inputs that are named one by one. */
const MOST_NAMED = 100;

/** How the section begins: a notebook gives it a cell of its own. */
export const predictComment = () => pythonComment(t("code.comment.predict"));

const isCategory = (input: string) => input.includes(" = ");

/** Returns lines that predict a row of the data, written out as an example of a new one. */
export function predictLines(prepared: Prepared, wall: Wall, data: DataCode): string[] {
  const { inputs, classes, scales } = prepared;
  if (inputs.length > MOST_NAMED || inputs.length !== wall.inputs) return [];
  const { x } = prepared.validation ?? prepared.training;
  const row = inputs.map((_, i) => numberInUnits(x[i], scales[i]));
  return [
    predictComment(),
    ...(inputs.some(isCategory) ? [pythonComment(t("code.comment.predict.categories"))] : []),
    ...wrapped("# ", inputs.map(pythonString), "").map((line) =>
      line.replace(/^(?!#) */, "#     "),
    ),
    ...wrapped("new = np.array([[", row, ']], "float32")'),
    ...(classes.length ? wrapped("classes = [", classes.map(pythonString), "]") : []),
    `answers = model.predict(${data.encode("new")}, verbose=0)`,
    `print(${answer(prepared, data)})`,
  ];
}

function answer({ task, outputs }: Prepared, data: DataCode): string {
  if (task === "regression") return data.decode("answers");
  return outputs > 1
    ? "[classes[i] for i in answers.argmax(axis=1)]"
    : "[classes[int(answer > 0.5)] for answer in answers[:, 0]]";
}

/** Returns a number as the table has it, without what float32 left. */
function numberInUnits(value: number, scale: Scale): string {
  const number = unscaled(value, scale);
  const rounded = Math.abs(number) < 1e-6 * (Math.abs(scale.mean) + scale.std) ? 0 : number;
  return pythonNumber(Number(rounded.toPrecision(6)));
}
