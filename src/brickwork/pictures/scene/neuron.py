"""One neuron, large enough to label every piece."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from ..network import Brick, Network
from ..pieces import STUD, TEXT, Style, block, centred, sign_on, strength, times
from ..shapes import Line, Piece, Scene, Text
from ..text import text_width
from . import parts
from .captions import shortened
from .formula import short
from .parts import ARROW, arrows
from .rows import row

P, LEAST, APART = 72.0, 52.0, 0.42  # largest and smallest pitch in pixels; gap in pitches
MANY = 36.0  # pitch for many inputs, whose multiplications show only a sign
NARROW = 420.0  # page width in pixels below which labels show only the names of the pieces
HEIGHTS = {"signal": 0.8, "weight": 1.2, "multiply": 0.8, "sum": 1.0, "activation": 0.8}
ANATOMY = {"signal": "axon", "weight": "synapse", "sum": "dendrite"}
_SUB = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_STRONG = ((0.66, "strong"), (0.33, "middle"), (0.0, "weak"))


def indexed(letter: str, k: int) -> str:
    """Return a letter with a subscript.

    >>> indexed("x", 12)
    'x₁₂'
    """
    return letter + str(k).translate(_SUB)


def neuron(
    network: Network,
    style: Style,
    names: tuple[str, ...] = (),
    anatomy: bool = False,
    strengths: bool = False,
) -> Scene:
    """Return the scene of a network of a single neuron.

    Args:
        network: one layer with one output.
        style: language, and whether weights are shown; the pitch is chosen here.
        names: names of the inputs; by default x₀, x₁ and so on.
        anatomy: whether to add the names of the parts of a nerve cell.
        strengths: whether weights are labelled "strong", "middle" or "weak".
    """

    def drawn(p: float) -> Scene:
        return _Neuron(network.bricks[0], replace(style, p=p), names, anatomy, strengths).scene(
            network
        )

    for p in (P, LEAST, MANY) if network.bricks[0].inputs > 8 and not strengths else (P, LEAST):
        scene = drawn(p)
        if scene.width <= style.page:
            break
    return scene


class _Neuron:
    def __init__(self, brick: Brick, style: Style, names, anatomy: bool, strengths: bool):
        self.brick, self.style, self.anatomy = brick, style, anatomy
        self.p = style.p
        self.names = [shortened(t, TEXT, False) for t in names] or [
            indexed("x", i) for i in range(brick.inputs)
        ]
        self.strengths = strengths
        self.signs_only = self.p < LEAST and not strengths  # no room for products
        products = [] if self.signs_only else [self.product(i) for i in range(brick.inputs)]
        least = [text_width(text, 13) + 14 for text in (*self.names, *products)]
        if strengths and brick.inputs <= 4:  # the formula with values is longer than its terms
            least.append((text_width(self.formula(), 14, True) + 44) / brick.inputs)
        self.middle = 0.66 if self.signs_only else 0.6  # height of text on a piece
        self.wide = max(self.p, *least)
        self.xs = row(brick.inputs, 0.0, self.wide, full=True)
        self.bases: dict[str, float] = {}

    def scene(self, network: Network) -> Scene:
        pieces, base = [], 0.0
        for kind, height in HEIGHTS.items():
            self.bases[kind] = base
            pieces.append(getattr(self, kind)(base, height * self.p))
            base -= (height + APART) * self.p
        group = parts.layer_piece(
            self.brick, 0, [piece for floor in reversed(pieces) for piece in floor], self.brick.name
        )
        shapes = [self.guides(), group, *self.ends(), *self.legend()]
        words = self.style.words
        title = f"{self.brick.name}: {words.inputs(self.brick.inputs)}, {words.outputs(1)}"
        return Scene(
            shapes,
            title,
            f"{words.product(self.brick.inputs, 1)}. "
            f"{self.formula()}. {words.range(self.brick.activation)}.",
        )

    def product(self, i: int) -> str:
        """Return "w₀ × x₀", or the weight's value and the input's name if they are given."""
        if self.strengths and self.brick.kernel is not None:
            return f"{short(self.brick.kernel[i, 0])} × {self.names[i]}"
        return f"{indexed('w', i)} × {indexed('x', i)}"

    def formula(self) -> str:
        """Return "w₀x₀ + w₁x₁", abridged to the first and last terms if it is long."""
        n = self.brick.inputs
        terms = [self.product(i).replace(" × ", "·" if self.strengths else "") for i in range(n)]
        terms = terms if n <= 6 else [*terms[:2], "…", terms[-1]]
        return " + ".join(terms).replace("+ −", "− ")

    @property
    def crowded(self) -> bool:
        """Whether the formula does not fit on the red brick."""
        return text_width(self.formula(), 14, True) + 40 > self.xs.right - self.xs.left

    def blocks(self, css: str, base: float, height: float) -> list[Piece]:
        return [
            block(
                css,
                {"layer": self.brick.name, "row": i, "unit": 0},
                x - self.wide / 2,
                base,
                self.wide,
                height,
                self.p,
                (x,),
                (x,),
            )
            for i, x in enumerate(self.xs.xs)
        ]

    def signal(self, base: float, height: float) -> list[Piece]:
        pieces = self.blocks("signal", base, height)
        for piece, x, name in zip(pieces, self.xs.xs, self.names, strict=True):
            del piece.data["unit"]
            piece.parts.append(
                centred(
                    name,
                    x,
                    base - self.middle * height,
                    12.0 if self.signs_only else self.size(self.names),
                )
            )
        return pieces

    def size(self, texts) -> float:
        """Return the font size for these texts: large if all fit."""
        return 16.0 if all(text_width(t, 16) <= self.wide - 10 for t in texts) else 13.0

    def weight(self, base: float, height: float) -> list[Piece]:
        pieces = []
        for i, x in enumerate(self.xs.xs):
            data: dict = {"layer": self.brick.name, "row": i, "unit": 0}
            css, sign = "", ""
            if self.style.weights and self.brick.strength is not None:
                data["value"] = parts.number(self.brick.kernel[i, 0])
                css, sign = strength(float(self.brick.strength[i, 0]))
            piece = block(
                " ".join(filter(None, ("weight", css, sign))),
                data,
                x - self.wide / 2,
                base,
                self.wide,
                height,
                self.p,
                (x,),
                (x,),
                sign == "neg",
            )
            piece.parts += self.weight_text(i, x, base, sign)
            pieces.append(piece)
        return pieces

    def weight_text(self, i: int, x: float, base: float, sign: str) -> list:
        """Return the text on a green brick: the weight's name or strength, and its sign."""
        text, words = indexed("w", i), self.style.words
        if self.strengths and self.brick.strength is not None:
            size = abs(float(self.brick.strength[i, 0]))
            text = words[next((w for least, w in _STRONG if size >= least), "weak")]
        if not sign:
            return [centred(text, x, base - 0.7 * self.p, 16)]
        return [
            centred(text, x, base - 0.88 * self.p, self.size([words[w] for _, w in _STRONG])),
            *sign_on(sign, x, base - 0.46 * self.p, 7),
        ]

    def multiply(self, base: float, height: float) -> list[Piece]:
        pieces = self.blocks("multiply", base, height)
        for i, (piece, x) in enumerate(zip(pieces, self.xs.xs, strict=True)):
            if self.signs_only:
                piece.parts.append(times(x, base - 0.62 * height, 5.0))
                continue
            size = 13 if self.strengths else 14
            piece.parts.append(centred(self.product(i), x, base - 0.62 * height, size, "dark"))
        return pieces

    def sum(self, base: float, height: float) -> list[Piece]:
        left, width = self.xs.left, self.xs.right - self.xs.left
        middle = left + width / 2
        piece = block(
            "sum",
            {"layer": self.brick.name, "unit": 0},
            left,
            base,
            width,
            height,
            self.p,
            (middle,),
            self.xs.xs,
        )
        y, text = base - 0.6 * height, self.formula()
        room = text_width(text, 14, True)
        if not self.crowded:
            start = middle - (room + 26) / 2
            piece.parts += [
                parts.sigma(start + 8, y, 10),
                Text(start + 26, y + 5, text, 14, "white", "start", True),
            ]
        else:
            piece.parts.append(parts.sigma(middle, y, 12))
        return [piece]

    def activation(self, base: float, height: float) -> list[Piece]:
        left, width = self.xs.left, self.xs.right - self.xs.left
        middle = left + width / 2
        piece = block(
            "activation",
            {"layer": self.brick.name, "unit": 0},
            left,
            base,
            width,
            height,
            self.p,
            (middle,),
            (middle,),
        )
        piece.parts += parts.function(
            self.brick.activation, middle, base - self.middle * height, width, self.style
        )
        return [piece]

    def guides(self) -> Line:
        """Draw dashed lines between the pieces, which are slightly apart."""
        strokes = []
        kinds = list(HEIGHTS)
        for low, high in pairwise(kinds):
            start = self.bases[low] - (HEIGHTS[low] + STUD) * self.p
            middle = (self.xs.left + self.xs.right) / 2
            for x in (middle,) if low == "sum" else self.xs.xs:
                strokes.append([(x, start), (x, self.bases[high])])
        return Line(strokes, "guide")

    def ends(self) -> list:
        """Draw arrows into and out of the neuron."""
        middle = (self.xs.left + self.xs.right) / 2
        top = self.bases["activation"] - (HEIGHTS["activation"] + STUD) * self.p
        out = row(1, middle, self.p)
        return [
            *arrows(self.xs, ARROW + 4, ARROW),
            *arrows(out, top - 6, ARROW),
            centred("y", middle, top - ARROW - 20, 16),
        ]

    def legend(self) -> list:
        """Label each row at the right, and at the left with the parts of a nerve cell."""
        words, shapes = self.style.words, []
        x = self.xs.right + 22
        for kind, height in HEIGHTS.items():
            y = self.bases[kind] - height * self.p / 2
            label = words[kind]
            if self.style.page >= NARROW and kind == "activation":
                label = f"{label} f · {words.range(self.brick.activation)}"
            if self.style.page >= NARROW and kind == "weight":
                label = f"{label} · {self.brick.inputs} × 1 = {self.brick.inputs}"
            if kind == "sum" and self.crowded:
                label = f"{label} · {self.formula()}"
            label = shortened(label, TEXT + 1, False)
            shapes += [Line([[(x - 16, y), (x - 6, y)]], "leader"), Text(x, y + 4, label, TEXT + 1)]
            if self.anatomy and kind in ANATOMY:
                left = self.xs.left - 22
                shapes += [
                    Line([[(left + 16, y), (left + 6, y)]], "leader"),
                    Text(left, y + 5, words[ANATOMY[kind]], 15, "", "end", True),
                ]
        return shapes
