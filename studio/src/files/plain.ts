/** The document as JSON: what `check.ts` reads. Arrays of numbers are base64 of their bytes. */
import type { DataChoice, Table } from "../data/table.ts";
import type { Project } from "../wall/project.ts";
import type { Brick, Wall, Weight } from "../wall/wall.ts";
import { bytesOf, toBase64 } from "./bytes.ts";
import type { Json } from "./json.ts";

/** Entries that are undefined are left out, as in `JSON.stringify`. */
type Entries = Record<string, Json | undefined>;

const without = (entries: Entries): Json =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Json;

export function plainWeights(weights: readonly Weight[]): Json {
  return weights.map(({ name, shape, values }) => ({
    name,
    shape: [...shape],
    values: toBase64(bytesOf(values)),
  }));
}

function plainBrick({ kind, config, trainable, fixed, weights }: Brick): Json {
  return without({
    kind,
    config,
    trainable: trainable === false ? false : undefined,
    fixed: fixed && { inputs: fixed.inputs, name: fixed.name },
    weights: weights && plainWeights(weights),
  });
}

export function plainWall(wall: Wall): Json {
  return {
    inputs: wall.inputs,
    bricks: wall.bricks.map(plainBrick),
    loss: wall.loss,
    optimizer: { kind: wall.optimizer.kind, config: wall.optimizer.config },
    metrics: [...wall.metrics],
    batchSize: wall.batchSize,
    epochs: wall.epochs,
    seed: wall.seed,
  };
}

/** The most numbers of a column that are written as a list. */
export const MOST_LISTED = 1000;

/** Few numbers of few digits are a list, which deflates well in a link; NaN is null. */
function plainNumbers(values: Float64Array): Json {
  const packed = toBase64(bytesOf(values));
  const isListed = (value: number) => !Object.is(value, -0) && Math.abs(value) !== Infinity;
  if (values.length > MOST_LISTED || !values.every(isListed)) return packed;
  const list = Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  return JSON.stringify(list).length < packed.length ? list : packed;
}

function plainTable({ name, rows, columns, target, task, picture, notes, format }: Table): Json {
  return without({
    name,
    rows,
    columns: columns.map(({ name, values }) =>
      values instanceof Float64Array
        ? { name, numbers: plainNumbers(values) }
        : { name, texts: [...values] },
    ),
    target,
    task,
    picture: picture && { ...picture },
    notes: notes?.map(({ key, values }) => ({ key, values })),
    format: format && without({ ...format, missing: format.missing && [...format.missing] }),
  });
}

export function plainData(data: DataChoice): Json {
  const { source, samples, noise, seed, table, target, task, missing, standardize, validation } =
    data;
  return without({
    source,
    samples,
    noise,
    seed,
    table: table && plainTable(table),
    target,
    excluded: [...data.excluded],
    task,
    missing,
    standardize,
    validation,
  });
}

export function plainProject({ name, wall, data }: Project): Json {
  return { name, wall: plainWall(wall), data: plainData(data) };
}
