"""Losses, gradients and weights that are not finite: the guard of a step, and the diagnosis of
where the first such value came from.

A gradient can be infinite while the loss is finite (that of the square root at 0), and an update
can overflow while the gradient is finite. Such a step would destroy the weights, and the loss would
show it only one step later, if there is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from .. import _engine, ops
from ..engines.fusion import is_view
from ..program import PRIMITIVES, Program, Symbol, interpret, is_float
from ..program.dims import Dim, size
from ..program.dtypes import widened
from ..program.primitives.elementwise import cast, isfinite, where
from ..program.primitives.layout import extent
from ..program.primitives.reduce import reduce_sum
from .feeding import feeds_of, signatures_of

if TYPE_CHECKING:
    from ..program import State, Variable
    from ..program.trace import Trace

#: Gradients with more elements than this are not read again; their sources are.
LARGE = 1 << 16
_MOST = float(np.finfo("float64").max)


def guarded_loss(
    loss: Symbol, trace: Trace, weights: Iterable[Variable], all_sizes: bool = False
) -> Symbol:
    """The loss if a step's gradients and new weights are finite, else NaN.

    A weight that was not finite before counts for nothing. Large ones are left out, and so may
    still overflow in an update whose gradient is finite: to compute them before the guard would
    take as long as the update itself.

    Args:
        loss: the loss.
        trace: the trace of the step, with its update.
        weights: the weights of the model.
        all_sizes: whether to look at large weights, too, as an engine can that takes such steps
            only where a run went wrong.
    """
    values = [value for gradient in trace.applied for value in _values(gradient)]
    values += [
        where(isfinite(trace.first(state)), trace.writes[state], 0.0)
        for state in weights_in(trace.writes, weights)
        if all_sizes or size(state.dims) <= LARGE
    ]
    sums: dict[tuple, Symbol] = {}  # those of one shape are one pass over memory
    for value in values:
        kind, nothing = (value.dims, value.dtype), value * 0.0  # so that no sum overflows
        sums[kind] = sums[kind] + nothing if kind in sums else nothing
    return sum((cast(reduce_sum(value), loss.dtype) for value in sums.values()), loss)


def weights_in(states: Iterable[State], weights: Iterable[Variable]) -> list[State]:
    """Those of the states that are, or contain, float weights."""
    own = set(map(id, weights))
    return [
        state
        for state in states
        if is_float(state.dtype)
        and any(id(member) in own for member in getattr(state, "members", (state,)))
    ]


def finite(array: np.ndarray) -> bool:
    """Whether all elements of an array are finite."""
    return _engine.within(array, -_MOST, _MOST) or bool(np.isfinite(array).all())


def _values(gradient: Symbol) -> list[Symbol]:
    """Values that are finite only if all of a gradient is."""
    if gradient.op == "pack" and size(gradient.dims) > LARGE:
        return [value for part in gradient.inputs for value in _values(part)]
    if isinstance(size(gradient.dims), Dim) or size(gradient.dims) <= LARGE:
        return [gradient]
    return [_bound(source) for source in _sources(gradient)]


def _sources(gradient: Symbol) -> list[Symbol]:
    """The values that a large gradient is computed from by elementwise ops and views."""
    found, seen, stack = [], set(), [gradient]
    while stack:
        symbol = stack.pop()
        if id(symbol) in seen or symbol.op in ("read", "const", "input"):
            continue
        seen.add(id(symbol))
        if PRIMITIVES[symbol.op].elementwise or is_view(symbol):
            stack.extend(symbol.inputs)
        else:
            found.append(symbol)
    return found


def _bound(symbol: Symbol) -> Symbol:
    """An upper bound of a symbol's absolute values, computed from its smaller inputs."""
    if symbol.op == "matmul":
        a, b = (cast(s, widened(s.dtype)) for s in symbol.inputs)
        inner = a.dims[0] if symbol.attrs["ta"] else a.dims[-1]
        size_of = ops.max(ops.abs(a)) * ops.max(ops.abs(b))
        return size_of * extent((inner,), widened(symbol.dtype))
    if symbol.op == "scatter_add":
        ids, parts = symbol.inputs
        dtype = widened(symbol.dtype)
        return cast(ops.max(ops.abs(parts)), dtype) * extent(ids.dims, dtype)
    return reduce_sum(symbol * 0.0)


class Diagnosis:
    """What is wrong with a step.

    Attributes:
        what: what is not finite: "loss", "gradient" or "update".
        where: description of the first value that is not finite.
        norm: L2 norm of the gradient of all weights.
    """

    __slots__ = ("norm", "what", "where")

    def __init__(self, what: str, where: str, norm: float):
        self.what = what
        self.where = where
        self.norm = norm


def diagnose(model, batch) -> Diagnosis:
    """Find what is not finite in a step on a batch, with the current weights.

    The step is computed again in NumPy by the formulas of its ops, and every value that one layer
    passes to another is checked.
    """
    program = model._plans.loss_and_gradients(signatures_of(batch, model._step_expectation()))
    total, *wanted = program.outputs
    order = program.order()
    values = interpret(Program(program.inputs, order), feeds_of(batch))
    known = {id(s): v for s, v in zip(order, values, strict=True)}
    gradients = [known[id(s)].astype(np.float64) for s in wanted]
    with np.errstate(all="ignore"):
        norm = float(np.sqrt(sum(np.square(g).sum() for g in gradients)))
    lost = not np.isfinite(known[id(total)])
    forward = Program([], [total]).order()
    if lost:
        return Diagnosis("loss", _first(forward, program, known) or "the loss", norm)
    if not np.isfinite(norm):
        passed = {id(s) for s in forward}
        backward = [s for s in order if id(s) not in passed]
        return Diagnosis(
            "gradient",
            "the gradient " + (_first(backward, program, known, "in") or "of the weights"),
            norm,
        )
    return Diagnosis("update", "the weights after their update", norm)


def _first(order: list[Symbol], program: Program, known: dict, of: str = "the output of"):
    """The first value that is not finite, of those that a layer passes to others."""
    users: dict[int, set] = {id(s): {None} for s in program.outputs}
    for symbol in program.order():
        for source in symbol.inputs:
            users.setdefault(id(source), set()).add(symbol.layer)
    for symbol in order:
        if (
            not is_float(symbol.dtype)
            or symbol.op in ("input", "const")
            or (np.isfinite(known[id(symbol)]).all())
        ):
            continue
        if symbol.op == "read":
            return f"the weight {symbol.attrs['state'].path!r}"
        if symbol.layer is None or users[id(symbol)] == {symbol.layer}:
            continue
        if symbol.layer.startswith("loss"):
            return f"the {symbol.layer}" if of != "in" else "of the loss"
        return f"{of} layer {symbol.layer!r}"
    return None
