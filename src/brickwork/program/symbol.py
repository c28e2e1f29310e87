"""A symbol: one value of a program that has not been computed yet.

Operators on symbols record ops. What needs the value itself (``float``, ``if``, NumPy functions)
raises `TraceError`, which names the line of the user's code.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from .dims import Dims, public_shape
from .types import Operators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .types import Tensor, TensorLike


class TraceError(TypeError):
    """Python code needs the value of a symbol, which is known only when the program runs."""


class Symbol(Operators):
    """A value in SSA form, together with the op that computes it.

    Attributes:
        op: name of the primitive, or "input", "read", "const".
        inputs: the symbols that it is computed from.
        attrs: constants of the op (axes, permutation ...), hashable.
        dims: the shape, where the batch size is a `Dim`.
        dtype: one of the names in `dtypes`.
        layer: name of the layer in whose call it was recorded, or None.
        history: for symbols outside of a trace, the layer call that computes it, else None.
        mask: the symbol that marks the steps that count, or None.
    """

    __slots__ = (
        "__weakref__",
        "attrs",
        "dims",
        "dtype",
        "history",
        "inputs",
        "layer",
        "mask",
        "op",
    )
    #: The trace outside of which it is an array; only a `Value` has one.
    trace: Any = None
    sparse = ragged = False  # there are no such tensors

    def __init__(
        self,
        op: str,
        inputs: tuple[Symbol, ...],
        attrs: dict[str, Any],
        dims: Dims,
        dtype: str,
        layer: str | None = None,
    ):
        self.op = op
        self.inputs = inputs
        self.attrs = attrs
        self.dims = dims
        self.dtype = dtype
        self.layer = layer
        self.mask: Symbol | None = None
        self.history: Any = None

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape as Keras shows it, with None for the batch size."""
        return public_shape(self.dims)

    @property
    def ndim(self) -> int:
        return len(self.dims)

    @property
    def name(self) -> str:
        return self.attrs.get("name") or self.op

    def __repr__(self) -> str:
        return f"<Symbol {self.name} shape={self.shape} dtype={self.dtype}>"

    # What needs the value itself, and so cannot be recorded.

    def _needs_value(self, what: str, instead: str) -> NoReturn:
        frame, here = sys._getframe(2), __name__.rsplit(".", 2)[0]
        while frame.f_back and frame.f_globals.get("__name__", "").startswith(here + "."):
            frame = frame.f_back
        line = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        raise TraceError(
            f"{what} at {line} needs the value of a symbol of shape {self.shape}, which is known "
            f"only when the program runs. {instead}"
        )

    def __bool__(self) -> bool:
        self._needs_value("A truth test (if, while, and, or)", "Use ops.where(condition, a, b).")

    def __float__(self) -> float:
        self._needs_value("float()", "Use functions of brickwork.ops, or return the symbol.")

    def __int__(self) -> int:
        self._needs_value("int()", "Use ops.cast(x, 'int32').")

    __index__ = __int__

    def __jax_array__(self) -> Any:
        from .jax_calls import refuse

        refuse(self)

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        self._needs_value("A NumPy function", "Use the function of that name in brickwork.ops.")

    def __len__(self) -> int:
        if self.dims and isinstance(self.dims[0], int):
            return self.dims[0]
        self._needs_value("len()", "Use ops.shape(x)[0].")

    def __iter__(self) -> Iterator[Tensor]:
        if self.dims and isinstance(self.dims[0], int):
            return iter([self[i] for i in range(self.dims[0])])
        self._needs_value("A loop over rows", "Write the computation for all rows at once.")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """NumPy's operators call the symbol's (``array * symbol``); its functions need values."""
        names = _OPERATORS.get(ufunc.__name__) if method == "__call__" and not kwargs else None
        if names is None:
            return self._apply_ufunc(ufunc, method, inputs, kwargs)
        left, right = inputs
        if isinstance(left, Symbol):
            return getattr(left, names[0])(right)
        return getattr(right, names[1])(left)

    def _apply_ufunc(self, ufunc: Any, method: str, inputs: tuple, kwargs: dict) -> Any:
        self._needs_value(f"np.{ufunc.__name__}", "Use the function of that name in brickwork.ops.")

    def numpy(self) -> np.ndarray:
        self._needs_value(".numpy()", "Return the symbol from the function, and look at it there.")

    __hash__ = object.__hash__

    if TYPE_CHECKING:  # comparing returns a symbol, as in NumPy

        def __eq__(self, other: TensorLike) -> Tensor: ...  # type: ignore[override]

        __ne__ = __eq__  # type: ignore[assignment]

        # `operators.py` installs these.
        def reshape(self, *newshape: Any) -> Tensor: ...

        def squeeze(self, axis: Any = None) -> Tensor: ...

        def __round__(self, ndigits: int | None = None) -> Tensor: ...


class Value(Symbol):
    """A symbol whose value is known: it was computed when it was recorded (see `eager.py`).

    Attributes:
        array: the value.
        trace: the `EagerTrace` that it belongs to. In any other place it is an array.
    """

    __slots__ = ("array", "trace")

    def __init__(
        self,
        op: str,
        inputs: tuple[Symbol, ...],
        attrs: dict[str, Any],
        array: np.ndarray,
        dtype: str,
        layer: str | None,
        trace: Any,
    ):
        # All at once, without the base's method: a step with a tape makes a dozen of them.
        self.op = op
        self.inputs = inputs
        self.attrs = attrs
        self.dims = array.shape
        self.dtype = dtype
        self.layer = layer
        self.mask = self.history = None
        self.array = array
        self.trace = trace

    def numpy(self) -> np.ndarray:
        """A copy of the value; a scalar if it has no axes."""
        return self.array.copy()[()]

    def item(self) -> Any:
        """The value of a scalar as a Python number."""
        return self.array.item()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.array, dtype=dtype)

    def __jax_array__(self) -> Any:
        if not self.trace.released:
            return super().__jax_array__()
        from .jax_calls import array_of

        return array_of(self.array)

    def _apply_ufunc(self, ufunc: Any, method: str, inputs: tuple, kwargs: dict) -> Any:
        arrays = [x.array if isinstance(x, Value) else x for x in inputs]
        return getattr(ufunc, method)(*arrays, **kwargs)

    def __reduce__(self) -> tuple:
        return np.asarray, (self.array,)  # copies and pickles are arrays

    def __bool__(self) -> bool:
        return bool(self.array)

    def __float__(self) -> float:
        return float(self.array)

    def __int__(self) -> int:
        return int(self.array)

    def __index__(self) -> int:
        return self.array.__index__()

    def __format__(self, spec: str) -> str:
        return format(self.array[()] if not self.array.ndim else self.array, spec)

    def __len__(self) -> int:
        return len(self.array)

    def __repr__(self) -> str:
        return f"<Value {self.array!r}>"

    def __str__(self) -> str:
        return str(self.array)

    __hash__ = object.__hash__


#: NumPy's names of the operators that an array may have on the left of a symbol: the method of the
#: left operand, and that of the right one.
_OPERATORS = {
    ufunc: (f"__{name}__", f"__r{name}__")
    for ufunc, name in {
        "add": "add",
        "subtract": "sub",
        "multiply": "mul",
        "divide": "truediv",
        "power": "pow",
        "remainder": "mod",
        "floor_divide": "floordiv",
        "matmul": "matmul",
        "bitwise_and": "and",
        "bitwise_or": "or",
        "bitwise_xor": "xor",
    }.items()
} | {
    "less": ("__lt__", "__gt__"),
    "less_equal": ("__le__", "__ge__"),
    "greater": ("__gt__", "__lt__"),
    "greater_equal": ("__ge__", "__le__"),
    "equal": ("__eq__", "__eq__"),
    "not_equal": ("__ne__", "__ne__"),
}
