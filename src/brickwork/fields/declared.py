"""A declared argument: what it accepts, and its default."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown

REQUIRED: Any = type("Required", (), {"__repr__": lambda self: "REQUIRED"})()
_BOUNDS = (
    ("ge", ">=", operator.ge),
    ("gt", ">", operator.gt),
    ("le", "<=", operator.le),
    ("lt", "<", operator.lt),
)


def _is_whole(value: Any) -> bool:
    return isinstance(value, float | np.floating) and float(value).is_integer()


def _tolerated(owner: str, name: str, problem: str) -> bool:
    """Whether a script was written for Keras: ``units=64 / 2`` was an integer in Python 2."""
    from ..spelling import is_tolerated

    return is_tolerated(f"{owner}.{name}", problem)


# Converters by kind. Each returns a plain Python value, or raises TypeError or ValueError.


def _int(value: Any) -> int:
    if isinstance(value, bool | np.bool_):
        raise TypeError
    number = operator.index(value)
    if not -(2**63) <= number < 2**63:
        raise ValueError
    return number


def _float(value: Any) -> float:
    scalar = isinstance(value, int | float | np.number) or getattr(value, "shape", None) == ()
    if not scalar or np.asarray(value).dtype.kind not in "iufO":
        raise TypeError
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


def _bool(value: Any) -> bool:
    if isinstance(value, bool | np.bool_) or (isinstance(value, int) and value in (0, 1)):
        return bool(value)
    raise TypeError


def _str(value: Any) -> str:
    if isinstance(value, str) and value:
        return str(value)
    raise TypeError


def _shape(value: Any) -> tuple:
    if isinstance(value, str | bytes | dict | set) or np.ndim(value) == 0:
        raise TypeError
    dims = tuple(None if d is None else _int(d) for d in value)
    if any(d is not None and d < 0 for d in dims):
        raise ValueError
    return dims


def _axis(value: Any) -> int | tuple[int, ...]:
    if isinstance(value, list | tuple) and value:
        return tuple(_int(v) for v in value)
    return _int(value)


_KINDS: dict[str, tuple[str, Callable]] = {
    "int": ("an integer", _int),
    "float": ("a number", _float),
    "bool": ("True or False", _bool),
    "str": ("a name that is not empty", _str),
    "axis": ("an axis or several", _axis),
    "shape": ("a tuple of integers >= 0 or None", _shape),
}


class Field:
    """A declared argument; made by `field`."""

    __slots__ = (
        "bounds",
        "convert",
        "default",
        "kind",
        "kw_only",
        "optional",
        "options",
        "positional",
    )

    def __init__(
        self,
        default: Any,
        kind: str | None,
        options: Collection[str] | None,
        convert: Callable | None,
        optional: bool | None,
        kw_only: bool,
        positional: bool,
        bounds: tuple,
    ):
        self.default = default
        self.kind = kind
        self.options = options
        self.convert = convert
        self.optional = default is None if optional is None else optional
        self.kw_only = kw_only
        self.positional = positional or not kw_only
        self.bounds = bounds

    def replaced(self, default: Any) -> Field:
        """Return the same field with another default."""
        optional = self.optional or default is None
        return Field(
            default,
            self.kind,
            self.options,
            self.convert,
            optional,
            self.kw_only,
            self.positional,
            self.bounds,
        )

    def accept(self, owner: str, name: str, value: Any) -> Any:
        """Return the checked value.

        Args:
            owner: the class, for messages.
            name: the argument, for messages.
            value: the value.

        Raises:
            ArgumentError: for an invalid value.
        """
        if value is None and self.optional and self.convert is None:
            return None
        try:
            if self.convert is not None:
                return self.convert(value)
            if self.options is not None:
                if not isinstance(value, str) or value not in self.options:
                    raise ValueError
                return str(value)
            if self.kind is None:
                return value
            kept = _KINDS[self.kind][1](value)
            if not all(holds(kept, bound) for _, holds, bound in self.bounds):
                raise ValueError
            return kept
        except (TypeError, ValueError, OverflowError) as error:
            if isinstance(error, ArgumentError):
                problem = error.problem
            elif self.convert is not None:
                problem = str(error)  # the converter's message
                if "got" not in problem:
                    problem = f"got {shown(value)}, expected something else: {problem}."
            else:
                problem = f"got {shown(value)}, expected {self.expected()}."
                if self.kind == "float" and isinstance(value, float) and not math.isfinite(value):
                    problem = problem.replace("a number", "a finite number")
                if self.kind == "int" and _is_whole(value) and _tolerated(owner, name, problem):
                    return self.accept(owner, name, int(value))
            raise ArgumentError(f"{owner}.{name}", problem) from None

    def expected(self) -> str:
        """Return a description of the valid values."""
        if self.options is not None:
            words = "one of " + ", ".join(map(repr, self.options))
        else:
            words = "a value" if self.kind is None else _KINDS[self.kind][0]
            words += " and".join(f" {sign} {bound}" for sign, _, bound in self.bounds)
        return words + (" or None" if self.optional else "")


def field(
    default: Any = REQUIRED,
    *,
    kind: str | None = None,
    options: Collection[str] | None = None,
    convert: Callable[..., Any] | None = None,
    optional: bool | None = None,
    kw_only: bool = False,
    positional: bool = False,
    **bounds: float,
) -> Any:
    """Declare an argument of a `Configurable`'s constructor.

    Args:
        default: the default value; without one the argument is required. Given by name, so that
            type checkers see it (PEP 681).
        kind: "int", "float", "bool", "str", "axis" (an integer or several) or "shape"; None accepts
            any value. NumPy scalars are accepted; a bool is not a number; numbers are finite.
        options: the allowed strings.
        convert: a function that returns the value to store (a registry's ``get``), or raises.
        optional: whether None is allowed (default: if the default is None).
        kw_only: whether it comes after the arguments of subclasses and is keyword-only.
        positional: whether a ``kw_only`` argument is accepted by position all the same, as the last
            ones. Type checkers do not know of it and ask for the name.
        bounds: bounds of a number: ``ge``, ``gt``, ``le``, ``lt``.

    Raises:
        TypeError: for other bounds.

    >>> from brickwork.fields import Configurable
    >>> class Dropout(Configurable):
    ...     rate: float = field(kind="float", ge=0, le=1)
    >>> Dropout(np.float32(0.5)).rate
    0.5
    >>> Dropout(2)
    Traceback (most recent call last):
    brickwork.errors.ArgumentError: Dropout.rate: got 2, expected a number >= 0 and <= 1.
    """
    checks = tuple((sign, holds, bounds.pop(key)) for key, sign, holds in _BOUNDS if key in bounds)
    if bounds:
        raise TypeError(f"field: unknown bounds {sorted(bounds)}.")
    return Field(default, kind, options, convert, optional, kw_only, positional, checks)
