/** Numbers in the units of a table, as all panels show them. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { amount, difference, measure } from "../src/data/amount.ts";
import type { Prepared } from "../src/data/table.ts";
import { targetDifference, targetValue } from "../src/panels/understand/answer.ts";

describe("an amount", () => {
  test("has its thousands apart and no exponent, unless it is tiny or huge", () => {
    const shown: [number, string][] = [
      [0, "0"],
      [-0, "0"],
      [551_600, "551,600"],
      [-34_435.2, "−34,435"],
      [1.1e6, "1,100,000"],
      [2.5e14, "250,000,000,000,000"],
      [1.2345e15, "1.23e15"],
      [25.37, "25.4"],
      [-0.012345, "−0.0123"],
      [1.5e-7, "1.5e−7"],
    ];
    for (const [value, text] of shown) expect(amount(value)).toBe(text);
    expect([Number.NaN, Infinity, -Infinity].map((value) => amount(value))).toEqual([
      "NaN",
      "∞",
      "−∞",
    ]);
  });

  test("can be compared with others of its column", () => {
    expect([300.52, 301.21].map((value) => amount(value, 2.4))).toEqual(["300.52", "301.21"]);
    expect(difference(0.69, 2.4)).toBe("+0.69");
    expect(difference(0.001, 2.4)).toBe("0");
    expect(amount(3, 1e-40)).toBe("3");
    expect(amount(1e-9, 1)).toBe("0"); // what float32 left of it
    expect(amount(0.05, 0.00005)).toBe("0.05");
    // A column of one value has no spread.
    expect([0.37, 0.5, -2.45, 0].map((value) => amount(value, 0))).toEqual([
      "0.37",
      "0.5",
      "−2.45",
      "0",
    ]);
  });

  test("of a target: what is true, the answer and the difference agree", () => {
    const data = { targetScale: { mean: 900_000, std: 250_000 } } as Prepared;
    const [truth, answer] = [0.8, 0.435416];
    expect(targetValue(data, truth)).toBe("1,100,000");
    expect(targetValue(data, answer)).toBe("1,008,854");
    expect(targetDifference(data, answer - truth)).toBe("−91,146");
  });
});

test("a measure has its thousands apart", () => {
  expect([0.61234, 551_612.3, 12].map((value) => measure(value))).toEqual([
    "0.6123",
    "551,600",
    "12",
  ]);
  expect([3.4e38, -2e20, Number.NaN].map((value) => measure(value))).toEqual([
    "3.4e38",
    "−2e20",
    "NaN",
  ]);
});

test("no panel groups thousands or writes exponents by itself", () => {
  const panels = fileURLToPath(new URL("../src/panels", import.meta.url));
  const own = readdirSync(panels, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .filter((file) =>
      /toLocaleString|toExponential/.test(readFileSync(`${panels}/${file}`, "utf8")),
    );
  expect(own).toEqual([]);
});
