"""Updates right after their gradients, while these are in the cache, not after all gradients.

An optimizer's rule is one map over all weights, contiguous in memory. Where gradients are larger
than the caches, the map is cut along the matrices. Each piece runs right after the product that
computes its gradient, and each thread updates the rows that it computed. The two alternate, some
rows at a time, so that a gradient is read from the cache that it was just written to.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ..program.records import replaced
from .instruction import Instruction, Layout
from .planner import PACKED_BYTES, Planner

#: Gradients with fewer elements than this stay in the cache until the end.
LARGE = 1 << 16
#: Bytes of a gradient in one chunk; chunks are multiples of TILE rows, to fill the products' tiles.
CHUNK_BYTES, TILE = 1 << 18, 14
#: Rows of a chunk of products that pack their operands.
PACKED_ROWS = 512


def follow_gradients(planner: Planner, layout: Layout) -> None:
    """Cut the maps of a layout that update large matrices, and attach the pieces to products."""
    products = [
        i
        for i in layout.instructions
        if i.kernel in ("matmul", "matmul_bf16") and i.ints[0] and isinstance(i.shared, int)
    ]
    layout.instructions = [
        piece
        for instruction in layout.instructions
        for piece in _pieces(planner, instruction, products)
    ]


def _pieces(planner: Planner, whole: Instruction, products: list) -> list[Instruction]:
    found = _within(planner, whole, products) if _is_flat(whole) else []
    if not found:
        return [whole]
    total = whole.code[0][0] * whole.code[0][1]
    pieces, end = [], 0
    for start, rows, columns, product in sorted(found, key=lambda f: f[0]):
        if start > end:
            pieces.append(_piece(planner, whole, end, start - end, 1))
        piece = _piece(planner, whole, start, rows, columns)
        piece.follows, product.chunk = product, _chunk(planner, product, columns)
        pieces.append(piece)
        end = start + rows * columns
    if end < total:
        pieces.append(_piece(planner, whole, end, total - end, 1))
    return pieces


def _is_flat(instruction: Instruction) -> bool:
    """Whether this is a map over a known number of contiguous values."""
    if instruction.kernel != "map" or instruction.once:
        return False
    (rows, columns), spreads, _, _ = instruction.code
    return (
        isinstance(rows, int)
        and isinstance(columns, int)
        and all(s in ("full", "scalar") for s in spreads)
        and "full" in spreads
    )


def _within(planner: Planner, whole: Instruction, products: list) -> list[tuple]:
    """Start, rows, columns and product of each large gradient among the map's inputs."""
    found = {}
    spreads = whole.code[1][len(whole.outs) :]
    for buffer, spread in zip(whole.ins, spreads, strict=True):
        root, first, extent = planner.spans[buffer]
        if spread != "full" or not isinstance(first, int) or not isinstance(extent, int):
            continue
        for product in products:
            product_root, start, size = planner.spans[product.outs[0]]
            inside = (
                product_root == root
                and isinstance(start, int)
                and isinstance(size, int)
                and first <= start
                and start + size <= first + extent
            )
            if inside and size >= LARGE and size % product.shared == 0:
                rows = product.shared
                found[id(product)] = (start - first, rows, size // rows, product)
    disjoint = all(
        a[0] + a[1] * a[2] <= b[0] for a, b in pairwise(sorted(found.values(), key=lambda f: f[0]))
    )
    return list(found.values()) if disjoint else []


def _piece(
    planner: Planner, whole: Instruction, start: int, rows: int, columns: int
) -> Instruction:
    """The part of a map over the elements [start, start + rows * columns)."""
    views: dict[int, int] = {}

    def cut(buffer: int, spread: str) -> int:
        if spread == "scalar":
            return buffer
        if buffer not in views:
            dtype = planner.buffers[buffer][1]
            views[buffer] = planner.add("view", dtype, (rows, columns), buffer, start)
        return views[buffer]

    _, spreads, steps, slots = whole.code
    operands = [cut(b, s) for b, s in zip([*whole.outs, *whole.ins], spreads, strict=True)]
    n = len(whole.outs)
    return replaced(
        whole,
        outs=operands[:n],
        ins=operands[n:],
        aligned=frozenset(views.values()),
        shared=planner.share(rows, rows * columns),
        code=((rows, columns), spreads, steps, slots),
    )


def _chunk(planner: Planner, product: Instruction, columns: int) -> int:
    """Rows of a product that are computed before their update."""
    row_bytes = columns * np.dtype(planner.buffers[product.outs[0]][1]).itemsize
    if row_bytes >= PACKED_BYTES or product.kernel == "matmul_bf16":
        return PACKED_ROWS
    return max(CHUNK_BYTES // row_bytes // TILE, 1) * TILE
