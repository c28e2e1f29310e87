"""Programs in JAX: as functions of its arrays, by the formulas of their primitives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import prod
from typing import Any

import jax
import jax.numpy as jnp

from ...program import Pack, Program, State, Symbol, Variable
from ...program.dims import extents
from ...program.dtypes import HALF
from ...program.evaluate import at_batch, values_in
from ...program.jax_calls import CALL
from ...program.primitive import PRIMITIVES
from ...program.primitives import foreign  # noqa: F401  # registers the op


class Parts:
    """The value of a `Pack`, as an array for each of its members.

    XLA needs no vector of all weights, and to make it would nearly double a large step: see
    `docs/architecture.md`.

    Args:
        arrays: the values of the members, each in its own shape.
    """

    def __init__(self, arrays: Sequence[Any]):
        self.arrays = list(arrays)

    def like(self, other: Any) -> bool:
        """Whether another value has these members, or one element for all of them."""
        if isinstance(other, Parts):
            return [a.shape for a in self.arrays] == [a.shape for a in other.arrays]
        return other.size == 1

    def of(self, value: Any, index: int) -> Any:
        """The part of a value that belongs to one member."""
        if isinstance(value, Parts):
            return value.arrays[index]
        return value.reshape(())

    def member(self, start: int, extent: int) -> Any:
        """The member that is this part of the vector, flat; None if none is."""
        offset = 0
        for array in self.arrays:
            if (offset, array.size) == (start, extent):
                return array.ravel()
            offset += array.size
        return None

    def vector(self) -> Any:
        """All of it as one vector."""
        return jnp.concatenate([array.ravel() for array in self.arrays])


def values_of(
    program: Program, arrays: Sequence[Any], read: Callable[[State], Any] | None = None
) -> dict[int, Any]:
    """Return the value of each symbol of a program, by the symbol's id; of packs they are `Parts`.

    Args:
        program: of known shapes, or one whose batch size is that of the arrays.
        arrays: for each of its inputs an array.
        read: a function of a variable that returns its value; default the one that it has, which
            is a constant in JAX.
    """
    given = [
        jnp.asarray(array, as_jax(symbol.dtype))
        for symbol, array in zip(program.inputs, arrays, strict=True)
    ]
    batch = program.batch_of(given)

    calls: dict[tuple, list] = {}

    def compute(symbol: Symbol, inputs: list) -> Any:
        if symbol.op != CALL:
            return _applied(symbol, inputs, batch)
        key = (id(symbol.attrs["call"]), *map(id, symbol.inputs))
        if key not in calls:  # an op for each of its results
            arrays = [whole(one, s.dtype) for one, s in zip(inputs, symbol.inputs, strict=True)]
            calls[key] = symbol.attrs["call"](*arrays)
        found = jnp.asarray(calls[key][symbol.attrs["index"]], as_jax(symbol.dtype))
        expected = extents(symbol.dims, batch)
        if found.shape != expected:
            raise ValueError(
                f"{symbol.layer or 'a function'} calls JAX, and returns an array of shape "
                f"{found.shape} for a batch of {batch} rows, expected {expected}, as for others."
            )
        return found

    def value(state: State) -> Any:
        if read is None:
            return state.numpy()
        return Parts(map(read, state.members)) if isinstance(state, Pack) else read(state)

    return values_in(program, given, compute, value)


def whole(value: Any, dtype: str) -> Any:
    """A value as one array of a dtype."""
    return jnp.asarray(value.vector() if isinstance(value, Parts) else value, as_jax(dtype))


def outputs_of(program: Program, known: dict[int, Any]) -> list:
    """The outputs among the values of a program, which are `values_of` it."""
    return [whole(known[id(symbol)], symbol.dtype) for symbol in program.outputs]


def writes_of(program: Program, known: dict[int, Any]) -> Iterator[tuple[Variable, Any]]:
    """The new values of variables, those of a pack's members each by itself.

    Args:
        program: the program.
        known: the `values_of` it.

    Yields:
        ``(variable, array)``.
    """
    for state, symbol in program.writes.items():
        yield from _by_member(state, known[id(symbol)], symbol.dtype)


def _by_member(state: State, value: Any, dtype: str) -> Iterator[tuple[Variable, Any]]:
    if isinstance(state, Variable):
        yield state, whole(value, dtype).reshape(state.dims)
    elif isinstance(value, Parts):
        yield from zip(state.members, value.arrays, strict=True)
    else:
        for member in state.members:
            start = state.offsets[id(member)]
            piece = value[start : start + prod(member.dims)]
            yield member, piece.reshape(member.dims)


def is_state(value: Any) -> bool:
    """Whether it is a variable or a pack, which in arguments is one value."""
    return isinstance(value, State)


def as_jax(name: str) -> Any:
    """A dtype as JAX has it: of 32 bits, unless it is told to use 64."""
    return jax.dtypes.canonicalize_dtype(jnp.dtype(name))


def _applied(symbol: Symbol, inputs: list, batch: int) -> Any:
    """The value of an op."""
    attrs = at_batch(symbol.attrs, batch)
    if symbol.op == "pack":
        return Parts(_cast(inputs, symbol.inputs))
    packed = next((one for one in inputs if isinstance(one, Parts)), None)
    if packed is not None:
        found = _in_parts(symbol, inputs, attrs, packed)
        if found is not None:
            return found
        inputs = [one.vector() if isinstance(one, Parts) else one for one in inputs]
    return _computed(symbol, inputs, attrs)


def _in_parts(symbol: Symbol, inputs: list, attrs: dict, packed: Parts) -> Any:
    """The value of an op on packs, member by member; None for an op that is not of this kind."""
    numbers = range(len(packed.arrays))
    if symbol.op == "slice" and attrs["step"] == 1:
        return packed.member(attrs["start"], attrs["extent"])
    if symbol.op == "reduce_sum" and symbol.dims == ():
        sums = [_computed(symbol, [a], {**attrs, "axes": None}) for a in packed.arrays]
        return sum(sums[1:], sums[0])
    if PRIMITIVES[symbol.op].elementwise and all(
        packed.like(one if isinstance(one, Parts) else jnp.asarray(one)) for one in inputs
    ):
        values = [one if isinstance(one, Parts) else jnp.asarray(one) for one in inputs]
        if symbol.dims == (sum(prod(a.shape) for a in packed.arrays),):
            return Parts(
                _computed(symbol, [packed.of(one, i) for one in values], attrs) for i in numbers
            )
    return None


def _cast(arrays: Sequence[Any], symbols: Sequence[Symbol]) -> list:
    return [
        jnp.asarray(array, as_jax(one.dtype)) for one, array in zip(symbols, arrays, strict=True)
    ]


def _computed(symbol: Symbol, arrays: list, attrs: dict) -> Any:
    """The value of an op on arrays."""
    arrays = _cast(arrays, symbol.inputs)
    if symbol.dtype in HALF:  # computed in float32 and rounded once, as everywhere
        arrays = [a.astype(jnp.float32) if a.dtype.name in HALF else a for a in arrays]
    if "dtype" in attrs:
        attrs = {
            **attrs,
            "dtype": "float32" if symbol.dtype in HALF else as_jax(attrs["dtype"]).name,
        }
    own = _OWN.get(symbol.op)
    if own is None:
        value = PRIMITIVES[symbol.op].formula(jnp, *arrays, **attrs)
    else:
        value = own(*arrays, **attrs)
    return jnp.asarray(value, as_jax(symbol.dtype))


@partial(jax.custom_jvp, nondiff_argnums=(2,))
def _custom_gradient(x: Any, sources: tuple, vjp: Any) -> Any:
    return x


@_custom_gradient.defjvp
def _refused(vjp: Any, primals: Any, tangents: Any) -> Any:
    raise NotImplementedError(
        "in JAX: the gradient of an op with ops.custom_gradient is not known. Write the function "
        "without it, or with jax.custom_vjp outside of the model."
    )


def _taken(table: Any, ids: Any) -> Any:
    """Rows of a table; NaN, which ends a training, for ids outside of it. JAX itself takes the
    nearest row, and counts negative ids from the end."""
    ids = jnp.where(ids < 0, table.shape[0], ids)
    return table.at[ids].get(mode="fill", fill_value=None)


#: Primitives whose formula is not all that JAX must know: gradients by convention, or none.
_OWN: dict[str, Callable[..., Any]] = {
    "custom_gradient": lambda x, *sources, vjp: _custom_gradient(x, sources, vjp),
    "relu": jax.nn.relu,
    "stop_gradient": jax.lax.stop_gradient,
    "take": _taken,
}
