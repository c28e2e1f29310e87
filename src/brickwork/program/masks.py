"""Values that carry a mask, which marks the steps that count."""

from __future__ import annotations

from typing import Any

import numpy as np

from .symbol import Symbol


class Masked(np.ndarray):
    """An array that carries a mask, as a symbol does in a trace.

    Results that NumPy computes from it carry none.
    """

    mask = None

    def __repr__(self) -> str:
        return repr(np.asarray(self))


def with_mask(values: Any, mask: Any) -> Any:
    """The values with a mask attached."""
    if not isinstance(values, Symbol):
        values = np.asanyarray(values)
        values = values.view(type(values) if isinstance(values, Masked) else Masked)
    values.mask = mask
    return values


def plain_array(value: Any) -> np.ndarray | None:
    """A NumPy array, or a tensor without a mask as one; None for anything else."""
    if type(value) is np.ndarray:
        return value
    return value.view(np.ndarray) if isinstance(value, Masked) and value.mask is None else None


def mask_of(value: Any) -> Any:
    """The mask that a symbol or a `Masked` array carries, or None."""
    return value.mask if isinstance(value, Symbol | Masked) else None
