"""`Bricks`: the model's picture, redrawn during training; and a film of it."""

from __future__ import annotations

import gc
import math
import os
import time
import warnings
from concurrent.futures import Future
from contextlib import suppress
from os import PathLike
from pathlib import Path
from threading import Thread
from time import perf_counter, thread_time
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from ..stack_level import outside
from ..training.callback import Watcher
from .screens import NotebookScreen, TerminalScreen, screens

#: The largest fraction of the training time that pictures may take.
SHARE = 0.014
#: The pause after a picture, in multiples of the time that it took.
REST = 50
#: The same in slow motion, where training takes longer anyway.
REST_SEEN = 20


class Bricks(Watcher):
    """Draws the model during ``fit``: below the notebook's cell, in the terminal, or to an SVG file
    that is replaced repeatedly. The pictures can be saved as a film.

    The initial and the final state are always drawn. Without `seconds`, drawing takes less than
    2 % of the time: after a picture that took t seconds, training runs for at least 50 t. The
    picture is laid out once, by a thread, while training runs. Then only the weights' colours,
    signs and values are updated, which takes 0.3 ms for 86 synapses, and a notebook is sent only
    the changes (see docs/pictures-live.md for measurements). Colours change slowly to avoid
    flicker; the last picture is that of ``model.draw()``. Below it are the epoch, the loss and a
    curve of the losses so far.

    Args:
        file: str or path. An ``.svg`` file is replaced with each picture, atomically. A film (see
            `save`) is written when training ends: ``.html``, ``.gif``, ``.mp4``. None (default)
            draws on the screen only.
        level: level of detail, as for `brickwork.pictures.draw`; default "auto".
        every: int >= 1, draw only every so many epochs; None (default) for no such limit.
        fps: float, 0 < fps <= 20, largest number of redraws per second; default 20.
        seconds: float, 0 < seconds <= 3600, slow motion: the shortest duration of the training.
            It pauses between steps, without changing any result; early steps are slower than
            late ones. Without a notebook, a terminal or an ``.svg`` it does not pause, and only
            the film is that long. Default None.
        options: further options of `brickwork.pictures.draw`: view, labels, theme, size, apart,
            bias.

    Attributes:
        drawn: int, the number of pictures that were drawn in this training.
        took: float, the seconds that they took.

    Raises:
        ArgumentError (a ValueError): for an unknown extension, or numbers out of range.
        ImportError: for a film that needs a package which is not installed.

    >>> import brickwork, pathlib, tempfile
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=2)])
    >>> model.compile("sgd", "mse")
    >>> file = pathlib.Path(tempfile.mkdtemp(), "film.html")
    >>> film = Bricks(file, seconds=10)
    >>> _ = model.fit([[0, 1], [1, 0]], [1, 0], epochs=50, verbose=0, callbacks=film)
    >>> film.drawn, file.read_text()[:15]
    (52, '<!doctype html>')
    """

    def __init__(
        self,
        file: Any = None,
        level: str = "auto",
        every: int | None = None,
        fps: float = 20,
        seconds: float | None = None,
        **options: Any,
    ):
        super().__init__()
        # Import the drawing modules now, not during training.
        from ..pictures import film, live, network, words

        self._make, self._read, self._roll = live.Live, network.read, film.Film
        self._words = words.Words(options.get("labels", "en"))
        self.file = _check_file(file, film)
        self.every = _check_every(every, seconds)
        self.fps = _check_fps(fps)
        self.seconds = _check_seconds(seconds)
        self.options = {"level": level, **options}
        self._clock, self._work, self._sleep = perf_counter, thread_time, time.sleep
        if self.every is not None:  # a hook that is not overridden costs nothing
            self.on_epoch_end = self._at_epoch_end
        self.drawn, self.took = 0, 0.0
        self.film = None

    # Hooks of the training loop.

    def _on_fit_begin(self, state) -> None:
        self._state = state
        self._screens = screens(self.file, self._clock)

    def _replaces_progress_bar(self, verbose: int) -> bool:
        """Whether the picture replaces the progress bar on the screen."""
        slow = (NotebookScreen,) if self.seconds is not None and verbose == 1 else ()
        return any(isinstance(screen, (TerminalScreen, *slow)) for screen in self._screens)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Draw the initial state."""
        if self.file is not None:  # raise now if a film could not be written at the end
            from ..pictures.saving import writable

            writable(self.file)
        self.drawn, self.took = 0, 0.0
        self._live = self._making = self._pace = None
        self._stop, self._due, self._step_time, self._done = 0, 0.0, float("inf"), 0
        self._failed = self._closed = False
        self._last_shown = 0, {}
        self.film = self._roll(self.seconds, self.fps, self.options, self._words)
        self._begun = self._last_drawn = self._next = self._clock()
        if not self._screens and self.file is None and self.seconds is None:
            warnings.warn(
                "Bricks: there is no notebook and no terminal to draw in, and no file to "
                "draw into. Give Bricks a name: Bricks('model.svg'), or "
                "Bricks('film.html', seconds=10).",
                RuntimeWarning,
                stacklevel=outside(),
            )
        elif self.model.built:
            self._lay_out(self._state.epoch, {})

    def look(self, epoch: int, current: Any) -> None:
        """Draw a picture if it is due."""
        if self.seconds is not None and self._has_pace(epoch):
            self._follow_pace(epoch, current)
        elif self._clock() >= self._next:
            if self._making is not None:
                self._show_first()
            elif self.every is None:
                self._draw(epoch + 1, current())

    def _stride(self) -> int:
        if self.seconds is None:
            return 0
        if self._pace is None:
            self.step = self._state.batch
            self._has_pace(self._state.epoch)
        return max(1, self._stop - self._done) if self._pace is not None else 0

    def _at_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every == 0 and self._clock() >= self._next:
            self._draw(epoch + 1, logs or {})

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Draw the final state."""
        done = self.model.history.epoch if self.model.history else ()
        if self._pace is not None and done:
            epochs = done[-1] + 1 - self._state.epoch
            self._done = max(self._done, epochs * self._steps - self._state.batch)
        self._finish(done[-1] + 1 if done else 0, logs or {})

    def _on_fit_error(self) -> None:
        """Draw the last state and write the film, also after an error or Ctrl-C."""
        if self.film is None or self._closed:
            return
        with suppress(OSError):  # the original error is more important
            self._finish(*self._last_shown)

    # Slow motion.

    def _has_pace(self, epoch: int) -> bool:
        """Set the pace once the number of steps is known; return whether it is."""
        self._steps = (self.params or {}).get("steps") or self._steps_per_epoch(epoch)
        if self._pace is None and self._steps:
            first, batch, epochs = self._state.epoch, self._state.batch, self.params["epochs"]
            self._pace = Pace(self.seconds, (epochs - first) * self._steps - batch, self.fps)
            self.film.pace = self._pace
            self._done = done = self._place(epoch)
            self._visible_start = self._at = self._clock()  # the start of the visible training
            self._visible_start -= self._pace.time(done) if self._screens else 0.0
            self._stop = done
        return self._pace is not None

    def _steps_per_epoch(self, epoch: int) -> int | None:
        """The steps per epoch of a stream of unknown length, after its first epoch."""
        if epoch == self._state.epoch:
            self._counted_steps = self.step
            return None
        return self._counted_steps

    def _place(self, epoch: int) -> int:
        """The number of steps that are done since `fit` started."""
        return (epoch - self._state.epoch) * self._steps + self.step - self._state.batch

    def _follow_pace(self, epoch: int, current) -> None:
        """Wait and draw, if the next picture's step or time has come."""
        done, now = self._place(epoch), self._clock()
        if done > self._done:
            # The shortest time per step: delays by other processes do not count.
            self._step_time = min(self._step_time, (now - self._at) / (done - self._done))
        self._done, self._at = done, now
        at = self._pace.time(done)
        passed = now - self._visible_start if self._screens else at
        if done < self._stop and passed < self._due:
            return
        if self._making is not None:
            self._show_first(wait=True)
        wait = (
            self._pace.wait_time(done, passed, min(self._step_time, 1e9)) if self._screens else 0.0
        )
        if wait > 0 or not self._screens or now >= self._next:
            self._last_shown = epoch + 1, self._smoothed(current())  # shown if interrupted here
            if wait > 0:
                self._sleep(wait)
            self._draw(*self._last_shown)
            self._due = max(passed, at) + 1 / self.fps
            self._stop = max(done + 1, self._pace.step(self._due))
        self._at = self._clock()

    def _smoothed(self, logs) -> dict:
        """The metrics over about one epoch of batches, mixed from this and the last epoch. Those
        of the first few batches of an epoch alone would make a curve jump."""
        history = self.model.history
        last = (
            {name: values[-1] for name, values in history.history.items()}
            if (history.epoch)
            else {}
        )
        share = min(1.0, self.step / self._steps)
        mixed = {
            name: last[name] + share * (value - last[name])
            for name, value in logs.items()
            if name in last and np.ndim(value) == 0
        }
        return {**last, **logs, **mixed} if share else last or logs

    # Pictures.

    def _lay_out(self, epoch: int, logs) -> None:
        """Start to lay out the picture of the current weights, in a thread: compiled code releases
        the GIL, so training does not wait for tens of milliseconds."""
        network, making = self._read(self.model), Future()
        written = any(not isinstance(screen, TerminalScreen) for screen in self._screens)

        def make():
            start, collecting = self._work(), gc.isenabled()
            gc.disable()  # thousands of small objects, without reference cycles
            try:
                live = self._make(network, **self.options)
                look = live.look()
                if written:
                    live.filled(look, "")  # fills the cache of each brick's text
                live.source = self.model
                making.set_result((live, look, self._work() - start))
            except BaseException as error:  # raised in the training loop
                making.set_exception(error)
            finally:
                if collecting:
                    gc.enable()

        self._making, self._last_shown = making, (epoch, logs)
        Thread(target=make, daemon=True).start()

    def _show_first(self, wait: bool = False) -> None:
        """Show the first picture, if its layout is done."""
        if wait or self._making.done():
            making, self._making = self._making, None
            start = self._clock()
            self._live, look, took = making.result()
            self._show(look, *self._last_shown, 0.0)
            self._count(took + self._clock() - start)

    def _draw(self, epoch: int, logs, film: bool = True) -> None:
        """Draw a picture, show it, and set the time of the next one."""
        nowhere = not self._screens and self.file is None and self.seconds is None
        if nowhere or self._failed or self._making is not None or not self.model.built:
            return
        if self._live is None:
            self._lay_out(epoch, logs)
            if not film:
                self._show_first(wait=True)
            return
        start = self._clock()
        since = start - self._last_drawn if film else None
        if film and self._pace is not None:
            since = 1 / self.fps
        place = start - self._begun if self._pace is None else self._done
        self._show(self._live.look(since, logs.get("loss")), epoch, logs, place)
        self._count(self._clock() - start)

    def _count(self, took: float) -> None:
        """Set the time of the next picture, after one that took this many seconds."""
        now = self._last_drawn = self._clock()
        self.drawn += 1
        self.took += took
        cost = took if self.drawn > 1 else 0.0  # only the first one is laid out
        if self.seconds is not None:  # slow motion
            self._next = now + max(1 / self.fps, REST_SEEN * cost)
            return
        self._next = max(
            now + max(1 / self.fps, REST * cost), self._begun + (self.took + 2 * cost) / SHARE
        )

    def _show(self, look, epoch: int, logs, place: float) -> None:
        self._last_shown = epoch, logs
        self.film.add(place, look, epoch, logs)
        status = self._words.status(epoch, (self.params or {}).get("epochs"), logs.get("loss"))
        try:
            for screen in self._screens:
                screen.show(self._live, look, status, logs)
        except OSError as error:
            if not self.drawn:  # training has not started yet
                raise
            self._failed = True
            warnings.warn(
                f"Bricks: {self.file} could not be written ({error}). Training "
                "continues without pictures.",
                RuntimeWarning,
                stacklevel=outside(),
            )

    def _finish(self, epoch: int, logs) -> None:
        """Draw the final state, close the screens, and write the film."""
        self._closed = True
        try:
            if self._making is not None:
                self._show_first(wait=True)
            self._draw(epoch, logs, film=False)
        finally:
            for screen in self._screens:
                screen.close()
        self.film.end(self._live, (self.params or {}).get("epochs"))
        if (
            self.file is not None
            and self._live is not None
            and (self.file.suffix.lower() != ".svg")
        ):
            self.save(self.file)

    # The film.

    def save(self, path: str | PathLike[str]) -> None:
        """Save the film of the last training.

        Args:
            path: str or path; the extension selects the format: ``.html`` (a page with a slider),
                ``.svg`` (an animated picture), ``.gif`` (needs the extra ``[film]``), ``.mp4``
                (needs the extra ``[video]``).

        Raises:
            ArgumentError (a ValueError): for another extension, or if nothing was trained.
            ImportError: if a package is missing, with the command that installs it.
        """
        if self.film is None or not self.film.shots:
            raise ArgumentError(
                "Bricks.save",
                "got no training yet; expected one to make a film "
                "of. Pass Bricks to fit first: model.fit(x, y, callbacks=bricks).",
            )
        from ..pictures import film, saving

        path = saving.writable(saving.checked(path, film.KINDS, "Bricks.save: path"))
        saving.put(path, self.film.rendered(path.suffix.lower()))

    def _repr_html_(self) -> str | None:
        """The film, for a notebook's cell that ends in it."""
        if self.film is None or not self.film.shots or not self._closed:
            return None
        from html import escape

        page = escape(self.film.rendered(".html"))
        return (
            f'<iframe srcdoc="{page}" style="border:0;width:100%;height:720px" '
            'title="film"></iframe>'
        )


def _check_file(file, film) -> Path | None:
    if file is None:
        return None
    if isinstance(file, str | os.PathLike):
        path = Path(os.fspath(file))
        if path.suffix.lower() in film.KINDS:
            film.check(path.suffix.lower())  # now, not at the end of training
            return path
    raise ArgumentError(
        "Bricks.file",
        f"got {shown(file)}, expected the name of a file that ends "
        "in .svg (replaced during training), .html, .gif or .mp4 (a film). Save a "
        "single picture after training: "
        "model.draw().save('model.png').",
    )


def _check_every(every, seconds) -> int | None:
    if every is not None and seconds is not None:
        raise ArgumentError(
            "Bricks.every",
            f"got {shown(every)} with seconds={shown(seconds)}, "
            "expected one of them: with seconds, pictures are spread over that "
            "time.",
        )
    if every is None or (isinstance(every, int) and not isinstance(every, bool) and every >= 1):
        return every
    raise ArgumentError(
        "Bricks.every", f"got {shown(every)}, expected a number of epochs >= 1, or None."
    )


def _check_fps(fps) -> float:
    if isinstance(fps, int | float) and not isinstance(fps, bool) and 0 < fps <= 20:
        return float(fps)
    raise ArgumentError(
        "Bricks.fps", f"got {shown(fps)}, expected redraws per second: more than 0, at most 20."
    )


def _check_seconds(seconds) -> float | None:
    if seconds is None:
        return None
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and (0 < seconds <= 3600):
        return float(seconds)
    raise ArgumentError(
        "Bricks.seconds",
        f"got {shown(seconds)}, expected the duration of the "
        "training: more than 0 seconds, at most 3600.",
    )


class Pace:
    """The schedule of a training in slow motion: which step is reached at which time.

    Early steps, when most is learned, are slower than late ones: after a fraction t of the time, a
    fraction t^a of the steps is done. The exponent a is chosen so that the first picture shows the
    effect of a single step, if there are enough pictures, but at most 2.

    Args:
        seconds: float, the shortest duration of the training.
        steps: int, the number of steps.
        fps: float, pictures per second.

    >>> pace = Pace(10, 10_000, 20)
    >>> [pace.step(second) for second in (0.05, 1, 5, 9, 10)]
    [1, 183, 2998, 8327, 10000]
    """

    def __init__(self, seconds: float, steps: int, fps: float):
        self.seconds, self.steps = seconds, max(1, steps)
        pictures = seconds * fps
        fit = math.log(self.steps) / math.log(pictures) if pictures > 1 else 1.0
        self._power = min(2.0, max(1.0, fit))

    def step(self, time: float) -> int:
        """The number of steps to be done at this time in seconds."""
        share = min(1.0, max(0.0, time / self.seconds))
        return math.ceil(self.steps * share**self._power - 1e-9)

    def time(self, step: int) -> float:
        """The time in seconds at which this number of steps is to be done."""
        return self.seconds * min(1.0, step / self.steps) ** (1 / self._power)

    def wait_time(self, step: int, now: float, each: float) -> float:
        """The time to wait after a step, in seconds; it leaves enough time for the other steps.

        Args:
            step: number of steps that are done.
            now: seconds since the start of the training.
            each: seconds that a step takes.
        """
        left = self.seconds - now - (self.steps - step) * each
        return max(0.0, min(self.time(step) - now, left))
