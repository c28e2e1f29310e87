"""The arguments of ``brickwork draw``, separate from the drawing code, which is slow to load."""

from __future__ import annotations

import argparse
import re

from ..errors import shown


def add_draw(draw: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``brickwork draw``."""
    # "-0.5,2" after --sample is a value, not an option.
    draw._negative_number_matcher = re.compile(r"-[\d.][\d.,eE+-]*$")
    add = draw.add_argument
    add(
        "model",
        help="the sizes of its layers (4-8-6-1), its file (.brick, .keras, .h5, or .json "
        "without weights), or a Python file that builds it (keras means brickwork): lesson.py, or "
        "lesson.py:name if it builds several. A script runs once, with a fixed seed unless it sets "
        "one; files that it overwrites are restored",
    )
    add(
        "-o",
        "--output",
        metavar="FILE",
        action="append",
        default=[],
        help="the output file, in the format of its extension: .svg, .png, .pdf, .jpg, .txt "
        "(pictures), .html (a booklet to print, with steps to build it from real bricks), .mpd or "
        ".ldr (the building plan, for LDraw programs), .xml (its parts, to order them). Can be "
        "repeated: all files have the same weights",
    )
    add("--all", metavar="NAME", help="write NAME.svg, NAME.html, NAME.mpd and NAME.xml")
    add(
        "--activations",
        metavar="A,B,...",
        help="one per layer of a model given by sizes: "
        "relu,relu,sigmoid (default: relu, and for the last layer sigmoid for one output, softmax "
        "for several)",
    )
    add(
        "--level",
        default="auto",
        choices=["auto", "synapses", "lines", "bricks"],
        help="how to draw a layer: every synapse as a brick, as a line, or a single brick "
        "(default: as much as is readable)",
    )
    add(
        "--view",
        default="front",
        choices=["front", "isometric"],
        help="from the front, or in 3D like the building of real bricks (default: front)",
    )
    add(
        "--labels",
        default="en",
        choices=["en", "ko"],
        help="the language of labels: English or Korean (default: en)",
    )
    add(
        "--theme",
        default="auto",
        choices=["auto", "light", "dark"],
        help="the colours: auto follows the page, or always light or dark (default: auto)",
    )
    add(
        "--size",
        type=float,
        metavar="PIXELS",
        help="the width of the picture (default: as wide as its text needs)",
    )
    add("--apart", action="store_true", help="draw the layers apart")
    add("--bias", action="store_true", help="draw each neuron's bias")
    add("--no-weights", action="store_true", help="do not tint bricks by their weights")
    add(
        "--sample",
        type=_numbers,
        metavar="X,X,...",
        help="one row of inputs: show its values on the bricks",
    )
    add(
        "--target",
        type=_numbers,
        metavar="Y,...",
        help="the target for the sample: show the gradients of the loss too",
    )
    add(
        "--neuron",
        type=_neuron,
        metavar="LAYER:UNIT",
        help="write out one neuron's formula for "
        "the sample; both count from 0 (1:0), or give the layer by name (dense:0)",
    )


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"got {shown(text)}, expected numbers with commas between: 5.1,3.5,-1.4"
        ) from None


def _neuron(text: str) -> tuple[str | int, int]:
    layer, _, unit = text.rpartition(":")
    if not layer or not re.fullmatch("[0-9]+", unit):
        raise argparse.ArgumentTypeError(
            f"got {shown(text)}, expected a layer and a unit: 1:0 or dense:0"
        )
    return (int(layer) if re.fullmatch("[0-9]+", layer) else layer), int(unit)
