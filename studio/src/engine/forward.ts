/** Networks without a training: what weights a wall begins with, and its outputs for rows. */
import type { Wall, Weights } from "../wall/wall.ts";
import { checkMemory, checkWall } from "./checks.ts";
import { Network } from "./network.ts";

/**
 * Returns the network of a wall for at most so many rows at a time, with its initial weights or
 * others. Raises a `Refusal` for a wall that is no network.
 */
export function networkOf(wall: Wall, weights: Weights | null, most: number): Network {
  const bricks = wall.bricks.map((brick, i) =>
    weights ? { ...brick, weights: weights[i] } : brick,
  );
  const full = { ...wall, bricks };
  checkWall(full);
  checkMemory(full, most);
  return new Network(full, most);
}

/** What a brick makes of rows; a Dense has its sums before the activation, too. */
export interface Passed {
  readonly outputs: Float32Array;
  readonly preactivations: Float32Array | null;
}

/** Returns what each brick makes of some rows, from the lowest; nothing is dropped. */
export function forward(
  wall: Wall,
  weights: Weights | null,
  x: Float32Array,
  rows: number,
): Passed[] {
  const network = networkOf(wall, weights, rows);
  network.forward(x, rows);
  return network.floors.map(({ layer }) => ({
    outputs: layer.outputs.slice(),
    preactivations: layer.preactivations?.slice() ?? null,
  }));
}
