"""How data are passed to a program: signatures of the arrays, and the feeds of the engine."""

from __future__ import annotations

import numpy as np

from ..data import target_dtype
from ..data.rows import Rows
from ..data.scans import is_integer_valued
from ..processes import share
from ..program import BATCH, standard
from ..program.dtypes import widened


def signatures_of(arrays, expects) -> tuple[tuple, tuple, tuple]:
    """``(dims, dtype)`` of each input, target and sample weight of `data.Arrays`; None for an
    output without one.

    For a step of the user's own all arrays are inputs, and the second part is their nest.

    Inputs have the model's dtype; for targets see `data.target_dtype`.
    """
    kind = arrays.kind
    if kind is None or arrays.weight[0] is not None:  # weights of classes may have been added
        return _signatures_of(arrays, expects)
    found = expects._signatures.get(kind)
    if found is None:
        found = expects._signatures[kind] = _signatures_of(arrays, expects)
    return found


def _signatures_of(arrays, expects) -> tuple[tuple, tuple, tuple]:
    if arrays.nest is not None:
        dtype = expects.inputs[0].dtype
        return (
            tuple(_signature(a, dtype if a.dtype.kind == "f" else a.dtype) for a in arrays.x),
            (arrays.nest,),
            (),
        )
    xs = tuple(_signature(a, port.dtype) for a, port in zip(arrays.x, expects.inputs, strict=True))
    dtypes = [port.dtype for port in expects.outputs]
    ys = tuple(
        None if y is None else _signature(y, target_dtype(y, expects.loss(i), dtypes[i]))
        for i, y in enumerate(arrays.y)
    )
    weights = tuple(
        None if w is None else _signature(w, dtypes[i]) for i, w in enumerate(arrays.weight)
    )
    return xs, ys, weights


def _signature(array, dtype) -> tuple:
    return (BATCH, *array.shape[1:]), widened(standard(dtype))


def feeds_of(arrays) -> list:
    """The arrays that the engine reads rows from, in the order of the signatures."""
    present = [a for group in (arrays.x, arrays.y, arrays.weight) for a in group]
    return [a.csr_arrays if isinstance(a, Rows) else a for a in present if a is not None]


def facts_of_own(arrays, expects) -> dict[str, list]:
    """Where each process has rows of its own: the classes among its targets, which have to be the
    same in all of them; by output."""
    where = share()
    if where is None or not where.own:
        return {}
    return {
        f"the classes of {port.name}": np.unique(y).tolist()
        for i, (port, y) in enumerate(zip(expects.outputs, arrays.y, strict=False))
        if isinstance(y, np.ndarray)
        and getattr(expects.loss(i), "labels", None) in ("classes", "probability", "signs")
        and is_integer_valued(y)
    }


def run_step(step, batch) -> bool:
    """Run a step on a batch; False if its loss is not finite, in which case nothing changed."""
    try:
        step.run(feeds_of(batch))
    except FloatingPointError:
        return False
    return True
