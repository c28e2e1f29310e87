"""The closed table of real parts: what a building may be made of, and what it is called where.

Sizes are in studs (8 mm) and plates (3.2 mm; a brick is three plates high). LDraw's numbers name
the part's file; BrickLink's name what one orders, and differ where a mould has variants.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Millimetres from stud to stud, and the height of a plate.
STUD, PLATE = 8.0, 3.2


@dataclass(frozen=True)
class Colour:
    """A colour that parts are made in: its name, LDraw's code, BrickLink's, and our paint for it
    (chosen so that the greens are told apart on paper, and red and green by all eyes)."""

    name: str
    ldraw: int
    bricklink: int
    paint: str


@dataclass(frozen=True)
class Part:
    """A part: `length` x `width` studs, `height` plates; a tile is smooth, without studs."""

    name: str
    ldraw: str
    bricklink: str
    length: int
    width: int
    height: int
    studs: bool = True


WHITE = Colour("white", 15, 1, "#F7F9FB")
GREEN = Colour("green", 2, 6, "#2F9E4B")
BRIGHT_GREEN = Colour("bright green", 10, 36, "#8FDD74")
DARK_GREEN = Colour("dark green", 288, 80, "#0F5132")
YELLOW = Colour("yellow", 14, 3, "#FFD43B")
RED = Colour("red", 4, 5, "#B3131A")
BLUE = Colour("blue", 1, 7, "#2166AC")
GREY = Colour("light grey", 71, 86, "#A5ABB1")

#: The greens of a weak, a middle and a strong weight. (Lime is paler, but next to yellow it reads
#: as yellow, the more so where colours are hard to tell apart.)
GREENS = (BRIGHT_GREEN, GREEN, DARK_GREEN)


def _row(kind: str, height: int, numbers: dict[int, str], studs: bool = True) -> dict[int, Part]:
    """Parts one stud wide, by their length; "3023b 3023" is LDraw's number, then BrickLink's."""
    return {length: Part(f"{kind} 1 x {length}", text.split()[0], text.split()[-1], length, 1,
                         height, studs) for length, text in numbers.items()}


BRICKS = _row("brick", 3, {1: "3005", 2: "3004", 4: "3010", 6: "3009", 8: "3008"})
PLATES = _row("plate", 1, {1: "3024", 2: "3023b 3023", 4: "3710", 6: "3666", 8: "3460"})
TILES = _row("tile", 1, {1: "3070b", 2: "3069b", 4: "2431"}, studs=False)
ROUND = Part("round brick 1 x 1", "3062b", "3062b", 1, 1, 3)
BASES = (Part("baseplate 16 x 16", "3867", "3867", 16, 16, 1),
         Part("baseplate 32 x 32", "3811", "3811", 32, 32, 1))

COLOURS = (WHITE, *GREENS, YELLOW, RED, BLUE, GREY)
PARTS = (*BRICKS.values(), ROUND, *PLATES.values(), *TILES.values(), *BASES)


@dataclass(frozen=True)
class Placed:
    """A part in its place.

    Attributes:
        part, colour: from the table.
        x, y, z: its least corner: x and z in studs, y upward in plates from the ground.
        turned: its length runs along z instead of x.
        step: when it is put there, from 1.
        role: "axon", "weight", "multiply", "sum", "activation", "tile" (what covers the
            dendrites' other studs) or "base".
        layer, row, unit: of which floor, input and neuron, from 0; None where it is of all.
    """

    part: Part
    colour: Colour
    x: int
    y: int
    z: int
    turned: bool = False
    step: int = 1
    role: str = ""
    layer: int | None = None
    row: int | None = None
    unit: int | None = None

    @property
    def size(self) -> tuple[int, int]:
        """How many studs it takes along x and z."""
        length, width = self.part.length, self.part.width
        return (width, length) if self.turned else (length, width)


def cut(length: int, sizes) -> list[int]:
    """A length as the fewest pieces of the sizes 1, 2, 4 (and 6, 8), the longest first.

    >>> cut(13, TILES)
    [4, 4, 4, 1]
    """
    pieces = []
    for size in sorted(sizes, reverse=True):
        pieces += [size] * ((length - sum(pieces)) // size)
    return pieces


def courses(length: int, count: int) -> list[list[int]]:
    """How plates make one bar of an even length over 8: in courses whose joints are staggered.

    One course is laid from this end and the next from the other; where that would put the joints
    above one another (a multiple of 8), the second begins with half a plate.

    >>> courses(12, 2), courses(16, 2)
    ([[8, 4], [4, 8]], [[8, 8], [4, 8, 4]])
    """
    there = cut(length, PLATES)
    back = there[::-1] if length % 8 else [4, *cut(length - 8, PLATES), 4]
    return [back if course % 2 else there for course in range(count)]


def farthest_first(placed) -> list[Placed]:
    """Parts of a building in the order in which they are painted: see `scene.solid`."""
    return sorted(placed, key=lambda p: (p.y, p.x, p.z))
