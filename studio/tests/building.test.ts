/** Buildings of walls are those of the Python package: the same bytes in every file. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { booklet, MOST_WEIGHTS } from "../src/files/building/booklet.ts";
import { type Building, building, unbuildable } from "../src/files/building/building.ts";
import { ldraw } from "../src/files/building/ldraw.ts";
import { wanted } from "../src/files/building/wanted.ts";
import { BRICKS, complete } from "../src/wall/catalogue.ts";
import { places } from "../src/wall/shapes.ts";
import { type Brick, type Config, dense, newId, type Wall, type Weight } from "../src/wall/wall.ts";
import { type Language, language } from "../src/words/words.ts";
import { printed } from "./python.ts";

const brick = (kind: string, config: Config = {}): Brick => ({ id: newId(), kind, config });
const wall = (inputs: number, ...bricks: Brick[]): Wall => ({
  inputs,
  bricks,
  loss: "mean_squared_error",
  optimizer: { kind: "SGD", config: {} },
  metrics: [],
  batchSize: 8,
  epochs: 1,
  seed: 1,
});

/** Numbers from -1 to 1, the same each time. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
}

function array(name: string, shape: number[], next: () => number): Weight {
  return {
    name,
    shape,
    values: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, next),
  };
}

/** Returns weights of each brick, in Keras's order. */
function weightsOf(bricks: Wall, next: () => number): Weight[][] {
  return places(bricks).map(({ brick: { kind, config }, inputs, outputs }) => {
    if (kind === "BatchNormalization")
      return ["gamma", "beta", "moving_mean", "moving_variance"].map((name) =>
        array(name, [inputs], () => 1),
      );
    if (kind !== "Dense") return [];
    const bias = config.use_bias === false ? [] : [array("bias", [outputs], next)];
    return [array("kernel", [inputs, outputs], next), ...bias];
  });
}

interface Case {
  name: string;
  wall: Wall;
  weights: Weight[][] | null;
  labels: Language;
}

function cases(): Case[] {
  const walls: [string, Wall][] = [
    ["3-1", wall(3, dense(1, "sigmoid"))],
    ["the lesson's 4-8-6-1", wall(4, dense(8, "relu"), dense(6, "relu"), dense(1, "sigmoid"))],
    ["13-9", wall(13, dense(9, "tanh"))],
    ["16-16", wall(16, dense(16, "relu"))],
    ["1-13", wall(1, dense(13, "gelu"))],
    ["softmax", wall(4, dense(3, "softmax"))],
    ["softmax below", wall(6, dense(5, "softmax"), dense(20, "softmax"), dense(2))],
    ["one after one", wall(2, dense(1), dense(1), dense(3, "hard_sigmoid", { use_bias: false }))],
    ["without bias", wall(5, dense(7, "leaky_relu", { use_bias: false }))],
    ["<b>&amp; \"'\t이름", wall(3, dense(2, "elu"))],
    [
      "all kinds",
      wall(
        5,
        brick("GaussianNoise", { stddev: 0.5 }),
        dense(8),
        brick("BatchNormalization"),
        brick("Activation", { activation: "silu" }),
        brick("Dropout", { rate: 0.25 }),
        dense(4, "selu"),
        brick("Activation", { activation: "relu6" }),
        brick("Dropout"),
        brick("LayerNormalization"),
        dense(3, "softmax"),
      ),
    ],
    ["long bars", wall(40, dense(24, "relu"), dense(2, "softsign"))],
    ["too long for a booklet", wall(1100, dense(2, "exponential"))],
    ["very wide", wall(1, dense(1000, "mish"), dense(3, "softplus"))],
  ];
  return walls.map(([name, one], i) => ({
    name,
    wall: one,
    weights: weightsOf(one, noise(i + 1)),
    labels: i % 3 === 1 ? "ko" : "en",
  }));
}

/** Returns what Python writes for the cases. */
function reference(
  all: readonly Case[],
): { ldraw: string; wanted: string; booklet: string | null }[] {
  const input = all.map(({ name, wall: one, weights, labels }) => ({
    name,
    labels,
    inputs: one.inputs,
    layers: places(one).map((place) => [
      place.brick.kind,
      place.name,
      complete(BRICKS[place.brick.kind].fields, place.brick.config),
    ]),
    weights:
      weights?.map((own) => own.map(({ shape, values }) => [shape, [...values].map(String)])) ??
      null,
  }));
  return printed("buildings.py", [], input);
}

function built(one: Case): Building {
  language.value = one.labels;
  return building(one.name, one.wall, one.weights);
}

afterEach(() => {
  language.value = "en";
});

describe("a building is that of the Python package", () => {
  const all = cases();
  all.push({ ...all[1], name: "not trained", weights: null });
  const broken = { ...all[6], name: "broken", weights: weightsOf(all[6].wall, noise(9)) };
  broken.weights[0][0].values.set([Number.NaN, Number.NEGATIVE_INFINITY], 3);
  broken.weights[1][1].values[0] = Number.POSITIVE_INFINITY;
  all.push(broken, { ...all[5], name: "all zero", weights: weightsOf(all[5].wall, () => 0) });
  let expected: ReturnType<typeof reference>;
  beforeAll(() => {
    expected = reference(all);
  }, 120_000);

  for (const [i, one] of all.entries()) {
    it(`${one.name} (${one.labels}): plan and wanted list`, () => {
      expect(ldraw(built(one))).toBe(expected[i].ldraw);
      expect(wanted(built(one))).toBe(expected[i].wanted);
    });
    it(`${one.name} (${one.labels}): booklet`, () => {
      const { booklet: page } = expected[i];
      if (page === null)
        expect(() => booklet(built(one))).toThrow(MOST_WEIGHTS.toLocaleString("en-US"));
      else expect(booklet(built(one))).toBe(page);
    });
  }
});

describe("what can't be built", () => {
  it("is said with the reason", () => {
    expect(unbuildable(wall(3, brick("Dropout")))?.key).toBe("building.no-synapses");
    expect(unbuildable(wall(64, dense(64)))).toBeNull();
    expect(unbuildable(wall(4097, dense(1)))).toEqual({
      key: "building.too-many",
      values: { synapses: 4097, most: 4096 },
    });
    const adapter: Brick = { ...dense(2), fixed: { inputs: 5, name: "eyes" } };
    expect(unbuildable(wall(3, dense(4), adapter))).toMatchObject({
      key: "building.misfit",
      values: { inputs: 5, outputs: 4 },
    });
    expect(() => building("wide", wall(4097, dense(1)), null)).toThrow("At most 4,096");
  });

  it("and a booklet of too many weights is refused", () => {
    const large = building("large", wall(MOST_WEIGHTS + 1, dense(1)), null);
    expect(() => booklet(large)).toThrow("1,025");
  });
});
