"""The probe of a file: a few inputs and the model's outputs, by which a loaded model is checked."""

from __future__ import annotations

from math import prod

import numpy as np

#: Rows of a probe, and the most elements between layers, so that the check is cheap; and how long
#: the rows are where that is unknown.
ROWS, MOST_ELEMENTS, LENGTH = 2, 1 << 22, 4


def inputs_for(model) -> list[np.ndarray] | None:
    """Inputs of the model's dtypes and shapes, deterministic; None if these are unknown."""
    if model._host_part is not None:  # string inputs: the vocabulary is in the file itself
        return None
    generator, rows = np.random.Generator(np.random.PCG64(0)), []
    for port in model._input_ports():
        if port.shape is None:
            return None
        shape = (ROWS, *(LENGTH if d is None else d for d in port.shape))
        if prod(shape) > MOST_ELEMENTS:
            return None
        if port.dtype.startswith("float"):
            rows.append(generator.uniform(-1, 1, shape).astype(port.dtype))
        else:
            rows.append(generator.integers(0, port.ids or 2, shape).astype(port.dtype))
    return rows


def predict(model, rows: list[np.ndarray]) -> list[np.ndarray] | None:
    """The model's outputs; None if predicting changes the model, is not deterministic, or takes too
    much memory, or if rows of unknown length cannot be as short as these."""
    from ..data import Arrays
    from ..training.prediction import executable_for

    try:
        executable = executable_for(model, Arrays(rows, [], [], ROWS))
    except ValueError:
        if any(None in port.shape for port in model._input_ports()):
            return None
        raise
    program = executable.program
    between = [s for s in program.order() if s.op not in ("read", "const")]
    if program.writes or sum(map(_extent, between)) > MOST_ELEMENTS:
        return None
    first, again = executable.run(rows), executable.run(rows)
    same = all(np.array_equal(a, b, equal_nan=True) for a, b in zip(first, again, strict=True))
    return [np.array(a) for a in first] if same else None


def _extent(symbol) -> int:
    return prod(d if isinstance(d, int) else d.at(ROWS) for d in symbol.dims)


def differs(found: list[np.ndarray], kept: list[np.ndarray]) -> str | None:
    """How outputs differ, beyond another processor's rounding; None if they agree."""
    for i, (a, b) in enumerate(zip(found, kept, strict=True)):
        if a.shape != b.shape:
            return f"output {i}: got shape {a.shape}, expected {b.shape}"
        near = 1e-3 if b.dtype.itemsize <= 4 else 1e-7
        scale = max(1.0, float(np.max(np.abs(b), initial=0.0, where=np.isfinite(b))))
        if not np.allclose(a, b, rtol=near, atol=near * scale, equal_nan=True):
            worst = float(np.nanmax(np.abs(a.astype("float64") - b)))
            return f"output {i}: got values that differ by up to {worst:.3g}"
    return None
