"""Choice of the level at which each layer is drawn."""

from __future__ import annotations

import re

from ..network import Brick, Network
from . import parts

MOST_IN_LAYER, MOST_IN_PICTURE, MOST_LINES = 256, 512, 4096
#: More inputs or neurons do not fit the page; more lines in a layer are not readable.
MOST_SIGNALS, MOST_UNITS, READABLE_LINES = 64, 32, 256
LEVELS = ("auto", "synapses", "lines", "bricks")


def check_level(level) -> str:
    """Return the level, or raise `ArgumentError` if it is unknown."""
    if level not in LEVELS:
        file = isinstance(level, str) and re.search(r"\.\w+$", level)
        parts.refuse(
            "level",
            f"got {level!r}, expected 'auto', 'synapses' (every weight a brick), "
            "'lines' (every weight a line) or 'bricks' (closed layers)."
            + (f" To write a file: draw().save({level!r})." if file else ""),
        )
    return level


def choose(network: Network, level: str, lines: bool = False) -> list[str]:
    """Return a level for each layer; "plate" for those without synapses.

    "auto" shows every synapse up to 256 in a layer and 512 in the picture, if no layer has more
    than 64 inputs or 32 neurons; else lines, up to 256 in a layer and 4,096 in the picture;
    else a closed brick.

    Args:
        network: the network to draw.
        level: the requested level.
        lines: whether "auto" uses lines even if every synapse would fit.

    Raises:
        ArgumentError: for "synapses" or "lines" with more than 4,096 synapses in a layer, or
            "synapses" with more than 4,096 in the picture.
    """
    check_level(level)
    if level in ("synapses", "lines"):
        _check_count(network, level)
    if level == "auto" and few_synapses(network) and not lines:
        level = "synapses"
    if level != "auto":
        return [level if b.dense else "plate" for b in network.bricks]
    line_layers, total = set(), 0
    for brick in sorted((b for b in network.bricks if b.dense), key=lambda b: b.synapses):
        total += brick.synapses
        if brick.synapses <= READABLE_LINES and total <= MOST_LINES:
            line_layers.add(id(brick))
    return [
        ("lines" if id(b) in line_layers else "bricks") if b.dense else "plate"
        for b in network.bricks
    ]


def few_synapses(
    network: Network,
    layer: int = MOST_IN_LAYER,
    picture: int = MOST_IN_PICTURE,
    signals: int = MOST_SIGNALS,
    units: int = MOST_UNITS,
) -> bool:
    """Return whether every synapse can be shown as a brick, within these limits.

    Args:
        network: the network to draw.
        layer, picture: maximum number of synapses in a layer and in the picture.
        signals, units: maximum number of inputs and neurons of a layer.
    """
    dense = [b for b in network.bricks if b.dense]
    return network.synapses <= picture and all(
        b.synapses <= layer and b.inputs <= signals and b.outputs <= units for b in dense
    )


def _check_count(network: Network, level: str) -> None:
    brick: Brick | None = max(network.bricks, key=lambda b: b.synapses, default=None)
    if brick is None:
        return
    if brick.synapses <= MOST_LINES:
        if level == "synapses" and network.synapses > MOST_LINES:
            parts.refuse(
                "level",
                f"got 'synapses' for {network.name!r} with {network.synapses:,} "
                f"synapses, expected at most {MOST_LINES:,} in a picture. Use "
                "level='lines' or level='auto', or draw its layers separately.",
            )
        return
    parts.refuse(
        "level",
        f"got {level!r} for the layer {brick.name!r} with {brick.inputs:,} x "
        f"{brick.outputs:,} = {brick.synapses:,} synapses, expected at most "
        f"{MOST_LINES:,} in a layer. Use level='bricks', which draws layers of any "
        "size, or level='auto', which chooses a level for each layer.",
    )
