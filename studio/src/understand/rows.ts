/** Rows of data, one by one: their numbers in the units of the table, and as the network takes them. */
import type { Prepared, Rows, Scale } from "../data/table.ts";

export interface Row {
  readonly x: Float32Array;
  readonly y: number;
}

export function rowOf({ x, y, inputs, rows }: Rows, index: number): Row {
  const at = Math.max(0, Math.min(index, rows - 1));
  return { x: x.slice(at * inputs, (at + 1) * inputs), y: y[at] };
}

/** Returns some of the rows, evenly spaced, one after the other. */
export function evenly({ x, inputs, rows }: Rows, count: number): Float32Array {
  const some = new Float32Array(Math.min(count, rows) * inputs);
  for (let i = 0; i < some.length / inputs; i++) {
    const at = Math.floor((i * rows) / Math.min(count, rows)) * inputs;
    some.set(x.subarray(at, at + inputs), i * inputs);
  }
  return some;
}

/** Returns a number in the units of the table, to four digits, or six of a large one. */
export function inUnits(value: number, { mean, std }: Scale): number {
  const number = value * std + mean;
  if (Math.abs(number) < 1e-6 * (Math.abs(mean) + std)) return 0; // what rounding to float32 left
  return Number(number.toPrecision(Math.abs(number) < 1000 ? 4 : 6));
}

export const scaled = (value: number, { mean, std }: Scale) => Math.fround((value - mean) / std);

/** Returns the range of each input in the training rows, as the network takes it. */
export function ranges({
  training: { x, inputs, rows },
}: Prepared): { low: number; high: number }[] {
  return Array.from({ length: inputs }, (_, input) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let row = 0; row < rows; row++) {
      low = Math.min(low, x[row * inputs + input]);
      high = Math.max(high, x[row * inputs + input]);
    }
    return { low, high };
  });
}

/** Returns the next index after one whose answer is wrong, in a circle; null if all are right. */
export function nextWrong(
  rows: number,
  after: number,
  isWrong: (index: number) => boolean,
): number | null {
  for (let step = 1; step <= rows; step++) {
    const index = (after + step) % rows;
    if (isWrong(index)) return index;
  }
  return null;
}
