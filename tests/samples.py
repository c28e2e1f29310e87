"""Models that several tests look at."""

from brickwork.layers import Dense, Input
from brickwork.models import Sequential


def dense(name: str, units: int, activation: str = "relu", **kwargs) -> Dense:
    return Dense(units, activation=activation, name=name, **kwargs)


def chain(inputs: int, *layers, name: str = "sequential") -> Sequential:
    """A model for rows of so many numbers."""
    return Sequential([Input((inputs,)), *layers], name=name)


def lesson(last: str = "dense_2", name: str = "sequential") -> Sequential:
    """The network 4-8-6-1."""
    return chain(4, dense("dense", 8), dense("dense_1", 6), dense(last, 1, "sigmoid"), name=name)
