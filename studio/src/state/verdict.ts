/** What to think of a training: whether it beats an answer without a network, and whether it overfits. */
import { computed } from "@preact/signals";
import { type Baseline, baselineOf, beats } from "../data/baseline.ts";
import type { Ended, Logs } from "../engine/protocol.ts";
import type { Wall } from "../wall/wall.ts";
import { history, prepared, project, type Status, status } from "./store.ts";

/** Of the rows that are held out, or else of those it trains on. */
export const baseline = computed<Baseline | null>(() => {
  const data = prepared.value;
  return data && baselineOf(data, data.validation ?? data.training);
});

/** Returns whether what was logged is clearly better than the baseline; null where they share no measure. */
export function isBetter(
  base: Baseline,
  { loss, metrics }: Pick<Wall, "loss" | "metrics">,
  logs: Logs,
): boolean | null {
  const prefix = "val_loss" in logs ? "val_" : "";
  for (const name of Object.keys(base.scores)) {
    const measured = metrics.includes(name) ? name : name === loss ? "loss" : null;
    const score = measured === null ? undefined : logs[prefix + measured];
    if (score !== undefined) return beats(base, name, score);
  }
  return null;
}

/** Epochs that must have ended, of which the last ones are all worse than the best by a share. */
const [LEAST, RECENT, WORSE] = [8, 5, 1.06];
/** The share of what was won that must be lost again: a loss near 0 rises and falls by itself. */
const LOST = 0.15;
/** How far the validation loss is from the training loss, at least, as a multiple of it. */
const APART = 1.3;

/** Returns the epoch since which the validation loss has been rising, where it clearly does. */
export function risingSince(epochs: readonly Ended[]): number | null {
  const losses = epochs.filter(({ logs }) => logs.val_loss !== undefined);
  if (losses.length < LEAST) return null;
  const best = losses.reduce((a, b) => (b.logs.val_loss < a.logs.val_loss ? b : a));
  const last = losses[losses.length - 1];
  const worse = losses
    .slice(-RECENT)
    .every(({ logs }) => logs.val_loss > best.logs.val_loss * WORSE);
  const won = losses[0].logs.val_loss - best.logs.val_loss;
  const lost = last.logs.val_loss - best.logs.val_loss > LOST * won;
  const learns = last.logs.loss < best.logs.loss;
  const apart = last.logs.val_loss > APART * last.logs.loss;
  return worse && lost && learns && apart && last.epoch - best.epoch > RECENT
    ? best.epoch + 1
    : null;
}

/** What helps against overfitting, of what the wall has not yet: keys of `words`, train.cure.*. */
export function curesFor({ bricks }: Wall): string[] {
  const drops = bricks.some(({ kind }) => kind === "Dropout");
  const penalized = bricks.some(({ config }) => (config.kernel_regularizer ?? null) !== null);
  return ["units", ...(drops ? [] : ["dropout"]), ...(penalized ? [] : ["penalty"])];
}

export const overfitSince = computed(() => risingSince(history.value));

/** How the figure on the wall looks: as the training stands, glad at its end only with good reason. */
export type Mood = Status | "unsure" | "worried";

export const mood = computed<Mood>(() => {
  const now = status.value;
  const trains = now === "running" || now === "paused" || now === "done";
  if (trains && overfitSince.value !== null) return "worried";
  if (now !== "done") return now;
  const base = baseline.value;
  const logs = history.value.at(-1)?.logs;
  return base && logs && isBetter(base, project.value.wall, logs) ? "done" : "unsure";
});
