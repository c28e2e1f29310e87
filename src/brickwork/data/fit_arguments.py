"""Checks the scalar arguments of fit, evaluate and predict, before any work."""

from __future__ import annotations

import numpy as np

from ..errors import ArgumentError
from ..fields import field
from .notices import sentence

_COUNT = field(default=None, kind="int", ge=1)
_SWITCH, _EVERY = field(default=True, kind="bool"), field(kind="int", ge=1)
_VERBOSITY = field(kind="int", ge=0, le=2)
#: The plain arguments of the training loop, as fields.
ARGUMENTS = {
    "epochs": field(default=1, kind="int", ge=0),
    "initial_epoch": field(default=0, kind="int", ge=0),
    "batch_size": _COUNT,
    "validation_batch_size": _COUNT,
    "steps_per_epoch": _COUNT,
    "validation_steps": _COUNT,
    "steps": _COUNT,
    "last_batch": field(default="keep", options=("keep", "drop", "scale")),
    "validation_split": field(default=0.0, kind="float", ge=0, lt=1, optional=True),
    "return_dict": field(default=False, kind="bool"),
    "run_eagerly": field(default=False, kind="bool", optional=True),
    "auto_scale_loss": field(default=True, kind="bool"),
}


_PLAIN = frozenset((int, float, str, bool, type(None)))
#: Arguments that were checked, so that calls in a loop need not check them again.
_checked: dict[tuple, dict] = {}
CHECKED = 1000


def check_arguments(method: str, **given) -> dict:
    """Return the arguments as plain Python values.

    Args:
        method: the name of the method, for messages.
        given: arguments by name: those of `ARGUMENTS`, and ``shuffle``, ``verbose``,
            ``validation_freq``, ``split``, ``jit_compile`` and ``steps_per_execution``.

    Returns:
        A dict of the checked values by name.

    Raises:
        ArgumentError: for the first invalid argument.

    >>> check_arguments("fit", epochs=3, batch_size=None)
    {'epochs': 3, 'batch_size': None}
    """
    kinds = tuple(map(type, given.values()))
    if not _PLAIN.issuperset(kinds):
        return {name: _CHECKS[name](method, name, value) for name, value in given.items()}
    # 1, 1.0 and True are equal, but not the same argument.
    key = (method, *given, *given.values(), *kinds)
    found = _checked.get(key)
    if found is None:
        found = {name: _CHECKS[name](method, name, value) for name, value in given.items()}
        if len(_checked) < CHECKED:
            _checked[key] = found
    return dict(found)


def _refuse(method: str, name: str, value, expected: str):
    raise ArgumentError(f"{method}.{name}", sentence("", repr(value)[:60], expected)[2:])


def _shuffle(method: str, name: str, value):
    if isinstance(value, str) and value == "batch":
        return "batch"
    try:
        return _SWITCH.accept(method, name, value)
    except ArgumentError:
        return _refuse(method, name, value, "True, False or 'batch'")


def _verbose(method: str, name: str, value):
    if isinstance(value, str) and value == "auto":
        return "auto"
    if isinstance(value, bool):
        return int(value)
    try:
        return _VERBOSITY.accept(method, name, value)
    except ArgumentError:
        return _refuse(method, name, value, "'auto', 0, 1 or 2")


def _split(method: str, name: str, value):
    """Check a split method by name, or an array with a group for each row."""
    if value is None or isinstance(value, str | bytes) or np.ndim(value) != 1:
        if value not in ("tail", "shuffle", "stratify"):
            _refuse(
                method,
                name,
                value,
                "'tail', 'shuffle', 'stratify' or an array with the group of each row",
            )
        return value
    return np.asarray(value)


def _frequency(method: str, name: str, value):
    """Check an interval in epochs, or a collection of epoch numbers (from 1)."""
    if isinstance(value, list | tuple | set | range):
        return frozenset(_COUNT.accept(method, name, v) for v in value)
    return _EVERY.accept(method, name, value)


def _or_auto(plain):
    """Return a check that accepts what this field accepts, or "auto"."""

    def check(method: str, name: str, value):
        return (
            value
            if isinstance(value, str) and value == "auto"
            else plain.accept(method, name, value)
        )

    return check


_CHECKS = {
    **{name: plain.accept for name, plain in ARGUMENTS.items()},
    "shuffle": _shuffle,
    "verbose": _verbose,
    "validation_freq": _frequency,
    "split": _split,
    "steps_per_execution": _or_auto(_COUNT),
    "jit_compile": _or_auto(field(default=None, kind="bool")),
}
