"""The text of a file: canonical JSON of configs; equal configs have equal texts."""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown as display
from ..registry import UnknownName
from .errors import DamagedFile, FileError
from .tensors import parsed

#: The most layers in a file, and the most calls of layers.
MOST_LAYERS = 10_000
#: The parts of a config that ``compile=False`` skips.
_COMPILED = ("loss", "metric", "optimizer")
_NUMBER = "__number__"
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def canonical(value) -> str:
    """JSON without spaces; keys keep their order, which can matter: that of outputs, or of columns
    of a table.

    Raises:
        ArgumentError: for a value that JSON cannot represent, with its position.

    >>> canonical({"b": (1, 2.5), "a": float("inf")})
    '{"b":[1,2.5],"a":{"class_name":"__number__","config":"inf"}}'
    """
    return json.dumps(_plain(value, []), separators=(",", ":"), allow_nan=False)


def _plain(value, path: list) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"class_name": _NUMBER, "config": repr(value)}
    if isinstance(value, np.generic):
        return _plain(value.item(), path)
    if isinstance(value, np.ndarray):
        from ..fields import encode

        return _plain(encode(value), path)
    if isinstance(value, list | tuple):
        return [_plain(part, [*path, i]) for i, part in enumerate(value)]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _plain(part, [*path, key]) for key, part in value.items()}
    where = "".join(f"[{part!r}]" for part in path)
    raise ArgumentError(
        f"config{where}",
        f"got {display(value)}, which a file cannot hold; "
        "expected numbers, strings, lists, dicts with strings as keys, arrays, or "
        "objects with a get_config. A layer's get_config can return these instead.",
    )


def from_text(text: bytes, what: str) -> Any:
    """The inverse of `canonical`, for untrusted text.

    Raises:
        DamagedFile: for invalid JSON, too deep nesting, or too many layers.
    """
    document = parsed(text, what)
    _check_counts(document, what)
    return _restore_numbers(document)


def _check_counts(document, what: str) -> None:
    stack, counts = [document], {"layers": 0, "inbound_nodes": 0}
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            for key in counts:
                counts[key] += len(part[key]) if isinstance(part.get(key), list) else 0
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
    for key, name in (("layers", "layers"), ("inbound_nodes", "calls of layers")):
        if counts[key] > MOST_LAYERS:
            raise DamagedFile(
                f"{what}: got {counts[key]:,} {name}, expected at most {MOST_LAYERS:,}."
            )


def _restore_numbers(value):
    if isinstance(value, dict):
        if value.get("class_name") == _NUMBER:
            return _NOT_FINITE.get(str(value.get("config")))
        return {key: _restore_numbers(part) for key, part in value.items()}
    return [_restore_numbers(part) for part in value] if isinstance(value, list) else value


@contextmanager
def damaged_if_wrong(shown: str):
    """A block in which an error means that the file contradicts itself, and is raised as
    `DamagedFile`.

    Argument errors and those of files and memory pass through. Of an unknown name the message says
    how to pass a custom object.
    """
    try:
        yield
    except UnknownName as error:
        name, compiling = (
            display(error.name),
            error.what.startswith("compile.") or (error.what in _COMPILED),
        )
        raise UnknownName(
            f"{shown}: {error.what}",
            f"got {name}, expected a known name. If it is a custom object, pass it: custom_objects="
            f"{{{name}: ...}}" + (", or load with compile=False." if compiling else "."),
            error.name,
        ) from None
    except (ArgumentError, MemoryError, OSError, NotImplementedError, FileError):
        raise
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        IndexError,
        OverflowError,
        RecursionError,
    ) as error:
        raise DamagedFile(
            f"{shown}: its config contradicts itself: {type(error).__name__}: {str(error)[:300]}"
        ) from error
