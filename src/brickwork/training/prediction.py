"""Predictions: many rows in portions, and few rows with as little Python as possible."""

from __future__ import annotations

from functools import partial
from itertools import islice

import numpy as np

from .. import _engine, data
from ..engines.threads import cores
from ..errors import ArgumentError
from ..program import BATCH
from ..program.dtypes import HALF, is_float
from ..tree import map_structure
from .feeding import feeds_of
from .progress_bar import ProgressBar, callback_list
from .streaming import build_and_check

#: The largest number of rows for the fast path.
SHORT = 1024
#: The number of lengths of rows that it is kept for.
LENGTHS = 16


def predict(model, x, batch_size, verbose, steps, callbacks, nan) -> np.ndarray:
    """See `Model.predict`."""
    if type(x) is np.ndarray and callbacks is None and steps is None and nan == "raise":
        known = model.__dict__.get("_small_predictors")
        predictor = None if known is None else known.get(x.shape[1:])
        if predictor is not None and x.ndim and len(x) <= SHORT:
            result = predictor(x)
            if result is not None:
                return result
    return _predict_checked(model, x, batch_size, verbose, steps, callbacks, nan)


class SmallPredictor:
    """The fast path for small finite float arrays of the right shape."""

    def __init__(self, model, executable):
        self.plan = executable.plan
        symbol = executable.program.inputs[0]
        self.dtype = np.dtype(symbol.dtype)

    def __call__(self, x: np.ndarray):
        """Return the prediction; None if the array needs the full checks."""
        if not len(x):
            return None
        if x.dtype != self.dtype:
            if x.dtype != np.float64 or self.dtype != np.float32:
                return None
            with np.errstate(over="ignore"):  # values that are too large become infinite
                x = x.astype(np.float32)
        if not x.flags.c_contiguous or not np.isfinite(x.sum()):
            return None
        try:
            return self.plan.run((x,), len(x))[0]
        except _engine.Moved:
            return None


def _predict_checked(model, x, batch_size, verbose, steps, callbacks, nan):
    plain = data.check_arguments("predict", verbose=verbose)
    if nan not in ("raise", "propagate"):
        raise ValueError(f"predict.nan: got {nan!r}, expected 'raise' or 'propagate'.")
    prepared = model._prepared(
        data.for_predict, x, columns=model._columns, batch_size=batch_size, steps=steps, nan=nan
    )
    listeners = callback_list(callbacks)
    listeners.set_params({"verbose": plain["verbose"], "epochs": 1, "steps": prepared.steps})
    listeners.set_model(model)
    bar = ProgressBar(
        None,
        prepared.steps,
        1 if plain["verbose"] == "auto" else plain["verbose"],
        delay=0.5 if plain["verbose"] == "auto" else 0.0,
    )
    listeners.on_predict_begin({})
    try:
        swept = None
        if isinstance(prepared.data, data.Arrays) and not listeners.per_predict_batch:
            if prepared.data.in_windows:
                swept = _predict_in_windows(model, prepared, bar, nan)
            elif not prepared.data.by_batch:
                swept = _predict_in_one_sweep(model, prepared.data, _asked(prepared), prepared, bar)
        parts = list(_portions(model, prepared, listeners, bar, nan)) if swept is None else [swept]
        bar.epoch_end(0, {})
    finally:
        bar.close()
    listeners.on_predict_end({})
    return _concatenate(parts)


def _portions(model, prepared, listeners, bar, nan):
    model.stop_predicting = False
    for number, batch in enumerate(_batches(model, prepared, nan)):
        if listeners.per_predict_batch:
            listeners.on_predict_batch_begin(number, {})
        outputs = outputs_of(model, batch)
        if listeners.per_predict_batch:
            listeners.on_predict_batch_end(number, {"outputs": outputs})
        bar.update(0, number + 1, {})
        yield outputs
        if model.stop_predicting:
            return


def _asked(prepared) -> int:
    """How many rows are predicted."""
    return min(prepared.data.rows, prepared.batch_size * prepared.steps)


def _predict_in_windows(model, prepared, bar, nan: str):
    """The outputs for data that are larger than memory; None as for `_predict_in_one_sweep`."""
    source, rows, call = prepared.data, _asked(prepared), data.Call("predict")
    expects = model._expectation()
    size = prepared.batch_size
    windows = data.Windows(source.slice(0, rows), expects, call, size, turns=1, nan=nan)
    found = []
    for first in range(0, rows, windows.rows):
        arrays = windows.at(0, first).arrays
        swept = _predict_in_one_sweep(model, arrays, arrays.rows, prepared, bar, first)
        if swept is None:
            return None
        found.append(swept)
    return _concatenate(found) if found else None


def _predict_in_one_sweep(model, arrays, rows: int, prepared, bar, done: int = 0):
    """The outputs for rows that are in memory and checked, all at once, if they do not depend on
    each other; else None."""
    executable = executable_for(model, arrays.slice(0, 1))
    portion = model._plans.rows_per_portion(executable.program) if rows else None
    if portion is None:
        return None
    size = prepared.batch_size
    outputs = executable.call_bound(
        executable.plan.sweep,
        feeds_of(arrays),
        rows,
        portion,
        cores(),
        lambda more: bar.update(0, -(-(done + more) // size), {}),
    )
    _cache_predictor(model, executable)
    return executable.program.rebuild(outputs)


def _batches(model, prepared, nan: str):
    """The rows in batches of the given size."""
    arrays = prepared.data
    if isinstance(arrays, data.Arrays):
        size = prepared.batch_size
        last = min(arrays.rows, size * max(prepared.steps, 1))
        batches = (
            arrays.batch(slice(start, min(start + size, last)))
            for start in range(0, max(last, 1), size)
        )
    else:
        batches = islice(arrays.epoch(), prepared.steps)
    for number, batch in enumerate(batches):
        build_and_check(model, arrays, batch, data.Call("predict").batch(number + 1), nan)
        yield batch


def executable_for(model, batch):
    """The plan that predicts rows like these."""
    return model._plans.prediction(_signatures(model, batch), batch.rows)


def masks_of(model, batch, output: int) -> np.ndarray | None:
    """The mask of an output for checked rows, one bool for each step; None if there is none."""
    executable = model._plans.masks(_signatures(model, batch), batch.rows)
    mask = executable.program.rebuild(executable.run(batch.x))[output]
    return None if mask is None else mask.astype(bool)


def _signatures(model, batch) -> tuple:
    return tuple(
        (
            (BATCH, *a.shape[1:]),
            p.dtype if is_float(p.dtype) or a.dtype.kind == "f" else a.dtype.name,
        )
        for a, p in zip(batch.x, model._expectation().inputs, strict=True)
    )


def outputs_of(model, batch) -> np.ndarray:
    """The outputs for one batch of checked arrays."""
    executable = executable_for(model, batch)
    if batch.rows == 0:  # the output for one row, cut to none
        outputs = executable.run([np.zeros((1, *a.shape[1:]), a.dtype) for a in batch.x])
        return executable.program.rebuild([o[:0] for o in outputs])
    outputs = executable.run(batch.x)
    _cache_predictor(model, executable)
    return executable.program.rebuild(outputs)


def _cache_predictor(model, executable) -> None:
    """Cache the fast path for next calls on rows of this shape, if the model has one input and one
    output."""
    program = executable.program
    if model._host_part is not None or not len(program.outputs) == len(program.inputs) == 1:
        return
    if program.outputs[0].dtype in HALF:
        return  # the engine returns float32
    if not isinstance(executable.plan, _engine.Plan):
        return  # XLA compiles each number of rows anew
    known = model.__dict__.setdefault("_small_predictors", {})
    row = program.inputs[0].dims[1:]
    if row not in known:
        if len(known) >= LENGTHS:
            known.clear()
        known[row] = SmallPredictor(model, executable)


def _concatenate(parts):
    if not parts:
        raise ValueError("predict: the data gave no batch, expected at least one.")
    return map_structure(lambda *column: column[0] if len(column) == 1 else _joined(column), *parts)


def _joined(column: tuple) -> np.ndarray:
    """The outputs of all batches in one array."""
    try:
        return np.concatenate(column)
    except ValueError:
        shapes = list(dict.fromkeys(str(("rows", *part.shape[1:])) for part in column))
        shown = " and ".join(shapes[:2]).replace("'", "")
        raise ArgumentError(
            "predict",
            f"got batches whose outputs have other shapes, {shown}, expected one shape for all of "
            "them. Predict batch by batch: [model.predict_on_batch(x) for x in batches]; or pad "
            "the rows to one length.",
        ) from None


def predict_on_batch(model, x):
    """See `Model.predict_on_batch`. The first call installs a compiled one in its place."""
    batch = model._prepared(partial(data.for_batch, "predict_on_batch"), x, columns=model._columns)
    outputs = outputs_of(model, batch)
    _install_native_predictor(model, batch)
    return outputs


def _install_native_predictor(model, batch) -> None:
    """Install the C++ predictor; it calls back here for data that it does not support."""
    executable = executable_for(model, batch.slice(0, 1))
    if (
        model._host_part is not None
        or len(executable.program.inputs) != 1
        or len(executable.program.outputs) != 1
        or executable.program.outputs[0].dtype in HALF
        or not isinstance(executable.plan, _engine.Plan)
    ):
        return

    def fallback(x):
        return predict_on_batch(model, x)

    model.__dict__["predict_on_batch"] = _engine.Predictor(executable.plan, fallback)
