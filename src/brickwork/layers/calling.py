"""How a layer is called: inside a trace, on symbols that wait for data, or on arrays.

In each case the layer's `call` sees symbols. On arrays the traced program is run at once and
kept for arrays of the same kind, until an attribute of a layer changes.
"""

from __future__ import annotations

import inspect
import warnings
from typing import Any
from weakref import ref

import numpy as np

from ..errors import ArgumentError
from ..program import (
    BATCH,
    State,
    Symbol,
    Trace,
    as_array,
    as_symbol,
    current_trace,
    is_float,
    run,
    standard,
    trace_function,
)
from ..program.masks import mask_of, with_mask
from ..program.primitives.elementwise import cast
from ..program.results import answered
from ..program.trace import suspended, tracing
from ..stack_level import outside
from ..tree import flatten as leaves
from ..tree import map_structure as mapped
from .input_spec import check_inputs

#: Grows when an attribute of a built layer changes: programs made before are not used again.
edition = 0
#: Models that have made programs. No WeakSet: Ctrl-C that comes in its callbacks is lost.
_with_programs: list[ref] = []
#: What makes numbers of strings.
MEDIATE = "put a StringLookup, a TextVectorization or a Hashing between."
#: Programs that a layer keeps.
KEPT = 16


def makes_programs(model) -> None:
    """Have a model's programs forgotten when an argument of its layers changes."""
    known = [r for r in _with_programs if r() not in (None, model)]
    _with_programs[:] = [*known, ref(model)]


def changed(layer, name: str) -> None:
    """An argument of a built layer is another now: programs that it is part of are traced anew.

    Those for other `trainable` are kept, since some scripts freeze and thaw a layer at each step.
    """
    concerned = {id(part) for part in (layer.family() if name == "trainable" else [layer])}
    for known in list(_with_programs):
        if (model := known()) is not None and not concerned.isdisjoint(map(id, model.family())):
            model._forget_programs() if name != "trainable" else model._set_programs_aside()


def call(layer, args: tuple, kwargs: dict) -> Any:
    """What ``layer(*args, **kwargs)`` does."""
    kwargs = _understood(layer, kwargs)
    if args and isinstance(args[0], list | tuple):
        first = args[0]
        args = ([_numbers(x) for x in first] if layer._several else _numbers(first), *args[1:])
    trace = current_trace()
    if trace is not None:
        return traced(layer, trace, args, kwargs)
    if any(isinstance(leaf, Symbol) for leaf in leaves((args, kwargs))):
        from .symbolic_calls import connected

        return connected(layer, args, kwargs)
    return computed(layer, args, kwargs)


# Inside a trace

def traced(layer, trace: Trace, args: tuple, kwargs: dict):
    """Record the layer's ops."""
    args, kwargs = mapped(lambda x: _ready(layer, x), (args, kwargs))
    with suspended():  # weights are made, not computed by the program
        prepare(layer, args)
    before, training = trace.training, kwargs.pop("training", None)
    trace.training = before if training is None else bool(training)
    accepted = call_arguments(type(layer))
    if "training" in accepted:
        kwargs["training"] = trace.training
    mask = mapped(lambda x: getattr(x, "mask", None), args[0]) if args else None
    if "mask" in accepted and kwargs.get("mask") is None:
        kwargs["mask"] = mask if any(m is not None for m in leaves(mask)) else None
    try:
        with trace.inside(layer.name):
            outputs = layer.call(*args, **kwargs)
            _penalise(layer, trace, outputs)
            _pass_mask(layer, args, kwargs.get("mask", mask), outputs)
    finally:
        trace.training = before
    return outputs


def _ready(layer, x):
    """A tensor as a symbol, floats in the layer's kind; anything else as it is."""
    if not is_tensor(x):
        return x
    symbol = as_symbol(x)
    mask = symbol.mask
    if layer.autocast and is_float(symbol.dtype):
        symbol = cast(symbol, layer.compute_dtype)
        symbol.mask = symbol.mask if mask is None else mask
    return symbol


def _penalise(layer, trace: Trace, outputs) -> None:
    """The activity regularizer's part of the loss, for one row of the batch as in Keras."""
    if layer.activity_regularizer is None:
        return
    for output in leaves(outputs):
        if isinstance(output, Symbol):
            loss = layer.activity_regularizer(output)
            trace.losses.append(loss / output.dims[0] if output.ndim else loss)


def _pass_mask(layer, args, mask, outputs) -> None:
    if not layer.supports_masking:
        if any(m is not None for m in leaves(mask)) and not layer.sublayers() and (
                "mask" not in call_arguments(type(layer))):
            warnings.warn(f"{layer.name} ({type(layer).__name__}): got a masked input, but the "
                          "layer knows no masks: from here on every step counts.",
                          stacklevel=outside())
        return
    if not args:
        return
    masks = layer.compute_mask(args[0], mask)
    if any(m is not None for m in leaves(masks)):
        for output, own in zip(leaves(outputs), leaves(masks), strict=False):
            if isinstance(output, Symbol) and output.mask is None:
                output.mask = own


# On arrays

def computed(layer, args: tuple, kwargs: dict):
    """The layer's output for arrays, as arrays."""
    layer._check_arrays(*args, **kwargs)
    arrays: list[np.ndarray] = []

    def taken(x):
        if not is_tensor(x):
            return x
        array = as_array(x if isinstance(x, State) else _no_text(np.asarray(x), layer))
        if layer.autocast and array.dtype.kind == "f":
            array = array.astype(layer.compute_dtype, copy=False)
        arrays.append(array)
        place, mask = Place(len(arrays) - 1), mask_of(x)
        if mask is not None:
            arrays.append(np.asarray(mask))
            place.mask = len(arrays) - 1
        return place

    args, kwargs = mapped(taken, (args, kwargs))
    if not arrays:
        raise ArgumentError(layer.name, "got no array, expected one as the first argument.")
    signatures = _signatures(arrays)
    key = (edition, tuple(signatures), repr((args, kwargs)))
    program = layer._programs.get(key)
    if program is None:
        with suspended():
            prepare(layer, mapped(lambda p: arrays[p.index] if isinstance(p, Place) else p, args))

        def function(*symbols):
            def put(p):
                if not isinstance(p, Place):
                    return p
                symbol = symbols[p.index]
                symbol.mask = None if p.mask is None else symbols[p.mask]
                return symbol

            outputs = traced(layer, current_trace(), *mapped(put, (args, dict(kwargs))))
            return outputs, mapped(mask_of, outputs), list(current_trace().losses)

        program = trace_function(function, signatures, training=bool(kwargs.get("training")))
        if len(layer._programs) >= KEPT:
            layer._programs.clear()
        # Building and tracing may have set attributes of layers: the key of after them counts.
        layer._programs[(edition, *key[1:])] = program
    outputs, masks, layer._losses = program.rebuild(run(program, arrays))
    masks = iter(leaves(masks))
    return mapped(lambda x: answered(x) if (mask := next(masks)) is None else
                  with_mask(answered(x), mask), outputs)


def _no_text(array: np.ndarray, layer) -> np.ndarray:
    """An array, unless it holds strings."""
    if array.dtype.kind in "OSUT":
        from ..data.texts import is_text

        if is_text(array):
            raise ArgumentError(layer.name, f"got strings, expected numbers; {MEDIATE}")
    return array


class Place:
    """Where an array stood among the arguments, and where its mask, if it carries one."""

    mask: int | None = None

    def __init__(self, index: int):
        self.index = index

    def __repr__(self) -> str:
        return f"<array {self.index}, {self.mask}>"


def _signatures(arrays) -> list[tuple]:
    """Dims and dtypes; arrays with as many rows as the first grow with the batch."""
    rows = arrays[0].shape[:1]
    return [((BATCH, *a.shape[1:]) if a.shape[:1] == rows and rows else a.shape,
             standard(a.dtype)) for a in arrays]


# Building

def prepare(layer, args: tuple) -> None:
    """Check the first argument, and build the layer for it if it has no weights yet."""
    first = args[0] if args else None
    tensors = [leaf for leaf in leaves(first) if is_tensor(leaf)]
    check_inputs(layer, [public(t) for t in tensors], [_dtype(t) for t in tensors])
    if layer.built:
        return
    names = [n for n in inspect.signature(type(layer).build).parameters if n != "self"]
    shapes = [mapped(lambda t: public(t) if is_tensor(t) else None, a) for a in args]
    if not names:
        layer.build()
    elif len(names) > 1 and len(shapes) > 1:
        layer.build(*shapes[:len(names)])
    else:
        layer.build(shapes[0] if shapes else None)
    check_inputs(layer, [public(t) for t in tensors], [_dtype(t) for t in tensors])


def public(x) -> tuple:
    """A shape as Keras shows it; of arrays too, the first axis being the batch."""
    if isinstance(x, Symbol):
        return x.shape
    shape = tuple(np.shape(x))
    return (None, *shape[1:]) if shape else shape


def _dtype(x) -> str:
    return x.dtype if isinstance(x, Symbol | State) else standard(np.asarray(x).dtype)


def inferred(layer, shapes) -> Any:
    """The output shapes for input shapes, by a trace that nobody runs."""
    def symbol(shape):
        return Symbol("input", (), {"name": "input"},
                      tuple(BATCH if d is None else d for d in shape), layer.compute_dtype)

    with tracing() as trace:
        outputs = traced(layer, trace, (_each_shape(symbol, shapes),), {})
    return mapped(lambda s: s.shape if isinstance(s, Symbol) else None, outputs)


def _each_shape(function, shapes):
    if isinstance(shapes, dict):
        return {key: _each_shape(function, s) for key, s in shapes.items()}
    if all(d is None or isinstance(d, int | np.integer) for d in shapes):
        return function(tuple(shapes))
    return type(shapes)(_each_shape(function, s) for s in shapes)


# Arguments

def is_tensor(x) -> bool:
    """Whether an argument is data: a symbol, a variable, an array, or a table of another
    library."""
    return isinstance(x, Symbol | State | np.ndarray | np.generic) or (
        hasattr(x, "__array__") and hasattr(x, "shape"))


def _numbers(x):
    """Nested lists of numbers as an array; anything else as it is."""
    return as_array(list(x)) if isinstance(x, list | tuple) and is_numbers(x) else x


def is_numbers(x) -> bool:
    """Whether nested lists hold numbers only, and so mean one array."""
    if isinstance(x, list | tuple):
        return bool(x) and all(map(is_numbers, x))
    return isinstance(x, int | float | np.generic)


_accepted: dict[type, frozenset[str]] = {}


def call_arguments(kind: type) -> frozenset[str]:
    """The names of the arguments that a class's ``call`` takes; looked at once."""
    names = _accepted.get(kind)
    if names is None:
        parameters = inspect.signature(kind.call).parameters
        names = _accepted[kind] = frozenset(parameters)
    return names


def _understood(layer, kwargs: dict) -> dict:
    """The keyword arguments without those that every layer may be given and this one ignores."""
    if not kwargs:
        return {}
    accepted = call_arguments(type(layer))
    return {key: value for key, value in kwargs.items()
            if key in accepted or key == "training" or (key != "mask" or value is not None)}
