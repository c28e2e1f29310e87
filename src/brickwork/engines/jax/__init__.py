"""The engine that runs on JAX: XLA compiles programs, for processors and accelerators."""

import weakref

import jax

from ...program import Program
from .executable import Executable as Executable
from .loop import Loop as Loop, Pass as Pass

#: Whether it repeats by itself steps after which the weights are not finite.
REPEATS = True
#: How often a plan was unbound since its variables moved: never.
moves = 0


def attach(program: Program) -> None:
    """Let a program be run by JAX, whoever runs it."""
    program.executable = Executable(program)
    program.executable.program = weakref.proxy(program)  # no cycle


def description() -> str:
    """Such as ``JAX 0.10.2 (cpu)``, or ``JAX 0.10.2 (gpu: NVIDIA H100)``."""
    devices = jax.devices()
    kind = devices[0].device_kind
    where = devices[0].platform if kind == devices[0].platform else f"{devices[0].platform}: {kind}"
    many = f"{len(devices)} x " if len(devices) > 1 else ""
    return f"JAX {jax.__version__} ({many}{where})"


def Gate() -> None:  # as the native engine's class
    """Nothing: XLA orders what uses the same memory."""
