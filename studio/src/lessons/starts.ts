/** What the walls and data have in common that lessons begin with. */
import type { DataChoice } from "../data/table.ts";
import type { Brick, Config, Wall } from "../wall/wall.ts";
import type { Check } from "./checks.ts";

export function brick(id: string, units: number, activation: string): Brick {
  return { id, kind: "Dense", config: { units, activation } };
}

/** Returns a wall that answers yes or no. */
export function binaryWall(
  inputs: number,
  bricks: readonly Brick[],
  changes: Partial<Wall> = {},
): Wall {
  return {
    inputs,
    bricks,
    loss: "binary_crossentropy",
    optimizer: { kind: "Adam", config: { learning_rate: 0.01 } },
    metrics: ["accuracy"],
    batchSize: 10,
    epochs: 50,
    seed: 1,
    ...changes,
  };
}

/** Returns a choice of data; three tenths of its rows are held out, unless `changes` say otherwise. */
export function dataOf(source: string, changes: Partial<DataChoice> = {}): DataChoice {
  return {
    source,
    samples: 300,
    noise: 0.05,
    seed: 1,
    excluded: [],
    missing: "mean",
    standardize: false,
    validation: 0.3,
    ...changes,
  };
}

export const check = (kind: string, config: Config = {}): Check => ({ kind, config });
export const atLeast = (kind: string, value: number, config: Config = {}) =>
  check(kind, { value, ...config });
export const atMost = (kind: string, value: number, config: Config = {}) =>
  check(kind, { is: "at most", value, ...config });
export const exactly = (kind: string, value: number, config: Config = {}) =>
  check(kind, { is: "exactly", value, ...config });
