"""Whether a step may be done: its loss and its gradients are numbers.

A gradient can be infinite while the loss is not (the root of 0 has such a slope). The weights
would be lost with that step, and the loss would tell of it one step later.
"""

from __future__ import annotations

from ..ops import abs, max
from ..program import Symbol
from ..program.dims import Dim, size
from ..program.primitives.elementwise import cast
from ..program.primitives.layout import extent
from ..program.primitives.reduce import reduce_sum

#: Gradients of more numbers than this are not read once more: what they are made of is.
LARGE = 1 << 16


def guarding(loss: Symbol, gradients: list[Symbol]) -> Symbol:
    """The loss where all gradients are finite, else NaN."""
    zeros = [zero for g in gradients for zero in _zeros(g)]
    return sum((cast(zero, loss.dtype) for zero in zeros), loss)


def _zeros(gradient: Symbol) -> list[Symbol]:
    """Numbers that are 0 if all of a gradient is finite, and NaN if not."""
    if gradient.op == "pack" and size(gradient.dims) > LARGE:
        return [zero for part in gradient.inputs for zero in _zeros(part)]
    if isinstance(size(gradient.dims), Dim) or size(gradient.dims) <= LARGE:
        return [reduce_sum(gradient * 0.0)]
    return [_bound(source) * 0.0 for source in _sources(gradient)]


def _sources(gradient: Symbol) -> list[Symbol]:
    """What a large gradient is made of by ops that treat its numbers one by one."""
    from ..engines.fusion import is_view
    from ..program import PRIMITIVES

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
    """No number of a symbol is larger than this, in a pass over what is smaller than itself."""
    if symbol.op == "matmul":
        a, b = symbol.inputs
        inner = a.dims[0] if symbol.attrs["ta"] else a.dims[-1]
        return max(abs(a)) * max(abs(b)) * extent((inner,), symbol.dtype)
    if symbol.op == "scatter_add":
        ids, parts = symbol.inputs
        return max(abs(parts)) * extent(ids.dims, symbol.dtype)
    return reduce_sum(symbol * 0.0)
