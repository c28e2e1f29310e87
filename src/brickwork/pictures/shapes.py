"""The shapes in pictures: rectangles, ellipses, lines, texts, and pieces made of them.

A piece is a brick: its class is its kind, and its data identify it. Shapes have bounds. Nothing
here depends on SVG.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import cos, radians, sin

from .text import text_width

Bounds = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(slots=True)
class Rect:
    """A rectangle with its upper left corner at x, y; `r` is the radius of its corners."""

    x: float
    y: float
    w: float
    h: float
    css: str = ""
    r: float = 0.0

    def bounds(self) -> Bounds:
        return self.x, self.y, self.x + self.w, self.y + self.h


@dataclass(slots=True)
class Ellipse:
    """An ellipse around x, y."""

    x: float
    y: float
    rx: float
    ry: float
    css: str = ""

    def bounds(self) -> Bounds:
        return self.x - self.rx, self.y - self.ry, self.x + self.rx, self.y + self.ry


@dataclass(slots=True)
class Line:
    """Strokes, each a list of points.

    If `closed`, the last point is joined to the first. If `curved`, the first point is followed by
    groups of three: two control points and the end of a cubic Bézier curve.
    """

    strokes: list[list[tuple[float, float]]]
    css: str = ""
    closed: bool = False
    curved: bool = False

    def bounds(self) -> Bounds:
        xs = [x for stroke in self.strokes for x, _ in stroke]
        ys = [y for stroke in self.strokes for _, y in stroke]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(slots=True)
class Text:
    """One line of text on a baseline; `anchor` is "start", "middle" or "end"."""

    x: float
    y: float
    text: str
    size: float = 12.0
    css: str = ""
    anchor: str = "start"
    bold: bool = False

    @property
    def width(self) -> float:
        """Its estimated width."""
        return text_width(self.text, self.size, self.bold)

    def bounds(self) -> Bounds:
        width = self.width
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y - 0.8 * self.size, left + width, self.y + 0.24 * self.size


@dataclass(slots=True)
class Piece:
    """Shapes that belong together: a brick, or a group of bricks.

    Attributes:
        css: its classes; the first is its kind, such as "weight" or "layer".
        data: "layer", "row", "unit", "value", which identify it.
        parts: its shapes and pieces, in drawing order.
        title: text for screen readers and tooltips.
        turn: a clockwise rotation in degrees, and its centre.
        negative: for a positive weight whose shape depends on its sign, the negative form.
    """

    css: str = ""
    data: dict[str, object] = field(default_factory=dict)
    parts: list = field(default_factory=list)
    title: str = ""
    turn: tuple[float, float, float] | None = None
    negative: Piece | None = None

    def bounds(self) -> Bounds:
        left, top, right, bottom = around(self.parts)
        if self.turn is None:
            return left, top, right, bottom
        return around_points(
            [turned((x, y), self.turn) for x in (left, right) for y in (top, bottom)]
        )

    def walk(self) -> Iterator:
        """Yield every shape in it, itself first."""
        yield self
        for part in self.parts:
            if isinstance(part, Piece):
                yield from part.walk()
            else:
                yield part


def turned(point: tuple[float, float], turn: tuple[float, float, float]) -> tuple[float, float]:
    """Return the rotated point."""
    angle, x, y = radians(turn[0]), turn[1], turn[2]
    dx, dy = point[0] - x, point[1] - y
    return x + dx * cos(angle) - dy * sin(angle), y + dx * sin(angle) + dy * cos(angle)


def around_points(points: Iterable[tuple[float, float]]) -> Bounds:
    """Return the bounds of the points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def around(parts: Iterable) -> Bounds:
    """Return the bounds of all shapes; zeros if there are none."""
    bounds: list[Bounds] = []
    _gather(parts, bounds)
    if not bounds:
        return 0.0, 0.0, 0.0, 0.0
    left, top, right, bottom = zip(*bounds, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _gather(parts: Iterable, bounds: list[Bounds]) -> None:
    """Append the bounds of all shapes; fast for rectangles in unrotated pieces, which are most."""
    for part in parts:
        if type(part) is Rect:
            bounds.append((part.x, part.y, part.x + part.w, part.y + part.h))
        elif type(part) is Piece and part.turn is None:
            _gather(part.parts, bounds)
        else:
            bounds.append(part.bounds())


@dataclass(slots=True)
class Scene:
    """A whole picture.

    Attributes:
        parts: pieces and shapes, in drawing order.
        title, description: texts for screen readers.
        margin: width of the margin around the parts.
    """

    parts: list
    title: str
    description: str
    margin: float = 16.0

    def bounds(self) -> Bounds:
        """Return the bounds of the canvas."""
        left, top, right, bottom = around(self.parts)
        m = self.margin
        return left - m, top - m, right + m, bottom + m

    @property
    def width(self) -> float:
        """The width of the canvas."""
        left, _, right, _ = self.bounds()
        return right - left

    def walk(self) -> Iterator:
        """Yield every shape in it."""
        yield from Piece(parts=self.parts).walk()


def moved(parts: list, dx: float, dy: float) -> list:
    """Shift the parts in place, and return them."""
    for part in parts:
        if isinstance(part, Piece):
            moved(part.parts, dx, dy)
            if part.turn is not None:
                part.turn = part.turn[0], part.turn[1] + dx, part.turn[2] + dy
        elif isinstance(part, Line):
            part.strokes = [[(x + dx, y + dy) for x, y in stroke] for stroke in part.strokes]
        else:
            part.x += dx
            part.y += dy
    return parts
