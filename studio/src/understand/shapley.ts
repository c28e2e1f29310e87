/**
 * What each column adds to an answer: its Shapley value, as `brickwork.explain.shap_values` has it.
 * The worth of a set of columns is the mean answer for the row, with the other columns from each row
 * of a background (Lundberg, Lee, arXiv:1705.07874). A column's value is what it adds to the worth,
 * averaged over all orders in which columns may come. Up to 8 columns all sets are tried; of more,
 * orders are drawn, and each is gone through backwards too (Castro, Gomez, Tejada, 2009).
 */
import { generator } from "../data/random.ts";

/** The most columns of which all sets are tried. */
export const EXACT = 8;
/** Orders that are drawn, and rows of background, where there is time for them. */
const ORDERS = 16;
const BACKGROUND = 100;
/** The least of them that tell something. */
const [FEWEST_ORDERS, LEAST_BACKGROUND] = [2, 10];
/** Rows that there is time to answer. */
const MOST_ROWS = 60_000;
/** The most rows and numbers that are answered at once. */
export const PORTION = 2048;
const PORTION_NUMBERS = 2 ** 18;

export interface Effort {
  /** Orders that are drawn; null: all sets are tried. */
  readonly orders: number | null;
  readonly background: number; // rows
}

/** Returns how much there is time for. */
export function effortFor(columns: number, rows: number): Effort {
  const fitting = (sets: number, least: number, most: number) =>
    Math.min(most, Math.max(least, Math.floor(MOST_ROWS / sets)));
  if (columns <= EXACT)
    return {
      orders: null,
      background: Math.min(rows, fitting(2 ** columns, LEAST_BACKGROUND, BACKGROUND)),
    };
  const sets = 2 * (columns + 1); // of an order, and of the same backwards
  const orders = fitting(sets * LEAST_BACKGROUND, FEWEST_ORDERS, ORDERS);
  return {
    orders,
    background: Math.min(rows, fitting(orders * sets, LEAST_BACKGROUND, BACKGROUND)),
  };
}

export interface Question {
  /** Returns the answer for each of some rows. */
  readonly answer: (x: Float32Array, rows: number) => ArrayLike<number>;
  readonly row: Float32Array;
  /** Rows to compare with, one after the other. */
  readonly background: Float32Array;
  /** The inputs of each column. */
  readonly columns: readonly (readonly number[])[];
  /** See `Effort`. */
  readonly orders: number | null;
}

export interface Shares {
  /** Of each column; with the base they sum to the output. */
  readonly values: Float64Array;
  /** Standard errors; 0 where all sets were tried. */
  readonly errors: Float64Array;
  readonly base: number; // the mean answer for the background
  readonly output: number;
}

/**
 * Returns the Shapley values of the columns. It yields from time to time how much is done, from 0 to
 * 1, so that whoever runs it can do something else meanwhile.
 */
export function* shapley(question: Question): Generator<number, Shares> {
  const { columns, orders } = question;
  const found = orders === null ? yield* exact(question) : yield* sampled(question, orders);
  const nothing = yield* worths(question, [columns.map(() => false)], 1, 1);
  const all = yield* worths(question, [columns.map(() => true)], 1, 1);
  return { ...found, base: nothing[0], output: all[0] };
}

type Values = Pick<Shares, "values" | "errors">;

function* exact(question: Question): Generator<number, Values> {
  const n = question.columns.length;
  const sets = Array.from({ length: 2 ** n }, (_, set) =>
    question.columns.map((__, column) => (set & (1 << column)) !== 0),
  );
  const worth = yield* worths(question, sets, 0, 1);
  const values = new Float64Array(n);
  for (let set = 0; set < sets.length; set++) {
    const size = sets[set].filter(Boolean).length;
    for (let column = 0; column < n; column++)
      values[column] += sets[set][column]
        ? worth[set] * share(size - 1, n)
        : -worth[set] * share(size, n);
  }
  return { values, errors: new Float64Array(n) };
}

/** The share of all orders of n columns in which a column comes right after a given set of k. */
function share(k: number, n: number): number {
  let ways = n;
  for (let i = 1; i <= k; i++) ways *= (n - i) / i; // n times (n - 1 choose k)
  return 1 / ways;
}

function* sampled(question: Question, orders: number): Generator<number, Values> {
  const n = question.columns.length;
  const random = generator(0);
  const sums = new Float64Array(n);
  const squares = new Float64Array(n);
  for (let drawn = 0; drawn < orders; drawn++) {
    const order = random.permutation(n);
    const there = yield* added(question, order, drawn / orders, 0.5 / orders);
    const back = yield* added(question, order.toReversed(), (drawn + 0.5) / orders, 0.5 / orders);
    for (let column = 0; column < n; column++) {
      const value = (there[column] + back[column]) / 2;
      sums[column] += value;
      squares[column] += value * value;
    }
  }
  const values = sums.map((sum) => sum / orders);
  const errors = squares.map((square, column) =>
    Math.sqrt(Math.max(0, square - orders * values[column] ** 2) / (orders - 1) / orders),
  );
  return { values, errors };
}

/** Returns what each column adds when they come in an order. */
function* added(
  question: Question,
  order: Uint32Array,
  done: number,
  part: number,
): Generator<number, Float64Array> {
  const here = question.columns.map(() => false);
  const sets = [here.slice()];
  for (const column of order) {
    here[column] = true;
    sets.push(here.slice());
  }
  const worth = yield* worths(question, sets, done, part);
  const values = new Float64Array(order.length);
  for (const [place, column] of order.entries()) values[column] = worth[place + 1] - worth[place];
  return values;
}

/** Returns the mean answers with these sets of columns from the row, the others from the background. */
function* worths(
  { answer, row, background, columns }: Question,
  sets: readonly (readonly boolean[])[],
  done: number,
  part: number,
): Generator<number, Float64Array> {
  const width = row.length;
  const size = background.length / width;
  const atOnce = Math.max(1, Math.floor(Math.min(PORTION, PORTION_NUMBERS / width) / size));
  const found = new Float64Array(sets.length);
  for (let first = 0; first < sets.length; first += atOnce) {
    const some = sets.slice(first, first + atOnce);
    const x = new Float32Array(some.length * background.length);
    for (const [i, set] of some.entries()) {
      x.set(background, i * background.length);
      const own = columns.flatMap((inputs, column) => (set[column] ? inputs : []));
      for (let other = 0; other < size; other++)
        for (const input of own) x[(i * size + other) * width + input] = row[input];
    }
    const answers = answer(x, some.length * size);
    for (let i = 0; i < some.length; i++) {
      let sum = 0;
      for (let other = 0; other < size; other++) sum += answers[i * size + other];
      found[first + i] = sum / size;
    }
    yield done + (part * Math.min(first + atOnce, sets.length)) / sets.length;
  }
  return found;
}
