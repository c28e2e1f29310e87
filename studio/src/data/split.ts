/** Rows held out, to see how a network does on what it has not learned from. */
import { generator } from "./random.ts";

export interface Split {
  /** Places of rows, in their order. */
  readonly training: readonly number[];
  readonly validation: readonly number[];
}

/**
 * Holds out a share of `count` rows at random. With `labels`, the index of each row's class, every
 * class gives its share, and keeps one row at least for training.
 */
export function split(
  count: number,
  share: number,
  seed: number,
  labels: ArrayLike<number> | null,
): Split {
  const wanted = Math.min(Math.round(count * share), count - 1);
  const order = generator(seed).permutation(count);
  const held = new Set<number>(labels ? stratified(order, labels, wanted) : order.slice(0, wanted));
  const rows = Array.from({ length: count }, (_, row) => row);
  return {
    training: rows.filter((row) => !held.has(row)),
    validation: rows.filter((row) => held.has(row)),
  };
}

/** Returns `wanted` rows with the classes in proportion: the largest remainders get one more. */
function stratified(order: Uint32Array, labels: ArrayLike<number>, wanted: number): number[] {
  const groups = new Map<number, number[]>();
  for (const row of order) {
    const group = groups.get(labels[row]);
    if (group) group.push(row);
    else groups.set(labels[row], [row]);
  }
  const quotas = [...groups.values()].map((rows) => {
    const exact = (rows.length * wanted) / order.length;
    return { rows, taken: Math.floor(exact), remainder: exact % 1 };
  });
  let left = wanted - quotas.reduce((sum, quota) => sum + quota.taken, 0);
  for (const quota of quotas.toSorted((a, b) => b.remainder - a.remainder)) {
    if (left === 0) break;
    if (quota.taken + 1 >= quota.rows.length) continue;
    quota.taken += 1;
    left -= 1;
  }
  return quotas.flatMap(({ rows, taken }) => rows.slice(0, taken));
}
