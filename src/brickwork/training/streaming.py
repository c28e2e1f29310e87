"""The training loop over streams of batches: generators, datasets, huge arrays.

It runs one step at a time; each batch is checked before it is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from .. import _engine, data
from .callback_changes import ChangeDetector
from .feeding import run_step
from .known_steps import CurrentResults, KnownStep
from .loop import Fitting, merge_logs


def batches_of(prepared, order=None, done: int = 0):
    """The batches of one pass, without those that are done; rows of arrays are in this order."""
    source = prepared.data
    if isinstance(source, data.Arrays):
        size = prepared.batch_size
        # The number of steps excludes a last batch that is dropped.
        for start in range(done * size, prepared.steps_per_pass * size, size):
            rows = slice(start, min(start + size, source.rows))
            yield source.batch(rows if order is None else order[rows])
    else:
        yield from source.epoch(order, done)


class Source:
    """Batches in epochs of a given number of steps, or of as many as the data have.

    Attributes:
        turn: the number of passes that were started.
        taken: the number of batches of the current pass that were used.
        drawn: the number of all batches that were used.
    """

    def __init__(self, prepared, shuffle_seed: int | None):
        self.prepared, self.seed = prepared, shuffle_seed
        self.turn = self.taken = self.drawn = 0
        self.iterator = None

    def position(self) -> dict[str, int]:
        """The position in the data, for `seek`."""
        return {
            "turn": self.turn,
            "taken": self.taken if self.iterator is not None else 0,
            "drawn": self.drawn,
        }

    def seek(self, position: dict[str, int]) -> None:
        """Continue from a position that `position` returned."""
        self.turn, self.taken, self.drawn = position["turn"], position["taken"], position["drawn"]
        done = self.taken
        if getattr(self.prepared.data, "is_iterator", False):
            self.prepared.data.skip(self.drawn)
            done = 0
        if self.taken:
            self.iterator = batches_of(self.prepared, self._order(self.turn - 1), done)

    def skip(self, epochs: int, steps: int | None) -> None:
        """Start after this number of epochs, if the number of batches is known."""
        length = self._length()
        if length is not None and epochs:
            steps = min(steps or length, length)
            turn, rest = divmod(epochs, -(-length // steps))
            self.seek({"turn": turn + bool(rest), "taken": rest * steps, "drawn": 0})

    def epoch(self, steps: int | None, done: int = 0):
        """The batches of the next epoch, without those that are done.

        An epoch continues in the data where the last one stopped, and ends with them at the
        latest. Then the next one starts a new pass, if the data allow that.
        """
        while steps is None or done < steps:
            begins = self.iterator is None
            if begins:
                self.iterator = batches_of(self.prepared, self._order(self.turn))
                self.turn, self.taken = self.turn + 1, 0
            batch = next(self.iterator, None)
            if batch is None:
                self.iterator = None
                if begins or done:
                    return
                continue  # the last epoch ended exactly with the data
            done, self.taken, self.drawn = done + 1, self.taken + 1, self.drawn + 1
            yield batch
        if self.taken == self._length() and next(self.iterator, None) is None:
            self.iterator = None

    def _length(self) -> int | None:
        source = self.prepared.data
        if isinstance(source, data.Arrays):
            return self.prepared.steps_per_pass
        return source.length

    def _order(self, turn: int):
        source = self.prepared.data
        if self.seed is None:
            return None
        if isinstance(source, data.Arrays):
            return _engine.shuffle_order(source.rows, self.seed, turn)
        if source.indexed and source.length:
            return _engine.shuffle_order(source.length, self.seed, turn)
        return None


class StreamFitting(Fitting):
    """One call of `fit` on a stream, like `Fitting` on arrays."""

    def __init__(self, model, state, plain, callbacks, history, bar, on_nan):
        prepared, valid = state.prepared, None
        if prepared.validation is not None:
            call = data.Call("fit", prefix="validation_data")
            valid = model._validation_pass(prepared.validation, call, None)
        super().__init__(
            model,
            None,
            valid,
            None,
            plain["epochs"],
            state,
            plain["validation_freq"],
            callbacks,
            history,
            bar,
            on_nan,
        )
        self.prepared = prepared
        self.source = state.source = Source(prepared, state.seed)
        self.steps = prepared.steps
        self.changes = None  # the first batch may build the model
        scaled = plain["last_batch"] == "scale"
        self.known: dict[tuple | None, KnownStep] = {}
        self.current: CurrentResults | None = None
        self.whole = min(prepared.batch_size, prepared.data.rows) if scaled else None

    def run(self) -> None:
        """Train epoch by epoch."""
        callbacks = self.callbacks
        for epoch in range(self.initial_epoch, self.epochs):
            callbacks.on_epoch_begin(epoch, {})
            self.done, self.logs = 0, {}
            if epoch == self.initial_epoch and self.state.batch:
                self._resume_epoch()
            if not self._ends_at(self.done, self.steps or math.inf):
                self._stream_epoch(epoch)
            if not self.done:
                return self._no_batch(epoch)
            if self.finite and not self._sound(epoch, self.done - 1):
                self.logs = self.logs | {"loss": math.nan}
            self.logs = merge_logs(self.logs, self._validated(epoch))
            self.bar.steps = self.bar.steps or self.done
            self._end_epoch(epoch, self.logs)
            if self.broken or self.model.stop_training:
                return None

    def _steps_of(self, epoch: int) -> int:
        return self.done

    def _resume_epoch(self) -> None:
        """Resume an epoch within; the metrics' state is restored with the first batch, when the
        metrics exist."""
        self.state.restore()
        self.done, self.logs = self.state.batch, self.state.logs
        if self.valid is not None and not hasattr(self.valid, "run"):  # the metrics exist already
            self.results = self.model._plans.results()

    def _no_batch(self, epoch: int) -> None:
        advice = (
            "A generator can be used only once: make it endless and give steps_per_epoch, or "
            "give arrays."
        )
        if epoch == self.initial_epoch:
            raise ValueError(f"fit: x gave no batch. {advice}")
        data.warn_once(
            "stream", f"fit: x gave no batch in epoch {epoch + 1}; training ends here. {advice}"
        )

    def _stream_epoch(self, epoch: int) -> None:
        model, callbacks = self.model, self.callbacks
        watched = self.bar.rewrites or callbacks.per_batch or bool(callbacks.watchers)
        finite, first, known = True, True, False
        for batch in self.source.epoch(self.steps, self.done):
            step = self._planned(batch)
            if first:
                first = False
                self._first_step(epoch)
            callbacks.on_train_batch_begin(self.done, {})
            finite = step()
            if watched:
                self.logs = self._logs(finite)
            ending = model.stop_training
            callbacks.on_train_batch_end(self.done, self.logs)
            known = model.stop_training and not ending
            self.done += 1
            if watched:
                self.bar.update(epoch, self.done, self.logs)
                callbacks.look(epoch, partial(dict, self.logs), self.done)
            if not finite or model.stop_training:
                break
        if not (watched or first):
            self.logs = self._logs(finite)
        if not finite:
            self.batch_of = lambda *_: batch  # kept for the error message only
            self._interrupted("not_finite", epoch, self.done - 1, known)
        elif self.done and self.steps and self.done < self.steps and not model.stop_training:
            data.warn_once(
                "stream",
                f"fit: x gave {self.done} of the {self.steps} batches of "
                f"epoch {epoch + 1}; the epoch ends with them.",
            )

    def _planned(self, batch) -> Callable[[], bool]:
        """What runs a step on a batch, and returns whether its loss is finite."""
        if self.changes is not None:
            self.changes.check()
        known = self.known.get(batch.kind)
        if known is not None and known.valid() and self.model._model_programs is known.plans:
            return partial(known.run, batch.x[0], batch.y[0])
        model, options = self.model, (self.on_nan != "continue", self.whole)
        call = data.Call("fit").batch(self.done + 1)
        build_and_check(model, self.prepared.data, batch, call)
        step = model._step(batch, True, *options)
        self.changes = self.changes or ChangeDetector(model, at_once=True)
        self.current = None
        if batch.kind is not None:
            self.known[batch.kind] = KnownStep(model, True, step, batch.rows)
        return partial(run_step, step, batch)

    def _first_step(self, epoch: int) -> None:
        """Reset or restore the metrics, which exist as soon as a step was planned."""
        if self.done:
            self.state.restore_metrics()
        else:
            self.model._plans.begin().run([])
        self.results = self.model._plans.results()
        if epoch == self.initial_epoch:
            self._check_names()

    def _logs(self, finite: bool) -> dict:
        """The metrics so far."""
        if self.current is None:
            self.current = CurrentResults(self.model._plans, True)
        logs = self.current.logs() if self.current.scalar else self.model._results()
        if not finite:
            logs["loss"] = math.nan
        return logs


class StreamTest:
    """One pass of `evaluate` or of a validation over a stream."""

    def __init__(self, model, prepared):
        self.model, self.prepared = model, prepared
        self.drawn = 0  # batches, in all passes

    def seek(self, drawn: int) -> None:
        """Continue after this number of batches: a generator that cannot restart is advanced."""
        self.drawn = drawn
        if getattr(self.prepared.data, "is_iterator", False):
            self.prepared.data.skip(drawn)

    def run(self, callbacks, results, bar=None) -> dict[str, float]:
        """Return the metrics over all batches, by name."""
        model, done, logs = self.model, 0, {}
        model.stop_evaluating = False
        callbacks.on_test_begin({})
        source = Source(self.prepared, None)
        for batch in source.epoch(self.prepared.steps):
            build_and_check(model, self.prepared.data, batch, data.Call("evaluate").batch(done + 1))
            step = model._step(batch, training=False)
            if not done:
                model._plans.begin(False).run([])
            callbacks.on_test_batch_begin(done, {})
            run_step(step, batch)
            done += 1
            if bar is not None or callbacks.per_test_batch:
                logs = model._results(False)
            callbacks.on_test_batch_end(done - 1, logs)
            if bar is not None:
                bar.update(0, done, logs)
            if model.stop_evaluating:
                break
        self.drawn += source.drawn
        if not done:
            raise ValueError("evaluate: the data gave no batch, expected at least one.")
        logs = model._results(False)
        if bar is not None:
            bar.steps = bar.steps or done
            bar.epoch_end(0, logs)
        callbacks.on_test_end(logs)
        return logs


def build_and_check(model, source, batch, call, nan: str = "raise") -> None:
    """Build the model for a batch if it is not built, and check what was not checked yet: a part
    of large arrays, or a batch that came before the model was built."""
    if batch.nest is not None:
        return
    new = not model.built
    model._build_for(batch.given, getattr(source, "names", None))
    if new or (isinstance(source, data.Arrays) and source.deferred):
        data.check_batch(batch, model._expectation(), call, nan)
    if new and isinstance(source, data.Batches):
        source.expects = model._expectation()
