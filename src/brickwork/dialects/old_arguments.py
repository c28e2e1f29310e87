"""The table of old argument names of Keras 1 and 2, and their current names.

A rule is the current name, or a function that changes the arguments and returns the replacement for
the warning. Rules are listed at the class that declares the argument; subclasses inherit them.
"""

from __future__ import annotations

from collections.abc import Callable


def _given_weights(owner: type, arrays, kwargs: dict) -> str:
    """``weights=[W, b]``: initial values of the weights."""
    from ..initializers import Constant

    for word, array in zip(("kernel_initializer", "bias_initializer"), arrays, strict=False):
        kwargs[word] = Constant(array)
    return "kernel_initializer=Constant(W) and bias_initializer=Constant(b), or set_weights"


def _init(today: str) -> Callable:
    """``init=``: the name of an initializer, or a function ``(shape, name=None)``."""

    def rule(owner: type, value, kwargs: dict) -> str:
        if today in kwargs:
            from ..errors import ArgumentError

            raise ArgumentError(
                f"{owner.__name__}.{today}",
                f"got it twice, as {today} and as its old name; give {today}.",
            )
        kwargs[today] = _with_dtype(value)
        return today

    return rule


def _with_dtype(function):
    """Return a function of a shape as one that also takes a dtype."""
    from inspect import isfunction, signature

    if not isfunction(function) or "dtype" in signature(function).parameters:
        return function

    def initializer(shape, dtype=None):
        return function(shape)

    return initializer


def _decay(owner: type, rate, kwargs: dict) -> str:
    """``decay=1e-6``: the learning rate divided by ``1 + rate * iterations``."""
    if rate:
        from ..optimizers.schedules import InverseTimeDecay

        start = kwargs.get("learning_rate", owner.__fields__["learning_rate"].default)
        kwargs["learning_rate"] = InverseTimeDecay(start, decay_steps=1, decay_rate=rate)
    return "learning_rate=InverseTimeDecay(rate, decay_steps=1, decay_rate=decay)"


def _epsilon(owner: type, value, kwargs: dict) -> str | None:
    """``epsilon=None`` meant the default."""
    if value is None:
        return "left out where it is None"
    kwargs["epsilon"] = value
    return None


def _schedule_decay(owner: type, rate, kwargs: dict) -> str:
    """``schedule_decay=``: Nadam's momentum schedule is now fixed to the old default."""
    if rate != 0.004:
        from ..errors import ArgumentError

        raise ArgumentError(
            f"{owner.__name__}.schedule_decay",
            f"got {rate!r}, expected 0.004, which is built in; leave it out.",
        )
    return "built in"


def _without(instead: str) -> Callable:
    """Return a rule for an argument that has no effect any more."""
    return lambda owner, value, kwargs: instead


def _of_layer(function: str, instead: str) -> Callable:
    """Return a rule defined in `older_layers`, which is imported when it is needed."""

    def rule(owner, value, kwargs):
        from . import older_layers

        getattr(older_layers, function)(value, kwargs)
        return instead

    return rule


def _averages(owner: type, arrays, kwargs: dict) -> str:
    """``weights=[gamma, beta, mean, variance]``: initial values of the weights."""
    from ..initializers import Constant

    for word, array in zip(
        ("gamma", "beta", "moving_mean", "moving_variance"), arrays, strict=False
    ):
        kwargs[f"{word}_initializer"] = Constant(array)
    return "gamma_initializer=Constant(...), and so on, or set_weights"


#: Arguments of constructors, by the class that declares them.
ARGUMENTS: dict[str, dict[str, str | Callable]] = {
    "Layer": {"input_dtype": "dtype"},
    "InputLayer": {"input_shape": "shape", "batch_input_shape": "batch_shape"},
    "Dense": {
        "output_dim": "units",
        "init": _init("kernel_initializer"),
        "bias": "use_bias",
        "W_regularizer": "kernel_regularizer",
        "b_regularizer": "bias_regularizer",
        "W_constraint": "kernel_constraint",
        "b_constraint": "bias_constraint",
        "weights": _given_weights,
    },
    "Dropout": {"p": "rate"},
    "GaussianDropout": {"p": "rate"},
    "SpatialDropout1D": {"p": "rate"},
    "GaussianNoise": {"sigma": "stddev"},
    "LeakyReLU": {"alpha": "negative_slope"},
    "PReLU": {"init": _init("alpha_initializer")},
    "Embedding": {
        "init": _init("embeddings_initializer"),
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
        "input_length": _of_layer("input_length", "told by the data, or input_shape=(length,)"),
        "dropout": _of_layer("dropout_of_ids", "a layer of its own"),
    },
    "BatchNormalization": {
        "beta_init": _init("beta_initializer"),
        "gamma_init": _init("gamma_initializer"),
        "weights": _averages,
        "mode": _of_layer("mode_of_normalization", "left out"),
        "fused": _without("no longer needed"),
    },
    "Optimizer": {"lr": "learning_rate", "decay": _decay, "epsilon": _epsilon},
    "Nadam": {"schedule_decay": _schedule_decay},
    "L1": {"l": "l1"},
    "L2": {"l": "l2"},
    "MaxNorm": {"m": "max_value"},
    "ModelCheckpoint": {"period": "every"},
    "ReduceLROnPlateau": {"epsilon": "min_delta"},
    "ProgbarLogger": dict.fromkeys(("count_mode", "stateful_metrics"), _without("not needed")),
    "TensorBoard": dict.fromkeys(
        ("batch_size", "write_grads", "embeddings_layer_names", "embeddings_data"),
        _without("not written"),
    ),
}


_LOADING = dict.fromkeys(
    ("max_q_size", "max_queue_size", "nb_worker", "workers", "pickle_safe", "use_multiprocessing"),
    _without("no longer needed"),
)
_ACCURACY = _without("metrics=['accuracy'] in compile")

#: Arguments of methods and functions.
CALLS: dict[str, dict[str, str | Callable]] = {
    "fit": {"nb_epoch": "epochs", "X": "x", "show_accuracy": _ACCURACY, **_LOADING},
    "evaluate": {"X": "x", "show_accuracy": _ACCURACY, **_LOADING},
    "predict": {"X": "x", **_LOADING},
    "compile": {
        "class_mode": _without("told by the loss"),
        "theano_mode": _without("no longer needed"),
        "sample_weight_mode": _without("told by the weights' shape"),
        "target_tensors": _without("no longer needed"),
    },
    "Model": {"input": "inputs", "output": "outputs"},
    "load_data": {"nb_words": "num_words"},
    "to_categorical": {"nb_classes": "num_classes", "y": "x"},
    "random_normal": {"std": "stddev"},
}
