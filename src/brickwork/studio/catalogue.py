"""What a wall can be made of, as `studio/src/wall/catalogue.ts` has it for the page."""

from __future__ import annotations

#: The arguments of each brick that can be set; all others keep their defaults.
BRICKS = {
    "Dense": (
        "units",
        "activation",
        "use_bias",
        "kernel_initializer",
        "bias_initializer",
        "kernel_regularizer",
        "bias_regularizer",
    ),
    "Activation": ("activation",),
    "Dropout": ("rate",),
    "GaussianNoise": ("stddev",),
    "BatchNormalization": ("momentum", "epsilon", "center", "scale"),
    "LayerNormalization": ("epsilon", "center", "scale"),
}
ACTIVATIONS = (
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
)
INITIALIZERS = (
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
)
REGULARIZERS = {"L1": ("l1",), "L2": ("l2",), "L1L2": ("l1", "l2")}
LOSSES = (
    "binary_crossentropy",
    "sparse_categorical_crossentropy",
    "categorical_crossentropy",
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
    "log_cosh",
    "poisson",
    "hinge",
)
METRICS = ("accuracy", "mean_absolute_error", "mean_squared_error")
_MOMENTS = ("learning_rate", "beta_1", "beta_2", "epsilon")
OPTIMIZERS = {
    "SGD": ("learning_rate", "momentum", "nesterov"),
    "Adam": _MOMENTS,
    "AdamW": (*_MOMENTS, "weight_decay"),
    "RMSprop": ("learning_rate", "rho", "momentum", "epsilon"),
    "Adagrad": ("learning_rate", "initial_accumulator_value", "epsilon"),
    "Adamax": _MOMENTS,
    "Nadam": _MOMENTS,
}
#: Arguments that take a name of one of these lists.
NAMES = {
    "activation": ACTIVATIONS,
    "kernel_initializer": INITIALIZERS,
    "bias_initializer": INITIALIZERS,
}
#: Arguments that are true or false.
SWITCHES = ("use_bias", "center", "scale", "nesterov")
