"""One function for each kind of unusable or suspicious data.

Each takes facts about a model (`facts`), never the model, and raises ValueError or TypeError with
what came, what was expected and what to do; or warns once if Keras accepts the data. None has side
effects. Keras trains on most of this data without a warning.
"""

from __future__ import annotations

from ..facts import Arrays, Call, Expectation
from .inputs import check_columns, check_input_shape, check_input_values, check_rows
from .labels import check_target_values
from .losses import check_loss, check_losses
from .sample_weights import check_weight_shape, check_weight_values
from .targets import check_target_given, check_target_shape

__all__ = ["check", "check_batch", "check_columns", "check_losses", "check_target_shape"]


def check(arrays: Arrays, expects: Expectation, call: Call, nan: str = "raise") -> None:
    """Run all checks on the data of one call; those with the most specific messages come first."""
    for i, (array, port) in enumerate(zip(arrays.x, expects.inputs, strict=False)):
        what = call.name("x", i, expects.inputs)
        check_input_shape(array, port, what)
        if not arrays.deferred:
            check_input_values(
                array,
                port,
                what,
                arrays.columns[i] if arrays.columns else None,
                expects.handles_nan or nan == "propagate",
            )
    if call.method in ("predict", "predict_on_batch"):
        return
    check_rows(arrays, expects, call)
    for i, port in enumerate(expects.outputs):
        loss, y, weight = expects.loss(i), arrays.y[i], arrays.weight[i]
        what = call.name("y", i, expects.outputs)
        check_target_given(y, loss, what)
        if y is not None and loss is not None:
            if hasattr(loss, "choose_by_shapes") and port.shape is not None:  # by the shapes
                loss.choose_by_shapes(y.shape, (None, *port.shape))
                check_loss(port, loss, "compile.loss" + what.removeprefix(f"{call.method}.y"))
            check_target_shape(y, port, loss, what)
            if not arrays.deferred:
                check_target_values(y, port, loss, what, weight, _counting(arrays, expects, i))
        if weight is not None:
            what = call.name("sample_weight", i, expects.outputs)
            check_weight_shape(weight, port, loss, what)
            if not arrays.deferred:
                check_weight_values(weight, port.dtype, what)


def _counting(arrays: Arrays, expects: Expectation, output: int):
    """Return a function from row indices to the targets that count; None if all count."""
    if expects.masks is None:
        return None
    return lambda rows: expects.masks(arrays.batch(rows), output)


def check_batch(batch: Arrays, expects: Expectation, call: Call, nan: str = "raise") -> None:
    """Run all checks on one batch of a stream, or of arrays whose check was deferred."""
    deferred, batch.deferred = batch.deferred, False
    try:
        check(batch, expects, call, nan)
    finally:
        batch.deferred = deferred
