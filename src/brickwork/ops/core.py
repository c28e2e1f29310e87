"""Create tensors, convert them, and query their shape and dtype; ops that control the trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, TypeVar, cast as typed

import numpy as np

from ..program import (
    State,
    Symbol,
    TraceError,
    as_array,
    as_symbol,
    between,
    current_trace,
    is_symbolic,
)
from ..program.between import caller_in_jax, connect
from ..program.dims import Dim, size as element_count
from ..program.dtypes import HALF, floatx, is_float, standard, widened
from ..program.primitives import elementwise as e, layout as p
from ..program.results import as_result
from ..program.trace import require_trace
from ..program.types import DType, Tensor, TensorLike

_Op = TypeVar("_Op", bound=Callable[..., Any])


def tensor(x: TensorLike) -> Tensor:
    """The operand of an op: a symbol if it belongs to a trace, else an array."""
    if isinstance(x, Symbol):
        if x.trace is not None and not is_symbolic(x):  # of a tape that is closed
            return as_array(x)
        return typed(Tensor, x if x.history is None else as_symbol(x))
    if isinstance(x, np.ndarray) and is_symbolic(x):  # a tape watches it
        return typed(Tensor, as_symbol(x))
    if isinstance(x, Dim) or (isinstance(x, State) and current_trace()):
        return typed(Tensor, as_symbol(x))
    if isinstance(x, list | tuple) and any(is_symbolic(part) for part in flat_parts(x)):
        from .joining import stack

        return stack(x)
    return as_array(x)


def flat_parts(x: Sequence[Any]) -> Iterator[Any]:
    """The items of nested lists and tuples, depth first."""
    for part in x:
        if isinstance(part, list | tuple):
            yield from flat_parts(part)
        else:
            yield part


def dims_of(x: Any) -> tuple[Any, ...]:
    """The shape as a program sees it: the batch size is a `Dim`."""
    return x.dims if isinstance(x, Symbol | State) else np.shape(x)


def dtype_of(x: Any) -> str:
    """The dtype of a symbol, a variable's state or an array, as one of `DTYPES`."""
    return x.dtype if isinstance(x, Symbol | State) else standard(x.dtype)


def floating(x: TensorLike) -> Tensor:
    """A float tensor: integers and booleans become `floatx()`."""
    x = tensor(x)
    return x if is_float(dtype_of(x)) else e.cast(x, floatx())


def wide(x: Tensor) -> Tensor:
    """A tensor of half precision as float32; any other as it is."""
    return e.cast(x, widened(dtype_of(x)))


def in_float32(op: _Op) -> _Op:
    """Decorate an op that in half precision computes in float32 throughout and rounds its results
    once, as Keras's does on JAX."""

    @wraps(op)
    def computed(x, *args, **kwargs):
        x = tensor(x)
        dtype = dtype_of(x)
        if dtype not in HALF:
            return op(x, *args, **kwargs)
        found = op(e.cast(x, "float32"), *args, **kwargs)
        if isinstance(found, tuple):
            return tuple(e.cast(part, dtype) for part in found)
        return e.cast(found, dtype)

    return typed(_Op, computed)


def axis_of(x: TensorLike, axis: Any) -> int:
    """The axis counted from the front; raises ValueError if it is out of range."""
    rank, axis = len(dims_of(x)), int(axis)
    if not -rank <= axis < rank:
        raise ValueError(
            f"axis: got {axis} for a tensor of shape {public_shape(x)}, expected "
            f"{-rank} to {rank - 1}."
        )
    return axis % rank


def public_shape(x: TensorLike) -> tuple:
    """The shape as Keras shows it: None for the batch size."""
    return tuple(d if isinstance(d, int) else None for d in dims_of(x))


def convert_to_tensor(
    x: TensorLike, dtype: DType | None = None, sparse: Any = None, ragged: Any = None
) -> Tensor:
    """Convert a value to a tensor.

    Python floats become `floatx()`; NumPy arrays keep their dtype, narrow dtypes widened.

    Args:
        x: number, nested list, array, variable or symbol.
        dtype: dtype of the result; None keeps the dtype that `x` converts to.
        sparse, ragged: accepted for Keras compatibility; must be None or False.

    Returns:
        An array, or a symbol if `x` belongs to a trace.

    Raises:
        ValueError: if `sparse` or `ragged` is true.

    >>> convert_to_tensor([1, 2], dtype="float32")
    array([1., 2.], dtype=float32)
    """
    if sparse or ragged:
        raise ValueError(
            f"convert_to_tensor: got sparse={sparse!r}, ragged={ragged!r}, expected "
            "None for both: sparse and ragged tensors are not supported."
        )
    return as_result(tensor(x)) if dtype is None else cast(x, dtype)


def convert_to_numpy(x: TensorLike) -> np.ndarray:
    """Convert a value to a NumPy array.

    Args:
        x: number, nested list, array or variable.

    Returns:
        A NumPy array of the shape of `x`.

    Raises:
        TraceError: if `x` is a symbol, which has no values yet.

    >>> convert_to_numpy([1, 2])
    array([1, 2], dtype=int32)
    """
    x = tensor(x)
    return np.asarray(x)


def array(x: TensorLike, dtype: DType | None = None) -> Tensor:
    """Convert a value to a tensor; see `convert_to_tensor`.

    Args:
        x: number, nested list, array, variable or symbol.
        dtype: dtype of the result; None keeps the dtype that `x` converts to.

    Returns:
        An array, or a symbol if `x` belongs to a trace.

    >>> array([True])
    array([ True])
    """
    return convert_to_tensor(x, dtype)


def copy(x: TensorLike) -> Tensor:
    """A copy that does not share memory with the original.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        A tensor of the shape and dtype of `x`.

    >>> copy([1.0])
    array([1.], dtype=float32)
    """
    x = tensor(x)
    return x if isinstance(x, Symbol) else x.copy()


def cast(x: TensorLike, dtype: DType) -> Tensor:
    """Convert a tensor to another dtype; floats are truncated towards zero to integers.

    Args:
        x: tensor of any shape and dtype.
        dtype: dtype of the result; narrow dtypes are widened, for example uint8 to int32.

    Returns:
        A tensor of the shape of `x` and of that dtype.

    >>> cast([0.9, 1.1], "int32")
    array([0, 1], dtype=int32)
    """
    return as_result(e.cast(tensor(x), standard(dtype)))


def saturate_cast(x: TensorLike, dtype: DType) -> Tensor:
    """Convert a tensor to another dtype, clipping values to the range of that dtype.

    Args:
        x: tensor of any shape and dtype.
        dtype: dtype of the result. A narrow integer dtype clips to its own range and is kept in
            int32; "uint32" and "uint64" in int64, whose range bounds the second. Others convert
            as in `cast`.

    Returns:
        A tensor of the shape of `x` and of that dtype.

    >>> saturate_cast([-3.0, 1e20], "uint8")
    array([  0, 255], dtype=int32)
    """
    x, given, dtype = tensor(x), dtype, standard(dtype)
    if dtype not in ("int32", "int64"):
        return e.cast(x, dtype)
    low, high = _integer_range(given)
    if not is_float(dtype_of(x)):
        wide = e.cast(x, "int64")
        return e.cast(e.minimum(e.maximum(wide, np.int64(low)), np.int64(high)), dtype)
    # The largest integer is not exactly a float, so it is put in after the conversion.
    wide = e.cast(x, "float64")
    inside = e.logical_and(e.greater(wide, float(low)), e.less(wide, float(high)))
    converted = e.cast(e.where(inside, wide, 0.0), dtype)
    bounds = e.where(
        e.greater_equal(wide, float(high)), np.asarray(high, dtype), np.asarray(low, dtype)
    )
    return e.where(inside, converted, bounds)


def _integer_range(dtype: DType) -> tuple[int, int]:
    """The smallest and largest integer of a dtype, as far as int64 holds them."""
    limits = np.iinfo(np.dtype(dtype))
    return int(limits.min), min(int(limits.max), np.iinfo("int64").max)


def dtype(x: TensorLike) -> str:
    """The name of the dtype.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        A string: "bool", "int32", "int64" or a float dtype, such as "float32".

    >>> dtype(np.zeros(2))
    'float64'
    """
    return dtype_of(tensor(x))


def shape(x: TensorLike) -> tuple:
    """The shape of a tensor.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        A tuple of integers. Inside a trace the batch size is symbolic: an object that other ops
        accept as an extent.

    >>> shape(np.zeros((2, 3)))
    (2, 3)
    """
    given: Any = x
    if caller_in_jax((given,), {}) is not None:
        return tuple(given.shape)
    return tuple(dims_of(tensor(x)))


def ndim(x: TensorLike) -> int:
    """The number of axes.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        An integer, 0 for a scalar.

    >>> ndim([[1.0]])
    2
    """
    return len(shape(x))


def size(x: TensorLike) -> int:
    """The number of elements.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        An integer; symbolic inside a trace if the batch size is a factor. Between layers it is
        then a tensor, as an op is.

    >>> size(np.zeros((2, 3)))
    6
    """
    if between.is_connected(x) and current_trace() is None and None in typed(Symbol, x).shape:
        return between.record("size", (x,), {})
    return typed(int, element_count(shape(x)))


def is_tensor(x: TensorLike) -> bool:
    """Whether a value is a symbol, a variable or an array.

    Args:
        x: any object.

    Returns:
        A bool. Numbers and lists are not tensors.

    >>> is_tensor(np.zeros(2)), is_tensor([0.0])
    (True, False)
    """
    return isinstance(x, Symbol | State | np.ndarray)


def stop_gradient(variable: TensorLike) -> Tensor:
    """The same values, through which no gradient flows.

    Args:
        variable: tensor of any shape and dtype.

    Returns:
        A tensor of the same shape, dtype and values.

    >>> stop_gradient([1.0])
    array([1.], dtype=float32)
    """
    return p.stop_gradient(tensor(variable))


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a function that defines its own gradient.

    Args:
        f: function of tensors that returns a pair: a tensor, and a function from the gradient of
            this tensor to the gradients of the arguments (one tensor, or a tuple of them).

    Returns:
        A function of the same arguments that returns the tensor alone.

    Raises:
        TypeError: when called inside a trace, if `f` returns several tensors.
        ValueError: if the number of gradients differs from the number of arguments.

    >>> @custom_gradient
    ... def reversed_gradient(x):
    ...     return x, lambda upstream: -upstream
    >>> float(reversed_gradient(2.0))
    2.0
    """

    @wraps(f)
    def wrapped(*args):
        value, vjp = f(*args)
        sources = [tensor(x) for x in args]
        if not any(isinstance(x, Symbol) for x in sources):
            return value
        if isinstance(value, list | tuple):
            raise TypeError(
                f"custom_gradient: got {len(value)} values from {f.__name__}, expected "
                "one. Write a function for each value."
            )

        def gradients(upstream):
            result = vjp(upstream)
            result = result if isinstance(result, list | tuple) else (result,)
            if len(result) != len(sources):
                raise ValueError(
                    f"custom_gradient: got {len(result)} gradients from {f.__name__}, "
                    f"expected {len(sources)}, one for each argument."
                )
            return result

        return p.custom_gradient(tensor(value), *sources, vjp=gradients)

    return wrapped


def cond(pred: TensorLike, true_fn: Callable[..., Any], false_fn: Callable[..., Any]) -> Any:
    """Return the value of one of two functions.

    On arrays only the chosen function is called. Inside a trace both are recorded, and the value is
    chosen when the program runs. Both must then return the same structure of tensors with equal
    shapes, and must not assign variables.

    Args:
        pred: scalar bool tensor.
        true_fn: function without arguments, called if `pred` is true.
        false_fn: function without arguments, called if `pred` is false.

    Returns:
        What the chosen function returns: a tensor, or a nested structure of them.

    Raises:
        TraceError: if a function assigns a variable inside a trace.

    >>> cond(np.asarray(True), lambda: 1, lambda: 2)
    1
    """
    if not isinstance(tensor(pred), Symbol):
        return true_fn() if bool(np.asarray(tensor(pred))) else false_fn()
    writes = require_trace().writes
    before = dict(writes)
    first, second = true_fn(), false_fn()
    if list(before.items()) != list(writes.items()):
        raise TraceError(
            "cond: got a branch that assigns a variable. Both branches run in a "
            "program, so it would always be assigned. Assign ops.where(pred, new, "
            "old) outside the branches."
        )
    return _choose(tensor(pred), first, second)


def _choose(pred, first, second):
    if isinstance(first, dict):
        return {key: _choose(pred, first[key], second[key]) for key in first}
    if isinstance(first, list | tuple):
        return type(first)(_choose(pred, a, b) for a, b in zip(first, second, strict=True))
    if first is None and second is None:
        return None
    return e.where(e.cast(pred, "bool"), first, second)


def fori_loop(lower: int, upper: int, body_fun: Callable[..., Any], init_val: Any) -> Any:
    """Apply ``value = body_fun(i, value)`` for i from lower to upper - 1.

    Inside a trace every iteration is recorded.

    Args:
        lower: first value of i, an integer.
        upper: end of the range (excluded), an integer.
        body_fun: function ``(i, value) -> value``.
        init_val: the value of the first iteration: a tensor, or a nested structure of them.

    Returns:
        The value after the last iteration; `init_val` if the range is empty.

    >>> fori_loop(0, 3, lambda i, total: total + i, 0)
    3
    """
    value = init_val
    for i in range(int(lower), int(upper)):
        value = body_fun(i, value)
    return value


__all__ = [
    "array",
    "cast",
    "cond",
    "convert_to_numpy",
    "convert_to_tensor",
    "copy",
    "custom_gradient",
    "dtype",
    "fori_loop",
    "is_tensor",
    "ndim",
    "saturate_cast",
    "shape",
    "size",
    "stop_gradient",
]
connect(globals(), __all__)
