import { expect, test } from "vitest";
import type { Ended } from "../src/engine/protocol.ts";
import { extended } from "../src/state/thinned.ts";

const ended = (from: number, to: number): Ended[] =>
  Array.from({ length: to - from }, (_, i) => ({
    epoch: from + i,
    logs: { loss: 1 / (from + i + 1) },
  }));

test("a short training keeps every epoch", () => {
  expect(extended(ended(0, 30), ended(30, 50))).toHaveLength(50);
});

/** Adds snapshots of so many epochs each, of which every so many come, as from Python; returns what is kept. */
function trainedFor(epochs: number, perSnapshot: number, every = 1): readonly Ended[] {
  let all: readonly Ended[] = [];
  for (let at = 0; at < epochs; at += perSnapshot)
    all = extended(
      all,
      ended(at, at + perSnapshot).filter(({ epoch }) => epoch % every === 0),
    );
  return all;
}

test.each([
  ["many snapshots", 100_000, 137, 1],
  ["few snapshots of many epochs", 100_000, 9000, 1],
  ["epochs that the native engine has thinned", 100_000, 6400, 100],
  ["odd ones", 20_000, 365, 7],
])(
  "a long training keeps the first, the last, and evenly spaced ones: %s",
  (_, epochs, perSnapshot, every) => {
    const all = trainedFor(epochs, perSnapshot, every);
    const came = Math.ceil(epochs / perSnapshot) * perSnapshot;
    expect(all.length).toBeLessThanOrEqual(2001);
    expect(all.length).toBeGreaterThan(Math.min(600, came / every / 3));
    expect(all[0].epoch).toBe(0);
    expect(all.at(-1)?.epoch).toBeGreaterThan(came - 1 - every);
    const kept = all.map((at) => at.epoch);
    const gaps = kept.slice(1, -1).map((epoch, i) => epoch - kept[i]);
    expect(Math.max(...gaps)).toBeLessThan((5 * came) / 2000 + 2 * every);
  },
);

test("what nothing was added to stays", () => {
  expect(extended([], [])).toEqual([]);
});
