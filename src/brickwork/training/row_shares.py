"""How the rows of a program are divided: whether they may be, into which portions, and from which
amount of work on threads pay off."""

from __future__ import annotations

from math import prod

import numpy as np

from ..program import BATCH, Dim, Program, Symbol
from ..program.dims import extents, size
from ..program.jax_calls import CALL

#: Shorter steps run on one thread: passing rows to another one costs as much.
SHARE_FROM_MICROSECONDS = 20.0


def estimated_microseconds(program: Program, batch: int) -> float:
    """The estimated time of a program on one thread, in microseconds.

    It assumes 100 flops of a matrix product, ten of its weights, or three elements of another op
    per nanosecond: with few rows a product waits for its weights.
    """
    nanoseconds = 0.0
    for symbol in program.order():
        if symbol.op in ("input", "const", "read", "reshape"):
            continue
        elements = _element_count(symbol.dims, batch)
        if symbol.op == "matmul":
            inner = _summed(symbol)
            depth = _element_count((inner,), batch)
            weights = _element_count((symbol.dims[-1], inner), batch)
            nanoseconds += max(2 * elements * depth / 100, weights / 10)
        else:
            nanoseconds += elements / 3
    return nanoseconds / 1000


def products_in(program: Program, batch: int) -> float:
    """The number of multiplications in the matrix products of a program.

    Args:
        program: the program.
        batch: rows of the batch.
    """
    return sum(
        _element_count((*symbol.dims, _summed(symbol)), batch)
        for symbol in program.order()
        if symbol.op == "matmul"
    )


def _summed(product: Symbol) -> int | Dim:
    """The extent that a matrix product sums over."""
    return product.inputs[0].dims[0 if product.attrs["ta"] else -1]


def _element_count(dims, batch: int) -> float:
    return float(prod(extents(dims, batch)))


def rows_per_portion(program: Program) -> int:
    """The number of rows whose values take about half a megabyte."""
    row = sum(
        _element_count(s.dims[1:], 1) * np.dtype(s.dtype).itemsize
        for s in program.order()
        if s.dims and s.dims[0] == BATCH and s.op != "reshape"
    )
    return min(1024, max(128, 128 * int(2**19 / max(row, 1) / 128)))


def rowwise(program: Program) -> bool:
    """Whether each row of the outputs depends only on the same row of the inputs, so that rows may
    be computed in portions of any size."""
    grows = set()
    for symbol in program.order():
        if symbol.op == "input":
            grows.add(id(symbol))
            continue
        sources = [s for s in symbol.inputs if id(s) in grows]
        if not sources:
            if any(isinstance(d, Dim) for d in symbol.dims) or symbol.op == "extent":
                return False
            continue
        if not _keeps_rows(symbol, sources):
            return False
        grows.add(id(symbol))
    return not program.writes


def _keeps_rows(symbol: Symbol, sources) -> bool:
    if symbol.op == CALL:  # whatever it does
        return False
    leads = (
        symbol.dims
        and symbol.dims[0] == BATCH
        and all(s.dims and s.dims[0] == BATCH for s in sources)
    )
    if symbol.op == "reshape":
        return leads and size(symbol.dims[1:]) == size(sources[0].dims[1:])
    attrs = symbol.attrs
    axes = attrs.get("axes", (attrs.get("axis", -1),))
    across = (
        symbol.op
        in (
            "reduce_sum",
            "reduce_max",
            "reduce_min",
            "reduce_prod",
            "argmax",
            "argmin",
            "cumsum",
            "concat",
            "slice",
            "unslice",
        )
        and 0 in axes
    )
    across = across or (symbol.op in ("softmax", "argsort") and symbol.ndim == 1)
    moved = symbol.op == "transpose" and axes[0] != 0
    turned = symbol.op == "matmul" and (attrs["ta"] or any(s is symbol.inputs[1] for s in sources))
    return bool(leads) and not (across or moved or turned)
