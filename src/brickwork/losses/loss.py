"""`Loss`, and the reduction of per-row losses to a scalar: Keras's rules, written in ops."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from .. import ops
from ..custom_objects import holds_user_code, is_user_defined
from ..errors import ArgumentError, missing_attribute
from ..fields import Configurable, encode, field
from ..naming import unique_name
from ..ops.core import dims_of, dtype_of, floating
from ..program import Dim, Symbol, between, floatx, standard
from ..program.between import is_connected
from ..program.dims import size
from ..program.dtypes import HALF, promote
from ..program.jax_calls import or_in_jax
from ..program.kept_calls import differentiable, settings
from ..program.masks import mask_of
from ..program.primitives.layout import extent, reshape
from ..program.primitives.reduce import mean, reduce_sum
from ..program.stateless import also_in_jax

if TYPE_CHECKING:
    from ..program.types import DType

REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)


#: The programs of losses that were called on arrays.
_kept: dict = {}


def _reduction(value):
    if value == "auto":  # Keras 2's name for the default
        from ..spelling.translation import warn_old_spellings

        warn_old_spellings("Loss", [("reduction='auto'", "left out")])
        return "sum_over_batch_size"
    if value not in REDUCTIONS:
        raise ArgumentError(
            "reduction", f"got {value!r}, expected one of {', '.join(map(repr, REDUCTIONS))}."
        )
    return value


def _dtype(value):
    """A dtype, or None for floatx at the time of the call; of a policy that of computations."""
    if value is None:
        return None
    value = getattr(value, "compute_dtype", value)
    return standard(value.removeprefix("mixed_") if isinstance(value, str) else value)


class Loss(Configurable):
    """Base class of losses. ``loss(y_true, y_pred, sample_weight=None)`` returns a scalar.

    A subclass implements ``call(y_true, y_pred)`` in `brickwork.ops`, which returns a loss for
    each row (or each step of each row).

    Args:
        name: name in messages and, with several outputs, in the logs; default: from the class.
        reduction: how the per-row losses are reduced. "sum_over_batch_size" or "mean": weighted
            sum divided by the number of losses; "sum": weighted sum; "mean_with_sample_weight":
            weighted sum divided by the sum of the weights; "none" or None: no reduction.
        dtype: dtype of the computation; default: `floatx()`, or that of the outputs if wider.

    Attributes:
        labels: what valid targets are, for data validation; None for anything, or one of

            - "values": any; "amounts": >= 0; "divisors": not 0; "signs": -1 or 1;
            - "probability": from 0 to 1; "distribution" and "shares": probabilities that sum to 1
              in each row, for "distribution" over at least two classes; "one_hot": a single 1 in
              each row, zeros elsewhere;
            - "classes": class indices from 0; "ids": any integers.

    >>> class Cubed(Loss):
    ...     def call(self, y_true, y_pred):
    ...         return ops.mean(abs(y_true - y_pred) ** 3, axis=-1)
    >>> float(Cubed()([[0.0], [0.0]], [[1.0], [2.0]]))
    4.5
    """

    labels = None  # type: str | None
    field_order = ("name", "reduction", "dtype")
    name: str | None = field(default=None, kind="str", kw_only=True, positional=True)
    reduction: str | None = field(
        default="sum_over_batch_size", convert=_reduction, kw_only=True, positional=True
    )
    dtype: str | None = field(default=None, convert=_dtype, kw_only=True, positional=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # A subclass with a `call` of its own declares its own valid targets.
        if "call" in cls.__dict__ and "labels" not in cls.__dict__:
            cls.labels = None
        super().__init_subclass__(**kwargs)

    def setup(self) -> None:
        if self.name is None:
            self.name = unique_name(type(self).__name__)

    @also_in_jax
    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        if not (is_user_defined(type(self)) or holds_user_code(self.__dict__)):
            key = (type(self), *settings(self.__dict__))
            found = differentiable(_kept, key, self._compute, (y_true, y_pred, sample_weight))
            if found is not NotImplemented:
                return found
        return self._compute(y_true, y_pred, sample_weight)

    def _compute(self, y_true: Any, y_pred: Any, sample_weight: Any) -> Any:
        mask = mask_of(y_pred)
        dtype = self.dtype or _default_dtype(y_pred)
        y_pred = _map_tensors(y_pred, lambda x: ops.convert_to_tensor(x, dtype=dtype))
        if self.labels not in ("classes", "ids"):  # these stay integers
            y_true = _map_tensors(y_true, lambda x: ops.convert_to_tensor(x, dtype=dtype))
        losses = or_in_jax(self.call, y_true, y_pred)
        mask = combine_masks(mask, mask_of(losses))
        loss = reduce_weighted(losses, sample_weight, mask, self.reduction, dtype)
        return ops.cast(loss, dtype) if dtype in HALF else loss  # NumPy widened it

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Compute the loss of each row; subclasses implement it in `brickwork.ops`.

        Args:
            y_true: targets, tensor of shape ``(batch, ...)``, in the dtype of the loss (integers
                where `labels` is "classes" or "ids").
            y_pred: outputs of the model, tensor of shape ``(batch, ...)``, in the dtype of the
                loss.

        Returns:
            Tensor of shape ``(batch,)`` or ``(batch, steps, ...)``.

        Raises:
            NotImplementedError: if the subclass does not implement it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must implement call(y_true, y_pred), "
            "which returns a loss for each row."
        )

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        if config["dtype"] is None:
            del config["dtype"]
        return config


class Function(Loss):
    """A loss computed by a function of targets and outputs, with fields as keyword arguments.

    A subclass sets `function`, and `arguments`: the fields passed to it. The attribute `labels`
    of the function declares the valid targets.
    """

    function: ClassVar[Callable[..., Any]]
    arguments: ClassVar[tuple[str, ...]] = ()
    field_order = ("reduction", "name", "dtype")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "function" in cls.__dict__:
            cls.labels = getattr(cls.function, "labels", None)
        super().__init_subclass__(**kwargs)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        y_true, y_pred = match_ranks(y_true, y_pred)
        kwargs = {name: getattr(self, name) for name in self.arguments}
        return type(self).function(y_true, y_pred, **kwargs)


class LossFunctionWrapper(Loss):
    """Wrap a function ``fn(y_true, y_pred, **kwargs)`` that returns a loss for each row.

    Args:
        fn: function of targets and outputs, written in `brickwork.ops`.
        reduction: see `Loss`.
        name: see `Loss`.
        dtype: see `Loss`.
        **kwargs: further arguments passed to ``fn``.

    Raises:
        ArgumentError (a ValueError): if ``fn`` is not callable.

    >>> halves = LossFunctionWrapper(lambda y, p: ops.mean(abs(y - p), axis=-1) / 2)
    >>> float(halves([[0.0]], [[1.0]]))
    0.5
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: DType | None = None,
        **kwargs: Any,
    ):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        if not callable(fn):
            raise ArgumentError(
                "LossFunctionWrapper.fn", f"got {fn!r}, expected a function of y_true and y_pred."
            )
        self.fn = fn
        self.kwargs = kwargs

    def __getattr__(self, name: str) -> Any:
        # Data validation reads these attributes of a loss; here they are keyword arguments.
        validated = ("from_logits", "axis", "ignore_class", "label_smoothing")
        if name in validated and name in self.__dict__.get("kwargs", ()):
            return self.kwargs[name]
        raise missing_attribute(self, name)

    @property
    def labels(self) -> str | None:
        return getattr(self.fn, "labels", None)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        if not isinstance(y_pred, list | tuple | dict):
            y_true, y_pred = match_ranks(y_true, y_pred)
        return self.fn(y_true, y_pred, **self.kwargs)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "fn": encode(self.fn),
            **{name: encode(v) for name, v in self.kwargs.items()},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        from .loss_names import registry

        return cls(**{**config, "fn": registry.get(config["fn"])})

    def __repr__(self) -> str:
        return f"<LossFunctionWrapper({self.fn}, kwargs={self.kwargs})>"


# Shapes, masks, weights


def cast_pair(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Targets and outputs in the float dtype of the outputs, with the same rank."""
    y_pred = floating(y_pred)
    return match_ranks(ops.convert_to_tensor(y_true, dtype=dtype_of(y_pred)), y_pred)


def match_ranks(first: Any, second: Any, expand_vectors: bool = True) -> tuple[Any, Any]:
    """Add or remove a last dimension of 1 where the ranks of both differ by one.

    >>> [x.shape for x in match_ranks(np.zeros(3), np.zeros((3, 1)))]
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


def mean_over(x: Any, axis: int) -> Any:
    """The mean along an axis; a free reshape where its size is 1."""
    dims = dims_of(x)
    if dims and isinstance(axis, int) and dims[axis] == 1:
        axis %= len(dims)
        return reshape(x, (*dims[:axis], *dims[axis + 1 :]))
    return mean(x, axis)


def reduce_weighted(
    values: Any, sample_weight: Any, mask: Any, reduction: str | None, dtype: DType | None
) -> Any:
    """Reduce the losses of rows to a scalar (with reduction None, only weight them)."""
    values = ops.convert_to_tensor(values, dtype=dtype)
    weight = None if sample_weight is None else ops.convert_to_tensor(sample_weight, dtype=dtype)
    weight = masked_weight(weight, mask, dtype, reduction)
    if weight is not None:
        values, weight = match_ranks(values, weight)
        values = values * weight
    if reduction in (None, "none") or not dims_of(values):
        return values
    total = sum_all(values)
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and weight is not None:
        return ops.divide_no_nan(total, reduce_sum(weight))
    return total / _count(values) if _count(values) is not None else total


def sum_all(values: Any) -> Any:
    """The sum of all values. Reshapes before it are skipped: the gradient of a sum is the same
    scalar for every value, and it stays a scalar until it reaches the outputs."""
    while isinstance(values, Symbol) and values.op == "reshape":
        values = values.inputs[0]
    return reduce_sum(values)


def _count(x):
    """The number of values, None for 0; for a symbolic batch size it is known at run time."""
    dims = dims_of(x)
    if is_connected(x):  # outside of a trace it is an op between layers
        return ops.cast(between.record("size", (x,), {}), dtype_of(x))
    if any(isinstance(d, Dim) for d in dims):
        return extent(dims, dtype_of(x))
    return float(size(dims)) if size(dims) else None


def masked_weight(weight: Any, mask: Any, dtype: DType | None, reduction: str | None) -> Any:
    """Set the weights to 0 where the mask is False.

    For a mean the other weights are scaled by ``values / valid values``: the later division by
    the number of all values then gives the mean over the valid ones.
    """
    if mask is None:
        return weight
    mask = ops.cast(mask, "bool")
    if reduction in ("mean", "sum_over_batch_size"):
        valid = reduce_sum(ops.cast(mask, dtype))
        total = (
            extent(dims_of(mask), dtype)
            if isinstance(mask, Symbol)
            else np.asarray(mask.size, dtype)
        )
        masked = ops.where(mask, ops.divide_no_nan(total, valid), ops.cast(0, dtype))
    else:
        masked = ops.cast(mask, dtype)
    if weight is None:
        return masked
    masked, weight = match_ranks(masked, ops.cast(weight, dtype))
    return masked * weight


def combine_masks(first: Any, second: Any) -> Any:
    """Return the logical and of two masks, each of which may be None."""
    if first is None or second is None:
        return second if first is None else first
    return ops.logical_and(first, second)


def _default_dtype(y_pred) -> str:
    """floatx, or the dtype of the outputs if that is wider."""
    if isinstance(y_pred, list | tuple | dict):
        return floatx()
    dtype = getattr(y_pred, "dtype", None)
    return floatx() if dtype is None else promote(floatx(), standard(dtype))


def _map_tensors(value, convert):
    """Convert a tensor, or each tensor in (nested) lists, tuples and dicts."""
    if isinstance(value, dict):
        return {key: _map_tensors(v, convert) for key, v in value.items()}
    if isinstance(value, list | tuple) and any(hasattr(v, "dtype") for v in value):
        parts = [_map_tensors(v, convert) for v in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    return convert(value)
