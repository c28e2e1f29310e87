/** An output of the wall, as an answer in words and in the units of the table. */

import type { Prepared } from "../../data/table.ts";
import { targetScale, unscaled } from "../../data/units.ts";
import { decided } from "../../engine/metrics.ts";
import { short } from "../../understand/numbers.ts";
import { shownName } from "../names.ts";

/** Returns a number of the target in the units of the table. */
export const targetValue = (data: Prepared, value: number) =>
  short(unscaled(value, targetScale(data)));

/** Returns how far an answer is from what is true, with its sign, in the units of the table. */
export function differenceOf(data: Prepared, answer: number, truth: number): string {
  const difference = (answer - truth) * targetScale(data).std;
  return `${difference > 0 ? "+" : ""}${short(difference)}`;
}

/** Returns what is true of a row: the name of a class, or a number. */
export const truthOf = (data: Prepared, y: number) =>
  data.task === "regression" ? targetValue(data, y) : shownName(data.classes[y]);

export interface Answer {
  readonly said: string;
  /** How sure, from 0 to 1; null for numbers. */
  readonly sureness: number | null;
  readonly right: boolean | null; // null for numbers
}

/** The activations on top whose outputs are probabilities. */
const PROBABILITIES: readonly string[] = ["sigmoid", "hard_sigmoid", "softmax"];

export function answerOf(
  data: Prepared,
  outputs: Float32Array,
  y: number,
  activation: string,
): Answer {
  if (data.task === "regression")
    return { said: targetValue(data, outputs[0]), sureness: null, right: null };
  const index = decided(outputs, 0, outputs.length);
  const sureness = outputs.length > 1 ? outputs[index] : index ? outputs[0] : 1 - outputs[0];
  return {
    said: shownName(data.classes[index]),
    sureness: PROBABILITIES.includes(activation) ? sureness : null,
    right: index === y,
  };
}
