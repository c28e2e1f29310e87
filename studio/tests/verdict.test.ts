/** What a training is compared with, and what is thought of it: held to scikit-learn's dummies. */
import { beforeEach, describe, expect, test } from "vitest";
import { baselineOf, beats } from "../src/data/baseline.ts";
import { prepare } from "../src/data/prepare.ts";
import type { DataChoice, Prepared, Table } from "../src/data/table.ts";
import { errorInUnits } from "../src/data/units.ts";
import type { Ended } from "../src/engine/protocol.ts";
import { firstProject, history, prepared, project, status } from "../src/state/store.ts";
import { curesFor, isBetter, mood, risingSince } from "../src/state/verdict.ts";
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
    const of = (accuracy: number, rows: number) => ({ answer: 0, rows, scores: { accuracy } });
    expect(beats(of(0.55, 150), "accuracy", 0.51)).toBe(false);
    expect(beats(of(0.55, 150), "accuracy", 0.6)).toBe(false);
    expect(beats(of(0.55, 15_000), "accuracy", 0.6)).toBe(true);
    expect(beats(of(0.5, 4), "accuracy", 1)).toBe(true); // XOR
    expect(beats(of(1, 4), "accuracy", 1)).toBe(false);
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

test("what is there already is not advised", () => {
  const { wall } = firstProject();
  const of = (...bricks: Brick[]) => curesFor({ ...wall, bricks });
  const penalty = { kernel_regularizer: { class_name: "L2", config: { l2: 0.01 } } };
  const drop: Brick = { id: "d", kind: "Dropout", config: {} };
  expect(of(dense(8))).toEqual(["units", "dropout", "penalty"]);
  expect(of(dense(8), drop)).toEqual(["units", "penalty"]);
  expect(of(dense(8, "relu", penalty), drop)).toEqual(["units"]);
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
    const of = { loss: "mean_squared_error", metrics: [] };
    expect(isBetter(base, of, { loss: 0.1, val_loss: 0.1 })).toBe(true);
    expect(isBetter(base, of, { loss: 0.1, val_loss: 1 })).toBe(false);
    expect(isBetter(base, { ...of, loss: "huber" }, { loss: 0.1, val_loss: 0.1 })).toBeNull();
  });
});
