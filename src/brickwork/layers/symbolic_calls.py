"""Calls of layers on symbols, which functional models are made of."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..custom_objects import is_user_defined
from ..errors import ArgumentError
from ..program import Symbol, between, primitive
from ..program.trace import suspended, tracing
from ..tree import flatten as leaves, map_structure as mapped
from .calling import USE_LOOKUP, prepare, traced
from .trials import Spec, declared, output_dims

if TYPE_CHECKING:
    from ..program.dims import Dims
    from .layer import Layer
    from .operation import Operation


class Node:
    """One call of a layer or an op on symbols.

    Attributes:
        layer: the layer, or the `Operation`, that was called.
        args, kwargs: its arguments; symbols may be anywhere in lists, tuples and dicts.
        outputs: the symbols that it returned, in order; each has this node as its ``history``.
    """

    __slots__ = ("args", "kwargs", "layer", "outputs")

    def __init__(self, layer: Layer | Operation, args: tuple = (), kwargs: dict | None = None):
        self.layer, self.args, self.kwargs = layer, args, kwargs or {}
        self.outputs: list[Symbol] = []

    def sources(self) -> list[Symbol]:
        """The symbols among the arguments."""
        return [leaf for leaf in leaves((self.args, self.kwargs)) if isinstance(leaf, Symbol)]

    def add_output(self, dims: Dims, dtype: str, op: str = "layer") -> Symbol:
        """Create a symbol for the next output of this call."""
        symbol = Symbol(op, tuple(self.sources()), {"name": self.layer.name}, dims, dtype)
        symbol.history = self
        self.outputs.append(symbol)
        return symbol


def connected(layer: Layer, args: tuple, kwargs: dict) -> Any:
    """Call a layer on symbols: return symbols of its outputs, which record the call."""
    refuse_strings(layer.name, args, kwargs)

    def once(input_of):
        inputs = mapped(lambda x: input_of(x) if isinstance(x, Symbol) else x, (args, dict(kwargs)))
        with tracing() as trace:
            return traced(layer, trace, *inputs)

    if is_user_defined(type(layer).compute_output_spec):
        with suspended():
            prepare(layer, args)
        with suppress(NotImplementedError):  # then it is found by a trace
            said = layer.compute_output_spec(*args, **kwargs)
            node = Node(layer, args, kwargs)
            layer._nodes.append(node)
            return mapped(
                lambda x: node.add_output(x.dims, x.dtype) if isinstance(x, Symbol) else x, said
            )
    outputs = declared(layer, args, output_dims(once, (args, kwargs)))
    node = Node(layer, args, kwargs)
    layer._nodes.append(node)
    return mapped(lambda x: node.add_output(x.dims, x.dtype) if isinstance(x, Spec) else x, outputs)


def refuse_strings(name: str, args: tuple, kwargs: dict) -> None:
    """Raise an `ArgumentError` for a symbol of strings, which no program computes with."""
    if any(isinstance(leaf, Symbol) and leaf.dtype == "string" for leaf in leaves((args, kwargs))):
        raise ArgumentError(name, f"got an input of strings, expected numbers; {USE_LOOKUP}")


def _record(op: str, args: tuple, kwargs: dict) -> Any:
    from .operation import Operation

    return Operation.of(op)(*args, **kwargs)


def _record_primitive(name: str, inputs: Any, attrs: dict) -> Any:
    from .older_operation import of_primitive

    return of_primitive(name, inputs, attrs)


between.record = _record
primitive.between_layers = _record_primitive
