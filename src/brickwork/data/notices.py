"""The form of messages about data, and warnings that are given once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..stack_level import outside

_warned: set[tuple[str, str]] = set()
_silent: ContextVar[bool] = ContextVar("silent", default=False)
_gathered: ContextVar[list | None] = ContextVar("gathered", default=None)


class DataWarning(UserWarning):
    """Data that Keras accepts without a warning and that is probably a mistake."""


class CellError(ValueError):
    """A cell of a column that is not what it should be.

    Args:
        column: what the column is called.
        row: index of the row.
        problem: what the cell holds and what was expected.

    >>> str(CellError("the column 'age'", 2, "got 'high', expected a number."))
    "the column 'age', row 2: got 'high', expected a number."
    """

    def __init__(self, column: str, row: int, problem: str):
        super().__init__(f"{column}, row {row}: {problem}")
        self.column, self.row, self.problem = column, row, problem

    def __reduce__(self) -> tuple:
        return type(self), (self.column, self.row, self.problem)


def sentence(what: str, got: str, expected: str, do: str = "") -> str:
    """Return a message: ``what: got ..., expected ... . What to do.``

    >>> sentence("fit.x", "no rows", "at least one")
    'fit.x: got no rows, expected at least one.'
    """
    return f"{what}: got {got}, expected {expected}.{' ' + do if do else ''}"


def warn_once(hazard: str, message: str, key: str | None = None) -> None:
    """Warn, unless the same warning was given before in this process, or `unsaid` forbids it.

    Args:
        hazard: the kind of problem.
        message: the text of the warning.
        key: what the same warnings have in common; None for the whole message.
    """
    later = _gathered.get()
    if later is not None:
        later.append((hazard, message, key))
        return
    same = hazard, message if key is None else key
    if same in _warned or _silent.get():
        return
    warnings.warn(message, DataWarning, stacklevel=outside())
    _warned.add(same)


@contextmanager
def unsaid() -> Iterator[None]:
    """A block in which `warn_once` neither warns nor remembers: of rows that are tried."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


@contextmanager
def gathered() -> Iterator[list]:
    """A block whose warnings are held back: in another thread there is no line to point at.

    Yields:
        A list of arguments for `warn_once`.
    """
    found: list = []
    token = _gathered.set(found)
    try:
        yield found
    finally:
        _gathered.reset(token)


def forget_warnings() -> None:
    """Forget which warnings were given, so that each can be given again."""
    _warned.clear()


def listed(items, most: int = 5) -> str:
    """Return names for a message, shortened: ``'a', 'b' and 3 more``."""
    items = list(items)
    shown = ", ".join(repr(i) for i in items[:most])
    return f"{shown} and {len(items) - most} more" if len(items) > most else shown


def nearest(name, known) -> str:
    """Return ``Did you mean 'age'?``, or an empty string if no known name is close."""
    from difflib import get_close_matches

    close = get_close_matches(str(name), [str(k) for k in known], 1)
    return f"Did you mean {close[0]!r}?" if close else ""
