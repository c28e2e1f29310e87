"""Which engine is faster where JAX has a GPU or a TPU: measured on the model to be trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np

from ..program import Program
from .choice import Choice, engine_of

#: Steps that take less on one thread stay on the native engine unmeasured: to start the kernels of
#: a step on a GPU takes some ten microseconds each, and XLA takes a second to compile them.
FROM_MICROSECONDS = 500.0
REPEATS = 5


def accelerator() -> str | None:
    """The kind of JAX's devices, such as ``gpu (NVIDIA H100)``; None for the processor."""
    import jax

    try:
        device = jax.devices()[0]
    except Exception:  # a plugin without its driver; nobody has asked for it
        return None
    return None if device.platform == "cpu" else f"{device.platform} ({device.device_kind})"


def faster(
    program: Program, batch: Callable[[], Sequence[np.ndarray]], estimate: float
) -> Choice | None:
    """Return the engine that computes a program in less time, where JAX `has_plugin`.

    Args:
        program: the loss and the gradients of a step; it writes nothing.
        batch: returns the arrays of a batch.
        estimate: about the microseconds of a step on one thread.

    Returns:
        The engine, and why; None where there is nothing to choose.
    """
    if estimate < FROM_MICROSECONDS:
        return Choice("auto", f"a step takes about {estimate / 1000:.2g} ms")
    where = accelerator()
    if where is None:
        return None
    arrays = batch()
    native, jax = (
        best(engine_of(Choice(name, "")).timed(program, arrays)) for name in ("native", "jax")
    )
    said = f"{_milliseconds(jax)} on {where}, and {_milliseconds(native)} on the native engine"
    return Choice("jax" if jax < native else "auto", f"a step takes {said}")


def best(run: Callable[[], object]) -> float:
    """The least seconds of some calls, after one that may compile."""
    run()
    found = []
    for _ in range(REPEATS):
        began = perf_counter()
        run()
        found.append(perf_counter() - began)
    return min(found)


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms"
