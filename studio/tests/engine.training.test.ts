import { describe, expect, test } from "vitest";
import type { Rows } from "../src/data/table.ts";
import { explain } from "../src/engine/explain.ts";
import { forward, networkOf } from "../src/engine/forward.ts";
import { say } from "../src/engine/local.ts";
import { decided, type Metric, metrics } from "../src/engine/metrics.ts";
import { ruleOf } from "../src/engine/optimizers.ts";
import { product } from "../src/engine/product.ts";
import type { Job } from "../src/engine/protocol.ts";
import { Refusal } from "../src/engine/said.ts";
import { Training } from "../src/engine/training.ts";
import { writeProject } from "../src/files/project.ts";
import { firstProject } from "../src/state/store.ts";
import { LIMITS } from "../src/wall/limits.ts";
import type { Brick, Config, Wall } from "../src/wall/wall.ts";
import { initialWeights } from "./initial.ts";

const dense = (units: number, activation: string, config: Config = {}): Brick => ({
  id: `${units}${activation}`,
  kind: "Dense",
  config: { units, activation, ...config },
});

const wallOf = (bricks: readonly Brick[], more: Partial<Wall> = {}): Wall => ({
  inputs: 2,
  bricks,
  loss: "binary_crossentropy",
  optimizer: { kind: "Adam", config: { learning_rate: 0.05 } },
  metrics: ["accuracy"],
  batchSize: 4,
  epochs: 1,
  seed: 1,
  ...more,
});

const XOR: Rows = {
  rows: 4,
  inputs: 2,
  x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1),
  y: Float32Array.of(0, 1, 1, 0),
};
const LESSON = [dense(8, "relu"), dense(6, "relu"), dense(1, "sigmoid")];
const jobOf = (wall: Wall, training = XOR, validation: Rows | null = null): Job => ({
  wall,
  training,
  validation,
});

describe("the product of matrices", () => {
  const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i));
  const sizes = [1, 2, 3, 4, 5, 8, 9];
  test.each(sizes.flatMap((m) => sizes.map((n) => [m, n] as const)))("%i x 7 by 7 x %i", (m, n) => {
    const a = numbers(m * 7);
    const b = numbers(n * 7);
    const bias = numbers(n);
    const c = new Float32Array(m * n);
    product(c, m, n, 7, a, 7, 1, b, 1, 7, bias); // the second one is transposed
    for (let i = 0; i < m; i += 1) {
      for (let j = 0; j < n; j += 1) {
        let sum = bias[j];
        for (let l = 0; l < 7; l += 1) sum += a[i * 7 + l] * b[j * 7 + l];
        expect(c[i * n + j]).toBeCloseTo(sum, 5);
      }
    }
  });
});

describe("an optimizer", () => {
  /** Returns the weights after some updates by the same gradients. */
  const updated = (kind: string, config: Config, updates = 1) => {
    const rule = ruleOf({ kind, config });
    const weights = Float32Array.of(1, -2);
    const slots = rule.slots.map((value) => new Float32Array(2).fill(value));
    for (let t = 1; t <= updates; t += 1) rule.update(weights, Float32Array.of(0.5, -4), slots, t);
    return [...weights];
  };
  const near = (found: number[], expected: number[]) =>
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 5);
    });

  test("SGD goes down the gradient", () => {
    near(updated("SGD", { learning_rate: 0.1 }, 2), [0.9, -1.2]);
  });
  test("momentum adds up steps", () => {
    near(updated("SGD", { learning_rate: 0.1, momentum: 0.5 }, 2), [
      1 - 0.05 * 2.5,
      -2 + 0.4 * 2.5,
    ]);
  });
  test("Nesterov looks ahead", () => {
    const config = { learning_rate: 0.1, momentum: 0.5, nesterov: true };
    near(updated("SGD", config), [1 - 0.05 * 1.5, -2 + 0.4 * 1.5]);
  });
  test.each(["Adam", "Adamax"])("%s takes steps of the learning rate", (kind) => {
    near(updated(kind, { learning_rate: 0.1 }, 3), [0.7, -1.7]);
  });
  test("AdamW also shrinks weights", () => {
    near(updated("AdamW", { learning_rate: 0.1, weight_decay: 0.5 }), [0.95 - 0.1, -1.9 + 0.1]);
  });
  test("RMSprop divides by the root of the mean square", () => {
    const step = 0.1 / Math.sqrt(0.1);
    near(updated("RMSprop", { learning_rate: 0.1 }), [1 - step, -2 + step]);
  });
  test("Adagrad divides by the root of the sum of squares", () => {
    const config = { learning_rate: 0.1, initial_accumulator_value: 0.75 };
    near(updated("Adagrad", config), [1 - 0.05, -2 + 0.4 / Math.sqrt(16.75)]);
  });
  test("Nadam looks ahead along the mean", () => {
    const [first] = updated("Nadam", { learning_rate: 0.1 });
    expect(1 - first).toBeGreaterThan(0.09);
    expect(1 - first).toBeLessThan(0.15);
  });
});

describe("a metric", () => {
  const mean = (
    metric: Metric,
    outputs: number[],
    targets: number[],
    width: number,
    rows: number,
  ) =>
    metric(
      Float32Array.from(outputs),
      Float32Array.from(targets),
      rows,
      width,
      targets.length / rows,
    ) / rows;

  test("accuracy decides as Keras does, with a hinge loss too", () => {
    const inputs = 2;
    const table = {
      rows: 4,
      inputs,
      x: Float32Array.of(1, 2, -1, 1, 0.3, -2, -1, -1),
      y: Float32Array.of(1, 0, 1, 0),
    };
    const wall = { ...wallOf([dense(1, "tanh")], { batchSize: 4 }), loss: "hinge" };
    const training = new Training(jobOf({ ...wall, inputs }, table));
    const [outputs] = training.network.predict(table.x, 4, false);
    training.advance();
    const right = table.y.filter((truth, row) => decided(outputs, row, 1) === truth).length;
    expect(training.logs.accuracy).toBe(right / 4);
    expect([0.6, 0.5, 0.1, -1].map((one) => decided(Float32Array.of(one), 0, 1))).toEqual([
      1, 0, 0, 0,
    ]);
  });

  test("accuracy compares with one half, or takes the largest", () => {
    expect(mean(metrics.accuracy, [0.6, 0.5, 0.2], [1, 1, 0], 1, 3)).toBeCloseTo(2 / 3);
    expect(mean(metrics.accuracy, [0.2, 0.7, 0.1, 0.4, 0.4, 0.2], [1, 1], 3, 2)).toBe(0.5);
    expect(mean(metrics.accuracy, [0.2, 0.7, 0.1, 0.5, 0.4, 0.1], [0, 1, 0, 0, 1, 0], 3, 2)).toBe(
      0.5,
    );
  });
  test("errors are means over outputs and rows", () => {
    expect(mean(metrics.mean_absolute_error, [1, 2, 3, 5], [0, 0, 0, 1], 2, 2)).toBe(2.5);
    expect(mean(metrics.mean_squared_error, [1, 2, 3, 5], [0, 0, 0, 1], 2, 2)).toBe(7.5);
  });
});

describe("a training", () => {
  const run = (training: Training, epochs: number) => {
    while (training.epoch < epochs && !training.advance());
    return training;
  };

  test("learns xor", () => {
    const training = run(new Training(jobOf(wallOf(LESSON))), 300);
    expect(training.logs.accuracy).toBe(1);
    expect(training.logs.loss).toBeLessThan(0.05);
  });

  test("is the same each time, and another with another seed", () => {
    const noisy = [
      dense(8, "relu"),
      { id: "d", kind: "Dropout", config: { rate: 0.3 } },
      dense(1, "sigmoid"),
    ];
    const weights = (seed: number) =>
      run(new Training(jobOf(wallOf(noisy, { seed, batchSize: 3 }))), 20).network.weights();
    expect(weights(1)).toEqual(weights(1));
    expect(weights(1)).not.toEqual(weights(2));
  });

  test("evaluates the validation rows without noise, and says each epoch once", () => {
    const many = 300;
    const x = Float32Array.from({ length: 2 * many }, (_, i) => Math.sin(i));
    const validation = { rows: many, inputs: 2, x, y: new Float32Array(many).fill(1) };
    const wall = wallOf([
      dense(4, "tanh"),
      { id: "n", kind: "GaussianNoise", config: {} },
      dense(1, "sigmoid"),
    ]);
    const training = run(new Training(jobOf(wall, XOR, validation)), 2);
    const ended = training.takeEnded();
    expect(ended.map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect(training.takeEnded()).toEqual([]);
    const [outputs] = training.network.predict(x, many, false);
    const loss = outputs.reduce((sum, p) => sum - Math.log(p), 0) / many;
    expect(ended[1].logs.val_loss).toBeCloseTo(loss, 5);
    expect(Object.keys(ended[1].logs)).toEqual(["loss", "accuracy", "val_loss", "val_accuracy"]);
  });

  test("leaves frozen bricks as they are", () => {
    const frozen = [{ ...dense(4, "tanh"), trainable: false }, dense(1, "sigmoid")];
    const training = new Training(jobOf(wallOf(frozen)));
    const before = training.network.weights();
    run(training, 3);
    const after = training.network.weights();
    expect(after[0]).toEqual(before[0]);
    expect(after[1]).not.toEqual(before[1]);
  });

  test("begins with the weights of a weight brick", () => {
    const trained = run(new Training(jobOf(wallOf(LESSON))), 5).network.weights();
    const bricks = LESSON.map((brick, i) => ({ ...brick, weights: trained[i] }));
    expect(new Training(jobOf(wallOf(bricks))).network.weights()).toEqual(trained);
  });

  test("stops before a loss that is not finite, and changes nothing", () => {
    const huge = {
      optimizer: { kind: "SGD", config: { learning_rate: 100 } },
      loss: "mean_squared_error",
    };
    const x = XOR.x.map((value) => value * 1000);
    const bricks = [
      dense(4, "linear"),
      { id: "b", kind: "BatchNormalization", config: {} },
      dense(1, "exponential"),
    ];
    const training = new Training(jobOf(wallOf(bricks, huge), { ...XOR, x }));
    let before = training.network.weights();
    let problem = training.advance();
    for (let step = 0; step < 1000 && !problem; step += 1) {
      before = training.network.weights();
      problem = training.advance();
    }
    expect(problem && say(problem)).toMatch(/dense|normalization|loss/);
    expect(training.network.weights()).toEqual(before);
    expect(training.advance()).toEqual(problem); // it was not taken, so it comes again
  });

  test("takes back an update that overflows", () => {
    const huge = {
      optimizer: { kind: "SGD", config: { learning_rate: 100 } },
      loss: "mean_squared_error",
    };
    const rows = { rows: 1, inputs: 2, x: Float32Array.of(5e18, 5e18), y: Float32Array.of(0) };
    const training = new Training(jobOf(wallOf([dense(1, "linear")], huge), rows));
    const before = training.network.weights();
    const problem = training.advance();
    expect(problem).toEqual({ key: "engine.notfinite.weights", values: { name: "dense" } });
    expect(training.network.weights()).toEqual(before);
    expect(training.network.steps).toBe(0);
  });
});

describe("a job is refused", () => {
  const brick = (kind: string, config: Config): Brick => ({ id: kind, kind, config });
  const withTop = (wall: Partial<Wall>, y = XOR.y) =>
    jobOf(wallOf([dense(1, "sigmoid")], wall), { ...XOR, y });
  const weights = [{ name: "kernel", shape: [3, 1], values: new Float32Array(3) }];
  test.each<[string, Job, RegExp]>([
    ["no bricks", jobOf(wallOf([])), /no brick/],
    ["an unknown brick", jobOf(wallOf([brick("Conv2D", {})])), /Conv2D/],
    ["units below 1", jobOf(wallOf([dense(0, "relu")])), /Dense, units: 0/],
    ["an unknown activation", jobOf(wallOf([dense(1, "reluu")])), /reluu/],
    ["a rate of 1", jobOf(wallOf([brick("Dropout", { rate: 1 })])), /Dropout, rate: 1/],
    ["an unknown loss", withTop({ loss: "mse" }), /The wall, loss: mse/],
    ["an unknown optimizer", withTop({ optimizer: { kind: "toString", config: {} } }), /toString/],
    [
      "a negative rate",
      withTop({ optimizer: { kind: "SGD", config: { learning_rate: -1 } } }),
      /SGD, learning_rate/,
    ],
    ["an unknown metric", withTop({ metrics: ["auc"] }), /auc/],
    ["a batch of none", withTop({ batchSize: 0 }), /batchSize: 0/],
    ["a seed beyond 32 bits", withTop({ seed: 2 ** 32 }), /seed/],
    [
      "too many weights",
      jobOf(wallOf([dense(4096, "relu"), dense(4096, "relu"), dense(1, "sigmoid")])),
      /weights/,
    ],
    [
      "weights of another shape",
      jobOf(wallOf([{ ...dense(1, "sigmoid"), weights }])),
      /kernel of shape 2 x 1/,
    ],
    [
      "a socket too many",
      jobOf(wallOf([{ ...dense(1, "sigmoid"), fixed: { inputs: 3, name: "a" } }])),
      /3 sockets/,
    ],
    ["a column too many", jobOf(wallOf([dense(1, "sigmoid")], { inputs: 3 })), /3 studs/],
    ["rows of too few numbers", withTop({}, XOR.y.slice(1)), /3 targets/],
    [
      "rows of too few inputs",
      jobOf(wallOf([dense(1, "sigmoid")]), { ...XOR, x: XOR.x.slice(1) }),
      /7 numbers/,
    ],
    ["a number that is none", withTop({}, Float32Array.of(0, 1, Number.NaN, 0)), /Row 3/],
    [
      "a target that is no probability",
      withTop({}, Float32Array.of(0, 2, 0, 0)),
      /Row 2.*from 0 to 1/,
    ],
    ["a class too high", withTop({ loss: "categorical_crossentropy" }), /Row 2.*from 0 to 0/],
    [
      "a negative amount",
      withTop({ loss: "poisson" }, Float32Array.of(0, 1, 1, -1)),
      /Row 4.*0 or more/,
    ],
    [
      "a sign that is none",
      withTop({ loss: "hinge" }, Float32Array.of(0, 1, 0.5, 1)),
      /Row 3.*-1 or 1/,
    ],
  ])("with %s", (_, job, words) => {
    const attempt = () => new Training(job);
    expect(attempt).toThrow(Refusal);
    try {
      attempt();
    } catch (error) {
      expect(say((error as Refusal).said)).toMatch(words);
    }
  });

  test("with a batch that memory does not hold", () => {
    const rows = 304;
    const table = { rows, inputs: 2, x: new Float32Array(2 * rows), y: new Float32Array(rows) };
    const noise = Array.from({ length: 98 }, (_, i) => ({
      id: `n${i}`,
      kind: "GaussianNoise",
      config: {},
    }));
    const tall = [dense(4096, "relu"), ...noise, dense(1, "sigmoid")];
    const wall = wallOf(tall, { batchSize: rows });
    expect(() => new Training(jobOf(wall, table))).toThrow("engine.memory");
    expect(() => forward(wall, null, table.x, rows)).toThrow("engine.memory");
    const few = new Training(jobOf({ ...wall, batchSize: 8 }, table));
    expect(few.network.most).toBeLessThan(128); // the rows of an evaluation are bounded as well
  });

  test("with more bricks than a wall may have", () => {
    const table = { rows: 2, inputs: 1, x: new Float32Array(2), y: new Float32Array(2) };
    const wall = wallOf(Array.from({ length: LIMITS.bricks + 1 }, () => dense(1, "linear")));
    expect(() => new Training(jobOf({ ...wall, inputs: 1 }, table))).toThrow("engine.tall");
  });

  test("by the limits that a file has, too", () => {
    const first = firstProject();
    const heavy = { ...first.wall, inputs: 1025, bricks: [dense(4096, "linear")] };
    expect(() => initialWeights(heavy)).toThrow("engine.large");
    const project = { ...first, wall: heavy };
    expect(() => writeProject({ project, trained: null, history: [] })).toThrow("4,194,304");
  });
});

describe("without a training", () => {
  const wall = wallOf([
    ...LESSON.slice(0, 1),
    { id: "b", kind: "BatchNormalization", config: {} },
    ...LESSON.slice(1),
  ]);

  test("what each brick makes of rows", () => {
    const passed = forward(wall, null, XOR.x, XOR.rows);
    const [kernel, bias] = initialWeights(wall)[0];
    const { outputs, preactivations } = passed[0];
    const sum = 1 * kernel.values[8 + 3] + bias.values[3]; // row (0, 1), unit 3
    expect(preactivations?.[8 + 3]).toBeCloseTo(sum, 6);
    expect(outputs[8 + 3]).toBe(Math.max(0, preactivations?.[8 + 3] ?? Number.NaN));
    expect(passed[1].preactivations).toBe(null);
    const [top] = networkOf(wall, null, 2).predict(XOR.x, XOR.rows, false); // in two portions
    expect(top).toEqual(passed[3].outputs);
  });

  test("one row, explained", () => {
    const weights = initialWeights(wall);
    const x = Float32Array.of(0.5, -2);
    const { passages, outputs, loss, target } = explain(wall, weights, x, 1);
    expect([...target]).toEqual([1]);
    expect(loss).toBeCloseTo(-Math.log(outputs[0]), 5);
    const [first, , , top] = passages;
    expect(first.products?.[8 + 5]).toBeCloseTo(-2 * weights[0][0].values[8 + 5], 6);
    for (const { weights: own, products, preactivations } of [first, top]) {
      const bias = own[1].values;
      bias.forEach((value, unit) => {
        let sum = value;
        for (let i = unit; i < (products?.length ?? 0); i += bias.length) sum += products?.[i] ?? 0;
        expect(preactivations?.[unit]).toBeCloseTo(sum, 5);
      });
    }
    expect(top.gradients.outputs[0]).toBeCloseTo(-1 / outputs[0], 4);
    expect(top.gradients.preactivations?.[0]).toBeCloseTo(outputs[0] - 1, 4);
    expect(top.gradients.weights[0]?.[2]).toBeCloseTo((outputs[0] - 1) * top.inputs[2], 5);
    expect(passages[2].gradients.outputs).toEqual(top.gradients.inputs);
    expect(passages[1].inputs).toEqual(first.outputs);
  });

  test("the step that is explained is the one that a training takes", () => {
    const kernel_regularizer = { class_name: "L2", config: { l2: 0.1 } };
    const plain = wallOf([dense(4, "gelu", { kernel_regularizer }), dense(1, "sigmoid")]);
    const row = { rows: 1, inputs: 2, x: Float32Array.of(0.5, -2), y: Float32Array.of(1) };
    const { passages, loss } = explain(plain, null, row.x, 1);
    const training = new Training(jobOf(plain, row));
    training.advance();
    expect(passages.map(({ updated }) => updated)).toEqual(training.network.weights());
    expect(loss).toBe(training.network.lastLoss);
  });
});
