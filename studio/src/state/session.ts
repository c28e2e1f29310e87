/**
 * The training that goes with the project: loads the data that was chosen, gives every changed wall
 * to the engine, and puts what the engine says into the store.
 */
import { batch, effect, untracked } from "@preact/signals";
import { DataError } from "../data/errors.ts";
import { loadPrepared } from "../data/load.ts";
import type { DataChoice, Prepared } from "../data/table.ts";
import { LocalEngine } from "../engine/local.ts";
import type { Engine, Event, Job, Snapshot } from "../engine/protocol.ts";
import { adapted } from "../wall/adapt.ts";
import type { Wall, Weight } from "../wall/wall.ts";
import {
  amend,
  automatic,
  broken,
  dataFault,
  fits,
  history,
  pace,
  prepared,
  project,
  snapshot,
  status,
} from "./store.ts";
import { extended } from "./thinned.ts";

/** Products and additions of a training that starts by itself after each edit: about two seconds. */
const SMALL = 1.5e9;

let engine: Engine;
let opened: Job | null = null;
let target = 0; // epochs until which the engine was told to run
const answers = new Map<number, (outputs: readonly Float32Array[]) => void>();
let asked = 0;

const own = new LocalEngine();

/** Starts the session with an engine that is lent, or the page's own. */
export function begin(lent: Engine | null): void {
  take(lent ?? own);
  effect(() => {
    const { data, wall } = project.value;
    // The wall follows data that one chooses; a wall that came with its data stays as it is.
    const follows = wall === lastWall;
    lastWall = wall;
    untracked(() => void load(data, follows));
  });
  effect(() => {
    const { wall } = project.value;
    const data = prepared.value;
    const ready = fits.value;
    untracked(() => open(wall, ready ? data : null));
  });
}

function take(one: Engine): void {
  engine = one;
  engine.onEvent = heard;
}

/** Goes on with an engine that is lent; null: the page's own again. What was trained begins anew. */
export function lend(other: Engine | null): void {
  if (engine === (other ?? own)) return;
  engine.send({ type: "close" });
  engine.onEvent = () => {};
  dropQuestions();
  take(other ?? own);
  const job = opened;
  opened = null;
  if (job) open(project.value.wall, prepared.value);
}

let loading: DataChoice | null = null;
let lastWall: Wall | null = null;
let lastUsable: Prepared | null = null; // stays while a file that can't be used is looked at

async function load(choice: DataChoice, follows: boolean): Promise<void> {
  if (loading === choice) return;
  loading = choice;
  try {
    const data = await loadPrepared(choice);
    if (loading !== choice) return; // another one was chosen meanwhile
    batch(() => {
      const before = lastUsable;
      lastUsable = data;
      dataFault.value = null;
      prepared.value = data;
      if (follows) amend({ wall: adapted(project.value.wall, before, data) });
    });
  } catch (problem) {
    if (loading !== choice) return;
    batch(() => {
      prepared.value = null;
      dataFault.value =
        problem instanceof DataError
          ? problem
          : { key: "frame.data.failed", values: { why: String(problem) } };
    });
  }
}

/** What a training depends on. Settings that only say how long it goes on do not begin it anew. */
function same(a: Wall, b: Wall): boolean {
  return (
    a === b ||
    JSON.stringify({ ...a, epochs: 0 }, packed) === JSON.stringify({ ...b, epochs: 0 }, packed)
  );
}

const packed = (_: string, value: unknown) =>
  value instanceof Float32Array ? `${value.length}:${value[0]}:${value.at(-1)}` : value;

function open(wall: Wall, data: Prepared | null): void {
  if (!data) {
    if (opened) engine.send({ type: "close" });
    opened = null;
    batch(() => {
      status.value = "empty";
      snapshot.value = null;
      history.value = [];
      broken.value = null;
    });
    return;
  }
  if (opened && opened.training === data.training && same(opened.wall, wall)) {
    opened = { ...opened, wall };
    return;
  }
  restart(wall, data);
  if (automatic.value && work(wall, data) <= SMALL) play();
}

let shown: typeof history.value = [];

/** Shows the history of what was trained elsewhere beside the wall that is opened next. */
export function showHistory(epochs: typeof history.value): void {
  shown = epochs;
}

function restart(wall: Wall, data: Prepared): void {
  opened = { wall, training: data.training, validation: data.validation };
  target = 0;
  engine.send({ type: "open", job: opened });
  batch(() => {
    status.value = "ready";
    snapshot.value = null;
    history.value = shown;
    shown = [];
    broken.value = null;
  });
}

function work(wall: Wall, data: Prepared): number {
  let width = wall.inputs;
  let products = 0;
  for (const brick of wall.bricks) {
    const units = (brick.config.units as number | undefined) ?? width;
    products += brick.kind === "Dense" ? width * units : 4 * width;
    width = units;
  }
  return 3 * products * data.training.rows * wall.epochs;
}

/** Trains for the epochs of the wall, or for as many more. */
export function play(): void {
  if (!opened || status.value === "running") return;
  if (broken.value) reset();
  const done = snapshot.value?.epoch ?? 0;
  if (done >= target) target = done + project.value.wall.epochs;
  engine.send({ type: "run", until: target, pace: pace.value });
  status.value = "running";
}

export function pause(): void {
  engine.send({ type: "pause" });
}

/** Takes one step: a batch. */
export function step(): void {
  if (!opened) return;
  if (status.value === "running") pause();
  engine.send({ type: "step" });
  status.value = "paused";
}

/** Begins anew, with the same seed. */
export function reset(): void {
  if (prepared.value && fits.value) restart(project.value.wall, prepared.value);
}

export function setPace(rows: number | null): void {
  pace.value = rows;
  if (status.value === "running") engine.send({ type: "run", until: target, pace: rows });
}

/** Replaces all weights, in the order of `Snapshot.weights`. */
export function assignWeights(weights: Float32Array[]): void {
  engine.send({ type: "assign", weights });
}

/** Returns the outputs for rows: of each brick, or of the top alone. */
export function predict(
  x: Float32Array,
  rows: number,
  all: boolean,
): Promise<readonly Float32Array[]> {
  asked += 1;
  const id = asked;
  return new Promise((resolve) => {
    answers.set(id, resolve);
    engine.send({ type: "predict", id, x, rows, all });
  });
}

/** Answers all questions with nothing: whoever was asked is gone. */
function dropQuestions(): void {
  for (const answer of answers.values()) answer([]);
  answers.clear();
}

/** Returns the wall with the weights that it has now, as a file keeps them. */
export function trained(wall: Wall, now: Snapshot | null): Wall {
  if (!now) return wall;
  return {
    ...wall,
    bricks: wall.bricks.map((brick, i) => ({ ...brick, weights: now.weights[i] as Weight[] })),
  };
}

function heard(event: Event): void {
  switch (event.type) {
    case "snapshot":
      batch(() => {
        if (event.snapshot.ended.length)
          history.value = extended(history.value, event.snapshot.ended);
        snapshot.value = event.snapshot;
      });
      break;
    case "stopped":
      batch(() => {
        status.value =
          event.reason === "done" ? "done" : event.reason === "paused" ? "paused" : "broken";
        if (event.reason === "not finite") broken.value = event.detail ?? "";
      });
      break;
    case "predicted":
      answers.get(event.id)?.(event.outputs);
      answers.delete(event.id);
      break;
    case "failed":
      dropQuestions();
      batch(() => {
        status.value = "broken";
        broken.value = event.message;
      });
  }
}
