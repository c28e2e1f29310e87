"""A film of training. The values shown in its pictures are recorded during training.

At the end they are written as a page with a slider, an animated SVG, a GIF or an MP4.
"""

from __future__ import annotations

import importlib.util
from bisect import bisect_right
from dataclasses import dataclass
from math import isfinite

import numpy as np

from .live import Live, Look

#: Formats of films, each with the modules it needs and the extra that installs them.
KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    ".svg": ((), ""),
    ".html": ((), ""),
    ".gif": (("resvg_py", "PIL"), "film"),
    ".mp4": (("resvg_py", "PIL", "imageio_ffmpeg"), "video"),
}
#: Maximum number of recorded values (slots times pictures), and of pictures.
MOST_NUMBERS, MOST_SHOTS = 4_000_000, 1_300
#: Range of a film's default duration in seconds, which is the training time.
SHORTEST, LONGEST = 2.0, 10.0


@dataclass(slots=True)
class Shot:
    """One picture: its time, its values and the text below it."""

    place: float
    look: Look
    epoch: int
    logs: dict[str, float]

    @property
    def loss(self) -> float:
        return self.logs.get("loss", float("nan"))


class Film:
    """The pictures of one training run.

    Args:
        seconds: duration in seconds; None for the training time, limited to `SHORTEST` to
            `LONGEST`.
        fps: pictures per second.
        options: arguments of `brickwork.pictures.draw`.
        words: the language.

    Attributes:
        shots: recorded pictures in order; every second one is dropped if there are many.
        pace: a `callbacks.bricks.Pace` whose steps are the places of shots; None if places are
            seconds.
        live: the `Live` that fills in its pictures.
        epochs: the number of epochs that were planned.
    """

    def __init__(self, seconds: float | None, fps: float, options: dict, words):
        self.seconds, self.fps, self.options, self.words = seconds, fps, options, words
        self.shots: list[Shot] = []
        self.pace = None
        self.live: Live | None = None
        self.epochs: int | None = None
        self._newest: Shot | None = None
        self._every, self._skipped = 1, 0

    def add(self, place: float, look: Look, epoch: int, logs) -> None:
        """Record the next picture."""
        look = Look(look.values.astype(np.float32), look.greens.astype(np.int8))
        numbers = {name: float(value) for name, value in logs.items() if np.ndim(value) == 0}
        self._newest = Shot(place, look, epoch, numbers)
        self._skipped += 1
        if self._skipped >= self._every:
            self.shots.append(self._newest)
            self._skipped = 0
        if len(self.shots) > max(100, min(MOST_SHOTS, MOST_NUMBERS // (look.values.size + 1))):
            self.shots = self.shots[::2]
            self._every *= 2

    def end(self, live: Live | None, epochs: int | None) -> None:
        """Finish recording at the end of training."""
        if self._newest is not None and self.shots[-1] is not self._newest:
            self.shots.append(self._newest)
        if live is not None:
            live.source = live.network  # a film needs no model
        self.live, self.epochs = live, epochs

    def frames(self, fps: float | None = None) -> list[Shot]:
        """Return the pictures at regular times, as they are shown."""
        fps = fps or self.fps
        times = self._times()
        count = max(1, round(times[-1] * fps))
        found = [self.shots[max(0, bisect_right(times, k / fps + 1e-6) - 1)] for k in range(count)]
        return [*found, self.shots[-1]]

    def _times(self) -> list[float]:
        """Return the time at which each shot is shown."""
        places = [shot.place for shot in self.shots]
        if self.pace is not None:
            return [self.pace.time(place) for place in places]
        last = places[-1] or 1.0
        length = self.seconds or min(LONGEST, max(SHORTEST, last))
        power = 0.5 if last > length else 1.0  # show more of the beginning of a long training
        return [length * (place / last) ** power for place in places]

    def status(self, shot: Shot) -> str:
        """Return the text below a picture."""
        return self.words.status(
            shot.epoch, self.epochs, shot.loss if isfinite(shot.loss) else None
        )

    def losses(self, frames: list[Shot]) -> list[float]:
        """Return the loss at each picture; before the first loss, the first one."""
        out, after = [], next((s.loss for s in reversed(frames) if isfinite(s.loss)), 0.0)
        for shot in reversed(frames):
            after = shot.loss if isfinite(shot.loss) else after
            out.append(after)
        return out[::-1]

    def rendered(self, kind: str) -> str | bytes:
        """Return the film in the format of this extension.

        Raises:
            ImportError: for a missing package.
        """
        check(kind)
        from . import film_html, film_svg, film_video

        write = {
            ".html": film_html.html,
            ".svg": film_svg.svg,
            ".gif": film_video.gif,
            ".mp4": film_video.mp4,
        }[kind]
        return write(self)


def check(kind: str) -> None:
    """Raise `ImportError` if a package for this film format is missing."""
    needed, extra = KINDS[kind]
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        raise ImportError(
            f"A film as {kind} needs a package that is not installed: "
            f"pip install 'brickwork[{extra}]'. A page (.html) and an animated "
            "SVG (.svg) need no package."
        )
