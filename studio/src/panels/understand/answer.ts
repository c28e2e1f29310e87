/** An output of the wall, as an answer in words and in the units of the table. */

import { amount, difference } from "../../data/amount.ts";
import type { Prepared } from "../../data/table.ts";
import { targetScale, unscaled } from "../../data/units.ts";
import { decided } from "../../engine/metrics.ts";
import { inUnits } from "../../understand/rows.ts";
import { shownName } from "../names.ts";

/** Returns a number of the target in the units of the table. */
export const targetValue = (data: Prepared, value: number) =>
  amount(unscaled(value, targetScale(data)), data.targetScale?.std);

/** Returns how large a difference of two numbers of the target is, in the units of the table. */
export const targetSize = (data: Prepared, value: number) =>
  amount(value * targetScale(data).std, data.targetScale?.std);

/** Returns a difference of two numbers of the target, with its sign, in the units of the table. */
export const targetDifference = (data: Prepared, value: number) =>
  difference(value * targetScale(data).std, data.targetScale?.std);

/** Returns an input in the units of the table, with the digits that it has where it is set by hand. */
export function inputValue(data: Prepared, input: number, value: number): string {
  const number = inUnits(value, data.scales[input]);
  return amount(number, Math.abs(number) / 1000);
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

/** Returns whether the outputs of an activation on top are probabilities. */
export const isProbability = (activation: string) =>
  ["sigmoid", "hard_sigmoid", "softmax"].includes(activation);

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
    sureness: isProbability(activation) ? sureness : null,
    right: index === y,
  };
}
