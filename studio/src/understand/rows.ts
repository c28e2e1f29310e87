/** Rows of data, one by one: their numbers in the units of the table, and as the network takes them. */
import type { Rows, Scale } from "../data/table.ts";
import { unscaled } from "../data/units.ts";

export interface Row {
  readonly x: Float32Array;
  readonly y: number;
}

export function rowOf({ x, y, inputs, rows }: Rows, index: number): Row {
  const at = Math.max(0, Math.min(index, rows - 1));
  return { x: x.slice(at * inputs, (at + 1) * inputs), y: y[at] };
}

/** Returns at most so many of the rows, evenly spaced. */
export function evenly(all: Rows, most: number): Rows {
  if (all.rows <= most) return all;
  const { inputs } = all;
  const x = new Float32Array(most * inputs);
  const y = new Float32Array(most);
  for (let i = 0; i < most; i++) {
    const from = Math.floor((i * all.rows) / most);
    x.set(all.x.subarray(from * inputs, (from + 1) * inputs), i * inputs);
    y[i] = all.y[from];
  }
  return { rows: most, inputs, x, y };
}

/** Returns a number in the units of the table, to four digits, or six of a large one. */
export function inUnits(value: number, scale: Scale): number {
  const number = unscaled(value, scale);
  if (Math.abs(number) < 1e-6 * (Math.abs(scale.mean) + scale.std)) return 0; // what rounding to float32 left
  return Number(number.toPrecision(Math.abs(number) < 1000 ? 4 : 6));
}

export const scaled = (value: number, { mean, std }: Scale) => Math.fround((value - mean) / std);

/** Returns the range of each input in some rows, as the network takes it. */
export function ranges({ x, inputs, rows }: Rows): { low: number; high: number }[] {
  return Array.from({ length: inputs }, (_, input) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let row = 0; row < rows; row++) {
      low = Math.min(low, x[row * inputs + input]);
      high = Math.max(high, x[row * inputs + input]);
    }
    return { low, high };
  });
}

/** Returns the next row after one that is wanted, or the one before, in a circle; null: none is. */
export function nextRow(
  rows: number,
  after: number,
  isWanted: (row: number) => boolean,
  direction: 1 | -1 = 1,
): number | null {
  for (let step = 1; step <= rows; step++) {
    const row = (after + direction * step + 2 * rows) % rows;
    if (isWanted(row)) return row;
  }
  return null;
}
