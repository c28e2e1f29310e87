"""Which layer stands on which, read from the symbols that a model returns.

A layer that is called on a symbol returns one that remembers the call. Going back from the outputs
of a model to its inputs finds every call, for chains and graphs, and for subclasses of `Model`,
which are called once.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass

from ..layers import InputLayer
from ..layers.calling import leaves
from ..models import Model
from ..models.functional import leaves_of_shapes
from ..program import Symbol
from ..program.symbol import TraceError


@dataclass(frozen=True)
class Call:
    """A layer, the shapes of what comes in, that of what goes out, and the calls it stands on."""

    layer: object
    before: tuple[tuple, ...]
    after: tuple
    sources: tuple[int, ...]


def calls(model) -> list[Call] | None:
    """The calls of a built model's layers, each after those that it stands on; models inside it
    are opened. None for a model that cannot be looked into."""
    found: list[Call] = []
    try:
        _enter(model, None, found)
    except _Unknown:
        return None
    return found if hasattr(model, "_graph") else _without_lonely_data(found)


class _Unknown(Exception):
    """A model whose math needs values, or whose output comes from no layer."""


def _enter(model, below: list[tuple[int, ...]] | None, found: list[Call]) -> list[tuple[int, ...]]:
    """Add a model's calls; the places of those that each of its outputs comes from. `below` has
    the same for each input of a model inside another one."""
    starts, outputs = _symbols_of(model)
    places: dict[int, tuple[int, ...]] = {}
    for k, symbol in enumerate(starts):
        if below is None:
            layer = symbol.history.layer
            data = layer if layer.is_input else InputLayer(batch_shape=symbol.shape, name="input")
            places[id(symbol)] = (_add(found, Call(data, (symbol.shape,), symbol.shape, ())),)
        else:
            places[id(symbol)] = below[k]
    for node in _nodes(starts, outputs):
        given = node.sources()
        sources = [places[id(symbol)] for symbol in given]
        ends = _opened(node.layer, sources, found)
        if ends is None:
            shapes = tuple(s.shape for s in given or node.outputs)
            flat = tuple(place for of_one in sources for place in of_one)
            ends = [(_add(found, Call(node.layer, shapes, node.outputs[0].shape, flat)),)
                    ] * len(node.outputs)
        for symbol, end in zip(node.outputs, ends, strict=True):
            places[id(symbol)] = end
    return [places[id(symbol)] for symbol in outputs]


def _add(found: list[Call], call: Call) -> int:
    found.append(call)
    return len(found) - 1


def _opened(layer, below, found: list[Call]) -> list[tuple[int, ...]] | None:
    """The ends of a model inside the model; None for a layer, and for what cannot be opened."""
    if not isinstance(layer, Model) or not layer.built:
        return None
    before = len(found)
    try:
        return _enter(layer, below, found)
    except _Unknown:
        del found[before:]
        return None


def _symbols_of(model) -> tuple[list[Symbol], list[Symbol]]:
    """The symbols that a model begins and ends with."""
    if hasattr(model, "_graph"):
        return model.inputs, model.outputs
    shapes = model.input_shape
    starts = [InputLayer(batch_shape=shape, name="input").symbol()
              for shape in leaves_of_shapes(shapes)]
    with _forgotten(model):
        try:
            output = model.call(starts[0] if isinstance(shapes, tuple) else starts)
        except TraceError as error:
            raise _Unknown from error
    outputs = leaves(output)
    if not outputs or not all(isinstance(leaf, Symbol) for leaf in outputs):
        raise _Unknown
    return starts, outputs


@contextmanager
def _forgotten(model):
    """Calls of its layers in here leave no trace in them."""
    before = [(layer, len(layer._nodes)) for layer in model.family()]
    try:
        yield
    finally:
        for layer, count in before:
            del layer._nodes[count:]


def _nodes(starts: list[Symbol], outputs: list[Symbol]) -> list:
    """The calls between symbols, each after those that it needs."""
    known = {id(symbol) for symbol in starts}
    done: dict[int, object] = {}
    stack = [(symbol, False) for symbol in reversed(outputs)]
    while stack:
        symbol, ready = stack.pop()
        if id(symbol) in known:
            continue
        node = symbol.history
        if node is None:
            raise _Unknown
        if ready:
            done.setdefault(id(node), node)
        elif id(node) not in done:
            stack.append((symbol, True))
            stack.extend((source, False) for source in reversed(node.sources()))
    return list(done.values())


def _without_lonely_data(found: list[Call]) -> list[Call]:
    """Data on which a single layer stands are its signals, and need no brick of their own."""
    users = [sum(k in call.sources for call in found) for k in range(len(found))]
    kept = [k for k, call in enumerate(found)
            if users[k] != 1 or not getattr(call.layer, "is_input", False)]
    number = {k: i for i, k in enumerate(kept)}
    return [Call(found[k].layer, found[k].before, found[k].after,
                 tuple(number[s] for s in found[k].sources if s in number)) for k in kept]

