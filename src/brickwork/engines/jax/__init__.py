"""The engine that runs on JAX: XLA compiles programs, for processors and accelerators."""

import weakref
from collections.abc import Callable, Sequence

import jax
import numpy as np

from ...program import Program
from .executable import Executable as Executable, wide
from .loop import Loop as Loop, Pass as Pass
from .ops import as_jax

#: Whether it repeats by itself steps after which the weights are not finite.
REPEATS = True
#: How often a plan was unbound since its variables moved: never.
moves = 0


def attach(program: Program) -> None:
    """Let a program be run by JAX, whoever runs it."""
    program.executable = Executable(program)
    program.executable.program = weakref.proxy(program)  # no cycle


def timed(program: Program, arrays: Sequence[np.ndarray]) -> Callable[[], object]:
    """A function that computes a program once, on data that are on the device already."""
    executable = Executable(program)
    with wide():
        inputs = [
            jax.device_put(np.asarray(a, as_jax(s.dtype)))
            for s, a in zip(program.inputs, arrays, strict=True)
        ]
        states = executable.states_placed()
    compiled = jax.jit(executable.step)

    def run() -> object:
        with wide():
            return jax.block_until_ready(compiled(inputs, *states))

    return run


def description() -> str:
    """Such as ``JAX 0.10.2 (cpu)``, or ``JAX 0.10.2 (gpu: NVIDIA H100)``."""
    devices = jax.devices()
    kind = devices[0].device_kind
    where = devices[0].platform if kind == devices[0].platform else f"{devices[0].platform}: {kind}"
    many = f"{len(devices)} x " if len(devices) > 1 else ""
    return f"JAX {jax.__version__} ({many}{where})"


def Gate() -> None:  # as the native engine's class
    """Nothing: XLA orders what uses the same memory."""
