/** How well one does without a network: with the same answer for every row. */
import { countsOf } from "./counts.ts";
import type { Prepared, Rows } from "./table.ts";

export interface Baseline {
  /** The most frequent class of the training rows; of numbers their mean, as the network takes it. */
  readonly answer: number;
  /** What that answer scores on some rows, by the names of Keras's metrics. */
  readonly scores: Readonly<Record<string, number>>;
  readonly rows: number;
  /** How far chance alone moves each score: the standard error of a mean over the rows. */
  readonly standardErrors: Readonly<Record<string, number>>;
}

/** Returns the best answer that the training rows give without looking at inputs, scored on `rows`. */
export function baselineOf({ task, training }: Prepared, { y }: Rows): Baseline {
  if (task !== "regression") {
    const answer = mostFrequent(training.y);
    return scored(answer, { accuracy: Array.from(y, (truth) => Number(truth === answer)) });
  }
  const answer = training.y.reduce((sum, value) => sum + value, 0) / training.rows;
  return scored(answer, {
    mean_absolute_error: Array.from(y, (truth) => Math.abs(truth - answer)),
    mean_squared_error: Array.from(y, (truth) => (truth - answer) ** 2),
  });
}

/**
 * Scores are means over rows, so each has the standard error s / √n: s is the standard deviation over
 * n rows. Of a share p of right answers that is √(p (1 − p) / n), as of any binomial proportion.
 */
function scored(answer: number, measured: Record<string, readonly number[]>): Baseline {
  const scores: Record<string, number> = {};
  const standardErrors: Record<string, number> = {};
  let rows = 0;
  for (const [name, values] of Object.entries(measured)) {
    rows = values.length;
    const mean = values.reduce((sum, value) => sum + value, 0) / rows;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
    scores[name] = mean;
    standardErrors[name] = Math.sqrt(variance / rows);
  }
  return { answer, rows, scores, standardErrors };
}

function mostFrequent(classes: Float32Array): number {
  return [...countsOf(classes)].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** An error is clearly smaller if a tenth is gone. */
const CLEARLY = 0.9;

/** Returns whether a score is better than the baseline's by more than chance would make it. */
export function beats({ scores, standardErrors }: Baseline, name: string, score: number): boolean {
  const base = scores[name];
  if (name !== "accuracy") return score < CLEARLY * base;
  return score > base && score >= base + 2 * standardErrors[name];
}

export type Grade = "better" | "chance" | "worse";

/**
 * Returns how a score compares with the baseline's: "chance" where it is better by less than one
 * standard error of the rows, which says nothing.
 */
export function gradeOf({ scores, standardErrors }: Baseline, name: string, score: number): Grade {
  const better = name === "accuracy" ? score - scores[name] : scores[name] - score;
  if (!(better > 0)) return "worse"; // NaN, too
  return better < standardErrors[name] ? "chance" : "better";
}
