"""What symbols that wait for data were computed from."""

from __future__ import annotations

from ..program import Symbol


def is_keras_tensor(x) -> bool:
    """Whether x waits for data: what `Input` answers, and layers that were called on it.

    >>> from brickwork.layers import Input
    >>> is_keras_tensor(Input((3,))), is_keras_tensor([1.0])
    (True, False)
    """
    return isinstance(x, Symbol) and x.history is not None


def get_source_inputs(tensor) -> list:
    """The symbols of `Input` that a symbol was computed from, in the order in which they come.

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
