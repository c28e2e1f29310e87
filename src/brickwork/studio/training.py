"""A training that a page controls: run, pause, step, set weights, look at outputs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from ..errors import ArgumentError
from ..models import Model
from ..training.callback import Watcher
from .jobs import Job
from .walls import floats

#: Pictures that a page is shown per second, and how often a training looks up from its steps: more
#: often, since a look that comes just before a picture is due delays it.
FPS, LOOKS = 30, 120
#: Over how many seconds the rate of steps is measured.
RATE_SECONDS = 0.1
#: Its multiples, modulo any number, are spread evenly.
_GOLDEN = 0.6180339887
#: The most ended epochs that a page is told of at once.
EPOCHS = 64
#: Rows of one call of the model when outputs are asked for.
ROWS = 4096


class Training(Watcher):
    """A model that `fit` trains, as far and as fast as a page wants.

    Between steps `fit` calls `look`, and that calls `attend`, where requests are heard and where a
    paused training waits. So a training can stop anywhere within an epoch, and its numbers are
    those of one call of `fit`.

    Args:
        job: what to train.
        seconds: for how long it goes on after each `run`.
        attend: called between steps; it returns when the training is to go on.

    Attributes:
        going: whether it is to go on; False while it is paused.
        stepping: whether for one step alone.
        stopped: why it does not: "done", "paused" or "not finite", and in words where that is worth
            some.
        due: when its next step is due, by `time.perf_counter`.
        epoch, batch: epochs, and steps of the next one, that are done.
        logs: metrics of the epoch so far, and of the last validation.
        rate: steps per second.
    """

    _assigns = True

    def __init__(self, job: Job, seconds: float, attend: Callable[[], None]):
        self.job, self.seconds, self.attend = job, seconds, attend
        self.model = job.model
        self.steps = -(-len(job.x) // job.batch_size)
        self.going, self.stepping, self.due = False, False, 0.0
        self.stopped: tuple[str, str | None] = ("paused", None)
        self.epoch, self.batch, self.rate = 0, 0, 0.0
        self.logs: dict[str, float] = {}
        self._ended: list[dict] = []
        self._until: int = 0
        self._pace: float | None = None
        self._end = self._reported = 0  # of the call of `fit` that is under way
        self._bad_batch = self._strides = 0
        self._begun, self._measured = 0.0, (0.0, 0)
        self._all_outputs: Model | None = None

    @property
    def inputs(self) -> int:
        """The number of inputs of a row."""
        return self.job.x.shape[1]

    @property
    def place(self) -> int:
        """The number of steps that are done since the beginning."""
        return self.epoch * self.steps + self.batch

    # What a page asks for.

    def run(self, until: int, pace: float | None) -> None:
        """Go on until so many epochs are done, at `pace` rows per second (None: at full speed)."""
        self._until, self._pace = until, pace
        self.going, self.stepping = True, False
        self._begun = self.due = time.perf_counter()
        self._measured = self._begun, self.place
        self._stop_if_done()

    def take_step(self) -> None:
        """Go on for one step."""
        self.going = self.stepping = True
        self.due = time.perf_counter()
        self._measured = self.due, self.place

    def stop(self, reason: str = "paused", words: str | None = None) -> None:
        """Stop after the current step."""
        self.going = self.stepping = False
        self.stopped = reason, words

    def assign(self, arrays: list) -> None:
        """Set all weights, brick by brick, of flat arrays.

        Raises:
            ArgumentError: if one is not of the size of its weight; then none is set.
        """
        variables = [weight for layer in self.model.layers for weight in layer.weights]
        if len(arrays) != len(variables):
            raise ArgumentError(
                "assign.weights", f"got {len(arrays)} arrays, expected {len(variables)}."
            )
        checked = [
            floats(array, "assign.weights", int(np.prod(variable.shape))).reshape(variable.shape)
            for array, variable in zip(arrays, variables, strict=True)
        ]
        for array, variable in zip(checked, variables, strict=True):
            variable.assign(array)

    def outputs(self, x: np.ndarray, every: bool) -> list[np.ndarray]:
        """Return the outputs for rows: of each brick, or of the top one alone."""
        if not every:
            return [self.model.predict(x, batch_size=ROWS, verbose=0)]
        if self._all_outputs is None:
            outputs = [layer.output for layer in self.model.layers]
            self._all_outputs = Model(self.model.inputs, outputs)
        found = self._all_outputs.predict(x, batch_size=ROWS, verbose=0)
        return list(found) if len(self.model.layers) > 1 else [found]

    def take_ended(self) -> list[dict]:
        """Return the epochs that ended since the last call, with their metrics; of very many,
        evenly spaced ones."""
        self._collect()
        ended, self._ended = self._ended, []
        return thinned(ended, EPOCHS)

    def _collect(self, end: int | None = None) -> None:
        """Collect the epochs of this call of `fit` that ended, or those before `end`."""
        history = self.model.history
        if history is None:  # before the first call of `fit`
            return
        columns, count = history.history.items(), len(history.epoch)
        for at in thinned(range(self._reported, count if end is None else end), EPOCHS):
            logs = {name: column[at] for name, column in columns}
            self._ended.append({"epoch": history.epoch[at], "logs": logs})
        self._reported = count

    # What `fit` does.

    def train(self) -> None:
        """Train for as long as it is going."""
        job = self.job
        while self.going:
            begin = self.epoch
            self._end = begin + 1 if self.stepping else self._until
            try:
                self.model.fit(
                    job.x,
                    job.y,
                    batch_size=job.batch_size,
                    validation_data=job.valid,
                    initial_epoch=begin,
                    epochs=self._end,
                    callbacks=[self],
                    verbose=0,
                    on_nan="raise",
                )
            except FloatingPointError as error:
                whole = len(self.model.history.epoch) - 1  # epochs; the last one is not
                self._collect(whole)
                self.epoch, self.batch = begin + whole, self._bad_batch
                self.stop("not finite", str(error))
                return
            self._note(self._end, 0, {})
            self._collect()
            self._stop_if_done()

    def look(self, epoch: int, current: Callable[[], dict]) -> None:
        """Hear requests, unless the end of the epoch is still to come."""
        if self.step < self.steps:
            self._note(epoch, self.step, current())
            self._stop_if_done()
            self.attend()

    def _on_fit_begin(self, state: object) -> None:
        self._reported = 0

    def _on_not_finite(self, batch: int) -> bool:
        self._bad_batch = batch
        return False

    def _stride(self) -> int:
        if self.stepping:
            return 1
        # Strides that differ: equal ones could end in the validation of every epoch, where it is
        # not called.
        self._strides += 1
        differing = 0.75 + self._strides * _GOLDEN % 0.5
        if self._pace is None:
            return int(differing * self.rate / LOOKS)
        return max(1, int(differing * self._pace / self.job.batch_size / FPS))

    def _stops_at_epoch(self) -> bool:
        return self.stepping or self._pace is not None or self._until < self._end

    def _stop_if_done(self) -> None:
        if self.stepping:
            self.stop()
        elif self.epoch >= self._until:
            self.stop("done")
        elif time.perf_counter() - self._begun > self.seconds:
            self.stop("paused", f"It has trained for {self.seconds:g} seconds, the limit here.")

    def _note(self, epoch: int, batch: int, logs: dict) -> None:
        """Note how far it has come."""
        columns = self.model.history.history.items()
        if len(self.model.history.epoch) > self._reported:
            self.logs = {name: column[-1] for name, column in columns}
        if logs:
            of_validation = {n: v for n, v in self.logs.items() if n.startswith("val_")}
            self.logs = of_validation | logs
        before, self.epoch, self.batch = self.place, epoch, batch
        now, (since, place) = time.perf_counter(), self._measured
        self.rate = (self.place - place) / max(now - since, 1e-9)
        if now - since > RATE_SECONDS:
            self._measured = now, self.place
        if self._pace is not None:
            rows = (self.place - before) * self.job.batch_size
            self.due = max(self.due + rows / self._pace, now - 1 / FPS)


def thinned(items: Sequence, most: int) -> Sequence:
    """Return at most so many of these items, evenly spaced, the last one among them.

    >>> thinned([1, 2, 3, 4, 5, 6], 3)
    [2, 4, 6]
    """
    count = len(items)
    return items if count <= most else [items[(k + 1) * count // most - 1] for k in range(most)]
