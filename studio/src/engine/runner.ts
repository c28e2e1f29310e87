/**
 * Drives a training as requests ask for it, in slices short enough that a pause is at once. It knows
 * neither worker nor page: both are given to it, so that tests run it as it is.
 */
import type { Event, Request } from "./protocol.ts";
import { Refusal, type Said } from "./said.ts";
import { Training } from "./training.ts";

/** An event in which texts are keys of `words`. */
export type Message =
  | Exclude<Event, { type: "stopped" } | { type: "failed" }>
  | Stopped
  | { readonly type: "failed"; readonly said: Said; readonly brick?: number };

export type Stopped =
  | { readonly type: "stopped"; readonly reason: "done" | "paused" }
  | { readonly type: "stopped"; readonly reason: "not finite"; readonly detail: Said };

const PAUSED: Stopped = { type: "stopped", reason: "paused" };

export interface Surroundings {
  /** Sends a message; the arrays of `given` may be taken away. */
  post(message: Message, given: ArrayBufferLike[]): void;
  /** Calls a function after so many milliseconds, and after the requests that came before. */
  later(call: () => void, milliseconds: number): void;
  /** The time in milliseconds. */
  now(): number;
}

/** Milliseconds of a slice, between two snapshots, and of the window that speed is measured over. */
const SLICE = 12;
const BETWEEN_SNAPSHOTS = 1000 / 32; // so that a page shows 30 although some come late
const WINDOW = 500;
/** Milliseconds of a group of steps; the clock, whose reading takes as long as a small step, is read between. */
const GROUP = 0.25;
const MOST_IN_GROUP = 256;
/** Milliseconds that a pace may fall behind before the rest is given up. */
const MOST_BEHIND = 50;

export class Runner {
  readonly #around: Surroundings;
  #training: Training | null = null;
  #running = false;
  #until = 0; // epochs
  #left = 0; // steps; the evaluation after the last one is made, too
  #pace: number | null = null;
  #due = 0; // when the next step may begin
  #group = 1; // steps between two looks at the clock
  #run = 0; // counts runs, so that a slice of an earlier one does nothing
  #posted = 0;
  #speed = new Speed(0, 0);

  constructor(around: Surroundings) {
    this.#around = around;
  }

  handle(request: Request): void {
    try {
      this.#handle(request);
    } catch (error) {
      this.#fail(error);
    }
  }

  #handle(request: Request): void {
    switch (request.type) {
      case "open":
        this.#close();
        this.#training = new Training(request.job);
        this.#snapshot();
        break;
      case "run":
        this.#opened();
        this.#pace = request.pace;
        this.#until = request.until;
        this.#left = Number.POSITIVE_INFINITY;
        this.#start();
        break;
      case "step":
        this.#opened();
        this.#pace = null;
        this.#until = Number.POSITIVE_INFINITY;
        this.#left = 1;
        this.#start();
        break;
      case "pause":
        if (this.#running) this.#stop(PAUSED);
        break;
      case "assign":
        this.#opened().network.assign(request.weights);
        this.#snapshot();
        break;
      case "predict":
        this.#predict(request);
        break;
      case "close":
        this.#close();
    }
  }

  #opened(): Training {
    if (!this.#training) throw new Refusal({ key: "engine.closed", values: {} });
    return this.#training;
  }

  #close(): void {
    this.#running = false;
    this.#run += 1;
    this.#training = null;
    this.#due = 0;
    this.#group = 1;
  }

  #start(): void {
    const now = this.#around.now();
    this.#due = Math.min(Math.max(this.#due, now), now + this.#wait());
    if (!this.#running) this.#speed = new Speed(now, this.#opened().network.steps);
    this.#running = true;
    this.#schedule(0);
  }

  #schedule(milliseconds: number): void {
    this.#run += 1;
    const run = this.#run;
    this.#around.later(() => {
      if (run !== this.#run || !this.#running) return;
      try {
        this.#slice();
      } catch (error) {
        this.#fail(error);
      }
    }, milliseconds);
  }

  /** Trains for a few milliseconds, and then lets requests in. */
  #slice(): void {
    const training = this.#opened();
    const now = this.#around.now();
    const due = this.#posted + BETWEEN_SNAPSHOTS; // of the next snapshot, which a slice does not delay
    const end = this.#train(training, Math.min(now + SLICE, Math.max(now + 1, due)));
    if (end) {
      this.#stop(end);
      return;
    }
    const time = this.#around.now();
    this.#speed.measure(time, training.network.steps);
    const paced = this.#pace !== null && training.nextRows > 0;
    const wait = paced ? Math.max(0, this.#due - time) : 0;
    // A step that is followed by a long wait is shown before it.
    if (Math.max(wait, time - this.#posted) >= BETWEEN_SNAPSHOTS) this.#snapshot();
    this.#schedule(wait);
  }

  /** Trains until a time or until the next step is not due yet; returns why the run ends, if so. */
  #train(training: Training, until: number): Stopped | null {
    for (let time = this.#around.now(); time < until; ) {
      for (let i = 0; i < this.#group; i += 1) {
        if (this.#pace !== null && training.nextRows > 0 && time < this.#due) return null;
        const end = this.#advance(training, time);
        if (end) return end;
      }
      const spent = this.#around.now() - time;
      const twice = Math.min(2 * this.#group, MOST_IN_GROUP);
      this.#group = spent < GROUP ? twice : Math.max(1, this.#group >> 1);
      time += spent;
    }
    return null;
  }

  #advance(training: Training, time: number): Stopped | null {
    if (training.epoch >= this.#until) return { type: "stopped", reason: "done" };
    const stepping = training.nextRows > 0;
    const wait = this.#wait();
    const detail = training.advance();
    if (detail) return { type: "stopped", reason: "not finite", detail };
    if (stepping) {
      this.#due = Math.max(this.#due, time - MOST_BEHIND) + wait;
      this.#left -= 1;
    }
    return this.#left <= 0 && training.nextRows > 0 ? PAUSED : null;
  }

  /** Returns the milliseconds that the next step takes at this pace. */
  #wait(): number {
    const rows = this.#training?.nextRows ?? 0;
    return this.#pace === null ? 0 : (1000 * rows) / this.#pace;
  }

  #stop(end: Stopped): void {
    this.#running = false;
    this.#run += 1;
    this.#speed.measure(this.#around.now(), this.#opened().network.steps);
    this.#snapshot();
    this.#around.post(end, []);
  }

  #snapshot(): void {
    const training = this.#opened();
    const weights = training.network.weights();
    const { epoch, batch, logs } = training;
    const step = training.network.steps;
    const stepsPerSecond = this.#speed.stepsPerSecond;
    const snapshot = {
      step,
      epoch,
      batch,
      logs,
      weights,
      ended: training.takeEnded(),
      stepsPerSecond,
    };
    const arrays = weights.flat().map(({ values }) => values.buffer);
    this.#around.post({ type: "snapshot", snapshot }, arrays);
    this.#posted = this.#around.now();
  }

  /** A request that an edit of the wall has overtaken is answered with no outputs. */
  #predict({ id, x, rows, all }: Extract<Request, { type: "predict" }>): void {
    const network = this.#training?.network;
    const fits = network && x.length === rows * network.inputs;
    let outputs: Float32Array[] = [];
    try {
      if (fits) outputs = network.predict(x, rows, all);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // too many rows: whoever asked gets none
    }
    const arrays = outputs.map((values) => values.buffer);
    this.#around.post({ type: "predicted", id, outputs }, arrays);
  }

  /** A failure ends the run: what went wrong once goes wrong again. */
  #fail(error: unknown): void {
    this.#running = false;
    this.#run += 1;
    if (error instanceof Refusal) {
      const brick = error.brick === undefined ? {} : { brick: error.brick };
      this.#around.post({ type: "failed", said: error.said, ...brick }, []);
    } else {
      const why = error instanceof Error ? error.message : String(error);
      this.#around.post({ type: "failed", said: { key: "engine.error", values: { why } } }, []);
    }
  }
}

/** Steps a second, of the last half second that is over; before, of the run so far. */
class Speed {
  stepsPerSecond = 0;
  #time: number;
  #step: number;
  #whole = false;

  constructor(time: number, step: number) {
    this.#time = time;
    this.#step = step;
  }

  measure(time: number, step: number): void {
    const elapsed = time - this.#time;
    const over = elapsed >= WINDOW;
    if (elapsed <= 0 || (this.#whole && !over)) return;
    this.stepsPerSecond = (1000 * (step - this.#step)) / elapsed;
    if (!over) return;
    this.#whole = true;
    this.#time = time;
    this.#step = step;
  }
}
