"""`Model`: a layer that can be compiled, trained, evaluated and asked for predictions."""

from __future__ import annotations

import sys
from copy import deepcopy
from functools import partial
from typing import ClassVar

import numpy as np

from ..custom_objects import CustomObjectScope
from ..data import check_arguments, check_losses
from ..data.facts import Expectation, Port
from ..fields import encode
from ..layers import calling
from ..layers.calling import leaves, mapped
from ..layers.layer import Layer
from ..program import is_float, standard
from ..screen import encodable
from ..training.compiled import Compiled
from ..training.missing_values import known_gaps
from ..training.prediction import masks_of
from ..training.programs import Programs
from ..tree import ordered_keys
from .fitting import Learning

#: Where predictions are remembered that need not look at the model again.
SHORT_WAYS = ("predict_on_batch", "_quick")
#: What says that a model is made of symbols.
GRAPH = {"inputs", "outputs", "input", "output"}


class Model(Learning, Layer):
    """Layers that are trained together.

    `Sequential` is the model to begin with. ``Model(inputs, outputs)`` makes one of layers that
    were called on `Input` (a `Functional`). A subclass makes its layers in ``__init__`` and says
    in ``call`` how they are connected.

    >>> from brickwork.layers import Dense, Input
    >>> x = Input(shape=(4,))
    >>> Model(x, Dense(3)(x)).output_shape
    (None, 3)
    """

    def __new__(cls, *args, **kwargs):
        if cls is Model and (args or GRAPH & kwargs.keys()):
            from .functional import Functional

            cls = Functional
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, *args, **kwargs):
        if args or GRAPH & kwargs.keys():
            from .functional import Functional

            # A subclass that makes its graph in __init__ is a functional model from now on.
            if not isinstance(self, Functional):
                kind = type(self)
                kind.__bases__ = tuple(Functional if base is Model else base
                                       for base in kind.__bases__)
            if isinstance(self, Functional):
                Functional.__init__(self, *args, **kwargs)
                return
        super().__init__(**kwargs)

    compiled: Compiled | None = None
    _made_plans: Programs | None = None
    #: Programs made while other layers were trainable, by which these were.
    _aside: ClassVar[dict] = {}
    #: A callback sets these to end `fit`, `evaluate` or `predict` after the batch it is told of.
    stop_training = stop_evaluating = stop_predicting = False
    history = None
    #: Names of the classes that the outputs stand for, which files keep; a list that you set.
    class_names: list | None = None
    _columns: ClassVar[dict] = {}
    _validated = None  # the data of validation, while `fit` is at work
    _before = None  # what runs before the engine, as a `Before`

    def __call__(self, *args, **kwargs):
        """See `Layer`."""
        before = self._before
        if before is None:
            return super().__call__(*args, **kwargs)
        from .host_layers import called

        return called(self, before, args[0], kwargs.get("training"))

    def _fed(self, xs: list, training=None):
        """The outputs for what the engine is fed; for a model that is divided (`before.py`) this
        is not what the model is given."""
        if self._before is None:
            return self(self._arranged(xs), training=training)
        return super().__call__(self._arranged(xs), training=training)

    @property
    def feature_names_in_(self) -> np.ndarray:
        """The names of the columns that `fit` was last given with names, as scikit-learn has them;
        of several inputs, those of each by its name.

        Raises:
            AttributeError: where `fit` was never given any.
        """
        names = {port: np.array(names, object) for port, names in self._columns.items() if names}
        if not names:
            raise AttributeError("feature_names_in_")
        return names if len(self._input_ports()) > 1 else next(iter(names.values()))

    @property
    def _host(self) -> bool:
        """Whether a part of it runs before the engine."""
        return self._before is not None

    def __getstate__(self) -> dict:
        """What a copy or a pickle keeps: all but the plans, which are made anew when needed."""
        state = super().__getstate__()
        return {k: v for k, v in state.items() if k not in ("_made_plans", "_aside", *SHORT_WAYS)}

    def __copy__(self):
        """As in Keras a whole copy: one that shared layers would be trained with the original."""
        return deepcopy(self)

    @classmethod
    def from_config(cls, config: dict, custom_objects=None):
        """The inverse of `get_config`; `Model` itself reads what a model of symbols said."""
        if cls is Model and "input_layers" in config:
            from .functional import Functional

            return Functional.from_config(config, custom_objects)
        with CustomObjectScope(custom_objects or {}):
            return super().from_config(config)

    # What it is made of

    @property
    def layers(self) -> list[Layer]:
        """The layers, in the order in which they were made part of the model."""
        return self.sublayers()

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of this name or at this place.

        Raises:
            ValueError: if there is none, with the names that there are.
        """
        if (name is None) == (index is None):
            raise ValueError("get_layer: got both or none of name and index, expected one.")
        if index is not None:
            if not -len(self.layers) <= index < len(self.layers):
                raise ValueError(f"get_layer: got index {index}, expected less than "
                                 f"{len(self.layers)}, the number of layers.")
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = ", ".join(layer.name for layer in self.layers)
        raise ValueError(f"get_layer: got {name!r}, expected one of: {names}.")

    def summary(self, line_length=None, positions=None, print_fn=None, expand_nested=False,
                show_trainable=False, layer_range=None, bricks=False) -> None:
        """Print every layer with its output shape and its number of weights; with ``bricks=True``
        a small brick stands beside each."""
        from .summary import summary_text

        stream = None if print_fn else sys.stdout
        text = summary_text(self, line_length, positions, show_trainable, expand_nested,
                            layer_range, bricks, stream)
        (print_fn or print)(encodable(text, stream) if stream else text)

    # Compiling

    def compile(self, optimizer="rmsprop", loss=None, loss_weights=None, metrics=None,
                weighted_metrics=None, run_eagerly=False, steps_per_execution=1,
                jit_compile="auto", auto_scale_loss=True, **older) -> None:
        """Say how the model is to be trained.

        Args:
            optimizer: a name ("sgd", "adam" ...) or an `Optimizer`.
            loss: a name, a `Loss`, or a function ``(y_true, y_pred) -> loss`` written in
                `brickwork.ops`.
            loss_weights: a number that the loss is multiplied by. For a model of several outputs
                loss, loss_weights and metrics are lists in the order of the outputs, or dicts by
                their names.
            metrics: names, `Metric` objects or functions; "accuracy" finds out which one from
                the shapes.
            weighted_metrics: likewise, but weighted by ``sample_weight`` and ``class_weight``.
            run_eagerly, steps_per_execution, jit_compile, auto_scale_loss: accepted as in
                Keras, with a warning where another way of computing is asked for; the engine
                always compiles and always runs whole epochs.

        Raises:
            ValueError: for what cannot work, such as a crossentropy of classes on one unit.
        """
        refuse_own_steps(type(self))
        check_arguments("compile", run_eagerly=run_eagerly, jit_compile=jit_compile,
                        steps_per_execution=steps_per_execution, auto_scale_loss=auto_scale_loss)
        self._tell_of_no_effect(run_eagerly=bool(run_eagerly), jit_compile=jit_compile is False,
                                steps_per_execution=steps_per_execution not in (1, "auto", None))
        if older or loss_weights is not None:
            from ..spelling import translate_compile

            given = translate_compile(dict(
                optimizer=optimizer, loss=loss, loss_weights=loss_weights, metrics=metrics,
                weighted_metrics=weighted_metrics), older)
            loss_weights, metrics = given["loss_weights"], given["metrics"]
        compiled = Compiled(optimizer, loss, loss_weights, metrics, weighted_metrics)
        if self.built:
            check_losses(self._expectation(compiled))
        self.compiled = compiled
        self._forget_programs()
        # Drawn here and not in fit, which leaves NumPy's generator alone.
        self._shuffle_as({"seed": np.random.randint(0, 2**31 - 1), "passes": 0})

    @staticmethod
    def _tell_of_no_effect(**asked: bool) -> None:
        """Say what of these arguments of `compile` was asked for in vain."""
        for name in [name for name, wanted in asked.items() if wanted]:
            from ..spelling.no_effect import has_no_effect

            has_no_effect(f"compile.{name}")

    def get_compile_config(self) -> dict | None:
        """What `compile_from_config` needs to compile a model in the same way; None for a model
        that is not compiled."""
        if self.compiled is None:
            return None
        return {name: _told(value) for name, value in self.compiled.arguments.items()}

    def compile_from_config(self, config: dict) -> None:
        """Compile as the model was compiled that answered this config."""
        self.compile(**config)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """The number that training makes small; a subclass may write its own in `brickwork.ops`.

        Args:
            x: the inputs of a batch.
            y, y_pred, sample_weight: targets, outputs and weights, nested like the outputs.
            training: whether this is a step of training.
        """
        self._need_compiled("compute_loss")
        outputs = leaves(y_pred)
        self._expectation()  # settles which loss belongs to which output
        return self._plans.objective(_of_each(y, outputs), outputs,
                                     _of_each(sample_weight, outputs))

    def compute_metrics(self, x, y, y_pred, sample_weight=None) -> dict:
        """Update the metrics, and answer the results of all; a subclass may add its own.

        Arguments as of `compute_loss`.
        """
        outputs = leaves(y_pred)
        self._plans.update_metrics(_of_each(y, outputs), outputs, _of_each(sample_weight, outputs))
        return self.get_metrics_result()

    _compute_loss, _compute_metrics = compute_loss, compute_metrics  # by which overrides are known

    def get_metrics_result(self) -> dict:
        """The result of each metric by its name, as of now."""
        return self.compiled.results()

    @property
    def optimizer(self):
        return self.compiled.optimizer if self.compiled else None

    @property
    def loss(self):
        return self.compiled.loss if self.compiled else None

    @property
    def metrics(self) -> list:
        """The metrics, the running mean of the loss first."""
        return self.compiled.trackers if self.compiled else []

    @property
    def metrics_names(self) -> list[str]:
        """The names of what `evaluate` answers, in its order."""
        return self.compiled.ordered() if self.compiled else []

    def reset_metrics(self) -> None:
        """Set every metric back to its beginning."""
        for metric in self.metrics:
            metric.reset_state()

    # Facts and programs

    @property
    def _plans(self) -> Programs:
        if self._made_plans is None:
            flags = tuple(layer.trainable for layer in self.family())
            self._made_plans = self._aside.pop(flags, None)
            if self._made_plans is None:
                self._made_plans = Programs(self, self.compiled, flags)
                calling.makes_programs(self)
        return self._made_plans

    def _set_programs_aside(self) -> None:
        """Other layers are trainable now: other programs, until these layers are so again."""
        if self._made_plans is not None:
            self._aside = {**self._aside, self._made_plans.flags: self._made_plans}
            self._made_plans = None
        for short_way in SHORT_WAYS:
            self.__dict__.pop(short_way, None)

    def _forget_programs(self) -> None:
        """What the model computes has changed: trace it again when it is needed."""
        self._made_plans, self._aside = None, {}
        calling.edition += 1  # nor is what a call on arrays has traced used again
        for short_way in SHORT_WAYS:
            self.__dict__.pop(short_way, None)

    def _need_compiled(self, method: str) -> Compiled:
        if self.compiled is None:
            raise ValueError(f"{method}: the model has no loss and no optimizer yet. Call "
                             "model.compile(optimizer=..., loss=...) first.")
        return self.compiled

    def _expectation(self, compiled: Compiled | None = None) -> Expectation:
        """What data must be like; with programs made anew it is asked anew."""
        if self.built and compiled in (None, self.compiled):
            return self._plans.expectation
        return self._expected(compiled, *known_gaps(self))

    def _expected(self, compiled: Compiled | None, handles_nan: bool, masked: bool) -> Expectation:
        outputs = self._output_ports()
        return Expectation(self._input_ports(), outputs, self._losses_of(compiled, outputs),
                           handles_nan, partial(masks_of, self) if masked else None, self._before)

    def _losses_of(self, compiled: Compiled | None, outputs: tuple[Port, ...]) -> tuple:
        """The loss of each output; none where the outputs are not known yet."""
        if compiled is None:
            return ()
        if outputs[0].shape is None and isinstance(compiled.asked_loss, list | dict):
            return ()
        compiled.arrange(tuple(port.name for port in outputs))
        return compiled.losses

    def _input_ports(self) -> tuple[Port, ...]:
        shapes, dtype = self._built_shape, self.compute_dtype
        if isinstance(shapes, dict):
            return tuple(Port(name, tuple(s[1:]), dtype) for name, s in shapes.items())
        if shapes and isinstance(shapes[0], tuple | list):
            return tuple(Port(f"input_{i}", tuple(s[1:]), dtype)
                         for i, s in enumerate(shapes, 1))
        return (Port("input", None if shapes is None else tuple(shapes[1:]), dtype),)

    def _output_ports(self) -> tuple[Port, ...]:
        last, dtype = self.layers[-1] if self.layers else self, self.compute_dtype
        if self._built_shape is None:
            return (Port(last.name, None, dtype),)
        from .functional import leaves_of_shapes

        out = self.compute_output_shape(self._built_shape)
        shapes = leaves_of_shapes(out)
        if isinstance(out, dict) and len(out) == len(shapes):
            return tuple(Port(name, shape[1:], dtype)
                         for name, shape in zip(ordered_keys(out), shapes, strict=True))
        if shapes != [out]:
            return tuple(Port(f"output_{i}", s[1:], dtype) for i, s in enumerate(shapes, 1))
        return (Port(last.name, tuple(out[1:]), dtype, activation_of(last)),)

    def _shown(self, values):
        """The inputs as `compute_loss` is given them."""
        return self._arranged(values)

    def _arranged(self, values):
        """One thing for each input (shapes, or symbols) as `call` takes them."""
        if isinstance(self._built_shape, dict):
            return dict(zip(self._built_shape, values, strict=True))
        return values[0] if len(values) == 1 else list(values)

    @property
    def compute_dtype(self) -> str:
        """The kind of float that the first layer of floats computes with."""
        # Each layer is asked once: models may stand in models, many deep.
        kinds = (layer.compute_dtype for layer in self.layers if not layer._host)
        return next(filter(is_float, (standard(kind) for kind in kinds if kind != "string")),
                    standard(super().compute_dtype))

    def _build_for(self, arrays, names: tuple[str, ...] | None = None) -> None:
        """Build for these arrays, if it was not built already; names make a dict of them."""
        if self.built:
            return
        shapes = [(None, *array.shape[1:]) for array in arrays]
        self.build(dict(zip(names, shapes, strict=True)) if names else self._arranged(shapes))
        if self.compiled is not None:
            check_losses(self._expectation())

    def save(self, filepath, overwrite: bool = True, zipped=None, **kwargs) -> None:
        """Write the model into a file; see `brickwork.saving.save_model`."""
        from ..saving import save_model

        save_model(self, filepath, overwrite, zipped, **kwargs)

    def export(self, filepath, format: str = "brick", verbose=None, input_signature=None,
               **kwargs) -> None:
        """Write what answers, without what trains; see `brickwork.saving.export_model`."""
        from ..saving import export_model

        export_model(self, filepath, format, verbose, input_signature, **kwargs)

    def save_weights(self, filepath, overwrite: bool = True, max_shard_size=None,
                     **kwargs) -> None:
        """Write the weights into a file; see `brickwork.saving.save_weights`."""
        from ..saving import save_weights

        save_weights(self, filepath, overwrite, max_shard_size, **kwargs)

    def load_weights(self, filepath, skip_mismatch: bool = False, **kwargs) -> None:
        """Take the weights from a file; see `brickwork.saving.load_weights`."""
        from ..saving import load_weights

        load_weights(self, filepath, skip_mismatch, **kwargs)

    def to_json(self, **kwargs) -> str:
        """The config as JSON, in Keras 3's form: what `model_from_json` reads.

        Args:
            kwargs: for ``json.dumps``.
        """
        from ..saving import model_to_json

        return model_to_json(self, **kwargs)


def part(config: dict, custom_objects: dict | None = None) -> Layer:
    """A layer of a model's config, which may be a model itself."""
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


def refuse_own_steps(kind: type) -> None:
    """A class that trains by a step of its own is run by no engine that is here yet.

    Raises:
        NotImplementedError: which names the method's line.
    """
    for name in ("train_step", "test_step", "predict_step"):
        method = getattr(kind, name, None)
        if method is not None:
            code = getattr(method, "__code__", None)
            place = f" ({code.co_filename}:{code.co_firstlineno})" if code else ""
            raise NotImplementedError(
                f"{kind.__name__}.{name}{place}: a step of one's own needs the JAX engine, which "
                "is not there yet. What most steps do can be said otherwise: a loss by "
                "compute_loss(x, y, y_pred, sample_weight), metrics by compute_metrics(...), "
                "both of them traced and fast.")


def _of_each(values, outputs: list) -> list:
    """One of nested values for each output; None for each where there is none."""
    return [None] * len(outputs) if values is None else leaves(values)


def _told(value):
    """An argument of compile as a config holds it, each of a list or dict by itself."""
    return mapped(encode, value) if not callable(value) else encode(value)


def activation_of(layer) -> str | None:
    """The name of a layer's activation; None where nothing is known of it."""
    activation = getattr(layer, "activation", None)
    if activation is None:
        return None
    return getattr(activation, "__name__", type(activation).__name__)
