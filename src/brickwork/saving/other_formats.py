"""Formats of other programs that are not written here, and the lines that make such files today.

The lines are shown where such a file is asked for; docs/deploy.md shows the same. Tests run those
that make ONNX; TensorFlow, which the others need, is too large to be installed for a test.
"""

from __future__ import annotations

import os

from ..errors import ArgumentError

ONNX = """\
from onnx import helper as h, numpy_helper, save    # pip install onnx
nodes, weights, at = [], [], "x"
for i, layer in enumerate(layer for layer in model.layers if layer.weights):
    weights += [numpy_helper.from_array(w, f"{'Wb'[j]}{i}")
                for j, w in enumerate(layer.get_weights())]
    op = {"linear": "Identity"}.get(layer.activation.__name__, layer.activation.__name__.title())
    nodes += [h.make_node("Gemm", [at, f"W{i}", f"b{i}"], [f"sum{i}"]),
              h.make_node(op, [f"sum{i}"], [at := f"out{i}"])]
ends = [h.make_tensor_value_info(name, 1, ["rows", shape[-1]])
        for name, shape in (("x", model.input_shape), (at, model.output_shape))]
save(h.make_model(h.make_graph(nodes, model.name, ends[:1], ends[1:], weights),
                  ir_version=8, opset_imports=[h.make_opsetid("", 17)]), "model.onnx")
"""
KERAS = """\
model.save("model.keras")    # pip install 'brickwork[keras]'
"""
TFLITE = """\
import keras, tensorflow as tf    # pip install tensorflow
theirs = keras.saving.load_model("model.keras")
made = tf.lite.TFLiteConverter.from_keras_model(theirs).convert()
open("model.tflite", "wb").write(made)
"""
SAVED_MODEL = """\
import keras    # pip install keras tensorflow
keras.saving.load_model("model.keras").export("model")
"""

_ONNX = ("ONNX", "These lines write a Sequential of Dense layers with relu, sigmoid, tanh or "
                 "softmax", ONNX)
_LITE = ("TensorFlow Lite", "Keras and TensorFlow make one of a .keras file", KERAS + TFLITE)
_SAVED = ("SavedModel", "A name that ends in .brick makes a file of brickwork's; Keras makes a "
                        "SavedModel of a .keras file", KERAS + SAVED_MODEL)
#: By what ``format`` may say, and by the ends of names.
_FORMATS = {"onnx": _ONNX, "tflite": _LITE, "litert": _LITE, "tf_saved_model": _SAVED, "tf": _SAVED}
_ENDS = {".onnx": _ONNX, ".tflite": _LITE, ".lite": _LITE, ".pb": _SAVED}


def refuse_elsewhere(what: str, filepath, format: str | None = None, lines: bool = True) -> None:
    """Refuse a file of another program, with the lines that make it today.

    Args:
        what: who was asked for it, for the message.
        filepath: the name of the file.
        format: what was said beside the name.
        lines: whether the message may be longer than a line, and shows them.

    Raises:
        ArgumentError: where such a file is meant.
    """
    found = _FORMATS.get(format) if isinstance(format, str) else None
    found = found or (_of_name(filepath) if isinstance(filepath, str | os.PathLike) else None)
    if found is not None:
        called, lead, program = found
        if not lines:
            raise ArgumentError(what, f"{called} files are not written here yet; docs/deploy.md "
                                "has the lines of Python that make them.")
        raise ArgumentError(what, f"{called} files are not written here yet. {lead} "
                            f"(docs/deploy.md):\n\n{program}")


def not_read(filepath) -> str:
    """What is said beside the formats that are read to who asks for a file of another program.

    >>> not_read("m.onnx"), not_read("m.brick")
    ('; ONNX files are not read here, docs/deploy.md shows how they are made', '')
    """
    found = _of_name(filepath)
    return f"; {found[0]} files are not read here, docs/deploy.md shows how they are made" if (
        found) else ""


def _of_name(filepath) -> tuple[str, str, str] | None:
    return _ENDS.get(os.path.splitext(os.fsdecode(filepath))[1].lower())
