"""The training loop over arrays: epochs, callbacks and the progress bar around the engine.

The engine runs whole epochs by itself. It returns when a callback is to be called, every `SLICE`
seconds (so that Ctrl-C and the progress bar work), or when a loss is not finite.
"""

from __future__ import annotations

import math
import warnings
from functools import partial
from math import prod

from ..custom_objects import is_user_defined
from ..program import is_float
from ..spelling import OldKeys
from ..stack_level import outside
from .callback import CallbackList, Watcher
from .callback_changes import ChangeDetector
from .history import History
from .metric_results import Results
from .not_finite import LARGE, diagnose, finite
from .progress_bar import ProgressBar
from .resumption import TrainingState
from .rewind import Rollback

SLICE = 0.04
HELP = "a smaller learning rate, clipnorm=1.0 in the optimizer or scaled inputs usually help"
#: Statuses with which the engine returns although training is not interrupted; and those where a
#: watcher may have asked for the end of an epoch.
CONTINUES = ("time", "steps")
CONTINUES_OR_EPOCH = (*CONTINUES, "epoch")


class Fitting:
    """One call of `fit` on arrays.

    Args:
        model: the model.
        train, valid: `_engine.Pass` objects; valid may be None.
        results: converts the metrics' values to logs.
        epochs, validation_freq: as for `fit`.
        state: where training starts.
        callbacks, history, bar: of this call.
        on_nan: "stop", "raise" or "continue".
        rollback: a `Rollback` of the run, or None if the steps check gradients themselves.
        batch_of: function ``(epoch, step)`` that returns the batch of a step.
        test_results: which value is which metric in a validation; default as in training.
    """

    def __init__(
        self,
        model,
        train,
        valid,
        results: Results,
        epochs: int,
        state: TrainingState,
        validation_freq,
        callbacks: CallbackList,
        history: History,
        bar: ProgressBar,
        on_nan: str = "stop",
        rollback: Rollback | None = None,
        batch_of=None,
        test_results: Results | None = None,
    ):
        self.model = model
        self.test_results = test_results or results
        self.rollback, self.batch_of = rollback, batch_of
        self.train, self.valid = train, valid
        self.results = results
        self.state = state
        state.tests = valid if hasattr(valid, "seek") else None
        self.epochs, self.initial_epoch = epochs, state.epoch
        self.validation_freq = validation_freq
        self.callbacks, self.history, self.bar = callbacks, history, bar
        self.on_nan = on_nan
        self.logs: dict[str, float] = {}
        #: The weights that were not finite before, where those may be more than a guard looks at.
        self.unguarded: set[int] | None = None
        guarded = model._plans.engine.REPEATS or (model.built and is_small(model))
        if on_nan != "continue" and rollback is None and not guarded:
            self.unguarded = unguarded_weights(model)

    def run(self) -> None:
        self._check_names()
        windowed = is_windowed(self.train)
        if needs_epoch_stops(self.callbacks, self.valid, self.validation_freq, windowed):
            self._with_callbacks()
        else:
            self._without_callbacks()

    def _check_names(self) -> None:
        """Raise, before the first step, for names that callbacks need and no logs will have."""
        epochs = range(self.initial_epoch, self.epochs)
        self.callbacks.check_names(
            self.results.names,
            self.valid is not None
            and any(validates(self.validation_freq, epoch) for epoch in epochs),
        )

    # Without hooks of epochs or batches: the engine runs until all is done.

    def _without_callbacks(self) -> None:
        loop = loop_over(
            self.model._plans.engine,
            self.train,
            self.valid,
            self.epochs,
            self.initial_epoch,
            self.validation_freq,
        )
        reported = self.initial_epoch
        status, rollback = "time", self.rollback
        try:
            if rollback:
                rollback.save(reported, 0)
            while status in CONTINUES_OR_EPOCH:
                calls = self.callbacks
                status, epoch, step = loop.run(SLICE, calls.stride(), calls.stops_at_epoch())
                reported = self._report_epochs(loop, reported)
                if status in CONTINUES_OR_EPOCH and not loop.validating:
                    if rollback and not rollback.save_if_due(epoch, step):
                        status = "not_finite"
                    else:
                        self._show(loop, epoch, step)
        except BaseException:
            self._rebuild_history(loop, self._leave(loop))
            raise
        if status == "done":
            epoch -= 1
            if self._sound(epoch, self.train.steps(epoch) - 1):
                return
            epoch = epoch if self.broken is None else self.broken[1]
        else:
            epoch = self._interrupted(status, epoch, step - 1)
        self._rebuild_history(loop, epoch)  # what came after a bad step counts for nothing
        self._end_epoch(epoch, self._partial_logs(loop))

    def _leave(self, loop) -> int:
        """Leave finite weights behind where an error or Ctrl-C ends training; return the epoch
        that is left."""
        here, rollback = (loop.epoch, loop.step), self.rollback
        if rollback and not rollback.is_at(*here) and not rollback.finite():
            return rollback.roll_back(here)[0]
        return loop.epoch

    def _show(self, loop, epoch: int, step: int) -> None:
        """Update the progress bar and call the watchers."""

        def current():
            return self.results.logs(loop.current())

        if self.bar.verbose == 1:
            self.bar.update(epoch, step, current())
        self.callbacks.look(epoch, current, step)
        if self.rollback and any(map(_may_assign, self.callbacks.watchers)):
            self.rollback.save(epoch, step)

    def _report_epochs(self, loop, reported: int) -> int:
        """Enter finished epochs into History and show them; return the number of epochs that are
        reported now."""
        if loop.epoch == reported:
            return reported
        rows = loop.rows(reported - self.initial_epoch)
        self._add_to_history(reported, rows)
        for epoch in self.bar.wants(range(reported, reported + len(rows))):
            self.logs = self.results.logs(rows[epoch - reported].tolist())
            if self.valid is not None and validates(self.validation_freq, epoch):
                values = rows[epoch - reported, self.results.width :].tolist()
                self.logs = merge_logs(self.logs, self.test_results.logs(values, "val_"))
            self.bar.epoch_end(epoch, self.logs)
        return reported + len(rows)

    def _add_to_history(self, first: int, rows) -> None:
        epochs = range(first, first + len(rows))
        width = self.results.width
        columns = self.results.columns(rows if self.valid is None else rows[:, :width])
        if self.valid is not None:
            with_validation = [
                i for i, epoch in enumerate(epochs) if validates(self.validation_freq, epoch)
            ]
            values = rows[:, width:].take(with_validation, 0)
            validated = self.test_results.columns(values, "val_")
            # As if each epoch had been entered alone: the first one's names come first.
            columns = (
                merge_logs(columns, validated) if 0 in with_validation else columns | validated
            )
        self.history.extend(epochs, columns)

    def _rebuild_history(self, loop, end: int | None = None) -> None:
        """Enter all finished epochs again, or those before `end`: reporting may have been
        interrupted."""
        self.history.epoch, self.history.history = [], OldKeys()
        rows = loop.rows()
        self._add_to_history(
            self.initial_epoch, rows if end is None else rows[: end - self.initial_epoch]
        )

    # With hooks: epoch by epoch, or batch by batch.

    def _with_callbacks(self) -> None:
        callbacks, model = self.callbacks, self.model
        done = self.state.batch
        loop = loop_over(
            model._plans.engine, self.train, None, self.epochs, self.initial_epoch, 1, done
        )
        by_batch, self.changes = callbacks.per_batch, ChangeDetector(model)
        for epoch in range(self.initial_epoch, self.epochs):
            callbacks.on_epoch_begin(epoch, {})
            self.changes.check()
            if done and epoch == self.initial_epoch:
                self.state.restore()
                self.state.restore_metrics()
            model._plans.ready()
            if by_batch:
                ended = self._batches(loop, epoch)
            else:
                ended = self._epoch(loop, epoch)
            logs = self._epoch_logs(loop, epoch) if ended else self._partial_logs(loop)
            self._end_epoch(epoch, merge_logs(logs, self._validated(epoch)))
            if model.stop_training or not ended:
                return

    #: (status, epoch, batch) of the step that ended training.
    broken: tuple | None = None
    finite = True

    def _epoch_logs(self, loop, epoch: int) -> dict[str, float]:
        """The metrics of the epoch that has just ended."""
        return self.results.logs(loop.rows(epoch - self.initial_epoch)[-1].tolist())

    def _partial_logs(self, loop) -> dict[str, float]:
        """The metrics of an epoch that was left early."""
        logs = self.results.logs([math.nan] * self.results.width) | self.results.logs(
            loop.current()
        )
        return logs if self.finite else logs | {"loss": math.nan}

    def _validated(self, epoch: int) -> dict[str, float]:
        """The metrics of the validation, if there is one after this epoch."""
        if self.broken or self.valid is None or not validates(self.validation_freq, epoch):
            return {}
        run = getattr(self.valid, "run", None) or partial(run_test_pass, self.valid)
        results = self.test_results or self.model._plans.results(False)
        return {f"val_{n}": v for n, v in run(self.callbacks, results).items()}

    def _end_epoch(self, epoch: int, logs: dict) -> None:
        self.logs = logs
        try:
            self.callbacks.on_epoch_end(epoch, logs)
        except BaseException:
            if self.broken:  # the user's error goes on, and what went before it is told as well
                self.history.on_epoch_end(epoch, logs)
                self._warn(self._message(*self.broken))
            raise
        self.history.on_epoch_end(epoch, logs)
        self.bar.epoch_end(epoch, logs)
        self.callbacks.look(epoch, lambda: logs, self._steps_of(epoch))
        if self.broken:
            self._report(*self.broken)

    def _steps_of(self, epoch: int) -> int:
        return self.train.steps(epoch)

    def _epoch(self, loop, epoch: int) -> bool:
        """Train one epoch; return whether it was finished."""
        status, rollback = "time", self.rollback
        if self._ends_at(loop.step, self.train.steps(epoch)):
            return False
        if rollback:
            rollback.begin(epoch, loop.step)
        if self.model.stop_training:  # set before the first batch, which is done all the same
            status, step = one_step(loop, self.train.steps(epoch))
            if status == "steps":
                self._sound(epoch, step - 1)
                return False
        try:
            while status in CONTINUES:
                status, _, step = loop.run(SLICE, self.callbacks.stride(), stop_at_epoch=True)
                if status in CONTINUES:
                    if rollback and not rollback.save_if_due(epoch, step):
                        status = "not_finite"
                    else:
                        self._show(loop, epoch, step)
        except BaseException:
            self._leave(loop)
            raise
        if status in ("epoch", "done"):
            return self._sound(epoch, self.train.steps(epoch) - 1)
        self._interrupted(status, epoch, step - 1)
        return False

    def _sound(self, epoch: int, batch: int) -> bool:
        """Whether the weights are finite when an epoch has ended, or is left after a batch;
        otherwise training ends."""
        if self.rollback.finite() if self.rollback else not self._lost():
            return True
        self._interrupted("not_finite", epoch, batch)
        return False

    def _lost(self) -> bool:
        """Whether weights that no guard looks at have overflowed, and there is no copy of them."""
        return self.unguarded is not None and bool(unguarded_weights(self.model) - self.unguarded)

    def _ends_at(self, batch: int, steps: int) -> bool:
        """Whether training was stopped at this batch, before it was interrupted and resumed."""
        return 0 < batch < steps and self.model.stop_training

    def _interrupted(self, status: str, epoch: int, batch: int, known: bool = False) -> int:
        """Handle a step that was not done, unless a callback that saw it is known to have ended
        training for that reason. Return the epoch of the first bad step."""
        if self.rollback and not self.rollback.finite():
            status = "not_finite"
            epoch, batch = self.rollback.roll_back((epoch, batch))
        self.finite = status != "not_finite"
        told = not self.finite and self.callbacks.notify_not_finite(batch)
        if self._lost():
            self.broken = "overflow", epoch, batch
        elif not (told or known):
            self.broken = status, epoch, batch
        return epoch

    def _batches(self, loop, epoch: int) -> bool:
        """Train one epoch, a batch at a time; return whether it was finished."""
        callbacks, model, batch = self.callbacks, self.model, loop.step
        steps, changes, results = self.train.steps(epoch), self.changes, self.results
        if batch == steps:  # all batches are done, but the epoch is not ended
            loop.run(SLICE, stop_at_epoch=True)
            return self._sound(epoch, batch - 1)
        if self._ends_at(batch, steps):
            return False
        shown = self.bar.rewrites or bool(callbacks.watchers)
        while True:
            callbacks.on_train_batch_begin(batch, {})
            changes.check()
            changes.plans.ready()
            status, step = one_step(loop, steps)
            if status in ("not_finite", "out_of_range"):
                ending, self.finite = model.stop_training, status != "not_finite"
                if not self.finite:
                    callbacks.on_train_batch_end(batch, self._partial_logs(loop))
                self._interrupted(status, epoch, batch, model.stop_training and not ending)
                return False
            ended = status in ("epoch", "done")
            logs = self._epoch_logs(loop, epoch) if ended else results.logs(loop.current())
            callbacks.on_train_batch_end(batch, logs)
            if shown:
                self.bar.update(epoch, step, logs)
                callbacks.look(epoch, partial(dict, logs), step)
            if ended or model.stop_training:
                return self._sound(epoch, batch) and ended
            batch += 1

    # Errors

    def _report(self, status: str, epoch: int, step: int) -> None:
        message = self._message(status, epoch, step)
        if status == "out_of_range":
            raise IndexError(message)
        if self.on_nan == "raise":
            raise FloatingPointError(message)
        self._warn(message)

    def _message(self, status: str, epoch: int, step: int) -> str:
        """What is to be said of the step that ended training."""
        if status == "out_of_range":
            return (
                f"fit: an id in batch {step + 1} of epoch {epoch + 1} is outside of its table; the "
                "weights are those of the step before."
            )
        place = f" in epoch {epoch + 1}, batch {step + 1}"
        if status == "overflow":
            return (
                f"fit: the weights are not finite{place}, after an update that has overflowed, "
                "there or before. In a model of this size that is not found at once, and the "
                "weights before it are lost. Training ends here. Load weights that were saved "
                f"before; {HELP}."
            )
        batch = self.batch_of(epoch, step)
        return not_finite("fit", self.model, batch, place, "Training ends here; the")

    @staticmethod
    def _warn(message: str) -> None:
        warnings.warn(message, RuntimeWarning, stacklevel=outside())


def _may_assign(watcher: Watcher) -> bool:
    """Whether a watcher may set weights while it looks: the user's may."""
    return watcher._assigns or is_user_defined(type(watcher))


def needs_epoch_stops(
    callbacks: CallbackList, valid, validation_freq, windowed: bool = False
) -> bool:
    """Whether the engine must return at the end of each epoch or batch."""
    tests = valid is not None and (
        callbacks.per_test_batch or callbacks.any_overrides("on_test_begin", "on_test_end")
    )
    return (
        callbacks.per_batch
        or callbacks.per_epoch
        or tests
        or not isinstance(validation_freq, int)
        or hasattr(valid, "run")
        or is_windowed(valid)
        or (valid is not None and windowed)
    )


def is_windowed(rows) -> bool:
    """Whether a pass is a `WindowedPass`."""
    return hasattr(rows, "windows")


def loop_over(engine, train, valid, *rest):
    """The loop over a pass, in windows or not.

    Args:
        engine: the engine's module.
        train: a `Pass`, or a `WindowedPass`.
        valid: a `Pass` or None; None for a `WindowedPass`.
        rest: further arguments of the engine's `Loop`.
    """
    if is_windowed(train):
        return train.loop(engine, *rest)
    return engine.Loop(train, valid, *rest)


def is_small(model) -> bool:
    """Whether the guards of steps look at all weights."""
    return sum(prod(w.dims) for w in model.weights) <= LARGE


def unguarded_weights(model) -> set[int]:
    """The ids of the weights that are not finite, if guards do not look at all of them."""
    if is_small(model):
        return set()
    weights = [w for w in model.weights if is_float(w.dtype)]
    return {id(w) for w in weights if not finite(w.array)}


def not_finite(method: str, model, batch, place: str = "", end: str = "The") -> str:
    """The message about a step that was not done because a value is not finite."""
    found = diagnose(model, batch)
    kept = "those of the last step that was finite"
    if method != "fit" and unguarded_weights(model):  # `fit` knows what they were before it
        kept = (
            "not finite: they were set so, or an update before has overflowed, which in a model of "
            "this size is not found at once, and the weights before it are lost"
        )
    rates = ", ".join(
        f"{name.replace('_', ' ', 2)} {rate:g}" for name, rate in model.optimizer.rates().items()
    )
    return (
        f"{method}: the {found.what} is not finite{place}; the first value that is not: "
        f"{found.where} (gradient norm {found.norm:.3g}, {rates}). {end} weights are {kept}. "
        f"{HELP[0].upper()}{HELP[1:]}."
    )


def merge_logs(logs: dict, validated: dict) -> dict:
    """An epoch's logs and its validation's, sorted by name."""
    return OldKeys(sorted((logs | validated).items())) if validated else logs


def validates(frequency, epoch: int) -> bool:
    """Whether there is a validation after this epoch."""
    if isinstance(frequency, int):
        return (epoch + 1) % frequency == 0
    return epoch + 1 in frequency


def one_step(loop, steps: int) -> tuple[str, int]:
    """Run one step; return the status, "epoch" or "done" after the last step, and the number of
    steps done."""
    status, _, step = loop.run(SLICE, 1, True)
    if status == "steps" and step == steps:
        return loop.run(SLICE, 1, True)[0], step
    return status, step


def run_test_pass(
    test_pass, callbacks: CallbackList, results: Results, bar: ProgressBar | None = None
):
    """The metrics of a pass over test data, by name."""
    loop = loop_over(callbacks.model._plans.engine, test_pass, None, 1, 0, 1)
    by_batch, model = callbacks.per_test_batch, callbacks.model
    if by_batch:
        model.stop_evaluating = False
    callbacks.on_test_begin({})
    status, batch, logs = "time", 0, {}
    while status in ("time", "steps"):
        if by_batch:
            callbacks.on_test_batch_begin(batch, {})
        if by_batch:
            status, step = one_step(loop, test_pass.steps(0))
        else:
            status, _, step = loop.run(SLICE)
        ended = status == "done"
        values = loop.rows()[-1].tolist() if ended else loop.current()
        logs = results.logs(values)
        if by_batch:
            callbacks.on_test_batch_end(batch, logs)
            batch += 1
        if bar is not None and not ended:
            bar.update(0, step, logs)
        if by_batch and model.stop_evaluating:
            break
    if status == "out_of_range":
        raise IndexError("evaluate: an id is outside of its table.")
    if bar is not None:
        bar.epoch_end(0, logs)
    callbacks.on_test_end(logs)
    return logs
