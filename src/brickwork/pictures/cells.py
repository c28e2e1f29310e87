"""A network's weights as coloured characters, for the terminal during training."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ..screen import cut, printable
from .network import Brick, Network
from .palette import BLUE, GREENS, RED
from .words import Words

_PLAIN = "·░▒▓█"  # the five greens without colours
_GLASS, _PLATE = "#B8C9D9", "#9AA5B1"


def cells(
    network: Network, columns: int, lines: int, colour: bool = True, labels: str = "en"
) -> list[str]:
    """Return a network as lines of text, the last layer first.

    Every weight is a cell with its sign, in green by its strength. Above the weights of a neuron
    are its sum, red, and its activation, blue. Layers that are too wide show how strongly each
    input, or group of inputs, is connected to the outputs.

    Args:
        network: the network to show.
        columns, lines: maximum size of the text.
        colour: whether to use ANSI colours.
        labels: "en" or "ko".

    >>> import numpy
    >>> brick = Brick("one", "Dense", 3, 1, True, numpy.array([[2.0], [-1.0], [0.1]]))
    >>> print("\\n".join(cells(Network("net", (brick,)), 40, 20, colour=False)))
    one: 3 → 1
      ▄▄▄▄▄▄
      ΣΣΣΣΣΣ
      +█-▒+·
    """
    words, wide = Words(labels), _cell_width(network, columns)
    bricks = list(reversed(network.bricks))
    widest = max(
        (w for w in (_width(b, wide) for b in bricks if b.dense) if w <= columns), default=0
    )
    rows = [_rows(brick, wide, widest, columns, colour, words) for brick in bricks]
    for most in (4, 2, 1):  # all rows; caption and weights; caption only
        if sum(min(most, len(part)) for part in rows) <= lines:
            break
    shown = [part[:1] + part[max(1, len(part) + 1 - most) :] for part in rows]
    flat = [line for part in shown for line in part]
    return flat if len(flat) <= lines else [*flat[: max(0, lines - 1)], "…"]


def _cell_width(network: Network, columns: int) -> int:
    """Return the width of a weight: 2 columns if every layer has room, else 1."""
    widths = [_width(b, 2) for b in network.bricks if b.dense and _width(b, 1) <= columns]
    return 2 if max(widths, default=0) <= columns else 1


def _width(brick: Brick, cell: int) -> int:
    return 2 + brick.outputs * (brick.inputs * cell + 1) - 1


def _rows(
    brick: Brick, wide: int, widest: int, columns: int, colour: bool, words: Words
) -> list[str]:
    """Return a layer's caption and its rows from the top, centred on the widest layer."""
    counts = (
        f"{brick.inputs:,} → {brick.outputs:,}"
        if brick.dense
        else f"{brick.kind} {brick.note}".strip()
    )
    function = f" · {words.range(brick.activation)}" if brick.activation != "linear" else ""
    caption = cut(printable(f"{brick.name}: {counts}{function}"), columns)
    if not brick.dense:
        return [caption]
    if brick.kernel is None:
        return [caption]
    paint = _Paint(colour)
    if _width(brick, wide) > columns:
        return [caption, "  " + _bands(brick, columns - 2, paint)]
    each, units = brick.inputs * wide, range(brick.outputs)
    left = " " * (2 + (widest - _width(brick, wide)) // 2)
    blue = " ".join(paint.bar(BLUE, brick.activation, each, "▄") for _ in units)
    red = " ".join(paint.bar(RED, "Σ", each, "Σ") for _ in units)
    strong = brick.strength
    green = " ".join(
        "".join(paint.weight(float(strong[i, j]), wide) for i in range(brick.inputs)) for j in units
    )
    return [caption, left + blue, left + red, left + green]


def spark(losses: list[float], columns: int = 24) -> str:
    """Return the losses as a small curve of bar characters.

    >>> spark([3.0, 2.0, 1.5, 1.0])
    '█▅▃▁'
    """
    if len(losses) < 2:
        return ""
    count = min(columns, len(losses))
    parts = [losses[len(losses) * k // count] for k in range(count - 1)] + losses[-1:]
    low, high = min(parts), max(parts)
    return "".join("▁▂▃▄▅▆▇█"[round(7 * (v - low) / ((high - low) or 1.0))] for v in parts)


def _bands(brick: Brick, columns: int, paint: _Paint) -> str:
    """Return a cell for each group of inputs: how strongly it is connected to the outputs."""
    count = min(brick.inputs, max(1, columns))
    cuts = [brick.inputs * k // count for k in range(count + 1)]
    values = brick.influence(list(pairwise(cuts)))
    return "".join(paint.weight(float(np.minimum(v / 2, 1)), 1, sign=False) for v in values)


class _Paint:
    """Formats cells with or without colours."""

    def __init__(self, colour: bool):
        self.colour = colour

    def bar(self, shade: str, text: str, width: int, plain: str) -> str:
        if not self.colour:
            return plain * width
        text = text if len(text) <= width and text != "linear" else ""
        return _coloured(f"{text:^{width}}", shade, 97)

    def weight(self, value: float, width: int, sign: bool = True) -> str:
        """Return the cell of a weight, by its strength from -1 to 1."""
        if value != value:
            return "?" * width
        step = min(len(GREENS) - 1, int(abs(value) * len(GREENS)))
        mark = ("-" if value < 0 else "+") if sign else " "
        if not self.colour:
            return (mark + _PLAIN[step])[-width:]
        return _coloured(f"{mark:^{width}}", GREENS[step], 97 if step > 3 else 30)


def _coloured(text: str, shade: str, ink: int) -> str:
    red, green, blue = (int(shade[k : k + 2], 16) for k in (1, 3, 5))
    return f"\x1b[{ink};48;2;{red};{green};{blue}m{text}\x1b[0m"
