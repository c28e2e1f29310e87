"""Primitives as nodes of a graph: what files held before ops were nodes (`operation.py`), and what
a primitive on symbols between layers becomes.

Most are ops of `brickwork.ops`, and become those.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from ..fields import decode_array, encode
from ..naming import unique_name
from ..program import State, Symbol, apply, as_array, between, current_trace
from ..program.dims import Dim
from ..program.dtypes import DTYPES
from ..program.primitive import PRIMITIVES
from ..program.trace import tracing
from ..tree import map_structure as mapped
from .operation import Operation


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


#: Primitives that are ops by another name.
_NAMES = {
    "acos": "arccos",
    "acosh": "arccosh",
    "and": "logical_and",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atan2": "arctan2",
    "atanh": "arctanh",
    "batch_matmul": "matmul",
    "div": "true_divide",
    "eq": "equal",
    "floordiv": "floor_divide",
    "ge": "greater_equal",
    "gt": "greater",
    "le": "less_equal",
    "lt": "less",
    "mul": "multiply",
    "ne": "not_equal",
    "neg": "negative",
    "not": "logical_not",
    "or": "logical_or",
    "pow": "power",
    "sub": "subtract",
    "xor": "logical_xor",
}
#: Primitives that are ops of their names.
_ALIKE = frozenset(
    "abs add ceil copy cos cosh erf exp expm1 floor isfinite isinf isnan log log1p matmul maximum "
    "minimum mod reciprocal relu round rsqrt sigmoid sign sin sinh softmax softplus sqrt square "
    "stop_gradient tan tanh where".split()
)
#: Primitives with constants: the op, and its arguments after the operands.
_WITH_ATTRS: dict[str, Callable[..., tuple[str, dict]]] = {
    "argmax": lambda axis: ("argmax", {"axis": axis}),
    "argmin": lambda axis: ("argmin", {"axis": axis}),
    "cast": lambda dtype: ("cast", {"dtype": dtype}),
    "reduce_max": lambda axes: ("max", {"axis": axes}),
    "reduce_min": lambda axes: ("min", {"axis": axes}),
    "reduce_prod": lambda axes: ("prod", {"axis": axes}),
    "reduce_sum": lambda axes: ("sum", {"axis": axes}),
    "reshape": lambda dims: ("reshape", {"newshape": dims}),
    "transpose": lambda axes: ("transpose", {"axes": axes}),
}


def todays(op: str, operands: list, attrs: dict) -> tuple[str, tuple, dict] | None:
    """The op that a primitive is, and its arguments; None for one that is none.

    Args:
        op: name of the primitive.
        operands: its operands.
        attrs: its constants.
    """
    if op == "concat":
        return "concatenate", (operands, attrs["axis"]), {}
    if op == "slice":
        start, step = attrs["start"], attrs["step"]
        stop = start + attrs["extent"] * step
        part = slice(start, None if isinstance(stop, int) and stop < 0 else stop, step)
        return "get_item", (operands[0], (*[slice(None)] * attrs["axis"], part)), {}
    if op in _WITH_ATTRS:
        name, kwargs = _WITH_ATTRS[op](**attrs)
        return name, tuple(operands), kwargs
    if (op in _ALIKE or op in _NAMES) and not any(value is not False for value in attrs.values()):
        return _NAMES.get(op, op), tuple(operands), {}
    return None


class OlderOperation(Operation):
    """A primitive as a node.

    Args:
        op: str, name of the primitive.
        operands: list with an item for each operand: None for an input, else a constant.
        attrs: dict of its constants; default None.
        name: name of the node.
    """

    def __init__(self, op: str, operands: Any = (), attrs: Any = None, name: str | None = None):
        self.op = op  # type: ignore[misc]  # of the class elsewhere
        self.operands = [
            decode_array(value) if isinstance(value, dict) else value for value in operands
        ]
        self.attrs = {key: _decoded(value) for key, value in dict(attrs or {}).items()}
        self._check()
        self._unnamed = name is None  # its name is that of what it becomes
        super().__init__(name or op)

    def _check(self) -> None:
        """Raise for arguments that the op does not accept; a file may hold any."""
        rule = PRIMITIVES.get(self.op) if isinstance(self.op, str) else None
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
            if name not in _KINDS:
                raise ArgumentError(
                    self.op, "got a symbol between layers, expected one in the call of a layer."
                )
            holds, expected = _KINDS[name]
            if not holds(value):
                raise ArgumentError(
                    f"Operation.attrs.{name}",
                    f"got {shown(value)} for {self.op!r}, expected {expected}.",
                )

    def _operands(self, inputs: Any) -> list:
        """The operands, with the inputs in their places."""
        given = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        wanted = sum(value is None for value in self.operands)
        if len(given) != wanted:
            raise ArgumentError(
                f"{self.name} (Operation)",
                f"got {len(given)} tensors for {self.op!r}, expected {wanted}.",
            )
        tensors = iter(given)
        return [next(tensors) if value is None else value for value in self.operands]

    def call(self, inputs: Any) -> Any:
        """Apply the primitive to a tensor, or a list of them, and the constants."""
        return apply(self.op, *self._operands(inputs), **self.attrs)

    def __call__(self, inputs: Any) -> Any:
        """Return the value; between layers a node of today's op is recorded, if it is one."""
        if current_trace() is None and between.any_connected([inputs]):
            found = todays(self.op, self._operands(inputs), self.attrs)
            if found is None:
                self.name = unique_name(str(self.op)) if self._unnamed else self.name
            else:
                self._check_shapes(inputs)
                op, args, kwargs = found
                operation = Operation.of(op, None if self._unnamed else self.name)
                outputs = operation(*args, **kwargs)
                self._nodes += operation._nodes
                return outputs
        return super().__call__(inputs)

    def _check_shapes(self, inputs: Any) -> None:
        """Raise where the primitive does not fit: the op that it becomes may accept more."""

        def inside(x):
            return Symbol("input", (), {"name": "x"}, x.dims, x.dtype)

        with tracing():
            self.call(mapped(inside, inputs))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments; a variable that several models share becomes a constant."""
        return {
            "op": self.op,
            "operands": [
                None if value is None else encode(np.asarray(value)) for value in self.operands
            ],
            "attrs": {key: _encoded(value) for key, value in self.attrs.items()},
            "name": self.name,
        }

    def __reduce__(self) -> tuple[Callable[..., Any], tuple]:
        return OlderOperation, (self.op, self.operands, self.attrs, self.name)


def of_primitive(name: str, inputs: Any, attrs: dict) -> Any:
    """Apply a primitive to symbols outside of a trace: it becomes a node.

    Args:
        name: name of the primitive.
        inputs: the operands.
        attrs: its constants.
    """
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
    operation = OlderOperation(name, operands, attrs)
    return operation(tensors if len(tensors) > 1 else tensors[0])
