"""Targets ``(rows,)`` beside outputs ``(rows, 1)`` in a metric of the user's own.

Keras 3 hands them over as they are, Keras 1 and 2 with equal ranks. Where the function compares
them element by element, the former would compare each target with every output. So the function is
looked at: if it does that, or cannot take such targets, it gets them as ``(rows, 1)``.
"""

from __future__ import annotations

from typing import Any

from .. import ops
from ..custom_objects import is_user_defined
from ..data import warn_once
from ..program.jax_calls import CALL
from ..program.trace import current_trace, tracing


def targets_for(metric: Any, y_true: Any, y_pred: Any) -> Any:
    """Return the targets in the rank that a metric needs.

    Args:
        metric: a `Metric`.
        y_true, y_pred: tensors of one output.
    """
    trace = current_trace()
    if (
        trace is None
        or getattr(y_true, "ndim", 0) + 1 != getattr(y_pred, "ndim", 0)
        or y_pred.shape[-1] != 1
        or not is_user_defined(vars(metric).get("fn", type(metric)))
    ):
        return y_true
    if not _mixes_rows(metric, y_true, y_pred, trace.training):
        return y_true
    warn_once(
        "metric ranks",
        f"{metric.name}: got targets of shape {_shown(y_true)} and outputs of shape "
        f"{_shown(y_pred)}, of which every target would be compared with every output. It gets "
        f"the targets as {_shown(y_pred)}, as in Keras 1 and 2; give y that shape.",
    )
    return ops.expand_dims(y_true, -1)


def _mixes_rows(metric: Any, y_true: Any, y_pred: Any, training: bool) -> bool:
    """Whether the metric combines each row of the targets with all rows of the outputs."""
    with tracing(training) as trial:
        try:
            metric.update_state(y_true, y_pred)
        except Exception:
            return True
    batch = y_pred.dims[0]
    return any(
        symbol.op == CALL and symbol.attrs["call"].mixes_rows(symbol.inputs)
        for symbol in trial.recorded.values()
    ) or any(
        _count(batch, symbol.dims) > 1
        and any(len(source.dims) < len(symbol.dims) for source in symbol.inputs)
        and all(_count(batch, source.dims) < 2 for source in symbol.inputs)
        for symbol in trial.recorded.values()
    )


def _count(batch: Any, dims: tuple) -> int:
    return sum(1 for dim in dims if dim is batch or dim == batch)


def _shown(tensor: Any) -> str:
    return f"({', '.join(['rows', *map(str, tensor.shape[1:])])}{',' if tensor.ndim == 1 else ''})"
