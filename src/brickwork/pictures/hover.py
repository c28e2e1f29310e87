"""Tooltips of bricks: what a brick is, its position, and its value."""

from __future__ import annotations

from collections.abc import Iterable

from .network import Brick, Network
from .shapes import Piece
from .words import Words

#: Maximum number of lines in a layer that have tooltips; more cannot be pointed at individually.
MOST_STRANDS = 512


def add_titles(parts: list, networks: Iterable[Network], words: Words) -> None:
    """Set the title of each brick in the layers; titles end in the brick's value if it has one.

    >>> from brickwork.layers import Dense
    >>> svg = Dense(1, input_dim=2).draw().svg()
    >>> "<title>x1 to neuron 0: weight</title>" in svg
    True
    """
    networks = list(networks)
    named = {brick.name: brick for network in networks for brick in network.bricks}
    for piece in _layers(parts):
        index = piece.data.get("index")
        brick = (
            networks[0].bricks[index]
            if len(networks) == 1 and index is not None
            else named.get(piece.data["layer"])
        )
        if brick is not None:
            first = not brick.sources and (len(networks) == 1 or not index)
            columns = networks[0].columns if len(networks) == 1 else ()
            crowded = brick.synapses > MOST_STRANDS
            for inner in piece.parts:
                if isinstance(inner, Piece) and not (crowded and "strand" in inner.css):
                    inner.title = inner.title or title_of(inner, brick, first, words, columns)


def _layers(parts: list) -> Iterable[Piece]:
    for part in parts:
        if isinstance(part, Piece):
            if part.css == "layer":
                yield part
            else:
                yield from _layers(part.parts)


def title_of(piece: Piece, brick: Brick, first: bool, words: Words, columns=()) -> str:
    """Return a brick's title, or "" for none.

    Args:
        piece: the brick.
        brick: its layer.
        first: whether the layer's inputs are the network's inputs.
        words: the language.
        columns: the names of the network's inputs, if known.
    """
    kind = piece.css.partition(" ")[0]
    row, unit = piece.data.get("row"), piece.data.get("unit")
    template = _TITLES.get(kind)
    if template is None or " more" in piece.css or (row is None and unit is None):
        return ""
    source = f"x{row}" if first else words.input(row)
    if first and row is not None and len(columns) == brick.inputs:
        source = columns[row]
    text = template(words, brick, source, unit, piece)
    value = piece.data.get("value")
    # Values of a sample have more digits than a tooltip needs.
    if value is None:
        return text
    between = " " if kind in ("weight", "bias") else " = "
    return f"{text}{between}{float(f'{float(value):.4g}')}"


_TITLES = {
    "signal": lambda words, brick, source, unit, piece: words.signal_in(source),
    "weight": lambda words, brick, source, unit, piece: words.weight_of(source, unit),
    "multiply": lambda words, brick, source, unit, piece: words.product_of(source, unit),
    "sum": lambda words, brick, source, unit, piece: words.sum_of(unit, brick.inputs, brick.biased),
    "bias": lambda words, brick, source, unit, piece: words.bias_of(unit),
    "activation": lambda words, brick, source, unit, piece: words.neuron(
        unit, words.range(brick.activation)
    ),
    "outlet": lambda words, brick, source, unit, piece: words.neuron(unit, words["output"]),
    "band": lambda words, brick, source, unit, piece: words.influence(
        piece.data["row"], piece.data["count"]
    ),
}
