"""What a picture consists of: rectangles, ellipses, lines, texts, and pieces made of them.

A piece is a brick: it has a class that says what it is and data that say which. Shapes know how
far they reach; nothing here knows SVG.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import cos, radians, sin

from .text import text_width

Bounds = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(slots=True)
class Rect:
    """A rectangle with its upper left corner at x, y; `r` rounds the corners."""

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
    """Strokes through points, each stroke a list of them; `closed` joins last to first, `curved`
    takes them by threes as Bezier's (two handles, one point) after the first."""

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
        """How wide it is drawn."""
        return text_width(self.text, self.size, self.bold)

    def bounds(self) -> Bounds:
        width = self.width
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y - 0.8 * self.size, left + width, self.y + 0.24 * self.size


@dataclass(slots=True)
class Piece:
    """Shapes that belong together: a brick, or a group of bricks.

    Attributes:
        css: what it is: "weight", "layer"...; the first word is its kind.
        data: "layer", "row", "unit", "value": which one it is.
        parts: what it consists of, drawn in this order.
        title: what a screen reader says of it, and a pointer that rests on it shows.
        turn: an angle in degrees (clockwise), and the point around which it is turned.
        negative: the brick of a positive weight, were it negative, where its shape is another.
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
        return around_points([turned((x, y), self.turn) for x in (left, right)
                              for y in (top, bottom)])

    def walk(self) -> Iterator:
        """Every shape in it, itself first."""
        yield self
        for part in self.parts:
            if isinstance(part, Piece):
                yield from part.walk()
            else:
                yield part


def turned(point: tuple[float, float], turn: tuple[float, float, float]) -> tuple[float, float]:
    """Where a point comes to lie."""
    angle, x, y = radians(turn[0]), turn[1], turn[2]
    dx, dy = point[0] - x, point[1] - y
    return x + dx * cos(angle) - dy * sin(angle), y + dx * sin(angle) + dy * cos(angle)


def around_points(points: Iterable[tuple[float, float]]) -> Bounds:
    """The smallest rectangle that holds the points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def around(parts: Iterable) -> Bounds:
    """The smallest rectangle that holds all of them; a point where there are none."""
    bounds: list[Bounds] = []
    _gather(parts, bounds)
    if not bounds:
        return 0.0, 0.0, 0.0, 0.0
    left, top, right, bottom = zip(*bounds, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _gather(parts: Iterable, bounds: list[Bounds]) -> None:
    """The bounds of all shapes; most are rectangles in pieces that are not turned."""
    for part in parts:
        if type(part) is Rect:
            bounds.append((part.x, part.y, part.x + part.w, part.y + part.h))
        elif type(part) is Piece and part.turn is None:
            _gather(part.parts, bounds)
        else:
            bounds.append(part.bounds())


@dataclass(slots=True)
class Scene:
    """A whole picture: its parts, what it is called, what it shows in words.

    Attributes:
        parts: pieces and shapes, drawn in this order.
        title, description: for screen readers.
        margin: paper around the parts.
    """

    parts: list
    title: str
    description: str
    margin: float = 16.0

    def bounds(self) -> Bounds:
        """The canvas."""
        left, top, right, bottom = around(self.parts)
        m = self.margin
        return left - m, top - m, right + m, bottom + m

    @property
    def width(self) -> float:
        """How wide the canvas is."""
        left, _, right, _ = self.bounds()
        return right - left

    def walk(self) -> Iterator:
        """Every shape in it."""
        yield from Piece(parts=self.parts).walk()


def moved(parts: list, dx: float, dy: float) -> list:
    """The parts, shifted; they are changed in place."""
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
