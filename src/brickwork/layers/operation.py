"""`Operation`: an op between the layers of a functional model, as ``a + b`` or ``ops.exp(a)``."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..fields import field
from ..naming import unique_name
from ..program import State, Symbol, apply, as_array
from ..program.dims import Dim
from .base import Layer
from .connecting import connected

#: How a config says an extent that depends on the batch.
_DIM = "__dim__"


def _attr(value):
    """An op's constant out of a config: lists as the tuples that they were."""
    if isinstance(value, list | tuple):
        return tuple(map(_attr, value))
    if isinstance(value, dict) and value.get("class_name") == _DIM:
        return Dim(*map(int, value["config"]))
    return value


def _told(value):
    """The inverse of `_attr`."""
    if isinstance(value, list | tuple):
        return list(map(_told, value))
    if isinstance(value, Dim):
        return {"class_name": _DIM, "config": [value.times, value.constant]}
    return value


class Operation(Layer):
    """One primitive op as a layer; ops on symbols that wait for data become such by themselves.

    Args:
        op: the name of the primitive.
        operands: for each operand None, where a tensor comes in, or the value that it has.
        attrs: the op's constants.

    >>> from brickwork.layers import Input
    >>> (Input((3,)) + 1.0).history.layer.op
    'add'
    """

    op: str = field(kind="str")
    operands: Any = field(())
    attrs: Any = field(None)

    def setup(self) -> None:
        self.name = self.name or unique_name(self.op)
        super().setup()
        self.autocast = False
        self.operands = [self._operand(value) for value in self.operands]
        self.attrs = {key: _attr(value) for key, value in (self.attrs or {}).items()}

    @staticmethod
    def _operand(value):
        if isinstance(value, dict):  # as a config holds an array
            value = np.asarray(value["config"]["value"], value["config"]["dtype"])
        return value

    def call(self, inputs):
        """The op on a tensor, or a list of them, and the constants."""
        tensors = iter(inputs if isinstance(inputs, list | tuple) else [inputs])
        operands = [next(tensors) if value is None else value for value in self.operands]
        return apply(self.op, *operands, **self.attrs)

    def get_config(self):
        """The arguments; a number that several models share cannot be kept."""
        return {"op": self.op, "operands": [_kept(value) for value in self.operands],
                "attrs": {key: _told(value) for key, value in self.attrs.items()},
                "name": self.name}


def _kept(value):
    if value is None:
        return None
    array = np.asarray(value)
    return {"class_name": "__numpy__", "config": {"value": array.tolist(),
                                                   "dtype": array.dtype.name}}


def between_layers(name: str, inputs, attrs: dict):
    """What `apply` does on symbols of no trace: the op becomes a layer, and is called."""
    operands, tensors = [], []
    for value in inputs:
        if isinstance(value, Symbol) and value.op == "read":
            value = value.attrs["state"]
        elif isinstance(value, Symbol) and value.op == "const":
            value = value.attrs["value"]
        if isinstance(value, Symbol):
            tensors.append(value)
            operands.append(None)
        else:
            # Python's own numbers take the kind of their neighbours when the op is applied.
            operands.append(value if isinstance(value, State | int | float) else as_array(value))
    if not tensors:
        return apply(name, *operands, **attrs)
    layer = Operation(name, operands, attrs)
    return connected(layer, (tensors if len(tensors) > 1 else tensors[0],), {})

