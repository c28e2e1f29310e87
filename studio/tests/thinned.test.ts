import { expect, test } from "vitest";
import { type Ended, extended } from "../src/state/thinned.ts";

const ended = (from: number, to: number): Ended[] =>
  Array.from({ length: to - from }, (_, i) => ({
    epoch: from + i,
    logs: { loss: 1 / (from + i + 1) },
  }));

test("a short training keeps every epoch", () => {
  expect(extended(ended(0, 30), ended(30, 50))).toHaveLength(50);
});

test("a long one keeps the first, the last, and evenly spaced ones", () => {
  let all: readonly Ended[] = [];
  for (let at = 0; at < 100_000; at += 137) all = extended(all, ended(at, at + 137));
  expect(all.length).toBeLessThanOrEqual(2002);
  expect(all.length).toBeGreaterThan(1000);
  expect(all[0].epoch).toBe(0);
  const epochs = all.map((at) => at.epoch);
  expect(epochs.at(-1)).toBe(Math.ceil(100_000 / 137) * 137 - 1);
  const gaps = new Set(epochs.slice(1, -1).map((epoch, i) => epoch - epochs[i]));
  expect(gaps.size).toBe(1);
});

test("what nothing was added to stays", () => {
  expect(extended([], [])).toEqual([]);
});
