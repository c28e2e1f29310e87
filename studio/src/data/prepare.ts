/**
 * A table as it goes into a network: inputs and target as arrays, split, with missing values
 * filled and scales of the training rows alone, so that the rows held out stay unseen.
 */
import { countsOf } from "./counts.ts";
import { DataError } from "./errors.ts";
import { type Input, inputsOf, scaleOf, usableColumns } from "./inputs.ts";
import { listed } from "./notes.ts";
import { split } from "./split.ts";
import type { Column, DataChoice, Note, Prepared, Rows, Scale, Table } from "./table.ts";
import { type Target, targetColumn, targetOf } from "./target.ts";
import { UNSCALED } from "./units.ts";

const MOST_INPUTS = 1000;
const MOST_NUMBERS = 20e6; // in all rows: 80 MB

export function prepare(table: Table, choice: DataChoice): Prepared {
  const notes: Note[] = [...(table.notes ?? [])];
  const column = targetColumn(table, choice);
  const others = table.columns.filter(
    (one) => one !== column && !choice.excluded.includes(one.name),
  );
  // Of a picture every pixel has its place, also one that is always dark.
  const complete = table.picture !== undefined && others.length === table.columns.length - 1;
  const columns = complete ? others : usableColumns(others, notes);
  const { used: rows, unlabelled } = rowsOf(table, column, columns, choice, notes);
  const target = targetOf(column, rows, choice.task ?? ownTask(table, column));
  const inputs = columns.flatMap((one) => inputsOf(one, rows, notes));
  noteCategories(inputs, notes);
  checkSize(inputs.length, rows.length);

  const labels = target.task === "regression" ? null : target.values;
  const parts = split(rows.length, share(choice), choice.seed, labels);
  const trained = parts.training.map((place) => rows[place]);
  const fills = inputs.map((input) => meanOf(input, trained));
  noteFilled(columns, rows, notes);
  const scales = scalesOf(inputs, fills, trained, choice.standardize, complete);
  const targetScale = targetScaleOf(target, parts.training, choice, notes);

  const origins = {
    training: trained,
    validation: parts.validation.map((place) => rows[place]),
    // As many as there is room for.
    unlabelled: unlabelled.slice(0, Math.floor(MOST_NUMBERS / inputs.length) - rows.length),
  };
  const take = (places: readonly number[], from: readonly number[]): Rows => ({
    rows: places.length,
    x: encoded(inputs, fills, scales, from),
    inputs: inputs.length,
    y: Float32Array.from(places, (place) => scaled(target.values[place], targetScale ?? UNSCALED)),
  });
  return {
    name: table.name,
    task: target.task,
    inputs: inputs.map((input) => input.name),
    target: target.name,
    classes: classesOf(table, target),
    outputs: target.task === "classes" ? target.classes.length : 1,
    training: take(parts.training, origins.training),
    validation: parts.validation.length ? take(parts.validation, origins.validation) : null,
    unlabelled: {
      rows: origins.unlabelled.length,
      inputs: inputs.length,
      x: encoded(inputs, fills, scales, origins.unlabelled),
    },
    origins,
    scales,
    targetScale,
    picture: complete ? table.picture : undefined,
    notes,
  };
}

function share({ validation }: DataChoice): number {
  if (validation >= 0 && validation <= 0.9) return validation;
  const values = { name: "validation", value: String(validation), min: 0, max: 0.9 };
  throw new DataError("data.refused.setting", values);
}

/** A table knows the task of its own target alone. */
const ownTask = (table: Table, column: Column) =>
  column.name === table.target ? table.task : undefined;

/** Returns the names of classes: the table's own, where it has one for each value. */
function classesOf(table: Table, { name, classes }: Target): readonly string[] {
  const own = name === table.target ? table.classes : undefined;
  return own?.length === classes.length ? own : classes;
}

const isMissing = ({ values }: Column, row: number) =>
  values instanceof Float64Array ? Number.isNaN(values[row]) : values[row] === "";

/**
 * Returns the rows that have a target and, if the user wants it so, all inputs; and those that lack
 * the target alone.
 */
function rowsOf(
  table: Table,
  target: Column,
  inputs: readonly Column[],
  choice: DataChoice,
  notes: Note[],
): { used: number[]; unlabelled: number[] } {
  const all = Array.from({ length: table.rows }, (_, row) => row);
  const isWhole = (row: number) =>
    choice.missing === "mean" || !inputs.some((input) => isMissing(input, row));
  const labelled = all.filter((row) => !isMissing(target, row));
  const without = all.filter((row) => isMissing(target, row));
  if (without.length)
    notes.push({
      key: "data.note.untargeted",
      values: { count: without.length, target: target.name },
    });
  const used = labelled.filter(isWhole);
  const dropped = labelled.length - used.length;
  if (dropped) notes.push({ key: "data.note.dropped", values: { count: dropped } });
  enough(used, dropped ? "data.refused.alldropped" : "data.refused.rowsleft");
  return { used, unlabelled: without.filter(isWhole) };
}

function enough(rows: readonly number[], key: string): void {
  if (rows.length < 2) throw new DataError(key, { rows: rows.length });
}

function checkSize(inputs: number, rows: number): void {
  if (inputs > MOST_INPUTS)
    throw new DataError("data.refused.inputs", { inputs, limit: MOST_INPUTS });
  if (inputs * rows > MOST_NUMBERS)
    throw new DataError("data.refused.numbers", { inputs, rows, limit: MOST_NUMBERS });
}

/** Returns what a missing value becomes: the mean of the training rows that have one. */
function meanOf(input: Input, rows: readonly number[]): number {
  if (!input.number) return 0;
  const present = rows.map(input.at).filter((value) => !Number.isNaN(value));
  return scaleOf(present).mean;
}

/** Says what becomes of texts: one column is several inputs. */
function noteCategories(inputs: readonly Input[], notes: Note[]): void {
  const counts = countsOf(inputs.filter(({ number }) => !number).map(({ column }) => column));
  const names = [...counts].map(([name, count]) => `${name} (${count})`);
  if (names.length) notes.push({ key: "data.note.categories", values: { columns: listed(names) } });
}

function noteFilled(columns: readonly Column[], rows: readonly number[], notes: Note[]): void {
  const found = (key: string, ofNumbers: boolean) => {
    let count = 0;
    const names: string[] = [];
    for (const column of columns) {
      if (column.values instanceof Float64Array !== ofNumbers) continue;
      const missing = rows.reduce((sum, row) => sum + Number(isMissing(column, row)), 0);
      if (missing) names.push(`${column.name} (${missing})`);
      count += missing;
    }
    if (count) notes.push({ key, values: { count, columns: listed(names) } });
  };
  found("data.note.filled", true);
  found("data.note.unknown", false);
}

/** Returns a scale for each input; pixels of a picture share one, so that it stays a picture. */
function scalesOf(
  inputs: readonly Input[],
  fills: readonly number[],
  rows: readonly number[],
  standardize: boolean,
  together: boolean,
): Scale[] {
  if (!standardize) return inputs.map(() => UNSCALED);
  const filled = (input: Input, index: number) =>
    rows.map((row) => orElse(input.at(row), fills[index]));
  if (together) {
    const all = scaleOf(inputs.flatMap(filled));
    return inputs.map(() => all);
  }
  return inputs.map((input, index) => (input.number ? scaleOf(filled(input, index)) : UNSCALED));
}

/**
 * A network begins with outputs around 0 and takes small steps, so a target like a price in the
 * hundred thousands is scaled as well.
 */
function targetScaleOf(
  target: Target,
  training: readonly number[],
  choice: DataChoice,
  notes: Note[],
): Scale | undefined {
  if (target.task !== "regression" || !choice.standardize) return undefined;
  const scale = scaleOf(training.map((place) => target.values[place]));
  const moderate = Math.abs(scale.mean) < 10 && scale.std < 10 && scale.std > 0.01;
  if (moderate) return undefined;
  const isLarge = Math.abs(scale.mean) >= 10 || scale.std >= 10;
  const key = isLarge ? "data.note.target" : "data.note.target.small";
  notes.push({ key, values: { target: target.name, ...scale } });
  return scale;
}

const orElse = (value: number, fill: number) => (Number.isNaN(value) ? fill : value);
const scaled = (value: number, { mean, std }: Scale) => (value - mean) / std;

function encoded(
  inputs: readonly Input[],
  fills: readonly number[],
  scales: readonly Scale[],
  rows: readonly number[],
): Float32Array {
  const x = new Float32Array(rows.length * inputs.length);
  let at = 0;
  for (const row of rows)
    for (let index = 0; index < inputs.length; index++, at++)
      x[at] = scaled(orElse(inputs[index].at(row), fills[index]), scales[index]);
  return x;
}
