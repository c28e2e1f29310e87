"""Functions of the user's that call JAX themselves, as ops of a program.

Such a function is called with arrays that JAX traces in place of symbols, and of variables. What it
reads of variables is an operand of the op, and what it assigns is one of its results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import jaxprs_in_params

from ...program import State, Symbol, Variable, apply, current_trace, is_float, standard
from ...program.dims import Dim, extents, simplified
from ...program.jax_calls import CALL, Held
from ...program.trace import suspended
from .ops import as_jax, is_state

#: Batch sizes, to see which extents of the results depend on it. Even ones: some take pairs.
SIZES = (8, 12, 40)


# ``jnp.dot(x, self.kernel)``: JAX's compiled functions flatten their arguments, and take no other
# objects since it has given up `__jax_array__` there. A variable is its value to them.
jax.tree_util.register_pytree_node(
    Variable, lambda v: ((v.value,), None), lambda _, parts: parts[0]
)


class Call:
    """A function of arrays that are passed flat, with flat results.

    Args:
        function: takes arrays, and returns a list of arrays.
        dtypes: the dtypes of its arguments.
    """

    def __init__(self, function: Callable[..., list], dtypes: Sequence[str]):
        self._function, self.dtypes = function, tuple(dtypes)
        self._derivatives: dict[tuple[int, str], Call] = {}
        #: As in JAX, where there are no dtypes of 64 bits unless somebody wants them.
        self._wide = is_wide(self.dtypes)

    def __call__(self, *arrays: Any) -> list:
        with jax.enable_x64(self._wide):
            return self._function(
                *(
                    jnp.asarray(array, as_jax(dtype))
                    for array, dtype in zip(arrays, self.dtypes, strict=True)
                )
            )

    def mixes_rows(self, symbols: Sequence[Symbol]) -> bool:
        """Whether it combines each row of an argument with all rows of another.

        Args:
            symbols: the arguments.
        """
        size = 11  # no other extent is likely to be that
        with jax.enable_x64(self._wide):
            closed = jax.make_jaxpr(self)(*_arguments(symbols, size))
        return _has_pairs(closed.jaxpr, size)

    def derivative(self, index: int, dtype: str) -> Call:
        """The gradients of one of the results, as a function of the arguments and its gradient.

        Args:
            index: of the result.
            dtype: of its gradient.
        """
        if (index, dtype) not in self._derivatives:

            def gradients(*arrays: Any) -> list:
                *xs, g = arrays
                floats = [i for i, dtype in enumerate(self.dtypes) if is_float(dtype)]

                def result(*given: Any) -> Any:
                    own = dict(zip(floats, given, strict=True))
                    return self._function(*(own.get(i, x) for i, x in enumerate(xs)))[index]

                value, vjp = jax.vjp(result, *(xs[i] for i in floats))
                found = dict(zip(floats, vjp(g.astype(value.dtype)), strict=True))
                return [found.get(i, jnp.zeros(())) for i in range(len(xs))]

            self._derivatives[index, dtype] = Call(gradients, (*self.dtypes, dtype))
        return self._derivatives[index, dtype]


class Recording:
    """A call of a user's function, and what it reads and assigns.

    Args:
        function: the function.
        leaves, structure: its arguments flat, and how they are nested.
        training, autocast: those of the trace in which it is called.

    Attributes:
        read, written: the variables.
        settled: whether it is known which these are.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        leaves: list,
        structure: Any,
        training: bool,
        autocast: str | None,
    ):
        self.function, self.leaves, self.arguments = function, leaves, structure
        self.training, self.autocast = training, autocast
        self.read: list[State] = []
        self.written: list[State] = []
        self.structure: Any = None  # how the results are nested
        self.losses = 0
        self.settled = False

    def __call__(self, *arrays: Any) -> list:
        """The results, flat; the losses that layers have added; the new values of `written`.

        Args:
            arrays: for the symbols among the arguments, and then for `read`.
        """
        given = iter(arrays)
        own = [next(given) if isinstance(leaf, Symbol) else leaf for leaf in self.leaves]
        args, kwargs = jax.tree.unflatten(self.arguments, own)
        known = dict(zip(self.read, given, strict=self.settled))
        with suspended(), Held(known, self._first, self.training, self.autocast) as held:
            result = self.function(*args, **kwargs)
        flat, structure = jax.tree.flatten(result)
        now = structure, list(held.written), len(held.losses)
        if self.settled and now != (self.structure, self.written, self.losses):
            raise self._differs("returns or assigns something else")
        self.structure, self.written, self.losses = now
        found = [*map(jnp.asarray, flat), *held.losses]
        return [*found, *(held.values[state] for state in self.written)]

    def _first(self, state: State) -> Any:
        """A value of a variable that was not known to be read."""
        if self.settled:
            raise self._differs(f"reads {state.path}")
        self.read.append(state)
        return jnp.zeros(state.dims, as_jax(state.dtype))

    def _differs(self, how: str) -> RuntimeError:
        name = getattr(self.function, "__qualname__", "a function")
        return RuntimeError(
            f"{name} calls JAX, and {how} now, unlike when it was tried with batches of "
            f"{', '.join(map(str, SIZES))} rows. What it does must not depend on the batch size, "
            "or on what changes between calls."
        )


def recorded(function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> Any:
    """Record the call of a function that calls JAX.

    Args:
        function: called with arrays that JAX traces in place of symbols.
        args, kwargs: its arguments, with symbols in lists, tuples and dicts.

    Returns:
        What the function returns, with symbols.
    """
    trace: Any = current_trace()
    leaves, structure = jax.tree.flatten((args, kwargs), is_leaf=is_state)
    symbols = [leaf for leaf in leaves if isinstance(leaf, Symbol)]
    recording = Recording(function, leaves, structure, trace.training, trace.autocast)
    for size in SIZES:  # finds out which variables it reads
        _shapes(recording, symbols, size)
    symbols += [trace.read(state) for state in recording.read]
    shapes = [_shapes(recording, symbols, size) for size in SIZES]
    recording.settled = True
    call = Call(recording, [symbol.dtype for symbol in symbols])
    results = [
        apply(
            CALL,
            *symbols,
            call=call,
            index=i,
            dims=_dims([shape.shape for shape in each], recording),
            kind=standard(each[0].dtype),
        )
        for i, each in enumerate(zip(*shapes, strict=True))
    ]
    count = len(results) - len(recording.written)
    for state, value in zip(recording.written, results[count:], strict=True):
        state.assign(value)
    own = count - recording.losses
    trace.losses += results[own:count]
    return jax.tree.unflatten(recording.structure, results[:own])


def _shapes(recording: Recording, symbols: list[Symbol], batch: int) -> list:
    """Shapes and dtypes of the results."""
    dtypes = [symbol.dtype for symbol in symbols]
    try:
        with jax.enable_x64(is_wide(dtypes)):
            return jax.eval_shape(Call(recording, dtypes), *_arguments(symbols, batch))
    except Exception as error:
        if any(isinstance(d, Dim) for symbol in symbols for d in symbol.dims):
            error.add_note(f"brickwork has tried it with a batch of {batch} rows, for its shapes.")
        raise


def _arguments(symbols: Sequence[Symbol], batch: int) -> list[jax.ShapeDtypeStruct]:
    """Shapes and dtypes of arrays in place of symbols."""
    wide = is_wide([symbol.dtype for symbol in symbols])
    return [
        jax.ShapeDtypeStruct(extents(symbol.dims, batch), _declared(symbol.dtype, wide))
        for symbol in symbols
    ]


def _has_pairs(jaxpr: Any, size: int) -> bool:
    """Whether a value has an extent twice that none of those has which it is computed of."""

    def times(variable: Any) -> int:
        return variable.aval.shape.count(size) if hasattr(variable.aval, "shape") else 0

    return any(
        any(_has_pairs(inner, size) for inner in jaxprs_in_params(equation.params))
        or (
            any(times(out) > 1 for out in equation.outvars)
            and all(times(source) < 2 for source in equation.invars)
        )
        for equation in jaxpr.eqns
    )


def is_wide(dtypes: Sequence[str]) -> bool:
    """Whether a function of arrays of these dtypes has those of 64 bits."""
    return "float64" in dtypes or jax.config.jax_enable_x64


def _declared(dtype: str, wide: bool) -> Any:
    with jax.enable_x64(wide):
        return as_jax(dtype)


def _dims(shapes: list[tuple], recording: Recording) -> tuple:
    """The extents of a result, of its shapes at all batch sizes.

    Raises:
        ValueError: for an extent that is no multiple of the batch size, plus a number.
    """
    if len({len(shape) for shape in shapes}) == 1:
        found = []
        for extents in zip(*shapes, strict=True):
            times, rest = divmod(extents[1] - extents[0], SIZES[1] - SIZES[0])
            constant = extents[0] - times * SIZES[0]
            if rest or [times * size + constant for size in SIZES] != list(extents):
                break
            found.append(simplified(times, constant))
        else:
            return tuple(found)
    name = getattr(recording.function, "__qualname__", "a function")
    raise ValueError(
        f"{name} calls JAX, and returns arrays of shapes {', '.join(map(str, shapes))} for batches "
        f"of {', '.join(map(str, SIZES))} rows; expected extents that are a multiple of the batch "
        "size, or do not depend on it."
    )
