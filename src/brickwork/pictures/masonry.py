"""How one layer is laid upon another: the geometry of `building`.

Cells are 2 x 2 studs. A floor is laid out in its own axes: `a` along the inputs and `b` along the
neurons, so that input i is at a = 2i and neuron j at b = 2j. On even floors `a` is x, on odd ones
z: the next axon lies along this dendrite.
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

#: Weights that are put in one step, where a neuron has not more.
IN_A_STEP = 8


@dataclass(frozen=True)
class Floor:
    """One layer of the building: `name`, what it joins, its `function`, and where its foot is."""

    name: str
    inputs: int
    outputs: int
    function: str
    x: int
    y: int
    z: int


class Site:
    """Where a building grows: its parts and steps so far, and where the next floor begins."""

    def __init__(self, weights: bool, words: BuildingWords):
        self.weights = weights
        self.words = words
        self.parts: list[Placed] = []
        self.floors: list[Floor] = []
        self.steps: list[str] = []
        self.corner = [0, 0]
        self.level = 0

    def floor(self, brick: Brick, above: int) -> None:
        """One layer; `above` is how many neurons the next one has, 0 where there is none."""
        if self.floors:  # its axons lie centred along the dendrites below
            below = self.floors[-1]
            self.corner[(len(self.floors) - 1) % 2] += below.inputs - brick.outputs
        self.floors.append(Floor(brick.name, brick.inputs, brick.outputs, brick.activation,
                                 self.corner[0], self.level, self.corner[1]))
        axons = [dict(a=2 * i, b=0, row=i) for i in range(brick.inputs)]
        self._bars(axons, 2 * brick.outputs, "b", PLATES, WHITE, "axon",
                   self.words("axons", brick.inputs))
        self._synapses(brick)
        sums = [dict(a=0, b=2 * j, unit=j) for j in range(brick.outputs)]
        self._bars(sums, 2 * brick.inputs, "a", BRICKS, RED, "sum",
                   self.words("sums", brick.outputs))
        self._function(brick, above)

    def _step(self, words: str) -> None:
        self.steps.append(f"{self.floors[-1].name}: {words}")

    def _put(self, part, colour, role, a, b, along="a", up=0, row=None, unit=None) -> None:
        """A part at (a, b) of this floor, its length along one of its axes."""
        layer = len(self.floors) - 1
        x, z = (b, a) if layer % 2 else (a, b)
        turned = part.length > 1 and (along == "b") != bool(layer % 2)
        self.parts.append(Placed(part, colour, self.corner[0] + x, self.level + up,
                                 self.corner[1] + z, turned, len(self.steps), role, layer, row,
                                 unit))

    def _row(self, pieces, sizes, colour, role, along, a, b, **where) -> None:
        """Pieces of these lengths, one after another."""
        for length in pieces:
            self._put(sizes[length], colour, role, a, b, along, **where)
            a, b = (a + length, b) if along == "a" else (a, b + length)

    def _bars(self, starts, length, along, sizes, colour, role, words) -> None:
        """Equal bars: each one piece up to 8 studs, in courses of plates beyond.

        Two courses join a bar of plates; what takes the place of a brick has three.
        """
        if length in sizes:
            layers, height = [[length]], sizes[length].height
        else:
            height = max(2, next(iter(sizes.values())).height)
            layers, sizes = courses(length, height), PLATES
        for number, pieces in enumerate(layers, start=1):
            self._step(words if number == 1 else self.words("course", k=number))
            for start in starts:
                self._row(pieces, sizes, colour, role, along, **start)
            self.level += height // len(layers)

    def _synapses(self, brick: Brick) -> None:
        """A green for each weight, neuron by neuron, and on it a yellow that multiplies."""
        strength = brick.strength if self.weights else None
        n, u = brick.inputs, brick.outputs
        together = max(1, IN_A_STEP // n)  # neurons whose weights are put in one step
        for first in range(0, u, together):
            crossings = [(i, j) for j in range(first, min(first + together, u)) for i in range(n)]
            laid = [(BRICKS[1], GREEN) if strength is None else _weight(strength[i, j])
                    for i, j in crossings]
            self._step(self.words.weights(len(laid), sum(part is ROUND for part, _ in laid),
                                          first + 1, crossings[-1][1] + 1))
            for (i, j), (part, colour) in zip(crossings, laid, strict=True):
                self._put(part, colour, "weight", 2 * i, 2 * j, row=i, unit=j)
        self.level += part.height
        self._step(self.words("multiply"))
        for i, j in [(i, j) for i in range(n) for j in range(u)]:
            self._put(PLATES[1], YELLOW, "multiply", 2 * i, 2 * j, row=i, unit=j)
        self.level += 1

    def _function(self, brick: Brick, above: int) -> None:
        """The blue: one stud of each neuron goes out, the others are covered.

        A softmax looks at all neurons, so its blue is one bar across them, and the outputs stand
        on it; where a floor follows, the covers are raised to the outputs' height to carry it.
        """
        out, softmax = outlet(brick.inputs, above), brick.activation == "softmax"
        if softmax:
            self._step(self.words("bar"))
            self._row(cut(2 * brick.outputs, PLATES), PLATES, BLUE, "activation", "b", out, 0)
            self._cover(brick, out, PLATES if above else TILES)
            self.level += 1
        self._step(self.words("outlets" if softmax else "function", name=brick.activation))
        for j in range(brick.outputs):
            self._put(PLATES[1], BLUE, "activation", out, 2 * j, unit=j)
            if softmax:
                self._put(TILES[1], BLUE, "tile", out, 2 * j + 1, unit=j)
        if above or not softmax:
            self._cover(brick, out, TILES)
        self.level += 1

    def _cover(self, brick: Brick, out: int, sizes) -> None:
        """What lies on the dendrites, left and right of the stud that goes out."""
        for j in range(brick.outputs):
            for a, length in [(0, out), (out + 1, 2 * brick.inputs - out - 1)]:
                self._row(cut(length, sizes), sizes, BLUE, "tile", "a", a, 2 * j, unit=j)


def _weight(strength: float):
    """The part and the colour of a weight: round where negative, darker where stronger."""
    size = 0.0 if np.isnan(strength) else abs(strength)
    return ROUND if strength < 0 else BRICKS[1], GREENS[min(int(size * 3), 2)]


def outlet(inputs: int, above: int) -> int:
    """Which stud of a dendrite goes out: under the next axon, few tiles, near the middle."""
    length = 2 * inputs
    first, last = (max(0, inputs - above), min(length, inputs + above)) if above else (0, length)
    return min(range(first, last), key=lambda out: (
        len(cut(out, TILES)) + len(cut(length - out - 1, TILES)), abs(2 * out + 1 - length)))
