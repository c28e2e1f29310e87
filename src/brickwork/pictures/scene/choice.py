"""At which level each layer is drawn."""

from __future__ import annotations

from ..network import Brick, Network
from . import parts

MOST_IN_LAYER, MOST_IN_PICTURE, MOST_LINES = 256, 512, 4096
#: More inputs, or neurons, than this are wider than a page; more lines in a layer are a tangle.
MOST_SIGNALS, MOST_UNITS, READABLE_LINES = 64, 32, 256
LEVELS = ("auto", "synapses", "lines", "bricks")


def check_level(level) -> str:
    """The level, or `ArgumentError`."""
    if level not in LEVELS:
        parts.refuse("level", f"got {level!r}, expected 'auto', 'synapses' (every weight a brick), "
                     "'lines' (every weight a line) or 'bricks' (the layers alone).")
    return level


def choose(network: Network, level: str, lines: bool = False) -> list[str]:
    """A level for each layer; "plate" for those without synapses.

    Args:
        network: what is drawn.
        level: what was asked for.
        lines: whether "auto" shall show lines where every synapse could be shown.

    "auto" shows every synapse up to 256 in a layer and 512 in the picture, where no layer has more
    than 64 inputs or 32 neurons; above that lines up to 256 in a layer and 4,096 in the picture;
    else the brick.

    Raises:
        ArgumentError: for more than 4,096 synapses of a layer asked for one by one, or more than
            4,096 bricks of weights in the picture.
    """
    check_level(level)
    if level in ("synapses", "lines"):
        _check_count(network, level)
    if level == "auto" and few(network) and not lines:
        level = "synapses"
    if level != "auto":
        return [level if b.dense else "plate" for b in network.bricks]
    lined, total = set(), 0
    for brick in sorted((b for b in network.bricks if b.dense), key=lambda b: b.synapses):
        total += brick.synapses
        if brick.synapses <= READABLE_LINES and total <= MOST_LINES:
            lined.add(id(brick))
    return [("lines" if id(b) in lined else "bricks") if b.dense else "plate"
            for b in network.bricks]


def few(network: Network, layer: int = MOST_IN_LAYER, picture: int = MOST_IN_PICTURE,
        signals: int = MOST_SIGNALS, units: int = MOST_UNITS) -> bool:
    """Whether every synapse can be shown: so many at most in a layer, in the picture, and so many
    inputs and neurons."""
    dense = [b for b in network.bricks if b.dense]
    return network.synapses <= picture and all(
        b.synapses <= layer and b.inputs <= signals and b.outputs <= units for b in dense)


def _check_count(network: Network, level: str) -> None:
    brick: Brick | None = max(network.bricks, key=lambda b: b.synapses, default=None)
    if brick is None:
        return
    if brick.synapses <= MOST_LINES:
        if level == "synapses" and network.synapses > MOST_LINES:
            parts.refuse("level", f"got 'synapses' for {network.name!r} with {network.synapses:,} "
                         f"synapses, expected at most {MOST_LINES:,} in a picture. Ask for "
                         "level='lines' or level='auto', or draw its layers one by one.")
        return
    parts.refuse("level", f"got {level!r} for the layer {brick.name!r} with {brick.inputs:,} x "
                 f"{brick.outputs:,} = {brick.synapses:,} synapses, expected at most "
                 f"{MOST_LINES:,} in a layer. Ask for level='bricks', which draws layers of any "
                 "size, or level='auto', which chooses for each layer.")
