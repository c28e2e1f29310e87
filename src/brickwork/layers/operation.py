"""`Operation`: an op between the layers of a functional model, such as ``a + b``."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from ..fields import decode_array, encode, field
from ..naming import unique_name
from ..program import State, Symbol, apply, as_array
from ..program.dims import Dim
from ..program.dtypes import DTYPES
from ..program.primitive import PRIMITIVES
from .layer import Layer
from .symbolic_calls import connected


def _whole(value: Any) -> bool:
    return isinstance(value, int | Dim) and not isinstance(value, bool)


def _wholes(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(map(_whole, value))


def _extents(value: Any) -> bool:
    return _wholes(value) and all(isinstance(d, Dim) or 0 <= d < 2**62 for d in value)


#: What an op's constants must be; their ranges are checked by the op's shape rule.
_KINDS = {
    **dict.fromkeys(("axis", "step", "start", "extent", "whole", "stream"), (_whole, "an integer")),
    "rows": (lambda v: _extents((v,)), "an integer >= 0"),
    "axes": (_wholes, "a list of integers"),
    **dict.fromkeys(("dims", "factors"), (_extents, "a list of integers >= 0")),
    **dict.fromkeys(("ta", "tb", "descending"), (lambda v: isinstance(v, bool), "True or False")),
    "value": (lambda v: isinstance(v, int | float), "a number"),
    "dtype": (lambda v: isinstance(v, str) and v in DTYPES, f"one of {', '.join(DTYPES)}"),
}
#: Class name that marks an extent that depends on the batch in a config.
_DIM = "__dim__"


def _decoded(value):
    """An op's constant from a config; lists become tuples again."""
    if isinstance(value, list | tuple):
        return tuple(map(_decoded, value))
    if (
        isinstance(value, dict)
        and value.get("class_name") == _DIM
        and (_wholes(value.get("config")) and len(value["config"]) == 2)
    ):
        return Dim(*value["config"])
    return value


def _encoded(value):
    """The inverse of `_decoded`."""
    if isinstance(value, list | tuple):
        return list(map(_encoded, value))
    if isinstance(value, Dim):
        return {"class_name": _DIM, "config": [value.times, value.constant]}
    return value


class Operation(Layer):
    """One primitive op as a layer; made automatically for ops on the symbols of a model.

    Args:
        op: str, name of the primitive.
        operands: list with an item for each operand: None for an input of the layer, else a
            constant.
        attrs: dict of the op's constants; default None.

    >>> from brickwork.layers import Input
    >>> (Input((3,)) + 1.0).history.layer.op
    'add'
    """

    op: str = field(kind="str")
    operands: Any = field(default=())
    attrs: Any = field(default=None)

    def setup(self) -> None:
        self.name = self.name or unique_name(self.op)
        super().setup()
        self.autocast = False
        self.operands = [
            decode_array(value) if isinstance(value, dict) else value for value in self.operands
        ]
        self.attrs = {key: _decoded(value) for key, value in dict(self.attrs or {}).items()}
        self._check()

    def _check(self) -> None:
        """Raise for arguments that the op does not accept; a file may hold any."""
        rule = PRIMITIVES.get(self.op)
        if rule is None or not any(value is None for value in self.operands):
            raise ArgumentError(
                "Operation.op",
                f"got {shown(self.op)} of {len(self.operands)} "
                "operands, expected an op of the engine, of one tensor at least.",
            )
        try:  # the signature of the formula is the op's
            signature(rule.formula).bind(np, *self.operands, **self.attrs)
        except TypeError as error:
            raise ArgumentError(
                "Operation.attrs", f"got {shown(sorted(self.attrs))} for {self.op!r}: {error}."
            ) from None
        for name, value in self.attrs.items():
            holds, expected = _KINDS[name]
            if not holds(value):
                raise ArgumentError(
                    f"Operation.attrs.{name}",
                    f"got {shown(value)} for {self.op!r}, expected {expected}.",
                )

    def call(self, inputs: Any) -> Any:
        """Apply the op to a tensor, or a list of them, and the constants."""
        given, wanted = (
            list(inputs) if isinstance(inputs, list | tuple) else [inputs],
            sum(value is None for value in self.operands),
        )
        if len(given) != wanted:
            raise ArgumentError(
                f"{self.name} (Operation)",
                f"got {len(given)} tensors for {self.op!r}, expected {wanted}.",
            )
        tensors = iter(given)
        operands = [next(tensors) if value is None else value for value in self.operands]
        return apply(self.op, *operands, **self.attrs)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments; a variable that several models share becomes a constant."""
        return {
            "op": self.op,
            "operands": [_constant(value) for value in self.operands],
            "attrs": {key: _encoded(value) for key, value in self.attrs.items()},
            "name": self.name,
        }


def _constant(value):
    if value is None:
        return None
    return encode(np.asarray(value))


def between_layers(name: str, inputs: Any, attrs: dict) -> Any:
    """Apply an op to symbols outside of a trace: the op becomes a layer, and is called."""
    operands: list[Any] = []
    tensors: list[Symbol] = []
    for value in inputs:
        if isinstance(value, Symbol) and value.op == "read":
            value = value.attrs["state"]
        elif isinstance(value, Symbol) and value.op == "const":
            value = value.attrs["value"]
        if isinstance(value, Symbol):
            tensors.append(value)
            operands.append(None)
        else:
            # Python numbers take the dtype of the other operands when the op is applied.
            operands.append(value if isinstance(value, State | int | float) else as_array(value))
    if not tensors:
        return apply(name, *operands, **attrs)
    layer = Operation(name, operands, attrs)
    return connected(layer, (tensors if len(tensors) > 1 else tensors[0],), {})
