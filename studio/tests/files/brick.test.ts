/** `.brick` files beside brickwork itself: each reads what the other writes. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeBrick } from "../../src/files/brick.ts";
import { type BrickFile, readBrick } from "../../src/files/brick-reader.ts";
import { bytesOf, toBase64 } from "../../src/files/bytes.ts";
import { Refusal } from "../../src/files/untrusted.ts";
import { BRICKS, complete, LOSSES, OPTIMIZERS } from "../../src/wall/catalogue.ts";
import type { Config, Wall } from "../../src/wall/wall.ts";
import { late } from "../pace.ts";
import { inFolder, python } from "./python.ts";
import { drawer, probed, wall, weights } from "./walls.ts";

/** Returns what a file holds; fails if it is refused. */
function opened(bytes: Uint8Array): BrickFile & { notes: readonly string[] } {
  const read = readBrick(bytes);
  if ("problem" in read) throw new Error(read.problem);
  return { ...read.value, notes: read.notes };
}

/** A wall without ids, with all arguments. */
const told = ({ bricks, optimizer, ...rest }: Wall) => ({
  ...rest,
  optimizer: {
    kind: optimizer.kind,
    config: complete(OPTIMIZERS[optimizer.kind].fields, optimizer.config),
  },
  bricks: bricks.map(({ kind, config, trainable }) => ({
    kind,
    config: complete(BRICKS[kind].fields, config),
    trainable: trainable !== false,
  })),
});

const near = (found: number, expected: number) =>
  Math.abs(found - expected) <= 1e-6 * Math.max(1, Math.abs(expected));

interface Looked {
  readonly differs: readonly string[];
  readonly arrays: readonly string[];
  readonly predicted: readonly (readonly number[])[];
  readonly compiled: boolean;
  readonly optimizer: string;
  readonly steps: number;
}

interface Made {
  readonly inputs: number;
  readonly bricks: readonly { kind: string; config: Config; trainable: boolean }[];
  readonly loss: string;
  readonly optimizer: { readonly kind: string; readonly config: Config };
  readonly metrics: readonly string[];
  readonly weights: readonly (readonly (readonly [string, readonly number[], string])[])[];
}

const COUNT = 60;

describe("what the page writes", () => {
  const cases = Array.from({ length: COUNT }, (_, seed) => {
    const draw = drawer(seed);
    return probed(draw, wall(draw), seed);
  });
  const looked = inFolder((folder) => {
    for (const [i, one] of cases.entries()) {
      const inputs = Array.from({ length: one.wall.inputs }, (_, at) => `열 ${at}`);
      const bytes = writeBrick(one.wall, one.weights, { ...one, inputs });
      writeFileSync(join(folder, `${i}.brick`), bytes);
      writeFileSync(join(folder, `${i}.x`), bytesOf(one.x));
    }
    return python("bricks.py", "look", folder) as Looked[];
  });

  it("has every brick, loss and optimizer", () => {
    const kinds = cases.flatMap((one) => one.wall.bricks.map(({ kind }) => kind));
    expect(new Set(kinds)).toEqual(new Set(Object.keys(BRICKS)));
    expect(new Set(cases.map((one) => one.wall.loss))).toEqual(new Set(LOSSES));
    const optimizers = cases.map((one) => one.wall.optimizer.kind);
    expect(new Set(optimizers)).toEqual(new Set(Object.keys(OPTIMIZERS)));
    expect(cases.some((one) => one.scales && one.targetScale)).toBe(true);
  });

  it("is what brickwork writes of the network that it read", () => {
    for (const [i, { differs, arrays }] of looked.entries()) {
      // Its own probe has other rows; it draws the order of rows anew.
      expect([i, differs, arrays]).toEqual([i, [], []]);
    }
  });

  it("predicts the same in brickwork", () => {
    for (const [i, { predicted }] of looked.entries())
      for (const [at, value] of predicted.flat().entries())
        expect(near(value, cases[i].y[at]), `${i}: ${value}, ${cases[i].y[at]}`).toBe(true);
  });

  it("is compiled, and can be trained on", () => {
    for (const [i, { compiled, optimizer }] of looked.entries())
      expect([compiled, optimizer]).toEqual([true, cases[i].wall.optimizer.kind]);
    const steps = looked.map((one) => one.steps);
    // -1: such a loss does not go with such outputs; 0: all is frozen.
    for (const one of steps) expect([-1, 0, 1]).toContain(one);
    expect(steps.filter((one) => one === 1).length).toBeGreaterThan(COUNT / 2);
  });

  it("is read in the page as it was", () => {
    for (const one of cases) {
      const bytes = writeBrick(one.wall, one.weights, one);
      const found = opened(bytes);
      expect(told(found.wall)).toEqual(told(one.wall));
      expect(found.weights).toEqual(one.weights);
      expect(found.scales === null).toBe(one.scales === undefined);
      expect(found.targetScale).toEqual(one.targetScale ?? null);
      expect(writeBrick(found.wall, found.weights, one)).toEqual(bytes);
    }
  });

  it("carries the names of columns and classes that fit", () => {
    const [one] = cases;
    const made = { ...one.wall, bricks: [{ id: "top", kind: "Dense", config: { units: 1 } }] };
    const inputs = Array.from({ length: made.inputs }, (_, at) => `x${at}`);
    const own = weights(drawer(1), made);
    const found = opened(writeBrick(made, own, { inputs, classes: ["no", "예"] }));
    expect([found.inputs, found.classes]).toEqual([inputs, ["no", "예"]]);
    const other = opened(writeBrick(made, own, { inputs: ["one"].slice(1), classes: ["a"] }));
    expect([other.inputs, other.classes]).toEqual([null, null]);
  });

  it("is refused where the weights are not those of the wall", () => {
    const [{ wall: made, weights: own }] = cases;
    expect(() => writeBrick({ ...made, bricks: [] }, [])).toThrow(Refusal);
    expect(() => writeBrick({ ...made, inputs: made.inputs + 1 }, own)).toThrow(Refusal);
  });
});

describe("what brickwork writes", () => {
  const { made, read } = inFolder((folder) => {
    const made = python("bricks.py", "make", folder, String(COUNT)) as Made[];
    const files = made.map((_, i) => readFileSync(join(folder, `${i}.brick`)));
    return { made, read: files.map(opened) };
  });

  it("is read with the same config", () => {
    for (const [i, { wall: found }] of read.entries()) {
      const { weights: _, bricks, optimizer, ...rest } = made[i];
      const { batchSize, epochs, seed } = found;
      // A brick without weights that are trained is frozen or not by its config alone.
      expect(told(found)).toEqual({
        ...rest,
        batchSize,
        epochs,
        seed,
        bricks,
        optimizer: {
          kind: optimizer.kind,
          config: complete(OPTIMIZERS[optimizer.kind].fields, optimizer.config),
        },
      });
    }
  });

  it("is read with the same weights", () => {
    for (const [i, { weights: found }] of read.entries()) {
      const arrays = found.map((arrays) =>
        arrays.map(({ name, shape, values }) => [name, shape, toBase64(bytesOf(values))]),
      );
      expect(arrays).toEqual(made[i].weights);
    }
  });

  it("is written by the page so that brickwork opens it again", () => {
    const looked = inFolder((folder) => {
      for (const [i, { wall: found, weights: own }] of read.slice(0, 10).entries()) {
        writeFileSync(join(folder, `${i}.brick`), writeBrick(found, own));
        writeFileSync(join(folder, `${i}.x`), bytesOf(new Float32Array(2 * found.inputs).fill(1)));
      }
      return python("bricks.py", "look", folder) as Looked[];
    });
    expect(looked.map(({ differs }) => differs)).toEqual(looked.map(() => []));
  });
});

describe("networks that are no walls", () => {
  it("are refused, with what they have", () => {
    inFolder((folder) => {
      const words = python("bricks.py", "strange", folder) as Record<string, string>;
      for (const [name, word] of Object.entries(words)) {
        const found = readBrick(readFileSync(join(folder, `${name}.brick`)));
        expect("problem" in found && found.problem, name).toContain(word);
      }
    });
  });

  it("open where the studio knows the layers, with a word on what it does not know", () => {
    inFolder((folder) => {
      const words = python("bricks.py", "known", folder) as Record<string, string>;
      for (const [name, word] of Object.entries(words))
        expect(opened(readFileSync(join(folder, `${name}.brick`))).notes.join(), name).toContain(
          word,
        );
      const frozen = ["partly", "frozen"].map((name) =>
        opened(readFileSync(join(folder, `${name}.brick`))).wall.bricks.map((b) => b.trainable),
      );
      expect(frozen).toEqual([[undefined], [false]]);
      const { scales } = opened(readFileSync(join(folder, "scaled.brick")));
      expect(scales?.map(({ mean }) => mean)).toEqual([31.5, 41.5, 53.5]);
    });
  });
});

describe("hostile files", () => {
  it("of brickwork's own tests are refused in words, each within a second", () => {
    inFolder((folder) => {
      const names = python("bricks.py", "attack", folder) as Record<string, string>;
      expect(Object.keys(names).length).toBeGreaterThan(800);
      for (const [number, name] of Object.entries(names)) {
        const bytes = readFileSync(join(folder, `${number}.brick`));
        const began = performance.now();
        const found = readBrick(bytes);
        expect("problem" in found && found.problem.length > 10, name).toBe(true);
        expect(late(began, 1000), name).toBeNull();
      }
    });
  });

  it("with one wrong bit, or cut off, are refused or the same", () => {
    const draw = drawer(3);
    const made = wall(draw);
    const good = writeBrick(made, weights(draw, made));
    const same = told(opened(good).wall);
    let refused = 0;
    for (let i = 0; i < 1000; i++) {
      const bytes = good.slice();
      bytes[Math.floor(draw() * bytes.length)] ^= 1 << Math.floor(8 * draw());
      const found = readBrick(bytes);
      if ("problem" in found) refused++;
      else expect(told(found.value.wall)).toEqual(same);
    }
    expect(refused).toBeGreaterThan(950); // what remains is in the writer's name and in spaces
    for (let length = 0; length < good.length; length += 37)
      expect("problem" in readBrick(good.subarray(0, length)), String(length)).toBe(true);
  });
});
