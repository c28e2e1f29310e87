/** What arguments say, as a wall holds it. */
import {
  type Field,
  type Fields,
  LARGEST_PENALTY,
  PENALTIES,
  type Regularizer,
  refusal,
} from "../wall/catalogue.ts";
import { snake } from "../wall/shapes.ts";
import type { Config, Value as Setting } from "../wall/wall.ts";
import { type Arguments, hint, named } from "./arguments.ts";
import { demand } from "./defined.ts";
import { ACTIVATION_ALIASES, INITIALIZER_ALIASES, LAYERS, PLAIN_OF_LAYERS } from "./names.ts";
import type { Report } from "./problems.ts";
import { type Argument, type Call, lastOf, nameOf } from "./values.ts";

type Choice = Field & { type: "choice" };

/** Returns the setting; undefined where it has none, which is reported, or is None for the default. */
export function setting(
  name: string,
  argument: Argument,
  field: Field,
  report: Report,
): Setting | undefined {
  const { value } = argument;
  if (value.type === "none") {
    if (field.type === "number" || field.type === "regularizer") return undefined;
    if (field.type === "choice" && field.choices.includes("linear")) return "linear";
    return refused(name, argument, field, "None", report);
  }
  const found = told(name, argument, field, report);
  if (found !== undefined) demand(value, report);
  if (found === undefined) {
    report.error(argument, "code.unknown", { name, source: report.quoted(argument) });
    return undefined;
  }
  const broken = field.type === "integer" && value.type === "number" && !value.whole; // 4.0 units
  if (broken || refusal(field, found))
    return refused(name, argument, field, broken ? report.quoted(argument) : found, report);
  return found;
}

/** Returns the settings that differ from the defaults of their fields. */
export function changed(given: Arguments, fields: Fields, report: Report): Config {
  const config: Record<string, Setting> = {};
  for (const [name, argument] of given) {
    const field = fields[name];
    const value = field && setting(name, argument, field, report);
    if (value !== undefined && value !== field.default) config[name] = value;
  }
  return config;
}

function refused(
  name: string,
  argument: Argument,
  field: Field,
  value: Setting,
  report: Report,
): undefined {
  const reason = refusal(field, value) ?? undefined;
  const meant = field.type === "choice" ? hint(String(value), field.choices) : undefined;
  report.error(argument, "code.refused", { name }, { reason, hint: meant });
  return undefined;
}

function told(name: string, argument: Argument, field: Field, report: Report): Setting | undefined {
  const { value } = argument;
  if (field.type === "regularizer") return regularizer(argument, report);
  if (field.type === "choice")
    return field.choices.includes("relu")
      ? activation(argument, field, report)
      : initializer(name, argument, report);
  return value.type === "number" || value.type === "boolean" || value.type === "string"
    ? value.value
    : undefined;
}

/** `"relu"`, `keras.activations.relu`, `tf.nn.relu`, `LeakyReLU(0.2)`. */
function activation({ value }: Argument, field: Choice, report: Report): string | undefined {
  const given = nameOf(value);
  if (given === null) return undefined;
  const word = ACTIVATION_ALIASES[given] ?? given;
  if (value.type === "string") return word;
  const layer = Object.hasOwn(LAYERS, given) ? LAYERS[given] : null;
  if (value.type === "call" && layer)
    warnOfSlope(value, named(value, given, { ...layer, plain: PLAIN_OF_LAYERS }, report), report);
  if (layer?.activation) return layer.activation;
  if (value.type !== "name") return undefined;
  // A plain name that was never assigned: what it holds can't be told.
  return value.path.includes(".") || field.choices.includes(word) ? word : undefined;
}

/** The activation `leaky_relu` has a slope of 0.2; the layer's own default is 0.3. */
export function warnOfSlope(call: Call, given: Arguments, report: Report): void {
  if (lastOf(call.path) !== "LeakyReLU") return;
  const slope = given.get("negative_slope")?.value ?? { type: "number", value: 0.3 };
  if (slope.type !== "number" || slope.value !== 0.2)
    report.warn(call, "code.slope", { slope: slope.type === "number" ? slope.value : "?" });
}

const RANGES: Readonly<Record<string, number>> = {
  mean: 0,
  stddev: 0.05,
  minval: -0.05,
  maxval: 0.05,
};

/** `"he_normal"`, `keras.initializers.HeNormal(seed=1)`: arguments are Keras's defaults in the studio. */
function initializer(name: string, argument: Argument, report: Report): string | undefined {
  const { value } = argument;
  const given = nameOf(value);
  if (given === null) return undefined;
  if (value.type === "call") {
    const changed = [...value.keywords].some(
      ([key, { value: one }]) =>
        key !== "seed" && !(one.type === "number" && one.value === RANGES[key]),
    );
    if (changed || value.positional.length)
      report.warn(argument, "code.range", { name, source: given });
  }
  const word = snake(given).replace(/_initializer$/, "");
  return INITIALIZER_ALIASES[word] ?? word;
}

const PENALTY_NAMES: Readonly<Record<string, Regularizer["class_name"]>> = {
  l1: "L1",
  L1: "L1",
  l2: "L2",
  L2: "L2",
  l1l2: "L1L2",
  l1_l2: "L1L2",
  L1L2: "L1L2",
};

/** `l2(0.01)`, `L1L2(l1=0.01)`, `"l2"`. */
function regularizer({ value }: Argument, report: Report): Setting | undefined {
  const given = value.type === "call" || value.type === "string" ? nameOf(value) : null;
  if (given === null || !Object.hasOwn(PENALTY_NAMES, given)) return undefined;
  const kind = PENALTY_NAMES[given];
  const parts = PENALTIES[kind];
  // The class L1L2 and the words begin at 0; the function l1_l2, as all others, at 0.01.
  const rate = kind === "L1L2" && (given === "L1L2" || value.type === "string") ? 0 : 0.01;
  const config: Record<string, number> = Object.fromEntries(parts.map((part) => [part, rate]));
  if (value.type === "call")
    for (const [name, argument] of named(
      value,
      given,
      { positions: parts, renamed: { l: parts[0] } },
      report,
    )) {
      const found = setting(
        name,
        argument,
        { type: "number", default: 0, min: 0, max: LARGEST_PENALTY },
        report,
      );
      if (typeof found === "number") config[name] = found; // what else it is was reported
    }
  return { class_name: kind, config };
}
