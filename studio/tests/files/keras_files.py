"""What Keras and h5py find in the page's `.keras` files: `keras_files.py FOLDER`."""

from __future__ import annotations

import io
import json
import sys
import warnings
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np

import brickwork


def arrays_of(path: Path) -> dict[str, list]:
    """The arrays in the weights of a file: shape and dtype by path."""
    found = {}

    def visit(name, node):
        if isinstance(node, h5py.Dataset):
            found[name] = [list(node.shape), str(node.dtype)]

    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
            file.visititems(visit)
    return found


def look(path: Path) -> dict:
    """What is in one file, and in the one that Keras writes of it."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model = keras.models.load_model(path)
    x = np.fromfile(path.with_suffix(".x"), "<f4").reshape(-1, model.input_shape[1])
    again = path.with_name("again.keras")
    model.save(again)
    compiled = model.get_compile_config()
    own = brickwork.load_model(path)
    return {
        "warnings": [str(one.message) for one in said],
        "arrays": arrays_of(path),
        "again": arrays_of(again),
        "predicted": np.asarray(model(x, training=False)).tolist(),
        "own": own.predict(x, verbose=0).tolist(),
        "trained": [keras_name(v) for v in model.trainable_variables],
        "loss": compiled["loss"],
        "metrics": compiled["metrics"],
        "optimizer": {
            "kind": compiled["optimizer"]["class_name"],
            "config": compiled["optimizer"]["config"],
        },
        "layers": [[type(layer).__name__, layer.get_config()] for layer in model.layers],
    }


def keras_name(variable) -> str:
    """A weight's path: ``dense/kernel``."""
    return "/".join(variable.path.split("/")[-2:])


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # that losses and outputs do not go together, which is drawn
    folder = Path(sys.argv[1])
    paths = sorted(folder.glob("*.keras"), key=lambda path: int(path.stem))
    json.dump([look(path) for path in paths], sys.stdout, default=str)
