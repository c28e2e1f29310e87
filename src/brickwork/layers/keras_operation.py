"""Keras's `Operation`: the base of what can be a node of a graph, an op or a layer."""

from __future__ import annotations

import copyreg
from typing import Any

from ..errors import ArgumentError
from . import operation
from .layer import Layer


class _AnyOperation(type):
    """The class of `Operation`: every op between layers and every layer is an instance of it."""

    def __instancecheck__(cls, instance: Any) -> bool:
        known = cls is Operation and isinstance(instance, operation.Operation | Layer)
        return known or super().__instancecheck__(instance)


class Operation(operation.Operation, metaclass=_AnyOperation):
    """An op as a node of a graph. A subclass defines ``call``, in `brickwork.ops`.

    An op of one's own has no weights, and no place in files: for both, write a `Layer`.

    Args:
        name: str, name of the node; by default that of the class with a number.

    >>> from brickwork.layers import Dense, Input
    >>> class Doubled(Operation):
    ...     def call(self, x):
    ...         return x * 2
    >>> Doubled()(Input((3,))).shape, isinstance(Dense(1), Operation)
    ((None, 3), True)
    """

    def get_config(self) -> dict[str, Any]:
        """Refuse: files hold the ops of `brickwork.ops` alone.

        Raises:
            ArgumentError (a ValueError): always.
        """
        raise ArgumentError(
            self.name,
            f"got {type(self).__name__}, an op of one's own, expected one of brickwork.ops: a file "
            "could not be read again. Put its call into a custom Layer.",
        )

    def __reduce__(self) -> tuple:
        return copyreg.__newobj__, (type(self),), {**vars(self), "_nodes": []}  # type: ignore[attr-defined]
