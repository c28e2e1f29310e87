"""The geometry of `building`: how each layer is laid on the one below.

Cells are 2 x 2 studs. A floor has its own axes: `a` along the inputs and `b` along the neurons, so
that input i is at a = 2i and neuron j at b = 2j. On even floors `a` is x, on odd floors z, so that
the next axon is along the dendrite.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .building_words import BuildingWords
from .network import Brick
from .real_parts import (
    BLUE,
    BRICKS,
    GREEN,
    GREENS,
    PLATES,
    RED,
    ROUND,
    TILES,
    WHITE,
    YELLOW,
    Placed,
    courses,
    cut,
)

#: Number of weights in one step, unless one neuron has more.
IN_A_STEP = 8


@dataclass(frozen=True)
class Floor:
    """One layer of the building: its name, sizes, activation, and the corner of its base."""

    name: str
    inputs: int
    outputs: int
    function: str
    x: int
    y: int
    z: int


class Site:
    """A building under construction: its parts and steps, and the corner of the next floor."""

    def __init__(self, weights: bool, words: BuildingWords):
        self.weights = weights
        self.words = words
        self.parts: list[Placed] = []
        self.floors: list[Floor] = []
        self.steps: list[str] = []
        self.corner = [0, 0]
        self.level = 0

    def floor(self, brick: Brick, above: int) -> None:
        """Add a layer; `above` is the next layer's number of neurons, 0 for the last layer."""
        if self.floors:  # centre its axons along the dendrites below
            below = self.floors[-1]
            self.corner[(len(self.floors) - 1) % 2] += below.inputs - brick.outputs
        self.floors.append(
            Floor(
                brick.name,
                brick.inputs,
                brick.outputs,
                brick.activation,
                self.corner[0],
                self.level,
                self.corner[1],
            )
        )
        axons = [dict(a=2 * i, b=0, row=i) for i in range(brick.inputs)]
        self._add_bars(
            axons, 2 * brick.outputs, "b", PLATES, WHITE, "axon", self.words("axons", brick.inputs)
        )
        self._add_synapses(brick)
        sums = [dict(a=0, b=2 * j, unit=j) for j in range(brick.outputs)]
        self._add_bars(
            sums, 2 * brick.inputs, "a", BRICKS, RED, "sum", self.words("sums", brick.outputs)
        )
        self._add_activation(brick, above)

    def _begin_step(self, words: str) -> None:
        self.steps.append(f"{self.floors[-1].name}: {words}")

    def _add_part(self, part, colour, role, a, b, along="a", up=0, row=None, unit=None) -> None:
        """Add a part at (a, b) of this floor, its length along one of its axes."""
        layer = len(self.floors) - 1
        x, z = (b, a) if layer % 2 else (a, b)
        turned = part.length > 1 and (along == "b") != bool(layer % 2)
        self.parts.append(
            Placed(
                part,
                colour,
                self.corner[0] + x,
                self.level + up,
                self.corner[1] + z,
                turned,
                len(self.steps),
                role,
                layer,
                row,
                unit,
            )
        )

    def _add_row(self, pieces, sizes, colour, role, along, a, b, **where) -> None:
        """Add pieces of these lengths in a row."""
        for length in pieces:
            self._add_part(sizes[length], colour, role, a, b, along, **where)
            a, b = (a + length, b) if along == "a" else (a, b + length)

    def _add_bars(self, starts, length, along, sizes, colour, role, words) -> None:
        """Add equal bars: single pieces up to 8 studs, else courses of plates.

        A bar of plates has two courses; a bar of bricks is replaced by three courses of plates.
        """
        if length in sizes:
            layers, height = [[length]], sizes[length].height
        else:
            height = max(2, next(iter(sizes.values())).height)
            layers, sizes = courses(length, height), PLATES
        for number, pieces in enumerate(layers, start=1):
            self._begin_step(words if number == 1 else self.words("course", k=number))
            for start in starts:
                self._add_row(pieces, sizes, colour, role, along, **start)
            self.level += height // len(layers)

    def _add_synapses(self, brick: Brick) -> None:
        """Add a green brick for each weight, neuron by neuron, with a yellow plate on each."""
        strength = brick.strength if self.weights else None
        n, u = brick.inputs, brick.outputs
        together = max(1, IN_A_STEP // n)  # neurons whose weights are in one step
        for first in range(0, u, together):
            crossings = [(i, j) for j in range(first, min(first + together, u)) for i in range(n)]
            weights = [
                (BRICKS[1], GREEN) if strength is None else _weight_part(strength[i, j])
                for i, j in crossings
            ]
            negative = sum(part is ROUND for part, _ in weights)
            self._begin_step(
                self.words.weights(len(weights), negative, first + 1, crossings[-1][1] + 1)
            )
            for (i, j), (part, colour) in zip(crossings, weights, strict=True):
                self._add_part(part, colour, "weight", 2 * i, 2 * j, row=i, unit=j)
        self.level += part.height
        self._begin_step(self.words("multiply"))
        for i, j in [(i, j) for i in range(n) for j in range(u)]:
            self._add_part(PLATES[1], YELLOW, "multiply", 2 * i, 2 * j, row=i, unit=j)
        self.level += 1

    def _add_activation(self, brick: Brick, above: int) -> None:
        """Add the activation: one output stud for each neuron; the other studs are covered.

        A softmax depends on all neurons, so it is one bar across them with the outputs on it. If
        a floor follows, the covers are raised to the outputs' height to support it.
        """
        out, softmax = output_stud(brick.inputs, above), brick.activation == "softmax"
        if softmax:
            self._begin_step(self.words("bar"))
            self._add_row(cut(2 * brick.outputs, PLATES), PLATES, BLUE, "activation", "b", out, 0)
            self._add_cover(brick, out, PLATES if above else TILES)
            self.level += 1
        self._begin_step(self.words("outlets" if softmax else "function", name=brick.activation))
        for j in range(brick.outputs):
            self._add_part(PLATES[1], BLUE, "activation", out, 2 * j, unit=j)
            if softmax:
                self._add_part(TILES[1], BLUE, "tile", out, 2 * j + 1, unit=j)
        if above or not softmax:
            self._add_cover(brick, out, TILES)
        self.level += 1

    def _add_cover(self, brick: Brick, out: int, sizes) -> None:
        """Cover the dendrites left and right of the output stud."""
        for j in range(brick.outputs):
            for a, length in [(0, out), (out + 1, 2 * brick.inputs - out - 1)]:
                self._add_row(cut(length, sizes), sizes, BLUE, "tile", "a", a, 2 * j, unit=j)


def _weight_part(strength: float):
    """Return the part and colour of a weight: round if negative, darker if stronger."""
    size = 0.0 if np.isnan(strength) else abs(strength)
    return ROUND if strength < 0 else BRICKS[1], GREENS[min(int(size * 3), 2)]


def output_stud(inputs: int, above: int) -> int:
    """Return which stud of a dendrite is the output.

    It is under the next axon, with few tiles around it, near the middle.
    """
    length = 2 * inputs
    first, last = (max(0, inputs - above), min(length, inputs + above)) if above else (0, length)
    return min(
        range(first, last),
        key=lambda out: (
            len(cut(out, TILES)) + len(cut(length - out - 1, TILES)),
            abs(2 * out + 1 - length),
        ),
    )
