/** Rows of studs or sockets: all are drawn if they are few, else the first and last ones. */
import { SPECIFICATION } from "./specification.ts";

const { most: MOST, first: FIRST, last: LAST, between: BETWEEN } = SPECIFICATION.row;

/** Returns the width of a row of n studs in pitches. */
export function span(n: number): number {
  return n <= MOST ? n : MOST + 6 * Math.log2(n / MOST);
}

/** A row of units, by the x of their centres. */
export class Row {
  constructor(
    readonly xs: readonly number[], // of all units, hidden ones included
    readonly left: number,
    readonly right: number,
    readonly p: number, // width of a unit in pixels
    readonly full = false, // whether every unit is drawn, even in a long row
  ) {}

  get n(): number {
    return this.xs.length;
  }

  get centre(): number {
    return (this.left + this.right) / 2;
  }

  /** Indices of the units that are drawn individually. */
  get shown(): number[] {
    const all = [...this.xs.keys()];
    return this.full || this.n <= MOST ? all : [...all.slice(0, FIRST), ...all.slice(-LAST)];
  }

  /** Number of units that are not drawn individually. */
  get hidden(): number {
    return this.full || this.n <= MOST ? 0 : this.n - FIRST - LAST;
  }

  /** Left and right x of the mark for hidden units. */
  get zone(): readonly [number, number] {
    return [this.xs[FIRST - 1] + this.p / 2, this.xs[this.n - LAST] - this.p / 2];
  }

  /**
   * Groups of units: first, last + 1, left, right, in order. A visible unit is a group by itself;
   * hidden ones are in a few groups.
   */
  get groups(): [first: number, end: number, left: number, right: number][] {
    const half = this.p / 2;
    const alone = this.shown.map((k): [number, number, number, number] => [
      k,
      k + 1,
      this.xs[k] - half,
      this.xs[k] + half,
    ]);
    if (!this.hidden) return alone;
    const [start, end] = this.zone;
    const parts = Math.min(BETWEEN, this.hidden);
    const cut = (k: number) => FIRST + Math.floor((this.hidden * k) / parts);
    const edge = (k: number) => start + ((end - start) * k) / parts;
    const between = Array.from({ length: parts }, (_, k): [number, number, number, number] => [
      cut(k),
      cut(k + 1),
      edge(k),
      edge(k + 1),
    ]);
    return [...alone.slice(0, FIRST), ...between, ...alone.slice(FIRST)];
  }

  /** Centres of the units that are drawn individually. */
  get drawn(): number[] {
    return this.shown.map((k) => this.xs[k]);
  }

  /** The row with every unit drawn, at a width that fits the smallest distance. */
  get allShown(): Row {
    let close = Number.POSITIVE_INFINITY;
    for (let k = 1; k < this.n; k++) close = Math.min(close, this.xs[k] - this.xs[k - 1]);
    return new Row(this.xs, this.left, this.right, Math.min(this.p, close), true);
  }
}

/** Returns a row of n units side by side, centred. */
export function row(n: number, centre: number, p: number, full = false): Row {
  const width = (full ? n : span(n)) * p;
  const [left, right] = [centre - width / 2, centre + width / 2];
  if (full || n <= MOST)
    return new Row(
      Array.from({ length: n }, (_, k) => left + (k + 0.5) * p),
      left,
      right,
      p,
      full,
    );
  const [start, end, hidden] = [left + FIRST * p, right - LAST * p, n - FIRST - LAST];
  const xs = [
    ...Array.from({ length: FIRST }, (_, k) => left + (k + 0.5) * p),
    ...Array.from({ length: hidden }, (_, k) => start + ((end - start) * (k + 0.5)) / hidden),
    ...Array.from({ length: LAST }, (_, k) => end + (k + 0.5) * p),
  ];
  return new Row(xs, left, right, p, full);
}

/** Returns whether the units of both rows have the same x. */
export function aligned(xs: readonly number[], others: readonly number[]): boolean {
  return xs.length === others.length && xs.every((x, k) => Math.abs(x - others[k]) < 0.01);
}
