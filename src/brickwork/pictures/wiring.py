"""The connections between layers, read from the symbols that a model returns.

A layer called on a symbol returns a symbol that records the call. Going back from a model's outputs
to its inputs finds every call. This works for chains, graphs, and subclasses of `Model`, which are
called once for it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass

from ..layers import InputLayer
from ..layers.calling import leaves
from ..layers.input_spec import leaves_of_shapes
from ..models import Model
from ..program import Symbol
from ..program.symbol import TraceError


@dataclass(frozen=True)
class Call:
    """A call of a layer.

    Attributes:
        layer: the layer.
        before: the shapes of its inputs.
        after: the shape of its output.
        sources: indices of the calls that its inputs come from.
    """

    layer: object
    before: tuple[tuple, ...]
    after: tuple
    sources: tuple[int, ...]


def calls(model) -> list[Call] | None:
    """Return the calls of a built model's layers, each after its sources.

    Nested models are expanded. None for a model whose calls cannot be read.
    """
    found: list[Call] = []
    try:
        _add_calls(model, None, found)
    except _Unknown:
        return None
    return found if hasattr(model, "_graph") else _without_single_use_inputs(found)


class _Unknown(Exception):
    """A model whose computation needs values, or whose output does not come from a layer."""


def _add_calls(
    model, below: list[tuple[int, ...]] | None, found: list[Call]
) -> list[tuple[int, ...]]:
    """Add a model's calls to `found`; return the indices of the calls for each of its outputs.

    `below` has the indices for each input of a nested model; None for the outermost model.
    """
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
        ends = _expanded(node.layer, sources, found)
        if ends is None:
            shapes = tuple(s.shape for s in given or node.outputs)
            flat = tuple(place for of_one in sources for place in of_one)
            ends = [(_add(found, Call(node.layer, shapes, node.outputs[0].shape, flat)),)] * len(
                node.outputs
            )
        for symbol, end in zip(node.outputs, ends, strict=True):
            places[id(symbol)] = end
    return [places[id(symbol)] for symbol in outputs]


def _add(found: list[Call], call: Call) -> int:
    found.append(call)
    return len(found) - 1


def _expanded(layer, below, found: list[Call]) -> list[tuple[int, ...]] | None:
    """Return the calls for each output of a nested model; None for a layer or an opaque model."""
    if not isinstance(layer, Model) or not layer.built:
        return None
    before = len(found)
    try:
        return _add_calls(layer, below, found)
    except _Unknown:
        del found[before:]
        return None


def _symbols_of(model) -> tuple[list[Symbol], list[Symbol]]:
    """Return the input and output symbols of a model."""
    if hasattr(model, "_graph"):
        return model.inputs, model.outputs
    shapes = model.input_shape
    starts = [
        InputLayer(batch_shape=shape, name="input").symbol() for shape in leaves_of_shapes(shapes)
    ]
    with _calls_undone(model):
        try:
            output = model.call(starts[0] if isinstance(shapes, tuple) else starts)
        except TraceError as error:
            raise _Unknown from error
    outputs = leaves(output)
    if not outputs or not all(isinstance(leaf, Symbol) for leaf in outputs):
        raise _Unknown
    return starts, outputs


@contextmanager
def _calls_undone(model):
    """Remove calls made in this context from the layers' records."""
    before = [(layer, len(layer._nodes)) for layer in model.family()]
    try:
        yield
    finally:
        for layer, count in before:
            del layer._nodes[count:]


def _nodes(starts: list[Symbol], outputs: list[Symbol]) -> list:
    """Return the calls between symbols, each after those it depends on."""
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


def _without_single_use_inputs(found: list[Call]) -> list[Call]:
    """Remove inputs with a single user, which are shown as the signals of that layer."""
    users = [sum(k in call.sources for call in found) for k in range(len(found))]
    kept = [
        k
        for k, call in enumerate(found)
        if users[k] != 1 or not getattr(call.layer, "is_input", False)
    ]
    number = {k: i for i, k in enumerate(kept)}
    return [
        Call(
            found[k].layer,
            found[k].before,
            found[k].after,
            tuple(number[s] for s in found[k].sources if s in number),
        )
        for k in kept
    ]
