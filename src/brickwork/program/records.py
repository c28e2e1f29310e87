"""`Record`: a few values by name.

Dataclasses would do, but Python writes the methods of each one anew when this package is imported,
which takes half a millisecond a class. So classes with many objects, or that every script loads,
list their ``__slots__`` and write their ``__init__``, whose arguments have the same names.
"""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


class Record:
    """Values by name, which are equal if all of them are, and are shown with their names.

    >>> class Point(Record):
    ...     __slots__ = ("x", "y")
    ...     def __init__(self, x, y=0):
    ...         self.x, self.y = x, y
    >>> replaced(Point(1), y=2), Point(1) == Point(1, 0)
    (Point(x=1, y=2), True)
    """

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and all(
            getattr(self, name) == getattr(other, name) for name in self.__slots__
        )

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self.__slots__))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({values})"


def replaced(item: T, **changes: Any) -> T:
    """An object of the same class, with other values for some of its slots."""
    slots: tuple[str, ...] = type(item).__slots__  # type: ignore[attr-defined]
    return type(item)(**{name: getattr(item, name) for name in slots} | changes)
