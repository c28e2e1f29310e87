/** What is to be learned: a column as 0 and 1, as indices of classes, or as numbers. */
import { DataError } from "./errors.ts";
import { profile } from "./kinds.ts";
import type { Column, DataChoice, Table, Task } from "./table.ts";

export const MOST_CLASSES = 100;
const MOST_NUMBERS_AS_CLASSES = 20;

export interface Target {
  readonly name: string;
  readonly task: Task;
  readonly classes: readonly string[];
  /** Of each row: 0 or 1, the index of the class, or the number. */
  readonly values: Float64Array;
}

/** Returns the column to learn: the user's choice, or the table's own. */
export function targetColumn(table: Table, choice: DataChoice): Column {
  const name = choice.target ?? table.target;
  const column = table.columns.find((one) => one.name === name);
  if (column) return column;
  throw new DataError("data.refused.target", { target: name ?? "?", table: table.name });
}

/** Returns the target of some rows, none of which lacks it. `task` undefined: found out. */
export function targetOf(column: Column, rows: readonly number[], task: Task | undefined): Target {
  const { name, values } = column;
  const { kind } = profile(column);
  if (kind === "date" || kind === "id")
    throw new DataError(`data.refused.target.${kind}`, { name });
  const texts = !(values instanceof Float64Array);
  const distinct = [...new Set<string | number>(rows.map((row) => values[row]))];
  if (distinct.length < 2)
    throw new DataError("data.refused.target.constant", {
      name,
      value: String(distinct[0] ?? "-"),
    });
  const found = task ?? taskOf(distinct, texts, rows.length);
  if (found === "regression") {
    if (texts) throw new DataError("data.refused.target.texts", { name });
    return {
      name,
      task: found,
      classes: [],
      values: Float64Array.from(rows, (row) => values[row]),
    };
  }
  const most = found === "binary" ? 2 : MOST_CLASSES;
  if (distinct.length > most)
    throw new DataError(`data.refused.target.${found}`, { name, count: distinct.length, most });
  const sorted = texts ? distinct.sort() : distinct.sort((a, b) => Number(a) - Number(b));
  const index = new Map(sorted.map((value, at) => [value, at]));
  return {
    name,
    task: found,
    classes: sorted.map(String),
    values: Float64Array.from(rows, (row) => index.get(values[row]) as number),
  };
}

/** Two values are yes or no; texts, and few whole numbers that come again and again, are classes. */
function taskOf(distinct: readonly (string | number)[], texts: boolean, rows: number): Task {
  if (distinct.length === 2) return "binary";
  if (texts) return "classes";
  const few = distinct.length <= MOST_NUMBERS_AS_CLASSES && rows >= 4 * distinct.length;
  return few && distinct.every(Number.isInteger) ? "classes" : "regression";
}
