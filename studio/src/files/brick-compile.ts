/**
 * How a network of a `.brick` file was compiled, as far as the studio knows it. What it does not
 * know is said, and something that it knows stands in: the network itself is the same.
 */
import { LOSSES, METRICS, OPTIMIZERS } from "../wall/catalogue.ts";
import type { Optimizer, Value } from "../wall/wall.ts";
import { refuseArgument } from "./brick-layers.ts";
import { argumentOf, MOST } from "./check.ts";
import { unwrapped } from "./json.ts";
import { moreOfOptimizer } from "./keras-configs.ts";
import type { Part } from "./untrusted.ts";

export interface Compiled {
  readonly loss: string;
  readonly optimizer: Optimizer;
  readonly metrics: readonly string[];
  /** Whether all of the optimizer is known, and so which arrays it has. */
  readonly isWhole: boolean;
}

/** Optimizers, losses and schedules of Keras that the studio does not have. */
const OTHER_OPTIMIZERS = ["Adadelta", "Adafactor", "Ftrl", "Lamb", "Lion", "Muon"];
const SCHEDULES = [
  "CosineDecay",
  "CosineDecayRestarts",
  "ExponentialDecay",
  "InverseTimeDecay",
  "PiecewiseConstantDecay",
  "PolynomialDecay",
];
const OTHER_LOSSES = [
  "BinaryFocalCrossentropy",
  "CategoricalFocalCrossentropy",
  "CategoricalGeneralizedCrossEntropy",
  "CategoricalHinge",
  "Circle",
  "CosineSimilarity",
  "Dice",
  "KLDivergence",
  "MeanAbsolutePercentageError",
  "MeanSquaredLogarithmicError",
  "SquaredHinge",
  "Tversky",
];

const letters = (name: string) => name.toLowerCase().replaceAll("_", "");

/** Short names of Keras. */
const ALIASES: Readonly<Record<string, string>> = {
  mse: "mean_squared_error",
  mae: "mean_absolute_error",
  acc: "accuracy",
  binaryaccuracy: "accuracy",
  categoricalaccuracy: "accuracy",
  sparsecategoricalaccuracy: "accuracy",
};

/** Returns the name that the studio uses, for a class or a function of Keras. */
function known(name: string, names: readonly string[]): string | undefined {
  const key = letters(name);
  const alias = Object.hasOwn(ALIASES, key) ? ALIASES[key] : key;
  return names.find((one) => letters(one) === letters(alias));
}

/** The loss that goes with an output, where none is known. */
const usualLoss = (activation: string) =>
  activation === "softmax"
    ? "sparse_categorical_crossentropy"
    : activation === "sigmoid"
      ? "binary_crossentropy"
      : "mean_squared_error";

const KEYS = ["optimizer", "loss", "loss_weights", "metrics", "weighted_metrics"];

/** `activation` is that of the output. */
export function compiledOf(part: Part, activation: string): Compiled {
  const loss = usualLoss(activation);
  if (part.isNull) {
    const metrics = loss === "mean_squared_error" ? ["mean_absolute_error"] : ["accuracy"];
    part.notes.add("files.brick.uncompiled", { loss });
    return { loss, optimizer: { kind: "Adam", config: {} }, metrics, isWhole: false };
  }
  const strange = part.names().find((name) => !KEYS.includes(name));
  if (strange !== undefined) refuseArgument(part.at(strange));
  checkLossWeights(part.at("loss_weights"));
  const weighted = part.at("weighted_metrics");
  if (!weighted.isNull) {
    weighted.list(METRICS.length);
    weighted.notes.add("files.left", { path: weighted.path });
  }
  return {
    ...optimizerOf(part.at("optimizer")),
    loss: lossOf(part.at("loss"), loss),
    metrics: metricsOf(part.at("metrics")),
  };
}

/** Of one output, the weight of its loss changes the step size, and nothing else. */
function checkLossWeights(part: Part): void {
  if (part.isNull) return;
  for (const weight of part.list(1))
    if (weight.number(0, 1e6) !== 1) part.notes.add("files.left", { path: part.path });
}

function optimizerOf(part: Part): Pick<Compiled, "optimizer" | "isWhole"> {
  const kind = part.at("class_name").text(MOST.name);
  const config = part.at("config");
  if (!Object.hasOwn(OPTIMIZERS, kind)) {
    if (!OTHER_OPTIMIZERS.includes(kind))
      part
        .at("class_name")
        .refuse("files.expected.choice", { choices: Object.keys(OPTIMIZERS).join(", ") });
    config.names();
    part.notes.add("files.brick.instead", { path: part.path, name: kind, instead: "Adam" });
    return { optimizer: { kind: "Adam", config: {} }, isWhole: false };
  }
  const { fields } = OPTIMIZERS[kind];
  const more = moreOfOptimizer(kind);
  const found: Record<string, Value> = {};
  let isWhole = true;
  for (const name of config.names()) {
    const value = config.at(name);
    if (name === "name") value.text(MOST.name);
    else if (name === "learning_rate" && typeof value.value === "object")
      isWhole = skipSchedule(value);
    else if (Object.hasOwn(fields, name)) {
      const read = argumentOf(value, fields[name]);
      const kept = name === "learning_rate" ? short(read as number) : read;
      if (kept !== fields[name].default) found[name] = kept;
    } else if (!Object.hasOwn(more, name)) refuseArgument(value);
    else if (value.value !== unwrapped(more[name])) {
      if (typeof value.value !== "boolean") value.number(0, 1e9);
      value.notes.add("files.left", { path: value.path });
      isWhole = false;
    }
  }
  return { optimizer: { kind, config: found }, isWhole };
}

function skipSchedule(part: Part): false {
  part.at("class_name").choice(SCHEDULES);
  part.at("config").names();
  part.notes.add("files.left", { path: part.path });
  return false;
}

/** Returns the number that was meant by a float32: 0.01, not 0.009999999776482582. */
function short(value: number): number {
  const found = Number(value.toPrecision(7));
  return Math.fround(found) === Math.fround(value) ? found : value;
}

/** Arguments of losses, and what the studio computes with. */
const LOSS_ARGUMENTS: Readonly<Record<string, Value>> = {
  reduction: "sum_over_batch_size",
  from_logits: false,
  label_smoothing: 0,
  axis: -1,
  ignore_class: null,
  delta: 1,
  dtype: null,
};

function lossOf(part: Part, usual: string): string {
  const one = Array.isArray(part.value) && part.value.length === 1 ? part.list(1)[0] : part;
  const config = typeof one.value === "string" ? null : one.at("config");
  const kind = config ? one.at("class_name") : one;
  const isFunction = kind.value === "LossFunctionWrapper";
  const name = (isFunction ? (config as Part).at("fn") : kind).text(MOST.name);
  const loss = known(name, LOSSES);
  if (!loss) {
    if (!known(name, OTHER_LOSSES))
      kind.refuse("files.expected.choice", { choices: LOSSES.join(", ") });
    part.notes.add("files.brick.instead", { path: part.path, name, instead: usual });
    return usual;
  }
  for (const argument of config?.names() ?? []) {
    const value = (config as Part).at(argument);
    if (argument === "name" || (isFunction && argument === "fn")) value.text(MOST.name);
    else if (!Object.hasOwn(LOSS_ARGUMENTS, argument)) refuseArgument(value);
    else if (value.value !== LOSS_ARGUMENTS[argument]) {
      if (typeof value.value === "object") value.refuse("files.expected.plain");
      value.notes.add("files.left", { path: value.path });
    }
  }
  return loss;
}

function metricsOf(part: Part): string[] {
  if (part.isNull) return [];
  const found = new Set<string>();
  for (const metric of part.list(100)) {
    const name = (typeof metric.value === "string" ? metric : metric.at("class_name")).text(
      MOST.name,
    );
    const here = known(name, METRICS);
    if (here) found.add(here);
    else part.notes.add("files.brick.metric", { name });
  }
  return [...found];
}
