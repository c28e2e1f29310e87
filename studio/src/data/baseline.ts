/** How well one does without a network: with the same answer for every row. */
import { countsOf } from "./counts.ts";
import type { Prepared, Rows } from "./table.ts";

export interface Baseline {
  /** The most frequent class of the training rows; of numbers their mean, as the network takes it. */
  readonly answer: number;
  /** What that answer scores on some rows, by the names of Keras's metrics. */
  readonly scores: Readonly<Record<string, number>>;
  readonly rows: number;
}

/** Returns the best answer that the training rows give without looking at inputs, scored on `rows`. */
export function baselineOf({ task, training }: Prepared, { y, rows }: Rows): Baseline {
  if (task !== "regression") {
    const answer = mostFrequent(training.y);
    const right = y.reduce((sum, truth) => sum + Number(truth === answer), 0);
    return { answer, rows, scores: { accuracy: right / rows } };
  }
  const answer = training.y.reduce((sum, value) => sum + value, 0) / training.rows;
  let [absolute, squared] = [0, 0];
  for (const truth of y) {
    absolute += Math.abs(truth - answer);
    squared += (truth - answer) ** 2;
  }
  return {
    answer,
    rows,
    scores: { mean_absolute_error: absolute / rows, mean_squared_error: squared / rows },
  };
}

function mostFrequent(classes: Float32Array): number {
  return [...countsOf(classes)].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** An error is clearly smaller if a tenth is gone. */
const CLEARLY = 0.9;

/** Returns whether a score is better than the baseline's by more than chance would make it. */
export function beats({ scores, rows }: Baseline, name: string, score: number): boolean {
  const base = scores[name];
  if (name !== "accuracy") return score < CLEARLY * base;
  const error = Math.sqrt((base * (1 - base)) / rows); // the standard error of a share
  return score > base && score >= base + 2 * error;
}
