"""`Layer`, the base of all layers: it defines its config, its shapes, its weights and its math."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import constraints, initializers, regularizers
from ..custom_objects import is_user_defined, overrides
from ..dtype_policies import NAMES, DTypePolicy, DTypePolicyMap, get as policy_of
from ..errors import missing_attribute
from ..fields import Configurable, encode, explicit, field
from ..naming import unique_name
from ..program import (
    Symbol,
    Variable,
    current_path,
    current_trace,
    is_float,
    standard,
)
from ..program.dims import Trial, from_shape
from ..program.jax_calls import held, or_in_jax
from ..program.name_scopes import Scope
from ..program.primitives.reduce import reduce_sum
from ..program.stateless import StatelessLayer
from ..registry import Registry
from ..spelling import OldAttributes
from . import calling, init_arguments, tracking
from .initial_weights import first_values
from .known_calls import known_call
from .older_add_weight import accepts_old_order
from .own_state import OwnState
from .tracking import AttributeTracking

if TYPE_CHECKING:
    from ..pictures.picture import Picture
    from ..program.types import DType
    from .input_spec import InputSpec

#: Stands for an attribute that is not there; of a plain type, see `tracking.PLAIN`.
_ABSENT = "no such attribute"
#: Arguments by which the first layer of a model declares its input shape.
GIVEN = ("input_shape", "batch_input_shape", "input_dim")


class LayerArguments(Configurable):
    """The keyword arguments that every layer has, after its own."""

    name: str | Any = field(default=None, kind="str", kw_only=True)
    trainable: bool = field(default=True, kind="bool", kw_only=True)
    dtype: str | Any = field(default=None, convert=policy_of, kw_only=True)
    activity_regularizer: Any = field(default=None, convert=regularizers.get, kw_only=True)
    autocast: bool = field(default=True, kind="bool", kw_only=True)
    input_shape: Sequence[int | None] | None = field(default=None, kind="shape", kw_only=True)
    batch_input_shape: Sequence[int | None] | None = field(default=None, kind="shape", kw_only=True)
    input_dim: int | None = field(default=None, kind="int", ge=1, kw_only=True)


class Layer(StatelessLayer, OldAttributes, AttributeTracking, OwnState, LayerArguments):
    """Base of all layers.

    A layer creates its weights in ``build(input_shape)`` and computes its output in
    ``call(inputs)``, written in `brickwork.ops`. It is called on arrays, or becomes part of a
    model's program.

    Args:
        name: str; by default the class's name with a number.
        trainable: whether an optimizer may change the weights; default True.
        dtype: a float dtype or a `DTypePolicy`, for weights and computation; under "mixed_float16"
            and "mixed_bfloat16" weights are float32. Default the global policy, or `floatx()`.
        activity_regularizer: penalty on the output, added to the loss; default None.
        autocast: whether float inputs, and weights as `call` reads them, are cast to the dtype of
            the layer's computations; default True.
        input_shape: tuple of ints, shape of one row of the inputs, without the batch. With it (or
            with one of the next two) a `Sequential` model builds its weights before it sees data.
        batch_input_shape: tuple, shape of the inputs with the batch, which may be None.
        input_dim: int >= 1, number of features; short for ``input_shape=(input_dim,)``.

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
    #: Arguments stored in ``_given``, since the attributes of these names are something else: the
    #: shape that the layer was built for, for instance.
    _given_names: ClassVar[tuple[str, ...]] = GIVEN
    #: The number of ids, for a layer whose inputs are ids: 0 ... ids - 1.
    _ids = None  # type: int | None
    #: Whether it is called on a list of inputs.
    _several = False
    #: Whether a row of the output depends on the same row of the inputs alone, and a call changes
    #: no state. False for custom layers unless their classes set it.
    _by_row = True
    #: Whether `compute_output_shape` may know more than a trace.
    _declares_shape = False
    #: Whether it computes with NumPy, before the engine runs (`models/host_layers.py`).
    _host = False
    #: For a layer with weights whose inputs may be strings: the functions that make arrays of
    #: numbers of a dict of columns, before the engine runs (`models/host_layers.py`).
    _encoders = ()  # type: tuple
    #: Whether the rows of a batch are padded to the longest of them.
    _pads = False
    _losses = ()  # type: tuple | list
    _policy = None  # type: Any
    _model = None  # type: Any  # a weak reference to the `Sequential` model that it is part of

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = _marking(cls.__dict__["build"])  # type: ignore[method-assign]
        if is_user_defined(cls):
            cls._by_row = cls.__dict__.get("_by_row", False)
            cls._declares_shape = cls._declares_shape or "compute_output_shape" in cls.__dict__

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        layer = super().__new__(cls)
        if init_arguments.needed(cls):
            layer.__dict__["_arguments"] = init_arguments.given(cls, args, kwargs)
        return layer

    _made_by_setup = "_nodes"

    def setup(self) -> None:
        """Initialize the state; a subclass that overrides this calls ``super().setup()`` first."""
        self.name = self.name or unique_name(type(self).__name__)
        self.built = self._stateless()
        self.input_spec: InputSpec | Sequence[InputSpec | None] | None = None
        self.supports_masking = type(self).compute_mask is not Layer.compute_mask
        self._weights: list[Variable] = []
        self._layers: list[Any] = []  # of `Layer`
        self._programs: dict[tuple, Any] = {}
        self._nodes: list = []
        self._built_shape: Any = None

    def _stateless(self) -> bool:
        """Whether it is built from the start, as in Keras: a layer of the library's that has no
        weights, or a subclass that does not build any."""
        kind = type(self)
        ours = next(base for base in kind.__mro__ if not is_user_defined(base))
        return kind.build is Layer.build and ours is not Layer

    def _has_no_shape(self) -> bool:
        """Whether it is not built for a shape yet."""
        return not self.built or (self._built_shape is None and self._stateless())

    if not TYPE_CHECKING:  # for them a misspelt attribute is an error

        def __setattr__(self, name: str, value: Any) -> None:
            if name in tracking.PASSING:
                object.__setattr__(self, name, value)
                return
            if name in self._given_names:
                self.__dict__.setdefault("_given", {})[name] = value
                return
            before = self.__dict__.get(name, _ABSENT)
            plain = tracking.PLAIN
            if before is not value and (type(value) not in plain or type(before) not in plain):
                tracking.note_change(self, name, before, value)
            changes = not name.startswith("_") and before is not value
            if changes and self.__dict__.get("built") and name != "built":
                calling.edition += 1
            if changes and isinstance(value, Layer | Variable):
                self.__dict__.pop(name, None)  # weights are in the order of assignment
            object.__setattr__(self, name, value)
            if changes and name in self.__fields__ and self.__dict__.get("built"):
                calling.changed(self, name)

        def __delattr__(self, name: str) -> None:
            tracking.note_change(self, name, self.__dict__.get(name), None)
            super().__delattr__(name)

    # The arguments of every layer

    @property  # type: ignore[misc]  # a field
    def trainable(self) -> bool:
        """Whether an optimizer may change the weights; setting it also sets the layers inside."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._set_own_trainable(value)
        walk = self._walk() if self.__dict__.get("built") else None
        for layer in self.sublayers() if walk is None else walk.inside:
            object.__setattr__(layer, "trainable", value)  # models are notified once, for all

    def _set_own_trainable(self, value: bool) -> None:
        """Set `trainable` without the layers inside; no model is told."""
        self._trainable = bool(value)
        walk = self._walk() if self.__dict__.get("built") else None
        for variable in self.own_variables() if walk is None else walk.own:
            trainable = (
                self._trainable
                and not getattr(variable, "frozen", False)
                and getattr(variable, "made_trainable", True)
            )
            if variable.trainable is not trainable:
                variable.trainable = trainable

    @property  # type: ignore[misc]  # a field
    def dtype(self) -> str:
        """The dtype of the weights; setting it, to a policy too, sets the policy."""
        return self.variable_dtype

    @dtype.setter
    def dtype(self, value: Any) -> None:
        self._policy = policy_of(value) if isinstance(value, str) and value in NAMES else value

    @property
    def compute_dtype(self) -> str:
        """The dtype of the computation."""
        return getattr(self._own_policy(), "compute_dtype", self._policy)

    @property
    def variable_dtype(self) -> str:
        """The dtype of the weights."""
        return getattr(self._own_policy(), "variable_dtype", self._policy)

    @property
    def _input_dtype(self) -> str:
        """What float inputs are cast to."""
        return self.compute_dtype

    def _autocast_weights(self) -> str | None:
        """What float weights are cast to where `call` reads them; None for their own dtype."""
        dtype = self.compute_dtype
        return dtype if self.autocast and dtype != self.variable_dtype else None

    def _own_policy(self) -> Any:
        """The policy of this layer's path; of layers of other data their dtype."""
        policy = self._policy
        return policy[self.path] if isinstance(policy, DTypePolicyMap) else policy

    @property
    def dtype_policy(self) -> DTypePolicy:
        """The dtype policy of the layer; setting it, by name too, sets the `dtype`."""
        return policy_of(self._policy)

    @dtype_policy.setter
    def dtype_policy(self, value: Any) -> None:
        self.dtype = policy_of(value)

    @property
    def path(self) -> str:
        """The name, after those of the layers and models in whose calls it was built."""
        return "/".join(filter(None, (self.__dict__.get("_parent_path"), self.name)))

    def _scope(self) -> Scope:
        """The name scope of the layer, in which its weights and the layers inside are built."""
        self.__dict__.setdefault("_parent_path", current_path())
        # Weights that are made later, such as those of LoRA, have the path of the layer, too.
        return Scope(self.name if current_path() else self.path, caller=self)

    @property
    def _input_shape(self) -> tuple | None:
        """The shape of the inputs that the arguments declare, with the batch; else None."""
        given = self.__dict__.get("_given", {})
        if given.get("batch_input_shape") is not None:
            return given["batch_input_shape"]
        if given.get("input_shape") is not None:
            return (None, *given["input_shape"])
        return None if given.get("input_dim") is None else (None, given["input_dim"])

    # Shapes

    @property  # type: ignore[misc]  # a field
    def input_shape(self) -> Any:  # type: ignore[override]
        """The shape of the inputs that the layer was built for."""
        if self._built_shape is None:
            raise AttributeError(f"{self.name}.input_shape: not known before the layer is built.")
        return self._built_shape

    @property
    def output_shape(self) -> Any:
        """The shape of the output for `input_shape`."""
        return self.compute_output_shape(self.input_shape)

    @property
    def input(self) -> Any:
        """The symbol that the layer was first called on.

        For a layer that was called on arrays only, a new symbol of the same shape.
        """
        node = self._first_node()
        if node is None:
            return self._like(self.input_shape)
        return node.args[0] if node.args else node.outputs[0]

    @property
    def output(self) -> Any:
        """The symbol that the first call on symbols returned.

        For a layer that was called on arrays only, a new symbol of the output's shape.
        """
        node = self._first_node()
        if node is None:
            return self._like(self.output_shape)
        return node.outputs[0] if len(node.outputs) == 1 else list(node.outputs)

    def _first_node(self):
        """The first call on symbols; calls the layers of a `Sequential` model on symbols first."""
        model = self._model() if self._model else None
        if not self._nodes and model is not None:
            model.connect()
        return self._nodes[0] if self._nodes else None

    def _like(self, shape):
        if any(isinstance(d, tuple | list) for d in shape):
            return [self._like(s) for s in shape]
        return Symbol("layer", (), {"name": self.name}, from_shape(shape), self.compute_dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the output; found by a trace unless overridden.

        Args:
            input_shape: tuple, shape of the inputs, None for the batch; for several inputs a list
                of tuples.

        Returns:
            A tuple, None for the batch; for several outputs a list of tuples.
        """
        return calling.inferred(self, input_shape)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Return symbols of the outputs' shapes and dtypes; found by a trace, or from the class's
        own `compute_output_shape`.

        Args:
            args, kwargs: as for `call`, with symbols (`KerasTensor`) for tensors.

        Returns:
            A `KerasTensor`, or a nest of them.

        >>> from brickwork import KerasTensor
        >>> from brickwork.layers import Dense
        >>> Dense(2).compute_output_spec(KerasTensor((None, 3))).shape
        (None, 2)
        """
        from .keras_tensor import output_spec

        return output_spec(self, args, kwargs)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return the mask of the output; by default the inputs' mask.

        It is called for layers that support masking.

        Args:
            inputs: tensor or list of tensors, the first argument of the call.
            previous_mask: the inputs' bool masks, one for each tensor; None where there is none.

        Returns:
            A bool tensor, True for steps that count; None for no mask.
        """
        return previous_mask

    # Weights

    def build(self, input_shape: Any) -> None:
        """Create the weights; a layer without weights does not override this.

        Args:
            input_shape: tuple, shape of the inputs, None for the batch; for several inputs a list
                of tuples.
        """
        self._mark_built(input_shape)

    def build_for(self, shape: Any) -> None:
        """Build the layer for a shape or, if it is built already, check that the shape fits.

        Args:
            shape: tuple, shape of the inputs, None for the batch; for several inputs a list of
                tuples.
        """
        from .input_spec import check_inputs

        shapes = list(shape) if any(isinstance(s, tuple | list) for s in shape) else [shape]
        if self._has_no_shape():
            check_inputs(self, shapes, [None] * len(shapes))
            self.build(shape)
            self._build_inside(shape)
        check_inputs(self, shapes, [None] * len(shapes))

    def _build_inside(self, shape: Any) -> None:
        """Create the weights of the layers inside by a trace, as a first call does."""
        inside = self.sublayers()
        if not all(layer.built for layer in inside) and not (
            self._host or any(layer._host for layer in inside)
        ):
            calling.inferred(self, shape)

    def _build_in_call(self, *shapes: Any) -> None:
        """Build before a call, whose trace then builds the layers inside."""
        self.build(*shapes)

    def _mark_built(self, input_shape: Any) -> None:
        self.built = True
        if input_shape is not None and self._built_shape is None:
            self._built_shape = _copy(input_shape)

    @accepts_old_order
    def add_weight(
        self,
        shape: Sequence[int] | None = None,
        initializer: Any = None,
        dtype: DType | None = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: str | None = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
    ) -> Variable:
        """Create a weight of the layer.

        Args:
            shape: tuple of ints; () (default) is a scalar.
            initializer: name, initializer or function of the initial values; default
                "glorot_uniform", or "zeros" for integers.
            dtype: dtype of the weight; default the layer's.
            trainable: whether an optimizer may change it; default True.
            autocast: whether `call` reads the weight in the dtype of the layer's computations,
                under a policy of mixed precision; default True.
            regularizer: penalty on the weight, added to the loss; default None.
            constraint: projection of the weight after each update; default None.
            aggregation: accepted as in Keras, without effect: there is one device.
            overwrite_with_gradient: False; True is for 8-bit floats, which are not supported.
            name: str; the weight's path is ``layer/name``. Default "variable".

        Returns:
            A `Variable`.

        Raises:
            ValueError: if `overwrite_with_gradient` is True.
            ArgumentError (a ValueError): if an extent in the shape is None.
        """
        if overwrite_with_gradient:
            raise ValueError(
                f"{self.name}.add_weight: got overwrite_with_gradient=True, expected "
                "False: it is for the scales of 8-bit floats, which are not "
                "supported."
            )
        dtype = standard(dtype or self.variable_dtype)
        if initializer is None:
            initializer = "glorot_uniform" if is_float(dtype) else "zeros"
        shape = tuple(shape or ())
        if any(d is None or isinstance(d, Trial) for d in shape):
            from .input_spec import refuse_unknown

            refuse_unknown(self, f"the shape {shape} for its weight {name or 'variable'!r}")
        read = not overrides(self, "load_own_variables")
        initial = initializers.get(initializer)
        first = first_values(initial, shape, dtype, read)
        with self._scope():
            variable = Variable(
                first, shape, dtype, trainable=trainable and self.trainable, name=name or "variable"
            )
        variable.initializer = initial if trainable else None
        variable.made_trainable = bool(trainable)
        variable.autocast = bool(autocast)
        variable.regularizer = regularizers.get(regularizer)
        variable.constraint = constraints.get(constraint)
        self._weights = [*self._weights, variable]
        return variable

    def add_loss(self, loss: Any, inputs: Any = None) -> None:
        """Add a value to the loss; to be used in `call`.

        Args:
            loss: scalar tensor, or a tensor whose sum is added; or a list of such.
            inputs: accepted as in Keras 2, without effect.

        Raises:
            NotImplementedError: for a symbol between layers, outside of `call`.
        """
        trace = current_trace()
        for part in loss if isinstance(loss, list | tuple) else [loss]:
            if trace is None and isinstance(part, Symbol):
                raise NotImplementedError(
                    f"{self.name}.add_loss: got a symbol between layers, expected a value computed "
                    "in call. Put a layer there whose call adds it, or make the model by "
                    "Model(inputs, outputs), whose add_loss takes symbols."
                )
            within = held() if trace is None else None
            if trace is not None:
                trace.losses.append(reduce_sum(part))
            elif within is not None:
                within.losses.append(part.sum())
            else:
                self._losses = [*self._losses, part]

    @property
    def losses(self) -> list:
        """The losses that the last call added, and the penalties on the weights."""
        penalties = [
            or_in_jax(v.regularizer, v.value)
            for v in self.trainable_weights
            if v.regularizer is not None
        ]
        trace = current_trace()
        added = self._losses if trace is None else trace.losses_of.get(id(self), [])
        return [*added, *penalties]

    # Calling

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output, in `brickwork.ops`; a subclass defines it.

        Args:
            args: the inputs: a tensor of shape ``(batch, ...)``, or a list of them.
            kwargs: ``training`` and ``mask``, if the subclass takes them.

        Raises:
            NotImplementedError: if the subclass does not define it.
        """
        raise NotImplementedError(f"{type(self).__name__} must define call(self, inputs).")

    def _check_arrays(self, *args: Any, **kwargs: Any) -> None:
        """Raise for arrays that are invalid for the layer; called before it computes on them."""

    def _checks_arrays(self) -> bool:
        """Whether `_check_arrays` looks at anything."""
        return type(self)._check_arrays is not Layer._check_arrays

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the output for a symbol or an array.

        Args:
            args: the inputs: an array or symbol of shape ``(batch, ...)``, or a list of them.
            kwargs: further arguments of `call`; ``training`` (default: that of the calling layer,
                else False) and ``mask`` are accepted by every layer.
        """
        programs = self.__dict__.get("_programs")
        if programs is None:
            raise RuntimeError(str(missing_attribute(self, "built")))
        if len(args) == 1:
            found = known_call(self, programs, args[0], kwargs)
            if found is not None:
                return found
        return self._call_anew(*args, **kwargs)

    def _call_anew(self, *args: Any, **kwargs: Any) -> Any:
        """A call of a kind that is not known yet; models override it to arrange their inputs."""
        return calling.call(self, args, kwargs)

    def draw(self, level: str = "auto", view: str = "front", **options: Any) -> Picture:
        """Draw the layer, or the model, as bricks.

        Args:
            level: "synapses" (each weight is a brick), "lines" (each weight is a line), "bricks"
                (layers only), or "auto" (default): as much detail as can be read.
            view: "front" (default) or "isometric".
            options: as for `brickwork.pictures.draw`.

        Returns:
            A `Picture`, which notebooks show and ``save`` writes to a file.

        >>> from brickwork.layers import Dense
        >>> Dense(2, input_dim=3, name="two").draw()
        <Picture: two as bricks: 3 inputs, 2 outputs, 6 synapses>
        """
        from ..pictures import draw

        return draw(self, level, view, **options)

    # Config

    @init_arguments.of_arguments
    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments as plain values.

        Returns:
            A dict, for `from_config`.

        Raises:
            NotImplementedError: for a class that defines ``__init__`` but not ``get_config``, if
                an argument is a value that no config can hold.
        """
        config = {}
        found = self.__dict__.get("_arguments") if init_arguments.needed(type(self)) else None
        fields = self.__fields__ if found is None else LayerArguments.__fields__
        for name, declared in fields.items():
            if name not in self._given_names:
                value = self._declared_dtype() if name == "dtype" else getattr(self, name)
                silent = name in ("autocast", "activity_regularizer") and not explicit.wanted()
                if not (silent and value is declared.default):
                    config[name] = encode(value)
        return config if found is None else init_arguments.config(self, found, config)

    def _declared_dtype(self) -> Any:
        """The dtype as a config has it: the name of the policy, or a map."""
        policy = self._policy
        named = isinstance(policy, DTypePolicy) and not isinstance(policy, DTypePolicyMap)
        return policy.name if named else policy

    def __getstate__(self) -> dict:
        own = {key: value for key, value in self.__dict__.items() if key != "_kept_walk"}
        return {**own, "_programs": {}, "_nodes": [], "_model": None}


def _copy(shape):
    """A copy of a shape, or of a list or dict of shapes."""
    return dict(shape) if isinstance(shape, dict) else tuple(shape)


def _marking(build):
    """Wrap a class's ``build``, to record the shape and mark the layer as built."""

    def marked(self, *args, **kwargs):
        from .input_spec import check_declared_shape

        shape = args[0] if args else next(iter(kwargs.values()), None)
        if isinstance(shape, tuple) and all(d is None or isinstance(d, int) for d in shape):
            check_declared_shape(self, self._input_shape, shape)
        self._built_shape = _copy(shape) if isinstance(shape, list | tuple | dict) else None
        with self._scope():
            build(self, *args, **kwargs)
        self.built = True

    # So that inspect.signature shows its arguments.
    marked.__wrapped__ = build  # type: ignore[attr-defined]
    marked.__doc__ = build.__doc__
    return marked


registry = Registry("layer", Layer, functions=False)

if TYPE_CHECKING:

    class AnyLayer(Layer):
        """A layer of a class that checkers do not know: it may have any further attribute."""

        def __getattr__(self, name: str) -> Any: ...


class SameShape(Layer):
    """A layer whose output has the shape, and the mask, of its input."""

    def setup(self) -> None:
        super().setup()
        self.supports_masking = True

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the inputs' shape."""
        return input_shape
