"""Symbolic tensors, and the inputs that they are computed from."""

from __future__ import annotations

from typing import Any

from ..program import Symbol


def is_keras_tensor(x: Any) -> bool:
    """Whether x is symbolic: returned by `Input`, or by layers called on such symbols.

    Args:
        x: anything.

    Returns:
        bool: False for arrays and all else.

    >>> from brickwork.layers import Input
    >>> is_keras_tensor(Input((3,))), is_keras_tensor([1.0])
    (True, False)
    """
    return isinstance(x, Symbol) and x.history is not None


def get_source_inputs(tensor: Any) -> list:
    """The inputs that a symbolic tensor was computed from.

    Args:
        tensor: a symbol returned by a layer.

    Returns:
        list: the symbols returned by `Input`, in the order of their first use.

    >>> from brickwork.layers import Dense, Input
    >>> x = Input((3,))
    >>> get_source_inputs(Dense(2)(x))[0] is x
    True
    """
    found, seen, stack = [], set(), [tensor]
    while stack:
        symbol = stack.pop()
        if id(symbol) in seen or not is_keras_tensor(symbol):
            continue
        seen.add(id(symbol))
        sources = symbol.history.sources()
        if not sources:
            found.append(symbol)
        stack.extend(reversed(sources))
    return found
