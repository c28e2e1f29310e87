"""`Sequential`: one brick on the other."""

from __future__ import annotations

import weakref
from dataclasses import replace

from ..data.facts import Port
from ..data.notices import listed
from ..errors import ArgumentError
from ..layers.activation import Activation
from ..layers.dense import Dense
from ..layers.input import InputLayer
from ..layers.input_spec import alike, check_declared_shape
from ..layers.layer import Layer, SameShape
from ..program import Symbol
from .functional import leaves_of_shapes
from .model import Model, part


class Sequential(Model):
    """A chain of layers: each takes what the one before it gives.

    Args:
        layers: layers, or `Input(shape=...)` as the first.
        name: of the model.

    Where the first layer says its shape (``Input``, ``input_shape=``, ``input_dim=``) the
    weights are made as the layers are added; otherwise when the first data come.

    >>> from brickwork.layers import Dense
    >>> model = Sequential([Dense(3, input_dim=4), Dense(1)])
    >>> model.output_shape, model.count_params()
    ((None, 1), 19)
    """

    def __init__(self, layers=None, trainable: bool = True, name: str | None = None):
        if isinstance(layers, Layer | type) or isinstance(trainable, Layer):
            got = "a layer" if isinstance(layers, Layer) else getattr(layers, "__name__", "layers")
            raise TypeError(f"Sequential.layers: got {got}, expected a list of layers. Put them "
                            "into brackets: Sequential([Dense(8, input_dim=4), Dense(1)]).")
        super().__init__(name=name, trainable=trainable)
        self._first: InputLayer | None = None
        self._early = 0  # so many layers run before the engine
        self._ends: list[Symbol] = []
        self._top: tuple | None = None  # of so many layers the shape that the last one gives
        for layer in layers or []:
            self.add(layer)

    @property
    def layers(self) -> list[Layer]:
        """The layers, from the first to the last."""
        return list(self._layers)

    def add(self, layer) -> None:
        """Put a layer on top; one that is in it already is used again, with the same weights.

        Raises:
            ValueError: if it does not fit on the one below, or if another layer has its name.
        """
        if isinstance(layer, Symbol) and layer.history is not None:
            layer = layer.history.layer
        if getattr(layer, "_begin", None) and not self._layers and self._first is None:
            layer._begin(self)  # several branches: no chain from here on
            return
        if not isinstance(layer, Layer):
            if isinstance(layer, type) and issubclass(layer, Layer):
                raise TypeError(f"Sequential.add: got the class {layer.__name__}, expected a layer "
                                f"of it. Call it: {layer.__name__}(...).")
            raise TypeError(f"Sequential.add: got {type(layer).__name__}, expected a layer.")
        if any(other.name == layer.name and other is not layer for other in self._layers):
            raise _taken(layer.name)
        self._put(layer)

    def _put(self, layer: Layer) -> None:
        """`add` for a layer whose name is no other's."""
        if isinstance(layer, InputLayer):
            if self._layers or self._first is not None:
                raise ValueError("Sequential.add: got an Input above other layers, expected it "
                                 "first.")
            self._first = layer
            self._forget_programs()
            return
        shape = self._shape_on_top(layer)
        self._check_fit(layer, shape)
        if shape is not None:
            layer.build_for(shape)
        self._layers.append(layer)
        if layer._host:
            self._early = len(self._layers)
            self._check_early()
        layer._model = weakref.ref(self)
        self._finish(shape)

    def _check_fit(self, layer: Layer, shape) -> None:
        """Refuse what was told of other inputs than lie below it, also where only the number of
        units is known there yet."""
        told = layer._input_shape
        if told is None and isinstance(layer, Model) and layer.built:
            told = _features(layer.input_shape)
        if shape is None:
            below = next((b for b in reversed(self._layers)
                          if not isinstance(b, SameShape | Activation)), None)
            if isinstance(below, Dense):
                shape = (None, below.units)
            elif below is not None and below.built and below._built_shape is not None:
                shape = _features(below.output_shape)
        check_declared_shape(layer, told, shape)

    def pop(self, rebuild: bool = True):
        """Take the top layer off; answers it."""
        if not self._layers:
            raise TypeError("Sequential.pop: the model has no layers.")
        layer = self._layers.pop()
        if layer not in self._layers:
            layer._model = None
        self._top = None
        self._count_early()
        self._forget_programs()
        del self._ends[len(self._layers) + 1:]
        return layer

    def _count_early(self) -> None:
        self._early = max((i for i, layer in enumerate(self._layers, 1) if layer._host), default=0)
        self._check_early()

    def _check_early(self) -> None:
        if self._early:
            from .host_layers import untrained

            untrained(self._layers[:self._early])

    def _shape_on_top(self, layer: Layer):
        """What the next layer will be given, if that is known."""
        if not self._layers:
            if self._first is None and layer._input_shape is not None:
                self._first = InputLayer(shape=layer._input_shape[1:],
                                         dtype=_symbolic(_entry(layer)))
            return None if self._first is None else (None, *self._first.shape[1:])
        if not self.built:
            return None
        known, shape = self._top or (0, self._built_shape)
        for below in self._layers[known:]:
            shape = below.compute_output_shape(shape)
        self._top = len(self._layers), shape
        return shape

    def _finish(self, shape) -> None:
        self._forget_programs()
        if self._first is not None:
            self._built_shape = (None, *self._first.shape[1:])
            self.built = True
        elif self.built and shape is None:
            self.built = False

    def build(self, input_shape=None) -> None:
        """Make the weights of every layer for inputs of this shape."""
        if self._first is not None:
            first = (None, *self._first.shape[1:])
            if input_shape is not None and not alike(first, tuple(input_shape)):
                raise ArgumentError(f"{self.name}.build: input_shape", f"got {tuple(input_shape)}, "
                                    f"but its first layer says {first}, expected that or nothing.")
            input_shape = first
        if input_shape is None:
            raise ValueError("Sequential.build: got no shape. Begin with Input(shape=...), or "
                             "give build one.")
        shape, self._top = tuple(input_shape), None
        for layer in self._layers:
            layer.build_for(shape)
            shape = layer.compute_output_shape(shape)
        self._check_early()
        self._built_shape = tuple(input_shape)
        self.built = True
        self._forget_programs()

    def __call__(self, *args, **kwargs):
        """See `Layer`; the one input may stand in a list, or in a dict under its name."""
        if args and type(args[0]) in (list, tuple, dict):
            args = self._only(args[0]), *args[1:]
        return super().__call__(*args, **kwargs)

    def _only(self, inputs):
        if isinstance(inputs, dict):
            if self._first is None:
                return inputs
            if self._first.name not in inputs:
                raise ArgumentError(self.name, f"got a dict of {listed(inputs)}, expected the key "
                                    f"{self._first.name!r}, or an array.")
            return inputs[self._first.name]
        rank = len(self._built_shape) if self._built_shape else 2
        whole = len(inputs) == 1 and len(getattr(inputs[0], "shape", ())) >= rank
        return inputs[0] if whole and not self._layers[0]._several else inputs

    def _check_arrays(self, inputs, **kwargs) -> None:
        """Refuse arrays that have no meaning for the first layer."""
        for layer in self._layers[self._early:][:1]:
            layer._check_arrays(inputs)

    def call(self, inputs, training=None, mask=None):
        """The layers one after the other; of a model that is divided (`before.py`), the rest."""
        for layer in self._layers[self._early:]:
            inputs = layer(inputs, training=training)
        return inputs

    @property
    def _before(self):
        if not self._early:
            return None
        from .host_layers import Before

        port = _entry(self._layers[0])
        if self._first is not None:
            port = Port(self._first.name, tuple(self._first.shape[1:]), self._first.dtype)
        elif self._built_shape is not None:
            port = replace(port, shape=tuple(self._built_shape[1:]))
        return Before((port,), self._run_early, self._early == len(self._layers))

    def _run_early(self, arrays: list) -> list:
        value = arrays[0]
        for layer in self._layers[:self._early]:
            value = layer(value)
        return [value]

    def _outputs_of(self, values: list):
        return values[0]

    # As symbols, for models that begin or end in this one

    def connect(self) -> list[Symbol]:
        """The symbols of the input and of each layer's output, in order; layers that were not
        called on symbols yet are called now. A model inside of another begins where that calls it.

        Raises:
            AttributeError: where the shape of the input is not known yet.
        """
        if not self._ends and self._nodes:
            self._ends.append(self._nodes[0].args[0])
        if not self._ends:
            if self._built_shape is None:
                raise AttributeError(f"{self.name}: its input and output are not known before its "
                                     "shape is; begin it with Input(shape=...), or build it.")
            kind = _symbolic(_entry(self._layers[0])) if self._early else self.compute_dtype
            first = self._first or InputLayer(batch_shape=self._built_shape, dtype=kind)
            self._ends.append(first._nodes[0].outputs[0] if first._nodes else first.symbol())
        for layer in self._layers[len(self._ends) - 1:]:
            self._ends.append(layer(self._ends[-1]))
        return self._ends

    @property
    def input(self):
        """The symbol of its input: of a model inside of another, what that first calls it on."""
        return self._nodes[0].args[0] if self._nodes else self.connect()[0]

    @property
    def output(self):
        """The symbol of its output; likewise."""
        return self._nodes[0].outputs[0] if self._nodes else self.connect()[-1]

    @property
    def inputs(self) -> list:
        """The symbol of its input, in a list."""
        return [self.input]

    @property
    def outputs(self) -> list:
        """The symbol of its output, in a list."""
        return [self.output]

    def __getstate__(self) -> dict:
        return {**super().__getstate__(), "_ends": []}

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)
        for layer in self._layers:
            layer._model = weakref.ref(self)

    def _input_ports(self):
        ids = next((layer._ids for layer in self._layers[self._early:]), None)
        first, port = self._first, super()._input_ports()[0]
        if self._early and self.built:
            symbol, name = self.connect()[self._early], self._layers[self._early - 1].name
            return (replace(port, name=name, shape=symbol.shape[1:], dtype=symbol.dtype, ids=ids),)
        if first is not None:
            whole = first.dtype.startswith("int")
            port = replace(port, name=first.name, dtype=first.dtype if whole else port.dtype)
        if ids and not port.dtype.startswith("int"):  # ids never pass through floats
            port = replace(port, dtype="int32")
        return (replace(port, ids=ids),)

    def compute_output_shape(self, input_shape):
        """The shape of the last layer's output."""
        shape = tuple(input_shape)
        for layer in self._layers:
            shape = layer.compute_output_shape(shape)
        return shape

    def get_config(self) -> dict:
        """Name and layers, the input first."""
        from ..registry import Registry

        first = [] if self._first is None else [self._first]
        return {"name": self.name, "trainable": self.trainable,
                "layers": [Registry.serialize(layer) for layer in [*first, *self._layers]]}

    @classmethod
    def from_config(cls, config: dict, custom_objects=None):
        """The inverse of `get_config`; weights are made anew. No two layers have one name: where
        an entry comes again, so does its layer."""
        model = cls(name=config.get("name"), trainable=config.get("trainable", True))
        made: dict[str, tuple] = {}
        for entry in config["layers"]:
            layer = part(entry, custom_objects)
            said, known = made.setdefault(layer.name, (entry, layer))
            if said != entry:
                raise _taken(layer.name)
            model._put(known)
        return model


def _features(shapes) -> tuple | None:
    """Of one shape its last axis; of several, None."""
    shapes = leaves_of_shapes(shapes)
    return (None, shapes[0][-1]) if len(shapes) == 1 else None


def _taken(name: str) -> ValueError:
    return ValueError(f"Sequential.add: got a second layer named {name!r}, expected names that "
                      "differ. Give one of them name=....")


def _entry(layer) -> Port:
    """What a first layer takes, as far as it knows; "any" kind, where it takes several."""
    if isinstance(layer, Model) and layer._host:
        return layer._before.ports[0]
    if layer._host:
        return Port("input", None, layer.input_dtype or "any")
    kind = "int32" if layer._ids else layer.compute_dtype
    return Port("input", None, kind)


def _symbolic(port: Port) -> str:
    """The kind for a symbol, which has one."""
    return "string" if port.dtype == "any" else port.dtype
