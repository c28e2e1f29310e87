/**
 * The bricks of the palette, and what can be set: names, defaults and bounds are Keras 3's. Panels,
 * code, files and engine read them here, so a new brick is one entry, its math in `engine/layers/`,
 * and its words.
 */
import { LIMITS } from "./limits.ts";
import type { Config, Value } from "./wall.ts";

export type Field =
  | {
      readonly type: "integer";
      readonly default: number | null;
      readonly min: number;
      readonly max: number;
    }
  | {
      readonly type: "number";
      readonly default: number;
      readonly min: number;
      readonly max: number;
      /** Which of min and max is itself refused. */
      readonly open?: "min" | "max";
    }
  | { readonly type: "choice"; readonly default: string; readonly choices: readonly string[] }
  | { readonly type: "boolean"; readonly default: boolean }
  /** null, or L1 and L2 as {"class_name": "L1L2", "config": {"l1": 0, "l2": 0.01}}. */
  | { readonly type: "regularizer"; readonly default: null };

export type Fields = Readonly<Record<string, Field>>;

export const ACTIVATIONS = [
  "linear",
  "relu",
  "sigmoid",
  "tanh",
  "softmax",
  "leaky_relu",
  "elu",
  "selu",
  "gelu",
  "silu",
  "mish",
  "softplus",
  "softsign",
  "hard_sigmoid",
  "relu6",
  "exponential",
] as const;

/** By Keras's name; the class is the same word in CamelCase. */
export const INITIALIZERS = [
  "glorot_uniform",
  "glorot_normal",
  "he_uniform",
  "he_normal",
  "lecun_uniform",
  "lecun_normal",
  "random_uniform",
  "random_normal",
  "zeros",
  "ones",
] as const;

export const LOSSES = [
  "binary_crossentropy",
  "sparse_categorical_crossentropy",
  "categorical_crossentropy",
  "mean_squared_error",
  "mean_absolute_error",
  "huber",
  "log_cosh",
  "poisson",
  "hinge",
] as const;

export const METRICS = ["accuracy", "mean_absolute_error", "mean_squared_error"] as const;

const activation: Field = { type: "choice", default: "linear", choices: ACTIVATIONS };
const initializer = (name: string): Field => ({
  type: "choice",
  default: name,
  choices: INITIALIZERS,
});
const rate = (value: number): Field => ({
  type: "number",
  default: value,
  min: 0,
  max: 1,
  open: "max",
});
const upToOne = (value: number): Field => ({ type: "number", default: value, min: 0, max: 1 });
const positive = (value: number, max = 1e6): Field => ({
  type: "number",
  default: value,
  min: 0,
  max,
  open: "min",
});

export interface Kind {
  readonly fields: Fields;
  /** The colour of its body: green holds weights, blue is an activation, grey all else. */
  readonly colour: "green" | "blue" | "grey";
  /** Fields that are shown first; the others are behind "more". */
  readonly first: readonly string[];
}

export const BRICKS: Readonly<Record<string, Kind>> = {
  Dense: {
    fields: {
      units: { type: "integer", default: null, min: 1, max: LIMITS.units },
      activation,
      use_bias: { type: "boolean", default: true },
      kernel_initializer: initializer("glorot_uniform"),
      bias_initializer: initializer("zeros"),
      kernel_regularizer: { type: "regularizer", default: null },
      bias_regularizer: { type: "regularizer", default: null },
    },
    colour: "green",
    first: ["units", "activation", "kernel_regularizer"],
  },
  Activation: {
    fields: { activation: { ...activation, default: "relu" } },
    colour: "blue",
    first: ["activation"],
  },
  Dropout: { fields: { rate: rate(0.5) }, colour: "grey", first: ["rate"] },
  GaussianNoise: {
    fields: { stddev: upToOne(0.1) },
    colour: "grey",
    first: ["stddev"],
  },
  BatchNormalization: {
    fields: {
      momentum: upToOne(0.99),
      epsilon: positive(0.001, 1),
      center: { type: "boolean", default: true },
      scale: { type: "boolean", default: true },
    },
    colour: "grey",
    first: ["momentum"],
  },
  LayerNormalization: {
    fields: {
      epsilon: positive(0.001, 1),
      center: { type: "boolean", default: true },
      scale: { type: "boolean", default: true },
    },
    colour: "grey",
    first: ["epsilon"],
  },
};

const momenta: Fields = {
  beta_1: rate(0.9),
  beta_2: rate(0.999),
  epsilon: positive(1e-7, 1),
};

export const OPTIMIZERS: Readonly<Record<string, { readonly fields: Fields }>> = {
  SGD: {
    fields: {
      learning_rate: positive(0.01, 100),
      momentum: upToOne(0),
      nesterov: { type: "boolean", default: false },
    },
  },
  Adam: { fields: { learning_rate: positive(0.001, 100), ...momenta } },
  AdamW: {
    fields: { learning_rate: positive(0.001, 100), weight_decay: upToOne(0.004), ...momenta },
  },
  RMSprop: {
    fields: {
      learning_rate: positive(0.001, 100),
      rho: rate(0.9),
      momentum: upToOne(0),
      epsilon: positive(1e-7, 1),
    },
  },
  Adagrad: {
    fields: {
      learning_rate: positive(0.001, 100),
      initial_accumulator_value: { type: "number", default: 0.1, min: 0, max: 10 },
      epsilon: positive(1e-7, 1),
    },
  },
  Adamax: { fields: { learning_rate: positive(0.001, 100), ...momenta } },
  Nadam: { fields: { learning_rate: positive(0.001, 100), ...momenta } },
};

/** What `fit` takes, with Keras's defaults, and the seed. */
export const TRAINING = {
  batch_size: { type: "integer", default: 32, min: 1, max: LIMITS.batchSize },
  epochs: { type: "integer", default: 1, min: 1, max: LIMITS.epochs },
  seed: { type: "integer", default: 0, min: 0, max: LIMITS.seed },
} satisfies Fields;

/** Returns a config with every field of the kind, defaults where it says nothing. */
export function complete(fields: Fields, config: Config): Record<string, Value> {
  const all: Record<string, Value> = {};
  for (const [name, field] of Object.entries(fields)) all[name] = config[name] ?? field.default;
  return all;
}

/**
 * Returns why a value is no value of a field, as a key of `words` with what is filled in, or null.
 */
export function refusal(
  field: Field,
  value: unknown,
): { key: string; values: Record<string, string | number> } | null {
  switch (field.type) {
    case "boolean":
      return typeof value === "boolean" ? null : { key: "refused.boolean", values: {} };
    case "choice":
      return field.choices.includes(value as string)
        ? null
        : {
            key: "refused.choice",
            values: { value: String(value), choices: field.choices.join(", ") },
          };
    case "regularizer":
      return value === null || isRegularizer(value)
        ? null
        : { key: "refused.regularizer", values: {} };
    default: {
      const { min, max } = field;
      const open = field.type === "number" ? field.open : undefined;
      const number = value as number;
      const fits =
        typeof value === "number" &&
        Number.isFinite(value) &&
        (field.type === "number" || Number.isInteger(value)) &&
        (open === "min" ? number > min : number >= min) &&
        (open === "max" ? number < max : number <= max);
      return fits
        ? null
        : {
            key: field.type === "integer" ? "refused.integer" : "refused.number",
            values: { value: String(value), min, max },
          };
    }
  }
}

export interface Regularizer {
  readonly class_name: "L1" | "L2" | "L1L2";
  readonly config: { readonly l1?: number; readonly l2?: number };
}

/** What each penalty is given. */
export const PENALTIES: Readonly<Record<Regularizer["class_name"], readonly string[]>> = {
  L1: ["l1"],
  L2: ["l2"],
  L1L2: ["l1", "l2"],
};
export const LARGEST_PENALTY = 1e6;

export function isRegularizer(value: unknown): value is Regularizer {
  if (typeof value !== "object" || value === null) return false;
  const { class_name: name, config } = value as { class_name?: unknown; config?: unknown };
  if (typeof name !== "string" || !Object.hasOwn(PENALTIES, name)) return false;
  if (typeof config !== "object" || config === null || Array.isArray(config)) return false;
  return Object.entries(config).every(
    ([key, amount]) =>
      PENALTIES[name as Regularizer["class_name"]].includes(key) &&
      typeof amount === "number" &&
      amount >= 0 &&
      amount <= LARGEST_PENALTY,
  );
}
