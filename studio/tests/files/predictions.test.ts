/** Predictions as CSV, read by another program's reader. */
import Papa from "papaparse";
import { expect, test } from "vitest";
import { readCsv } from "../../src/data/csv.ts";
import { prepare } from "../../src/data/prepare.ts";
import type { DataChoice, Prepared, Rows, Table } from "../../src/data/table.ts";
import { targetScale } from "../../src/data/units.ts";
import { writePredictions } from "../../src/files/predictions.ts";
import { firstProject } from "../../src/state/store.ts";

const HEADS = ["age;note;prediction;smoker", '30,5;"a; b";x;yes', '41;"say ""hi""";y;no', "29;;z;"];
const MORE = Array.from(
  { length: 40 },
  (_, i) => `${20 + i},25;n${i};k${i % 3};${i % 2 ? "yes" : "no"}`,
);
const table = readCsv(new TextEncoder().encode([...HEADS, ...MORE].join("\n")), "smokers.csv");

const prepared = (of: Table, more: Partial<DataChoice> = {}) =>
  prepare(of, { ...firstProject().data, source: "csv", table: of, validation: 0.25, ...more });

/** As a wall would answer: each row by its place among those of its set. */
const outputs = (data: Prepared, answer: (row: number, truth: number) => readonly number[]) => {
  const of = (rows: Rows | null) =>
    Float32Array.from(Array.from(rows?.y ?? [], (truth, row) => answer(row, truth)).flat());
  const asked = Array.from({ length: data.unlabelled.rows }, (_, row) => answer(row, 0));
  return {
    training: of(data.training),
    validation: of(data.validation),
    unlabelled: Float32Array.from(asked.flat()),
  };
};
const written = (...args: Parameters<typeof writePredictions>) => {
  const text = writePredictions(...args);
  expect(text.startsWith("\ufeff")).toBe(true);
  const { data, errors } = Papa.parse<string[]>(text.slice(1), {
    delimiter: ";",
    skipEmptyLines: true,
  });
  expect(errors).toEqual([]);
  return data;
};

test("of two classes: each row of the table, as it was, with its set, its class and both probabilities", () => {
  const data = prepared(table, { target: "smoker", excluded: ["note"] });
  const [header, ...rows] = written(
    table,
    data,
    outputs(data, (row, truth) => [truth ? 0.75 : row / 1000]),
    { sure: true, split: true },
  );
  const own = ["age", "note", "prediction", "smoker"];
  expect(header).toEqual([
    ...own,
    "set",
    "prediction_",
    ...data.classes.map((name) => `probability_${name}`),
  ]);
  expect(rows).toHaveLength(table.rows);
  expect(rows[0].slice(0, 4)).toEqual(["30,5", "a; b", "x", "yes"]);
  expect(rows[1].slice(0, 4)).toEqual(["41", 'say "hi"', "y", "no"]);
  expect(rows[2]).toEqual(["29", "", "z", "", "", data.classes[0], "1", "0"]); // nobody knows
  for (const set of ["training", "validation"] as const)
    data.origins[set].forEach((origin, i) => {
      const { y } = data[set] as Rows;
      const [, , , truth, ...said] = rows[origin];
      expect(said.slice(0, 2)).toEqual([set, truth]);
      const numbers = said.slice(2).map((cell) => Number(cell.replace(",", ".")));
      expect(numbers[1]).toBeCloseTo(y[i] ? 0.75 : i / 1000, 6);
      expect(numbers[0] + numbers[1]).toBeCloseTo(1, 6);
    });
});

test("of numbers: in the units of the table; without sets where they are not known", () => {
  const data = prepared(table, { target: "age", task: "regression", excluded: ["note"] });
  const scale = targetScale(data);
  expect(scale.std).not.toBe(1);
  const [header, ...rows] = written(
    table,
    data,
    outputs(data, (_, truth) => [truth]),
    { sure: false, split: false },
  );
  expect(header.slice(4)).toEqual(["prediction_"]);
  for (const [age, , , , predicted] of rows)
    expect(Number(predicted.replace(",", "."))).toBeCloseTo(Number(age.replace(",", ".")), 4);
});

test("of several classes: one probability each", () => {
  const data = prepared(table, { target: "prediction", task: "classes", excluded: ["note"] });
  const width = data.classes.length;
  const [header, ...rows] = written(
    table,
    data,
    outputs(data, (_, truth) => Array.from({ length: width }, (_, one) => Number(one === truth))),
    { sure: true, split: true },
  );
  expect(header.slice(6)).toEqual(data.classes.map((name) => `probability_${name}`));
  for (const row of rows) if (row[4]) expect(row[5]).toBe(row[2]);
});
