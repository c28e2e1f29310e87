/** Projects that want to run code of theirs: a script has nothing of them but numbers and texts. */
import { describe, expect, test } from "vitest";
import { writeCode } from "../../src/code/write.ts";
import { tableOf } from "../../src/data/drawn.ts";
import { loadPrepared } from "../../src/data/load.ts";
import type { Table } from "../../src/data/table.ts";
import { utf8 } from "../../src/files/bytes.ts";
import { toLink } from "../../src/files/link.ts";
import { readProject, writeProject } from "../../src/files/project.ts";
import { firstProject } from "../../src/state/store.ts";
import type { Project } from "../../src/wall/project.ts";
import { FITTING } from "../../src/wall/shapes.ts";
import { dense } from "../../src/wall/wall.ts";
import { language } from "../../src/words/words.ts";
import { printed } from "../python.ts";
import { dice } from "./walls.ts";

const CODE = `evil()`;
/** Ways out of a text, of a comment, or of a line. */
const TEXTS = [
  CODE,
  `"]; ${CODE} #`,
  `"\n${CODE}\n"`,
  `\\"]\n${CODE}`,
  `'''${CODE}'''`,
  `"""${CODE}"""`,
  `\r${CODE}`,
  `\r\n${CODE}`,
  `\u2028${CODE}`,
  `\u0085${CODE}`,
  `\v\f${CODE}`,
  `\0${CODE}`,
  `\ud800${CODE}`,
  `{${CODE}}`,
  `\\N{DIGIT ONE}${CODE}`,
  `\u202e${CODE}`,
  `%run ${CODE}`,
  "# coding: utf-7",
];

/** All that these scripts may call. */
const CALLS = new Set(
  (
    "print int range round len " +
    "keras.Input keras.Sequential keras.optimizers.Adam keras.utils.set_random_seed keras.utils.to_categorical " +
    "layers.Dense model.compile model.evaluate model.fit model.predict " +
    "np.array np.column_stack np.concatenate np.isnan np.nanmean np.ones np.unique np.where np.zeros " +
    "pd.DataFrame pd.read_csv pd.to_numeric prepare str.maketrans pima.load_data " +
    "table.dropna column.fillna column.isin column.where inputs.append text.where text.mask values.where values.abs " +
    "text.str.fullmatch text.str.replace text.str.translate .str.strip .str.replace " +
    ".to_numpy .astype .mean .round .std x_train.mean x_train.std y_train.mean y_train.std answers.argmax"
  ).split(" "),
);

const random = dice(3);
const hostile = (i: number): string => TEXTS[i % TEXTS.length];

/** A file's table in which all that can be a text is hostile. */
function tableWith(seed: number): Table {
  const rows = 40;
  const text = (i: number) => hostile(seed + i);
  return {
    name: text(0),
    rows,
    columns: [
      { name: text(1), values: Float64Array.from({ length: rows }, random) },
      { name: text(2), values: Array.from({ length: rows }, (_, i) => text(i % 4)) },
      {
        name: text(3),
        values: Float64Array.from({ length: rows }, (_, i) => (i % 9 ? i : Number.NaN)),
      },
      { name: text(4), values: Array.from({ length: rows }, (_, i) => text(4 + (i % 2))) },
    ],
    target: text(4),
    format: {
      delimiter: "\t",
      decimalComma: seed % 2 === 0,
      encoding: "euc-kr",
      skipped: seed % 3,
      header: (["names", "other", "none"] as const)[seed % 3],
    },
  };
}

async function scriptOf(project: Project): Promise<string> {
  const read = readProject(utf8(writeProject({ project, trained: null, history: [] })));
  if ("problem" in read) throw new Error(read.problem);
  const { data, wall } = read.value.project;
  const prepared = await loadPrepared(data);
  const { activation, losses } = FITTING[prepared.task];
  const bricks = [dense(3, "relu"), dense(prepared.outputs, activation)];
  return writeCode(
    {
      name: hostile(1),
      data,
      wall: { ...wall, inputs: prepared.inputs.length, bricks, loss: losses[0] },
    },
    prepared,
    { form: "script", imports: "keras" },
  ).text;
}

interface Facts {
  readonly calls: string[];
  readonly imports: string[];
  readonly texts: string[];
}

describe("a script of a hostile project", () => {
  test("calls what scripts call, and holds every text as it is", async () => {
    const first = firstProject();
    const tables = TEXTS.map((_, seed) => tableWith(seed));
    const scripts: string[] = [];
    for (const one of ["en", "ko"] as const) {
      language.value = one;
      for (const [seed, table] of tables.entries())
        scripts.push(
          await scriptOf({
            ...first,
            name: hostile(seed),
            data: { ...first.data, source: "csv", table, standardize: seed % 2 > 0 },
          }),
        );
    }
    language.value = "en";
    const facts = printed<Facts[]>("code/calls.py", [], scripts);
    for (const [i, { calls, imports, texts }] of facts.entries()) {
      expect(calls.filter((call) => !CALLS.has(call))).toEqual([]);
      expect(imports).toEqual([
        "from keras import layers",
        "import keras",
        "import numpy as np",
        "import pandas as pd",
      ]);
      const { columns } = tables[i % tables.length];
      // JSON from Python writes half a pair as it is, and UTF-8 cannot.
      const whole = columns.map(({ name }) => name).filter((name) => !/\p{Cs}/u.test(name));
      expect(texts).toEqual(expect.arrayContaining(whole));
    }
  });

  test("with a weight brick of a hostile name has it in one comment", async () => {
    const project = firstProject();
    const prepared = await loadPrepared(project.data);
    const scripts = TEXTS.map((name) => {
      const bricks = [{ ...dense(1, "sigmoid"), fixed: { inputs: 7, name } }];
      return writeCode({ ...project, wall: { ...project.wall, bricks } }, prepared, {
        form: "short",
        imports: "keras",
      }).text;
    });
    for (const { calls } of printed<Facts[]>("code/calls.py", [], scripts))
      expect(calls.filter((call) => !CALLS.has(call))).toEqual([]);
  });

  const drawn = tableOf({
    curve: false,
    dots: Array.from({ length: 20 }, (_, i) => ({ x: i / 20, y: -i / 20, label: i % 2 })),
  });
  const texts = Array.from({ length: 20 }, (_, i) => (i % 2 ? CODE : "0"));
  const [x1, x2, label] = drawn.columns;
  test.each([
    ["texts for numbers", { ...drawn, columns: [{ ...x1, values: texts }, x2, label] }],
    ["no columns", { ...drawn, columns: [] }],
    ["one column", { ...drawn, columns: [x1] }],
    ["four columns", { ...drawn, columns: [x1, x2, { ...x2, name: "x3" }, label] }],
    ["other names", { ...drawn, columns: [{ ...x1, name: CODE }, x2, label] }],
    ["other classes", { ...drawn, columns: [x1, x2, { ...label, values: texts }] }],
    ["numbers for classes", { ...drawn, columns: [x1, x2, { ...x2, name: "class" }] }],
    [
      "a number that is missing",
      {
        ...drawn,
        columns: [
          { ...x1, values: Float64Array.from({ length: 20 }, () => Number.NaN) },
          x2,
          label,
        ],
      },
    ],
    ["another target", { ...drawn, target: "x1" }],
  ])("points with %s are refused by a link, a file, and the data", async (_, table) => {
    const first = firstProject();
    const project: Project = { ...first, data: { ...first.data, source: "drawn", table } };
    for (const one of ["en", "ko"] as const) {
      language.value = one;
      expect(() => toLink({ project })).toThrow(/A, B/); // it reads what it has written
      expect(() => writeProject({ project, trained: null, history: [] })).toThrow(/A, B/);
    }
    language.value = "en";
    await expect(loadPrepared(project.data)).rejects.toMatchObject({ key: "data.refused.drawn" });
  });
});
