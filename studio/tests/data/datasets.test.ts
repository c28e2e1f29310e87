/** The datasets of the page are those of scikit-learn and brickwork, and the same for a seed. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { load, SAMPLES, SOURCES } from "../../src/data/datasets.ts";
import { add, type Drawing, drawingOf, erase, MOST_DOTS, tableOf } from "../../src/data/drawn.ts";
import { loadPrepared } from "../../src/data/load.ts";
import { generator } from "../../src/data/random.ts";
import type { Table } from "../../src/data/table.ts";
import { choice, refusal } from "./choice.ts";
import { PATIENCE, sklearn } from "./sklearn.ts";

const of = (source: string, more = {}) => load(choice({ source, ...more }));
const numbers = (table: Table, name: string) =>
  table.columns.find((column) => column.name === name)?.values as Float64Array;
const rowsOf = (table: Table, names: readonly string[]) =>
  Array.from({ length: table.rows }, (_, row) => names.map((name) => numbers(table, name)[row]));

type Known = { x: number[][]; y: (number | string)[] };
const theirs = new Map<string, Known>();

beforeAll(() => {
  const names = ["iris", "digits", "moons", "circles"];
  const answers = sklearn<Known>(...names.map((name) => ({ ask: "dataset", name, samples: 100 })));
  for (const [index, name] of names.entries()) theirs.set(name, answers[index]);
}, PATIENCE);

describe("real data", () => {
  it("pima is brickwork's file", () => {
    const path = new URL("../../../src/brickwork/datasets/pima.csv", import.meta.url);
    const [header, ...lines] = readFileSync(fileURLToPath(path), "utf8").trim().split(/\r?\n/);
    const names = header.split(",").slice(0, -1);
    const table = of("pima");
    expect(table.columns.map((column) => column.name)).toEqual(names);
    const file = lines.map((line) => line.split(",").slice(0, -1).map(Number));
    expect(rowsOf(table, names)).toEqual(file);
  });

  it.each(["iris", "digits"])("%s is scikit-learn's", (name) => {
    const { x, y } = theirs.get(name) as Known;
    const table = of(name);
    const inputs = table.columns.slice(0, -1).map((column) => column.name);
    expect(rowsOf(table, inputs)).toEqual(x);
    expect(table.columns.at(-1)?.values).toEqual(y);
  });
});

describe("generated data", () => {
  it.each(["moons", "circles"])("%s without noise are scikit-learn's", (name) => {
    const { x, y } = theirs.get(name) as Known;
    const table = of(name, { samples: 100, noise: 0 });
    for (const [row, point] of rowsOf(table, ["x1", "x2"]).entries()) {
      expect(point[0]).toBeCloseTo(x[row][0], 12);
      expect(point[1]).toBeCloseTo(x[row][1], 12);
    }
    expect(table.columns[2].values).toEqual(y.map((label) => "AB"[Number(label)]));
  });

  it("xor: the class is whether the signs agree", () => {
    const table = of("xor", { noise: 0, samples: 501 });
    for (const [row, [x1, x2]] of rowsOf(table, ["x1", "x2"]).entries())
      expect(table.columns[2].values[row]).toBe(x1 * x2 > 0 ? "A" : "B");
  });

  it("spiral: an arm is the other, turned by half a circle", () => {
    const points = rowsOf(of("spiral", { noise: 0, samples: 80 }), ["x1", "x2"]);
    for (let row = 0; row < 40; row++)
      for (const axis of [0, 1]) expect(points[row][axis]).toBeCloseTo(-points[row + 40][axis], 12);
  });

  it("noise has the standard deviation that was chosen", () => {
    const clean = numbers(of("line", { samples: 5000, noise: 0 }), "y");
    const noisy = numbers(of("line", { samples: 5000, noise: 0.3 }), "y");
    const off = noisy.map((value, row) => value - clean[row]);
    const mean = off.reduce((sum, value) => sum + value, 0) / off.length;
    const std = Math.sqrt(off.reduce((sum, value) => sum + value ** 2, 0) / off.length);
    expect(Math.abs(mean)).toBeLessThan(0.015);
    expect(Math.abs(std - 0.3)).toBeLessThan(0.01);
  });

  it.each(SOURCES.filter((source) => source.rows === null))(
    "$name is the same for a seed, and another for another",
    ({ name }) => {
      expect(of(name)).toEqual(of(name));
      expect(of(name)).not.toEqual(of(name, { seed: 2 }));
    },
  );
});

describe("every source", () => {
  it.each(SOURCES)("$name is what it says", async (source) => {
    for (const samples of [SAMPLES.min, 300]) {
      const made = await loadPrepared(choice({ source: source.name, noise: 0, samples }));
      expect(made.task).toBe(source.task);
      expect(made.target).toBe(source.target);
      expect(made.inputs.length).toBe(source.inputs);
      const rows = made.training.rows + (made.validation?.rows ?? 0);
      expect(rows).toBe(source.rows ?? samples);
      expect(made.notes).toEqual([]);
      expect(made.training.x.every(Number.isFinite)).toBe(true);
    }
  });

  it("unknown names and settings out of bounds are refused", () => {
    expect(refusal(() => of("mnist"))).toBe("data.refused.source");
    expect(refusal(() => of("__proto__"))).toBe("data.refused.source");
    expect(refusal(() => of("moons", { samples: 1e9 }))).toBe("data.refused.setting");
    expect(refusal(() => of("moons", { samples: 10.5 }))).toBe("data.refused.setting");
    expect(refusal(() => of("moons", { noise: Number.NaN }))).toBe("data.refused.setting");
    expect(refusal(() => of("moons", { seed: -1 }))).toBe("data.refused.setting");
    expect(refusal(() => of("csv"))).toBe("data.refused.nofile");
    expect(refusal(() => of("drawn"))).toBe("data.refused.blank");
  });

  it("a table whose columns are of other lengths is refused", () => {
    const broken = { ...of("iris"), rows: 151 };
    expect(refusal(() => of("csv", { table: broken }))).toBe("data.refused.length");
  });
});

describe("drawn points", () => {
  it("become a table and come back", () => {
    let drawing = add({ curve: false, dots: [] }, { x: 0.5, y: -2, label: 2 });
    drawing = add(drawing, { x: -0.25, y: 0, label: 0 });
    const table = tableOf(drawing);
    expect(table.columns.map((column) => [...column.values])).toEqual([
      [0.5, -0.25],
      [-1, 0],
      ["C", "A"],
    ]);
    expect(drawingOf(table)).toEqual(drawing);
    expect(erase(drawing, 0.4, -1, 0.2).dots).toEqual([drawing.dots[1]]);
    expect(erase(drawing, 0.4, 1, 0.2)).toBe(drawing);
  });

  it("of a curve are regressed, also with two values of y", async () => {
    let drawing = { curve: true, dots: [] } as Parameters<typeof add>[0];
    for (const x of [-1, -0.5, 0, 0.5]) drawing = add(drawing, { x, y: x < 0 ? 0 : 1, label: 0 });
    expect(drawingOf(tableOf(drawing))).toEqual(drawing);
    const made = await loadPrepared(choice({ source: "drawn", table: tableOf(drawing) }));
    expect(made.task).toBe("regression");
  });

  it("are limited", () => {
    const dots = Array.from({ length: MOST_DOTS }, () => ({ x: 0, y: 0, label: 0 }));
    const full = { curve: false, dots };
    expect(add(full, { x: 1, y: 1, label: 1 })).toBe(full);
  });
});

it("random numbers are those of the same formula in Python: links and files depend on them", () => {
  const random = generator(1);
  expect([0, 0, 0].map(() => random.uniform() * 2 ** 32)).toEqual([
    2527132011, 314344336, 2535364964,
  ]);
});

it("random numbers are even, and a permutation has each number once", () => {
  const random = generator(7);
  const counts = new Array(16).fill(0);
  for (let n = 0; n < 16_000; n++) counts[Math.floor(random.uniform() * 16)] += 1;
  const chi2 = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  expect(chi2).toBeLessThan(38); // 15 degrees of freedom: p > 0.001
  expect([...generator(3).permutation(1000)].sort((a, b) => a - b)).toEqual([
    ...Array(1000).keys(),
  ]);
});

it("a drawing of one class or one point is unfinished, not wrong", async () => {
  const dots = [
    { x: 0, y: 0, label: 0 },
    { x: 0.5, y: 0, label: 0 },
  ];
  const given = (drawing: Drawing) =>
    loadPrepared(choice({ source: "drawn", table: tableOf(drawing) }));
  const blank = { key: "data.refused.blank" };
  await expect(given({ curve: false, dots: [] })).rejects.toMatchObject(blank);
  await expect(given({ curve: false, dots })).rejects.toMatchObject(blank);
  await expect(given({ curve: true, dots: dots.slice(0, 1) })).rejects.toMatchObject(blank);
});
