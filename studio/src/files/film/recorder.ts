/** Records the weights of a training, for a film: evenly spaced over its steps, in bounded memory. */
import type { Logs, Snapshot } from "../../engine/protocol.ts";
import { countOf } from "../weights.ts";

/** Weights, and the logs of the last epoch that was done by then. */
export type Frame = Pick<Snapshot, "step" | "epoch" | "logs" | "weights">;

export const MOST_FRAMES = 120;
/** Of all frames together: 64 MB. Networks of more than half of it have no film. */
export const MOST_NUMBERS = 16_000_000;

export class Recorder {
  private kept: Frame[] = [];
  private newest: Frame | null = null;
  private stride = 1; // steps between frames
  private logs: Logs = {};

  /** Records a snapshot. One of an earlier step begins another training. */
  add({ step, epoch, ended, weights }: Snapshot): void {
    if (this.newest && step < this.newest.step) this.clear();
    const most = mostFrames(weights);
    if (most < 2) return;
    this.logs = ended.at(-1)?.logs ?? this.logs;
    const { logs } = this;
    const frame = { step, epoch, logs, weights };
    this.newest = frame;
    const last = this.kept.at(-1);
    if (last && step < last.step + this.stride) return;
    this.kept.push(frame);
    while (this.kept.length >= most) {
      this.stride *= 2;
      this.kept = spaced(this.kept, this.stride);
    }
  }

  /** The frames, from the first to the newest. */
  get frames(): readonly Frame[] {
    const { kept, newest } = this;
    if (!newest) return [];
    return [...kept.filter(({ step }) => step < newest.step), newest];
  }

  clear(): void {
    this.kept = [];
    this.newest = null;
    this.stride = 1;
    this.logs = {};
  }
}

/** Returns how many pictures of these weights a film may have. */
export const mostFrames = (weights: Snapshot["weights"]) =>
  Math.min(MOST_FRAMES, Math.floor(MOST_NUMBERS / Math.max(1, countOf(weights))));

/** Returns the frames that are at least this many steps apart, the first always. */
function spaced(frames: readonly Frame[], stride: number): Frame[] {
  const kept: Frame[] = [];
  let next = Number.NEGATIVE_INFINITY;
  for (const frame of frames) {
    if (frame.step < next) continue;
    kept.push(frame);
    next = frame.step + stride;
  }
  return kept;
}
