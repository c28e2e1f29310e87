"""Keras's ops that reorder, repeat or pad the elements of a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..program.between import connect
from ..program.primitives import layout as p
from ..program.types import Axes, Tensor, TensorLike
from .core import axis_of, dims_of, dtype_of, public_shape, tensor
from .creation import full
from .shapes import as_dims, broadcast_to, ravel, reshape, swapaxes


def flip(x: TensorLike, axis: Axes | None = None) -> Tensor:
    """Reverse the order of the elements along axes.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes to reverse; None means all.

    Returns:
        A tensor of the shape and dtype of `x`.

    >>> flip([1, 2, 3])
    array([3, 2, 1], dtype=int32)
    """
    values: Any = tensor(x)
    axes = tuple(range(len(dims_of(values)))) if axis is None else axis
    for a in axes if isinstance(axes, list | tuple) else (axes,):
        a = axis_of(values, a)
        extent = dims_of(values)[a]
        values = p.slice_axis(values, a, extent - 1, extent, -1)
    return values


def fliplr(x: TensorLike) -> Tensor:
    """Reverse the order of the elements along axis 1.

    Args:
        x: tensor of any dtype with at least 2 axes.

    Returns:
        A tensor of the shape and dtype of `x`.

    >>> fliplr([[1, 2]])
    array([[2, 1]], dtype=int32)
    """
    return flip(x, 1)


def flipud(x: TensorLike) -> Tensor:
    """Reverse the order of the elements along axis 0.

    Args:
        x: tensor of any dtype with at least 1 axis.

    Returns:
        A tensor of the shape and dtype of `x`.

    >>> flipud([1, 2])
    array([2, 1], dtype=int32)
    """
    return flip(x, 0)


def rot90(array: TensorLike, k: int = 1, axes: Sequence[int] = (0, 1)) -> Tensor:
    """Rotate by multiples of 90 degrees in the plane of two axes.

    Args:
        array: tensor of any dtype with at least 2 axes.
        k: number of quarter turns, from the first axis towards the second; may be negative.
        axes: the two axes of the plane.

    Returns:
        A tensor of the dtype of `array`; the two extents are exchanged if `k` is odd.

    >>> rot90([[1, 2], [3, 4]])
    array([[2, 4],
           [1, 3]], dtype=int32)
    """
    first, second = axes
    if k % 4 == 0:
        return tensor(array)
    if k % 4 == 2:
        return flip(flip(array, first), second)
    transposed = swapaxes(array, first, second)
    return flip(transposed, first if k % 4 == 1 else second)


def roll(x: TensorLike, shift: Axes, axis: Axes | None = None) -> Tensor:
    """Shift the elements along axes; those shifted past the end re-enter at the beginning.

    Args:
        x: tensor of any shape and dtype.
        shift: number of positions, an integer, or one for each axis; may be negative.
        axis: axis or axes to shift along; None shifts the flattened tensor.

    Returns:
        A tensor of the shape and dtype of `x`.

    Raises:
        ValueError: if an axis is the batch axis of a symbol, whose extent is not known yet.

    >>> roll([1, 2, 3], 1)
    array([3, 1, 2], dtype=int32)
    """
    values: Any = tensor(x)
    if axis is None:
        return reshape(roll(ravel(values), shift, 0), dims_of(values))
    shifts = shift if isinstance(shift, list | tuple) else (shift,)
    axes = axis if isinstance(axis, list | tuple) else (axis,) * len(shifts)
    for by, a in zip(shifts, axes, strict=True):
        a = axis_of(values, a)
        extent = dims_of(values)[a]
        if not isinstance(extent, int):
            raise ValueError(
                f"roll: got axis {a} of a tensor of shape {public_shape(values)}, "
                "expected an axis whose extent is known before the program runs."
            )
        by = by % extent if extent else 0
        if by:
            values = p.concat(
                [p.slice_axis(values, a, extent - by, by), p.slice_axis(values, a, 0, extent - by)],
                a,
            )
    return values


def repeat(x: TensorLike, repeats: int | Sequence[int], axis: int | None = None) -> Tensor:
    """Repeat each element along an axis.

    Args:
        x: tensor of any shape and dtype.
        repeats: number of repetitions, an integer, or a list with one for each entry of the axis.
        axis: axis to repeat along; None repeats the elements of the flattened tensor.

    Returns:
        A tensor of the dtype of `x`, longer along the axis.

    >>> repeat([1, 2], 2)
    array([1, 1, 2, 2], dtype=int32)
    """
    x = ravel(x) if axis is None else tensor(x)
    axis = axis_of(x, axis or 0)
    dims = dims_of(x)
    if isinstance(repeats, list | tuple | np.ndarray):
        pieces = [repeat(p.slice_axis(x, axis, i, 1), int(n), axis) for i, n in enumerate(repeats)]
        return p.concat(pieces, axis)
    times = int(repeats)  # type: ignore[arg-type]
    expanded = p.reshape(x, (*dims[: axis + 1], 1, *dims[axis + 1 :]))
    wide = p.broadcast_to(expanded, (*dims[: axis + 1], times, *dims[axis + 1 :]))
    return p.reshape(wide, (*dims[:axis], dims[axis] * times, *dims[axis + 1 :]))


def tile(x: TensorLike, repeats: int | Sequence[int]) -> Tensor:
    """Repeat the whole tensor along each axis.

    Args:
        x: tensor of any shape and dtype.
        repeats: number of repetitions, an integer or one for each axis. If it is shorter than the
            shape of `x`, or longer, ones are added in front of the shorter of the two.

    Returns:
        A tensor of the dtype of `x`; each extent is multiplied by its number of repetitions.

    >>> tile([1, 2], 2)
    array([1, 2, 1, 2], dtype=int32)
    """
    x = tensor(x)
    repeats = as_dims(repeats)
    dims = (1,) * (len(repeats) - len(dims_of(x))) + tuple(dims_of(x))
    repeats = (1,) * (len(dims) - len(repeats)) + repeats
    expanded = p.reshape(x, tuple(d for extent in dims for d in (1, extent)))
    wide = p.broadcast_to(
        expanded, tuple(d for n, extent in zip(repeats, dims, strict=True) for d in (n, extent))
    )
    return p.reshape(wide, tuple(n * extent for n, extent in zip(repeats, dims, strict=True)))


def pad(
    x: TensorLike,
    pad_width: int | Sequence[Any],
    mode: str = "constant",
    constant_values: float | None = None,
) -> Tensor:
    """Pad a tensor with a constant before and after each axis.

    Args:
        x: tensor of any shape and dtype.
        pad_width: number of values to add: an integer or ``(before, after)`` for all axes, or
            ``((before, after), ...)`` with a pair for each axis.
        mode: "constant".
        constant_values: the number to pad with; None means 0.

    Returns:
        A tensor of the dtype of `x`, longer by ``before + after`` along each axis.

    Raises:
        ValueError: if `mode` is not "constant".

    >>> pad([1, 2], (1, 0), constant_values=9)
    array([9, 1, 2], dtype=int32)
    """
    if mode != "constant":
        raise ValueError(f"pad: got mode={mode!r}, expected 'constant'.")
    values: Any = tensor(x)
    rank = len(dims_of(values))
    widths = (pad_width, pad_width) if isinstance(pad_width, int) else tuple(pad_width)
    pairs = [widths] * rank if isinstance(widths[0], int) else list(widths)
    pairs = pairs * rank if len(pairs) == 1 else pairs
    for axis, (before, after) in enumerate(pairs):
        if not constant_values:
            values = p.pad_axis(values, axis, int(before), int(after))
            continue
        dims = dims_of(values)
        padding = [
            full((*dims[:axis], int(n), *dims[axis + 1 :]), constant_values, dtype_of(values))
            for n in (before, after)
        ]
        parts = ((padding[0], before), (values, 1), (padding[1], after))
        values = p.concat([part for part, n in parts if n], axis)
    return values


def meshgrid(*x: TensorLike, indexing: str = "xy") -> list[Tensor]:
    """Coordinate tensors of a grid, from the coordinates along each axis.

    Args:
        x: the coordinates along each axis: tensors of any dtype, which are flattened.
        indexing: "ij": axis i of the grid belongs to input i. "xy": the first two axes are
            exchanged.

    Returns:
        A list with a tensor for each input: its coordinates, repeated over the whole grid.

    Raises:
        ValueError: if `indexing` is neither "xy" nor "ij".

    >>> [part.tolist() for part in meshgrid([1, 2], [3])]
    [[[1, 2]], [[3, 3]]]
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: got indexing={indexing!r}, expected 'xy' or 'ij'.")
    parts = [ravel(part) for part in x]
    extents = tuple(dims_of(part)[0] for part in parts)
    wide = [
        broadcast_to(reshape(part, (-1, *(1,) * (len(parts) - i - 1))), extents)
        for i, part in enumerate(parts)
    ]
    swapped = indexing == "xy" and len(parts) > 1
    return [swapaxes(part, 0, 1) for part in wide] if swapped else wide


__all__ = ["flip", "fliplr", "flipud", "meshgrid", "pad", "repeat", "roll", "rot90", "tile"]
connect(globals(), __all__)
