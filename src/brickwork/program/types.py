"""What annotations say of the arguments and results of ops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .dims import Dim
    from .symbol import Symbol
    from .variable import State

    TensorLike: TypeAlias = ArrayLike | Symbol | State | Dim
    Tensor: TypeAlias = NDArray[Any]
    Shape: TypeAlias = int | Dim | Sequence[int | Dim]

    class Operators:
        """Python's operators of symbols and state, which `operators.py` installs."""

        def __add__(self, other: TensorLike) -> Tensor: ...

        __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __add__
        __pow__ = __rpow__ = __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = __add__
        __matmul__ = __rmatmul__ = __and__ = __rand__ = __or__ = __ror__ = __add__
        __xor__ = __rxor__ = __lt__ = __le__ = __gt__ = __ge__ = __add__

        def __neg__(self) -> Tensor: ...

        __abs__ = __invert__ = __neg__

        def __getitem__(self, key: Any) -> Tensor: ...
else:
    Operators = object
    #: What converts to a tensor: numbers, nested lists, arrays, variables, symbols.
    TensorLike: TypeAlias = Any
    #: What ops return: an array. Where an operand is a symbol, a symbol, which has an array's
    #: attributes and operators as far as they are known before it has values.
    Tensor: TypeAlias = np.ndarray
    #: The extents of the axes; an integer for one axis.
    Shape: TypeAlias = int | Sequence[int]

#: An axis, or several.
Axes: TypeAlias = int | Sequence[int]
#: A dtype by its name, as NumPy's, or as a Python type.
DType: TypeAlias = str | np.dtype | type
