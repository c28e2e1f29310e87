/** What is kept of the wall while its code is edited. */
import { describe, expect, test } from "vitest";
import { said } from "../../src/code/problems.ts";
import { readCode } from "../../src/code/read.ts";
import { type Brick, dense, type Wall } from "../../src/wall/wall.ts";
import { EMPTY } from "./walls.ts";

const named = (id: string, brick: Brick): Brick => ({ ...brick, id });
const weights = [{ name: "kernel", shape: [8, 6], values: new Float32Array(48).fill(1) }];
const WALL: Wall = {
  ...EMPTY,
  bricks: [
    named("a", dense(8, "relu")),
    named("b", { ...dense(6, "tanh"), weights }),
    named("c", { id: "", kind: "Dropout", config: { rate: 0.1 } }),
    named("d", dense(1, "sigmoid")),
  ],
};

const ids = (layers: string, wall = WALL) => {
  const found = readCode(`model = Sequential([${layers}])`, wall).wall?.bricks ?? [];
  const known = new Set(wall.bricks.map(({ id }) => id));
  return found.map(({ id }) => (known.has(id) ? id : "new")).join(" ");
};

const [A, B, C, D] = [
  "Dense(8, 'relu')",
  "Dense(6, 'tanh')",
  "Dropout(0.1)",
  "Dense(1, 'sigmoid')",
];

describe("ids", () => {
  test.each([
    ["the same code", [A, B, C, D], "a b c d"],
    ["a setting is changed", [A, "Dense(7, 'tanh')", C, D], "a b c d"],
    ["all are changed", ["Dense(9)", "Dense(7)", "Dropout(0.3)", "Dense(2)"], "a b c d"],
    ["one is put below", ["Dense(3)", A, B, C, D], "new a b c d"],
    ["one is put between", [A, "Dense(3)", B, C, D], "a new b c d"],
    ["one is put on top", [A, B, C, D, "Dense(3)"], "a b c d new"],
    ["one is taken out", [A, C, D], "a c d"],
    ["the lowest is taken out", [B, C, D], "b c d"],
    ["one becomes another kind", [A, B, "GaussianNoise(0.1)", D], "a b new d"],
    ["none is left", [], ""],
  ])("%s", (_, layers, expected) => {
    expect(ids(layers.join(", "))).toBe(expected);
  });

  test("a brick keeps its weights", () => {
    const { wall } = readCode(`model = Sequential([${A}, Dense(6, 'relu'), ${C}, ${D}])`, WALL);
    expect(wall?.bricks[1]).toEqual({
      id: "b",
      kind: "Dense",
      config: { units: 6, activation: "relu" },
      weights,
    });
  });

  test("what is the same is the same object", () => {
    const { wall } = readCode(`model = Sequential([${A}, ${B}, ${C}, ${D}])`, WALL);
    expect(wall?.bricks.every((brick, i) => brick === WALL.bricks[i])).toBe(true);
  });
});

describe("weight bricks", () => {
  const eyes: Brick = {
    ...named("eyes", dense(6, "relu")),
    weights,
    fixed: { inputs: 8, name: "eyes" },
    trainable: false,
  };
  const wall = { ...WALL, bricks: [WALL.bricks[0], eyes, WALL.bricks[3]] };
  const read = (layer: string) => readCode(`model = Sequential([${A}, ${layer}, ${D}])`, wall);

  test("stay, frozen or not", () => {
    expect(read("Dense(6, 'relu', trainable=False)").wall?.bricks[1]).toBe(eyes);
    expect(read("Dense(6, 'relu')").wall?.bricks[1]).toEqual({ ...eyes, trainable: true });
    expect(read("Dense(6, 'tanh')").wall?.bricks[1].fixed).toEqual(eyes.fixed);
  });

  test.each(["Dense(60, 'relu')", "Dense(6, 'relu', use_bias=False)", "Dropout(0.1)"])(
    "%s is another brick, which is said",
    (layer) => {
      const { wall: found, problems } = read(layer);
      expect(found?.bricks[1].fixed).toBeUndefined();
      expect(problems.map(said)).toEqual([
        "The weight brick eyes has weights of one size, so it was taken off the wall. Undo brings it back.",
      ]);
    },
  );
});
