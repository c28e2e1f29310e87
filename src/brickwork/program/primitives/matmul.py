"""Matrix products."""

from __future__ import annotations

from typing import Any

from ..dims import broadcast, size
from ..dtypes import promote
from ..primitive import as_array, primitive
from .layout import broadcast_to, reshape, transpose


def _infer(inputs, attrs):
    a, b = inputs
    rows, inner = (a.dims[1], a.dims[0]) if attrs["ta"] else (a.dims[:-1], a.dims[-1])
    k, columns = (b.dims[1], b.dims[0]) if attrs["tb"] else b.dims
    if inner != k:
        raise ValueError(
            f"matmul: got shapes {a.shape} and {b.shape}, expected equal inner dimensions."
        )
    leading = rows if isinstance(rows, tuple) else (rows,)
    return (*leading, columns), promote(a.dtype, b.dtype)


def _formula(xp, a, b, ta, tb):
    return xp.matmul(xp.swapaxes(a, -1, -2) if ta else a, xp.swapaxes(b, -1, -2) if tb else b)


def _vjp(g, y, a, b, ta, tb):
    if not ta and not tb:
        flat_a, flat_g = flatten_rows(a), flatten_rows(g)
        return _product(g, b, ta=False, tb=True), _product(flat_a, flat_g, ta=True, tb=False)
    if ta and not tb:
        return _product(b, g, ta=False, tb=True), _product(a, g, ta=False, tb=False)
    if tb and not ta:
        flat_a, flat_g = flatten_rows(a), flatten_rows(g)
        return _product(g, b, ta=False, tb=False), _product(flat_g, flat_a, ta=True, tb=False)
    return (
        transpose(_product(g, b, ta=False, tb=False), (1, 0)),
        transpose(_product(a, g, ta=False, tb=False), (1, 0)),
    )


#: The product of ``a (..., k)`` and ``b (k, n)``; ``ta`` and ``tb`` transpose an operand.
_product = primitive("matmul", _infer, _formula, _vjp)


def _batch_infer(inputs, attrs):
    a, b = inputs
    if a.dims[-1] != b.dims[-2]:
        raise ValueError(
            f"matmul: got shapes {a.shape} and {b.shape}, expected equal inner dimensions."
        )
    if a.dims[:-2] != b.dims[:-2]:
        raise ValueError(
            f"matmul: got shapes {a.shape} and {b.shape}, expected equal leading dimensions."
        )
    return (*a.dims[:-1], b.dims[-1]), promote(a.dtype, b.dtype)


def _batch_vjp(g, y, a, b):
    return _batched(g, _swap(b)), _batched(_swap(a), g)


_batched = primitive("batch_matmul", _batch_infer, lambda xp, a, b: xp.matmul(a, b), _batch_vjp)


def _swap(x):
    rank = x.ndim
    return transpose(x, (*range(rank - 2), rank - 1, rank - 2))


def flatten_rows(x: Any) -> Any:
    """Merge all axes but the last."""
    return x if x.ndim == 2 else reshape(x, (size(x.dims[:-1]), x.dims[-1]))


def matmul(a: Any, b: Any) -> Any:
    """The product of ``a (..., m, k)`` and ``b (k, n)`` or ``(..., k, n)``, as in NumPy."""
    a, b = (as_array(x) if isinstance(x, list | tuple) else x for x in (a, b))
    rank_a, rank_b = a.ndim, b.ndim
    if rank_a == 0 or rank_b == 0:
        raise ValueError(f"matmul: got shapes {a.shape} and {b.shape}, expected no scalar.")
    if rank_a == 1:
        product = matmul(reshape(a, (1, _dims(a)[0])), b)
        dims = _dims(product)
        return reshape(product, dims[:-1] if rank_b == 1 else (*dims[:-2], dims[-1]))
    if rank_b == 1:
        product = matmul(a, reshape(b, (_dims(b)[0], 1)))
        return reshape(product, _dims(product)[:-1])
    if rank_b == 2:
        return _product(a, b, ta=False, tb=False)
    lead = broadcast(_dims(a)[:-2], _dims(b)[:-2])
    return _batched(
        broadcast_to(a, (*lead, *_dims(a)[-2:])), broadcast_to(b, (*lead, *_dims(b)[-2:]))
    )


def _dims(x):
    return x.dims if hasattr(x, "dims") else x.shape
