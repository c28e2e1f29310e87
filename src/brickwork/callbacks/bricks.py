"""`Bricks`: the model's picture, redrawn while it is trained."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from time import perf_counter, thread_time

from ..callers import outside
from ..fields import ArgumentError, shown
from .base import Watcher

#: Of the time that training has taken, so much may have gone into pictures...
SHARE = 0.014
#: ...and after each the training goes on for so many times as long as it took.
REST = 50


class Bricks(Watcher):
    """Draws the model while ``fit`` trains it: in the notebook, or into an SVG file that is
    replaced again and again.

    Args:
        file: the name of the file, ending in ``.svg``; whoever reads it finds a whole picture at
            any time. None draws only where there is a notebook.
        level: as in `brickwork.pictures.draw`.
        every: draw only after every so many epochs; by default whenever it is time.
        fps: the most redraws a second.
        options: other options of `brickwork.pictures.draw`: view, labels, theme, size, apart,
            bias.

    Attributes:
        drawn: how many pictures were made of this training.
        seconds: how long they took.

    The first state and the last are always drawn. Between them it draws as often as `fps` allows,
    but no more than keeps its share of the time below 2 %: after a picture that took t seconds
    the training has at least 50 t. The picture is laid out once; then only the weights' greens,
    signs and values are filled in. On one core of an ordinary server that takes 0.2 ms for 86
    synapses, 0.5 ms for 512, 3 ms for 4,096 lines and 0.4 ms for 784-512-512-10, which is drawn
    as whole bricks. Laying out takes 4, 20, 40 and 2 ms; a thread does it while the training goes
    on. A weight's green follows slowly, so that nothing flickers; the last picture is what
    ``model.draw()`` shows. Below it stand the epoch, the loss and a curve of the losses so far.

    Raises:
        ArgumentError: for a file of another kind, or numbers that cannot be.

    >>> import brickwork, pathlib, tempfile
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=2)])
    >>> model.compile("sgd", "mse")
    >>> file = pathlib.Path(tempfile.mkdtemp(), "model.svg")
    >>> _ = model.fit([[0, 1], [1, 0]], [1, 0], verbose=0, callbacks=Bricks(file))
    >>> "epoch 1/1" in file.read_text()
    True
    """

    def __init__(self, file=None, level: str = "auto", every: int | None = None, fps: float = 20,
                 **options):
        super().__init__()
        # The first picture of a process loads what draws: here, since training does not wait.
        from ..pictures import live, network, words

        self._make, self._read = live.Live, network.read
        self._words = words.Words(options.get("labels", "en"))
        self.file = _check_file(file)
        self.every = _check_every(every)
        self.fps = _check_fps(fps)
        self.options = {"level": level, **options}
        self._clock, self._work = perf_counter, thread_time
        if self.every is not None:  # a hook that nobody listens to costs nothing
            self.on_epoch_end = self._at_epoch_end
        self.drawn, self.seconds = 0, 0.0

    def on_train_begin(self, logs=None):
        """Draw the first state."""
        self.drawn, self.seconds = 0, 0.0
        self._live = self._handle = self._making = None
        self._failed = False
        self._begun = self._before = self._next = self._clock()
        self._notebook = notebook()
        if self.file is None and self._notebook is None:
            warnings.warn("Bricks: there is no notebook to draw in, and no file to draw into. "
                          "Give Bricks a name: Bricks('model.svg').", RuntimeWarning,
                          stacklevel=outside())
        elif self.model.built:
            self._lay_out(self._status(0, {}))

    def look(self, epoch, current):
        """Draw if it is time."""
        if self._clock() >= self._next:
            if self._making is not None:
                self._show_first()
            elif self.every is None:
                self._draw(epoch + 1, current())

    def _at_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every == 0 and self._clock() >= self._next:
            self._draw(epoch + 1, logs or {})

    def on_train_end(self, logs=None):
        """Draw the last state."""
        if self._making is not None:
            self._show_first(wait=True)
        done = self.model.history.epoch if self.model.history else ()
        self._draw(done[-1] + 1 if done else 0, logs or {}, film=False)

    def _lay_out(self, status: str) -> None:
        """Begin to lay out the picture of the weights as they are. A thread does it, for compiled
        code leaves Python to others; the training does not wait for tens of milliseconds."""
        network, making = self._read(self.model), Future()

        def make():
            start, collecting = self._work(), gc.isenabled()
            gc.disable()  # thousands of small objects, none of them in a circle
            try:
                live = self._make(network, **self.options)
                text = live.svg(status)
                live.source = self.model
                making.set_result((live, text, self._work() - start))
            except BaseException as error:  # it is raised where fit can be left
                making.set_exception(error)
            finally:
                if collecting:
                    gc.enable()

        self._making = making
        Thread(target=make, daemon=True).start()

    def _show_first(self, wait: bool = False) -> None:
        """Show the first picture, if it is done."""
        if wait or self._making.done():
            making, self._making = self._making, None
            start = self._clock()
            self._live, text, took = making.result()
            self._show(text)
            self._count(took + self._clock() - start)

    def _draw(self, epoch: int, logs, film: bool = True) -> None:
        """Make a picture, show it, and decide when the next may be made."""
        nowhere = self.file is None and self._notebook is None
        if nowhere or self._failed or self._making is not None or not self.model.built:
            return
        if self._live is None:
            self._lay_out(self._status(epoch, logs))
            if not film:
                self._show_first(wait=True)
            return
        start = self._clock()
        since = start - self._before if film else None
        self._show(self._live.svg(self._status(epoch, logs), since, logs.get("loss")))
        self._count(self._clock() - start)

    def _count(self, took: float) -> None:
        """A picture took so many seconds: when may the next be made?"""
        now = self._before = self._clock()
        self.drawn += 1
        self.seconds += took
        cost = took if self.drawn > 1 else 0.0  # the first one is laid out, the others are not
        self._next = max(now + max(1 / self.fps, REST * cost),
                         self._begun + (self.seconds + 2 * cost) / SHARE)

    def _status(self, epoch: int, logs) -> str:
        return self._words.status(epoch, (self.params or {}).get("epochs"), logs.get("loss"))

    def _show(self, text: str) -> None:
        if self._notebook is not None:
            self._handle = shown_in_notebook(text, self._handle)
        if self.file is not None:
            try:
                replace_file(self.file, text)
            except OSError as error:
                if not self.drawn:  # nothing is lost yet
                    raise
                self._failed = True
                warnings.warn(f"Bricks: {self.file} could not be written ({error}). Training goes "
                              "on without pictures.", RuntimeWarning, stacklevel=outside())


class Shown:
    """A picture as notebooks ask for it."""

    def __init__(self, svg: str):
        self.svg = svg

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return "<Bricks>"


def notebook():
    """The module that displays in the notebook that we are in; None elsewhere."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if getattr(shell, "kernel", None) is None:
        return None
    from IPython import display

    return display


def shown_in_notebook(text: str, handle):
    """Show a picture below the cell, or in place of the one that the handle shows; the handle."""
    if handle is not None:
        handle.update(Shown(text))
        return handle
    from IPython import display

    return display.display(Shown(text), display_id=True)


def replace_file(path: Path, text: str) -> None:
    """Write a file as a whole: a reader sees the old one or the new one, never a part."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _check_file(file) -> Path | None:
    if file is None:
        return None
    if isinstance(file, str | os.PathLike):
        path = Path(os.fspath(file))
        if path.suffix.lower() == ".svg":
            return path
    raise ArgumentError("Bricks.file", f"got {shown(file)}, expected the name of a file that ends "
                        "in .svg. Other kinds are written after training: "
                        "model.draw().save('model.png').")


def _check_every(every) -> int | None:
    if every is None or (isinstance(every, int) and not isinstance(every, bool) and every >= 1):
        return every
    raise ArgumentError("Bricks.every", f"got {shown(every)}, expected a number of epochs >= 1, "
                        "or None.")


def _check_fps(fps) -> float:
    if isinstance(fps, int | float) and not isinstance(fps, bool) and 0 < fps <= 20:
        return float(fps)
    raise ArgumentError("Bricks.fps", f"got {shown(fps)}, expected redraws a second: more than 0, "
                        "at most 20.")
