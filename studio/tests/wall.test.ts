import { describe, expect, test } from "vitest";
import type { Prepared, Task } from "../src/data/table.ts";
import { firstProject } from "../src/state/store.ts";
import { adapted } from "../src/wall/adapt.ts";
import { BRICKS, complete, OPTIMIZERS, refusal } from "../src/wall/catalogue.ts";
import { configure, duplicate, fresh, insert, move, remove } from "../src/wall/edits.ts";
import { misfits, places } from "../src/wall/shapes.ts";
import { type Brick, dense, type Wall } from "../src/wall/wall.ts";

const wall = (inputs: number, bricks: Brick[], loss = "binary_crossentropy"): Wall => ({
  ...firstProject().wall,
  inputs,
  bricks,
  loss,
});

function data(inputs: number, task: Task, outputs = 1): Prepared {
  const rows = { rows: 1, x: new Float32Array(inputs), inputs, y: new Float32Array(1) };
  return {
    name: "some",
    task,
    outputs,
    target: "y",
    inputs: Array.from({ length: inputs }, (_, i) => `x${i}`),
    classes:
      task === "regression" ? [] : Array.from({ length: Math.max(outputs, 2) }, (_, i) => `c${i}`),
    training: rows,
    validation: null,
    origins: { training: [0], validation: [], unlabelled: [] },
    unlabelled: { rows: 0, inputs: 1, x: new Float32Array() },
    scales: [],
    notes: [],
  };
}

const keys = (of: Wall, on: Prepared | null) => misfits(of, on).map((problem) => problem.key);

describe("places", () => {
  test("names, studs and parameters are Keras's", () => {
    const stack = places(
      wall(4, [
        dense(8, "relu"),
        { id: "n", kind: "BatchNormalization", config: {} },
        { id: "d", kind: "Dropout", config: { rate: 0.2 } },
        dense(3, "softmax"),
      ]),
    );
    expect(stack.map((place) => place.name)).toEqual([
      "dense",
      "batch_normalization",
      "dropout",
      "dense_1",
    ]);
    expect(stack.map((place) => [place.inputs, place.outputs])).toEqual([
      [4, 8],
      [8, 8],
      [8, 8],
      [8, 3],
    ]);
    expect(stack.map((place) => place.parameters)).toEqual([40, 32, 0, 27]);
    expect(stack.map((place) => place.synapses)).toEqual([32, 0, 0, 24]);
  });
});

describe("misfits", () => {
  test("a wall that fits has none", () => {
    expect(keys(wall(4, [dense(3, "relu"), dense(1, "sigmoid")]), data(4, "binary"))).toEqual([]);
  });

  test.each([
    ["inputs", wall(3, [dense(1, "sigmoid")]), data(4, "binary"), ["misfit.inputs"]],
    [
      "outputs",
      wall(4, [dense(8, "relu"), dense(2, "sigmoid")]),
      data(4, "binary"),
      ["misfit.outputs"],
    ],
    ["an output brick", wall(4, [dense(8, "relu")]), data(4, "binary"), ["misfit.outputs"]],
    ["loss", wall(4, [dense(1, "sigmoid")], "poisson"), data(4, "binary"), ["misfit.loss"]],
    ["activation", wall(4, [dense(1, "relu")]), data(4, "binary"), ["misfit.activation"]],
    ["softmax of one", wall(4, [dense(1, "softmax")]), data(4, "binary"), ["misfit.softmax"]],
    [
      "a weight brick",
      wall(4, [dense(8), { ...dense(2), fixed: { inputs: 5, name: "mine" } }, dense(1, "sigmoid")]),
      data(4, "binary"),
      ["misfit.studs"],
    ],
    [
      "a weight brick on the baseplate",
      wall(4, [{ ...dense(1, "sigmoid"), fixed: { inputs: 5, name: "mine" } }]),
      data(4, "binary"),
      ["misfit.studs"],
    ],
    [
      "everything at once",
      wall(3, [dense(8, "relu")], "mean_squared_error"),
      data(4, "classes", 3),
      ["misfit.inputs", "misfit.outputs", "misfit.loss"],
    ],
  ])("%s: said, and mended by its repairs", (_, broken, on, expected) => {
    expect(keys(broken, on)).toEqual(expected);
    let now = broken;
    for (let round = 0; round < 6; round++) {
      const repair = misfits(now, on).find((problem) => problem.repair)?.repair;
      if (!repair) break;
      now = repair.wall;
    }
    expect(keys(now, on)).toEqual([]);
  });
});

test("a number that the top can't give is said", () => {
  const on = {
    ...data(1, "regression"),
    training: { rows: 2, inputs: 1, x: new Float32Array(2), y: Float32Array.of(0.2, -1.2) },
  };
  const loss = "mean_squared_error";
  expect(keys(wall(1, [dense(1, "tanh")], loss), on)).toEqual(["misfit.range"]);
  expect(keys(wall(1, [dense(1, "relu")], loss), on)).toEqual(["misfit.range"]);
  expect(keys(wall(1, [dense(1, "elu")], loss), on)).toEqual([]);
  expect(
    misfits(wall(1, [dense(1, "sigmoid")], loss), on)[0].repair?.wall.bricks[0].config.activation,
  ).toBe("linear");
});

describe("what lies on the output", () => {
  const top = (kind: string, config: Brick["config"] = {}): Brick => ({ id: kind, kind, config });
  const [hidden, output] = [dense(8, "relu"), dense(1, "sigmoid")];
  const on = data(4, "binary");
  const mended = (of: Wall, by = on) => misfits(of, by)[0].repair?.wall as Wall;

  test.each(["Dropout", "GaussianNoise", "BatchNormalization", "LayerNormalization"])(
    "%s is put below it",
    (kind) => {
      const wrong = wall(4, [hidden, output, top(kind)]);
      expect(keys(wrong, on)).toEqual(["misfit.top"]);
      expect(mended(wrong).bricks.map((brick) => brick.kind)).toEqual(["Dense", kind, "Dense"]);
      expect(keys(mended(wrong), on)).toEqual([]);
    },
  );

  test("of numbers, too, and one after the other", () => {
    const numbers = data(4, "regression");
    const wrong = wall(
      4,
      [hidden, dense(1), top("Dropout"), top("GaussianNoise")],
      "mean_squared_error",
    );
    expect(keys(wrong, numbers)).toEqual(["misfit.top"]);
    const right = mended(mended(wrong, numbers), numbers);
    expect(keys(right, numbers)).toEqual([]);
    expect(right.bricks.at(-1)?.kind).toBe("Dense");
  });

  test.each(["sigmoid", "relu"])("a second activation comes off: %s", (activation) => {
    const wrong = wall(4, [hidden, output, top("Activation", { activation })]);
    expect(keys(wrong, on)).toEqual(["misfit.twice"]);
    expect(mended(wrong).bricks).toEqual([hidden, output]);
  });

  test.each(["relu", "tanh"])("a sigmoid of a %s output reaches a part of its range", (inner) => {
    const sigmoid = top("Activation", { activation: "sigmoid" });
    const wrong = wall(4, [hidden, dense(1, inner), sigmoid]);
    expect(keys(wrong, on)).toEqual(["misfit.confined"]);
    expect(keys(mended(wrong), on)).toEqual([]);
    const [, below, above] = mended(wrong).bricks;
    expect([below.config.activation, above]).toEqual(["linear", sigmoid]);
  });

  test("an activation of its own above a linear Dense is no misfit", () => {
    const apart = wall(4, [hidden, dense(1), top("Activation", { activation: "sigmoid" })]);
    expect(keys(apart, on)).toEqual([]);
    const three = data(4, "classes", 3);
    const softmax = [dense(3), top("Activation", { activation: "softmax" })];
    expect(keys(wall(4, softmax, "sparse_categorical_crossentropy"), three)).toEqual([]);
    const wrong = wall(4, [hidden, dense(1), top("Activation", { activation: "relu" })]);
    expect(mended(wrong).bricks[2].config.activation).toBe("sigmoid");
  });
});

describe("adapted", () => {
  test("a wall that fitted follows its data", () => {
    const now = adapted(
      wall(8, [dense(6, "relu"), dense(1, "sigmoid")]),
      data(8, "binary"),
      data(64, "classes", 10),
    );
    expect(now.inputs).toBe(64);
    expect(now.loss).toBe("sparse_categorical_crossentropy");
    expect(now.bricks[1].config).toEqual({ units: 10, activation: "softmax" });
    expect(misfits(now, data(64, "classes", 10))).toEqual([]);
    const back = adapted(now, data(64, "classes", 10), data(1, "regression"));
    expect(misfits(back, data(1, "regression"))).toEqual([]);
    expect(back.metrics).toEqual(["mean_absolute_error"]);
  });

  test("numbers to yes or no: output, loss and metric change, although squares could be computed", () => {
    const numbers = {
      ...wall(1, [dense(6, "relu"), dense(1)], "mean_squared_error"),
      metrics: ["mean_absolute_error"],
    };
    const now = adapted(numbers, data(1, "regression"), data(8, "binary"));
    expect([now.loss, now.metrics[0], now.bricks[1].config]).toEqual([
      "binary_crossentropy",
      "accuracy",
      { units: 1, activation: "sigmoid" },
    ]);
    const empty = adapted({ ...numbers, bricks: [] }, data(1, "regression"), data(4, "classes", 3));
    expect([empty.loss, empty.metrics[0]]).toEqual(["sparse_categorical_crossentropy", "accuracy"]);
  });

  test("a misfit that was there before stays to be seen", () => {
    const now = adapted(wall(8, [dense(2, "relu")]), data(8, "binary"), data(4, "binary"));
    expect(now.inputs).toBe(4);
    expect(keys(now, data(4, "binary"))).toEqual(["misfit.outputs"]);
  });
});

test("a brick that stands alone may be the only one, or the first of two: both are offered", () => {
  const on = data(3, "binary");
  const [{ repair, instead }] = misfits(wall(3, [dense(8, "relu")]), on);
  expect(instead?.key).toBe("repair.units");
  expect(instead?.wall.bricks.map(({ config }) => config.units)).toEqual([1]);
  expect(repair?.key).toBe("repair.output");
  expect(repair?.wall.bricks.map(({ config }) => config.units)).toEqual([8, 1]);
  const [two] = misfits(wall(3, [dense(8, "relu"), dense(4, "relu")]), on);
  expect([two.repair?.key, two.instead]).toEqual(["repair.units", undefined]);
});

describe("edits", () => {
  const start = wall(4, [dense(8, "relu"), dense(6, "relu"), dense(1, "sigmoid")]);
  const ids = (of: Wall) => of.bricks.map((brick) => brick.id);
  const [a, b, c] = ids(start);

  test("move, remove, insert and duplicate keep all others", () => {
    expect(ids(move(start, a, 2))).toEqual([b, c, a]);
    expect(ids(move(start, c, 0))).toEqual([c, a, b]);
    expect(ids(remove(start, b))).toEqual([a, c]);
    const brick = fresh("Dropout");
    expect(ids(insert(start, brick, 1))).toEqual([a, brick.id, b, c]);
    const twice = duplicate(start, b);
    expect(twice.bricks[2].config).toEqual(start.bricks[1].config);
    expect(new Set(ids(twice)).size).toBe(4);
    expect(ids(start)).toEqual([a, b, c]);
  });

  test("an argument that is the default is not kept", () => {
    const set = configure(start, a, { use_bias: false, activation: "linear" });
    expect(set.bricks[0].config).toEqual({ units: 8, use_bias: false });
    expect(configure(set, a, { use_bias: true }).bricks[0].config).toEqual({ units: 8 });
  });
});

describe("catalogue", () => {
  test("every default is a value of its field", () => {
    for (const { fields } of [...Object.values(BRICKS), ...Object.values(OPTIMIZERS)])
      for (const [name, value] of Object.entries(complete(fields, {})))
        if (value !== null) expect(refusal(fields[name], value), name).toBeNull();
  });

  test.each([
    ["units", 0],
    ["units", 2.5],
    ["units", "8"],
    ["units", Number.NaN],
    ["units", 1e9],
    ["activation", "rellu"],
    ["use_bias", 1],
    ["kernel_regularizer", "l2"],
    ["kernel_regularizer", { class_name: "L2", config: { l2: -1 } }],
    ["kernel_regularizer", { class_name: "L2", config: [] }],
    ["kernel_regularizer", { class_name: "L1", config: { l1: 0.1, l2: 0.1 } }],
    ["kernel_regularizer", { class_name: "L1", config: { l2: 0.1 } }],
    ["kernel_regularizer", { class_name: ["L1"], config: { l1: 0.1 } }],
    ["kernel_regularizer", { class_name: "toString", config: {} }],
  ])("%s = %s is refused", (name, value) => {
    expect(refusal(BRICKS.Dense.fields[name], value)).not.toBeNull();
  });

  test("a rate of 1 is refused, as Keras would drop everything", () => {
    expect(refusal(BRICKS.Dropout.fields.rate, 1)).not.toBeNull();
    expect(refusal(BRICKS.Dropout.fields.rate, 0)).toBeNull();
  });
});
