/** Runs the scripts of this folder, and reads what they print. */
import type { Rows } from "../../src/data/table.ts";
import type { Wall, Weight } from "../../src/wall/wall.ts";
import { printed } from "../python.ts";

/** Weights as the scripts print them: of each brick, of each weight. */
export type Numbers = readonly (readonly (readonly number[])[])[];

export interface Table {
  readonly rows: number;
  readonly inputs: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Returns the first `count` cases of a script. */
export const casesOf = <Case>(script: string, count: number): Case[] =>
  printed(`parity/${script}`, [String(count)]);

export const rowsOf = (table: Table): Rows => ({
  ...table,
  x: Float32Array.from(table.x),
  y: Float32Array.from(table.y),
});

export const wallOf = (wall: Wall): Wall => ({
  ...wall,
  bricks: wall.bricks.map((brick) => ({ ...brick, weights: brick.weights?.map(weightOf) })),
});

const weightOf = (weight: Weight): Weight => ({
  ...weight,
  values: Float32Array.from(weight.values),
});

/** Returns the largest difference of two lists, relative to the expected numbers where these exceed 1. */
export function distance(found: ArrayLike<number>, expected: readonly number[]): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  const differences = expected.map(
    (value, i) => Math.abs(found[i] - value) / Math.max(1, Math.abs(value)),
  );
  return Math.max(0, ...differences);
}

/** Returns the largest difference of all weights. */
export function weightDistance(found: readonly (readonly Weight[])[], expected: Numbers): number {
  const flat = found.flat();
  return Math.max(0, ...expected.flat().map((values, i) => distance(flat[i].values, values)));
}
