/** The milliseconds that `work` takes on the machine on which limits were set, as in tests/pace.py. */
const MILLISECONDS = 4;

/**
 * Returns what is wrong if something that began at a time of `performance.now()` took longer than
 * some milliseconds of that machine, else null.
 */
export function late(began: number, milliseconds: number): string | null {
  const took = performance.now() - began;
  if (took < milliseconds) return null;
  const limit = milliseconds * slower();
  return took < limit ? null : `took ${took.toFixed(0)} ms, limit ${limit.toFixed(0)}`;
}

/** Returns how many times as long as that machine this one takes now, at least 1. */
function slower(): number {
  const begun = performance.now();
  for (let round = 0; round < 5; round++) work();
  return Math.max(1, (performance.now() - begun) / 5 / MILLISECONDS);
}

/** What scripts do everywhere: objects are made, kept by name, and looked at. */
function work(): number {
  const kept = new Map<string, { place: number; config: object }>();
  for (let i = 0; i < 12_000; i++) kept.set(`brick ${i}`, { place: i, config: { rate: i / 7 } });
  let sum = 0;
  for (const [name, { place, config }] of kept) sum += "rate" in config ? name.length + place : 0;
  return sum;
}
