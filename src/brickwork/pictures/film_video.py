"""A film as a GIF, by Pillow, or an MP4, by ffmpeg; resvg draws the pictures."""

from __future__ import annotations

import io
import math
import os
import re
from collections.abc import Iterator
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from .live import Live, Look
from .paint import attributes
from .palette import FONT
from .png import pixels
from .text import escape

#: Maximum width of a film in pixels; maximum pictures per second of a GIF, since drawing one may
#: take some hundredths of a second; seconds for which the last picture is shown.
WIDE, GIF_FPS, HOLD = 900, 10.0, 2.0
#: Colours of a GIF; the next palette index means unchanged.
COLOURS = 64


class _Camera:
    """Draws a film's pictures as Pillow images.

    A brick has about a dozen looks. The picture is drawn once with all bricks in each look, and
    frames are composed of bricks from these. If bricks overlap (lines, isometric view), each frame
    is drawn separately.
    """

    def __init__(self, film, frames: list):
        self.film, self.frames = film, frames
        options = dict(film.options)
        theme, wide = options.pop("theme", "auto"), options.pop("size", None)
        self.theme = "light" if theme == "auto" else theme
        self.live = Live(film.live.network, styled=False, theme=self.theme, **options)
        left, top, width, height = map(
            float, re.search('viewBox="([^"]*)"', self.live.between[0])[1].split()
        )
        self.left, self.top = left, top
        self.scale = (wide or min(width, WIDE)) / width
        self.width, self.height = width, round(height * self.scale)
        #: Pixel row where the text below the bricks begins.
        self.floor = math.ceil((self.live.corner[1] - 21 - top) * self.scale)

    def pictures(self) -> Iterator:
        """Yield each distinct picture, and the number of frames for which it is shown."""
        runs: list[list] = []  # index of the first frame, number of frames
        for k, shot in enumerate(self.frames):
            if runs and shot is self.frames[runs[-1][0]]:
                runs[-1][1] += 1
            else:
                runs.append([k, 1])
        places = [k for k, _ in runs]
        images = self._composed(places) if self._separate() else self._drawn(places)
        for image, status, (_, count) in zip(images, self._status(places), runs, strict=True):
            image = image.copy()
            image.paste(status, (0, self.floor))
            yield image, count

    def _image(self, text: str):
        from PIL import Image

        return Image.open(io.BytesIO(pixels(text, self.scale))).convert("RGB")

    def _boxes(self) -> np.ndarray:
        """Return the bounds of each brick in pixels: left, top, right, bottom."""
        bounds = np.array(self.live.bounds()).reshape(-1, 4)
        return (bounds - (self.left, self.top, self.left, self.top)) * self.scale

    def _separate(self) -> bool:
        """Return whether no two changing bricks overlap."""
        left, top, right, bottom = self._boxes().T
        if not left.size or left.size > 2048:
            return False
        wide = np.minimum.outer(right, right) - np.maximum.outer(left, left)
        high = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
        over = (wide > 0.5) & (high > 0.5)
        return np.count_nonzero(over) == left.size  # each overlaps itself

    def _drawn(self, places: list[int]) -> Iterator:
        for k in places:
            yield self._image(self.live.filled(self.frames[k].look, ""))

    def _composed(self, places: list[int]) -> Iterator:
        boxes = np.round(self._boxes()).astype(int).tolist()
        looks: dict[tuple, Any] = {}
        image, before = None, None
        for k in places:
            look = self.frames[k].look
            now = list(
                zip(
                    np.where(np.isnan(look.values), 0, np.where(look.values < 0, -1, 1)).tolist(),
                    look.greens.tolist(),
                    strict=True,
                )
            )
            if image is None:
                image = self._image(self.live.filled(look, ""))
            else:
                for box, kind, old in zip(boxes, now, before, strict=True):
                    if kind != old:
                        if kind not in looks:
                            looks[kind] = self._image(self._uniform(kind))
                        image.paste(looks[kind].crop(box), box[:2])
            before = now
            yield image

    def _uniform(self, kind: tuple[int, int]) -> str:
        """Return the picture with all bricks in the same look."""
        sign, green = kind
        count = len(self.live.between) - 1
        return self.live.filled(
            Look(np.full(count, float(sign) or np.nan), np.full(count, green)), ""
        )

    def _status(self, places: list[int]) -> Iterator:
        """Yield the text and curve below each picture; many are drawn at once."""
        live, losses = self.live, self.film.losses(self.frames)
        paper = attributes("", "paper", "", self.theme)
        _, mark, text = live.between[-1].rpartition("<text ")
        high = (self.height - self.floor) / self.scale
        start = self.top + self.floor / self.scale
        for first in range(0, len(places), 50):
            some = places[first : first + 50]
            rows = []
            for k, place in enumerate(some):
                curve = live.curve(losses[: place + 1])
                path = live.path(curve)
                rows.append(
                    f'<g transform="translate(0 {k * high:.4f})">{mark}{text}'
                    f"{escape(self.film.status(self.frames[place]))}{live.end}{path}</g>"
                )
            strip = self._image(
                f'<svg xmlns="http://www.w3.org/2000/svg" class="brickwork {self.theme}" '
                f'font-family="{FONT}" '
                f'width="{self.width}" height="{high * len(some):.4f}" viewBox="{self.left} '
                f'{start:.4f} {self.width} {high * len(some):.4f}"><rect class="paper"{paper} '
                f'x="{self.left}" y="{start:.4f}" width="{self.width}" '
                f'height="{high * len(some):.4f}"/>{"".join(rows)}</svg>'
            )
            each = self.height - self.floor
            for k in range(len(some)):
                yield strip.crop((0, k * each, strip.width, (k + 1) * each))


def gif(film) -> bytes:
    """Return the film as a looping GIF."""
    from PIL import Image

    fps = min(film.fps, GIF_FPS)
    found = list(_Camera(film, film.frames(fps)).pictures())
    # One palette for all pictures, from the first and the last.
    both = Image.new("RGB", (found[0][0].width, 2 * found[0][0].height))
    both.paste(found[0][0], (0, 0))
    both.paste(found[-1][0], (0, found[0][0].height))
    palette = both.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    images, before = [], None
    for image, _ in found:
        now = np.array(image.quantize(palette=palette, dither=Image.Dither.NONE))
        # Omit unchanged pixels, which are most of each picture.
        kept = now if before is None else np.where(now == before, COLOURS, now).astype(np.uint8)
        images.append(_indexed(kept, palette))
        before = now
    durations = [round(1000 * count / fps) for _, count in found]
    durations[-1] = round(1000 * HOLD)
    out = io.BytesIO()
    images[0].save(
        out,
        "GIF",
        save_all=True,
        append_images=images[1:],
        duration=durations,
        loop=0,
        optimize=False,
        disposal=1,
        transparency=COLOURS,
    )
    return out.getvalue()


def _indexed(places: np.ndarray, palette):
    """Return an image from palette indices."""
    from PIL import Image

    image = Image.frombytes("P", places.shape[::-1], places.tobytes())
    colours = palette.getpalette()[: 3 * COLOURS]
    image.putpalette([*colours, *[255] * (3 * (COLOURS + 1) - len(colours))])
    return image


def mp4(film) -> bytes:
    """Return the film as an MP4 (H.264, which all browsers play)."""
    import imageio_ffmpeg

    with TemporaryDirectory() as folder:
        path = os.path.join(folder, "film.mp4")
        writer = None
        for image, count in _Camera(film, film.frames()).pictures():
            even = image.crop((0, 0, image.width // 2 * 2, image.height // 2 * 2))
            if writer is None:
                writer = imageio_ffmpeg.write_frames(
                    path, even.size, fps=film.fps, macro_block_size=2
                )
                writer.send(None)
            for _ in range(count):
                writer.send(even.tobytes())
        for _ in range(round(HOLD * film.fps)):
            writer.send(even.tobytes())
        writer.close()
        with open(path, "rb") as file:
            return file.read()
