"""Layers called on symbols that wait for data: of such calls functional models are made."""

from __future__ import annotations

from ..errors import ArgumentError
from ..program import Symbol, current_trace, primitive
from ..program.trace import tracing
from .calling import MEDIATE, leaves, mapped, traced


class Node:
    """One call of a layer on symbols.

    Attributes:
        layer: what was called.
        args, kwargs: with what; symbols may be anywhere in lists, tuples and dicts.
        outputs: the symbols that it answered, in order; each has this node as its ``history``.
    """

    __slots__ = ("args", "kwargs", "layer", "outputs")

    def __init__(self, layer, args: tuple = (), kwargs: dict | None = None):
        self.layer, self.args, self.kwargs = layer, args, kwargs or {}
        self.outputs: list[Symbol] = []

    def sources(self) -> list[Symbol]:
        """The symbols among the arguments."""
        return [leaf for leaf in leaves((self.args, self.kwargs)) if isinstance(leaf, Symbol)]

    def answer(self, dims, dtype: str, op: str = "layer") -> Symbol:
        """A new symbol that this call answers."""
        symbol = Symbol(op, tuple(self.sources()), {"name": self.layer.name}, dims, dtype)
        symbol.history = self
        self.outputs.append(symbol)
        return symbol


def connected(layer, args: tuple, kwargs: dict):
    """Symbols for what the layer will answer, which remember the call."""
    if any(isinstance(leaf, Symbol) and leaf.dtype == "string" for leaf in leaves((args, kwargs))):
        raise ArgumentError(layer.name, f"got an input of strings, expected numbers; {MEDIATE}")
    def recorded(x):
        return Symbol("input", (), dict(x.attrs), x.dims, x.dtype) if isinstance(x, Symbol) else x

    with tracing():
        outputs = traced(layer, current_trace(), *mapped(recorded, (args, dict(kwargs))))
    node = Node(layer, args, kwargs)
    layer._nodes.append(node)
    return mapped(lambda x: node.answer(x.dims, x.dtype) if isinstance(x, Symbol) else x, outputs)


def _between_layers(name: str, inputs, attrs: dict):
    from .operation import between_layers

    return between_layers(name, inputs, attrs)


primitive.between_layers = _between_layers
