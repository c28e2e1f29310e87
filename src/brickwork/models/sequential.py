"""`Sequential`: a linear stack of layers."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from ..data.facts import Port
from ..data.notices import listed
from ..errors import ArgumentError
from ..layers.input import InputLayer
from ..layers.input_spec import check_declared_shape, leaves_of_shapes, shapes_match
from ..layers.layer import Layer, SameShape
from ..layers.tracking import note_change
from ..program import Symbol
from ..program.records import replaced
from ..tree import flatten as leaves
from .model import Model, layer_from

if TYPE_CHECKING:
    from ..layers.layer import AnyLayer
    from .host_layers import HostPart


class Sequential(Model):
    """A linear stack of layers: each layer's output is the input of the next.

    Args:
        layers: list of `Layer`; the first may be `Input(shape=...)`. None (default) for none yet.
        trainable: whether an optimizer may change the weights; default True.
        name: str, name of the model; by default "sequential" with a number.

    If the first layer declares its input shape (``Input``, ``input_shape=``, ``input_dim=``), the
    weights are created as layers are added; otherwise with the first data.

    >>> from brickwork.layers import Dense
    >>> model = Sequential([Dense(3, input_dim=4), Dense(1)])
    >>> model.output_shape, model.count_params()
    ((None, 1), 19)
    """

    def __init__(
        self,
        layers: Sequence[Layer | Symbol] | None = None,
        trainable: bool = True,
        name: str | None = None,
    ):
        if isinstance(layers, Layer | type) or isinstance(trainable, Layer):
            got = "a layer" if isinstance(layers, Layer) else getattr(layers, "__name__", "layers")
            raise TypeError(
                f"Sequential.layers: got {got}, expected a list of layers. Put them "
                "into brackets: Sequential([Dense(8, input_dim=4), Dense(1)])."
            )
        super().__init__(name=name, trainable=trainable)
        self._first: InputLayer | None = None
        self._host_count = 0  # the number of layers that run before the engine
        # Of the input, a dict of them for columns, and of the output of each layer.
        self._symbols: list[Any] = []
        self._top: tuple | None = None  # a number of layers, and the output shape of the last one
        for layer in layers or []:
            self.add(layer)

    @property
    def layers(self) -> list[AnyLayer]:
        """The layers, from the first to the last."""
        return list(self._layers)

    def add(self, layer: Layer | Symbol) -> None:
        """Add a layer at the end; a layer that is there already is shared, with its weights.

        Args:
            layer: a `Layer`, or the symbol of an `Input` as the first.

        Raises:
            TypeError: if it is not a layer.
            ValueError: if it does not fit the layer before it, or another layer has its name.
        """
        if isinstance(layer, Symbol) and layer.history is not None:
            layer = layer.history.layer
        begin = getattr(layer, "_begin", None)
        if begin and not self._layers and self._first is None:
            begin(self)  # an old `Merge` of several branches, which makes a graph
            return
        if not isinstance(layer, Layer):
            if isinstance(layer, type) and issubclass(layer, Layer):
                raise TypeError(
                    f"Sequential.add: got the class {layer.__name__}, expected a layer "
                    f"of it. Call it: {layer.__name__}(...)."
                )
            raise TypeError(f"Sequential.add: got {type(layer).__name__}, expected a layer.")
        if any(other.name == layer.name and other is not layer for other in self._layers):
            raise _name_taken(layer.name)
        self._append(layer)

    def _append(self, layer: Layer) -> None:
        """`add` for a layer of a unique name."""
        if isinstance(layer, InputLayer):
            if self._layers or self._first is not None:
                raise ValueError(
                    "Sequential.add: got an Input after other layers, expected it first."
                )
            self._first = layer
            self._forget_programs()
            return
        self._check_place(layer)
        shape = self._shape_on_top(layer)
        self._check_fit(layer, shape)
        if shape is not None:
            with self._scope():
                layer.build_for(shape)
        self._layers.append(layer)
        note_change(self, "_layers", None, layer)
        if layer._host:
            self._host_count = len(self._layers)
            self._check_host_layers()
        layer._model = weakref.ref(self)
        self._finish(shape)

    def _check_place(self, layer: Layer) -> None:
        """Raise for a layer on columns that is not the first, or a host-side layer after one."""
        kind = type(layer).__name__
        if layer._encoders and (self._layers or self._first is not None):
            raise ArgumentError(
                f"{self.name}.add",
                f"got {layer.name!r}, a {kind}, after another layer, expected it first: it takes "
                "a dict of columns.",
            )
        if isinstance(layer, Sequential) and layer._columns_taken():
            raise ArgumentError(
                f"{self.name}.add",
                f"got {layer.name!r}, a model that takes a dict of columns, expected its layers: "
                "Sequential([*inner.layers, ...]).",
            )
        if layer._host and self._columns_taken():
            raise ArgumentError(
                f"{self.name}.add",
                f"got {layer.name!r}, which runs before the engine, after {self._layers[0].name!r}"
                ", which may have weights; expected a layer on numbers.",
            )

    def _columns_taken(self) -> dict[str, tuple]:
        """The shape of each column, if the first layer takes a dict of columns; else none."""
        encoders = self._layers[0]._encoders if self._layers else ()
        if not encoders:
            return {}
        return {key: (None, None) for key in sorted({k for e in encoders for k in e.keys})}

    def _check_fit(self, layer: Layer, shape: Any) -> None:
        """Raise if the layer declares another input shape than the output of the layer before it.

        If that is not built yet, its number of units is compared.
        """
        declared = layer._input_shape
        if declared is None and isinstance(layer, Model) and layer.built:
            declared = _features(layer.input_shape)
        if declared is not None:
            below = self._features_below() if shape is None else shape
            check_declared_shape(layer, declared, below)

    def _features_below(self) -> tuple | None:
        """The last axis of the top layer's output, as far as it is known before it is built."""
        from ..layers.activation import Activation
        from ..layers.dense import Dense

        below = next(
            (b for b in reversed(self._layers) if not isinstance(b, SameShape | Activation)), None
        )
        if isinstance(below, Dense):
            return (None, below.units)
        if below is not None and below.built and below._built_shape is not None:
            return _features(below.output_shape)
        return None

    def pop(self, rebuild: bool = True) -> AnyLayer:
        """Remove the last layer.

        Args:
            rebuild: accepted as in Keras, without effect: the model stays built.

        Returns:
            The removed `Layer`.

        Raises:
            TypeError: if the model has no layers.
        """
        if not self._layers:
            raise TypeError("Sequential.pop: the model has no layers.")
        layer = self._layers.pop()
        note_change(self, "_layers", layer, None)
        if layer not in self._layers:
            layer._model = None
        self._top = None
        self._count_host_layers()
        self._forget_programs()
        del self._symbols[len(self._layers) + 1 :]
        return layer

    def _count_host_layers(self) -> None:
        self._host_count = max(
            (i for i, layer in enumerate(self._layers, 1) if layer._host), default=0
        )
        self._check_host_layers()

    def _check_host_layers(self) -> None:
        if self._host_count:
            from .host_layers import untrained

            untrained(self._layers[: self._host_count])

    def _shape_on_top(self, layer: Layer) -> Any:
        """The shape of the next layer's inputs, if it is known."""
        if not self._layers:
            if self._first is None and layer._input_shape is not None:
                self._first = InputLayer(
                    batch_shape=layer._input_shape, dtype=_symbol_dtype(_entry(layer))
                )
            return None if self._first is None else tuple(self._first.shape)
        if not self.built:
            return None
        known, shape = self._top or (0, self._built_shape)
        for below in self._layers[known:]:
            shape = below.compute_output_shape(shape)
        self._top = len(self._layers), shape
        return shape

    def _finish(self, shape: Any) -> None:
        self._forget_programs()
        if self._first is not None:
            self._built_shape = tuple(self._first.shape)
            self.built = True
        elif columns := self._columns_taken():
            if len(self._layers) == 1:  # whose weights need no shape
                self._layers[0].build_for(columns)
            self._built_shape = columns
            self.built = True
        elif self.built and shape is None:
            self.built = False

    def build(self, input_shape: Any = None) -> None:
        """Create the weights of each layer.

        Args:
            input_shape: tuple, shape of the inputs, None for the batch; None (default) takes that
                of the first layer.

        Raises:
            ValueError: if no shape is known, or it differs from that of the first layer.
        """
        input_shape = self._columns_taken() or input_shape  # its weights need no shape
        if self._first is not None:
            first = tuple(self._first.shape)
            if input_shape is not None and not shapes_match(first[1:], tuple(input_shape)[1:]):
                raise ArgumentError(
                    f"{self.name}.build: input_shape",
                    f"got {tuple(input_shape)}, "
                    f"but its first layer has {first}, expected that or nothing.",
                )
            input_shape = first
        if input_shape is None:
            raise ValueError(
                "Sequential.build: got no shape. Begin with Input(shape=...), or give build one."
            )
        shape, self._top = _kept(input_shape), None
        for layer in self._layers:
            layer.build_for(shape)
            shape = layer.compute_output_shape(shape)
        self._check_host_layers()
        self._built_shape = _kept(input_shape)
        self.built = True
        self._forget_programs()

    def _call_anew(self, *args: Any, **kwargs: Any) -> Any:
        """See `Layer`; the input may be in a list of one, or in a dict by its name."""
        if args and type(args[0]) in (list, tuple, dict):
            args = self._single_input(args[0]), *args[1:]
        return super()._call_anew(*args, **kwargs)

    def _single_input(self, inputs):
        if isinstance(inputs, dict):
            if self._first is None:
                return inputs
            if self._first.name not in inputs:
                raise ArgumentError(
                    self.name,
                    f"got a dict of {listed(inputs)}, expected the key "
                    f"{self._first.name!r}, or an array.",
                )
            return inputs[self._first.name]
        rank = len(self._built_shape) if self._built_shape else 2
        whole = len(inputs) == 1 and len(getattr(inputs[0], "shape", ())) >= rank
        return inputs[0] if whole and not self._layers[0]._several else inputs

    def _check_arrays(self, inputs: Any, **kwargs: Any) -> None:
        """Raise for arrays that are invalid for the first layer."""
        for layer in self._layers[self._host_count :][:1]:
            layer._check_arrays(inputs)

    def _checks_arrays(self) -> bool:
        """Whether the first layer does."""
        return any(layer._checks_arrays() for layer in self._layers[self._host_count :][:1])

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Apply the layers in order, without those that run before the engine."""
        if not self._layers:
            raise ValueError(f"{self.name}: got inputs, but the model has no layers. Add some.")
        for layer in self._layers[self._host_count :]:
            inputs = layer(inputs, training=training)
        return inputs

    @property
    def _host_part(self) -> HostPart | None:  # type: ignore[override]  # elsewhere an attribute
        columns = self._columns_taken()
        if not self._host_count and not columns:
            return None
        from .host_layers import HostPart

        if columns:
            ports = tuple(Port(key, None, self._layers[0]._port_dtype) for key in columns)
            return HostPart(ports, self._encode, False, takes_columns=True)
        port = _entry(self._layers[0])
        if self._first is not None:
            port = Port(self._first.name, tuple(self._first.shape[1:]), self._first.dtype)
        elif self._built_shape is not None:
            port = replaced(port, shape=tuple(self._built_shape[1:]))
        first = self._layers[: self._host_count]
        whole, pads = len(first) == len(self._layers), any(layer._pads for layer in first)
        return HostPart((port,), self._run_host_layers, whole, pads)

    def _run_host_layers(self, arrays: list) -> list:
        value = arrays[0]
        for layer in self._layers[: self._host_count]:
            value = layer(value)
        return [value]

    def _encode(self, arrays: list) -> list:
        """The inputs of the engine for the columns that the first layer takes."""
        columns = dict(zip(self._columns_taken(), arrays, strict=True))
        return [encoder(columns) for encoder in self._layers[0]._encoders]

    def _call_argument(self, values):
        if self._columns_taken():
            return list(values)
        return super()._call_argument(values)

    def _outputs_of(self, values: list) -> Any:
        return values[0]

    # Symbols, for models that share layers with this one

    def connect(self) -> list[Symbol]:
        """Call the layers on symbols, as far as they were not called yet.

        A model inside another one starts from the symbol that it was first called on.

        Returns:
            List of `Symbol`: of the input, and of the output of each layer in order.

        Raises:
            AttributeError: if the shape of the input is not known yet.
        """
        if not self._symbols and self._nodes:
            self._symbols.append(self._nodes[0].args[0])
        if not self._symbols:
            if self._built_shape is None:
                raise AttributeError(
                    f"{self.name}: its input and output are not known before its "
                    "shape is; begin it with Input(shape=...), or build it."
                )
            if columns := self._columns_taken():
                self._symbols.append(_inputs_of_columns(columns, self._layers[0]._encoders))
                return self.connect()
            dtype = (
                _symbol_dtype(_entry(self._layers[0])) if self._host_count else self.compute_dtype
            )
            first = self._first or InputLayer(batch_shape=self._built_shape, dtype=dtype)
            self._symbols.append(first._nodes[0].outputs[0] if first._nodes else first.symbol())
        for layer in self._layers[len(self._symbols) - 1 :]:
            self._symbols.append(layer(self._symbols[-1]))
        return self._symbols

    @property
    def input(self) -> Any:
        """The symbol of the input; of a model inside another one, that of its first call."""
        return self._nodes[0].args[0] if self._nodes else self.connect()[0]

    @property
    def output(self) -> Any:
        """The symbol of the output; of a model inside another one, that of its first call."""
        return self._nodes[0].outputs[0] if self._nodes else self.connect()[-1]

    @property
    def inputs(self) -> list[Symbol]:
        """The symbol of the input, in a list."""
        return leaves(self.input)

    @property
    def outputs(self) -> list[Symbol]:
        """The symbol of the output, in a list."""
        return [self.output]

    def __getstate__(self) -> dict:
        return {**super().__getstate__(), "_symbols": []}

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)
        for layer in self._layers:
            layer._model = weakref.ref(self)

    def _open_shape(self):
        return self._built_shape if self._first is not None else super()._open_shape()

    def _input_ports(self):
        ids = next((layer._ids for layer in self._layers[self._host_count :]), None)
        if self._columns_taken():
            return tuple(Port(e.name, e.shape, e.dtype) for e in self._layers[0]._encoders)
        first, port = self._first, super()._input_ports()[0]
        if self._host_count and self.built:
            symbol, name = self.connect()[self._host_count], self._layers[self._host_count - 1].name
            return (replaced(port, name=name, shape=symbol.shape[1:], dtype=symbol.dtype, ids=ids),)
        if first is not None:
            whole = first.dtype.startswith("int")
            port = replaced(port, name=first.name, dtype=first.dtype if whole else port.dtype)
        if ids and not port.dtype.startswith("int"):  # ids are never converted to floats
            port = replaced(port, dtype="int32")
        return (replaced(port, ids=ids),)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the last layer's output."""
        shape = tuple(input_shape)
        for layer in self._layers:
            shape = layer.compute_output_shape(shape)
        return shape

    def get_config(self) -> dict:
        """Return the name and the configs of the layers, the input first."""
        from ..registry import Registry

        first = [] if self._first is None else [self._first]
        return {
            "name": self.name,
            "trainable": self.trainable,
            "layers": [Registry.serialize(layer) for layer in [*first, *self._layers]],
        }

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict[str, Any] | None = None) -> Self:
        """The inverse of `get_config`, with new weights. An entry that occurs twice is one layer,
        used twice."""
        model = cls(name=config.get("name"), trainable=config.get("trainable", True))
        created: dict[str | None, tuple] = {}
        for entry in config["layers"]:
            first_entry, layer = created.get(_name_in(entry), (None, None))
            if first_entry != entry:
                made = layer_from(entry, custom_objects)
                first_entry, layer = created.setdefault(made.name, (entry, made))
                if first_entry != entry:
                    raise _name_taken(made.name)
            model._append(layer)
        return model


def _features(shapes: Any) -> tuple | None:
    """The last axis of a shape; None for several shapes."""
    shapes = leaves_of_shapes(shapes)
    return (None, shapes[0][-1]) if len(shapes) == 1 else None


def _name_in(entry: Any) -> str | None:
    """The name of a layer as its config says it; None if it does not."""
    config = entry.get("config") if isinstance(entry, dict) else None
    name = config.get("name") if isinstance(config, dict) else None
    return name if isinstance(name, str) else None


def _name_taken(name: str) -> ValueError:
    return ValueError(
        f"Sequential.add: got a second layer named {name!r}, expected names that "
        "differ. Give one of them name=...."
    )


def _entry(layer: Any) -> Port:
    """What a first layer accepts, as far as it is known; dtype "any" if it accepts several."""
    if isinstance(layer, Model) and layer._host:
        return layer._host_part.ports[0]
    if layer._host:
        return Port("input", None, layer.input_dtype or "any")
    return Port("input", None, "int32" if layer._ids else layer.compute_dtype)


def _symbol_dtype(port: Port) -> str:
    """The dtype of the input's symbol, which has exactly one."""
    return "string" if port.dtype == "any" else port.dtype


def _inputs_of_columns(columns: dict[str, tuple], encoders: tuple) -> dict[str, Symbol]:
    """A symbol for each column that encoders read."""
    found = {}
    for key, shape in columns.items():
        dtypes = {encoder.keys[key] for encoder in encoders if key in encoder.keys}
        dtype = next((d for d in ("string", "int64", "float32") if d in dtypes), "string")
        found[key] = InputLayer(batch_shape=shape, dtype=dtype, name=key).symbol()
    return found


def _kept(shape: Any) -> Any:
    """A copy of a shape as a tuple; of a list or dict of shapes as one."""
    if isinstance(shape, dict):
        return dict(shape)
    several = isinstance(shape, list) and any(isinstance(part, list | tuple) for part in shape)
    return list(shape) if several else tuple(shape)
