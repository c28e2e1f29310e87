"""Preparing arrays for training: one-hot encoding, normalization, padding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ArgumentError, shown
from ..spelling import accepts_old_arguments

if TYPE_CHECKING:
    from ..program.types import DType


@accepts_old_arguments
def to_categorical(
    x: Any, num_classes: int | None = None, *, dtype: DType = "float64"
) -> np.ndarray:
    """Convert class indices to one-hot rows, the targets of ``categorical_crossentropy``.

    Args:
        x: integers >= 0 of any shape; a last axis of length 1 is dropped.
        num_classes: number of classes; by default the largest index plus one.
        dtype: dtype of the result.

    Returns:
        ndarray: of the shape of `x`, with the classes as last axis.

    Raises:
        ValueError: for fractions, negative or too large indices, or text.

    >>> to_categorical([0, 2], num_classes=3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    given = np.asarray(x)
    if given.dtype.kind not in "biuf":
        raise ArgumentError(
            "to_categorical.x",
            f"got dtype {given.dtype}, expected integers. "
            "Number the classes first: np.unique(x, return_inverse=True)[1].",
        )
    if not given.size and num_classes is None:
        raise ArgumentError(
            "to_categorical.x", "got no classes, so their number is unknown; pass num_classes."
        )
    if given.dtype.kind == "f" and not (np.isfinite(given) & (np.floor(given) == given)).all():
        raise ArgumentError(
            "to_categorical.x",
            "got fractions or values that are not finite, expected class indices >= 0.",
        )
    labels = given.astype(np.int64)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    largest = int(labels.max(initial=-1))
    count = largest + 1 if num_classes is None else num_classes
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise ArgumentError(
            "to_categorical.num_classes",
            f"got {shown(num_classes)}, expected an integer >= 1 or None.",
        )
    if labels.size and (labels.min() < 0 or largest >= count):
        raise ArgumentError(
            "to_categorical.x",
            f"got classes from {labels.min()} to {largest}, "
            f"expected 0 to {count - 1}. If they begin at 1, subtract 1.",
        )
    rows = np.zeros((*labels.shape, int(count)), dtype)
    np.put_along_axis(rows, labels[..., None], 1, axis=-1)
    return rows


def normalize(x: Any, axis: int = -1, order: float = 2) -> np.ndarray:
    """Scale vectors to a norm of 1; zero vectors stay zero.

    Args:
        x: array of any shape.
        axis: axis along which each norm is taken.
        order: order of the norm: 2 Euclidean, 1 the sum of absolute values.

    Returns:
        ndarray: of the shape of `x`.

    >>> normalize([[3.0, 4.0], [0.0, 0.0]]).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    x = np.asarray(x)
    norm = np.linalg.norm(x, order, axis, keepdims=True)
    return x / np.where(norm == 0, 1, norm)


def pad_sequences(
    sequences: Iterable[Iterable[Any]],
    maxlen: int | None = None,
    dtype: DType | None = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Pad or truncate sequences of different lengths to the rows of one array.

    Args:
        sequences: lists, or arrays with the same axes after the first.
        maxlen: length of the rows; by default that of the longest sequence.
        dtype: dtype of the result.
        padding: where short sequences are padded, "pre" (before) or "post" (after).
        truncating: where long sequences are cut, "pre" or "post".
        value: what short sequences are padded with.

    Returns:
        ndarray: of shape (number of sequences, maxlen, ...).

    Raises:
        ValueError: for another `padding` or `truncating`, or a number in place of a sequence.

    >>> pad_sequences([[1], [2, 3]]).tolist()
    [[0, 1], [2, 3]]
    """
    for name, word in (("padding", padding), ("truncating", truncating)):
        if word not in ("pre", "post"):
            raise ArgumentError(f"pad_sequences.{name}", f"got {word!r}, expected 'pre' or 'post'.")
    rows = [np.asarray(row) for row in sequences]
    if any(row.ndim == 0 for row in rows):
        raise ArgumentError(
            "pad_sequences.sequences",
            "got a number in place of a sequence, expected a list of lists.",
        )
    length = max(map(len, rows), default=0) if maxlen is None else maxlen
    rest = next((row.shape[1:] for row in rows if len(row)), ())
    padded = np.full((len(rows), length, *rest), value, dtype)
    for place, row in enumerate(rows):
        row = row[max(len(row) - length, 0) :] if truncating == "pre" else row[:length]
        if len(row):
            padded[
                place, slice(length - len(row), None) if padding == "pre" else slice(len(row))
            ] = row
    return padded
