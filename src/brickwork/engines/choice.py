"""Which engine runs a model: what `compile` was told, what the environment says, or by itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import NamedTuple

from ..errors import ArgumentError
from ..program import Program
from ..program.jax_calls import CALL

NAMES = ("auto", "native", "jax")
VARIABLE = "BRICKWORK_ENGINE"


#: Called when what `chosen` returns may have changed.
listeners: list[Callable[[], None]] = []


class Choice(NamedTuple):
    """An engine, and why it is that one.

    Attributes:
        name: "auto", "native" or "jax".
        why: as the end of a sentence; "" for the default.
    """

    name: str
    why: str

    def __str__(self) -> str:
        """Such as ``native (avx512, 2 threads), since compile says so``."""
        return engine_of(self).description() + (f", since {self.why}" if self.why else "")


def chosen(given: str | None, argument: str = "compile.engine") -> Choice:
    """Return the engine: the one given, or that of the environment variable.

    Args:
        given: "auto", "native" or "jax"; None for what ``BRICKWORK_ENGINE`` says, or "auto".
        argument: what gave it, for messages.

    Raises:
        ArgumentError: for another name, or for "jax" where JAX is not installed.
    """
    name, what, why = given, argument, f"{argument.partition('.')[0]} says so"
    if name is None:
        name, what, why = os.environ.get(VARIABLE) or "auto", VARIABLE, f"{VARIABLE} says so"
    if name not in NAMES:
        raise ArgumentError(what, f"got {name!r}, expected 'auto', 'native' or 'jax'.")
    if name == "jax" and find_spec("jax") is None:
        raise ArgumentError(
            what, "got 'jax', which is not installed. Install it: pip install 'brickwork[jax]'."
        )
    placement = sys.modules.get("brickwork.engines.jax.placement")
    if placement is not None and placement.current is not None:
        if name == "native":
            raise ArgumentError(
                what,
                "got 'native' with a distribution, which needs 'jax'. Without it, call "
                "brickwork.distribution.set_distribution(None).",
            )
        return Choice("jax", why if name == "jax" else "a distribution is set")
    return Choice(name, "" if name == "auto" else why)


def needed(program: Program, choice: Choice, what: str) -> Choice:
    """Return the engine that runs a program: JAX, if it calls functions of JAX's.

    Args:
        program: the program.
        choice: the engine that was chosen.
        what: whose program it is, for messages.

    Raises:
        ArgumentError: if it calls such functions, and the native engine was chosen.
    """
    if choice.name == "jax" or not program.calls_jax:
        return choice
    callers = sorted({s.layer for s in program.order() if s.op == CALL and s.layer})
    who = f"{', '.join(callers) or what} calls functions of JAX's"
    if choice.name == "native":
        raise ArgumentError(
            "compile.engine", f"got 'native' for {what}: {who}, expected 'jax' or 'auto'."
        )
    return Choice("jax", who)


def engine_of(choice: Choice) -> ModuleType:
    """Return the module of an engine: its `Executable`, `Pass`, `Loop` and `Gate`.

    Args:
        choice: the engine; "auto" begins with the native one.
    """
    name = "jax" if choice.name == "jax" else "native"
    return import_module(f"brickwork.engines.{name}")


@cache
def has_plugin() -> bool:
    """Whether JAX may have another device than the processor; it is not imported for that."""
    if find_spec("jax") is None:
        return False
    return any(find_spec(name) is not None for name in ("jax_plugins", "libtpu"))
