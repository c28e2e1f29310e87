/**
 * NumPy's global generator, the Mersenne Twister MT19937: `set_random_seed(S)` seeds it, and every
 * layer, initializer and `compile` without a seed of its own draws one from it. Matsumoto and
 * Nishimura, "Mersenne twister", ACM TOMACS 8 (1998).
 */
import type { Key } from "./random.ts";

const LENGTH = 624;
const MIDDLE = 397;

export class MersenneTwister {
  readonly #state = new Uint32Array(LENGTH);
  #used = LENGTH;

  /** Does what `numpy.random.seed(seed)` does, for 0 <= seed < 2^32. */
  constructor(seed: number) {
    let word = seed;
    for (let i = 0; i < LENGTH; i += 1) {
      this.#state[i] = word;
      word = Math.imul(word ^ (word >>> 30), 1812433253) + i + 1;
      word >>>= 0;
    }
  }

  /** Returns the next 32 random bits. */
  next(): number {
    if (this.#used === LENGTH) this.#twist();
    let y = this.#state[this.#used];
    this.#used += 1;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < LENGTH; i += 1) {
      const y = (state[i] & 0x80000000) | (state[(i + 1) % LENGTH] & 0x7fffffff);
      state[i] = state[(i + MIDDLE) % LENGTH] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#used = 0;
  }

  /** Returns `numpy.random.randint(0, end)` for an end from 2^30 + 1 to 2^31. */
  seed(end: number): number {
    for (;;) {
      const value = this.next() & 0x7fffffff;
      if (value < end) return value;
    }
  }

  /** Returns the words, the lower first, of `numpy.random.randint(0, 2**63 - 1)`. */
  wideSeed(): Key {
    for (;;) {
      const high = this.next() & 0x7fffffff;
      const low = this.next();
      if (high !== 0x7fffffff || low !== 0xffffffff) return [low, high];
    }
  }
}
