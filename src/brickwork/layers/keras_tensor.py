"""`KerasTensor`: Keras's name for a symbol between layers, and `compute_output_spec`."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..custom_objects import is_user_defined
from ..naming import unique_name
from ..program import Symbol
from ..program.dims import from_shape
from ..program.trace import tracing
from ..tree import map_shape_structure, map_structure as mapped
from .calling import traced
from .input import InputLayer
from .layer import Layer
from .symbolic_calls import Node

if TYPE_CHECKING:
    from ..program.types import DType


class _Symbols(type):
    """The class of `KerasTensor`, whose instances are the symbols."""

    def __instancecheck__(cls, x: Any) -> bool:
        return isinstance(x, Symbol) and x.history is not None


class KerasTensor(metaclass=_Symbols):
    """A symbol: a tensor of known shape and dtype, whose values are passed later.

    What `Input` returns is one, and what layers and ops return for it. A new one is like an `Input`
    of that shape.

    Args:
        shape: tuple of ints, with the batch; None for an unknown extent.
        dtype: dtype of the data; default "float32".
        sparse, ragged: False; such tensors are not supported.
        record_history: accepted as in Keras, without effect.
        name: str; by default "keras_tensor" with a number.

    Returns:
        A `Symbol`.

    Raises:
        ValueError: for a sparse or ragged tensor.

    >>> from brickwork.layers import Dense, Input
    >>> x = KerasTensor((None, 3))
    >>> isinstance(x, KerasTensor), isinstance(Input((3,)), KerasTensor)
    (True, True)
    >>> Dense(2)(x).shape
    (None, 2)
    """

    def __new__(  # type: ignore[misc]  # a symbol
        cls,
        shape: Sequence[int | None],
        dtype: DType | None = "float32",
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
    ) -> Symbol:
        if sparse or ragged:
            kind = "sparse" if sparse else "ragged"
            raise ValueError(f"KerasTensor: got {kind}=True, expected False: not supported.")
        layer = InputLayer(
            batch_shape=tuple(shape) or (1,), dtype=dtype, name=name or unique_name("KerasTensor")
        )
        return Node(layer).add_output(from_shape(tuple(shape)), layer.dtype, "input")


def output_spec(layer: Layer, args: tuple, kwargs: dict) -> Any:
    """The symbols of a layer's outputs for symbols as its arguments; the call is not recorded."""
    if is_user_defined(type(layer).compute_output_shape):
        shapes = layer.compute_output_shape(*_shapes(layer, args, kwargs))
        if isinstance(shapes, list) and all(d is None or isinstance(d, int) for d in shapes):
            shapes = tuple(shapes)
        return map_shape_structure(lambda s: KerasTensor(s, layer.compute_dtype), shapes)

    if layer._host:
        found = layer(*args, **kwargs)
        return KerasTensor(found.shape, found.dtype)

    def recorded(x):
        return Symbol("input", (), dict(x.attrs), x.dims, x.dtype) if isinstance(x, Symbol) else x

    with tracing() as trace:
        outputs = traced(layer, trace, *mapped(recorded, (args, dict(kwargs))))
    return mapped(lambda x: KerasTensor(x.shape, x.dtype) if isinstance(x, Symbol) else x, outputs)


def _shapes(layer: Layer, args: tuple, kwargs: dict) -> list:
    """The shapes that ``compute_output_shape`` takes: of the first argument, or one for each."""
    names = [n for n in inspect.signature(layer.compute_output_shape).parameters if n != "self"]
    given = [*args, *kwargs.values()]
    return [
        mapped(lambda x: tuple(x.shape) if hasattr(x, "shape") else None, x)
        for x in given[: max(len(names), 1)]
    ]
