import { describe, expect, test } from "vitest";
import { inUnits, ticksAcross, ticksOf } from "../src/panels/train/ticks.ts";

const said = (low: number, high: number) => ticksOf({ low, high }, 5).map((tick) => tick.said);

describe("the numbers along an axis", () => {
  test("are round, in the units of the table", () => {
    const range = inUnits({ low: -2, high: 2 }, { mean: 300_000, std: 100_000 });
    expect(ticksOf(range, 5)).toEqual([
      { said: "200,000", share: 0.25 },
      { said: "300,000", share: 0.5 },
      { said: "400,000", share: 0.75 },
    ]);
  });

  test("have the digits that they need, and no more", () => {
    expect(said(-1.2, 1.2)).toEqual(["−1", "−0.5", "0", "0.5", "1"]);
    expect(said(0.011, 0.052)).toEqual(["0.02", "0.03", "0.04", "0.05"]);
    expect(said(1.1e6, 5.2e6)).toEqual(["2,000,000", "3,000,000", "4,000,000", "5,000,000"]);
  });

  test("are never so many, or the same twice", () => {
    for (let power = -6; power < 9; power++)
      for (const factor of [1, 1.7, 3.1, 7.7, 9.99]) {
        const found = said(-0.3 * 10 ** power, factor * 10 ** power);
        expect(found.length).toBeGreaterThan(1);
        expect(found.length).toBeLessThan(8);
        expect(new Set(found).size).toBe(found.length);
      }
  });

  test("have room side by side, however long they are", () => {
    for (const high of [1, 500, 700_000, 5.2e6, 9e9, 3e12]) {
      const found = ticksAcross({ low: 0.1 * high, high }, 5);
      expect(found.length).toBeGreaterThan(1);
      expect(found.reduce((sum, tick) => sum + tick.said.length + 1, 0)).toBeLessThanOrEqual(36);
    }
  });

  test("are none where there is no range", () => {
    expect(said(1, 1)).toEqual([]);
    expect(said(0, Number.POSITIVE_INFINITY)).toEqual([]);
  });
});
