"""Checks of target values: class indices, probabilities, signs, quantities, by the loss."""

from __future__ import annotations

import numpy as np

from .. import scans
from ..facts import Port
from ..notices import sentence, warn_once
from .inputs import refuse_unusable
from .losses import named


def check_target_values(
    y: np.ndarray, port: Port, loss, what: str, weight: np.ndarray | None = None, counting=None
) -> None:
    """Require target values that the loss can use.

    ``counting`` takes row indices and returns which of their targets count, None for all;
    it is None itself if no target is masked.
    """
    labels = getattr(loss, "labels", None)
    if labels is None or y.size == 0:
        return
    if labels in ("values", "divisors"):
        if not scans.is_finite_in(y, port.dtype):
            refuse_unusable(y, port.dtype, what, None)
        if labels == "divisors":
            check_divisors(y, loss, what)
        return
    low, high = scans.extremes(y)
    if not (np.isfinite(low) and np.isfinite(high)):
        refuse_unusable(y, port.dtype, what, None)
    if labels == "classes":
        check_classes(y, low, high, port, loss, what, weight, counting)
    elif labels == "ids":
        check_whole(y, loss, what, "labels")
    elif labels == "amounts":
        check_nonnegative(low, loss, what)
    elif labels == "signs":
        check_signs(y, low, high, loss, what)
    elif labels == "probability":
        check_probabilities(low, high, loss, what)
    else:
        check_distribution(y, low, high, loss, what)


def check_whole(y: np.ndarray, loss, what: str, kind: str = "class indices") -> None:
    """Require labels without fractions."""
    if not scans.is_integer_valued(y):
        at = scans.where_first(y != np.floor(y))
        raise ValueError(
            sentence(
                what,
                f"a label with a fraction, first at row {at}",
                f"{kind} for {named(loss)}",
                "Round them, or use mean_squared_error if they are quantities.",
            )
        )


def check_nonnegative(low, loss, what: str) -> None:
    """Warn about negative values for losses of counts or logarithms; Keras clips them to almost 0
    or uses them as they are."""
    if low < 0:
        warn_once(
            "amounts",
            sentence(
                what,
                f"values down to {low:g}",
                f"none below 0 for {named(loss)}",
                "Use mean_squared_error for values of both signs.",
            ),
        )


def check_divisors(y: np.ndarray, loss, what: str) -> None:
    """Warn about targets of 0 for percentage errors: the error relative to 1e-7 dominates all
    others."""
    for start, block in scans.blocks(y):
        if not block.all():
            warn_once(
                "divisors",
                sentence(
                    what,
                    f"values of 0, first at row {start + scans.where_first(block == 0)}",
                    f"none for {named(loss)}, which divides by each",
                    "Use mean_absolute_error, or give such rows the weight 0.",
                ),
            )
            return


def check_signs(y: np.ndarray, low, high, loss, what: str) -> None:
    """Warn unless the targets of a hinge loss are -1 and 1, or 0 and 1."""
    if low not in (-1, 0, 1) or not all(
        ((block == low) | (block == 1)).all() for _, block in scans.blocks(y)
    ):
        warn_once(
            "signs",
            sentence(
                what,
                f"values from {low:g} to {high:g}",
                f"-1 and 1, or 0 and 1, for {named(loss)}",
                "Do the labels start at 1? Then use y - 1." if (low, high) == (1, 2) else "",
            ),
        )


def check_classes(
    y: np.ndarray,
    low,
    high,
    port: Port,
    loss,
    what: str,
    weight: np.ndarray | None = None,
    counting=None,
) -> None:
    """Require class indices from 0 to the number of classes - 1.

    Rows of weight 0, of the ignored class and under a mask may have any value.
    """
    axis = getattr(loss, "axis", -1)
    place = axis if axis < 0 else axis - 1
    classes = port.shape[place] if port.shape else None
    ignored = getattr(loss, "ignore_class", None)
    check_whole(y, loss, what)
    if classes is None or (low >= 0 and high < classes):
        return
    outside = (y < 0) | (y >= classes)
    if ignored is not None:
        outside &= y != ignored
    if weight is not None and outside.any():
        outside &= _spread_rows(weight != 0, y.shape)
    if counting is not None and outside.any():
        rows = np.flatnonzero(outside.reshape(len(outside), -1).any(axis=1))
        count = counting(rows)
        if count is not None:
            outside[rows] &= _spread_rows(count, outside[rows].shape)
    if not outside.any():
        return
    do = f"Give the last layer {int(high) + 1} units if there are so many classes."
    if low == 1 and high == classes:
        do = "Do the labels start at 1? Then use y - 1."
    elif low == -1 and high < classes:
        do = (
            "Does -1 mean 'no label'? Then use SparseCategoricalCrossentropy(ignore_class=-1)."
            if high != 1 or (y == 0).any()
            else "Use (y + 1) // 2 to make 0 and 1 of them."
        )
    raise ValueError(
        sentence(
            what,
            f"labels from {low:g} to {high:g}, the first outside at row "
            f"{scans.where_first(outside)}",
            f"0 to {classes - 1} for {classes} classes",
            do,
        )
    )


def _spread_rows(rows: np.ndarray, shape: tuple) -> np.ndarray:
    """Broadcast a value per row (or per step) to an array of this shape."""
    if rows.ndim > len(shape):
        rows = rows.reshape(rows.shape[: len(shape)])
    rows = rows.reshape(rows.shape + (1,) * (len(shape) - rows.ndim))
    return np.broadcast_to(rows, shape)


def check_probabilities(low, high, loss, what: str) -> None:
    """Require targets between 0 and 1 for a binary crossentropy."""
    if low >= 0 and high <= 1:
        return
    do = "Use mean_squared_error if they are quantities."
    if (low, high) == (-1, 1):
        do = "Use (y + 1) / 2 to make 0 and 1 of -1 and 1."
    elif (low, high) == (1, 2):
        do = "Do the labels start at 1? Then use y - 1."
    elif low >= 0 and 1 < high <= 255 and high > 100:
        do = "Are they pixels? Then use y / 255."
    elif low == 0 and high == int(high):
        do = (
            f"For {int(high) + 1} classes use Dense({int(high) + 1}, activation='softmax') with "
            "sparse_categorical_crossentropy."
        )
    raise ValueError(
        sentence(what, f"values from {low:g} to {high:g}", f"0 to 1 for {named(loss)}", do)
    )


def check_distribution(y: np.ndarray, low, high, loss, what: str) -> None:
    """Warn unless the targets of a categorical crossentropy are class probabilities that sum to
    1."""
    axis = getattr(loss, "axis", -1)
    if low < 0 or high > 1:
        warn_once(
            "distribution",
            sentence(
                what,
                f"values from {low:g} to {high:g}",
                f"class probabilities from 0 to 1 for {named(loss)}",
            ),
        )
        return
    for start, block in scans.blocks(y if y.ndim > 1 else y[:, None]):
        off = np.abs(block.sum(axis=axis, dtype=np.float64) - 1) > 1e-3
        if off.any():
            warn_once(
                "distribution",
                sentence(
                    what,
                    f"rows that do not sum to 1, first row {start + scans.where_first(off)}",
                    f"class probabilities for {named(loss)}",
                    "Several labels of a row need sigmoid with binary_crossentropy.",
                ),
            )
            return
