"""`Metric`, whose state a program updates batch by batch, and the base classes of means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast as cast_type

import numpy as np

from .. import initializers, ops
from ..custom_objects import holds_user_code, is_user_defined
from ..errors import ArgumentError
from ..fields import Configurable, encode, field
from ..losses.loss import masked_weight, match_ranks, sum_all
from ..naming import unique_name
from ..ops.core import dims_of
from ..program import Dim, Variable, floatx, standard
from ..program.jax_calls import may_call_jax, or_in_jax
from ..program.kept_calls import once, settings
from ..program.masks import mask_of
from ..program.primitives.elementwise import cast
from ..program.primitives.layout import broadcast_to, extent, reshape
from ..program.primitives.reduce import mean, reduce_sum
from ..program.stateless import StatelessMetric
from ..program.trace import suspended
from ..spelling import OldAttributes

if TYPE_CHECKING:
    from ..program.types import DType


def _dtype(value) -> str:
    return floatx() if value is None else standard(getattr(value, "compute_dtype", value))


class Metric(StatelessMetric, OldAttributes, Configurable):
    """Base class of metrics.

    A subclass creates its state in ``__init__`` by `add_variable`, and implements
    ``update_state(y_true, y_pred, sample_weight=None)`` and ``result()`` in `brickwork.ops`. Both
    are traced into the program of a step; given arrays, they run at once. A metric assigned to an
    attribute of another metric is part of it.

    Args:
        dtype: dtype of the computation; default `floatx()`. State is float64 unless
            `add_variable` gets a dtype, so that sums over an epoch do not depend on the batch
            size.
        name: key in the logs; default: from the class.

    >>> class Largest(Metric):
    ...     def __init__(self, name="largest", **kwargs):
    ...         super().__init__(name=name, **kwargs)
    ...         self.peak = self.add_variable((), "zeros", name="peak")
    ...     def update_state(self, y_true, y_pred, sample_weight=None):
    ...         self.peak.assign(ops.maximum(self.peak, ops.max(y_pred)))
    ...     def result(self):
    ...         return self.peak.value
    >>> largest = Largest()
    >>> largest.update_state(None, np.array([[1.0], [5.0]]))
    >>> float(largest.result())
    5.0
    """

    field_order = ("dtype", "name")
    dtype: str | None = field(default=None, convert=_dtype, kw_only=True, positional=True)
    name: str | None = field(default=None, kind="str", kw_only=True, positional=True)

    _made_by_setup = "_variables"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in {"update_state", "result"} & set(cls.__dict__):
            method = cls.__dict__[name]
            if is_user_defined(cls):
                setattr(cls, name, may_call_jax(method))
            elif not getattr(method, "looks_at_values", False):
                setattr(cls, name, _at_once(method))

    def setup(self) -> None:
        if self.name is None:
            self.name = unique_name(type(self).__name__, "metric")
        self.__dict__.setdefault("_variables", [])
        self.__dict__.setdefault("_metrics", [])

    if not TYPE_CHECKING:  # for them a misspelt attribute is an error

        def __setattr__(self, name: str, value: Any) -> None:
            for part in _leaves(value):
                tracker = (
                    "_metrics"
                    if isinstance(part, Metric)
                    else "_variables"
                    if isinstance(part, Variable)
                    else None
                )
                if tracker and all(known is not part for known in self._tracked(tracker)):
                    self._tracked(tracker).append(part)
            super().__setattr__(name, value)

    def _tracked(self, tracker: str) -> list:
        if tracker not in self.__dict__:
            raise ArgumentError(
                type(self).__name__,
                "got state before super().__init__() was called. Call it first in __init__.",
            )
        return self.__dict__[tracker]

    def add_variable(
        self,
        shape: Sequence[int] = (),
        initializer: Any = "zeros",
        dtype: DType | None = None,
        aggregation: str | None = "sum",
        name: str | None = None,
    ) -> Variable:
        """Create a state variable, which `reset_state` sets to 0.

        Args:
            shape: shape of the variable, tuple of ints.
            initializer: initial values: name, config or `Initializer`; None for zeros.
            dtype: dtype of the variable; default float64.
            aggregation: how several devices would combine their values; accepted as in Keras,
                without effect.
            name: name of the variable; default "variable".

        Returns:
            The `Variable`.
        """
        variables = self._tracked("_variables")
        make = initializers.get("zeros" if initializer is None else initializer)
        with suspended():  # state may be created by the first update, inside a trace
            value = make(tuple(shape), dtype=standard(dtype or "float64"))
        variable = Variable(
            np.asarray(value), dtype=dtype or "float64", trainable=False, name=name or "variable"
        )
        variable.path = f"{self.name}/{variable.name}"
        variables.append(variable)
        return variable

    add_weight = add_variable

    @property
    def variables(self) -> list[Variable]:
        """State variables of this metric and of those that are part of it."""
        return [
            *self._tracked("_variables"),
            *(v for metric in self._tracked("_metrics") for v in metric.variables),
        ]

    def reset_state(self) -> None:
        """Set all state variables to 0."""
        for variable in self.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Add a batch to the state; subclasses implement it in `brickwork.ops`.

        Args:
            *args: for metrics of a model ``y_true, y_pred``, shape ``(batch, ...)``.
            **kwargs: for metrics of a model ``sample_weight``, shape ``(batch,)``, or None.

        Raises:
            NotImplementedError: if the subclass does not implement it.
        """
        raise NotImplementedError(f"{type(self).__name__} must implement update_state.")

    def result(self) -> Any:
        """Compute the metric from the state; subclasses implement it in `brickwork.ops`.

        Returns:
            A scalar, or a tensor of any shape.

        Raises:
            NotImplementedError: if the subclass does not implement it.
        """
        raise NotImplementedError(f"{type(self).__name__} must implement result.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Update the state and return the result."""
        self._tracked("_variables")
        self.update_state(*args, **kwargs)
        return self.result()

    def __getstate__(self) -> dict:
        return {key: value for key, value in self.__dict__.items() if key != "_calls"}

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "dtype": self.dtype, "name": self.name}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.__dict__.get('name')}>"


_Method = TypeVar("_Method", bound=Callable[..., Any])


def looks_at_values(method: _Method) -> _Method:
    """Mark a method that warns of values, and so is computed op by op on arrays."""
    method.looks_at_values = True  # type: ignore[attr-defined]
    return method


def _at_once(method: _Method) -> _Method:
    """Decorate a method of the package's metrics, which on arrays runs as a program."""

    @wraps(method)
    def run(self, *args, **kwargs):
        others = is_user_defined(type(self)) or holds_user_code(self.__dict__)
        if not others and kwargs.keys() <= _KEYWORDS:
            key = (method, *settings(self.__dict__, _STATE))
            found = once(
                self.__dict__.setdefault("_calls", {}),
                (key, tuple(kwargs)),
                lambda *given: method(
                    self,
                    *given[: len(args)],
                    **dict(zip(kwargs, given[len(args) :], strict=True)),
                ),
                (*args, *kwargs.values()),
            )
            if found is not NotImplemented:
                return found
        return method(self, *args, **kwargs)

    return cast_type(_Method, run)


_KEYWORDS = {"sample_weight", "y_true", "y_pred", "values"}
_STATE = ("_calls", "_variables", "_metrics")


def _leaves(value: Any) -> Iterator[Any]:
    """What is in nested lists, tuples and dicts."""
    if isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    else:
        yield value


def rowwise(values: Any, sample_weight: Any, reduce: Any, dtype: Any) -> Any:
    """Reduce values of any rank to one for each row, as Keras does, and return the row weights.

    ``reduce`` (mean or sum) is applied to the axes that the weights, or rows, do not have.
    """
    mask = mask_of(values)
    values = ops.cast(values, dtype)
    if sample_weight is not None:
        weight = ops.convert_to_tensor(sample_weight, dtype=dtype)
        weight = masked_weight(weight, mask, dtype, "sum")
        values, weight = match_ranks(values, weight)
        rank = len(dims_of(weight))
        values = _reduced(values, rank, reduce)
        weight = broadcast_to(weight, dims_of(values))
        values = values * weight
        sample_weight = _reduced(weight, 1, reduce)
    return _reduced(values, 1, reduce), sample_weight


def _reduced(values, rank: int, reduce):
    """Reduce all axes from `rank` on; axes of size 1 by a free reshape."""
    dims = dims_of(values)
    if len(dims) <= rank:
        return values
    if all(d == 1 for d in dims[rank:]):
        return reshape(values, dims[:rank])
    return reduce(values, tuple(range(rank, len(dims))))


def as_float64(x: Any) -> Any:
    """Cast to the dtype of the state."""
    return cast(x, "float64")


class Sum(Metric):
    """The sum of ``values * sample_weight``.

    ``update_state(values, sample_weight=None)`` takes values of any shape.

    Args:
        name, dtype: see `Metric`.

    >>> total = Sum()
    >>> total.update_state([1.0, 2.0])
    >>> float(total.result())
    3.0
    """

    field_order = ("name", "dtype")
    name: str | None = field(default="sum", kind="str", optional=True)

    def setup(self) -> None:
        super().setup()
        self.total = self.add_variable(name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        values, _ = rowwise(values, sample_weight, reduce_sum, self.dtype)
        self.total.assign(self.total + as_float64(sum_all(values)))

    def result(self) -> Any:
        return self.total.value


class Mean(Metric):
    """The mean of values, weighted by ``sample_weight``, over all rows of all batches.

    ``update_state(values, sample_weight=None)`` takes values of shape ``(batch, ...)``; the
    result is 0 before the first update.

    Args:
        name, dtype: see `Metric`.

    >>> average = Mean()
    >>> average.update_state([1.0, 3.0], sample_weight=[1.0, 3.0])
    >>> float(average.result())
    2.5
    """

    field_order = ("name", "dtype")
    name: str | None = field(default="mean", kind="str", optional=True)

    def setup(self) -> None:
        super().setup()
        self.total = self.add_variable(name="total")
        self.count = self.add_variable(name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        values, weight = rowwise(values, sample_weight, mean, self.dtype)
        self.total.assign(self.total + as_float64(sum_all(values)))
        self.count.assign(self.count + _count(values, weight))

    def result(self) -> Any:
        """The weighted mean so far; 0 before the first update."""
        return ops.divide_no_nan(self.total.value, self.count.value)


def _count(values, weight):
    """The number of rows, or the sum of their weights."""
    if weight is not None:
        return as_float64(reduce_sum(weight))
    dims = dims_of(values)
    if not dims:
        return 1.0
    return extent(dims[:1], "float64") if isinstance(dims[0], Dim) else float(dims[0])


class MeanMetricWrapper(Mean):
    """The mean over rows of ``fn(y_true, y_pred, **kwargs)``.

    Args:
        fn: function written in `brickwork.ops` that returns values of shape ``(batch, ...)``.
        name: see `Metric`.
        dtype: see `Metric`.
        **kwargs: further arguments passed to ``fn``.

    Raises:
        ArgumentError (a ValueError): if ``fn`` is not callable.

    >>> def near(y_true, y_pred, limit):
    ...     return ops.cast(ops.abs(y_true - y_pred) < limit, "float32")
    >>> share = MeanMetricWrapper(near, name="near", limit=0.5)
    >>> share.update_state(np.array([[0.0], [1.0]]), np.array([[0.2], [0.2]]))
    >>> float(share.result())
    0.5
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        dtype: DType | None = None,
        **kwargs: Any,
    ):
        if not callable(fn):
            raise ArgumentError(
                "MeanMetricWrapper.fn", f"got {fn!r}, expected a function of y_true and y_pred."
            )
        if name is None:
            name = unique_name(type(self).__name__, "metric")
        super().__init__(name=name, dtype=dtype)
        self.fn = fn
        self.kwargs = kwargs

    def values(self, y_true: Any, y_pred: Any) -> Any:
        """Compute the value of each row.

        Args:
            y_true: targets, shape ``(batch, ...)``.
            y_pred: outputs, shape ``(batch, ...)``.

        Returns:
            What ``fn`` returns: array of shape ``(batch, ...)``.
        """
        return or_in_jax(self.fn, y_true, y_pred, **self.kwargs)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        values = self.values(y_true, y_pred)
        weight = masked_weight(sample_weight, mask_of(y_pred), self.dtype, "sum")
        super().update_state(values, sample_weight=weight)

    def get_config(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "dtype": self.dtype,
            "fn": encode(self.fn),
            **{name: encode(v) for name, v in self.kwargs.items()},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        from . import function_of

        return cls(**{**config, "fn": function_of(config["fn"])})


class Function(Mean):
    """The mean of a function, with fields of the metric as its keyword arguments."""

    function: ClassVar[Callable[..., Any]]
    arguments: ClassVar[tuple[str, ...]] = ()
    field_order = ("name", "dtype")
    name: str | None = field(
        default="mean", kind="str", optional=True, kw_only=True, positional=True
    )

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        kwargs = {name: getattr(self, name) for name in self.arguments}
        values = type(self).function(y_true, y_pred, **kwargs)
        weight = masked_weight(sample_weight, mask_of(y_pred), self.dtype, "sum")
        super().update_state(values, sample_weight=weight)
