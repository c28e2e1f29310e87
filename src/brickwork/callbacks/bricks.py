"""`Bricks`: the model's picture, redrawn while it is trained; and the film of it."""

from __future__ import annotations

import gc
import math
import os
import time
import warnings
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from threading import Thread
from time import perf_counter, thread_time

import numpy as np

from ..errors import ArgumentError, shown
from ..stack_level import outside
from ..training.callback import Watcher
from .screens import NotebookScreen, TerminalScreen, screens

#: Of the time that training has taken, so much may have gone into pictures...
SHARE = 0.014
#: ...and after each the training goes on for so many times as long as it took.
REST = 50
#: The same in slow motion, where the training takes longer by itself.
REST_SEEN = 20


class Bricks(Watcher):
    """Draws the model while ``fit`` trains it: below the notebook's cell, in the terminal, or into
    an SVG file that is replaced again and again. What was drawn can be saved as a film.

    Args:
        file: the name of a file. One that ends in ``.svg`` is replaced with each picture; whoever
            reads it finds a whole picture at any time. A film (see `save`) is written when
            training ends: ``.html``, ``.gif``, ``.mp4``. None draws only on the screen.
        level: as in `brickwork.pictures.draw`.
        every: draw only after every so many epochs; by default whenever it is time.
        fps: the most redraws a second.
        seconds: slow motion: how long the training shall take, at least. It waits between steps,
            which changes no number; first steps go by slowly, later ones ever faster. Where
            nobody watches (there is no notebook, no terminal, no ``.svg``) it does not wait, and
            only the film takes so long.
        options: other options of `brickwork.pictures.draw`: view, labels, theme, size, apart,
            bias.

    Attributes:
        drawn: how many pictures were made of this training.
        took: the seconds that they took.

    The first state and the last are always drawn. Without `seconds`, training comes first: between
    them it draws as often as `fps` allows, but no more than keeps its share of the time below 2 %:
    after a picture that took t seconds the training has at least 50 t. The picture is laid out
    once, by a thread, while the training goes on; then only the weights' greens, signs and values
    are filled in, which takes 0.3 ms for 86 synapses, and a notebook is sent only what has
    changed (docs/pictures-live.md has more of what it costs). A weight's green follows slowly, so
    that nothing flickers; the last picture is what ``model.draw()`` shows. Below it stand the
    epoch, the loss and a curve of the losses so far.

    Raises:
        ArgumentError: for a file of another kind, or numbers that cannot be.
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

    def __init__(self, file=None, level: str = "auto", every: int | None = None, fps: float = 20,
                 seconds: float | None = None, **options):
        super().__init__()
        # The first picture of a process loads what draws: here, since training does not wait.
        from ..pictures import film, live, network, words

        self._make, self._read, self._roll = live.Live, network.read, film.Film
        self._words = words.Words(options.get("labels", "en"))
        self.file = _check_file(file, film)
        self.every = _check_every(every, seconds)
        self.fps = _check_fps(fps)
        self.seconds = _check_seconds(seconds)
        self.options = {"level": level, **options}
        self._clock, self._work, self._sleep = perf_counter, thread_time, time.sleep
        if self.every is not None:  # a hook that nobody listens to costs nothing
            self.on_epoch_end = self._at_epoch_end
        self.drawn, self.took = 0, 0.0
        self.film = None

    # What the training loop calls.

    def _begins(self, course) -> None:
        self._course = course
        self._screens = screens(self.file, self._clock)

    def _quiets(self, verbose: int) -> bool:
        """Whether the progress bar is to leave the screen to the picture."""
        slow = (NotebookScreen,) if self.seconds is not None and verbose == 1 else ()
        return any(isinstance(screen, (TerminalScreen, *slow)) for screen in self._screens)

    def on_train_begin(self, logs=None):
        """Draw the first state."""
        if self.file is not None:  # a film is written when the training is over: too late to learn
            from ..pictures.saving import writable

            writable(self.file)
        self.drawn, self.took = 0, 0.0
        self._live = self._making = self._pace = None
        self._stop, self._due, self._each, self._done = 0, 0.0, float("inf"), 0
        self._failed = self._closed = False
        self._said = 0, {}
        self.film = self._roll(self.seconds, self.fps, self.options, self._words)
        self._begun = self._before = self._next = self._clock()
        if not self._screens and self.file is None and self.seconds is None:
            warnings.warn("Bricks: there is no notebook and no terminal to draw in, and no file to "
                          "draw into. Give Bricks a name: Bricks('model.svg'), or "
                          "Bricks('film.html', seconds=10).", RuntimeWarning, stacklevel=outside())
        elif self.model.built:
            self._lay_out(self._course.epoch, {})

    def look(self, epoch, current):
        """Draw if it is time."""
        if self.seconds is not None and self._known_pace(epoch):
            self._in_pace(epoch, current)
        elif self._clock() >= self._next:
            if self._making is not None:
                self._show_first()
            elif self.every is None:
                self._draw(epoch + 1, current())

    def _stride(self) -> int:
        if self.seconds is None:
            return 0
        if self._pace is None:
            self.step = self._course.batch
            self._known_pace(self._course.epoch)
        return max(1, self._stop - self._done) if self._pace is not None else 0

    def _at_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every == 0 and self._clock() >= self._next:
            self._draw(epoch + 1, logs or {})

    def on_train_end(self, logs=None):
        """Draw the last state."""
        done = self.model.history.epoch if self.model.history else ()
        if self._pace is not None and done:
            epochs = done[-1] + 1 - self._course.epoch
            self._done = max(self._done, epochs * self._steps - self._course.batch)
        self._finish(done[-1] + 1 if done else 0, logs or {})

    def _left(self) -> None:
        """Training ends by an error or Ctrl-C: what was seen of it is a film, too."""
        if self.film is None or self._closed:
            return
        with suppress(OSError):  # the error that is on its way says more
            self._finish(*self._said)

    # Slow motion.

    def _known_pace(self, epoch: int) -> bool:
        """Settle the pace, once it is known how many steps there are."""
        self._steps = (self.params or {}).get("steps") or self._steps_seen(epoch)
        if self._pace is None and self._steps:
            first, batch, epochs = self._course.epoch, self._course.batch, self.params["epochs"]
            self._pace = Pace(self.seconds, (epochs - first) * self._steps - batch, self.fps)
            self.film.pace = self._pace
            self._done = done = self._place(epoch)
            self._zero = self._at = self._clock()  # training begins to be seen here
            self._zero -= self._pace.time(done) if self._screens else 0.0
            self._stop = done
        return self._pace is not None

    def _steps_seen(self, epoch: int) -> int | None:
        """Of a stream whose length nobody knows, what its first epoch has shown."""
        if epoch == self._course.epoch:
            self._most = self.step
            return None
        return self._most

    def _place(self, epoch: int) -> int:
        """How many steps are done since `fit` began."""
        return (epoch - self._course.epoch) * self._steps + self.step - self._course.batch

    def _in_pace(self, epoch: int, current) -> None:
        """Wait and draw, where the next picture's place, or its time, has come."""
        done, now = self._place(epoch), self._clock()
        if done > self._done:
            # The shortest of all: what else the machine had to do does not count.
            self._each = min(self._each, (now - self._at) / (done - self._done))
        self._done, self._at = done, now
        at = self._pace.time(done)
        passed = now - self._zero if self._screens else at
        if done < self._stop and passed < self._due:
            return
        if self._making is not None:
            self._show_first(wait=True)
        spare = self._pace.spare(done, passed, min(self._each, 1e9)) if self._screens else 0.0
        if spare > 0 or not self._screens or now >= self._next:
            self._said = epoch + 1, self._even(current())  # what is said if it is interrupted here
            if spare > 0:
                self._sleep(spare)
            self._draw(*self._said)
            self._due = max(passed, at) + 1 / self.fps
            self._stop = max(done + 1, self._pace.step(self._due))
        self._at = self._clock()

    def _even(self, logs) -> dict:
        """The metrics of about the last epoch's worth of batches. Those of the few that an epoch
        has just begun with would make a curve jump; at its end they are its own."""
        history = self.model.history
        last = {name: values[-1] for name, values in history.history.items()} if (
            history.epoch) else {}
        share = min(1.0, self.step / self._steps)
        mixed = {name: last[name] + share * (value - last[name])
                 for name, value in logs.items() if name in last and np.ndim(value) == 0}
        return {**last, **logs, **mixed} if share else last or logs

    # Pictures.

    def _lay_out(self, epoch: int, logs) -> None:
        """Begin to lay out the picture of the weights as they are. A thread does it, for compiled
        code leaves Python to others; the training does not wait for tens of milliseconds."""
        network, making = self._read(self.model), Future()
        written = any(not isinstance(screen, TerminalScreen) for screen in self._screens)

        def make():
            start, collecting = self._work(), gc.isenabled()
            gc.disable()  # thousands of small objects, none of them in a circle
            try:
                live = self._make(network, **self.options)
                look = live.look()
                if written:
                    live.filled(look, "")  # each brick's text is made when it is first asked for
                live.source = self.model
                making.set_result((live, look, self._work() - start))
            except BaseException as error:  # it is raised where fit can be left
                making.set_exception(error)
            finally:
                if collecting:
                    gc.enable()

        self._making, self._said = making, (epoch, logs)
        Thread(target=make, daemon=True).start()

    def _show_first(self, wait: bool = False) -> None:
        """Show the first picture, if it is done."""
        if wait or self._making.done():
            making, self._making = self._making, None
            start = self._clock()
            self._live, look, took = making.result()
            self._show(look, *self._said, 0.0)
            self._count(took + self._clock() - start)

    def _draw(self, epoch: int, logs, film: bool = True) -> None:
        """Make a picture, show it, and decide when the next may be made."""
        nowhere = not self._screens and self.file is None and self.seconds is None
        if nowhere or self._failed or self._making is not None or not self.model.built:
            return
        if self._live is None:
            self._lay_out(epoch, logs)
            if not film:
                self._show_first(wait=True)
            return
        start = self._clock()
        since = start - self._before if film else None
        if film and self._pace is not None:
            since = 1 / self.fps
        place = start - self._begun if self._pace is None else self._done
        self._show(self._live.look(since, logs.get("loss")), epoch, logs, place)
        self._count(self._clock() - start)

    def _count(self, took: float) -> None:
        """A picture took so many seconds: when may the next be made?"""
        now = self._before = self._clock()
        self.drawn += 1
        self.took += took
        cost = took if self.drawn > 1 else 0.0  # the first one is laid out, the others are not
        if self.seconds is not None:  # for whoever wants to see it, and what is slow by itself
            self._next = now + max(1 / self.fps, REST_SEEN * cost)
            return
        self._next = max(now + max(1 / self.fps, REST * cost),
                         self._begun + (self.took + 2 * cost) / SHARE)

    def _show(self, look, epoch: int, logs, place: float) -> None:
        self._said = epoch, logs
        self.film.add(place, look, epoch, logs)
        status = self._words.status(epoch, (self.params or {}).get("epochs"), logs.get("loss"))
        try:
            for screen in self._screens:
                screen.show(self._live, look, status, logs)
        except OSError as error:
            if not self.drawn:  # nothing is lost yet
                raise
            self._failed = True
            warnings.warn(f"Bricks: {self.file} could not be written ({error}). Training goes "
                          "on without pictures.", RuntimeWarning, stacklevel=outside())

    def _finish(self, epoch: int, logs) -> None:
        """Draw the last state, leave the screens, and write the film."""
        self._closed = True
        try:
            if self._making is not None:
                self._show_first(wait=True)
            self._draw(epoch, logs, film=False)
        finally:
            for screen in self._screens:
                screen.close()
        self.film.end(self._live, (self.params or {}).get("epochs"))
        if self.file is not None and self._live is not None and (
                self.file.suffix.lower() != ".svg"):
            self.save(self.file)

    # The film.

    def save(self, path) -> None:
        """Write the film of the last training; the name's ending says how.

        Args:
            path: ``.html`` (a page with a slider), ``.svg`` (a picture that moves by itself),
                ``.gif`` (needs the extra ``[film]``), ``.mp4`` (needs the extra ``[video]``).

        Raises:
            ArgumentError: for another ending, or where nothing has been trained.
            ImportError: where a package is missing, with the command that installs it.
        """
        if self.film is None or not self.film.shots:
            raise ArgumentError("Bricks.save", "got no training yet; expected one to make a film "
                                "of. Give Bricks to fit first: model.fit(x, y, callbacks=bricks).")
        from ..pictures import film, saving

        path = saving.writable(saving.checked(path, film.KINDS, "Bricks.save: path"))
        saving.put(path, self.film.rendered(path.suffix.lower()))

    def _repr_html_(self) -> str | None:
        """The film, where a notebook's cell ends in it."""
        if self.film is None or not self.film.shots or not self._closed:
            return None
        from html import escape

        page = escape(self.film.rendered(".html"))
        return (f'<iframe srcdoc="{page}" style="border:0;width:100%;height:720px" '
                'title="film"></iframe>')


def _check_file(file, film) -> Path | None:
    if file is None:
        return None
    if isinstance(file, str | os.PathLike):
        path = Path(os.fspath(file))
        if path.suffix.lower() in film.KINDS:
            film.check(path.suffix.lower())  # now, and not when the training is over
            return path
    raise ArgumentError("Bricks.file", f"got {shown(file)}, expected the name of a file that ends "
                        "in .svg (replaced while it learns), .html, .gif or .mp4 (a film). A "
                        "single picture is written after training: "
                        "model.draw().save('model.png').")


def _check_every(every, seconds) -> int | None:
    if every is not None and seconds is not None:
        raise ArgumentError("Bricks.every", f"got {shown(every)} with seconds={shown(seconds)}, "
                            "expected one of them: a film of so many seconds has its pictures "
                            "where they are due.")
    if every is None or (isinstance(every, int) and not isinstance(every, bool) and every >= 1):
        return every
    raise ArgumentError("Bricks.every", f"got {shown(every)}, expected a number of epochs >= 1, "
                        "or None.")


def _check_fps(fps) -> float:
    if isinstance(fps, int | float) and not isinstance(fps, bool) and 0 < fps <= 20:
        return float(fps)
    raise ArgumentError("Bricks.fps", f"got {shown(fps)}, expected redraws a second: more than 0, "
                        "at most 20.")


def _check_seconds(seconds) -> float | None:
    if seconds is None:
        return None
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and (
            0 < seconds <= 3600):
        return float(seconds)
    raise ArgumentError("Bricks.seconds", f"got {shown(seconds)}, expected how long the training "
                        "shall take to watch: more than 0 seconds, at most 3600.")


class Pace:
    """Which step of a training is reached when.

    Steps go by slowly at first, when most is learned, then ever faster: after a share t of the
    time, a share t^a of the steps is done. Where pictures are many enough for it, a is such that
    the first shows what a single step did, but at most 2.

    Args:
        seconds: how long the training shall take, at least.
        steps: how many there are.
        fps: pictures a second.

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
        """How many steps are to be done after so many seconds."""
        share = min(1.0, max(0.0, time / self.seconds))
        return math.ceil(self.steps * share ** self._power - 1e-9)

    def time(self, step: int) -> float:
        """When so many steps are to be done."""
        return self.seconds * min(1.0, step / self.steps) ** (1 / self._power)

    def spare(self, step: int, now: float, each: float) -> float:
        """How long to wait after a step: not longer than leaves time for those that are left.

        Args:
            step: how many are done.
            now: seconds since the training began.
            each: how long a step takes by itself.
        """
        left = self.seconds - now - (self.steps - step) * each
        return max(0.0, min(self.time(step) - now, left))
