"""How data meet a program: what they are like, and what the engine takes their rows from."""

from __future__ import annotations

from ..data import target_dtype
from ..data.rows import Rows
from ..program import BATCH, standard


def signatures_of(arrays, expects) -> tuple[tuple, tuple, tuple]:
    """``(dims, dtype)`` of each input, target and weight of `data.Arrays`; None where an output
    has none.

    Inputs have the model's dtype; targets see `data.target_dtype`.
    """
    xs = tuple(_signature(a, port.dtype) for a, port in zip(arrays.x, expects.inputs, strict=True))
    kinds = [port.dtype for port in expects.outputs]
    ys = tuple(None if y is None else
               _signature(y, target_dtype(y, expects.loss(i), kinds[i]))
               for i, y in enumerate(arrays.y))
    weights = tuple(None if w is None else _signature(w, kinds[i])
                    for i, w in enumerate(arrays.weight))
    return xs, ys, weights


def _signature(array, dtype) -> tuple:
    return (BATCH, *array.shape[1:]), standard(dtype)


def feeds_of(arrays) -> list:
    """What the engine takes rows from, in the order of the signatures."""
    present = [a for group in (arrays.x, arrays.y, arrays.weight) for a in group]
    return [a.feed if isinstance(a, Rows) else a for a in present if a is not None]


def ran(step, batch) -> bool:
    """Run a step on a batch; False where its loss is not finite, and nothing was done then."""
    try:
        step.run(feeds_of(batch))
    except FloatingPointError:
        return False
    return True
