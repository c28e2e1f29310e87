"""`Loss`, and how the losses of the rows become one number: Keras's rules, in ops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import ops
from ..errors import ArgumentError
from ..fields import Configurable, encode, field
from ..naming import unique_name
from ..ops.core import dims_of, dtype_of, floating
from ..program import Dim, Symbol, floatx, standard
from ..program.dims import size
from ..program.dtypes import promote
from ..program.masks import mask_of
from ..program.primitives.layout import extent, reshape
from ..program.primitives.reduce import mean, reduce_sum

REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)


def _reduction(value):
    if value == "auto":  # Keras 2's word for the default
        from ..spelling.translation import tell

        tell("Loss", [("reduction='auto'", "left out")])
        return "sum_over_batch_size"
    if value not in REDUCTIONS:
        raise ArgumentError("reduction", f"got {value!r}, expected one of "
                            f"{', '.join(map(repr, REDUCTIONS))}.")
    return value


def _kind(value):
    """The dtype, or None for floatx at the time of the call."""
    return None if value is None else standard(getattr(value, "compute_dtype", value))


class Loss(Configurable):
    """Base of losses: ``loss(y_true, y_pred, sample_weight=None)`` is one number.

    A subclass writes ``call(y_true, y_pred)`` in `brickwork.ops` and answers a loss for each row
    (or each step of each row).

    Args:
        name: shown in messages and, of several outputs, in the logs; default: from the class.
        reduction: what becomes of the rows' losses: "sum_over_batch_size" or "mean": their sum
            divided by their number, whatever the weights; "sum"; "mean_with_sample_weight": their
            weighted sum divided by the sum of the weights; "none" or None: they stay.
        dtype: what the loss is computed in; default: `floatx()`, or the outputs' if that is wider.

    Attributes:
        labels: what the targets are, for the checks of data; None for anything, or one of

            - "values", any; "amounts", none below 0; "divisors", none 0; "signs", -1 or 1;
            - "probability", from 0 to 1; "distribution" and "shares", rows of such that sum to 1,
              the former of two classes at least; "one_hot", rows of 0 and one 1;
            - "classes", numbers from 0 of the outputs' classes; "ids", any whole numbers.

    >>> class Cubed(Loss):
    ...     def call(self, y_true, y_pred):
    ...         return ops.mean(abs(y_true - y_pred) ** 3, axis=-1)
    >>> float(Cubed()([[0.0], [0.0]], [[1.0], [2.0]]))
    4.5
    """

    labels: str | None = None
    field_order = ("name", "reduction", "dtype")
    name: str | None = field(None, kind="str")
    reduction: str | None = field("sum_over_batch_size", convert=_reduction)
    dtype: str | None = field(None, convert=_kind)

    def __init_subclass__(cls, **kwargs):
        # Who writes the math anew decides anew what targets it takes.
        if "call" in cls.__dict__ and "labels" not in cls.__dict__:
            cls.labels = None
        super().__init_subclass__(**kwargs)

    def setup(self) -> None:
        if self.name is None:
            self.name = unique_name(type(self).__name__)

    def __call__(self, y_true, y_pred, sample_weight=None):
        mask = mask_of(y_pred)
        dtype = self.dtype or _widest(y_pred)
        y_pred = _each(y_pred, lambda x: ops.convert_to_tensor(x, dtype=dtype))
        if self.labels not in ("classes", "ids"):  # which stay integers
            y_true = _each(y_true, lambda x: ops.convert_to_tensor(x, dtype=dtype))
        losses = self.call(y_true, y_pred)
        mask = both(mask, mask_of(losses))
        return reduce_weighted(losses, sample_weight, mask, self.reduction, dtype)

    def call(self, y_true, y_pred):
        raise NotImplementedError(f"{type(self).__name__}.call(y_true, y_pred) is not written; "
                                  "it answers a loss for each row.")

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        if config["dtype"] is None:
            del config["dtype"]
        return config


class Function(Loss):
    """A loss that is a function of targets and outputs, whose arguments are its fields.

    Subclasses name the function and which fields it takes. What its targets are, the function
    says.
    """

    function: Callable
    arguments: tuple[str, ...] = ()
    field_order = ("reduction", "name", "dtype")

    def __init_subclass__(cls, **kwargs):
        if "function" in cls.__dict__:
            cls.labels = getattr(cls.function, "labels", None)
        super().__init_subclass__(**kwargs)

    def call(self, y_true, y_pred):
        y_true, y_pred = same_rank(y_true, y_pred)
        given = {name: getattr(self, name) for name in self.arguments}
        return type(self).function(y_true, y_pred, **given)


class LossFunctionWrapper(Loss):
    """A plain function ``fn(y_true, y_pred, **kwargs)``, which answers a loss for each row.

    >>> halves = LossFunctionWrapper(lambda y, p: ops.mean(abs(y - p), axis=-1) / 2)
    >>> float(halves([[0.0]], [[1.0]]))
    0.5
    """

    def __init__(self, fn, reduction="sum_over_batch_size", name=None, dtype=None, **kwargs):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        if not callable(fn):
            raise ArgumentError("LossFunctionWrapper.fn", f"got {fn!r}, expected a function of "
                                "y_true and y_pred.")
        self.fn = fn
        self.kwargs = kwargs

    def __getattr__(self, name):
        # What the checks of data read of a loss (from_logits, axis ...) stands in the arguments.
        known = ("from_logits", "axis", "ignore_class", "label_smoothing")
        if name in known and name in self.kwargs:
            return self.kwargs[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def labels(self) -> str | None:
        return getattr(self.fn, "labels", None)

    def call(self, y_true, y_pred):
        if not isinstance(y_pred, list | tuple | dict):
            y_true, y_pred = same_rank(y_true, y_pred)
        return self.fn(y_true, y_pred, **self.kwargs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "fn": encode(self.fn),
                **{name: encode(v) for name, v in self.kwargs.items()}}

    @classmethod
    def from_config(cls, config: dict[str, Any]):
        from .loss_names import registry

        return cls(**{**config, "fn": registry.get(config["fn"])})

    def __repr__(self) -> str:
        return f"<LossFunctionWrapper({self.fn}, kwargs={self.kwargs})>"


# Shapes, masks, weights


def pair(y_true, y_pred):
    """Targets and outputs in the outputs' float, of one rank."""
    y_pred = floating(y_pred)
    return same_rank(ops.convert_to_tensor(y_true, dtype=dtype_of(y_pred)), y_pred)


def same_rank(first, second, expand_vectors: bool = True):
    """A last dimension of 1 added to, or taken from, one of the two where they differ by it.

    >>> [x.shape for x in same_rank(np.zeros(3), np.zeros((3, 1)))]
    [(3, 1), (3, 1)]
    """
    first, second = ops.convert_to_tensor(first), ops.convert_to_tensor(second)
    a, b = dims_of(first), dims_of(second)
    if len(a) == len(b) + 1 and a[-1] == 1:
        if len(b) == 1 and expand_vectors:
            return first, reshape(second, (*b, 1))
        return reshape(first, a[:-1]), second
    if len(b) == len(a) + 1 and b[-1] == 1:
        if len(a) == 1 and expand_vectors:
            return reshape(first, (*a, 1)), second
        return first, reshape(second, b[:-1])
    return first, second


def mean_over(x, axis: int):
    """The mean along an axis; along one of extent 1 it costs nothing."""
    dims = dims_of(x)
    if dims and isinstance(axis, int) and dims[axis] == 1:
        axis %= len(dims)
        return reshape(x, (*dims[:axis], *dims[axis + 1:]))
    return mean(x, axis)


def reduce_weighted(values, sample_weight, mask, reduction, dtype):
    """Losses of rows -> one number (or the weighted losses, of reduction None)."""
    values = ops.convert_to_tensor(values, dtype=dtype)
    weight = None if sample_weight is None else ops.convert_to_tensor(sample_weight, dtype=dtype)
    weight = masked_weight(weight, mask, dtype, reduction)
    if weight is not None:
        values, weight = same_rank(values, weight)
        values = values * weight
    if reduction in (None, "none") or not dims_of(values):
        return values
    total = total_of(values)
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and weight is not None:
        return ops.divide_no_nan(total, reduce_sum(weight))
    return total / _count(values) if _count(values) is not None else total


def total_of(values):
    """The sum of all values. What only changed their shape is skipped: the gradient of a sum is
    one number for all of them, and stays one until it meets the outputs."""
    while isinstance(values, Symbol) and values.op == "reshape":
        values = values.inputs[0]
    return reduce_sum(values)


def _count(x):
    """The number of values, of a program known at run time only; None if there are none."""
    dims = dims_of(x)
    if any(isinstance(d, Dim) for d in dims):
        return extent(dims, dtype_of(x))
    return float(size(dims)) if size(dims) else None


def masked_weight(weight, mask, dtype, reduction):
    """Weights of 0 where the mask is False.

    For a mean the others weigh ``values / valid values`` more, so that the number by which the
    sum is divided later stands for the valid ones.
    """
    if mask is None:
        return weight
    mask = ops.cast(mask, "bool")
    if reduction in ("mean", "sum_over_batch_size"):
        valid = reduce_sum(ops.cast(mask, dtype))
        total = extent(dims_of(mask), dtype) if isinstance(mask, Symbol) else np.asarray(
            mask.size, dtype)
        masked = ops.where(mask, ops.divide_no_nan(total, valid), ops.cast(0, dtype))
    else:
        masked = ops.cast(mask, dtype)
    if weight is None:
        return masked
    masked, weight = same_rank(masked, ops.cast(weight, dtype))
    return masked * weight


def both(first, second):
    """The mask that holds where both do."""
    if first is None or second is None:
        return second if first is None else first
    return ops.logical_and(first, second)


def _widest(y_pred) -> str:
    """floatx, or the outputs' dtype if that is wider."""
    if isinstance(y_pred, list | tuple | dict):
        return floatx()
    dtype = getattr(y_pred, "dtype", None)
    return floatx() if dtype is None else promote(floatx(), standard(dtype))


def _each(value, convert):
    """Convert a tensor, or each of those in lists, tuples and dicts of symbols or arrays."""
    if isinstance(value, dict):
        return {key: _each(v, convert) for key, v in value.items()}
    if isinstance(value, list | tuple) and any(hasattr(v, "dtype") for v in value):
        return type(value)(_each(v, convert) for v in value)
    return convert(value)
