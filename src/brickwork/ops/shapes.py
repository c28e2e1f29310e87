"""Keras's ops that give the values of a tensor another shape, or its axes another order."""

from __future__ import annotations

from ..program.dims import Dim
from ..program.primitives import layout as p
from .core import axis_of, dims_of, public, tensor
from .core import size as element_count


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


__all__ = ["broadcast_to", "expand_dims", "moveaxis", "ravel", "reshape", "squeeze", "swapaxes",
           "transpose"]
