"""Comparisons side by side: levels, assembly, layers that do not fit, Keras's boxes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from .. import boxes as dot
from ..network import Brick, Network
from ..pieces import STUD, TEXT, Style
from ..shapes import Ellipse, Line, Piece, Rect, Scene, Text, around, moved, turned
from ..text import text_width
from . import description, levels, parts
from .captions import caption, column, shortened
from .parts import ARROW
from .rows import row
from .tower import input_arrows, output_arrows, totals, tower

NARROW = 600.0  # page width in pixels below which bricks and boxes have no captions beside them


def code(brick: Brick) -> str:
    """Return the call that creates the layer."""
    function = "" if brick.activation == "linear" else f", activation='{brick.activation}'"
    return f"{brick.kind}({brick.outputs}, input_dim={brick.inputs}{function})"


def three_levels(network: Network, style: Style) -> Scene:
    """Return the scene of one layer at the three levels.

    Size, sockets and studs are the same; the inside differs. The panels are side by side, or one
    below another if the style says so.
    """
    brick, words, p = network.bricks[0], style.words, style.p
    style = replace(style, feet=True)  # show the inputs' names at every level
    first = levels.synapses(brick, 0, None, 0.0, style, "x")
    height = first.base - first.top
    shapes: list = []
    taken = None
    for key, make in levels.LEVELS.items():
        # A head is as wide as its neuron's slice at every level, except in columns.
        apart = [b - a for a, b in pairwise(first.studs.xs)]
        studs = replace(first.studs, p=min([brick.inputs * p, *apart]))
        natural = make(brick, 0, first.sockets, 0.0, style, "x", studs)
        drawn = make(
            brick, 0, first.sockets, 0.0, style, "x", studs, height - (natural.base - natural.top)
        )
        panel = [
            drawn.piece,
            *input_arrows(drawn.sockets, 0.0, style),
            *output_arrows(drawn.studs, drawn.top, style),
        ]
        middle = (drawn.left + drawn.right) / 2
        lines = [
            (words[key], True),
            (
                f"{brick.inputs:,} → {brick.outputs:,}"
                if key == "bricks"
                else words.product(brick.inputs, brick.outputs),
                False,
            ),
        ]
        panel += [
            Text(
                middle, ARROW + 44 + 17 * k, text, TEXT + 1, "" if bold else "soft", "middle", bold
            )
            for k, (text, bold) in enumerate(lines)
        ]
        if taken is not None and style.beside:
            moved(panel, taken[2] + 2.5 * p - around(panel)[0], 0.0)
        elif taken is not None:
            moved(panel, 0.0, taken[3] + 30 - around(panel)[1])
        taken = around(panel)
        shapes += panel
    left, top, right, _ = around(shapes)
    room, heading = max(300.0, right - left), [code(brick), words.range(brick.activation)]
    if text_width(" · ".join(heading), 14, True) <= room:
        heading = [" · ".join(heading)]
    shapes += [
        Text(
            (left + right) / 2,
            top - 20 - 18 * k,
            shortened(text, 14, True, room),
            14,
            "",
            "middle",
            True,
        )
        for k, text in enumerate(reversed(heading))
    ]
    return Scene(
        shapes,
        f"{code(brick)}: {', '.join(words[k] for k in levels.LEVELS)}",
        f"{words.product(brick.inputs, brick.outputs)}.",
    )


def assembly(network: Network, chosen: list[str], style: Style) -> Scene:
    """Return the scene of a chain apart, with lines from studs to sockets, then assembled."""
    words, p = style.words, style.p
    shapes: list = []
    right, foot = None, ARROW + 44
    for key, apart in (("taken apart", True), ("assembled", False)):
        stack = tower(network, chosen, style, apart)
        first, last = stack.layers[0], stack.layers[-1]
        panel = [
            *stack.shapes,
            *input_arrows(first.sockets, 0.0, style),
            *output_arrows(last.studs, last.top, style),
            Text((stack.left + stack.right) / 2, foot, words[key], TEXT + 1, "", "middle", True),
        ]
        if apart:
            notes = [
                caption(b, d.anchor[1], style, level)
                for b, d, level in zip(network.bricks, stack.layers, chosen, strict=True)
            ]
            panel += column(notes, stack.right + 2.2 * p, [d.anchor[0] for d in stack.layers])
        if right is not None:
            moved(panel, right + 2.5 * p - around(panel)[0], 0.0)
        right = around(panel)[2]
        shapes += panel
    left, _, right, bottom = around(shapes)
    shapes += totals(network, (left + right) / 2, bottom + 6, style)
    return Scene(
        shapes,
        f"{network.name}: {words['taken apart']}, {words['assembled']}",
        description(network, words),
    )


def misfit(lower: Brick, upper: Brick, style: Style) -> Scene:
    """Return the scene of a layer that does not fit another: the excess studs or sockets marked."""
    p, words = style.p, style.words
    below = levels.bricks(lower, 0, None, 0.0, style, "x")
    sockets = row(upper.inputs, 0.0, p)
    sockets = sockets.moved(below.studs.left - sockets.left)
    base = below.top - 2.2 * p
    above = levels.bricks(upper, 1, sockets, base, style)
    # Tilt wide bricks less, so that the far end stays in the picture.
    turn = -min(7.0, max(2.0, 70 * p / (above.right - above.left))), above.left, base
    above.piece.turn = turn
    joined = min(lower.outputs, upper.inputs)
    fits = [k for k in below.studs.shown if k < joined and k in sockets.shown]
    strokes = [
        [(below.studs.xs[k], below.top - STUD * p), turned((sockets.xs[k], base), turn)]
        for k in fits
    ]
    shapes: list = [
        Line(strokes, "guide"),
        above.piece,
        below.piece,
        *input_arrows(below.sockets, 0.0, style),
    ]
    unmatched = [
        (below.studs.xs[k], below.top - STUD * p / 2) for k in below.studs.shown if k >= joined
    ]
    unmatched += [
        turned((sockets.xs[k], base - 0.12 * p), turn) for k in sockets.shown if k >= joined
    ]
    shapes += [Ellipse(x, y, 0.5 * p, 0.42 * p, "fault") for x, y in unmatched]
    edge = min(below.left, above.left) - 0.8 * p
    for brick, y in ((lower, below.base + below.top), (upper, above.base + above.top)):
        shapes.append(Text(edge, y / 2, shortened(brick.name, TEXT, True), TEXT, "", "end", True))
    x = max(around(shapes)[2], below.right) + 20
    y = max(y for _, y in unmatched)
    shapes += [
        Line([[(max(x for x, _ in unmatched) + 0.5 * p, y), (x - 6, y)]], "leader"),
        Text(x, y + 4, words["nobody"], TEXT, "fault", "start", True),
    ]
    left, _, right, bottom = around(shapes)
    lines = words.misfit(lower.outputs, upper.inputs)
    shapes += [
        Text(
            (left + right) / 2,
            bottom + 26 + 18 * k,
            text,
            TEXT + 1,
            "soft" if k else "",
            "middle",
            not k,
        )
        for k, text in enumerate(lines)
    ]
    return Scene(shapes, f"{lower.name}, {upper.name}: {lines[0]}", " ".join(lines))


def beside_boxes(network: Network, chosen: list[str], chain: dot.Group, style: Style) -> Scene:
    """Return the scene of a model's bricks, upward, and Keras's boxes, downward, with links."""
    words, p = style.words, style.p
    stack = tower(network, chosen, style, apart=True)
    first, last = stack.layers[0], stack.layers[-1]
    shapes: list = [
        *stack.shapes,
        *input_arrows(first.sockets, 0.0, style),
        *output_arrows(last.studs, last.top, style),
    ]
    x = stack.left - p
    for brick, drawn in zip(network.bricks, stack.layers, strict=True):
        y = (drawn.base + drawn.top) / 2
        if style.page < NARROW:
            break  # the boxes show the names
        shapes.append(Text(x, y, shortened(brick.name, TEXT, True), TEXT, "", "end", True))
        if brick.dense:
            shapes.append(
                Text(x, y + 16, words.product(brick.inputs, brick.outputs), TEXT, "soft", "end")
            )
    drawn_boxes, at = _boxes(chain, stack.right + 6 * p, (last.top + first.base) / 2)
    shapes += drawn_boxes
    for brick, drawn in zip(network.bricks, stack.layers, strict=True):
        if brick.name in at:
            box, y = at[brick.name]
            start = drawn.right, (drawn.base + drawn.top) / 2
            shapes.append(
                Line(
                    [[start, (start[0] + 3 * p, start[1]), (box - 3 * p, y), (box, y)]],
                    "guide",
                    False,
                    True,
                )
            )
    _, _, _, bottom = around(shapes)
    left, _, right, _ = around(stack.shapes)
    heads = ((left + right) / 2, words["as bricks"]), (_middle(drawn_boxes), words["as boxes"])
    shapes += [Text(x, bottom + 24, text, TEXT + 1, "", "middle", True) for x, text in heads]
    return Scene(
        shapes,
        f"{network.name}: {words['as bricks']}, {words['as boxes']}",
        "; ".join(f"{b.name} ({b.kind}) {b.inputs} → {b.outputs}" for b in network.bricks) + ".",
    )


def _middle(shapes: list) -> float:
    left, _, right, _ = around(shapes)
    return (left + right) / 2


def _boxes(chain: dot.Group, left: float, centre: float):
    """Return Keras's boxes from the top down, centred vertically, and each link's end by name."""
    chained = list(chain.boxes())
    sizes = [dot.box_size(box) for box in chained]
    wide = max(width for width, _ in sizes)
    y = centre - (sum(h for _, h in sizes) + dot.GAP * (len(sizes) - 1)) / 2
    shapes: list = []
    at: dict[str, tuple[float, float]] = {}
    for k, (box, (width, height)) in enumerate(zip(chained, sizes, strict=True)):
        x = left + (wide - width) / 2
        at[box.name] = x, y + height / 2
        shapes.append(_box(box, x, y, width, height))
        if k + 1 < len(chained):
            middle, foot = left + wide / 2, y + height + dot.GAP
            shapes.append(
                Line(
                    [
                        [(middle, y + height), (middle, foot)],
                        [(middle - 4, foot - 6), (middle, foot), (middle + 4, foot - 6)],
                    ],
                    "arrow",
                )
            )
        y += height + dot.GAP
    return shapes, at


def _box(box: dot.Box, x: float, y: float, width: float, height: float) -> Piece:
    """Draw one of Keras's boxes in black and white, as Keras does."""
    shapes: list = [Rect(x, y, width, height, "boxedge")]
    heading = "".join(text for text, _ in box.heading())
    shapes.append(
        parts.centred(
            shortened(heading, dot.TITLE - 2, True, width - 8),
            x + width / 2,
            y + 20,
            dot.TITLE - 2,
            "white",
            True,
        )
    )
    top, tall = y + dot.TITLE + 8 + 2 * dot.PAD, dot.TEXT + 3 + 2 * dot.PAD
    for cells in box.rows:
        widths = [text_width(f"{c.label}{c.value}", dot.TEXT, True) + 2 * dot.PAD for c in cells]
        scale = (width - 2 * dot.RULE - dot.RULE * (len(cells) - 1)) / sum(widths)
        left = x + dot.RULE
        for cell, natural in zip(cells, widths, strict=True):
            w = natural * scale
            shapes += [
                Rect(left, top, w, tall, "boxcell"),
                parts.centred(
                    f"{cell.label}{cell.value}", left + w / 2, top + tall / 2, dot.TEXT - 1
                ),
            ]
            left += w + dot.RULE
        top += tall + dot.RULE
    return Piece("box", {}, shapes, box.name)
