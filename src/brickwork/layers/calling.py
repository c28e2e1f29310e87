"""How a layer is called: inside a trace, on the symbols of a model, or on arrays.

In each case the layer's `call` receives symbols. On arrays the traced program is run at once. It
is cached for arrays of the same shapes and dtypes until an attribute of a layer changes.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
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
from ..program.between import caller_in_jax
from ..program.dims import from_shape, known_shape, public_shape
from ..program.dtypes import numpy_dtype
from ..program.eager import EagerTrace
from ..program.jax_calls import or_in_jax
from ..program.masks import mask_of, with_mask
from ..program.primitives.elementwise import cast
from ..program.results import as_result
from ..program.trace import require_trace, suspended, tracing
from ..stack_level import outside
from ..tree import flatten as leaves, map_structure as mapped
from .input_spec import check_inputs
from .trials import Spec, output_dims

if TYPE_CHECKING:
    from ..models.model import Model
    from .layer import Layer

#: Incremented when an attribute of a built layer changes, which invalidates cached programs.
edition = 0
#: Incremented when an argument other than ``trainable`` of a built layer changes.
argument_edition = 0
#: Models that have made programs. No WeakSet: a Ctrl-C during its callbacks would be lost.
_with_programs: list[ref] = []
#: Advice for inputs of strings.
USE_LOOKUP = "put a StringLookup, a TextVectorization or a Hashing between."
#: The number of programs that a layer caches.
KEPT = 16


def register_program_owner(model: Model) -> None:
    """Register a model, whose programs are dropped when an argument of its layers changes."""
    known = [r for r in _with_programs if r() not in (None, model)]
    _with_programs[:] = [*known, ref(model)]


def changed(layer: Layer, name: str) -> None:
    """Drop the programs that depend on an argument of a built layer, which has changed.

    Programs for other values of `trainable` are kept: some scripts freeze and unfreeze a layer at
    each step.
    """
    global argument_edition
    argument_edition += name != "trainable"
    concerned = {id(part) for part in (layer.family() if name == "trainable" else [layer])}
    for known in list(_with_programs):
        if (model := known()) is not None and not concerned.isdisjoint(map(id, model.family())):
            model._forget_programs() if name != "trainable" else model._keep_programs()


def forget_programs() -> None:
    """Drop the programs of all models, since another engine may have to run them."""
    for known in list(_with_programs):
        if (model := known()) is not None:
            model._forget_programs()


def call(layer: Layer, args: tuple, kwargs: dict) -> Any:
    """Implement ``layer(*args, **kwargs)``."""
    kwargs = _accepted_arguments(layer, kwargs)
    if args and isinstance(args[0], list | tuple):
        first = args[0]
        args = ([_as_array(x) for x in first] if layer._several else _as_array(first), *args[1:])
    trace = current_trace()
    if isinstance(trace, EagerTrace):
        from .taped import taped

        return taped(layer, trace, args, kwargs)
    if trace is not None:
        return traced(layer, trace, args, kwargs)
    symbols = [leaf for leaf in leaves((args, kwargs)) if isinstance(leaf, Symbol)]
    if any(symbol.trace is None for symbol in symbols):
        from .symbolic_calls import connected

        return connected(layer, args, kwargs)
    in_jax = caller_in_jax(args, kwargs)
    if in_jax is not None:
        return in_jax(lambda *a, **k: traced(layer, require_trace(), a, k), args, kwargs)
    return computed(layer, args, kwargs)


# Inside a trace


def traced(layer: Layer, trace: Trace, args: tuple, kwargs: dict) -> Any:
    """Record the layer's ops."""
    args, kwargs = mapped(lambda x: _ready(layer, x), (args, kwargs))
    with suspended():  # weights are created, not computed by the program
        prepare(layer, args)
    before, training = (trace.training, trace.autocast), kwargs.pop("training", None)
    trace.training = trace.training if training is None else bool(training)
    trace.autocast = layer._autocast_weights()
    accepted = call_arguments(type(layer))
    trace.called[id(layer)] = layer
    added = len(trace.losses)
    by_position = tuple(accepted)[1 : len(args) + 1]  # after self
    if "training" in accepted and "training" not in by_position:
        kwargs["training"] = trace.training
    mask = mapped(lambda x: getattr(x, "mask", None), args[0]) if args else None
    if "mask" in by_position:
        mask = args[by_position.index("mask")]
    elif "mask" in accepted and kwargs.get("mask") is None:
        kwargs["mask"] = mask if any(m is not None for m in leaves(mask)) else None
    try:
        with trace.inside(layer.name), layer._scope():
            outputs = or_in_jax(layer.call, *args, **kwargs)
            _add_activity_loss(layer, trace, outputs)
            _pass_mask(layer, args, kwargs.get("mask", mask), outputs)
    finally:
        trace.training, trace.autocast = before
    trace.losses_of[id(layer)] = trace.losses[added:]
    return outputs


def _ready(layer, x):
    """A tensor as a symbol, floats cast to the layer's dtype; anything else unchanged."""
    if not is_tensor(x):
        return x
    symbol = as_symbol(x)
    mask = symbol.mask
    if layer.autocast and is_float(symbol.dtype):
        symbol = cast(symbol, layer._input_dtype)
        symbol.mask = symbol.mask if mask is None else mask
    return symbol


def _add_activity_loss(layer: Layer, trace: Trace, outputs: Any) -> None:
    """Add the activity regularizer's loss, divided by the batch size as in Keras."""
    if layer.activity_regularizer is None:
        return
    for output in leaves(outputs):
        if isinstance(output, Symbol):
            loss = or_in_jax(layer.activity_regularizer, output)
            trace.losses.append(loss / output.dims[0] if output.ndim else loss)


def _pass_mask(layer: Layer, args: tuple, mask: Any, outputs: Any) -> None:
    if not layer.supports_masking:
        if (
            any(m is not None for m in leaves(mask))
            and not layer.sublayers()
            and ("mask" not in call_arguments(type(layer)))
        ):
            warnings.warn(
                f"{layer.name} ({type(layer).__name__}): got a masked input, but the "
                "layer does not support masks: later layers use every step.",
                stacklevel=outside(),
            )
        return
    if not args:
        return
    masks = layer.compute_mask(args[0], mask)
    if any(m is not None for m in leaves(masks)):
        for output, own in zip(leaves(outputs), leaves(masks), strict=False):
            if isinstance(output, Symbol) and output.mask is None:
                output.mask = own


# On arrays


def computed(layer: Layer, args: tuple, kwargs: dict) -> Any:
    """Return the layer's output for arrays, as arrays."""
    layer._check_arrays(*args, **kwargs)
    given = args[0] if args else None
    arrays: list[np.ndarray] = []

    def collected(x):
        if not is_tensor(x):
            return x
        array = as_array(x if isinstance(x, State | Symbol) else _refuse_text(np.asarray(x), layer))
        if layer.autocast and is_float(array.dtype.name):
            array = array.astype(numpy_dtype(layer._input_dtype), copy=False)
        arrays.append(array)
        place, mask = ValueRef(len(arrays) - 1), mask_of(x)
        if mask is not None:
            arrays.append(np.asarray(mask))
            place.mask = len(arrays) - 1
        return place

    args, kwargs = mapped(collected, (args, kwargs))
    if not arrays:
        raise ArgumentError(layer.name, "got no array, expected one as the first argument.")
    signatures = _signatures(arrays)
    key = (edition, tuple(signatures), repr((args, kwargs)))
    program = layer._programs.get(key)
    if program is None:
        with suspended():
            prepare(
                layer, mapped(lambda s: arrays[s.index] if isinstance(s, ValueRef) else s, args)
            )

        def function(*symbols):
            def filled(place):
                if not isinstance(place, ValueRef):
                    return place
                symbol = symbols[place.index]
                symbol.mask = None if place.mask is None else symbols[place.mask]
                return symbol

            trace = require_trace()
            outputs = traced(layer, trace, *mapped(filled, (args, dict(kwargs))))
            return outputs, mapped(mask_of, outputs), list(trace.losses)

        program = trace_function(function, signatures, training=bool(kwargs.get("training")))
        if len(layer._programs) >= KEPT:
            layer._programs.clear()
        # Building and tracing may have set attributes of layers: use the edition after that.
        layer._programs[(edition, *key[1:])] = program
    if len(arrays) == len(args) == 1:
        from .known_calls import remember

        remember(layer, program, given, kwargs)
    outputs, masks, layer._losses = program.rebuild(run(program, arrays))
    masks = iter(leaves(masks))
    return mapped(
        lambda x: as_result(x) if (mask := next(masks)) is None else with_mask(as_result(x), mask),
        outputs,
    )


def _refuse_text(array: np.ndarray, layer: Layer) -> np.ndarray:
    """The array; an ArgumentError if it holds strings."""
    if array.dtype.kind in "OSUT":
        from ..data.texts import is_text

        if is_text(array):
            raise ArgumentError(layer.name, f"got strings, expected numbers; {USE_LOOKUP}")
    return array


class ValueRef:
    """Stands for an array among the arguments: its index, and that of its mask if it has one."""

    mask: int | None = None

    def __init__(self, index: int):
        self.index = index

    def __repr__(self) -> str:
        return f"<array {self.index}, {self.mask}>"


def _signatures(arrays: list[np.ndarray]) -> list[tuple]:
    """Dims and dtypes; the first axis of arrays with as many rows as the first is the batch."""
    rows = arrays[0].shape[:1]
    return [
        ((BATCH, *a.shape[1:]) if a.shape[:1] == rows and rows else a.shape, standard(a.dtype))
        for a in arrays
    ]


# Building


def prepare(layer: Layer, args: tuple) -> None:
    """Check the first argument, and build the layer for it if it is not built yet."""
    first = args[0] if args else None
    tensors = [leaf for leaf in leaves(first) if is_tensor(leaf)]
    check_inputs(layer, [shape_for_build(t) for t in tensors], [_dtype(t) for t in tensors])
    if not layer._has_no_shape():
        return
    names = [n for n in inspect.signature(type(layer).build).parameters if n != "self"]
    shapes = [mapped(lambda t: shape_for_build(t) if is_tensor(t) else None, a) for a in args]
    if not names:
        layer._build_in_call()  # a custom build
    elif len(names) > 1 and len(shapes) > 1:
        layer._build_in_call(*shapes[: len(names)])
    else:
        layer._build_in_call(shapes[0] if shapes else None)
    check_inputs(layer, [shape_for_build(t) for t in tensors], [_dtype(t) for t in tensors])


def required_arguments(layer: Layer) -> int:
    """How many arguments `call` requires by position."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(layer.call).parameters.values()
    return sum(p.default is p.empty and p.kind in kinds for p in parameters)


def shape_for_build(x: Any) -> tuple:
    """A shape as Keras shows it: the first axis, also of an array, is the batch and None."""
    shape = known_shape(x.dims) if isinstance(x, Symbol) else tuple(np.shape(x))
    return (None, *shape[1:]) if shape else shape


def _dtype(x: Any) -> str:
    return x.dtype if isinstance(x, Symbol | State) else standard(np.asarray(x).dtype)


def inferred(layer: Layer, shapes: Any) -> Any:
    """The output shapes for input shapes, found by traces that are not run."""

    def symbol(shape):
        attrs = {"name": "input"}
        return Symbol("input", (), attrs, from_shape(shape), layer.compute_dtype)

    inputs = each_shape(symbol, shapes)

    def once(input_of):
        with tracing() as trace:
            return traced(layer, trace, (mapped(input_of, inputs),), {})

    outputs = output_dims(once, inputs)
    return mapped(lambda s: public_shape(s.dims) if isinstance(s, Spec) else None, outputs)


def each_shape(function: Callable[[tuple], Any], shapes: Any) -> Any:
    """A function of each shape, in lists, tuples and dicts of shapes."""
    if isinstance(shapes, dict):
        return {key: each_shape(function, s) for key, s in shapes.items()}
    if all(d is None or isinstance(d, int | np.integer) for d in shapes):
        return function(tuple(shapes))
    return type(shapes)(each_shape(function, s) for s in shapes)


# Arguments


def is_tensor(x: Any) -> bool:
    """Whether an argument is a symbol, a variable, an array, or a table of another library."""
    return isinstance(x, Symbol | State | np.ndarray | np.generic) or (
        hasattr(x, "__array__") and hasattr(x, "shape")
    )


def _as_array(x):
    """Nested lists of numbers as an array; anything else unchanged."""
    return as_array(list(x)) if isinstance(x, list | tuple) and _holds_numbers(x) else x


def _holds_numbers(x: Any) -> bool:
    """Whether nested lists hold numbers only, and so stand for one array."""
    if isinstance(x, list | tuple):
        return bool(x) and all(map(_holds_numbers, x))
    return isinstance(x, int | float | np.generic)


_call_arguments: dict[type, dict[str, None]] = {}


def call_arguments(kind: type[Layer]) -> dict[str, None]:
    """The names of the arguments of a class's ``call``, self first, as keys in order; cached."""
    names = _call_arguments.get(kind)
    if names is None:
        parameters = inspect.signature(kind.call).parameters
        names = _call_arguments[kind] = dict.fromkeys(parameters)
    return names


def _accepted_arguments(layer: Layer, kwargs: dict) -> dict:
    """The keyword arguments without a ``mask=None`` that the layer's ``call`` does not take."""
    if not kwargs:
        return {}
    accepted = call_arguments(type(layer))
    return {
        key: value
        for key, value in kwargs.items()
        if key in accepted or key == "training" or (key != "mask" or value is not None)
    }
