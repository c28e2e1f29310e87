"""Which engine runs a model: what `compile` was told, what the environment says, or by itself."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from ..errors import ArgumentError

NAMES = ("auto", "native", "jax")
VARIABLE = "BRICKWORK_ENGINE"


def chosen(given: str | None, argument: str = "compile.engine") -> str:
    """Return the engine's name: the one given, or that of the environment variable.

    Args:
        given: "auto", "native" or "jax"; None for what ``BRICKWORK_ENGINE`` says, or "auto".
        argument: what gave it, for messages.

    Raises:
        ArgumentError: for another name, or for "jax" where JAX is not installed.
    """
    name, what = given, argument
    if name is None:
        name, what = os.environ.get(VARIABLE) or "auto", VARIABLE
    if name not in NAMES:
        raise ArgumentError(what, f"got {name!r}, expected 'auto', 'native' or 'jax'.")
    if name == "jax" and find_spec("jax") is None:
        raise ArgumentError(
            what, "got 'jax', which is not installed. Install it: pip install 'brickwork[jax]'."
        )
    return name


def engine_of(name: str) -> ModuleType:
    """Return the module of an engine: its `Executable`, `Pass`, `Loop` and `Gate`.

    Args:
        name: as `chosen` returns it; "auto" begins with the native engine.
    """
    return import_module("brickwork.engines.jax" if name == "jax" else "brickwork.engines.native")
