"""Arrays made ready for training."""

from __future__ import annotations

import numpy as np

from ..dialects import older_words
from ..fields import ArgumentError, shown


@older_words
def to_categorical(x, num_classes: int | None = None, *, dtype="float64") -> np.ndarray:
    """Class numbers as rows with a single 1: what ``categorical_crossentropy`` wants.

    Args:
        x: integers from 0, of any shape; a last dimension of 1 is dropped.
        num_classes: how many classes there are; the largest in `x`, plus one, unless given.
        dtype: of the result.

    Returns:
        An array of the shape of `x` with the classes as last dimension.

    Raises:
        ValueError: for what is no class: fractions, negative numbers, numbers too large.

    >>> to_categorical([0, 2], num_classes=3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    given = np.asarray(x)
    if given.dtype.kind not in "biuf":
        raise ArgumentError("to_categorical.x", f"got dtype {given.dtype}, expected integers. "
                            "Number the classes first: np.unique(x, return_inverse=True)[1].")
    if not given.size and num_classes is None:
        raise ArgumentError("to_categorical.x", "got no classes, so that their number is not "
                            "known; give num_classes.")
    if given.dtype.kind == "f" and not (np.isfinite(given) & (np.floor(given) == given)).all():
        raise ArgumentError("to_categorical.x", "got numbers that are no integers, expected class "
                            "numbers from 0.")
    labels = given.astype(np.int64)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    largest = int(labels.max(initial=-1))
    count = largest + 1 if num_classes is None else num_classes
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise ArgumentError("to_categorical.num_classes", f"got {shown(num_classes)}, expected an "
                            "integer >= 1 or None.")
    if labels.size and (labels.min() < 0 or largest >= count):
        raise ArgumentError("to_categorical.x", f"got classes from {labels.min()} to {largest}, "
                            f"expected 0 to {count - 1}. If they begin at 1, subtract 1.")
    rows = np.zeros((*labels.shape, int(count)), dtype)
    np.put_along_axis(rows, labels[..., None], 1, axis=-1)
    return rows


def normalize(x, axis: int = -1, order: float = 2) -> np.ndarray:
    """Divide by the norm along an axis, so that it becomes 1; zeros stay.

    Args:
        x: an array.
        axis: along which each norm is taken.
        order: of the norm: 2 is the length, 1 the sum of absolute values.

    >>> normalize([[3.0, 4.0], [0.0, 0.0]]).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    x = np.asarray(x)
    norm = np.linalg.norm(x, order, axis, keepdims=True)
    return x / np.where(norm == 0, 1, norm)
