/** The page's engine against Keras itself, on JAX: steps on one batch, from given weights. */
import { describe, expect, test } from "vitest";
import { Training } from "../src/engine/training.ts";
import type { Wall } from "../src/wall/wall.ts";
import {
  casesOf,
  distance,
  type Numbers,
  rowsOf,
  type Table,
  wallOf,
  weightDistance,
} from "./parity/cases.ts";

/** As many as there are optimizers in `walls.py`. */
const WALLS = 11;
const TOLERANCE = 1e-5;

interface Case {
  readonly seed: number;
  readonly wall: Wall;
  readonly batch: Table;
  readonly losses: readonly number[];
  readonly weights: readonly Numbers[];
}

describe.each(casesOf<Case>("keras_steps.py", WALLS))("wall $seed", (given) => {
  const wall = wallOf(given.wall);

  test(`takes Keras's steps of ${wall.optimizer.kind} on ${wall.loss}`, () => {
    const training = new Training({ wall, training: rowsOf(given.batch), validation: null });
    given.weights.forEach((expected, step) => {
      expect(training.advance()).toBe(null);
      expect(distance([training.network.lastLoss], [given.losses[step]])).toBeLessThan(TOLERANCE);
      expect(weightDistance(training.network.weights(), expected)).toBeLessThan(TOLERANCE);
    });
  });
});
