"""The part of a model that runs before the engine: layers on strings, lookups and hashes, and all
layers that these depend on.

A model with such layers (``layer._host``) is divided. The first part runs in NumPy over the data,
once for each call of fit, evaluate or predict, and once for each batch of a stream. Its outputs are
numeric arrays, the inputs of the engine. Nothing in the first part is trained.

A layer that takes strings and has weights, too, (``layer._encoders``) is divided itself: what looks
up strings runs in the first part, and the layer takes the arrays that this returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..data.arrays import arrays_by_port
from ..data.facts import Call, Port
from ..data.tables import by_column
from ..errors import ArgumentError
from ..layers.calling import ValueRef
from ..layers.input import InputLayer
from ..layers.input_spec import shapes_match
from ..layers.symbolic_calls import Node
from ..program import Symbol, current_trace
from ..tree import flatten as leaves, map_structure as mapped
from .graph import Graph, Step

if TYPE_CHECKING:
    from ..layers.layer import Layer
    from .model import Model


@dataclass(slots=True)
class HostPart:
    """The part of a model that runs before the engine.

    Attributes:
        ports: the inputs of the model.
        run: function from arrays for these to arrays for the inputs of the engine.
        whole: whether nothing is left for the engine.
        pads: whether an extent of its outputs depends on the rows that are together, as each text
            of a batch is padded to the longest one.
        takes_columns: whether the data are a dict of columns, of which it takes those that it
            needs; else they are the model's inputs, and others are a mistake.
    """

    ports: tuple[Port, ...]
    run: Callable[[list], list]
    whole: bool
    pads: bool = False
    takes_columns: bool = False

    def columns_of(self, x: Any, call: Call) -> Any:
        """Return the columns that it takes; if it does not take columns, all of the data."""
        if not self.takes_columns:
            return x
        columns = by_column(x, call.name("x"))
        columns = x if columns is None else columns
        if not isinstance(columns, Mapping):
            raise ArgumentError(
                call.name("x"),
                f"got {type(x).__name__}, expected a dict of columns for the model's first layer: "
                f"{{{', '.join(f'{port.name!r}: ...' for port in self.ports)}}}.",
            )
        names = {port.name for port in self.ports}
        return {str(key): column for key, column in columns.items() if str(key) in names}

    def __call__(self, arrays: list, call: Call) -> list:
        """Return the inputs of the engine for these arrays."""
        inputs = self.run(arrays)
        for array in inputs:
            if array.dtype.kind not in "biuf":
                raise ArgumentError(
                    f"{call.method}.x",
                    "got a model that returns strings, which "
                    "the engine cannot pass on. Call it: model(x).",
                )
        return inputs


def split_host_part(graph: Graph) -> tuple[Graph | None, Graph]:
    """The part of a graph that runs before the engine, None if there is none; and the rest, whose
    inputs are the outputs of the first part and the inputs of the graph that it depends on."""
    graph = _with_encoders(graph)
    early: set[int] = set()
    needed: set[int] = set()
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
    head = Graph(
        graph.inputs, [ValueRef(i) for i in handed], graph.input_layers, first, graph.value_specs
    )
    return head, _renumbered(
        graph,
        handed,
        [
            graph.input_layers[i]
            if i in known
            else InputLayer(
                batch_shape=graph.value_specs[i][0],
                dtype=graph.value_specs[i][1],
                name=made[i].name,
            )
            for i in handed
        ],
        rest,
    )


def _with_encoders(graph: Graph) -> Graph:
    """The graph with a step for each encoder of a layer, before the layer itself."""
    if not any(step.layer._encoders for step in graph.steps):
        return graph
    steps, value_specs = [], dict(graph.value_specs)
    for step in graph.steps:
        made = []
        for encoder in step.layer._encoders:
            made.append(len(value_specs))
            value_specs[made[-1]] = ((None, *encoder.shape), encoder.dtype)
            steps.append(Step(encoder, step.args, {}, made[-1:]))
        args = ([ValueRef(place) for place in made],) if made else step.args
        steps.append(Step(step.layer, args, step.kwargs, step.outputs))
    return Graph(graph.inputs, graph.outputs, graph.input_layers, steps, value_specs)


def _renumbered(graph: Graph, handed: list[int], input_layers: list, steps: list[Step]) -> Graph:
    """A graph of these steps whose inputs are the handed values."""
    number = {place: i for i, place in enumerate(handed)}
    for step in steps:
        for place in step.outputs:
            number[place] = len(number)

    def moved(x):
        return ValueRef(number[x.index]) if isinstance(x, ValueRef) else x

    steps = [
        Step(
            s.layer,
            mapped(moved, s.args),
            mapped(moved, s.kwargs),
            [number[place] for place in s.outputs],
        )
        for s in steps
    ]
    value_specs = {
        number[place]: spec for place, spec in graph.value_specs.items() if place in number
    }
    return Graph(
        [ValueRef(i) for i in range(len(handed))],
        mapped(moved, graph.outputs),
        input_layers,
        steps,
        value_specs,
    )


def untrained(layers: Iterable[Layer]) -> None:
    """Raise for layers with trainable weights: the optimizer does not see this part."""
    for layer in layers:
        if layer.trainable_weights:
            raise ArgumentError(
                layer.name,
                "got trainable weights before a layer on strings, "
                "lookups or hashes, expected none: what runs before the engine is "
                "not trained. Put it after that layer, or set trainable=False.",
            )


def call_eagerly(layer: Layer, args: tuple, kwargs: dict[str, Any]) -> Any:
    """Call a layer, as `Graph.run` does."""
    return layer(*args, **kwargs)


def call_with_host_part(
    model: Model, host_part: HostPart, inputs: Any, training: bool | None
) -> Any:
    """Return the outputs of a divided model; for symbols new ones, which record the call."""
    symbols = [leaf for leaf in leaves(inputs) if isinstance(leaf, Symbol)]
    if not symbols:
        call = Call(model.name)
        arrays = arrays_by_port(host_part.columns_of(inputs, call), host_part.ports, call)
        model._build_for(arrays)
        xs = model._host_part.run(arrays)
        return model._outputs_of(xs) if host_part.whole else model._run_engine_part(xs, training)
    if current_trace() is not None:
        raise ArgumentError(
            model.name,
            "got symbols inside of a traced function; a part of this "
            "model runs before the engine and needs the data themselves. Connect "
            "it by Model(inputs, outputs).",
        )
    if host_part.takes_columns:
        raise ArgumentError(
            model.name,
            "got symbols for a model that takes a dict of columns, expected arrays. Within another "
            "model, call its layers one by one: for layer in model.layers: x = layer(x).",
        )
    if not model.built:
        model.build_for(symbols[0].shape)
    shapes = [symbol.shape[1:] for symbol in symbols]
    wanted = [port.shape for port in model._host_part.ports]
    if len(shapes) != len(wanted) or not all(
        shapes_match(port or (), shape) for port, shape in zip(wanted, shapes, strict=True)
    ):
        raise ArgumentError(model.name, f"got inputs of shapes {shapes}, expected {wanted}.")
    node = Node(model, (inputs,))
    model._nodes.append(node)
    return mapped(lambda like: node.add_output(like.dims, like.dtype), model.output)
