"""Checks of sample weights, per row or per step."""

from __future__ import annotations

import numpy as np

from .. import scans
from ..facts import Port
from ..notices import sentence, warn_once
from .inputs import refuse_unusable
from .targets import agree


def check_weight_shape(weight: np.ndarray, port: Port, loss, what: str) -> None:
    """Require a weight for each row, or for each step of each row."""
    if weight.ndim == 1 or weight.shape[1:] == (1,) or port.shape is None:
        if (
            weight.ndim > 1
            or port.shape is None
            or len(port.shape) == 1
            or (getattr(loss, "labels", None) is None)
        ):
            return
        raise ValueError(
            sentence(
                what,
                f"shape {weight.shape}",
                f"a weight for each of the {port.shape[:-1]} steps of a row",
                "For one weight a row use sample_weight[:, None].",
            )
        )
    if getattr(loss, "labels", None) is not None and not agree(weight.shape[1:], port.shape[:-1]):
        raise ValueError(
            sentence(
                what,
                f"shape {weight.shape}",
                f"(rows,) or (rows, {', '.join(map(str, port.shape[:-1]))})".replace(
                    "(rows, )", "(rows, 1)"
                ),
            )
        )


def check_weight_values(weight: np.ndarray, dtype: str, what: str) -> None:
    """Require finite weights that fit the model's dtype; warn if they are negative or all 0."""
    if weight.size == 0:
        return
    if not scans.is_finite_in(weight, dtype):
        refuse_unusable(weight, dtype, what, None)
    low, high = scans.extremes(weight)
    if low < 0:
        warn_once(
            "weights",
            sentence(
                what,
                f"weights down to {low:g}",
                "none below 0",
                "Such rows are trained away from their targets.",
            ),
        )
    elif high == 0:
        warn_once(
            "weights",
            sentence(
                what, "all weights 0", "at least one above 0", "Nothing is learned from these rows."
            ),
        )
