"""Keras's slopes forward: how a function's value changes as its arguments move."""

from __future__ import annotations

from ..program import (
    Symbol,
    apply,
    as_symbol,
    current_trace,
    gradients,
    input_symbol,
    run,
    signature_of,
    trace_function,
)
from ..program.primitives import elementwise as e
from ..program.primitives.reduce import reduce_sum
from ..tree import flatten, pack_sequence_as
from .core import dims_of, floating, tensor
from .creation import zeros_like


def jvp(fun, primals, tangents, has_aux=False):
    """A function's value, and how fast that changes as its arguments move along the tangents.

    Programs have slopes backward. Those are linear in the slopes that they begin with, and the
    slopes of that linear function are the ones forward.

    Args:
        fun: of tensors, written in ops; answers tensors, nested as may be.
        primals: a list or tuple of its arguments.
        tangents: numbers of the same structure and shapes.
        has_aux: fun answers a pair; the second part is answered as it is.

    Returns:
        ``(value, slopes)``, or ``(value, slopes, aux)``.

    >>> value, slope = jvp(lambda x: x ** 2, [3.0], [1.0])
    >>> float(value), float(slope)
    (9.0, 6.0)
    """
    primals = tuple(primals)
    places = [floating(leaf) for leaf in flatten(primals)]
    along = [floating(leaf) for leaf in flatten(tuple(tangents))]
    shapes = [[dims_of(leaf) for leaf in leaves] for leaves in (places, along)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"jvp: got tangents of shapes {shapes[1]}, expected those of the "
                         f"primals, {shapes[0]}.")

    def moved(*values):
        values = [as_symbol(value) for value in values]
        # Symbols of their own: one may have been given twice, or be computed from another.
        points = [apply("reshape", v, dims=v.dims) for v in values[:len(places)]]
        answer = fun(*pack_sequence_as(primals, points))
        answer, *aux = answer if has_aux else (answer,)
        ends = [as_symbol(tensor(leaf)) for leaf in flatten(answer)]
        starts = [input_symbol(end.dims, end.dtype) for end in ends]
        slopes = _slopes(ends, starts, points)
        forward = _slopes(slopes, values[len(places):], starts)
        forward = [zeros_like(end) if s is None else s
                   for end, s in zip(ends, forward, strict=True)]
        return (pack_sequence_as(answer, ends), pack_sequence_as(answer, forward), *aux)

    if current_trace():
        return moved(*places, *along)
    values = [*places, *along]
    program = trace_function(moved, [signature_of(v, batched=False) for v in values])
    return program.rebuild(run(program, values))


def _slopes(ends: list, weights: list, targets: list) -> list[Symbol | None]:
    """The slopes in the targets of all ends, weighted; an end may be None."""
    whole = None
    for end, weight in zip(ends, weights, strict=True):
        if end is not None:
            part = reduce_sum(e.mul(end, e.cast(weight, end.dtype)))
            whole = part if whole is None else e.add(whole, part)
    return [None] * len(targets) if whole is None else gradients(whole, targets)


__all__ = ["jvp"]
