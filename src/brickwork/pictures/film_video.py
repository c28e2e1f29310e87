"""A film as a GIF, by Pillow, or as an MP4, by ffmpeg; resvg draws the pictures."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from tempfile import TemporaryDirectory

import numpy as np

from .live import Live
from .png import pixels

#: A film's width in pixels, at most; pictures a second of a GIF, at most (each is drawn anew, which
#: takes some hundredths of a second); and for how many seconds the last one stands.
WIDE, GIF_FPS, HOLD = 900, 10.0, 2.0
#: Of a GIF; the next place in its palette is for what stays as it was.
COLOURS = 64


def _pictures(film, frames: list) -> Iterator:
    """Each picture as an image of Pillow's, and for how many pictures' time it stands."""
    from PIL import Image

    options = dict(film.options)
    theme = options.pop("theme", "auto")
    options["theme"] = "light" if theme == "auto" else theme
    wide = options.pop("size", None)
    live = Live(film.live.network, variables=False, **options)
    losses = film.losses(frames)
    scale, k = None, 0
    while k < len(frames):
        stands = 1
        while k + stands < len(frames) and frames[k + stands] is frames[k]:
            stands += 1
        text = live.filled(frames[k].look, film.status(frames[k]), live.curve(losses[:k + 1]))
        if scale is None:
            own = float(text.split(' width="', 1)[1].split('"', 1)[0])
            scale = (wide or min(own, WIDE)) / own
        yield Image.open(io.BytesIO(pixels(text, scale))).convert("RGB"), stands
        k += stands


def gif(film) -> bytes:
    """The film as a GIF that plays again and again."""
    from PIL import Image

    fps = min(film.fps, GIF_FPS)
    found = list(_pictures(film, film.frames(fps)))
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
    image.putpalette(palette.getpalette()[:3 * COLOURS] + [255, 255, 255])
    return image


def mp4(film) -> bytes:
    """The film as an MP4 (H.264, which every browser plays)."""
    import imageio_ffmpeg

    frames = film.frames()
    with TemporaryDirectory() as folder:
        path = os.path.join(folder, "film.mp4")
        writer = None
        for image, stands in _pictures(film, frames):
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
