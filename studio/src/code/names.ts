/**
 * What Keras calls its layers, optimizers and their arguments, today and in its first two versions.
 * What a field may be is in `wall/catalogue.ts`; here is how code says it.
 */

type Plain = string | number | boolean | null;

export interface Signature {
  /** Arguments in the order of today. */
  readonly positions: readonly string[];
  /** Old names, and today's. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Arguments that change nothing of what the network computes. */
  readonly plain?: readonly string[];
  /** Arguments that the studio has not, with Keras's defaults: another value is warned of. */
  readonly left?: Readonly<Record<string, Plain>>;
}

export interface Layer extends Signature {
  /** The brick that it is: itself, or an Activation; null: it only says what comes in. */
  readonly kind: string | null;
  /** The activation of a layer that is an Activation. */
  readonly activation?: string;
  /** The argument that has no default: it is always written, first and without its name. */
  readonly required?: string;
}

/** What every layer takes. */
const COMMON = ["name", "dtype", "autocast", "seed", "sparse", "ragged", "batch_size"];
/** How a first layer says what comes in. */
export const INPUT_ARGUMENTS = ["input_dim", "input_shape", "batch_input_shape", "batch_shape"];

const PARAMETERS = {
  beta_initializer: "zeros",
  gamma_initializer: "ones",
  beta_regularizer: null,
  gamma_regularizer: null,
  beta_constraint: null,
  gamma_constraint: null,
};

export const LAYERS: Readonly<Record<string, Layer>> = {
  Dense: {
    kind: "Dense",
    required: "units",
    positions: [
      "units",
      "activation",
      "use_bias",
      "kernel_initializer",
      "bias_initializer",
      "kernel_regularizer",
      "bias_regularizer",
      "activity_regularizer",
      "kernel_constraint",
      "bias_constraint",
    ],
    renamed: {
      output_dim: "units",
      init: "kernel_initializer",
      bias: "use_bias",
      W_regularizer: "kernel_regularizer",
      b_regularizer: "bias_regularizer",
      W_constraint: "kernel_constraint",
      b_constraint: "bias_constraint",
    },
    left: {
      activity_regularizer: null,
      kernel_constraint: null,
      bias_constraint: null,
      lora_rank: null,
      lora_alpha: null,
      quantization_config: null,
      weights: null,
    },
  },
  Activation: { kind: "Activation", required: "activation", positions: ["activation"] },
  ReLU: {
    kind: "Activation",
    activation: "relu",
    positions: ["max_value", "negative_slope", "threshold"],
    left: { max_value: null, negative_slope: 0, threshold: 0 },
  },
  LeakyReLU: {
    kind: "Activation",
    activation: "leaky_relu",
    positions: ["negative_slope"],
    renamed: { alpha: "negative_slope" },
  },
  ELU: { kind: "Activation", activation: "elu", positions: ["alpha"], left: { alpha: 1 } },
  Softmax: { kind: "Activation", activation: "softmax", positions: ["axis"], left: { axis: -1 } },
  Dropout: {
    kind: "Dropout",
    required: "rate",
    positions: ["rate", "noise_shape", "seed"],
    renamed: { p: "rate" },
    left: { noise_shape: null },
  },
  GaussianNoise: {
    kind: "GaussianNoise",
    required: "stddev",
    positions: ["stddev", "seed"],
    renamed: { sigma: "stddev" },
  },
  BatchNormalization: {
    kind: "BatchNormalization",
    positions: ["axis", "momentum", "epsilon", "center", "scale"],
    left: {
      axis: -1,
      mode: 0,
      renorm: false,
      synchronized: false,
      fused: null,
      weights: null,
      moving_mean_initializer: "zeros",
      moving_variance_initializer: "ones",
      ...PARAMETERS,
    },
  },
  LayerNormalization: {
    kind: "LayerNormalization",
    positions: ["axis", "epsilon", "center", "scale"],
    left: { axis: -1, rms_scaling: false, ...PARAMETERS },
  },
  Input: { kind: null, positions: ["shape"] },
  InputLayer: { kind: null, positions: ["shape"] },
  Flatten: { kind: null, positions: [], plain: ["data_format"] },
};

/** Dense's arguments in the order of Keras 1, where the second was `init`. */
export const FIRST_DENSE = [
  "units",
  "kernel_initializer",
  "activation",
  "weights",
  "kernel_regularizer",
  "bias_regularizer",
  "activity_regularizer",
  "kernel_constraint",
  "bias_constraint",
  "use_bias",
  "input_dim",
];

export const PLAIN_OF_LAYERS = [...COMMON, ...INPUT_ARGUMENTS, "trainable"];

const OPTIMIZER_PLAIN = ["name", "jit_compile", "loss_scale_factor"];
const OPTIMIZER_LEFT = {
  decay: 0,
  clipnorm: null,
  clipvalue: null,
  global_clipnorm: null,
  use_ema: false,
  ema_momentum: 0.99,
  ema_overwrite_frequency: null,
  gradient_accumulation_steps: null,
};

const optimizer = (positions: string[], left: Signature["left"] = {}): Signature => ({
  positions,
  renamed: { lr: "learning_rate" },
  plain: OPTIMIZER_PLAIN,
  left: { ...OPTIMIZER_LEFT, ...left },
});
const NO_DECAY = { weight_decay: null };
const adaptive = (left: Signature["left"] = {}) =>
  optimizer(["learning_rate", "beta_1", "beta_2", "epsilon"], { ...NO_DECAY, ...left });

export const OPTIMIZER_SIGNATURES: Readonly<Record<string, Signature>> = {
  SGD: optimizer(["learning_rate", "momentum", "nesterov"], NO_DECAY),
  Adam: adaptive({ amsgrad: false }),
  AdamW: optimizer(["learning_rate", "weight_decay", "beta_1", "beta_2", "epsilon"], {
    amsgrad: false,
  }),
  RMSprop: optimizer(["learning_rate", "rho", "momentum", "epsilon"], {
    ...NO_DECAY,
    centered: false,
  }),
  Adagrad: optimizer(["learning_rate", "initial_accumulator_value", "epsilon"], NO_DECAY),
  Adamax: adaptive(),
  Nadam: adaptive({ schedule_decay: 0.004 }),
};

/** Names of arguments that today's Keras refuses. */
export const OLD_ARGUMENTS: ReadonlySet<string> = new Set(
  (
    "output_dim init bias W_regularizer b_regularizer W_constraint b_constraint p sigma mode weights " +
    "batch_input_shape lr l schedule_decay nb_epoch nb_epochs X Y show_accuracy class_mode " +
    "theano_mode sample_weight_mode target_tensors workers use_multiprocessing max_queue_size"
  ).split(" "),
);

/** In Keras 1 and 2 the learning rate's decay came after these. */
export const OLD_OPTIMIZER_POSITIONS: Readonly<Record<string, readonly string[]>> = {
  SGD: ["learning_rate", "momentum", "decay", "nesterov"],
  RMSprop: ["learning_rate", "rho", "epsilon", "decay"],
  Adagrad: ["learning_rate", "epsilon", "decay"],
  Adam: ["learning_rate", "beta_1", "beta_2", "epsilon", "decay", "amsgrad"],
};

export const COMPILE: Signature = {
  positions: ["optimizer", "loss", "metrics"],
  plain: [
    "run_eagerly",
    "steps_per_execution",
    "jit_compile",
    "auto_scale_loss",
    "class_mode",
    "theano_mode",
    "sample_weight_mode",
    "target_tensors",
  ],
  left: { loss_weights: null, weighted_metrics: null },
};

export const FIT: Signature = {
  positions: [
    "x",
    "y",
    "batch_size",
    "epochs",
    "verbose",
    "callbacks",
    "validation_split",
    "validation_data",
    "shuffle",
    "class_weight",
    "sample_weight",
    "initial_epoch",
  ],
  renamed: { nb_epoch: "epochs", nb_epochs: "epochs", X: "x", Y: "y" },
  plain: [
    "verbose",
    "validation_data",
    "validation_steps",
    "validation_batch_size",
    "validation_freq",
    "workers",
    "use_multiprocessing",
    "max_queue_size",
    "show_accuracy",
  ],
  left: {
    callbacks: null,
    shuffle: true,
    class_weight: null,
    sample_weight: null,
    initial_epoch: 0,
    steps_per_epoch: null,
  },
};

/** Losses that have a class, and the arguments of it that change something. */
export const LOSS_LEFT: Readonly<Record<string, Plain>> = {
  label_smoothing: 0,
  axis: -1,
  delta: 1,
  ignore_class: null,
};

const same = (names: Record<string, string>) => {
  const all: Record<string, string> = Object.create(null);
  for (const [today, old] of Object.entries(names))
    for (const name of old.split(" ")) all[name] = today;
  return all;
};

export const LOSS_ALIASES = same({
  binary_crossentropy: "bce BCE",
  mean_squared_error: "mse MSE",
  mean_absolute_error: "mae MAE",
  log_cosh: "logcosh",
});

export const METRIC_ALIASES = same({
  accuracy: "acc binary_accuracy categorical_accuracy sparse_categorical_accuracy",
  mean_squared_error: "mse MSE",
  mean_absolute_error: "mae MAE",
});

export const INITIALIZER_ALIASES = same({
  random_uniform: "uniform",
  random_normal: "normal",
  zeros: "zero",
  ones: "one",
});

export const ACTIVATION_ALIASES = same({ silu: "swish" });

export const OPTIMIZER_ALIASES = same({ SGD: "GradientDescentOptimizer" });
