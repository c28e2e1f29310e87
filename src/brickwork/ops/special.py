"""Keras's error functions and the sign bit."""

from __future__ import annotations

import math

from ..program.between import connect
from ..program.dtypes import is_float
from ..program.primitives import elementwise as e
from ..program.types import Tensor, TensorLike
from .core import custom_gradient, dtype_of, floating, in_float32, tensor
from .creation import zeros_like

#: Chebyshev coefficients of log(erfc(z) exp(z^2) / t) in 2 t - 1 with t = 2 / (2 + z), fitted to
#: SciPy's `erfcx` at 30 nodes; the remainder is below the precision of float64.
_TAIL = (
    -0.6513268598908547,
    0.6419697923564907,
    0.01947647320418643,
    -0.009561514786808365,
    -0.0009465953444820507,
    0.0003668394978533271,
    4.2523324807122224e-05,
    -2.0278578111996898e-05,
    -1.6242900040800084e-06,
    1.3036558359955527e-06,
    1.5626441853904504e-08,
    -8.523809547415969e-08,
    6.5290545427546896e-09,
    5.059343803090413e-09,
    -9.913635847966347e-10,
    -2.2736537569612148e-10,
    9.646854028332406e-11,
    2.393688480919034e-12,
    -6.885911820411922e-12,
    8.943978539949832e-13,
    3.1256672579210493e-13,
    -1.1309990523722632e-13,
    3.732671995446563e-16,
    6.625657939948582e-15,
    -1.6208434126368874e-15,
)


@in_float32
def erfc(x: TensorLike) -> Tensor:
    """Return the complementary error function, 1 - erf(x), accurate where erf(x) is close to 1.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> float(erfc(0.0)), bool(erfc(10.0) > 0)
    (1.0, True)
    """
    return _erfc(floating(x))


@custom_gradient
def _erfc(x):
    size = e.abs(x)
    t = 2.0 / (size + 2.0)
    twice, last, before = 4.0 * t - 2.0, zeros_like(t), zeros_like(t)
    for coefficient in reversed(_TAIL[1:]):  # Clenshaw's recurrence, 1955
        last, before = twice * last - before + coefficient, last
    tail = t * e.exp(_TAIL[0] + 0.5 * twice * last - before - size * size)
    return e.where(
        e.less(x, 0.0), 2.0 - tail, tail
    ), lambda upstream: (-2 / math.sqrt(math.pi)) * e.exp(-x * x) * upstream


@in_float32
def erfinv(x: TensorLike) -> Tensor:
    """Return the inverse of `erf`; infinite at -1 and 1, NaN beyond.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> float(erfinv(0.0)), float(erfinv(1.0))
    (0.0, inf)
    """
    return _erfinv(floating(x))


@custom_gradient
def _erfinv(x):
    size = e.abs(x)
    inside = e.where(e.less(size, 1.0), size, 0.5)
    # An approximation with error 0.002 (Winitzki, 2008); each of Halley's steps triples the digits.
    logarithm, a = e.log((1.0 - inside) * (1.0 + inside)), 0.147
    half = 2 / (math.pi * a) + 0.5 * logarithm
    found = e.sqrt(e.sqrt(half * half - logarithm / a) - half)
    for _ in range(3):
        error = e.where(e.less(inside, 0.5), inside - e.erf(found), _erfc(found) - (1.0 - inside))
        derivative = 2 / math.sqrt(math.pi) * e.exp(-found * found)
        found = found + error / (derivative - found * error)
    found = e.where(
        e.less(size, 1.0), found, e.where(e.equal(size, 1.0), float("inf"), float("nan"))
    )
    found = e.where(e.less(x, 0.0), -found, found)
    return found, lambda upstream: math.sqrt(math.pi) / 2 * e.exp(found * found) * upstream


def signbit(x: TensorLike) -> Tensor:
    """Return whether each element is negative, or -0.

    Args:
        x: tensor of any shape and numeric dtype.

    Returns:
        Tensor of the shape of x, dtype bool.

    >>> signbit([-0.0, 0.0, -1.0])
    array([ True, False,  True])
    """
    x = tensor(x)
    if not is_float(dtype_of(x)):
        return e.less(x, 0)
    return e.less(e.where(e.equal(x, 0.0), e.reciprocal(x), x), 0.0)


__all__ = ["erfc", "erfinv", "signbit"]
connect(globals(), __all__)
