/**
 * The document from JSON of unknown origin: every value is checked against the catalogue, so that
 * a file or a link can hold nothing that could not have been built by hand.
 */
import { MOST_WORDS } from "../data/columns.ts";
import { SAMPLES, SOURCES } from "../data/datasets.ts";
import { ENCODINGS } from "../data/decode.ts";
import { isDrawn } from "../data/drawn.ts";
import { isHeld, LARGEST } from "../data/numbers.ts";
import { DELIMITERS, LIMITS } from "../data/rows.ts";
import {
  type Column,
  type DataChoice,
  type Format,
  HEADERS,
  type Picture,
  type Table,
  type Task,
} from "../data/table.ts";
import {
  BRICKS,
  type Field,
  type Fields,
  LARGEST_PENALTY,
  LOSSES,
  METRICS,
  OPTIMIZERS,
  PENALTIES,
  refusal,
} from "../wall/catalogue.ts";
import { LIMITS as WALL_LIMITS } from "../wall/limits.ts";
import type { Project } from "../wall/project.ts";
import { type Place, places } from "../wall/shapes.ts";
import {
  type Brick,
  type Config,
  newId,
  type Value,
  type Wall,
  type Weight,
} from "../wall/wall.ts";
import { t } from "../words/words.ts";
import { floats32, floats64, fromBase64 } from "./bytes.ts";
import { MOST_LISTED } from "./plain.ts";
import { type Part, Refusal } from "./untrusted.ts";
import { sizeOf, weightsOf } from "./weights.ts";

/** A wall's limits, and the letters of a name. */
export const MOST = { ...WALL_LIMITS, name: 1000 } as const;

const TASKS: readonly Task[] = ["binary", "classes", "regression"];

/** Whether an argument has no default, as units do. */
export const isRequired = (field: Field) => field.type === "integer" && field.default === null;

/** Returns the config of a brick or an optimizer: arguments that exist, values that they may have. */
export function configOf(part: Part, fields: Fields): Config {
  part.knows(...Object.keys(fields));
  const found: Record<string, Value> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = part.at(name);
    if (isRequired(field) || !value.isMissing) found[name] = argumentOf(value, field);
  }
  return found;
}

/** Returns the value of an argument. */
export function argumentOf(part: Part, field: Field): Value {
  switch (field.type) {
    case "regularizer":
      return penaltyOf(part);
    case "choice":
      return part.choice(field.choices);
    case "boolean":
      return part.boolean();
    case "integer":
      return part.integer(field.min, field.max);
    case "number": {
      const value = part.number(field.min, field.max);
      const why = refusal(field, value); // the ends of some ranges are refused
      if (why) throw new Refusal("files.refused", { path: part.path, why: t(why.key, why.values) });
      return value;
    }
  }
}

function penaltyOf(part: Part): Value {
  if (part.isNull) return null;
  const kind = part.at("class_name").choice(Object.keys(PENALTIES)) as keyof typeof PENALTIES;
  const config = part.at("config");
  const amounts = PENALTIES[kind].filter((name) => config.maybe(name));
  const strange = config.names().find((name) => !PENALTIES[kind].includes(name));
  if (strange !== undefined) config.at(strange).refuse("files.expected.penalty", { kind });
  return {
    class_name: kind,
    config: Object.fromEntries(
      amounts.map((name) => [name, config.at(name).number(0, LARGEST_PENALTY)]),
    ),
  };
}

/** Returns the entry of a catalogue that a part names. */
export function kindOf<T>(part: Part, catalogue: Readonly<Record<string, T>>): T {
  return catalogue[part.choice(Object.keys(catalogue))];
}

/** Returns a wall. Its bricks get new ids: those of before may be in use. */
export function wallOf(part: Part): Wall {
  part.knows("inputs", "bricks", "loss", "optimizer", "metrics", "batchSize", "epochs", "seed");
  const bricks = part.at("bricks").list(MOST.bricks);
  const optimizer = part.at("optimizer");
  optimizer.knows("kind", "config");
  const { fields } = kindOf(optimizer.at("kind"), OPTIMIZERS);
  const wall: Wall = {
    inputs: part.at("inputs").integer(1, MOST.inputs),
    bricks: bricks.map(brickOf),
    loss: part.at("loss").choice(LOSSES),
    optimizer: {
      kind: optimizer.at("kind").text(),
      config: configOf(optimizer.at("config"), fields),
    },
    metrics: metricsOf(part.at("metrics")),
    batchSize: part.at("batchSize").integer(1, MOST.batchSize),
    epochs: part.at("epochs").integer(1, MOST.epochs),
    seed: part.at("seed").integer(0, MOST.seed),
  };
  checkSize(wall);
  const stack = places(wall);
  return {
    ...wall,
    bricks: wall.bricks.map((brick, i) => withWeights(brick, bricks[i], stack[i])),
  };
}

/** Refuses a wall that would fill the memory. */
export function checkSize(wall: Wall): void {
  const parameters = places(wall).reduce((sum, place) => sum + place.parameters, 0);
  if (parameters > MOST.parameters)
    throw new Refusal("files.large", { parameters, most: MOST.parameters });
}

function metricsOf(part: Part): string[] {
  const names = part.list(METRICS.length).map((metric) => metric.choice(METRICS));
  return [...new Set(names)];
}

function brickOf(part: Part): Brick {
  part.knows("kind", "config", "trainable", "fixed", "weights");
  const { fields } = kindOf(part.at("kind"), BRICKS);
  const brick: Brick = {
    id: newId(),
    kind: part.at("kind").text(),
    config: configOf(part.at("config"), fields),
  };
  const fixed = part.maybe("fixed");
  const frozen = part.maybe("trainable")?.boolean() === false;
  return {
    ...brick,
    ...(frozen && { trainable: false }),
    ...(fixed && {
      fixed: {
        inputs: fixed.at("inputs").integer(1, MOST.inputs),
        name: fixed.at("name").text(MOST.name),
      },
    }),
  };
}

/** A weight brick is nothing without its weights. */
function withWeights(brick: Brick, part: Part, place: Place): Brick {
  const isNeeded = brick.fixed && weightsOf(place).length > 0;
  const weights = isNeeded ? part.at("weights") : part.maybe("weights");
  return weights ? { ...brick, weights: weightListOf(weights, place) } : brick;
}

/** Returns the arrays of a brick, which must be those that it has. */
export function weightListOf(part: Part, place: Place): Weight[] {
  const expected = weightsOf(place);
  const found = itemsOf(part, expected.length);
  return expected.map(({ name, shape }, i) => {
    const at = found[i];
    at.at("name").choice([name]);
    const extents = itemsOf(at.at("shape"), shape.length).map((one) =>
      one.integer(1, MOST.parameters),
    );
    if (extents.join() !== shape.join())
      at.at("shape").refuse("files.expected.shape", { shape: shape.join(" × ") });
    return { name, shape, values: numbersOf(at.at("values"), sizeOf(shape)) };
  });
}

function numbersOf(part: Part, count: number): Float32Array {
  const bytes = bytesIn(part, 4 * count);
  const values = floats32(bytes);
  if (!values.every(Number.isFinite)) throw new Refusal("files.infinite", { where: part.path });
  return values;
}

function bytesIn(part: Part, length: number): Uint8Array {
  const text = part.text(Math.ceil(length / 3) * 4);
  const bytes = fromBase64(text);
  if (bytes?.length !== length) part.refuse("files.expected.bytes", { length });
  return bytes;
}

const CHOICES = [
  "source",
  "samples",
  "noise",
  "seed",
  "table",
  "target",
  "excluded",
  "task",
  "missing",
  "standardize",
  "validation",
];

/** Returns a choice of data. A table is needed by none: the panel asks for one that is missing. */
export function dataOf(part: Part): DataChoice {
  part.knows(...CHOICES);
  const own = ["drawn", "csv"];
  const source = part.at("source").choice([...SOURCES.map(({ name }) => name), ...own]);
  const table = own.includes(source) ? part.maybe("table") : null;
  const target = part.maybe("target")?.text(LIMITS.cell);
  const task = part.maybe("task")?.choice(TASKS);
  const found = table && tableOf(table);
  if (table && found && source === "drawn" && !isDrawn(found)) table.refuse("files.expected.drawn");
  return {
    source,
    samples: part.at("samples").integer(SAMPLES.min, SAMPLES.max),
    noise: part.at("noise").number(0, 1),
    seed: part.at("seed").integer(0, MOST.seed),
    ...(found && { table: found }),
    ...(target !== undefined && { target }),
    excluded: part.at("excluded").texts(LIMITS.columns, LIMITS.cell),
    ...(task && { task }),
    missing: part.at("missing").choice(["mean", "drop"]),
    standardize: part.at("standardize").boolean(),
    validation: part.at("validation").number(0, 0.9),
  };
}

function tableOf(part: Part): Table {
  part.knows("name", "rows", "columns", "target", "task", "picture", "notes", "format");
  const rows = part.at("rows").integer(0, LIMITS.rows);
  const columns = part.at("columns").list(LIMITS.columns);
  const cells = rows * columns.length;
  if (cells > LIMITS.cells)
    throw new Refusal("files.long", { path: part.path, length: cells, most: LIMITS.cells });
  const picture = part.maybe("picture");
  const format = part.maybe("format");
  const target = part.maybe("target")?.text(LIMITS.cell);
  const task = part.maybe("task")?.choice(TASKS);
  const table: Table = {
    name: part.at("name").text(MOST.name),
    rows,
    columns: columns.map((column) => columnOf(column, rows)),
    ...(target !== undefined && { target }),
    ...(task && { task }),
    ...(picture && { picture: pictureOf(picture, columns.length - 1) }),
    ...(format && { format: formatOf(format) }),
  };
  const names = new Set(table.columns.map(({ name }) => name));
  if (names.size < columns.length) part.at("columns").refuse("files.expected.distinct");
  const notes = part.maybe("notes")?.list(100).map(noteOf);
  return notes ? { ...table, notes } : table;
}

function columnOf(part: Part, rows: number): Column {
  part.knows("name", "numbers", "texts");
  const name = part.at("name").text(LIMITS.cell);
  const numbers = part.maybe("numbers");
  if (!numbers) {
    const texts = part.at("texts");
    const values = texts.texts(rows, LIMITS.cell);
    return values.length === rows
      ? { name, values }
      : texts.refuse("files.expected.items", { count: rows });
  }
  const isPacked = typeof numbers.value === "string" || rows > MOST_LISTED;
  const values = isPacked
    ? floats64(bytesIn(numbers, 8 * rows))
    : Float64Array.from(itemsOf(numbers, rows), (one) => (one.isNull ? Number.NaN : one.finite()));
  if (!values.every(isHeld))
    throw new Refusal("files.beyond", { where: part.path, most: LARGEST.toExponential() });
  return { name, values };
}

/** Returns the items of a list of this length. */
export function itemsOf(part: Part, count: number): Part[] {
  const items = part.list(count);
  return items.length === count ? items : part.refuse("files.expected.items", { count });
}

function pictureOf(part: Part, pixels: number): Picture {
  const width = part.at("width").integer(1, LIMITS.columns);
  const height = part.at("height").integer(1, LIMITS.columns);
  return width * height === pixels ? { width, height } : part.refuse("files.expected.pixels");
}

function formatOf(part: Part): Format {
  part.knows("delimiter", "decimalComma", "encoding", "skipped", "header", "missing");
  return {
    delimiter: part.at("delimiter").choice(DELIMITERS),
    decimalComma: part.at("decimalComma").boolean(),
    encoding: part.at("encoding").choice(ENCODINGS),
    skipped: part.at("skipped").integer(0, LIMITS.rows),
    header: part.at("header").choice(HEADERS),
    missing: part.maybe("missing")?.texts(MOST_WORDS, LIMITS.cell),
  };
}

function noteOf(part: Part): { key: string; values: Record<string, string | number> } {
  const values = part.at("values");
  const entry = (name: string) => {
    const value = values.at(name);
    return typeof value.value === "number" ? value.finite() : value.text(MOST.name);
  };
  return {
    key: part.at("key").text(),
    values: Object.fromEntries(values.names().map((name) => [name, entry(name)])),
  };
}

export function projectOf(part: Part): Project {
  part.knows("name", "wall", "data");
  return {
    name: part.at("name").text(MOST.name),
    wall: wallOf(part.at("wall")),
    data: dataOf(part.at("data")),
  };
}
