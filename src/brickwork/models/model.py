"""`Model`: a layer that can be compiled, trained, evaluated and used for prediction."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, Self, TypeAlias, cast, overload

import numpy as np

from .. import data, training as parts
from ..custom_objects import CustomObjectScope
from ..data.facts import Expectation, Port
from ..fields import encode
from ..layers import calling
from ..layers.input_spec import leaves_of_shapes
from ..layers.layer import Layer
from ..program import is_float, standard
from ..program.dtypes import widened
from ..program.seeds import draw_seed
from ..tree import flatten, map_shape_structure, map_structure as mapped, ordered_keys
from .fitting import TrainingMethods
from .state_tree import StateTree

if TYPE_CHECKING:
    from ..layers.layer import AnyLayer
    from ..optimizers.optimizer import Optimizer
    from ..training.compiled import Compiled
    from ..training.history import History
    from ..training.programs import Programs
    from .host_layers import HostPart

#: Attributes that cache compiled predictions.
CACHED_CALLS = ("predict_on_batch", "_small_predictors")
#: What `make_train_function` and its like have made.
STEP_FUNCTIONS = ("train_function", "test_function", "predict_function")
#: Arguments of a functional model.
GRAPH = {"inputs", "outputs", "input", "output"}
#: A loss, a metric or several: names, objects and functions, in a list or dict for several outputs.
Parts: TypeAlias = str | Callable[..., Any] | Sequence[Any] | Mapping[str, Any] | None


class Model(StateTree, TrainingMethods, Layer):
    """Layers that are trained together.

    `Sequential` is the simplest model. ``Model(inputs, outputs)`` makes a `Functional` model of
    layers that were called on `Input`. A subclass creates its layers in ``__init__`` and connects
    them in ``call``.

    Args:
        args, kwargs: ``(inputs, outputs, name=None, trainable=True)`` of a `Functional` model; for
            a subclass the arguments of `Layer`, such as `name`.

    >>> from brickwork.layers import Dense, Input
    >>> x = Input(shape=(4,))
    >>> Model(x, Dense(3)(x)).output_shape
    (None, 3)
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        if cls is Model and (args or GRAPH & kwargs.keys()):
            from .functional import Functional

            cls = cast("type[Self]", Functional)
        return super().__new__(cls, *args, **kwargs)

    @overload
    def __init__(
        self, inputs: Any, outputs: Any, name: str | None = None, trainable: bool = True
    ): ...

    @overload
    def __init__(self, **kwargs: Any): ...

    def __init__(self, *args: Any, **kwargs: Any):
        if args or GRAPH & kwargs.keys():
            from .functional import Functional

            # A subclass that makes its graph in __init__ becomes a functional model.
            if not isinstance(self, Functional):
                kind = type(self)
                kind.__bases__ = tuple(
                    Functional if base is Model else base for base in kind.__bases__
                )
            if isinstance(self, Functional):
                Functional.__init__(self, *args, **kwargs)
                return
        super().__init__(**kwargs)

    _compiled = None  # type: Compiled | Any
    steps_per_execution = 1  # type: int
    _model_programs = None  # type: Programs | None
    #: Programs for other values of the layers' `trainable`, by these values.
    _programs_by_flags = {}  # noqa: RUF012  # replaced, never changed
    #: A callback sets these to end `fit`, `evaluate` or `predict` after the current batch.
    stop_training = stop_evaluating = stop_predicting = False
    history = cast("History | Any", None)
    #: The names of the classes that the outputs stand for, to be set by the user; saved in files.
    class_names = None  # type: list | None
    _columns = {}  # noqa: RUF012  # replaced, never changed
    _validated = None  # the validation data, while `fit` runs
    #: The part that runs before the engine.
    _host_part = cast("HostPart | Any", None)

    def _call_anew(self, *args: Any, **kwargs: Any) -> Any:
        """See `Layer`."""
        host_part = self._host_part
        if host_part is None:
            return super()._call_anew(*args, **kwargs)
        from .host_layers import call_with_host_part

        return call_with_host_part(self, host_part, args[0], kwargs.get("training"))

    def _run_engine_part(self, xs: list, training: bool | None = None) -> Any:
        """The outputs for the inputs of the engine.

        These differ from the model's inputs if a part of it runs before the engine
        (`host_layers.py`).
        """
        if self._host_part is None:
            return self(self._call_argument(xs), training=training)
        return super()._call_anew(self._call_argument(xs), training=training)

    @property
    def feature_names_in_(self) -> np.ndarray | Any:
        """The column names of the data of the last `fit`, as in scikit-learn.

        For several inputs, a dict from the inputs' names to their column names.

        Raises:
            AttributeError: if no data of `fit` had column names.
        """
        names = {port: np.array(names, object) for port, names in self._columns.items() if names}
        if not names:
            raise AttributeError("feature_names_in_")
        return names if len(self._input_ports()) > 1 else next(iter(names.values()))

    @property
    def _host(self) -> bool:  # type: ignore[override]  # elsewhere an attribute
        """Whether a part of the model runs before the engine."""
        return self._host_part is not None

    def __getstate__(self) -> dict:
        """The state for copies and pickles: all but the plans, which are made again on demand."""
        state = super().__getstate__()
        return {
            k: v
            for k, v in state.items()
            if k not in ("_model_programs", "_programs_by_flags", *CACHED_CALLS, *STEP_FUNCTIONS)
        }

    def __copy__(self) -> Self:
        """Return a deep copy, as in Keras: a shallow one would share the layers' weights."""
        from copy import deepcopy

        return deepcopy(self)

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict[str, Any] | None = None) -> Self:
        """The inverse of `get_config`; `Model` itself accepts configs of functional models."""
        if cls is Model and "input_layers" in config:
            from .functional import Functional

            model: Any = Functional.from_config(config, custom_objects)
            return model
        with CustomObjectScope(custom_objects or {}):
            return super().from_config(config)

    # Its layers

    @property
    def layers(self) -> list[AnyLayer]:
        """The layers, in the order in which they were assigned."""
        return self.sublayers()

    def get_layer(self, name: str | None = None, index: int | None = None) -> AnyLayer:
        """Return a layer by its name or its index.

        Args:
            name: str, name of the layer.
            index: int, index in `layers`; give either this or `name`.

        Returns:
            A `Layer`.

        Raises:
            ValueError: if there is no such layer.
        """
        if (name is None) == (index is None):
            raise ValueError("get_layer: got both or none of name and index, expected one.")
        if index is not None:
            if not -len(self.layers) <= index < len(self.layers):
                raise ValueError(
                    f"get_layer: got index {index}, expected less than "
                    f"{len(self.layers)}, the number of layers."
                )
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = ", ".join(layer.name for layer in self.layers)
        raise ValueError(f"get_layer: got {name!r}, expected one of: {names}.")

    def summary(
        self,
        line_length: int | None = None,
        positions: Sequence[float] | None = None,
        print_fn: Callable[[str], object] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Sequence[str] | None = None,
        bricks: bool = False,
    ) -> None:
        """Print each layer with its output shape and parameter count.

        Args:
            line_length: int, width of the table in characters; None (default) is 88, or less if
                the terminal is narrower.
            positions: list of floats or ints, the ends of the columns as fractions of the line or
                in characters; None for the default ones.
            print_fn: function of a string that is called in place of `print`; default None.
            expand_nested: whether to show the layers of models inside the model; default False.
            show_trainable: whether to add a column that shows if a layer is trainable; default
                False.
            layer_range: list of two names (or regular expressions), the first and the last layer
                to show; None (default) for all.
            bricks: whether to draw a small brick beside each layer; default False.
        """
        from ..screen import encodable
        from .summary import summary_text

        stream = None if print_fn else sys.stdout
        text = summary_text(
            self, line_length, positions, show_trainable, expand_nested, layer_range, bricks, stream
        )
        (print_fn or print)(encodable(text, stream) if stream else text)

    # Compiling

    def compile(
        self,
        optimizer: str | Optimizer | dict[str, Any] = "rmsprop",
        loss: Parts = None,
        loss_weights: Any = None,
        metrics: Parts = None,
        weighted_metrics: Parts = None,
        run_eagerly: bool = False,
        steps_per_execution: int | str = 1,
        jit_compile: bool | str = "auto",
        auto_scale_loss: bool = True,
        *,
        engine: str | None = None,
        **older: Any,
    ) -> None:
        """Set the optimizer, the loss and the metrics for training.

        For a model of several outputs, `loss`, `loss_weights`, `metrics` and `weighted_metrics`
        are lists in the order of the outputs, or dicts by the outputs' names.

        Args:
            optimizer: name ("sgd", "adam", ...) or `Optimizer`; default "rmsprop".
            loss: name, `Loss`, or function ``(y_true, y_pred) -> loss`` written in
                `brickwork.ops`; None (default) if layers or `compute_loss` provide it.
            loss_weights: float, factor of the loss; default None: 1 for each output.
            metrics: list of names, `Metric` objects or functions ``(y_true, y_pred)``; "accuracy"
                is the binary, categorical or sparse one, depending on the shapes. Default None.
            weighted_metrics: list like `metrics`, of metrics that are weighted by `sample_weight`
                and `class_weight`; default None.
            run_eagerly: accepted as in Keras; True has no effect but a warning.
            steps_per_execution: int >= 1 or "auto": the user's hooks of batches are called once for
                so many batches; default 1. Without such hooks the engine runs whole epochs.
            jit_compile: accepted as in Keras; the engine always compiles.
            auto_scale_loss: whether the optimizer of a model whose policy is "mixed_float16" is
                wrapped in a `LossScaleOptimizer`; default True.
            engine: what runs the model: "native", "jax", or "auto": the native one, unless the
                model needs JAX. None (default) is what the environment variable
                ``BRICKWORK_ENGINE`` says, or "auto".
            older: arguments of Keras 1 and 2, which are translated.

        Raises:
            ValueError: for arguments that cannot work, such as a crossentropy over classes with
                one output unit.
        """
        data.check_arguments(
            "compile",
            run_eagerly=run_eagerly,
            jit_compile=jit_compile,
            steps_per_execution=steps_per_execution,
            auto_scale_loss=auto_scale_loss,
        )
        self._warn_of_no_effect(
            run_eagerly=bool(run_eagerly),
            jit_compile=jit_compile is False,
        )
        if older or loss_weights is not None:
            from ..spelling import translate_compile

            given = translate_compile(
                dict(
                    optimizer=optimizer,
                    loss=loss,
                    loss_weights=loss_weights,
                    metrics=metrics,
                    weighted_metrics=weighted_metrics,
                ),
                older,
            )
            loss_weights, metrics = given["loss_weights"], given["metrics"]
        whole = steps_per_execution in ("auto", None)
        self.steps_per_execution = 1 if whole else int(steps_per_execution)
        scaled = bool(auto_scale_loss) and self.dtype_policy.name == "mixed_float16"
        compiled = parts.Compiled(
            optimizer, loss, loss_weights, metrics, weighted_metrics, scaled, engine
        )
        if self.built:
            data.check_losses(self._expectation(compiled))
        compiled.note_trainable(self)
        self._compiled = compiled
        self._forget_programs()
        # Drawn here and not in fit, which does not change NumPy's global generator.
        self._shuffle_as({"seed": draw_seed(2**31 - 1), "passes": 0})

    @staticmethod
    def _warn_of_no_effect(**given: bool) -> None:
        """Warn of each argument of `compile` that was given and has no effect."""
        for name in [name for name, wanted in given.items() if wanted]:
            from ..spelling.no_effect import has_no_effect

            has_no_effect(f"compile.{name}")

    def get_compile_config(self) -> dict | None:
        """Return the arguments of `compile` as plain values, for `compile_from_config`.

        Returns:
            A dict from the arguments' names to values; None if the model is not compiled.
        """
        if self._compiled is None:
            return None
        return {name: _encoded(value) for name, value in self._compiled.arguments.items()}

    def compile_from_config(self, config: dict) -> None:
        """Compile the model, the inverse of `get_compile_config`.

        Args:
            config: dict, as `get_compile_config` returns it.
        """
        self.compile(**config)

    @property
    def compiled(self) -> bool:
        """Whether `compile` was called."""
        return self._compiled is not None

    @property
    def optimizer(self) -> Optimizer | Any:
        return self._compiled.optimizer if self._compiled else None

    @property
    def loss(self) -> Any:
        return self._compiled.loss if self._compiled else None

    @property
    def metrics(self) -> list:
        """The metrics, the running mean of the loss first."""
        if self._custom_steps and self._compiled:
            return self._step_metrics()
        return self._compiled.trackers if self._compiled else []

    @property
    def metrics_names(self) -> list[str]:
        """The names of the values that `evaluate` returns, in its order."""
        return self._compiled.evaluation_names() if self._compiled else []

    def reset_metrics(self) -> None:
        """Reset the state of each metric."""
        for metric in self.metrics:
            metric.reset_state()

    # Programs and what they expect of data

    @property
    def _plans(self) -> Programs:
        if self._model_programs is None:
            flags = tuple(layer.trainable for layer in self.family())
            self._model_programs = self._programs_by_flags.pop(flags, None)
            if self._model_programs is None:
                kind = parts.CustomStepPrograms if self._custom_steps else parts.Programs
                self._model_programs = kind(self, self._compiled, flags)
                calling.register_program_owner(self)
        return self._model_programs

    def _keep_programs(self) -> None:
        """Keep the programs for the current values of `trainable`, which have changed."""
        if self._model_programs is not None:
            self._programs_by_flags = {
                **self._programs_by_flags,
                self._model_programs.flags: self._model_programs,
            }
            self._model_programs = None
        for name in CACHED_CALLS:
            self.__dict__.pop(name, None)

    def _forget_programs(self) -> None:
        """Drop all programs, since what the model computes has changed."""
        self._model_programs, self._programs_by_flags = None, {}
        calling.edition += 1  # drops the programs of calls on arrays too
        for name in CACHED_CALLS:
            self.__dict__.pop(name, None)

    def _require_compiled(self, method: str) -> Compiled:
        if self._compiled is None:
            raise ValueError(
                f"{method}: the model has no loss and no optimizer yet. Call "
                "model.compile(optimizer=..., loss=...) first."
            )
        return self._compiled

    def _expectation(self, compiled: Compiled | None = None) -> Expectation:
        """What data must be like; cached with the programs."""
        if self.built and compiled in (None, self._compiled):
            return self._plans.expectation
        return self._expected(compiled, *parts.missing_value_support(self))

    def _expected(self, compiled: Compiled | None, handles_nan: bool, masked: bool) -> Expectation:
        outputs = self._output_ports()
        return Expectation(
            self._input_ports(),
            outputs,
            self._losses_of(compiled, outputs),
            handles_nan,
            partial(parts.masks_of, self) if masked else None,
            self._host_part,
        )

    def _losses_of(self, compiled: Compiled | None, outputs: tuple[Port, ...]) -> tuple:
        """The loss of each output; empty if the outputs are not known yet."""
        if compiled is None:
            return ()
        if outputs[0].shape is None and isinstance(compiled.given_loss, list | tuple | dict):
            return ()
        compiled.assign_outputs(tuple(port.name for port in outputs), self._output_nest(outputs))
        return compiled.losses

    def _output_nest(self, outputs: tuple[Port, ...]) -> Any:
        """The names of the outputs, nested as the outputs are; None if that is not known."""
        return None

    def _input_ports(self) -> tuple[Port, ...]:
        shapes, dtype = self._open_shape(), self.compute_dtype
        if isinstance(shapes, dict):
            return tuple(Port(name, tuple(s[1:]), dtype) for name, s in shapes.items())
        if shapes and isinstance(shapes[0], tuple | list):
            return tuple(Port(f"input_{i}", tuple(s[1:]), dtype) for i, s in enumerate(shapes, 1))
        return (Port("input", None if shapes is None else tuple(shapes[1:]), dtype),)

    def _open_shape(self) -> Any:
        """The shape of the inputs, of any length, that a model without an `Input` takes.

        Weights are made for the last extent alone, and those of an `Embedding` for none; where
        others matter, a layer refuses what differs.
        """
        kept = 0 if any(layer._ids for layer in self.family()) else 1

        def opened(shape):
            middle = max(len(shape) - kept, 1)
            return (*shape[:1], *(None for _ in shape[1:middle]), *shape[middle:])

        return None if self._built_shape is None else calling.each_shape(opened, self._built_shape)

    def _output_ports(self) -> tuple[Port, ...]:
        last, dtype = self.layers[-1] if self.layers else self, self.compute_dtype
        if self._built_shape is None:
            return (Port(last.name, None, dtype),)
        try:
            out = self.compute_output_shape(self._open_shape())
        except (ValueError, TypeError):  # its weights are made for one length
            out = self.compute_output_shape(self._built_shape)
        shapes = leaves_of_shapes(out)
        if isinstance(out, dict) and len(out) == len(shapes):
            return tuple(
                Port(name, shape[1:], dtype)
                for name, shape in zip(ordered_keys(out), shapes, strict=True)
            )
        if shapes != [out]:
            return tuple(Port(f"output_{i}", s[1:], dtype) for i, s in enumerate(shapes, 1))
        return (Port(last.name, tuple(out[1:]), dtype, activation_of(last)),)

    def _loss_inputs(self, values):
        """The inputs in the form that `compute_loss` receives."""
        return self._call_argument(values)

    def _call_argument(self, values):
        """A list with an item (shape or symbol) for each input, in the form that `call` takes."""
        if isinstance(self._built_shape, dict):
            return dict(zip(self._built_shape, values, strict=True))
        return values[0] if len(values) == 1 else list(values)

    @property
    def compute_dtype(self) -> str:
        """The dtype of the computation: that of the first layer with a float dtype."""
        # Read once for each layer: models may be nested deeply.
        dtypes = (layer.compute_dtype for layer in self.layers if not layer._host)
        return next(
            filter(is_float, (standard(dtype) for dtype in dtypes if dtype != "string")),
            standard(super().compute_dtype),
        )

    @property
    def _input_dtype(self) -> str:
        return widened(self.compute_dtype)  # each layer rounds what it takes

    def build(self, input_shape: Any) -> None:
        """Create the weights of a subclass that does not define `build`, by a trace of its `call`.

        Args:
            input_shape: tuple, shape of the inputs, None for the batch; for several inputs a list
                or dict of tuples.
        """
        super().build(input_shape)
        kind = type(self)
        if kind.build is not Model.build:
            return  # a custom build, which may create more weights after this
        if calling.required_arguments(self) == 1:
            return self._build_inside(input_shape)
        reason = f"{kind.__name__}.build: got one shape, but call takes several arguments, so no "
        data.warn_once(reason, f"{reason}weights were created. The first call creates them.")

    def build_from_config(self, config: Mapping[str, Any]) -> None:
        """Create the weights, by what `get_build_config` returned.

        Args:
            config: a dict; with "input_shape" or "shapes_dict" by default.
        """
        shapes = (config or {}).get("shapes_dict")
        if type(self).build is not Model.build or not shapes:
            return super().build_from_config(config)
        inputs = {name.removesuffix("_shape"): shape for name, shape in shapes.items()}
        shape = inputs if len(inputs) > 1 else next(iter(inputs.values()))
        self.build(map_shape_structure(tuple, shape))

    def _build_in_call(self, *shapes: Any) -> None:
        if type(self).build is Model.build:
            self._mark_built(shapes[0])
        else:
            self.build(*shapes)

    def _build_for(self, arrays: Any, names: tuple[str, ...] | None = None) -> None:
        """Build for these arrays, if not built already; with names they are passed as a dict."""
        if self.built:
            return
        shapes = [(None, *array.shape[1:]) for array in arrays]
        self._build_in_call(
            dict(zip(names, shapes, strict=True)) if names else self._call_argument(shapes)
        )
        if self._compiled is not None:
            data.check_losses(self._expectation())

    def save(
        self,
        filepath: str | PathLike[str],
        overwrite: bool = True,
        zipped: bool | None = None,
        **kwargs: Any,
    ) -> None:
        """Save the model to a file: config, weights, optimizer; see `brickwork.saving.save_model`.

        Args:
            filepath: str or path that ends in ``.brick``; with the extra ``brickwork[keras]`` also
                ``.keras`` or ``.h5``.
            overwrite: whether an existing file may be replaced; default True.
            zipped: None or True; a model is always one file.
            kwargs: ``include_optimizer``, whether to save the optimizer's state; default True.
        """
        from ..saving import save_model

        save_model(self, filepath, overwrite, zipped, **kwargs)

    def export(
        self,
        filepath: str | PathLike[str],
        format: str = "brick",
        verbose: bool | None = None,
        input_signature: None = None,
        **kwargs: Any,
    ) -> None:
        """Save the model for prediction only; see `brickwork.saving.export_model`.

        Args:
            filepath: str or path that ends in ``.brick``.
            format: "brick"; for Keras's other formats an error shows how to make them.
            verbose: whether to print where the file is; default None: no.
            input_signature: None; the file describes its inputs.
            kwargs: none are accepted.
        """
        from ..saving import export_model

        export_model(self, filepath, format, verbose, input_signature, **kwargs)

    def save_weights(
        self,
        filepath: str | PathLike[str],
        overwrite: bool = True,
        max_shard_size: None = None,
        **kwargs: Any,
    ) -> None:
        """Save the weights, and the optimizer's state, to a file.

        Args:
            filepath: str or path that ends in ``.brick``; with the extra ``brickwork[keras]`` also
                ``.weights.h5`` or ``.h5``.
            overwrite: whether an existing file may be replaced; default True.
            max_shard_size: None; weights are always one file.
            kwargs: as for `brickwork.saving.save_weights`.
        """
        from ..saving import save_weights

        save_weights(self, filepath, overwrite, max_shard_size, **kwargs)

    def load_weights(
        self, filepath: str | PathLike[str], skip_mismatch: bool = False, **kwargs: Any
    ) -> None:
        """Load the weights from a file: all of them, or none if one does not fit.

        Args:
            filepath: str or path of a file of `save_weights` or `save`.
            skip_mismatch: whether to skip layers whose weights are missing in the file or have
                another shape there, with a warning; default False.
            kwargs: ``by_name``, whether layers are matched by name; only for ``.h5`` files.
        """
        from ..saving import load_weights

        load_weights(self, filepath, skip_mismatch, **kwargs)

    def to_json(self, **kwargs: Any) -> str:
        """Return the config as JSON in Keras 3's form, for `model_from_json`.

        Args:
            kwargs: arguments of ``json.dumps``.

        Returns:
            A str.
        """
        from ..saving import model_to_json

        return model_to_json(self, **kwargs)


def layer_from(config: dict, custom_objects: dict | None = None) -> Layer:
    """A layer from its config, as part of a model's; it may be a model itself."""
    from ..layers import deserialize
    from ..layers.added_losses import AddLoss, AddMetric
    from ..layers.operation import Operation
    from .functional import Functional
    from .sequential import Sequential

    models = {"Sequential": Sequential, "Functional": Functional, "Model": Functional}
    if config.get("class_name") == "Distiller":
        from ..distillation import Distiller

        models["Distiller"] = Distiller
    between = {kind.__name__: kind for kind in (Operation, AddLoss, AddMetric)}
    return deserialize(config, {**between, **models, **(custom_objects or {})})


def _encoded(value):
    """An argument of compile as a config holds it, item by item for a list or dict."""
    return mapped(encode, value) if not callable(value) else encode(value)


def activation_of(layer: Any) -> str | None:
    """The name of a layer's activation, of a model that of its output; None if it has none.

    The mean of several outputs of one activation is of that kind, too: of probabilities it is one.
    """
    if isinstance(layer, Model):
        kinds = {port.activation for port in layer._output_ports()}
        return kinds.pop() if len(kinds) == 1 else None
    if type(layer).__name__ == "Average" and layer._nodes:
        parts = flatten(layer._nodes[0].args)
        kinds = {activation_of(part.history.layer) for part in parts}
        return kinds.pop() if len(kinds) == 1 else None
    activation = getattr(layer, "activation", None)
    if activation is None:
        return None
    return getattr(activation, "__name__", type(activation).__name__)
