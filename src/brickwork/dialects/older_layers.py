"""Layers, and arguments of layers, that older Keras had and that are something else today."""

from __future__ import annotations

from ..fields import ArgumentError


def merge(inputs, mode="sum", concat_axis=-1, dot_axes=-1, output_shape=None, output_mask=None,
          arguments=None, name=None):
    """Keras 1's function of symbols: today each mode is a function of its own."""
    from .. import layers

    today = {"sum": "add", "mul": "multiply", "ave": "average", "max": "maximum"}
    if callable(mode):
        return layers.Lambda(mode, output_shape, output_mask, arguments, name=name)(inputs)
    if mode in today:
        return getattr(layers, today[mode])(inputs, name=name)
    if mode == "concat":
        return layers.concatenate(inputs, axis=concat_axis, name=name)
    if mode in ("dot", "cos"):
        axes = dot_axes
        while isinstance(axes, list | tuple) and len(axes) == 1:
            axes = axes[0]
        if isinstance(axes, list | tuple):  # [[1], [2]], an axis of each
            axes = tuple(a[0] if isinstance(a, list | tuple) else a for a in axes)
        return layers.dot(inputs, axes, normalize=mode == "cos", name=name)
    raise ArgumentError("merge.mode", f"got {mode!r}, expected 'sum', 'mul', 'concat', 'ave', "
                        "'max', 'dot', 'cos' or a function.")


def thresholded_relu(theta=1.0, **kwargs):
    """x where x > theta, else 0."""
    from ..layers import ReLU

    return ReLU(threshold=float(theta), **kwargs)


#: What is not understood, and what to write.
INSTEAD = {
    "Merge": "Merge joined Sequential models by mode='concat' or 'sum'. Today: a = Input((4,)), "
             "b = Input((3,)), x = concatenate([first(a), second(b)]) (or add, multiply, ...), "
             "model = Model([a, b], last(x)).",
    "MaxoutDense": "Today: Dense(units * nb_feature), Reshape((nb_feature, units)), and "
                   "GlobalMaxPooling1D().",
    "Highway": "Today: h = Dense(n, activation)(x), t = Dense(n, 'sigmoid', bias_initializer="
               "Constant(-2))(x), y = t * h + (1 - t) * x.",
    "Graph": "Today: Model(inputs, outputs) of layers that are called on Input(...).",
    "SReLU": "Today: a layer of your own, written in brickwork.ops, or PReLU.",
    "ParametricSoftplus": "Today: a layer of your own: alpha * ops.softplus(beta * x).",
}


def refuse(name: str) -> None:
    """Say what to write in the place of a class of Keras 1."""
    raise ArgumentError(name, f"a class of Keras 1. {INSTEAD[name]}")


def input_length(length, kwargs: dict) -> None:
    """``Embedding(input_length=10)``: the length of the rows, where it is one number."""
    shape = tuple(length) if isinstance(length, list | tuple) else (length,)
    if None not in shape:
        kwargs.setdefault("input_shape", shape)


def dropout_of_ids(rate, kwargs: dict) -> None:
    """``Embedding(dropout=0.2)`` dropped whole ids."""
    if rate:
        raise ArgumentError("Embedding.dropout", f"got {rate!r}, expected 0: put "
                            f"SpatialDropout1D({rate}) or Dropout({rate}) behind the Embedding.")


def mode_of_normalization(mode, kwargs: dict) -> None:
    """``BatchNormalization(mode=1)`` was another layer, mode 2 another rule."""
    if mode == 1:
        raise ArgumentError("BatchNormalization.mode", "got 1, which normalized each row: use "
                            "LayerNormalization().")
    if mode != 0:
        raise ArgumentError("BatchNormalization.mode", f"got {mode!r}, expected 0, today's only "
                            "rule: the batch's statistics in training, their averages after it.")
