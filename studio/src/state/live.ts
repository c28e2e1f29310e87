/** The outputs of the wall with the weights that it has now, computed when something that is shown asks. */
import { computed, effect, signal, untracked } from "@preact/signals";
import type { Prepared, Rows } from "../data/table.ts";
import { forward } from "../engine/forward.ts";
import { decided } from "../engine/metrics.ts";
import { evenly } from "../understand/rows.ts";
import { predict } from "./session.ts";
import { prepared, project, snapshot, stack, status, validatedElsewhere } from "./store.ts";

/** Rows that are looked at while it trains; of more, evenly spaced ones. */
const MOST_ROWS = 5000;
/** Products that the engine computes a second for what is looked at: a hundredth or two of its time. */
const PRODUCTS_A_SECOND = 1e7;
/** Milliseconds after which the answers are looked at again, whatever they cost. */
const LONGEST_REST = 5000;
/** Products of a picture that is computed beside the training: some ten milliseconds. */
const MOST_PRODUCTS = 1e7;

/** Products of one row, from the bricks' weights; what else is done for a neuron counts as one. */
const productsOfRow = () =>
  stack.value.reduce((sum, place) => sum + place.synapses + place.outputs, 1);

/** Returns how many points across and up a picture of answers may have. */
export function pointsOf(wanted: number): number {
  return Math.max(8, Math.min(wanted, Math.floor(Math.sqrt(MOST_PRODUCTS / productsOfRow()))));
}

/** Returns the outputs of each brick for rows, from the lowest; null where nothing is trained. */
export function outputsOf(x: Float32Array, rows: number): readonly Float32Array[] | null {
  const now = snapshot.value;
  const { wall } = project.value;
  if (!now || now.weights.length !== wall.bricks.length) return null;
  return forward(wall, now.weights, x, rows).map((passed) => passed.outputs);
}

/** The rows that were held out, or else those it trains on; at most some thousand of them. */
export const judged = computed(() => (prepared.value ? sample(prepared.value) : null));

export interface Judged {
  readonly rows: Rows;
  /** given: some of them were trained on, and others held out, where the wall was trained. */
  readonly set: "training" | "validation" | "given";
  /** How many rows there are, of which these may be a sample. */
  readonly of: number;
}

function sample(data: Prepared): Judged {
  const all = data.validation ?? data.training;
  const set = validatedElsewhere.value ? "given" : data.validation ? "validation" : "training";
  return { rows: evenly(all, MOST_ROWS), set, of: all.rows };
}

/** The outputs of the top brick for those rows, with the weights of some moment. */
export const answers = signal<Float32Array | null>(null, {
  watched: ask,
  unwatched: () => stop?.(),
});

let stop: (() => void) | undefined;

/**
 * Asks the engine after each snapshot, but not before it has answered the last question, and not so
 * often that the answers cost the training more than a few hundredths of its time.
 */
function ask(): void {
  let waiting = false;
  let stale = false;
  const look = async () => {
    const seen = judged.value;
    stale = waiting;
    if (waiting) return;
    if (!seen || !snapshot.value) {
      answers.value = null;
      return;
    }
    waiting = true;
    const { wall } = project.peek();
    const [outputs] = await predict(seen.rows.x, seen.rows.rows, false);
    if (seen === judged.peek() && wall === project.peek().wall) answers.value = outputs ?? null;
    const products = seen.rows.rows * untracked(productsOfRow);
    await rest(Math.min(LONGEST_REST, (1000 * products) / PRODUCTS_A_SECOND));
    waiting = false;
    if (stale) look();
  };
  stop = effect(() => {
    snapshot.value;
    judged.value;
    untracked(() => void look());
  });
}

/** Waits for so many milliseconds; where the training ends before, its last weights are looked at at once. */
async function rest(milliseconds: number): Promise<void> {
  const ran = status.peek() === "running";
  let stop = () => {};
  await new Promise<void>((go) => {
    const over = setTimeout(go, milliseconds);
    stop = status.subscribe((now) => {
      if (!ran || now === "running") return;
      clearTimeout(over);
      go();
    });
  });
  stop();
}

/** How many rows of each true class got each answer. */
export const confusion = computed(() => {
  const data = prepared.value;
  const seen = judged.value;
  const outputs = answers.value;
  if (!data || !seen || !outputs || data.task === "regression") return null;
  const k = data.classes.length;
  const width = data.outputs;
  if (outputs.length !== width * seen.rows.rows) return null; // of a wall that was changed since
  const counts = Array.from({ length: k }, () => new Array<number>(k).fill(0));
  let right = 0;
  for (let i = 0; i < seen.rows.rows; i++) {
    const truth = seen.rows.y[i];
    const answer = decided(outputs, i, width);
    counts[truth][answer] += 1;
    if (truth === answer) right += 1;
  }
  return { counts, right, all: seen.rows.rows, of: seen.of, set: seen.set };
});
