/** Runs the scripts of this folder, and reads what they print. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Rows } from "../../src/data/table.ts";
import type { Wall, Weight } from "../../src/wall/wall.ts";

/** Weights as the scripts print them: of each brick, of each weight. */
export type Numbers = readonly (readonly (readonly number[])[])[];

export interface Table {
  readonly rows: number;
  readonly inputs: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Returns the cases of a script, with the project's own Python, or with that of the environment
 * variable PYTHON.
 */
export function casesOf<Case>(script: string, count: number): Case[] {
  const python = process.env.PYTHON ?? here("../../../.venv/bin/python");
  const options = { encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  return JSON.parse(execFileSync(python, [here(script), String(count)], options));
}

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
