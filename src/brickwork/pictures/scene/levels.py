"""One layer from the front, at three levels, each a function with the same arguments.

    synapses    every weight is a green brick
    lines       every weight is a line from its socket to its sum
    bricks      the brick alone, with its counts

Each builds from `base` upward on given sockets, or on its own where none are given.
"""

from __future__ import annotations

import numpy as np

from ..network import Brick
from ..pieces import BRICK, SOCKET, Style, block, centred, sign_on, strength, times
from ..shapes import Line, Piece, Rect
from ..text import text_width
from . import parts, plates
from .parts import TIMES, Drawn
from .rows import Row, row, same, spread

SLICE_GAP, BAND = 0.5, 0.3
#: More lines than this are thin, and pale where they are weak: the strong ones are seen.
MANY = 200
#: Where a long row is broken off, in its part that is not drawn: beside what is written in the
#: middle.
CUT = 0.85
#: An input joined so many times as strongly as the mean one has the darkest green.
MOST_INFLUENCE = 2.0


def centre_of(sockets: Row | None) -> float:
    """The middle of a row; 0 where there is none."""
    return 0.0 if sockets is None else (sockets.left + sockets.right) / 2


def synapses(brick: Brick, index: int, sockets: Row | None, base: float, style: Style,
             names: str = "", studs: Row | None = None, rise: float = 0.0) -> Drawn:
    """A slice for each neuron, side by side on the plates of the signals; `rise` makes it
    taller."""
    if style.columns:
        from .columns import columns

        return columns(brick, index, sockets, base, style, names)
    p, n, u = style.p, brick.inputs, brick.outputs
    gap = slice_gap(n) * p
    width = u * n * p + (u - 1) * gap
    given = sockets is not None
    wide = max(p, min(style.input_width(), width / n)) if names and u > 1 else p
    sockets = sockets or row(n, 0.0, wide, full=True)
    left = centre_of(sockets) - width / 2
    studs = Row(tuple(left + j * (n * p + gap) + n * p / 2 for j in range(u)), left,
                left + width, p, True)
    greens = [[studs.xs[j] + (i - (n - 1) / 2) * p for i in range(n)] for j in range(u)]
    direct = u == 1 and same(sockets, spread(greens[0], p))
    footed = direct or not given or style.feet
    foot = base - style.foot if footed else base
    floor = foot if direct else foot - plates.height(n, p) - rise
    signals = parts.signals(brick, sockets.whole, base, style, names) if footed else [
        plates.socket(brick, i, x, base, p) for i, x in enumerate(sockets.xs)]
    glass = [] if direct else plates.add(brick, signals, sockets, greens, foot, floor, p)
    pieces: list[Piece] = []
    for j in range(u):
        pieces += neuron(brick, j, greens[j], floor, style)
    top = floor - (2 * BRICK + TIMES) * p
    if style.bias and brick.biased:
        pieces = parts.biases(brick, studs, top, style, n * p) + pieces
        top -= style.grey
    pieces = parts.activations(brick, studs, top, style, n * p) + pieces
    piece = parts.layer_piece(brick, index, pieces + glass + signals, title_of(brick, style))
    top -= style.blue
    return Drawn(piece, sockets, studs, min(left, sockets.left), max(left + width, sockets.right),
                 base, top, (left + width, (floor + top) / 2))


def slice_gap(inputs: int) -> float:
    """Pitches between the slices of two neurons."""
    return SLICE_GAP if inputs > 1 else SLICE_GAP / 2


def neuron(brick: Brick, j: int, xs: list[float], floor: float, style: Style) -> list[Piece]:
    """One neuron: weights, on each a multiplication, over them the sum; upper pieces first."""
    p, name = style.p, brick.name
    half = p / 2
    high = floor - BRICK * p
    top = high - TIMES * p
    red = block("sum", {"layer": name, "unit": j}, xs[0] - half, top, len(xs) * p, BRICK * p, p,
                (), xs)
    red.parts.append(parts.sigma(xs[0] + (len(xs) - 1) * half, top - 0.68 * p, 0.32 * p))
    yellows, greens = [], []
    for i, x in enumerate(xs):
        yellow = block("multiply", {"layer": name, "row": i, "unit": j}, x - half, high, p,
                       TIMES * p, p, (x,), (x,))
        yellow.parts.append(times(x, high - (SOCKET + TIMES) / 2 * p, 0.15 * p))
        yellows.append(yellow)
        greens.append(weight(brick, i, j, x, floor, style))
    return [red, *yellows, *greens]


def weight(brick: Brick, i: int, j: int, x: float, floor: float, style: Style) -> Piece:
    """The green brick of one weight, its foot in the middle at (x, floor)."""
    p = style.p
    data: dict = {"layer": brick.name, "row": i, "unit": j}
    css, sign = "", ""
    if style.weights and brick.strength is not None:
        data["value"] = parts.number(brick.kernel[i, j])
        css, sign = strength(float(brick.strength[i, j]))
    green = block(" ".join(filter(None, ("weight", css, sign))), data, x - p / 2, floor, p,
                  BRICK * p, p, (x,), (x,), sign == "neg")
    green.parts += sign_on(sign, x, floor - 0.7 * p, 0.2 * p)
    return green


def lines(brick: Brick, index: int, sockets: Row | None, base: float, style: Style,
          names: str = "", studs: Row | None = None, rise: float = 0.0) -> Drawn:
    """The brick in glass, and in it a line for each weight."""
    p = style.p
    sockets, studs, left, right = _between(brick, sockets, studs, p)
    foot = base - style.foot
    top = foot - window(sockets, studs, p) * p - rise
    strands = _strands(brick, sockets, studs, foot, top, style)
    case = Rect(left, top - BRICK * p, right - left, foot - top + BRICK * p, "case", 2)
    pieces = [case, *strands, *parts.sums(brick, studs, top, style)]
    top -= BRICK * p
    if style.bias and brick.biased:
        pieces += parts.biases(brick, studs, top, style)
        top -= style.grey
    pieces += parts.activations(brick, studs, top, style)
    pieces += parts.signals(brick, sockets, base, style, names)
    piece = parts.layer_piece(brick, index, pieces, title_of(brick, style))
    return Drawn(piece, sockets, studs, left, right, base, top - style.blue)


def _between(brick: Brick, sockets: Row | None, studs: Row | None, p: float):
    """The rows of sockets and studs, made where none are given, and how far both reach."""
    sockets = sockets or row(brick.inputs, 0.0, p)
    studs = studs or row(brick.outputs, centre_of(sockets), p)
    return (sockets, studs, min(sockets.left, studs.left), max(sockets.right, studs.right))


def window(sockets: Row, studs: Row, p: float) -> float:
    """How high the part with the lines is, in pitches: wide bricks need height to be legible."""
    wide = max(sockets.right - sockets.left, studs.right - studs.left) / p
    return min(9.0, max(2.4, 0.3 * wide))


def _strands(brick: Brick, sockets: Row, studs: Row, foot: float, top: float,
             style: Style) -> list[Piece]:
    known = style.weights and brick.strength is not None
    strong = brick.strength.tolist() if known else None
    kind = "weight strand" + (" many" if brick.synapses > MANY else "")
    kernel = brick.kernel.tolist() if known else None
    name, strands = brick.name, []
    for i, x in enumerate(sockets.xs):
        for j, to in enumerate(studs.xs):
            data = {"layer": name, "row": i, "unit": j}
            css = "unknown"
            if known:
                data["value"] = parts.number(kernel[i][j])
                css = " ".join(filter(None, strength(strong[i][j])))
            strands.append(Piece(f"{kind} {css}", data, [Line([[(x, foot), (to, top)]])]))
    return strands


def bricks(brick: Brick, index: int, sockets: Row | None, base: float, style: Style,
           names: str = "", studs: Row | None = None, rise: float = 0.0) -> Drawn:
    """The brick alone: transparent foot, green body with the two counts, blue head."""
    p = style.p
    sockets, studs, left, right = _between(brick, sockets, studs, p)
    foot = base - style.foot
    top = foot - 2.0 * p - rise
    body = Piece("body", {"layer": brick.name}, [Rect(left, top, right - left, foot - top, "", 2)])
    band = _band(brick, sockets, foot, style) if style.weights else []
    body.parts += _break(sockets, studs, top, foot - (BAND * p if band else 0), p)
    text = f"{brick.inputs:,} → {brick.outputs:,}"
    size = 14 if text_width(text, 14, True) <= right - left - 8 else 11
    if text_width(text, size, True) <= right - left - 4:
        body.parts.append(centred(text, (left + right) / 2, (foot + top) / 2, size, "dark", True))
    head = parts.activations(brick, studs, top, style)
    pieces = [*head, body, *band, *parts.signals(brick, sockets, base, style, names)]
    piece = parts.layer_piece(brick, index, pieces, title_of(brick, style))
    return Drawn(piece, sockets, studs, left, right, base, top - style.blue)


def _band(brick: Brick, sockets: Row, foot: float, style: Style) -> list[Piece]:
    """Above each socket, how strongly its input is joined to the outputs."""
    groups, height = sockets.groups, BAND * style.p
    influence = brick.influence([group[:2] for group in groups])
    if influence is None:
        return []
    pieces = []
    for (first, last, left, right), value in zip(groups, influence, strict=True):
        green, sign = strength(np.minimum(value / MOST_INFLUENCE, 1))
        pieces.append(Piece(f"band {green or sign}", {
            "layer": brick.name, "row": first, "count": last - first,
            "value": parts.number(value)},
            [Rect(left + 0.5, foot - height, right - left - 1, height - 0.5)]))
    return pieces


def _break(sockets: Row, studs: Row, top: float, foot: float, p: float) -> list:
    """A zigzag through a brick that is drawn narrower than it is."""
    wide = max((r for r in (sockets, studs) if r.hidden), key=lambda r: r.n, default=None)
    if wide is None:
        return []
    start, end = wide.zone
    x, steps, w = start + (end - start) * CUT, round(3 * (foot - top) / p), 0.16 * p
    ys = [top + (foot - top) * k / steps for k in range(steps + 1)]
    edge = [(x + (w if k % 2 else -w), y) for k, y in enumerate(ys)]
    gap = 0.3 * p
    outline = [*edge, *((x + gap, y) for x, y in reversed(edge))]
    return [Line([outline], "break", closed=True)]


def plate(brick: Brick, index: int, sockets: Row | None, base: float, style: Style,
          names: str = "", studs: Row | None = None, rise: float = 0.0) -> Drawn:
    """A thin plate: a layer without synapses. Blue where it only applies a function."""
    p = style.p
    sockets = sockets or row(brick.inputs, 0.0, p)
    even = brick.inputs == brick.outputs
    studs = studs or (sockets if even else row(brick.outputs, centre_of(sockets), p))
    left, right = min(sockets.left, studs.left), max(sockets.right, studs.right)
    height = style.blue
    blue = brick.activation != "linear"
    data = {"layer": brick.name}
    css = "activation" if blue else "signal" if brick.kind == "InputLayer" else "plate"
    piece = block(css, data, left, base, right - left, height, p, studs.drawn, sockets.drawn)
    piece.parts += _break(sockets, studs, base - height, base, p)
    middle, y = (left + right) / 2, base - 0.56 * height
    name = brick.kind if not brick.note else f"{brick.kind} {brick.note}"
    hidden = studs.hidden
    if blue:
        piece.parts += parts.function(brick.activation, middle, y, right - left, style, hidden)
    else:
        piece.parts += _named(name, middle, y - 0.06 * height, right - left, hidden, style)
    group = parts.layer_piece(brick, index, [piece], title_of(brick, style))
    return Drawn(group, sockets, studs, left, right, base, base - height)


def _named(name: str, x: float, y: float, room: float, hidden: int, style: Style) -> list:
    """A plate's name where there is room, and how many of its studs are not drawn."""
    more = style.words.more(hidden)
    text = f"{name} · {more}" if hidden else name
    if text_width(text, 11, True) > room - 8:
        text = more if hidden else ""
    shapes = [centred(text, x, y, 11, "", True)] if text else []
    return [Piece("more", {"count": hidden}, shapes)] if hidden else shapes


LEVELS = {"synapses": synapses, "lines": lines, "bricks": bricks}


def title_of(brick: Brick, style: Style) -> str:
    """What a pointer that rests on a layer is told."""
    return ", ".join(filter(None, (f"{brick.name} ({brick.kind})",
                                   *facts(brick, style)))) or brick.name


def facts(brick: Brick, style: Style) -> list[str]:
    """What a caption says of a layer besides its name."""
    words = style.words
    broken = [words.broken(brick.broken)] if brick.broken else []
    if not brick.dense:
        own = [words.again()] if brick.again and brick.parameters else (
            [words.parameter_count(brick.parameters)] if brick.parameters else [])
        return [f"{brick.inputs:,} → {brick.outputs:,}" if brick.inputs != brick.outputs
                else words.outputs(brick.outputs), *own, *broken]
    said = [f"{brick.inputs:,} → {brick.outputs:,}", words.product(brick.inputs, brick.outputs)]
    if brick.biased:
        said.append(f"+ {words.biases(brick.outputs)}")
    if brick.again:
        said.append(words.again())
    return [*said, *([words.range(brick.activation)] if brick.activation != "linear" else []),
            *broken]
