"""The arguments of ``brickwork draw``, apart from what draws, which takes long to load."""

from __future__ import annotations

import argparse
import re

from ..errors import shown


def add_draw(draw: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``brickwork draw``."""
    # "-0.5,2" after --sample is numbers, and no option.
    draw._negative_number_matcher = re.compile(r"-[\d.][\d.,eE+-]*$")
    add = draw.add_argument
    add("model", help="the sizes of its layers (4-8-6-1), its file (.brick, .keras, .h5, or .json "
        "without weights), or a Python file that makes it (keras meaning brickwork): lesson.py, or "
        "lesson.py:name where it makes several. A script is run once, seeded where it does not "
        "seed, and leaves files that it overwrites as they were")
    add("-o", "--output", metavar="FILE", action="append", default=[],
        help="where it goes; the ending says as what: .svg, .png, .pdf, .jpg, .txt (pictures), "
        ".html (a booklet to print: its building of real bricks, step by step), .mpd or .ldr (the "
        "plan of that, for LDraw programs), .xml (its parts, to order them). Given several times, "
        "all are of the same weights")
    add("--all", metavar="NAME", help="write NAME.svg, NAME.html, NAME.mpd and NAME.xml")
    add("--activations", metavar="A,B,...", help="one for each layer given by sizes: "
        "relu,relu,sigmoid (default: relu, and in the end sigmoid for one output, softmax for "
        "several)")
    add("--level", default="auto", choices=["auto", "synapses", "lines", "bricks"],
        help="what is drawn of a layer: every synapse as a brick, as a line, or the brick alone "
        "(default: as much as can be read)")
    add("--view", default="front", choices=["front", "isometric"],
        help="from the front, or in space, as the building of real bricks stands (default: front)")
    add("--labels", default="en", choices=["en", "ko"],
        help="the language of what is written: English or Korean (default: en)")
    add("--theme", default="auto", choices=["auto", "light", "dark"],
        help="the colours: dark where the page is dark, or always one (default: auto)")
    add("--size", type=float, metavar="PIXELS", help="the width of the picture (default: as wide "
        "as its text needs)")
    add("--apart", action="store_true", help="draw the layers apart")
    add("--bias", action="store_true", help="draw each neuron's bias")
    add("--no-weights", action="store_true", help="do not tint bricks by their weights")
    add("--sample", type=_numbers, metavar="X,X,...", help="one row of inputs: write on the bricks "
        "what the model makes of it")
    add("--target", type=_numbers, metavar="Y,...", help="what should come out for the sample: "
        "write the gradients of the loss, too")
    add("--neuron", type=_neuron, metavar="LAYER:UNIT", help="write out one neuron's formula for "
        "the sample; both counted from 0 (1:0), or the layer by its name (dense:0)")


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"got {shown(text)}, expected numbers with commas "
                                         "between: 5.1,3.5,-1.4") from None


def _neuron(text: str) -> tuple[str | int, int]:
    layer, _, unit = text.rpartition(":")
    if not layer or not re.fullmatch("[0-9]+", unit):
        raise argparse.ArgumentTypeError(f"got {shown(text)}, expected a layer and a unit: 1:0 or "
                                         "dense:0")
    return (int(layer) if re.fullmatch("[0-9]+", layer) else layer), int(unit)
