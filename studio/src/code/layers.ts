/** The bricks of a model's layers. */
import { BRICKS } from "../wall/catalogue.ts";
import { LIMITS } from "../wall/limits.ts";
import type { Config } from "../wall/wall.ts";
import { type Arguments, hint, named } from "./arguments.ts";
import { demand } from "./defined.ts";
import { MOST_LAYERS } from "./keras.ts";
import { FIRST_DENSE, INPUT_ARGUMENTS, LAYERS, type Layer, PLAIN_OF_LAYERS } from "./names.ts";
import type { Report } from "./problems.ts";
import { changed, setting, warnOfSlope } from "./settings.ts";
import { type Argument, type Call, lastOf, type Model, type Span, type Value } from "./values.ts";

/** A brick as the code has it. */
export interface Course extends Span {
  readonly kind: string;
  readonly config: Config;
  readonly trainable: boolean;
}

export interface Stack {
  /** null: the code does not say, or says it by the data's shape. */
  readonly inputs: number | null;
  readonly courses: readonly Course[];
}

/** Returns the bricks of a model, from the lowest. */
export function stackOf(model: Model, report: Report): Stack {
  const courses: Course[] = [];
  let inputs: number | null = null;
  let studs: number | null = null; // of the brick below
  let shape: readonly (number | null)[] | null = null; // of rows that are not flat yet
  const flatten = () => {
    if (!shape) return;
    const sizes = shape;
    studs = sizes.includes(null) ? null : (sizes as number[]).reduce((a, b) => a * b, 1);
    inputs = studs;
    shape = null;
  };
  for (const { value, ...span } of model.layers.slice(0, MOST_LAYERS + 1)) {
    const layer = known(value, span, report);
    if (!layer) continue;
    const [call, kind] = layer;
    const name = lastOf(call.path);
    const given = named(call, name, kind, report);
    const incoming = incomingOf(name, given, report);
    if (incoming && courses.length === 0 && studs === null) {
      shape = incoming;
      if (shape.length === 1) flatten();
    } else if (incoming?.[0] && incoming[0] !== studs && studs !== null)
      report.error(call, "code.sockets", { name, sockets: incoming[0], studs });
    if (name === "Flatten") flatten();
    if (!kind.kind) continue;
    if (shape) {
      report.error(call, "code.flat", { shape: shape.map((size) => size ?? "?").join(", ") });
      flatten();
    }
    const config = configOf(call, kind, given, report);
    courses.push({
      kind: kind.kind,
      config,
      trainable: call.trainable ?? trainableOf(given, report),
      from: call.from,
      to: call.to,
    });
    if (typeof config.units === "number") studs = config.units;
  }
  checkSize(inputs, model, report);
  return { inputs, courses };
}

function checkSize(inputs: number | null, model: Model, report: Report): void {
  if (inputs !== null && (inputs < 1 || inputs > LIMITS.inputs))
    report.error(
      model.layers[0],
      "code.refused",
      { name: "shape" },
      {
        reason: {
          key: "refused.integer",
          values: { value: inputs, min: 1, max: LIMITS.inputs },
        },
      },
    );
}

/** Returns the call that makes a layer, and what kind of layer it is. */
function known(value: Value, span: Span, report: Report): [Call, Layer] | null {
  if (value.type !== "call") {
    const source = value.type === "name" ? value.path : report.quoted(span);
    const missing = Object.hasOwn(LAYERS, lastOf(source));
    report.error(span, missing ? "code.uncalled" : "code.notlayer", { source });
    return null;
  }
  const name = lastOf(value.path);
  if (!Object.hasOwn(LAYERS, name)) {
    const bricks = Object.keys(BRICKS).join(", ");
    report.error(
      value,
      "code.nobrick",
      { name, bricks },
      { hint: hint(name, Object.keys(LAYERS)) },
    );
    return null;
  }
  demand(value, report);
  const layer = LAYERS[name];
  const plain = [...PLAIN_OF_LAYERS, ...(layer.plain ?? [])];
  const positions = positionsOf(name, value, layer);
  if (positions !== layer.positions) report.old(value, report.quoted(value));
  return [value, { ...layer, plain, positions }];
}

/** In Keras 1 Dense's second argument was `init`, and BatchNormalization's first was epsilon. */
function positionsOf(name: string, { positional }: Call, layer: Layer): readonly string[] {
  if (name === "Dense" && positional.length > 1) {
    const second = positional[1].value;
    if (
      second.type === "string" &&
      /uniform|normal|orthogonal|identity|^(zero|one)s?$/.test(second.value)
    )
      return FIRST_DENSE;
  }
  if (
    name === "BatchNormalization" &&
    positional[0]?.value.type === "number" &&
    !positional[0].value.whole
  )
    return ["epsilon", "mode", "axis", "momentum"];
  return layer.positions;
}

/** Returns the shape of a row that a layer says comes in; null: it says nothing. */
function incomingOf(name: string, given: Arguments, report: Report): (number | null)[] | null {
  for (const key of name.startsWith("Input") ? ["shape", ...INPUT_ARGUMENTS] : INPUT_ARGUMENTS) {
    const argument = given.get(key);
    if (!argument || argument.value.type === "none") continue;
    const { value } = argument;
    if (key === "input_dim") return [size(value, argument, report)];
    if (value.type === "number")
      report.error(argument, "code.shape", { name: key, size: value.value });
    if (value.type !== "list") return [null];
    const sizes = key.startsWith("batch") ? value.items.slice(1) : value.items;
    return sizes.map((item) => size(item, argument, report));
  }
  return null;
}

function size(value: Value, argument: Argument, report: Report): number | null {
  if (value.type !== "number") return null;
  if (value.whole && value.value > 0) return value.value;
  report.error(argument, "code.shape.size", { source: report.quoted(argument) });
  return null;
}

function trainableOf(given: Arguments, report: Report): boolean {
  const argument = given.get("trainable");
  return argument
    ? setting("trainable", argument, { type: "boolean", default: true }, report) !== false
    : true;
}

/** Returns what differs from the defaults. */
function configOf(call: Call, layer: Layer, given: Arguments, report: Report): Config {
  if (layer.activation) {
    warnOfSlope(call, given, report);
    return layer.activation === BRICKS.Activation.fields.activation.default
      ? {}
      : { activation: layer.activation };
  }
  const config = changed(given, BRICKS[layer.kind as string].fields, report);
  const { required } = layer;
  if (required && !given.has(required))
    report.error(call, "code.missing", { owner: lastOf(call.path), name: required });
  return config;
}
