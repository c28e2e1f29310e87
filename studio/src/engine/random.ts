/**
 * Random numbers as a function of key and counter, in the bits of the native engine
 * (`engine/random.hpp`): threefry2x32 with 20 rounds. Salmon et al., "Parallel random numbers: as
 * easy as 1, 2, 3", SC 2011.
 */

/** The two words of a key, of 32 bits each. */
export type Key = readonly [number, number];

/** Sets `a[i]` and `b[i]` to the two random words of counter (step, first + i). */
export function threefry(
  [k0, k1]: Key,
  step: number,
  first: number,
  count: number,
  a: Uint32Array,
  b: Uint32Array,
): void {
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  for (let i = 0; i < count; i += 1) {
    let x = (step + k0) | 0;
    let y = (first + i + k1) | 0;
    // Unrolled: a loop over the rotations takes twice as long, one over all words for each four rounds 1.6 times.
    x = (x + y) | 0;
    y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k1) | 0;
    y = (y + k2 + 1) | 0;
    x = (x + y) | 0;
    y = ((y << 17) | (y >>> 15)) ^ x;
    x = (x + y) | 0;
    y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0;
    y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0;
    y = ((y << 24) | (y >>> 8)) ^ x;
    x = (x + k2) | 0;
    y = (y + k0 + 2) | 0;
    x = (x + y) | 0;
    y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k0) | 0;
    y = (y + k1 + 3) | 0;
    x = (x + y) | 0;
    y = ((y << 17) | (y >>> 15)) ^ x;
    x = (x + y) | 0;
    y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0;
    y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0;
    y = ((y << 24) | (y >>> 8)) ^ x;
    x = (x + k1) | 0;
    y = (y + k2 + 4) | 0;
    x = (x + y) | 0;
    y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0;
    y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0;
    y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0;
    y = ((y << 6) | (y >>> 26)) ^ x;
    a[i] = x + k2;
    b[i] = y + k0 + 5;
  }
}

/** Returns the number in [0, 1) whose 23 bits are the highest of a word. */
export const unit = (word: number) => (word >>> 9) * 2 ** -23;

/**
 * The noise of a layer: element e of step s is a function of the layer's seed, its stream (1 for the
 * lowest layer that draws, then 2 ...), s and e.
 */
export class Draws {
  readonly words: Uint32Array;
  readonly #others: Uint32Array;
  readonly #key: Key;

  constructor(seed: number, stream: number, most: number) {
    this.#key = [seed, stream];
    this.words = new Uint32Array(most);
    this.#others = new Uint32Array(most);
  }

  /** Draws the words of the first `count` elements of a step. */
  draw(step: number, count: number): void {
    threefry(this.#key, step, 0, count, this.words, this.#others);
  }
}

/** Row orders are drawn with exact products of 32-bit words and row numbers. */
export const MOST_ROWS = 2 ** 21;

/**
 * The order of rows, one for each epoch: that of `fit(shuffle=True)`, a Fisher-Yates shuffle (see
 * `engine/kernels/shuffle.cpp`).
 */
export class RowOrder {
  readonly rows: Uint32Array;
  readonly #key: Key;
  readonly #words: readonly [Uint32Array, Uint32Array];

  constructor(count: number, shuffleSeed: number) {
    this.rows = new Uint32Array(count);
    // The seed of the first call of fit; below 2^51, so the product is exact.
    const seed = shuffleSeed * 1_000_003 + 1;
    this.#key = [((seed % 2 ** 32) ^ Math.floor(seed / 2 ** 32)) >>> 0, 0];
    const half = (count + 1) >> 1;
    this.#words = [new Uint32Array(half), new Uint32Array(half)];
  }

  shuffle(epoch: number): void {
    const { rows } = this;
    const [even, odd] = this.#words;
    threefry(this.#key, epoch, 0, even.length, even, odd);
    for (let i = 0; i < rows.length; i += 1) rows[i] = i;
    for (let i = rows.length - 1; i > 0; i -= 1) {
      const word = i & 1 ? odd[i >> 1] : even[i >> 1];
      const j = Math.floor((word * (i + 1)) / 2 ** 32);
      const other = rows[j];
      rows[j] = rows[i];
      rows[i] = other;
    }
  }
}
