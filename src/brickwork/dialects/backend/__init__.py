"""The ``keras.backend`` of Keras 1 and 2, as far as dense networks use it, in `brickwork.ops`.

Names, arguments and meaning are Keras 2's; a few names of Keras 1 are there too. The functions
work on arrays and are traced like any op, so that losses, metrics, activations and layers written
in them run in the engine. Where today's op has the same arguments it is the function itself.
"""

from . import math, neural, shaping, variables

_PARTS = (math, neural, shaping, variables)

#: Missing names, and why or what to do instead.
GONE = {
    "tf": "brickwork has no TensorFlow; write the function in keras.ops",
    "manual_variable_initialization": "variables are initialized when they are created",
    "rnn": "brickwork has no recurrent networks",
    "ctc_batch_cost": "brickwork has no CTC loss",
    "ctc_decode": "brickwork has no CTC loss",
    "ctc_label_dense_to_sparse": "brickwork has no CTC loss",
    **dict.fromkeys(
        (
            "conv1d",
            "conv2d",
            "conv3d",
            "conv2d_transpose",
            "conv3d_transpose",
            "deconv2d",
            "depthwise_conv2d",
            "separable_conv1d",
            "separable_conv2d",
            "local_conv1d",
            "local_conv2d",
            "pool2d",
            "pool3d",
            "resize_images",
            "resize_volumes",
            "spatial_2d_padding",
            "spatial_3d_padding",
            "temporal_padding",
            "asymmetric_temporal_padding",
        ),
        "brickwork has no images and convolutions",
    ),
}

__all__ = sorted(name for part in _PARTS for name in part.__all__)


def __getattr__(name: str):
    for part in _PARTS:
        if name in part.__all__:
            return getattr(part, name)
    if name in GONE:
        raise AttributeError(f"backend.{name}: {GONE[name]}.", name=name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
