"""Half precision in plans: the same program in float32, its values rounded where they are made.

A value of half precision lies in memory as the float32 that is equal to it. So kernels compute in
float32 as ever, sums included, and an elementwise op behind each of them rounds the result.

Matrix products of bfloat16 have a kernel of their own, which rounds operands and results itself:
such a product has the attribute `half`.
"""

from __future__ import annotations

from ..program import Program, Symbol
from ..program.dims import Dim
from ..program.dtypes import HALF

#: Ops whose results need no rounding, as they are values of the operands, their negatives, or 0.
EXACT = frozenset(
    (
        *("abs", "neg", "sign", "relu", "relu_grad", "maximum", "minimum", "where", "copy"),
        *("floor", "ceil", "round", "reduce_max", "reduce_min"),
        *("reshape", "transpose", "broadcast_to", "concat", "slice", "unslice", "pack", "take"),
        *("stop_gradient", "guard", "custom_gradient"),
    )
)


#: Fewest columns, and steps of the sum, of a product with a kernel of its own.
LEAST = 16


def in_float32(program: Program, guard: Symbol | None) -> tuple[Program, Symbol | None]:
    """A program of the same numbers without values of half precision, and its guard.

    Both are returned as they are where there is none.
    """
    order = program.order()
    if not any(symbol.dtype in HALF for symbol in (*order, *program.inputs)):
        return program, guard
    done: dict[int, Symbol] = {}
    for symbol in (*program.inputs, *order):
        if id(symbol) not in done:
            done[id(symbol)] = _widened(symbol, tuple(done[id(s)] for s in symbol.inputs))
    inputs = [_source(done[id(s)]) for s in program.inputs]
    outputs = [done[id(s)] for s in program.outputs]
    writes = {state: done[id(s)] for state, s in program.writes.items()}
    return Program(inputs, outputs, writes, program.structure), done.get(id(guard))


def _source(symbol: Symbol) -> Symbol:
    """The input itself, of one that is rounded."""
    return symbol if symbol.op == "input" else symbol.inputs[0]


def _widened(symbol: Symbol, inputs: tuple[Symbol, ...]) -> Symbol:
    """A symbol of widened operands; of half precision in float32, rounded."""
    half = symbol.dtype in HALF
    if symbol.op == "cast" and inputs[0].dtype == symbol.dtype:
        return inputs[0]  # from half precision to float32: it is that in memory
    if not half and all(a is b for a, b in zip(inputs, symbol.inputs, strict=True)):
        return symbol
    attrs = symbol.attrs
    if half and "dtype" in attrs:
        attrs = {**attrs, "dtype": "float32"}
    if half and symbol.op == "const":
        attrs = {"value": attrs["value"].astype("float32")}
    if symbol.dtype == "bfloat16" and symbol.op == "matmul" and _is_large(symbol):
        attrs = {**attrs, "half": True}
        inputs = tuple(map(_unrounded, inputs))
    if symbol.op == "cast" and half and inputs[0].dtype == "float32":
        made = inputs[0]
    else:
        dtype = "float32" if half else symbol.dtype
        made = Symbol(symbol.op, inputs, attrs, symbol.dims, dtype, symbol.layer)
    if not half or symbol.op in (*EXACT, "const", "read"):
        return made
    return Symbol(f"to_{symbol.dtype}", (made,), {}, symbol.dims, "float32", symbol.layer)


def _is_large(product: Symbol) -> bool:
    """Whether a product is worth packing. The same on all machines, as sums have another order."""
    inner = product.inputs[0].dims[0 if product.attrs["ta"] else -1]
    return all(isinstance(d, Dim) or d >= LEAST for d in (product.dims[-1], inner))


def _unrounded(operand: Symbol) -> Symbol:
    """What lies in memory anyway and is rounded when it is packed; another operand itself."""
    rounded = operand.op == "to_bfloat16" and operand.inputs[0].op in ("read", "input")
    return operand.inputs[0] if rounded else operand
