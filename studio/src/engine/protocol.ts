/**
 * What the page and an engine say to one another. There are two engines: the one of the page, in a
 * worker, and the native one, behind `brickwork studio`, at the other end of a WebSocket. Both take
 * the same requests and send the same events (`frames.ts` says how they go over the socket).
 */
import type { Rows } from "../data/table.ts";
import type { Wall, Weight } from "../wall/wall.ts";

/** What is to be trained. Weights of bricks that have some are where it begins. */
export interface Job {
  readonly wall: Wall;
  readonly training: Rows;
  readonly validation: Rows | null;
}

export type Request =
  /** Builds the network and answers with the first snapshot; a job that is running ends. */
  | { readonly type: "open"; readonly job: Job }
  /** Trains until `until` epochs are done, at `pace` rows a second (null: as fast as it goes). */
  | { readonly type: "run"; readonly until: number; readonly pace: number | null }
  | { readonly type: "pause" }
  /** One step: a batch. */
  | { readonly type: "step" }
  /** Replaces weights by hand: all of them, in the order of `Snapshot.weights`. */
  | { readonly type: "assign"; readonly weights: readonly Float32Array[] }
  /** Forward for rows, one after the other: the outputs of each brick, from the lowest. */
  | {
      readonly type: "predict";
      readonly id: number;
      readonly x: Float32Array;
      readonly rows: number;
      readonly all: boolean;
    }
  | { readonly type: "close" };

/** Loss and metrics by Keras's names: loss, accuracy, val_loss ... */
export type Logs = Readonly<Record<string, number>>;

/** An epoch that ended, from 0. */
export interface Ended {
  readonly epoch: number;
  readonly logs: Logs;
}

export interface Snapshot {
  readonly step: number; // since the beginning
  readonly epoch: number; // epochs that are done
  readonly batch: number; // steps of this epoch that are done
  readonly logs: Logs; // of the epoch so far; val_ of the last evaluation
  readonly weights: readonly Weight[][]; // of each brick, from the lowest
  /** Logs of the epochs that ended since the last snapshot. */
  readonly ended: readonly Ended[];
  readonly stepsPerSecond: number;
}

export type Event =
  | { readonly type: "snapshot"; readonly snapshot: Snapshot }
  /** `reason`: done, paused, or the loss is not finite (in which case the weights are those before). */
  | {
      readonly type: "stopped";
      readonly reason: "done" | "paused" | "not finite";
      readonly detail?: string;
    }
  | { readonly type: "predicted"; readonly id: number; readonly outputs: readonly Float32Array[] }
  | { readonly type: "failed"; readonly message: string; readonly brick?: number };

export interface Engine {
  send(request: Request): void;
  /** Called for every event, in order. */
  onEvent: (event: Event) => void;
  close(): void;
}
