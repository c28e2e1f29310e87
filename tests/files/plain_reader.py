"""A reader of `.brick` files in json and NumPy, written from docs/brick-format.md alone: it knows
nothing of brickwork. It predicts for chains of Dense, and shows everything else in a file."""

import hashlib
import json

import numpy as np

KINDS = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "u1",
    "BOOL": "?",
}
ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softmax": lambda x: (e := np.exp(x - x.max(-1, keepdims=True))) / e.sum(-1, keepdims=True),
}


def read(path):
    """The document and the arrays of a file."""
    with open(path, "rb") as file:
        content = file.read()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    said = header.pop("__metadata__")
    assert said["format"] == "brick" and int(said["min_reader"]) <= 1
    assert json.loads(said["must_understand"]) == []
    assert hashlib.sha256(said["config"].encode()).hexdigest() == said["config_sha256"]
    sums, arrays = json.loads(said["tensors_sha256"]), {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        part = content[start + begin : start + end]
        assert hashlib.sha256(part).hexdigest() == sums[name]
        arrays[name] = np.frombuffer(part, KINDS[entry["dtype"]]).reshape(entry["shape"])
    return json.loads(said["config"]), arrays


def predict(document, arrays, x):
    """The output of a Sequential model of Dense layers."""
    for number, layer in enumerate(document["model"]["config"]["layers"]):
        config = layer["config"]
        if layer["class_name"] == "InputLayer":
            continue
        assert layer["class_name"] == "Dense", layer["class_name"]
        x = x @ arrays[f"layers/{number}/kernel"]
        if config["use_bias"]:
            x = x + arrays[f"layers/{number}/bias"]
        x = ACTIVATIONS[config["activation"]](x)
    return x
