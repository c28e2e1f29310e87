/** How a step of a slow training is shown on the wall, and how near the wall a brick is dropped. */
import { expect, test } from "vitest";
import { beatsOf } from "../src/panels/wall/pass.tsx";
import { distance } from "../src/panels/wall/reach.ts";

test("a slow step is shown within its time, one way up a second or so", () => {
  expect(beatsOf(10, 1)).toEqual({ ways: 10, seconds: 1 });
  expect(beatsOf(10, 10)).toEqual({ ways: 1, seconds: 1 });
  expect(beatsOf(1, 1)).toEqual({ ways: 1, seconds: 1 });
  for (const pace of [1, 3, 10, 30])
    for (const rows of [1, 2, 5, 10, 32, 256]) {
      const beats = beatsOf(rows, pace);
      if (!beats) continue;
      expect(beats.ways * beats.seconds).toBeCloseTo(rows / pace);
      expect(beats.ways).toBeLessThanOrEqual(rows);
      expect(beats.seconds).toBeGreaterThan(0.29); // it does not flicker
    }
});

test("a step that is over at once is not", () => {
  expect(beatsOf(10, null)).toBeNull();
  expect(beatsOf(10, 100)).toBeNull();
  expect(beatsOf(1, 10)).toBeNull();
});

test("a distance is that to the nearest edge or corner", () => {
  expect(distance([-10, -20, 10, 0], 0, -5)).toBe(0);
  expect(distance([-10, -20, 10, 0], 130, -5)).toBe(120);
  expect(distance([-10, -20, 10, 0], -13, 4)).toBe(5);
});
