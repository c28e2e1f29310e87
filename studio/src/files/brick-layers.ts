/**
 * Layers of a `.brick` file as bricks. An argument that the catalogue does not have must stand at
 * the value that the studio computes with: another would be another network.
 */
import type { Scale } from "../data/table.ts";
import { BRICKS, INITIALIZERS } from "../wall/catalogue.ts";
import { type Brick, newId, type Value } from "../wall/wall.ts";
import { argumentOf, isRequired, MOST } from "./check.ts";
import { unwrapped } from "./json.ts";
import { type Entries, initializer, LAYER_ARGUMENTS } from "./keras-configs.ts";
import { EPSILON } from "./probe.ts";
import { type Part, Refusal, shown } from "./untrusted.ts";

/** The layers of a file: around the bricks may be what the data panel does here. */
export interface Stack {
  /** The number of signals, as far as an input layer says it. */
  readonly inputs: number | null;
  readonly scaling: Part | null;
  readonly bricks: readonly Part[];
  readonly rescaling: Part | null;
  /** The number of the lowest brick among the layers. */
  readonly begin: number;
}

const kindOf = (part: Part) => part.at("class_name").text(MOST.name);

export function stackOf(layers: readonly Part[]): Stack {
  const is = (part: Part | undefined, kind: string) => part !== undefined && kindOf(part) === kind;
  const hasInput = is(layers[0], "InputLayer");
  const isScaled = is(layers[Number(hasInput)], "Normalization");
  const begin = Number(hasInput) + Number(isScaled);
  const isRescaled = layers.length > begin && is(layers.at(-1), "Rescaling");
  return {
    inputs: hasInput ? inputsOf(layers[0].at("config")) : null,
    scaling: isScaled ? layers[begin - 1] : null,
    bricks: layers.slice(begin, isRescaled ? -1 : undefined),
    rescaling: isRescaled ? (layers.at(-1) as Part) : null,
    begin,
  };
}

/** Returns the number of signals of a batch of rows: [null, 8]. */
export function rowOf(shape: Part): number {
  const extents = shape.list(32);
  if (extents.length !== 2) shape.refuse("files.expected.rows");
  if (!extents[0].isNull) extents[0].integer(1, MOST.inputs);
  return extents[1].integer(1, MOST.inputs);
}

const INPUT_ARGUMENTS: Entries = {
  dtype: "float32",
  sparse: false,
  ragged: false,
  optional: false,
};

function inputsOf(config: Part): number {
  for (const name of config.names())
    if (name === "name") config.at(name).text(MOST.name);
    else if (name !== "batch_shape") checkDefault(config.at(name), name, INPUT_ARGUMENTS);
  return rowOf(config.at("batch_shape"));
}

/** Returns a layer as a brick; what equals the defaults is left out of its config. */
export function brickOf(part: Part): Brick {
  const kind = kindOf(part);
  if (!Object.hasOwn(BRICKS, kind))
    throw new Refusal("files.brick.layer", { name: kind, known: Object.keys(BRICKS).join(", ") });
  const { fields } = BRICKS[kind];
  const config = part.at("config");
  const found: Record<string, Value> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = config.at(name);
    if (value.isMissing && !isRequired(field)) continue;
    const isInitializer = name.endsWith("_initializer");
    const read = isInitializer
      ? initializerOf(value, field.default as string)
      : argumentOf(value, field);
    if (read !== field.default) found[name] = read;
  }
  for (const name of config.names())
    if (!Object.hasOwn(fields, name)) checkArgument(config.at(name), name, LAYER_ARGUMENTS[kind]);
  const frozen = config.maybe("trainable")?.boolean() === false;
  return { id: newId(), kind, config: found, ...(frozen && { trainable: false }) };
}

/** Refuses an argument that has no place in a brick, unless it says nothing new. */
function checkArgument(part: Part, name: string, known: Entries): void {
  if (name === "name") part.text(MOST.name);
  else if (name === "trainable") part.boolean();
  else if (name === "dtype") part.choice(["float32"]);
  else if (name === "seed") checkSeed(part);
  else if (name === "axis" && name in known) checkAxis(part);
  else if (name.endsWith("_initializer") && name in known)
    initializerOf(part, name.includes("gamma") || name.includes("variance") ? "ones" : "zeros");
  else checkDefault(part, name, known);
}

function checkSeed(part: Part): void {
  if (!part.isNull) part.integer(0, Number.MAX_SAFE_INTEGER);
}

/** Rows have one axis to normalize, whichever way it is counted. */
function checkAxis(part: Part): void {
  const axis = Array.isArray(part.value) ? part.list(1)[0] : part;
  if (axis?.value !== 1) (axis ?? part).integer(-1, -1);
}

/** Refuses an argument that Keras does not have either. */
export function refuseArgument(part: Part): never {
  throw new Refusal("files.brick.argument", { path: part.path });
}

function checkDefault(part: Part, name: string, known: Entries): void {
  if (!Object.hasOwn(known, name)) refuseArgument(part);
  if (part.value !== unwrapped(known[name]))
    throw new Refusal("files.brick.value", {
      path: part.path,
      got: shown(part.value),
      expected: shown(unwrapped(known[name])),
    });
}

/** Initializers of Keras that the studio does not have. */
const OTHERS = ["Constant", "Identity", "Orthogonal", "TruncatedNormal", "VarianceScaling"];

/**
 * Returns the name of an initializer; `instead` for one that the studio does not have: the weights
 * are there already, and only a new start differs.
 */
function initializerOf(part: Part, instead: string): string {
  const kind = part.at("class_name").text(MOST.name);
  const config = part.at("config");
  const name = INITIALIZERS.find((one) => initializer(one).class_name === kind);
  if (!name && !OTHERS.includes(kind))
    part.refuse("files.expected.initializer", { choices: INITIALIZERS.join(", ") });
  const known = name ? initializer(name).config : null;
  const changed = config
    .names()
    .filter((argument) => argument !== "seed" && !isUsual(config.at(argument), argument, known));
  if (config.maybe("seed")) checkSeed(config.at("seed"));
  if (name && !changed.length) return name;
  part.notes.add("files.brick.initializer", { path: part.path, name: kind, instead });
  return instead;
}

/** Whether an argument of an initializer says nothing new; refuses what no argument can be. */
function isUsual(part: Part, name: string, known: Entries | null): boolean {
  if (known && !Object.hasOwn(known, name)) refuseArgument(part);
  if (known && part.value === unwrapped(known[name])) return true;
  if (Array.isArray(part.value)) for (const axis of part.list(32)) axis.integer(-32, 31);
  else if (name === "mode" || name === "distribution") part.text();
  else if (!part.isNull) part.finite();
  return false;
}

const SCALING_ARGUMENTS: Entries = { ...LAYER_ARGUMENTS.Activation, invert: false };

/** Returns how a Normalization scales each input. `adapted` are its arrays, if it learned them. */
export function scalesOf(
  part: Part,
  inputs: number,
  adapted: (name: string) => Float32Array,
): Scale[] {
  const config = part.at("config");
  for (const name of config.names())
    if (name !== "mean" && name !== "variance")
      checkArgument(config.at(name), name, { axis: -1, ...SCALING_ARGUMENTS });
  const means = valuesOf(config.at("mean"), inputs) ?? [...adapted("mean")];
  const variances = valuesOf(config.at("variance"), inputs) ?? [...adapted("variance")];
  return means.map((mean, i) => ({ mean, std: Math.max(Math.sqrt(variances[i]), EPSILON) }));
}

/** Returns how a Rescaling changes what comes out. */
export function targetScaleOf(part: Part): Scale {
  const config = part.at("config");
  for (const name of config.names())
    if (name !== "scale" && name !== "offset")
      checkArgument(config.at(name), name, LAYER_ARGUMENTS.Activation);
  return { std: config.at("scale").finite(), mean: config.at("offset").finite() };
}

/** Returns one number for each input; null if the layer learned them. */
function valuesOf(part: Part, inputs: number): number[] | null {
  if (part.isNull || part.isMissing) return null;
  if (typeof part.value === "number") return Array(inputs).fill(part.finite());
  const items = part.list(inputs);
  if (items.length < inputs) part.refuse("files.expected.items", { count: inputs });
  return items.map((item) => item.finite());
}
