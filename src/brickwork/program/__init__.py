"""The contract between models and engines: ops, the graph they form, and the state they keep.

This package does not import layers, models or engines.
"""

from typing import TYPE_CHECKING, Any

from . import operators, primitives  # noqa: F401
from .dims import BATCH, Dim, from_shape, public_shape
from .dtypes import epsilon, floatx, is_float, set_epsilon, set_floatx, standard
from .evaluate import call, interpret, register_engine, run
from .grad import gradients
from .name_scopes import current_path, name_scope
from .primitive import PRIMITIVES, apply, as_array, as_symbol, is_symbolic
from .program import Program, flatten, input_symbol, signature_of, topological, trace_function
from .symbol import Symbol, TraceError, Value
from .trace import Trace, current_trace
from .variable import Pack, State, Variable

__all__ = [
    "BATCH",
    "PRIMITIVES",
    "Dim",
    "GradientTape",
    "Pack",
    "Program",
    "State",
    "Symbol",
    "Trace",
    "TraceError",
    "Value",
    "Variable",
    "apply",
    "as_array",
    "as_symbol",
    "call",
    "current_path",
    "current_trace",
    "epsilon",
    "flatten",
    "floatx",
    "from_shape",
    "gradients",
    "input_symbol",
    "interpret",
    "is_float",
    "is_symbolic",
    "name_scope",
    "public_shape",
    "register_engine",
    "run",
    "set_epsilon",
    "set_floatx",
    "signature_of",
    "standard",
    "topological",
    "trace_function",
]

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .tape import GradientTape as GradientTape
else:

    def __getattr__(name: str) -> Any:
        if name == "GradientTape":
            from .tape import GradientTape

            return GradientTape
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
