"""The table of real parts for buildings, with their numbers in LDraw and at BrickLink.

Sizes are in studs (8 mm) and plates (3.2 mm; a brick is three plates high). LDraw's number is the
name of the part's file; BrickLink's is for ordering, and differs if a mould has variants.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Pitch of studs and height of a plate, in millimetres.
STUD, PLATE = 8.0, 3.2


@dataclass(frozen=True)
class Colour:
    """A colour of parts: its name, the codes of LDraw and BrickLink, and the colour in drawings.

    The colours in drawings are chosen so that the greens can be distinguished on paper, and red and
    green with any form of colour vision.
    """

    name: str
    ldraw: int
    bricklink: int
    paint: str


@dataclass(frozen=True)
class Part:
    """A part of `length` x `width` studs and `height` plates; a tile has no studs."""

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

#: The greens of a weak, a medium and a strong weight. (Lime is paler, but beside yellow it looks
#: yellow, especially with a colour-vision deficiency.)
GREENS = (BRIGHT_GREEN, GREEN, DARK_GREEN)


def _parts_by_length(
    kind: str, height: int, numbers: dict[int, str], studs: bool = True
) -> dict[int, Part]:
    """Return parts one stud wide by length; "3023b 3023" is the LDraw and the BrickLink number."""
    return {
        length: Part(
            f"{kind} 1 x {length}", text.split()[0], text.split()[-1], length, 1, height, studs
        )
        for length, text in numbers.items()
    }


BRICKS = _parts_by_length("brick", 3, {1: "3005", 2: "3004", 4: "3010", 6: "3009", 8: "3008"})
PLATES = _parts_by_length("plate", 1, {1: "3024", 2: "3023b 3023", 4: "3710", 6: "3666", 8: "3460"})
TILES = _parts_by_length("tile", 1, {1: "3070b", 2: "3069b", 4: "2431"}, studs=False)
ROUND = Part("round brick 1 x 1", "3062b", "3062b", 1, 1, 3)
BASES = (
    Part("baseplate 16 x 16", "3867", "3867", 16, 16, 1),
    Part("baseplate 32 x 32", "3811", "3811", 32, 32, 1),
)

COLOURS = (WHITE, *GREENS, YELLOW, RED, BLUE, GREY)
PARTS = (*BRICKS.values(), ROUND, *PLATES.values(), *TILES.values(), *BASES)


@dataclass(frozen=True)
class Placed:
    """A part with its position.

    Attributes:
        part, colour: entries of the table.
        x, y, z: its least corner: x and z in studs, y up in plates from the ground.
        turned: whether its length is along z instead of x.
        step: number of its step, from 1.
        role: "axon", "weight", "multiply", "sum", "activation", "tile" (a cover of other studs of
            the dendrites) or "base".
        layer, row, unit: indices of its floor, input and neuron; None if it belongs to all.
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
        """Its size in studs along x and z."""
        length, width = self.part.length, self.part.width
        return (width, length) if self.turned else (length, width)


def cut(length: int, sizes) -> list[int]:
    """Return a length as the fewest pieces of the sizes 1, 2, 4 (and 6, 8), the longest first.

    >>> cut(13, TILES)
    [4, 4, 4, 1]
    """
    pieces = []
    for size in sorted(sizes, reverse=True):
        pieces += [size] * ((length - sum(pieces)) // size)
    return pieces


def courses(length: int, count: int) -> list[list[int]]:
    """Return courses of plates for a bar of an even length over 8, with staggered joints.

    Courses are laid from alternate ends. If the joints would then be above each other (for a
    multiple of 8), every second course begins with half a plate.

    >>> courses(12, 2), courses(16, 2)
    ([[8, 4], [4, 8]], [[8, 8], [4, 8, 4]])
    """
    even = cut(length, PLATES)
    odd = even[::-1] if length % 8 else [4, *cut(length - 8, PLATES), 4]
    return [odd if course % 2 else even for course in range(count)]


def farthest_first(placed) -> list[Placed]:
    """Return the parts of a building in drawing order; see `scene.solid`."""
    return sorted(placed, key=lambda p: (p.y, p.x, p.z))
