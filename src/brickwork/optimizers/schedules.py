"""Learning rates that are a function of the step: traced into the program, so that they cost
nothing between batches.

The step counts calls of the optimizer, accumulated ones included, from 0.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from ..fields import Configurable, encode, field
from ..program import as_array, floatx
from ..program.primitives.elementwise import cast, ceil, cos, floor, log, maximum, minimum, where
from ..registry import Registry


class LearningRateSchedule(Configurable):
    """Base of schedules; a subclass writes ``__call__(self, step)`` in `brickwork.ops`.

    >>> class Hyperbola(LearningRateSchedule):
    ...     def __init__(self, start):
    ...         self.start = start
    ...     def __call__(self, step):
    ...         return self.start / (step + 1)
    >>> float(Hyperbola(1.0)(3))
    0.25
    """

    def __call__(self, step):
        raise NotImplementedError(f"{type(self).__name__} must write __call__(self, step).")


registry = Registry("learning rate schedule", LearningRateSchedule, functions=False)


def _count(step):
    """The step as a number to compute with."""
    return cast(step if hasattr(step, "dtype") else as_array(step), floatx())


class _ByRate(LearningRateSchedule):
    """A rate that falls by `decay_rate` in each `decay_steps`."""

    initial_learning_rate: float = field(kind="float", ge=0)
    decay_steps: float = field(kind="float", gt=0)
    decay_rate: float = field(kind="float")
    staircase: bool = field(False, kind="bool")
    name: str | None = field(None, kind="str")

    def _periods(self, step):
        periods = _count(step) / self.decay_steps
        return floor(periods) if self.staircase else periods


@registry.add
class ExponentialDecay(_ByRate):
    """``initial_learning_rate * decay_rate ** (step / decay_steps)``; the exponent is rounded
    down if ``staircase``.

    >>> round(float(ExponentialDecay(0.1, 10, 0.5)(20)), 6)
    0.025
    """

    name = "ExponentialDecay"

    def __call__(self, step):
        return self.initial_learning_rate * self.decay_rate ** self._periods(step)


def _numbers(value) -> list[float]:
    if isinstance(value, str | bytes | dict) or np.ndim(value) != 1 or not len(value):
        raise ValueError(f"got {shown(value)}, expected a list of numbers.")
    number = field(kind="float")
    kept = [v.item() if isinstance(v, np.generic) else v for v in value]
    for v in kept:
        number.accept("PiecewiseConstantDecay", "numbers", v)
    return kept


@registry.add
class PiecewiseConstantDecay(LearningRateSchedule):
    """``values[0]`` up to and with step ``boundaries[0]``, then ``values[1]`` and so on.

    >>> schedule = PiecewiseConstantDecay([10, 20], [1.0, 0.5, 0.25])
    >>> [float(schedule(step)) for step in (10, 11, 21)]
    [1.0, 0.5, 0.25]
    """

    boundaries: Any = field(convert=_numbers)
    values: Any = field(convert=_numbers)
    name: str | None = field("PiecewiseConstant", kind="str", optional=True)

    def setup(self) -> None:
        if len(self.boundaries) != len(self.values) - 1:
            raise ArgumentError("PiecewiseConstantDecay.values", f"got {len(self.values)} for "
                                f"{len(self.boundaries)} boundaries, expected one more.")
        if sorted(set(self.boundaries)) != self.boundaries:
            raise ArgumentError("PiecewiseConstantDecay.boundaries",
                                f"got {shown(self.boundaries)}, expected each above the last.")

    def __call__(self, step):
        step = step if hasattr(step, "dtype") else as_array(step)
        rate = as_array(float(self.values[-1]))
        for bound, value in zip(self.boundaries[::-1], self.values[-2::-1], strict=True):
            rate = where(step <= math.floor(bound), float(value), rate)
        return rate


@registry.add
class PolynomialDecay(LearningRateSchedule):
    """From ``initial_learning_rate`` to ``end_learning_rate`` in ``decay_steps``:
    ``(initial - end) * (1 - step / decay_steps) ** power + end``.

    With ``cycle`` it starts again, each time ending at the next multiple of ``decay_steps``.

    >>> round(float(PolynomialDecay(0.1, 10, 0.01)(5)), 6)
    0.055
    """

    initial_learning_rate: float = field(kind="float", ge=0)
    decay_steps: float = field(kind="float", gt=0)
    end_learning_rate: float = field(0.0001, kind="float", ge=0)
    power: float = field(1.0, kind="float")
    cycle: bool = field(False, kind="bool")
    name: str | None = field("PolynomialDecay", kind="str", optional=True)

    def __call__(self, step):
        count = _count(step)
        if self.cycle:
            p = count / (self.decay_steps * maximum(ceil(count / self.decay_steps), 1.0))
        else:
            p = minimum(count, self.decay_steps) / self.decay_steps
        span = self.initial_learning_rate - self.end_learning_rate
        return span * (1 - p) ** self.power + self.end_learning_rate


@registry.add
class InverseTimeDecay(_ByRate):
    """``initial_learning_rate / (1 + decay_rate * step / decay_steps)``; the fraction is rounded
    down if ``staircase``.

    >>> round(float(InverseTimeDecay(0.1, 10, 1.0)(10)), 6)
    0.05
    """

    name = "InverseTimeDecay"

    def __call__(self, step):
        return self.initial_learning_rate / (1 + self.decay_rate * self._periods(step))


def _cosine(fraction, alpha: float):
    """From 1 to ``alpha`` along half a wave of the cosine."""
    return (1 - alpha) * 0.5 * (1 + cos(math.pi * fraction)) + alpha


@registry.add
class CosineDecay(LearningRateSchedule):
    """From the start to ``alpha`` times it along half a cosine, in ``decay_steps``.

    With ``warmup_target`` the rate first rises in a line from ``initial_learning_rate`` to it, in
    ``warmup_steps``, and decays from there. Loshchilov and Hutter, "SGDR: stochastic gradient
    descent with warm restarts", 2016.

    >>> [round(float(CosineDecay(0.1, 10)(step)), 6) for step in (0, 5, 10, 99)]
    [0.1, 0.05, 0.0, 0.0]
    """

    initial_learning_rate: float = field(kind="float", ge=0)
    decay_steps: float = field(kind="float", gt=0)
    alpha: float = field(0.0, kind="float")
    name: str | None = field("CosineDecay", kind="str", optional=True)
    warmup_target: float | None = field(None, kind="float", ge=0)
    warmup_steps: float = field(0, kind="float", ge=0)

    def __call__(self, step):
        count = _count(step)
        if self.warmup_target is None:
            fraction = minimum(count, self.decay_steps) / self.decay_steps
            return self.initial_learning_rate * _cosine(fraction, self.alpha)
        fraction = minimum(count - self.warmup_steps, self.decay_steps) / self.decay_steps
        decayed = self.warmup_target * _cosine(fraction, self.alpha)
        if not self.warmup_steps:
            return decayed
        rise = self.warmup_target - self.initial_learning_rate
        warm = rise * (count / self.warmup_steps) + self.initial_learning_rate
        return where(count < self.warmup_steps, warm, decayed)


@registry.add
class CosineDecayRestarts(LearningRateSchedule):
    """`CosineDecay` again and again, each run ``t_mul`` times as long as the last and from a
    start ``m_mul`` times as high.

    >>> [round(float(CosineDecayRestarts(0.1, 10)(step)), 6) for step in (5, 10, 20)]
    [0.05, 0.1, 0.05]
    """

    initial_learning_rate: float = field(kind="float", ge=0)
    first_decay_steps: float = field(kind="float", gt=0)
    t_mul: float = field(2.0, kind="float", gt=0)
    m_mul: float = field(1.0, kind="float")
    alpha: float = field(0.0, kind="float")
    name: str | None = field("SGDRDecay", kind="str", optional=True)

    def __call__(self, step):
        fraction = _count(step) / self.first_decay_steps
        if self.t_mul == 1:
            run = floor(fraction)
            fraction = fraction - run
        else:
            # Run r starts where the lengths before it, 1 + t + ... + t^(r-1), have passed.
            run = floor(log(1 - fraction * (1 - self.t_mul)) / math.log(self.t_mul))
            length = self.t_mul ** run
            fraction = (fraction - (1 - length) / (1 - self.t_mul)) / length
        height = 0.5 * self.m_mul ** run * (1 + cos(math.pi * fraction))
        return self.initial_learning_rate * ((1 - self.alpha) * height + self.alpha)


def get(identifier):
    """The schedule for a config or an object."""
    return registry.get(identifier)


def serialize(learning_rate_schedule) -> dict:
    """What a config holds for a schedule.

    >>> serialize(CosineDecay(0.1, 9))["class_name"]
    'CosineDecay'
    """
    return encode(learning_rate_schedule)


deserialize = registry.deserialize
