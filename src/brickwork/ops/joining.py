"""Keras's ops that join several tensors, or split one into several."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..program.between import connect
from ..program.dtypes import promote
from ..program.primitives import elementwise as e, layout as p
from ..program.types import Tensor, TensorLike
from .core import axis_of, dims_of, dtype_of, public_shape, tensor
from .shapes import expand_dims, ravel, reshape, squeeze


def _promoted(xs):
    """Tensors converted to their common dtype."""
    xs = [tensor(x) for x in xs]
    dtype = promote(*(dtype_of(x) for x in xs))
    return [e.cast(x, dtype) for x in xs]


def concatenate(xs: Sequence[TensorLike], axis: int = 0) -> Tensor:
    """Join tensors along an existing axis.

    Args:
        xs: list of tensors whose shapes agree except along the axis.
        axis: axis to join along.

    Returns:
        A tensor of the promoted dtype.

    >>> concatenate([[1, 2], [3]])
    array([1, 2, 3], dtype=int32)
    """
    xs = _promoted(xs)
    return p.concat(xs, axis_of(xs[0], axis))


def append(x1: TensorLike, x2: TensorLike, axis: int | None = None) -> Tensor:
    """Join two tensors along an axis.

    Args:
        x1, x2: tensors of any dtype whose shapes agree except along the axis.
        axis: axis to join along; None joins the flattened tensors.

    Returns:
        A tensor of the promoted dtype.

    >>> append([1], [2, 3])
    array([1, 2, 3], dtype=int32)
    """
    return concatenate([ravel(x1), ravel(x2)]) if axis is None else concatenate([x1, x2], axis)


def stack(x: Sequence[TensorLike], axis: int = 0) -> Tensor:
    """Join tensors of one shape along a new axis.

    Args:
        x: list of tensors of equal shapes.
        axis: position of the new axis in the result.

    Returns:
        A tensor of the promoted dtype with one axis more.

    >>> stack([[1, 2], [3, 4]], axis=1)
    array([[1, 3],
           [2, 4]], dtype=int32)
    """
    return concatenate([expand_dims(part, axis) for part in _promoted(x)], axis)


def hstack(xs: Sequence[TensorLike]) -> Tensor:
    """Join tensors along axis 1, vectors along axis 0.

    Args:
        xs: list of tensors whose shapes agree except along this axis; scalars count as vectors.

    Returns:
        A tensor of the promoted dtype.

    >>> hstack([[1], [2]])
    array([1, 2], dtype=int32)
    """
    xs = [tensor(x) if dims_of(tensor(x)) else reshape(x, (1,)) for x in xs]
    return concatenate(xs, 0 if len(dims_of(xs[0])) == 1 else 1)


def vstack(xs: Sequence[TensorLike]) -> Tensor:
    """Join tensors along axis 0; vectors of shape ``(n,)`` become rows ``(1, n)``.

    Args:
        xs: list of tensors whose shapes agree except along this axis.

    Returns:
        A tensor of the promoted dtype with at least 2 axes.

    >>> vstack([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    xs = [tensor(x) for x in xs]
    return concatenate([reshape(x, (1, -1)) if len(dims_of(x)) < 2 else x for x in xs])


def dstack(xs: Sequence[TensorLike]) -> Tensor:
    """Join tensors along axis 2.

    Shape ``(n,)`` becomes ``(1, n, 1)`` first, and ``(m, n)`` becomes ``(m, n, 1)``.

    Args:
        xs: list of tensors whose shapes agree except along this axis.

    Returns:
        A tensor of the promoted dtype with at least 3 axes.

    >>> dstack([[1], [2]]).shape
    (1, 1, 2)
    """

    def with_three_axes(x):
        x = reshape(x, (1, -1)) if len(dims_of(tensor(x))) < 2 else tensor(x)
        return expand_dims(x, 2) if len(dims_of(x)) == 2 else x

    return concatenate([with_three_axes(x) for x in xs], 2)


def split(x: TensorLike, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """Split a tensor along an axis.

    Args:
        x: tensor of any shape and dtype.
        indices_or_sections: number of equal parts, or a list of indices before which to cut.
        axis: axis to split along.

    Returns:
        A list of tensors of the dtype of `x`.

    Raises:
        ValueError: if the extent of the axis does not divide into equal parts, or is not known yet.

    >>> split([1, 2, 3, 4], 2)
    [array([1, 2], dtype=int32), array([3, 4], dtype=int32)]
    """
    x = tensor(x)
    axis = axis_of(x, axis)
    extent = dims_of(x)[axis]
    if isinstance(indices_or_sections, list | tuple):
        cuts: Sequence[int] = [
            0,
            *(min(i + extent if i < 0 else i, extent) for i in indices_or_sections),
            extent,
        ]
    else:
        count = int(indices_or_sections)  # type: ignore[arg-type]
        if extent % count if isinstance(extent, int) else True:
            raise ValueError(
                f"split: axis {axis} of a tensor of shape {public_shape(x)} does not "
                f"divide into {count} equal parts."
            )
        cuts = range(0, extent + 1, extent // count)
    return [p.slice_axis(x, axis, start, max(stop - start, 0)) for start, stop in pairwise(cuts)]


def array_split(
    x: TensorLike, indices_or_sections: int | Sequence[int], axis: int = 0
) -> list[Tensor]:
    """Split a tensor along an axis into parts that need not be equal: the first are longer by 1.

    Args:
        x: tensor of any shape and dtype.
        indices_or_sections: number of parts, or a list of indices before which to cut.
        axis: axis to split along.

    Returns:
        A list of tensors of the dtype of `x`.

    >>> [part.tolist() for part in array_split([1, 2, 3], 2)]
    [[1, 2], [3]]
    """
    if isinstance(indices_or_sections, list | tuple):
        return split(x, indices_or_sections, axis)
    count = int(indices_or_sections)  # type: ignore[arg-type]
    extent = dims_of(tensor(x))[axis_of(tensor(x), axis)]
    if not isinstance(extent, int):
        return split(x, count, axis)
    short, longer = divmod(extent, count)
    ends = [i * short + min(i, longer) for i in range(1, count)]
    return split(x, ends, axis)


def hsplit(x: TensorLike, indices_or_sections: int | Sequence[int]) -> list[Tensor]:
    """Split a tensor along axis 1, a vector along axis 0.

    Args:
        x: tensor of any dtype with at least 1 axis.
        indices_or_sections: number of equal parts, or a list of indices before which to cut.

    Returns:
        A list of tensors of the dtype of `x`.

    >>> [part.tolist() for part in hsplit([1, 2], 2)]
    [[1], [2]]
    """
    return split(x, indices_or_sections, 0 if len(dims_of(tensor(x))) == 1 else 1)


def vsplit(x: TensorLike, indices_or_sections: int | Sequence[int]) -> list[Tensor]:
    """Split a tensor along axis 0.

    Args:
        x: tensor of any dtype with at least 1 axis.
        indices_or_sections: number of equal parts, or a list of indices before which to cut.

    Returns:
        A list of tensors of the dtype of `x`.

    >>> [part.tolist() for part in vsplit([[1], [2]], 2)]
    [[[1]], [[2]]]
    """
    return split(x, indices_or_sections, 0)


def dsplit(x: TensorLike, indices_or_sections: int | Sequence[int]) -> list[Tensor]:
    """Split a tensor along axis 2.

    Args:
        x: tensor of any dtype with at least 3 axes.
        indices_or_sections: number of equal parts, or a list of indices before which to cut.

    Returns:
        A list of tensors of the dtype of `x`.

    >>> [part.tolist() for part in dsplit([[[1, 2]]], 2)]
    [[[[1]]], [[[2]]]]
    """
    return split(x, indices_or_sections, 2)


def unstack(x: TensorLike, num: int | None = None, axis: int = 0) -> list[Tensor]:
    """Split a tensor into its slices along an axis, which they lose.

    Args:
        x: tensor of any dtype with at least 1 axis.
        num: extent of the axis; None reads it from the shape.
        axis: axis to split along.

    Returns:
        A list of tensors of the dtype of `x` with one axis less.

    Raises:
        ValueError: if the extent of the axis is not known yet, or differs from `num`.

    >>> [int(part) for part in unstack([5, 6])]
    [5, 6]
    """
    x = tensor(x)
    axis = axis_of(x, axis)
    extent = dims_of(x)[axis]
    if not isinstance(extent, int) or num not in (None, extent):
        raise ValueError(
            f"unstack: got num={num} for axis {axis} of a tensor of shape "
            f"{public_shape(x)}, expected its extent, known before the program runs."
        )
    return [squeeze(p.slice_axis(x, axis, i, 1), axis) for i in range(extent)]


__all__ = [
    "append",
    "array_split",
    "concatenate",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "split",
    "stack",
    "unstack",
    "vsplit",
    "vstack",
]
connect(globals(), __all__)
