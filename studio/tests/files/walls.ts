/** Random walls, weights and projects, the same for the same seed. */

import { SOURCES } from "../../src/data/datasets.ts";
import { tableOf } from "../../src/data/drawn.ts";
import type { DataChoice, Table } from "../../src/data/table.ts";
import { isRequired } from "../../src/files/check.ts";
import { outputsFor, PROBE_ROWS } from "../../src/files/probe.ts";
import { sizeOf, weightsOf } from "../../src/files/weights.ts";
import {
  BRICKS,
  type Field,
  type Fields,
  LOSSES,
  METRICS,
  OPTIMIZERS,
} from "../../src/wall/catalogue.ts";
import type { Project } from "../../src/wall/project.ts";
import { places } from "../../src/wall/shapes.ts";
import {
  type Brick,
  type Config,
  dense,
  newId,
  type Value,
  type Wall,
  type Weight,
} from "../../src/wall/wall.ts";

/** Draws numbers from 0 to 1. */
export type Draw = () => number;

export function drawer(seed: number): Draw {
  let state = seed * 2654435761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const whole = (draw: Draw, min: number, max: number) =>
  min + Math.floor(draw() * (max - min + 1));
export const oneOf = <T>(draw: Draw, items: readonly T[]): T =>
  items[whole(draw, 0, items.length - 1)];

function value(draw: Draw, field: Field): Value {
  switch (field.type) {
    case "boolean":
      return draw() < 0.5;
    case "choice":
      return oneOf(draw, field.choices);
    case "integer":
      return whole(draw, field.min, Math.min(field.max, 9));
    case "number":
      // As many digits as one types; a learning rate is a float32 in files.
      return Number(
        (field.min + (0.05 + 0.9 * draw()) * (Math.min(field.max, 1) - field.min)).toPrecision(4),
      );
    case "regularizer": {
      const kind = oneOf(draw, ["L1", "L2", "L1L2"]);
      const amounts = { l1: draw() / 100, l2: draw() / 100 };
      const { l1, l2 } = amounts;
      return {
        class_name: kind,
        config: kind === "L1" ? { l1 } : kind === "L2" ? { l2 } : amounts,
      };
    }
  }
}

/** Returns a config in which about half of what can be set is set. */
export function config(draw: Draw, fields: Fields): Config {
  const found: Record<string, Value> = {};
  for (const [name, field] of Object.entries(fields)) {
    const drawn = value(draw, field);
    if (isRequired(field) || (draw() < 0.5 && drawn !== field.default)) found[name] = drawn;
  }
  return found;
}

function brick(draw: Draw): Brick {
  const kind = oneOf(draw, ["Dense", ...Object.keys(BRICKS)]);
  const frozen = draw() < 0.2;
  return {
    id: newId(),
    kind,
    config: config(draw, BRICKS[kind].fields),
    ...(frozen && { trainable: false }),
  };
}

export function wall(draw: Draw): Wall {
  const kind = oneOf(draw, Object.keys(OPTIMIZERS));
  const loss = oneOf(draw, LOSSES);
  const bricks = Array.from({ length: whole(draw, 1, 7) }, () => brick(draw));
  if (loss.includes("categorical")) bricks.push(dense(whole(draw, 2, 5), "softmax"));
  return {
    inputs: whole(draw, 1, 9),
    bricks,
    loss,
    optimizer: { kind, config: config(draw, OPTIMIZERS[kind].fields) },
    metrics: METRICS.filter(() => draw() < 0.5),
    batchSize: whole(draw, 1, 64),
    epochs: whole(draw, 1, 500),
    seed: whole(draw, 0, 1000),
  };
}

/** Returns weights for a wall; variances are positive. */
export function weights(draw: Draw, of: Wall): Weight[][] {
  return places(of).map((place) =>
    weightsOf(place).map(({ name, shape }) => {
      const at = () => (name === "moving_variance" ? 0.5 + draw() : draw() - 0.5);
      return { name, shape, values: Float32Array.from({ length: sizeOf(shape) }, at) };
    }),
  );
}

/**
 * Returns a network of a wall, with random rows and its outputs for them. Some scale their inputs, and
 * some of those with one output that output.
 */
export function probed(draw: Draw, of: Wall, seed: number) {
  const scales = Array.from({ length: of.inputs }, () => ({
    mean: 10 * draw(),
    std: 0.5 + draw(),
  }));
  const isSingle = places(of).at(-1)?.outputs === 1;
  const network = {
    wall: of,
    weights: weights(draw, of),
    scales: seed % 2 ? scales : undefined,
    targetScale: isSingle && seed % 3 ? { mean: 20, std: 3 } : undefined,
  };
  const x = Float32Array.from({ length: PROBE_ROWS * of.inputs }, () => 4 * draw() - 2);
  return { ...network, x, y: outputsFor(network, x) };
}

function table(draw: Draw): Table {
  const rows = whole(draw, 0, 30);
  const numbers = Float64Array.from({ length: rows }, () =>
    draw() < 0.1 ? Number.NaN : draw() * 100,
  );
  const texts = Array.from({ length: rows }, () => oneOf(draw, ["", "<b>yes</b>", "no", "예"]));
  return {
    name: 'my "table"',
    rows,
    columns: [
      { name: "x, 1", values: numbers },
      { name: "답", values: texts },
    ],
    target: "답",
    task: "classes",
    format: {
      delimiter: oneOf(draw, [",", ";", "\t"]),
      decimalComma: draw() < 0.5,
      encoding: oneOf(draw, ["utf-8", "euc-kr"]),
      skipped: whole(draw, 0, 3),
      header: oneOf(draw, ["names", "other", "none"] as const),
    },
  };
}

function drawing(draw: Draw): Table {
  const dots = Array.from({ length: whole(draw, 0, 30) }, () => ({
    x: 2 * draw() - 1,
    y: 2 * draw() - 1,
    label: whole(draw, 0, 2),
  }));
  return tableOf({ curve: draw() < 0.5, dots });
}

export function project(draw: Draw): Project {
  const source = oneOf(draw, [...SOURCES.map(({ name }) => name), "drawn", "csv"]);
  const data: DataChoice = {
    source,
    samples: whole(draw, 10, 5000),
    noise: draw(),
    seed: whole(draw, 0, 1000),
    excluded: draw() < 0.5 ? ["x, 1"] : [],
    missing: draw() < 0.5 ? "mean" : "drop",
    standardize: draw() < 0.5,
    validation: draw() * 0.9,
    ...(source === "csv" && { table: table(draw) }),
    ...(source === "drawn" && { table: drawing(draw) }),
    ...(draw() < 0.5 && { target: "답" }),
    ...(draw() < 0.5 && { task: "binary" as const }),
  };
  return { name: oneOf(draw, ["pima", "내 벽 <1>", "</script>"]), wall: wall(draw), data };
}
