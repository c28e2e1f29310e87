"""`Functional`: a model that may branch and merge, made by ``Model(inputs, outputs)``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Self

from ..custom_objects import is_user_defined
from ..data import as_numbers, warn_once
from ..data.facts import Port
from ..data.notices import listed
from ..data.tables import by_column
from ..errors import ArgumentError
from ..layers import init_arguments
from ..layers.added_losses import Added, AddLoss
from ..layers.calling import ValueRef
from ..layers.input_spec import leaves_of_shapes
from ..program import Symbol, current_trace, is_float
from ..tree import flatten as leaves, is_nested, map_structure as mapped, ordered_keys
from .graph import Graph
from .host_layers import HostPart, call_eagerly, split_host_part
from .model import Model, activation_of

if TYPE_CHECKING:
    from ..layers.layer import AnyLayer


#: Entries of a config that describe the graph.
_GRAPH = {"name", "trainable", "layers", "input_layers", "output_layers", "aside"}


class Functional(Model):
    """A graph of layers, from the symbols of its inputs to those of its outputs.

    It is made by ``Model(inputs, outputs)``. It can be called like a layer; called on other
    symbols, its weights are shared. It may use any part of another model's graph.

    Args:
        inputs: symbol that `Input` returned, or a list or dict of symbols.
        outputs: symbol that a layer returned, or a list or dict of symbols.
        name: str, name of the model; by default "functional" with a number.
        trainable: whether an optimizer may change the weights; default True.
        older: arguments of Keras 1 and 2 (``input=``, ``output=``), which are translated.

    >>> from brickwork.layers import Dense, Input
    >>> x = Input(shape=(4,))
    >>> h = Dense(3, activation="relu")(x)
    >>> Functional(x, [h, Dense(1)(h)]).output_shape
    [(None, 3), (None, 1)]
    """

    def __init__(
        self,
        inputs: Any = None,
        outputs: Any = None,
        name: str | None = None,
        trainable: bool = True,
        **older: Any,
    ):
        if older:
            from ..spelling import translate_call

            given = translate_call("Model", dict(inputs=inputs, outputs=outputs), older)
            inputs, outputs = given["inputs"], given["outputs"]
        super().__init__(name=name, trainable=trainable)
        self._take(inputs, outputs)

    def _take(self, inputs: Any, outputs: Any, aside: Any = ()) -> None:
        self._symbols: dict[int, Symbol] = {}  # by their place in the graph
        self._graph = graph = Graph.of(inputs, outputs, aside, self._symbols)
        self._host_graph, self._engine_graph = split_host_part(graph)
        self._layers = graph.layers
        self._between = graph.variables()  # of ops between layers; they are weights of the model
        self.built = True
        self.autocast = False  # each input has a dtype of its own
        self._built_shape = self.input_shape
        if not self.trainable:
            self.trainable = False  # sets the layers too

    def __getstate__(self) -> dict:
        return {**super().__getstate__(), "_symbols": {}}

    # Its layers and symbols

    @property
    def layers(self) -> list[AnyLayer]:
        """The layers with the inputs, those farthest from the outputs first."""
        return list(self._layers)

    @property
    def operations(self) -> list:
        """The layers, and the ops between them, those farthest from the outputs first."""
        return list(self._graph.operations)

    @property
    def input(self) -> Any:
        """The symbols of the inputs, nested as they were given."""
        return self._symbols_at(self._graph.inputs)

    @property
    def output(self) -> Any:
        """The symbols of the outputs, nested as they were given."""
        return self._symbols_at(self._graph.outputs)

    @property
    def inputs(self) -> list[Symbol]:
        """The symbols of the inputs, in a list."""
        return leaves(self.input)

    @property
    def outputs(self) -> list[Symbol]:
        """The symbols of the outputs, in a list."""
        return leaves(self.output)

    def _symbols_at(self, places):
        """The symbols at these places of the graph."""
        if not self._symbols:  # a copy: call its layers again, on new symbols
            self._graph.run(
                [layer.symbol() for layer in self._graph.input_layers], call_eagerly, self._symbols
            )
        return mapped(lambda place: self._symbols[place.index], places)

    @property  # type: ignore[misc]  # a field
    def input_shape(self) -> Any:  # type: ignore[override]
        """The shape of the input, or of each, nested as they were given."""
        return _unwrapped(
            mapped(lambda place: self._graph.input_layers[place.index].shape, self._graph.inputs),
            self._graph.inputs,
        )

    @property
    def output_shape(self) -> Any:
        """The shape of the output, or of each, nested as they were given."""
        return _unwrapped(mapped(lambda symbol: symbol.shape, self.output), self._graph.outputs)

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs, in order."""
        return [port.name for port in _ports(self._graph)]

    @property
    def output_names(self) -> list[str]:
        """The names of the outputs, in order: those of the layers, or the keys of a dict."""
        return [port.name for port in self._output_ports()]

    # Running

    def build(self, input_shape: Any = None) -> None:
        """Do nothing: the layers were built when they were called on symbols."""

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of each output for inputs of these shapes."""
        if self._host_graph is not None or (
            leaves_of_shapes(input_shape) == leaves_of_shapes(self.input_shape)
        ):
            return self.output_shape
        return super().compute_output_shape(input_shape)

    def _call_anew(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """See `Layer`; the columns of a table are the inputs of these names."""
        if self._host_part is None and len(self._graph.input_layers) > 1:
            columns = by_column(inputs, self.name)
            if columns is not None:
                inputs = {
                    name: as_numbers(column, f"{self.name}, column {name!r}")[0]
                    for name, column in columns.items()
                    if name in self.input_names
                }
        return super()._call_anew(inputs, *args, **kwargs)

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Return the outputs, without running the layers that run before the engine.

        Args:
            inputs: tensors in a list or nested like the model's inputs, or a dict by name.
            training: whether the layers are called for training.
            mask: bool masks of the inputs, nested like these.
        """
        values = self._values(inputs)
        for value, own in zip(values, leaves(mask), strict=False):
            if own is not None:
                value.mask = own
        return self._outputs_of(values)

    def _outputs_of(self, values: list) -> Any:
        known: dict[int, Any] = {}
        outputs = self._engine_graph.run(values, call_eagerly, known)
        trace = current_trace()
        if trace is not None and trace.layers == [self.name] and self._host_graph is None:
            trace.to_inner = partial(self._inside, known)
        return _unwrapped(outputs, self._engine_graph.outputs)

    def _inside(self, known: dict, symbol: Symbol) -> Any:
        """The value of a symbol between layers in a trace, from the known values at each place."""
        at = {id(other): place for place, other in self._symbols.items()}
        if id(symbol) in at:
            return known[at[id(symbol)]]
        places = sorted(self._symbols)
        graph = Graph.of([self._symbols[place] for place in places], symbol)
        return graph.run([known[place] for place in places], call_eagerly)

    def _values(self, inputs: Any) -> list:
        names = [port.name for port in self._input_ports()]
        if isinstance(inputs, dict) and not any(map(is_nested, inputs.values())):
            missing = [name for name in names if name not in inputs]
            if missing:
                raise ArgumentError(
                    self.name,
                    f"got inputs {sorted(map(str, inputs))}, expected {', '.join(names)}.",
                )
            more = [name for name in inputs if name not in names]
            if more:
                warn_once(
                    f"{self.name}: inputs",
                    f"{self.name}: got {listed(more)}, which are no inputs of the model, expected "
                    f"{listed(names)} alone. They are left out.",
                )
            inputs = [inputs[name] for name in names]
        values = leaves(inputs)
        if len(values) != len(names):
            raise ArgumentError(
                self.name, f"got {len(values)} inputs, expected {len(names)}: {', '.join(names)}."
            )
        return [
            _as_input(value, layer)
            for value, layer in zip(values, self._engine_graph.input_layers, strict=True)
        ]

    @property
    def _host_part(self) -> HostPart | None:  # type: ignore[override]  # elsewhere an attribute
        if self._host_graph is None:
            return None
        raw = _columns_of_tables(self._graph)
        ports = tuple(
            Port(port.name, None, "column") if place.index in raw else port
            for port, place in zip(_ports(self._graph), leaves(self._graph.inputs), strict=True)
        )
        return HostPart(
            ports,
            partial(self._host_graph.run, call=call_eagerly),
            not self._engine_graph.steps,
            any(step.layer._host and step.layer._pads for step in self._host_graph.steps),
            all(port.dtype == "column" for port in ports),
        )

    # Losses and metrics of symbols, as in Keras 2

    def add_loss(self, loss: Any, inputs: Any = None) -> None:
        """Add symbols between layers to the loss, as in Keras 2; in ``call``, add tensors."""
        found = leaves(loss)
        if current_trace() is not None or not all(
            isinstance(part, Symbol) and part.history for part in found
        ):
            super().add_loss(loss)
            return
        for part in found:
            self.add_aside(AddLoss(), part)

    def add_aside(self, layer: Added, symbol: Symbol) -> None:
        """Add a layer that runs whenever the model does, although no output depends on it.

        Args:
            layer: the layer, as `add_loss` makes it.
            symbol: the symbol that it is called on.
        """
        aside = self._symbols_at([ValueRef(place) for place in self._graph.aside()])
        self.with_aside([*aside, layer(symbol)])
        self._forget_programs()

    def with_aside(self, aside: list[Symbol]) -> Self:
        """Make the model compute these symbols in addition to its outputs.

        Args:
            aside: list of symbols that layers of `add_aside` returned.

        Returns:
            The model itself.
        """
        if aside:
            self._take(self.input, self.output, aside)
        return self

    # What data must be like

    def _call_argument(self, values):
        return list(values)

    def _loss_inputs(self, values):
        return _unwrapped(
            mapped(lambda place: values[place.index], self._engine_graph.inputs),
            self._engine_graph.inputs,
        )

    def _input_ports(self) -> tuple[Port, ...]:
        return _ports(self._engine_graph)

    def _output_ports(self) -> tuple[Port, ...]:
        symbols = self.outputs
        makers = [symbol.history.layer for symbol in symbols]
        names = _keys(self._graph.outputs) or _made_unique([layer.name for layer in makers])
        return tuple(
            Port(name, tuple(symbol.shape[1:]), symbol.dtype, activation_of(layer))
            for name, symbol, layer in zip(names, symbols, makers, strict=True)
        )

    def _output_nest(self, outputs: tuple[Port, ...]) -> Any:
        form = self._graph.outputs
        parts = form.values() if isinstance(form, dict) else form
        if is_nested(form) and any(map(is_nested, parts)):
            names = iter(symbol.history.layer.name for symbol in self.outputs)
        else:
            names = iter(port.name for port in outputs)
        nest = mapped(lambda _: next(names), form)
        return nest if len(outputs) > 1 else outputs[0].name

    # Config

    @init_arguments.of_arguments
    def get_config(self) -> dict[str, Any]:
        """Return the name, the layers and their connections, in Keras 3's form.

        For a class whose ``__init__`` makes the graph, the arguments of ``__init__``.
        """
        from .graph_config import described

        common = {"name": self.name, "trainable": self.trainable}
        if init_arguments.needed(type(self)):
            found = self.__dict__["_arguments"]
            if init_arguments.serializable(found):
                return init_arguments.config(self, found, common)
        return {**common, **described(self._graph)}

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict[str, Any] | None = None) -> Self:
        """The inverse of `get_config`, with new weights."""
        from .graph_config import restored

        if "layers" not in config and init_arguments.needed(cls):
            return cls(**config)
        try:
            inputs, outputs, aside = restored(config, custom_objects)
        except (TypeError, KeyError, IndexError, AttributeError) as error:
            raise ArgumentError(
                f"{cls.__name__}.from_config",
                f"got a config that does not fit: {type(error).__name__}: {str(error)[:200]}.",
            ) from error
        own = {k: v for k, v in config.items() if k not in _GRAPH} if is_user_defined(cls) else {}
        model = cls(
            inputs, outputs, name=config.get("name"), trainable=config.get("trainable", True), **own
        )
        return model.with_aside(aside)


#: Keras's name for the graph of a functional model, which here is the model.
Function = Functional


def _ports(graph: Graph) -> tuple[Port, ...]:
    """What a graph expects of its inputs."""
    names = _keys(graph.inputs) or [layer.name for layer in graph.input_layers]
    ids = _ids_by_place(graph)
    return tuple(
        Port(name, tuple(layer.shape[1:]), layer.dtype, ids=ids.get(place.index))
        for name, layer, place in zip(names, graph.input_layers, leaves(graph.inputs), strict=True)
    )


def _columns_of_tables(graph: Graph) -> set[int]:
    """The inputs that are columns of a `Table`, which takes them as they are."""
    return {
        place
        for step in graph.steps
        if getattr(step.layer, "_port_dtype", None) == "column"
        for place in step.sources()
    }


def _ids_by_place(graph: Graph) -> dict[int, int]:
    """The number of ids, for each value that is the input of an Embedding."""
    found: dict[int, int] = {}
    for step in graph.steps:
        if step.layer._ids and step.args and isinstance(step.args[0], ValueRef):
            place = step.args[0].index
            found[place] = min(step.layer._ids, found.get(place, step.layer._ids))
    return found


def _unwrapped(structure, form):
    """The item of a structure whose form is a list or tuple of one, as Keras returns it."""
    only = isinstance(form, list | tuple) and len(form) == 1 and not is_nested(form[0])
    return structure[0] if only else structure


def _keys(structure: Any) -> list[str] | None:
    """The keys of a flat dict, in the order of its leaves."""
    if not isinstance(structure, dict) or any(map(is_nested, structure.values())):
        return None
    return list(map(str, ordered_keys(structure)))


def _made_unique(names: list[str]) -> list[str]:
    """The names, with a number appended to repeated ones: a layer may be an output twice."""
    found: list[str] = []
    for name in names:
        new, count = name, 0
        while new in found:
            count += 1
            new = f"{name}_{count}"
        found.append(new)
    return found


def _as_input(value, layer):
    """A value cast to the input's float dtype; a last axis of extent 1 is added or removed to
    match the input, as in Keras."""
    from .. import ops

    if value is None:
        if layer.optional:
            return None
        raise ArgumentError(layer.name, "got None for an input that is not optional.")
    if is_float(value.dtype) and is_float(layer.dtype):
        value = ops.cast(value, layer.dtype)
    rank, shape = len(value.shape), layer.shape
    if rank == len(shape) - 1 and shape[-1] == 1:
        return ops.expand_dims(value, -1)
    if rank == len(shape) + 1 and value.shape[-1] == 1:
        return ops.squeeze(value, -1)
    return value
