"""What of a model runs before the engine: its layers on strings, tables and hashes, and whatever
those need.

A model with such layers (``layer._host``) is divided. The first part is run by NumPy over the data,
once for each call of fit, evaluate or predict, and once for each batch of a stream. What it
answers are numbers, and these are what the engine is fed. Nothing in the first part is trained.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..data.arrays import entered
from ..data.facts import Call, Port
from ..errors import ArgumentError
from ..layers.calling import Place, leaves, mapped
from ..layers.input import InputLayer
from ..layers.symbolic_calls import Node
from ..program import Symbol, current_trace
from .graph import Graph, Step


@dataclass(slots=True)
class Before:
    """The first part of a divided model.

    Attributes:
        ports: what the model is given.
        run: arrays for these -> arrays for the inputs of the engine.
        whole: whether nothing is left for the engine.
    """

    ports: tuple[Port, ...]
    run: Callable[[list], list]
    whole: bool

    def __call__(self, arrays: list, call: Call) -> list:
        """What the engine is fed for these arrays."""
        fed = self.run(arrays)
        for array in fed:
            if array.dtype.kind not in "biuf":
                raise ArgumentError(f"{call.method}.x", "got a model that answers strings, which "
                                    "the engine cannot hand on. Call it: model(x).")
        return fed


def divided(graph: Graph) -> tuple[Graph | None, Graph]:
    """The part of a graph that runs before the engine, None if there is none; and the rest, whose
    inputs are what that answers and whichever inputs of the whole it needs."""
    early, needed = set(), set()
    for step in reversed(graph.steps):
        if step.layer._host or needed.intersection(step.outputs):
            early.add(id(step))
            needed.update(step.sources())
    if not early:
        return None, graph
    first = [step for step in graph.steps if id(step) in early]
    rest = [step for step in graph.steps if id(step) not in early]
    untrained([step.layer for step in first])
    used = {place for step in rest for place in step.sources()}
    used.update(place.index for place in leaves(graph.outputs))
    known = range(len(graph.input_layers))
    made = {place: step.layer for step in first for place in step.outputs}
    handed = sorted(used.intersection([*known, *made]))
    head = Graph(graph.inputs, [Place(i) for i in handed], graph.input_layers, first, graph.kinds)
    return head, _renumbered(graph, handed, [
        graph.input_layers[i] if i in known else InputLayer(
            batch_shape=graph.kinds[i][0], dtype=graph.kinds[i][1], name=made[i].name)
        for i in handed], rest)


def _renumbered(graph: Graph, handed: list[int], input_layers: list, steps: list[Step]) -> Graph:
    """A graph of these steps that begins with the values handed to it."""
    number = {place: i for i, place in enumerate(handed)}
    for step in steps:
        for place in step.outputs:
            number[place] = len(number)

    def moved(x):
        return Place(number[x.index]) if isinstance(x, Place) else x

    steps = [Step(s.layer, mapped(moved, s.args), mapped(moved, s.kwargs),
                  [number[place] for place in s.outputs]) for s in steps]
    kinds = {number[place]: kind for place, kind in graph.kinds.items() if place in number}
    return Graph([Place(i) for i in range(len(handed))], mapped(moved, graph.outputs),
                 input_layers, steps, kinds)


def untrained(layers) -> None:
    """Refuse layers whose weights an optimizer should change: these here it never sees."""
    for layer in layers:
        if layer.trainable_weights:
            raise ArgumentError(layer.name, "got a place below a layer on strings, tables or "
                                "hashes, expected a layer without trainable weights: what runs "
                                "before the engine is not trained. Put it above, or set "
                                "trainable=False.")


def eagerly(layer, args, kwargs):
    """How a layer of the first part is called."""
    return layer(*args, **kwargs)


def called(model, before: Before, inputs, training):
    """What a divided model answers: for symbols new ones, which remember the call."""
    symbols = [leaf for leaf in leaves(inputs) if isinstance(leaf, Symbol)]
    if not symbols:
        arrays = entered(inputs, before.ports, Call(model.name))
        model._build_for(arrays)
        fed = model._before.run(arrays)
        return model._outputs_of(fed) if before.whole else model._fed(fed, training)
    if current_trace() is not None:
        raise ArgumentError(model.name, "got symbols inside of a traced function; a part of this "
                            "model runs before the engine and needs the data themselves. Connect "
                            "it by Model(inputs, outputs).")
    if not model.built:
        model.build_for(symbols[0].shape)
    shapes = [symbol.shape[1:] for symbol in symbols]
    if shapes != [port.shape for port in model._before.ports]:
        raise ArgumentError(model.name, f"got inputs of shapes {shapes}, expected "
                            f"{[port.shape for port in model._before.ports]}.")
    node = Node(model, (inputs,))
    model._nodes.append(node)
    return mapped(lambda like: node.add_output(like.dims, like.dtype), model.output)
