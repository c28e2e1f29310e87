"""A picture laid out once, whose weights are filled in again and again while they change.

Laying out takes milliseconds to tens of them; filling in is one pass over the weights that are
drawn. What is filled in is what `draw` would have drawn, byte for byte, but for two things that
keep a film from flickering: the scale of a layer's weights follows slowly, and a weight changes
its green only when it has clearly left the one it had.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from math import exp

import numpy as np

from . import svg
from .network import Brick, Network, read
from .palette import GREENS
from .pieces import TEXT
from .scene import whole
from .scene.parts import number
from .shapes import Piece, Scene, Text

#: Seconds in which the scale of a layer comes about two thirds nearer to that of its weights.
SETTLES = 0.5
#: How far, in greens, a weight must be from the middle of its green to change it.
CLEARLY = 0.6
#: As wide as what will be written below the picture.
STATUS = {"en": "epoch 888,888/888,888 · loss 8.8888e-88",
          "ko": "에포크 888,888/888,888 · 손실 8.8888e-88"}

_SLOT = re.compile(r'<g class="(?:weight|bias)[ "][^>]*data-value=[^>]*>.*?</g>'
                   r'|<path class="weight [^>]*data-value=[^>]*/>', re.S)


class Live:
    """A model's picture while it is trained.

    Args:
        model: a built model or layer, or a `Network`; `source` may be set to another one with the
            same layers.
        level, labels, theme, size, options: as in `brickwork.pictures.draw`.

    >>> from brickwork.layers import Dense
    >>> from brickwork.models import Sequential
    >>> model = Sequential([Dense(1, input_dim=3)])
    >>> Live(model).svg("epoch 1").count('class="weight')
    3
    """

    def __init__(self, model, level: str = "auto", labels: str = "en", theme: str = "auto",
                 size: float | None = None, **options):
        self.source = model
        self._draw = lambda network: whole(network, level, labels=labels, **options)
        self._network = read(model)
        scene = self._like(1.0)
        left, _, right, bottom = scene.bounds()
        mark = STATUS[labels]
        scene.parts.append(Text((left + right) / 2, bottom + 4, mark, TEXT, "soft", "middle"))
        text, _, self._end = svg.svg(scene, theme, size).rpartition(svg.escape(mark))
        self._between = _SLOT.split(text)
        found = _SLOT.findall(text)
        self._where = list(_slots(scene, self._network))
        self._shown = sorted({index for index, *_ in self._where})
        self._order = self._places()
        self._texts = {1.0: [_cut(t, 1.0) for t in found]}
        if found:
            self._texts[-1.0] = self._other(-1.0)
        self._scales: np.ndarray | None = None
        self._steps: np.ndarray | None = None

    def svg(self, status: str = "", since: float | None = None) -> str:
        """The picture of the model as it is now.

        Args:
            status: what is written below it.
            since: seconds since the last one of this film; None draws it as `draw` does.
        """
        if not self._where:
            return self._between[0] + svg.escape(status) + self._end
        values, steps = self._measure(read(self.source).bricks, since)
        out = [self._between[0]]
        positive, negative = self._texts[1.0], self._texts[-1.0]
        for i, (value, step) in enumerate(zip(values.tolist(), steps.tolist(), strict=True)):
            before, middle, after = (negative if value < 0 else positive)[i]
            if step < 0:  # not finite, or a bias, which has no strength
                before, middle, after = self._plain(i, value)
                out += before, middle, str(number(value)), after, self._between[i + 1]
            else:
                out += before, str(step), middle, str(number(value)), after, self._between[i + 1]
        out += svg.escape(status), self._end
        return "".join(out)

    def _measure(self, bricks: tuple[Brick, ...], since) -> tuple[np.ndarray, np.ndarray]:
        """The value of each slot, and its green, -1 where it has none."""
        kernels = [bricks[i].kernel.ravel() for i in self._shown]
        biases = [bricks[i].bias for i in self._shown if bricks[i].bias is not None]
        values = np.concatenate([*kernels, *biases])[self._order]
        new = np.array([_scale(k) for k in kernels])
        if self._scales is None or since is None:
            self._scales = new
        else:
            self._scales = self._scales + (new - self._scales) * (1 - exp(-since / SETTLES))
        sizes = [k.size for k in kernels]
        scale = np.repeat(self._scales, sizes)
        scale = np.concatenate([scale, np.full(sum(b.size for b in biases), np.nan)])[self._order]
        known = np.isfinite(scale) & ~np.isnan(values)
        strength = np.clip(np.abs(np.where(known, values, 0)) / np.where(known, scale, 1), 0, 1)
        level = strength * len(GREENS)
        steps = np.minimum(level.astype(int), len(GREENS) - 1)
        if self._steps is not None and since is not None:
            stays = (self._steps >= 0) & (np.abs(level - self._steps - 0.5) < CLEARLY)
            steps = np.where(stays, self._steps, steps)
        self._steps = np.where(known, steps, -1)
        return values, self._steps

    def _like(self, value: float) -> Scene:
        """The scene, as if all weights were this one."""
        return self._draw(Network(self._network.name, tuple(
            replace(b, kernel=None if b.kernel is None else np.full(b.kernel.shape, value),
                    bias=None if b.bias is None else np.full(b.bias.shape, value))
            for b in self._network.bricks)))

    def _other(self, value: float) -> list[tuple[str, str, str]]:
        """The texts of the slots, as if all weights were this one."""
        texts: list[str] = []
        for piece, _ in _valued(self._like(value).parts, None):
            out: list[str] = []
            svg._piece(piece, out)
            texts.append("".join(out))
        return [_cut(text, value) for text in texts]

    def _plain(self, i: int, value: float) -> tuple[str, str, str]:
        """The text of a slot without a strength."""
        if value == value:
            return self._texts[1.0][i]
        if "nan" not in self._texts:
            self._texts["nan"] = self._other(float("nan"))
        return self._texts["nan"][i]

    def _places(self) -> np.ndarray:
        """Where each slot's value lies among all kernels, and all biases behind them."""
        bricks, starts, end = self._network.bricks, {}, 0
        for kind in ("weight", "bias"):
            for i in self._shown:
                array = bricks[i].kernel if kind == "weight" else bricks[i].bias
                starts[i, kind] = end
                end += 0 if array is None else array.size
        return np.array([
            starts[i, kind] + (row * bricks[i].outputs + unit if kind == "weight" else unit)
            for i, kind, row, unit in self._where], int)


def _scale(kernel: np.ndarray) -> float:
    """As `Brick.strength` has it."""
    finite = np.abs(kernel[np.isfinite(kernel)])
    return (float(np.percentile(finite, 98)) if finite.size else 0.0) or 1.0


def _valued(parts: list, index) -> Iterator[tuple[Piece, int | None]]:
    """The pieces that carry a weight or a bias, each with its layer's place."""
    for part in parts:
        if isinstance(part, Piece):
            if part.css.split(" ")[0] in ("weight", "bias") and "value" in part.data:
                yield part, index
            else:
                yield from _valued(part.parts, part.data.get("index", index))


def _slots(scene: Scene, network: Network) -> Iterator[tuple[int, str, int, int]]:
    """(layer, "weight" or "bias", row, unit) of each slot, in the order of the text."""
    for piece, index in _valued(scene.parts, None):
        kind = piece.css.split(" ")[0]
        yield index, kind, piece.data.get("row", 0), piece.data["unit"]


def _cut(text: str, value: float) -> tuple[str, str, str]:
    """What stands before a slot's green, between green and value, and behind the value."""
    start, end = text.split(f'data-value="{number(value)}"', 1)
    before, green, middle = start.partition(f" s{len(GREENS) - 1}")
    return (before + " s" if green else before), middle + 'data-value="', '"' + end
