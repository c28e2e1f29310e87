"""`Model`: a layer that can be compiled, trained, evaluated and asked for predictions."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..data import check_losses
from ..data.facts import Expectation, Port
from ..layers.base import Layer
from ..program import standard
from .compiled import Compiled
from .learning import Learning
from .programs import Programs

#: Where predictions are remembered that need not look at the model again.
SHORT_WAYS = ("predict_on_batch", "_quick")


class Model(Learning, Layer):
    """Layers that are trained together.

    `Sequential` is the model to begin with. A subclass makes its layers in ``__init__`` and
    says in ``call`` how they are connected.
    """

    compiled: Compiled | None = None
    _made_plans: Programs | None = None
    stop_training = False
    history = None
    _columns: ClassVar[dict] = {}

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}",
                                 name=name, obj=self)
        from ..dialects import attribute

        return attribute(self, name)

    def __getstate__(self) -> dict:
        """What a copy or a pickle keeps: all but the plans, which are made anew when needed."""
        state = super().__getstate__()
        return {k: v for k, v in state.items() if k not in ("_made_plans", *SHORT_WAYS)}

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

        text = summary_text(self, line_length, positions, show_trainable, expand_nested,
                            layer_range, bricks)
        (print_fn or print)(text)

    # Compiling

    def compile(self, optimizer="rmsprop", loss=None, loss_weights=None, metrics=None,
                weighted_metrics=None, run_eagerly=False, steps_per_execution=1,
                jit_compile="auto", auto_scale_loss=True, **older) -> None:
        """Say how the model is to be trained.

        Args:
            optimizer: a name ("sgd", "adam" ...) or an `Optimizer`.
            loss: a name, a `Loss`, or a function ``(y_true, y_pred) -> loss`` written in
                `brickwork.ops`.
            loss_weights: a number that the loss is multiplied by.
            metrics: names, `Metric` objects or functions; "accuracy" finds out which one from
                the shapes.
            weighted_metrics: likewise, but weighted by ``sample_weight`` and ``class_weight``.
            run_eagerly, steps_per_execution, jit_compile, auto_scale_loss: accepted as in
                Keras; the engine always compiles and always runs whole epochs.

        Raises:
            ValueError: for what cannot work, such as a crossentropy of classes on one unit.
        """
        if older or loss_weights is not None:
            from ..dialects import translate_compile

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
        self._shuffle_seed = int(np.random.randint(0, 2**31 - 1))
        self._data_passes = 0

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
        return self.compiled.names() if self.compiled else []

    def reset_metrics(self) -> None:
        """Set every metric back to its beginning."""
        for metric in self.metrics:
            metric.reset_state()

    # Facts and programs

    @property
    def _plans(self) -> Programs:
        if self._made_plans is None:
            self._made_plans = Programs(self, self.compiled)
        return self._made_plans

    def _forget_programs(self) -> None:
        """What the model computes has changed: trace it again when it is needed."""
        self._made_plans = None
        for short_way in SHORT_WAYS:
            self.__dict__.pop(short_way, None)

    def _need_compiled(self, method: str) -> Compiled:
        if self.compiled is None:
            raise ValueError(f"{method}: the model has no loss and no optimizer yet. Call "
                             "model.compile(optimizer=..., loss=...) first.")
        return self.compiled

    def _expectation(self, compiled: Compiled | None = None) -> Expectation:
        """What data must be like."""
        compiled = compiled or self.compiled
        return Expectation(self._input_ports(), self._output_ports(),
                           (compiled.loss,) if compiled else (),
                           any(layer_is_foreign(layer) for layer in self.layers))

    def _input_ports(self) -> tuple[Port, ...]:
        shape = getattr(self, "_built_shape", None)
        return (Port("input", None if shape is None else tuple(shape[1:]), self.compute_dtype),)

    def _output_ports(self) -> tuple[Port, ...]:
        shape = getattr(self, "_built_shape", None)
        last = self.layers[-1] if self.layers else self
        if shape is None:
            return (Port(last.name, None, self.compute_dtype),)
        out = self.compute_output_shape(shape)
        return (Port(last.name, tuple(out[1:]), self.compute_dtype, activation_of(last)),)

    @property
    def compute_dtype(self) -> str:
        """The kind of float that the first layer computes with."""
        for layer in self.layers:
            return standard(layer.compute_dtype)
        return standard(super().compute_dtype)

    def _build_for(self, shape) -> None:
        """Build for data of this shape, if it was not built already."""
        if not self.built:
            self.build(tuple(shape))
            if self.compiled is not None:
                check_losses(self._expectation())


def activation_of(layer) -> str | None:
    """The name of a layer's activation; None where nothing is known of it."""
    activation = getattr(layer, "activation", None)
    if activation is None:
        return None if layer_is_foreign(layer) else "linear"
    return getattr(activation, "__name__", type(activation).__name__)


def layer_is_foreign(layer) -> bool:
    """Whether a layer is of the user's making, so that we do not know what it can handle."""
    return not type(layer).__module__.startswith(__name__.partition(".")[0] + ".")
