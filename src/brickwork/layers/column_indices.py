"""Indices of the inputs of a layer that treats some of them, as a field and checked by shape."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import ArgumentError, shown, whole_number


def indices(value: Any) -> tuple[int, ...] | None:
    """Convert a field: indices of inputs, or None for all."""
    if value is None:
        return None
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise ValueError(f"got {shown(value)}, expected a list of indices.")
    return tuple(whole_number(index, "columns", 0) for index in value)


def check_indices(columns: Iterable[int] | None, inputs: int, what: str) -> None:
    """Raise if there is no input of an index.

    Args:
        columns: the indices; None for all inputs.
        inputs: how many inputs there are.
        what: the argument's name, for messages.

    Raises:
        ArgumentError (a ValueError): for an index of no input.
    """
    strange = next((index for index in columns or () if index >= inputs), None)
    if strange is not None:
        raise ArgumentError(what, f"got {strange}, expected indices of the {inputs} inputs.")
