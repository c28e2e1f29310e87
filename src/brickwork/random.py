"""Keras's random numbers, in programs and on arrays.

Every number is threefry(seed, stream, step, element): ``seed`` and ``step`` are state of a
`SeedGenerator`, ``stream`` counts the draws of one trace. So a program draws the same numbers on
any number of threads and in any chunking, and other ones at each step.

What is made without a seed takes one from NumPy's global generator, so that ``np.random.seed``
repeats a script.
"""

from __future__ import annotations

import math

import numpy as np

from . import ops
from .fields import Configurable, field
from .ops.core import dims_of, dtype_of, tensor
from .program import Symbol, Variable, current_trace, floatx, is_float, standard
from .program.noise import drawn
from .program.primitives.random import uniform as draw_uniform


class SeedGenerator(Configurable):
    """A seed, and a count of the steps for which numbers were drawn from it.

    Args:
        seed: an integer; None draws one from NumPy's global generator.
        name: of the two variables.

    >>> generator = SeedGenerator(7)
    >>> first, second = uniform((2,), seed=generator), uniform((2,), seed=generator)
    >>> bool((first == second).any())
    False
    """

    seed: int | None = field(None, kind="int")
    name: str | None = field(None, kind="str")

    def setup(self) -> None:
        value = draw_seed() if self.seed is None else self.seed
        name = self.name or "seed_generator"
        self.state = Variable(np.int64(value), dtype="int64", trainable=False,
                              name=f"{name}/seed")
        self.step = Variable(np.int64(0), dtype="int64", trainable=False, name=f"{name}/step")

    @property
    def variables(self) -> list[Variable]:
        return [self.state, self.step]

    def next(self) -> tuple:
        """Seed, step and stream of a draw. In a trace all draws are of one step, each of a
        stream of its own, and the step moves on when the program has run."""
        trace = current_trace()
        if trace is None:
            step = self.step.numpy()
            self.step.assign(step + 1)
            return self.state.value, step, 0
        step = trace.reads.get(self.step)
        if step is None:
            step = self.step.value
            self.step.assign(step + 1)
        return self.state.value, step, trace.next_stream()


def draw_seed() -> int:
    """A seed from NumPy's global generator."""
    return int(np.random.randint(2**31))


_shared: SeedGenerator | None = None


def shared_generator() -> SeedGenerator:
    """Where numbers come from that are drawn without a seed."""
    global _shared
    if _shared is None:
        _shared = SeedGenerator(name="shared_seed_generator")
    return _shared


def forget_shared_generator() -> None:
    """Let the next unseeded draw begin with another seed of NumPy's (``set_random_seed``)."""
    global _shared
    _shared = None


def _key(seed) -> tuple:
    if isinstance(seed, SeedGenerator):
        return seed.next()
    if seed is None:
        return shared_generator().next()
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise TypeError(f"random.seed: got {type(seed).__name__}, expected an integer, a "
                        "SeedGenerator or None.")
    return np.asarray(seed, "int64"), np.asarray(0, "int64"), 0


def _float(dtype) -> str:
    dtype = standard(dtype or floatx())
    if not is_float(dtype):
        raise TypeError(f"random.dtype: got {dtype!r}, expected 'float32' or 'float64'.")
    return dtype


def _unit(shape, dtype, seed):
    """Uniform in [0, 1)."""
    state, step, stream = _key(seed)
    shape = shape if isinstance(shape, list | tuple) else (shape,)
    dims = tuple(int(d) if isinstance(d, np.integer) else d for d in shape)
    return draw_uniform(state, step, stream=stream, dims=dims, dtype=dtype)


@drawn
def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """Numbers from minval up to, but without, maxval, all equally likely.

    Args:
        shape: of the result; it may hold the batch size. A number of rows that meets rows of
            the batch stands for those.
        seed: a `SeedGenerator`; an integer, which draws the same numbers at each call; or None.

    >>> bool((uniform((100,), 2.0, 3.0) >= 2.0).all())
    True
    """
    dtype = _float(dtype)
    unit = _unit(shape, dtype, seed)
    return unit * (maxval - minval) + minval if (minval, maxval) != (0.0, 1.0) else unit


@drawn
def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Normally distributed numbers (Box and Muller, 1958).

    >>> normal((2, 3), seed=1).shape
    (2, 3)
    """
    dtype = _float(dtype)
    radius, angle = _two_units(shape, dtype, seed)
    distance = ops.sqrt(-2.0 * ops.log(1.0 - radius))
    return distance * ops.cos(2 * math.pi * angle) * stddev + mean


def _two_units(shape, dtype, seed):
    """Two independent draws, from one step of an integer seed too."""
    both = _unit((2, *(shape if isinstance(shape, list | tuple) else (shape,))), dtype, seed)
    return both[0], both[1]


@drawn
def randint(shape, minval, maxval, dtype="int32", seed=None):
    """Whole numbers from minval up to, but without, maxval.

    >>> sorted(set(randint((100,), 0, 3, seed=1).tolist()))
    [0, 1, 2]
    """
    dtype = standard(dtype)
    unit = _unit(shape, "float64", seed)
    return ops.cast(ops.floor(unit * float(maxval - minval)), dtype) + minval


def categorical(logits, num_samples, dtype="int32", seed=None):
    """Classes drawn with the probabilities softmax(logits): ``(batch, num_samples)``.

    The largest of logits plus Gumbel noise (Gumbel, 1954).

    >>> categorical([[0.0, -1e9]], 3, seed=1)
    array([[0, 0, 0]], dtype=int32)
    """
    logits = tensor(logits)
    rows, classes = dims_of(logits)
    unit = _unit((rows, int(num_samples), classes), _float(None), seed)
    noise = -ops.log(-ops.log(ops.maximum(unit, 1e-30)))
    return ops.cast(ops.argmax(ops.expand_dims(logits, 1) + noise, axis=-1), dtype)


@drawn
def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Normally distributed numbers no farther than two deviations from the mean.

    As many of Box and Muller's numbers are drawn as leave hardly one of 10^10 outside; that one
    is put on the bound.

    >>> bool((abs(truncated_normal((1000,), seed=1)) <= 2).all())
    True
    """
    dtype = _float(dtype)
    dims = shape if isinstance(shape, list | tuple) else (shape,)
    tries = normal((_TRIES, *dims), dtype=dtype, seed=seed)
    found = tries[_TRIES - 1]
    for i in reversed(range(_TRIES - 1)):
        found = ops.where(ops.less_equal(ops.abs(tries[i]), 2.0), tries[i], found)
    return ops.clip(found, -2.0, 2.0) * stddev + mean


#: One draw in 22 is outside; this many are all outside once in 10^10 times.
_TRIES = 8


def shuffle(x, axis=0, seed=None):
    """The entries along an axis in another order, all orders equally likely.

    Raises:
        ValueError: along the batch inside of a trace, whose extent is not known there.

    >>> sorted(shuffle([1, 2, 3], seed=1).tolist())
    [1, 2, 3]
    """
    x = tensor(x)
    extent = dims_of(x)[axis]
    if not isinstance(extent, int):
        raise ValueError("random.shuffle: got the axis of the batch, expected one whose extent is "
                         "known before the program runs; fit shuffles the rows by itself.")
    unit = _unit((extent,), "float64", seed)
    return ops.take(x, ops.argsort(unit), axis=axis)


def gamma(shape, alpha, dtype=None, seed=None):
    """Numbers of the gamma distribution with this shape parameter and scale 1, on arrays.

    Raises:
        TypeError: inside of a trace: such numbers are drawn and refused until one fits, which a
            program cannot.

    >>> bool((gamma((100,), 2.0, seed=1) > 0).all())
    True
    """
    generator = _generator("gamma", seed, alpha)
    return generator.standard_gamma(alpha, shape).astype(_float(dtype))


def beta(shape, alpha, beta, dtype=None, seed=None):
    """Numbers of the beta distribution, on arrays (see `gamma`).

    >>> bool((beta((100,), 2.0, 3.0, seed=1) < 1).all())
    True
    """
    return _generator("beta", seed, alpha, beta).beta(alpha, beta, shape).astype(_float(dtype))


def binomial(shape, counts, probabilities, dtype=None, seed=None):
    """How many of so many tries succeed, each with this probability, on arrays (see `gamma`).

    >>> bool((binomial((100,), 3, 0.5, seed=1) <= 3).all())
    True
    """
    generator = _generator("binomial", seed, counts, probabilities)
    counts = np.asarray(counts).astype("int64")
    return generator.binomial(counts, probabilities, shape).astype(_float(dtype))


def _generator(name: str, seed, *parameters) -> np.random.Generator:
    """NumPy's generator for distributions that are drawn by refusing numbers."""
    if current_trace() is not None or any(isinstance(p, Symbol) for p in parameters):
        raise TypeError(f"random.{name}: draws numbers until one fits, which a program cannot. "
                        "Draw outside of the model, or use random.uniform or random.normal.")
    state, step, _ = _key(seed)
    return np.random.default_rng([int(state) % 2**63, int(step)])


def dropout(inputs, rate, noise_shape=None, seed=None):
    """The values, each 0 with probability rate, and else divided by 1 - rate.

    Args:
        noise_shape: the shape of the choices; they are repeated where an extent is 1. None in
            it stands for the extent of the inputs.

    >>> sorted(set(dropout(np.ones((8, 8), "float32"), 0.5, seed=1).ravel().tolist()))
    [0.0, 2.0]
    """
    inputs = tensor(inputs)
    if rate == 0:
        return inputs
    if rate >= 1:
        return ops.zeros_like(inputs)
    kept = drawn_to_stay(inputs, rate, noise_shape, seed)
    return ops.where(kept, inputs / (1.0 - rate), 0.0)


def drawn_to_stay(inputs, rate, noise_shape=None, seed=None):
    """True with probability 1 - rate for each of the inputs; of a noise shape as in `dropout`."""
    dims = tuple(dims_of(inputs))
    if noise_shape is not None:
        if len(noise_shape) != len(dims):
            raise ValueError(f"dropout.noise_shape: got {tuple(noise_shape)}, expected "
                             f"{len(dims)} extents, as many as the inputs have.")
        dims = tuple(own if d is None else d for d, own in zip(noise_shape, dims, strict=True))
    return ops.greater_equal(_unit(dims, _float(dtype_of(inputs)), seed), rate)


__all__ = ["SeedGenerator", "beta", "binomial", "categorical", "dropout", "gamma", "normal",
           "randint", "shuffle", "truncated_normal", "uniform"]
