/** The targets of a loss, and which of them it can take. */
import type { Rows } from "../data/table.ts";
import { Refusal } from "./said.ts";

/** Whether a loss is one of classes: targets are the indices of as many classes as outputs. */
const isOfClasses = (loss: string, outputs: number) =>
  outputs > 1 || loss === "categorical_crossentropy" || loss === "sparse_categorical_crossentropy";

/** Returns the targets as the loss takes them: one number a row, or one-hot rows. */
export function targetsOf({ rows, y }: Rows, loss: string, outputs: number): Float32Array {
  if (outputs === 1 || loss === "sparse_categorical_crossentropy") return y;
  const oneHot = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row += 1) oneHot[row * outputs + y[row]] = 1;
  return oneHot;
}

/** Raises a `Refusal` for targets that a loss cannot take. */
export function checkTargets({ y }: Rows, loss: string, outputs: number): void {
  const { accepts, expected } = isOfClasses(loss, outputs)
    ? { accepts: (t: number) => Number.isInteger(t) && t >= 0 && t < outputs, expected: "classes" }
    : (ONE_OUTPUT[loss] ?? { accepts: () => true, expected: "" });
  const row = y.findIndex((target) => !accepts(target));
  if (row < 0) return;
  const values = { row: row + 1, value: y[row], loss, outputs, last: outputs - 1 };
  throw new Refusal({ key: `engine.target.${expected}`, values });
}

const ONE_OUTPUT: Readonly<
  Record<string, { readonly accepts: (target: number) => boolean; readonly expected: string }>
> = {
  binary_crossentropy: { accepts: (t) => t >= 0 && t <= 1, expected: "probability" },
  poisson: { accepts: (t) => t >= 0, expected: "amount" },
  hinge: { accepts: (t) => t === -1 || t === 0 || t === 1, expected: "sign" },
};
