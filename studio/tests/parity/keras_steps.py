"""Steps of Keras itself, from given weights on one batch: what the page's engine must reproduce.

Prints a JSON list; each case is a wall with weights, a batch, and the loss and weights after each
step. Noise is left out, since its random numbers are brickwork's own.

    python keras_steps.py 11 > cases.json
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np
from walls import give_weights, model_of, plain, rows_of, targets_of, wall_of, weights_of

STEPS = 3


def case(seed: int) -> dict[str, Any]:
    """A wall, a batch, and what Keras makes of them."""
    draw = np.random.default_rng(seed)
    wall = wall_of(seed, draw)
    for brick in wall["bricks"]:
        brick["config"] |= {name: 0.0 for name in ("rate", "stddev") if name in brick["config"]}
    batch = rows_of(wall, 24, draw)
    wall["batchSize"] = batch["rows"]
    model = model_of(wall, keras)
    for place in range(len(model.layers)):
        give_weights(wall, model, place, draw)
    losses, weights = [], []
    for _ in range(STEPS):
        logs = model.train_on_batch(batch["x"], targets_of(wall, batch), return_dict=True)
        losses.append(float(logs["loss"]))
        weights.append(weights_of(model))
        model.reset_metrics()
    return {"seed": seed, "wall": wall, "batch": batch, "losses": losses, "weights": weights}


if __name__ == "__main__":
    json.dump([case(seed) for seed in range(int(sys.argv[1]))], sys.stdout, default=plain)
