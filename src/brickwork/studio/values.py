"""Values that come from a page, checked one by one before anything is done with them."""

from __future__ import annotations

import math
from collections.abc import Collection

from ..errors import ArgumentError, shown

#: The longest text of a name.
LONGEST = 200


def mapping(value: object, what: str, names: Collection[str] | None = None) -> dict:
    """Return a JSON object.

    Args:
        value: what was sent.
        what: its name, for messages.
        names: the names that it may have; None for any.

    Raises:
        ArgumentError: for anything else, or a name that is unknown.

    >>> mapping({"rate": 0.5}, "config", {"rate"})
    {'rate': 0.5}
    """
    if not isinstance(value, dict):
        raise ArgumentError(what, f"got {shown(value)}, expected an object.")
    unknown = [] if names is None else sorted(set(value) - set(names))
    if unknown:
        raise ArgumentError(
            what, f"got {shown(unknown[0])}, expected only: {', '.join(sorted(names or ()))}."
        )
    return value


def sequence(value: object, what: str, most: int) -> list:
    """Return a list of at most so many items."""
    if not isinstance(value, list) or len(value) > most:
        got = f"{len(value):,} items" if isinstance(value, list) else shown(value)
        raise ArgumentError(what, f"got {got}, expected a list of at most {most:,}.")
    return value


def text(value: object, what: str, most: int = LONGEST) -> str:
    """Return a text of at most so many characters, none of them a control character."""
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise ArgumentError(
            what, f"got {shown(value)}, expected a text of at most {most} characters."
        )
    return value


def choice(value: object, what: str, names: Collection[str]) -> str:
    """Return one of these names."""
    if not isinstance(value, str) or value not in names:
        raise ArgumentError(
            what, f"got {shown(value)}, expected one of: {', '.join(sorted(names))}."
        )
    return value


def boolean(value: object, what: str) -> bool:
    """Return True or False."""
    if not isinstance(value, bool):
        raise ArgumentError(what, f"got {shown(value)}, expected true or false.")
    return value


def whole(value: object, what: str, low: int, high: int) -> int:
    """Return an integer from `low` to `high`.

    >>> whole(3.0, "units", 1, 10)
    3
    """
    if isinstance(value, float) and value.is_integer():  # JSON has one kind of numbers
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ArgumentError(
            what, f"got {shown(value)}, expected a whole number from {low:,} to {high:,}."
        )
    return value


def number(value: object, what: str, low: float, high: float) -> float:
    """Return a finite number from `low` to `high`."""
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or not math.isfinite(value) or not low <= value <= high:
        raise ArgumentError(
            what, f"got {shown(value)}, expected a number from {low:g} to {high:g}."
        )
    return float(value)
