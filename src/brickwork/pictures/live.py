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
from dataclasses import dataclass, replace
from math import exp, isfinite

import numpy as np

from . import svg
from .hover import explain
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
                   r'|<path class="weight [^>]*data-value=[^>]*(?:/>|>.*?</path>))', re.S)
_GREEN = re.compile(r'(<\w+ class="[a-z ]* s)\d')

#: A slot's text around what is filled in, see `_cut`.
Cut = tuple[str, str, str, str, bool]


@dataclass(slots=True)
class Look:
    """What a picture is filled in with: the value of each slot, in the order of the text, and its
    green, -1 where it has none."""

    values: np.ndarray
    greens: np.ndarray


class Live:
    """A model's picture while it is trained.

    Args:
        model: a built model or layer, or a `Network`; `source` may be set to another one with the
            same layers.
        level, labels, theme, size, options: as in `brickwork.pictures.draw`.
        variables: as in `svg.svg`.

    Attributes:
        network: what was drawn last.
        layouts: how often it was laid out.

    >>> from brickwork.layers import Dense
    >>> from brickwork.models import Sequential
    >>> model = Sequential([Dense(1, input_dim=3)])
    >>> Live(model).svg("epoch 1").count('class="weight')
    3
    """

    def __init__(self, model, level: str = "auto", labels: str = "en", theme: str = "auto",
                 size: float | None = None, variables: bool = True, **options):
        self.source = model
        self.words = Words(labels)
        self._draw = lambda network: whole(network, level, labels=labels, **options)
        self._write = lambda scene, canvas: svg.svg(scene, theme, size, variables, canvas)
        self._mark = self.words.status(888_888, 888_888, 8.8888e-88)
        self._layers: list | None = None
        self._scales: np.ndarray | None = None
        self._greens: np.ndarray | None = None
        self._curve = Curve()
        self.layouts = 0
        self._lay_out(read(model))

    def _lay_out(self, network: Network) -> None:
        """Draw all but what is filled in."""
        self.layouts += 1
        self.network = network
        scene = self._like(1.0)
        left, top, right, bottom = scene.bounds()
        middle, half = (left + right) / 2, CURVE_WIDE / 2
        self.corner, floor = (middle - half, bottom + 12), bottom + 12 + CURVE_HIGH
        below = [Text(middle, bottom + 4, self._mark, TEXT, "soft status", "middle"),
                 Line([[(middle - half, floor), (middle + half, floor)]], "leader")]
        scene.parts += below
        wide, margin = around(below), scene.margin
        canvas = (min(left, wide[0] - margin), top, max(right, wide[2] + margin), floor + margin)
        text, _, end = self._write(scene, canvas).rpartition(svg.escape(self._mark))
        self.end = end.removesuffix("</svg>\n")
        parts = _SLOT.split(text)
        self.between = parts[::2]
        self._positive = [_cut(slot, 1.0) for slot in parts[1::2]]
        self._titled = np.array([titled for *_, titled in self._positive], bool)
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
        look = self.look(since, loss)
        return self.filled(look, status, self.curve())

    def look(self, since: float | None = None, loss: float | None = None) -> Look:
        """What there is to fill in now; the arguments are those of `svg`."""
        network = self._read()
        if [b.broken for b in network.bricks] != [b.broken for b in self.network.bricks]:
            self._lay_out(network)  # captions count them
        self.network = network
        self._curve.add(loss)
        return self._measure(network.bricks, since)

    def filled(self, look: Look, status: str, curve: str = "") -> str:
        """The picture with these values in it, and the ``d`` of the curve below it."""
        out = [self.between[0]]
        positive, negative = self._positive, self._negative
        for i, (value, step) in enumerate(zip(look.values.tolist(), look.greens.tolist(),
                                              strict=True)):
            if value >= 0:
                before, middle, title, after, titled = positive[i]
            elif value < 0 and negative[i]:
                before, middle, title, after, titled = negative[i]
            else:
                before, middle, title, after, titled = self._other(i, value)
            green = "" if step < 0 else str(step)  # of what is no number, or a bias, none
            said = str(number(value))
            out += (before, green, middle, said, title, said if titled else "", after,
                    self.between[i + 1])
        drawn = f'<path class="curve" d="{curve}"/>' if curve else ""
        out += svg.escape(status), self.end, drawn, "</svg>\n"
        return "".join(out)

    def slot(self, i: int, value: float, step: int) -> str:
        """The text of one slot."""
        form = self._positive[i] if value >= 0 else self._other(i, value)
        before, middle, title, after, titled = form
        said = str(number(value))
        green = "" if step < 0 else str(step)
        return f"{before}{green}{middle}{said}{title}{said if titled else ''}{after}"

    def changes(self, before: Look, now: Look) -> list[list]:
        """What makes one picture another: ``[slot, green, value]``, or ``[slot, text]`` where a
        sign has turned. Where lines have no title, only what is seen counts."""
        seen = (before.greens != now.greens) | (np.sign(before.values) != np.sign(now.values))
        moved = before.values != now.values
        out: list[list] = []
        for i in np.flatnonzero(seen | (moved & self._titled)).tolist():
            value, green = float(now.values[i]), int(now.greens[i])
            said = str(number(value))
            if _form(value) != _form(float(before.values[i])):
                out.append([i, self.slot(i, value, green)])
            elif seen[i] or said != str(number(before.values[i])):
                out.append([i, green, said])
        return out

    def bounds(self) -> list[tuple[float, float, float, float]]:
        """How far each slot's brick reaches."""
        return [piece.bounds() for piece in self._pieces]

    @property
    def losses(self) -> list[float]:
        """The losses so far."""
        return self._curve.losses

    def curve(self, losses: list[float] | None = None) -> str:
        """The losses as a line, the ``d`` of a path: those so far, or others."""
        return drawn(self._curve.losses if losses is None else losses, self.corner)

    def _read(self) -> Network:
        """The network as it is now; which layer stands on which is read once."""
        if isinstance(self.source, Network):
            return self.source
        if self._layers is None:
            self._layers = layers_of(self.source)
        return renewed(self.network, self._layers)

    def _measure(self, bricks: tuple[Brick, ...], since) -> Look:
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
        if self._greens is not None and since is not None:
            stays = (self._greens >= 0) & (np.abs(level - self._greens - 0.5) < CLEARLY)
            steps = np.where(stays, self._greens, steps)
        self._greens = np.where(known, steps, -1)
        return Look(values, self._greens)

    def _like(self, value: float) -> Scene:
        """The scene, as if all weights were this one."""
        network = replace(self.network, bricks=tuple(
            replace(b, kernel=None if b.kernel is None else np.full(b.kernel.shape, value),
                    bias=None if b.bias is None else np.full(b.bias.shape, value))
            for b in self.network.bricks))
        scene = self._draw(network)
        explain(scene.parts, [network], self.words)
        return scene

    def _other(self, i: int, value: float) -> Cut:
        """The text of a slot whose value is negative, or no number."""
        if value < 0:
            self._negative[i] = self._negative[i] or _negative(self._pieces[i], self._positive[i])
            return self._negative[i]
        if self._broken is None:
            scene = self._like(value)
            texts = _written([piece for piece, _ in _valued(scene.parts, None)])
            self._broken = [_cut(text, value) for text in texts]
        return self._broken[i]


class Curve:
    """The losses of a film so far; every second one is dropped when there are many."""

    def __init__(self):
        self.losses: list[float] = []
        self._every, self._skipped = 1, 0

    def add(self, loss: float | None) -> None:
        """The next one."""
        self._skipped += 1
        if loss is not None and isfinite(loss) and self._skipped >= self._every:
            self.losses.append(float(loss))
            self._skipped = 0
        if len(self.losses) > POINTS:
            self.losses = self.losses[::2]
            self._every *= 2


def drawn(losses: list[float], corner: tuple[float, float]) -> str:
    """Losses as the ``d`` of a path, the least at the bottom; empty where there is no line yet."""
    if len(losses) < 2:
        return ""
    low, high = min(losses), max(losses)
    (x, y), step = corner, CURVE_WIDE / (len(losses) - 1)
    return svg.path(Line([[(x + step * k, y + CURVE_HIGH * (high - value) / ((high - low) or 1.0))
                           for k, value in enumerate(losses)]]))


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


def _form(value: float) -> str:
    """How a slot of this value is drawn, but for its green."""
    return "pos" if value >= 0 else "neg" if value < 0 else "nan"


def _written(shapes: list) -> list[str]:
    """The SVG of each shape."""
    texts = []
    for shape in shapes:
        out: list[str] = []
        svg.write(shape, out)
        texts.append("".join(out))
    return texts


def _negative(piece: Piece, cut: Cut) -> Cut:
    """The cut text of a positive weight as that of a negative one."""
    before, middle, *rest = cut
    if _kind(piece) != "weight":
        return cut
    if "strand" in piece.css:  # thousands of them, which differ by a word only
        return before, middle.replace(" pos", " neg", 1), *rest
    return _cut(*_written([negated(piece)]), 1.0)


def _cut(text: str, value: float) -> Cut:
    """What stands before a slot's green, between green and value, between that and the title's,
    and behind it; and whether it has a title with the value."""
    said = number(value)
    start, end = text.split(f'data-value="{said}"', 1)
    green = _GREEN.match(start)
    before, middle = (green[1], start[green.end():]) if green else (start, "")
    title, titled, after = end.partition(f" {said}</title>")
    if not titled:
        return before, middle + 'data-value="', '"' + end, "", False
    return before, middle + 'data-value="', f'"{title} ', "</title>" + after, True
