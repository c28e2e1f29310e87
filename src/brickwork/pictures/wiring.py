"""Which layer stands on which, read from the symbols that a model answers.

A layer that is called on a symbol answers one that remembers the call (``history``); going back
from what a model answers to its data finds every call, whether the layers stand in a row or
branch and merge, and whether the model was put together or written as a subclass.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..layers import InputLayer
from ..layers.calling import leaves, mapped
from ..models import Functional, Model
from ..program.symbol import Symbol, TraceError


@dataclass(frozen=True)
class Call:
    """A layer, the shapes of what comes in, that of what goes out, and the calls it stands on."""

    layer: object
    before: tuple[tuple, ...]
    after: tuple
    sources: tuple[int, ...]


def calls(model) -> list[Call] | None:
    """The calls of a built model's layers, each after those that it stands on; models inside it
    are opened. None for a model that does more than call layers."""
    walk = _Walk()
    called = [(layer, len(layer._nodes)) for layer in model.family()]
    try:
        walk.enter(model, None)
    except TraceError:  # it does with its data what cannot be said in ops
        return None
    finally:
        for layer, count in called:
            if type(layer) is not Functional:
                del layer._nodes[count:]
    return walk.found if walk.data is None else _without_lonely_data(walk.found, walk.data)


class _Walk:
    """From what a model answers back to its data."""

    def __init__(self):
        self.found: list[Call] = []
        self.data: int | None = None  # the place of data that no Input stands for

    def enter(self, model, below: list[tuple[int, ...]] | None) -> tuple[int, ...]:
        """The places of a model's last calls. `below` has, for each input of a model inside
        another one, the places that it comes from."""
        if isinstance(model, Functional):
            inputs, outputs = model.inputs, model.outputs
        else:
            inputs = mapped(_data, model.input)
            outputs = model.call(inputs)
        places = {} if below is None else {
            _key(symbol): found for symbol, found in zip(_symbols(inputs), below, strict=False)}
        return tuple(dict.fromkeys(
            k for symbol in _symbols(outputs) for k in self.place(symbol, places)))

    def place(self, symbol: Symbol, places: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
        """Where the calls are that a symbol comes from; they are found if they were not."""
        key = _key(symbol)
        if key not in places:
            places[key] = self.look(symbol, places)
        return places[key]

    def look(self, symbol: Symbol, places: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
        layer = symbol.history.layer
        if isinstance(layer, _Data):
            self.data = self.add(layer, (), symbol, ())
            return self.data,
        given = symbol.history.sources()
        below = [self.place(source, places) for source in given]
        if isinstance(layer, Model) and layer.built and calls(layer) is not None:
            return self.enter(layer, below)
        return self.add(layer, given, symbol, tuple(k for found in below for k in found)),

    def add(self, layer, given, symbol: Symbol, sources: tuple[int, ...]) -> int:
        before = tuple(source.shape for source in given) or (symbol.shape,)
        self.found.append(Call(layer, before, symbol.shape, sources))
        return len(self.found) - 1


class _Data(InputLayer):
    """Data that no Input stands for."""


def _data(symbol: Symbol) -> Symbol:
    return _Data(batch_shape=symbol.shape, dtype=symbol.dtype, name="input").symbol()


def _symbols(structure) -> list[Symbol]:
    return [leaf for leaf in leaves(structure) if isinstance(leaf, Symbol)]


def _key(symbol: Symbol) -> int:
    """The same for all that one call answered."""
    return id(symbol.history)


def _without_lonely_data(found: list[Call], data: int) -> list[Call]:
    """Data on which a single layer stands are its signals, and need no brick of their own."""
    if sum(data in call.sources for call in found) != 1:
        return found
    return [Call(c.layer, c.before, c.after, tuple(s - (s > data) for s in c.sources if s != data))
            for k, c in enumerate(found) if k != data]
