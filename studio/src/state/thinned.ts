/** The curves of long trainings: of many epochs, evenly spaced ones are kept. */
import type { Logs } from "../engine/protocol.ts";

export interface Ended {
  readonly epoch: number;
  readonly logs: Logs;
}

/** More points than a curve has pixels. */
export const MOST = 2000;

/** Returns the epochs with those that have ended since; at most so many, and always the last one. */
export function extended(
  before: readonly Ended[],
  since: readonly Ended[],
  most = MOST,
): readonly Ended[] {
  const last = since.at(-1) ?? before.at(-1);
  if (!last) return before;
  let stride = 1;
  while (last.epoch / stride > most) stride *= 2;
  const kept = [...before, ...since];
  if (stride === 1) return kept;
  return kept.filter((at) => at.epoch % stride === 0 || at === last);
}
