/** Inputs that tell most about the target: held to scikit-learn's F statistics. */
import { expect, test } from "vitest";
import { load } from "../../src/data/datasets.ts";
import { prepare } from "../../src/data/prepare.ts";
import { tellingInputs } from "../../src/data/telling.ts";
import { choice } from "./choice.ts";
import { PATIENCE, sklearn } from "./sklearn.ts";

const SETS = [
  { source: "iris" },
  { source: "pima" },
  { source: "digits" },
  { source: "pima", target: "age", task: "regression" },
] as const;

test(
  "the two inputs are those of the largest F",
  () => {
    const sets = SETS.map((some) => {
      const chosen = choice(some);
      return prepare(load(chosen), chosen);
    });
    const wanted = sklearn<number[]>(
      ...sets.map(({ training: { x, y, rows, inputs }, task }) => ({
        ask: "best two",
        classes: task !== "regression",
        x: Array.from({ length: rows }, (_, i) => [...x.subarray(i * inputs, (i + 1) * inputs)]),
        y: [...y],
      })),
    );
    expect(sets.map(tellingInputs)).toEqual(wanted);
    const names = tellingInputs(sets[0]).map((input) => sets[0].inputs[input]);
    expect(names.join()).toMatch(/petal.*petal/);
  },
  PATIENCE,
);

test("two inputs are both shown, in their order", () => {
  const chosen = choice({ source: "moons" });
  expect(tellingInputs(prepare(load(chosen), chosen))).toEqual([0, 1]);
});
