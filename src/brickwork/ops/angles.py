"""Keras's ops of angles: the trigonometric functions, and the hyperbolic ones."""

from __future__ import annotations

import math

from ..program.primitives import elementwise as e
from .core import floating


def sin(x):
    """The sine of an angle in radians.

    >>> sin([0.0])
    array([0.], dtype=float32)
    """
    return e.sin(x)


def cos(x):
    """The cosine of an angle in radians.

    >>> cos([0.0])
    array([1.], dtype=float32)
    """
    return e.cos(x)


def tan(x):
    """The tangent of an angle in radians.

    >>> tan([0.0])
    array([0.], dtype=float32)
    """
    return e.tan(x)


def arcsin(x):
    """The angle whose sine is x.

    >>> arcsin([0.0])
    array([0.], dtype=float32)
    """
    return e.asin(x)


def arccos(x):
    """The angle whose cosine is x.

    >>> arccos([1.0])
    array([0.], dtype=float32)
    """
    return e.acos(x)


def arctan(x):
    """The angle whose tangent is x.

    >>> arctan([0.0])
    array([0.], dtype=float32)
    """
    return e.atan(x)


def sinh(x):
    """(exp(x) - exp(-x)) / 2.

    >>> sinh([0.0])
    array([0.], dtype=float32)
    """
    return e.sinh(x)


def cosh(x):
    """(exp(x) + exp(-x)) / 2.

    >>> cosh([0.0])
    array([1.], dtype=float32)
    """
    return e.cosh(x)


def tanh(x):
    """sinh(x) / cosh(x), between -1 and 1.

    >>> tanh([0.0])
    array([0.], dtype=float32)
    """
    return e.tanh(x)


def arcsinh(x):
    """The x of which sinh is the argument.

    >>> arcsinh([0.0])
    array([0.], dtype=float32)
    """
    return e.asinh(x)


def arccosh(x):
    """The x >= 0 of which cosh is the argument.

    >>> arccosh([1.0])
    array([0.], dtype=float32)
    """
    return e.acosh(x)


def arctanh(x):
    """The x of which tanh is the argument.

    >>> arctanh([0.0])
    array([0.], dtype=float32)
    """
    return e.atanh(x)


def sinc(x):
    """sin(pi x) / (pi x), 1 at 0.

    >>> sinc([0.0])
    array([1.], dtype=float32)
    """
    x = floating(x)
    zero = e.equal(x, 0)
    angle = math.pi * e.where(zero, 1.0, x)
    return e.where(zero, 1.0, e.sin(angle) / angle)


def deg2rad(x):
    """Degrees as radians.

    >>> deg2rad([180.0])
    array([3.1415927], dtype=float32)
    """
    return floating(x) * (math.pi / 180)


def rad2deg(x):
    """Radians as degrees.

    >>> rad2deg([0.0])
    array([0.], dtype=float32)
    """
    return floating(x) * (180 / math.pi)


__all__ = ["arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "cos", "cosh", "deg2rad",
           "rad2deg", "sin", "sinc", "sinh", "tan", "tanh"]
