"""How the data layer speaks: one form for refusals, and warnings that are said once."""

from __future__ import annotations

import warnings

from ..stack_level import outside

_said: set[tuple[str, str]] = set()


class DataWarning(UserWarning):
    """Something that Keras does in silence and that is almost surely a mistake."""


def sentence(what: str, got: str, expected: str, do: str = "") -> str:
    """The form of every message: what - got - expected - do this."""
    return f"{what}: got {got}, expected {expected}.{' ' + do if do else ''}"


def warn_once(hazard: str, message: str) -> None:
    """Warn, unless the same was said before in this process."""
    if (hazard, message) in _said:
        return
    warnings.warn(message, DataWarning, stacklevel=outside())
    _said.add((hazard, message))


def forget_warnings() -> None:
    """Let every warning be said again."""
    _said.clear()


def listed(items, most: int = 5) -> str:
    """``'a', 'b' and 3 more``: names in a message, never more than a line of them."""
    items = list(items)
    shown = ", ".join(repr(i) for i in items[:most])
    return f"{shown} and {len(items) - most} more" if len(items) > most else shown


def nearest(name, known) -> str:
    """``Did you mean 'age'?`` or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(str(name), [str(k) for k in known], 1)
    return f"Did you mean {close[0]!r}?" if close else ""
