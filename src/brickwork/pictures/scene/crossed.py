"""A layer as the building of real bricks lays it, with every synapse a green brick.

It is laid out in its own axes: `a` along the inputs and `b` along the neurons; the next layer lies
across, so `a` and `b` take turns in being x. The middle of every layer is the origin. A bar of
several real bricks is one solid with seams, so that there is one for each signal, sum and
activation.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..masonry import outlet
from ..network import Brick
from ..pieces import BRICK, PLATE, Style, strength
from ..real_parts import BRICKS, PLATES, TILES, courses, cut
from . import parts
from .solid import Point, Solid


@dataclass
class Floor:
    """A layer in space: its solids in the order in which they are painted, and its height."""

    boxes: list[Solid]
    height: float


class Crossed:
    """Lays one layer across the other."""

    def __init__(self, style: Style):
        self.style = style
        self.along_x = True  # whether the next layer's inputs lie along x
        self.out = 0.0  # where the outputs below lie, on the next layer's neuron axis

    def floor(self, brick: Brick, above: int) -> Floor:
        """A layer; `above` is how many neurons the next one has, 0 where there is none."""
        if not brick.dense:
            return self.slab(brick)
        n, u = brick.inputs, brick.outputs
        low = self.axons(brick)
        top = low + BRICK + PLATE + BRICK + self.biased(brick) * PLATE
        self.out = outlet(n, above) - n
        boxes = self.boxes
        for j in range(u):
            self.neuron(brick, j, low)
        if parts.one_bar(brick):
            self.bar(brick, top)
        self.along_x = not self.along_x
        return Floor(boxes, top + PLATE)

    def axons(self, brick: Brick) -> float:
        """One white bar for each input, past all neurons; returns how high they are."""
        n, u = brick.inputs, brick.outputs
        self.boxes: list[Solid] = []
        laid = [[2 * u]] if 2 * u in PLATES else courses(2 * u, 2)
        for i in range(n):
            studs = [(2 * i - n, 2 * j + 1 - u) for j in range(u)]
            self.put((2 * i - n, -u, 0), (1, 2 * u, PLATE * len(laid)), "signal",
                     {"layer": brick.name, "row": i}, studs, laid)
        return PLATE * len(laid)

    def neuron(self, brick: Brick, j: int, low: float) -> None:
        """Its weights, products, sum and activation."""
        n, b, name = brick.inputs, 2 * j - brick.outputs, brick.name
        for i in range(n):
            a = 2 * i - n
            css, data = "weight", {"layer": name, "row": i, "unit": j}
            if self.style.weights and brick.strength is not None:
                step, sign = strength(float(brick.strength[i, j]))
                css = " ".join(filter(None, (css, step, sign)))
                data = {**data, "value": parts.number(brick.kernel[i, j])}
            self.put((a, b, low), (1, 1, BRICK), css, data, top=False)
            self.put((a, b, low + BRICK), (1, 1, PLATE), "multiply",
                     {"layer": name, "row": i, "unit": j}, top=False)
        at, data = (-n, b, low + BRICK + PLATE), {"layer": name, "unit": j}
        laid = [[2 * n]] if 2 * n in BRICKS else courses(2 * n, 3)
        self.put(at, (2 * n, 1, BRICK), "sum", data, laid=laid, top=False)
        at = (-n, b, at[2] + BRICK)
        if self.biased(brick):
            known = {} if brick.bias is None else {"value": parts.number(brick.bias[j])}
            self.put(at, (2 * n, 1, PLATE), "bias", {**data, **known},
                     laid=[cut(2 * n, PLATES)], top=False)
            at = (-n, b, at[2] + PLATE)
        if not parts.one_bar(brick):
            self.put(at, (2 * n, 1, PLATE), "activation", data, [(self.out, b)],
                     [self.covers(n, True)])

    def covers(self, n: int, plate: bool) -> list[int]:
        """The tiles that cover a sum, left and right of the stud that goes out (on a plate)."""
        left = round(self.out) + n
        return [*cut(left, TILES), *[1] * plate, *cut(2 * n - left - 1, TILES)]

    def bar(self, brick: Brick, z: float) -> None:
        """A softmax: one bar across all neurons, a stud for each, the rest of them covered."""
        n, u, pieces = brick.inputs, brick.outputs, []
        for start, end in ((-n, self.out), (self.out + 1, n)):
            pieces += [((start, 2 * j - u, z), (end - start, 1, PLATE), (),
                        [cut(round(end - start), TILES)]) for j in range(u) if end > start]
            if end == self.out:
                studs = [(self.out, 2 * j - u) for j in range(u)]
                pieces.append(((self.out, -u, z), (1, 2 * u, PLATE), studs,
                               [cut(2 * u, PLATES)]))
        for at, size, studs, laid in pieces:
            self.put(at, size, "activation", {"layer": brick.name}, studs, laid)
        first, *others = self.boxes[-len(pieces):]
        first.others = others
        del self.boxes[-len(others):]

    def biased(self, brick: Brick) -> bool:
        """Whether its biases are drawn."""
        return self.style.bias and brick.biased

    def slab(self, brick: Brick) -> Floor:
        """A layer without synapses: one plate with all its outputs on it."""
        n = brick.outputs
        self.boxes = []
        self.put((-n, self.out, 0), (2 * n - 1, 1, PLATE),
                 "activation" if brick.activation != "linear" else "plate", {"layer": brick.name},
                 [(2 * i - n, self.out) for i in range(n)])
        return Floor(self.boxes, PLATE)

    def put(self, at: Point, size: Point, css: str, data: dict, studs=(), laid=(),
            top: bool = True) -> None:
        """A solid given in the layer's axes; `laid` is how long the bricks of each course are."""
        turn = (lambda a, b: (a, b)) if self.along_x else (lambda a, b: (b, a))
        along = "left" if self.along_x else "right"
        tops = tuple((x + 0.5, y + 0.5) for x, y in (turn(*s) for s in studs))
        solid = Solid((*turn(*at[:2]), at[2]), (*turn(*size[:2]), size[2]), css, data, tops, top,
                      css.startswith("weight") and css.endswith("neg"), sign=along)
        solid.seams = _seams(solid, laid)
        self.boxes.append(solid)


def _seams(solid: Solid, laid) -> list[tuple[Point, Point]]:
    """The joints of a bar that is laid in courses, from below, where they are seen."""
    (x, y, z), (dx, dy, dz) = solid.at, solid.size
    along_x, height, lines = dx > dy, dz / max(1, len(laid)), []
    for k, pieces in enumerate(laid):
        low, high = z + k * height, z + (k + 1) * height
        if k:
            lines += [((x, y + dy, low), (x + dx, y + dy, low)),
                      ((x + dx, y, low), (x + dx, y + dy, low))]
        joint = 0
        for length in pieces[:-1]:
            joint += length
            a, b = ((x + joint, y + dy), (x + joint, y)) if along_x else (
                (x + dx, y + joint), (x, y + joint))
            lines.append(((*a, low), (*a, high)))
            if solid.top and k == len(laid) - 1:
                lines.append(((*a, high), (*b, high)))
    return lines
