"""Keras's ops that make one tensor of several, and several of one."""

from __future__ import annotations

from itertools import pairwise

from ..program.dtypes import promote
from ..program.primitives import elementwise as e
from ..program.primitives import layout as p
from .core import axis_of, dims_of, dtype_of, public, tensor
from .shapes import expand_dims, ravel, reshape, squeeze


def _alike(xs):
    """Tensors of one kind of number."""
    xs = [tensor(x) for x in xs]
    kind = promote(*(dtype_of(x) for x in xs))
    return [e.cast(x, kind) for x in xs]


def concatenate(xs, axis=0):
    """Tensors one after the other along an axis that they have.

    >>> concatenate([[1, 2], [3]])
    array([1, 2, 3], dtype=int32)
    """
    xs = _alike(xs)
    return p.concat(xs, axis_of(xs[0], axis))


def append(x1, x2, axis=None):
    """x2 after x1 along an axis; None: both in a row.

    >>> append([1], [2, 3])
    array([1, 2, 3], dtype=int32)
    """
    return concatenate([ravel(x1), ravel(x2)]) if axis is None else concatenate([x1, x2], axis)


def stack(x, axis=0):
    """Tensors of one shape side by side along a new axis.

    >>> stack([[1, 2], [3, 4]], axis=1)
    array([[1, 3],
           [2, 4]], dtype=int32)
    """
    return concatenate([expand_dims(part, axis) for part in _alike(x)], axis)


def hstack(xs):
    """Tensors side by side along axis 1 (axis 0 for vectors).

    >>> hstack([[1], [2]])
    array([1, 2], dtype=int32)
    """
    xs = [tensor(x) if dims_of(tensor(x)) else reshape(x, (1,)) for x in xs]
    return concatenate(xs, 0 if len(dims_of(xs[0])) == 1 else 1)


def vstack(xs):
    """Tensors below each other along axis 0; vectors are rows.

    >>> vstack([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    xs = [tensor(x) for x in xs]
    return concatenate([reshape(x, (1, -1)) if len(dims_of(x)) < 2 else x for x in xs])


def dstack(xs):
    """Tensors one behind the other along axis 2; those of fewer axes get it.

    >>> dstack([[1], [2]]).shape
    (1, 1, 2)
    """
    def deep(x):
        x = reshape(x, (1, -1)) if len(dims_of(tensor(x))) < 2 else tensor(x)
        return expand_dims(x, 2) if len(dims_of(x)) == 2 else x

    return concatenate([deep(x) for x in xs], 2)


def split(x, indices_or_sections, axis=0):
    """Pieces along an axis: so many of equal extent, or cut before each of the indices.

    >>> split([1, 2, 3, 4], 2)
    [array([1, 2], dtype=int32), array([3, 4], dtype=int32)]
    """
    x = tensor(x)
    axis = axis_of(x, axis)
    whole = dims_of(x)[axis]
    if isinstance(indices_or_sections, list | tuple):
        cuts = [0, *(min(i + whole if i < 0 else i, whole) for i in indices_or_sections), whole]
    else:
        count = int(indices_or_sections)
        if whole % count if isinstance(whole, int) else True:
            raise ValueError(f"split: axis {axis} of a tensor of shape {public(x)} does not "
                             f"divide into {count} equal parts.")
        cuts = range(0, whole + 1, whole // count)
    return [p.slice_axis(x, axis, start, max(stop - start, 0)) for start, stop in pairwise(cuts)]


def array_split(x, indices_or_sections, axis=0):
    """As `split`; where the extent does not divide, the first pieces are longer by one.

    >>> [part.tolist() for part in array_split([1, 2, 3], 2)]
    [[1, 2], [3]]
    """
    if isinstance(indices_or_sections, list | tuple):
        return split(x, indices_or_sections, axis)
    count = int(indices_or_sections)
    whole = dims_of(tensor(x))[axis_of(tensor(x), axis)]
    if not isinstance(whole, int):
        return split(x, count, axis)
    short, longer = divmod(whole, count)
    ends = [i * short + min(i, longer) for i in range(1, count)]
    return split(x, ends, axis)


def hsplit(x, indices_or_sections):
    """Pieces along axis 1 (axis 0 of a vector).

    >>> [part.tolist() for part in hsplit([1, 2], 2)]
    [[1], [2]]
    """
    return split(x, indices_or_sections, 0 if len(dims_of(tensor(x))) == 1 else 1)


def vsplit(x, indices_or_sections):
    """Pieces along axis 0.

    >>> [part.tolist() for part in vsplit([[1], [2]], 2)]
    [[[1]], [[2]]]
    """
    return split(x, indices_or_sections, 0)


def dsplit(x, indices_or_sections):
    """Pieces along axis 2.

    >>> [part.tolist() for part in dsplit([[[1, 2]]], 2)]
    [[[[1]]], [[[2]]]]
    """
    return split(x, indices_or_sections, 2)


def unstack(x, num=None, axis=0):
    """The slices along an axis, one tensor each.

    >>> [int(part) for part in unstack([5, 6])]
    [5, 6]
    """
    x = tensor(x)
    axis = axis_of(x, axis)
    whole = dims_of(x)[axis]
    if not isinstance(whole, int) or num not in (None, whole):
        raise ValueError(f"unstack: got num={num} for axis {axis} of a tensor of shape "
                         f"{public(x)}, expected its extent, known before the program runs.")
    return [squeeze(p.slice_axis(x, axis, i, 1), axis) for i in range(whole)]


__all__ = ["append", "array_split", "concatenate", "dsplit", "dstack", "hsplit", "hstack", "split",
           "stack", "unstack", "vsplit", "vstack"]
