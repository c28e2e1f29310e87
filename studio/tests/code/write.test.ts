/** A wall becomes Keras code that runs, and that is read as the same wall. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { parseString } from "../../src/code/literals.ts";
import { readCode } from "../../src/code/read.ts";
import { pythonString } from "../../src/code/spelling.ts";
import { type Imports, writeCode } from "../../src/code/write.ts";
import { firstProject } from "../../src/state/store.ts";
import type { Project } from "../../src/wall/project.ts";
import { type Brick, dense, type Wall } from "../../src/wall/wall.ts";
import { language } from "../../src/words/words.ts";
import { PYTHON, printed } from "../python.ts";
import { asModel, dice, EMPTY, randomWall, spelledOut } from "./walls.ts";

const SHORT = { form: "short", imports: "keras" } as const;
const project = (wall: Wall): Project => ({ ...firstProject(), wall });
const short = (wall: Wall, imports: Imports = "keras") =>
  writeCode(project(wall), null, { ...SHORT, imports });

const LESSON: Wall = {
  ...EMPTY,
  bricks: [dense(8, "relu"), dense(6, "relu"), dense(1, "sigmoid")],
};

describe("the short form", () => {
  test("says what differs from the defaults", () => {
    expect(short(LESSON).text).toBe(`import keras
from keras import layers

keras.utils.set_random_seed(1)

model = keras.Sequential([
    keras.Input(shape=(8,)),
    layers.Dense(8, activation="relu"),
    layers.Dense(6, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])

model.compile(
    optimizer="adam",
    loss="binary_crossentropy",
    metrics=["accuracy"],
)

model.fit(
    x_train, y_train,
    batch_size=10, epochs=50,
    validation_data=(x_val, y_val),
)
`);
  });

  test("breaks a long line at its brackets", () => {
    const optimizer = {
      kind: "SGD",
      config: { learning_rate: 0.1, momentum: 0.9, nesterov: true },
    };
    const { text } = short({ ...LESSON, optimizer });
    expect(text).toContain(`    optimizer=keras.optimizers.SGD(
        learning_rate=0.1, momentum=0.9,
        nesterov=True,
    ),
`);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(48);
  });

  test("has the imports that are asked for", () => {
    const heads = (["keras", "brickwork", "tensorflow.keras"] as const).map((imports) =>
      short(LESSON, imports).text.split("\n").slice(0, 2),
    );
    expect(heads).toEqual([
      ["import keras", "from keras import layers"],
      ["import brickwork as keras", "from brickwork import layers"],
      ["from tensorflow import keras", "from tensorflow.keras import layers"],
    ]);
  });

  test("each line knows its brick, and so does the reader", () => {
    const long = { kernel_initializer: "he_normal", bias_initializer: "ones", use_bias: true };
    const penalty = { class_name: "L1L2", config: { l1: 0.001, l2: 0.01 } };
    const wall = {
      ...LESSON,
      bricks: [dense(8, "relu", { ...long, kernel_regularizer: penalty }), ...LESSON.bricks],
    };
    const { text, bricks } = short(wall);
    const lines = text.split("\n");
    expect(bricks).toHaveLength(lines.length);
    expect(
      lines.filter((_, i) => bricks[i] === wall.bricks[0].id).map((line) => line.trim()),
    ).toEqual([
      "layers.Dense(",
      "8,",
      'activation="relu",',
      'kernel_initializer="he_normal",',
      'bias_initializer="ones",',
      "kernel_regularizer=keras.regularizers.L1L2(l1=0.001, l2=0.01),",
      "),",
    ]);
    expect(readCode(text, wall).bricks).toEqual(bricks);
  });

  test("a name of a weight brick can't become code", () => {
    const name = 'eyes"\n])\nimport os\u2028os.remove("x")';
    const eyes: Brick = { ...dense(8, "relu"), fixed: { inputs: 8, name }, trainable: false };
    const { text } = short({ ...EMPTY, bricks: [eyes] });
    expect(text).toContain(
      '    # weight brick: eyes" ]) import os os.remove("x")\n    layers.Dense(8, activation="relu", trainable=False),\n',
    );
    expect(text.split("\n").filter((line) => line.startsWith("import os"))).toEqual([]);
  });
});

describe("there and back", () => {
  test("random walls are read as they were, with their ids", () => {
    for (let seed = 0; seed < 300; seed++) {
      const wall = randomWall(dice(seed));
      const { text } = short(wall, (["keras", "brickwork", "tensorflow.keras"] as const)[seed % 3]);
      const { wall: same, problems } = readCode(text, wall);
      expect(problems, text).toEqual([]);
      expect(spelledOut(same as Wall), text).toEqual(spelledOut(wall));
      expect(same?.bricks.map(({ id }) => id)).toEqual(wall.bricks.map(({ id }) => id));
      // Nothing of it is the wall that was there already.
      const { wall: other } = readCode(text, EMPTY);
      expect(spelledOut(other as Wall), text).toEqual(spelledOut(wall));
    }
  });

  test("texts with quotes, backslashes and letters that are not seen", () => {
    const texts = ['a"b', "a'b\\", "\n\t\r\0", "\u2028\u202e\ufeff", "가나 🧱", "\\n", ""];
    for (const text of texts)
      expect(parseString(pythonString(text))).toEqual({ type: "string", value: text });
    const { stdout } = spawnSync(
      PYTHON,
      ["-c", `import json; print(json.dumps([${texts.map(pythonString)}]))`],
      { encoding: "utf8" },
    );
    expect(JSON.parse(stdout)).toEqual(texts);
  });

  test("in Korean too", () => {
    language.value = "ko";
    const { text } = short(LESSON);
    language.value = "en";
    expect(readCode(text, LESSON).wall).toEqual(LESSON);
  });
});

test("Keras and brickwork build the wall of the code", () => {
  const walls = Array.from({ length: 12 }, (_, seed): Wall => {
    const wall = randomWall(dice(1000 + seed));
    const top = dense(1, "sigmoid");
    return {
      ...wall,
      inputs: 8,
      bricks: [...wall.bricks, top],
      epochs: 1,
      loss: "binary_crossentropy",
      metrics: ["accuracy"],
    };
  });
  const snippets = walls.map((wall) => ({
    code: short({ ...wall, batchSize: 40 }).text.replace(/\n.*validation_data.*/, ""),
    runs_with: ["keras", "brickwork"],
  }));
  const models = printed<Record<"keras" | "brickwork", Record<string, unknown>>[]>(
    "code/models.py",
    [],
    snippets,
  );
  for (const [i, { keras, brickwork }] of models.entries())
    for (const model of [keras, brickwork]) {
      const { inputs, layers, loss, optimizer } = asModel(walls[i]);
      const rounded = (value: unknown) =>
        JSON.parse(JSON.stringify(value), (_, one) =>
          typeof one === "number" ? Number(one.toPrecision(5)) : one,
        );
      expect(rounded(model.layers), snippets[i].code).toEqual(rounded(layers));
      expect(model).toMatchObject({ inputs, loss });
      expect(rounded(model.optimizer)).toMatchObject(rounded(optimizer));
    }
});
