"""Dimensions: plain integers, and the batch size, which is known at run time only.

A model's graph may have other extents that are unknown, such as the length of a text. Programs have
none: each is traced for the lengths that the data have.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

from .records import Record


class Dim:
    """A dimension that depends on the batch size: ``constant + times * batch``.

    Args:
        times: factor of the batch size, an integer.
        constant: constant part, an integer.

    >>> str(BATCH), str(BATCH * 3), (BATCH * 3).at(10)
    ('batch', '3*batch', 30)
    """

    __slots__ = ("constant", "times")

    def __init__(self, times: int = 1, constant: int = 0):
        self.times = times
        self.constant = constant

    def __eq__(self, other: object) -> bool:
        return type(other) is Dim and (self.times, self.constant) == (other.times, other.constant)

    def __hash__(self) -> int:
        return hash((self.times, self.constant))

    def at(self, batch: int) -> int:
        """The value of this dimension for a batch size."""
        return self.constant + self.times * batch

    def __mul__(self, factor: int) -> Dim | int:
        if not isinstance(factor, int):
            return NotImplemented
        return Dim(self.times * factor, self.constant * factor) if factor else 0

    __rmul__ = __mul__

    def __add__(self, other: Dim | int) -> Dim | int:
        if isinstance(other, int):
            return Dim(self.times, self.constant + other)
        return simplified(self.times + other.times, self.constant + other.constant)

    __radd__ = __add__

    def __sub__(self, other: Dim | int) -> Dim | int:
        return self + (-1 * other)

    def __rsub__(self, other: int) -> Dim | int:
        return other + (-1 * self)

    def __floordiv__(self, factor: int) -> Dim | int:
        if self.times % factor or self.constant % factor:
            raise ValueError(f"{self} is not divisible by {factor} for every batch size.")
        return simplified(self.times // factor, self.constant // factor)

    def __index__(self) -> int:
        raise TypeError(
            "got the batch size, which is known only when a program runs, expected an integer. Ops "
            "accept it in the call of a layer."
        )

    __int__ = __float__ = __index__

    def __str__(self) -> str:
        times = "batch" if self.times == 1 else f"{self.times}*batch"
        return f"{times}{self.constant:+d}" if self.constant else times

    __repr__ = __str__


BATCH = Dim()


class Trial(int):
    """An integer in place of an unknown extent, while a call is traced for its output's shape.

    What is computed from it is marked, too, so that no weight can depend on it. It is shown as
    None, and is None in the shapes that `build` receives.

    >>> Trial(120) * 2 == 240, Trial(120) * 2
    (True, None)
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "None"

    __str__ = __repr__


def _marking(name: str) -> Any:
    plain = getattr(int, name)

    def method(self, *others):
        result = plain(self, *others)
        return Trial(result) if type(result) is int else result

    return method


for _name in ("add", "sub", "mul", "floordiv", "mod"):
    for _side in ("", "r"):
        setattr(Trial, f"__{_side}{_name}__", _marking(f"__{_side}{_name}__"))
Trial.__neg__ = _marking("__neg__")  # type: ignore[method-assign]


class Unknown(Record):
    """An extent in a model's graph that is unknown until there are data, but is not the batch.

    Args:
        trials: what it is in each of the traces that find shapes; integers or `Dim`.
    """

    __slots__ = ("trials",)

    def __init__(self, trials: tuple[int | Dim, ...]):
        self.trials = trials

    def __str__(self) -> str:
        return "None"

    __repr__ = __str__

    def _refuse(self, *_: Any) -> Any:
        raise TypeError(
            "Got an extent that is unknown before there are data, in a computation between layers. "
            "Compute with it inside of a layer, where it is known: Lambda(lambda x: ...), or the "
            "call of a Layer of your own."
        )

    __int__ = __index__ = __neg__ = __add__ = __radd__ = __sub__ = __rsub__ = _refuse
    __mul__ = __rmul__ = __floordiv__ = __rfloordiv__ = __mod__ = __lt__ = __gt__ = _refuse


#: What an unknown extent of an input is in each trace. Small, as some layers bound the length;
#: even, as others halve it. The last one is as short as the shortest data, if a call allows that.
TRIALS = (120, 180, 6)
UNKNOWN = Unknown(TRIALS)

#: The type of shapes inside a program.
Dims = tuple["int | Dim", ...]


def simplified(times: int, constant: int) -> Dim | int:
    """A ``Dim``, or an integer if it does not depend on the batch."""
    return Dim(times, constant) if times else constant


def extents(dims: Iterable[int | Dim], batch: int) -> tuple[int, ...]:
    """The dimensions for a batch size.

    >>> extents((BATCH, 3), 10)
    (10, 3)
    """
    return tuple(d.at(batch) if isinstance(d, Dim) else d for d in dims)


def public_shape(dims: Dims) -> tuple[int | None, ...]:
    """The shape as Keras shows it, with None for dimensions that depend on the batch."""
    return tuple(d if isinstance(d, int) else None for d in dims)


def from_shape(shape: Iterable[int | Dim | None]) -> Dims:
    """The inverse of `public_shape`: None is the batch size where it is first, else unknown."""
    return tuple(
        (UNKNOWN if i else BATCH) if d is None else as_extent(d)  # type: ignore[misc]
        for i, d in enumerate(shape)
    )


def as_extent(value: Any) -> int | Dim:
    """A number from a shape argument as a dimension; NumPy's integers become Python's."""
    return value if isinstance(value, Dim | Trial) else int(value)


def known_shape(dims: Dims) -> tuple[int | None, ...]:
    """The shape that weights may be made for: as `public_shape`, None for a `Trial`, too."""
    return tuple(d if isinstance(d, int) and not isinstance(d, Trial) else None for d in dims)


def size(dims: Dims) -> int | Dim:
    """The number of elements; at most one dimension may depend on the batch."""
    fixed = prod(d for d in dims if isinstance(d, int))
    growing = [d for d in dims if isinstance(d, Dim)]
    if len(growing) > 1:
        raise ValueError(f"The size of {dims} is not linear in the batch size.")
    return growing[0] * fixed if growing else fixed


def broadcast(*shapes: Dims) -> Dims:
    """The broadcast shape by NumPy's rules; raises ValueError where there is none."""
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(s)) + tuple(s) for s in shapes]
    out = []
    for column in zip(*padded, strict=True):
        extents = {d for d in column if d != 1}
        if len(extents) > 1:
            shown = " and ".join(str(public_shape(s)) for s in shapes)
            raise ValueError(f"The shapes {shown} do not broadcast together.")
        out.append(extents.pop() if extents else 1)
    return tuple(out)


def strip(dims: Dims) -> Dims:
    """The dimensions that are not 1; shapes that agree in these have the same memory layout."""
    return tuple(d for d in dims if d != 1)


def broadcast_kind(dims: Dims, space: Dims) -> tuple[str, int | None] | None:
    """How an operand broadcasts over a space of the same rank that has no extent of 1.

    Args:
        dims: shape of the operand, as `operand_dims` returns it.
        space: shape of the result.

    Returns:
        The kind ("full", "scalar", "row" or "column") and the axis where columns begin, if it
        matters; None where the operand is repeated in another way.

    >>> [broadcast_kind(dims, (32, 8)) for dims in ((1, 8), (32, 1), (32, 8))]
    [('row', 1), ('column', 1), ('full', None)]
    """
    if dims == space:
        return "full", None
    if all(d == 1 for d in dims):
        return "scalar", None
    for split in range(1, len(space)):
        rows, columns = dims[:split], dims[split:]
        if rows == space[:split] and all(d == 1 for d in columns):
            return "column", split
        if columns == space[split:] and all(d == 1 for d in rows):
            return "row", split
    return None


def operand_dims(dims: Dims, whole: Dims) -> Dims:
    """The dims of an operand, one for each dimension of the whole shape that is not 1."""
    padded = (1,) * (len(whole) - len(dims)) + tuple(dims)
    return tuple(d for d, wide in zip(padded, whole, strict=True) if wide != 1)
