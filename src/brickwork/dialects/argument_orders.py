"""Old orders of positional arguments that differ from the current ones.

In Keras 1 and 2 the third argument of ``RMSprop(0.001, 0.9, 1e-8)`` was epsilon; now it is
momentum. The values show which order is meant; ambiguous cases cause a warning.
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real

import numpy as np

TODAY, OLDER, UNCLEAR = "today", "older", "unclear"


def likely_order(owner: str, args: tuple) -> str:
    """Return the order of positional arguments: TODAY, OLDER, or UNCLEAR.

    >>> likely_order("RMSprop", (0.001, 0.9, 1e-8)), likely_order("RMSprop", (0.001, 0.9, 0.5))
    ('older', 'today')
    """
    _, alike, _likely = ORDERS.get(owner, ((), len(args), None))
    return _likely(args) if len(args) > alike else TODAY


def _flag(value) -> bool:
    return isinstance(value, bool | np.bool_)


def _number(value) -> bool:
    return isinstance(value, Real) and not _flag(value)


def _dense(args: tuple) -> str:
    """``Dense(8, 'uniform')``: the second argument was init, and is now activation."""
    from inspect import isfunction, signature

    from .. import activations
    from ..errors import ArgumentError
    from ..initializers import Initializer, registry

    second = args[1]
    if isinstance(second, str) and activations.registry.holds(second):
        return TODAY  # no initializer has such a name; to find that out takes milliseconds
    if isfunction(second):  # Keras 1's own initializers were functions of a shape
        return OLDER if next(iter(signature(second).parameters), None) == "shape" else TODAY
    try:
        named = isinstance(second, str) and registry.get(second) is not None
    except ArgumentError:
        named = False
    return OLDER if named or isinstance(second, Initializer) else TODAY


def _embedding(args: tuple) -> str:
    """The fourth was input_length, a number, and is now embeddings_regularizer."""
    return OLDER if _number(args[3]) else TODAY


def _batch_normalization(args: tuple) -> str:
    """The first was epsilon, and is now axis, an integer."""
    return TODAY if isinstance(args[0], int | np.integer) else OLDER


def _sgd(args: tuple) -> str:
    """The third was decay, a number, and is now nesterov, a bool."""
    third, *rest = args[2:]
    if _flag(third) or not _number(third):
        return TODAY
    if not isinstance(third, int | np.integer) or third not in (0, 1) or any(map(_flag, rest)):
        return OLDER
    return UNCLEAR if third or any(rest) else TODAY  # SGD(0.1, 0.9, 0) means the same in both


def _small(place: int, unclear: Callable[[float], bool]) -> Callable[[tuple], str]:
    """An epsilon was in the place of a value that is rarely as small today."""

    def _likely(args: tuple) -> str:
        value = args[place]
        if value is None or (_number(value) and 0 < value < 1e-3):
            return OLDER
        return UNCLEAR if _number(value) and unclear(value) else TODAY

    return _likely


def _adam(args: tuple) -> str:
    """The fifth was decay, a number, and is now amsgrad, a bool. epsilon could be None."""
    if args[3] is None or (
        len(args) > 4
        and _number(args[4])
        and (not isinstance(args[4], int | np.integer) or any(map(_flag, args[5:])))
    ):
        return OLDER
    return UNCLEAR if len(args) > 4 and _number(args[4]) and args[4] else TODAY


def _decay_or_weight_decay(epsilon: int) -> Callable[[tuple], str]:
    """The argument after epsilon was learning rate decay, and is now weight decay."""

    def _likely(args: tuple) -> str:
        if args[epsilon] is None:
            return OLDER
        return UNCLEAR if len(args) > epsilon + 1 and args[epsilon + 1] else TODAY

    return _likely


def _early_stopping(args: tuple) -> str:
    """The second was patience, an integer, and is now min_delta, rarely an integer; the fourth
    was mode, a string, and is now verbose."""
    if len(args) > 3:
        return OLDER if isinstance(args[3], str) else TODAY
    second, *third = args[1:]
    whole = _number(second) and isinstance(second, int | np.integer) and second > 0
    # Then the third was verbose.
    return UNCLEAR if whole and all(v in (0, 1, 2) for v in third) else TODAY


def _model_checkpoint(args: tuple) -> str:
    """The fifth was mode, a string, and is now save_weights_only, a bool."""
    return OLDER if isinstance(args[4], str) else TODAY


#: By class: the old argument names, how many leading ones are the same today, and the function that
#: decides which order longer argument lists have.
ORDERS: dict[str, tuple[tuple[str, ...], int, Callable[[tuple], str]]] = {
    "Dense": (
        (
            "output_dim",
            "init",
            "activation",
            "weights",
            "W_regularizer",
            "b_regularizer",
            "activity_regularizer",
            "W_constraint",
            "b_constraint",
            "bias",
            "input_dim",
        ),
        1,
        _dense,
    ),
    "Embedding": (
        (
            "input_dim",
            "output_dim",
            "init",
            "input_length",
            "W_regularizer",
            "activity_regularizer",
            "W_constraint",
            "mask_zero",
            "weights",
            "dropout",
        ),
        3,
        _embedding,
    ),
    "BatchNormalization": (
        (
            "epsilon",
            "mode",
            "axis",
            "momentum",
            "weights",
            "beta_init",
            "gamma_init",
            "gamma_regularizer",
            "beta_regularizer",
        ),
        0,
        _batch_normalization,
    ),
    "EarlyStopping": (("monitor", "patience", "verbose", "mode"), 1, _early_stopping),
    "ModelCheckpoint": (
        ("filepath", "monitor", "verbose", "save_best_only", "mode"),
        4,
        _model_checkpoint,
    ),
    "SGD": (("lr", "momentum", "decay", "nesterov"), 2, _sgd),
    "RMSprop": (
        ("lr", "rho", "epsilon", "decay"),
        2,
        _small(2, lambda momentum: 1e-3 <= momentum < 0.1 or momentum == 1),
    ),
    "Adagrad": (("lr", "epsilon", "decay"), 1, _small(1, lambda start: 1e-3 <= start < 0.05)),
    "Adadelta": (("lr", "rho", "epsilon", "decay"), 2, _decay_or_weight_decay(2)),
    "Adam": (("lr", "beta_1", "beta_2", "epsilon", "decay", "amsgrad"), 3, _adam),
    "Adamax": (("lr", "beta_1", "beta_2", "epsilon", "decay"), 3, _decay_or_weight_decay(3)),
    "Nadam": (
        ("lr", "beta_1", "beta_2", "epsilon", "schedule_decay"),
        3,
        _decay_or_weight_decay(3),
    ),
}
