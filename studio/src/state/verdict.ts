/** What to think of a training: whether it beats an answer without a network, and whether it overfits. */
import { computed } from "@preact/signals";
import { type Baseline, baselineOf, beats, type Grade, gradeOf } from "../data/baseline.ts";
import { SOURCES } from "../data/datasets.ts";
import type { Ended, Logs } from "../engine/protocol.ts";
import type { Wall } from "../wall/wall.ts";
import {
  byHand,
  history,
  lastLogs,
  prepared,
  project,
  type Status,
  status,
  validatedElsewhere,
} from "./store.ts";

/** Of the rows that are held out, or else of those it trains on; null where the curves are of others. */
export const baseline = computed<Baseline | null>(() => {
  const data = validatedElsewhere.value ? null : prepared.value;
  return data && baselineOf(data, data.validation ?? data.training);
});

type Learned = Pick<Wall, "loss" | "metrics" | "bricks">;

/** Returns what the loss measures, to say it in units; null with a penalty, which the loss holds, too. */
export function measureOfLoss({ loss, bricks }: Pick<Wall, "loss" | "bricks">): string | null {
  const isPenalized = bricks.some(
    ({ config }) => config.kernel_regularizer || config.bias_regularizer,
  );
  return isPenalized ? null : loss;
}

/** What was logged beside the baseline. */
export interface Verdict {
  /** Of which rows it is. */
  readonly set: "training" | "validation";
  /** The metric that both have, and its score. */
  readonly name: string;
  readonly score: number;
  readonly base: Baseline;
  readonly grade: Grade;
  /** Whether it is so much better that the figure is glad. */
  readonly isClear: boolean;
}

/** Returns how what was logged compares with the baseline; null where they share no measure. */
export function verdictOf(base: Baseline, wall: Learned, logs: Logs): Verdict | null {
  const [set, prefix] =
    "val_loss" in logs ? (["validation", "val_"] as const) : (["training", ""] as const);
  for (const name of Object.keys(base.scores)) {
    const measured = wall.metrics.includes(name)
      ? name
      : name === measureOfLoss(wall)
        ? "loss"
        : null;
    const score = measured === null ? undefined : logs[prefix + measured];
    if (score === undefined) continue;
    const isClear = beats(base, name, score);
    return { set, name, score, base, grade: gradeOf(base, name, score), isClear };
  }
  return null;
}

/** Of the last epoch. */
export const verdict = computed<Verdict | null>(() => {
  const base = baseline.value;
  const logs = lastLogs.value;
  return base && logs ? verdictOf(base, project.value.wall, logs) : null;
});

/** Epochs that must have ended, of which the last ones are all worse than the best by a share. */
const [LEAST, RECENT, WORSE] = [8, 5, 1.06];
/** The share of what was won that must be lost again: a loss near 0 rises and falls by itself. */
const LOST = 0.15;
/** How far the validation loss is from the training loss, at least, as a multiple of it. */
const APART = 1.3;
/**
 * A rise by such a share of the best loss tells enough. With Dropout the training loss is no measure:
 * it is that of a part of the wall. With a penalty what was won is not: most of it was the penalty.
 */
const MUCH = 0.1;
/** A best loss that is such a share of the first is not near 0. */
const NOT_NEAR_ZERO = 0.2;

/** Returns the epoch since which the validation loss has been rising, where it clearly does. */
export function risingSince(epochs: readonly Ended[]): number | null {
  const losses = epochs.filter(({ logs }) => logs.val_loss !== undefined);
  if (losses.length < LEAST) return null;
  const best = losses.reduce((a, b) => (b.logs.val_loss < a.logs.val_loss ? b : a));
  const last = losses[losses.length - 1];
  const recent = losses.slice(-RECENT);
  const worse = recent.every(({ logs }) => logs.val_loss > best.logs.val_loss * WORSE);
  const first = losses[0].logs.val_loss;
  const rise = last.logs.val_loss - best.logs.val_loss;
  const lost = rise > LOST * (first - best.logs.val_loss);
  const apart = last.logs.val_loss > APART * last.logs.loss;
  const much = rise > MUCH * best.logs.val_loss && best.logs.val_loss > NOT_NEAR_ZERO * first;
  // The mean: with Dropout one epoch's loss rises and falls by itself.
  const learns = recent.reduce((sum, { logs }) => sum + logs.loss, 0) / RECENT < best.logs.loss;
  const since = last.epoch - best.epoch > RECENT;
  return worse && learns && since && ((lost && apart) || much) ? best.epoch + 1 : null;
}

export const overfitSince = computed(() => (byHand.value ? null : risingSince(history.value)));

/** Of generated points with little noise nearly all can be right: below such a share more bricks would help. */
const [NEARLY_ALL, LITTLE_NOISE] = [0.9, 0.1];

/** The share of training points that are right at the end, where it is lower than it need be; or null. */
export const rightTooSeldom = computed<number | null>(() => {
  const { source, noise } = project.value.data;
  const points = SOURCES.some(({ name, kind }) => name === source && kind === "points");
  const right = lastLogs.value?.accuracy;
  if (status.value !== "done" || !points || noise > LITTLE_NOISE || right === undefined)
    return null;
  return right < NEARLY_ALL && overfitSince.value === null ? right : null;
});

/** How the figure on the wall looks: as the training stands, glad at its end only with good reason. */
export type Mood = Status | "unsure" | "worried";

export const mood = computed<Mood>(() => {
  const now = status.value;
  const trains = now === "running" || now === "paused" || now === "done";
  if (trains && overfitSince.value !== null) return "worried";
  if (now !== "done") return now;
  return rightTooSeldom.value === null && verdict.value?.isClear ? "done" : "unsure";
});
