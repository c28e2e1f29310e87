"""``keras.initializations`` of Keras 1: functions of a shape that return initial values.

They are what an own initializer was made of: ``lambda shape, name=None: normal(shape, scale=0.01,
name=name)``.
"""

from __future__ import annotations

from .. import initializers


def uniform(shape, scale: float = 0.05, name=None):
    """Uniform between -scale and scale."""
    return initializers.RandomUniform(-scale, scale)(shape)


def normal(shape, scale: float = 0.05, name=None):
    """Normal with this standard deviation."""
    return initializers.RandomNormal(stddev=scale)(shape)


def orthogonal(shape, scale: float = 1.1, name=None):
    """An orthogonal matrix, times scale."""
    return initializers.Orthogonal(gain=scale)(shape)


def identity(shape, scale: float = 1, name=None):
    """The identity, times scale."""
    return initializers.Identity(gain=scale)(shape)


def _plain(word: str):
    def initialization(shape, name=None):
        return initializers.get(word)(shape)

    initialization.__name__ = word
    initialization.__doc__ = f"What ``init={word!r}`` means."
    return initialization


zero, one = _plain("zero"), _plain("one")
lecun_uniform, glorot_uniform = _plain("lecun_uniform"), _plain("glorot_uniform")
glorot_normal, he_normal = _plain("glorot_normal"), _plain("he_normal")
he_uniform = _plain("he_uniform")
