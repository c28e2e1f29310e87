"""Primitives: the ops that have kernels. All other ops are made of these.

A primitive says its shape rule, its formula and its gradient. The formula is written once for
any module with NumPy's names (``xp``): with NumPy it is the oracle of the tests and what runs
where no engine is registered, with ``jax.numpy`` it is the JAX formula.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .dtypes import floatx, is_float, standard
from .symbol import Symbol
from .trace import Trace, current_trace, require_trace
from .variable import State


@dataclass(frozen=True, slots=True)
class Primitive:
    """One entry of the closed table of ops.

    Args:
        infer: ``(inputs, attrs) -> (dims, dtype)``; raises ValueError where they do not fit.
        formula: ``(xp, *arrays, **attrs) -> array``.
        vjp: ``(gradient, output, *inputs, **attrs) -> gradients of the inputs`` (None where
            there is none); absent for ops through which no gradient flows.
        elementwise: value i of the output depends on value i of the inputs alone.
    """

    name: str
    infer: Callable[[tuple[Symbol, ...], dict[str, Any]], tuple[tuple, str]]
    formula: Callable[..., Any]
    vjp: Callable[..., tuple] | None = None
    elementwise: bool = False


PRIMITIVES: dict[str, Primitive] = {}


def primitive(name: str, infer, formula, vjp=None, elementwise=False) -> Callable[..., Any]:
    """Enter an op into the table; answers the function that applies it."""
    PRIMITIVES[name] = Primitive(name, infer, formula, vjp, elementwise)

    def call(*inputs, **attrs):
        return apply(name, *inputs, **attrs)

    call.__name__ = call.__qualname__ = name
    return call


def is_symbolic(*values) -> bool:
    """Whether an op on these is recorded rather than computed."""
    if any(isinstance(v, Symbol) for v in values):
        return True
    return current_trace() is not None and any(isinstance(v, State) for v in values)


def as_symbol(value, like: str | None = None) -> Symbol:
    """A symbol for anything: variables are read, numbers and arrays become constants.

    Python numbers take the dtype ``like`` where it can hold them, as in Keras.
    """
    if isinstance(value, Symbol):
        return value
    trace = require_trace()
    if isinstance(value, State):
        return trace.read(value)
    array = as_array(value, like)
    return constant(trace, array)


def constant(trace: Trace, array: np.ndarray) -> Symbol:
    key = ("const", array.dtype.name, array.shape, array.tobytes())
    found = trace.known.get(key)
    if found is None:
        found = Symbol("const", (), {"value": array}, array.shape, array.dtype.name, trace.layer)
        trace.known[key] = found
    return found


def as_array(value, like: str | None = None) -> np.ndarray:
    """A NumPy array of one of the five dtypes."""
    if isinstance(value, bool | np.bool_):
        return np.asarray(bool(value))
    if type(value) in (int, float):
        if like is None or (isinstance(value, float) and not is_float(like)) or like == "bool":
            like = floatx() if isinstance(value, float) else "int32"
        return np.asarray(value, like)
    if isinstance(value, State):
        return value.view()
    array = np.asarray(value)
    if array.dtype.name == "float64" and isinstance(value, list | tuple):
        return array.astype(floatx())
    return array.astype(standard(array.dtype), copy=False)


def coerce(inputs) -> list:
    """Inputs of one op as symbols or as arrays, Python numbers taking their neighbours' dtype."""
    convert = as_symbol if is_symbolic(*inputs) else as_array
    numbers = [type(v) in (int, float) for v in inputs]
    done = [None if n else convert(v) for v, n in zip(inputs, numbers, strict=True)]
    dtypes = [v.dtype if isinstance(v, Symbol) else v.dtype.name for v in done if v is not None]
    like = max(dtypes, key=("bool", "int32", "int64", "float32", "float64").index, default=None)
    return [convert(v, like) if n else d for v, n, d in zip(inputs, numbers, done, strict=True)]


def apply(name: str, *inputs, **attrs):
    """Record the op when an input is symbolic, else compute it now."""
    values = coerce(inputs)
    recorded = any(isinstance(v, Symbol) for v in values) if values else current_trace()
    if not recorded:
        from .evaluate import evaluate_op

        return evaluate_op(name, values, attrs)
    rule = PRIMITIVES[name]
    symbols = tuple(values)
    dims, dtype = rule.infer(symbols, attrs)
    trace = require_trace()
    if all(s.op == "const" for s in symbols) and symbols and _small(dims):
        arrays = [s.attrs["value"] for s in symbols]
        with np.errstate(all="ignore"):
            value = np.asarray(rule.formula(np, *arrays, **attrs), dtype)
        return constant(trace, value)
    return trace.record(name, symbols, attrs, dims, dtype)


def _small(dims) -> bool:
    """Whether a constant of this shape is better kept than computed again and again."""
    return all(isinstance(d, int) for d in dims) and int(np.prod(dims, dtype=object)) <= 4096
