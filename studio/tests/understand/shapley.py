"""Shapley values of the package, for a wall whose weights are read from the studio's test."""

import json
import sys

import numpy as np

import brickwork
from brickwork.explain import shap_values

question = json.load(sys.stdin)
layers = [
    brickwork.layers.Dense(len(bias), activation=activation)
    for _, bias, activation in question["layers"]
]
background = np.array(question["background"], np.float32)
rows = np.array(question["rows"], np.float32)
model = brickwork.Sequential([brickwork.Input((background.shape[1],)), *layers])
model.set_weights([np.array(w, np.float32) for k, b, _ in question["layers"] for w in (k, b)])
found = shap_values(model, rows, background, question["output"])
print(
    json.dumps(
        {"values": found.values.tolist(), "base": found.base, "outputs": found.outputs.tolist()}
    )
)
