/** `.keras` files beside Keras and h5py. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { bytesOf } from "../../src/files/bytes.ts";
import { type Group, writeHdf5 } from "../../src/files/hdf5.ts";
import { writeKeras } from "../../src/files/keras.ts";
import { weightsOf } from "../../src/files/weights.ts";
import { BRICKS, complete, OPTIMIZERS } from "../../src/wall/catalogue.ts";
import { places } from "../../src/wall/shapes.ts";
import { dense } from "../../src/wall/wall.ts";
import { inFolder, python } from "./python.ts";
import { config, drawer, probed, wall } from "./walls.ts";

interface Looked {
  readonly warnings: readonly string[];
  readonly arrays: Readonly<Record<string, readonly [readonly number[], string]>>;
  readonly again: Readonly<Record<string, readonly [readonly number[], string]>>;
  readonly predicted: readonly (readonly number[])[];
  readonly own: readonly (readonly number[])[];
  readonly trained: readonly string[];
  readonly loss: string;
  readonly metrics: readonly string[];
  readonly optimizer: { readonly kind: string; readonly config: Readonly<Record<string, unknown>> };
  readonly layers: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
}

const COUNT = 14; // twice each optimizer

const amounts = (penalty: unknown) =>
  Object.entries((penalty as { config: Record<string, number> }).config).map(([name, amount]) => [
    name,
    Math.fround(amount), // as Keras keeps it
  ]);

describe("what the page writes", () => {
  const cases = Array.from({ length: COUNT }, (_, seed) => {
    const draw = drawer(1000 + seed);
    const kinds = Object.keys(OPTIMIZERS);
    const kind = kinds[seed % kinds.length];
    const optimizer = { kind, config: config(draw, OPTIMIZERS[kind].fields) };
    const drawn = wall(draw);
    const bricks = drawn.loss.includes("categorical")
      ? drawn.bricks
      : [...drawn.bricks, dense(1, "linear")];
    return probed(draw, { ...drawn, bricks, optimizer }, seed);
  });
  const looked = inFolder((folder) => {
    for (const [i, { wall: made, weights: own, scales, targetScale, x }] of cases.entries()) {
      writeFileSync(join(folder, `${i}.keras`), writeKeras(made, own, { scales, targetScale }));
      writeFileSync(join(folder, `${i}.x`), bytesOf(x));
    }
    return python("keras_files.py", folder) as Looked[];
  });
  const each = (check: (found: Looked, one: (typeof cases)[number]) => void) => {
    for (const [i, found] of looked.entries()) check(found, cases[i]);
  };

  it("has every brick and optimizer", () => {
    const kinds = cases.flatMap((one) => one.wall.bricks.map(({ kind }) => kind));
    expect(new Set(kinds)).toEqual(new Set(Object.keys(BRICKS)));
    const optimizers = cases.map((one) => one.wall.optimizer.kind);
    expect(new Set(optimizers)).toEqual(new Set(Object.keys(OPTIMIZERS)));
    expect(cases.some((one) => one.scales && one.targetScale)).toBe(true);
  });

  it("loads in Keras without a warning", () => {
    each(({ warnings }) => expect(warnings).toEqual([]));
  });

  it("holds the arrays that Keras writes itself", () => {
    each(({ arrays, again }) => expect(arrays).toEqual(again));
  });

  it("predicts the same in Keras and in brickwork", () => {
    each(({ predicted, own }, { y }) => {
      for (const found of [predicted, own].map((rows) => rows.flat()))
        for (const [at, value] of found.entries())
          expect(Math.abs(value - y[at])).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(y[at])));
    });
  });

  it("has the layers with their arguments", () => {
    each(({ layers }, { wall: made, scales }) => {
      const found = layers.slice(scales ? 1 : 0);
      for (const [i, { kind, config: given, trainable }] of made.bricks.entries()) {
        const [name, arguments_] = found[i];
        expect([name, arguments_.trainable]).toEqual([kind, trainable !== false]);
        for (const [key, value] of Object.entries(complete(BRICKS[kind].fields, given))) {
          const there = arguments_[key] as { class_name?: string } | null;
          const words = (text: unknown) => String(text).replaceAll("_", "").toLowerCase();
          if (key.endsWith("_initializer")) expect(words(there?.class_name)).toBe(words(value));
          else if (key.endsWith("_regularizer") && value)
            expect(amounts(there)).toEqual(amounts(value));
          else expect(there).toEqual(value);
        }
      }
    });
  });

  it("is compiled as the wall is, and trains what is not frozen", () => {
    each(({ loss, metrics, optimizer, trained }, { wall: made }) => {
      expect([loss, metrics]).toEqual([made.loss, made.metrics]);
      expect(optimizer.kind).toBe(made.optimizer.kind);
      const { fields } = OPTIMIZERS[optimizer.kind];
      for (const [key, value] of Object.entries(complete(fields, made.optimizer.config)))
        expect(optimizer.config[key]).toBe(
          key === "learning_rate" ? Math.fround(value as number) : value,
        );
      const names = places(made).flatMap((place) =>
        weightsOf(place).flatMap((one) => (one.trainable ? [`${place.name}/${one.name}`] : [])),
      );
      expect(trained).toEqual(names);
    });
  });

  it("is the same twice", () => {
    const [{ wall: made, weights: own }] = cases;
    expect(writeKeras(made, own)).toEqual(writeKeras(made, own));
    expect(Object.keys(unzipSync(writeKeras(made, own)))).toEqual([
      "metadata.json",
      "config.json",
      "model.weights.h5",
    ]);
  });
});

it("HDF5 holds deep groups, many names and arrays of no elements", () => {
  const many = Array.from({ length: 300 }, (_, i) => [
    `dense_${i}`,
    { shape: [], values: Int32Array.of(i) },
  ]);
  const found = inFolder((folder) => {
    const path = join(folder, "file.h5");
    const root: Group = {
      group: { empty: { shape: [0, 3], values: new Float32Array(0) }, nothing: {} },
      one: { two: { three: { shape: [2, 1], values: Float32Array.of(1.5, -0) } } },
      many: Object.fromEntries(many),
    };
    writeFileSync(path, writeHdf5(root));
    return python("hdf5_file.py", path) as Record<string, unknown>;
  });
  expect(found["group/empty"]).toEqual([[0, 3], "float32", []]);
  expect(found["group/nothing"]).toBeNull();
  expect(found["one/two/three"]).toEqual([[2, 1], "float32", [[1.5], [-0]]]);
  expect(found["many/dense_299"]).toEqual([[], "int32", 299]);
  expect(Object.keys(found).length).toBe(2 + 300 + 1 + 2 + 3 - 1);
});
