/**
 * A table with what the wall predicts of each row, as CSV: to look in a spreadsheet for what goes wrong.
 * The columns are called as `brickwork predict` calls them.
 */
import { cellOf, type Prepared, type Table } from "../data/table.ts";
import { targetScale, unscaled } from "../data/units.ts";
import { decided } from "../engine/metrics.ts";

/** The outputs of the wall for the rows of each set, one row after the other. */
export interface Outputs {
  readonly training: Float32Array;
  readonly validation: Float32Array;
  /** Of the rows that have no target. */
  readonly unlabelled: Float32Array;
}

interface Options {
  /** Whether outputs are probabilities. */
  readonly sure: boolean;
  /** Whether the rows that were held out are those of the training that gave the weights. */
  readonly split: boolean;
}

/** Returns the file's text. Rows that lack an input which the others have are without a prediction. */
export function writePredictions(
  table: Table,
  data: Prepared,
  outputs: Outputs,
  { sure, split }: Options,
): string {
  const { delimiter = ",", decimalComma = false } = table.format ?? {};
  const comma = (text: string) => (decimalComma ? text.replace(".", ",") : text);
  const number = (value: number) => comma(String(Number(value.toPrecision(7)))); // of a float32
  const quoted = (text: string) =>
    /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  const fits = outputs.training.length === data.outputs * data.training.rows;
  const probabilities = sure && fits ? data.classes.map((name) => `probability_${name}`) : [];
  const header = [...(split ? ["set"] : []), "prediction", ...probabilities];

  const predicted = new Map<number, string[]>();
  for (const set of ["training", "validation", "unlabelled"] as const) {
    const origins = data.origins[set];
    const width = outputs[set].length / origins.length;
    origins.forEach((origin, i) => {
      const row = outputs[set].subarray(i * width, (i + 1) * width);
      const shares = width === 1 ? [1 - row[0], row[0]] : row;
      const prediction =
        data.task === "regression"
          ? number(unscaled(row[0], targetScale(data)))
          : (data.classes[decided(row, 0, width)] ?? "");
      predicted.set(origin, [
        ...(split ? [set === "unlabelled" ? "" : set] : []),
        prediction,
        ...probabilities.map((_, at) => number(shares[at])),
      ]);
    });
  }

  const taken = new Set(table.columns.map(({ name }) => name));
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  const lines = [[...table.columns.map(({ name }) => name), ...header.map(free)]];
  for (let row = 0; row < table.rows; row++) {
    const own = table.columns.map((column) => {
      const cell = cellOf(column, row);
      return typeof column.values[row] === "number" ? comma(cell) : cell;
    });
    lines.push([...own, ...(predicted.get(row) ?? header.map(() => ""))]);
  }
  // With the mark of UTF-8, or Excel takes other letters than English ones for others.
  return `\ufeff${lines.map((cells) => cells.map(quoted).join(delimiter)).join("\r\n")}\r\n`;
}
