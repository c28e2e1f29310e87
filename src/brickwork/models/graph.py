"""The graph of a functional model: its layers and ops, and how their calls are connected, as data.

`Graph.of` reads it once from symbols; after that nothing depends on them, so that a model can be
copied, pickled and run without any recursion, however deep it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..errors import ArgumentError
from ..layers.added_losses import Added
from ..layers.calling import ValueRef
from ..layers.input import InputLayer
from ..layers.operation import Operation
from ..layers.tracking import SeedGenerator, distinct
from ..program import Symbol, Variable
from ..program.primitives.layout import slice_axis
from ..tree import flatten as leaves, map_structure as mapped


@dataclass(slots=True)
class Step:
    """One call of a layer or an op.

    Attributes:
        layer: the layer, or the `Operation`, that is called.
        args, kwargs: its arguments; a `ValueRef` stands for a value.
        outputs: the places of the values that it returns.
    """

    layer: Any
    args: tuple
    kwargs: dict
    outputs: list[int]

    def sources(self) -> list[int]:
        """The places of the values among the arguments."""
        return [
            leaf.index for leaf in leaves((self.args, self.kwargs)) if isinstance(leaf, ValueRef)
        ]


@dataclass(slots=True)
class Graph:
    """What a functional model computes.

    Attributes:
        inputs, outputs: nested as the user nested them, a `ValueRef` for each value.
        input_layers: in the order of the inputs.
        steps: the calls, each after those that it depends on.
        value_specs: the shape and the dtype of the value at each place.
        operations: each layer and each op once, those farthest from the outputs first, as Keras
            orders them.
    """

    inputs: Any
    outputs: Any
    input_layers: list[InputLayer]
    steps: list[Step]
    value_specs: dict[int, tuple[tuple, str]]
    operations: list = field(default_factory=list)

    @classmethod
    def of(
        cls,
        inputs: Any,
        outputs: Any,
        aside: Iterable[Symbol] = (),
        known: dict[int, Symbol] | None = None,
    ) -> Graph:
        """Read the graph between symbols.

        Args:
            inputs, outputs: nested symbols.
            aside: symbols to compute in addition to the outputs.
            known: dict to fill with the symbol at each place.

        Raises:
            ArgumentError: for a value that is not a symbol of a layer, or an output that depends
                on other inputs.
        """
        starts, input_layers = [], []
        for symbol in _symbols(inputs, "inputs"):
            starts.append(symbol)
            layer = symbol.history.layer
            # A model may start from a symbol inside another model: it gets an input layer there.
            input_layers.append(
                layer
                if layer.is_input
                else InputLayer(batch_shape=symbol.shape, dtype=symbol.dtype)
            )
        nodes, seen = _nodes(starts, [*_symbols(outputs, "outputs"), *aside])
        place = {id(symbol): i for i, symbol in enumerate(starts)}
        known = {} if known is None else known
        known.update(enumerate(starts))
        value_specs = {i: (symbol.shape, symbol.dtype) for i, symbol in enumerate(starts)}
        for node in nodes:
            for symbol in node.outputs:
                at = place.setdefault(id(symbol), len(place))
                value_specs[at], known[at] = (symbol.shape, symbol.dtype), symbol

        def placed(x):
            return ValueRef(place[id(x)]) if isinstance(x, Symbol) else x

        steps = [
            Step(
                node.layer,
                mapped(placed, node.args),
                mapped(placed, node.kwargs),
                [place[id(s)] for s in node.outputs],
            )
            for node in nodes
        ]
        graph = cls(
            mapped(placed, inputs), mapped(placed, outputs), input_layers, steps, value_specs
        )
        graph.operations = graph._in_order(seen)
        graph._check_names()
        return graph

    @property
    def layers(self) -> list:
        """The layers among the operations; weights are in this order."""
        return [one for one in self.operations if not isinstance(one, Operation)]

    def variables(self) -> list[Variable | SeedGenerator]:
        """The variables and seed generators among the arguments of ops, as in ``x * scale``, but
        for weights of the layers."""
        found = distinct(
            leaf
            for step in self.steps
            for leaf in leaves((step.args, step.kwargs))
            if isinstance(leaf, Variable | SeedGenerator)
        )
        owned = self.owned_variables() if found else {}
        return [one for one in found if id(one) not in owned]

    def owned_variables(self) -> dict[int, tuple[Any, int]]:
        """The layer of each weight, and its index among the layer's weights, by the weight's id."""
        return {id(v): (layer, i) for layer in self.layers for i, v in enumerate(layer.weights)}

    def _in_order(self, seen: list) -> list:
        """The operations by their distance from the outputs, the farthest first; equal distances in
        the order of a walk from the outputs to the inputs."""
        makers = {place: step for step in self.steps for place in step.outputs}
        layer_depth: dict[int, int] = {}
        step_depth: dict[int, int] = {}
        for step in reversed(self.steps):
            depth = max(step_depth.get(id(step), 0), layer_depth.get(id(step.layer), 0))
            layer_depth[id(step.layer)] = step_depth[id(step)] = depth
            for place in step.sources():
                if place in makers:
                    maker = id(makers[place])
                    step_depth[maker] = max(step_depth.get(maker, 0), depth + 1)
                else:
                    layer = id(self.input_layers[place])
                    layer_depth[layer] = max(layer_depth.get(layer, 0), depth + 1)
        first = {id(layer): i for i, layer in enumerate(seen)}
        found = {id(layer): layer for layer in [*self.input_layers, *seen]}
        return sorted(
            found.values(),
            key=lambda layer: (-layer_depth.get(id(layer), 0), first.get(id(layer), -1)),
        )

    def _check_names(self) -> None:
        names = Counter(layer.name for layer in self.operations)
        twice = sorted(name for name, count in names.items() if count > 1)
        if twice:
            raise ArgumentError(
                "Model",
                f"got two layers named {twice[0]!r}, expected names that "
                "differ. Give one of them name=...; or, to share weights, call one "
                "layer twice.",
            )

    def run(
        self, values: list, call: Callable[..., Any], known: dict[int, Any] | None = None
    ) -> Any:
        """Return the outputs for values of the inputs, nested as the user nested them.

        Args:
            values: the values of the inputs, in order.
            call: function ``(layer, args, kwargs)`` that calls a layer.
            known: dict to fill with the value at each place.
        """
        known = {} if known is None else known
        known.update(enumerate(values))

        def value(x):
            return known[x.index] if isinstance(x, ValueRef) else x

        for step in self.steps:
            args, kwargs = mapped(value, (step.args, step.kwargs))
            try:
                outputs = leaves(call(step.layer, args, kwargs))
            except (ValueError, IndexError):
                if not isinstance(step.layer, Operation) or not self._has_fixed_rows(step, known):
                    raise
                args, kwargs = mapped(lambda x: self._with_rows(x, known), (step.args, step.kwargs))
                outputs = leaves(call(step.layer, args, kwargs))
            known.update(zip(step.outputs, outputs, strict=False))
        return mapped(value, self.outputs)

    def _has_fixed_rows(self, step: Step, known: dict[int, Any]) -> bool:
        """Whether a program does not know the number of rows of an operand, but the graph does."""
        return any(
            getattr(known[place], "shape", (0,))[:1] == (None,)
            and self.value_specs[place][0][0] is not None
            for place in step.sources()
        )

    def _with_rows(self, x: Any, known: dict[int, Any]) -> Any:
        """The value of an argument, with the number of rows that the graph knows: programs are for
        any number, but ``x[1:3]`` of ``Input(batch_shape=(4, 2))`` needs it."""
        if not isinstance(x, ValueRef):
            return x
        value, shape = known[x.index], self.value_specs[x.index][0]
        fixed = value.shape[:1] == (None,) and shape[0] is not None
        return slice_axis(value, 0, 0, shape[0], 1) if fixed else value

    def aside(self) -> list[int]:
        """The places of values that are computed for `add_loss` and `add_metric` only."""
        return [
            place for step in self.steps if isinstance(step.layer, Added) for place in step.outputs
        ]

    def origins(self) -> dict[int, tuple[str, int, int]]:
        """The origin of the value at each place: the layer's name, the index of its call, and the
        index of the value among the call's outputs."""
        found = {i: (layer.name, 0, 0) for i, layer in enumerate(self.input_layers)}
        calls: dict[str, int] = {}
        for step in self.steps:
            name = step.layer.name
            calls[name] = number = calls.get(name, -1) + 1
            found |= {place: (name, number, i) for i, place in enumerate(step.outputs)}
        return found

    def sources(self) -> dict[str, list[tuple[str, int, int]]]:
        """The origins of each layer's inputs, by the layer's name, call by call."""
        origins = self.origins()
        found: dict[str, list] = {layer.name: [] for layer in self.operations}
        for step in self.steps:
            found[step.layer.name] += [origins[place] for place in step.sources()]
        return found

    def is_chain(self) -> bool:
        """Whether each layer is called once, on the output of the one before it."""
        return (
            len(self.input_layers) == 1
            and len(self.operations) == len(self.steps) + 1
            and all(step.sources() == [i] for i, step in enumerate(self.steps))
        )


def _symbols(structure: Any, what: str) -> list[Symbol]:
    found = leaves(structure)
    for symbol in found:
        if not isinstance(symbol, Symbol) or symbol.history is None:
            raise ArgumentError(
                f"Model.{what}",
                f"got {type(symbol).__name__}, expected what "
                "Input(shape=...) returns, or a layer called on that.",
            )
    if not found:
        raise ArgumentError(f"Model.{what}", "got none, expected at least one.")
    return found


def _nodes(starts: list[Symbol], outputs: list[Symbol]) -> tuple[list, list]:
    """The calls between inputs and outputs, each after those that it depends on; and the layers
    in the order of a walk from the outputs to the inputs."""
    known = {id(symbol) for symbol in starts}
    done: dict[int, Any] = {}
    seen: dict[int, Any] = {}
    stack = [(symbol, None) for symbol in reversed(outputs)]
    while stack:
        symbol, node = stack.pop()
        if node is not None:  # all that it depends on is done
            done.setdefault(id(node), node)
            continue
        node = symbol.history
        if id(symbol) in known:
            seen.setdefault(id(node.layer), node.layer) if node.layer.is_input else None
            continue
        if id(node) in done:
            continue
        if node.layer.is_input:
            raise ArgumentError(
                "Model.inputs",
                f"got inputs without {node.layer.name!r}, which "
                "the outputs are computed from; add it to inputs=. If it is the "
                "input of a model inside, call that model: inner(x) instead of "
                "inner.output.",
            )
        seen.setdefault(id(node.layer), node.layer)
        stack.append((symbol, node))
        stack.extend((source, None) for source in reversed(node.sources()))
    return list(done.values()), list(seen.values())
