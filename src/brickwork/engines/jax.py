"""Programs in JAX: as functions of its arrays, by the formulas of their primitives.

What is called inside of ``jax.jit``, ``jax.grad`` or ``jax.vmap`` is traced for the shapes of its
arrays, as for the native engine, and its program becomes a part of what JAX traces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..program import Program, State, Symbol, trace_function
from ..program.dtypes import HALF
from ..program.evaluate import at_batch
from ..program.primitive import PRIMITIVES
from ..program.primitives.random import threefry
from ..program.program import unflatten


def evaluated(program: Program, arrays: Sequence[Any], states: Sequence[Any]) -> list:
    """Return the outputs of a program.

    Args:
        program: of known shapes.
        arrays: for each of its inputs an array.
        states: for each of `states_of` its value.
    """
    known: dict[int, Any] = dict(zip(map(id, program.inputs), arrays, strict=True))
    read = dict(zip(states_of(program), states, strict=True))
    for symbol in program.order():
        if id(symbol) in known:
            value = known[id(symbol)]
        elif symbol.op == "const":
            value = jnp.asarray(symbol.attrs["value"])
        elif symbol.op == "read":
            value = read[symbol.attrs["state"]]
        else:
            value = _applied(symbol, [known[id(one)] for one in symbol.inputs])
        known[id(symbol)] = jnp.asarray(value, _dtype(symbol.dtype))
    return [known[id(symbol)] for symbol in program.outputs]


def states_of(program: Program) -> list[State]:
    """Return the states that a program reads, each once."""
    reads = (symbol for symbol in program.order() if symbol.op == "read")
    return list(dict.fromkeys(symbol.attrs["state"] for symbol in reads))


def called(function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> Any:
    """Call a function with arrays that JAX is tracing.

    Nothing of it is kept: ``jax.jit`` keeps what it compiled, and knows when that is out of date.

    Args:
        function: what computes in ops.
        args, kwargs: the arguments: JAX's arrays, alone or in lists, tuples and dicts, and others,
            which are constants.

    Returns:
        What the function returns, with JAX's arrays.

    Raises:
        TypeError: for a function that changes a variable whose value was not passed.
    """
    leaves, structure = jax.tree.flatten((args, kwargs))
    arrays = [leaf for leaf in leaves if isinstance(leaf, jax.Array)]

    def flat(*symbols: Symbol) -> Any:
        given = iter(symbols)
        own = [next(given) if isinstance(leaf, jax.Array) else leaf for leaf in leaves]
        args, kwargs = jax.tree.unflatten(structure, own)
        return function(*args, **kwargs)

    program = trace_function(flat, [(array.shape, str(array.dtype)) for array in arrays])
    if program.writes:
        names = ", ".join(sorted(state.name for state in program.writes))
        raise TypeError(
            f"in JAX: the call changes {names}, whose value was not passed, so that nothing could "
            "keep the new one. Pass it with the other variables."
        )
    outputs = evaluated(program, arrays, [state.numpy() for state in states_of(program)])
    return unflatten(program.structure, iter(outputs))


def _dtype(name: str) -> Any:
    """A dtype as JAX has it: of 32 bits, unless it is told to use 64."""
    return jax.dtypes.canonicalize_dtype(jnp.dtype(name))


def _applied(symbol: Symbol, arrays: list) -> Any:
    """The value of an op."""
    attrs = at_batch(symbol.attrs, 1)
    if symbol.dtype in HALF:  # computed in float32 and rounded once, as everywhere
        arrays = [a.astype(jnp.float32) if a.dtype.name in HALF else a for a in arrays]
    if "dtype" in attrs:
        attrs["dtype"] = "float32" if symbol.dtype in HALF else _dtype(attrs["dtype"]).name
    own = _OWN.get(symbol.op)
    if own is not None:
        return own(*arrays, **attrs)
    return PRIMITIVES[symbol.op].formula(jnp, *arrays, **attrs)


def _uniform(seed: Any, step: Any, stream: int, dims: tuple[int, ...], dtype: str) -> Any:
    """As the primitive; seeds of more than 32 bits need JAX's 64-bit mode."""
    words = [seed, *([seed >> 32] if seed.dtype.itemsize == 8 else [])]
    low = words[0].astype(jnp.uint32)
    for word in words[1:]:
        low = low ^ word.astype(jnp.uint32)
    count = int(np.prod(dims, dtype=np.int64))
    steps = jnp.full((count,), step.astype(jnp.uint32))
    high, rest = threefry(jnp, (low, stream), (steps, jnp.arange(count, dtype=jnp.uint32)))
    if dtype == "float32":
        bits = (high >> jnp.uint32(9)) | jnp.uint32(0x3F800000)
        return (bits.view(jnp.float32) - jnp.float32(1)).reshape(dims)
    wide = (high.astype(jnp.uint64) << jnp.uint64(32)) | rest.astype(jnp.uint64)
    bits = (wide >> jnp.uint64(12)) | jnp.uint64(0x3FF0000000000000)
    return (bits.view(jnp.float64) - 1.0).reshape(dims)


@partial(jax.custom_jvp, nondiff_argnums=(2,))
def _custom_gradient(x: Any, sources: tuple, vjp: Any) -> Any:
    return x


@_custom_gradient.defjvp
def _refused(vjp: Any, primals: Any, tangents: Any) -> Any:
    raise NotImplementedError(
        "in JAX: the gradient of an op with ops.custom_gradient is not known. Write the function "
        "without it, or with jax.custom_vjp outside of the model."
    )


#: Primitives whose formula is not all that JAX must know: gradients by convention, or none.
_OWN: dict[str, Callable[..., Any]] = {
    "custom_gradient": lambda x, *sources, vjp: _custom_gradient(x, sources, vjp),
    "random_uniform": _uniform,
    "relu": jax.nn.relu,
    "stop_gradient": jax.lax.stop_gradient,
}
