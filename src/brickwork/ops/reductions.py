"""Keras's functions that look along axes: sums, means, extremes, where they are."""

from __future__ import annotations

from ..program.primitives import elementwise as e
from ..program.primitives import layout as p
from ..program.primitives import reduce as r
from ..program.primitives.take import scatter_add
from .core import axis_of, dims_of, dtype_of, floating, tensor
from .core import size as element_count


def sum(x, axis=None, keepdims=False):
    """The sum along an axis, some axes, or (None) all.

    >>> sum([[1.0, 2.0], [3.0, 4.0]], axis=0)
    array([4., 6.], dtype=float32)
    """
    return r.reduce_sum(tensor(x), axis, keepdims)


def prod(x, axis=None, keepdims=False, dtype=None):
    """The product along axes.

    >>> prod([2, 3])
    array(6, dtype=int32)
    """
    x = tensor(x) if dtype is None else e.cast(tensor(x), dtype)
    return r.reduce_prod(x, axis, keepdims)


def mean(x, axis=None, keepdims=False):
    """The mean along axes; whole numbers are averaged as floats.

    >>> float(mean([1, 2]))
    1.5
    """
    return r.mean(floating(x), axis, keepdims)


def var(x, axis=None, keepdims=False):
    """The mean of the squared distance from the mean.

    >>> float(var([1.0, 3.0]))
    1.0
    """
    x = floating(x)
    return r.mean(e.square(x - r.mean(x, axis, keepdims=True)), axis, keepdims)


def std(x, axis=None, keepdims=False):
    """The square root of `var`.

    >>> std([1.0, 3.0])
    array(1., dtype=float32)
    """
    return e.sqrt(var(x, axis, keepdims))


def moments(x, axes, keepdims=False, synchronized=False):
    """The mean and the variance along axes.

    >>> [float(moment) for moment in moments([1.0, 3.0], axes=0)]
    [2.0, 1.0]
    """
    if synchronized:
        raise ValueError("moments: got synchronized=True, but a program runs on one device; "
                         "expected False.")
    return mean(x, axes, keepdims), var(x, axes, keepdims)


def average(x, axis=None, weights=None):
    """The mean, each value counting as much as its weight says.

    >>> float(average([1.0, 4.0], weights=[2.0, 1.0]))
    2.0
    """
    x = floating(x)
    if weights is None:
        return mean(x, axis)
    weights = tensor(weights)
    if len(dims_of(weights)) == 1 and len(dims_of(x)) > 1 and axis is not None:
        at = axis_of(x, axis)
        weights = p.reshape(weights, tuple(dims_of(weights)[0] if i == at else 1
                                           for i in range(len(dims_of(x)))))
    weights = p.broadcast_to(weights, dims_of(x))
    return sum(x * weights, axis) / sum(weights, axis)


def max(x, axis=None, keepdims=False, initial=None):
    """The largest value along axes, and no less than `initial`; NaN if there is one.

    >>> max([[1, 2], [3, 0]], axis=1)
    array([2, 3], dtype=int32)
    """
    found = r.reduce_max(_ordered(x), axis, keepdims)
    return found if initial is None else e.maximum(found, initial)


def min(x, axis=None, keepdims=False, initial=None):
    """The smallest value along axes, and no more than `initial`; NaN if there is one.

    >>> min([[1, 2], [3, 0]], axis=1)
    array([1, 0], dtype=int32)
    """
    found = r.reduce_min(_ordered(x), axis, keepdims)
    return found if initial is None else e.minimum(found, initial)


def amax(x, axis=None, keepdims=False):
    """The same as `max`.

    >>> amax([1, 2])
    array(2, dtype=int32)
    """
    return max(x, axis, keepdims)


def amin(x, axis=None, keepdims=False):
    """The same as `min`.

    >>> amin([1, 2])
    array(1, dtype=int32)
    """
    return min(x, axis, keepdims)


def ptp(x, axis=None, keepdims=False):
    """From the smallest to the largest: max - min.

    >>> float(ptp([1.0, 4.0]))
    3.0
    """
    return max(x, axis, keepdims) - min(x, axis, keepdims)


def _ordered(x):
    x = tensor(x)
    return e.cast(x, "int32") if dtype_of(x) == "bool" else x


def any(x, axis=None, keepdims=False):
    """Whether a value along axes is true.

    >>> any([[True, False], [False, False]], axis=1)
    array([ True, False])
    """
    return e.greater(r.reduce_max(_truth(x), axis, keepdims), 0)


def all(x, axis=None, keepdims=False):
    """Whether all values along axes are true.

    >>> all([[True, False], [True, True]], axis=1)
    array([False,  True])
    """
    return e.greater(r.reduce_min(_truth(x), axis, keepdims), 0)


def count_nonzero(x, axis=None):
    """How many values along axes are not 0.

    >>> count_nonzero([0, 3, 4])
    array(2, dtype=int32)
    """
    return r.reduce_sum(_truth(x), axis)


def _truth(x):
    """1 where a value is true (or not 0), else 0."""
    x = tensor(x)
    return e.cast(x if dtype_of(x) == "bool" else e.not_equal(x, 0), "int32")


def argmax(x, axis=None, keepdims=False):
    """Where the largest value along an axis stands (the first of equals); None: in all.

    >>> argmax([[1, 5, 2], [7, 0, 7]], axis=1)
    array([1, 0], dtype=int32)
    """
    return _where_is(r.argmax, x, axis, keepdims)


def argmin(x, axis=None, keepdims=False):
    """Where the smallest value along an axis stands (the first of equals); None: in all.

    >>> argmin([[1, 5, 2], [7, 0, 7]], axis=1)
    array([0, 1], dtype=int32)
    """
    return _where_is(r.argmin, x, axis, keepdims)


def _where_is(op, x, axis, keepdims):
    x = _ordered(x)
    dims = dims_of(x)
    if axis is None:
        found = op(p.reshape(x, (element_count(x),)), axis=0)
        return p.reshape(found, (1,) * len(dims)) if keepdims else found
    axis = axis_of(x, axis)
    found = op(x, axis=axis)
    return p.reshape(found, (*dims[:axis], 1, *dims[axis + 1:])) if keepdims else found


def cumsum(x, axis=None, dtype=None):
    """The sum of all values so far along an axis; None: of the values in a row.

    >>> cumsum([1, 2, 3])
    array([1, 3, 6], dtype=int32)
    """
    x = _ordered(x) if dtype is None else e.cast(tensor(x), dtype)
    if axis is None:
        return r.cumsum(p.reshape(x, (element_count(x),)), axis=0)
    return r.cumsum(x, axis=axis_of(x, axis))


def logsumexp(x, axis=None, keepdims=False):
    """log(sum(exp(x))), without overflow.

    >>> logsumexp([1000.0, 1000.0])
    array(1000.6932, dtype=float32)
    """
    x = floating(x)
    top = r.reduce_max(x, axis, keepdims=True)
    top = p.stop_gradient(e.where(e.isfinite(top), top, 0.0))
    total = e.log(r.reduce_sum(e.exp(x - top), axis, keepdims=True)) + top
    return total if keepdims else squeeze_axes(total, axis)


def squeeze_axes(x, axis):
    """The tensor without axes whose extent is 1 (None: without any axis)."""
    dims = dims_of(x)
    if axis is None:
        return p.reshape(x, ())
    axes = [axis_of(x, a) for a in ((axis,) if isinstance(axis, int) else axis)]
    return p.reshape(x, tuple(d for i, d in enumerate(dims) if i not in axes))


def norm(x, ord=None, axis=None, keepdims=False):
    """The length of vectors: 2-norm by default; 1, inf, -inf, 0 or any p; "fro" for matrices.

    With ``axis`` None the values count as one long vector (of rank 1 or 2 if `ord` is given).

    >>> norm([3.0, 4.0])
    array(5., dtype=float32)
    """
    x = floating(x)
    pair = len(dims_of(x)) == 2 if axis is None else not isinstance(axis, int) and len(axis) == 2
    if ord is None or ord == "fro" or (ord == 2 and not pair):
        return e.sqrt(r.reduce_sum(e.square(x), axis, keepdims))
    if isinstance(ord, str) or (pair and ord not in (1, -1, float("inf"), float("-inf"))):
        raise ValueError(f"norm: got ord={ord!r}, expected None, 'fro', 1, -1, inf or -inf for a "
                         "matrix, any number for vectors (sums of singular values do not exist "
                         "here).")
    if pair:
        return _matrix_norm(x, ord, axis, keepdims)
    size = e.abs(x)
    if ord in (float("inf"), float("-inf")):
        return (max if ord > 0 else min)(size, axis, keepdims)
    if ord == 0:
        return e.cast(count(x, axis, keepdims), dtype_of(x))
    if ord == 1:
        return r.reduce_sum(size, axis, keepdims)
    return e.pow(r.reduce_sum(e.pow(size, float(ord)), axis, keepdims), 1.0 / ord)


def _matrix_norm(x, ord, axis, keepdims):
    """The largest (ord < 0: smallest) sum of sizes along the rows or the columns."""
    rows, columns = (axis_of(x, a) for a in ((0, 1) if axis is None else axis))
    along, over = (rows, columns) if ord in (1, -1) else (columns, rows)
    sums = r.reduce_sum(e.abs(x), along, keepdims=True)
    found = (max if ord > 0 else min)(sums, over, keepdims=True)
    return found if keepdims else squeeze_axes(found, (rows, columns))


def count(x, axis, keepdims):
    """How many values are not 0, axes kept or not."""
    return r.reduce_sum(_truth(x), axis, keepdims)


def segment_sum(data, segment_ids, num_segments=None, sorted=False):
    """The rows of data added up by the number that each row has; other numbers are left out.

    Raises:
        ValueError: without `num_segments`, the number of rows of the result.

    >>> segment_sum([1.0, 2.0, 4.0], [0, 1, 0], num_segments=2)
    array([5., 2.], dtype=float32)
    """
    if num_segments is None:
        raise ValueError("segment_sum: got num_segments=None, expected the number of rows of the "
                         "result: a program's shapes are known before its data.")
    data, ids = tensor(data), tensor(segment_ids)
    inside = e.logical_and(e.greater_equal(ids, 0), e.less(ids, int(num_segments)))
    ranked = p.reshape(inside, (*dims_of(ids), *(1,) * (len(dims_of(data)) - 1)))
    kept = e.where(ranked, data, 0)
    return scatter_add(e.where(inside, ids, 0), kept, rows=int(num_segments))


def cumprod(x, axis=None, dtype=None):
    """The product of all values so far along an axis; None: of the values in a row.

    Raises:
        ValueError: along the batch, whose extent is not known before the program runs.

    >>> cumprod([1, 2, 3])
    array([1, 2, 6], dtype=int32)
    """
    x = _ordered(x) if dtype is None else e.cast(tensor(x), dtype)
    if axis is None:
        x, axis = p.reshape(x, (element_count(x),)), 0
    axis = axis_of(x, axis)
    whole = dims_of(x)[axis]
    if not isinstance(whole, int):
        raise ValueError("cumprod: got the axis of the batch, expected one whose extent is known "
                         "before the program runs.")
    reach = 1
    while reach < whole:  # each value takes in the one so far before it, twice as far each time
        before = p.pad_axis(p.slice_axis(x, axis, 0, whole - reach), axis, reach, 0)
        first = p.iota(dims=(whole,), axis=0, dtype="int32")
        first = p.reshape(e.less(first, reach), (whole, *(1,) * (len(dims_of(x)) - axis - 1)))
        x = x * e.where(first, 1, before)
        reach *= 2
    return x


def diff(a, n=1, axis=-1):
    """Each value less the one before it along an axis, n times over.

    >>> diff([1, 4, 9])
    array([3, 5], dtype=int32)
    """
    a = tensor(a)
    axis = axis_of(a, axis)
    for _ in range(int(n)):
        rest = dims_of(a)[axis] - 1
        a = p.slice_axis(a, axis, 1, rest) - p.slice_axis(a, axis, 0, rest)
    return a


def trapezoid(y, x=None, dx=1.0, axis=-1):
    """The area under values at the places x, or at distances dx, by trapezoids.

    >>> float(trapezoid([1.0, 2.0, 3.0]))
    4.0
    """
    y = floating(y)
    axis = axis_of(y, axis)
    rest = dims_of(y)[axis] - 1
    between = p.slice_axis(y, axis, 1, rest) + p.slice_axis(y, axis, 0, rest)
    if x is None:
        return sum(between, axis) * (dx / 2)
    steps = diff(x, axis=axis if len(dims_of(tensor(x))) > 1 else 0)
    if len(dims_of(steps)) == 1:
        steps = p.reshape(steps, (rest, *(1,) * (len(dims_of(y)) - axis - 1)))
    return sum(between * steps, axis) / 2.0


__all__ = ["all", "amax", "amin", "any", "argmax", "argmin", "average", "count_nonzero", "cumprod",
           "cumsum", "diff", "logsumexp", "max", "mean", "min", "moments", "norm", "prod", "ptp",
           "segment_sum", "std", "sum", "trapezoid", "var"]
