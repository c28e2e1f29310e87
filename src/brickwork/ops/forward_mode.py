"""Forward-mode differentiation: Jacobian-vector products."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

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
from ..program.between import connect
from ..program.primitives import elementwise as e
from ..program.primitives.reduce import reduce_sum
from ..program.types import TensorLike
from ..tree import flatten, pack_sequence_as
from .core import dims_of, floating, tensor
from .creation import zeros_like


def jvp(
    fun: Callable[..., Any],
    primals: Sequence[TensorLike],
    tangents: Sequence[TensorLike],
    has_aux: bool = False,
) -> Any:
    """Compute a function's value and its Jacobian-vector product.

    Programs differentiate in reverse mode. The vector-Jacobian product is linear in its vector, and
    differentiating it with respect to that vector gives the Jacobian-vector product.

    Args:
        fun: function of tensors, written in ops; it returns a tensor or a nested structure of them.
        primals: list or tuple of the arguments of `fun`: tensors or nested structures of them.
        tangents: direction of the derivative, of the structure and shapes of `primals`.
        has_aux: whether `fun` returns a pair whose second part is not differentiated.

    Returns:
        ``(value, tangent)``, or ``(value, tangent, aux)`` with `has_aux`. The tangent has the
        structure, shapes and dtypes of the value.

    Raises:
        ValueError: if the shapes of `primals` and `tangents` differ.

    >>> value, tangent = jvp(lambda x: x ** 2, [3.0], [1.0])
    >>> float(value), float(tangent)
    (9.0, 6.0)
    """
    primals = tuple(primals)
    points = [floating(leaf) for leaf in flatten(primals)]
    directions = [floating(leaf) for leaf in flatten(tuple(tangents))]
    shapes = [[dims_of(leaf) for leaf in leaves] for leaves in (points, directions)]
    if shapes[0] != shapes[1]:
        raise ValueError(
            f"jvp: got tangents of shapes {shapes[1]}, expected those of the primals, {shapes[0]}."
        )

    def value_and_tangent(*operands):
        values = [as_symbol(value) for value in operands]
        # Distinct symbols: one may have been passed twice, or be computed from another.
        inputs = [apply("reshape", v, dims=v.dims) for v in values[: len(points)]]
        value = fun(*pack_sequence_as(primals, inputs))
        value, *aux = value if has_aux else (value,)
        outputs = [as_symbol(tensor(leaf)) for leaf in flatten(value)]
        cotangents = [input_symbol(output.dims, output.dtype) for output in outputs]
        reverse = _vjp(outputs, cotangents, inputs)
        products = _vjp(reverse, values[len(points) :], cotangents)
        forward = [
            zeros_like(output) if tangent is None else tangent
            for output, tangent in zip(outputs, products, strict=True)
        ]
        return (pack_sequence_as(value, outputs), pack_sequence_as(value, forward), *aux)

    values = [*points, *directions]
    if current_trace():
        return value_and_tangent(*values)
    program = trace_function(value_and_tangent, [signature_of(v, batched=False) for v in values])
    return program.rebuild(run(program, values))


def _vjp(outputs: list, cotangents: list, inputs: list) -> list[Symbol | None]:
    """The vector-Jacobian product of all outputs, by input; an output may be None."""
    total = None
    for output, cotangent in zip(outputs, cotangents, strict=True):
        if output is not None:
            part = reduce_sum(e.mul(output, e.cast(cotangent, output.dtype)))
            total = part if total is None else e.add(total, part)
    return [None] * len(inputs) if total is None else gradients(total, inputs)


__all__ = ["jvp"]
connect(globals(), __all__)
