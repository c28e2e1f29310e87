"""`Layer`: a brick. It states its config, its shapes, its weights and its math, once."""

from __future__ import annotations

from typing import Any, ClassVar

from .. import constraints, initializers, regularizers
from ..custom_objects import is_own
from ..dtype_policies import DTypePolicy, float_kind
from ..fields import Configurable, encode, explicit, field
from ..naming import unique_name
from ..program import Symbol, Variable, current_trace, is_float, standard
from ..program.dims import from_shape
from ..program.primitives.reduce import reduce_sum
from ..registry import Registry
from ..spelling import OldAttributes
from . import calling, init_arguments
from .initial_weights import first_values
from .older_add_weight import older_order
from .tracking import Holding

#: Arguments by which a first layer says its shape.
GIVEN = ("input_shape", "batch_input_shape", "input_dim")


class LayerArguments(Configurable):
    """What every layer may be told, by name, behind its own arguments."""

    name: str = field(None, kind="str", keyword=True)
    trainable: bool = field(True, kind="bool", keyword=True)
    dtype: str = field(None, convert=float_kind, keyword=True)
    activity_regularizer: Any = field(None, convert=regularizers.get, keyword=True)
    autocast: bool = field(True, kind="bool", keyword=True)
    input_shape: tuple = field(None, kind="shape", keyword=True)
    batch_input_shape: tuple = field(None, kind="shape", keyword=True)
    input_dim: int = field(None, kind="int", ge=1, keyword=True)


class Layer(OldAttributes, Holding, LayerArguments):
    """Base of all layers.

    A layer makes its weights in ``build(input_shape)`` and computes in ``call(inputs)``, written
    in `brickwork.ops`; it is called on arrays, or becomes part of a model's program.

    Args:
        name: by default the class's name with a number.
        trainable: whether an optimizer may change the weights.
        dtype: "float32" or "float64", of weights and computation, or a `DTypePolicy`; half
            precision is computed in float32.
        activity_regularizer: a penalty on the output, added to the loss.
        autocast: whether inputs of another kind of float are converted.
        input_shape, input_dim, batch_input_shape: what a first layer's inputs look like, so that
            a `Sequential` model can make its weights before it has seen data.

    >>> from brickwork import ops
    >>> class Scale(Layer):
    ...     def build(self, input_shape):
    ...         self.factor = self.add_weight((input_shape[-1],), "ones", name="factor")
    ...     def call(self, inputs):
    ...         return inputs * self.factor
    >>> Scale()([[1.0, 2.0]])
    array([[1., 2.]], dtype=float32)
    """

    is_input = False
    #: Arguments kept under ``_given``: the attributes of these names tell the shapes that the layer
    #: was built for.
    _given_names: ClassVar[tuple[str, ...]] = GIVEN
    #: How many ids there are, for a layer whose input is ids: 0 ... ids - 1.
    _ids: int | None = None
    #: Whether it is called on a list of inputs.
    _several = False
    #: Whether a row of the output depends on the same row of the inputs alone, and a call changes
    #: nothing. Of layers of a user's own it is not known, unless their classes say so.
    _by_row = True
    #: Whether it computes with NumPy, before the engine (`models/host_layers.py`).
    _host = False
    _losses: tuple | list = ()
    _model = None  # a weak reference to the `Sequential` model that it is in

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = _marking(cls.__dict__["build"])
        if is_own(cls):
            cls._by_row = cls.__dict__.get("_by_row", False)

    def __new__(cls, *args, **kwargs):
        layer = super().__new__(cls)
        if init_arguments.needed(cls):
            layer.__dict__["_arguments"] = init_arguments.given(cls, args, kwargs)
        return layer

    def setup(self) -> None:
        """A subclass that overrides this calls ``super().setup()`` first."""
        self.name = self.name or unique_name(type(self).__name__)
        self.built = False
        self.input_spec = None
        self.supports_masking = type(self).compute_mask is not Layer.compute_mask
        self._weights: list[Variable] = []
        self._layers: list[Layer] = []
        self._programs: dict[tuple, Any] = {}
        self._nodes: list = []
        self._built_shape = None

    def __setattr__(self, name: str, value) -> None:
        if name in self._given_names:
            self.__dict__.setdefault("_given", {})[name] = value
            return
        changes = not name.startswith("_") and self.__dict__.get(name, self) is not value
        if changes and self.__dict__.get("built") and name != "built":
            calling.edition += 1
        if changes and isinstance(value, Layer | Variable):
            self.__dict__.pop(name, None)  # weights are in the order in which they were put here
        object.__setattr__(self, name, value)
        if changes and name in self.__fields__ and self.__dict__.get("built"):
            calling.changed(self, name)

    # What it is given

    @property
    def trainable(self) -> bool:
        """Whether an optimizer may change the weights; setting it reaches layers inside too."""
        return self._trainable

    @trainable.setter
    def trainable(self, value) -> None:
        self._trainable = bool(value)
        for variable in self.own_variables():
            variable.trainable = (self._trainable and not getattr(variable, "frozen", False)
                                  and getattr(variable, "made_trainable", True))
        for layer in self.sublayers():
            object.__setattr__(layer, "trainable", value)  # models are told once, of all of them

    @property
    def compute_dtype(self) -> str:
        """The kind of float that it computes in."""
        return self.dtype

    @property
    def variable_dtype(self) -> str:
        """The kind of float of its weights."""
        return self.dtype

    @property
    def dtype_policy(self) -> DTypePolicy:
        """The policy of that kind of float."""
        return DTypePolicy(self.dtype)

    @property
    def _input_shape(self) -> tuple | None:
        """The shape of its inputs as it was told at construction, the batch included."""
        given = self.__dict__.get("_given", {})
        if given.get("batch_input_shape") is not None:
            return given["batch_input_shape"]
        if given.get("input_shape") is not None:
            return (None, *given["input_shape"])
        return None if given.get("input_dim") is None else (None, given["input_dim"])

    # Shapes

    @property
    def input_shape(self) -> tuple:
        """The shape that it was built for."""
        if self._built_shape is None:
            raise AttributeError(f"{self.name}.input_shape: not known before the layer is built.")
        return self._built_shape

    @property
    def output_shape(self) -> tuple:
        """The shape of its output for the shape that it was built for."""
        return self.compute_output_shape(self.input_shape)

    @property
    def input(self):
        """The symbol that it was first called on; for a layer that was called on arrays only, one
        like its input."""
        node = self._first_node()
        if node is None:
            return self._like(self.input_shape)
        return node.args[0] if node.args else node.outputs[0]

    @property
    def output(self):
        """The symbol that its first call on symbols answered; else one like its output."""
        node = self._first_node()
        if node is None:
            return self._like(self.output_shape)
        return node.outputs[0] if len(node.outputs) == 1 else list(node.outputs)

    def _first_node(self):
        """Its first call on symbols; a layer of a `Sequential` model is called on them now."""
        model = self._model() if self._model else None
        if not self._nodes and model is not None:
            model.connect()
        return self._nodes[0] if self._nodes else None

    def _like(self, shape):
        if any(isinstance(d, tuple | list) for d in shape):
            return [self._like(s) for s in shape]
        return Symbol("layer", (), {"name": self.name}, from_shape(shape), self.compute_dtype)

    def compute_output_shape(self, input_shape):
        """The shape of the output, the batch being None; found by a trace unless overridden."""
        return calling.inferred(self, input_shape)

    def compute_mask(self, inputs, previous_mask):
        """The mask of the output: the input's, for a layer that supports masking."""
        return previous_mask

    # Weights

    def build(self, input_shape) -> None:
        """Make the weights for inputs of this shape; a layer without weights needs no own."""
        self._mark_built(input_shape)

    def build_for(self, shape) -> None:
        """Build for a shape, or, if it is built, check that the shape fits."""
        from .input_spec import check_inputs

        shapes = list(shape) if any(isinstance(s, tuple | list) for s in shape) else [shape]
        if not self.built:
            check_inputs(self, shapes, [None] * len(shapes))
            self.build(shape)
            inside = self.sublayers()
            if not all(layer.built for layer in inside) and not (
                    self._host or any(layer._host for layer in inside)):
                calling.inferred(self, shape)  # makes their weights, as a first call does
        check_inputs(self, shapes, [None] * len(shapes))

    def _mark_built(self, input_shape) -> None:
        self.built = True
        if input_shape is not None and self._built_shape is None:
            self._built_shape = _kept(input_shape)

    @older_order
    def add_weight(self, shape=None, initializer=None, dtype=None, trainable=True, autocast=True,
                   regularizer=None, constraint=None, aggregation="none",
                   overwrite_with_gradient=False, name=None) -> Variable:
        """Make a weight of the layer.

        Args:
            shape: a tuple; () is one number.
            initializer: a name, object or function; by default Glorot's, or zeros for integers.
            dtype: the layer's by default.
            trainable: whether an optimizer may change it.
            regularizer, constraint: of this weight.
            autocast, aggregation: accepted as in Keras; there is one device and one kind.
            name: of the weight; its path is ``layer/name``.
        """
        if overwrite_with_gradient:
            raise ValueError(f"{self.name}.add_weight: got overwrite_with_gradient=True, which "
                             "scales of 8-bit floats need; they do not exist here.")
        dtype = standard(dtype or self.variable_dtype)
        if initializer is None:
            initializer = "glorot_uniform" if is_float(dtype) else "zeros"
        shape = tuple(shape or ())
        first = first_values(initializers.get(initializer), shape, dtype)
        variable = Variable(first, shape, dtype,
                            trainable=trainable and self.trainable, name=name or "variable")
        variable.made_trainable = bool(trainable)
        variable.path = f"{self.name}/{variable.name}"
        variable.regularizer = regularizers.get(regularizer)
        variable.constraint = constraints.get(constraint)
        self._weights.append(variable)
        return variable

    def add_loss(self, loss, inputs=None) -> None:
        """Add a number to the loss of this call (in `call`, where it is part of the program).

        ``inputs`` is taken as in Keras 2, which wanted to know what the number depends on.
        """
        trace = current_trace()
        for part in loss if isinstance(loss, list | tuple) else [loss]:
            if trace is None and isinstance(part, Symbol):
                raise NotImplementedError(
                    f"{self.name}.add_loss: got a symbol between layers, expected a number made in "
                    "call. Put a layer there whose call adds it, or make the model by "
                    "Model(inputs, outputs), whose add_loss takes symbols.")
            if trace is not None:
                trace.losses.append(reduce_sum(part))
            else:
                self._losses = [*self._losses, part]

    @property
    def losses(self) -> list:
        """What the last call on arrays added to the loss, and the weights' penalties."""
        penalties = [v.regularizer(v.value) for v in self.trainable_weights
                     if v.regularizer is not None]
        return [*self._losses, *penalties]

    # Calling

    def call(self, *args, **kwargs):
        """The math, in `brickwork.ops`; a subclass writes it."""
        raise NotImplementedError(f"{type(self).__name__} must write call(self, inputs).")

    def _check_arrays(self, *args, **kwargs) -> None:
        """Refuse arrays that have no meaning for the layer; called before it computes on them."""

    def __call__(self, *args, **kwargs):
        """The output for a symbol or an array.

        ``training`` (default: that of the caller, else False) and ``mask`` go by name.
        """
        if "_programs" not in self.__dict__:
            raise RuntimeError(f"{type(self).__name__}: its __init__ must call "
                               "super().__init__(**kwargs) before anything else.")
        return calling.call(self, args, kwargs)

    def draw(self, level: str = "auto", view: str = "front", **options):
        """The layer, or the model, as bricks; the options are those of `brickwork.pictures.draw`.

        >>> from brickwork.layers import Dense
        >>> Dense(2, input_dim=3, name="two").draw()
        <Picture: two as bricks: 3 inputs, 2 outputs, 6 synapses>
        """
        from ..pictures import draw

        return draw(self, level, view, **options)

    # Config

    @init_arguments.of_arguments
    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer, of plain values.

        Raises:
            NotImplementedError: of a class that writes its own ``__init__`` and not this, where
                that was given what no config can hold.
        """
        config = {}
        found = self.__dict__.get("_arguments") if init_arguments.needed(type(self)) else None
        fields = self.__fields__ if found is None else LayerArguments.__fields__
        for name, declared in fields.items():
            if name not in self._given_names:
                value = getattr(self, name)
                silent = name in ("autocast", "activity_regularizer") and not explicit.wanted()
                if not (silent and value is declared.default):
                    config[name] = encode(value)
        return config if found is None else init_arguments.config(self, found, config)

    def __getstate__(self) -> dict:
        return {**self.__dict__, "_programs": {}, "_nodes": [], "_model": None}


def _kept(shape):
    """A shape, or several in a list or dict, that nobody changes any more."""
    return dict(shape) if isinstance(shape, dict) else tuple(shape)


def _marking(build):
    """A class's ``build``, after which the layer counts as built."""
    def marked(self, *args, **kwargs):
        from .input_spec import check_told

        shape = args[0] if args else next(iter(kwargs.values()), None)
        if isinstance(shape, tuple) and all(d is None or isinstance(d, int) for d in shape):
            check_told(self, self._input_shape, shape)
        self._built_shape = _kept(shape) if isinstance(shape, list | tuple | dict) else None
        build(self, *args, **kwargs)
        self.built = True

    marked.__wrapped__ = build  # so that its arguments can be looked at
    marked.__doc__ = build.__doc__
    return marked


registry = Registry("layer", Layer, functions=False)


class SameShape(Layer):
    """A layer whose output has the shape, and the mask, of its input."""

    def setup(self) -> None:
        super().setup()
        self.supports_masking = True

    def compute_output_shape(self, input_shape):
        """The inputs' shape."""
        return input_shape
