/** Where answers are asked for: ranges of inputs and of the target, and rows between them. */
import type { Prepared, Rows } from "../../data/table.ts";
import { ranges } from "../../understand/rows.ts";

export interface Range {
  readonly low: number;
  readonly high: number;
}

export const shareOf = (value: number, { low, high }: Range) => (value - low) / (high - low);

function widened({ low, high }: Range): Range {
  const margin = (high - low || 1) * 0.08;
  return { low: low - margin, high: high + margin };
}

/** The mean and the range of each input, which a large table has not to be asked for at every picture. */
interface Summary {
  readonly means: Float32Array;
  readonly ranges: readonly Range[];
}

const summaries = new WeakMap<Rows, Summary>();

function summaryOf(rows: Rows): Summary {
  const known = summaries.get(rows);
  if (known) return known;
  const summary = { means: meansOf(rows), ranges: ranges(rows).map(widened) };
  summaries.set(rows, summary);
  return summary;
}

export const inputRange = (rows: Rows, input: number) => summaryOf(rows).ranges[input];

/** Returns the range of the target in some rows; for a plot, with a margin. */
export const targetRange = ({ rows, y }: Rows) => ranges({ rows, inputs: 1, x: y, y })[0];
export const plottedTarget = (rows: Rows) => widened(targetRange(rows));

function meansOf(rows: Rows): Float32Array {
  const means = new Float32Array(rows.inputs);
  for (let i = 0; i < rows.rows; i++)
    for (let j = 0; j < rows.inputs; j++) means[j] += rows.x[i * rows.inputs + j] / rows.rows;
  return means;
}

/**
 * Returns rows on a grid over two inputs, from the top left; the other inputs at their mean. The grid
 * goes over the ranges of the rows, or over those that are given.
 */
export function grid(
  data: Prepared,
  across: number,
  up: number,
  points: number,
  h: Range = inputRange(data.training, across),
  v: Range = inputRange(data.training, up),
): Float32Array {
  const rows = data.training;
  const { means } = summaryOf(rows);
  const x = new Float32Array(points * points * rows.inputs);
  for (let r = 0; r < points; r++)
    for (let c = 0; c < points; c++) {
      const at = (r * points + c) * rows.inputs;
      x.set(means, at);
      x[at + across] = h.low + ((c + 0.5) / points) * (h.high - h.low);
      x[at + up] = v.high - ((r + 0.5) / points) * (v.high - v.low);
    }
  return x;
}
