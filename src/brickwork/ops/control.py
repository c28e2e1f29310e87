"""Keras's ops that call functions: for each entry, one of several, or while something holds."""

from __future__ import annotations

import numpy as np

from ..program import Symbol, TraceError
from ..program.dims import broadcast
from ..program.primitives import elementwise as e
from ..tree import flatten, map_structure, pack_sequence_as
from .arranging import flip
from .core import cond, dims_of, dtype_of, tensor
from .joining import concatenate, stack
from .shapes import broadcast_to, moveaxis, ravel, reshape


def _entries(structure, what: str) -> int:
    """The number of entries of the first axis, known before the program runs."""
    extents = {dims_of(tensor(leaf))[0] for leaf in flatten(structure)}
    count = extents.pop() if len(extents) == 1 else None
    if not isinstance(count, int):
        raise ValueError(f"{what}: got tensors whose first axes are not of one extent that is "
                         "known before the program runs. Write the computation for all rows at "
                         "once.")
    return count


def _nth(structure, i: int):
    return map_structure(lambda leaf: tensor(leaf)[i], structure)


def _stacked(answers: list):
    """The leaves of several alike structures, stacked."""
    columns = zip(*(flatten(answer) for answer in answers), strict=True)
    return pack_sequence_as(answers[0], [stack(column) for column in columns])


def map(f, xs):
    """f of each entry of the first axis, stacked.

    >>> map(lambda x: x * 2, [1, 2])
    array([2, 4], dtype=int32)
    """
    whole = xs if isinstance(xs, dict | tuple) else tensor(xs)
    return _stacked([f(_nth(whole, i)) for i in range(_entries(whole, "map"))])


def vectorized_map(function, elements):
    """The same as `map`.

    >>> vectorized_map(lambda x: x * 2, [1, 2])
    array([2, 4], dtype=int32)
    """
    return map(function, elements)


def scan(f, init, xs=None, length=None, reverse=False, unroll=1):
    """``carry, y = f(carry, x)`` for each entry of xs; answers the last carry and all y, stacked.

    Args:
        init: the first carry.
        xs: a tensor, or a tuple or dict of them; None calls f ``length`` times with None.
        reverse: begin with the last entry.
        unroll: accepted as in Keras; every step is recorded.

    >>> scan(lambda total, x: (total + x, total + x), 0, [1, 2, 3])[1]
    array([1, 3, 6], dtype=int32)
    """
    whole = xs if xs is None or isinstance(xs, dict | tuple) else tensor(xs)
    count = int(length) if whole is None else _entries(whole, "scan")
    carry, answers = init, [None] * count
    for i in reversed(range(count)) if reverse else range(count):
        carry, answers[i] = f(carry, None if whole is None else _nth(whole, i))
    return carry, None if not answers or answers[0] is None else _stacked(answers)


def associative_scan(f, elems, reverse=False, axis=0):
    """For each entry what ``f(f(f(x0, x1), x2), ...)`` has come to with it; f may be told any
    neighbours first, as that changes nothing for it.

    Args:
        f: of two tensors (or tuples, or dicts of them) whose entries stand along the axis.
        elems: a tensor, or such a structure.
        reverse: begin with the last entry.

    >>> associative_scan(lambda a, b: a + b, [1, 2, 3])
    array([1, 3, 6], dtype=int32)
    """
    turned = (lambda x: flip(x, axis)) if reverse else (lambda x: x)
    whole = elems if isinstance(elems, dict | tuple) else tensor(elems)
    so_far = map_structure(lambda x: moveaxis(turned(tensor(x)), axis, 0), whole)
    count, reach = _entries(so_far, "associative_scan"), 1
    while reach < count:  # each takes in what the one so far before it has come to (Hillis, Steele)
        joined = f(_part(so_far, 0, count - reach), _part(so_far, reach, count))
        so_far = map_structure(lambda old, new: concatenate([old, new]),
                               _part(so_far, 0, reach), joined)
        reach *= 2
    return map_structure(lambda x: turned(moveaxis(x, 0, axis)), so_far)


def _part(structure, start: int, stop: int):
    return map_structure(lambda x: x[start:stop], structure)


def vectorize(pyfunc, *, excluded=None, signature=None):
    """A function of single numbers as one of tensors, whose shapes are made one.

    Args:
        pyfunc: of single numbers.
        excluded: which arguments are given as they are, by their places or names.
        signature: None; a function of rows is given to `vectorized_map`.

    In a program each number's steps are recorded, so it is for small tensors; a function written
    in ops takes tensors as it is.

    >>> vectorize(lambda a, b: a * b)([1, 2], 3)
    array([3, 6], dtype=int32)
    """
    if signature is not None:
        raise ValueError(f"vectorize.signature: got {signature!r}, expected None. Use "
                         "ops.vectorized_map for a function of rows.")
    fixed = set(excluded or ())

    def function(*args, **kwargs):
        loose = [i for i in range(len(args)) if i not in fixed]
        tensors = [tensor(args[i]) for i in loose]
        dims = broadcast(*(dims_of(x) for x in tensors))
        rows = tuple(ravel(broadcast_to(x, dims)) for x in tensors)

        def one(numbers):
            given = list(args)
            for i, number in zip(loose, numbers, strict=True):
                given[i] = number
            return tensor(pyfunc(*given, **kwargs))

        return map_structure(lambda x: reshape(x, (*dims, *dims_of(x)[1:])), map(one, rows))

    return function


def while_loop(cond, body, loop_vars, maximum_iterations=None):
    """``loop_vars = body(*loop_vars)`` as long as ``cond(*loop_vars)`` holds, on arrays.

    Raises:
        TraceError: where the condition is known only when the program runs.

    >>> while_loop(lambda i: i < 3, lambda i: (i + 1,), (0,))
    (3,)
    """
    single = not isinstance(loop_vars, list | tuple)
    values, turns = (loop_vars,) if single else tuple(loop_vars), 0
    while maximum_iterations is None or turns < maximum_iterations:
        holds = cond(*values)
        if isinstance(holds, Symbol):
            raise TraceError("while_loop: the condition is known only when the program runs, and "
                             "a program has no loops. Use ops.fori_loop with a fixed number of "
                             "turns, and ops.where.")
        if not holds:
            break
        answer = body(*values)
        values = tuple(answer) if isinstance(answer, list | tuple) else (answer,)
        turns += 1
    return values[0] if single else values


def switch(index, branches, *operands):
    """The answer of one of several functions; a number out of range means the nearest.

    In a trace all are recorded and one is chosen when the program runs.

    >>> switch(1, [lambda x: x, lambda x: -x], 5)
    -5
    """
    branches = list(branches)
    number = tensor(index)
    if not isinstance(number, Symbol):
        return branches[int(np.clip(number, 0, len(branches) - 1))](*operands)

    def answer(i: int):
        if i == len(branches) - 1:
            return branches[i](*operands)
        return cond(e.less_equal(number, i), lambda: branches[i](*operands),
                    lambda: answer(i + 1))

    return answer(0)


def select(condlist, choicelist, default=0):
    """At each place the choice of the first condition that holds there, else the default.

    >>> select([[True, False], [True, True]], [[1, 2], [3, 4]])
    array([1, 4], dtype=int32)
    """
    found = tensor(choicelist[0])
    found = e.cast(tensor(default), dtype_of(found))
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        found = e.where(tensor(condition), tensor(choice), found)
    return found


__all__ = ["associative_scan", "map", "scan", "select", "switch", "vectorize", "vectorized_map",
           "while_loop"]
