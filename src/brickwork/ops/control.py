"""Keras's ops that call functions: for each entry, in a loop, or one of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..program import Symbol, TraceError
from ..program.between import connect
from ..program.dims import broadcast
from ..program.primitives import elementwise as e
from ..program.primitives.layout import slice_axis
from ..program.types import Tensor, TensorLike
from ..tree import flatten, map_structure, pack_sequence_as
from .arranging import flip
from .core import axis_of, cond, dims_of, dtype_of, tensor
from .joining import concatenate, stack
from .shapes import broadcast_to, ravel, reshape


def _entries(structure: Any, op: str, axis: int = 0) -> int:
    """The extent of an axis, which must be known before the program runs."""
    extents = {dims_of(tensor(leaf))[axis] for leaf in flatten(structure)}
    count = extents.pop() if len(extents) == 1 else None
    if not isinstance(count, int):
        raise ValueError(
            f"{op}: got tensors of which axis {axis} differs in extent or is the "
            "batch, expected one extent that is known before the program runs. Write "
            "the computation for all rows at once."
        )
    return count


def _item(structure: Any, i: int) -> Any:
    return map_structure(lambda leaf: tensor(leaf)[i], structure)


def _stacked(structures: list) -> Any:
    """Structures of one form as a single one, their leaves stacked."""
    columns = zip(*(flatten(structure) for structure in structures), strict=True)
    return pack_sequence_as(structures[0], [stack(column) for column in columns])


def map(f: Callable[..., Any], xs: Any) -> Any:
    """Apply a function to each entry of the first axis and stack the results.

    Inside a trace the steps for every entry are recorded.

    Args:
        f: function of one entry; it returns a tensor or a nested structure of them.
        xs: tensor, or a tuple or dict of tensors, with equal extents of the first axis.

    Returns:
        The results of `f` with a new first axis.

    Raises:
        ValueError: if the first axes differ in extent, or if it is not known yet.

    >>> map(lambda x: x * 2, [1, 2])
    array([2, 4], dtype=int32)
    """
    xs = xs if isinstance(xs, dict | tuple) else tensor(xs)
    return _stacked([f(_item(xs, i)) for i in range(_entries(xs, "map"))])


def vectorized_map(function: Callable[..., Any], elements: Any) -> Any:
    """Apply a function to each entry of the first axis and stack the results; the same as `map`.

    Args:
        function: function of one entry; it returns a tensor or a nested structure of them.
        elements: tensor, or a tuple or dict of tensors, with equal extents of the first axis.

    Returns:
        The results of the function with a new first axis.

    Raises:
        ValueError: if the first axes differ in extent, or if it is not known yet.

    >>> vectorized_map(lambda x: x * 2, [1, 2])
    array([2, 4], dtype=int32)
    """
    return map(function, elements)


def scan(
    f: Callable[..., Any],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int = 1,
) -> tuple[Any, Any]:
    """Apply ``carry, y = f(carry, x)`` to each entry x of the first axis, one after the other.

    Inside a trace every step is recorded.

    Args:
        f: function ``(carry, x) -> (carry, y)``; y may be None.
        init: the first carry: a tensor, or a nested structure of them.
        xs: tensor, or a tuple or dict of tensors, with equal extents of the first axis. None calls
            `f` with x = None.
        length: number of steps if `xs` is None.
        reverse: whether to begin with the last entry.
        unroll: accepted for Keras compatibility; it has no effect.

    Returns:
        ``(carry, ys)``: the last carry, and all y stacked along a new first axis, or None.

    Raises:
        ValueError: if the first axes differ in extent, or if it is not known yet.

    >>> scan(lambda total, x: (total + x, total + x), 0, [1, 2, 3])[1]
    array([1, 3, 6], dtype=int32)
    """
    xs = xs if xs is None or isinstance(xs, dict | tuple) else tensor(xs)
    count = int(length) if xs is None else _entries(xs, "scan")  # type: ignore[arg-type]
    carry, ys = init, [None] * count
    for i in reversed(range(count)) if reverse else range(count):
        carry, ys[i] = f(carry, None if xs is None else _item(xs, i))
    return carry, None if not ys or ys[0] is None else _stacked(ys)


def associative_scan(
    f: Callable[..., Any], elems: Any, reverse: bool = False, axis: int = 0
) -> Any:
    """All partial results of an associative function: ``x0, f(x0, x1), f(f(x0, x1), x2), ...``.

    Adjacent entries may be combined in any grouping, because `f` is associative.

    Args:
        f: associative function of two tensors (or tuples or dicts of them) that combines their
            entries along `axis`.
        elems: tensor, or a tuple or dict of tensors, with equal extents of the axis.
        reverse: whether to begin with the last entry.
        axis: axis of the entries.

    Returns:
        The partial results, of the structure and shapes of `elems`.

    Raises:
        ValueError: if the extents of the axis differ, or if it is not known yet.

    >>> associative_scan(lambda a, b: a + b, [1, 2, 3])
    array([1, 3, 6], dtype=int32)
    """
    ordered = (lambda x: flip(x, axis)) if reverse else (lambda x: x)
    elems = elems if isinstance(elems, dict | tuple) else tensor(elems)
    partial = map_structure(lambda x: ordered(tensor(x)), elems)
    count, stride = _entries(partial, "associative_scan", axis), 1

    def part(start: int, stop: int) -> Any:
        return map_structure(
            lambda x: slice_axis(x, axis_of(x, axis), start, stop - start), partial
        )

    # Hillis and Steele, "Data parallel algorithms", 1986: log2(count) steps.
    while stride < count:
        combined = f(part(0, count - stride), part(stride, count))
        partial = map_structure(
            lambda old, new: concatenate([old, new], axis), part(0, stride), combined
        )
        stride *= 2
    return map_structure(ordered, partial)


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Any = None, signature: Any = None
) -> Callable[..., Any]:
    """Turn a function of scalars into a function of tensors, whose shapes broadcast.

    Inside a trace the steps for every element are recorded, so use it for small tensors only. A
    function that is written in ops accepts whole tensors already.

    Args:
        pyfunc: function of scalars.
        excluded: positions of arguments that are passed unchanged; keyword arguments always are.
        signature: accepted for Keras compatibility; must be None.

    Returns:
        A function of tensors that returns the results with the broadcast shape.

    Raises:
        ValueError: if `signature` is given; `vectorized_map` applies a function to rows.

    >>> vectorize(lambda a, b: a * b)([1, 2], 3)
    array([3, 6], dtype=int32)
    """
    if signature is not None:
        raise ValueError(
            f"vectorize.signature: got {signature!r}, expected None. Use "
            "ops.vectorized_map for a function of rows."
        )
    excluded = set(excluded or ())

    def function(*args, **kwargs):
        mapped = [i for i in range(len(args)) if i not in excluded]
        tensors = [tensor(args[i]) for i in mapped]
        dims = broadcast(*(dims_of(x) for x in tensors))
        rows = tuple(ravel(broadcast_to(x, dims)) for x in tensors)

        def of_scalars(scalars):
            arguments = list(args)
            for i, scalar in zip(mapped, scalars, strict=True):
                arguments[i] = scalar
            return tensor(pyfunc(*arguments, **kwargs))

        return map_structure(lambda x: reshape(x, (*dims, *dims_of(x)[1:])), map(of_scalars, rows))

    return function


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None = None,
) -> Any:
    """Apply ``loop_vars = body(*loop_vars)`` while ``cond(*loop_vars)`` holds; on arrays only.

    Args:
        cond: function of the loop variables; it returns a bool.
        body: function of the loop variables; it returns their new values.
        loop_vars: the first values: a tuple or list, or a single value.
        maximum_iterations: maximum number of iterations; None means no limit.

    Returns:
        The last values: a tuple, or a single value if `loop_vars` is one.

    Raises:
        TraceError: if the condition is known only when the program runs.

    >>> while_loop(lambda i: i < 3, lambda i: (i + 1,), (0,))
    (3,)
    """
    single = not isinstance(loop_vars, list | tuple)
    values, iterations = (loop_vars,) if single else tuple(loop_vars), 0
    while maximum_iterations is None or iterations < maximum_iterations:
        holds = cond(*values)
        if isinstance(holds, Symbol):
            raise TraceError(
                "while_loop: got a condition that is known only when the program "
                "runs, but a program has no loops. Use ops.fori_loop with a fixed "
                "number of iterations, and ops.where."
            )
        if not holds:
            break
        result = body(*values)
        values = tuple(result) if isinstance(result, list | tuple) else (result,)
        iterations += 1
    return values[0] if single else values


def switch(index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """Call one of several functions, chosen by its index.

    On arrays only the chosen function is called. Inside a trace all are recorded, and the value is
    chosen when the program runs.

    Args:
        index: scalar integer tensor; values out of range are clipped.
        branches: list of functions of the operands. Inside a trace all must return the same
            structure of tensors with equal shapes.
        *operands: arguments of the functions.

    Returns:
        What the chosen function returns.

    >>> switch(1, [lambda x: x, lambda x: -x], 5)
    -5
    """
    branches = list(branches)
    index = tensor(index)
    if not isinstance(index, Symbol):
        return branches[int(np.clip(index, 0, len(branches) - 1))](*operands)

    def choose_from(i: int) -> Any:
        if i == len(branches) - 1:
            return branches[i](*operands)
        return cond(
            e.less_equal(index, i), lambda: branches[i](*operands), lambda: choose_from(i + 1)
        )

    return choose_from(0)


def select(
    condlist: Sequence[TensorLike], choicelist: Sequence[TensorLike], default: TensorLike = 0
) -> Tensor:
    """The value of the first choice whose condition holds, element by element.

    Args:
        condlist: list of bool tensors whose shapes broadcast.
        choicelist: list of tensors, one for each condition.
        default: value where no condition holds; converted to the dtype of the first choice.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    >>> select([[True, False], [True, True]], [[1, 2], [3, 4]])
    array([1, 4], dtype=int32)
    """
    result = e.cast(tensor(default), dtype_of(tensor(choicelist[0])))
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        result = e.where(tensor(condition), tensor(choice), result)
    return result


__all__ = [
    "associative_scan",
    "map",
    "scan",
    "select",
    "switch",
    "vectorize",
    "vectorized_map",
    "while_loop",
]
connect(globals(), __all__)
