"""`einsum`: products of tensors, said by letters."""

from __future__ import annotations

from ..program.dims import size
from ..program.primitives import elementwise as e
from ..program.primitives import layout as p
from .core import dims_of, public, tensor
from .linalg import matmul
from .reductions import sum
from .shapes import transpose


def einsum(subscripts, *operands, **kwargs):
    """Products of tensors, added up over the letters that the result lacks.

    Each axis has a letter; axes of one letter run together. ``...`` stands for axes that every
    operand may have, and that stay in front unless the result says where.

    Args:
        subscripts: such as ``"ab,bc->ac"``; without ``->`` the result has the letters that occur
            once, in the order of the alphabet.
        operands: as many tensors as there are terms.

    Raises:
        ValueError: where letters and shapes do not fit, or a letter comes twice in one term.

    >>> einsum("ab,bc->ac", [[1.0, 2.0]], [[3.0], [4.0]])
    array([[11.]], dtype=float32)
    """
    operands = [tensor(x) for x in operands]
    terms, result = _letters(subscripts, operands)
    extents: dict[str, object] = {}
    for term, x in zip(terms, operands, strict=True):
        for letter, extent in zip(term, dims_of(x), strict=True):
            if extents.setdefault(letter, extent) == 1:
                extents[letter] = extent
            if extent not in (1, extents[letter]):
                shapes = ", ".join(str(public(x)) for x in operands)
                raise ValueError(f"einsum: got {subscripts!r} for shapes {shapes}, where "
                                 f"{letter!r} has two extents.")
    pairs = list(zip(terms, operands, strict=True))
    while len(pairs) > 1:
        (one, x), (two, y), *rest = pairs
        wanted = set(result).union(*(term for term, _ in rest))
        pairs = [_product(one, x, two, y, wanted, extents), *rest]
    term, x = _without(*pairs[0], set(result))
    return transpose(x, [term.index(letter) for letter in result])


def _letters(subscripts: str, operands) -> tuple[list[str], str]:
    """The letters of each operand's axes and of the result's, ``...`` being capitals of its own."""
    text = "".join(subscripts.split())
    left, arrow, result = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise ValueError(f"einsum: got {len(operands)} tensors for {subscripts!r}, expected "
                         f"{len(terms)}.")
    spare = [chr(code) for code in range(0x391, 0x391 + 32)]  # Greek: no user's letter
    widest = 0
    for i, (term, x) in enumerate(zip(terms, operands, strict=True)):
        rank, named = len(dims_of(x)), term.replace("...", "", 1)
        more = rank - len(named) if "..." in term else 0
        if not all(letter.isalpha() and letter.isascii() for letter in named) or more < 0 or (
                len(named) + more != rank) or len(set(named)) < len(named):
            raise ValueError(f"einsum: got the term {term!r} for shape {public(x)}, expected a "
                             "letter for each axis, each once, or ... for some of them.")
        widest = max(widest, more)
        terms[i] = term.replace("...", "".join(spare[32 - more:]))
    every = "".join(spare[32 - widest:])
    if arrow:
        result = result.replace("...", every)
    else:
        once = [letter for letter in "".join(terms) if "".join(terms).count(letter) == 1]
        result = every + "".join(sorted(letter for letter in once if letter not in every))
    unknown = [letter for letter in result if letter not in "".join(terms)]
    if unknown or len(set(result)) < len(result):
        raise ValueError(f"einsum: got {subscripts!r}, expected a result of letters that occur "
                         "before the arrow, each once.")
    return terms, result


def _without(term: str, x, wanted: set) -> tuple[str, object]:
    """A tensor summed over the axes whose letters are not wanted."""
    axes = [i for i, letter in enumerate(term) if letter not in wanted]
    return "".join(a for a in term if a in wanted), sum(x, axes) if axes else x


def _product(one: str, x, two: str, y, wanted: set, extents: dict) -> tuple[str, object]:
    """Two tensors as one: a matrix product of the letters that both have and nobody wants."""
    one, x = _without(one, x, wanted | set(two))
    two, y = _without(two, y, wanted | set(one))
    shared = [letter for letter in one if letter in two]
    summed = [letter for letter in shared if letter not in wanted]
    both = [letter for letter in shared if letter in wanted]
    if not summed:
        letters = one + "".join(letter for letter in two if letter not in one)
        return letters, e.mul(_spread(one, x, letters), _spread(two, y, letters))
    x, y = (_whole(term, each, summed + both, extents) for term, each in ((one, x), (two, y)))
    left = [letter for letter in one if letter not in shared]
    right = [letter for letter in two if letter not in shared]

    def flat(term, each, *groups):
        ordered = transpose(each, [term.index(a) for group in groups for a in group])
        groups = groups if both else groups[1:]
        return p.reshape(ordered, tuple(size(tuple(extents[a] for a in group)) for group in groups))

    product = matmul(flat(one, x, both, left, summed), flat(two, y, both, summed, right))
    letters = [*both, *left, *right]
    return "".join(letters), p.reshape(product, tuple(extents[letter] for letter in letters))


def _spread(term: str, x, letters: str):
    """A tensor with an axis for each letter, of extent 1 where it has none."""
    ordered = transpose(x, sorted(range(len(term)), key=lambda i: letters.index(term[i])))
    dims = dict(zip(term, dims_of(x), strict=True))
    return p.reshape(ordered, tuple(dims.get(letter, 1) for letter in letters))


def _whole(term: str, x, letters: list, extents: dict):
    """A tensor whose axes of these letters are as long as the other's."""
    dims = tuple(extents[a] if a in letters else d
                 for a, d in zip(term, dims_of(x), strict=True))
    return p.broadcast_to(x, dims)


__all__ = ["einsum"]
