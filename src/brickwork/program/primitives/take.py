"""Rows of a table by index; gradients of a row that is taken several times add up."""

from __future__ import annotations

import numpy as np

from ..primitive import Op, primitive


def _take_infer(inputs, attrs):
    table, ids = inputs
    if ids.dtype not in ("int32", "int64"):
        raise TypeError(
            f"take.indices: got {ids.dtype}, expected int32 or int64. Use "
            "ops.cast(indices, 'int32')."
        )
    return (*ids.dims, *table.dims[1:]), table.dtype


def _scatter_formula(xp, ids, g, rows):
    out = xp.zeros((rows, *g.shape[ids.ndim :]), g.dtype)
    flat = g.reshape(-1, *g.shape[ids.ndim :])
    if xp is np:
        np.add.at(out, ids.reshape(-1), flat)
        return out
    return out.at[ids.reshape(-1)].add(flat)


#: ``table (n, ...)``, ``ids`` of any shape -> ``(*ids.shape, ...)``.
take = primitive(
    "take",
    _take_infer,
    lambda xp, table, ids: table[ids],
    lambda g, y, table, ids: (scatter_add(ids, g, rows=table.dims[0]), None),
)
scatter_add: Op = primitive(
    "scatter_add",
    lambda inputs, attrs: ((attrs["rows"], *inputs[1].dims[inputs[0].ndim :]), inputs[1].dtype),
    _scatter_formula,
    lambda h, y, ids, g, rows: (None, take(h, ids)),
)
