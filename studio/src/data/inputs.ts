/** Columns as inputs of a network: numbers as they are, and a 0 or 1 for each category. */

import { countsOf } from "./counts.ts";
import { DataError } from "./errors.ts";
import { profile } from "./kinds.ts";
import { listed } from "./notes.ts";
import type { Column, Note, Scale } from "./table.ts";

const MOST_CATEGORIES = 20;

/** How a missing text, and a text too rare for an input of its own, are called. */
export const MISSING = "?";
export const OTHER = "other";

/** One input: the number that it has in a row, NaN where it is missing. */
export interface Input {
  readonly name: string;
  /** The name of the column that it is of. */
  readonly column: string;
  readonly at: (row: number) => number;
  /** Whether it is a number, which has a mean, and not one of several categories. */
  readonly number: boolean;
}

const UNUSABLE = ["empty", "constant", "date", "id"] as const;

/** Returns the columns that can be inputs, and says which can't be. */
export function usableColumns(columns: readonly Column[], notes: Note[]): readonly Column[] {
  for (const kind of UNUSABLE) {
    const names = columns.filter((column) => profile(column).kind === kind).map((one) => one.name);
    if (names.length)
      notes.push({
        key: `data.note.${kind}`,
        values: { count: names.length, columns: listed(names) },
      });
  }
  const usable = columns.filter(
    (column) => !UNUSABLE.some((kind) => profile(column).kind === kind),
  );
  if (usable.length === 0) throw new DataError("data.refused.noinputs");
  return usable;
}

/** Returns whether some inputs are categories, by the names that `inputsOf` gives. */
export const hasCategories = (inputs: readonly string[]) =>
  inputs.some((name) => name.includes(" = "));

/** Returns the inputs that a column becomes; its categories are those of `rows`. */
export function inputsOf(column: Column, rows: readonly number[], notes: Note[]): Input[] {
  const { name, values } = column;
  if (values instanceof Float64Array)
    return [{ name, column: name, at: (row) => values[row], number: true }];
  const { names, codes } = categories(name, values, rows, notes);
  return names.map((category, index) => ({
    name: `${name} = ${category}`,
    column: name,
    at: (row) => (codes[row] === index ? 1 : 0),
    number: false,
  }));
}

/** Returns the names of categories in alphabetical order, "other" and "?" last, and each row's. */
function categories(
  column: string,
  texts: readonly string[],
  rows: readonly number[],
  notes: Note[],
) {
  const counts = countsOf(rows.map((row) => texts[row]));
  const missing = counts.delete("");
  const names = [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_CATEGORIES)
    .map(([text]) => text)
    .sort();
  if (counts.size > MOST_CATEGORIES) {
    notes.push({
      key: "data.note.other",
      values: { column, count: counts.size, kept: MOST_CATEGORIES },
    });
    if (!names.includes(OTHER)) names.push(OTHER);
  }
  if (missing) names.push(MISSING);
  const index = new Map(names.map((text, at) => [text, at]));
  const other = index.get(OTHER) ?? -1;
  const codes = Int32Array.from(texts, (text) => index.get(text || MISSING) ?? other);
  return { names, codes };
}

/** Returns mean and standard deviation of numbers; where they are all the same, 1 divides them. */
export function scaleOf(values: ArrayLike<number>): Scale {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at];
  const mean = values.length ? sum / values.length : 0;
  let squares = 0;
  for (let at = 0; at < values.length; at++) squares += (values[at] - mean) ** 2;
  const std = Math.sqrt(squares / values.length);
  // A constant's mean may be off by rounding: that is no deviation.
  return { mean, std: std > 1e-12 * Math.abs(mean) && Number.isFinite(std) ? std : 1 };
}
