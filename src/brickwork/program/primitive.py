"""Primitives: the ops that have kernels. All other ops are composed of these.

A primitive defines its shape rule, its formula and its gradient. The formula is written once for
any module with NumPy's names (``xp``). With NumPy it is the oracle of the tests and the fallback
where no engine is registered; with ``jax.numpy`` it is the JAX formula.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .dims import Dim, Trial, broadcast_kind, operand_dims, strip
from .dtypes import (
    HALF,
    NATIVE,
    floatx,
    is_float,
    is_half,
    numpy_dtype,
    promote,
    rounded,
    standard,
    wide,
    widened,
)
from .symbol import Symbol, Value
from .trace import Trace, current_trace, require_trace
from .variable import State

if TYPE_CHECKING:
    from .dims import Dims


class Primitive:
    """One entry of the closed table of ops.

    Args:
        name: name of the op.
        infer: ``(inputs, attrs) -> (dims, dtype)``; raises ValueError where they do not fit.
        formula: ``(xp, *arrays, **attrs) -> array``.
        vjp: ``(gradient, output, *inputs, **attrs) -> gradients of the inputs`` (None for inputs
            without one); None for ops through which no gradient flows.
        elementwise: whether element i of the output depends on element i of the inputs alone.
        narrow: whether the vjp accepts a gradient with extent 1 along axes where it is constant,
            as that of an elementwise op does.
    """

    __slots__ = ("elementwise", "formula", "infer", "name", "narrow", "vjp")

    def __init__(
        self,
        name: str,
        infer: Callable[[tuple[Symbol, ...], dict[str, Any]], tuple[tuple, str]],
        formula: Callable[..., Any],
        vjp: Callable[..., tuple] | None = None,
        elementwise: bool = False,
        narrow: bool = False,
    ):
        self.name = name
        self.infer = infer
        self.formula = formula
        self.vjp = vjp
        self.elementwise = elementwise
        self.narrow = narrow


PRIMITIVES: dict[str, Primitive] = {}
#: Operands that JAX does not trace, whatever they hold.
_PLAIN = {np.ndarray, int, float, bool}


def computed(name: str, arrays: Sequence[np.ndarray], attrs: dict, dtype: str) -> np.ndarray:
    """What a primitive's formula says of arrays; in half precision by way of float32."""
    if dtype in HALF and attrs.get("dtype") == dtype:
        attrs = {**attrs, "dtype": "float32"}
    with np.errstate(all="ignore"):
        value = PRIMITIVES[name].formula(np, *map(wide, arrays), **attrs)
        return rounded(value, dtype)


#: What applies a primitive: to its operands, with its attributes by name.
Op: TypeAlias = Callable[..., Any]


def primitive(
    name: str,
    infer: Callable[..., tuple[Dims, str]],
    formula: Callable[..., Any],
    vjp: Callable[..., tuple] | None = None,
    elementwise: bool = False,
    narrow: bool = False,
) -> Op:
    """Add an op to the table; returns the function that applies it."""
    PRIMITIVES[name] = Primitive(name, infer, formula, vjp, elementwise, elementwise or narrow)

    def call(*inputs, **attrs):
        return apply(name, *inputs, **attrs)

    call.__name__ = call.__qualname__ = name
    return call


def is_symbolic(*values: Any) -> bool:
    """Whether an op on these values is recorded rather than computed."""
    trace = current_trace()
    for value in values:
        if isinstance(value, Symbol):
            if value.trace is None or value.trace is trace:
                return True
        elif isinstance(value, Dim):
            return True
    return trace is not None and any(isinstance(v, State) or trace.watches(v) for v in values)


def as_symbol(value: Any, like: str | None = None) -> Symbol:
    """A symbol for any value: variables are read, numbers and arrays become constants.

    Python numbers take the dtype ``like`` where it can represent them, as in Keras.
    """
    if isinstance(value, Symbol) and value.trace in (None, current_trace()):
        trace = None if value.history is None else current_trace()
        return value if trace is None or trace.to_inner is None else trace.to_inner(value)
    trace = current_trace() or Trace()  # without a trace: the operand of a layer's output
    if isinstance(value, State):
        return trace.value_of(value)
    if isinstance(value, Dim):
        return apply("extent", factors=(value,), dtype=like or "int32")
    return trace.leaf(value, like)


def as_array(value: Any, like: str | None = None) -> np.ndarray:
    """A NumPy array of one of `DTYPES`."""
    if type(value) is np.ndarray and value.dtype in NATIVE:
        return value
    if isinstance(value, bool | np.bool_):
        return np.asarray(bool(value))
    if type(value) is np.float64 and like is not None:
        value = float(value)
    if type(value) in (int, float, Trial):
        if like is None or (isinstance(value, float) and not is_float(like)) or like == "bool":
            like = floatx() if isinstance(value, float) else "int32"
        return np.asarray(value, numpy_dtype(like))
    if isinstance(value, State):
        return value.view()
    if type(value) is Value:
        return value.array
    array = np.asarray(value)
    if isinstance(value, list | tuple):
        # Python numbers in a list get the dtype that they get alone.
        if array.dtype.name == "float64":
            return array.astype(floatx())
        if array.dtype.name == "int64" and not (array != array.astype("int32")).any():
            return array.astype("int32")
    return array if is_half(array) else array.astype(standard(array.dtype), copy=False)


def coerce(inputs: Sequence[Any]) -> list:
    """The inputs of one op as symbols or as arrays; Python numbers take the dtype of the others.

    So do float64 constants in a trace: NumPy returns float64 by default, and one `np.log(2)` in a
    loss would make a float32 program compute in float64.
    """
    convert = as_symbol if is_symbolic(*inputs) else as_array
    numbers = [type(v) in (int, float, np.float64, Dim, Trial) for v in inputs]
    done: list[Any] = [None if n else convert(v) for v, n in zip(inputs, numbers, strict=True)]
    dtypes = [v.dtype if isinstance(v, Symbol) else v.dtype.name for v in done if v is not None]
    if convert is as_symbol and "float64" in dtypes:
        done = _narrow_constants(done)
        dtypes = [v.dtype for v in done if v is not None]
    like = promote(*dtypes) if dtypes else None
    return [convert(v, like) if n else d for v, n, d in zip(inputs, numbers, done, strict=True)]


def _narrow_constants(symbols: Any) -> list:
    """Convert float64 constants to the only float dtype of the other inputs, if it is narrower.

    Arrays become float32 beside half precision, as in Keras.
    """
    floats = {s.dtype for s in symbols if s is not None and s.op != "const" and is_float(s.dtype)}
    if len(floats) != 1 or floats == {"float64"}:
        return symbols
    (dtype,) = floats
    trace = require_trace()
    return [
        trace.constant(s.attrs["value"].astype(numpy_dtype(widened(dtype) if s.dims else dtype)))
        if s is not None and s.op == "const" and s.dtype == "float64"
        else s
        for s in symbols
    ]


def _of_one_dtype(name: str, symbols: tuple[Symbol, ...], dtype: str) -> tuple[Symbol, ...]:
    """Operands cast to the dtype in which the op computes: kernels do not mix dtypes."""
    first = 1 if name == "where" else 0  # the condition stays bool
    if not is_float(dtype):
        dtype = promote(*(s.dtype for s in symbols[first:]))
    return (
        *symbols[:first],
        *(s if s.dtype == dtype else apply("cast", s, dtype=dtype) for s in symbols[first:]),
    )


#: Applies an op to symbols outside of a trace, such as outputs of layers; set by `layers`.
between_layers: Callable[[str, tuple, dict], Any] | Any = None


def apply(name: str, *inputs: Any, **attrs: Any) -> Any:
    """Record the op when an input is symbolic, else compute it now."""
    if current_trace() is None and any(isinstance(v, Symbol) for v in inputs):
        if any(type(v) is Value for v in inputs):  # of a tape that is closed
            return apply(name, *(v.array if type(v) is Value else v for v in inputs), **attrs)
        if not all(s.history or s.op in ("const", "read") for s in inputs if isinstance(s, Symbol)):
            require_trace()
        return between_layers(name, inputs, attrs)
    if (
        "jax" in sys.modules
        and current_trace() is None
        and not all(type(v) in _PLAIN for v in inputs)
    ):
        from .between import caller_in_jax

        in_jax = caller_in_jax(inputs, {})
        if in_jax is not None:
            return in_jax(partial(apply, name), inputs, attrs)
    values = coerce(inputs)
    recorded = any(isinstance(v, Symbol) for v in values) if values else current_trace()
    if not recorded:
        from .evaluate import evaluate_op

        return evaluate_op(name, values, attrs)
    rule = PRIMITIVES[name]
    symbols = tuple(values)
    try:
        dims, dtype = rule.infer(symbols, attrs)
    except ValueError:
        from .noise import redrawn_for_batch

        redrawn = redrawn_for_batch(symbols)
        if redrawn is None:
            raise
        symbols = redrawn
        dims, dtype = rule.infer(symbols, attrs)
    if rule.elementwise and name != "cast":
        symbols = _of_one_dtype(name, symbols, dtype)
    if rule.elementwise and len(symbols) > 1:
        symbols = _with_simple_broadcasts(symbols, dims)
    trace = require_trace()
    if name in ("mul", "div"):
        same = _times_one(name, symbols, dims, dtype)
        if same is not None:
            return same
    if all(s.op == "const" for s in symbols) and symbols and _small(dims):
        arrays = [s.attrs["value"] for s in symbols]
        return trace.constant(computed(name, arrays, attrs, dtype))
    return trace.record(name, symbols, attrs, dims, dtype)


def _small(dims: Any) -> bool:
    """Whether a constant of this shape is worth folding rather than computing in each step."""
    return all(isinstance(d, int) for d in dims) and int(np.prod(dims, dtype=object)) <= 4096


def _with_simple_broadcasts(symbols: tuple[Symbol, ...], dims: Any) -> tuple[Symbol, ...]:
    """The operands of an elementwise op, with broadcasts that engines have no loop for in memory.

    These are broadcasts along a middle axis, or along different axes for different operands.
    """
    space, split, simple = strip(dims), None, []
    for symbol in symbols:
        spread = broadcast_kind(operand_dims(symbol.dims, dims), space)
        if spread is None or (spread[1] is not None and split not in (None, spread[1])):
            from .primitives.layout import broadcast_to

            symbol = broadcast_to(symbol, dims)
        else:
            split = split if spread[1] is None else spread[1]
        simple.append(symbol)
    return tuple(simple)


def _times_one(name: str, symbols: tuple[Symbol, ...], dims: Any, dtype: str) -> Symbol | None:
    """The other operand, if this is a product with or a quotient by the constant 1."""
    for one, other in ((symbols[1], symbols[0]), (symbols[0], symbols[1])):
        if (
            one.op == "const"
            and other.dims == dims
            and other.dtype == dtype
            and (one.attrs["value"] == 1).all()
        ):
            return other
        if name == "div":
            break
    return None
