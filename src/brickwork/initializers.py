"""Initial values of weights.

An initializer is any function ``(shape, dtype) -> array``. Those that Keras 3 has too have the
same distributions as there. Random values come from brickwork's own counter-based generator, so a
seed gives the same weights on every machine.

Keras's ``STFT`` is not included: it initializes the convolution in ``STFTSpectrogram``, which
networks of dense layers do not have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import ArgumentError, shown
from .fields import Configurable, decode_array, encode, field
from .program import floatx, is_float, standard
from .program.dtypes import numpy_dtype, widened
from .program.primitives.random import threefry
from .program.results import as_result
from .program.seeds import draw_seed
from .registry import Registry
from .seeded_arrays import SeededArrays

if TYPE_CHECKING:
    from .program.types import DType

#: Standard deviation of a standard normal truncated at 2: sqrt(1 - 4 phi(2) / (2 Phi(2) - 1)).
_TRUNCATED_STDDEV = 0.87962566103423978


class Initializer(Configurable):
    """Base class of initializers.

    A subclass implements ``__call__(self, shape, dtype=None)``, which returns a NumPy array.

    >>> class Ramp(Initializer):
    ...     def __call__(self, shape, dtype=None):
    ...         return np.arange(np.prod(shape), dtype=dtype).reshape(shape)
    >>> Ramp()((2, 2), "float32").tolist()
    [[0.0, 1.0], [2.0, 3.0]]
    """

    def __call__(self, shape: Sequence[int], dtype: DType | None = None) -> np.ndarray:
        raise NotImplementedError(f"{type(self).__name__} must implement __call__(shape, dtype).")


registry = Registry("initializer", Initializer)


@registry.add(aliases=["zero"])
class Zeros(Initializer):
    """All zeros.

    >>> Zeros()((2,)).tolist()
    [0.0, 0.0]
    """

    def __call__(self, shape: Sequence[int], dtype: DType | None = None) -> np.ndarray:
        return as_result(np.zeros(_shape(shape), standard(dtype or floatx())))


@registry.add(aliases=["one"])
class Ones(Initializer):
    """All ones.

    >>> Ones()((2,)).tolist()
    [1.0, 1.0]
    """

    def __call__(self, shape: Sequence[int], dtype: DType | None = None) -> np.ndarray:
        return as_result(np.ones(_shape(shape), standard(dtype or floatx())))


def _constant(value):
    if isinstance(value, dict) and value.get("class_name") == "__numpy__":
        value = decode_array(value)
    array = np.asarray(value)
    if array.dtype.kind not in "biuf" or np.isnan(array).any():
        raise ValueError(f"got {shown(value)}, expected a number or an array of numbers.")
    return array.item() if array.ndim == 0 else array


@registry.add
class Constant(Initializer):
    """A constant, or an array that is broadcast to the shape.

    Args:
        value: number or array of numbers.

    >>> Constant(0.5)((2,)).tolist()
    [0.5, 0.5]
    """

    value: Any = field(default=0.0, convert=_constant)

    def __call__(self, shape: Sequence[int], dtype: DType | None = None) -> np.ndarray:
        return as_result(np.full(_shape(shape), self.value, standard(dtype or floatx())))


@registry.add(aliases=["IdentityInitializer"])
class Identity(Initializer):
    """The identity matrix times ``gain``; rectangular matrices are allowed.

    Args:
        gain: value on the diagonal, float.

    Raises:
        ArgumentError (a ValueError): by a call, for a shape without exactly two axes.

    >>> Identity(2.0)((2, 3)).tolist()
    [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]
    """

    gain: float = field(default=1.0, kind="float")

    def __call__(self, shape: Sequence[int], dtype: DType | None = None) -> np.ndarray:
        shape = _shape(shape)
        if len(shape) != 2:
            raise ArgumentError("Identity", f"got shape {shape}, expected that of a matrix.")
        return as_result(np.asarray(self.gain * np.eye(*shape), standard(dtype or floatx())))


def _seed(value):
    """Validate a seed: int, None, or a `SeedGenerator` (or its config)."""
    if isinstance(value, dict) and value.get("class_name") == "SeedGenerator":
        from .random import SeedGenerator

        return SeedGenerator.from_config(value["config"])
    if value is None or hasattr(value, "next"):
        return value
    return _SEED.accept("seed", "seed", value)


_SEED = field(kind="int")


class RandomInitializer(Initializer):
    """Base class of random initializers; a subclass implements ``draw(self, draws, shape)``.

    As in Keras 3 an initializer returns the same values at every call, unless its seed is a
    `SeedGenerator`. Without a seed it draws one from NumPy's global generator at its first call,
    so that ``np.random.seed(5)`` before building makes a run reproducible.

    Args:
        seed: int, `SeedGenerator`, or None.

    >>> class Signs(RandomInitializer):
    ...     def draw(self, draws, shape):
    ...         return np.sign(draws.normal(shape))
    >>> bool((abs(Signs(seed=1)((4,))) == 1).all())
    True
    """

    seed: Any = field(default=None, convert=_seed, kw_only=True, positional=True)

    def setup(self) -> None:
        self._random_seed: int | None = None

    def __call__(self, shape: Sequence[int], dtype: DType | None = None) -> np.ndarray:
        shape, dtype = _shape(shape), standard(dtype or floatx())
        if not is_float(dtype):
            raise ArgumentError(
                type(self).__name__, f"got dtype {dtype!r}, expected a float dtype."
            )
        drawn = self.draw(SeededArrays(self._key(), widened(dtype)), shape)
        return as_result(drawn.astype(numpy_dtype(dtype), copy=False))

    def draw(self, draws: SeededArrays, shape: tuple[int, ...]) -> np.ndarray:
        """Return random values; subclasses implement it.

        Args:
            draws: source of random arrays for the seed and dtype, with the methods
                ``uniform(shape)``, values >= 0 and < 1 (0 itself comes up, so its logarithm needs
                ``1 - uniform``), ``normal(shape)`` and ``truncated_normal(shape)``.
            shape: shape of the array, tuple of ints.

        Returns:
            Float array of that shape.

        Raises:
            NotImplementedError: if the subclass does not implement it.
        """
        raise NotImplementedError(f"{type(self).__name__} must implement draw(draws, shape).")

    def _key(self) -> int:
        if hasattr(self.seed, "next"):
            seed, step, stream = (int(n) & 2**64 - 1 for n in self.seed.next())
            high, low = threefry(
                np,
                (seed & 0xFFFFFFFF, seed >> 32),
                (np.uint32([step & 0xFFFFFFFF]), np.uint32([stream])),
            )
            return int(high[0]) << 32 | int(low[0])
        if self.seed is not None:
            return self.seed
        if self._random_seed is None:
            self._random_seed = draw_seed(2**63 - 1)
        return self._random_seed


@registry.add(aliases=["normal"])
class RandomNormal(RandomInitializer):
    """Normally distributed values; the default is that of Keras 1's ``init='normal'``.

    Args:
        mean: mean, float.
        stddev: standard deviation, float >= 0.
        seed: int, `SeedGenerator`, or None for a seed drawn from NumPy's global generator.

    >>> RandomNormal(seed=1)((3, 4)).shape
    (3, 4)
    """

    mean: float = field(default=0.0, kind="float")
    stddev: float = field(default=0.05, kind="float", ge=0)
    field_order = ("mean", "stddev")

    def draw(self, draws: SeededArrays, shape: tuple[int, ...]) -> np.ndarray:
        return draws.normal(shape) * self.stddev + self.mean


@registry.add
class TruncatedNormal(RandomInitializer):
    """Normally distributed values, redrawn if more than two standard deviations from the mean.

    Args:
        mean: mean of the normal distribution, float.
        stddev: standard deviation before truncation, float >= 0.
        seed: int, `SeedGenerator`, or None for a seed drawn from NumPy's global generator.

    >>> bool(abs(TruncatedNormal(stddev=0.5, seed=1)((3, 4))).max() <= 1.0)
    True
    """

    mean: float = field(default=0.0, kind="float")
    stddev: float = field(default=0.05, kind="float", ge=0)
    field_order = ("mean", "stddev")

    def draw(self, draws: SeededArrays, shape: tuple[int, ...]) -> np.ndarray:
        return draws.truncated_normal(shape) * self.stddev + self.mean


@registry.add(aliases=["uniform"])
class RandomUniform(RandomInitializer):
    """Uniformly distributed values; the default is that of Keras 1's ``init='uniform'``.

    Args:
        minval: lower bound, float.
        maxval: upper bound (excluded), float.
        seed: int, `SeedGenerator`, or None for a seed drawn from NumPy's global generator.

    Raises:
        ArgumentError (a ValueError): for ``minval > maxval``.

    >>> bool(abs(RandomUniform(-1.0, 1.0, seed=1)((3, 4))).max() <= 1.0)
    True
    """

    minval: float = field(default=-0.05, kind="float")
    maxval: float = field(default=0.05, kind="float")
    field_order = ("minval", "maxval")

    def setup(self) -> None:
        super().setup()
        if self.minval > self.maxval:
            raise ArgumentError(
                "RandomUniform.maxval",
                f"got {self.maxval}, expected a number >= minval, which is {self.minval}.",
            )

    def draw(self, draws: SeededArrays, shape: tuple[int, ...]) -> np.ndarray:
        return draws.uniform(shape) * (self.maxval - self.minval) + self.minval


class _Scaled(RandomInitializer):
    """Base class of distributions with variance ``scale / n``, n inputs, outputs or their mean."""

    input_axes: Any = field(default=None, kind="shape", kw_only=True, positional=True)
    output_axes: Any = field(default=None, kind="shape", kw_only=True, positional=True)

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


def fans(
    shape: Sequence[int],
    input_axes: Sequence[int] | None = None,
    output_axes: Sequence[int] | None = None,
) -> tuple[int, int]:
    """Return the fan-in and fan-out of a weight.

    Args:
        shape: shape of the weight; by default ``(..., inputs, outputs)``.
        input_axes: axes of the inputs, tuple of ints; used if both are given.
        output_axes: axes of the outputs, tuple of ints.

    Returns:
        ``(fan_in, fan_out)``, two ints.

    >>> fans((3, 4)), fans((2, 3, 4), (0, 1), (2,))
    ((3, 4), (6, 4))
    """
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
        "VarianceScaling", "distribution", lower
    )


@registry.add
class VarianceScaling(_Scaled):
    """Random values with mean 0 and variance ``scale / n``, where n depends on the shape.

    Args:
        scale: float > 0.
        mode: n: "fan_in", number of inputs; "fan_out", number of outputs; "fan_avg", their mean.
        distribution: "truncated_normal" (or "normal"), "untruncated_normal" or "uniform".
        seed: int, `SeedGenerator`, or None for a seed drawn from NumPy's global generator.
        input_axes: axes of the inputs, tuple of ints; None for shapes ``(..., inputs, outputs)``.
        output_axes: axes of the outputs, tuple of ints; None as for ``input_axes``.

    Reference:
        He et al., "Delving deep into rectifiers", 2015. arXiv:1502.01852.

    >>> w = VarianceScaling(2.0, "fan_out", "uniform", seed=3)((40, 50))
    >>> bool(abs(w).max() <= (3 * 2.0 / 50) ** 0.5)
    True
    """

    scale: float = field(default=1.0, kind="float", gt=0)
    mode: str = field(default="fan_in", options=("fan_in", "fan_out", "fan_avg"))
    distribution: str = field(default="truncated_normal", convert=_distribution)
    field_order = ("scale", "mode", "distribution")


@registry.add
class GlorotUniform(_Scaled):
    """Glorot (Xavier) uniform: uniform in [-a, a] with ``a = sqrt(6 / (fan_in + fan_out))``.

    Args:
        seed: int, `SeedGenerator`, or None for a seed drawn from NumPy's global generator.
        input_axes: axes of the inputs, tuple of ints; None for shapes ``(..., inputs, outputs)``.
        output_axes: axes of the outputs, tuple of ints; None as for ``input_axes``.

    Reference:
        Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
        networks", 2010. PMLR 9, 249-256.

    >>> GlorotUniform(seed=1)((3, 4)).shape
    (3, 4)
    """

    mode, distribution = "fan_avg", "uniform"


@registry.add
class GlorotNormal(_Scaled):
    """Glorot (Xavier) normal: truncated normal with stddev ``sqrt(2 / (fan_in + fan_out))``.

    Args:
        seed: int, `SeedGenerator`, or None for a seed drawn from NumPy's global generator.
        input_axes: axes of the inputs, tuple of ints; None for shapes ``(..., inputs, outputs)``.
        output_axes: axes of the outputs, tuple of ints; None as for ``input_axes``.

    Reference:
        Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
        networks", 2010. PMLR 9, 249-256.

    >>> GlorotNormal(seed=1)((3, 4)).shape
    (3, 4)
    """

    mode = "fan_avg"


@registry.add
class HeUniform(_Scaled):
    """He uniform: uniform in [-a, a] with ``a = sqrt(6 / fan_in)``.

    Args:
        seed: int, `SeedGenerator`, or None for a seed drawn from NumPy's global generator.
        input_axes: axes of the inputs, tuple of ints; None for shapes ``(..., inputs, outputs)``.
        output_axes: axes of the outputs, tuple of ints; None as for ``input_axes``.

    Reference:
        He et al., "Delving deep into rectifiers", 2015. arXiv:1502.01852.

    >>> HeUniform(seed=1)((3, 4)).shape
    (3, 4)
    """

    scale, distribution = 2.0, "uniform"


@registry.add
class HeNormal(_Scaled):
    """He normal: truncated normal with stddev ``sqrt(2 / fan_in)``.

    Args:
        seed: int, `SeedGenerator`, or None for a seed drawn from NumPy's global generator.
        input_axes: axes of the inputs, tuple of ints; None for shapes ``(..., inputs, outputs)``.
        output_axes: axes of the outputs, tuple of ints; None as for ``input_axes``.

    Reference:
        He et al., "Delving deep into rectifiers", 2015. arXiv:1502.01852.

    >>> HeNormal(seed=1)((3, 4)).shape
    (3, 4)
    """

    scale = 2.0


@registry.add
class LecunUniform(_Scaled):
    """LeCun uniform: uniform in [-a, a] with ``a = sqrt(3 / fan_in)``.

    Args:
        seed: int, `SeedGenerator`, or None for a seed drawn from NumPy's global generator.
        input_axes: axes of the inputs, tuple of ints; None for shapes ``(..., inputs, outputs)``.
        output_axes: axes of the outputs, tuple of ints; None as for ``input_axes``.

    Reference:
        LeCun et al., "Efficient backprop", 1998. doi:10.1007/3-540-49430-8_2.

    >>> LecunUniform(seed=1)((3, 4)).shape
    (3, 4)
    """

    distribution = "uniform"


@registry.add
class LecunNormal(_Scaled):
    """LeCun normal: truncated normal with stddev ``sqrt(1 / fan_in)``.

    Args:
        seed: int, `SeedGenerator`, or None for a seed drawn from NumPy's global generator.
        input_axes: axes of the inputs, tuple of ints; None for shapes ``(..., inputs, outputs)``.
        output_axes: axes of the outputs, tuple of ints; None as for ``input_axes``.

    Reference:
        LeCun et al., "Efficient backprop", 1998. doi:10.1007/3-540-49430-8_2.

    >>> LecunNormal(seed=1)((3, 4)).shape
    (3, 4)
    """


@registry.add(aliases=["OrthogonalInitializer"])
class Orthogonal(RandomInitializer):
    """A random matrix with orthonormal rows or columns, whichever are fewer, times ``gain``.

    All axes before the last are flattened to one. The matrix is uniformly distributed: the Q of
    the QR decomposition of a normal matrix, with the signs of the diagonal of R.

    Args:
        gain: factor, float.
        seed: int, `SeedGenerator`, or None for a seed drawn from NumPy's global generator.

    Raises:
        ArgumentError (a ValueError): by a call, for a shape with fewer than two axes.

    Reference:
        Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural
        networks", 2014. arXiv:1312.6120.

    >>> q = Orthogonal(seed=1)((2, 3))
    >>> bool(np.allclose(q @ q.T, np.eye(2), atol=1e-6))
    True
    """

    gain: float = field(default=1.0, kind="float")
    field_order = ("gain",)

    def draw(self, draws: SeededArrays, shape: tuple[int, ...]) -> np.ndarray:
        if len(shape) < 2:
            raise ArgumentError("Orthogonal", f"got shape {shape}, expected two axes or more.")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(draws.normal((max(rows, columns), min(rows, columns))))
        q = q * np.sign(np.diag(r))
        return self.gain * (q.T if rows < columns else q).reshape(shape)


def _shape(shape) -> tuple[int, ...]:
    shape = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    if any(d is None for d in shape):
        raise ArgumentError("initializer", f"got shape {shape}, expected all dimensions known.")
    return tuple(int(d) for d in shape)


def get(identifier: Any) -> Any:
    """Return the initializer that an identifier names.

    Args:
        identifier: name, config, class, function ``(shape, dtype)``, `Initializer`, or an array
            with the values; None for none.

    Returns:
        A callable ``(shape, dtype)``; None for None.

    Raises:
        ArgumentError (a ValueError): for an unknown name; the message suggests similar ones.

    >>> get("uniform").maxval, get("glorot_uniform") is None
    (0.05, False)
    """
    if isinstance(identifier, np.ndarray | np.generic):
        return _from_array(identifier)
    return registry.get(identifier)


def _from_array(array):
    """An initializer that returns the values of an array."""

    def initialize(shape, dtype=None):
        if tuple(shape) != np.shape(array):
            raise ArgumentError(
                "initializer", f"got an array of shape {np.shape(array)}, expected {tuple(shape)}."
            )
        return np.array(array, standard(dtype or floatx()))

    return initialize


def serialize(initializer: Any) -> dict:
    """Return the entry for an initializer in a config.

    Args:
        initializer: `Initializer` or function.

    Returns:
        ``{"class_name": ..., "config": ...}``.

    >>> serialize(get("ones"))["class_name"]
    'Ones'
    """
    return encode(initializer)


deserialize = registry.deserialize


if TYPE_CHECKING:  # the classes under their other names
    zero = Zeros
    zeros = Zeros
    one = Ones
    ones = Ones
    constant = Constant
    identity = IdentityInitializer = Identity
    normal = random_normal = RandomNormal
    truncated_normal = TruncatedNormal
    uniform = random_uniform = RandomUniform
    variance_scaling = VarianceScaling
    glorot_uniform = GlorotUniform
    glorot_normal = GlorotNormal
    he_uniform = HeUniform
    he_normal = HeNormal
    lecun_uniform = LecunUniform
    lecun_normal = LecunNormal
    orthogonal = OrthogonalInitializer = Orthogonal
else:

    def __getattr__(name: str) -> Any:
        """The classes under their other names, such as ``initializers.glorot_uniform``."""
        return registry.attribute(__name__, name)
