/**
 * The page's engine against the native one: random walls, trained by both with the same seed. Of
 * 3000 such walls no weight differs by more than 3e-6.
 */
import { describe, expect, test } from "vitest";

import { Training } from "../src/engine/training.ts";
import type { Wall } from "../src/wall/wall.ts";
import { initialWeights } from "./initial.ts";
import {
  casesOf,
  distance,
  type Numbers,
  rowsOf,
  type Table,
  wallOf,
  weightDistance,
} from "./parity/cases.ts";

const WALLS = 60;
const TOLERANCE = 1e-5;

interface Case {
  readonly seed: number;
  readonly wall: Wall;
  readonly training: Table;
  readonly validation: Table | null;
  readonly first: Numbers;
  readonly weights: readonly Numbers[]; // after each epoch
  readonly logs: Readonly<Record<string, readonly number[]>>;
}

const cases = casesOf<Case>("walls.py", WALLS);

describe.each(cases)(
  "wall $seed",
  ({ wall: given, training, validation, first, weights, logs }) => {
    const wall = wallOf(given);

    test("begins with the weights of set_random_seed", () => {
      initialWeights(wall).forEach((brick, i) => {
        brick.forEach(({ name, values }, j) => {
          const initializer = String(wall.bricks[i].config[`${name}_initializer`]);
          // NumPy's logarithm and cosine have other last bits on other processors.
          if (initializer.endsWith("normal"))
            expect(distance(values, first[i][j])).toBeLessThan(5e-7);
          else expect([...values]).toEqual(first[i][j]);
        });
      });
    });

    test("is trained as by fit", () => {
      const job = {
        wall,
        training: rowsOf(training),
        validation: validation && rowsOf(validation),
      };
      const trained = new Training(job);
      weights.forEach((expected, epoch) => {
        while (trained.epoch === epoch) if (trained.advance()) break;
        const [ended] = trained.takeEnded();
        expect(Object.keys(ended.logs).sort()).toEqual(Object.keys(logs).sort());
        for (const [name, values] of Object.entries(logs)) {
          expect(distance([ended.logs[name]], [values[epoch]]), name).toBeLessThan(TOLERANCE);
        }
        expect(weightDistance(trained.network.weights(), expected)).toBeLessThan(TOLERANCE);
      });
    });
  },
);
