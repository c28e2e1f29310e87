/**
 * The state of the page. `project` is the document (undo goes back to an older one); all else is
 * derived from it, or is how one looks at it.
 */
import { computed, signal } from "@preact/signals";
import type { Prepared } from "../data/table.ts";
import type { Snapshot } from "../engine/protocol.ts";
import type { RemoteEngine } from "../engine/remote.ts";
import { misfits, places } from "../wall/shapes.ts";
import { dense, type Wall } from "../wall/wall.ts";
import { type Filled, t } from "../words/words.ts";
import type { Level, Project } from "./project.ts";
import type { Ended } from "./thinned.ts";

const MOST_UNDONE = 200;

export const project = signal<Project>(firstProject());
const past = signal<readonly Project[]>([]);
const future = signal<readonly Project[]>([]);
let lastReason = "";

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
 * dragged) are one step of undo.
 */
export function edit(change: Partial<Project>, reason = ""): void {
  if (!reason || reason !== lastReason)
    past.value = [...past.value.slice(-MOST_UNDONE + 1), project.value];
  lastReason = reason;
  future.value = [];
  project.value = { ...project.value, ...change };
}

/** Changes the document within the last step of undo. */
export function amend(change: Partial<Project>): void {
  project.value = { ...project.value, ...change };
}

export const editWall = (wall: Wall, reason = "") => edit({ wall }, reason);

export const canUndo = computed(() => past.value.length > 0);
export const canRedo = computed(() => future.value.length > 0);

export function undo(): void {
  const before = past.value.at(-1);
  if (!before) return;
  past.value = past.value.slice(0, -1);
  future.value = [project.value, ...future.value];
  project.value = before;
  lastReason = "";
}

export function redo(): void {
  const [after, ...rest] = future.value;
  if (!after) return;
  past.value = [...past.value, project.value];
  future.value = rest;
  project.value = after;
  lastReason = "";
}

/** The data as it goes into the network; null while it is loaded, with the reason if it can't be. */
export const prepared = signal<Prepared | null>(null);
export const dataFault = signal<{ readonly key: string; readonly values: Filled } | null>(null);
export const dataProblem = computed(
  () => dataFault.value && t(dataFault.value.key, dataFault.value.values),
);

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
export const broken = signal<string | null>(null); // why a training failed
/** Rows a second; null: as fast as it goes. */
export const pace = signal<number | null>(null);
/** Whether every edit trains anew at once. */
export const automatic = signal(true);
/** The engine that Python lends; null: the page's own trains. */
export const lent = signal<RemoteEngine | null>(null);
