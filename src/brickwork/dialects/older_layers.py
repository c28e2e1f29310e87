"""Layers and arguments of layers of older Keras that have a different form today."""

from __future__ import annotations

from ..errors import ArgumentError


def thresholded_relu(theta=1.0, **kwargs):
    """Return a layer: x if x > theta, else 0."""
    from ..layers import ReLU

    return ReLU(threshold=float(theta), **kwargs)


#: Classes that are not supported, and what to write instead.
INSTEAD = {
    "Graph": "Today: Model(inputs, outputs) of layers that are called on Input(...).",
    "SReLU": "Today: a layer of your own, written in brickwork.ops, or PReLU.",
    "ParametricSoftplus": "Today: a layer of your own: alpha * ops.softplus(beta * x).",
}


def refuse(name: str) -> None:
    """Raise an error with the replacement for a class of Keras 1."""
    raise ArgumentError(name, f"a class of Keras 1. {INSTEAD[name]}")


def input_length(length, kwargs: dict) -> None:
    """``Embedding(input_length=10)``: the length of the rows, if it is known."""
    shape = tuple(length) if isinstance(length, list | tuple) else (length,)
    if None not in shape:
        kwargs.setdefault("input_shape", shape)


def dropout_of_ids(rate, kwargs: dict) -> None:
    """``Embedding(dropout=0.2)`` dropped whole indices."""
    if rate:
        raise ArgumentError(
            "Embedding.dropout",
            f"got {rate!r}, expected 0: put "
            f"SpatialDropout1D({rate}) or Dropout({rate}) behind the Embedding.",
        )


def mode_of_normalization(mode, kwargs: dict) -> None:
    """``BatchNormalization(mode=1)`` was a different layer, mode 2 a different rule."""
    if mode == 1:
        raise ArgumentError(
            "BatchNormalization.mode", "got 1, which normalized each row: use LayerNormalization()."
        )
    if mode != 0:
        raise ArgumentError(
            "BatchNormalization.mode",
            f"got {mode!r}, expected 0, today's only "
            "rule: the batch's statistics in training, their averages after it.",
        )
