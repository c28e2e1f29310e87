/**
 * The state of the page. `project` is the document (undo goes back to an older one); all else is
 * derived from it, or is how one looks at it.
 */
import { computed, signal } from "@preact/signals";
import type { Prepared } from "../data/table.ts";
import type { Ended, Snapshot } from "../engine/protocol.ts";
import type { RemoteEngine } from "../engine/remote.ts";
import { withFittingWeights } from "../files/weights.ts";
import type { Level, Project } from "../wall/project.ts";
import { misfits, places } from "../wall/shapes.ts";
import { dense, type Wall, type Weights } from "../wall/wall.ts";
import { type Filled, t } from "../words/words.ts";

const MOST_UNDONE = 200;
/** Numbers that the weights of all steps of undo may have, 4 bytes each; the newest step always stays. */
const MOST_NUMBERS = 8_000_000;
/** Milliseconds after which a change is a step of its own. */
const PAUSE = 1000;

export const project = signal<Project>(firstProject());
/** What undo goes back to: an older document, or weights as they were before one was set by hand. */
type Before = { readonly project: Project } | { readonly weights: Weights };

const past = signal<readonly Before[]>([]);
const future = signal<readonly Before[]>([]);
let lastReason = "";
let lastTime = 0;

export function firstProject(): Project {
  return {
    name: "pima",
    wall: {
      inputs: 7,
      bricks: [],
      loss: "binary_crossentropy",
      optimizer: { kind: "Adam", config: { learning_rate: 0.01 } },
      metrics: ["accuracy"],
      batchSize: 10,
      epochs: 50,
      seed: 1,
    },
    data: {
      source: "pima",
      samples: 300,
      noise: 0.1,
      seed: 1,
      excluded: [],
      missing: "mean",
      standardize: true,
      validation: 0.2,
    },
  };
}

/** The lesson's network, for the first visit. */
export const LESSON = () => [dense(8, "relu"), dense(6, "relu"), dense(1, "sigmoid")];

/**
 * Replaces the document. Changes in a row for the same reason ("units of b3", while a number is
 * dragged) are one step of undo, unless there is a pause between them.
 */
export function edit(change: Partial<Project>, reason = ""): void {
  remember({ project: project.value }, reason);
  amend(change);
}

function remember(before: Before, reason: string): void {
  const now = Date.now();
  if (!reason || reason !== lastReason || now - lastTime > PAUSE)
    past.value = bounded([...past.value.slice(-MOST_UNDONE + 1), before]);
  lastReason = reason;
  lastTime = now;
  future.value = [];
}

const numbersOf = (step: Before) =>
  "project" in step ? 0 : step.weights.flat().reduce((sum, { values }) => sum + values.length, 0);

/** Returns the steps without the oldest weights, of which a large wall has too many to keep. */
function bounded(steps: readonly Before[]): readonly Before[] {
  let held = 0;
  return steps
    .toReversed()
    .filter((step, age) => {
      held += numbersOf(step);
      return age === 0 || "project" in step || held <= MOST_NUMBERS;
    })
    .toReversed();
}

/** Weights that were set by hand, or put back by undo: the session gives them to the engine. */
export const assigned = signal<Weights | null>(null);

/** The weights that were logged last before some were set by hand, and the step after which that was. */
let [logged, handedAt]: [Weights | null, number] = [null, 0];

/** Whether weights were set by hand since the last step: what was logged is of others. */
export const byHand = computed(() => {
  const [now, given] = [snapshot.value, assigned.value];
  return given !== null && given !== logged && now?.step === handedAt;
});

/** What was logged of the last epoch; null where there is nothing of the weights of now. */
export const lastLogs = computed(() =>
  byHand.value ? null : (history.value.at(-1)?.logs ?? null),
);

function assign(weights: Weights): void {
  const now = snapshot.value;
  if (!byHand.value) [logged, handedAt] = [now?.weights ?? null, now?.step ?? 0];
  assigned.value = weights;
}

/** Sets all weights by hand, as a step of undo; in a row for the same reason, as one. */
export function editWeights(weights: Weights, reason = ""): void {
  if (snapshot.value) remember({ weights: snapshot.value.weights }, reason);
  assign(weights);
}

/** Forgets weights that were set by hand: the training that they belong to begins anew. */
export function forgetWeights(): void {
  const isEdit = (before: Before) => "project" in before;
  if (!past.value.every(isEdit)) past.value = past.value.filter(isEdit);
  if (!future.value.every(isEdit)) future.value = future.value.filter(isEdit);
  assigned.value = null;
}

/** Changes the document within the last step of undo. */
export function amend(change: Partial<Project>): void {
  const changed = { ...project.value, ...change };
  project.value = { ...changed, wall: withFittingWeights(changed.wall) };
}

export const editWall = (wall: Wall, reason = "") => edit({ wall }, reason);

export const canUndo = computed(() => past.value.length > 0);
export const canRedo = computed(() => future.value.length > 0);

export function undo(): void {
  const before = past.value.at(-1);
  if (!before) return;
  past.value = past.value.slice(0, -1);
  future.value = [present(before), ...future.value];
  goTo(before);
}

export function redo(): void {
  const [after, ...rest] = future.value;
  if (!after) return;
  past.value = [...past.value, present(after)];
  future.value = rest;
  goTo(after);
}

/** Returns what is there now of what a step of undo changes. */
const present = (other: Before): Before =>
  "project" in other
    ? { project: project.value }
    : { weights: snapshot.value?.weights ?? other.weights };

function goTo(one: Before): void {
  lastReason = "";
  if ("project" in one) project.value = one.project;
  else assign(one.weights);
}

/** The data as it goes into the network; null while it is loaded, with the reason if it can't be. */
export const prepared = signal<Prepared | null>(null);
export const dataFault = signal<{ readonly key: string; readonly values: Filled } | null>(null);
export const dataProblem = computed(
  () => dataFault.value && t(dataFault.value.key, dataFault.value.values),
);

/** Whether points are still to be drawn: nothing is wrong yet. */
export const isUnfinished = computed(() => dataFault.value?.key === "data.refused.blank");

export const stack = computed(() => places(project.value.wall));
export const problems = computed(() => misfits(project.value.wall, prepared.value));
/** Whether it can be trained. */
export const fits = computed(
  () => stack.value.length > 0 && prepared.value !== null && problems.value.every((p) => p.warning),
);

/** How one looks at it. */
export const level = signal<Level>("bricks");
export const chosen = signal<string | null>(null); // the id of a brick, or "baseplate", "figure"
/** A neuron: a brick's index and a unit. */
export const neuron = signal<{ readonly brick: number; readonly unit: number } | null>(null);

/** The training. */
export type Status = "empty" | "ready" | "running" | "paused" | "done" | "broken";
export const status = signal<Status>("empty");
export const snapshot = signal<Snapshot | null>(null);
/** Of a long training evenly spaced epochs, and the last one. */
export const history = signal<readonly Ended[]>([]);
/** Epochs that the weights it begins with had been trained for: they count on from there. */
export const trainedBefore = signal(0);
/** Whether the weights that it begins with are of a training: of a file, or on another engine. */
export const beganTrained = signal(false);
/** Whether the weights of now have learned something; those that were set by hand are not the first ones either. */
export const isTrained = computed(() => {
  const now = snapshot.value;
  return now !== null && (beganTrained.value || now.step > 0 || assigned.value !== null);
});
/** Whether the history holds a validation of other rows than those that are held out here. */
export const validatedElsewhere = signal(false);
/** Epochs until which it was told to train, since it began; 0: not yet. */
export const until = signal(0);
export const broken = signal<string | null>(null); // why a training failed
/** Rows a second; null: as fast as it goes. */
export const pace = signal<number | null>(null);
/** Whether every edit trains anew at once. */
export const automatic = signal(true);
/** Whether a training takes too long to start by itself. */
export const isLarge = signal(false);
/** The engine that Python lends; null: the page's own trains. */
export const lent = signal<RemoteEngine | null>(null);
