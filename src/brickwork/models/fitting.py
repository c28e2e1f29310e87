"""`fit`, `evaluate`, `predict` and the calls on one batch: what they take and in which order
they do things. The loops themselves stand in `training` (arrays) and `streaming` (batches)."""

from __future__ import annotations

import warnings
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np

from .. import _engine, data
from ..config import max_epochs
from ..stack_level import outside
from ..training.callback import CallbackList
from ..training.feeding import feeds_of, ran, signatures_of
from ..training.history import History
from ..training.loop import Fitting, comes_back, not_finite, tested
from ..training.metric_results import by_name
from ..training.prediction import predict, predict_on_batch
from ..training.progress_bar import ProgressBar, listening
from ..training.resumption import Course
from ..training.rewind import MOST, Order, Recall


class Learning:
    """The part of a model that learns and answers; `Model` mixes it in."""

    #: Whether the last step of `train_on_batch` could be done.
    _last_finite = True

    def fit(self, x=None, y=None, batch_size=None, epochs=1, verbose="auto", callbacks=None,
            validation_split=0.0, validation_data=None, shuffle=True, class_weight=None,
            sample_weight=None, initial_epoch=0, steps_per_epoch=None, validation_steps=None,
            validation_batch_size=None, validation_freq=1, *, on_nan="stop",
            split="tail", last_batch="keep", **older) -> History:
        """Train for a number of epochs.

        Args:
            x: inputs, (rows, ...): arrays, lists, tensors, sparse matrices of SciPy, tables of
                pandas, Polars or Arrow, or a stream of batches ``(x, y)`` or ``(x, y,
                sample_weight)``: a generator, a ``PyDataset``, torch's ``DataLoader``, a
                ``tf.data.Dataset``. Sparse and memory-mapped data are never copied whole.
            y: targets, one row each.
            batch_size: rows of a step; 32 unless given.
            epochs: the number of the last epoch (with ``initial_epoch``, not how many more).
            verbose: 0 nothing, 1 a progress bar, 2 a line an epoch; "auto" is 1.
            callbacks: `Callback` objects.
            validation_split: this part of the rows, the last ones unless ``split`` says otherwise,
                is not trained on but evaluated after each epoch.
            validation_data: ``(x, y)`` or ``(x, y, sample_weight)`` for the same.
            shuffle: whether rows come in another order each epoch.
            class_weight: ``{class: weight}`` or "balanced".
            sample_weight: a weight for each row.
            initial_epoch: where counting starts. At a later epoch than the last call's, rows go on
                in that one's orders: training in several calls, or by a loaded model, is the same
                bit for bit as in one.
            steps_per_epoch: batches of an epoch; the next epoch goes on where it ended. Where the
                data end an epoch ends too, short of steps as it may be, and says so.
            validation_steps, validation_batch_size, validation_freq: the same for validation.
            on_nan: what to do when a loss is not finite: "stop" with a warning, the weights
                being those of the step before; "raise" FloatingPointError; or "continue".

            split: how ``validation_split`` chooses: "tail"; "shuffle", any rows; "stratify", of
                each class its share; or an array with a group for each row, to keep groups (the
                rows of one patient) together. The same data are always split alike.
            last_batch: what to do with a last batch that is not full: "keep" it as Keras does,
                which gives its rows a larger say in the weights; "drop" it, other rows in each
                epoch if they are shuffled; or "scale" its gradient to its part of a full one.

        Returns:
            `History`: ``.history["loss"]`` is a list with a number for each epoch.

        Raises:
            ValueError or TypeError: for data that cannot mean what they say, before any step.
        """
        if older:
            from ..spelling import translate_call

            return self.fit(**translate_call("fit", dict(
                x=x, y=y, batch_size=batch_size, epochs=epochs, verbose=verbose,
                callbacks=callbacks, validation_split=validation_split,
                validation_data=validation_data, shuffle=shuffle, class_weight=class_weight,
                sample_weight=sample_weight, initial_epoch=initial_epoch,
                steps_per_epoch=steps_per_epoch, validation_steps=validation_steps,
                validation_batch_size=validation_batch_size, validation_freq=validation_freq,
                on_nan=on_nan, split=split, last_batch=last_batch), older))
        plain = data.check_arguments("fit", epochs=epochs, initial_epoch=initial_epoch,
                                     shuffle=shuffle, verbose=verbose,
                                     validation_freq=validation_freq)
        if on_nan not in ("stop", "raise", "continue"):
            raise ValueError(f"fit.on_nan: got {on_nan!r}, expected 'stop', 'raise' or 'continue'.")
        most = max_epochs()
        if most and most < plain["epochs"]:
            data.warn_once("limit", f"fit.epochs: {plain['epochs']} become {most}, as "
                                    "config.set_max_epochs says.")
            plain["epochs"] = most
        self._need_compiled("fit")
        prepared = self._prepared(
            data.for_fit, x, y, sample_weight, validation_data=validation_data,
            validation_split=validation_split, class_weight=class_weight, batch_size=batch_size,
            steps_per_epoch=steps_per_epoch, validation_batch_size=validation_batch_size,
            validation_steps=validation_steps, split=split, last_batch=last_batch,
            columns=self._columns)
        if 0 < plain["epochs"] <= plain["initial_epoch"]:
            data.warn_once("epochs", f"fit.epochs: got {plain['epochs']} with initial_epoch="
                           f"{plain['initial_epoch']}, expected more: it is the number of the "
                           "last epoch, not how many more. Nothing is trained.")
        self._columns = prepared.columns
        plain |= {"last_batch": last_batch, "by_steps": steps_per_epoch is not None}
        return self._run_fit(prepared, plain, callbacks, on_nan)

    def _prepared(self, prepare, x, *rest, **more):
        """Data checked for this model; one without weights gets them if all else is in order.

        What a call on arrays had added to the loss is forgotten, as in Keras.
        """
        self._losses = ()
        if not self.built and not data.is_stream(x):
            expects, names = self._expectation(), None
            if expects.before is None and len(expects.inputs) == 1 and (
                    expects.inputs[0].shape is None):
                inputs, names = data.ports_like(x, expects.inputs[0])
                expects = replace(expects, inputs=inputs)
            if rest and len(data.ports_like(rest[0], expects.outputs[0])[0]) > 1:
                # How many outputs there are is not known before it is built.
                checked = data.for_predict(x, expects=expects, nan="propagate")
            else:
                checked = prepare(x, *rest, expects=expects, **more)
            self._build_for(getattr(checked, "data", checked).given, names)
        valid = more.get("validation_data")
        if not self.built and isinstance(valid, list | tuple) and 1 <= len(valid) <= 3 and (
                not data.is_stream(valid[0])):
            # A stream's first batch comes when the validation is planned: its arrays say the
            # shapes. What is wrong with them is said below, under their name.
            with suppress(ValueError, TypeError):
                self._prepared(data.for_evaluate, *valid)
        return prepare(x, *rest, expects=self._expectation(), **more)

    def _run_fit(self, prepared, plain: dict, callbacks, on_nan: str) -> History:
        from ..training.streaming import StreamFitting

        epochs, listeners = plain["epochs"], listening(callbacks)
        asked = next((c for c in listeners.callbacks if isinstance(c, History)), None)
        history = History()
        if type(asked) is History:  # it need not listen to be told
            history = asked
            listeners.remove(asked)
        params = {"verbose": plain["verbose"], "epochs": epochs, "steps": prepared.steps}
        verbose = 1 if plain["verbose"] == "auto" else plain["verbose"]
        for listener in (history, listeners):
            listener.set_params(params)
            listener.set_model(self)
        told = self.history = asked or history
        self.stop_training, self._validated = False, prepared.validation
        streamed = not isinstance(prepared.data, data.Arrays) or prepared.data.by_batch
        fitting = self._initial_epoch = None
        course = Course(self, listeners.callbacks, prepared, plain)
        listeners.begins(course)
        listeners.on_train_begin({})
        history.on_train_begin({})
        course.begin()
        if verbose and listeners.quiets(verbose):
            verbose = 0
        bar = ProgressBar(epochs, prepared.steps, verbose, initial_epoch=course.epoch)
        try:
            try:
                if course.epoch < epochs and (course.batch or not self.stop_training):
                    make = partial(StreamFitting, self) if streamed else self._fitting
                    fitting = make(course, plain, listeners, history, bar, on_nan)
                    course.restore_place()
                    fitting.run()
            finally:
                self._end_fit(bar, listeners)
            listeners.on_train_end(fitting.logs if fitting else {})
        except BaseException:
            listeners.left()
            raise
        finally:
            self._validated = None
            self.history = told  # a callback may have trained the model itself
        return told

    def _end_fit(self, bar: ProgressBar, listeners: CallbackList) -> None:
        """What is done however a training ends."""
        bar.close()
        listeners.before_end()
        if self.optimizer.built:
            self.optimizer.finalize_variable_values(self.trainable_variables)

    def _fitting(self, course: Course, plain, listeners, history, bar, on_nan) -> Fitting:
        prepared = course.prepared
        if plain["by_steps"]:
            data.warn_of_short_epochs(prepared.whole, prepared.batch_size, prepared.steps,
                                      plain["epochs"] - course.epoch)
        valid = None
        if prepared.validation is not None:
            valid = self._validation_pass(prepared.validation)
        guarded, arrays = on_nan != "continue", prepared.data
        order = Order(arrays.rows, min(prepared.batch_size, arrays.rows), prepared.steps,
                      prepared.whole, course.seed, course.first_epoch)
        light = guarded and not listeners.per_batch and self._plans.params <= MOST and (
            order.steps >= 64 or not comes_back(listeners, valid, plain["validation_freq"]))
        train, step = self._pass(arrays, order, training=True, guarded=guarded,
                                 careful=guarded and not light,
                                 last_batch=plain["last_batch"])
        return Fitting(self, train, valid, self._plans.results(), plain["epochs"], course,
                       plain["validation_freq"], listeners, history, bar, on_nan,
                       Recall(self, step, arrays, order) if light else None,
                       lambda epoch, number: arrays.batch(order.of(epoch, number)))

    def _validation_pass(self, prepared):
        if not isinstance(prepared.data, data.Arrays) or prepared.data.by_batch:
            from ..training.streaming import StreamTest

            return StreamTest(self, prepared)
        arrays = prepared.data
        return self._pass(arrays, Order(arrays.rows, min(prepared.batch_size, arrays.rows),
                                        prepared.steps, prepared.whole), training=False)[0]

    def _pass(self, arrays, order: Order, training: bool, guarded: bool = True,
              careful: bool = False, last_batch: str = "keep"):
        """What the engine needs for going over the data again and again, and its step."""
        programs, size = self._plans, order.batch
        step = programs.step(signatures_of(arrays, self._expectation()), size, training, guarded,
                             size if last_batch == "scale" else None, careful)
        return _engine.Pass(step.plan, programs.begin().plan, programs.end().plan,
                            feeds_of(arrays), arrays.rows, size, order.seed is not None,
                            order.seed or 0, order.steps, not training,
                            order.first_epoch, last_batch == "drop"), step

    def _shuffling(self) -> dict[str, int]:
        """What decides the orders that rows come in: a seed that `compile` draws, how many orders
        were begun (a call of `fit` each), and the epoch that began the last one."""
        return {"seed": self._shuffle_seed, "passes": self._data_passes,
                "first_epoch": self._first_epoch}

    def _shuffle_as(self, said: dict) -> None:
        """The inverse of `_shuffling`."""
        self._shuffle_seed, self._data_passes = int(said["seed"]), int(said["passes"])
        self._first_epoch = int(said.get("first_epoch", 0))

    def evaluate(self, x=None, y=None, batch_size=None, verbose="auto", sample_weight=None,
                 steps=None, callbacks=None, return_dict=False, **older):
        """The loss and metrics on data.

        Args:
            x, y, sample_weight, batch_size: as in `fit`.
            steps: batches to look at; all of them unless given.
            return_dict: answer a dict by name.

        Returns:
            The loss, or ``[loss, *metrics]`` where there are metrics.
        """
        if older:
            from ..spelling import translate_call

            return self.evaluate(**translate_call("evaluate", dict(
                x=x, y=y, batch_size=batch_size, verbose=verbose, sample_weight=sample_weight,
                steps=steps, callbacks=callbacks, return_dict=return_dict), older))
        plain = data.check_arguments("evaluate", verbose=verbose, return_dict=return_dict)
        self._need_compiled("evaluate")
        prepared = self._prepared(data.for_evaluate, x, y, sample_weight, columns=self._columns,
                                  batch_size=batch_size, steps=steps)
        listeners = listening(callbacks)
        listeners.set_params({"verbose": plain["verbose"], "epochs": 1, "steps": prepared.steps})
        listeners.set_model(self)
        bar = ProgressBar(None, prepared.steps, 1 if plain["verbose"] == "auto"
                          else plain["verbose"])
        tests = self._validation_pass(prepared)
        try:
            if hasattr(tests, "run"):
                logs = tests.run(listeners, None, bar)
            else:
                logs = tested(tests, listeners, self._plans.results(), bar)
        finally:
            bar.close()
        return dict(logs) if return_dict else self._flat(logs)

    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None, *,
                nan="raise", **older) -> np.ndarray:
        """The model's outputs, (rows, ...).

        Args:
            x: inputs, or a stream of batches of inputs.
            batch_size: rows that are computed together where that matters.
            nan: "raise" refuses inputs that are not finite, "propagate" lets them through.
        """
        if older:
            from ..spelling import translate_call

            return self.predict(**translate_call("predict", dict(
                x=x, batch_size=batch_size, verbose=verbose, steps=steps, callbacks=callbacks,
                nan=nan), older))
        self._losses = ()
        return predict(self, x, batch_size, verbose, steps, callbacks, nan)

    def predict_on_batch(self, x) -> np.ndarray:
        """The model's outputs for one batch, at once and with nothing else done."""
        return predict_on_batch(self, x)

    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None,
                       return_dict=False):
        """One step on one batch.

        Returns:
            The loss, or ``[loss, *metrics]``, of this batch. The loss is NaN where it or its
            gradient is not finite; the weights are then left as they were, which is warned of.
        """
        return self._on_batch("train_on_batch", x, y, sample_weight, class_weight, return_dict)

    def test_on_batch(self, x, y=None, sample_weight=None, return_dict=False):
        """The loss and metrics on one batch."""
        return self._on_batch("test_on_batch", x, y, sample_weight, None, return_dict)

    def _on_batch(self, method, x, y, sample_weight, class_weight, return_dict):
        if type(return_dict) is not bool:
            data.check_arguments(method, return_dict=return_dict)
        self._need_compiled(method)
        batch = self._prepared(partial(data.for_batch, method), x, y, sample_weight, class_weight,
                               columns=self._columns)
        if any(batch.columns) and method == "train_on_batch":
            self._columns = self._columns | batch.names(self._expectation().inputs)
        step = self._step(batch, method == "train_on_batch")
        self._plans.begin().run([])
        finite = ran(step, batch)
        logs = self._results()
        if not finite:
            logs["loss"] = float("nan")
            if self._last_finite:  # of several in a row only the first is told
                warnings.warn(not_finite(method, self, batch), RuntimeWarning, stacklevel=outside())
        self._last_finite = finite
        return logs if return_dict else self._flat(logs)

    def _step(self, batch, training: bool, guarded: bool = True, whole: int | None = None):
        """The plan of a step on batches like this one; from now on the metrics are known."""
        signatures = signatures_of(batch, self._expectation())
        return self._plans.step(signatures, batch.rows, training, guarded, whole,
                                careful=training and guarded)

    def _results(self) -> dict[str, float]:
        """The metrics as of now, by name."""
        values = self._plans.end().run([])
        return by_name(self.compiled.entries(), [v if v.ndim else float(v) for v in values])

    def _flat(self, logs: dict[str, float]):
        """The loss alone, or a list in the order of `compile`."""
        values = [logs[name] for name in self.compiled.ordered()]
        return values[0] if len(values) == 1 else values
