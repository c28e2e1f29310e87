/** A weight that is set by hand, and what that changes. */
import type { Rows } from "../data/table.ts";
import { networkOf } from "../engine/forward.ts";
import { targetsOf } from "../engine/targets.ts";
import type { Wall, Weight, Weights } from "../wall/wall.ts";

/** Where a weight is. */
export interface Place {
  readonly brick: number;
  readonly name: string; // kernel, bias
  readonly index: number;
}

export const samePlace = (a: Place, b: Place) =>
  a.brick === b.brick && a.name === b.name && a.index === b.index;

export const valueAt = (weights: Weights, { brick, name, index }: Place) =>
  weights[brick].find((weight) => weight.name === name)?.values[index] ?? Number.NaN;

/** Returns the weights with another value at a place. */
export function withValue(
  weights: Weights,
  { brick, name, index }: Place,
  value: number,
): Weight[][] {
  return weights.map((ofBrick, i) =>
    ofBrick.map((weight) =>
      i === brick && weight.name === name
        ? { ...weight, values: weight.values.with(index, value) }
        : weight,
    ),
  );
}

/** Returns all arrays of weights in the order of a snapshot. */
export const flattened = (weights: Weights): Float32Array[] =>
  weights.flat().map(({ values }) => values);

/** Returns the loss of rows with these weights, and the outputs. */
export function judge(
  wall: Wall,
  weights: Weights,
  rows: Rows,
): { loss: number; outputs: Float32Array } {
  const network = networkOf(wall, weights, rows.rows);
  const outputs = network.forward(rows.x, rows.rows).slice();
  return { loss: network.loss(targetsOf(rows, wall.loss, network.outputs), rows.rows), outputs };
}
