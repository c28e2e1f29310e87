"""Keras's ops about complex numbers.

Programs have real numbers only, so inside a trace the results are those of real numbers. Complex
arrays come from `eig`, `polar` and `view_as_complex`, and only the ops of this file accept them.
"""

from __future__ import annotations

from typing import TypeGuard

import numpy as np

from ..program.between import connect
from ..program.primitives import elementwise as e
from ..program.results import as_result
from ..program.types import Tensor, TensorLike
from .core import floating, public_shape, tensor
from .creation import full_like, ones_like, zeros_like
from .indexing import concrete
from .special import signbit

_NO_COMPLEX = "a program has no complex numbers. Keep the real and imaginary parts in two tensors"


def _is_complex(x: TensorLike) -> TypeGuard[Tensor]:
    return isinstance(x, np.ndarray | np.generic) and x.dtype.kind == "c"


def real(x: TensorLike) -> Tensor:
    """The real part, element by element.

    Args:
        x: real tensor or complex array of any shape.

    Returns:
        A real tensor of the shape of `x`; `x` itself if it is real.

    >>> real([1.5])
    array([1.5], dtype=float32)
    """
    return as_result(np.real(x)) if _is_complex(x) else tensor(x)


def conjugate(x: TensorLike) -> Tensor:
    """The complex conjugate, element by element.

    Args:
        x: real tensor or complex array of any shape.

    Returns:
        A tensor of the shape and dtype of `x`; `x` itself if it is real.

    >>> conjugate([1.5])
    array([1.5], dtype=float32)
    """
    return as_result(np.conj(x)) if _is_complex(x) else tensor(x)


conj = conjugate


def imag(x: TensorLike) -> Tensor:
    """The imaginary part, element by element.

    Args:
        x: real tensor or complex array of any shape.

    Returns:
        A real tensor of the shape of `x`; zeros if it is real.

    >>> imag([1.5])
    array([0.], dtype=float32)
    """
    return as_result(np.imag(x)) if _is_complex(x) else zeros_like(tensor(x))


def isreal(x: TensorLike) -> Tensor:
    """Whether the imaginary part is 0, element by element.

    Args:
        x: real tensor or complex array of any shape.

    Returns:
        A bool tensor of the shape of `x`.

    >>> isreal([1.5])
    array([ True])
    """
    return as_result(np.isreal(x)) if _is_complex(x) else ones_like(tensor(x), dtype="bool")


def angle(x: TensorLike) -> Tensor:
    """The angle in the complex plane, element by element.

    Args:
        x: real tensor or complex array of any shape.

    Returns:
        Angles in radians from -pi to pi, a float tensor of the shape of `x`. For real numbers pi if
        the sign bit is set (-0 too), else 0; NaN stays NaN.

    >>> angle([2.0, -1.0])
    array([0.       , 3.1415927], dtype=float32)
    """
    if _is_complex(x):
        return as_result(np.angle(x))
    x = floating(x)
    return e.where(e.isnan(x), x, e.where(signbit(x), full_like(x, np.pi), zeros_like(x)))


def polar(abs_: TensorLike, angle: TensorLike) -> Tensor:
    """Complex numbers from magnitudes and angles, element by element; on arrays only.

    Args:
        abs_: magnitudes, a real array of any shape.
        angle: angles in radians, a real array whose shape broadcasts with that of `abs_`.

    Returns:
        A complex64 array of the broadcast shape.

    Raises:
        ValueError: inside a trace, as programs have no complex numbers.

    >>> polar([2.0], [0.0])
    array([2.+0.j], dtype=complex64)
    """
    abs_, angle = (floating(concrete("polar", x, _NO_COMPLEX)) for x in (abs_, angle))
    return as_result((abs_ * np.exp(1j * angle)).astype("complex64"))


def view_as_complex(x: TensorLike) -> Tensor:
    """Complex numbers from real and imaginary parts along the last axis; on arrays only.

    Args:
        x: real array of shape ``(..., 2)``.

    Returns:
        A complex64 array of shape ``(...)``.

    Raises:
        ValueError: if the last axis does not have extent 2, and inside a trace.

    >>> view_as_complex([[1.0, 2.0]])
    array([1.+2.j], dtype=complex64)
    """
    x = floating(concrete("view_as_complex", x, _NO_COMPLEX))
    if not x.ndim or x.shape[-1] != 2:
        raise ValueError(
            f"view_as_complex: got shape {public_shape(x)}, expected extent 2 along the last axis."
        )
    return as_result((x[..., 0] + 1j * x[..., 1]).astype("complex64"))


def view_as_real(x: TensorLike) -> Tensor:
    """The real and imaginary parts along a new last axis; on arrays only.

    Args:
        x: real or complex array of any shape.

    Returns:
        A real array of shape ``(..., 2)``.

    Raises:
        ValueError: inside a trace, as programs have no complex numbers.

    >>> view_as_real(np.complex64([1 + 2j]))
    array([[1., 2.]], dtype=float32)
    """
    values = x if _is_complex(x) else concrete("view_as_real", x, _NO_COMPLEX)
    return as_result(np.stack([np.real(values), np.imag(values)], -1))


__all__ = [
    "angle",
    "conj",
    "conjugate",
    "imag",
    "isreal",
    "polar",
    "real",
    "view_as_complex",
    "view_as_real",
]
connect(globals(), __all__)
