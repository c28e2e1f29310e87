"""A film as one self-contained page, from `film.html`: slider, play and pause, speed."""

from __future__ import annotations

import json
import re
from math import isfinite
from pathlib import Path

import numpy as np

from . import palette
from .film_svg import FORM_RULES, slots

#: Maximum number of values for tooltips; larger films have none.
MOST_NUMBERS = 400_000
_TEXTS = {
    "epoch": ("epoch", "에포크"),
    "loss": ("loss", "손실"),
    "play": ("play", "재생"),
    "pause": ("pause", "멈춤"),
    "speed": ("speed", "속도"),
    "help": ("space: play · ← →: one picture", "스페이스: 재생 · ← →: 한 장면씩"),
}
_COLOUR_NAMES = {"line": "line3"}


def html(film) -> str:
    """Return the page."""
    live, frames = film.live, film.frames()
    korean = film.words.korean
    bricks = slots(live, frames)
    out = [live.between[0]]
    for slot, after in zip(bricks, live.between[1:], strict=True):
        out += slot.text(), after
    # The text below the picture and the curve are elsewhere on the page.
    picture = f"{''.join(out).rpartition('<text ')[0]}<style>{FORM_RULES}</style></svg>"
    title = re.search(r"<title>(.*?)</title>", live.between[0])[1]
    theme = film.options.get("theme", "auto")
    fields = {
        "LANG": "ko" if korean else "en",
        "THEME": theme,
        "TITLE": title,
        "SVG": picture,
        "FONT": palette.FONT,
        "DATA": json.dumps(
            _data(film, frames, bricks, korean), separators=(",", ":"), ensure_ascii=True
        ).replace("<", "\\u003c"),
        **{
            f"{kind}_{name.upper()}": colours[_COLOUR_NAMES.get(name, name)]
            for kind, colours in (("LIGHT", palette.LIGHT), ("DARK", palette.DARK))
            for name in ("paper", "ink", "soft", "line")
        },
    }
    page = Path(__file__).with_name("film.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: fields[match[1]], page)


def _data(film, frames: list, bricks: list, korean: bool) -> dict:
    """Return the data for the page's script."""
    classes: dict[str, int] = {}
    looks = [
        [n for k, css in slot.changes() for n in (k, classes.setdefault(css, len(classes)))]
        for slot in bricks
    ]
    data = {
        "fps": film.fps,
        "of": film.epochs,
        "epochs": [shot.epoch for shot in frames],
        "logs": _logs(frames),
        "looks": looks,
        "classes": list(classes),
        "words": {key: pair[korean] for key, pair in _TEXTS.items()},
    }
    if len(bricks) * len(frames) <= MOST_NUMBERS and any(slot.title for slot in bricks):
        data |= _values(np.stack([shot.look.values for shot in frames]))
    return data


def _logs(frames: list) -> dict[str, list]:
    """Return each loss and metric at each picture; null if there is none yet."""
    names = sorted({name for shot in frames for name in shot.logs}, key=lambda n: (n != "loss", n))
    return {name: [_short(shot.logs.get(name)) for shot in frames] for name in names}


def _short(value: float | None) -> float | None:
    return None if value is None or not isfinite(value) else float(f"{value:.4g}")


def _values(values: np.ndarray) -> dict:
    """Return the values of all bricks at all pictures, as differences from the previous picture.

    They are integers in a unit for which the largest value has four digits.
    """
    finite = np.isfinite(values)
    largest = float(np.abs(values[finite]).max()) if finite.any() else 1.0
    scale = 10.0 ** (3 - int(np.floor(np.log10(largest or 1.0))))
    integers = np.round(np.where(finite, values, 0) * scale).astype(np.int64)
    rows = []
    for column, known in zip(integers.T.tolist(), finite.T.tolist(), strict=True):
        before, row = 0, []
        for number, is_known in zip(column, known, strict=True):
            row.append(number - before if is_known else None)
            before = number if is_known else before
        rows.append(row)
    return {"scale": scale, "values": rows}
