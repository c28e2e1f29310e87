"""What runs of a feature column before the engine: the raw columns as arrays of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any, NamedTuple

import numpy as np

from ...data import as_array
from ...data.texts import as_texts, is_text
from ...errors import ArgumentError, near


class Ids(NamedTuple):
    """The categories of each row.

    Attributes:
        values: int64 ``(rows, n)``; an unknown value may be -1.
        present: bool ``(rows, n)``, False where the data have no value: "" or -1.
    """

    values: np.ndarray
    present: np.ndarray


def feature(features: Mapping[str, Any], key: str, who: str) -> np.ndarray:
    """Return a raw column as an array ``(rows, ...)``, of numbers or of UTF-8 bytes.

    Args:
        features: dict of raw columns.
        key: name of the column.
        who: what reads it, for messages.

    Raises:
        ArgumentError (a ValueError): if there is no such column, or it is a single value.
    """
    if key not in features:
        raise ArgumentError(
            who, f"got a dict without the column {key!r}{near(key, map(str, features))}"
        )
    value, what = features[key], f"{who}: the column {key!r}"
    array = as_texts(value, what) if is_text(value) else np.asarray(as_array(value, what))
    if not array.ndim:
        raise ArgumentError(what, "got a single value, expected one for each row: [value].")
    return array[:, None] if array.ndim == 1 else array


def numbers(features: Mapping[str, Any], key: str, shape: tuple[int, ...], who: str) -> np.ndarray:
    """Return a raw column of numbers as an array ``(rows, *shape)``.

    Raises:
        ArgumentError (a ValueError): for strings, and for rows of another size.
    """
    array = feature(features, key, who)
    if array.dtype.kind == "O":
        raise ArgumentError(
            who,
            f"got strings in the column {key!r}, expected numbers: a "
            "categorical_column_with_vocabulary_list takes strings.",
        )
    if prod(array.shape[1:]) != prod(shape):
        raise ArgumentError(
            who,
            f"got rows of shape {array.shape[1:]} in the column {key!r}, expected {shape}. "
            f"Declare their shape: numeric_column({key!r}, shape={array.shape[1:]}).",
        )
    return array.reshape(len(array), *shape)


def categories(features: Mapping[str, Any], key: str, dtype: str, who: str) -> np.ndarray:
    """Return a raw column of categories as an array ``(rows, n)``: of bytes or of int64.

    Args:
        features, key, who: as for `feature`.
        dtype: "string" or an integer dtype, what the column must hold.

    Raises:
        ArgumentError (a ValueError): for values of another kind, as in TensorFlow, which never
            takes "3" for 3; and for rows of several axes.
    """
    array = feature(features, key, who)
    wanted = "strings" if dtype == "string" else "integers"
    if (array.dtype.kind == "O") != (dtype == "string") or array.dtype.kind in "bf":
        got = "strings" if array.dtype.kind == "O" else f"numbers of dtype {array.dtype}"
        do = "text by x.astype(str)" if dtype == "string" else "integers by x.astype(int)"
        raise ArgumentError(
            who, f"got {got} in the column {key!r}, expected {wanted}. Turn them into {do}."
        )
    return _flat_rows(array, key, who)


def _flat_rows(array: np.ndarray, key: str, who: str) -> np.ndarray:
    if array.ndim > 2:
        raise ArgumentError(
            who,
            f"got rows of shape {array.shape[1:]} in the column {key!r}, expected one value, or "
            "a vector of values, for each row.",
        )
    return array if array.dtype.kind == "O" else array.astype(np.int64)


def given(values: np.ndarray) -> np.ndarray:
    """Where there is a value: in dense data, "" and -1 stand for none, as in TensorFlow."""
    return values != (b"" if values.dtype.kind == "O" else -1)
