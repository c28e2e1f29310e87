"""The front view of a layer at three levels, each a function with the same arguments.

    synapses    every weight is a green brick
    lines       every weight is a line from its socket to its sum
    bricks      a closed brick with its counts

Each draws from `base` upward, on the given sockets or on new ones if they are None.
"""

from __future__ import annotations

import numpy as np

from ..network import Brick
from ..pieces import BRICK, SOCKET, Style, block, centred, sign_on, strength, times
from ..shapes import Line, Piece, Rect
from ..text import text_width
from . import parts, plates
from .parts import TIMES, Drawn
from .rows import Row, aligned, row, row_at

SLICE_GAP, BAND = 0.5, 0.3
#: With more lines than this, weak ones are thin and pale so that strong ones stand out.
MANY = 200
#: Position of the break in the hidden part of a long row: beside the text in its middle.
CUT = 0.85
#: Inputs with at least this influence, relative to the mean, have the darkest green.
MOST_INFLUENCE = 2.0


def centre_of(sockets: Row | None) -> float:
    """Return the centre of a row; 0 for None."""
    return 0.0 if sockets is None else (sockets.left + sockets.right) / 2


def synapses(
    brick: Brick,
    index: int,
    sockets: Row | None,
    base: float,
    style: Style,
    names: str = "",
    studs: Row | None = None,
    rise: float = 0.0,
) -> Drawn:
    """Draw a slice for each neuron, side by side on the signals' plates.

    Args:
        brick, index: the layer and its position in the network.
        sockets: the row of sockets; None for a new one.
        base: y of the bottom.
        style: how to draw.
        names: prefix of the signals' names; "" for none.
        studs: the row of studs; computed here at this level.
        rise: extra height in pixels.
    """
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
    studs = Row(
        tuple(left + j * (n * p + gap) + n * p / 2 for j in range(u)), left, left + width, p, True
    )
    greens = [[studs.xs[j] + (i - (n - 1) / 2) * p for i in range(n)] for j in range(u)]
    on_sockets = u == 1 and aligned(sockets, row_at(greens[0], p))
    with_feet = on_sockets or not given or style.feet
    foot = base - style.foot if with_feet else base
    floor = foot if on_sockets else foot - plates.height(n, p) - rise
    signals = (
        parts.signals(brick, sockets.all_shown, base, style, names)
        if with_feet
        else [plates.socket(brick, i, x, base, p) for i, x in enumerate(sockets.xs)]
    )
    glass = (
        [] if on_sockets else plates.signal_plates(brick, signals, sockets, greens, foot, floor, p)
    )
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
    return Drawn(
        piece,
        sockets,
        studs,
        min(left, sockets.left),
        max(left + width, sockets.right),
        base,
        top,
        (left + width, (floor + top) / 2),
    )


def slice_gap(inputs: int) -> float:
    """Return the gap between the slices of two neurons, in pitches."""
    return SLICE_GAP if inputs > 1 else SLICE_GAP / 2


def neuron(brick: Brick, j: int, xs: list[float], floor: float, style: Style) -> list[Piece]:
    """Draw one neuron: weights, a multiplication on each, the sum over them; upper pieces first."""
    p, name = style.p, brick.name
    half = p / 2
    high = floor - BRICK * p
    top = high - TIMES * p
    red = block(
        "sum", {"layer": name, "unit": j}, xs[0] - half, top, len(xs) * p, BRICK * p, p, (), xs
    )
    red.parts.append(parts.sigma(xs[0] + (len(xs) - 1) * half, top - 0.68 * p, 0.32 * p))
    yellows, greens = [], []
    for i, x in enumerate(xs):
        yellow = block(
            "multiply",
            {"layer": name, "row": i, "unit": j},
            x - half,
            high,
            p,
            TIMES * p,
            p,
            (x,),
            (x,),
        )
        yellow.parts.append(times(x, high - (SOCKET + TIMES) / 2 * p, 0.15 * p))
        yellows.append(yellow)
        greens.append(weight(brick, i, j, x, floor, style))
    return [red, *yellows, *greens]


def weight(brick: Brick, i: int, j: int, x: float, floor: float, style: Style) -> Piece:
    """Draw the green brick of one weight; the centre of its bottom is at (x, floor)."""
    p = style.p
    data: dict = {"layer": brick.name, "row": i, "unit": j}
    css, sign = "", ""
    if style.weights and brick.strength is not None:
        data["value"] = parts.number(brick.kernel[i, j])
        css, sign = strength(float(brick.strength[i, j]))
    green = block(
        " ".join(filter(None, ("weight", css, sign))),
        data,
        x - p / 2,
        floor,
        p,
        BRICK * p,
        p,
        (x,),
        (x,),
        sign == "neg",
    )
    green.parts += sign_on(sign, x, floor - 0.7 * p, 0.2 * p)
    return green


def lines(
    brick: Brick,
    index: int,
    sockets: Row | None,
    base: float,
    style: Style,
    names: str = "",
    studs: Row | None = None,
    rise: float = 0.0,
) -> Drawn:
    """Draw a transparent brick with a line for each weight; arguments as in `synapses`."""
    p = style.p
    sockets, studs, left, right = _rows_and_ends(brick, sockets, studs, p)
    foot = base - style.foot
    top = foot - window_height(sockets, studs, p) * p - rise
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


def _rows_and_ends(brick: Brick, sockets: Row | None, studs: Row | None, p: float):
    """Return the rows of sockets and studs, created if None, and their left and right ends."""
    sockets = sockets or row(brick.inputs, 0.0, p)
    studs = studs or row(brick.outputs, centre_of(sockets), p)
    return (sockets, studs, min(sockets.left, studs.left), max(sockets.right, studs.right))


def window_height(sockets: Row, studs: Row, p: float) -> float:
    """Return the height of the lines in pitches; wide bricks need more to be legible."""
    wide = max(sockets.right - sockets.left, studs.right - studs.left) / p
    return min(9.0, max(2.4, 0.3 * wide))


def _strands(
    brick: Brick, sockets: Row, studs: Row, foot: float, top: float, style: Style
) -> list[Piece]:
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


def bricks(
    brick: Brick,
    index: int,
    sockets: Row | None,
    base: float,
    style: Style,
    names: str = "",
    studs: Row | None = None,
    rise: float = 0.0,
) -> Drawn:
    """Draw a closed brick: transparent base, green body with its counts, blue head."""
    p = style.p
    sockets, studs, left, right = _rows_and_ends(brick, sockets, studs, p)
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
    """Draw a band above the sockets: how strongly each input is connected to the outputs."""
    groups, height = sockets.groups, BAND * style.p
    influence = brick.influence([group[:2] for group in groups])
    if influence is None:
        return []
    pieces = []
    for (first, last, left, right), value in zip(groups, influence, strict=True):
        green, sign = strength(np.minimum(value / MOST_INFLUENCE, 1))
        pieces.append(
            Piece(
                f"band {green or sign}",
                {
                    "layer": brick.name,
                    "row": first,
                    "count": last - first,
                    "value": parts.number(value),
                },
                [Rect(left + 0.5, foot - height, right - left - 1, height - 0.5)],
            )
        )
    return pieces


def _break(sockets: Row, studs: Row, top: float, foot: float, p: float) -> list:
    """Draw a zigzag through a brick that is not drawn to its full width."""
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


def plate(
    brick: Brick,
    index: int,
    sockets: Row | None,
    base: float,
    style: Style,
    names: str = "",
    studs: Row | None = None,
    rise: float = 0.0,
) -> Drawn:
    """Draw a layer without synapses: a thin plate, blue if it only applies a function."""
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
        piece.parts += _plate_name(name, middle, y - 0.06 * height, right - left, hidden, style)
    group = parts.layer_piece(brick, index, [piece], title_of(brick, style))
    return Drawn(group, sockets, studs, left, right, base, base - height)


def _plate_name(name: str, x: float, y: float, room: float, hidden: int, style: Style) -> list:
    """Draw a plate's name if there is room, and the number of hidden studs."""
    more = style.words.more(hidden)
    text = f"{name} · {more}" if hidden else name
    if text_width(text, 11, True) > room - 8:
        text = more if hidden else ""
    shapes = [centred(text, x, y, 11, "", True)] if text else []
    return [Piece("more", {"count": hidden}, shapes)] if hidden else shapes


LEVELS = {"synapses": synapses, "lines": lines, "bricks": bricks}


def title_of(brick: Brick, style: Style) -> str:
    """Return the tooltip of a layer."""
    return (
        ", ".join(filter(None, (f"{brick.name} ({brick.kind})", *facts(brick, style))))
        or brick.name
    )


def facts(brick: Brick, style: Style) -> list[str]:
    """Return the texts of a layer's caption besides its name."""
    words = style.words
    non_finite = [words.non_finite(brick.non_finite)] if brick.non_finite else []
    if not brick.dense:
        count = (
            [words.reused()]
            if brick.reused and brick.parameters
            else ([words.parameter_count(brick.parameters)] if brick.parameters else [])
        )
        return [
            f"{brick.inputs:,} → {brick.outputs:,}"
            if brick.inputs != brick.outputs
            else words.outputs(brick.outputs),
            *count,
            *non_finite,
        ]
    texts = [f"{brick.inputs:,} → {brick.outputs:,}", words.product(brick.inputs, brick.outputs)]
    if brick.biased:
        texts.append(f"+ {words.biases(brick.outputs)}")
    if brick.reused:
        texts.append(words.reused())
    return [
        *texts,
        *([words.range(brick.activation)] if brick.activation != "linear" else []),
        *non_finite,
    ]
