"""The losses: functions of targets and outputs that answer a loss for each row, and classes."""

from __future__ import annotations

import warnings

from .. import ops
from ..fields import ArgumentError, field
from ..ops.core import axis_of, dims_of, dtype_of, floating, public
from ..program.primitives import elementwise as e
from ..program.primitives.layout import reshape
from ..registry import Registry
from .base import Function, Loss, mean_over, same_rank, with_mask

registry = Registry("loss", Loss)


def _pair(y_true, y_pred):
    """Targets and outputs in the outputs' float, of one rank."""
    y_pred = floating(y_pred)
    return same_rank(ops.convert_to_tensor(y_true, dtype=dtype_of(y_pred)), y_pred)


def mean_squared_error(y_true, y_pred):
    """``mean((y_pred - y_true) ** 2, axis=-1)``.

    >>> mean_squared_error([[0.0, 1.0]], [[1.0, 3.0]])
    array([2.5], dtype=float32)
    """
    y_true, y_pred = _pair(y_true, y_pred)
    return mean_over(e.square(y_pred - y_true), -1)


def mean_absolute_error(y_true, y_pred):
    """``mean(abs(y_pred - y_true), axis=-1)``.

    >>> mean_absolute_error([[0.0, 1.0]], [[1.0, 3.0]])
    array([1.5], dtype=float32)
    """
    y_true, y_pred = _pair(y_true, y_pred)
    return mean_over(e.abs(y_pred - y_true), -1)


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
    y_pred = floating(y_pred)
    y_true = ops.cast(y_true, dtype_of(y_pred))
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
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
    if isinstance(axis, bool):
        raise ArgumentError("categorical_crossentropy.axis", f"got {axis}, expected an integer.")
    y_pred = floating(y_pred)
    y_true = ops.cast(y_true, dtype_of(y_pred))
    classes = dims_of(y_true)[-1] if dims_of(y_true) else None
    if dims_of(y_pred)[-1:] == (1,):
        warnings.warn(f"categorical_crossentropy: got outputs of shape {public(y_pred)}, expected "
                      "one for each of several classes. Use binary_crossentropy for two.",
                      SyntaxWarning, stacklevel=2)
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + label_smoothing / classes
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


mean_squared_error.labels = mean_absolute_error.labels = "values"
binary_crossentropy.labels = "probability"
categorical_crossentropy.labels = "distribution"
sparse_categorical_crossentropy.labels = "classes"

for _function, _aliases in ((mean_squared_error, ["mse", "MSE"]),
                            (mean_absolute_error, ["mae", "MAE"]),
                            (binary_crossentropy, ["bce", "BCE"]),
                            (categorical_crossentropy, []),
                            (sparse_categorical_crossentropy, [])):
    registry.add(_function, aliases=_aliases)


@registry.add
class MeanSquaredError(Function):
    """`mean_squared_error`, averaged over the rows.

    >>> float(MeanSquaredError()([[0.0], [0.0]], [[1.0], [2.0]]))
    2.5
    """

    function = staticmethod(mean_squared_error)
    labels = "values"
    field_order = ("reduction", "name", "dtype")
    name = "mean_squared_error"


@registry.add
class MeanAbsoluteError(Function):
    """`mean_absolute_error`, averaged over the rows.

    >>> float(MeanAbsoluteError()([[0.0], [0.0]], [[1.0], [2.0]]))
    1.5
    """

    function = staticmethod(mean_absolute_error)
    labels = "values"
    field_order = ("reduction", "name", "dtype")
    name = "mean_absolute_error"


@registry.add
class BinaryCrossentropy(Function):
    """`binary_crossentropy`, averaged over the rows.

    >>> float(BinaryCrossentropy(from_logits=True)([[1.0]], [[0.0]]))
    0.6931471824645996
    """

    function = staticmethod(binary_crossentropy)
    arguments = ("from_logits", "label_smoothing", "axis")
    labels = "probability"
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
    labels = "distribution"
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
    labels = "classes"
    field_order = ("from_logits", "ignore_class", "reduction", "axis", "name", "dtype")
    name = "sparse_categorical_crossentropy"
    from_logits: bool = field(False, kind="bool")
    ignore_class: int | None = field(None, kind="int")
    axis: int = field(-1, kind="int")
