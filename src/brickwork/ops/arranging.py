"""Keras's ops that put the values of a tensor in another order, repeat them, or pad them."""

from __future__ import annotations

import numpy as np

from ..program.primitives import layout as p
from .core import axis_of, dims_of, dtype_of, public, tensor
from .creation import full
from .shapes import as_dims, broadcast_to, ravel, reshape, swapaxes


def flip(x, axis=None):
    """The order along axes turned round; None: along all.

    >>> flip([1, 2, 3])
    array([3, 2, 1], dtype=int32)
    """
    x = tensor(x)
    axes = range(len(dims_of(x))) if axis is None else axis
    for a in (axes if isinstance(axes, list | tuple | range) else (axes,)):
        a = axis_of(x, a)
        whole = dims_of(x)[a]
        x = p.slice_axis(x, a, whole - 1, whole, -1)
    return x


def fliplr(x):
    """The order along axis 1 turned round.

    >>> fliplr([[1, 2]])
    array([[2, 1]], dtype=int32)
    """
    return flip(x, 1)


def flipud(x):
    """The order along axis 0 turned round.

    >>> flipud([1, 2])
    array([2, 1], dtype=int32)
    """
    return flip(x, 0)


def rot90(array, k=1, axes=(0, 1)):
    """Two axes turned by so many right angles, from the first towards the second.

    >>> rot90([[1, 2], [3, 4]])
    array([[2, 4],
           [1, 3]], dtype=int32)
    """
    first, second = axes
    if k % 4 == 0:
        return tensor(array)
    if k % 4 == 2:
        return flip(flip(array, first), second)
    turned = swapaxes(array, first, second)
    return flip(turned, first if k % 4 == 1 else second)


def roll(x, shift, axis=None):
    """The values moved along an axis; what leaves at one end comes in at the other.

    >>> roll([1, 2, 3], 1)
    array([3, 1, 2], dtype=int32)
    """
    x = tensor(x)
    if axis is None:
        return reshape(roll(ravel(x), shift, 0), dims_of(x))
    shifts = shift if isinstance(shift, list | tuple) else (shift,)
    axes = axis if isinstance(axis, list | tuple) else (axis,) * len(shifts)
    for by, a in zip(shifts, axes, strict=True):
        a = axis_of(x, a)
        whole = dims_of(x)[a]
        if not isinstance(whole, int):
            raise ValueError(f"roll: axis {a} of a tensor of shape {public(x)} is the batch, "
                             "whose extent is not known before the program runs.")
        by = by % whole if whole else 0
        if by:
            x = p.concat([p.slice_axis(x, a, whole - by, by), p.slice_axis(x, a, 0, whole - by)],
                         a)
    return x


def repeat(x, repeats, axis=None):
    """Each value so many times in a row along an axis; None: of the values in a row.

    >>> repeat([1, 2], 2)
    array([1, 1, 2, 2], dtype=int32)
    """
    x = ravel(x) if axis is None else tensor(x)
    axis = axis_of(x, axis or 0)
    dims = dims_of(x)
    if isinstance(repeats, list | tuple | np.ndarray):
        pieces = [repeat(p.slice_axis(x, axis, i, 1), int(n), axis) for i, n in enumerate(repeats)]
        return p.concat(pieces, axis)
    apart = p.reshape(x, (*dims[:axis + 1], 1, *dims[axis + 1:]))
    wide = p.broadcast_to(apart, (*dims[:axis + 1], int(repeats), *dims[axis + 1:]))
    return p.reshape(wide, (*dims[:axis], dims[axis] * int(repeats), *dims[axis + 1:]))


def tile(x, repeats):
    """The whole tensor so many times along each axis.

    >>> tile([1, 2], 2)
    array([1, 2, 1, 2], dtype=int32)
    """
    x = tensor(x)
    repeats = as_dims(repeats)
    dims = (1,) * (len(repeats) - len(dims_of(x))) + tuple(dims_of(x))
    repeats = (1,) * (len(dims) - len(repeats)) + repeats
    apart = p.reshape(x, tuple(d for pair in dims for d in (1, pair)))
    wide = p.broadcast_to(apart, tuple(d for n, own in zip(repeats, dims, strict=True)
                                       for d in (n, own)))
    return p.reshape(wide, tuple(n * own for n, own in zip(repeats, dims, strict=True)))


def pad(x, pad_width, mode="constant", constant_values=None):
    """Values before and after along each axis: ``(before, after)``, a pair each, or a number.

    Raises:
        ValueError: for a mode other than "constant".

    >>> pad([1, 2], (1, 0), constant_values=9)
    array([9, 1, 2], dtype=int32)
    """
    if mode != "constant":
        raise ValueError(f"pad: got mode={mode!r}, expected 'constant'.")
    x = tensor(x)
    rank = len(dims_of(x))
    widths = (pad_width, pad_width) if isinstance(pad_width, int) else tuple(pad_width)
    pairs = [widths] * rank if isinstance(widths[0], int) else list(widths)
    pairs = pairs * rank if len(pairs) == 1 else pairs
    for axis, (before, after) in enumerate(pairs):
        if not constant_values:
            x = p.pad_axis(x, axis, int(before), int(after))
            continue
        dims = dims_of(x)
        ends = [full((*dims[:axis], int(n), *dims[axis + 1:]), constant_values, dtype_of(x))
                for n in (before, after)]
        x = p.concat([part for part, n in ((ends[0], before), (x, 1), (ends[1], after)) if n],
                     axis)
    return x


def meshgrid(*x, indexing="xy"):
    """The coordinates of a grid, each repeated over the whole of it.

    >>> [part.tolist() for part in meshgrid([1, 2], [3])]
    [[[1, 2]], [[3, 3]]]
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: got indexing={indexing!r}, expected 'xy' or 'ij'.")
    parts = [ravel(part) for part in x]
    extents = tuple(dims_of(part)[0] for part in parts)
    wide = [broadcast_to(reshape(part, (-1, *(1,) * (len(parts) - i - 1))), extents)
            for i, part in enumerate(parts)]
    turned = indexing == "xy" and len(parts) > 1
    return [swapaxes(part, 0, 1) for part in wide] if turned else wide


__all__ = ["flip", "fliplr", "flipud", "meshgrid", "pad", "repeat", "roll", "rot90", "tile"]
