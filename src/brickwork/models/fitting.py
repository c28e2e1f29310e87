"""`fit`, `evaluate` and `predict`: their arguments and the order of their steps.

The loops themselves are in `training.loop` (arrays) and `training.streaming` (batches).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from .. import data, training as parts
from ..config import max_epochs
from ..program.eager import at_once
from .steps import StepMethods

if TYPE_CHECKING:
    from ..optimizers.optimizer import Optimizer
    from ..program import Symbol, Variable
    from ..training.callback import Callback, CallbackList
    from ..training.compiled import Compiled
    from ..training.history import History
    from ..training.loop import Fitting
    from ..training.programs import Programs
    from ..training.progress_bar import ProgressBar
    from ..training.resumption import TrainingState
    from ..training.rewind import Order
    from .model import Model


class TrainingMethods(StepMethods):
    """Mixin of `Model` with the methods for training, evaluation and prediction."""

    if TYPE_CHECKING:  # of `Model`
        _compiled: Compiled | Any  # None before `compile`
        history: History | Any  # None before `fit`
        _programs_by_flags: dict[tuple, Programs]

        @property
        def optimizer(self) -> Optimizer | Any: ...

        @property
        def trainable_variables(self) -> list[Variable]: ...

        @property
        def weights(self) -> list[Variable]: ...

        # Of `Sequential` and `Functional`, which `Model(inputs, outputs)` makes.

        @property
        def inputs(self) -> list[Symbol]: ...

        @property
        def outputs(self) -> list[Symbol]: ...

        @property
        def input_names(self) -> list[str]: ...

        @property
        def output_names(self) -> list[str]: ...

        def _outputs_of(self, values: list) -> Any: ...

    @at_once
    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: str | int = "auto",
        callbacks: Callback | Sequence[Any] | None = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Mapping[Any, float] | str | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Sequence[int] = 1,
        *,
        on_nan: str = "stop",
        split: Any = "tail",
        last_batch: str = "keep",
        **older: Any,
    ) -> History:
        """Train the model.

        Args:
            x: inputs ``(rows, ...)``: array, list, tensor, SciPy sparse matrix, or table of
                pandas, Polars or Arrow; for several inputs a list or a dict by name. Or a stream
                of batches ``(x, y)`` or ``(x, y, sample_weight)``: a generator, a ``PyDataset``,
                torch's ``DataLoader``, a ``tf.data.Dataset``. Sparse and memory-mapped data are
                never copied as a whole.
            y: targets ``(rows, ...)``, of the same kinds; None for a stream.
            batch_size: int, rows per step; None (default) is 32.
            epochs: int, index of the last epoch plus 1: ``epochs - initial_epoch`` epochs are
                trained. Default 1.
            verbose: 0 silent, 1 a progress bar, 2 a line per epoch; "auto" (default) is 1.
            callbacks: `Callback` or list of them; default None.
            validation_split: float, 0 <= fraction < 1 of the rows that is not trained on but
                evaluated after each epoch; `split` selects them. Default 0.0.
            validation_data: ``(x, y)`` or ``(x, y, sample_weight)``, or a stream, to evaluate
                after each epoch; default None.
            shuffle: whether to shuffle the rows before each epoch; default True.
            class_weight: dict from classes to the weights of their rows, or "balanced": inversely
                proportional to the classes' frequencies. Default None.
            sample_weight: floats ``(rows,)``, weights of the rows in the loss; default None.
            initial_epoch: int, index of the first epoch; default 0. If it is later than the last
                call's, the order of the rows continues from that call: training in several calls,
                or with a loaded model, gives the same bits as in one call.
            steps_per_epoch: int, steps per epoch; the next epoch continues in the data. None
                (default) trains on all data in each epoch. An epoch also ends with the data.
            validation_steps: int, batches of validation data to use; None (default) for all.
            validation_batch_size: int, rows per validation batch; None (default) is `batch_size`.
            validation_freq: int, validate every so many epochs; or a list of the epochs (from 1)
                after which to validate. Default 1.
            on_nan: what to do if a loss or gradient is not finite: "stop" (default) with a
                warning and the weights of the step before; "raise" a FloatingPointError; or
                "continue".
            split: rows that `validation_split` selects: "tail" (default), the last ones;
                "shuffle", random ones; "stratify", the same fraction of each class; or an array
                ``(rows,)`` of groups, whose rows are kept together. The same data are always
                split in the same way.
            last_batch: what to do with an incomplete last batch: "keep" it (default), as Keras
                does, which gives its rows more weight; "drop" it; or "scale" its gradient by its
                fraction of a full batch.
            older: arguments of Keras 1 and 2 (``nb_epoch=``), which are translated.

        Returns:
            A `History`; its ``history["loss"]`` is a list with a float for each epoch.

        Raises:
            ValueError: for invalid arguments or data, and if the model is not compiled; before
                the first step.
            TypeError: for data of an unsupported type.
            FloatingPointError: for a loss that is not finite, with ``on_nan="raise"``.

        >>> from brickwork import Sequential, layers
        >>> model = Sequential([layers.Dense(1, input_dim=1)])
        >>> model.compile("sgd", "mse")
        >>> history = model.fit([[0.0], [1.0]], [0.0, 1.0], epochs=3, verbose=0)
        >>> len(history.history["loss"])
        3
        """
        if older:
            from ..spelling import translate_call

            with parts.AccuracyShown(self, older.get("show_accuracy", False)):
                return self.fit(
                    **translate_call(
                        "fit",
                        dict(
                            x=x,
                            y=y,
                            batch_size=batch_size,
                            epochs=epochs,
                            verbose=verbose,
                            callbacks=callbacks,
                            validation_split=validation_split,
                            validation_data=validation_data,
                            shuffle=shuffle,
                            class_weight=class_weight,
                            sample_weight=sample_weight,
                            initial_epoch=initial_epoch,
                            steps_per_epoch=steps_per_epoch,
                            validation_steps=validation_steps,
                            validation_batch_size=validation_batch_size,
                            validation_freq=validation_freq,
                            on_nan=on_nan,
                            split=split,
                            last_batch=last_batch,
                        ),
                        older,
                    )
                )
        plain = data.check_arguments(
            "fit",
            epochs=epochs,
            initial_epoch=initial_epoch,
            shuffle=shuffle,
            verbose=verbose,
            validation_freq=validation_freq,
        )
        if on_nan not in ("stop", "raise", "continue"):
            raise ValueError(f"fit.on_nan: got {on_nan!r}, expected 'stop', 'raise' or 'continue'.")
        most = max_epochs()
        if most and most < plain["epochs"]:
            data.warn_once(
                "limit",
                f"fit.epochs: {plain['epochs']} become {most}, as config.set_max_epochs says.",
            )
            plain["epochs"] = most
        self._require_compiled("fit")
        prepared = self._prepared(
            data.for_fit,
            x,
            y,
            sample_weight,
            validation_data=validation_data,
            validation_split=validation_split,
            class_weight=class_weight,
            batch_size=batch_size,
            steps_per_epoch=steps_per_epoch,
            validation_batch_size=validation_batch_size,
            validation_steps=validation_steps,
            split=split,
            last_batch=last_batch,
            columns=self._columns,
        )
        if 0 < plain["epochs"] <= plain["initial_epoch"]:
            data.warn_once(
                "epochs",
                f"fit.epochs: got {plain['epochs']} with initial_epoch="
                f"{plain['initial_epoch']}, expected more: epochs counts from epoch 0, "
                "not from initial_epoch. Nothing is trained.",
            )
        self._columns = prepared.columns
        plain |= {"last_batch": last_batch, "by_steps": steps_per_epoch is not None}
        with parts.TrainedAsCompiled(self):
            return self._run_fit(prepared, plain, callbacks, on_nan)

    def _run_fit(self, prepared: Any, plain: dict, callbacks: Any, on_nan: str) -> History:
        epochs, listeners = plain["epochs"], parts.callback_list(callbacks)
        given = next((c for c in listeners.callbacks if isinstance(c, parts.History)), None)
        history = parts.History()
        if type(given) is parts.History:  # the loop fills it; it need not be called as a callback
            history = given
            listeners.remove(given)
        params = {"verbose": plain["verbose"], "epochs": epochs, "steps": prepared.steps}
        verbose = 1 if plain["verbose"] == "auto" else plain["verbose"]
        for listener in (history, listeners):
            listener.set_params(params)
            listener.set_model(cast("Model", self))
        returned = vars(self)["history"] = given or history
        returned._batch_size = prepared.batch_size
        self.stop_training, self._validated = False, prepared.validation
        streamed = _comes_as_batches(prepared.data)
        fitting = self._initial_epoch = None
        state = parts.TrainingState(self, listeners.callbacks, prepared, plain)
        listeners.notify_fit_begin(state)
        listeners.on_train_begin({})
        history.on_train_begin({})
        state.begin()
        if verbose and listeners.replaces_progress_bar(verbose):
            verbose = 0
        bar = parts.ProgressBar(epochs, prepared.steps, verbose, initial_epoch=state.epoch)
        try:
            try:
                if state.epoch < epochs and (state.batch or not self.stop_training):
                    make = partial(parts.StreamFitting, self) if streamed else self._fitting
                    fitting = make(state, plain, listeners, history, bar, on_nan)
                    state.restore_streams()
                    fitting.run()
            finally:
                self._end_fit(bar, listeners)
            listeners.on_train_end(fitting.logs if fitting else {})
        except BaseException:
            listeners.notify_fit_error()
            raise
        finally:
            self._validated = None
            vars(self)["history"] = returned  # a callback may have trained the model itself
        return returned

    def _end_fit(self, bar: ProgressBar, listeners: CallbackList) -> None:
        """Clean up after a training, also if an error ended it."""
        bar.close()
        listeners.notify_train_end()
        if self.optimizer.built:
            self.optimizer.finalize_variable_values(self.trainable_variables)

    def _fitting(
        self,
        state: TrainingState,
        plain: dict,
        listeners: CallbackList,
        history: History,
        bar: ProgressBar,
        on_nan: str,
    ) -> Fitting:
        prepared = state.prepared
        if plain["by_steps"]:
            data.warn_of_short_epochs(
                prepared.steps_per_pass,
                prepared.batch_size,
                prepared.steps,
                plain["epochs"] - state.epoch,
            )
        arrays = prepared.data
        self._plans.settle_engine(
            parts.signatures_of(arrays, self._step_expectation()),
            prepared.batch_size,
            lambda: arrays.batch(slice(0, prepared.batch_size)),
        )
        if bar.verbose and self._plans.measured.get(prepared.batch_size):
            print(f"Engine: {self._plans.choice}.")
        valid = None
        if prepared.validation is not None:
            call = data.Call("fit", prefix="validation_data")
            valid = self._validation_pass(prepared.validation, call, None)
        guarded = on_nan != "continue"
        order = parts.Order(
            arrays.rows,
            min(prepared.batch_size, arrays.rows),
            prepared.steps,
            prepared.steps_per_pass,
            state.seed,
            state.first_epoch,
        )
        windowed = arrays.in_windows
        if windowed:
            bar.rows = order.batch * prepared.processes
        by_epoch = parts.needs_epoch_stops(listeners, valid, plain["validation_freq"], windowed)
        light = (
            guarded
            and not self._plans.engine.REPEATS
            and not listeners.per_batch
            and self._plans.params <= parts.MAX_PARAMETERS
            and (not by_epoch or parts.pays_to_copy(self._plans.params, order))
        )
        train, step, results = self._pass(
            arrays,
            order,
            training=True,
            guarded=guarded,
            careful=guarded and not light,
            last_batch=plain["last_batch"],
            copied=light and by_epoch,
            turns=order.place(plain["epochs"] - 1, 0)[0] + 1,
        )

        def batch_of(epoch: int, number: int) -> Any:
            return (
                train.batch(epoch, number)
                if windowed
                else arrays.batch(order.rows_of(epoch, number))
            )

        return parts.Fitting(
            self,
            train,
            valid,
            results,
            plain["epochs"],
            state,
            plain["validation_freq"],
            listeners,
            history,
            bar,
            on_nan,
            parts.Rollback(self, step, batch_of, order, by_epoch) if light else None,
            batch_of,
            None if valid is None else self._plans.results(False),
        )

    def _validation_pass(
        self, prepared: Any, call: data.Call | None = None, turns: int | None = 1
    ) -> Any:
        """What evaluates data, `turns` times, or any number of times; messages name the call."""
        if _comes_as_batches(prepared.data):
            return parts.StreamTest(self, prepared)
        arrays = prepared.data
        return self._pass(
            arrays,
            parts.Order(
                arrays.rows,
                min(prepared.batch_size, arrays.rows),
                prepared.steps,
                prepared.steps_per_pass,
            ),
            training=False,
            turns=turns,
            call=call or data.Call("evaluate"),
        )[0]

    def _pass(
        self,
        arrays: Any,
        order: Order,
        training: bool,
        guarded: bool = True,
        careful: bool = False,
        last_batch: str = "keep",
        copied: bool = False,
        turns: int | None = None,
        call: data.Call | None = None,
    ) -> Any:
        """The engine's pass over the data, the plan of a step, and what names the metrics."""
        programs, size = self._plans, order.batch
        planned = partial(
            programs.step,
            parts.signatures_of(arrays, self._step_expectation()),
            size,
            training,
            whole=size if last_batch == "scale" else None,
        )
        if training and guarded and programs.engine.REPEATS:
            step = planned(guarded=False).repeated_by(partial(planned, careful=True), self.weights)
        else:
            step = planned(guarded=guarded, careful=careful)
        end = programs.end(training)
        changed = [step.states[i] for i in parts.changes_of(self, step)[0]] if copied else ()
        windows = None
        if arrays.in_windows:
            expects, call = self._expectation(), call or data.Call("fit")
            windows = data.Windows(arrays, expects, call, size, order.seed, turns)
        train = programs.engine.Pass(
            step.plan,
            programs.begin(training, changed).plan,
            end.plan,
            parts.feeds_of(arrays if windows is None else windows.none()),
            arrays.rows,
            size,
            windows is None and order.seed is not None,
            order.seed or 0,
            order.steps,
            not training,
            order.first_epoch,
            last_batch == "drop",
        )
        if windows is not None:
            train = parts.WindowedPass(train, windows, order, not training)
        elif facts := parts.facts_of_own(arrays, self._expectation()):
            train.facts = facts
        return train, step, programs.results(training, end)

    def _shuffling(self) -> dict[str, int]:
        """The state of shuffling: the seed that `compile` draws, the number of orders that were
        started (one per call of `fit`), and the first epoch of the last one."""
        return {
            "seed": self._shuffle_seed,
            "passes": self._data_passes,
            "first_epoch": self._first_epoch,
        }

    def _shuffle_as(self, state: dict) -> None:
        """The inverse of `_shuffling`."""
        self._shuffle_seed, self._data_passes = int(state["seed"]), int(state["passes"])
        self._first_epoch = int(state.get("first_epoch", 0))

    @at_once
    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: str | int = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Callback | Sequence[Any] | None = None,
        return_dict: bool = False,
        **older: Any,
    ) -> Any:
        """Compute the loss and the metrics on data.

        Args:
            x: inputs ``(rows, ...)`` or a stream of batches, as for `fit`.
            y: targets ``(rows, ...)``; None for a stream.
            batch_size: int, rows per batch; None (default) is 32.
            verbose: 0 silent, 1 a progress bar, 2 one line; "auto" (default) is 1.
            sample_weight: floats ``(rows,)``, weights of the rows; default None.
            steps: int, number of batches to use; None (default) for all.
            callbacks: `Callback` or list of them; default None.
            return_dict: whether to return a dict by name; default False.
            older: arguments of Keras 1 and 2, which are translated.

        Returns:
            The loss, a float; or a list ``[loss, *metrics]`` in the order of `metrics_names`; or
            a dict from names to floats.

        Raises:
            ValueError: for invalid arguments or data, and if the model is not compiled.
            TypeError: for data of an unsupported type.
        """
        if older:
            from ..spelling import translate_call

            with parts.AccuracyShown(self, older.get("show_accuracy", False)):
                return self.evaluate(
                    **translate_call(
                        "evaluate",
                        dict(
                            x=x,
                            y=y,
                            batch_size=batch_size,
                            verbose=verbose,
                            sample_weight=sample_weight,
                            steps=steps,
                            callbacks=callbacks,
                            return_dict=return_dict,
                        ),
                        older,
                    )
                )
        alone = parts.is_one_batch(x, batch_size, verbose, callbacks, steps, sample_weight)
        if alone:
            known = parts.known_step(self, False, x, y, return_dict)
            if known is not None:
                return known
        plain = data.check_arguments("evaluate", verbose=verbose, return_dict=return_dict)
        self._require_compiled("evaluate")
        prepared = self._prepared(
            data.for_evaluate,
            x,
            y,
            sample_weight,
            columns=self._columns,
            batch_size=batch_size,
            steps=steps,
        )
        listeners = parts.callback_list(callbacks)
        listeners.set_params({"verbose": plain["verbose"], "epochs": 1, "steps": prepared.steps})
        listeners.set_model(cast("Model", self))
        bar = parts.ProgressBar(
            None, prepared.steps, 1 if plain["verbose"] == "auto" else plain["verbose"]
        )
        tests = self._validation_pass(prepared)
        if getattr(prepared.data, "in_windows", False):
            bar.rows = prepared.batch_size * prepared.processes
        try:
            if hasattr(tests, "run"):
                logs = tests.run(listeners, None, bar)
            else:
                logs = parts.run_test_pass(tests, listeners, self._plans.results(False), bar)
        finally:
            bar.close()
        if alone and not hasattr(tests, "run"):
            batch = prepared.data.batch(slice(None))
            step = self._step(batch, False)
            parts.remember(self, False, parts.as_known(self, False, step, batch, x, y), x, y)
        return dict(logs) if return_dict else self._flat(logs)

    @at_once
    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: str | int = "auto",
        steps: int | None = None,
        callbacks: Callback | Sequence[Any] | None = None,
        *,
        nan: str = "raise",
        **older: Any,
    ) -> np.ndarray:
        """Compute the outputs for inputs.

        Args:
            x: inputs ``(rows, ...)``, or a stream of batches of inputs, as for `fit`.
            batch_size: int, rows per batch for callbacks and layers whose rows depend on each
                other; None (default) is 32.
            verbose: 0 silent, 1 a progress bar, 2 one line; "auto" (default) shows a bar after
                half a second.
            steps: int, number of batches to use; None (default) for all.
            callbacks: `Callback` or list of them; default None.
            nan: "raise" (default) a ValueError for inputs that are not finite, or "propagate".
            older: arguments of Keras 1 and 2, which are translated.

        Returns:
            An array ``(rows, ...)`` of the outputs; for several outputs a list or dict of arrays.

        Raises:
            ValueError: for invalid arguments or data.
            TypeError: for data of an unsupported type.
        """
        if older:
            from ..spelling import translate_call

            return self.predict(
                **translate_call(
                    "predict",
                    dict(
                        x=x,
                        batch_size=batch_size,
                        verbose=verbose,
                        steps=steps,
                        callbacks=callbacks,
                        nan=nan,
                    ),
                    older,
                )
            )
        self._losses = ()
        return parts.predict(self, x, batch_size, verbose, steps, callbacks, nan)


def _comes_as_batches(source: Any) -> bool:
    """Whether the engine gets data a batch at a time from Python."""
    if not isinstance(source, data.Arrays):
        return True
    return source.by_batch and not source.in_windows
