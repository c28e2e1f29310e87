"""Calls of a layer or model on arrays of a kind that was seen before, in a few microseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..program import Program, Symbol, current_trace, evaluate
from ..program.eager import EagerTrace
from ..program.masks import plain_array
from ..program.results import as_result
from ..program.symbol import Value
from . import calling

if TYPE_CHECKING:
    from .layer import Layer
    from .taped import Taped


class KnownCall:
    """A layer's call on one array of a dtype, whose rows have one shape.

    Args:
        program: what it computes.
        run: runs the program.
        checks: whether the layer looks at the array first.
    """

    __slots__ = ("checks", "edition", "program", "run")

    def __init__(self, program: Program, run: evaluate.Runner, checks: bool):
        self.program, self.run, self.checks = program, run, checks
        self.edition = calling.edition


def known_call(layer: Layer, programs: dict, x: Any, kwargs: dict) -> Any:
    """The output for an array, or a value of the open tape, if its kind is known; else None."""
    training = kwargs.get("training") if kwargs else None
    if len(kwargs) != (training is not None):
        return None
    trace = current_trace()
    if trace is not None:
        return _known_taped(programs, trace, x, training) if type(trace) is EagerTrace else None
    x = plain_array(x)
    if x is None:
        return None
    known = programs.get((x.shape[1:], x.dtype, training))
    if known is None or known.edition != calling.edition:
        return None
    if known.checks:
        layer._check_arrays(x, **kwargs)
    layer.__dict__["_losses"] = []  # to set an attribute of a layer costs a microsecond
    return as_result(known.run((x,), len(x))[0])


def _known_taped(programs: dict, trace: EagerTrace, x: Any, training: Any) -> Any:
    known: Taped | None = programs.get(taped_kind(trace, x, training))
    if known is None or not known.valid():
        return None
    return known.run(trace, [x if type(x) is Value and x.trace is trace else trace.leaf(x)])


def taped_kind(trace: EagerTrace, x: Any, training: Any) -> tuple | None:
    """What most calls in a tape depend on, those with one tensor without a mask; None for
    others."""
    array = x.array if type(x) is Value and x.mask is None else plain_array(x)
    if array is None:
        return None
    return calling.argument_edition, trace.training, training, array.shape, array.dtype


def remember(layer: Layer, program: Program, x: Any, kwargs: dict) -> None:
    """Keep a call for later ones, if the array was all that it depended on."""
    x = plain_array(x)
    simple = (
        x is not None
        and x.ndim
        and x.dtype.kind in "biuf"
        and len(program.inputs) == 1
        and program.structure == (Symbol, None, [])
        and kwargs.keys() <= {"training"}
        and getattr(layer, "_host_part", None) is None
    )
    run = evaluate.runner(program) if simple else None
    if run is not None:
        key = x.shape[1:], x.dtype, kwargs.get("training")
        layer._programs[key] = KnownCall(program, run, layer._checks_arrays())
