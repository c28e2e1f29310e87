"""Keras's order statistics: medians, quantiles, histograms, partitions."""

from __future__ import annotations

from typing import Any

from ..program.between import connect
from ..program.dims import size
from ..program.primitives import elementwise as e, layout as p, reduce as r
from ..program.types import Axes, Tensor, TensorLike
from .core import axis_of, dims_of, dtype_of, floating, in_float32, tensor
from .creation import linspace
from .joining import concatenate
from .reductions import max, min
from .shapes import expand_dims, moveaxis, ravel, transpose
from .sorting import argsort, bincount, searchsorted, sort, take_along_last

METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def quantile(
    x: TensorLike,
    q: TensorLike,
    axis: Axes | None = None,
    method: str = "linear",
    keepdims: bool = False,
) -> Tensor:
    """Return the values below which a fraction q of the elements lies.

    If an element is NaN, so is the quantile.

    Args:
        x: tensor of any shape and dtype; integers and booleans are converted to `floatx()`.
        q: fraction from 0 to 1, or a vector of them, which become a new first axis of the result.
        axis: axis or axes along which to reduce; None means all.
        method: value between two elements: "linear", "lower", "higher", "midpoint" or "nearest".
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype; with a first axis for the fractions if q is
        a vector.

    Raises:
        ValueError: an unknown method, or q of a rank above 1.

    >>> quantile([1.0, 2.0, 4.0], [0.0, 0.75])
    array([1., 3.], dtype=float32)
    """
    return _quantile(x, q, axis, method, keepdims, False)


def percentile(
    x: TensorLike,
    q: TensorLike,
    axis: Axes | None = None,
    method: str = "linear",
    keepdims: bool = False,
) -> Tensor:
    """Return the values below which q percent of the elements lie; see `quantile`.

    Args:
        x: tensor of any shape and dtype; integers and booleans are converted to `floatx()`.
        q: percentage from 0 to 100, or a vector of them, which become a new first axis of the
            result.
        axis: axis or axes along which to reduce; None means all.
        method: value between two elements: "linear", "lower", "higher", "midpoint" or "nearest".
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype; with a first axis for the percentages if q
        is a vector.

    >>> percentile([1.0, 2.0, 4.0], 75)
    array(3., dtype=float32)
    """
    return _quantile(x, _as_fraction(q, x), axis, method, keepdims, False)


def median(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the middle element, or the mean of the two middle elements; NaN if one is NaN.

    Args:
        x: tensor of any shape and dtype; integers and booleans are converted to `floatx()`.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> median([5.0, 1.0, 2.0, 3.0])
    array(2.5, dtype=float32)
    """
    return _quantile(x, 0.5, axis, "midpoint", keepdims, False)


def nanquantile(
    x: TensorLike,
    q: TensorLike,
    axis: Axes | None = None,
    method: str = "linear",
    keepdims: bool = False,
) -> Tensor:
    """Return the `quantile` of the elements that are not NaN; NaN where there are none.

    Args:
        x: tensor of any shape and dtype; integers and booleans are converted to `floatx()`.
        q: fraction from 0 to 1, or a vector of them, which become a new first axis of the result.
        axis: axis or axes along which to reduce; None means all.
        method: value between two elements: "linear", "lower", "higher", "midpoint" or "nearest".
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype; with a first axis for the fractions if q is
        a vector.

    >>> nanquantile([1.0, float("nan"), 3.0], 0.5)
    array(2., dtype=float32)
    """
    return _quantile(x, q, axis, method, keepdims, True)


def nanpercentile(
    x: TensorLike,
    q: TensorLike,
    axis: Axes | None = None,
    method: str = "linear",
    keepdims: bool = False,
) -> Tensor:
    """Return the `percentile` of the elements that are not NaN; NaN where there are none.

    Args:
        x: tensor of any shape and dtype; integers and booleans are converted to `floatx()`.
        q: percentage from 0 to 100, or a vector of them, which become a new first axis of the
            result.
        axis: axis or axes along which to reduce; None means all.
        method: value between two elements: "linear", "lower", "higher", "midpoint" or "nearest".
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype; with a first axis for the percentages if q
        is a vector.

    >>> nanpercentile([1.0, float("nan"), 3.0], 50)
    array(2., dtype=float32)
    """
    return _quantile(x, _as_fraction(q, x), axis, method, keepdims, True)


def nanmedian(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the `median` of the elements that are not NaN; NaN where there are none.

    Args:
        x: tensor of any shape and dtype; integers and booleans are converted to `floatx()`.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> nanmedian([1.0, float("nan"), 3.0])
    array(2., dtype=float32)
    """
    return _quantile(x, 0.5, axis, "midpoint", keepdims, True)


def _as_fraction(q, x):
    return e.cast(tensor(q), dtype_of(floating(x))) / 100


@in_float32
def _quantile(x: Any, q: Any, axis: Any, method: str, keepdims: bool, without_nan: bool) -> Any:
    if method not in METHODS:
        raise ValueError(f"quantile.method: got {method!r}, expected one of {', '.join(METHODS)}.")
    x = floating(x)
    dims, dtype = dims_of(x), dtype_of(x)
    axes = range(len(dims)) if axis is None else axis if isinstance(axis, list | tuple) else [axis]
    axes = [axis_of(x, a) for a in axes]
    rest = [a for a in range(len(dims)) if a not in axes]
    kept, count = tuple(dims[a] for a in rest), size(tuple(dims[a] for a in axes))
    rows = sort(p.reshape(transpose(x, (*rest, *axes)), (*kept, count)))  # NaN is last

    q = e.cast(tensor(q), dtype)
    if len(dims_of(q)) > 1:
        raise ValueError(f"quantile.q: got shape {dims_of(q)}, expected a scalar or a vector.")
    several = len(dims_of(q)) == 1
    nan_count = r.reduce_sum(e.cast(e.isnan(rows), dtype), -1)
    last = e.cast(tensor(count), dtype) - 1
    if without_nan:
        last = expand_dims(last - nan_count, -1)
    position = (q if several else p.reshape(q, (1,))) * last
    low = e.floor(position)
    fraction = position - low

    def at(index):
        inside = e.cast(e.maximum(e.minimum(index, last), 0.0), "int32")
        return take_along_last(rows, p.broadcast_to(inside, (*kept, dims_of(position)[-1])))

    below, above = at(low), at(e.ceil(position))
    found = {
        "linear": lambda: below * (1 - fraction) + above * fraction,
        "lower": lambda: below,
        "higher": lambda: above,
        "midpoint": lambda: (below + above) * 0.5,
        "nearest": lambda: e.where(e.less_equal(fraction, 0.5), below, above),
    }[method]()
    if not without_nan:
        found = e.where(e.greater(expand_dims(nan_count, -1), 0), float("nan"), found)
    if keepdims:
        kept = tuple(1 if a in axes else d for a, d in enumerate(dims))
        found = p.reshape(found, (*kept, dims_of(found)[-1]))
    return moveaxis(found, -1, 0) if several else p.reshape(found, kept)


@in_float32
def histogram(
    x: TensorLike, bins: int = 10, range: tuple[float, float] | None = None
) -> tuple[Tensor, Tensor]:
    """Return the number of elements in each of equally wide bins, and the edges of the bins.

    Args:
        x: tensor of shape ``(n,)`` and any dtype.
        bins: number of bins, an integer.
        range: ``(low, high)``, the outer edges; None means the smallest and the largest element.
            Elements outside are not counted; the last bin includes its upper edge.

    Returns:
        Counts of shape ``(bins,)`` and edges of shape ``(bins + 1,)``, both of float dtype.

    Raises:
        TypeError: bins is not an integer.
        ValueError: x is not of rank 1, bins is negative, or the range is not ascending.

    >>> histogram([1.0, 2.0, 2.0, 5.0], bins=2)
    (array([3., 1.], dtype=float32), array([1., 3., 5.], dtype=float32))
    """
    if not isinstance(bins, int):
        raise TypeError(f"histogram.bins: got {bins!r}, expected an integer.")
    x = floating(x)
    if len(dims_of(x)) != 1:
        raise ValueError(f"histogram.x: got rank {len(dims_of(x))}, expected 1.")
    if bins < 0 or (range and (len(range) != 2 or range[1] < range[0])):
        raise ValueError(
            f"histogram: got bins={bins} and range={range}, expected bins >= 0 and "
            "range=(low, high) with low <= high."
        )
    low, high = (tensor(end) for end in range) if range else (min(x), max(x))
    low, high = e.cast(low, dtype_of(x)), e.cast(high, dtype_of(x))
    wider = e.where(e.equal(low, high), 0.5, 0.0)
    edges = linspace(low - wider, high + wider, bins + 1)
    index = searchsorted(edges, x, side="right")
    index = e.where(e.equal(x, edges[-1]), bins, index)
    counts = bincount(index, minlength=bins + 2)  # the first and last count values out of range
    return e.cast(counts[1 : bins + 1], dtype_of(x)), edges


def argpartition(x: TensorLike, kth: int, axis: int | None = -1) -> Tensor:
    """Return the indices of the elements, those of the kth + 1 smallest first and in order.

    The indices of the other elements follow in ascending order.

    Args:
        x: tensor of any shape and numeric dtype.
        kth: an integer; negative values count from the end.
        axis: axis to partition, not that of the batch; None means the flattened tensor.

    Returns:
        Tensor of indices of the shape of x (of rank 1 if axis is None), dtype int32.

    Raises:
        ValueError: the axis is that of the batch, whose extent a program does not know.

    >>> argpartition([7.0, 1.0, 5.0, 3.0], 1)
    array([1, 3, 0, 2], dtype=int32)
    """
    x = tensor(x)
    x, axis = (ravel(x), 0) if axis is None else (x, axis_of(x, axis))
    indices = moveaxis(argsort(x, axis), axis, -1)
    whole = dims_of(indices)[-1]
    if not isinstance(whole, int):
        raise ValueError(
            "argpartition: got the batch axis, expected an axis whose extent is known "
            "before the program runs."
        )
    first = int(kth) % whole + 1
    parts = concatenate([indices[..., :first], sort(indices[..., first:])], -1)
    return moveaxis(parts, -1, axis)


__all__ = [
    "argpartition",
    "histogram",
    "median",
    "nanmedian",
    "nanpercentile",
    "nanquantile",
    "percentile",
    "quantile",
]
connect(globals(), __all__)
