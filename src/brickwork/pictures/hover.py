"""What a brick says when the mouse rests on it: what it is, which, and its number."""

from __future__ import annotations

from collections.abc import Iterable

from .network import Brick, Network
from .shapes import Piece
from .words import Words

#: Lines of a layer that each say what they are: above that nobody can point at a single one.
MOST_STRANDS = 512


def explain(parts: list, networks: Iterable[Network], words: Words) -> None:
    """Give each brick of the layers its title. One that has a number ends in it, as ``data-value``
    has it.

    >>> from brickwork.layers import Dense
    >>> svg = Dense(1, input_dim=2).draw().svg()
    >>> "<title>x1 to neuron 0: weight</title>" in svg
    True
    """
    networks = list(networks)
    named = {brick.name: brick for network in networks for brick in network.bricks}
    for piece in _layers(parts):
        index = piece.data.get("index")
        brick = (networks[0].bricks[index] if len(networks) == 1 and index is not None else
                 named.get(piece.data["layer"]))
        if brick is not None:
            first = not brick.sources and (len(networks) == 1 or not index)
            columns = networks[0].columns if len(networks) == 1 else ()
            quiet = brick.synapses > MOST_STRANDS
            for inner in piece.parts:
                if isinstance(inner, Piece) and not (quiet and "strand" in inner.css):
                    inner.title = inner.title or said(inner, brick, first, words, columns)


def _layers(parts: list) -> Iterable[Piece]:
    for part in parts:
        if isinstance(part, Piece):
            if part.css == "layer":
                yield part
            else:
                yield from _layers(part.parts)


def said(piece: Piece, brick: Brick, first: bool, words: Words, columns=()) -> str:
    """A brick's title; empty where it has nothing to say. `first`: it stands on the data, whose
    columns may have names."""
    kind = piece.css.partition(" ")[0]
    row, unit = piece.data.get("row"), piece.data.get("unit")
    say = _SAID.get(kind)
    if say is None or " more" in piece.css or (row is None and unit is None):
        return ""
    source = f"x{row}" if first else words.input(row)
    if first and row is not None and len(columns) == brick.inputs:
        source = columns[row]
    text = say(words, brick, source, unit, piece)
    value = piece.data.get("value")
    # Numbers of a sample have more digits than anyone reads at a glance.
    if value is None:
        return text
    between = " " if kind in ("weight", "bias") else " = "
    return f"{text}{between}{float(f'{float(value):.4g}')}"


_SAID = {
    "signal": lambda words, brick, source, unit, piece: words.signal_in(source),
    "weight": lambda words, brick, source, unit, piece: words.weight_of(source, unit),
    "multiply": lambda words, brick, source, unit, piece: words.product_of(source, unit),
    "sum": lambda words, brick, source, unit, piece: words.sum_of(
        unit, brick.inputs, brick.biased),
    "bias": lambda words, brick, source, unit, piece: words.bias_of(unit),
    "activation": lambda words, brick, source, unit, piece: words.neuron(
        unit, words.range(brick.activation)),
    "outlet": lambda words, brick, source, unit, piece: words.neuron(unit, words["output"]),
    "band": lambda words, brick, source, unit, piece: words.influence(
        piece.data["row"], piece.data["count"]),
}
