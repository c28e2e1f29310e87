/** Whole scripts are run: they load what the studio loads, and train. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCode } from "../../src/code/read.ts";
import { type Imports, writeCode } from "../../src/code/write.ts";
import { readCsv } from "../../src/data/csv.ts";
import { SOURCES } from "../../src/data/datasets.ts";
import { tableOf } from "../../src/data/drawn.ts";
import { loadPrepared } from "../../src/data/load.ts";
import type { DataChoice, Prepared } from "../../src/data/table.ts";
import { firstProject } from "../../src/state/store.ts";
import type { Project } from "../../src/wall/project.ts";
import { FITTING } from "../../src/wall/shapes.ts";
import { type Brick, dense, type Weight } from "../../src/wall/wall.ts";
import { PYTHON, printed } from "../python.ts";
import { CSV_FILES } from "./csv-files.ts";
import { dice, EMPTY } from "./walls.ts";

interface Ran {
  readonly arrays: Record<"x_train" | "y_train" | "x_val" | "y_val", number[][]>;
  readonly said: string;
  readonly weights: number[][];
  /** What is predicted of a row as the table has it, and of the same row as the network takes it. */
  readonly predicted: readonly [number[][], number[][]] | null;
}

interface Case {
  readonly title: string;
  readonly project: Project;
  readonly prepared: Prepared;
  readonly files: Record<string, string>;
  readonly runs_with: "keras" | "brickwork";
  readonly imports: Imports;
  /** Whether x and y are those of the studio, number by number, and the same rows are held out. */
  readonly equal: boolean;
}

type Options = Partial<Omit<Case, "title" | "project" | "prepared">> & {
  readonly data?: Partial<DataChoice>;
  readonly bricks?: readonly Brick[];
  readonly loss?: string;
};

const cases: Case[] = [];

async function add(title: string, options: Options): Promise<void> {
  const {
    data,
    bricks,
    files = {},
    runs_with = "brickwork",
    imports = "keras",
    equal = false,
  } = options;
  const choice = { ...firstProject().data, validation: 0.25, ...data };
  const prepared = await loadPrepared(choice);
  const { activation, losses } = FITTING[prepared.task];
  const wall = {
    ...EMPTY,
    inputs: prepared.inputs.length,
    bricks: bricks ?? [dense(4, "relu"), dense(prepared.outputs, activation)],
    loss: options.loss ?? losses[0],
    metrics: prepared.task === "regression" ? ["mean_absolute_error"] : ["accuracy"],
    epochs: 2,
  };
  const project = { name: title, wall, data: choice };
  cases.push({ title, project, prepared, files, runs_with, imports, equal });
}

const CSV = [
  "age,sex,fare,cabin,port,id,survived",
  ...Array.from({ length: 60 }, (_, i) => {
    const port = ["S", "C", "", "Q", "?"][i % 5];
    return `${i % 7 ? 20 + ((i * 7) % 30) : ""},${i % 2 ? "male" : "female"},"${1000 + i * 37.5}",${i % 3 ? "true" : "FALSE"},${port},${i + 1},${i % 11 ? i % 4 : ""}`;
  }),
].join("\n");
const SEMICOLONS = [
  "x;größe (cm);y",
  ...Array.from({ length: 30 }, (_, i) => `1.${100 + i},5;${i} %;${i % 2 ? "ja " : "nein"}`),
].join("\n");
const HEADERLESS = Array.from({ length: 24 }, (_, i) => `${i % 5}, ${i * 1.5}, ${i % 3}`).join(
  "\n",
);

const csv = (text: string, name: string) => ({
  data: { source: "csv", table: readCsv(new TextEncoder().encode(text), name) },
  files: { [name]: text },
});

const points = Array.from({ length: 40 }, (_, i) => ({
  x: Math.sin(i) * 0.5,
  y: i / 40,
  label: i % 2 ? 2 : 0,
}));

const PACKED = (): Brick[] => {
  const random = dice(5);
  const weight = (name: string, shape: number[]): Weight => {
    const size = shape.reduce((a, b) => a * b, 1);
    return {
      name,
      shape,
      values: Float32Array.from({ length: size }, () =>
        name.includes("variance") ? random() : random() - 0.5,
      ),
    };
  };
  return [
    {
      ...dense(64, "relu"),
      weights: [weight("kernel", [7, 64]), weight("bias", [64])],
      trainable: false,
    },
    {
      id: "n",
      kind: "BatchNormalization",
      config: {},
      weights: ["gamma", "beta", "moving_mean", "moving_variance"].map((name) =>
        weight(name, [64]),
      ),
      trainable: false,
    },
    {
      ...dense(1, "sigmoid"),
      weights: [weight("kernel", [64, 1]), weight("bias", [1])],
      fixed: { inputs: 64, name: "top" },
      trainable: false,
    },
  ];
};

await add("pima", { equal: true });
await add("pima, as it comes", {
  equal: true,
  data: { standardize: false, excluded: ["age", "pregnancies"] },
});
await add("pima, another target", { equal: true, data: { target: "glucose" } });
await add("iris", { equal: true, data: { source: "iris" } });
await add("iris, other columns", {
  equal: true,
  data: { source: "iris", excluded: ["sepal_width"], standardize: false },
});
await add("iris, another target", { equal: true, data: { source: "iris", target: "petal_width" } });
await add("iris, one-hot", { data: { source: "iris" }, loss: "categorical_crossentropy" });
await add("digits", { equal: true, data: { source: "digits" } });
await add("digits, a pixel to learn", {
  equal: true,
  data: { source: "digits", target: "pixel_3_3" },
});
await add("digits, some pixels", {
  equal: true,
  data: { source: "digits", excluded: ["pixel_0_0", "pixel_3_3"] },
});
await add("drawn", {
  equal: true,
  data: { source: "drawn", table: tableOf({ curve: false, dots: points }) },
});
await add("drawn, an axis to learn", {
  equal: true,
  data: { source: "drawn", table: tableOf({ curve: false, dots: points }), target: "x1" },
});
await add("drawn, a curve", {
  equal: true,
  data: { source: "drawn", table: tableOf({ curve: true, dots: points }) },
});
for (const { name, kind } of SOURCES.filter((source) => source.kind !== "real")) {
  await add(name, { data: { source: name, standardize: false } });
  const exact = !["xor", "blobs", "surface"].includes(name);
  await add(`${name}, without noise`, {
    equal: exact,
    data: {
      source: name,
      noise: 0,
      samples: 33,
      standardize: kind === "curve",
      validation: exact ? 0 : 0.25,
    },
  });
}
const boat = csv(CSV, "boat.csv");
for (const missing of ["mean", "drop"] as const)
  for (const standardize of [true, false]) {
    const data = { ...boat.data, missing, standardize, target: "survived" };
    await add(`a CSV file, ${missing} ${standardize}`, { ...boat, equal: true, data });
  }
await add("a CSV file, a text to learn", {
  ...boat,
  equal: true,
  data: { ...boat.data, target: "sex", excluded: ["age"] },
});
await add("a CSV file, numbers to learn", {
  ...boat,
  equal: true,
  data: { ...boat.data, target: "fare" },
});
await add("a CSV file with decimal commas", { ...csv(SEMICOLONS, "maße.csv"), equal: true });
await add("a CSV file without a header", { ...csv(HEADERLESS, "plain.csv"), equal: true });
const LONG = [
  "a,b,y",
  ...Array.from(
    { length: 2500 },
    (_, i) => `${Math.sin(i).toFixed(4)},${i % 7},${i % 50 ? ["no", "yes", "maybe"][i % 3] : ""}`,
  ),
].join("\n");
const long = csv(LONG, "long.csv");
await add("a long CSV file, classes", { ...long, equal: true });
await add("a long CSV file, one-hot", { ...long, loss: "categorical_crossentropy" });
await add("a long CSV file, numbers to learn", {
  ...long,
  equal: true,
  data: { ...long.data, target: "a" },
});
for (const [title, text] of Object.entries(CSV_FILES))
  await add(`a CSV file: ${title}`, { ...csv(text, "file.csv"), equal: true });
await add("all rows to learn from", { equal: true, data: { validation: 0 } });
await add("trained weights", { bricks: PACKED(), imports: "brickwork" });
await add("no bricks", { bricks: [] });
await add("TensorFlow's name", { imports: "tensorflow.keras" });
await add("by Keras itself: pima", { runs_with: "keras" });
await add("by Keras itself: spiral", { runs_with: "keras", data: { source: "spiral" } });
await add("by Keras itself: a CSV file", {
  ...boat,
  runs_with: "keras",
  data: { ...boat.data, target: "survived" },
});
await add("by Keras itself: trained weights", { runs_with: "keras", bricks: PACKED() });
await add("by Keras itself: one-hot", {
  runs_with: "keras",
  data: { source: "iris" },
  loss: "categorical_crossentropy",
});
await add("by Keras itself: a curve", { runs_with: "keras", data: { source: "sine" } });

const code = ({ project, prepared, imports }: Case) =>
  writeCode(project, prepared, { form: "script", imports }).text;

const ran = printed<Ran[]>(
  "code/scripts.py",
  [],
  cases.map((one) => ({ code: code(one), files: one.files, runs_with: one.runs_with })),
);

function rowsOf({ x, y, rows, inputs }: Prepared["training"]): number[][] {
  return Array.from({ length: rows }, (_, row) => [
    ...x.subarray(row * inputs, (row + 1) * inputs),
    y[row],
  ]);
}

describe("a script", () => {
  test.each(cases.map((one, i) => [one.title, one, ran[i]] as const))(
    "%s",
    (_, one, { arrays, said, weights, predicted }) => {
      const { project, prepared, equal } = one;
      const { wall } = project;
      const { x_train, y_train, x_val, y_val } = arrays;
      expect(x_train[0]).toHaveLength(wall.inputs);
      if (equal) {
        const close = (x: number[][], y: number[][], rows: Prepared["training"]) => {
          const theirs = x.map((row, i) => [...row, ...y[i]]);
          const ours = rowsOf(rows);
          expect(theirs).toHaveLength(ours.length);
          const apart = theirs.flatMap((row, i) => row.map((v, j) => Math.abs(v - ours[i][j])));
          expect(Math.max(...apart)).toBeLessThan(2e-4);
        };
        close(x_train, y_train, prepared.training);
        if (prepared.validation) close(x_val, y_val, prepared.validation);
      } else {
        expect([x_val.length, y_val.length]).toEqual([
          prepared.validation?.rows,
          prepared.validation?.rows,
        ]);
        expect([x_train.length, y_train.length]).toEqual([
          prepared.training.rows,
          prepared.training.rows,
        ]);
        if (project.data.standardize && !prepared.picture)
          expect(
            Math.abs(x_train.reduce((sum, [first]) => sum + first, 0) / x_train.length),
          ).toBeLessThan(1e-4);
      }
      if (wall.bricks.length) expect(said).toMatch(/\{.*'loss': \d/);
      if (wall.bricks.length) {
        const [raw, taken] = predicted as Exclude<typeof predicted, null>;
        // Points that are made anew are others than the one that the script writes out.
        for (const [i, value] of (equal ? raw : []).flat().entries())
          expect(value).toBeCloseTo(taken.flat()[i], 3);
        if (prepared.classes.length)
          expect(
            prepared.classes.some((name) =>
              [`['${name}']`, `[${name}]`, `[${name}.]`].some((one) => said.includes(one)),
            ),
          ).toBe(true);
      }
      const frozen = wall.bricks.every(
        ({ trainable, weights: held }) => trainable === false && held,
      );
      if (frozen) {
        const held = wall.bricks.flatMap((brick) =>
          (brick.weights ?? []).map(({ values }) => [...values]),
        );
        expect(weights).toEqual(held);
      }
    },
  );

  test.each(cases.map((one) => [one.title, one] as const))("%s is read again", (_, one) => {
    const { wall, problems } = readCode(code(one), one.project.wall);
    expect(wall).toEqual(one.project.wall);
    expect(problems.filter(({ severity }) => severity !== "note")).toEqual([]);
  });

  describe("of a table", () => {
    const CLEAN = [
      "age,plan,bill,churn",
      ...Array.from(
        { length: 60 },
        (_, i) =>
          `${20 + (i % 30)},${["basic", "plus"][i % 2]},${i % 9 ? i % 7 : "n/a"},${i % 3 ? "no" : "yes"}`,
      ),
    ].join("\n");
    const scriptOf = async (data: Partial<DataChoice>) => {
      const choice = { ...firstProject().data, ...data };
      const prepared = await loadPrepared(choice);
      const wall = { ...EMPTY, inputs: prepared.inputs.length, bricks: [dense(prepared.outputs)] };
      const project = { name: "a", wall, data: choice };
      return writeCode(project, prepared, { form: "script", imports: "keras" }).text;
    };

    test("without anything strange has no more than it needs, and the same for new rows", async () => {
      const text = await scriptOf(csv(CLEAN, "clean.csv").data);
      expect(text).toContain(
        'table = pd.read_csv("clean.csv", dtype={"plan": str, "churn": str})\n',
      );
      expect(text).not.toMatch(/fullmatch|regex|fillna|"other"/);
      expect(text).toContain('new = prepare(pd.DataFrame([{"age": ');
      expect(text).toContain("\nx = prepare(table)\n");
      expect(text.match(/^classes\b/gm)).toHaveLength(1);
      expect(text).toContain('print("always “no”:", (y_val == 0).mean().round(3))\n');
    });

    test("tells the error of numbers in their units, with that of their mean", async () => {
      const text = await scriptOf({ ...csv(CLEAN, "clean.csv").data, target: "age" });
      expect(text.match(/^print\(".*\.mean\(\) \* y_std\)$/gm)).toHaveLength(2);
    });

    test("with many columns names them in whole comments", async () => {
      for (const source of ["pima", "iris", "digits"]) {
        const text = await scriptOf({ source });
        const comments =
          /# Predict new rows[^\n]*\n([\s\S]*?)\nnew = /.exec(text)?.[1].split("\n") ?? [];
        for (const line of comments) expect(line).toMatch(/^# ".*"$/);
        const names = comments.flatMap((line) => line.match(/"[^"]*"/g) ?? []);
        const { inputs } = await loadPrepared({ ...firstProject().data, source });
        expect(names.map((name) => JSON.parse(name))).toEqual(inputs);
      }
    });
  });

  test("by the command", () => {
    const folder = mkdtempSync(join(tmpdir(), "studio-"));
    writeFileSync(join(folder, "script.py"), code(cases[0]));
    const done = spawnSync(PYTHON, ["-m", "brickwork", "run", "script.py"], {
      cwd: folder,
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    expect(done.stderr).not.toContain("Error");
    expect(done.status).toBe(0);
    expect(done.stdout).toMatch(/'accuracy': 0\.\d+/);
  });

  test("without its data says so", () => {
    const { text } = writeCode(cases[0].project, null, { form: "script", imports: "keras" });
    expect(text).toContain('raise SystemExit("The data of this wall could not be loaded');
    expect(readCode(text, cases[0].project.wall).wall).toEqual(cases[0].project.wall);
  });
});
