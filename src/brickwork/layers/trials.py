"""Shapes of outputs where extents of the inputs are unknown, such as the length of a text.

A program is traced for the lengths of its data. A model's graph is made before there are any: there
a call is traced for some lengths, and an extent of the outputs that differs is unknown as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ..program import Dim, Symbol
from ..program.dims import TRIALS, Dims, Trial, Unknown
from ..tree import flatten as leaves, map_structure as mapped

if TYPE_CHECKING:
    from .layer import Layer

#: Other lengths, for a call that works with the usual ones in no way.
_OTHER_TRIALS = ((6, 12, 3), (840, 1260, 420))


def output_dims(trace: Callable[[Callable[[Symbol], Symbol]], Any], arguments: Any) -> Any:
    """Return what a trace returns, with the dims and the dtype of each symbol in its place.

    Args:
        trace: traces the call once. It is called with a function that makes, of each symbol among
            the arguments, the symbol to trace with.
        arguments: the arguments of the call, symbols nested in them.

    Raises:
        Exception: what the first trace raised, if none works.
    """
    shapes = [leaf.dims for leaf in leaves(arguments) if isinstance(leaf, Symbol)]
    if not any(isinstance(d, Unknown) for dims in shapes for d in dims):
        return mapped(_spec, trace(_input_with(lambda dims: dims)))
    failed: Exception | None = None
    for *fillings, short in _attempts(shapes):
        try:
            traced = [mapped(_spec, trace(_input_with(filling))) for filling in fillings]
        except Exception as error:
            failed = failed or error
            continue
        try:
            traced.append(mapped(_spec, trace(_input_with(short))))
        except Exception:  # some calls need longer rows
            traced.append(traced[0])
        return mapped(_merged, *traced)
    raise failed or AssertionError


class Spec:
    """The dims and the dtype of an output."""

    def __init__(self, dims: Any, dtype: str):
        self.dims, self.dtype = dims, dtype


def declared(layer: Layer, args: tuple, outputs: Any) -> Any:
    """The outputs of a call, where what traces left unknown is as the user declared it.

    That is by a `compute_output_shape` of the user's own, or the `output_shape` of a `Lambda`.
    """
    unknown = isinstance(outputs, Spec) and any(isinstance(d, Unknown) for d in outputs.dims)
    if not unknown or not layer._declares_shape:
        return outputs
    shapes = mapped(lambda x: x.shape if isinstance(x, Symbol) else None, args[0])
    try:
        found = tuple(layer.compute_output_shape(shapes))
    except TypeError:  # it computes with None, for instance
        return outputs
    if len(found) == len(outputs.dims):
        outputs.dims = tuple(
            other if isinstance(d, Unknown) and isinstance(other, int) else d
            for d, other in zip(outputs.dims, found, strict=True)
        )
    return outputs


def _spec(x: Any) -> Any:
    return Spec(x.dims, x.dtype) if isinstance(x, Symbol) else x


def _input_with(filling: Callable[[Dims], Dims]) -> Callable[[Symbol], Symbol]:
    def symbol(x):
        return Symbol("input", (), dict(x.attrs), filling(x.dims), x.dtype)

    return symbol


def _attempts(shapes: list) -> Iterator[list[Callable[[Dims], Dims]]]:
    """What stands for the unknown extents in each trace of an attempt."""
    yield [_exact(i) for i in range(len(TRIALS))]
    known = _known_on_axes(shapes)
    if known:  # two inputs, one of which is of unknown length: those of the other's length fit
        yield [_exact(i, known) for i in range(len(TRIALS))]
    for lengths in (TRIALS, *_OTHER_TRIALS):
        yield [_constant(length) for length in lengths]


def _exact(index: int, known: dict[int, int] | None = None) -> Callable[[Dims], Dims]:
    def filled(dims):
        return tuple(
            d
            if not isinstance(d, Unknown)
            else (known or {}).get(i - len(dims), None) or _marked(d.trials[index])
            for i, d in enumerate(dims)
        )

    return filled


def _marked(extent: Any) -> Any:
    return extent if isinstance(extent, Dim) else Trial(extent)


def _constant(length: int) -> Callable[[Dims], Dims]:
    return lambda dims: tuple(Trial(length) if isinstance(d, Unknown) else d for d in dims)


def _known_on_axes(shapes: list) -> dict[int, int]:
    """The extents that are known in one input and unknown in another, by axis from the end."""
    columns: dict[int, list] = {}
    for dims in shapes:
        for i, d in enumerate(dims):
            columns.setdefault(i - len(dims), []).append(d)
    return {
        axis: max(d for d in column if isinstance(d, int))
        for axis, column in columns.items()
        if any(isinstance(d, Unknown) for d in column) and any(isinstance(d, int) for d in column)
    }


def _merged(first: Any, *others: Any) -> Any:
    """What the traces found for one output; an extent that differs is unknown."""
    if not isinstance(first, Spec):
        return first
    shapes = [first.dims, *(other.dims for other in others)]
    if len(set(map(len, shapes))) > 1:
        raise ValueError(
            f"got outputs of {' and '.join(str(len(s)) for s in shapes)} axes, depending on an "
            "extent that is unknown; expected a number of axes that does not."
        )
    dims = tuple(
        _plain(column[0]) if len(set(column)) == 1 else Unknown(tuple(map(_plain, column)))
        for column in zip(*shapes, strict=True)
    )
    return Spec(dims, first.dtype)


def _plain(extent: Any) -> Any:
    return int(extent) if isinstance(extent, Trial) else extent
