/** A table becomes arrays as in scikit-learn, and everything that is done to it is said. */
import { describe, expect, it } from "vitest";
import { readCsv } from "../../src/data/csv.ts";
import { load } from "../../src/data/datasets.ts";
import { prepare } from "../../src/data/prepare.ts";
import { generator } from "../../src/data/random.ts";
import { split } from "../../src/data/split.ts";
import type { Rows } from "../../src/data/table.ts";
import { bytes, choice, refusal, table } from "./choice.ts";
import { PATIENCE, sklearn } from "./sklearn.ts";

const rowsOf = ({ x, inputs, rows }: Rows) =>
  Array.from({ length: rows }, (_, row) => [...x.subarray(row * inputs, (row + 1) * inputs)]);
const keys = (notes: readonly { key: string }[]) => notes.map((note) => note.key);
const range = (count: number) => [...Array(count).keys()];

function close(ours: number[][], theirs: number[][]): void {
  expect(ours.length).toBe(theirs.length);
  for (const [row, values] of ours.entries())
    for (const [index, value] of values.entries())
      expect(Math.abs(value - theirs[row][index])).toBeLessThan(1e-6 * (1 + Math.abs(value)));
}

describe("against scikit-learn", { timeout: PATIENCE }, () => {
  it("means, scales and categories of a table with missing values", () => {
    const random = generator(4);
    const count = 120;
    const number = (scale: number) =>
      range(count).map(() => (random.uniform() < 0.1 ? null : 5 * scale + scale * random.normal()));
    const pick = (names: string[]) =>
      range(count).map(() => names[Math.floor(random.uniform() * names.length)]);
    const numbers = [number(1), number(1000), number(1e-3), range(count).map(() => 7.1)];
    const texts = [pick(["red", "green", "blue", "Zebra"]), pick(["yes", "no"])];
    const [a, b, c, d] = numbers;
    const [colour, sure] = texts;
    const y = range(count).map(() => random.normal());
    // d is a constant but for one row, which may be held out: then 1 divides it.
    const e = [...d.slice(1), 8];
    const made = prepare(table({ a, b, c, e, colour, sure, y }), choice({ target: "y" }));
    const { training, validation } = split(count, 0.2, 1, null);
    const [answer] = sklearn<{
      training: number[][];
      validation: number[][];
      categories: string[][];
    }>({
      ask: "prepare",
      numbers: range(count).map((row) => [a[row], b[row], c[row], e[row]]),
      texts: range(count).map((row) => [colour[row], sure[row]]),
      training,
      validation,
    });
    close(rowsOf(made.training), answer.training);
    close(rowsOf(made.validation as Rows), answer.validation);
    expect(made.inputs).toEqual([
      ...["a", "b", "c", "e"],
      ...answer.categories[0].map((name) => `colour = ${name}`),
      ...answer.categories[1].map((name) => `sure = ${name}`),
    ]);
    expect(made.training.y).toEqual(Float32Array.from(training, (row) => y[row]));
  });

  it("pima, standardized by its training rows", () => {
    const made = prepare(load(choice({ source: "pima" })), choice());
    const columns = load(choice({ source: "pima" })).columns;
    const labels = columns[7].values as Float64Array;
    const { training, validation } = split(532, 0.2, 1, labels);
    const numbers = range(532).map((row) => columns.slice(0, 7).map(({ values }) => values[row]));
    const texts = range(532).map(() => ["same"]);
    const [answer] = sklearn<{ training: number[][]; validation: number[][] }>({
      ask: "prepare",
      numbers,
      texts,
      training,
      validation,
    });
    close(
      rowsOf(made.training),
      answer.training.map((row) => row.slice(0, 7)),
    );
    close(
      rowsOf(made.validation as Rows),
      answer.validation.map((row) => row.slice(0, 7)),
    );
  });
});

describe("the split", () => {
  it.each([
    [10, 0.2],
    [532, 0.2],
    [7, 0.5],
    [2, 0.9],
    [100, 0],
  ])("of %i rows holds out a share of %d, each row in one part", (count, share) => {
    const { training, validation } = split(count, share, 3, null);
    expect(validation.length).toBe(Math.min(Math.round(count * share), count - 1));
    expect([...training, ...validation].sort((a, b) => a - b)).toEqual(range(count));
  });

  it("keeps the classes in proportion, and one row of each in training", () => {
    const labels = range(100).map((row) => (row < 70 ? 0 : row < 99 ? 1 : 2));
    for (const seed of range(20)) {
      const { training, validation } = split(100, 0.3, seed, labels);
      const count = (rows: readonly number[], label: number) =>
        rows.filter((row) => labels[row] === label).length;
      expect(validation.length).toBe(30);
      expect(count(validation, 0)).toBe(21);
      expect(count(validation, 1)).toBe(9);
      expect(count(training, 2)).toBe(1);
    }
  });

  it("leaves every class a row for training, even if fewer are held out then", () => {
    const labels = range(40).map((row) => Math.min(row, 20)); // twenty rows for themselves
    const { training, validation } = split(40, 0.6, 2, labels);
    expect(new Set(training.map((row) => labels[row])).size).toBe(21);
    expect(validation.length).toBeLessThan(24);
  });

  it("is the same for a seed, and another for another", () => {
    expect(split(50, 0.3, 5, null)).toEqual(split(50, 0.3, 5, null));
    expect(split(50, 0.3, 5, null)).not.toEqual(split(50, 0.3, 6, null));
  });

  it("gives each row the same chance", () => {
    const held = new Array(20).fill(0);
    for (const seed of range(2000))
      for (const row of split(20, 0.25, seed, null).validation) held[row] += 1;
    for (const times of held) expect(Math.abs(times - 500)).toBeLessThan(90);
  });
});

describe("the task", () => {
  const made = (y: (number | null)[] | string[], more = {}) =>
    prepare(table({ x: range(y.length).map((n) => n * 1.5), y }), choice({ target: "y", ...more }));

  it("binary: two values, the smaller is 0", () => {
    const numbers = made([2, 1, 2, 1, 1, 2], { validation: 0 });
    expect(numbers.task).toBe("binary");
    expect(numbers.classes).toEqual(["1", "2"]);
    expect([...numbers.training.y]).toEqual([1, 0, 1, 0, 0, 1]);
    expect(made(["yes", "no", "yes", "no"]).classes).toEqual(["no", "yes"]);
    expect(made(["yes", "no", "yes", "no"]).outputs).toBe(1);
  });

  it("classes: texts, or few whole numbers that come again and again", () => {
    const texts = made(["c", "a", "b", "a", "b", "c"], { validation: 0 });
    expect(texts.task).toBe("classes");
    expect(texts.outputs).toBe(3);
    expect([...texts.training.y]).toEqual([2, 0, 1, 0, 1, 2]);
    const ten = made(range(100).map((n) => n % 10));
    expect(ten.classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });

  it("regression: all other numbers", () => {
    expect(made(range(100).map((n) => n % 30)).task).toBe("regression");
    expect(made([0.5, 1, 1.5, 0.5, 1, 1.5, 0.5, 1, 1.5, 0.5, 1, 1.5]).task).toBe("regression");
    expect(made([1, 2, 3, 4, 5]).task).toBe("regression");
  });

  it("the 0 and 1 of built-in data have names, for their own target alone", () => {
    const pima = load(choice({ source: "pima" }));
    expect(prepare(pima, choice()).classes).toEqual(["no diabetes", "diabetes"]);
    expect(prepare(pima, choice({ target: "pregnancies", task: "classes" })).classes[0]).toBe("0");
  });

  it("as the user says", () => {
    const grades = range(100).map((n) => n % 6);
    expect(made(grades, { task: "regression" }).task).toBe("regression");
    expect(made(grades, { task: "regression" }).classes).toEqual([]);
    expect(
      made(
        range(100).map((n) => n % 30),
        { task: "classes" },
      ).outputs,
    ).toBe(30);
  });

  it("a target far from 1 is scaled by the training rows, and it is said", () => {
    const prices = range(100).map((n) => 200_000 + 1000 * (n % 37));
    const scaled = made(prices);
    const { mean, std } = scaled.targetScale as { mean: number; std: number };
    expect(keys(scaled.notes)).toEqual(["data.note.target"]);
    const { training } = split(100, 0.2, 1, null);
    for (const [place, row] of training.entries())
      expect(scaled.training.y[place] * std + mean).toBeCloseTo(prices[row], -1);
    const sum = scaled.training.y.reduce((total, value) => total + value, 0);
    expect(Math.abs(sum)).toBeLessThan(1e-3);
    expect(made(prices, { standardize: false }).targetScale).toBeUndefined();
    const grams = made(range(100).map((n) => 1e-4 * (n % 37)));
    expect(keys(grams.notes)).toEqual(["data.note.target.small"]);
  });

  it.each([
    ["a constant", ["a", "a", "a"], {}, "target.constant"],
    ["texts to regress", ["a", "b", "a"], { task: "regression" }, "target.texts"],
    ["three values as binary", ["a", "b", "c", "a"], { task: "binary" }, "target.binary"],
    ["texts that are all different", ["a", "b", "c", "d"], {}, "target.id"],
    ["dates", ["2024-01-01", "2024-01-02", "2024-01-01"], {}, "target.date"],
    ["nothing", [null, null, null], {}, "rowsleft"],
    ["a column that is not there", [1, 2, 3], { target: "z" }, "target"],
    ["too many classes", range(300).map((n) => n % 150), { task: "classes" }, "target.classes"],
    ["a share of 95 %", [1, 2, 3], { validation: 0.95 }, "setting"],
  ] as const)("%s is refused", (_, y, more, key) => {
    expect(refusal(() => made([...y] as number[], more))).toBe(`data.refused.${key}`);
  });
});

describe("the inputs", () => {
  const y = range(60).map((n) => n % 2);
  const of = (columns: Record<string, (number | null)[] | string[]>, more = {}) =>
    prepare(table({ ...columns, y }), choice({ target: "y", ...more }));
  const x = range(60).map((n) => Math.sin(n));

  it("leave out what teaches nothing, and say so", () => {
    const made = of({
      x,
      same: x.map(() => 3),
      none: x.map(() => null),
      day: range(60).map((n) => `2024-01-${(n % 28) + 1}`),
      name: range(60).map((n) => `person ${n}`),
    });
    expect(made.inputs).toEqual(["x"]);
    expect(made.notes).toEqual([
      { key: "data.note.empty", values: { count: 1, columns: "none" } },
      { key: "data.note.constant", values: { count: 1, columns: "same" } },
      { key: "data.note.date", values: { count: 1, columns: "day" } },
      { key: "data.note.id", values: { count: 1, columns: "name" } },
    ]);
  });

  it("leave out what the user excludes, and the target", () => {
    expect(of({ a: x, b: x, c: x }, { excluded: ["b", "y"] }).inputs).toEqual(["a", "c"]);
  });

  it("have the twenty most frequent categories, and one for the others", () => {
    const many = range(60).map((n) => (n < 50 ? `c${String(n % 25).padStart(2, "0")}` : "c24"));
    const made = of({ many }, { validation: 0 });
    expect(made.inputs).toHaveLength(21);
    expect(made.inputs.at(-1)).toBe("many = other");
    expect(made.inputs).toContain("many = c24");
    expect(keys(made.notes)).toEqual(["data.note.other", "data.note.categories"]);
    for (const row of rowsOf(made.training))
      expect(row.reduce((sum, value) => sum + value, 0)).toBe(1);
  });

  it("a category of the name other takes the others", () => {
    const many = range(60).map((n) => (n % 2 ? "other" : `c${n % 50}`));
    const made = of({ many }, { validation: 0 });
    expect(made.inputs.filter((name) => name === "many = other")).toHaveLength(1);
    for (const row of rowsOf(made.training))
      expect(row.reduce((sum, value) => sum + value, 0)).toBe(1);
  });

  it("a missing number is the mean of the training rows, a missing text is a category", () => {
    const holes = x.map((value, row) => (row === 5 ? null : value));
    const texts = range(60).map((n) => (n === 5 ? "" : n % 3 ? "a" : "b"));
    const made = of({ holes, texts }, { validation: 0 });
    expect(made.inputs).toEqual(["holes", "texts = a", "texts = b", "texts = ?"]);
    const [hole, ...texted] = rowsOf(made.training)[5];
    expect(hole).toBeCloseTo(0, 12);
    expect(texted).toEqual([0, 0, 1]);
    expect(made.notes).toEqual([
      { key: "data.note.categories", values: { columns: "texts (3)" } },
      { key: "data.note.filled", values: { count: 1, columns: "holes (1)" } },
      { key: "data.note.unknown", values: { count: 1, columns: "texts (1)" } },
    ]);
  });

  it("or their rows are left out, with the category", () => {
    const holes = x.map((value, row) => (row === 5 ? null : value));
    const texts = range(60).map((n) => (n === 7 ? "" : n % 3 ? "a" : "b"));
    const made = of({ holes, texts }, { validation: 0, missing: "drop" });
    expect(made.inputs).toEqual(["holes", "texts = a", "texts = b"]);
    expect(made.training.rows).toBe(58);
    expect(made.notes).toEqual([
      { key: "data.note.dropped", values: { count: 2 } },
      { key: "data.note.categories", values: { columns: "texts (2)" } },
    ]);
  });

  it("come from rows of the table that are known, whatever is left out and held out", () => {
    const holes = x.map((value, row) => (row % 7 === 3 ? null : value));
    const made = of({ holes }, { missing: "drop", standardize: false });
    for (const [rows, origins] of [
      [made.training, made.origins.training],
      [made.validation as Rows, made.origins.validation],
    ] as const) {
      expect(origins).toHaveLength(rows.rows);
      expect([...rows.x]).toEqual(origins.map((row) => Math.fround(holes[row] as number)));
      expect([...rows.y]).toEqual(origins.map((row) => y[row]));
    }
    const all = [...made.origins.training, ...made.origins.validation].sort((a, b) => a - b);
    expect(all).toEqual(range(60).filter((row) => holes[row] !== null));
  });

  it("rows without target are left out", () => {
    const made = prepare(
      table({ x, y: y.map((value, row) => (row < 4 ? null : value)) }),
      choice({ target: "y", validation: 0 }),
    );
    expect(made.training.rows).toBe(56);
    expect(made.notes).toEqual([
      { key: "data.note.untargeted", values: { count: 4, target: "y" } },
    ]);
  });

  it("are numbers as they are, if the user wants them so", () => {
    const made = of({ x }, { standardize: false, validation: 0 });
    expect(made.training.x).toEqual(Float32Array.from(x));
    expect(made.scales).toEqual([{ mean: 0, std: 1 }]);
  });

  it("a column missing in all training rows is 0", () => {
    const { validation } = split(60, 0.2, 1, y);
    const seldom = x.map((value, row) => (validation.includes(row) ? value : null));
    const made = of({ x, seldom });
    expect(made.scales[1]).toEqual({ mean: 0, std: 1 });
    expect(rowsOf(made.training).every((row) => row[1] === 0)).toBe(true);
  });

  it("of a picture keep every pixel and share a scale; without one pixel they are no picture", () => {
    const digits = load(choice({ source: "digits" }));
    const made = prepare(digits, choice());
    expect(made.inputs).toHaveLength(64);
    expect(new Set(made.scales.map((scale) => scale.std)).size).toBe(1);
    expect(made.picture).toEqual({ width: 8, height: 8 });
    const without = prepare(digits, choice({ excluded: ["pixel_3_3"] }));
    expect(without.picture).toBeUndefined();
  });

  it.each([
    ["no input", { same: x.map(() => 1) }, {}, "noinputs"],
    ["all excluded", { x }, { excluded: ["x"] }, "noinputs"],
    [
      "all rows dropped",
      { a: x.map((v, n) => (n % 2 ? v : null)), b: x.map((v, n) => (n % 2 ? null : v)) },
      { missing: "drop" },
      "alldropped",
    ],
    [
      "more than 1,000 inputs",
      Object.fromEntries(
        range(60).map((n) => [`t${n}`, range(60).map((m) => `c${(m * 7 + n) % 20}`)]),
      ),
      {},
      "inputs",
    ],
  ] as const)("%s is refused", (_, columns, more, key) => {
    expect(refusal(() => of(columns as unknown as Record<string, string[]>, more))).toBe(
      `data.refused.${key}`,
    );
  });
});

it("rows without a target are in no set, and become inputs as the others do", () => {
  const lines = Array.from(
    { length: 20 },
    (_, i) => `${i},${i % 2 ? "a" : "b"},${i % 3 ? "yes" : "no"}`,
  );
  const table = readCsv(bytes(`n,kind,y\n${lines.join("\n")}\n3,a,\n,b,\n5,c,`), "some.csv");
  const of = (missing: "mean" | "drop") =>
    prepare(table, choice({ target: "y", missing, validation: 0 }));
  const made = of("mean");
  expect(made.inputs).toEqual(["n", "kind = a", "kind = b"]);
  expect(made.training.rows).toBe(20);
  expect(made.origins.unlabelled).toEqual([20, 21, 22]);
  // Row 3 is "3,a" as well.
  expect([...made.unlabelled.x.slice(0, 3)]).toEqual([...made.training.x.slice(9, 12)]);
  expect(made.unlabelled.x[3]).toBeCloseTo(0, 6); // the mean of those that are trained on
  expect(of("drop").origins.unlabelled).toEqual([20, 22]);
});
