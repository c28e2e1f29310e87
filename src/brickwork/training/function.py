"""Functions of the user's own that become programs: a training step with a `GradientTape`, say.

A `CompiledFunction` is traced when it is called with arrays of new shapes, and its program is kept.
Everything that it does with tensors is part of the program: calls of layers, losses, gradients,
updates of weights and metrics.
"""

from __future__ import annotations

import functools
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from ..engines.choice import chosen, engine_of, needed
from ..engines.threads import cores
from ..layers import calling
from ..layers.tracking import changes_of
from ..program import State, Symbol, as_array, current_trace, trace_function
from ..program.dtypes import widened
from ..program.program import unflatten
from ..program.results import as_result
from ..program.trace import Untraceable, require_trace
from ..stack_level import outside
from .row_shares import SHARE_FROM_MICROSECONDS, estimated_microseconds

#: The number of programs that a function keeps; the oldest is dropped.
KEPT = 64
#: After so many programs a warning says that tracing may take more time than running.
MANY = 16


class Entry:
    """The program of a function for arguments of one kind.

    Args:
        executable: the program's plan.
        structure: how the outputs are nested.
        trace: the trace that it was recorded in.
        statics: the arguments that are no arrays; kept, so that their ids stay unique.
    """

    def __init__(self, executable: Any, structure: Any, trace: Any, statics: list):
        self.executable, self.structure, self.statics = executable, structure, statics
        self.dtypes = [np.dtype(widened(s.dtype)) for s in executable.program.inputs]
        self.edition = calling.argument_edition
        # Weak: a method's entries are kept by its class, and would keep the object alive.
        self.optimizers = [(weakref.ref(o), o.edition) for o in trace.optimizers.values()]
        layers = {id(part): part for layer in trace.called.values() for part in layer.family()}
        self.layers = [
            (weakref.ref(layer), layer.trainable, changes_of(layer)) for layer in layers.values()
        ]
        self.single = structure is Symbol

    def valid(self) -> bool:
        """Whether nothing has changed that the program holds as a constant."""
        if self.edition != calling.argument_edition:
            return False
        for reference, flag, changes in self.layers:
            layer = reference()
            if layer is None or layer._trainable is not flag or changes_of(layer) != changes:
                return False
        return all(getattr(o(), "edition", None) == edition for o, edition in self.optimizers)

    def run(self, arrays: list) -> Any:
        executable = self.executable
        if executable.stale:
            executable.bind()
        inputs = [
            a if a.dtype == d and a.flags.c_contiguous else np.asarray(a, d, order="C")
            for a, d in zip(arrays, self.dtypes, strict=True)
        ]
        values = executable.call_bound(executable.plan.run, inputs, 1)
        values = executable.program.as_declared(values)
        if self.single:
            return as_result(values[0])
        return unflatten(self.structure, iter(map(as_result, values)))


class CompiledFunction:
    """A function whose calls run as a program of the engine; see `function`.

    Args:
        python_function: the function itself.
    """

    def __init__(self, python_function: Callable[..., Any]):
        self.python_function = python_function
        self._entries: dict[tuple, list[Entry]] = {}
        self._count = 0
        self._traceable = True
        self._bound: dict[int, tuple[weakref.ref, CompiledFunction]] = {}
        functools.update_wrapper(self, python_function)

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        """As a method: each object has programs of its own."""
        if owner is None:
            return self
        known = self._bound.get(id(owner))
        if known is None or known[0]() is not owner:
            method = self.python_function.__get__(owner, kind)
            reference = weakref.ref(owner)
            made = CompiledFunction(_unbound(method, reference))
            self._bound = {key: pair for key, pair in self._bound.items() if pair[0]() is not None}
            known = self._bound[id(owner)] = reference, made
        return known[1]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self._traceable or current_trace() is not None:
            return self.python_function(*args, **kwargs)
        arrays: list = []
        statics: list = []
        parts: list = []
        for value in args:
            if isinstance(value, np.ndarray):
                arrays.append(value)
                parts.append((value.shape, value.dtype))
            else:
                parts.append(_described(value, arrays, statics))
        if kwargs:
            parts.append(_described(kwargs, arrays, statics))
        key = tuple(parts)
        for entry in self._entries.get(key, ()):
            if entry.valid():
                return entry.run(arrays)
        try:
            entry = self._traced(args, kwargs, arrays, statics)
        except Untraceable as reason:
            self._traceable = False
            warnings.warn(
                f"{self.__name__}: runs op by op, not as one program, because {reason}",
                stacklevel=outside(),
            )
            return self.python_function(*args, **kwargs)
        self._keep(key, entry)
        return entry.run(arrays)

    def _traced(self, args: tuple, kwargs: dict, arrays: list, statics: list) -> Entry:
        for value in statics:
            if hasattr(value, "__iter__") and not isinstance(value, str | bytes | State | type):
                raise Untraceable(
                    f"its argument {type(value).__name__} is a stream of data. Let the loop over "
                    "the data call the function, with a batch."
                )
        found: list = []

        def function(*symbols):
            remaining = iter(symbols)
            result = self.python_function(*_filled(args, remaining), **_filled(kwargs, remaining))
            found.append(require_trace())
            return result

        signatures = [(a.shape, _standard(a)) for a in arrays]
        program = trace_function(function, signatures)
        structure, program.structure = program.structure, None
        threads = 1
        if estimated_microseconds(program, 1) >= SHARE_FROM_MICROSECONDS:
            threads = cores()
        engine = engine_of(needed(program, chosen(None), getattr(self, "__name__", "a function")))
        return Entry(engine.Executable(program, None, threads), structure, found[0], statics)

    def _keep(self, key: tuple, entry: Entry) -> None:
        entries = self._entries.setdefault(key, [])
        entries[:] = [e for e in entries if e.edition == entry.edition][-3:]
        entries.insert(0, entry)
        if len(self._entries) > KEPT:
            del self._entries[next(iter(self._entries))]
        self._count += 1
        if self._count == MANY:
            warnings.warn(
                f"{self.__name__}: {MANY} programs were traced, each for other shapes or other "
                "Python values among the arguments. Batches of one size, and arrays in the place "
                "of numbers that change, need one.",
                stacklevel=outside(),
            )


def function(python_function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compile a function: it is traced once for arrays of the same shapes, and then run as a
    program.

    Inside, tensors are symbols: layers, losses, `brickwork.ops`, a `GradientTape`, optimizers and
    metrics record what they do. What needs a value (``if loss < best``, ``float(loss)``) belongs
    outside; there the results are arrays.

    Args:
        python_function: the function; arrays among its arguments may be nested in lists and
            dicts, other arguments are constants of the program. None to use it as a decorator
            with options.
        options: TensorFlow's ``input_signature``, ``jit_compile`` and the like; without effect.

    Returns:
        A `CompiledFunction`; without a function, a decorator.

    Raises:
        TraceError: when it is called, for code that needs a value; it names the line.

    >>> from brickwork import Variable, ops
    >>> w = Variable(2.0)
    >>> @function
    ... def step(x):
    ...     w.assign_add(ops.sum(x))
    ...     return w * 10
    >>> step(np.ones(3, "float32"))
    array(50., dtype=float32)
    """
    if python_function is None:
        return function
    return CompiledFunction(python_function)


def _unbound(method: Any, reference: weakref.ref) -> Callable[..., Any]:
    """A method that does not keep its object alive."""
    underlying = method.__func__

    @functools.wraps(underlying)
    def call(*args, **kwargs):
        return underlying(reference(), *args, **kwargs)

    return call


def _is_array(value: Any) -> bool:
    if isinstance(value, State):
        return False
    known = isinstance(value, np.ndarray | np.generic | Symbol)
    return known or (hasattr(value, "__array__") and hasattr(value, "shape"))


def _standard(array: np.ndarray) -> str:
    return as_array(array[:0] if array.ndim else array).dtype.name


def _described(value: Any, arrays: list, statics: list) -> Any:
    """What of an argument decides which program fits; arrays are collected, other values too."""
    if _is_array(value):
        array = np.asarray(value)
        arrays.append(array)
        return array.shape, array.dtype
    if isinstance(value, list | tuple):
        return type(value), tuple(_described(part, arrays, statics) for part in value)
    if isinstance(value, dict):
        return tuple((key, _described(part, arrays, statics)) for key, part in value.items())
    if value is None or isinstance(value, bool | int | float | str):
        return type(value), value
    statics.append(value)
    return "object", id(value)


def _filled(value: Any, symbols: Any) -> Any:
    """The arguments with symbols in the place of arrays."""
    if _is_array(value):
        return next(symbols)
    if isinstance(value, list | tuple):
        parts = [_filled(part, symbols) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    if isinstance(value, dict):
        return {key: _filled(part, symbols) for key, part in value.items()}
    return value
