"""The progress bar: Keras's lines, written so rarely that fast training stays fast."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cached_property
from time import perf_counter
from typing import Any

from ..fields import Configurable
from ..processes import is_first
from ..screen import can_encode, coloured, columns, rewritable
from .callback import Callback, CallbackList
from .progress_line import WIDTH, Line, Look, duration, each_text, rate_text, value_text

INTERVAL = 0.05  # seconds between two writes of verbose=1
SETTLING = 0.25  # seconds to wait while a window is being resized


class ProgressBar:
    """Shows the progress of ``fit``, ``evaluate`` or ``predict``.

    The loop calls `update` after any number of batches, `epoch_end` after each epoch, and `close`
    at the end, also after an error.

    Args:
        epochs: int, number of epochs; None (default) for ``evaluate`` and ``predict``, which have
            no line "Epoch 1/10".
        steps: int, batches per epoch; None (default) if unknown.
        verbose: 0 silent, 1 (default) a bar, 2 one line per epoch. A terminal or a notebook gets at
            most 20 writes of the bar per second, the last state always; a file, which cannot be
            overwritten, the end of each epoch.
        stream: text stream to write to; None (default) is ``sys.stdout``.
        delay: float, seconds before anything is shown; default 0.0.
        clock: function that returns the time in seconds; default `time.perf_counter`.
        initial_epoch: int, index of the first epoch; default 0.

    Attributes:
        rows: the rows of a step, of all processes together, to show how many there are a second;
            None (default) to show the time of a step alone.

    >>> bar = ProgressBar(epochs=2, steps=5, verbose=2)
    >>> bar.epoch_end(0, {"loss": 0.5})  # doctest: +ELLIPSIS
    Epoch 1/2
    5/5 - 0s - .../step - loss: 0.5000
    """

    def __init__(
        self,
        epochs: int | None = None,
        steps: int | None = None,
        verbose: int = 1,
        stream=None,
        delay: float = 0.0,
        clock=perf_counter,
        initial_epoch: int = 0,
    ):
        self._stream = stream or sys.stdout
        self.epochs = epochs
        self.steps = steps
        self.rows: int | None = None
        self.verbose = verbose if self._stream and is_first() else 0  # there may be no stdout
        self._clock = clock
        self._live = self.verbose == 1 and rewritable(self._stream)
        self._columns = columns(self._stream) if self._live else None
        self._widest = WIDTH  # of the bar: it only shrinks, so that it does not flicker
        self._epoch_start = clock()
        self._next_write = self._show_from = self._epoch_start + delay
        self._next_epoch = initial_epoch
        self._together = range(0), 0.0  # epochs that the loop reports together, and time of each
        self._headed: int | None = None  # the epoch whose heading is on the screen
        self._drawn = 0  # columns of the unfinished line on the screen
        self._pending: tuple[int, Mapping[str, Any], float] | None = None

    @property
    def rewrites(self) -> bool:
        """Whether it draws over its last line, as on a terminal."""
        return self._live

    @cached_property
    def _look(self) -> Look:
        """What the stream can show; not evaluated for a silent bar."""
        return Look(
            coloured(self._stream),
            "\u2501" if can_encode(self._stream, "\u2501") else "=",
            "\u2026" if can_encode(self._stream, "\u2026") else "...",
        )

    def update(self, epoch: int, step: int, logs: Mapping[str, Any] | None = None) -> None:
        """Show the progress of an epoch, if the last write is long enough ago.

        Args:
            epoch: int, index of the epoch from 0.
            step: int, number of batches that are done.
            logs: dict of the metrics so far; None (default) for none.
        """
        if not self._live:
            return
        now = self._clock()
        if now < self._next_write:
            return
        if self._resized():  # nothing is drawn while the window is being resized
            self._next_write = now + SETTLING
            return
        self._pending = None
        heading = self._heading(epoch)
        line = self._line(step, logs or {}, now - self._epoch_start, finished=False)
        if self._columns is None:
            text = self._over(*line.whole(self._look))
        else:
            row, wide, self._widest = line.within(self._look, self._columns - 1, self._widest)
            text = self._over(row, wide)
        self._write(heading + text, now)

    def _resized(self) -> bool:
        """Whether the width of the terminal has changed since the last call."""
        now = columns(self._stream)
        if now == self._columns:
            return False
        self._columns, self._widest = now, WIDTH
        return True

    def wants(self, epochs: range) -> list[int]:
        """Select the epochs to show, of several that are done: in a file all; on a screen the last,
        and one whose line is started.

        Args:
            epochs: range of the indices of the epochs; the elapsed time is divided equally.

        Returns:
            A list of the epochs for which `epoch_end` is to be called.
        """
        if not self.verbose:
            return list(epochs[-1:])
        self._together = epochs, (self._clock() - self._epoch_start) / max(1, len(epochs))
        if not self._live:
            return list(epochs)
        begun = [self._headed] if self._drawn and self._headed in epochs[:-1] else []
        return [*begun, *epochs[-1:]]

    def epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Show the last line of an epoch.

        Args:
            epoch: int, index of the epoch from 0.
            logs: dict of the epoch's metrics; None (default) for none.
        """
        if not self.verbose:
            return
        now = self._clock()
        together, took = self._together
        if epoch not in together:
            took = (now - self._epoch_start) / max(1, epoch + 1 - self._next_epoch)
        self._epoch_start, self._next_epoch = now, epoch + 1
        silent_until = self._next_write if self._live else self._show_from
        if self.verbose == 1 and not self._drawn and now < silent_until:
            self._pending = epoch, logs or {}, took
        else:
            self._finish(epoch, logs or {}, took, now)

    def close(self) -> None:
        """Write what has not been written yet."""
        now = self._clock()
        if self._pending and now >= self._show_from:
            self._finish(*self._pending, now)
        elif self._drawn:
            self._write("\n", now)
        self._pending = None
        self._drawn = 0

    def _finish(self, epoch: int, logs: Mapping[str, Any], took: float, now: float) -> None:
        """Write the last line of an epoch."""
        line = self._line(self.steps or 0, logs, took, finished=True)
        if self._live:
            self._resized()
        heading = self._heading(epoch)
        if self.verbose == 2:
            text = " - ".join([line.counted, line.time, line.each, *line.values])
        elif self._columns is None:
            text = self._over(*line.whole(self._look))
        else:
            (row, wide), *more = line.rows(self._look, self._columns - 1, self._widest)
            text = "\n".join([self._over(row, wide), *(row for row, _ in more)])
        self._write(heading + text + "\n", now)
        self._pending = None
        self._drawn = 0

    def _heading(self, epoch: int) -> str:
        if self.epochs is None or self._headed == epoch:
            return ""
        self._headed = epoch
        ended, self._drawn = "\n" if self._drawn else "", 0
        return ended + (f"Epoch {epoch + 1}/{self.epochs}\n" if self.epochs > 1 else "")

    def _over(self, row: str, width: int) -> str:
        """A row, with the characters that overwrite the current one."""
        drawn, self._drawn = self._drawn, width
        if self._columns and drawn > self._columns:
            return "\n" + row  # the terminal became too narrow and has wrapped the old row
        return f"\r{row}{' ' * max(0, drawn - width)}" if drawn else row

    def _line(self, step: int, logs: Mapping[str, Any], took: float, finished: bool) -> Line:
        steps = self.steps
        each = took / max(step, 1)
        left = each * (steps - step) if steps and not finished else took
        return Line(
            f"{step:{len(str(steps))}d}/{steps}" if steps else f"{step}/Unknown",
            step / steps if steps else None,
            duration(left),
            each_text(each) + (f" {rate_text(self.rows / each)}" if self.rows and each else ""),
            [value_text(name, value) for name, value in logs.items()],
        )

    def _write(self, text: str, now: float) -> None:
        self._next_write = now + INTERVAL
        self._stream.write(text)
        self._stream.flush()


class ProgbarLogger(Configurable, Callback):
    """The progress bar as a callback, for custom training loops.

    ``fit``, ``evaluate`` and ``predict`` have a bar already, which ``verbose`` controls; this
    callback has no effect there.

    >>> logger = ProgbarLogger()
    >>> logger.set_params({"verbose": 2, "epochs": 1, "steps": 5})
    >>> logger.on_epoch_begin(0)
    >>> logger.on_epoch_end(0, {"loss": 0.5})  # doctest: +ELLIPSIS
    5/5 - 0s - .../step - loss: 0.5000
    """

    field_order = ()  # a constructor of its own, whose old arguments are translated by its name

    _bar = None  # type: ProgressBar | None
    _epoch = 0

    def on_train_begin(self, logs=None):
        """Start a new bar."""
        self._bar = None

    def on_epoch_begin(self, epoch, logs=None):
        """Start the clock of the epoch."""
        self._epoch = epoch
        if self._bar is None:
            params = self.params or {}
            verbose = params.get("verbose", 1)
            self._bar = ProgressBar(
                params.get("epochs", 1),
                params.get("steps"),
                1 if verbose == "auto" else int(verbose),
                initial_epoch=epoch,
            )

    def on_train_batch_end(self, batch, logs=None):
        """Show the progress of the epoch."""
        if self._bar is not None:
            self._bar.update(self._epoch, batch + 1, logs)

    def on_epoch_end(self, epoch, logs=None):
        """Show the epoch's last line."""
        if self._bar is not None:
            self._bar.epoch_end(epoch, logs)

    def on_train_end(self, logs=None):
        """Show what has not been written yet."""
        if self._bar is not None:
            self._bar.close()


def callback_list(callbacks) -> CallbackList:
    """A `CallbackList` without progress bars, since the loop has one already."""
    found = CallbackList(callbacks)
    for callback in found.callbacks:
        if isinstance(callback, ProgbarLogger):
            found.remove(callback)
    return found
