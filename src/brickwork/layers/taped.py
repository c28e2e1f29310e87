"""Calls of layers in the block of a tape over arrays: as one op where that means the same.

A layer of the package is recorded as a `Segment`, traced once and run as a program. A layer of the
user's own is called each time, op by op, since its code may look at values; the layers inside of
it are segments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..custom_objects import holds_user_code, is_user_defined
from ..program import Symbol, Trace, TraceError, as_symbol
from ..program.eager import EagerTrace
from ..program.masks import mask_of
from ..program.program import unflatten
from ..program.segment import Segment
from ..program.trace import require_trace, suspended
from ..tree import map_structure as mapped
from . import calling
from .known_calls import taped_kind

if TYPE_CHECKING:
    from .layer import Layer


class Taped:
    """A layer's calls with arguments of one kind.

    Args:
        segment: what they compute; None if they must be recorded op by op.
        trace: the trace that it was recorded in.
        layer: the layer.
    """

    def __init__(self, segment: Segment | None, trace: Trace | Any, layer: Layer):
        self.segment, self.walk = segment, layer._walk()
        self.flags = [part._trainable for part in self.walk.family]
        self.plain = segment is not None and segment.structure == (Symbol, None, [])
        places = {} if segment is None else {id(s): i for i, s in enumerate(trace.losses)}
        self.losses_of = {
            key: [places[id(s)] for s in losses]
            for key, losses in ({} if segment is None else trace.losses_of).items()
        }

    def valid(self) -> bool:
        """Whether it holds the same layers and variables as when it was traced, and the same
        layers are trainable."""
        walk = self.walk
        return walk.valid() and [part._trainable for part in walk.family] == self.flags

    def run(self, trace: EagerTrace, values: list) -> Any:
        """Record a call, and return the layer's outputs."""
        segment: Segment | Any = self.segment
        results = segment.run(trace, values)
        if self.plain:  # one output, without mask and losses
            trace.losses_of.update(self.losses_of)
            return results[0]
        outputs, masks, losses = unflatten(segment.structure, iter(results))
        trace.losses += losses
        for key, places in self.losses_of.items():
            trace.losses_of[key] = [losses[i] for i in places]
        _attach(outputs, masks)
        return outputs


def taped(layer: Layer, trace: EagerTrace, args: tuple, kwargs: dict) -> Any:
    """Record a call of a layer."""
    if is_user_defined(type(layer)):
        return calling.traced(layer, trace, args, kwargs)
    values: list = []

    def collected(x):
        if not calling.is_tensor(x):
            return x
        value = as_symbol(x)
        values.append(value)
        place = calling.ValueRef(len(values) - 1)
        if value.mask is not None:
            values.append(as_symbol(value.mask))
            place.mask = len(values) - 1
        return place

    placed = mapped(collected, (args, kwargs))
    kinds = tuple((value.dims, value.dtype) for value in values)
    key = ("taped", calling.argument_edition, trace.training, kinds, repr(placed))
    known = layer._programs.get(key)
    if known is None or not known.valid():
        with suspended():
            calling.prepare(layer, args)
        known = _traced(layer, placed, values, trace.training)
        if len(layer._programs) >= calling.KEPT:
            layer._programs.clear()
        # Building and tracing may have set attributes of layers: use the edition after that.
        layer._programs[("taped", calling.argument_edition, *key[2:])] = known
    if known.segment is None:
        return calling.traced(layer, trace, args, kwargs)
    if len(args) == 1 and kwargs.keys() <= {"training"}:
        usual = None if layer._host else taped_kind(trace, args[0], kwargs.get("training"))
        if usual is not None:
            layer._programs[usual] = known
    return known.run(trace, values)


def _traced(layer: Layer, placed: tuple, values: list, training: bool) -> Taped:
    """Trace a call, unless it holds code of the user's."""
    if any(is_user_defined(type(p)) or holds_user_code(_used(p)) for p in layer.family()):
        return Taped(None, None, layer)
    found: list[Trace] = []

    def function(*symbols):
        def filled(place):
            if not isinstance(place, calling.ValueRef):
                return place
            symbol = symbols[place.index]
            symbol.mask = None if place.mask is None else symbols[place.mask]
            return symbol

        args, kwargs = mapped(filled, placed)
        trace = require_trace()
        found.append(trace)
        outputs = calling.traced(layer, trace, args, dict(kwargs))
        return outputs, mapped(mask_of, outputs), list(trace.losses)

    try:
        segment = Segment.traced(function, values, training)
    except TraceError:
        return Taped(None, None, layer)
    if found[0].metric_updates:
        return Taped(None, None, layer)
    return Taped(segment, found[0], layer)


def _used(layer: Layer) -> dict:
    """The attributes of a layer that take part in its calls."""
    unused = ("_initializer", "_constraint", "_regularizer")
    return {
        name: value
        for name, value in vars(layer).items()
        if name == "activity_regularizer" or not name.endswith(unused)
    }


def _attach(outputs: Any, masks: Any) -> None:
    """Give outputs their masks."""
    if isinstance(outputs, Symbol):
        outputs.mask = masks
    elif isinstance(outputs, dict):
        for key, part in outputs.items():
            _attach(part, masks[key])
    elif isinstance(outputs, list | tuple):
        for part, mask in zip(outputs, masks, strict=True):
            _attach(part, mask)
