"""Keras's products of matrices and tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..program.between import connect
from ..program.dims import size
from ..program.dtypes import promote
from ..program.primitives import elementwise as e, layout as p
from ..program.primitives.matmul import matmul as product
from ..program.types import Tensor, TensorLike
from .core import dims_of, dtype_of, floating, tensor
from .joining import stack, unstack
from .reductions import mean, sum
from .shapes import expand_dims, moveaxis, ravel, transpose


def matmul(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The matrix product; axes in front of the last two broadcast.

    Args:
        x1: tensor of shape ``(..., m, n)``, or a vector of shape ``(n,)``.
        x2: tensor of shape ``(..., n, p)``, or a vector of shape ``(n,)``.

    Returns:
        A tensor of shape ``(..., m, p)`` and of the promoted dtype; a vector's axis is dropped.

    >>> matmul([[1.0, 2.0]], [[3.0], [4.0]])
    array([[11.]], dtype=float32)
    """
    return _product(tensor(x1), tensor(x2))


def _product(x1, x2):
    """The matrix product in the promoted dtype."""
    dtype = promote(dtype_of(x1), dtype_of(x2))
    return product(e.cast(x1, dtype), e.cast(x2, dtype))


def dot(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The dot product, as in NumPy.

    Vectors: the inner product. Matrices: the matrix product. A scalar: the elementwise product.
    Otherwise the sum of products over the last axis of `x1` and the last but one of `x2`.

    Args:
        x1, x2: numeric tensors.

    Returns:
        A tensor of the promoted dtype.

    >>> dot([1, 2], [3, 4])
    array(11, dtype=int32)
    """
    x1, x2 = tensor(x1), tensor(x2)
    ranks = len(dims_of(x1)), len(dims_of(x2))
    if 0 in ranks:
        return e.mul(x1, x2)
    if ranks[1] <= 2:
        return _product(x1, x2)
    return tensordot(x1, x2, ([-1], [-2]))


def inner(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The sum of products over the last axes of two tensors; the product if one is a scalar.

    Args:
        x1: numeric tensor of shape ``(..., n)``.
        x2: numeric tensor of shape ``(..., n)``.

    Returns:
        A tensor of the promoted dtype: the axes of `x1` and of `x2` without their last ones.

    >>> inner([1, 2], [3, 4])
    array(11, dtype=int32)
    """
    x1, x2 = tensor(x1), tensor(x2)
    if not dims_of(x1) or not dims_of(x2):
        return e.mul(x1, x2)
    return tensordot(x1, x2, ([-1], [-1]))


def outer(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The product of every element of one tensor with every element of the other.

    Args:
        x1, x2: numeric tensors of m and n elements, which are flattened.

    Returns:
        A tensor of shape ``(m, n)`` and of the promoted dtype.

    >>> outer([1, 2], [3, 4])
    array([[3, 4],
           [6, 8]], dtype=int32)
    """
    x1, x2 = ravel(x1), ravel(x2)
    return e.mul(p.reshape(x1, (*dims_of(x1), 1)), x2)


def vdot(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The inner product of two flattened tensors.

    Args:
        x1, x2: numeric tensors with equal numbers of elements.

    Returns:
        A scalar tensor of the promoted dtype.

    >>> vdot([[1, 2]], [[3], [4]])
    array(11, dtype=int32)
    """
    return sum(e.mul(ravel(x1), ravel(x2)))


def tensordot(x1: TensorLike, x2: TensorLike, axes: int | Sequence[Any] = 2) -> Tensor:
    """The sum of products over pairs of axes.

    Args:
        x1, x2: numeric tensors.
        axes: an integer n for the last n axes of `x1` and the first n of `x2`, or a pair: axes of
            `x1`, axes of `x2`.

    Returns:
        A tensor of the promoted dtype: the other axes of `x1`, then those of `x2`.

    Raises:
        ValueError: if the extents of paired axes differ.

    >>> tensordot([[1, 2]], [[3], [4]], axes=1)
    array([[11]], dtype=int32)
    """
    x1, x2 = tensor(x1), tensor(x2)
    rank1, rank2 = len(dims_of(x1)), len(dims_of(x2))
    if isinstance(axes, int):
        if axes > min(rank1, rank2):
            raise ValueError(
                f"tensordot.axes: got {axes} for tensors with {rank1} and {rank2} axes, expected "
                "no more than they have."
            )
        one, two = list(range(rank1 - axes, rank1)), list(range(axes))
    else:
        one, two = ([a] if isinstance(a, int) else list(a) for a in axes)
        one, two = [a % rank1 for a in one], [a % rank2 for a in two]
    left, right = moveaxis(x1, one, edge_axes(-len(one))), moveaxis(x2, two, edge_axes(len(two)))
    pairs = zip(dims_of(left)[rank1 - len(one) :], dims_of(right)[: len(two)], strict=True)
    if any(a != b for a, b in pairs):
        raise ValueError(
            f"tensordot: got axes {one} of shape {x1.shape} and axes {two} of shape "
            f"{x2.shape}, which have different extents, expected equal ones."
        )
    kept1, kept2 = dims_of(left)[: rank1 - len(one)], dims_of(right)[len(two) :]
    summed = size(dims_of(right)[: len(two)])
    flat = _product(p.reshape(left, (size(kept1), summed)), p.reshape(right, (summed, size(kept2))))
    return p.reshape(flat, (*kept1, *kept2))


def edge_axes(n: int) -> list[int]:
    """The first n axes, or the last -n axes if n is negative."""
    return list(range(n)) if n >= 0 else list(range(n, 0))


def cross(
    x1: TensorLike,
    x2: TensorLike,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Tensor:
    """The cross product of vectors of 3 elements.

    Args:
        x1, x2: numeric tensors with extent 3 along their vector axis.
        axisa, axisb: axes of the vectors of `x1` and of `x2`.
        axisc: axis of the vectors of the result.
        axis: one axis for all three, in place of `axisa`, `axisb` and `axisc`.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    Raises:
        ValueError: if the vectors do not have 3 elements.

    >>> cross([1, 0, 0], [0, 1, 0])
    array([0, 0, 1], dtype=int32)
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    x1, x2 = moveaxis(x1, axisa, -1), moveaxis(x2, axisb, -1)
    if (dims_of(x1)[-1], dims_of(x2)[-1]) != (3, 3):
        raise ValueError(
            f"cross: got vectors of {dims_of(x1)[-1]} and {dims_of(x2)[-1]} elements, "
            "expected 3 and 3."
        )
    a, b = unstack(x1, axis=-1), unstack(x2, axis=-1)
    return stack([a[i - 2] * b[i - 1] - a[i - 1] * b[i - 2] for i in range(3)], axisc)


def kron(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The Kronecker product: each element of one tensor times the whole of the other, as blocks.

    Args:
        x1, x2: numeric tensors; missing axes count as 1 in front.

    Returns:
        A tensor of the promoted dtype whose extents are the products of those of `x1` and `x2`.

    >>> kron([[1, 2]], [[1, 1]])
    array([[1, 1, 2, 2]], dtype=int32)
    """
    x1, x2 = tensor(x1), tensor(x2)
    rank = max(len(dims_of(x1)), len(dims_of(x2)))
    one, two = ((1,) * (rank - len(dims_of(x))) + tuple(dims_of(x)) for x in (x1, x2))
    blocks = e.mul(
        p.reshape(x1, tuple(d for extent in one for d in (extent, 1))),
        p.reshape(x2, tuple(d for extent in two for d in (1, extent))),
    )
    return p.reshape(blocks, tuple(a * b for a, b in zip(one, two, strict=True)))


def cdist(x: TensorLike, y: TensorLike) -> Tensor:
    """The Euclidean distance between each row of one tensor and each row of another.

    Args:
        x: tensor of shape ``(..., m, n)``; integers and booleans become floats.
        y: tensor of shape ``(..., p, n)``; integers and booleans become floats.

    Returns:
        A float tensor of shape ``(..., m, p)``.

    >>> cdist([[0.0, 0.0]], [[3.0, 4.0]])
    array([[5.]], dtype=float32)
    """
    squares = e.square(e.sub(expand_dims(floating(x), -2), expand_dims(floating(y), -3)))
    return e.sqrt(sum(squares, -1))


def corrcoef(x: TensorLike) -> Tensor:
    """Pearson correlation coefficients of the rows of a matrix.

    Args:
        x: tensor of shape ``(variables, observations)``; integers and booleans become floats.

    Returns:
        Values from -1 to 1: a float tensor of shape ``(variables, variables)``.

    >>> corrcoef([[1.0, 2.0], [2.0, 1.0]])
    array([[ 1., -1.],
           [-1.,  1.]], dtype=float32)
    """
    x = floating(x)
    centered = x - mean(x, -1, keepdims=True)
    covariance = matmul(centered, transpose(centered))
    norm = e.sqrt(sum(e.square(centered), -1, keepdims=True))
    return covariance / norm / transpose(norm)


__all__ = [
    "cdist",
    "corrcoef",
    "cross",
    "dot",
    "inner",
    "kron",
    "matmul",
    "outer",
    "tensordot",
    "vdot",
]
connect(globals(), __all__)
