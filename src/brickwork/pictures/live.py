"""A picture that is laid out once, with weights that are filled in repeatedly as they change.

Layout takes milliseconds to tens of milliseconds; filling in is one pass over the drawn weights.
The result is byte for byte what `draw` returns, except for two things that avoid flicker in a
film. The scale of a layer's weights changes slowly, and the green of a weight has hysteresis.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from math import exp, isfinite

import numpy as np

from . import svg
from .hover import add_titles
from .looks import Slot, form, pieces_with_values
from .network import Brick, Network, layers_of, read, with_current_weights
from .palette import GREENS
from .picture import page_of
from .pieces import TEXT
from .scene import make_scene
from .scene.levels import MOST_INFLUENCE
from .scene.parts import number
from .shapes import Line, Piece, Scene, Text, around
from .words import Words

#: Time constant in seconds of the scale of a layer's weights.
SCALE_SECONDS = 0.5
#: Distance from the middle of its green, in greens, at which a weight changes its green.
HYSTERESIS = 0.6
#: Maximum number of losses in the curve below the picture; its size in pixels.
POINTS, CURVE_WIDE, CURVE_HIGH = 128, 220.0, 36.0

_SLOT = re.compile(
    r'(<g class="(?:weight|bias|band)[ "][^>]*data-value=[^>]*>.*?</g>'
    r'|<path class="weight [^>]*data-value=[^>]*(?:(?<=/)>|(?<!/)>.*?</path>))',
    re.S,
)


@dataclass(slots=True)
class Look:
    """The values filled in a picture: value and green of each slot in document order.

    A green of -1 means none.
    """

    values: np.ndarray
    greens: np.ndarray


class Live:
    """A model's picture during training.

    Args:
        model: a built model or layer, or a `Network`; `source` may be set to another one with the
            same layers.
        level, labels, theme, size, options: as in `brickwork.pictures.draw`.
        styled: as in `svg.svg`.

    Attributes:
        network: the network that was drawn last.
        slots: the bricks that are filled in.
        between: the SVG text between the slots.
        end: the SVG text after the status.
        layouts: how often the picture was laid out.

    >>> from brickwork.layers import Dense
    >>> from brickwork.models import Sequential
    >>> model = Sequential([Dense(1, input_dim=3)])
    >>> Live(model).svg("epoch 1").count('class="weight')
    3
    """

    def __init__(
        self,
        model,
        level: str = "auto",
        labels: str = "en",
        theme: str = "auto",
        size: float | None = None,
        styled: bool = True,
        **options,
    ):
        self.source = model
        self.words = Words(labels)
        self._draw = lambda network: make_scene(
            network, level, labels=labels, page=page_of(size), **options
        )
        self._write = lambda scene, canvas: svg.svg(scene, theme, size, styled, canvas)
        self._theme = theme
        self._placeholder = self.words.status(888_888, 888_888, 8.8888e-88)
        self._layers: list | None = None
        self._scales: np.ndarray | None = None
        self._greens: np.ndarray | None = None
        self._curve = Curve()
        self.layouts = 0
        self._lay_out(read(model))

    def _lay_out(self, network: Network) -> None:
        """Draw everything except the slots."""
        self.layouts += 1
        self.network = network
        scene = self._scene_with(1.0)
        left, top, right, bottom = scene.bounds()
        middle, half = (left + right) / 2, CURVE_WIDE / 2
        self.corner, floor = (middle - half, bottom + 12), bottom + 12 + CURVE_HIGH
        below = [
            Text(middle, bottom + 4, self._placeholder, TEXT, "soft status", "middle"),
            Line([[(middle - half, floor), (middle + half, floor)]], "leader"),
        ]
        scene.parts += below
        wide, margin = around(below), scene.margin
        canvas = (min(left, wide[0] - margin), top, max(right, wide[2] + margin), floor + margin)
        text, _, end = self._write(scene, canvas).rpartition(svg.escape(self._placeholder))
        self.end = end.removesuffix("</svg>\n")
        self.between = _SLOT.split(text)[::2]
        self._non_finite: list[Piece] | None = None  # created when needed
        self.slots = [
            Slot(piece, index, within, self._theme, partial(self._nan_piece, i))
            for i, (piece, index, within) in enumerate(pieces_with_values(scene.parts))
        ]
        self._titled = np.array([bool(slot.piece.title) for slot in self.slots], bool)
        self._pools, self._order = _pools(self.slots, network)

    def svg(self, status: str = "", since: float | None = None, loss: float | None = None) -> str:
        """Return the picture of the model's current weights.

        Args:
            status: text below the picture.
            since: seconds since the previous picture of the film; None draws as `draw` does.
            loss: the next point of the curve below the picture.
        """
        look = self.look(since, loss)
        return self.filled(look, status, self.curve())

    def look(self, since: float | None = None, loss: float | None = None) -> Look:
        """Return the current values to fill in; the arguments are those of `svg`."""
        network = self._read()
        if [b.non_finite for b in network.bricks] != [b.non_finite for b in self.network.bricks]:
            self._lay_out(network)  # captions show the count
        self.network = network
        self._curve.add(loss)
        return self._measure(network.bricks, since)

    def filled(self, look: Look, status: str, curve: str = "") -> str:
        """Return the picture with these values; `curve` is the ``d`` of the curve below it."""
        out = [self.between[0]]
        for slot, value, green, after in zip(
            self.slots, look.values.tolist(), look.greens.tolist(), self.between[1:], strict=True
        ):
            key = (0 if value >= 0 else 1 if value < 0 else 2), green
            before, title, rest, titled = slot.cuts.get(key) or slot.cut(*key)
            shown = str(number(value))
            out += before, shown, title, shown if titled else "", rest, after
        out += svg.escape(status), self.end, self.path(curve), "</svg>\n"
        return "".join(out)

    def path(self, curve: str) -> str:
        """Return the element of a curve, or "" if it is empty."""
        css = svg.attributes("", "curve", "", self._theme)
        return f'<path class="curve"{css} d="{curve}"/>' if curve else ""

    def changes(self, before: Look, now: Look) -> list[list]:
        """Return the changes between two pictures.

        An entry is ``[slot, text]`` if a brick looks different, ``[slot, value]`` if only its
        value differs. Values of lines without titles are ignored.
        """
        visible = (before.greens != now.greens) | (np.sign(before.values) != np.sign(now.values))
        moved = before.values != now.values
        out: list[list] = []
        for i in np.flatnonzero(visible | (moved & self._titled)).tolist():
            value, green = float(now.values[i]), int(now.greens[i])
            shown, old = str(number(value)), float(before.values[i])
            if green != before.greens[i] or form(value) != form(old):
                out.append([i, self.slots[i].text(value, green)])
            elif shown != str(number(old)):
                out.append([i, shown])
        return out

    def bounds(self) -> list[tuple[float, float, float, float]]:
        """Return the bounds of each slot's brick."""
        return [slot.piece.bounds() for slot in self.slots]

    @property
    def losses(self) -> list[float]:
        """The losses recorded so far."""
        return self._curve.losses

    def curve(self, losses: list[float] | None = None) -> str:
        """Return the ``d`` of a path for these losses, by default those recorded so far."""
        return curve_path(self._curve.losses if losses is None else losses, self.corner)

    def _read(self) -> Network:
        """Return the network with current weights; its connections are read only once."""
        if isinstance(self.source, Network):
            return self.source
        if self._layers is None:
            self._layers = layers_of(self.source)
        return with_current_weights(self.network, self._layers)

    def _measure(self, bricks: tuple[Brick, ...], since) -> Look:
        pools = [_values(bricks[i], kind, groups) for kind, i, groups in self._pools]
        values = np.concatenate([*pools, ()])[self._order]
        new = np.array(
            [_scale(pool, kind) for pool, (kind, *_) in zip(pools, self._pools, strict=True)]
        )
        if self._scales is None or since is None:
            self._scales = new
        else:
            self._scales = self._scales + (new - self._scales) * (1 - exp(-since / SCALE_SECONDS))
        scale = np.repeat(self._scales, [pool.size for pool in pools])[self._order]
        known = np.isfinite(scale) & ~np.isnan(values)
        strength = np.clip(np.abs(np.where(known, values, 0)) / np.where(known, scale, 1), 0, 1)
        level = strength * len(GREENS)
        steps = np.minimum(level.astype(int), len(GREENS) - 1)
        if self._greens is not None and since is not None:
            stays = (self._greens >= 0) & (np.abs(level - self._greens - 0.5) < HYSTERESIS)
            steps = np.where(stays, self._greens, steps)
        self._greens = np.where(known, steps, -1)
        return Look(values, self._greens)

    def _scene_with(self, value: float) -> Scene:
        """Return the scene with all weights set to this value."""
        network = replace(
            self.network,
            bricks=tuple(
                replace(
                    b,
                    kernel=None if b.kernel is None else np.full(b.kernel.shape, value),
                    bias=None if b.bias is None else np.full(b.bias.shape, value),
                )
                for b in self.network.bricks
            ),
        )
        scene = self._draw(network)
        add_titles(scene.parts, [network], self.words)
        return scene

    def _nan_piece(self, i: int) -> Piece:
        """Return a slot's brick as drawn for a NaN value."""
        if self._non_finite is None:
            parts = self._scene_with(float("nan")).parts
            self._non_finite = [piece for piece, *_ in pieces_with_values(parts)]
        return self._non_finite[i]


class Curve:
    """The losses of a film; every second one is dropped if there are many."""

    def __init__(self):
        self.losses: list[float] = []
        self._every, self._skipped = 1, 0

    def add(self, loss: float | None) -> None:
        """Record the next loss."""
        self._skipped += 1
        if loss is not None and isfinite(loss) and self._skipped >= self._every:
            self.losses.append(float(loss))
            self._skipped = 0
        if len(self.losses) > POINTS:
            self.losses = self.losses[::2]
            self._every *= 2


def curve_path(losses: list[float], corner: tuple[float, float]) -> str:
    """Return losses as the ``d`` of a path, the lowest at the bottom; "" for fewer than two."""
    if len(losses) < 2:
        return ""
    low, high = min(losses), max(losses)
    (x, y), step = corner, CURVE_WIDE / (len(losses) - 1)
    return svg.path(
        Line(
            [
                [
                    (x + step * k, y + CURVE_HIGH * (high - value) / ((high - low) or 1.0))
                    for k, value in enumerate(losses)
                ]
            ]
        )
    )


def _pools(slots: list[Slot], network: Network):
    """Return the arrays with the slots' values, and the index of each slot's value in them.

    Each array is given by its kind, the index of its layer, and its groups of inputs.
    """
    pools: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for slot in slots:
        row, count = slot.piece.data.get("row", 0), slot.piece.data.get("count", 0)
        pools.setdefault((slot.kind, slot.index), []).append((row, row + count))
    starts, end = {}, 0
    for (kind, index), groups in pools.items():
        starts[kind, index] = end
        brick = network.bricks[index]
        end += {"weight": brick.synapses, "bias": brick.outputs, "band": len(groups)}[kind]
    seen: Counter = Counter()
    order = []
    for slot in slots:
        kind, index, data = slot.kind, slot.index, slot.piece.data
        at = {
            "weight": data.get("row", 0) * network.bricks[index].outputs + data.get("unit", 0),
            "bias": data.get("unit", 0),
            "band": seen[kind, index],
        }[kind]
        seen[kind, index] += 1
        order.append(starts[kind, index] + at)
    return [(kind, index, groups) for (kind, index), groups in pools.items()], np.array(order, int)


def _values(brick: Brick, kind: str, groups: list[tuple[int, int]]) -> np.ndarray:
    if kind == "band":
        return brick.influence(groups)
    return brick.kernel.ravel() if kind == "weight" else brick.bias


def _scale(pool: np.ndarray, kind: str) -> float:
    """Return the value of full strength: for weights as in `Brick.strength`, NaN for biases."""
    if kind != "weight":
        return MOST_INFLUENCE if kind == "band" else float("nan")
    finite = np.abs(pool[np.isfinite(pool)])
    return (float(np.percentile(finite, 98)) if finite.size else 0.0) or 1.0
