"""Isometric layers, laid out as in the building of real bricks: every synapse is a green brick.

Each layer has its own axes: `a` along the inputs and `b` along the neurons. The next layer lies
across it, so x is `a` for even layers and `b` for odd ones. The centre of each layer is the
origin. A bar of several real bricks is one solid with seams, so that each signal, sum and
activation is one solid.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..masonry import output_stud
from ..network import Brick
from ..pieces import BRICK, PLATE, Style, strength
from ..real_parts import BRICKS, PLATES, TILES, courses, cut
from . import parts
from .solid import Point, Solid


@dataclass
class Floor:
    """A layer's solids in drawing order, and its height."""

    boxes: list[Solid]
    height: float


class Crossed:
    """Lays each layer across the one below."""

    def __init__(self, style: Style):
        self.style = style
        self.along_x = True  # whether the next layer's inputs are along x
        self.out = 0.0  # position of the outputs below on the next layer's neuron axis

    def floor(self, brick: Brick, above: int) -> Floor:
        """Return a layer; `above` is the next layer's number of neurons, 0 for the last layer."""
        if not brick.dense:
            return self.slab(brick)
        n, u = brick.inputs, brick.outputs
        low = self.axons(brick)
        top = low + BRICK + PLATE + BRICK + self.biased(brick) * PLATE
        self.out = output_stud(n, above) - n
        boxes = self.boxes
        for j in range(u):
            self.neuron(brick, j, low)
        if parts.spans_units(brick):
            self.bar(brick, top)
        self.along_x = not self.along_x
        return Floor(boxes, top + PLATE)

    def axons(self, brick: Brick) -> float:
        """Add one white bar for each input, past all neurons; return their height."""
        n, u = brick.inputs, brick.outputs
        self.boxes: list[Solid] = []
        lengths = [[2 * u]] if 2 * u in PLATES else courses(2 * u, 2)
        for i in range(n):
            studs = [(2 * i - n, 2 * j + 1 - u) for j in range(u)]
            self.add(
                (2 * i - n, -u, 0),
                (1, 2 * u, PLATE * len(lengths)),
                "signal",
                {"layer": brick.name, "row": i},
                studs,
                lengths,
            )
        return PLATE * len(lengths)

    def neuron(self, brick: Brick, j: int, low: float) -> None:
        """Add the weights, products, sum and activation of neuron `j`."""
        n, b, name = brick.inputs, 2 * j - brick.outputs, brick.name
        for i in range(n):
            a = 2 * i - n
            css, data = "weight", {"layer": name, "row": i, "unit": j}
            if self.style.weights and brick.strength is not None:
                step, sign = strength(float(brick.strength[i, j]))
                css = " ".join(filter(None, (css, step, sign)))
                data = {**data, "value": parts.number(brick.kernel[i, j])}
            self.add((a, b, low), (1, 1, BRICK), css, data, top=False)
            self.add(
                (a, b, low + BRICK),
                (1, 1, PLATE),
                "multiply",
                {"layer": name, "row": i, "unit": j},
                top=False,
            )
        at, data = (-n, b, low + BRICK + PLATE), {"layer": name, "unit": j}
        lengths = [[2 * n]] if 2 * n in BRICKS else courses(2 * n, 3)
        self.add(at, (2 * n, 1, BRICK), "sum", data, lengths=lengths, top=False)
        at = (-n, b, at[2] + BRICK)
        if self.biased(brick):
            known = {} if brick.bias is None else {"value": parts.number(brick.bias[j])}
            self.add(
                at,
                (2 * n, 1, PLATE),
                "bias",
                {**data, **known},
                lengths=[cut(2 * n, PLATES)],
                top=False,
            )
            at = (-n, b, at[2] + PLATE)
        if not parts.spans_units(brick):
            self.add(
                at, (2 * n, 1, PLATE), "activation", data, [(self.out, b)], [self.covers(n, True)]
            )

    def covers(self, n: int, plate: bool) -> list[int]:
        """Return the lengths of the tiles that cover a sum, left and right of the output stud.

        With `plate`, the length of the plate below that stud is between them.
        """
        left = round(self.out) + n
        return [*cut(left, TILES), *[1] * plate, *cut(2 * n - left - 1, TILES)]

    def bar(self, brick: Brick, z: float) -> None:
        """Add a softmax: one bar across all neurons, with a stud for each; the rest is covered."""
        n, u, pieces = brick.inputs, brick.outputs, []
        for start, end in ((-n, self.out), (self.out + 1, n)):
            pieces += [
                (
                    (start, 2 * j - u, z),
                    (end - start, 1, PLATE),
                    (),
                    [cut(round(end - start), TILES)],
                )
                for j in range(u)
                if end > start
            ]
            if end == self.out:
                studs = [(self.out, 2 * j - u) for j in range(u)]
                pieces.append(((self.out, -u, z), (1, 2 * u, PLATE), studs, [cut(2 * u, PLATES)]))
        for at, size, studs, lengths in pieces:
            self.add(at, size, "activation", {"layer": brick.name}, studs, lengths)
        first, *others = self.boxes[-len(pieces) :]
        first.others = others
        del self.boxes[-len(others) :]

    def biased(self, brick: Brick) -> bool:
        """Return whether the layer's biases are drawn."""
        return self.style.bias and brick.biased

    def slab(self, brick: Brick) -> Floor:
        """Return a layer without synapses: one plate with all outputs on it."""
        n = brick.outputs
        self.boxes = []
        self.add(
            (-n, self.out, 0),
            (2 * n - 1, 1, PLATE),
            "activation" if brick.activation != "linear" else "plate",
            {"layer": brick.name},
            [(2 * i - n, self.out) for i in range(n)],
        )
        return Floor(self.boxes, PLATE)

    def add(
        self, at: Point, size: Point, css: str, data: dict, studs=(), lengths=(), top: bool = True
    ) -> None:
        """Add a solid given in the layer's axes; `lengths` has the brick lengths of each course."""
        turn = (lambda a, b: (a, b)) if self.along_x else (lambda a, b: (b, a))
        along = "left" if self.along_x else "right"
        tops = tuple((x + 0.5, y + 0.5) for x, y in (turn(*s) for s in studs))
        solid = Solid(
            (*turn(*at[:2]), at[2]),
            (*turn(*size[:2]), size[2]),
            css,
            data,
            tops,
            top,
            css.startswith("weight") and css.endswith("neg"),
            sign=along,
        )
        solid.seams = _seams(solid, lengths)
        self.boxes.append(solid)


def _seams(solid: Solid, lengths) -> list[tuple[Point, Point]]:
    """Return the visible joints of a bar of several courses, from the bottom."""
    (x, y, z), (dx, dy, dz) = solid.at, solid.size
    along_x, height, lines = dx > dy, dz / max(1, len(lengths)), []
    for k, pieces in enumerate(lengths):
        low, high = z + k * height, z + (k + 1) * height
        if k:
            lines += [
                ((x, y + dy, low), (x + dx, y + dy, low)),
                ((x + dx, y, low), (x + dx, y + dy, low)),
            ]
        joint = 0
        for length in pieces[:-1]:
            joint += length
            a, b = (
                ((x + joint, y + dy), (x + joint, y))
                if along_x
                else ((x + dx, y + joint), (x, y + joint))
            )
            lines.append(((*a, low), (*a, high)))
            if solid.top and k == len(lengths) - 1:
                lines.append(((*a, high), (*b, high)))
    return lines
