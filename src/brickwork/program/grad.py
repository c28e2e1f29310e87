"""Reverse-mode differentiation: records the ops that compute the gradients of a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from .dims import Dims
from .primitive import PRIMITIVES, as_symbol
from .primitives.layout import broadcast_to, extent, reshape
from .primitives.reduce import reduce_sum
from .program import topological
from .symbol import Symbol
from .trace import require_trace


def gradients(
    value: Symbol | Sequence[Symbol],
    targets: Sequence[Symbol],
    seeds: Sequence[Symbol | None] | None = None,
    cuts: Sequence[Symbol] = (),
) -> list[Symbol | None]:
    """d value / d target for each target; None where the value does not depend on it.

    Args:
        value: what is differentiated; of several values, or elements, the sum.
        targets: what it is differentiated by.
        seeds: factors of the elements of each value, of its shape; None for 1.
        cuts: symbols that count as constants, unless they are targets.

    Ops are recorded only on paths from the targets to the value: the first layer of a network
    computes no gradient of its input. Each op belongs to the layer of the op it differentiates.
    Gradients that are constant along an axis stay narrow (extent 1) as long as elementwise ops
    allow it: the 1/n of a mean is a scalar until it is multiplied by the errors.
    """
    trace = require_trace()
    values = [value] if isinstance(value, Symbol) else list(value)
    order = topological(values)
    wanted = {id(t) for t in targets}
    constant = {id(symbol) for symbol in cuts}
    dependent = set(wanted)
    for symbol in order:
        if id(symbol) in constant or symbol.op == "stop_gradient":
            continue
        if any(id(s) in dependent for s in symbol.inputs):
            dependent.add(id(symbol))
    total: dict[int, Symbol] = {}
    for v, seed in zip(values, seeds or [None] * len(values), strict=True):
        seed = as_symbol(1.0, v.dtype) if seed is None else seed
        earlier = total.get(id(v))
        total[id(v)] = seed if earlier is None else cast(Symbol, earlier + seed)
    for symbol in reversed(order):
        gradient = total.get(id(symbol))
        if gradient is None or id(symbol) not in dependent or not symbol.inputs:
            continue
        if id(symbol) in constant:
            continue
        if symbol.op == "segment":
            needed = tuple(id(s) in dependent for s in symbol.inputs)
            gradient = _of_dims(gradient, symbol.dims)
            parts = symbol.attrs["segment"].vjp(trace, gradient, symbol, needed)
            _accumulate(total, symbol.inputs, parts)
            continue
        rule = PRIMITIVES[symbol.op]
        if rule.vjp is None:
            continue
        with trace.inside(symbol.layer):
            repeats = rule.elementwise or symbol.op == "broadcast_to"
            if not (repeats or rule.narrow):
                gradient = broadcast_to(gradient, symbol.dims)
            parts = rule.vjp(gradient, symbol, *symbol.inputs, **symbol.attrs)
            if len(parts) != len(symbol.inputs):
                raise RuntimeError(
                    f"the vjp of {symbol.op!r} returns {len(parts)} gradients, "
                    f"expected one for each of its {len(symbol.inputs)} operands "
                    "(None for one that has none)"
                )
            parts = [
                part if part is None or id(source) in dependent else None
                for source, part in zip(symbol.inputs, parts, strict=True)
            ]
            if repeats:
                parts = [
                    None if part is None else narrowed(part, symbol.dims, source.dims)
                    for source, part in zip(symbol.inputs, parts, strict=True)
                ]
            _accumulate(total, symbol.inputs, parts)
    return [None if id(t) not in total else _of_dims(total[id(t)], t.dims) for t in targets]


def _of_dims(gradient: Symbol, dims: Dims) -> Symbol:
    return gradient if gradient.dims == dims else broadcast_to(gradient, dims)


def _accumulate(total: dict[int, Symbol], sources: Sequence[Symbol], parts: Sequence) -> None:
    """Add parts of gradients to those of their sources."""
    for source, part in zip(sources, parts, strict=True):
        if part is not None:
            so_far = total.get(id(source))
            total[id(source)] = part if so_far is None else so_far + part


def narrowed(part: Symbol, dims: Dims, source: Dims) -> Symbol:
    """The gradient of an operand that an elementwise op of shape `dims` may have broadcast.

    `part` has the shape `dims`, but may be narrow: an extent of 1 (or a missing leading axis) then
    means the same value along the whole axis. Axes along which the operand was broadcast are
    summed.
    """
    rank = len(dims)
    source_dims = (1,) * (rank - len(source)) + tuple(source)
    part_dims = (1,) * (rank - part.ndim) + tuple(part.dims)
    repeated = [i for i in range(rank) if source_dims[i] == 1 and dims[i] != 1]
    if not repeated and part.ndim <= len(source):
        return part
    part = reshape(part, part_dims)
    summed = [i for i in repeated if part_dims[i] != 1]
    counted = [dims[i] for i in repeated if part_dims[i] == 1]
    if summed:
        part = reduce_sum(part, summed, keepdims=True)
    if counted:
        part = part * extent(counted, part.dtype)
    return reshape(part, part.dims[rank - len(source) :])
