"""The text of a file: one canonical JSON of configs, always the same for the same."""

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

#: How many layers a file may name, and how many calls of them.
LAYERS = 10_000
#: What a model can be loaded without.
_COMPILED = ("loss", "metric", "optimizer")
_NUMBER = "__number__"
_NO_JSON = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def canonical(value) -> str:
    """JSON without spaces; keys stay in their order, which may mean something (the order of
    outputs, of the columns of a table).

    Raises:
        ArgumentError: for what JSON cannot hold, with the place where it stands.

    >>> canonical({"b": (1, 2.5), "a": float("inf")})
    '{"b":[1,2.5],"a":{"class_name":"__number__","config":"inf"}}'
    """
    return json.dumps(_plain(value, []), separators=(",", ":"), allow_nan=False)


def _plain(value, place: list) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"class_name": _NUMBER, "config": repr(value)}
    if isinstance(value, np.generic):
        return _plain(value.item(), place)
    if isinstance(value, np.ndarray):
        from ..fields import encode

        return _plain(encode(value), place)
    if isinstance(value, list | tuple):
        return [_plain(part, [*place, i]) for i, part in enumerate(value)]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _plain(part, [*place, key]) for key, part in value.items()}
    where = "".join(f"[{part!r}]" for part in place)
    raise ArgumentError(f"config{where}", f"got {display(value)}, which a file cannot hold; "
                        "expected numbers, strings, lists, dicts by strings, arrays, or objects "
                        "with a get_config. A layer's get_config may return such instead.")


def from_text(text: bytes, what: str) -> Any:
    """The inverse of `canonical`, for any text.

    Raises:
        DamagedFile: for what is no JSON, nested too deep, or names too many layers.
    """
    return _numbers(_counted(parsed(text, what), what))


def _counted(document, what: str):
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
        if counts[key] > LAYERS:
            raise DamagedFile(f"{what}: got {counts[key]:,} {name}, expected at most {LAYERS:,}.")
    return document


def _numbers(value):
    if isinstance(value, dict):
        if value.get("class_name") == _NUMBER:
            return _NO_JSON.get(str(value.get("config")))
        return {key: _numbers(part) for key, part in value.items()}
    return [_numbers(part) for part in value] if isinstance(value, list) else value


@contextmanager
def damaged_if_wrong(shown: str):
    """What goes wrong in here does so because the file contradicts itself; errors that teach
    about an argument say so already; of a name that nothing has it is said whose it may be."""
    try:
        yield
    except UnknownName as error:
        name, compiling = display(error.name), error.what.startswith("compile.") or (
            error.what in _COMPILED)
        raise UnknownName(
            f"{shown}: {error.what}",
            f"got {name}, expected a name known here. If it is your own, give it: custom_objects="
            f"{{{name}: ...}}" + (", or load with compile=False." if compiling else "."),
            error.name) from None
    except (ArgumentError, MemoryError, OSError, NotImplementedError, FileError):
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError,
            RecursionError) as error:
        raise DamagedFile(f"{shown}: its config contradicts itself: {type(error).__name__}: "
                          f"{str(error)[:300]}") from error
