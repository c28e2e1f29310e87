"""The SVG text of a brick in each of its looks, split where its value is.

A brick's look is its class: its green, and whether its weight is positive, negative or NaN. The
style of the class is also written as attributes, for programs that ignore style sheets, so each
look is written once separately.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from . import svg
from .pieces import negated
from .scene.parts import number
from .shapes import Piece

POSITIVE, NEGATIVE, BROKEN = 0, 1, 2
#: Their CSS classes.
FORMS = ("pos", "neg", "nan")
_GREEN = re.compile(r"\bs\d")

#: The text before the value, the text between it and the value in the title, the text after; and
#: whether the title has a value.
Cut = tuple[str, str, str, bool]


def form(value: float) -> int:
    """Return the form of a brick with this value; its green is separate."""
    return POSITIVE if value >= 0 else NEGATIVE if value < 0 else BROKEN


@dataclass(slots=True)
class Slot:
    """A brick with a value.

    Attributes:
        piece: the brick, drawn with a value of 1.
        index: the index of its layer.
        within: the classes of its enclosing groups.
        theme: as in `svg.svg`.
        nan_piece: returns the brick as drawn for NaN.
        cuts: its text in each look, by form and green.
    """

    piece: Piece
    index: int
    within: str
    theme: str
    nan_piece: Callable[[], Piece]
    cuts: dict[tuple[int, int], Cut] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """ "weight", "bias" or "band"."""
        return kind(self.piece)

    def cut(self, look: int, green: int) -> Cut:
        """Return its text in a look."""
        known = self.cuts.get((look, green))
        if known is None:
            known = self.cuts[look, green] = self._cut(look, green)
        return known

    def text(self, value: float, green: int) -> str:
        """Return its text with a value."""
        before, title, after, titled = self.cut(form(value), green)
        shown = str(number(value))
        return f"{before}{shown}{title}{shown if titled else ''}{after}"

    def _cut(self, look: int, green: int) -> Cut:
        piece = self.nan_piece() if look == BROKEN else self.piece
        title = piece.title
        if look == NEGATIVE and self.kind == "weight":
            piece = negated(piece)
        css = _GREEN.sub(f"s{green}", piece.css) if green >= 0 else piece.css
        piece = Piece(css, piece.data, piece.parts, title)
        out: list[str] = []
        svg.write(piece, out, self.theme, self.within)
        shown = number(piece.data["value"])
        start, end = "".join(out).split(f'data-value="{shown}"', 1)
        title, titled, after = end.partition(f" {shown}</title>")
        if not titled:
            return f'{start}data-value="', f'"{end}', "", False
        return f'{start}data-value="', f'"{title} ', f"</title>{after}", True


def kind(piece: Piece) -> str:
    """Return the kind of a brick, which is its first class."""
    return piece.css.partition(" ")[0]


def pieces_with_values(
    parts: list, index=None, within: str = ""
) -> Iterator[tuple[Piece, int, str]]:
    """Yield the bricks with values, in document order.

    Each is ``(brick, index of its layer, classes of its enclosing groups)``.
    """
    for part in parts:
        if isinstance(part, Piece):
            if kind(part) in ("weight", "bias", "band") and "value" in part.data:
                yield part, index, within
            else:
                yield from pieces_with_values(
                    part.parts, part.data.get("index", index), f"{within} {part.css}"
                )
