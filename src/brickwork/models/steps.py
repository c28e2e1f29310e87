"""What a model does with one batch: `train_on_batch`, `test_on_batch` and `predict_on_batch`, and
`train_step`, `test_step` and `predict_step`, which a subclass may write itself.

``fit`` calls neither: its own program of a step (`training/programs.py`) does the same as these
steps, which are for subclasses that add something to them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import data, program, training as parts
from ..data.facts import Expectation, Port
from ..program import current_trace
from ..program.eager import at_once
from ..program.primitives.layout import extent
from ..program.records import replaced
from ..program.stateless import StatelessMetric
from ..stack_level import outside
from ..tree import flatten as leaves

if TYPE_CHECKING:
    from ..training.compiled import Compiled
    from ..training.programs import Programs
    from .host_layers import HostPart


class StepMethods:
    """Mixin of `Model` with what it does with one batch, and the check of data for all methods."""

    if TYPE_CHECKING:  # of `Model`
        built: bool
        _compiled: Compiled | Any  # None before `compile`
        _host_part: HostPart | Any  # or None
        _columns: Mapping[str, tuple]
        _losses: tuple | list
        optimizer: Any
        losses: list

        @property
        def compute_dtype(self) -> str: ...

        @property
        def trainable_variables(self) -> list: ...

        @property
        def metrics(self) -> list: ...

        @property
        def _plans(self) -> Programs: ...

        def _expectation(self, compiled: Compiled | None = None) -> Expectation: ...

        def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

        def _require_compiled(self, method: str) -> Compiled: ...

        def _build_for(self, arrays: Any, names: tuple[str, ...] | None = None) -> None: ...

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the loss that training minimizes; a subclass may override it.

        An override is written in `brickwork.ops`; it is traced once, then it is part of the
        compiled step.

        Args:
            x: inputs of a batch, nested like the model's inputs; tensors ``(batch, ...)``.
            y: targets, nested like the outputs; None for none.
            y_pred: outputs of the model for `x`.
            sample_weight: weights of the rows, nested like the outputs; None for none.
            training: whether this is a training step; default True.

        Returns:
            A scalar tensor: the weighted sum of the outputs' losses, the losses that layers add,
            and the regularizers' penalties.
        """
        self._require_compiled("compute_loss")
        outputs = leaves(y_pred)
        self._expectation()  # settles which loss belongs to which output
        return self._plans.objective(
            _per_output(y, outputs), outputs, _per_output(sample_weight, outputs)
        )

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict:
        """Update the metrics and return their results; a subclass may override it to add more.

        Args:
            x: inputs of a batch, nested like the model's inputs; tensors ``(batch, ...)``.
            y: targets, nested like the outputs; None for none.
            y_pred: outputs of the model for `x`.
            sample_weight: weights of the rows, nested like the outputs; default None.

        Returns:
            A dict from names to scalar tensors, as `get_metrics_result`.
        """
        outputs = leaves(y_pred)
        self._plans.update_metrics(
            _per_output(y, outputs), outputs, _per_output(sample_weight, outputs)
        )
        return self.get_metrics_result()

    _compute_loss, _compute_metrics = compute_loss, compute_metrics  # to recognize overrides

    def get_metrics_result(self) -> dict:
        """Return the current result of each metric.

        Returns:
            A dict from the metrics' names to their values.
        """
        return self._compiled.results()

    def train_step(self, data: Any) -> dict:
        """Train on one batch; a subclass may override it.

        An override is traced once for batches of one form, and then runs as a program. It computes
        the gradients with a `GradientTape` and lets an optimizer apply them.

        Args:
            data: the batch: ``x``, ``(x, y)`` or ``(x, y, sample_weight)``, as given to ``fit``.

        Returns:
            A dict from names to scalar tensors, the logs.

        >>> import numpy as np
        >>> from brickwork import GradientTape, Model, Sequential, layers, ops
        >>> class Doubled(Sequential):
        ...     def train_step(self, data):
        ...         x, y = data
        ...         with GradientTape() as tape:
        ...             loss = 2 * self.compute_loss(y=y, y_pred=self(x, training=True))
        ...         gradients = tape.gradient(loss, self.trainable_variables)
        ...         self.optimizer.apply(gradients, self.trainable_variables)
        ...         return {"loss": loss}
        >>> model = Doubled([layers.Dense(1, kernel_initializer="zeros", input_dim=2)])
        >>> model.compile("sgd", "mse")
        >>> model.fit(np.zeros((4, 2)), np.ones(4), verbose=0).history["loss"]
        [2.0]
        """
        x, y, sample_weight = unpacked(data)
        with program.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(
                x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=True
            )
            self._track_loss(loss, y_pred)
            scaled = self.optimizer.scale_loss(loss)
        variables = self.trainable_variables
        self.optimizer.apply_gradients(
            zip(tape.gradient(scaled, variables), variables, strict=True)
        )
        return self.compute_metrics(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight)

    def test_step(self, data: Any) -> dict:
        """Evaluate one batch; a subclass may override it.

        Args:
            data: the batch: ``x``, ``(x, y)`` or ``(x, y, sample_weight)``.

        Returns:
            A dict from names to scalar tensors, the logs.
        """
        x, y, sample_weight = unpacked(data)
        y_pred = self(x, training=False)
        loss = self.compute_loss(
            x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=False
        )
        self._track_loss(loss, y_pred)
        return self.compute_metrics(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight)

    def predict_step(self, data: Any) -> Any:
        """Compute the outputs for one batch; a subclass may override it.

        Args:
            data: the inputs of the batch.

        Returns:
            The outputs.
        """
        return self(unpacked(data)[0], training=False)

    _predict_step = predict_step  # to recognize an override

    @property
    def _custom_steps(self) -> bool:
        """Whether the class defines a step of training or of evaluation itself."""
        kind = type(self)
        return (
            kind.train_step is not StepMethods.train_step
            or kind.test_step is not StepMethods.test_step
        )

    #: What `make_train_function` and its like have made; None before.
    train_function = test_function = predict_function = None  # type: Callable[..., Any] | None

    def make_train_function(self, force: bool = False) -> Callable[..., Any]:
        """Return a function that trains on the next batch of an iterator, as in Keras.

        ``fit`` does not use it: its steps are programs.

        Args:
            force: whether to make it anew; default False.

        Returns:
            A function of an iterator of batches; it returns a dict of the logs.
        """
        if self.train_function is None or force:
            self.train_function = lambda iterator: self.train_on_batch(
                *unpacked(next(iterator)), return_dict=True
            )
        return self.train_function

    def make_test_function(self, force: bool = False) -> Callable[..., Any]:
        """Return a function that evaluates the next batch of an iterator, as in Keras.

        Args:
            force: whether to make it anew; default False.

        Returns:
            A function of an iterator of batches; it returns a dict of the logs.
        """
        if self.test_function is None or force:
            self.test_function = lambda iterator: self.test_on_batch(
                *unpacked(next(iterator)), return_dict=True
            )
        return self.test_function

    def make_predict_function(self, force: bool = False) -> Callable[..., Any]:
        """Return a function that predicts the next batch of an iterator, as in Keras.

        Args:
            force: whether to make it anew; default False.

        Returns:
            A function of an iterator of batches; it returns the outputs.
        """
        if self.predict_function is None or force:
            self.predict_function = lambda iterator: self.predict_on_batch(
                unpacked(next(iterator))[0]
            )
        return self.predict_function

    def _step_expectation(self) -> Expectation:
        """What data of ``fit`` and ``evaluate`` must be like: anything, for a step of one's own."""
        if self._custom_steps:
            return Expectation((Port("x", None, self.compute_dtype),), free=True)
        return self._expectation()

    def _step_metrics(self) -> list:
        """The metrics of a model with a step of its own, as Keras has them."""
        compiled = self._compiled
        found = [] if compiled.given_loss is None else [compiled.loss_tracker]
        given = any(compiled.given.values())
        return [*found, *parts.own_metrics(self), *([CompiledMetrics(self)] if given else [])]

    def _results(self, training: bool = True) -> dict[str, float]:
        """The current results of the metrics, by name."""
        values = self._plans.end(training).run([])
        names = self._plans.names(training)
        return parts.by_name(names, [v if v.ndim else float(v) for v in values])

    def _flat(self, logs: dict[str, float]) -> float | list[float]:
        """The loss, or a list in the order of `metrics_names` if there are metrics."""
        names = self._compiled.evaluation_names()
        if self._custom_steps:
            first = [metric.name for metric in self.metrics if metric.name in logs]
            names = [*first, *sorted(set(logs).difference(first))]
        values = [logs[name] for name in names]
        return values[0] if len(values) == 1 else values

    def _track_loss(self, loss: Any, y_pred: Any) -> None:
        rows = leaves(y_pred)[0].shape[0]
        if current_trace() is not None:
            rows = extent(leaves(y_pred)[0].dims[:1], "float64")
        self._compiled.loss_tracker.update_state(loss, sample_weight=rows)

    @property
    def _loss_tracker(self) -> Any:
        return self._compiled.loss_tracker if self._compiled else None

    def compiled_loss(
        self,
        y_true: Any,
        y_pred: Any,
        sample_weight: Any = None,
        regularization_losses: Any = None,
    ) -> Any:
        """Return the loss of `compile`, and track it, as Keras 2's attribute of this name does.

        Args:
            y_true: targets, nested like the outputs.
            y_pred: the outputs.
            sample_weight: weights of the rows; default None.
            regularization_losses: list of scalars to add, usually ``model.losses``; default None.

        Returns:
            A scalar tensor.
        """
        outputs = leaves(y_pred)
        self._expectation()  # settles which loss belongs to which output
        terms = self._plans.losses_of(
            _per_output(y_true, outputs), outputs, _per_output(sample_weight, outputs)
        )
        terms = [*terms, *(regularization_losses or [])]
        total = sum(terms[1:], terms[0])
        self._track_loss(total, y_pred)
        return total

    @property
    def compiled_metrics(self) -> CompiledMetrics:
        """The metrics of `compile` as one: ``update_state(y, y_pred)`` updates all of them."""
        return CompiledMetrics(self)

    #: Whether the loss and the gradients of the last `train_on_batch` were finite.
    _last_finite = True

    def predict_on_batch(self, x: Any) -> np.ndarray:
        """Compute the outputs for one batch, with the least overhead.

        Args:
            x: inputs ``(rows, ...)``.

        Returns:
            An array ``(rows, ...)``; for several outputs a list or dict of arrays.
        """
        return parts.predict_on_batch(self, x)

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Mapping[Any, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Train one step on one batch.

        Args:
            x: inputs ``(rows, ...)``.
            y: targets ``(rows, ...)``; default None.
            sample_weight: floats ``(rows,)``, weights of the rows; default None.
            class_weight: dict from classes to the weights of their rows; default None.
            return_dict: whether to return a dict by name; default False.

        Returns:
            The loss of this batch, a float; or a list ``[loss, *metrics]``; or a dict. If the loss
            or its gradient is not finite, the loss is NaN, the weights are not changed, and a
            RuntimeWarning is issued.
        """
        plain = sample_weight is None and class_weight is None
        known = parts.known_step(self, True, x, y, return_dict) if plain else None
        if known is not None:
            return known
        self._require_compiled("train_on_batch")
        with parts.TrainedAsCompiled(self):
            result, step = self._on_batch(
                "train_on_batch", x, y, sample_weight, class_weight, return_dict
            )
        parts.remember(self, True, step, x, y)
        return result

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Compute the loss and the metrics on one batch.

        Args:
            x: inputs ``(rows, ...)``.
            y: targets ``(rows, ...)``; default None.
            sample_weight: floats ``(rows,)``, weights of the rows; default None.
            return_dict: whether to return a dict by name; default False.

        Returns:
            The loss, a float; or a list ``[loss, *metrics]``; or a dict from names to floats.
        """
        plain = sample_weight is None
        known = parts.known_step(self, False, x, y, return_dict) if plain else None
        if known is not None:
            return known
        result, step = self._on_batch("test_on_batch", x, y, sample_weight, None, return_dict)
        parts.remember(self, False, step, x, y)
        return result

    @at_once
    def _on_batch(self, method, x, y, sample_weight, class_weight, return_dict):
        if type(return_dict) is not bool:
            data.check_arguments(method, return_dict=return_dict)
        self._require_compiled(method)
        prepare, columns = partial(data.for_batch, method), self._columns
        batch = self._prepared(prepare, x, y, sample_weight, class_weight, columns=columns)
        if any(batch.columns) and method == "train_on_batch":
            self._columns = self._columns | batch.names(self._expectation().inputs)
        training = method == "train_on_batch"
        step = self._step(batch, training)
        self._plans.begin(training).run([])
        finite = parts.run_step(step, batch)
        logs = self._results(training)
        if not finite:
            logs["loss"] = float("nan")
            if self._last_finite:  # warn only of the first of several in a row
                from ..training.loop import not_finite

                warnings.warn(not_finite(method, self, batch), RuntimeWarning, stacklevel=outside())
        self._last_finite = finite
        plain = finite and sample_weight is None and class_weight is None
        known = parts.as_known(self, training, step, batch, x, y) if plain else None
        return logs if return_dict else self._flat(logs), known

    def _step(
        self, batch: Any, training: bool, guarded: bool = True, whole: int | None = None
    ) -> Any:
        """The plan of a step on batches like this one; making it creates the metrics."""
        signatures = parts.signatures_of(batch, self._step_expectation())
        return self._plans.step(
            signatures, batch.rows, training, guarded, whole, careful=training and guarded
        )

    def _prepared(self, prepare, x, *rest, **more):
        """Check data for this model; build the model if it is not built and the data are valid.

        The losses that a call on arrays had added are dropped, as in Keras.
        """
        self._losses = ()
        if self._custom_steps and "nan" not in more:
            return prepare(x, *rest, expects=self._step_expectation(), **more)
        if not self.built and not data.is_stream(x):
            expects, names = self._expectation(), None
            if (
                expects.host_part is None
                and len(expects.inputs) == 1
                and (expects.inputs[0].shape is None)
            ):
                inputs, names = data.ports_like(x, expects.inputs[0])
                expects = replaced(expects, inputs=inputs)
            if rest and len(data.ports_like(rest[0], expects.outputs[0])[0]) > 1:
                # The number of outputs is not known before it is built.
                checked = data.for_predict(x, expects=expects, nan="propagate")
            else:
                checked = prepare(x, *rest, expects=expects, **more)
            arrays: Any = getattr(checked, "data", checked)
            self._build_for(arrays.given, names)
        valid = more.get("validation_data")
        if (
            not self.built
            and isinstance(valid, list | tuple)
            and 1 <= len(valid) <= 3
            and (not data.is_stream(valid[0]))
        ):
            # Validation is planned before a stream's first batch: build for the shapes of the
            # validation data. Errors in these are raised below, under their name.
            with suppress(ValueError, TypeError):
                self._prepared(data.for_evaluate, *valid)
        return prepare(x, *rest, expects=self._expectation(), **more)


class CompiledMetrics(StatelessMetric):
    """The metrics of ``compile`` in the form of one metric, as in Keras.

    Args:
        model: the compiled model.
    """

    name = "compile_metrics"

    def __init__(self, model: Any):
        self._model = model

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Update all metrics.

        Args:
            y_true: targets, nested like the outputs.
            y_pred: the outputs.
            sample_weight: weights of the rows; default None.
        """
        outputs = leaves(y_pred)
        self._model._expectation()
        self._model._plans.update_metrics(
            _per_output(y_true, outputs), outputs, _per_output(sample_weight, outputs)
        )

    @property
    def metrics(self) -> list:
        """The metrics, once they were updated."""
        compiled = self._model._compiled
        return [m for group in (*compiled.metrics, *compiled.weighted_metrics) for m in group]

    @property
    def variables(self) -> list[program.Variable]:
        """The state of all metrics, once they were updated."""
        return [v for metric in self.metrics for v in metric.variables]

    def result(self) -> dict:
        """Return the result of each metric by its name."""
        compiled = self._model._compiled
        own = {id(metric) for metric in self.metrics}
        return {
            name: tracker.result()
            for name, tracker in zip(compiled.names(), compiled.trackers, strict=False)
            if id(tracker) in own
        }

    def reset_state(self) -> None:
        """Reset all metrics."""
        for metric in self.metrics:
            metric.reset_state()

    reset_states = reset_state


def unpacked(data: Any) -> tuple[Any, Any, Any]:
    """``(x, y, sample_weight)`` of a step's data, with None for what is missing."""
    given = tuple(data) if isinstance(data, tuple) else (data,)
    x, y, sample_weight = (*given, None, None)[:3]
    return x, y, sample_weight


def _per_output(values: Any, outputs: list) -> list:
    """One of the nested values for each output; None for each if there are none."""
    return [None] * len(outputs) if values is None else leaves(values)
