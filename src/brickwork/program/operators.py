"""Python's operators and indexing for symbols and state, built from the primitives."""

from __future__ import annotations

from typing import Any

import numpy as np

from .between import FUNCTIONS, recorded_as
from .dims import Dim
from .primitive import as_array, is_symbolic
from .primitives import elementwise as e
from .primitives.layout import reshape, slice_axis
from .primitives.matmul import matmul
from .primitives.take import take
from .results import as_result
from .symbol import Symbol, Value
from .variable import State


def _install(name: str, op: Any, recorded: str) -> None:
    op = recorded_as(recorded, op)

    def forward(self, other):
        return op(self, other)

    def reflected(self, other):
        return op(other, self)

    for cls in (Symbol, State):
        setattr(cls, f"__{name}__", forward)
        setattr(cls, f"__r{name}__", reflected)


#: Python's operators: what computes them, and the op that they are between layers, as in Keras.
for _name, (_op, _recorded) in {
    "add": (e.add, "add"),
    "sub": (e.sub, "subtract"),
    "mul": (e.mul, "multiply"),
    "truediv": (e.div, "true_divide"),
    "pow": (e.pow, "power"),
    "mod": (e.mod, "mod"),
    "floordiv": (e.floordiv, "floor_divide"),
    "matmul": (matmul, "matmul"),
    "and": (e.logical_and, "logical_and"),
    "or": (e.logical_or, "logical_or"),
    "xor": (e.logical_xor, "logical_xor"),
}.items():
    _install(_name, _op, _recorded)

_neg, _abs, _invert, _less, _less_equal, _greater, _greater_equal, _equal, _not_equal = (
    recorded_as(_recorded, _op)
    for _op, _recorded in (
        (e.neg, "negative"),
        (e.abs, "absolute"),
        (e.logical_not, "logical_not"),
        (e.less, "less"),
        (e.less_equal, "less_equal"),
        (e.greater, "greater"),
        (e.greater_equal, "greater_equal"),
        (e.equal, "equal"),
        (e.not_equal, "not_equal"),
    )
)
_cls: Any
for _cls in (Symbol, State):
    _cls.__neg__ = lambda self: _neg(self)
    _cls.__abs__ = lambda self: _abs(self)
    _cls.__invert__ = lambda self: _invert(self)
    _cls.__lt__ = lambda self, other: _less(self, other)
    _cls.__le__ = lambda self, other: _less_equal(self, other)
    _cls.__gt__ = lambda self, other: _greater(self, other)
    _cls.__ge__ = lambda self, other: _greater_equal(self, other)
    _cls.__getitem__ = lambda self, key: _get_item(self, key)

# Division by or of the batch size works inside a trace only, where it is a value of the program.
_dim: Any = Dim
_dim.__truediv__ = lambda self, other: e.div(self, other)
_dim.__rtruediv__ = lambda self, other: e.div(other, self)

# Comparing symbols returns a symbol, as in NumPy. State compares with state by identity, as a dict
# key, and with numbers and arrays by value: ``optimizer.iterations == 0``.
_symbol: Any = Symbol
_symbol.__eq__ = lambda self, other: NotImplemented if other is None else _equal(self, other)
_symbol.__ne__ = lambda self, other: NotImplemented if other is None else _not_equal(self, other)


def _method(op: str) -> Any:
    def method(self, *args, **kwargs):
        return recorded_as(op, FUNCTIONS[op])(self, *args, **kwargs)

    return method


# The methods that Keras's symbols have.
_symbol.squeeze = _method("squeeze")
_symbol.__round__ = _method("round")
_reshape = _method("reshape")
_symbol.reshape = lambda self, *newshape: _reshape(
    self, newshape[0] if len(newshape) == 1 else newshape
)


def _comparing(op: Any, of_states: Any) -> Any:
    def compared(self: State, other: Any) -> Any:
        if isinstance(other, State):
            return of_states(self, other)
        if isinstance(other, Symbol | np.ndarray | np.generic | int | float):
            return op(self, other)
        return NotImplemented

    return compared


_state: Any = State
_state.__eq__ = _comparing(e.equal, lambda a, b: a is b)
_state.__ne__ = _comparing(e.not_equal, lambda a, b: a is not b)

#: NumPy's functions of two operands, and the operators that stand for them.
_UFUNCS = {
    "add": e.add,
    "subtract": e.sub,
    "multiply": e.mul,
    "divide": e.div,
    "power": e.pow,
    "remainder": e.mod,
    "floor_divide": e.floordiv,
    "matmul": matmul,
    "less": e.less,
    "less_equal": e.less_equal,
    "greater": e.greater,
    "greater_equal": e.greater_equal,
    "equal": e.equal,
    "not_equal": e.not_equal,
}


def _of_numpy(self: State, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """A function of NumPy on state: ``array * variable`` is the op, others take the value."""
    if method == "__call__" and not kwargs and ufunc.__name__ in _UFUNCS:
        return _UFUNCS[ufunc.__name__](*inputs)
    # Inside of a trace the value is a symbol, which NumPy refuses.
    values = [x.value if isinstance(x, State) else x for x in inputs]
    return getattr(ufunc, method)(*values, **kwargs)


_state.__array_ufunc__ = _of_numpy


def getitem(x: Any, key: Any) -> Any:
    """Index by integers, slices with known bounds, None, Ellipsis, or one array of integers."""
    if not is_symbolic(x):
        found = as_array(x)[key]
        return as_result(np.asarray(found)) if type(x) is Value else found
    if isinstance(x, State):
        x = x.value
    if isinstance(key, Symbol | list) or (isinstance(key, np.ndarray) and key.ndim):
        return take(x, key)
    keys = list(key) if isinstance(key, tuple) else [key]
    if Ellipsis in [k for k in keys if k is Ellipsis]:
        at = next(i for i, k in enumerate(keys) if k is Ellipsis)
        used = sum(k is not None for k in keys) - 1
        keys[at : at + 1] = [slice(None)] * (x.ndim - used)
    dims, axis = [], 0
    for k in keys:
        if k is None:
            dims.append(1)
            continue
        x, kept = _index_axis(x, axis, k)
        if kept:
            dims.append(x.dims[axis])
            axis += 1
        else:
            x = reshape(x, (*x.dims[:axis], *x.dims[axis + 1 :]))
    return reshape(x, (*dims, *x.dims[axis:]))


def _getitem_of_node(x: Any, key: Any) -> Any:
    """`getitem` where a list stands for a tuple, as in files and in Keras."""
    return getitem(x, tuple(key) if isinstance(key, list) else key)


_recorded_getitem = recorded_as("get_item", getitem)
FUNCTIONS.add("get_item", _getitem_of_node)


def _get_item(x: Any, key: Any) -> Any:
    return _recorded_getitem(x, np.asarray(key) if isinstance(key, list) else key)


def _index_axis(x: Any, axis: int, key: Any) -> tuple[Any, bool]:
    """Index one axis; returns the value, and whether the axis is kept."""
    if axis >= x.ndim:
        raise IndexError(f"Too many indices for a symbol of shape {x.shape}.")
    whole = x.dims[axis]
    if isinstance(key, slice):
        if key == slice(None):
            return x, True
        if not isinstance(whole, int):
            raise IndexError(
                f"Got {key} on the batch axis of a symbol of shape {x.shape}, "
                "expected an index or ':': the extent of a slice must be known "
                "before the program runs."
            )
        start, stop, step = key.indices(whole)
        count = len(range(start, stop, step))
        return slice_axis(x, axis, start, count, step), True
    key = int(key)
    if isinstance(whole, int) and not -whole <= key < whole:
        raise IndexError(f"Index {key} is out of range for axis {axis} of shape {x.shape}.")
    if key < 0:
        key = key + whole
    return slice_axis(x, axis, key, 1), False
