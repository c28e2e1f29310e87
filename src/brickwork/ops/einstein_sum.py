"""`einsum`: sums of products in Einstein notation."""

from __future__ import annotations

from typing import Any

from ..program.between import connect
from ..program.dims import size
from ..program.primitives import elementwise as e, layout as p
from ..program.types import Tensor, TensorLike
from .core import dims_of, public_shape, tensor
from .linalg import matmul
from .reductions import sum
from .shapes import transpose


def einsum(subscripts: str, *operands: TensorLike, **kwargs: Any) -> Tensor:
    """Sum the products of tensors in Einstein notation.

    Each axis has a letter, and axes with the same letter share one index. Letters that are missing
    in the result are summed over. ``...`` stands for further axes, which come first unless the
    result places them.

    Args:
        subscripts: for example ``"ab,bc->ac"``, a term for each operand. Without ``->`` the result
            has the letters that occur once, in alphabetical order.
        *operands: numeric tensors, one for each term.
        **kwargs: accepted for Keras compatibility; they have no effect.

    Returns:
        A tensor with an axis for each letter of the result, of the promoted dtype.

    Raises:
        ValueError: if letters and shapes do not fit, or a letter occurs twice in one term.

    >>> einsum("ab,bc->ac", [[1.0, 2.0]], [[3.0], [4.0]])
    array([[11.]], dtype=float32)
    """
    tensors = [tensor(x) for x in operands]
    terms, result = _letters(subscripts, tensors)
    extents: dict[str, Any] = {}
    for term, x in zip(terms, tensors, strict=True):
        for letter, extent in zip(term, dims_of(x), strict=True):
            if extents.setdefault(letter, extent) == 1:
                extents[letter] = extent
            if extent not in (1, extents[letter]):
                shapes = ", ".join(str(public_shape(x)) for x in tensors)
                raise ValueError(
                    f"einsum: got {subscripts!r} for shapes {shapes}, where "
                    f"{letter!r} has two different extents."
                )
    pairs = list(zip(terms, tensors, strict=True))
    while len(pairs) > 1:
        (one, x), (two, y), *rest = pairs
        kept = set(result).union(*(term for term, _ in rest))
        pairs = [_product(one, x, two, y, kept, extents), *rest]
    term, x = _summed(*pairs[0], set(result))
    return transpose(x, [term.index(letter) for letter in result])


def _letters(subscripts: str, operands: Any) -> tuple[list[str], str]:
    """The letters of each operand's axes and of the result; ``...`` becomes letters of its own."""
    text = "".join(subscripts.split())
    left, arrow, result = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise ValueError(
            f"einsum: got {len(operands)} tensors for {subscripts!r}, expected {len(terms)}."
        )
    spare = [chr(code) for code in range(0x391, 0x391 + 32)]  # Greek: users' letters are ASCII
    widest = 0
    for i, (term, x) in enumerate(zip(terms, operands, strict=True)):
        rank, named = len(dims_of(x)), term.replace("...", "", 1)
        more = rank - len(named) if "..." in term else 0
        if (
            not all(letter.isalpha() and letter.isascii() for letter in named)
            or more < 0
            or (len(named) + more != rank)
            or len(set(named)) < len(named)
        ):
            raise ValueError(
                f"einsum: got the term {term!r} for shape {public_shape(x)}, expected "
                "one distinct letter for each axis, or ... for some of them."
            )
        widest = max(widest, more)
        terms[i] = term.replace("...", "".join(spare[32 - more :]))
    every = "".join(spare[32 - widest :])
    if arrow:
        result = result.replace("...", every)
    else:
        once = [letter for letter in "".join(terms) if "".join(terms).count(letter) == 1]
        result = every + "".join(sorted(letter for letter in once if letter not in every))
    unknown = [letter for letter in result if letter not in "".join(terms)]
    if unknown or len(set(result)) < len(result):
        raise ValueError(
            f"einsum: got {subscripts!r}, expected letters after the arrow that occur "
            "before it, each once."
        )
    return terms, result


def _summed(term: str, x: Any, kept: set) -> tuple[str, Tensor]:
    """A tensor summed over the axes whose letters are not kept."""
    axes = [i for i, letter in enumerate(term) if letter not in kept]
    return "".join(a for a in term if a in kept), sum(x, axes) if axes else x


def _product(one: str, x: Any, two: str, y: Any, kept: set, extents: dict) -> tuple[str, Tensor]:
    """The product of two tensors, contracted over the shared letters that are not kept."""
    one, x = _summed(one, x, kept | set(two))
    two, y = _summed(two, y, kept | set(one))
    shared = [letter for letter in one if letter in two]
    summed = [letter for letter in shared if letter not in kept]
    batch = [letter for letter in shared if letter in kept]
    if not summed:
        both = one + "".join(letter for letter in two if letter not in one)
        return both, e.mul(_expanded(one, x, both), _expanded(two, y, both))
    x, y = (_broadcast(term, each, summed + batch, extents) for term, each in ((one, x), (two, y)))
    left = [letter for letter in one if letter not in shared]
    right = [letter for letter in two if letter not in shared]

    def flat(term, each, *groups):
        ordered = transpose(each, [term.index(a) for group in groups for a in group])
        groups = groups if batch else groups[1:]
        return p.reshape(ordered, tuple(size(tuple(extents[a] for a in group)) for group in groups))

    product = matmul(flat(one, x, batch, left, summed), flat(two, y, batch, summed, right))
    letters = [*batch, *left, *right]
    return "".join(letters), p.reshape(product, tuple(extents[letter] for letter in letters))


def _expanded(term: str, x: Any, letters: str) -> Any:
    """A tensor with an axis for each letter, of extent 1 for letters that are not its own."""
    ordered = transpose(x, sorted(range(len(term)), key=lambda i: letters.index(term[i])))
    dims = dict(zip(term, dims_of(x), strict=True))
    return p.reshape(ordered, tuple(dims.get(letter, 1) for letter in letters))


def _broadcast(term: str, x: Any, letters: list, extents: dict) -> Any:
    """A tensor broadcast to the full extents of some letters."""
    dims = tuple(extents[a] if a in letters else d for a, d in zip(term, dims_of(x), strict=True))
    return p.broadcast_to(x, dims)


__all__ = ["einsum"]
connect(globals(), __all__)
