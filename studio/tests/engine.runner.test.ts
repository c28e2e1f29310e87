/** The runner with a clock of its own, on which each step takes 0.3 milliseconds. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Job, Request, Snapshot } from "../src/engine/protocol.ts";
import { type Message, Runner } from "../src/engine/runner.ts";
import type { Wall } from "../src/wall/wall.ts";

const wall: Wall = {
  inputs: 2,
  bricks: [
    { id: "a", kind: "Dense", config: { units: 4, activation: "tanh" } },
    { id: "b", kind: "Dense", config: { units: 1, activation: "sigmoid" } },
  ],
  loss: "binary_crossentropy",
  optimizer: { kind: "Adam", config: {} },
  metrics: ["accuracy"],
  batchSize: 4,
  epochs: 3,
  seed: 1,
};
const ROWS = 10;
const table = {
  rows: ROWS,
  inputs: 2,
  x: Float32Array.from({ length: 2 * ROWS }, (_, i) => Math.sin(i)),
  y: Float32Array.from({ length: ROWS }, (_, i) => i % 2),
};
const job: Job = { wall, training: table, validation: table };

let time: number;
let messages: Message[];
let waiting: { readonly call: () => void; readonly at: number }[];
let runner: Runner;

beforeEach(() => {
  time = 0;
  messages = [];
  waiting = [];
  runner = new Runner({
    post: (message) => messages.push(message),
    now: () => {
      time += 0.3;
      return time;
    },
    later: (call, milliseconds) => waiting.push({ call, at: time + milliseconds }),
  });
});

/** Sends a request; nothing else happens before `pass`. */
const send = (request: Request) => runner.handle(request);

/** Lets the runner go on until a time, or until it waits for nothing. */
function pass(until: number): void {
  for (;;) {
    const next = waiting.toSorted((a, b) => a.at - b.at)[0];
    if (!next || next.at > until) break;
    waiting = waiting.filter((other) => other !== next);
    time = Math.max(time, next.at);
    next.call();
  }
  time = Math.max(time, until);
}

const snapshots = () =>
  messages.flatMap((message) => (message.type === "snapshot" ? [message.snapshot] : []));
const last = () => snapshots().at(-1) as Snapshot;
const run = (until: number, pace: number | null = null) => send({ type: "run", until, pace });

describe("the runner", () => {
  test("answers open with the first weights", () => {
    send({ type: "open", job });
    expect(messages.length).toBe(1);
    const { step, epoch, batch, weights, ended } = last();
    expect({ step, epoch, batch, ended }).toEqual({ step: 0, epoch: 0, batch: 0, ended: [] });
    expect(weights.map((brick) => brick.map(({ name }) => name))).toEqual([
      ["kernel", "bias"],
      ["kernel", "bias"],
    ]);
  });

  test("trains until the epochs are done, and on from there", () => {
    send({ type: "open", job });
    run(2);
    pass(1000);
    expect(messages.at(-1)).toEqual({ type: "stopped", reason: "done" });
    expect(last().step).toBe(6);
    expect(Object.keys(last().logs)).toEqual(["loss", "accuracy", "val_loss", "val_accuracy"]);
    run(3);
    pass(2000);
    expect(last().epoch).toBe(3);
    const ended = snapshots().flatMap((snapshot) => snapshot.ended.map(({ epoch }) => epoch));
    expect(ended).toEqual([0, 1, 2]);
  });

  test("takes one step, with the evaluation that follows the last one of an epoch", () => {
    send({ type: "open", job });
    for (let step = 1; step <= 3; step += 1) {
      send({ type: "step" });
      pass(100 * step);
      expect(messages.at(-1)).toEqual({ type: "stopped", reason: "paused" });
      expect(last().step).toBe(step);
    }
    expect(last().epoch).toBe(1);
    expect(last().logs.val_loss).toBeGreaterThan(0);
  });

  test("pauses at once, and goes on where it was", () => {
    send({ type: "open", job });
    run(1e9);
    pass(200);
    send({ type: "pause" });
    expect(messages.at(-1)).toEqual({ type: "stopped", reason: "paused" });
    const { step } = last();
    pass(1000);
    expect(last().step).toBe(step);
    run(1e9);
    pass(1200);
    expect(last().step).toBeGreaterThan(step);
  });

  test("lets requests in after a slice, and posts some 30 snapshots a second", () => {
    send({ type: "open", job });
    run(1e9);
    let longest = 0;
    while (time < 1000) {
      const before = time;
      pass(time);
      longest = Math.max(longest, time - before);
    }
    expect(longest).toBeLessThan(15);
    expect(snapshots().length).toBeGreaterThan(29);
    expect(snapshots().length).toBeLessThan(35);
    expect(last().stepsPerSecond).toBeGreaterThan(0);
  });

  test("keeps a pace in rows a second, and takes another one at once", () => {
    send({ type: "open", job });
    run(1e9, 1);
    pass(100);
    expect(last().step).toBe(1); // the first is taken at once; it is of 4 rows
    pass(3900);
    expect(last().step).toBe(1);
    pass(4100);
    expect(last().step).toBe(2);
    run(1e9, 100);
    pass(5100); // 100 rows are 10 epochs, of 3 steps each
    send({ type: "pause" });
    expect(Math.abs(last().step - 2 - 30)).toBeLessThan(3);
  });

  test("gives up what a pace is behind", () => {
    send({ type: "open", job });
    run(1e9, 100);
    pass(100);
    const { step } = last();
    time += 60_000; // the computer slept
    pass(time);
    send({ type: "pause" });
    expect(last().step - step).toBeLessThan(10);
  });

  test("takes weights by hand", () => {
    send({ type: "open", job });
    const weights = last()
      .weights.flat()
      .map(({ values }) => values.map(() => 0.5));
    send({ type: "assign", weights });
    expect(
      last()
        .weights.flat()
        .map(({ values }) => values),
    ).toEqual(weights);
    send({ type: "assign", weights: weights.slice(1) });
    expect(messages.at(-1)).toMatchObject({ type: "failed", said: { key: "engine.assign" } });
  });

  test("answers for rows, between the steps of a run", () => {
    send({ type: "open", job });
    run(1e9);
    pass(50);
    send({ type: "predict", id: 7, x: table.x, rows: ROWS, all: true });
    const answer = messages.at(-1);
    expect(answer).toMatchObject({ type: "predicted", id: 7 });
    if (answer?.type !== "predicted") return;
    expect(answer.outputs.map(({ length }) => length)).toEqual([4 * ROWS, ROWS]);
    pass(100);
    send({ type: "predict", id: 8, x: table.x, rows: ROWS, all: false });
    const later = messages.at(-1);
    expect(later?.type === "predicted" && later.outputs.length).toBe(1);
    expect(later?.type === "predicted" && later.outputs[0]).not.toEqual(answer.outputs[1]);
  });

  test("answers with nothing where an edit came first", () => {
    send({ type: "predict", id: 1, x: table.x, rows: ROWS, all: true });
    send({ type: "open", job });
    send({ type: "predict", id: 2, x: new Float32Array(3), rows: 1, all: true });
    const answers = messages.filter((message) => message.type === "predicted");
    expect(answers).toEqual([1, 2].map((id) => ({ type: "predicted", id, outputs: [] })));
  });

  test("ends the earlier job when another one is opened, or none", () => {
    send({ type: "open", job });
    run(1e9);
    pass(50);
    send({ type: "open", job });
    pass(200);
    expect(last().step).toBe(0);
    run(1e9);
    send({ type: "close" });
    const count = messages.length;
    pass(1000);
    expect(messages.length).toBe(count);
    run(1);
    expect(messages.at(-1)).toMatchObject({ type: "failed", said: { key: "engine.closed" } });
  });

  test("says what is wrong with a job, and with which brick", () => {
    const bricks = [wall.bricks[0], { id: "c", kind: "Conv2D", config: {} }];
    send({ type: "open", job: { ...job, wall: { ...wall, bricks } } });
    expect(messages).toEqual([
      { type: "failed", said: { key: "engine.kind", values: { kind: "Conv2D" } }, brick: 1 },
    ]);
  });

  test("stops where the loss is not finite", () => {
    const optimizer = { kind: "SGD", config: { learning_rate: 100 } };
    const bricks = [{ id: "a", kind: "Dense", config: { units: 1 } }];
    const huge = { ...wall, bricks, optimizer, loss: "mean_squared_error" };
    send({ type: "open", job: { ...job, wall: huge } });
    run(1000);
    pass(1000);
    expect(messages.at(-1)).toMatchObject({ type: "stopped", reason: "not finite" });
    expect(
      last()
        .weights.flat()
        .every(({ values }) => values.every(Number.isFinite)),
    ).toBe(true);
  });
});
