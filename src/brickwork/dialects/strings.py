"""TensorFlow's functions on arrays of texts: those that only arrange values, and ``tf.strings``.

They are computed at once by NumPy, in data pipelines and before a model; no model trains on texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np


def is_text(value: Any) -> bool:
    """Whether a value is a text, or an array or a list of texts."""
    if isinstance(value, list | tuple):
        return bool(value) and is_text(value[0])
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    if kind == "O":
        return bool(value.size) and isinstance(value.flat[0], str | bytes)
    return isinstance(value, str | bytes) or kind in ("U", "S", "T")


def any_text(args: tuple, kwargs: dict[str, Any]) -> bool:
    """Whether a function was called on texts; the name of a dtype is none."""
    values = [*args, *(value for word, value in kwargs.items() if word != "dtype")]
    return any(is_text(v) and not (i and isinstance(v, str)) for i, v in enumerate(values))


#: Of functions that take numbers, too: what they are for texts.
ARRANGING: dict[str, Callable] = {
    "concat": lambda values, axis=0: np.concatenate([np.asarray(v) for v in values], axis),
    "constant": lambda value, dtype=None, shape=None: np.asarray(value),
    "convert_to_tensor": lambda value, dtype=None: np.asarray(value),
    "equal": lambda x, y: np.asarray(x) == np.asarray(y),
    "expand_dims": np.expand_dims,
    "gather": lambda params, indices, axis=0: np.take(params, indices, axis),
    "identity": np.array,
    "not_equal": lambda x, y: np.asarray(x) != np.asarray(y),
    "rank": np.ndim,
    "reshape": lambda tensor, shape: np.reshape(np.asarray(tensor), np.asarray(shape)),
    "shape": lambda input: np.array(np.shape(input)),
    "size": np.size,
    "squeeze": np.squeeze,
    "stack": lambda values, axis=0: np.stack([np.asarray(v) for v in values], axis),
    "tile": np.tile,
    "transpose": np.transpose,
    "where": np.where,
}


def _each(function: Callable[..., Any], kind: Any = object) -> Callable:
    """Return a function of arrays of texts that is called for each text."""

    def wrapper(input, *args, name=None, **kwargs):
        texts = np.asarray(input)
        found = [function(_text(t), *args, **kwargs) for t in texts.ravel()]
        return np.array(found, kind).reshape(texts.shape)

    return wrapper


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _join(inputs, separator="", name=None):
    arrays = np.broadcast_arrays(*(np.asarray(one) for one in inputs))
    rows = zip(*(one.ravel() for one in arrays), strict=True)
    joined = [separator.join(map(_text, row)) for row in rows]
    return np.array(joined, object).reshape(arrays[0].shape)


#: ``tf.strings``, by name.
STRINGS: dict[str, Callable] = {
    "as_string": lambda input, **_: np.vectorize(str, otypes=[object])(np.asarray(input)),
    "join": _join,
    "length": _each(len, "int32"),
    "lower": _each(str.lower),
    "regex_full_match": _each(lambda t, pattern: bool(re.fullmatch(pattern, t)), bool),
    "regex_replace": _each(
        lambda t, pattern, rewrite, replace_global=True: re.sub(
            pattern, rewrite, t, count=0 if replace_global else 1
        )
    ),
    "strip": _each(str.strip),
    "substr": _each(lambda t, pos, len: t[pos:][:len]),
    "to_number": _each(lambda t, out_type="float32": float(t), "float32"),
    "upper": _each(str.upper),
}
