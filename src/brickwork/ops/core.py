"""Making tensors and asking about them; the few ops that are about the trace itself."""

from __future__ import annotations

from functools import wraps

import numpy as np

from ..program import State, Symbol, TraceError, as_array, as_symbol, current_trace, is_symbolic
from ..program.dims import Dim
from ..program.dims import size as element_count
from ..program.dtypes import floatx, is_float, standard
from ..program.primitives import elementwise as e
from ..program.primitives import layout as p
from ..program.results import answered


def tensor(x):
    """The operand of an op: a symbol where it belongs to a trace, else an array."""
    if isinstance(x, Symbol):
        return x if x.history is None else as_symbol(x)
    if isinstance(x, Dim) or (isinstance(x, State) and current_trace()):
        return as_symbol(x)
    if isinstance(x, list | tuple) and any(is_symbolic(part) for part in flat_parts(x)):
        from .joining import stack

        return stack(x)
    return as_array(x)


def flat_parts(x):
    """What nested lists and tuples hold."""
    for part in x:
        if isinstance(part, list | tuple):
            yield from flat_parts(part)
        else:
            yield part


def dims_of(x) -> tuple:
    """The shape as a program sees it: the batch is a `Dim`."""
    return x.dims if isinstance(x, Symbol | State) else np.shape(x)


def dtype_of(x) -> str:
    """The kind of number of a symbol, a state or an array, by its name here."""
    return x.dtype if isinstance(x, Symbol | State) else standard(x.dtype)


def floating(x):
    """A tensor of floats: whole numbers and truth values become `floatx()`."""
    x = tensor(x)
    return x if is_float(dtype_of(x)) else e.cast(x, floatx())


def axis_of(x, axis: int) -> int:
    """An axis counted from the front; ValueError where there is none of that number."""
    rank, axis = len(dims_of(x)), int(axis)
    if not -rank <= axis < rank:
        raise ValueError(f"axis: got {axis} for a tensor of shape {public(x)}, expected "
                         f"{-rank} to {rank - 1}.")
    return axis % rank


def public(x) -> tuple:
    """The shape as Keras shows it."""
    return tuple(d if isinstance(d, int) else None for d in dims_of(x))


def convert_to_tensor(x, dtype=None, sparse=None, ragged=None):
    """The value as a tensor: numbers, lists, arrays and variables become one.

    Python floats become `floatx()`; NumPy arrays keep the kind that they have.

    >>> convert_to_tensor([1, 2], dtype="float32")
    array([1., 2.], dtype=float32)
    """
    if sparse or ragged:
        raise ValueError("convert_to_tensor: sparse and ragged tensors do not exist here; "
                         "expected sparse=None and ragged=None.")
    return answered(tensor(x)) if dtype is None else cast(x, dtype)


def convert_to_numpy(x) -> np.ndarray:
    """The value as a NumPy array; a symbol has none (TraceError).

    >>> convert_to_numpy([1, 2])
    array([1, 2], dtype=int32)
    """
    x = tensor(x)
    return np.asarray(x)


def array(x, dtype=None):
    """The same as `convert_to_tensor`.

    >>> array([True])
    array([ True])
    """
    return convert_to_tensor(x, dtype)


def copy(x):
    """A value of its own: what happens to x later does not happen to it.

    >>> copy([1.0])
    array([1.], dtype=float32)
    """
    x = tensor(x)
    return x if isinstance(x, Symbol) else x.copy()


def cast(x, dtype):
    """The value in another kind of number.

    >>> cast([0.9, 1.1], "int32")
    array([0, 1], dtype=int32)
    """
    return answered(e.cast(tensor(x), standard(dtype)))


def saturate_cast(x, dtype):
    """As `cast`, but what the kind cannot hold becomes its largest or smallest number.

    >>> saturate_cast([1e20], "int32")
    array([2147483647], dtype=int32)
    """
    x, dtype = tensor(x), standard(dtype)
    if dtype not in ("int32", "int64"):
        return e.cast(x, dtype)
    limits = np.iinfo(dtype)
    if not is_float(dtype_of(x)):
        wide = e.cast(x, "int64")
        return e.cast(e.minimum(e.maximum(wide, np.int64(limits.min)), np.int64(limits.max)),
                      dtype)
    # The largest whole number itself is no float: it is put in after the conversion.
    low, high = float(limits.min), float(limits.max)
    wide = e.cast(x, "float64")
    inside = e.logical_and(e.greater(wide, low), e.less(wide, high))
    held = e.cast(e.where(inside, wide, 0.0), dtype)
    ends = e.where(e.greater_equal(wide, high), np.asarray(limits.max, dtype),
                   np.asarray(limits.min, dtype))
    return e.where(inside, held, ends)


def dtype(x) -> str:
    """The name of the kind of number.

    >>> dtype(np.zeros(2))
    'float64'
    """
    return dtype_of(tensor(x))


def shape(x) -> tuple:
    """The shape; the batch size stands in it as a number that ops understand.

    >>> shape(np.zeros((2, 3)))
    (2, 3)
    """
    return tuple(dims_of(tensor(x)))


def ndim(x) -> int:
    """The number of axes.

    >>> ndim([[1.0]])
    2
    """
    return len(dims_of(tensor(x)))


def size(x):
    """The number of elements.

    >>> size(np.zeros((2, 3)))
    6
    """
    return element_count(tuple(dims_of(tensor(x))))


def is_tensor(x) -> bool:
    """Whether x is a symbol, a variable or an array.

    >>> is_tensor(np.zeros(2)), is_tensor([0.0])
    (True, False)
    """
    return isinstance(x, Symbol | State | np.ndarray)


def stop_gradient(variable):
    """The value, through which no gradient flows.

    >>> stop_gradient([1.0])
    array([1.], dtype=float32)
    """
    return p.stop_gradient(tensor(variable))


def custom_gradient(f):
    """A function that says its gradient itself.

    Args:
        f: of tensors; answers a tensor, and a function of the gradient of that, which answers the
            gradient of each argument (one, or a tuple of them).

    >>> @custom_gradient
    ... def reversed_gradient(x):
    ...     return x, lambda upstream: -upstream
    >>> float(reversed_gradient(2.0))
    2.0
    """
    @wraps(f)
    def called(*args):
        answer, slopes = f(*args)
        sources = [tensor(x) for x in args]
        if not any(isinstance(x, Symbol) for x in sources):
            return answer
        if isinstance(answer, list | tuple):
            raise TypeError(f"custom_gradient: got {len(answer)} values of {f.__name__}, expected "
                            "one. Write a function for each.")

        def each(upstream):
            found = slopes(upstream)
            found = found if isinstance(found, list | tuple) else (found,)
            if len(found) != len(sources):
                raise ValueError(f"custom_gradient: got {len(found)} gradients of {f.__name__}, "
                                 f"expected {len(sources)}, one of each argument.")
            return found

        return p.custom_gradient(tensor(answer), *sources, slopes=each)

    return called


def cond(pred, true_fn, false_fn):
    """The value of one function or the other.

    On arrays one of them is called. In a trace both are recorded and the value is chosen when
    the program runs, so both must answer tensors of the same shapes and change no variable.

    >>> cond(np.asarray(True), lambda: 1, lambda: 2)
    1
    """
    if not isinstance(tensor(pred), Symbol):
        return true_fn() if bool(np.asarray(tensor(pred))) else false_fn()
    writes = current_trace().writes
    before = dict(writes)
    first, second = true_fn(), false_fn()
    if list(before.items()) != list(writes.items()):
        raise TraceError("cond: a branch assigns a variable, which would happen whichever branch "
                         "is taken. Assign ops.where(pred, new, old) outside of the branches.")
    return _choose(tensor(pred), first, second)


def _choose(pred, first, second):
    if isinstance(first, dict):
        return {key: _choose(pred, first[key], second[key]) for key in first}
    if isinstance(first, list | tuple):
        return type(first)(_choose(pred, a, b) for a, b in zip(first, second, strict=True))
    if first is None and second is None:
        return None
    return e.where(e.cast(pred, "bool"), first, second)


def fori_loop(lower: int, upper: int, body_fun, init_val):
    """``value = body_fun(i, value)`` for i from lower to upper - 1; the bounds are integers.

    >>> fori_loop(0, 3, lambda i, total: total + i, 0)
    3
    """
    value = init_val
    for i in range(int(lower), int(upper)):
        value = body_fun(i, value)
    return value


__all__ = ["array", "cast", "cond", "convert_to_numpy", "convert_to_tensor", "copy",
           "custom_gradient", "dtype", "fori_loop", "is_tensor", "ndim", "saturate_cast", "shape",
           "size", "stop_gradient"]
