"""Keras's ops about complex numbers. Programs have none: there a number is real, and the answer
plain. Arrays of them come from `eig`, `polar` and `view_as_complex`, and end here as well."""

from __future__ import annotations

import numpy as np

from ..program.primitives import elementwise as e
from ..program.results import answered
from .core import floating, public, tensor
from .creation import full_like, ones_like, zeros_like
from .indexing import known
from .special import signbit

_WORDS = "a program has no complex numbers. Keep the two parts beside one another"


def _is_complex(x) -> bool:
    return isinstance(x, np.ndarray | np.generic) and x.dtype.kind == "c"


def real(x):
    """The real part: of a real number that itself.

    >>> real([1.5])
    array([1.5], dtype=float32)
    """
    return answered(np.real(x)) if _is_complex(x) else tensor(x)


def conjugate(x):
    """The conjugate: of a real number that itself.

    >>> conjugate([1.5])
    array([1.5], dtype=float32)
    """
    return answered(np.conj(x)) if _is_complex(x) else tensor(x)


conj = conjugate


def imag(x):
    """The imaginary part: of a real number 0.

    >>> imag([1.5])
    array([0.], dtype=float32)
    """
    return answered(np.imag(x)) if _is_complex(x) else zeros_like(tensor(x))


def isreal(x):
    """Whether a number is real.

    >>> isreal([1.5])
    array([ True])
    """
    return answered(np.isreal(x)) if _is_complex(x) else ones_like(tensor(x), dtype="bool")


def angle(x):
    """The angle in the plane of complex numbers: 0, and pi of negative ones and -0.

    >>> angle([2.0, -1.0])
    array([0.       , 3.1415927], dtype=float32)
    """
    if _is_complex(x):
        return answered(np.angle(x))
    x = floating(x)
    return e.where(e.isnan(x), x, e.where(signbit(x), full_like(x, np.pi), zeros_like(x)))


def polar(abs_, angle):
    """The complex numbers of these sizes and angles, in complex64.

    >>> polar([2.0], [0.0])
    array([2.+0.j], dtype=complex64)
    """
    size, turn = (floating(known("polar", x, _WORDS)) for x in (abs_, angle))
    return answered((size * np.exp(1j * turn)).astype("complex64"))


def view_as_complex(x):
    """The complex numbers whose real and imaginary parts lie along the last axis, in complex64.

    >>> view_as_complex([[1.0, 2.0]])
    array([1.+2.j], dtype=complex64)
    """
    x = floating(known("view_as_complex", x, _WORDS))
    if not x.ndim or x.shape[-1] != 2:
        raise ValueError(f"view_as_complex: got shape {public(x)}, expected 2 numbers along the "
                         "last axis.")
    return answered((x[..., 0] + 1j * x[..., 1]).astype("complex64"))


def view_as_real(x):
    """The real and the imaginary part side by side along a new last axis.

    >>> view_as_real(np.complex64([1 + 2j]))
    array([[1., 2.]], dtype=float32)
    """
    x = x if _is_complex(x) else known("view_as_real", x, _WORDS)
    return answered(np.stack([np.real(x), np.imag(x)], -1))


__all__ = ["angle", "conj", "conjugate", "imag", "isreal", "polar", "real", "view_as_complex",
           "view_as_real"]
