"""Keras's ops along axes: sums, means, extremes, their indices, running totals."""

from __future__ import annotations

from ..program.between import connect
from ..program.dtypes import standard
from ..program.primitives import elementwise as e, layout as p, reduce as r
from ..program.primitives.take import scatter_add
from ..program.types import Axes, DType, Tensor, TensorLike
from .core import axis_of, dims_of, dtype_of, floating, in_float32, size as element_count, tensor


def sum(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the sum along axes.

    Args:
        x: tensor of any shape and dtype; booleans count as 0 and 1.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of the dtype of x (int32 for booleans).

    >>> sum([[1.0, 2.0], [3.0, 4.0]], axis=0)
    array([4., 6.], dtype=float32)
    """
    return r.reduce_sum(tensor(x), axis, keepdims)


def prod(
    x: TensorLike, axis: Axes | None = None, keepdims: bool = False, dtype: DType | None = None
) -> Tensor:
    """Return the product along axes.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.
        dtype: dtype to which x is cast first; None keeps that of x.

    Returns:
        Tensor without the reduced axes, of the given dtype or that of x (int32 for booleans).

    >>> prod([2, 3])
    array(6, dtype=int32)
    """
    x = tensor(x) if dtype is None else e.cast(tensor(x), standard(dtype))
    return r.reduce_prod(x, axis, keepdims)


def mean(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the mean along axes.

    Args:
        x: tensor of any shape and dtype; integers and booleans are converted to `floatx()`.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> float(mean([1, 2]))
    1.5
    """
    return r.mean(floating(x), axis, keepdims)


@in_float32
def var(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the population variance along axes, the mean of the squared deviations from the mean.

    Args:
        x: tensor of any shape and dtype; integers and booleans are converted to `floatx()`.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> float(var([1.0, 3.0]))
    1.0
    """
    x = floating(x)
    return r.mean(e.square(x - r.mean(x, axis, keepdims=True)), axis, keepdims)


def std(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the population standard deviation along axes, the square root of `var`.

    Args:
        x: tensor of any shape and dtype; integers and booleans are converted to `floatx()`.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> std([1.0, 3.0])
    array(1., dtype=float32)
    """
    return e.sqrt(var(x, axis, keepdims))


@in_float32
def moments(
    x: TensorLike, axes: Axes, keepdims: bool = False, synchronized: bool = False
) -> tuple[Tensor, Tensor]:
    """Return the mean and the variance along axes.

    Args:
        x: tensor of any shape and dtype; integers and booleans are converted to `floatx()`.
        axes: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.
        synchronized: must be False; a program runs on one device.

    Returns:
        A tuple of two tensors without the reduced axes, of float dtype.

    Raises:
        ValueError: synchronized is True.

    >>> [float(moment) for moment in moments([1.0, 3.0], axes=0)]
    [2.0, 1.0]
    """
    if synchronized:
        raise ValueError(
            "moments: got synchronized=True, but a program runs on one device; expected False."
        )
    return mean(x, axes, keepdims), var(x, axes, keepdims)


def average(x: TensorLike, axis: Axes | None = None, weights: TensorLike | None = None) -> Tensor:
    """Return the weighted mean along axes.

    Args:
        x: tensor of any shape and dtype; integers and booleans are converted to `floatx()`.
        axis: axis or axes along which to reduce; None means all.
        weights: tensor that broadcasts with x, or a vector with one weight for each entry along the
            axis; None means equal weights.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> float(average([1.0, 4.0], weights=[2.0, 1.0]))
    2.0
    """
    x = floating(x)
    if weights is None:
        return mean(x, axis)
    weights = tensor(weights)
    if len(dims_of(weights)) == 1 and len(dims_of(x)) > 1 and axis is not None:
        at = axis_of(x, axis)
        weights = p.reshape(
            weights, tuple(dims_of(weights)[0] if i == at else 1 for i in range(len(dims_of(x))))
        )
    weights = p.broadcast_to(weights, dims_of(x))
    return sum(x * weights, axis) / sum(weights, axis)


def max(
    x: TensorLike, axis: Axes | None = None, keepdims: bool = False, initial: float | None = None
) -> Tensor:
    """Return the largest element along axes; NaN if one is NaN.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.
        initial: lower bound of the result, a scalar; None means no bound.

    Returns:
        Tensor without the reduced axes, of the dtype of x (int32 for booleans).

    >>> max([[1, 2], [3, 0]], axis=1)
    array([2, 3], dtype=int32)
    """
    found = r.reduce_max(_ordered(x), axis, keepdims)
    return found if initial is None else e.maximum(found, initial)


def min(
    x: TensorLike, axis: Axes | None = None, keepdims: bool = False, initial: float | None = None
) -> Tensor:
    """Return the smallest element along axes; NaN if one is NaN.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.
        initial: upper bound of the result, a scalar; None means no bound.

    Returns:
        Tensor without the reduced axes, of the dtype of x (int32 for booleans).

    >>> min([[1, 2], [3, 0]], axis=1)
    array([1, 0], dtype=int32)
    """
    found = r.reduce_min(_ordered(x), axis, keepdims)
    return found if initial is None else e.minimum(found, initial)


def amax(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the largest element along axes; the same as `max`.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of the dtype of x (int32 for booleans).

    >>> amax([1, 2])
    array(2, dtype=int32)
    """
    return max(x, axis, keepdims)


def amin(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the smallest element along axes; the same as `min`.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of the dtype of x (int32 for booleans).

    >>> amin([1, 2])
    array(1, dtype=int32)
    """
    return min(x, axis, keepdims)


def ptp(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the range along axes, max - min.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of the dtype of x (int32 for booleans).

    >>> float(ptp([1.0, 4.0]))
    3.0
    """
    return max(x, axis, keepdims) - min(x, axis, keepdims)


def _ordered(x: TensorLike) -> Tensor:
    x = tensor(x)
    return e.cast(x, "int32") if dtype_of(x) == "bool" else x


def any(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return whether an element along axes is true.

    Args:
        x: tensor of any shape and dtype; elements other than 0 count as true.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, dtype bool.

    >>> any([[True, False], [False, False]], axis=1)
    array([ True, False])
    """
    return e.greater(r.reduce_max(_truth(x), axis, keepdims), 0)


def all(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return whether all elements along axes are true.

    Args:
        x: tensor of any shape and dtype; elements other than 0 count as true.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, dtype bool.

    >>> all([[True, False], [True, True]], axis=1)
    array([False,  True])
    """
    return e.greater(r.reduce_min(_truth(x), axis, keepdims), 0)


def count_nonzero(x: TensorLike, axis: Axes | None = None) -> Tensor:
    """Return the number of elements along axes that are not 0.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.

    Returns:
        Tensor without the reduced axes, dtype int32.

    >>> count_nonzero([0, 3, 4])
    array(2, dtype=int32)
    """
    return r.reduce_sum(_truth(x), axis)


def _truth(x: TensorLike) -> Tensor:
    """1 where an element is true (or not 0), else 0."""
    x = tensor(x)
    return e.cast(x if dtype_of(x) == "bool" else e.not_equal(x, 0), "int32")


def argmax(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Return the index of the largest element along an axis; of equal ones the first.

    Args:
        x: tensor of any shape and dtype.
        axis: axis to search; None means the flattened tensor.
        keepdims: whether to keep the searched axis with extent 1 (all axes if axis is None).

    Returns:
        Tensor without the axis, dtype int32.

    >>> argmax([[1, 5, 2], [7, 0, 7]], axis=1)
    array([1, 0], dtype=int32)
    """
    return _where_is(r.argmax, x, axis, keepdims)


def argmin(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Return the index of the smallest element along an axis; of equal ones the first.

    Args:
        x: tensor of any shape and dtype.
        axis: axis to search; None means the flattened tensor.
        keepdims: whether to keep the searched axis with extent 1 (all axes if axis is None).

    Returns:
        Tensor without the axis, dtype int32.

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
    return p.reshape(found, (*dims[:axis], 1, *dims[axis + 1 :])) if keepdims else found


def cumsum(x: TensorLike, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    """Return the cumulative sum along an axis.

    Args:
        x: tensor of any shape and dtype.
        axis: axis along which to add; None means the flattened tensor.
        dtype: dtype to which x is cast first; None keeps that of x (int32 for booleans).

    Returns:
        Tensor of the shape of x, or of rank 1 if axis is None.

    >>> cumsum([1, 2, 3])
    array([1, 3, 6], dtype=int32)
    """
    x = _ordered(x) if dtype is None else e.cast(tensor(x), standard(dtype))
    if axis is None:
        return r.cumsum(p.reshape(x, (element_count(x),)), axis=0)
    return r.cumsum(x, axis=axis_of(x, axis))


@in_float32
def logsumexp(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return log(sum(exp(x))) along axes, without overflow.

    Args:
        x: tensor of any shape and dtype; integers and booleans are converted to `floatx()`.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> logsumexp([1000.0, 1000.0])
    array(1000.6932, dtype=float32)
    """
    x = floating(x)
    top = r.reduce_max(x, axis, keepdims=True)
    top = p.stop_gradient(e.where(e.isfinite(top), top, 0.0))
    total = e.log(r.reduce_sum(e.exp(x - top), axis, keepdims=True)) + top
    return total if keepdims else squeeze_axes(total, axis)


def squeeze_axes(x: TensorLike, axis: Axes | None) -> Tensor:
    """Remove axes of extent 1; None means all axes."""
    dims = dims_of(x)
    if axis is None:
        return p.reshape(x, ())
    axes = [axis_of(x, a) for a in ((axis,) if isinstance(axis, int) else axis)]
    return p.reshape(x, tuple(d for i, d in enumerate(dims) if i not in axes))


def norm(
    x: TensorLike,
    ord: int | float | str | None = None,
    axis: Axes | None = None,
    keepdims: bool = False,
) -> Tensor:
    """Return the norm of vectors or matrices.

    Without `ord` it is the 2-norm of all elements along the axes.

    Args:
        x: tensor of any dtype; without axis, and with ord, of rank 1 or 2.
        ord: for vectors None, 0 (the number of elements other than 0), inf, -inf or any number p;
            for matrices None, "fro", 1, -1, inf or -inf.
        axis: axis of vectors, or the two axes of matrices; None means all axes.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    Raises:
        ValueError: an ord that is not supported, such as the nuclear norm of matrices.

    >>> norm([3.0, 4.0])
    array(5., dtype=float32)
    """
    x = floating(x)
    pair = len(dims_of(x)) == 2 if axis is None else not isinstance(axis, int) and len(axis) == 2
    if ord is None or ord == "fro" or (ord == 2 and not pair):
        return e.sqrt(r.reduce_sum(e.square(x), axis, keepdims))
    if isinstance(ord, str) or (pair and ord not in (1, -1, float("inf"), float("-inf"))):
        raise ValueError(
            f"norm: got ord={ord!r}, expected None, 'fro', 1, -1, inf or -inf for a "
            "matrix, or a number for vectors. Norms that need singular values are "
            "not supported."
        )
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
    """The largest (ord < 0: smallest) sum of absolute values along rows or columns."""
    rows, columns = (axis_of(x, a) for a in ((0, 1) if axis is None else axis))
    along, over = (rows, columns) if ord in (1, -1) else (columns, rows)
    sums = r.reduce_sum(e.abs(x), along, keepdims=True)
    found = (max if ord > 0 else min)(sums, over, keepdims=True)
    return found if keepdims else squeeze_axes(found, (rows, columns))


def count(x: TensorLike, axis: Axes | None, keepdims: bool) -> Tensor:
    """The number of elements along axes that are not 0."""
    return r.reduce_sum(_truth(x), axis, keepdims)


def segment_sum(
    data: TensorLike, segment_ids: TensorLike, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """Return the sums of the rows of data that share a segment id.

    Args:
        data: tensor of shape ``(n, ...)``.
        segment_ids: segment of each row, an integer tensor of shape ``(n,)``; ids outside of 0 ...
            num_segments - 1 are ignored.
        num_segments: number of rows of the result, an integer; required.
        sorted: whether the ids are sorted; it has no effect.

    Returns:
        Tensor of shape ``(num_segments, ...)`` and the dtype of data.

    Raises:
        ValueError: num_segments is None.

    >>> segment_sum([1.0, 2.0, 4.0], [0, 1, 0], num_segments=2)
    array([5., 2.], dtype=float32)
    """
    if num_segments is None:
        raise ValueError(
            "segment_sum: got num_segments=None, expected the number of rows of the "
            "result: a program's shapes are known before its data."
        )
    data, ids = tensor(data), tensor(segment_ids)
    inside = e.logical_and(e.greater_equal(ids, 0), e.less(ids, int(num_segments)))
    ranked = p.reshape(inside, (*dims_of(ids), *(1,) * (len(dims_of(data)) - 1)))
    kept = e.where(ranked, data, 0)
    return scatter_add(e.where(inside, ids, 0), kept, rows=int(num_segments))


def cumprod(x: TensorLike, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    """Return the cumulative product along an axis.

    Args:
        x: tensor of any shape and dtype.
        axis: axis along which to multiply, not that of the batch; None means the flattened tensor.
        dtype: dtype to which x is cast first; None keeps that of x (int32 for booleans).

    Returns:
        Tensor of the shape of x, or of rank 1 if axis is None.

    Raises:
        ValueError: the axis is that of the batch, whose extent a program does not know.

    >>> cumprod([1, 2, 3])
    array([1, 2, 6], dtype=int32)
    """
    product = _ordered(x) if dtype is None else e.cast(tensor(x), standard(dtype))
    if axis is None:
        product, axis = p.reshape(product, (element_count(product),)), 0
    axis = axis_of(product, axis)
    whole = dims_of(product)[axis]
    if not isinstance(whole, int):
        raise ValueError(
            "cumprod: got the batch axis, expected an axis whose extent is known "
            "before the program runs."
        )
    reach = 1
    while reach < whole:  # a parallel prefix product: the reach doubles with each pass
        before = p.pad_axis(p.slice_axis(product, axis, 0, whole - reach), axis, reach, 0)
        first = p.iota(dims=(whole,), axis=0, dtype="int32")
        first = p.reshape(e.less(first, reach), (whole, *(1,) * (len(dims_of(product)) - axis - 1)))
        product = product * e.where(first, 1, before)
        reach *= 2
    return product


def diff(a: TensorLike, n: int = 1, axis: int = -1) -> Tensor:
    """Return the differences of neighbouring elements along an axis, taken n times.

    Args:
        a: tensor of any shape and numeric dtype.
        n: how many times to take differences, an integer.
        axis: axis along which to subtract.

    Returns:
        Tensor of the dtype of a, its extent along the axis smaller by n.

    >>> diff([1, 4, 9])
    array([3, 5], dtype=int32)
    """
    values = tensor(a)
    axis = axis_of(values, axis)
    for _ in range(int(n)):
        rest = dims_of(values)[axis] - 1
        values = p.slice_axis(values, axis, 1, rest) - p.slice_axis(values, axis, 0, rest)
    return values


def trapezoid(
    y: TensorLike, x: TensorLike | None = None, dx: float = 1.0, axis: int = -1
) -> Tensor:
    """Return the integral along an axis by the trapezoidal rule.

    Args:
        y: values of the function, a tensor of any shape and dtype.
        x: points at which y is given, a vector or a tensor of the shape of y; None means equal
            distances dx.
        dx: distance of neighbouring points, a float.
        axis: axis along which to integrate.

    Returns:
        Tensor without the axis, of float dtype.

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


__all__ = [
    "all",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "average",
    "count_nonzero",
    "cumprod",
    "cumsum",
    "diff",
    "logsumexp",
    "max",
    "mean",
    "min",
    "moments",
    "norm",
    "prod",
    "ptp",
    "segment_sum",
    "std",
    "sum",
    "trapezoid",
    "var",
]
connect(globals(), __all__)
