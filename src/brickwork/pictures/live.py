"""A picture laid out once, whose weights are filled in again and again while they change.

Laying out takes milliseconds to tens of them; filling in is one pass over the weights that are
drawn. What is filled in is what `draw` would have drawn, byte for byte, but for two things that
keep a film from flickering: the scale of a layer's weights follows slowly, and a weight changes
its green only when it has clearly left the one it had.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from math import exp, isfinite

import numpy as np

from . import svg
from .network import Brick, Network, layers_of, read, renewed
from .palette import GREENS
from .pieces import TEXT, negated
from .scene import whole
from .scene.levels import MOST_INFLUENCE
from .scene.parts import number
from .shapes import Line, Piece, Scene, Text, around
from .words import Words

#: Seconds in which the scale of a layer comes about two thirds nearer to that of its weights.
SETTLES = 0.5
#: How far, in greens, a weight must be from the middle of its green to change it.
CLEARLY = 0.6
#: Losses that the curve below the picture is drawn from, at most; and its size.
POINTS, CURVE_WIDE, CURVE_HIGH = 128, 220.0, 36.0

_SLOT = re.compile(r'(<g class="(?:weight|bias|band)[ "][^>]*data-value=[^>]*>.*?</g>'
                   r'|<path class="weight [^>]*data-value=[^>]*/>)', re.S)
_GREEN = re.compile(r'(<\w+ class="[a-z ]* s)\d')


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
        self._write = lambda scene, canvas: svg.svg(scene, theme, size, canvas=canvas)
        self._mark = Words(labels).status(888_888, 888_888, 8.8888e-88)
        self._layers: list | None = None
        self._scales: np.ndarray | None = None
        self._steps: np.ndarray | None = None
        self._losses: list[float] = []
        self._every, self._skipped = 1, 0
        self._lay_out(read(model))

    def _lay_out(self, network: Network) -> None:
        """Draw all but what is filled in."""
        self._network = network
        scene = self._like(1.0)
        left, top, right, bottom = scene.bounds()
        middle, half = (left + right) / 2, CURVE_WIDE / 2
        self._corner, floor = (middle - half, bottom + 12), bottom + 12 + CURVE_HIGH
        below = [Text(middle, bottom + 4, self._mark, TEXT, "soft", "middle"),
                 Line([[(middle - half, floor), (middle + half, floor)]], "leader")]
        scene.parts += below
        wide, margin = around(below), scene.margin
        canvas = (min(left, wide[0] - margin), top, max(right, wide[2] + margin), floor + margin)
        text, _, self._end = self._write(scene, canvas).rpartition(svg.escape(self._mark))
        parts = _SLOT.split(text)
        self._between = parts[::2]
        self._positive = [_cut(slot, 1.0) for slot in parts[1::2]]
        self._negative: list = [None] * len(self._positive)  # made when they are needed
        self._broken: list | None = None
        pieces = list(_valued(scene.parts, None))
        self._pieces = [piece for piece, _ in pieces]
        self._pools, self._order = _pools(pieces, network)

    def svg(self, status: str = "", since: float | None = None, loss: float | None = None) -> str:
        """The picture of the model as it is now.

        Args:
            status: what is written below it.
            since: seconds since the last one of this film; None draws it as `draw` does.
            loss: the next point of the curve below it.
        """
        network = self._read()
        if [b.broken for b in network.bricks] != [b.broken for b in self._network.bricks]:
            self._lay_out(network)  # captions count them
        values, steps = self._measure(network.bricks, since)
        out = [self._between[0]]
        positive, negative = self._positive, self._negative
        for i, (value, step) in enumerate(zip(values.tolist(), steps.tolist(), strict=True)):
            if value >= 0:
                before, middle, after = positive[i]
            elif value < 0 and negative[i]:
                before, middle, after = negative[i]
            else:
                before, middle, after = self._other(i, value)
            green = "" if step < 0 else str(step)  # of what is no number, or a bias, none
            out += before, green, middle, str(number(value)), after, self._between[i + 1]
        out += svg.escape(status), self._end.removesuffix("</svg>\n"), self._curve(loss), "</svg>\n"
        return "".join(out)

    def _read(self) -> Network:
        """The network as it is now; which layer stands on which is read once."""
        if isinstance(self.source, Network):
            return self.source
        if self._layers is None:
            self._layers = layers_of(self.source)
        return renewed(self._network, self._layers)

    def _measure(self, bricks: tuple[Brick, ...], since) -> tuple[np.ndarray, np.ndarray]:
        """The value of each slot, and its green, -1 where it has none."""
        pools = [_values(bricks[i], kind, groups) for kind, i, groups in self._pools]
        values = np.concatenate([*pools, ()])[self._order]
        new = np.array([_scale(pool, kind) for pool, (kind, *_) in zip(pools, self._pools,
                                                                       strict=True)])
        if self._scales is None or since is None:
            self._scales = new
        else:
            self._scales = self._scales + (new - self._scales) * (1 - exp(-since / SETTLES))
        scale = np.repeat(self._scales, [pool.size for pool in pools])[self._order]
        known = np.isfinite(scale) & ~np.isnan(values)
        strength = np.clip(np.abs(np.where(known, values, 0)) / np.where(known, scale, 1), 0, 1)
        level = strength * len(GREENS)
        steps = np.minimum(level.astype(int), len(GREENS) - 1)
        if self._steps is not None and since is not None:
            stays = (self._steps >= 0) & (np.abs(level - self._steps - 0.5) < CLEARLY)
            steps = np.where(stays, self._steps, steps)
        self._steps = np.where(known, steps, -1)
        return values, self._steps

    def _curve(self, loss: float | None) -> str:
        """The losses so far as a line, the least at the bottom; every second one is dropped when
        there are many."""
        self._skipped += 1
        if loss is not None and isfinite(loss) and self._skipped >= self._every:
            self._losses.append(float(loss))
            self._skipped = 0
        if len(self._losses) > POINTS:
            self._losses = self._losses[::2]
            self._every *= 2
        if len(self._losses) < 2:
            return ""
        low, high = min(self._losses), max(self._losses)
        (x, y), step = self._corner, CURVE_WIDE / (len(self._losses) - 1)
        line = [(x + step * k, y + CURVE_HIGH * (high - value) / ((high - low) or 1.0))
                for k, value in enumerate(self._losses)]
        return _written([Line([line], "curve")])[0]

    def _like(self, value: float) -> Scene:
        """The scene, as if all weights were this one."""
        return self._draw(Network(self._network.name, tuple(
            replace(b, kernel=None if b.kernel is None else np.full(b.kernel.shape, value),
                    bias=None if b.bias is None else np.full(b.bias.shape, value))
            for b in self._network.bricks)))

    def _other(self, i: int, value: float) -> tuple[str, str, str]:
        """The text of a slot whose value is negative, or no number."""
        if value < 0:
            self._negative[i] = _negative(self._pieces[i], self._positive[i])
            return self._negative[i]
        if self._broken is None:
            scene = self._like(value)
            texts = _written([piece for piece, _ in _valued(scene.parts, None)])
            self._broken = [_cut(text, value) for text in texts]
        return self._broken[i]


def _pools(pieces: list[tuple[Piece, int]], network: Network):
    """Arrays that the slots' values are taken from, each by its kind, its layer's place and the
    groups of inputs that it tells of; and where each slot's value lies among all of them."""
    pools: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for piece, index in pieces:
        row = piece.data.get("row", 0)
        pools.setdefault((_kind(piece), index), []).append((row, row + piece.data.get("count", 0)))
    starts, end = {}, 0
    for (kind, index), groups in pools.items():
        starts[kind, index] = end
        brick = network.bricks[index]
        end += {"weight": brick.synapses, "bias": brick.outputs, "band": len(groups)}[kind]
    seen: Counter = Counter()
    order = []
    for piece, index in pieces:
        kind, data = _kind(piece), piece.data
        at = {"weight": data.get("row", 0) * network.bricks[index].outputs + data.get("unit", 0),
              "bias": data.get("unit", 0), "band": seen[kind, index]}[kind]
        seen[kind, index] += 1
        order.append(starts[kind, index] + at)
    return [(kind, index, groups) for (kind, index), groups in pools.items()], np.array(order, int)


def _values(brick: Brick, kind: str, groups: list[tuple[int, int]]) -> np.ndarray:
    if kind == "band":
        return brick.influence(groups)
    return brick.kernel.ravel() if kind == "weight" else brick.bias


def _scale(pool: np.ndarray, kind: str) -> float:
    """What counts as the strongest: for weights as `Brick.strength` has it; a bias has none."""
    if kind != "weight":
        return MOST_INFLUENCE if kind == "band" else float("nan")
    finite = np.abs(pool[np.isfinite(pool)])
    return (float(np.percentile(finite, 98)) if finite.size else 0.0) or 1.0


def _kind(piece: Piece) -> str:
    return piece.css.split(" ")[0]


def _valued(parts: list, index) -> Iterator[tuple[Piece, int]]:
    """The pieces that carry a number of the weights, each with its layer's place, in the order of
    the text."""
    for part in parts:
        if isinstance(part, Piece):
            if _kind(part) in ("weight", "bias", "band") and "value" in part.data:
                yield part, index
            else:
                yield from _valued(part.parts, part.data.get("index", index))


def _written(shapes: list) -> list[str]:
    """The SVG of each shape."""
    texts = []
    for shape in shapes:
        out: list[str] = []
        svg.write(shape, out)
        texts.append("".join(out))
    return texts


def _negative(piece: Piece, cut: tuple[str, str, str]) -> tuple[str, str, str]:
    """The cut text of a positive weight as that of a negative one."""
    before, middle, after = cut
    if _kind(piece) != "weight":
        return cut
    if "strand" in piece.css:  # thousands of them, which differ by a word only
        return before, middle.replace(" pos", " neg", 1), after
    return _cut(*_written([negated(piece)]), 1.0)


def _cut(text: str, value: float) -> tuple[str, str, str]:
    """What stands before a slot's green, between green and value, and behind the value."""
    start, end = text.split(f'data-value="{number(value)}"', 1)
    green = _GREEN.match(start)
    before, middle = (green[1], start[green.end():]) if green else (start, "")
    return before, middle + 'data-value="', '"' + end
