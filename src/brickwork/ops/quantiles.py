"""Keras's ops about values that stand at a share of the order: medians, quantiles, histograms."""

from __future__ import annotations

from ..program.dims import size
from ..program.primitives import elementwise as e
from ..program.primitives import layout as p
from ..program.primitives import reduce as r
from .core import axis_of, dims_of, dtype_of, floating, tensor
from .creation import linspace
from .joining import concatenate
from .reductions import max, min
from .shapes import expand_dims, moveaxis, ravel, transpose
from .sorting import argsort, bincount, picked, searchsorted, sort

METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def quantile(x, q, axis=None, method="linear", keepdims=False):
    """The values that a share q of all is below.

    Args:
        x: whole numbers and truth values count as floats.
        q: a share from 0 to 1, or several, which stand along a new first axis of the result.
        axis: one, several, or None for all.
        method: what lies between two values: "linear", "lower", "higher", "midpoint", "nearest".

    The quantile of values with NaN among them is NaN.

    >>> quantile([1.0, 2.0, 4.0], [0.0, 0.75])
    array([1., 3.], dtype=float32)
    """
    return _quantile(x, q, axis, method, keepdims, False)


def percentile(x, q, axis=None, method="linear", keepdims=False):
    """As `quantile`, the shares in percent.

    >>> percentile([1.0, 2.0, 4.0], 75)
    array(3., dtype=float32)
    """
    return _quantile(x, _hundredth(q, x), axis, method, keepdims, False)


def median(x, axis=None, keepdims=False):
    """The value in the middle, or the mean of the two that are.

    >>> median([5.0, 1.0, 2.0, 3.0])
    array(2.5, dtype=float32)
    """
    return _quantile(x, 0.5, axis, "midpoint", keepdims, False)


def nanquantile(x, q, axis=None, method="linear", keepdims=False):
    """As `quantile`, of the values that are no NaN; NaN where there is none.

    >>> nanquantile([1.0, float("nan"), 3.0], 0.5)
    array(2., dtype=float32)
    """
    return _quantile(x, q, axis, method, keepdims, True)


def nanpercentile(x, q, axis=None, method="linear", keepdims=False):
    """As `nanquantile`, the shares in percent.

    >>> nanpercentile([1.0, float("nan"), 3.0], 50)
    array(2., dtype=float32)
    """
    return _quantile(x, _hundredth(q, x), axis, method, keepdims, True)


def nanmedian(x, axis=None, keepdims=False):
    """As `median`, of the values that are no NaN; NaN where there is none.

    >>> nanmedian([1.0, float("nan"), 3.0])
    array(2., dtype=float32)
    """
    return _quantile(x, 0.5, axis, "midpoint", keepdims, True)


def _hundredth(q, x):
    return e.cast(tensor(q), dtype_of(floating(x))) / 100


def _quantile(x, q, axis, method: str, keepdims: bool, without_nan: bool):
    if method not in METHODS:
        raise ValueError(f"quantile.method: got {method!r}, expected one of {', '.join(METHODS)}.")
    x = floating(x)
    dims, kind = dims_of(x), dtype_of(x)
    axes = range(len(dims)) if axis is None else axis if isinstance(axis, list | tuple) else [axis]
    axes = [axis_of(x, a) for a in axes]
    rest = [a for a in range(len(dims)) if a not in axes]
    kept, count = tuple(dims[a] for a in rest), size(tuple(dims[a] for a in axes))
    rows = sort(p.reshape(transpose(x, (*rest, *axes)), (*kept, count)))  # NaN stands last

    q = e.cast(tensor(q), kind)
    if len(dims_of(q)) > 1:
        raise ValueError(f"quantile.q: got shares of shape {dims_of(q)}, expected one, or a row.")
    several = len(dims_of(q)) == 1
    nan = r.reduce_sum(e.cast(e.isnan(rows), kind), -1)
    top = e.cast(tensor(count), kind) - 1
    if without_nan:
        top = expand_dims(top - nan, -1)
    place = (q if several else p.reshape(q, (1,))) * top
    low = e.floor(place)
    share = place - low

    def at(position):
        inside = e.maximum(e.minimum(position, top), 0.0)
        return picked(rows, p.broadcast_to(e.cast(inside, "int32"), (*kept, dims_of(place)[-1])))

    below, above = at(low), at(e.ceil(place))
    found = {"linear": lambda: below * (1 - share) + above * share, "lower": lambda: below,
             "higher": lambda: above, "midpoint": lambda: (below + above) * 0.5,
             "nearest": lambda: e.where(e.less_equal(share, 0.5), below, above)}[method]()
    if not without_nan:
        found = e.where(e.greater(expand_dims(nan, -1), 0), float("nan"), found)
    if keepdims:
        kept = tuple(1 if a in axes else d for a, d in enumerate(dims))
        found = p.reshape(found, (*kept, dims_of(found)[-1]))
    return moveaxis(found, -1, 0) if several else p.reshape(found, kept)


def histogram(x, bins=10, range=None):
    """How many values of a row fall into each of equally wide bins, and where those end.

    Args:
        bins: how many.
        range: where the first begins and the last ends; by default the least and the largest
            value. Values outside are not counted; the last bin holds its end.

    >>> histogram([1.0, 2.0, 2.0, 5.0], bins=2)
    (array([3., 1.], dtype=float32), array([1., 3., 5.], dtype=float32))
    """
    if not isinstance(bins, int):
        raise TypeError(f"histogram.bins: got {bins!r}, expected a whole number.")
    x = floating(x)
    if len(dims_of(x)) != 1:
        raise ValueError(f"histogram.x: got rank {len(dims_of(x))}, expected 1.")
    if bins < 0 or (range and (len(range) != 2 or range[1] < range[0])):
        raise ValueError(f"histogram: got bins={bins} and range={range}, expected some bins from a "
                         "number to a larger one.")
    low, high = (tensor(end) for end in range) if range else (min(x), max(x))
    low, high = e.cast(low, dtype_of(x)), e.cast(high, dtype_of(x))
    wider = e.where(e.equal(low, high), 0.5, 0.0)
    edges = linspace(low - wider, high + wider, bins + 1)
    place = searchsorted(edges, x, side="right")
    place = e.where(e.equal(x, edges[-1]), bins, place)
    counts = bincount(place, minlength=bins + 2)  # the outer two are outside
    return e.cast(counts[1:bins + 1], dtype_of(x)), edges


def argpartition(x, kth, axis=-1):
    """Where the values stand, those of the least kth + 1 first and in order; the others as they
    come.

    >>> argpartition([7.0, 1.0, 5.0, 3.0], 1)
    array([1, 3, 0, 2], dtype=int32)
    """
    x = tensor(x)
    x, axis = (ravel(x), 0) if axis is None else (x, axis_of(x, axis))
    places = moveaxis(argsort(x, axis), axis, -1)
    whole = dims_of(places)[-1]
    if not isinstance(whole, int):
        raise ValueError("argpartition: got the axis of the batch, expected one whose extent is "
                         "known before the program runs.")
    first = int(kth) % whole + 1
    parts = concatenate([places[..., :first], sort(places[..., first:])], -1)
    return moveaxis(parts, -1, axis)


__all__ = ["argpartition", "histogram", "median", "nanmedian", "nanpercentile", "nanquantile",
           "percentile", "quantile"]
