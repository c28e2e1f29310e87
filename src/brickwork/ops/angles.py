"""Keras's trigonometric and hyperbolic ops."""

from __future__ import annotations

import math

from ..program.between import connect
from ..program.primitives import elementwise as e
from ..program.types import Tensor, TensorLike
from .core import floating


def sin(x: TensorLike) -> Tensor:
    """The sine of an angle, element by element.

    Args:
        x: angles in radians, a tensor of any shape; integers and booleans become floats.

    Returns:
        A float tensor of the shape of `x`.

    >>> sin([0.0])
    array([0.], dtype=float32)
    """
    return e.sin(x)


def cos(x: TensorLike) -> Tensor:
    """The cosine of an angle, element by element.

    Args:
        x: angles in radians, a tensor of any shape; integers and booleans become floats.

    Returns:
        A float tensor of the shape of `x`.

    >>> cos([0.0])
    array([1.], dtype=float32)
    """
    return e.cos(x)


def tan(x: TensorLike) -> Tensor:
    """The tangent of an angle, element by element.

    Args:
        x: angles in radians, a tensor of any shape; integers and booleans become floats.

    Returns:
        A float tensor of the shape of `x`.

    >>> tan([0.0])
    array([0.], dtype=float32)
    """
    return e.tan(x)


def arcsin(x: TensorLike) -> Tensor:
    """The inverse sine, element by element.

    Args:
        x: tensor of any shape with values from -1 to 1; integers and booleans become floats.

    Returns:
        Angles in radians from -pi/2 to pi/2, NaN outside the domain; a float tensor of the shape
        of `x`.

    >>> arcsin([0.0])
    array([0.], dtype=float32)
    """
    return e.asin(x)


def arccos(x: TensorLike) -> Tensor:
    """The inverse cosine, element by element.

    Args:
        x: tensor of any shape with values from -1 to 1; integers and booleans become floats.

    Returns:
        Angles in radians from 0 to pi, NaN outside the domain; a float tensor of the shape of `x`.

    >>> arccos([1.0])
    array([0.], dtype=float32)
    """
    return e.acos(x)


def arctan(x: TensorLike) -> Tensor:
    """The inverse tangent, element by element.

    Args:
        x: tensor of any shape; integers and booleans become floats.

    Returns:
        Angles in radians between -pi/2 and pi/2; a float tensor of the shape of `x`.

    >>> arctan([0.0])
    array([0.], dtype=float32)
    """
    return e.atan(x)


def sinh(x: TensorLike) -> Tensor:
    """The hyperbolic sine ``(exp(x) - exp(-x)) / 2``, element by element.

    Args:
        x: tensor of any shape; integers and booleans become floats.

    Returns:
        A float tensor of the shape of `x`.

    >>> sinh([0.0])
    array([0.], dtype=float32)
    """
    return e.sinh(x)


def cosh(x: TensorLike) -> Tensor:
    """The hyperbolic cosine ``(exp(x) + exp(-x)) / 2``, element by element.

    Args:
        x: tensor of any shape; integers and booleans become floats.

    Returns:
        A float tensor of the shape of `x`.

    >>> cosh([0.0])
    array([1.], dtype=float32)
    """
    return e.cosh(x)


def tanh(x: TensorLike) -> Tensor:
    """The hyperbolic tangent ``sinh(x) / cosh(x)``, element by element.

    Args:
        x: tensor of any shape; integers and booleans become floats.

    Returns:
        Values between -1 and 1; a float tensor of the shape of `x`.

    >>> tanh([0.0])
    array([0.], dtype=float32)
    """
    return e.tanh(x)


def arcsinh(x: TensorLike) -> Tensor:
    """The inverse hyperbolic sine, element by element.

    Args:
        x: tensor of any shape; integers and booleans become floats.

    Returns:
        A float tensor of the shape of `x`.

    >>> arcsinh([0.0])
    array([0.], dtype=float32)
    """
    return e.asinh(x)


def arccosh(x: TensorLike) -> Tensor:
    """The inverse hyperbolic cosine, element by element.

    Args:
        x: tensor of any shape with values >= 1; integers and booleans become floats.

    Returns:
        Values >= 0, NaN outside the domain; a float tensor of the shape of `x`.

    >>> arccosh([1.0])
    array([0.], dtype=float32)
    """
    return e.acosh(x)


def arctanh(x: TensorLike) -> Tensor:
    """The inverse hyperbolic tangent, element by element.

    Args:
        x: tensor of any shape with values from -1 to 1; integers and booleans become floats.

    Returns:
        A float tensor of the shape of `x`; infinite at -1 and 1, NaN outside the domain.

    >>> arctanh([0.0])
    array([0.], dtype=float32)
    """
    return e.atanh(x)


def sinc(x: TensorLike) -> Tensor:
    """The normalized sinc function ``sin(pi x) / (pi x)``, 1 at 0, element by element.

    Args:
        x: tensor of any shape; integers and booleans become floats.

    Returns:
        A float tensor of the shape of `x`.

    >>> sinc([0.0])
    array([1.], dtype=float32)
    """
    x = floating(x)
    zero = e.equal(x, 0)
    angle = math.pi * e.where(zero, 1.0, x)
    return e.where(zero, 1.0, e.sin(angle) / angle)


def deg2rad(x: TensorLike) -> Tensor:
    """Convert angles from degrees to radians.

    Args:
        x: angles in degrees, a tensor of any shape; integers and booleans become floats.

    Returns:
        Angles in radians; a float tensor of the shape of `x`.

    >>> deg2rad([180.0])
    array([3.1415927], dtype=float32)
    """
    return floating(x) * (math.pi / 180)


def rad2deg(x: TensorLike) -> Tensor:
    """Convert angles from radians to degrees.

    Args:
        x: angles in radians, a tensor of any shape; integers and booleans become floats.

    Returns:
        Angles in degrees; a float tensor of the shape of `x`.

    >>> rad2deg([0.0])
    array([0.], dtype=float32)
    """
    return floating(x) * (180 / math.pi)


__all__ = [
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctanh",
    "cos",
    "cosh",
    "deg2rad",
    "rad2deg",
    "sin",
    "sinc",
    "sinh",
    "tan",
    "tanh",
]
connect(globals(), __all__)
