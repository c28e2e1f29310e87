"""`Record`: a few values by name.

Dataclasses would do, but Python writes the methods of each one anew when this package is imported,
which takes half a millisecond a class. So classes with many objects, or that every script loads,
list their ``__slots__`` and write their ``__init__``, whose arguments have the same names. Slots
that begin with an underscore are no arguments.
"""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def names_of(kind: type) -> list[str]:
    """The slots that are arguments: those that do not begin with an underscore."""
    slots: tuple[str, ...] = kind.__slots__  # type: ignore[attr-defined]
    return [name for name in slots if not name.startswith("_")]


class Record:
    """Values by name, which are equal if all of them are, and are shown with their names.

    >>> class Point(Record):
    ...     __slots__ = ("_norm", "x", "y")
    ...     def __init__(self, x, y=0):
    ...         self.x, self.y, self._norm = x, y, None
    >>> replaced(Point(1), y=2), Point(1) == Point(1, 0)
    (Point(x=1, y=2), True)
    """

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and all(
            getattr(self, name) == getattr(other, name) for name in names_of(type(self))
        )

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in names_of(type(self))))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in names_of(type(self)))
        return f"{type(self).__name__}({values})"


def replaced(item: T, **changes: Any) -> T:
    """An object of the same class, with other values for some of its arguments."""
    return type(item)(**{name: getattr(item, name) for name in names_of(type(item))} | changes)
