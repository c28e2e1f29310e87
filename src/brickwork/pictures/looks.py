"""The text of a brick in each of its looks, cut where its number stands.

A brick's look is its class: its green, and whether its weight is positive, negative or no number.
What the class says stands on its elements too, for programs that read no style sheet, so each look
is written anew, once.
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
#: What a class says of them.
FORMS = ("pos", "neg", "nan")
_GREEN = re.compile(r"\bs\d")

#: The text before the number, that between it and the number of the title, and that behind; and
#: whether there is a number in the title.
Cut = tuple[str, str, str, bool]


def form(value: float) -> int:
    """How a brick of this value is drawn, but for its green."""
    return POSITIVE if value >= 0 else NEGATIVE if value < 0 else BROKEN


@dataclass(slots=True)
class Slot:
    """A brick that carries a number.

    Attributes:
        piece: the brick, drawn with the value `mark`.
        index: the place of its layer.
        within: the classes of the groups that it is in.
        theme: as in `svg.svg`.
        broken: returns the brick as it is drawn where its value is no number.
        cuts: its text in each look, by form and green.
    """

    piece: Piece
    index: int
    within: str
    theme: str
    broken: Callable[[], Piece]
    cuts: dict[tuple[int, int], Cut] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """"weight", "bias" or "band"."""
        return kind(self.piece)

    def cut(self, look: int, green: int) -> Cut:
        """Its text in a look."""
        known = self.cuts.get((look, green))
        if known is None:
            known = self.cuts[look, green] = self._cut(look, green)
        return known

    def text(self, value: float, green: int) -> str:
        """Its text with a value."""
        before, title, after, titled = self.cut(form(value), green)
        said = str(number(value))
        return f"{before}{said}{title}{said if titled else ''}{after}"

    def _cut(self, look: int, green: int) -> Cut:
        piece = self.broken() if look == BROKEN else self.piece
        title = piece.title
        if look == NEGATIVE and self.kind == "weight":
            piece = negated(piece)
        css = _GREEN.sub(f"s{green}", piece.css) if green >= 0 else piece.css
        piece = Piece(css, piece.data, piece.parts, title)
        out: list[str] = []
        svg.write(piece, out, self.theme, self.within)
        said = number(piece.data["value"])
        start, end = "".join(out).split(f'data-value="{said}"', 1)
        title, titled, after = end.partition(f" {said}</title>")
        if not titled:
            return f'{start}data-value="', f'"{end}', "", False
        return f'{start}data-value="', f'"{title} ', f"</title>{after}", True


def kind(piece: Piece) -> str:
    """What a brick is: the first of its classes."""
    return piece.css.partition(" ")[0]


def valued(parts: list, index=None, within: str = "") -> Iterator[tuple[Piece, int, str]]:
    """The bricks that carry a number, in the order of the text, each with its layer's place and the
    classes of the groups that it is in."""
    for part in parts:
        if isinstance(part, Piece):
            if kind(part) in ("weight", "bias", "band") and "value" in part.data:
                yield part, index, within
            else:
                yield from valued(part.parts, part.data.get("index", index),
                                  f"{within} {part.css}")
