"""What a wall can be made of, as `studio/src/wall/catalogue.ts` has it for the page."""

from __future__ import annotations

import math
from typing import NamedTuple

from ..errors import ArgumentError, shown

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


class Range(NamedTuple):
    """Numbers that an argument may have, and which of the ends are none of them: "min", "max"."""

    low: float
    high: float
    open: str = ""


#: The numbers that arguments may have.
RANGES = {
    "units": Range(1, 4096),
    "rate": Range(0, 1, "max"),
    "stddev": Range(0, 1),
    "momentum": Range(0, 1),
    "epsilon": Range(0, 1, "min"),
    "learning_rate": Range(0, 100, "min"),
    "beta_1": Range(0, 1, "max"),
    "beta_2": Range(0, 1, "max"),
    "rho": Range(0, 1, "max"),
    "weight_decay": Range(0, 1),
    "initial_accumulator_value": Range(0, 10),
    "l1": Range(0, 1e6),
    "l2": Range(0, 1e6),
}
#: The largest wall that a page opens, and the longest name.
MOST_BRICKS, MOST_INPUTS, MOST_PARAMETERS, LONGEST_NAME = 100, 10_000, 2**22, 1000
#: The largest table that it opens, and the most classes of a target.
MOST_ROWS, MOST_COLUMNS, MOST_CELLS, MOST_CLASSES = 100_000, 1000, 4_000_000, 100
#: The longest training, the most rows of a step, and the most metrics of an epoch.
MOST_EPOCHS, MOST_BATCH, MOST_LOGS = 100_000, 100_000, 50


def number(name: str, value: object, what: str) -> float:
    """Return the value of an argument that is a number, as it is.

    Args:
        name: the argument: one of `RANGES`.
        value: its value.
        what: its name, for messages.

    Raises:
        ArgumentError: for a value that the page's argument cannot have.

    >>> number("rate", 0.5, "Dropout.rate")
    0.5
    """
    low, high, beyond = RANGES[name]
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or not low <= value <= high
        or (beyond == "min" and value == low)
        or (beyond == "max" and value == high)
    ):
        least, most = ">" if beyond == "min" else ">=", "<" if beyond == "max" else "<="
        raise ArgumentError(
            what, f"got {shown(value)}, expected a number {least} {low:g} and {most} {high:,g}."
        )
    return value
