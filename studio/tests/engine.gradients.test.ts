/** Gradients of every layer, activation and loss, against differences of the loss. */
import { describe, expect, test } from "vitest";
import { activations } from "../src/engine/activations.ts";
import { Network } from "../src/engine/network.ts";
import { targetsOf } from "../src/engine/targets.ts";
import { ACTIVATIONS, LOSSES } from "../src/wall/catalogue.ts";
import type { Brick, Config, Wall } from "../src/wall/wall.ts";

const ROWS = 5;
const INPUTS = 3;
/** The loss is rounded to float32: a smaller step would show that, a larger one its curvature. */
const STEP = 2 ** -7;
const TOLERANCE = 2e-3;

const brick = (kind: string, config: Config = {}, more: Partial<Brick> = {}): Brick => ({
  id: kind,
  kind,
  config,
  ...more,
});
const dense = (units: number, activation: string, config: Config = {}) =>
  brick("Dense", { units, activation, bias_initializer: "random_uniform", ...config });

const wallOf = (bricks: Brick[], loss = "mean_squared_error"): Wall => ({
  inputs: INPUTS,
  bricks,
  loss,
  optimizer: { kind: "SGD", config: {} },
  metrics: [],
  batchSize: ROWS,
  epochs: 1,
  seed: 3,
});

/** Inputs that are far from the kinks of piecewise activations, as a seed of 3 has them. */
const x = Float32Array.from({ length: ROWS * INPUTS }, (_, i) => Math.sin(1 + 2.3 * i));

/** Expects the gradients of all weights and of the inputs to be those of the loss. */
function check(wall: Wall, training = false): void {
  const network = new Network(wall, ROWS);
  const target = (i: number) => {
    if (network.outputs > 1) return i % network.outputs;
    return wall.loss === "binary_crossentropy" || wall.loss === "hinge" ? i % 2 : 0.8 + 2 * (i % 2);
  };
  const y = Float32Array.from({ length: ROWS }, (_, i) => target(i));
  const targets = targetsOf({ rows: ROWS, inputs: INPUTS, x, y }, wall.loss, network.outputs);
  const inputs = x.slice();
  const loss = () => {
    network.forward(inputs, ROWS, training ? 0 : null);
    return network.loss(targets, ROWS);
  };
  const expectSlopes = (values: Float32Array, gradient: Float32Array, what: string) => {
    for (let i = 0; i < values.length; i += 1) {
      const before = values[i];
      values[i] = before + STEP;
      const above = loss();
      values[i] = before - STEP;
      const slope = (above - loss()) / (2 * STEP);
      values[i] = before;
      const error = Math.abs(gradient[i] - slope) / Math.max(1, Math.abs(slope));
      expect(error, `${what} ${i}: ${gradient[i]}, expected ${slope}`).toBeLessThan(TOLERANCE);
    }
  };
  loss();
  network.backward(ROWS);
  const found = network.floors.map(({ parameters }) => parameters.map((p) => p.gradient.slice()));
  network.floors.forEach(({ name, parameters }, i) => {
    parameters.forEach((parameter, j) => {
      if (parameter.trained)
        expectSlopes(parameter.values, found[i][j], `${name} ${parameter.name}`);
      else expect(found[i][j].length).toBe(0);
    });
  });
  loss();
  let gradient = network.outputGradient;
  for (const { layer } of network.floors.toReversed()) {
    layer.backward(gradient, ROWS, true);
    gradient = layer.inputGradient;
  }
  expectSlopes(inputs, gradient.slice(0, inputs.length), "input");
}

test.each(ACTIVATIONS)("of a Dense with %s", (activation) => {
  check(wallOf([dense(4, activation), dense(2, "linear")]));
});

test.each(ACTIVATIONS)("of %s as a layer", (activation) => {
  check(wallOf([dense(4, "linear"), brick("Activation", { activation }), dense(1, "linear")]));
});

test("gelu is x times the share of a normal distribution below x", () => {
  const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const z = Float32Array.from({ length: 97 }, (_, i) => i / 8 - 6);
  const found = new Float32Array(z.length);
  activations.gelu.forward(z, found, z.length, z.length);
  z.forEach((end, i) => {
    const width = (end + 8) / 2000; // by Simpson's rule
    let share = density(-8) - density(end);
    for (let k = 0; k < 1000; k += 1) {
      share += 4 * density(-8 + (2 * k + 1) * width) + 2 * density(-8 + (2 * k + 2) * width);
    }
    expect(Math.abs(found[i] - (end * share * width) / 3)).toBeLessThan(3e-7 * Math.max(1, end));
  });
});

describe("of the loss", () => {
  const tops: Record<string, readonly [number, string]> = {
    binary_crossentropy: [1, "sigmoid"],
    categorical_crossentropy: [3, "softmax"],
    sparse_categorical_crossentropy: [3, "softmax"],
    poisson: [1, "exponential"],
  };
  test.each(LOSSES)("%s", (loss) => {
    const [units, activation] = tops[loss] ?? [1, "linear"];
    check(wallOf([dense(4, "tanh"), dense(units, activation)], loss));
  });

  test("of outputs that are no probabilities", () => {
    check(wallOf([dense(3, "softplus")], "categorical_crossentropy"));
    check(wallOf([dense(3, "softplus")], "sparse_categorical_crossentropy"));
  });
});

describe("of a layer", () => {
  const frozen = { trainable: false };
  test.each<[string, Brick, boolean]>([
    ["Dropout in training", brick("Dropout", { rate: 0.4 }), true],
    ["Dropout", brick("Dropout", { rate: 0.4 }), false],
    ["GaussianNoise", brick("GaussianNoise", { stddev: 0.3 }), true],
    ["BatchNormalization in training", brick("BatchNormalization"), true],
    ["BatchNormalization", brick("BatchNormalization"), false],
    ["BatchNormalization, frozen", brick("BatchNormalization", {}, frozen), true],
    ["BatchNormalization without gamma", brick("BatchNormalization", { scale: false }), true],
    ["LayerNormalization", brick("LayerNormalization"), true],
    [
      "LayerNormalization, bare",
      brick("LayerNormalization", { scale: false, center: false }),
      true,
    ],
  ])("%s", (_, layer, training) => {
    check(wallOf([dense(4, "tanh"), layer, dense(3, "tanh"), dense(1, "linear")]), training);
  });

  test("a Dense that is frozen", () => {
    check(
      wallOf([dense(4, "tanh"), { ...dense(3, "tanh"), trainable: false }, dense(1, "linear")]),
    );
  });

  test("a Dense without bias, and with penalties", () => {
    const kernel_regularizer = { class_name: "L1L2", config: { l1: 0.1, l2: 0.2 } };
    const bias_regularizer = { class_name: "L2", config: { l2: 0.3 } };
    check(wallOf([dense(4, "tanh", { use_bias: false, kernel_regularizer }), dense(1, "linear")]));
    check(wallOf([dense(4, "tanh", { bias_regularizer }), dense(1, "linear")]));
  });
});
