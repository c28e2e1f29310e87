/** What the panel looks at: a row, a position on its way, a neuron in each brick. */
import { computed, signal } from "@preact/signals";
import type { Prepared } from "../../data/table.ts";
import { type Explanation, explain } from "../../engine/explain.ts";
import { Refusal } from "../../engine/said.ts";
import { fits, neuron, prepared, project, snapshot } from "../../state/store.ts";
import { positionsOf } from "../../understand/positions.ts";
import { type Row, rowOf } from "../../understand/rows.ts";

export type RowSet = "validation" | "training";

export const picked = signal<{ readonly set: RowSet; readonly index: number }>({
  set: "validation",
  index: 0,
});
/** A row that was changed by hand, of these data. */
const changed = signal<(Row & { readonly data: Prepared }) | null>(null);

/** The rows of the set that is chosen; the training rows where none are held out. */
export const chosenRows = computed(() => {
  const data = prepared.value;
  if (!data) return null;
  const { set } = picked.value;
  return set === "validation" && data.validation
    ? { set, rows: data.validation }
    : { set: "training" as const, rows: data.training };
});

export const row = computed<(Row & { readonly byHand: boolean }) | null>(() => {
  const chosen = chosenRows.value;
  if (!chosen) return null;
  const own = changed.value;
  if (own && own.data === prepared.value) return { x: own.x, y: own.y, byHand: true };
  return { ...rowOf(chosen.rows, picked.value.index), byHand: false };
});

/** What is true of rows, and what the wall answers: the indices of two classes. */
export interface Cell {
  readonly truth: number;
  readonly answer: number;
}

const looked = signal<(Cell & { readonly data: Prepared | null }) | null>(null);

/** The cell of the confusion matrix whose rows are looked at, one after the other. */
export const cell = computed(() => (looked.value?.data === prepared.value ? looked.value : null));

/** Chooses a row; `of`: as one of those of a cell. */
export function pick(set: RowSet, index: number, of: Cell | null = null): void {
  changed.value = null;
  picked.value = { set, index };
  looked.value = of && { truth: of.truth, answer: of.answer, data: prepared.value };
}

/** Changes the row by hand. */
export function change(next: Partial<Row>): void {
  const data = prepared.value;
  const now = row.value;
  if (data && now) changed.value = { data, x: next.x ?? now.x, y: next.y ?? now.y };
}

/** All that a step on the row computes, with the weights of now; null while there are none. */
export const explained = computed<Explanation | null>(() => {
  const now = snapshot.value;
  const at = row.value;
  if (!fits.value || !now || !at) return null;
  try {
    return explain(project.value.wall, now.weights, at.x, at.y);
  } catch (error) {
    if (error instanceof Refusal) return null; // the weights are those of another wall, for a moment
    throw error;
  }
});

export const positions = computed(() => positionsOf(project.value.wall));
const place = signal(0);
export const at = computed(() => Math.min(place.value, positions.value.length - 1));
export const position = computed(() => positions.value[at.value]);

/** The neuron that was last looked at in each brick, by its id. */
const units = new Map<string, number>();

/** Returns the unit of a brick with the largest output: one that is 0 for the row tells nothing. */
function mostActive(index: number): number {
  let [best, most] = [0, 0];
  explained.value?.passages[index]?.outputs.forEach((output, unit) => {
    if (Math.abs(output) > most) [best, most] = [unit, Math.abs(output)];
  });
  return best;
}

/** Returns the unit that is looked at in a brick. */
export function unitOf(index: number, width: number): number {
  const now = neuron.value;
  const unit =
    now?.brick === index
      ? now.unit
      : (units.get(project.value.wall.bricks[index].id) ?? mostActive(index));
  return Math.min(unit, width - 1);
}

export function lookAt(brick: number, unit: number): void {
  units.set(project.value.wall.bricks[brick].id, unit);
  neuron.value = { brick, unit };
}

/** Goes to a position; the wall shows the neuron that is looked at there. */
export function goTo(index: number): void {
  place.value = Math.max(0, Math.min(index, positions.value.length - 1));
  const { brick } = position.value;
  const width = brick === null ? 0 : (explained.value?.passages[brick].outputs.length ?? 0);
  if (brick !== null && width) lookAt(brick, unitOf(brick, width));
}
