"""Crossentropies: how much the outputs, taken as probabilities, are surprised by the targets."""

from __future__ import annotations

import warnings

from .. import ops
from ..errors import ArgumentError
from ..fields import field
from ..ops.core import axis_of, dims_of, dtype_of, floating, public
from ..program.masks import with_mask
from ..program.primitives import elementwise as e
from ..program.primitives.layout import reshape
from ..stack_level import outside
from .loss import Function, mean_over, pair
from .loss_names import registry


def smoothed(shares, label_smoothing, classes=None):
    """Shares drawn towards equal ones: those of two classes, or of as many as a row has."""
    if not label_smoothing:
        return shares
    classes = classes or dims_of(shares)[-1]
    return shares * (1.0 - label_smoothing) + label_smoothing / classes


def one_of_several(name: str, y_pred, axis) -> None:
    """Warn where there is one class only, among which there is nothing to choose."""
    if isinstance(axis, bool):
        raise ArgumentError(f"{name}.axis", f"got {axis}, expected an integer.")
    y_pred = ops.convert_to_tensor(y_pred)
    if dims_of(y_pred)[-1:] == (1,):
        warnings.warn(f"{name}: got outputs of shape {public(y_pred)}, expected one for each of "
                      "several classes. Use binary_crossentropy for two.", SyntaxWarning,
                      stacklevel=outside())


def binary_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    """``mean(-(t log p + (1 - t) log(1 - p)), axis)``, p clipped to 1e-7 ... 1 - 1e-7.

    Args:
        y_true: targets t from 0 to 1.
        y_pred: probabilities p of the same shape, or logits x, p = sigmoid(x).
        from_logits: whether they are logits.
        label_smoothing: s turns t into ``t (1 - s) + s / 2``.
        axis: along which the mean is taken.

    >>> binary_crossentropy([[1.0]], [[0.5]])
    array([0.6931472], dtype=float32)
    """
    y_true, y_pred = pair(y_true, y_pred)
    y_true = smoothed(y_true, label_smoothing, 2)
    return mean_over(ops.binary_crossentropy(y_true, y_pred, from_logits=from_logits), axis)


def categorical_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    """``-sum(t log p, axis)``, p divided by its sum and clipped to 1e-7 ... 1 - 1e-7.

    Args:
        y_true: shares t of the classes.
        y_pred: probabilities p of the same shape, or logits x, p = softmax(x).
        from_logits: whether they are logits.
        label_smoothing: s turns t into ``t (1 - s) + s / classes``.
        axis: where the classes lie.

    >>> categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
    array([0.6931472], dtype=float32)
    """
    one_of_several("categorical_crossentropy", y_pred, axis)
    y_pred = floating(y_pred)
    y_true = smoothed(ops.cast(y_true, dtype_of(y_pred)), label_smoothing)
    return ops.categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)


def sparse_categorical_crossentropy(y_true, y_pred, from_logits=False, ignore_class=None, axis=-1):
    """``-log p[y_true]``, p divided by its sum and clipped to 1e-7 ... 1 - 1e-7.

    Args:
        y_true: class numbers from 0, one for each row of outputs.
        y_pred: probabilities p, or logits x, p = softmax(x).
        from_logits: whether they are logits.
        ignore_class: rows of this class have loss 0 and are masked.
        axis: where the classes lie.

    >>> sparse_categorical_crossentropy([1], [[0.5, 0.5]])
    array([0.6931472], dtype=float32)
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), floating(y_pred)
    axis = axis_of(y_pred, axis)
    dims = dims_of(y_pred)
    if len(dims_of(y_true)) == len(dims) and dims_of(y_true)[axis] == 1:
        y_true = reshape(y_true, (*dims_of(y_true)[:axis], *dims_of(y_true)[axis + 1:]))
    if ignore_class is None:
        return ops.sparse_categorical_crossentropy(y_true, y_pred, from_logits, axis)
    valid = e.not_equal(y_true, ignore_class)
    y_true = e.where(valid, y_true, 0)
    # A row that is ignored may hold NaN: its outputs are 0 for the gradient's sake.
    kept = e.where(reshape(valid, (*dims[:axis], 1, *dims[axis + 1:])), y_pred, 0.0)
    losses = ops.sparse_categorical_crossentropy(y_true, kept, from_logits, axis)
    return with_mask(e.where(valid, losses, 0.0), valid)


binary_crossentropy.labels = "probability"
categorical_crossentropy.labels = "distribution"
sparse_categorical_crossentropy.labels = "classes"

registry.add(binary_crossentropy, aliases=["bce", "BCE"])
registry.add(categorical_crossentropy)
registry.add(sparse_categorical_crossentropy)


@registry.add
class BinaryCrossentropy(Function):
    """`binary_crossentropy`, averaged over the rows.

    >>> float(BinaryCrossentropy(from_logits=True)([[1.0]], [[0.0]]))
    0.6931471824645996
    """

    function = staticmethod(binary_crossentropy)
    arguments = ("from_logits", "label_smoothing", "axis")
    field_order = ("from_logits", "label_smoothing", "axis", "reduction", "name", "dtype")
    name = "binary_crossentropy"
    from_logits: bool = field(False, kind="bool")
    label_smoothing: float = field(0.0, kind="float", ge=0, le=1)
    axis: int = field(-1, kind="axis")


@registry.add
class CategoricalCrossentropy(Function):
    """`categorical_crossentropy`, averaged over the rows.

    >>> float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]]))
    0.6931471824645996
    """

    function = staticmethod(categorical_crossentropy)
    arguments = ("from_logits", "label_smoothing", "axis")
    field_order = ("from_logits", "label_smoothing", "axis", "reduction", "name", "dtype")
    name = "categorical_crossentropy"
    from_logits: bool = field(False, kind="bool")
    label_smoothing: float = field(0.0, kind="float", ge=0, le=1)
    axis: int = field(-1, kind="int")


@registry.add
class SparseCategoricalCrossentropy(Function):
    """`sparse_categorical_crossentropy`, averaged over the rows that are not ignored.

    >>> float(SparseCategoricalCrossentropy()([1], [[0.5, 0.5]]))
    0.6931471824645996
    """

    function = staticmethod(sparse_categorical_crossentropy)
    arguments = ("from_logits", "ignore_class", "axis")
    field_order = ("from_logits", "ignore_class", "reduction", "axis", "name", "dtype")
    name = "sparse_categorical_crossentropy"
    from_logits: bool = field(False, kind="bool")
    ignore_class: int | None = field(None, kind="int")
    axis: int = field(-1, kind="int")
