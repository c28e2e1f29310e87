/** The curves of long trainings: of many epochs, evenly spaced ones are kept. */
import type { Ended } from "../engine/protocol.ts";

/** More points than a curve has pixels. */
export const MOST = 2000;

/**
 * Returns the epochs with those that have ended since. Of too many some go, so that
 * about a third of them or more are kept, evenly spaced, whatever epochs came; the last one stays.
 */
export function extended(
  before: readonly Ended[],
  since: readonly Ended[],
  most = MOST,
): readonly Ended[] {
  const all = [...before, ...since];
  if (all.length <= most) return all;
  const last = all[all.length - 1];
  const gap = (1.5 * (last.epoch - all[0].epoch)) / most;
  let due = all[0].epoch;
  return all.filter((at) => {
    if (at.epoch < due && at !== last) return false;
    due = at.epoch + gap;
    return true;
  });
}
