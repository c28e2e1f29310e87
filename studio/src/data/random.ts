/** Random numbers that are the same for a seed on every machine, of data and of splits. */

export interface Random {
  /** Returns a number from 0 to 1, without 1. */
  uniform(): number;
  /** Returns a number of the standard normal distribution. */
  normal(): number;
  /** Returns the whole numbers from 0 to `count`, without it, in random order. */
  permutation(count: number): Uint32Array;
}

/** The finalizer of MurmurHash3 over a Weyl sequence: splitmix with 32 bits. */
export function generator(seed: number): Random {
  let state = seed | 0;

  function uniform(): number {
    state = (state + 0x9e3779b9) | 0;
    let bits = state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  }

  function normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform())); // Box and Muller
    return radius * Math.cos(2 * Math.PI * uniform());
  }

  function permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = Math.floor(uniform() * (last + 1)); // Fisher and Yates
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  }

  return { uniform, normal, permutation };
}
