/**
 * Keras's configs of layers and optimizers, with every argument: defaults change over the years, so
 * a file says them all. What the catalogue has is taken from the wall; the rest stands here, at the
 * values that the studio computes with.
 */
import type { Scale } from "../data/table.ts";
import { BRICKS, complete, type Fields, OPTIMIZERS, type Regularizer } from "../wall/catalogue.ts";
import type { Place } from "../wall/shapes.ts";
import type { Config, Optimizer } from "../wall/wall.ts";
import { Float, type Json } from "./json.ts";

export type Entries = Readonly<Record<string, Json>>;

/** An object of Keras: its class and its config. */
export interface Entry {
  readonly [name: string]: Json;
  readonly class_name: string;
  readonly config: Entries;
}

export const entry = (name: string, config: Entries = {}): Entry => ({ class_name: name, config });

/** Arguments of initializers besides their seed. */
const INITIALIZER_ARGUMENTS: Readonly<Record<string, Entries>> = {
  zeros: {},
  ones: {},
  random_uniform: { minval: new Float(-0.05), maxval: new Float(0.05), seed: null },
  random_normal: { mean: new Float(0), stddev: new Float(0.05), seed: null },
};
const SCALED: Entries = { seed: null, input_axes: null, output_axes: null };

const camel = (name: string) =>
  name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

export const initializer = (name: string): Entry =>
  entry(camel(name), INITIALIZER_ARGUMENTS[name] ?? SCALED);

const LAYER: Entries = { activity_regularizer: null, autocast: true };
const scaling = (autocast: boolean): Entries => ({
  axis: -1,
  beta_initializer: initializer("zeros"),
  gamma_initializer: initializer("ones"),
  beta_regularizer: null,
  gamma_regularizer: null,
  beta_constraint: null,
  gamma_constraint: null,
  activity_regularizer: null,
  autocast,
});

/** Arguments of layers that are not in the catalogue. */
export const LAYER_ARGUMENTS: Readonly<Record<string, Entries>> = {
  Dense: {
    ...LAYER,
    kernel_constraint: null,
    bias_constraint: null,
    lora_rank: null,
    lora_alpha: null,
    quantization_config: null,
  },
  Activation: LAYER,
  Dropout: { ...LAYER, noise_shape: null, seed: null },
  GaussianNoise: { ...LAYER, seed: null },
  BatchNormalization: {
    ...scaling(true),
    moving_mean_initializer: initializer("zeros"),
    moving_variance_initializer: initializer("ones"),
    renorm: false,
    renorm_clipping: null,
    renorm_momentum: new Float(0.99),
    synchronized: false,
  },
  LayerNormalization: { ...scaling(false), rms_scaling: false },
};

/** Arguments of all optimizers, and of some. */
const OPTIMIZER_ARGUMENTS: Entries = {
  weight_decay: null,
  clipnorm: null,
  clipvalue: null,
  global_clipnorm: null,
  use_ema: false,
  ema_momentum: new Float(0.99),
  ema_overwrite_frequency: null,
  loss_scale_factor: null,
  gradient_accumulation_steps: null,
};
const OF_OPTIMIZER: Readonly<Record<string, Entries>> = {
  Adam: { amsgrad: false },
  AdamW: { amsgrad: false },
  RMSprop: { centered: false },
};
const OPTIMIZER_NAMES: Readonly<Record<string, string>> = { AdamW: "adam_w", RMSprop: "rm_sprop" };

/** Returns the arguments of an optimizer that are not in the catalogue. */
export const moreOfOptimizer = (kind: string): Entries => ({
  ...OPTIMIZER_ARGUMENTS,
  ...OF_OPTIMIZER[kind],
});

/** Returns the values of a catalogue's fields as Keras writes them. */
function fieldValues(fields: Fields, config: Config): Record<string, Json> {
  const found: Record<string, Json> = {};
  for (const [name, value] of Object.entries(complete(fields, config))) {
    const { type } = fields[name];
    if (type === "number") found[name] = new Float(value as number);
    else if (name.endsWith("_initializer")) found[name] = initializer(value as string);
    else if (type === "regularizer" && value !== null)
      found[name] = penalty(value as unknown as Regularizer);
    else found[name] = value;
  }
  return found;
}

/** What Keras takes where a penalty says no amount. */
const AMOUNTS: Readonly<Record<Regularizer["class_name"], Regularizer["config"]>> = {
  L1: { l1: 0.01 },
  L2: { l2: 0.01 },
  L1L2: { l1: 0, l2: 0 },
};

function penalty({ class_name: name, config }: Regularizer): Entry {
  const amounts = Object.entries({ ...AMOUNTS[name], ...config });
  return entry(name, Object.fromEntries(amounts.map(([key, amount]) => [key, new Float(amount)])));
}

const NAMED = { dtype: "float32" } as const;

export function layerEntry({ brick, name }: Place): Entry {
  return entry(brick.kind, {
    ...LAYER_ARGUMENTS[brick.kind],
    ...fieldValues(BRICKS[brick.kind].fields, brick.config),
    ...NAMED,
    name,
    trainable: brick.trainable !== false,
  });
}

export const INPUT_NAME = "input_layer";

export function inputEntry(inputs: number): Entry {
  return entry("InputLayer", {
    batch_shape: [null, inputs],
    dtype: "float32",
    sparse: false,
    ragged: false,
    name: INPUT_NAME,
    optional: false,
  });
}

/** Returns a Normalization that does what the data panel did: (x - mean) / std. */
export function scalingEntry(scales: readonly Scale[]): Entry {
  return entry("Normalization", {
    ...LAYER,
    ...NAMED,
    name: "normalization",
    trainable: true,
    axis: [-1],
    invert: false,
    mean: scales.map(({ mean }) => new Float(mean)),
    variance: scales.map(({ std }) => new Float(std * std)),
  });
}

/** Returns a Rescaling that undoes what the data panel did to the target: y * std + mean. */
export function rescalingEntry({ mean, std }: Scale): Entry {
  return entry("Rescaling", {
    ...LAYER,
    ...NAMED,
    name: "rescaling",
    trainable: true,
    scale: new Float(std),
    offset: new Float(mean),
  });
}

/** A learning rate is a float32 wherever it is used, and so it is written. */
export const learningRate = ({ kind, config }: Optimizer): number =>
  Math.fround(complete(OPTIMIZERS[kind].fields, config).learning_rate as number);

export function optimizerEntry(optimizer: Optimizer): Entry {
  const { kind, config } = optimizer;
  return entry(kind, {
    name: OPTIMIZER_NAMES[kind] ?? kind.toLowerCase(),
    ...moreOfOptimizer(kind),
    ...fieldValues(OPTIMIZERS[kind].fields, config),
    learning_rate: new Float(learningRate(optimizer)),
  });
}
