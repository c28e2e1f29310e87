"""First values of weights.

An initializer is any function ``(shape, dtype) -> array``; those here are Keras 3's, equal to
them in distribution. Their numbers come from brickwork's own counter-based generator, so a seed
gives the same weights on every machine.

Keras's ``STFT`` is left out: it fills the kernels of the convolution in ``STFTSpectrogram``,
which networks of dense layers do not have.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .errors import ArgumentError, shown
from .fields import Configurable, decode_array, encode, field
from .program import floatx, is_float, standard
from .program.primitives.random import threefry
from .registry import Registry
from .seeded_arrays import Draws

#: Standard deviation of a standard normal cut off at two: sqrt(1 - 4 phi(2) / (2 Phi(2) - 1)).
_TRUNCATED_STDDEV = 0.87962566103423978


class Initializer(Configurable):
    """Base of initializers; a subclass writes ``__call__(self, shape, dtype=None)``.

    >>> class Ramp(Initializer):
    ...     def __call__(self, shape, dtype=None):
    ...         return np.arange(np.prod(shape), dtype=dtype).reshape(shape)
    >>> Ramp()((2, 2), "float32").tolist()
    [[0.0, 1.0], [2.0, 3.0]]
    """

    def __call__(self, shape, dtype=None) -> np.ndarray:
        raise NotImplementedError(f"{type(self).__name__} must write __call__(shape, dtype).")


registry = Registry("initializer", Initializer)


@registry.add(aliases=["zero"])
class Zeros(Initializer):
    """All zeros."""

    def __call__(self, shape, dtype=None) -> np.ndarray:
        return np.zeros(_shape(shape), standard(dtype or floatx()))


@registry.add(aliases=["one"])
class Ones(Initializer):
    """All ones."""

    def __call__(self, shape, dtype=None) -> np.ndarray:
        return np.ones(_shape(shape), standard(dtype or floatx()))


def _constant(value):
    if isinstance(value, dict) and value.get("class_name") == "__numpy__":
        value = decode_array(value)
    array = np.asarray(value)
    if array.dtype.kind not in "biuf" or np.isnan(array).any():
        raise ValueError(f"got {shown(value)}, expected a number or an array of numbers.")
    return array.item() if array.ndim == 0 else array


@registry.add
class Constant(Initializer):
    """One value everywhere, or an array that broadcasts to the shape.

    >>> Constant(0.5)((2,)).tolist()
    [0.5, 0.5]
    """

    value: Any = field(0.0, convert=_constant)

    def __call__(self, shape, dtype=None) -> np.ndarray:
        return np.full(_shape(shape), self.value, standard(dtype or floatx()))


@registry.add(aliases=["IdentityInitializer"])
class Identity(Initializer):
    """``gain`` on the diagonal of a matrix, zeros elsewhere."""

    gain: float = field(1.0, kind="float")

    def __call__(self, shape, dtype=None) -> np.ndarray:
        shape = _shape(shape)
        if len(shape) != 2:
            raise ArgumentError("Identity", f"got the shape {shape}, expected a matrix's.")
        return self.gain * np.eye(*shape, dtype=standard(dtype or floatx()))


def _seed(value):
    """An integer, None, or an object that counts on by itself (a ``SeedGenerator``)."""
    if isinstance(value, dict) and value.get("class_name") == "SeedGenerator":
        from .random import SeedGenerator

        return SeedGenerator.from_config(value["config"])
    if value is None or hasattr(value, "next"):
        return value
    return _SEED.accept("seed", "seed", value)


_SEED = field(kind="int")


class RandomInitializer(Initializer):
    """Base of initializers that draw: a subclass writes ``draw(self, draws, shape)``.

    As in Keras 3, one initializer answers the same numbers at every call, unless its seed is a
    ``SeedGenerator``. Without a seed it takes one from NumPy's global generator at its first
    call, so that ``np.random.seed(5)`` before building makes a run repeatable.
    """

    seed: Any = field(None, convert=_seed)

    def setup(self) -> None:
        self._drawn: int | None = None

    def __call__(self, shape, dtype=None) -> np.ndarray:
        shape, dtype = _shape(shape), standard(dtype or floatx())
        if not is_float(dtype):
            raise ArgumentError(type(self).__name__, f"got dtype {dtype!r}, expected a float.")
        return self.draw(Draws(self._key(), dtype), shape).astype(dtype, copy=False)

    def draw(self, draws: Draws, shape: tuple[int, ...]) -> np.ndarray:
        raise NotImplementedError(f"{type(self).__name__} must write draw(draws, shape).")

    def _key(self) -> int:
        if hasattr(self.seed, "next"):
            seed, step, stream = (int(n) & 2**64 - 1 for n in self.seed.next())
            high, low = threefry(np, (seed & 0xFFFFFFFF, seed >> 32),
                                 (np.uint32([step & 0xFFFFFFFF]), np.uint32([stream])))
            return int(high[0]) << 32 | int(low[0])
        if self.seed is not None:
            return self.seed
        if self._drawn is None:
            self._drawn = int(np.random.randint(0, 2**63 - 1, dtype=np.int64))
        return self._drawn


@registry.add(aliases=["normal"])
class RandomNormal(RandomInitializer):
    """Normal values; Keras 1's ``init='normal'`` with the same deviation.

    >>> RandomNormal(seed=1)((3, 4)).shape
    (3, 4)
    """

    mean: float = field(0.0, kind="float")
    stddev: float = field(0.05, kind="float", ge=0)
    field_order = ("mean", "stddev")

    def draw(self, draws, shape):
        return draws.normal(shape) * self.stddev + self.mean


@registry.add
class TruncatedNormal(RandomInitializer):
    """Normal values, none farther than two deviations from the mean."""

    mean: float = field(0.0, kind="float")
    stddev: float = field(0.05, kind="float", ge=0)
    field_order = ("mean", "stddev")

    def draw(self, draws, shape):
        return draws.truncated_normal(shape) * self.stddev + self.mean


@registry.add(aliases=["uniform"])
class RandomUniform(RandomInitializer):
    """Uniform in [minval, maxval); Keras 1's ``init='uniform'`` with the same bounds."""

    minval: float = field(-0.05, kind="float")
    maxval: float = field(0.05, kind="float")
    field_order = ("minval", "maxval")

    def setup(self) -> None:
        super().setup()
        if self.minval > self.maxval:
            raise ArgumentError("RandomUniform.maxval", f"got {self.maxval}, expected a number "
                                f">= minval, which is {self.minval}.")

    def draw(self, draws, shape):
        return draws.uniform(shape) * (self.maxval - self.minval) + self.minval


class _Scaled(RandomInitializer):
    """A variance of ``scale / n``, where n counts the inputs, outputs or their average."""

    input_axes: Any = field(None, kind="shape")
    output_axes: Any = field(None, kind="shape")

    scale, mode, distribution = 1.0, "fan_in", "truncated_normal"

    def draw(self, draws, shape):
        fan_in, fan_out = fans(shape, self.input_axes, self.output_axes)
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, n)
        if self.distribution == "uniform":
            return (draws.uniform(shape) * 2 - 1) * math.sqrt(3 * variance)
        if self.distribution == "untruncated_normal":
            return draws.normal(shape) * math.sqrt(variance)
        return draws.truncated_normal(shape) * (math.sqrt(variance) / _TRUNCATED_STDDEV)


def fans(shape, input_axes=None, output_axes=None) -> tuple[int, int]:
    """Inputs and outputs of one unit of a weight: kernels have the shape (..., in, out)."""
    if input_axes is not None and output_axes is not None:
        return (math.prod(shape[a] for a in input_axes), math.prod(shape[a] for a in output_axes))
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    field_size = math.prod(shape[:-2])
    return shape[-2] * field_size, shape[-1] * field_size


def _distribution(value):
    lower = value.lower() if isinstance(value, str) else value
    lower = "truncated_normal" if lower == "normal" else lower
    return field(options=("uniform", "truncated_normal", "untruncated_normal")).accept(
        "VarianceScaling", "distribution", lower)


@registry.add
class VarianceScaling(_Scaled):
    """Zero mean and a variance of ``scale / n``.

    n is the number of inputs (``mode="fan_in"``), outputs ("fan_out") or their average
    ("fan_avg"); the distribution is "truncated_normal", "untruncated_normal" or "uniform".

    >>> w = VarianceScaling(2.0, "fan_out", "uniform", seed=3)((40, 50))
    >>> bool(abs(w).max() <= (3 * 2.0 / 50) ** 0.5)
    True
    """

    scale: float = field(1.0, kind="float", gt=0)
    mode: str = field("fan_in", options=("fan_in", "fan_out", "fan_avg"))
    distribution: str = field("truncated_normal", convert=_distribution)
    field_order = ("scale", "mode", "distribution")


@registry.add
class GlorotUniform(_Scaled):
    """Uniform within ``sqrt(6 / (inputs + outputs))``: Glorot and Bengio, "Understanding the
    difficulty of training deep feedforward neural networks", 2010."""

    mode, distribution = "fan_avg", "uniform"


@registry.add
class GlorotNormal(_Scaled):
    """Truncated normal of deviation ``sqrt(2 / (inputs + outputs))``; see `GlorotUniform`."""

    mode = "fan_avg"


@registry.add
class HeUniform(_Scaled):
    """Uniform within ``sqrt(6 / inputs)``: He et al., "Delving deep into rectifiers", 2015."""

    scale, distribution = 2.0, "uniform"


@registry.add
class HeNormal(_Scaled):
    """Truncated normal of deviation ``sqrt(2 / inputs)``; see `HeUniform`."""

    scale = 2.0


@registry.add
class LecunUniform(_Scaled):
    """Uniform within ``sqrt(3 / inputs)``: LeCun et al., "Efficient backprop", 1998."""

    distribution = "uniform"


@registry.add
class LecunNormal(_Scaled):
    """Truncated normal of deviation ``sqrt(1 / inputs)``; see `LecunUniform`."""


@registry.add(aliases=["OrthogonalInitializer"])
class Orthogonal(RandomInitializer):
    """``gain`` times a matrix with orthonormal rows or columns, whichever are fewer.

    Axes before the last are taken as one. Uniform over such matrices: the Q of a normal matrix,
    signs fixed by R. Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep
    linear neural networks", 2014.
    """

    gain: float = field(1.0, kind="float")
    field_order = ("gain",)

    def draw(self, draws, shape):
        if len(shape) < 2:
            raise ArgumentError("Orthogonal", f"got the shape {shape}, expected two axes or more.")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(draws.normal((max(rows, columns), min(rows, columns))))
        q = q * np.sign(np.diag(r))
        return self.gain * (q.T if rows < columns else q).reshape(shape)


def _shape(shape) -> tuple[int, ...]:
    shape = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    if any(d is None for d in shape):
        raise ArgumentError("initializer", f"got the shape {shape}, expected all numbers known.")
    return tuple(int(d) for d in shape)


def get(identifier):
    """The initializer for a name, config, class, function, array or object.

    >>> get("uniform").maxval, get("glorot_uniform") is None
    (0.05, False)
    """
    if isinstance(identifier, np.ndarray | np.generic):
        return _given(identifier)
    return registry.get(identifier)


def _given(array):
    def given(shape, dtype=None):
        if tuple(shape) != np.shape(array):
            raise ArgumentError("initializer", f"got an array of shape {np.shape(array)}, "
                                f"expected {tuple(shape)}.")
        return np.array(array, standard(dtype or floatx()))

    return given


def serialize(initializer) -> dict:
    """What a config holds for an initializer.

    >>> serialize(get("ones"))["class_name"]
    'Ones'
    """
    return encode(initializer)


deserialize = registry.deserialize


def __getattr__(name: str):
    """``initializers.glorot_uniform`` and the other names of the classes."""
    return registry.attribute(__name__, name)
