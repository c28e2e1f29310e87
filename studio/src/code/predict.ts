/** The code that asks the trained network about new rows: which numbers go in, what comes out. */
import { OTHER } from "../data/inputs.ts";
import type { Prepared, Scale } from "../data/table.ts";
import { unscaled } from "../data/units.ts";
import type { Wall } from "../wall/wall.ts";
import { t } from "../words/words.ts";
import type { DataCode } from "./data.ts";
import type { UsedColumn } from "./frame.ts";
import { commented, pythonComment, pythonNumber, pythonString, wrapped } from "./spelling.ts";

/** Columns that are named one by one. */
const MOST_NAMED = 100;

/** How the section begins: a notebook gives it a cell of its own. */
export const predictComment = () => pythonComment(t("code.comment.predict"));

/** Returns lines that predict a row of the data, written out as an example of a new one. */
export function predictLines(prepared: Prepared, wall: Wall, data: DataCode): string[] {
  const { inputs, classes, scales } = prepared;
  const { table } = data;
  if ((table ?? inputs).length > MOST_NAMED || inputs.length !== wall.inputs) return [];
  const { x } = prepared.validation ?? prepared.training;
  const number = (i: number) => numberInUnits(x[i], scales[i]);
  return [
    predictComment(),
    ...(table
      ? wrapped("new = prepare(pd.DataFrame([{", cellsOf(table, x, number), "}]))")
      : [
          ...commented(inputs.map(pythonString)),
          ...wrapped(
            "new = np.array([[",
            inputs.map((_, i) => number(i)),
            ']], "float32")',
          ),
        ]),
    // A table's own values are its classes.
    ...(classes.length && !table
      ? wrapped("classes = np.array([", classes.map(pythonString), "])")
      : []),
    `answers = model.predict(${data.encode("new")}, verbose=0)`,
    `print(${answer(prepared, data)})`,
  ];
}

/** Returns a row as a table has it, with the names of its columns. */
function cellsOf(
  columns: readonly UsedColumn[],
  x: Float32Array,
  number: (input: number) => string,
): string[] {
  let at = 0;
  return columns.map(({ name, categories }) => {
    const from = at;
    at += categories?.length ?? 1;
    const value = categories
      ? pythonString(categories.find((_, i) => x[from + i] === 1) ?? OTHER)
      : number(from);
    return `${pythonString(name)}: ${value}`;
  });
}

function answer({ task, outputs }: Prepared, data: DataCode): string {
  if (task === "regression") return data.decode("answers");
  return outputs > 1
    ? "classes[answers.argmax(axis=1)]"
    : "classes[(answers[:, 0] > 0.5).astype(int)]";
}

/** Returns a number as the table has it, without what float32 left. */
function numberInUnits(value: number, scale: Scale): string {
  const number = unscaled(value, scale);
  const rounded = Math.abs(number) < 1e-6 * (Math.abs(scale.mean) + scale.std) ? 0 : number;
  return pythonNumber(Number(rounded.toPrecision(6)));
}
