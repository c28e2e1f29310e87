/**
 * A training once more, for a film: the same job gives the same numbers, so its pictures need not be
 * caught while it runs, which may take less time than a picture.
 */
import type { Engine, Job, Request, Snapshot } from "../../engine/protocol.ts";
import { type Frame, mostFrames } from "./recorder.ts";

/** Where a training ended, and its weights there. */
export type End = Pick<Snapshot, "epoch" | "batch" | "weights">;

export interface Watch {
  /** Called with the share that is done. */
  readonly progress: (share: number) => void;
  /** Aborts it. */
  readonly signal: AbortSignal;
}

/**
 * Returns the epochs of which a film has a picture: from the beginning to the end, evenly spaced if
 * they are more than there may be pictures.
 */
export function filmed({ epoch: last, weights }: Pick<Snapshot, "epoch" | "weights">): number[] {
  const stride = Math.max(1, Math.ceil(last / (mostFrames(weights) - 1)));
  return [...Array.from({ length: Math.ceil(last / stride) }, (_, k) => k * stride), last];
}

/** Whether frames have a picture of every epoch or, of many epochs, are as close as those of a film. */
export function suffice(frames: readonly Frame[], wanted: readonly number[]): boolean {
  const stride = (wanted[1] ?? 1) - wanted[0];
  const apart = stride <= 1 ? 1 : 2 * stride;
  return frames.every(({ epoch }, k) => k === 0 || epoch - frames[k - 1].epoch <= apart);
}

/**
 * Returns the frames at the ends of epochs; null if it did not end with the same weights: some were
 * set by hand, or another engine made them.
 */
export async function again(
  engine: Engine,
  job: Job,
  end: End,
  { progress, signal }: Watch,
): Promise<readonly Frame[] | null> {
  const frames: Frame[] = [];
  const add = ({ step, epoch, logs, weights }: Snapshot) =>
    frames.push({ step, epoch, logs, weights });
  let now = await asked(engine, { type: "open", job }, signal);
  add(now);
  for (const until of filmed(end).slice(1)) {
    now = await asked(engine, { type: "run", until, pace: null }, signal);
    add(now);
    progress(until / end.epoch);
  }
  const { logs } = now;
  while (now.batch < end.batch) now = await asked(engine, { type: "step" }, signal);
  // What is logged in the middle of an epoch is not of an epoch yet.
  if (end.batch) add({ ...now, logs });
  return equal(now.weights, end.weights) ? frames : null;
}

/** Sends a request; returns the last snapshot of what it does. */
function asked(engine: Engine, request: Request, signal: AbortSignal): Promise<Snapshot> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    signal.onabort = () => reject(signal.reason);
    let newest: Snapshot | null = null;
    engine.onEvent = (event) => {
      if (event.type === "snapshot") newest = event.snapshot;
      if (event.type === "failed") reject(new Error(event.message));
      if (newest && (event.type === "stopped" || request.type === "open")) resolve(newest);
    };
    engine.send(request);
  });
}

const equal = (some: Snapshot["weights"], others: Snapshot["weights"]): boolean => {
  const [a, b] = [some.flat(), others.flat()];
  return a.every(({ values }, i) => values.every((value, k) => value === b[i].values[k]));
};
