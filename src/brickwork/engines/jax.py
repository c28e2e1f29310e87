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

from ..program import Program, Symbol, trace_function
from ..program.dtypes import HALF
from ..program.evaluate import at_batch, values_in
from ..program.primitive import PRIMITIVES
from ..program.program import unflatten


def evaluated(program: Program, arrays: Sequence[Any]) -> list:
    """Return the outputs of a program.

    Args:
        program: of known shapes.
        arrays: for each of its inputs an array.
    """
    given = [
        jnp.asarray(array, _dtype(symbol.dtype))
        for symbol, array in zip(program.inputs, arrays, strict=True)
    ]
    known = values_in(program, given, _applied)
    return [jnp.asarray(known[id(symbol)], _dtype(symbol.dtype)) for symbol in program.outputs]


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
    return unflatten(program.structure, iter(evaluated(program, arrays)))


def _dtype(name: str) -> Any:
    """A dtype as JAX has it: of 32 bits, unless it is told to use 64."""
    return jax.dtypes.canonicalize_dtype(jnp.dtype(name))


def _applied(symbol: Symbol, arrays: list) -> Any:
    """The value of an op."""
    attrs = at_batch(symbol.attrs, 1)
    arrays = [
        jnp.asarray(array, _dtype(one.dtype))
        for one, array in zip(symbol.inputs, arrays, strict=True)
    ]
    if symbol.dtype in HALF:  # computed in float32 and rounded once, as everywhere
        arrays = [a.astype(jnp.float32) if a.dtype.name in HALF else a for a in arrays]
    if "dtype" in attrs:
        attrs["dtype"] = "float32" if symbol.dtype in HALF else _dtype(attrs["dtype"]).name
    own = _OWN.get(symbol.op)
    if own is None:
        value = PRIMITIVES[symbol.op].formula(jnp, *arrays, **attrs)
    else:
        value = own(*arrays, **attrs)
    return jnp.asarray(value, _dtype(symbol.dtype))


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
    "relu": jax.nn.relu,
    "stop_gradient": jax.lax.stop_gradient,
}
