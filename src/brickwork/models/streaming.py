"""The training loop over batches that come from outside: generators, datasets, huge arrays.

One step at a time, each batch checked before it is trained on.
"""

from __future__ import annotations

import math

from .. import _engine, data
from .training import Fitting, validates


def batches_of(prepared, order=None):
    """The batches of one epoch; of arrays too large to be checked at once, in this order."""
    source = prepared.data
    if isinstance(source, data.Arrays):
        size = prepared.batch_size
        for start in range(0, source.rows, size):
            stop = min(start + size, source.rows)
            yield source.slice(start, stop) if order is None else source.take(order[start:stop])
    else:
        yield from source.epoch(order)


class Source:
    """Batches without end, in epochs of so many steps (or as many as there are)."""

    def __init__(self, prepared, shuffle_seed: int | None):
        self.prepared, self.seed = prepared, shuffle_seed
        self.turn = 0
        self.iterator = None

    def epoch(self, steps: int | None):
        """The batches of the next epoch; goes on in the data where the last one stopped."""
        done = 0
        while steps is None or done < steps:
            if self.iterator is None:
                self.iterator = batches_of(self.prepared, self._order())
                self.turn += 1
            batch = next(self.iterator, None)
            if batch is None:
                self.iterator = None
                if steps is None or done == 0 or self._once():
                    return
                continue
            done += 1
            yield batch

    def _once(self) -> bool:
        return getattr(self.prepared.data, "_once", False)

    def _order(self):
        source = self.prepared.data
        if self.seed is None:
            return None
        if isinstance(source, data.Arrays):
            return _engine.shuffle_order(source.rows, self.seed, self.turn)
        if source.shuffle and source.length:
            return _engine.shuffle_order(source.length, self.seed, self.turn)
        return None


class StreamFitting(Fitting):
    """One call of `fit` on a stream; tells callbacks, History and the bar like `Fitting`."""

    def __init__(self, model, prepared, plain, callbacks, history, bar, on_nan):
        valid = None
        if prepared.validation is not None:
            valid = model._validation_pass(prepared.validation)
        super().__init__(model, None, valid, [], plain["epochs"], plain["initial_epoch"],
                         plain["validation_freq"], callbacks, history, bar, on_nan)
        seed = model._next_shuffle_seed() if plain["shuffle"] else None
        self.source = Source(prepared, seed)
        self.steps = prepared.steps

    def run(self) -> None:
        listens = self.callbacks
        for epoch in range(self.initial_epoch, self.epochs):
            listens.on_epoch_begin(epoch, {})
            ended = self._stream_epoch(epoch)
            logs = self.logs
            if ended and self.valid is not None and validates(self.validation_freq, epoch):
                logs |= {f"val_{n}": v for n, v in self._validate().items()}
            listens.on_epoch_end(epoch, logs)
            self.history.on_epoch_end(epoch, logs)
            self.bar.steps = self.bar.steps or self.done
            self.bar.epoch_end(epoch, logs)
            if self.broken:
                self._report(*self.broken)
            if not ended or self.model.stop_training:
                return

    def _validate(self) -> dict:
        from .training import tested

        names = self.model.compiled.names()
        if isinstance(self.valid, StreamTest):
            return self.valid.run(self.callbacks, names)
        return tested(self.valid, self.callbacks, names)

    def _stream_epoch(self, epoch: int) -> bool:
        model, listens = self.model, self.callbacks
        self.done, self.logs, begun = 0, {}, False
        for batch in self.source.epoch(self.steps):
            _check(model, batch, "fit", self.done)
            if not begun:
                model._plans_ready(batch)
                model._plans.begin().run([])
                begun = True
            listens.on_train_batch_begin(self.done, {})
            finite = model._step(batch, training=True, guarded=self.on_nan != "continue")
            self.logs = model._results()
            if not finite:
                self.logs["loss"] = math.nan
            listens.on_train_batch_end(self.done, self.logs)
            self.done += 1
            self.bar.update(epoch, self.done, self.logs)
            if not finite and not model.stop_training:
                self.broken = ("not_finite", epoch, self.done - 1)
            if not finite or model.stop_training:
                return False
        if not self.done:
            raise ValueError(f"fit: x gave no batch in epoch {epoch + 1}. A generator can be run "
                             "through once: let it go on for ever and give steps_per_epoch, or "
                             "give arrays.")
        return True


class StreamTest:
    """One pass of `evaluate` or of a validation over a stream."""

    def __init__(self, model, prepared):
        self.model, self.prepared = model, prepared

    def run(self, callbacks, names, bar=None) -> dict[str, float]:
        """The metrics over all batches, by name."""
        model, done, logs = self.model, 0, {}
        callbacks.on_test_begin({})
        for batch in Source(self.prepared, None).epoch(self.prepared.steps):
            _check(model, batch, "evaluate", done)
            if not done:
                model._plans_ready(batch, training=False)
                model._plans.begin().run([])
            callbacks.on_test_batch_begin(done, {})
            model._step(batch, training=False)
            done += 1
            if bar is not None or callbacks.per_test_batch:
                logs = model._results()
            callbacks.on_test_batch_end(done - 1, logs)
            if bar is not None:
                bar.update(0, done, logs)
        if not done:
            raise ValueError("evaluate: the data gave no batch, expected at least one.")
        logs = model._results()
        if bar is not None:
            bar.steps = bar.steps or done
            bar.epoch_end(0, logs)
        callbacks.on_test_end(logs)
        return logs


def _check(model, batch, method: str, number: int) -> None:
    model._build_for((None, *batch.x[0].shape[1:]))
    data.check_batch(batch, model._expectation(), data.Call(method).batch(number + 1))


