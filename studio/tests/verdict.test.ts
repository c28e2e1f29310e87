/** What a training is compared with, and what is thought of it: held to scikit-learn's dummies. */
import { beforeEach, describe, expect, test } from "vitest";
import { baselineOf, beats, gradeOf } from "../src/data/baseline.ts";
import { prepare } from "../src/data/prepare.ts";
import type { DataChoice, Prepared, Table } from "../src/data/table.ts";
import { errorInUnits } from "../src/data/units.ts";
import type { Ended } from "../src/engine/protocol.ts";
import { firstProject, history, prepared, project, status } from "../src/state/store.ts";
import { mood, rightTooSeldom, risingSince, verdictOf } from "../src/state/verdict.ts";
import { curesFor, strengthened } from "../src/wall/cures.ts";
import { misfits } from "../src/wall/shapes.ts";
import { type Brick, dense } from "../src/wall/wall.ts";
import { PATIENCE, sklearn } from "./data/sklearn.ts";

const choice: DataChoice = {
  source: "csv",
  samples: 0,
  noise: 0,
  seed: 1,
  excluded: [],
  missing: "mean",
  standardize: true,
  validation: 0.25,
};

function table(target: readonly string[] | Float64Array): Table {
  const rows = target.length;
  const x = Float64Array.from({ length: rows }, (_, i) => Math.sin(i));
  const columns = [
    { name: "x", values: x },
    { name: "y", values: target },
  ];
  return { name: "some", columns, rows, target: "y" };
}

const churn = () =>
  prepare(table(Array.from({ length: 100 }, (_, i) => (i % 25 < 14 ? "no" : "yes"))), choice);
const prices = () =>
  prepare(table(Float64Array.from({ length: 100 }, (_, i) => 300_000 + 900 * i)), choice);

const valid = (data: Prepared) => data.validation as NonNullable<Prepared["validation"]>;

describe("the baseline", () => {
  test(
    "is scikit-learn's dummy, learned from training rows, scored on validation rows",
    () => {
      const [classes, numbers] = [churn(), prices()];
      const ask = (data: Prepared) => ({
        ask: "dummy",
        classes: data.task !== "regression",
        training: [...data.training.y],
        validation: [...valid(data).y],
      });
      const found = sklearn<Record<string, number>>(ask(classes), ask(numbers));
      for (const [i, data] of [classes, numbers].entries()) {
        const { scores } = baselineOf(data, valid(data));
        expect(Object.keys(scores)).toEqual(Object.keys(found[i]));
        for (const name in scores) expect(scores[name]).toBeCloseTo(found[i][name], 5);
      }
      expect(classes.classes[baselineOf(classes, valid(classes)).answer]).toBe("no");
    },
    PATIENCE,
  );

  test("is beaten by more than chance makes of so many rows", () => {
    const of = (accuracy: number, rows: number) => ({
      answer: 0,
      rows,
      scores: { accuracy },
      standardErrors: { accuracy: Math.sqrt((accuracy * (1 - accuracy)) / rows) },
    });
    expect(beats(of(0.55, 150), "accuracy", 0.51)).toBe(false);
    expect(beats(of(0.55, 150), "accuracy", 0.6)).toBe(false);
    expect(beats(of(0.55, 15_000), "accuracy", 0.6)).toBe(true);
    expect(beats(of(0.5, 4), "accuracy", 1)).toBe(true); // XOR
    expect(beats(of(1, 4), "accuracy", 1)).toBe(false);
  });

  test("is no worse than what is right less often, or more often by less than a standard error", () => {
    const data = churn();
    const base = baselineOf(data, valid(data)); // 25 rows, 14 of them "no"
    const { accuracy } = base.scores;
    const error = Math.sqrt((accuracy * (1 - accuracy)) / base.rows);
    expect(base.standardErrors.accuracy).toBeCloseTo(error, 12);
    const grades = [-0.01, 0, 0.9 * error, 1.1 * error].map((by) =>
      gradeOf(base, "accuracy", accuracy + by),
    );
    expect(grades).toEqual(["worse", "worse", "chance", "better"]);
    expect(gradeOf(base, "mean_absolute_error", Number.NaN)).toBe("worse");
    const wall = { loss: "binary_crossentropy", metrics: ["accuracy"], bricks: [] };
    const logs = { loss: 0.1, accuracy: 1, val_loss: 0.6, val_accuracy: accuracy - 0.008 };
    expect(verdictOf(base, wall, logs)?.grade).toBe("worse");
    expect(verdictOf(base, { ...wall, metrics: [] }, logs)).toBeNull();
  });

  test("of numbers is the mean, with the standard error of its errors", () => {
    const data = prices();
    const base = baselineOf(data, valid(data));
    const { mean_absolute_error: off } = base.scores;
    const errors = Array.from(valid(data).y, (y) => Math.abs(y - base.answer));
    const s = Math.sqrt(errors.reduce((sum, e) => sum + (e - off) ** 2, 0) / errors.length);
    const error = s / Math.sqrt(errors.length);
    expect(base.standardErrors.mean_absolute_error).toBeCloseTo(error, 12);
    const grades = [0.01, 0, -0.9 * error, -1.1 * error].map((by) =>
      gradeOf(base, "mean_absolute_error", off + by),
    );
    expect(grades).toEqual(["worse", "worse", "chance", "better"]);
  });
});

test("errors of a scaled target are said in its units", () => {
  const data = prices();
  const std = data.targetScale?.std ?? 0;
  expect(errorInUnits("mean_absolute_error", 0.2, data)).toBeCloseTo(0.2 * std, 6);
  expect(errorInUnits("mean_squared_error", 0.04, data)).toBeCloseTo(0.2 * std, 6);
  expect(errorInUnits("huber", 0.04, data)).toBeNull();
  expect(errorInUnits("mean_absolute_error", 0.2, churn())).toBeNull();
});

const falling = (from: number, to: number, best = to): Ended[] =>
  Array.from({ length: 30 }, (_, epoch) => {
    const share = Math.min(1, epoch / 15);
    const rise = Math.max(0, epoch - 15) / 14;
    const val_loss = from + (best - from) * share + (to - best) * rise;
    return { epoch, logs: { loss: from / (epoch + 1), val_loss } };
  });

test("overfitting is noted where a good part of what was won is lost again", () => {
  expect(risingSince(falling(0.6, 0.6, 0.4))).toBe(16);
  expect(risingSince(falling(0.6, 0.4))).toBeNull();
  expect(risingSince(falling(0.7, 0.0243, 0.02))).toBeNull(); // 98 % right, and a rise of nothing
  const flat = falling(0.6, 0.284, 0.262).map(({ epoch, logs }) => ({
    epoch,
    logs: { ...logs, loss: Math.max(0.229, logs.loss) - epoch * 1e-5 },
  }));
  expect(risingSince(flat)).toBeNull();
});

test("it is noted also after a cure, by which the losses are others", () => {
  // With Dropout the training loss stays near the validation loss, which rises from 0.53 to 0.612.
  const dropped = falling(0.69, 0.612, 0.53).map(({ epoch, logs }) => ({
    epoch,
    logs: { ...logs, loss: 0.62 - 0.004 * epoch + 0.006 * (epoch % 2) },
  }));
  expect(risingSince(dropped)).toBe(16);
  // With a penalty the first loss is mostly the penalty.
  expect(risingSince(falling(1.9, 0.612, 0.53))).toBe(16);
});

describe("what helps against overfitting", () => {
  const { wall } = firstProject();
  const of = (...bricks: Brick[]) => curesFor({ ...wall, bricks }, 14);
  const kinds = (...bricks: Brick[]) => of(...bricks).map(({ kind }) => kind);
  const penalty = { kernel_regularizer: { class_name: "L2", config: { l2: 0.01 } } };
  const drop: Brick = { id: "d", kind: "Dropout", config: {} };
  const top = dense(1, "sigmoid");

  test("is nothing that is there already, and nothing of the brick that answers", () => {
    expect(kinds(dense(8), top)).toEqual(["epochs", "dropout", "units", "penalty"]);
    expect(kinds(dense(8), drop, top)).toEqual(["epochs", "units", "penalty"]);
    expect(kinds(dense(8, "relu", penalty), drop, top)).toEqual(["epochs", "units"]);
    expect(kinds(dense(8))).toEqual(["epochs"]);
    expect(curesFor({ ...wall, bricks: [top] }, 0)).toEqual([]); // it was best where it began
  });

  test("is done to the widest hidden brick, and each leaves a wall that fits", () => {
    const relu: Brick = { id: "a", kind: "Activation", config: {} };
    const bricks = [dense(16), dense(256, "linear"), relu, dense(300, "sigmoid")];
    const cured = Object.fromEntries(of(...bricks).map((cure) => [cure.kind, cure.wall]));
    expect(cured.epochs).toEqual({ ...wall, bricks, epochs: 14 });
    expect(cured.dropout.bricks.map(({ kind }) => kind).join(" ")).toBe(
      "Dense Dense Activation Dropout Dense",
    );
    expect(cured.dropout.bricks[3].config).toEqual({ rate: 0.3 });
    expect(cured.units.bricks.map(({ config }) => config.units)).toEqual([16, 128, undefined, 300]);
    expect(cured.penalty.bricks.map(({ config }) => "kernel_regularizer" in config)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    for (const one of Object.values(cured)) expect(misfits(one, null)).toEqual([]);
  });

  test("leaves the studs that a weight brick stands on", () => {
    const fixed: Brick = { ...dense(4), fixed: { inputs: 32, name: "eyes" } };
    const halved = of(dense(32), fixed, dense(8), top).find(({ kind }) => kind === "units");
    expect(halved?.wall.bricks.map(({ config }) => config.units)).toEqual([32, 4, 4, 1]);
  });
});

describe("the figure", () => {
  const { wall } = firstProject();
  beforeEach(() => {
    prepared.value = churn();
    project.value = { ...firstProject(), wall };
    status.value = "done";
  });
  const ended = (accuracy: number) => {
    history.value = [{ epoch: 0, logs: { loss: 0.6, val_loss: 0.6, val_accuracy: accuracy } }];
  };

  test("cheers for a wall that beats the baseline, and for no other", () => {
    ended(0.51);
    expect(mood.value).toBe("unsure");
    ended(0.96);
    expect(mood.value).toBe("done");
    status.value = "running";
    expect(mood.value).toBe("running");
  });

  test("worries where overfitting is noted", () => {
    history.value = falling(0.6, 0.6, 0.4);
    expect(mood.value).toBe("worried");
  });

  test("judges by the loss where that is what the baseline has", () => {
    const base = baselineOf(prices(), valid(prices()));
    const of = { loss: "mean_squared_error", metrics: [], bricks: [dense(1)] };
    expect(verdictOf(base, of, { loss: 0.1, val_loss: 0.1 })?.isClear).toBe(true);
    expect(verdictOf(base, of, { loss: 0.1, val_loss: 1 })?.isClear).toBe(false);
    expect(verdictOf(base, { ...of, loss: "huber" }, { loss: 0.1, val_loss: 0.1 })).toBeNull();
    // A penalty is in the loss, and in no error.
    const l2 = { class_name: "L2", config: { l2: 0.01 } };
    const penalized = { ...of, bricks: [dense(1, "linear", { kernel_regularizer: l2 })] };
    expect(verdictOf(base, penalized, { loss: 0.1, val_loss: 0.1 })).toBeNull();
  });
});

describe("a wall that learns too little", () => {
  const wall = (...bricks: Brick[]) => ({ ...firstProject().wall, inputs: 2, bricks, epochs: 50 });
  const cured = (...bricks: Brick[]) =>
    strengthened(wall(...bricks)).map(({ kind, n, wall: { bricks, epochs } }) => [
      kind,
      n,
      bricks.map(({ config }) => config.units),
      epochs,
    ]);

  test("gets wider, deeper, or trains longer", () => {
    expect(cured(dense(4, "relu"), dense(12, "relu"), dense(1, "sigmoid"))).toEqual([
      ["wider", 8, [8, 12, 1], 50],
      ["deeper", 12, [4, 12, 12, 1], 50],
      ["longer", 100, [4, 12, 1], 100],
    ]);
    expect(cured(dense(1, "sigmoid"))).toEqual([
      ["deeper", 8, [8, 1], 50],
      ["longer", 100, [1], 100],
    ]);
  });

  test("is told so of points that can be told apart, and its figure is not glad", () => {
    const data = { ...firstProject().data, source: "moons", noise: 0.1 };
    project.value = { ...firstProject(), data };
    status.value = "done";
    const ended = (accuracy: number) => [{ epoch: 49, logs: { loss: 0.4, accuracy } }];
    history.value = ended(0.77);
    expect([rightTooSeldom.value, mood.value]).toEqual([0.77, "unsure"]);
    history.value = ended(0.97);
    expect(rightTooSeldom.value).toBeNull();
    history.value = ended(0.77);
    project.value = { ...firstProject(), data: { ...data, noise: 0.4 } };
    expect(rightTooSeldom.value).toBeNull();
    project.value = { ...firstProject(), data: { ...data, source: "pima" } };
    expect(rightTooSeldom.value).toBeNull();
  });
});
