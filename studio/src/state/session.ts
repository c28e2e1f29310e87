/**
 * The training that goes with the project: loads the data that was chosen, gives every changed wall
 * to the engine, and puts what the engine says into the store.
 */
import { batch, effect, untracked } from "@preact/signals";
import { DataError } from "../data/errors.ts";
import { loadPrepared } from "../data/load.ts";
import type { DataChoice, Prepared } from "../data/table.ts";
import { LocalEngine } from "../engine/local.ts";
import type { Ended, Engine, Event, Job, Snapshot } from "../engine/protocol.ts";
import { weightsOf } from "../files/weights.ts";
import { flattened } from "../understand/change.ts";
import { adapted } from "../wall/adapt.ts";
import type { Project } from "../wall/project.ts";
import { places } from "../wall/shapes.ts";
import type { Brick, Wall, Weight, Weights } from "../wall/wall.ts";
import {
  amend,
  assigned,
  automatic,
  beganTrained,
  broken,
  dataFault,
  editWall,
  fits,
  forgetWeights,
  history,
  isLarge,
  isUnfinished,
  pace,
  prepared,
  project,
  type Status,
  snapshot,
  status,
  trainedBefore,
  until,
  validatedElsewhere,
} from "./store.ts";
import { extended } from "./thinned.ts";

/** Products and additions of a training that starts by itself after each edit, on any computer. */
const SMALL = 1.5e9;
/** Seconds that such a training may take where the engine has shown how fast it is. */
const SHORT = 3;
/** Products and additions a second, of the fastest training so far. */
let fastest = 0;

/** The epoch at which the wall's epochs began to count. */
let began = 0;

let engine: Engine;
let opened: Job | null = null;
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
  effect(() => {
    const weights = assigned.value;
    if (weights) untracked(() => assign(weights));
  });
}

function take(one: Engine): void {
  engine = one;
  engine.onEvent = heard;
  fastest = 0;
}

/**
 * Goes on with an engine that is lent; null: the page's own again. It begins with the weights that
 * were reached, and counts on; what the optimizer remembers begins anew.
 */
export function lend(other: Engine | null): void {
  if (engine === (other ?? own)) return;
  engine.send({ type: "close" });
  engine.onEvent = () => {};
  dropQuestions();
  take(other ?? own);
  if (!opened) return;
  const now = snapshot.value;
  const before = status.value;
  const wasRunning = before === "running" || before === "broken";
  engine.send({ type: "open", job: { ...opened, wall: trained(opened.wall, now) } });
  batch(() => {
    if (now) snapshot.value = { ...now, step: 0, epoch: 0, batch: 0, ended: [] }; // until it answers
    trainedBefore.value += now?.epoch ?? 0;
    if (now?.step) beganTrained.value = true;
    const isOver = before === "done" || (wasRunning && now !== null && now.epoch >= until.value);
    until.value = Math.max(0, until.value - (now?.epoch ?? 0));
    began = 0;
    broken.value = null;
    status.value = isOver ? "done" : now?.step ? "paused" : "ready";
  });
  if (wasRunning && until.value > 0) {
    engine.send({ type: "run", until: until.value, pace: pace.value });
    status.value = "running";
  }
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
      // A drawing has its axes before it has points.
      if (follows && isUnfinished.value && choice.table)
        amend({ wall: { ...project.value.wall, inputs: choice.table.columns.length - 1 } });
    });
  }
}

/** What a training depends on. Settings that only say how long it goes on do not begin it anew. */
function same(a: Wall, b: Wall): boolean {
  const settings = (wall: Wall) =>
    JSON.stringify({ ...wall, epochs: 0 }, (key, value) => (key === "weights" ? null : value));
  return a === b || (sameWeights(a, b) && settings(a) === settings(b));
}

/** Whether walls begin with the same weights, which edits leave as they are: those of a file opened twice differ. */
const sameWeights = (a: Wall, b: Wall) =>
  a.bricks.length === b.bricks.length &&
  a.bricks.every(({ weights }, i) => weights === b.bricks[i].weights);

function open(wall: Wall, data: Prepared | null): void {
  if (!data) {
    if (opened) engine.send({ type: "close" });
    opened = null;
    isLarge.value = false;
    beginAt("empty", []);
    return;
  }
  if (opened && opened.training === data.training && same(opened.wall, wall)) {
    const isLonger = opened.wall.epochs !== wall.epochs;
    opened = { ...opened, wall };
    if (isLonger && until.value > 0) goUntil(began + wall.epochs);
    return;
  }
  beginAnew(wall, data);
}

/** Begins at the first epoch, and trains at once where that is wanted and short. */
function beginAnew(wall: Wall, data: Prepared): void {
  restart(wall, data);
  isLarge.value = work(wall, data) > Math.max(SMALL, SHORT * fastest);
  if (automatic.value && !isLarge.value) play();
}

/** Trains anew as an edit does, also after one that would only let it go on: another number of epochs. */
export function retrain(): void {
  if (opened && prepared.value) beginAnew(project.value.wall, prepared.value);
}

/**
 * Whether a wall brings weights of a training, which it goes on from: those of every brick that has
 * some. Weight bricks are single parts, with which a wall is built and not yet trained.
 */
export function bringsWeights(wall: Wall): boolean {
  const weighed = places(wall).filter((place) => weightsOf(place).length > 0);
  return weighed.every(({ brick }) => brick.weights) && weighed.some(({ brick }) => !brick.fixed);
}

/** What was trained elsewhere, and the epochs of that. */
let brought: { readonly project: Project; readonly epochs: readonly Ended[] } | null = null;

/** Shows the history of what was trained elsewhere as long as a wall begins with its weights. */
export function showHistory(project: Project, epochs: readonly Ended[]): void {
  brought = bringsWeights(project.wall) ? { project, epochs } : null;
}

const broughtFor = (wall: Wall) =>
  brought && sameWeights(brought.project.wall, wall) ? brought : null;

const countOf = (epochs: readonly Ended[]) => (epochs.at(-1)?.epoch ?? -1) + 1;

/** Returns how many epochs the weights were trained for elsewhere with which a wall begins. */
export const epochsBrought = (wall: Wall) => countOf(broughtFor(wall)?.epochs ?? []);

function restart(wall: Wall, data: Prepared): void {
  opened = { wall, training: data.training, validation: data.validation };
  engine.send({ type: "open", job: opened });
  const shown = broughtFor(wall);
  const isSplitAsThen = data.validation !== null && shown?.project.data === project.value.data;
  batch(() => {
    beginAt("ready", shown?.epochs ?? []);
    beganTrained.value = bringsWeights(wall);
    validatedElsewhere.value =
      !isSplitAsThen && (shown?.epochs.some(({ logs }) => "val_loss" in logs) ?? false);
  });
}

/** Nothing has been trained yet; `before`: the epochs that the weights it begins with were trained for. */
function beginAt(now: Status, before: readonly Ended[]): void {
  batch(() => {
    status.value = now;
    snapshot.value = null;
    history.value = before;
    trainedBefore.value = countOf(before);
    beganTrained.value = false;
    validatedElsewhere.value = false;
    until.value = 0;
    began = 0;
    broken.value = null;
    forgetWeights();
  });
}

/** What an input of another brick costs, in products: random numbers take the longest. */
const ELSE = 20;

/** Returns the products and additions of a training. */
function work(wall: Wall, data: Prepared): number {
  let width = wall.inputs;
  let products = 0;
  for (const brick of wall.bricks) {
    const units = (brick.config.units as number | undefined) ?? width;
    products += brick.kind === "Dense" ? width * units : ELSE * width;
    width = units;
  }
  return 3 * products * data.training.rows * wall.epochs;
}

/** Another number of epochs counts at once, also while it trains. */
function goUntil(epochs: number): void {
  until.value = Math.max(epochs, snapshot.value?.epoch ?? 0);
  if (status.value === "running")
    engine.send({ type: "run", until: until.value, pace: pace.value });
}

/** Trains for the epochs of the wall, or for as many more. */
export function play(): void {
  if (!opened || status.value === "running") return;
  if (broken.value && prepared.value) restart(project.value.wall, prepared.value);
  const done = snapshot.value?.epoch ?? 0;
  if (done >= until.value) {
    began = done;
    until.value = done + project.value.wall.epochs;
  }
  engine.send({ type: "run", until: until.value, pace: pace.value });
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

/** Begins anew, with the same seed; leaving the weights that a file brought is a step of undo. */
export function reset(): void {
  if (!prepared.value || !fits.value) return;
  const { wall } = project.value;
  const left = untrained(wall);
  if (left !== wall) editWall(left);
  restart(left, prepared.value);
}

/** Returns the wall without weights that a training would begin with; frozen ones and weight bricks stay. */
function untrained(wall: Wall): Wall {
  const isLeft = ({ weights, fixed, trainable }: Brick) =>
    weights !== undefined && !fixed && trainable !== false;
  if (!wall.bricks.some(isLeft)) return wall;
  const bricks = wall.bricks.map((brick) =>
    isLeft(brick) ? { ...brick, weights: undefined } : brick,
  );
  return { ...wall, bricks };
}

export function setPace(rows: number | null): void {
  pace.value = rows;
  if (status.value === "running") engine.send({ type: "run", until: until.value, pace: rows });
}

/** Replaces all weights. A training stops for it: the next step would change them again. */
function assign(weights: Weights): void {
  if (!opened) return;
  if (status.value === "running") pause();
  engine.send({ type: "assign", weights: flattened(weights) });
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

/** Resolves all predictions that were asked for with nothing: the engine that was asked is gone. */
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

function measure(stepsPerSecond: number): void {
  const data = prepared.value;
  if (!opened || !data || pace.value !== null) return;
  const { wall } = opened;
  const steps = wall.epochs * Math.ceil(data.training.rows / wall.batchSize);
  fastest = Math.max(fastest, (work(wall, data) / steps) * stepsPerSecond);
}

/** Counts an epoch on from those that were trained before. */
const counted = ({ epoch, logs }: Ended): Ended => ({ epoch: epoch + trainedBefore.peek(), logs });

function heard(event: Event): void {
  switch (event.type) {
    case "snapshot":
      batch(() => {
        if (event.snapshot.ended.length)
          history.value = extended(history.value, event.snapshot.ended.map(counted));
        snapshot.value = event.snapshot;
      });
      break;
    case "stopped":
      measure(snapshot.value?.stepsPerSecond ?? 0);
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
