"""Keras's ops that move values without changing them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ..program.dims import Dim
from ..program.dtypes import promote
from ..program.operators import getitem
from ..program.primitives import elementwise as e
from ..program.primitives import layout as p
from ..program.primitives import take as rows
from .core import axis_of, dims_of, dtype_of, public, tensor
from .core import size as element_count
from .creation import full


def as_dims(shape) -> tuple:
    """A shape given by the user: integers and batch sizes, or one of them."""
    shape = shape if isinstance(shape, list | tuple) else (shape,)
    return tuple(d if isinstance(d, Dim) else int(d) for d in shape)


def reshape(x, newshape):
    """The same values in the same order under another shape; one extent may be -1.

    >>> reshape([[1, 2], [3, 4]], (-1,))
    array([1, 2, 3, 4], dtype=int32)
    """
    return p.reshape(tensor(x), as_dims(newshape))


def ravel(x):
    """All values in a row.

    >>> ravel([[1, 2], [3, 4]])
    array([1, 2, 3, 4], dtype=int32)
    """
    return reshape(x, (element_count(x),))


def transpose(x, axes=None):
    """The axes in another order; None turns the order round.

    >>> transpose([[1, 2], [3, 4]])
    array([[1, 3],
           [2, 4]], dtype=int32)
    """
    x = tensor(x)
    rank = len(dims_of(x))
    axes = tuple(range(rank))[::-1] if axes is None else tuple(axis_of(x, a) for a in axes)
    if sorted(axes) != list(range(rank)):
        raise ValueError(f"transpose: got axes {axes} for a tensor of shape {public(x)}, expected "
                         f"each of 0 to {rank - 1} once.")
    return p.transpose(x, axes)


def swapaxes(x, axis1, axis2):
    """Two axes in each other's place.

    >>> swapaxes([[1, 2]], 0, 1)
    array([[1],
           [2]], dtype=int32)
    """
    x = tensor(x)
    order = list(range(len(dims_of(x))))
    one, two = axis_of(x, axis1), axis_of(x, axis2)
    order[one], order[two] = order[two], order[one]
    return p.transpose(x, order)


def moveaxis(x, source, destination):
    """Axes at another place, the others in their order.

    >>> moveaxis([[[1, 2]]], 2, 0).shape
    (2, 1, 1)
    """
    x = tensor(x)
    source = source if isinstance(source, list | tuple) else (source,)
    destination = destination if isinstance(destination, list | tuple) else (destination,)
    places = dict(zip((axis_of(x, d) for d in destination), (axis_of(x, s) for s in source),
                      strict=True))
    others = iter(i for i in range(len(dims_of(x))) if i not in places.values())
    return p.transpose(x, [places[i] if i in places else next(others)
                           for i in range(len(dims_of(x)))])


def expand_dims(x, axis):
    """A new axis of extent 1 (or some).

    >>> expand_dims([1, 2], -1).shape
    (2, 1)
    """
    x = tensor(x)
    axes = axis if isinstance(axis, list | tuple) else (axis,)
    rank = len(dims_of(x)) + len(axes)
    for a in axes:
        if not -rank <= a < rank:
            raise ValueError(f"expand_dims: got axis {a} for a tensor of shape {public(x)}, "
                             f"expected {-rank} to {rank - 1}.")
    new = {a % rank for a in axes}
    old = iter(dims_of(x))
    return p.reshape(x, tuple(1 if i in new else next(old) for i in range(rank)))


def squeeze(x, axis=None):
    """The tensor without axes of extent 1: those named, or (None) all such.

    >>> squeeze([[1, 2]]).shape
    (2,)
    """
    x = tensor(x)
    dims = dims_of(x)
    if axis is None:
        return p.reshape(x, tuple(d for d in dims if d != 1))
    axes = {axis_of(x, a) for a in (axis if isinstance(axis, list | tuple) else (axis,))}
    wide = [a for a in axes if dims[a] != 1]
    if wide:
        raise ValueError(f"squeeze: axis {wide[0]} of a tensor of shape {public(x)} has an extent "
                         "other than 1.")
    return p.reshape(x, tuple(d for i, d in enumerate(dims) if i not in axes))


def broadcast_to(x, shape):
    """The values repeated along axes of extent 1, or missing in front.

    >>> broadcast_to([1, 2], (2, 2))
    array([[1, 2],
           [1, 2]], dtype=int32)
    """
    return p.broadcast_to(tensor(x), as_dims(shape))


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


def slice(inputs, start_indices, shape):
    """A block of this shape that starts there; an extent of -1 goes to the end.

    >>> slice([[1, 2], [3, 4]], (0, 1), (2, 1))
    array([[2],
           [4]], dtype=int32)
    """
    x = tensor(inputs)
    for axis, (start, extent) in enumerate(zip(as_dims(start_indices), as_dims(shape),
                                               strict=True)):
        whole = dims_of(x)[axis]
        extent = whole - start if extent == -1 else extent
        if isinstance(whole, int) and start + extent > whole:
            raise ValueError(f"slice: {extent} entries from {start} on axis {axis} go beyond a "
                             f"tensor of shape {public(x)}.")
        x = p.slice_axis(x, axis, start, extent)
    return x


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


def take(x, indices, axis=None):
    """The entries of these numbers along an axis; negative ones count from the end.

    >>> take([[1, 2], [3, 4]], [1, 0], axis=0)
    array([[3, 4],
           [1, 2]], dtype=int32)
    """
    x = ravel(x) if axis is None else tensor(x)
    axis = axis_of(x, axis or 0)
    ids = tensor(indices)
    whole = dims_of(x)[axis]
    ids = e.where(e.less(ids, 0), e.add(ids, whole), ids)
    if axis == 0:
        return rows.take(x, ids)
    found = rows.take(moveaxis(x, axis, 0), ids)
    return moveaxis(found, tuple(range(len(dims_of(ids)))),
                    tuple(range(axis, axis + len(dims_of(ids)))))


def take_along_axis(x, indices, axis=None):
    """At each place the entry of the number given for that place; shapes broadcast elsewhere.

    >>> take_along_axis([[5, 6], [7, 8]], [[1], [0]], axis=1)
    array([[6],
           [7]], dtype=int32)
    """
    from .creation import counting

    x, ids = tensor(x), tensor(indices)
    if axis is None:
        x, axis = ravel(x), 0
    axis = axis_of(x, axis)
    whole = dims_of(x)[axis]
    ids = expand_dims(moveaxis(e.where(e.less(ids, 0), e.add(ids, whole), ids), axis, -1), -1)
    hit = e.equal(ids, counting(whole, dtype_of(ids)))
    from .reductions import sum

    picked = e.where(hit, expand_dims(moveaxis(x, axis, -1), -2), 0)
    return moveaxis(sum(picked, -1), -1, axis)


def get_item(x, key):
    """``x[key]``.

    >>> int(get_item([5, 6], 1))
    6
    """
    return getitem(tensor(x), key)


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


def dstack(xs):
    """Tensors one behind the other along axis 2; those of fewer axes get it.

    >>> dstack([[1], [2]]).shape
    (1, 1, 2)
    """
    def deep(x):
        x = reshape(x, (1, -1)) if len(dims_of(tensor(x))) < 2 else tensor(x)
        return expand_dims(x, 2) if len(dims_of(x)) == 2 else x

    return concatenate([deep(x) for x in xs], 2)


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


def diagonal(x, offset=0, axis1=0, axis2=1):
    """A diagonal of the matrices that two axes span, as a last axis.

    >>> diagonal([[1, 2], [3, 4]])
    array([1, 4], dtype=int32)
    """
    x = moveaxis(x, (axis1, axis2), (-2, -1))
    rows, columns = dims_of(x)[-2:]
    length = max(min(rows + min(offset, 0), columns - max(offset, 0)), 0)
    flat = reshape(x, (*dims_of(x)[:-2], rows * columns))
    start = offset if offset >= 0 else -offset * columns
    return p.slice_axis(flat, len(dims_of(flat)) - 1, start, length, columns + 1)


def diagflat(x, k=0):
    """All values in a row as a diagonal.

    >>> diagflat([1, 2])
    array([[1, 0],
           [0, 2]], dtype=int32)
    """
    from .creation import diag

    return diag(ravel(x), k)


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


def slice_update(inputs, start_indices, updates):
    """The tensor with a block put in that starts there.

    >>> slice_update([1, 2, 3], (1,), [9, 9])
    array([1, 9, 9], dtype=int32)
    """
    x, block = tensor(inputs), tensor(updates)
    inside = np.ones((1,) * len(dims_of(x)), bool)
    for axis, start in enumerate(as_dims(start_indices)):
        whole, extent = dims_of(x)[axis], dims_of(block)[axis]
        if whole == extent:
            continue
        if not isinstance(whole, int) or start + extent > whole:
            raise ValueError(f"slice_update: {extent} entries from {start} on axis {axis} do not "
                             f"lie in a tensor of shape {public(x)}.")
        block = p.pad_axis(block, axis, start, whole - start - extent)
        place = np.arange(whole).reshape((-1, *(1,) * (len(dims_of(x)) - axis - 1)))
        inside = inside & (start <= place) & (place < start + extent)
    return e.where(inside, e.cast(block, dtype_of(x)), x)


def scatter(indices, values, shape):
    """Zeros of a shape, in which values stand at the indices; those of one place are added up.

    Args:
        indices: ``(..., n)``, the places along the first n axes.
        values: ``(..., *rest)``, rest being the other axes.

    >>> scatter([[0], [2]], [5.0, 7.0], (3,))
    array([5., 0., 7.], dtype=float32)
    """
    from .reductions import sum

    ids, values, shape = tensor(indices), tensor(values), as_dims(shape)
    known = dims_of(ids)[-1]
    steps = [int(np.prod(shape[i + 1:known])) for i in range(known)]
    flat = sum(e.mul(ids, np.asarray(steps, dtype_of(ids))), -1)
    return reshape(rows.scatter_add(flat, values, rows=int(np.prod(shape[:known]))), shape)


__all__ = ["append", "array_split", "broadcast_to", "concatenate", "diagflat", "diagonal",
           "dsplit", "dstack", "expand_dims", "flip", "fliplr", "flipud", "get_item", "hsplit",
           "hstack", "meshgrid", "moveaxis", "pad", "ravel", "repeat", "reshape", "roll", "rot90",
           "scatter", "slice", "slice_update", "split", "squeeze", "stack", "swapaxes", "take",
           "take_along_axis", "tile", "transpose", "unstack", "vsplit", "vstack"]
