"""A film as a GIF, by Pillow, or as an MP4, by ffmpeg; resvg draws the pictures."""

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

#: A film's width in pixels, at most; pictures a second of a GIF, at most (each is drawn anew, which
#: takes some hundredths of a second); and for how many seconds the last one stands.
WIDE, GIF_FPS, HOLD = 900, 10.0, 2.0
#: Of a GIF; the next place in its palette is for what stays as it was.
COLOURS = 64


class _Camera:
    """Draws a film's pictures as images of Pillow's.

    A brick has a dozen looks at most: the whole picture is drawn once in each of them, and pictures
    are put together of bricks from those. Only where bricks lie over one another (lines, bricks
    in space) each picture is drawn anew.
    """

    def __init__(self, film, frames: list):
        self.film, self.frames = film, frames
        options = dict(film.options)
        theme, wide = options.pop("theme", "auto"), options.pop("size", None)
        self.theme = "light" if theme == "auto" else theme
        self.live = Live(film.live.network, styled=False, theme=self.theme, **options)
        left, top, width, height = map(float, re.search(
            'viewBox="([^"]*)"', self.live.between[0])[1].split())
        self.left, self.top = left, top
        self.scale = (wide or min(width, WIDE)) / width
        self.width, self.height = width, round(height * self.scale)
        #: Where, in pixels, what is said below the bricks begins.
        self.floor = math.ceil((self.live.corner[1] - 21 - top) * self.scale)

    def pictures(self) -> Iterator:
        """Each picture, and for how many pictures' time it stands."""
        stands: list[list] = []  # which picture, for how long
        for k, shot in enumerate(self.frames):
            if stands and shot is self.frames[stands[-1][0]]:
                stands[-1][1] += 1
            else:
                stands.append([k, 1])
        whole = self._put_together if self._apart() else self._drawn_anew
        below = self._below([k for k, _ in stands])
        for image, words, (_, time) in zip(whole([k for k, _ in stands]), below, stands,
                                           strict=True):
            image = image.copy()
            image.paste(words, (0, self.floor))
            yield image, time

    def _image(self, text: str):
        from PIL import Image

        return Image.open(io.BytesIO(pixels(text, self.scale))).convert("RGB")

    def _boxes(self) -> np.ndarray:
        """Around each brick, in pixels: left, top, right, bottom."""
        bounds = np.array(self.live.bounds()).reshape(-1, 4)
        return (bounds - (self.left, self.top, self.left, self.top)) * self.scale

    def _apart(self) -> bool:
        """Whether no two bricks that change lie over one another."""
        left, top, right, bottom = self._boxes().T
        if not left.size or left.size > 2048:
            return False
        wide = np.minimum.outer(right, right) - np.maximum.outer(left, left)
        high = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
        over = (wide > 0.5) & (high > 0.5)
        return np.count_nonzero(over) == left.size  # each lies over itself

    def _drawn_anew(self, places: list[int]) -> Iterator:
        for k in places:
            yield self._image(self.live.filled(self.frames[k].look, ""))

    def _put_together(self, places: list[int]) -> Iterator:
        boxes = np.round(self._boxes()).astype(int).tolist()
        looks: dict[tuple, Any] = {}
        image, before = None, None
        for k in places:
            look = self.frames[k].look
            now = list(zip(np.where(np.isnan(look.values), 0, np.where(look.values < 0, -1, 1))
                           .tolist(), look.greens.tolist(), strict=True))
            if image is None:
                image = self._image(self.live.filled(look, ""))
            else:
                for box, kind, old in zip(boxes, now, before, strict=True):
                    if kind != old:
                        if kind not in looks:
                            looks[kind] = self._image(self._all_in(kind))
                        image.paste(looks[kind].crop(box), box[:2])
            before = now
            yield image

    def _all_in(self, kind: tuple[int, int]) -> str:
        """The picture with all bricks in the same look."""
        sign, green = kind
        count = len(self.live.between) - 1
        return self.live.filled(Look(np.full(count, float(sign) or np.nan),
                                     np.full(count, green)), "")

    def _below(self, places: list[int]) -> Iterator:
        """What is said below each picture, and its curve: many of them drawn at once."""
        live, losses = self.live, self.film.losses(self.frames)
        paper = attributes("", "paper", "", self.theme)
        _, mark, text = live.between[-1].rpartition("<text ")
        high = (self.height - self.floor) / self.scale
        start = self.top + self.floor / self.scale
        for first in range(0, len(places), 50):
            some = places[first:first + 50]
            rows = []
            for k, place in enumerate(some):
                curve = live.curve(losses[:place + 1])
                path = live.path(curve)
                rows.append(f'<g transform="translate(0 {k * high:.4f})">{mark}{text}'
                            f"{escape(self.film.status(self.frames[place]))}{live.end}{path}</g>")
            strip = self._image(
                f'<svg xmlns="http://www.w3.org/2000/svg" class="brickwork {self.theme}" '
                f'font-family="{FONT}" '
                f'width="{self.width}" height="{high * len(some):.4f}" viewBox="{self.left} '
                f'{start:.4f} {self.width} {high * len(some):.4f}"><rect class="paper"{paper} '
                f'x="{self.left}" y="{start:.4f}" width="{self.width}" '
                f'height="{high * len(some):.4f}"/>{"".join(rows)}</svg>')
            each = self.height - self.floor
            for k in range(len(some)):
                yield strip.crop((0, k * each, strip.width, (k + 1) * each))


def gif(film) -> bytes:
    """The film as a GIF that plays again and again."""
    from PIL import Image

    fps = min(film.fps, GIF_FPS)
    found = list(_Camera(film, film.frames(fps)).pictures())
    # One palette for all, of the first picture and the last.
    both = Image.new("RGB", (found[0][0].width, 2 * found[0][0].height))
    both.paste(found[0][0], (0, 0))
    both.paste(found[-1][0], (0, found[0][0].height))
    palette = both.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    images, before = [], None
    for image, _ in found:
        now = np.array(image.quantize(palette=palette, dither=Image.Dither.NONE))
        # What stays as it was is left out: most of each picture.
        kept = now if before is None else np.where(now == before, COLOURS, now).astype(np.uint8)
        images.append(_indexed(kept, palette))
        before = now
    each = [round(1000 * stands / fps) for _, stands in found]
    each[-1] = round(1000 * HOLD)
    out = io.BytesIO()
    images[0].save(out, "GIF", save_all=True, append_images=images[1:], duration=each, loop=0,
                   optimize=False, disposal=1, transparency=COLOURS)
    return out.getvalue()


def _indexed(places: np.ndarray, palette):
    """An image by the places of its colours in a palette."""
    from PIL import Image

    image = Image.frombytes("P", places.shape[::-1], places.tobytes())
    colours = palette.getpalette()[:3 * COLOURS]
    image.putpalette([*colours, *[255] * (3 * (COLOURS + 1) - len(colours))])
    return image


def mp4(film) -> bytes:
    """The film as an MP4 (H.264, which every browser plays)."""
    import imageio_ffmpeg

    with TemporaryDirectory() as folder:
        path = os.path.join(folder, "film.mp4")
        writer = None
        for image, stands in _Camera(film, film.frames()).pictures():
            even = image.crop((0, 0, image.width // 2 * 2, image.height // 2 * 2))
            if writer is None:
                writer = imageio_ffmpeg.write_frames(path, even.size, fps=film.fps,
                                                     macro_block_size=2)
                writer.send(None)
            for _ in range(stands):
                writer.send(even.tobytes())
        for _ in range(round(HOLD * film.fps)):
            writer.send(even.tobytes())
        writer.close()
        with open(path, "rb") as file:
            return file.read()
