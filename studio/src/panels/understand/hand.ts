/** A weight that is set by hand: what it was, and what changes with it. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { decided } from "../../engine/metrics.ts";
import { judged } from "../../state/live.ts";
import { pause } from "../../state/session.ts";
import { assigned, editWeights, prepared, project, snapshot, status } from "../../state/store.ts";
import { judge, type Place, samePlace, valueAt, withValue } from "../../understand/change.ts";
import type { Weights } from "../../wall/wall.ts";
import { row } from "./state.ts";

export interface Hand extends Place {
  /** The weights before the first change; null: none was changed yet. */
  readonly before: Weights | null;
  readonly value: number;
  /** How far the slider goes in both directions. */
  readonly reach: number;
}

export const hand = signal<Hand | null>(null);
/** The weights that were last set by hand. */
let given: Weights | null = null;
/** What is to be taken once the training has stopped for it. */
let wanted: Place | null = null;

let isFresh = false;

/** Returns whether a weight has been taken since this was last asked. */
export function justTaken(): boolean {
  const was = isFresh;
  isFresh = false;
  return was;
}

function hold(place: Place): void {
  const now = snapshot.value;
  if (!now) return;
  isFresh = true;
  const value = valueAt(now.weights, place);
  const reach = Math.max(3, 2 * Math.abs(value));
  hand.value = { ...place, before: hand.value?.before ?? null, value, reach };
}

/** Takes a weight into the hand, or lays it down again. */
export function take(place: Place): void {
  if (hand.value && samePlace(hand.value, place)) hand.value = null;
  else if (status.value === "running") {
    wanted = place;
    pause();
  } else hold(place);
}

const step = computed(() => snapshot.value?.step);

// Once it has trained on there is nothing to put back any more.
effect(() => {
  void step.value;
  void project.value.wall;
  hand.value = null;
});

effect(() => {
  if (status.value === "running" || !wanted) return;
  untracked(() => hold(wanted as Place));
  wanted = null;
});

export function set(value: number): void {
  const held = hand.value;
  const now = snapshot.value;
  if (!held || !now || !Number.isFinite(value)) return;
  hand.value = { ...held, before: held.before ?? now.weights, value };
  given = withValue(now.weights, held, value);
  // A slider that is drawn is one step of undo.
  editWeights(given, `${held.brick} ${held.name} ${held.index} at step ${now.step}`);
}

/** Puts all weights back that were changed. */
export function putBack(): void {
  const held = hand.value;
  if (!held?.before) return;
  editWeights(held.before);
}

// Undo, redo and putting back give weights that are not from the hand: it follows them.
effect(() => {
  const weights = assigned.value;
  const held = hand.peek();
  if (!held || !weights || weights === given) return;
  hand.value = { ...held, before: null, value: valueAt(weights, held) };
});

export interface Effect {
  readonly answer: Float32Array;
  readonly loss: number; // of the row
  readonly setLoss: number; // of the rows that are judged
  readonly right: number | null; // of those; null for numbers
}

function effectOf(weights: Weights): Effect | null {
  const data = prepared.value;
  const one = row.value;
  const set = judged.value;
  if (!data || !one || !set) return null;
  const { wall } = project.value;
  const own = judge(wall, weights, {
    rows: 1,
    inputs: one.x.length,
    x: one.x,
    y: Float32Array.of(one.y),
  });
  const all = judge(wall, weights, set.rows);
  const width = all.outputs.length / set.rows.rows;
  const isRight = (truth: number, index: number) => decided(all.outputs, index, width) === truth;
  const right =
    data.task === "regression"
      ? null
      : set.rows.y.reduce((sum, truth, i) => sum + Number(isRight(truth, i)), 0);
  return { answer: own.outputs, loss: own.loss, setLoss: all.loss, right };
}

const beforeWeights = computed(() => hand.value?.before ?? null);
/** What was before the weights were changed, and what is now; null: none was changed. */
export const before = computed(() => (beforeWeights.value ? effectOf(beforeWeights.value) : null));
export const after = computed(() =>
  beforeWeights.value && snapshot.value ? effectOf(snapshot.value.weights) : null,
);
