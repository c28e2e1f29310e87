"""Converts strings to UTF-8 bytes in an object array."""

from __future__ import annotations

from collections.abc import Mapping, Set as AbstractSet

import numpy as np

from .notices import sentence
from .rows import StoredTable

_STRINGS = "strings"


def as_texts(value, what: str) -> np.ndarray:
    """Return the strings in `value` as bytes: an object array of the same shape.

    Hashes and the order of a vocabulary are computed from bytes.

    Args:
        value: strings, UTF-8 bytes, lists or NumPy arrays of them (``U``, ``S``, ``O``), or table
            columns.
        what: the name of the argument, for messages.

    Raises:
        TypeError: for numbers and missing values.

    >>> as_texts([["sea"], ["바다"]], "x").tolist()
    [[b'sea'], [b'\\xeb\\xb0\\x94\\xeb\\x8b\\xa4']]
    """
    if isinstance(value, StoredTable):
        value = value.in_arrow()
    array = _as_objects(value, what)
    flat = array.reshape(-1).tolist()
    kinds = set(map(type, flat))
    if kinds == {str}:
        flat = [text.encode() for text in flat]
    elif not kinds <= {bytes}:
        flat = [_encoded(item, i, array.shape, what) for i, item in enumerate(flat)]
    out = np.empty(len(flat), object)
    out[:] = flat
    return out.reshape(array.shape)


def is_text(value) -> bool:
    """Whether a value contains strings; checks its first entry."""
    if isinstance(value, str | bytes):
        return True
    while isinstance(value, list | tuple) and value:
        value = value[0]
    if isinstance(value, str | bytes):
        return True
    if isinstance(value, StoredTable):
        value = value[:1].in_arrow()
    if type(value).__module__.startswith(("polars", "pyarrow")):
        return (
            str(getattr(value, "dtype", getattr(value, "type", "")))
            .lower()
            .startswith(("string", "utf8", "large_string", "binary"))
        )
    kinds = (
        [getattr(d, "kind", "O") for d in getattr(value, "dtypes", [])]
        if getattr(value, "ndim", 0) == 2 and hasattr(value, "iloc")
        else [getattr(getattr(value, "dtype", None), "kind", "")]
    )
    if "O" in kinds and getattr(value, "size", 0):
        return isinstance(np.asarray(value, object).reshape(-1)[0], str | bytes)
    return any(kind in "UST" for kind in kinds if kind)


def decoded(texts: np.ndarray, encoding: str = "utf-8") -> np.ndarray:
    """Return the array of strings for an array of bytes."""
    flat = [text.decode(encoding, "replace") for text in texts.reshape(-1).tolist()]
    return np.array(flat, dtype=str).reshape(texts.shape)


def _as_objects(value, what: str) -> np.ndarray:
    if np.ma.is_masked(value):
        raise ValueError(
            sentence(
                what,
                "a masked array with masked entries",
                "strings without missing values",
                "Use .filled('') or drop the rows.",
            )
        )
    if isinstance(value, np.ndarray):
        array = np.asarray(value)
    elif isinstance(value, str | bytes):
        array = np.array(value, dtype=object)
    elif listing := next((name for name in ("to_pylist", "to_list") if hasattr(value, name)), ""):
        array = np.asarray(getattr(value, listing)(), dtype=object)  # columns of any library
    elif hasattr(value, "to_numpy"):
        array = value.to_numpy(dtype=object) if hasattr(value, "iloc") else value.to_numpy()
    elif (
        value is None
        or isinstance(value, AbstractSet | Mapping | type)
        or not (hasattr(value, "__array__") or hasattr(value, "__len__"))
    ):
        do = "Use sorted(values): a set has no order." if isinstance(value, AbstractSet) else ""
        raise TypeError(sentence(what, type(value).__name__, _STRINGS, do))
    else:
        array = np.asarray(value, dtype=object)  # keeps numbers beside text
    if array.dtype.kind not in "USTO":
        raise TypeError(
            sentence(
                what,
                f"numbers (dtype {array.dtype})",
                _STRINGS,
                "Turn them into text by x.astype(str), or use a layer for "
                "numbers, such as IntegerLookup.",
            )
        )
    return array


def _encoded(item, index: int, shape: tuple, what: str) -> bytes:
    if isinstance(item, str):
        return str(item).encode()
    if isinstance(item, bytes):
        return bytes(item)
    if isinstance(item, list | tuple | np.ndarray):
        raise ValueError(
            sentence(
                what,
                "rows of different lengths",
                "rows of one length",
                "Pad them with the mask token, or with ''.",
            )
        )
    at = ", ".join(str(int(i)) for i in np.unravel_index(index, shape))
    missing = item is None or type(item).__name__ in ("NAType", "NaTType") or item != item
    do = (
        "Fill in the missing values, for instance by column.fillna('')."
        if missing
        else "Turn all of it into text, for instance by x.astype(str)."
    )
    got = "a missing value" if missing else type(item).__name__
    raise TypeError(sentence(f"{what}[{at}]" if at else what, got, "a string", do))
