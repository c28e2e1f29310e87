"""The neurons of a layer side by side, and overlaid so that every weight can be counted.

Overlaid, each neuron is behind the previous one, up and to the right, on the signals' rails,
which run to the back. Weights are far enough apart that those behind are visible between those in
front. The signs of sums and activations are on their visible parts.
"""

from __future__ import annotations

from ..network import Brick, Network
from ..pieces import BLUE, BRICK, PLATE, SOCKET, STUD, TEXT, Style, block, centred, times
from ..shapes import Line, Piece, Scene, Text, around, moved
from ..text import text_width
from . import levels, parts
from .parts import ARROW, arrows
from .rows import row

SIDE, UP = 1.0, 0.5  # in pitches: sideways step of each neuron, upward step of all together
NAMES = 18.0  # smallest distance of output names in pixels; else only the first and last are shown
HIGH = 1.2  # height of a multiplication, so that the signs of those behind are visible


def overlaid(network: Network, style: Style) -> Scene:
    """Return the scene with both panels of a layer."""
    brick = network.bricks[0]
    words = style.words
    left = levels.synapses(brick, 0, None, 0.0, style, "x")
    below = arrows(left.sockets, ARROW + 4, ARROW)
    above = arrows(left.studs, left.top - 0.35 * style.p, ARROW)
    separate = [left.piece, *below, *above]
    stacked = overlaid_neurons(brick, style)
    panels = ((separate, words["apart"]), (stacked, words["overlaid"]))
    # The text below the panels may be wider than they are.
    over = [
        max(0.0, text_width(text, TEXT + 1, True) + 16 - (around(panel)[2] - around(panel)[0]))
        for panel, text in panels
    ]
    gap = max(4 * style.p, sum(over) / 2)
    moved(
        stacked,
        around(separate)[2] + gap - around(stacked)[0],
        left.base + ARROW - around(stacked)[3],
    )
    shapes = [*separate, *stacked]
    bottom = around(shapes)[3] + 22
    for panel, text in panels:
        start, _, end, _ = around(panel)
        shapes += [
            Text((start + end) / 2, bottom, text, TEXT + 1, "", "middle", True),
            Text(
                (start + end) / 2,
                bottom + 18,
                words.product(brick.inputs, brick.outputs),
                TEXT,
                "soft",
                "middle",
            ),
        ]
    title = f"{brick.name}: {words['apart']}, {words['overlaid']}"
    return Scene(shapes, title, f"{words.product(brick.inputs, brick.outputs)}.")


def overlaid_neurons(brick: Brick, style: Style) -> list:
    """Draw the neurons, the last at the back, with the signals' rails."""
    p, n, u = style.p, brick.inputs, brick.outputs
    side = SIDE * p
    up = UP * p / max(1, u - 1)
    pitch = u * side
    xs = [(i + 0.5) * pitch for i in range(n)]
    pieces: list[Piece] = []
    for j in reversed(range(u)):
        pieces += _slice(brick, j, [x + j * side for x in xs], -j * up, style)
    rails = [_rail(brick, i, x, (u - 1) * side, (u - 1) * up, p) for i, x in enumerate(xs)]
    group = parts.layer_piece(brick, 0, [*rails, *pieces], brick.name)
    shapes: list = [group]
    for i, x in enumerate(xs):
        shapes += [
            *arrows(row(1, x, p), PLATE * p + ARROW + 4, ARROW),
            centred(f"x{i}", x, PLATE * p + ARROW + 14, TEXT),
        ]
    top = -(BRICK + HIGH + BRICK + BLUE + STUD) * p
    for j in range(u):
        x = (xs[0] + xs[-1]) / 2 + j * side
        shapes += arrows(row(1, x, p), top - j * up - 4, ARROW)
        if side >= NAMES or not j or (j == u - 1 and j * side >= NAMES):
            shapes.append(centred(f"y{j}", x, top - j * up - ARROW - 13, TEXT))
    return shapes


def _slice(brick: Brick, j: int, xs: list[float], floor: float, style: Style) -> list[Piece]:
    """Draw one neuron on the rails; the activation first, since sockets are drawn over studs."""
    p, name = style.p, brick.name
    left, width = xs[0] - p / 2, xs[-1] - xs[0] + p
    middle = left + width / 2
    high = floor - BRICK * p
    low = high - HIGH * p
    red = block("sum", {"layer": name, "unit": j}, left, low, width, BRICK * p, p, (), xs)
    visible = middle if j == 0 else left + width - SIDE * p / 2  # centre of the visible part
    red.parts.append(parts.sigma(visible, low - 0.68 * p, 0.32 * p))
    top = low - BRICK * p
    blue = block("activation", {"layer": name, "unit": j}, left, top, width, BLUE * p, p, (middle,))
    room = width if j == 0 else SIDE * p
    blue.parts += parts.function(brick.activation, visible, top - BLUE * p / 2, room, style)
    pieces = [blue, red]
    for i, x in enumerate(xs):
        yellow = block(
            "multiply",
            {"layer": name, "row": i, "unit": j},
            x - p / 2,
            high,
            p,
            HIGH * p,
            p,
            (x,),
            (x,),
        )
        yellow.parts.append(times(x, high - (SOCKET + 0.26) * p, 0.15 * p))
        pieces.append(yellow)
    return pieces + [levels.weight(brick, i, j, x, floor, style) for i, x in enumerate(xs)]


def _rail(brick: Brick, i: int, x: float, side: float, up: float, p: float) -> Piece:
    """Draw a transparent plate that carries one signal from the front to the last neuron."""
    left, right, thick = x - p / 2, x + p / 2, PLATE * p
    top = [(left, 0.0), (left + side, -up), (right + side, -up), (right, 0.0)]
    flank = [(right, 0.0), (right + side, -up), (right + side, thick - up), (right, thick)]
    front = [(left, 0.0), (right, 0.0), (right, thick), (left, thick)]
    return Piece(
        "signal",
        {"layer": brick.name, "row": i},
        [Line([stroke], "", closed=True) for stroke in (top, flank, front)],
    )
