"""Formats of other programs that brickwork does not write, and the code that makes such files.

The code is shown when such a file is requested; docs/deploy.md shows the same. Tests run the code
for ONNX; TensorFlow, which the others need, is too large to be installed for a test.
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
keras_model = keras.saving.load_model("model.keras")
converted = tf.lite.TFLiteConverter.from_keras_model(keras_model).convert()
open("model.tflite", "wb").write(converted)
"""
SAVED_MODEL = """\
import keras    # pip install keras tensorflow
keras.saving.load_model("model.keras").export("model")
"""

_ONNX = (
    "ONNX",
    "These lines write a Sequential of Dense layers with relu, sigmoid, tanh or softmax",
    ONNX,
)
_LITE = ("TensorFlow Lite", "Keras and TensorFlow make one from a .keras file", KERAS + TFLITE)
_SAVED = (
    "SavedModel",
    "A name that ends in .brick makes a file of brickwork's; Keras makes a "
    "SavedModel from a .keras file",
    KERAS + SAVED_MODEL,
)
#: By the values of ``format``, and by extension.
_FORMATS = {"onnx": _ONNX, "tflite": _LITE, "litert": _LITE, "tf_saved_model": _SAVED, "tf": _SAVED}
_EXTENSIONS = {".onnx": _ONNX, ".tflite": _LITE, ".lite": _LITE, ".pb": _SAVED}


def refuse_foreign_format(
    what: str, filepath, format: str | None = None, lines: bool = True
) -> None:
    """Refuse to write a file of another program, with the code that makes it.

    Args:
        what: the calling function, for the message.
        filepath: the name of the file.
        format: the format argument, if there is one.
        lines: whether to show the code; otherwise the message is one line.

    Raises:
        ArgumentError: for a name or format of another program.
    """
    found = _FORMATS.get(format) if isinstance(format, str) else None
    found = found or (_of_name(filepath) if isinstance(filepath, str | os.PathLike) else None)
    if found is not None:
        name, introduction, code = found
        if not lines:
            raise ArgumentError(
                what,
                f"brickwork does not write {name} files yet; docs/deploy.md "
                "has the lines of Python that make them.",
            )
        raise ArgumentError(
            what,
            f"brickwork does not write {name} files yet. {introduction} "
            f"(docs/deploy.md):\n\n{code}",
        )


def foreign_format_hint(filepath) -> str:
    """A clause for the message about a file that cannot be read, if it is one of another program.

    >>> foreign_format_hint("m.onnx"), foreign_format_hint("m.brick")
    ('; brickwork does not read ONNX files, docs/deploy.md shows how they are made', '')
    """
    found = _of_name(filepath)
    return (
        ""
        if found is None
        else (f"; brickwork does not read {found[0]} files, docs/deploy.md shows how they are made")
    )


def _of_name(filepath) -> tuple[str, str, str] | None:
    return _EXTENSIONS.get(os.path.splitext(os.fsdecode(filepath))[1].lower())
