/** An output of the wall, as an answer in words and in the units of the table. */
import type { Prepared } from "../../data/table.ts";
import { classOf } from "../../state/live.ts";
import { short } from "../../understand/numbers.ts";

const UNSCALED = { mean: 0, std: 1 };

/** Returns a number of the target in the units of the table. */
export function targetValue(data: Prepared, value: number): string {
  const { mean, std } = data.targetScale ?? UNSCALED;
  return short(value * std + mean);
}

/** Returns what is true of a row: the name of a class, or a number. */
export const truthOf = (data: Prepared, y: number) =>
  data.task === "regression" ? targetValue(data, y) : data.classes[y];

export interface Answer {
  readonly said: string;
  /** How sure, from 0 to 1; null for numbers. */
  readonly sureness: number | null;
  readonly right: boolean | null; // null for numbers
}

export function answerOf(data: Prepared, outputs: Float32Array, y: number, loss: string): Answer {
  if (data.task === "regression")
    return { said: targetValue(data, outputs[0]), sureness: null, right: null };
  const index = classOf(outputs, 0, outputs.length, loss);
  const sureness = outputs.length > 1 ? outputs[index] : index ? outputs[0] : 1 - outputs[0];
  return {
    said: data.classes[index],
    sureness: loss === "hinge" ? null : sureness,
    right: index === y,
  };
}
