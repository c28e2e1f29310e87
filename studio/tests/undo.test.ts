/** Undo and redo: of the document, and of weights that were set by hand. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Snapshot } from "../src/engine/protocol.ts";
import {
  assigned,
  byHand,
  canRedo,
  canUndo,
  editWall,
  editWeights,
  firstProject,
  forgetWeights,
  project,
  redo,
  snapshot,
  undo,
} from "../src/state/store.ts";
import type { Weights } from "../src/wall/wall.ts";
import { dense } from "../src/wall/wall.ts";

const kernel = (value: number): Weights => [
  [{ name: "kernel", shape: [1, 1], values: Float32Array.of(value) }],
];

/** The engine takes what was assigned, and tells of it. */
function answered(weights: Weights | null): void {
  if (weights) snapshot.value = { step: 50, weights } as unknown as Snapshot;
}

const built = { ...firstProject().wall, bricks: [dense(1, "sigmoid")] };

beforeEach(() => {
  while (canUndo.value) undo();
  project.value = firstProject();
  editWall(built);
  answered(kernel(0.5));
});

/** Undoes or redoes, and returns the weight that is there then. */
function weightAfter(change: () => void): number | undefined {
  change();
  answered(assigned.value);
  return snapshot.value?.weights[0][0].values[0];
}

describe("a weight that is set by hand", () => {
  test("is undone before the wall is, and redone", () => {
    weightAfter(() => editWeights(kernel(2), "kernel 0"));
    expect(weightAfter(undo)).toBe(0.5);
    expect(project.value.wall).toBe(built);
    expect(weightAfter(redo)).toBe(2);
    expect(weightAfter(undo)).toBe(0.5);
    undo();
    expect(project.value.wall.bricks).toEqual([]);
    redo();
    expect(project.value.wall).toBe(built);
  });

  test("is one step while a slider is drawn, and another when it is put back", () => {
    for (const value of [0.6, 0.7, 0.8]) weightAfter(() => editWeights(kernel(value), "kernel 0"));
    weightAfter(() => editWeights(kernel(0.5)));
    expect(weightAfter(undo)).toBeCloseTo(0.8, 6);
    expect(weightAfter(undo)).toBe(0.5);
    expect(project.value.wall).toBe(built);
  });

  test("is forgotten when the training begins anew; edits are not", () => {
    weightAfter(() => editWeights(kernel(2)));
    weightAfter(undo);
    forgetWeights();
    expect(canRedo.value).toBe(false);
    weightAfter(() => editWeights(kernel(3)));
    forgetWeights();
    undo();
    expect(project.value.wall.bricks).toEqual([]);
    expect(assigned.value).toBeNull();
  });
});

describe("what was logged", () => {
  test("is of other weights after one was set by hand, until it is undone or training goes on", () => {
    const isByHand = (change: () => void) => {
      weightAfter(change);
      return byHand.value;
    };
    expect(byHand.value).toBe(false);
    expect(isByHand(() => editWeights(kernel(2), "kernel 0"))).toBe(true);
    expect(isByHand(() => editWeights(kernel(3), "kernel 0"))).toBe(true);
    expect(isByHand(undo)).toBe(false);
    expect(isByHand(redo)).toBe(true);
    expect(isByHand(undo)).toBe(false);
    expect(isByHand(() => editWeights(kernel(4)))).toBe(true);
    const now = snapshot.value as Snapshot;
    snapshot.value = { ...now, step: now.step + 1 };
    expect(byHand.value).toBe(false);
  });
});

describe("the weights of a large wall", () => {
  const large = (value: number, size = 3_000_000): Weights => [
    [{ name: "kernel", shape: [size], values: new Float32Array(size).fill(value) }],
  ];

  test("are kept of the last steps alone; edits stay", () => {
    for (let value = 0; value < 6; value++) weightAfter(() => editWeights(large(value)));
    expect(weightAfter(undo)).toBe(4);
    expect(weightAfter(undo)).toBe(3);
    undo(); // 9 million numbers are too many: the edit is next
    expect(project.value.wall.bricks).toEqual([]);
  });

  test("are kept of the newest step, however large", () => {
    weightAfter(() => editWeights(large(1, 9_000_000)));
    weightAfter(() => editWeights(large(2, 9_000_000)));
    expect(weightAfter(undo)).toBe(1);
    undo();
    expect(project.value.wall.bricks).toEqual([]);
  });
});

test("a number that is dragged is one step, although each change begins a training", () => {
  const [brick] = built.bricks;
  for (const units of [2, 3, 4]) {
    editWall(
      { ...built, bricks: [{ ...brick, config: { ...brick.config, units } }] },
      "units of a",
    );
    forgetWeights(); // what the session does when a training begins
  }
  undo();
  expect(project.value.wall).toBe(built);
});
