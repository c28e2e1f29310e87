"""Writes what the Python package builds of models: JSON in, JSON out, on standard input and output.

A case has a name, a language, the number of inputs, layers as ``[class name, config]`` and the
weights of each. The answer has the texts of the plan, the wanted list and the booklet.
"""

import json
import sys

import numpy as np

from brickwork import layers
from brickwork.models import Sequential
from brickwork.pictures import ldraw, wanted
from brickwork.pictures.booklet import MOST_WEIGHTS, html
from brickwork.pictures.building import building


def texts(case: dict) -> dict:
    """Return the texts of a case; no booklet where there are too many weights for one."""
    model = Sequential(
        [
            layers.Input(shape=(case["inputs"],)),
            *(getattr(layers, kind)(name=name, **config) for kind, name, config in case["layers"]),
        ],
        name=case["name"],
    )
    for layer, weights in zip(model.layers, case["weights"] or [], strict=bool(case["weights"])):
        if weights:
            layer.set_weights(
                [
                    np.array([float(number) for number in values], np.float32).reshape(shape)
                    for shape, values in weights
                ]
            )
    built = building(model, weights=case["weights"] is not None, labels=case["labels"])
    short = len(built.of("weight")) <= MOST_WEIGHTS
    return {
        "ldraw": ldraw.text(built),
        "wanted": wanted.text(built),
        "booklet": html(built) if short else None,
    }


json.dump([texts(case) for case in json.load(sys.stdin)], sys.stdout)
