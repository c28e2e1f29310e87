/** Keras code becomes the wall that Keras itself would build. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { said } from "../../src/code/problems.ts";
import { type Reading, readCode } from "../../src/code/read.ts";
import { printed } from "../python.ts";
import { asModel, EMPTY } from "./walls.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const PAGE = readFileSync(here("snippets.md"), "utf8");
const SNIPPETS = [...PAGE.matchAll(/^## ([^\n]*) \(([^\n]*)\)\n\n```python\n(.*?)^```/gms)].map(
  ([, title, runsWith, code]) => ({ title, runs_with: runsWith.split(", "), code }),
);

interface Model {
  readonly inputs: number[] | null;
  readonly layers: readonly Record<string, unknown>[];
  readonly loss: string;
  readonly optimizer: Record<string, unknown>;
  readonly batch_size?: number;
  readonly steps?: number;
  readonly epochs?: number;
}

const messages = ({ problems }: Reading, severity?: string) =>
  problems.filter((problem) => !severity || problem.severity === severity).map(said);

const read = (code: string) => readCode(code, EMPTY);

describe("what Keras makes of it", () => {
  const answers = printed<Partial<Record<"keras" | "brickwork", Model>>[]>(
    "code/models.py",
    [],
    SNIPPETS,
  );

  test.each(SNIPPETS.map((snippet, i) => [snippet.title, snippet, answers[i]] as const))(
    "%s",
    (_, { code, runs_with }, models) => {
      const reading = read(code);
      expect(messages(reading, "error")).toEqual([]);
      const wall = reading.wall as NonNullable<Reading["wall"]>;
      const ours = asModel(wall);
      for (const one of runs_with.filter((name) => name !== "none")) {
        const { inputs, layers, loss, optimizer, ...fitted } = models[one as "keras"] as Model;
        if (inputs) expect(ours.inputs).toEqual(inputs);
        // Layers that are an activation are Activation bricks; Flatten is none.
        const theirs = layers.filter(({ kind }) => kind !== "Flatten");
        expect(ours.layers).toHaveLength(theirs.length);
        for (const [i, { kind, ...settings }] of theirs.entries())
          if (kind === "ReLU" || kind === "Softmax")
            expect(ours.layers[i]).toMatchObject({
              kind: "Activation",
              activation: String(kind).toLowerCase(),
            });
          else expect(ours.layers[i]).toEqual({ kind, ...settings });
        expect(ours.loss).toBe(loss);
        expect(optimizer).toMatchObject(ours.optimizer);
        if (fitted.epochs) expect(wall.epochs).toBe(fitted.epochs);
        if (fitted.batch_size) expect(wall.batchSize).toBe(fitted.batch_size);
        const rows = reading.validation === null ? 40 : 40 * (1 - reading.validation);
        if (fitted.steps) expect(Math.ceil(rows / wall.batchSize)).toBe(fitted.steps);
      }
    },
  );

  test("Keras 1 is said to be old, and never what today's Keras runs", () => {
    const old = (code: string) => read(code).notices.find(({ key }) => key === "code.old");
    for (const { code, runs_with, title } of SNIPPETS) {
      if (runs_with.includes("keras")) expect(old(code), title).toBeUndefined();
      if (/Keras 1|A batch's shape/.test(title)) expect(old(code), title).toBeDefined();
    }
    expect(old(SNIPPETS[0].code)?.values).toEqual({ line: 14, name: "init" });
  });

  test("there are many, in the words of each Keras", () => {
    expect(SNIPPETS.length).toBeGreaterThan(30);
    expect(SNIPPETS.filter(({ title }) => title.includes("Keras 1")).length).toBeGreaterThan(2);
  });
});

describe("what only the text can tell", () => {
  const bricks = (code: string) =>
    read(code).wall?.bricks.map(({ kind, config }) => [kind, config]);

  const titled = (title: string) =>
    SNIPPETS.find((snippet) => snippet.title.startsWith(title))?.code as string;

  test("a model that scikit-learn makes", () => {
    expect(bricks(titled("Models for scikit-learn"))).toHaveLength(2);
  });

  test("a cross-validation is read once, which is said", () => {
    const reading = read(titled("Cross-validation"));
    expect(reading.wall).toMatchObject({ inputs: 8, epochs: 150, batchSize: 10 });
    expect(messages(reading, "warning")).toEqual([expect.stringContaining("it is read once")]);
  });

  test("inputs by the data's shape are those of the data", () => {
    const reading = read(titled("A strategy"));
    expect(reading.wall).toMatchObject({
      inputs: EMPTY.inputs,
      metrics: ["mean_absolute_error", "mean_squared_error"],
    });
    expect(reading.validation).toBe(0.2);
    expect(read(titled("A notebook")).wall?.inputs).toBe(EMPTY.inputs);
  });

  test("from_logits=True gives the top brick the activation, which is said", () => {
    const reading = read(titled("From logits"));
    expect(reading.wall).toMatchObject({ inputs: 784, loss: "sparse_categorical_crossentropy" });
    expect(reading.wall?.bricks.at(-1)?.config).toEqual({ units: 10, activation: "softmax" });
    expect(messages(reading, "warning")).toEqual([
      expect.stringContaining("has the softmax itself"),
    ]);
  });

  test("defaults are left out of configs", () => {
    expect(
      bricks(
        "m = Sequential([Dense(3, activation='linear', use_bias=True), Dropout(0.5), Activation('relu')])",
      ),
    ).toEqual([
      ["Dense", { units: 3 }],
      ["Dropout", {}],
      ["Activation", {}],
    ]);
  });

  test("what the code does not say stays", () => {
    const current = {
      ...EMPTY,
      loss: "huber",
      metrics: ["mean_squared_error"],
      batchSize: 7,
      epochs: 3,
      seed: 9,
    };
    const { wall } = readCode("model = keras.Sequential([layers.Dense(3)])", current);
    expect(wall).toEqual({ ...current, bricks: wall?.bricks });
  });

  test("a seed in any of its ways", () => {
    for (const line of [
      "np.random.seed(42)",
      "tf.random.set_seed(42)",
      "keras.utils.set_random_seed(seed=42)",
      "random.seed(42)",
    ])
      expect(read(`${line}\nmodel = Sequential([Dense(1)])`).wall?.seed).toBe(42);
  });

  test("of models that are compiled the last one is the wall", () => {
    const code =
      "a = Sequential([Dense(1)])\na.compile('sgd', 'mse')\nb = Sequential([Dense(2)])\n";
    expect(bricks(code)).toEqual([["Dense", { units: 1 }]]);
    expect(bricks(`${code}b.compile('sgd', 'mse')`)).toEqual([["Dense", { units: 2 }]]);
    expect(messages(read(code))).toEqual([
      "There are several models; the wall is the one of line 1.",
    ]);
  });

  test("each line knows its brick", () => {
    const reading = read(
      "model = Sequential([\n  Input((4,)),\n  Dense(\n    3,\n  ),\n  Dropout(0.1),\n])\nmodel.add(Dense(1))\n",
    );
    const [a, b, c] = (reading.wall?.bricks ?? []).map(({ id }) => id);
    expect(reading.bricks).toEqual([null, null, a, a, a, b, null, c, null]);
  });
});

const WITHIN = (layer: string) => `model = Sequential([Input((4,)), ${layer}])`;
const COMPILED = (words: string) => `model = Sequential([Dense(1)])\nmodel.compile(${words})`;

/** Code that is no wall, and what is said of it. */
const REFUSED: readonly (readonly [code: string, message: string])[] = [
  ["", "No code yet. A wall begins with: model = keras.Sequential([...])"],
  ["x = 3\nprint(x)", "No model is built here. Expected: model = keras.Sequential([...])"],
  [
    "import torch.nn as nn\nmodel = nn.Sequential(nn.Linear(4, 1))",
    "No model is built here. Expected: model = keras.Sequential([...])",
  ],
  [
    WITHIN("LSTM(3)"),
    "LSTM is no brick of the studio, whose layers are for rows of numbers: Dense, Activation, Dropout, GaussianNoise, BatchNormalization, LayerNormalization.",
  ],
  [
    WITHIN("Dens(8)"),
    "Did you mean Dense? Dens is no brick of the studio, whose layers are for rows of numbers: Dense, Activation, Dropout, GaussianNoise, BatchNormalization, LayerNormalization.",
  ],
  [WITHIN("Droput(0.1)"), "Did you mean Dropout?"],
  [WITHIN("Dense"), "Dense is the class; a layer is made with brackets, as in Dense(8)."],
  [
    WITHIN("hidden"),
    "Expected a layer, such as Dense(8); code is read and not run, so what hidden is can't be told.",
  ],
  [WITHIN("Dense()"), "Dense needs units."],
  [WITHIN("Dense(0)"), "units: 0: a whole number from 1 to 4,096 is expected."],
  [WITHIN("Dense(-3)"), "units: -3: a whole number from 1 to 4,096 is expected."],
  [WITHIN("Dense(8 / 2)"), "units: 8 / 2: a whole number from 1 to 4,096 is expected."],
  [WITHIN("Dense(5000)"), "units: 5000: a whole number from 1 to 4,096 is expected."],
  [WITHIN("Dense('8')"), "units: 8: a whole number from 1 to 4,096 is expected."],
  [WITHIN("Dense(None)"), "units: None: a whole number from 1 to 4,096 is expected."],
  [
    WITHIN("Dense(units)"),
    "units: code is read and not run, so what units is can't be told. Write the value itself.",
  ],
  [
    WITHIN("Dense(len(names))"),
    "units: code is read and not run, so what len(names) is can't be told.",
  ],
  [WITHIN("Dense(8, 9)"), "activation: code is read and not run, so what 9 is can't be told."],
  [WITHIN("Dense(8, 'rellu')"), "activation: rellu is none of: linear, relu,"],
  [WITHIN("Dense(8, 'rellu')"), "Did you mean relu?"],
  [WITHIN("Dense(8, 'ReLU')"), "Did you mean relu?"],
  [
    WITHIN("Dense(8, activation=my_relu)"),
    "activation: code is read and not run, so what my_relu is can't be told.",
  ],
  [
    WITHIN("Dense(8, activation=lambda x: x)"),
    "activation: code is read and not run, so what lambda x: x is can't be told.",
  ],
  [
    WITHIN("Dense(8, activaton='relu')"),
    "Did you mean activation? Dense has no argument activaton.",
  ],
  [WITHIN("Dense(8, units=9)"), "Dense is given units twice."],
  [WITHIN("Dense(8, use_bias=1)"), "use_bias: yes or no is expected."],
  [
    WITHIN("Dense(8, kernel_initializer='orthogonal')"),
    "kernel_initializer: orthogonal is none of: glorot_uniform,",
  ],
  [WITHIN("Dense(8, kernel_regularizer=0.01)"), "kernel_regularizer: code is read and not run"],
  [
    WITHIN("Dense(8, kernel_regularizer=l2(-1))"),
    "l2: -1: a number from 0 to 1,000,000 is expected.",
  ],
  [WITHIN("Dense(8, kernel_regularizer=l2(rate=1))"), "l2 has no argument rate."],
  [WITHIN("Dropout(1)"), "rate: 1: a number from 0 to 1 is expected."],
  [WITHIN("Dropout('half')"), "rate: half: a number from 0 to 1 is expected."],
  [WITHIN("Dropout(True)"), "rate: true: a number from 0 to 1 is expected."],
  [WITHIN("Dropout()"), "Dropout needs rate."],
  [WITHIN("Dropout(0.1, None, 3, 4)"), "Dropout takes at most 3 arguments without a name."],
  [WITHIN("BatchNormalization(epsilon=0)"), "epsilon: 0: a number from 0 to 1 is expected."],
  [
    WITHIN("Dense(8, input_dim=3)"),
    "Dense is told that 3 signals come in, and the brick below has 4 studs.",
  ],
  [
    WITHIN("Dense(6), Dense(8, input_shape=(1,))"),
    "Dense is told that 1 signal comes in, and the brick below has 6 studs.",
  ],
  [
    "model = Sequential([Input(shape=(4)), Dense(1)])",
    "shape: (4) is a number in brackets. A shape has a comma: (4,)",
  ],
  [
    "model = Sequential([Input(shape=(0,)), Dense(1)])",
    "The numbers of a shape are whole and at least 1; got (0,).",
  ],
  [
    "model = Sequential([Input(shape=(28, 28)), Dense(1)])",
    "Rows of shape (28, 28) are not flat: put Flatten() first.",
  ],
  [
    "model = Sequential([Input(shape=(99999,)), Dense(1)])",
    "shape: 99,999: a whole number from 1 to 10,000 is expected.",
  ],
  [
    "model = Sequential(layers)",
    "Expected a list of layers, as in Sequential([Dense(8), Dense(1)]); got layers.",
  ],
  [
    "model = Sequential()\nfor n in sizes:\n  model.add(Dense(n))",
    "so how often this for runs is not known",
  ],
  [
    "model = Sequential()\nif deep:\n  model.add(Dense(3))",
    "so how often this if runs is not known",
  ],
  [
    "model = Sequential()\nwhile True:\n  model.add(Dense(3))",
    "so how often this while runs is not known",
  ],
  ["model = Sequential([Dense(3)] * 101)", "A wall has at most 100 bricks."],
  [
    "model = Sequential([Dense(3)])\nfor i in range(9):\n  model.add(model)",
    "A wall has at most 100 bricks.",
  ],
  [
    "x = [0] * 10 ** 9\nmodel = Sequential([Dense(1)])",
    "This would take too many steps to follow.",
  ],
  [
    "for i in range(10 ** 9): pass\nmodel = Sequential([Dense(1)])",
    "This would take too many steps to follow.",
  ],
  [
    "def f(): return f()\nf()\nmodel = Sequential([Dense(1)])",
    "This is nested too deeply to follow.",
  ],
  [`x = ${"(".repeat(300)}1${")".repeat(300)}`, "This is nested too deeply to follow."],
  [`x = ${"1+".repeat(300)}1`, "This is nested too deeply to follow."],
  [`# ${"x".repeat(100_000)}`, "The code has 100,002 letters; at most 100,000 are read."],
  ["model = Sequential([Dense(8)", "Python can’t read “model = Sequential([Dense(8)”"],
  ["model = Sequential([\n  Dense(8\n", "Python can’t read “Dense(8”"],
  ["model = Sequential([Dense(8) Dense(1)])", "Python can’t read “Dense(1)])”"],
  ["model = Sequential([Dense(8, 'relu)])", "The closing quote is missing: 'relu)])"],
  [
    "inputs = Input((4,))\na = Dense(2)(inputs)\nb = Dense(2)(inputs)\nmodel = Model(inputs, concatenate([a, b]))",
    "A wall is one stack",
  ],
  ["a, b = Input((4,)), Input((4,))\nmodel = Model([a, b], Dense(1)(a))", "A wall is one stack"],
  [
    "class Net(keras.Model):\n  def __init__(self):\n    self.dense = Dense(3)\nmodel = Net()",
    "No model is built here.",
  ],
  [
    "class Mine(keras.layers.Layer): pass\nmodel = Sequential([Mine(3)])",
    "Expected a layer, such as Dense(8)",
  ],
  [
    COMPILED("'adam', 'crossentropy'"),
    "crossentropy is no loss of the studio. Its losses: binary_crossentropy,",
  ],
  [COMPILED("'adam', 'binary_crosentropy'"), "Did you mean binary_crossentropy?"],
  [COMPILED("'adam', loss=lambda a, b: a"), "loss: code is read and not run"],
  [
    COMPILED("'adan', 'mse'"),
    "Did you mean Adam? adan is no optimizer of the studio. Its optimizers: SGD, Adam, AdamW, RMSprop, Adagrad, Adamax, Nadam.",
  ],
  [COMPILED("Adadelta(), 'mse'"), "Adadelta is no optimizer of the studio."],
  [
    COMPILED("Adam(learning_rate=0), 'mse'"),
    "learning_rate: 0: a number from 0 to 100 is expected.",
  ],
  [
    COMPILED("Adam(ExponentialDecay(0.1)), 'mse'"),
    "learning_rate: code is read and not run, so what ExponentialDecay(0.1) is can't be told.",
  ],
  [
    COMPILED("Adam(learn_rate=0.1), 'mse'"),
    "Did you mean learning_rate? Adam has no argument learn_rate.",
  ],
  [
    COMPILED("optimiser='adam', loss='mse'"),
    "Did you mean optimizer? compile has no argument optimiser.",
  ],
  [
    "model = Sequential([Dense(1, 'sigmoid')])\nmodel.compile('adam', BinaryCrossentropy(from_logits=True))",
    "from_logits=True belongs to a top brick without activation",
  ],
  [
    "model = Sequential([Dense(1)])\nmodel.fit(x, y, batch_size=0)",
    "batch_size: 0: a whole number from 1 to 100,000 is expected.",
  ],
  [
    "model = Sequential([Dense(1)])\nmodel.fit(x, y, epochs=2.5)",
    "epochs: 2.5: a whole number from 1 to 100,000 is expected.",
  ],
  [
    "model = Sequential([Dense(1)])\nmodel.fit(x, y, validation_split=1.2)",
    "validation_split: 1.2: a number from 0 to 0.9 is expected.",
  ],
  [
    "np.random.seed(-1)\nmodel = Sequential([Dense(1)])",
    "seed: -1: a whole number from 0 to 4,294,967,295 is expected.",
  ],
];

describe("code that is no wall", () => {
  test.each(REFUSED)("%j", (code, message) => {
    const reading = read(code);
    expect(reading.wall).toBeNull();
    expect(messages(reading, "error").join("\n")).toContain(message);
    expect(reading.bricks).toEqual([]);
  });

  test("the place is told", () => {
    const [problem] = read("model = Sequential([\n  Dense(4),\n  Dense(0),\n])").problems;
    expect(problem).toMatchObject({ severity: "error", line: 3, column: 9, from: 41, to: 42 });
  });

  test("every fault is said at once", () => {
    expect(
      messages(read("model = Sequential([LSTM(3), Dense(0), Dropout(2)])"), "error"),
    ).toHaveLength(3);
  });
});

/** Code that is a wall, though not all of it is in the studio. */
const WARNED: readonly (readonly [code: string, message: string])[] = [
  [
    WITHIN("Dense(8, kernel_constraint=max_norm(3))"),
    "kernel_constraint of Dense is not in the studio: it is left out of the wall.",
  ],
  [
    WITHIN("Dense(8), LeakyReLU(alpha=0.1)"),
    "The studio's leaky_relu has a slope of 0.2, here it is 0.1: 0.2 is taken.",
  ],
  [WITHIN("Dense(8), LeakyReLU()"), "here it is 0.3"],
  [WITHIN("Dense(8, activation=LeakyReLU(0.3))"), "here it is 0.3"],
  [WITHIN("Dense(8), ReLU(max_value=6)"), "max_value of ReLU is not in the studio"],
  [
    WITHIN("Dense(8, kernel_initializer=RandomNormal(stddev=0.01))"),
    "kernel_initializer: in the studio RandomNormal has its default range, which is taken.",
  ],
  [COMPILED("Adam(clipnorm=1.0), 'mse'"), "clipnorm of Adam is not in the studio"],
  [COMPILED("SGD(0.1, 0.9, 1e-6, True), 'mse'"), "decay of SGD is not in the studio"],
  [
    COMPILED("'adam', BinaryCrossentropy(label_smoothing=0.1)"),
    "label_smoothing of BinaryCrossentropy is not in the studio",
  ],
  [
    COMPILED("'adam', 'mse', metrics=['AUC', 'mae']"),
    "AUC is no metric of the studio: it is left out.",
  ],
  [COMPILED("'adam'"), "compile names no loss; binary_crossentropy is kept."],
  [COMPILED("'adam', loss=None"), "compile names no loss; binary_crossentropy is kept."],
  [
    "model = Sequential([Dense(1)])\nmodel.fit(x, y, epochs=epochs, batch_size=10)",
    "epochs: what epochs is can't be told, since code is read and not run; 50 is kept.",
  ],
  [
    "model = Sequential([Dense(1)])\nmodel.fit(x, y, callbacks=[stop])",
    "callbacks of fit is not in the studio",
  ],
  [
    "model = Sequential([Dense(1)])\nmodel.fit(x, y)\nmodel.fit(x, y, epochs=2)",
    "fit is called again below; that call counts.",
  ],
  [
    COMPILED("'adam', BinaryCrossentropy(reduction='sum')"),
    "reduction of BinaryCrossentropy is not in the studio",
  ],
  [
    COMPILED("'adam', SparseCategoricalCrossentropy(ignore_class=0)"),
    "ignore_class of SparseCategoricalCrossentropy is not in the studio",
  ],
  [
    `${COMPILED("'adam', 'mse'")}\nmodel.optimizer.learning_rate = 0.5`,
    "Left alone, since code is read and not run: model.optimizer.learning_rate",
  ],
  [
    `adam = Adam()\n${COMPILED("adam, 'mse'")}\nadam.learning_rate = 0.5`,
    "Left alone, since code is read and not run: adam.learning_rate",
  ],
  [
    `${COMPILED("'adam', 'mse'")}\nmodel.optimizer.learning_rate.assign(0.5)`,
    "Left alone, since code is read and not run: model.optimizer.learning_rate.assign(0.",
  ],
  [
    `${COMPILED("'adam', 'mse'")}\nkeras.backend.set_value(model.optimizer.lr, 0.5)`,
    "Left alone, since code is read and not run: keras.backend.set_value(",
  ],
  [
    "model = Sequential([Dense(1)])\nfor i in range(10):\n  model.fit(x, y, epochs=3)",
    "fit runs 10 times with 3 epochs: read as 30 epochs.",
  ],
  [
    "model = Sequential([Dense(1)])\nwhile better:\n  model.fit(x, y, epochs=3)",
    "Left alone, since code is read and not run: while better:",
  ],
  [
    "model = Sequential([Dense(1)])\nmodel.layers[0].units = 5",
    "Left alone, since code is read and not run: model.layers[0].units",
  ],
  [
    "def make():\n  if big:\n    return None\n  return Sequential([Dense(1)])\nmodel = make()",
    "Left alone, since code is read and not run: if big: return None",
  ],
];

test("a fit in a loop has the epochs of all its turns, a model of each turn those of one", () => {
  const fit = "model.fit(x, y, epochs=3)";
  const one = read(`model = Sequential([Dense(1)])\nfor i in range(10):\n  ${fit}`);
  expect(one.wall?.epochs).toBe(30);
  const each = read(`for i in range(10):\n  model = Sequential([Dense(1)])\n  ${fit}`);
  expect(each.wall?.epochs).toBe(3);
  expect(messages(each, "warning").join()).not.toContain("fit runs");
});

test("a loss that is a mean by its name of before needs no words", () => {
  const given = ["'sum_over_batch_size'", "keras.losses.Reduction.AUTO"];
  for (const mean of given)
    expect(
      messages(read(COMPILED(`'adam', BinaryCrossentropy(reduction=${mean})`)), "warning"),
    ).toEqual([]);
});

const IMPORTED = "import keras\nfrom keras import layers\n";

describe("names that nothing defines", () => {
  test.each([
    [
      `${IMPORTED}model = keras.Sequential([Desne.Dense(4)])`,
      "Desne",
      "Defined are: keras, layers.",
    ],
    [`${IMPORTED}model = keras.Sequential([layer.Dense(4)])`, "layer", "Did you mean layers?"],
    [
      "import keras\nmodel = keras.Sequential([layers.Dense(4)])",
      "layers",
      "from keras import layers",
    ],
    [
      `${IMPORTED}model = Sequential([layers.Dense(4)])`,
      "Sequential",
      "from keras import Sequential",
    ],
    [`${IMPORTED}model = keras.Sequential([Dense(4)])`, "Dense", "from keras.layers import Dense"],
    [`${IMPORTED}model = keras.Sequential([layers.Dense(4, activation=relu)])`, "relu", ""],
    [
      `${IMPORTED}model = keras.Sequential([layers.Dense(4)])\nmodel.compile(Adam(), "mse")`,
      "Adam",
      "",
    ],
    [
      `${IMPORTED}np.random.seed(1)\nmodel = keras.Sequential([layers.Dense(4)])`,
      "np",
      "import numpy",
    ],
    ["model = Sequential([Desne.Dense(4)])", "Desne", "keras, layers"],
    [
      "from keras import Sequential\nfrom keras.layers import Dense\nmodel = Sequential([Desne.Dense(4)])",
      "Desne",
      "Defined are: Sequential, Dense.",
    ],
  ])("%j", (code, name, hint) => {
    const reading = read(code);
    expect(reading.wall).toBeNull();
    const [problem, ...others] = reading.problems;
    expect(others).toEqual([]);
    expect(said(problem)).toMatch(
      new RegExp(`^(?:Did you mean \\w+\\? )?${name} is not defined: `),
    );
    expect(said(problem)).toContain(hint);
    expect(code.slice(problem.from, problem.to)).toBe(name);
  });

  test.each([
    "try:\n  import tensorflow.keras as k\nexcept ImportError:\n  import keras as k\nm = k.Sequential([k.layers.Dense(1)])",
    "from keras.models import *\nfrom keras.layers import *\nm = Sequential([Dense(1)])",
    "import tensorflow as tf\nDense = tf.keras.layers.Dense\nm = tf.keras.Sequential([Dense(1)])",
    "import keras\nm = keras.Sequential([keras.layers.Dense(n, input_shape=x.shape) for n in range(1, 3)])\nm.fit(x, y)",
  ])("are not these: %j", (code) => {
    const reading = read(code);
    expect(messages(reading, "error")).toEqual([]);
    expect(reading.notices).toEqual([]);
  });

  test("a piece without imports is a wall, and lacks its imports", () => {
    for (const code of [
      "model = Sequential([Dense(1)])",
      "import numpy as np\nmodel = keras.Sequential([layers.Dense(1)])",
    ])
      expect(read(code)).toMatchObject({
        wall: { bricks: [{ kind: "Dense" }] },
        problems: [],
        notices: [{ key: "code.unimported" }],
      });
  });
});

describe("code that is more than a wall", () => {
  test.each(WARNED)("%j", (code, message) => {
    const reading = read(code);
    expect(reading.wall).not.toBeNull();
    expect(messages(reading, "warning").join("\n")).toContain(message);
  });

  test("arguments with Keras's defaults need no words", () => {
    const reading = read(
      "model = Sequential([Dense(1, kernel_constraint=None, name='x', dtype='float32'), Dense(1, activation=LeakyReLU(0.2))])\nmodel.compile(Adam(amsgrad=False, epsilon=None, decay=0.0), Huber(delta=1.0))\nmodel.fit(x, y, verbose=0, callbacks=None, shuffle=True, validation_data=(a, b))",
    );
    expect(reading.problems).toEqual([]);
  });

  test("statements that build no model are noted", () => {
    const reading = read(
      "'''About.'''\nimport os\nx = load()\nmodel = Sequential([Dense(1)])\nmodel.summary()\nprint(1)\nwith open('a') as f:\n  f.write('b')",
    );
    expect(messages(reading)).toEqual(
      ["model.summary()", "print(1)", "f.write('b')"].map(
        (source) => `Left alone, since code is read and not run: ${source}`,
      ),
    );
    expect(reading.problems.every(({ severity }) => severity === "note")).toBe(true);
  });

  test("a name that is given in a branch of which nothing is known is not known", () => {
    expect(read("n = 4\nif big:\n  n = 8\nmodel = Sequential([Dense(n)])").wall).toBeNull();
    expect(
      read("n = 4\nsizes = [n]\nsizes[0] = 5\nmodel = Sequential([Dense(sizes[0])])").wall,
    ).toBeNull();
  });
});
