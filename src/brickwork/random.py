"""Keras's random ops, in programs and on arrays.

Every value is threefry(seed, stream, step, element): ``seed`` and ``step`` are state of a
`SeedGenerator`, ``stream`` counts the draws of one trace. So a program draws the same values on any
number of threads and in any chunking, and new ones at each step.

Generators without a seed take one from NumPy's global generator, so ``np.random.seed`` makes a
script repeatable.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from . import ops
from .fields import Configurable, field
from .ops.core import dims_of, dtype_of, tensor
from .program import Dim, Symbol, Variable, as_symbol, current_trace, floatx, is_float, standard
from .program.between import connectable
from .program.dtypes import HALF, numpy_dtype, widened
from .program.jax_calls import held
from .program.noise import redrawable
from .program.primitives.random import uniform as draw_uniform
from .program.seeds import draw_seed
from .registry import Registry

if TYPE_CHECKING:
    from .program.types import DType, Shape, Tensor, TensorLike

    Seed: TypeAlias = "int | SeedGenerator | None"


registry = Registry("random")


@registry.add
class SeedGenerator(Configurable):
    """A seed, and a counter of the steps in which values were drawn from it.

    Args:
        seed: an integer; None draws one from NumPy's global generator.
        name: prefix of the names of its two variables.

    >>> generator = SeedGenerator(7)
    >>> first, second = uniform((2,), seed=generator), uniform((2,), seed=generator)
    >>> bool((first == second).any())
    False
    """

    seed: int | None = field(default=None, kind="int")
    name: str | None = field(default=None, kind="str")

    def setup(self) -> None:
        value = draw_seed() if self.seed is None else self.seed
        name = self.name or "seed_generator"
        self.state = Variable(np.int64(value), dtype="int64", trainable=False, name=f"{name}/seed")
        self.step = Variable(np.int64(0), dtype="int64", trainable=False, name=f"{name}/step")
        if self.seed is None:
            self.state.initializer = _drawn

    @property
    def variables(self) -> list[Variable]:
        return [self.state, self.step]

    def next(self) -> tuple:
        """Return the state of the next draw, and advance the generator.

        In a trace all draws share one step, each with its own stream, and the step advances once
        the program has run.

        Returns:
            A tuple ``(seed, step, stream)``: two int64 scalars and an integer.
        """
        trace = current_trace()
        if trace is None:
            step = self.step.numpy() if held() is None else self.step.value
            self.step.assign(step + 1)
            return self.state.value, step, 0
        step = trace.reads.get(self.step)
        if step is None:
            step = self.step.value
            self.step.assign(step + 1)
        return self.state.value, step, trace.next_stream()


def _drawn(shape: tuple, dtype: str) -> int:
    """The first state of a generator without a seed."""
    return draw_seed()


_shared: SeedGenerator | None = None


def shared_generator() -> SeedGenerator:
    """The generator of draws without a seed."""
    global _shared
    if _shared is None:
        _shared = SeedGenerator(name="shared_seed_generator")
    return _shared


def forget_shared_generator() -> None:
    """Let the next unseeded draw start from a new seed of NumPy's (``set_random_seed``)."""
    global _shared
    _shared = None


def _key(seed) -> tuple:
    """Seed, step and stream for the seed argument of a draw."""
    if isinstance(seed, SeedGenerator):
        return seed.next()
    if seed is None:
        return shared_generator().next()
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise TypeError(
            f"random.seed: got {type(seed).__name__}, expected an integer, a SeedGenerator or None."
        )
    return np.asarray(seed, "int64"), np.asarray(0, "int64"), 0


def _float(dtype) -> str:
    dtype = standard(dtype or floatx())
    if not is_float(dtype):
        raise ValueError(f"random.dtype: got {dtype!r}, expected one of floats.")
    return dtype


def _rounded(values: Any, dtype: str) -> Any:
    """Values that were drawn in float32, in a dtype of half precision; others as they are."""
    return ops.cast(values, dtype) if dtype in HALF else values


def _whole(dtype) -> str:
    """The dtype in which integers of a dtype are computed."""
    wide = standard(dtype or "int32")
    if wide not in ("int32", "int64"):
        raise ValueError(f"random.dtype: got {dtype!r}, expected a dtype of integers.")
    return wide


def _narrow(drawn: Any, dtype: Any) -> Any:
    """Integers in the dtype asked for, which programs do not have."""
    if isinstance(drawn, Symbol):
        return drawn
    return np.asarray(drawn).astype(dtype or "int32")


def _unit(shape, dtype, seed):
    """Uniform in [0, 1)."""
    state, step, stream = _key(seed)
    shape = shape if isinstance(shape, list | tuple) else (shape,)
    dims = tuple(int(d) if isinstance(d, np.integer) else d for d in shape)
    if any(isinstance(d, Dim) for d in dims):
        state = as_symbol(state)  # drawn by the program, also where the seed is a number
    return draw_uniform(state, step, stream=stream, dims=dims, dtype=dtype)


#: How many different numbers are drawn from the uniform distribution in half precision.
_STEPS = {"float16": 2.0**11, "bfloat16": 2.0**8}


@redrawable
def uniform(
    shape: Shape,
    minval: Any = 0.0,
    maxval: Any = 1.0,
    dtype: DType | None = None,
    seed: Seed = None,
) -> Tensor:
    """Draw from the uniform distribution on [minval, maxval).

    A fixed number of rows that is combined with rows of the batch is replaced by the batch size.

    Args:
        shape: shape of the result, integers; it may contain the batch size of a program.
        minval: lower bound, included, a float.
        maxval: upper bound, excluded, a float.
        dtype: a float dtype; None means `floatx()`.
        seed: a `SeedGenerator`; an integer, which gives the same values at each call; or None.

    Returns:
        Tensor of the given shape and dtype.

    >>> bool((uniform((100,), 2.0, 3.0) >= 2.0).all())
    True
    """
    dtype = _float(dtype)
    unit = _unit(shape, widened(dtype), seed)
    if dtype in HALF:  # numbers of the dtype, of which none becomes 1
        steps = _STEPS[dtype]
        unit = ops.floor(unit * steps) * (1 / steps)
    found = unit * (maxval - minval) + minval if (minval, maxval) != (0.0, 1.0) else unit
    return _rounded(found, dtype)


@redrawable
def normal(
    shape: Shape,
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: DType | None = None,
    seed: Seed = None,
) -> Tensor:
    """Draw from the normal distribution, by the Box-Muller transform.

    Args:
        shape: shape of the result, integers; it may contain the batch size of a program.
        mean: mean, a float.
        stddev: standard deviation, a float.
        dtype: a float dtype; None means `floatx()`.
        seed: a `SeedGenerator`; an integer, which gives the same values at each call; or None.

    Returns:
        Tensor of the given shape and dtype.

    Reference: Box and Muller, "A note on the generation of random normal deviates", 1958.

    >>> normal((2, 3), seed=1).shape
    (2, 3)
    """
    dtype = _float(dtype)
    radius, angle = _two_units(shape, widened(dtype), seed)
    distance = ops.sqrt(-2.0 * ops.log(1.0 - radius))
    return _rounded(distance * ops.cos(2 * math.pi * angle) * stddev + mean, dtype)


def _two_units(shape, dtype, seed):
    """Two independent draws; with an integer seed too, which has one step only."""
    both = _unit((2, *(shape if isinstance(shape, list | tuple) else (shape,))), dtype, seed)
    return both[0], both[1]


@redrawable
def randint(
    shape: Shape, minval: Any, maxval: Any, dtype: DType | None = "int32", seed: Seed = None
) -> Tensor:
    """Draw integers from the uniform distribution on minval, ..., maxval - 1.

    Args:
        shape: shape of the result, integers; it may contain the batch size of a program.
        minval: lower bound, included, an integer.
        maxval: upper bound, excluded, an integer.
        dtype: dtype of the result, of integers: "int8" to "int64", "uint8" to "uint64"; in a
            program, int32 or int64.
        seed: a `SeedGenerator`; an integer, which gives the same values at each call; or None.

    Returns:
        Tensor of the given shape and dtype.

    Raises:
        ValueError: for a dtype that is not of integers.

    >>> sorted(set(randint((100,), 0, 3, seed=1).tolist()))
    [0, 1, 2]
    """
    wide = _whole(dtype)
    unit = _unit(shape, "float64", seed)
    drawn = ops.cast(ops.floor(unit * float(maxval - minval)), wide) + minval
    return _narrow(drawn, dtype)


@connectable("random.categorical")
def categorical(
    logits: TensorLike, num_samples: int, dtype: DType | None = "int32", seed: Seed = None
) -> Tensor:
    """Draw classes with the probabilities softmax(logits), by the Gumbel-max trick.

    Args:
        logits: unnormalized log-probabilities, a tensor of shape ``(batch, classes)``.
        num_samples: number of draws for each row, an integer.
        dtype: dtype of the result, of integers; in a program, int32 or int64.
        seed: a `SeedGenerator`; an integer, which gives the same values at each call; or None.

    Returns:
        Tensor of class indices of shape ``(batch, num_samples)``.

    Reference: Gumbel, "Statistical theory of extreme values", 1954.

    >>> categorical([[0.0, -1e9]], 3, seed=1)
    array([[0, 0, 0]], dtype=int32)
    """
    logits = tensor(logits)
    rows, classes = dims_of(logits)
    unit = _unit((rows, int(num_samples), classes), widened(_float(None)), seed)
    noise = -ops.log(-ops.log(ops.maximum(unit, 1e-30)))
    drawn = ops.argmax(ops.expand_dims(logits, 1) + noise, axis=-1)
    return _narrow(ops.cast(drawn, _whole(dtype)), dtype)


@redrawable
def truncated_normal(
    shape: Shape,
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: DType | None = None,
    seed: Seed = None,
) -> Tensor:
    """Draw from the normal distribution, limited to two standard deviations from the mean.

    Of several draws the first within the bounds is taken. With probability 10^-10 there is none;
    the value is clipped then.

    Args:
        shape: shape of the result, integers; it may contain the batch size of a program.
        mean: mean before truncation, a float.
        stddev: standard deviation before truncation, a float.
        dtype: a float dtype; None means `floatx()`.
        seed: a `SeedGenerator`; an integer, which gives the same values at each call; or None.

    Returns:
        Tensor of the given shape and dtype.

    >>> bool((abs(truncated_normal((1000,), seed=1)) <= 2).all())
    True
    """
    dtype = _float(dtype)
    dims = shape if isinstance(shape, list | tuple) else (shape,)
    tries = normal((_TRIES, *dims), dtype=widened(dtype), seed=seed)
    found = tries[_TRIES - 1]
    for i in reversed(range(_TRIES - 1)):
        found = ops.where(ops.less_equal(ops.abs(tries[i]), 2.0), tries[i], found)
    return _rounded(ops.clip(found, -2.0, 2.0) * stddev + mean, dtype)


#: One draw in 22 exceeds the bounds; this many all do with probability 10^-10.
_TRIES = 8


@connectable("random.shuffle")
def shuffle(x: TensorLike, axis: int = 0, seed: Seed = None) -> Tensor:
    """Permute the entries along an axis at random; all orders are equally likely.

    Args:
        x: tensor of any dtype and rank 1 or more.
        axis: axis to shuffle, an integer.
        seed: a `SeedGenerator`; an integer, which gives the same values at each call; or None.

    Returns:
        Tensor of the shape and dtype of x.

    Raises:
        ValueError: the axis is that of the batch, whose extent a program does not know.

    >>> sorted(shuffle([1, 2, 3], seed=1).tolist())
    [1, 2, 3]
    """
    x = tensor(x)
    extent = dims_of(x)[axis]
    if not isinstance(extent, int):
        raise ValueError(
            "random.shuffle: got the batch axis, expected an axis whose extent is "
            "known before the program runs. fit shuffles the rows by itself."
        )
    unit = _unit((extent,), "float64", seed)
    return ops.take(x, ops.argsort(unit), axis=axis)


def gamma(shape: Shape, alpha: TensorLike, dtype: DType | None = None, seed: Seed = None) -> Tensor:
    """Draw from the gamma distribution with scale 1, on arrays.

    Args:
        shape: shape of the result, a tuple of integers.
        alpha: shape parameter, a positive float or an array that broadcasts to the shape.
        dtype: a float dtype; None means `floatx()`.
        seed: a `SeedGenerator`; an integer, which gives the same values at each call; or None.

    Returns:
        Array of the given shape and dtype.

    Raises:
        TypeError: inside a trace; the distribution needs rejection sampling, which a program cannot
            do.

    >>> bool((gamma((100,), 2.0, seed=1) > 0).all())
    True
    """
    generator = _generator("gamma", seed, alpha)
    return generator.standard_gamma(alpha, shape).astype(numpy_dtype(_float(dtype)))


def beta(
    shape: Shape, alpha: TensorLike, beta: TensorLike, dtype: DType | None = None, seed: Seed = None
) -> Tensor:
    """Draw from the beta distribution, on arrays.

    Args:
        shape: shape of the result, a tuple of integers.
        alpha: first parameter, a positive float or an array that broadcasts to the shape.
        beta: second parameter, a positive float or an array that broadcasts to the shape.
        dtype: a float dtype; None means `floatx()`.
        seed: a `SeedGenerator`; an integer, which gives the same values at each call; or None.

    Returns:
        Array of the given shape and dtype.

    Raises:
        TypeError: inside a trace; the distribution needs rejection sampling, which a program cannot
            do.

    >>> bool((beta((100,), 2.0, 3.0, seed=1) < 1).all())
    True
    """
    return (
        _generator("beta", seed, alpha, beta)
        .beta(alpha, beta, shape)
        .astype(numpy_dtype(_float(dtype)))
    )


def binomial(
    shape: Shape,
    counts: TensorLike,
    probabilities: TensorLike,
    dtype: DType | None = None,
    seed: Seed = None,
) -> Tensor:
    """Draw numbers of successes from the binomial distribution, on arrays.

    Args:
        shape: shape of the result, a tuple of integers.
        counts: number of trials, an integer or an array that broadcasts to the shape.
        probabilities: probability of success, a float or an array that broadcasts to the shape.
        dtype: a float dtype; None means `floatx()`.
        seed: a `SeedGenerator`; an integer, which gives the same values at each call; or None.

    Returns:
        Array of the given shape and dtype.

    Raises:
        TypeError: inside a trace; the distribution needs rejection sampling, which a program cannot
            do.

    >>> bool((binomial((100,), 3, 0.5, seed=1) <= 3).all())
    True
    """
    generator = _generator("binomial", seed, counts, probabilities)
    counts = np.asarray(counts).astype("int64")
    return generator.binomial(counts, probabilities, shape).astype(numpy_dtype(_float(dtype)))


def _generator(name: str, seed, *parameters) -> np.random.Generator:
    """NumPy's generator, for distributions that need rejection sampling."""
    if current_trace() is not None or any(isinstance(p, Symbol) for p in parameters):
        raise TypeError(
            f"random.{name}: needs rejection sampling, which a program cannot do. "
            "Draw outside of the model, or use random.uniform or random.normal."
        )
    state, step, _ = _key(seed)
    return np.random.default_rng([int(state) % 2**63, int(step)])


@connectable("random.dropout")
def dropout(
    inputs: TensorLike,
    rate: float,
    noise_shape: Sequence[int | None] | None = None,
    seed: Seed = None,
) -> Tensor:
    """Set elements to 0 at random, and divide the others by 1 - rate.

    Args:
        inputs: tensor of any shape and float dtype.
        rate: probability that an element becomes 0, a float; at 1 or more all do.
        noise_shape: shape of the random choices, which broadcast to the inputs; None in it means
            the extent of the inputs, None alone the whole shape.
        seed: a `SeedGenerator`; an integer, which gives the same values at each call; or None.

    Returns:
        Tensor of the shape and dtype of the inputs.

    Reference: Srivastava et al., "Dropout: a simple way to prevent neural networks from
    overfitting", 2014.

    >>> sorted(set(dropout(np.ones((8, 8), "float32"), 0.5, seed=1).ravel().tolist()))
    [0.0, 2.0]
    """
    inputs = tensor(inputs)
    if rate == 0:
        return inputs
    if rate >= 1:
        return ops.zeros_like(inputs)
    kept = keep_mask(inputs, rate, noise_shape, seed)
    return ops.where(kept, inputs / (1.0 - rate), 0.0)


def keep_mask(
    inputs: TensorLike,
    rate: float,
    noise_shape: Sequence[int | None] | None = None,
    seed: Seed = None,
) -> Tensor:
    """True with probability 1 - rate for each element; the noise shape is that of `dropout`."""
    dims = tuple(dims_of(inputs))
    if noise_shape is not None:
        if len(noise_shape) != len(dims):
            raise ValueError(
                f"dropout.noise_shape: got {tuple(noise_shape)}, expected "
                f"{len(dims)} extents, one for each axis of the inputs."
            )
        # Any other number of rows than 1 is that of the batch, which a program does not know.
        rows = noise_shape[0] if isinstance(dims[0], int) or noise_shape[0] == 1 else None
        shape = (rows, *noise_shape[1:])
        dims = tuple(own if d is None else d for d, own in zip(shape, dims, strict=True))
    return ops.greater_equal(_unit(dims, widened(_float(dtype_of(inputs))), seed), rate)


__all__ = [
    "SeedGenerator",
    "beta",
    "binomial",
    "categorical",
    "dropout",
    "gamma",
    "normal",
    "randint",
    "shuffle",
    "truncated_normal",
    "uniform",
]
