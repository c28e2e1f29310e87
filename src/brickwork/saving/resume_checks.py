"""What two calls of `fit` must have in common for one to resume the other."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import Any

import numpy as np

from ..data import Arrays
from ..errors import shown
from ..fields import encode, explicit
from ..layers.calling import mapped
from ..registry import Registry
from .document import canonical, from_text
from .weight_paths import layers_of

#: The number of rows by which changed data are noticed.
SAMPLE_ROWS = 16


def facts_of(model, prepared=None, plain: dict | None = None) -> dict[str, Any]:
    """The model, its compile arguments and how `fit` iterates over the data, as JSON types; parts
    that have no config are left out."""
    facts: dict[str, Any] = {}
    _add_fact(facts, "model", lambda: _without_names(model, Registry.serialize(model)))
    if model.compiled:
        arguments = model._compiled.arguments | {"optimizer": model._compiled.optimizer}
        for name, value in arguments.items():
            _add_fact(facts, name, lambda value=value: _without_state(mapped(encode, value)))
    if prepared is not None:
        facts |= {
            "shuffle": bool(plain["shuffle"]),
            "last_batch": plain["last_batch"],
            "rows": of_all(prepared, getattr(prepared.data, "rows", None)),
            "batch_size": of_all(prepared, prepared.batch_size),
            "steps of an epoch": prepared.steps,
        }
        validation, often = prepared.validation, plain["validation_freq"]
        facts |= {
            "validation_freq": often if isinstance(often, int) else sorted(often),
            "rows of validation": validation
            and of_all(validation, getattr(validation.data, "rows", None)),
        }
    return facts


def of_all(prepared, rows: int | None) -> int | None:
    """The rows of all processes, where each has so many of its own."""
    return None if rows is None else rows * prepared.processes


def sample_of(prepared) -> str | None:
    """A checksum of some rows of the arrays; None for other data."""
    if prepared is None or not isinstance(prepared.data, Arrays) or prepared.processes > 1:
        return None
    source, found = prepared.data, sha256()
    if source.in_blocks:  # others would have to be searched for
        batch = source.batch(slice(0, SAMPLE_ROWS))
    else:
        batch = source.batch(np.unique(np.linspace(0, source.rows - 1, SAMPLE_ROWS).astype(int)))
    for array in (*batch.x, *batch.y, *batch.weight):
        if array is not None and array.dtype.kind in "biufc":
            found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def rates_in(config) -> list[float]:
    """The learning rates that are numbers in an optimizer's config."""
    if isinstance(config, list):
        return [rate for part in config for rate in rates_in(part)]
    if not isinstance(config, dict):
        return []
    return [
        rate
        for key, part in config.items()
        for rate in (
            [float(part)]
            if key == "learning_rate" and isinstance(part, int | float)
            else rates_in(part)
        )
    ]


def difference(found, expected, place: str = "") -> str | None:
    """The first difference of two JSON values, as a clause of a message; None if they are equal.
    Keys that one of them lacks are not compared.

    >>> difference({"units": [1, 2]}, {"units": [1, 3]})
    'units[1] is 2 now, and was 3'
    """
    if found == expected:
        return None
    parts: list[tuple] = []
    if isinstance(found, dict) and isinstance(expected, dict):
        before = f"{place}." if place else ""
        parts = [(found[key], expected[key], f"{before}{key}") for key in expected if key in found]
    elif isinstance(found, list) and isinstance(expected, list):
        if len(found) != len(expected):
            return f"{place} has {len(found)} entries now, and had {len(expected)}"
        parts = [
            (one, other, f"{place}[{i}]")
            for i, (one, other) in enumerate(zip(found, expected, strict=True))
        ]
    else:
        return f"{place} is {shown(found)} now, and was {shown(expected)}"
    return next(filter(None, (difference(*part) for part in parts)), None)


def _add_fact(facts: dict, name: str, make) -> None:
    """Add a config, if there is one and a file can hold it."""
    with suppress(ValueError, NotImplementedError, TypeError), explicit():
        facts[name] = from_text(canonical(make()).encode(), name)


def _without_names(model, config):
    """A config with indices in place of layers' names, since automatic names differ between
    processes."""
    number: dict[str, str] = {}
    for _, layer in layers_of(model):
        number.setdefault(layer.name, f"layer {len(number)}")

    def numbered(value):
        if isinstance(value, dict):
            return {key: numbered(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [numbered(part) for part in value]
        return number.get(value, value) if isinstance(value, str) else value

    return numbered(config)


def _without_state(config):
    """A config without names, as above, and without learning rates, which callbacks may change."""
    if isinstance(config, dict):
        return {
            key: _without_state(part)
            for key, part in config.items()
            if key != "name" and not (key == "learning_rate" and isinstance(part, int | float))
        }
    return [_without_state(part) for part in config] if isinstance(config, list) else config
