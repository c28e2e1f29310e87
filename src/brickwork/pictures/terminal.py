"""A network as text: coloured bricks in a terminal, plain characters in a file."""

from __future__ import annotations

from math import log2

from ..screen import printable
from .network import Brick, Network, read
from .palette import BLUE, GREEN
from .words import Words

WIDEST = 12  # rows of up to this many units have two characters per unit
_GLASS, _PLATE = "#B8C9D9", "#9AA5B1"
_PLAIN = {GREEN: "▓", BLUE: "█", _GLASS: "░", _PLATE: "▒"}


def text(network: Network, colour: bool = False, labels: str = "en") -> str:
    """Return a network as lines of text, with the last layer at the top.

    >>> from brickwork.pictures.network import Brick, Network
    >>> print(text(Network("one", (Brick("dense", "Dense", 3, 1, True),))))
      ▂▂     dense · Dense
      ██     3 → 1
    ▓▓▓▓▓▓   3 × 1 = 3 synapses
    ░░░░░░
    """
    words = Words(labels)
    rows = [
        row
        for brick in reversed(network.bricks)
        for row in _brick(
            brick, words, [] if network.chain else [network.bricks[s].name for s in brick.sources]
        )
    ]
    wide = max(width for _, width, _, _ in rows)
    lines = [_line(row, wide, colour) for row in rows]
    counts = [b.synapses for b in network.bricks if b.dense]
    if len(counts) > 1:
        lines.append(words.total(counts))
    return "\n".join(lines)


def bars(layer, colour: bool = False, scale: float = 1.0) -> tuple[str, str]:
    """Return a layer as two small bars for a table: its body, and its activation below.

    A bar is "" if there is no activation, or if the layer's shapes are unknown.

    Args:
        layer: the layer.
        colour: whether to use ANSI colours.
        scale: factor of the width, less than 1 for narrow tables.

    >>> from brickwork.layers import Dense
    >>> bars(Dense(2, input_dim=4, activation="relu"))
    ('▓▓▓▓', ' ██')
    """
    try:
        bricks = read(layer).bricks
    except ValueError:
        return "", ""
    if not bricks:
        return "", ""
    n, u = (
        max(1, int(scale * width(units) / 2)) for units in (bricks[0].inputs, bricks[-1].outputs)
    )
    wide = max(n, u)
    body = _bar(GREEN if any(b.dense for b in bricks) else _PLATE, wide, colour)
    if bricks[-1].activation == "linear":
        return body, ""
    return body, " " * ((wide - u) // 2) + _bar(BLUE, u, colour)


def _bar(shade: str, width: int, colour: bool, inside: str = "") -> str:
    if not colour:
        return _PLAIN[shade] * width
    red, green, blue = (int(shade[k : k + 2], 16) for k in (1, 3, 5))
    ink = 97 if shade == BLUE else 30
    return f"\x1b[{ink};48;2;{red};{green};{blue}m{inside:^{width}}\x1b[0m"


def width(n: int) -> int:
    """Return the width of a row of n units in characters."""
    return 2 * n if n <= WIDEST else 2 * WIDEST + 2 * round(2 * log2(n / WIDEST))


def _brick(brick: Brick, words: Words, sources: list[str]) -> list[tuple[str, int, str, str]]:
    """Return rows ``(colour, width, text on it, text beside it)``, from studs to sockets.

    `sources` has the names of the source layers if the network branches.
    """
    n, u = width(brick.inputs), width(brick.outputs)
    kind = " ".join(filter(None, (brick.kind, brick.note)))
    name = f"{brick.name} · {kind}" + (f" ← {', '.join(sources)}" if sources else "")
    counts = f"{brick.inputs:,} → {brick.outputs:,}"
    blue = brick.activation != "linear"
    if not brick.dense:
        return [("", u, "", ""), (BLUE if blue else _PLATE, max(n, u), "", name)]
    activation = " · ".join(
        [
            *([words.range(brick.activation)] if blue else []),
            *([words.non_finite(brick.non_finite)] if brick.non_finite else []),
        ]
    )
    return [
        ("", u, "", name),
        (BLUE, u, brick.activation if blue else "", counts),
        (GREEN, max(n, u), counts, words.product(brick.inputs, brick.outputs)),
        (_GLASS, n, "", activation),
    ]


def _line(row: tuple[str, int, str, str], wide: int, colour: bool) -> str:
    shade, width, inside, beside = row
    inside = inside if len(inside) <= width - 2 else ""
    bar = _bar(shade, width, colour, inside) if shade else "▂" * width
    left = (wide - width) // 2
    return f"{' ' * left}{bar}{' ' * (wide - width - left)}   {printable(beside)}".rstrip()
