"""Calls of functions that are no ops: JAX's own, which `engines.jax` calls."""

from __future__ import annotations

from typing import Any

from ..dtypes import is_float
from ..jax_calls import CALL
from ..primitive import apply, primitive


def _called_vjp(g: Any, y: Any, *xs: Any, call: Any, index: int, dims: Any, kind: str) -> tuple:
    derivative = call.derivative(index, g.dtype)
    return tuple(
        apply(CALL, *xs, g, call=derivative, index=i, dims=x.dims, kind=x.dtype)
        if is_float(x.dtype)
        else None
        for i, x in enumerate(xs)
    )


primitive(
    CALL,
    lambda inputs, attrs: (attrs["dims"], attrs["kind"]),
    lambda xp, *xs, call, index, dims, kind: xp.asarray(call(*xs)[index]),
    _called_vjp,
)
