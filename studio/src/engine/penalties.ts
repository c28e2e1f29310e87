/** L1 and L2 penalties on weights, which are added to the loss. */
import type { Regularizer } from "../wall/catalogue.ts";
import type { Value } from "../wall/wall.ts";

/** `l1 * sum(abs(w)) + l2 * sum(w ** 2)`. */
export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

/** Returns the penalty of a config, with Keras's defaults; null for none. */
export function penaltyOf(config: Value): Penalty | null {
  if (config === null) return null;
  const { class_name: name, config: given } = config as unknown as Regularizer;
  const absent = name === "L1L2" ? 0 : 0.01;
  const l1 = name === "L2" ? 0 : (given.l1 ?? absent);
  const l2 = name === "L1" ? 0 : (given.l2 ?? absent);
  return { l1: Math.fround(l1), l2: Math.fround(l2) };
}

export function penalize({ l1, l2 }: Penalty, weights: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < weights.length; i += 1) {
    sum += Math.abs(weights[i]);
    squares += weights[i] * weights[i];
  }
  return l1 * sum + l2 * squares;
}

/** Adds the gradient of the penalty; that of abs(w) at 0 is 1, as on JAX. */
export function addPenaltyGradient(
  { l1, l2 }: Penalty,
  weights: Float32Array,
  gradient: Float32Array,
): void {
  for (let i = 0; i < weights.length; i += 1) {
    gradient[i] += (weights[i] >= 0 ? l1 : -l1) + 2 * l2 * weights[i];
  }
}
