"""`train_on_batch`, `test_on_batch` and `predict_on_batch`: one step, with the least overhead."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import data, training as parts
from ..program.eager import at_once
from ..program.records import replaced
from ..stack_level import outside
from .steps import StepMethods

if TYPE_CHECKING:
    from .host_layers import HostPart


class BatchMethods(StepMethods):
    """Mixin of `Model` with what takes one batch, and the check of data that all methods share."""

    if TYPE_CHECKING:  # of `Model`
        built: bool
        _host_part: HostPart | Any  # or None
        _columns: Mapping[str, tuple]
        _losses: tuple | list

        def _build_for(self, arrays: Any, names: tuple[str, ...] | None = None) -> None: ...

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
