"""Keras's op that reshapes and transposes by the names of axes."""

from __future__ import annotations

import re
from typing import Any

from ..program.between import connect
from ..program.dims import size
from ..program.types import Tensor, TensorLike
from .core import dims_of, public_shape, tensor as as_tensor
from .shapes import reshape, transpose


def rearrange(tensor: TensorLike, pattern: str, **axes_lengths: Any) -> Tensor:
    """Transpose, merge and split axes by their names.

    Args:
        tensor: tensor of any shape and dtype.
        pattern: names for the axes of the tensor, ``->``, and the same names in the order of the
            result. Names in round brackets form one axis.
        axes_lengths: extents of axes in brackets on the left, integers; one of each bracket may be
            omitted.

    Returns:
        Tensor with the same elements and dtype, its axes as the right side of the pattern.

    Raises:
        ValueError: the pattern does not fit the shape, or extents are missing.

    >>> rearrange([[1, 2, 3, 4]], "a (b c) -> c (a b)", c=2)
    array([[1, 3],
           [2, 4]], dtype=int32)
    """
    x = as_tensor(tensor)
    before, arrow, after = (part.strip() for part in pattern.partition("->"))
    groups, wanted = _groups(before), _groups(after)
    names = [name for group in groups for name in group]
    if (
        not arrow
        or sorted(names) != sorted(n for group in wanted for n in group)
        or (len(set(names)) != len(names) or len(groups) != len(dims_of(x)))
    ):
        raise ValueError(
            f"rearrange.pattern: got {pattern!r} for shape {public_shape(x)}, "
            "expected a name for each axis, '->', and the same names again."
        )
    extents: dict = {}
    for group, extent in zip(groups, dims_of(x), strict=True):
        unknown = [name for name in group if name not in axes_lengths]
        known = size(tuple(axes_lengths[name] for name in group if name not in unknown))
        if len(group) == 1:
            extents[group[0]] = extent
        elif len(unknown) > 1:
            raise ValueError(
                f"rearrange: got no extents of {', '.join(unknown)}, expected at most "
                "one unknown extent in each bracket. Pass the others by name, such "
                f"as {unknown[0]}=2."
            )
        else:
            extents |= {name: axes_lengths.get(name) or extent // known for name in group}
    x = reshape(x, tuple(extents[name] for name in names))
    x = transpose(x, [names.index(name) for group in wanted for name in group])
    return reshape(x, tuple(size(tuple(extents[name] for name in group)) for group in wanted))


def _groups(side: str) -> list[list[str]]:
    return [re.findall(r"\w+", part) for part in re.findall(r"\w+|\(.*?\)", side)]


__all__ = ["rearrange"]
connect(globals(), __all__)
