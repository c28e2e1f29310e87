"""Learning rate schedules: learning rates as functions of the step.

They are traced into the program of a training step, and cost nothing between batches. The step
counts the calls of the optimizer from 0, those that only accumulate gradients included.
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
    """Base class of learning rate schedules.

    A subclass implements ``__call__(self, step)`` in `brickwork.ops`: it gets the step, an
    integer scalar, and returns the learning rate.

    >>> class Hyperbola(LearningRateSchedule):
    ...     def __init__(self, start):
    ...         self.start = start
    ...     def __call__(self, step):
    ...         return self.start / (step + 1)
    >>> float(Hyperbola(1.0)(3))
    0.25
    """

    def __call__(self, step: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must implement __call__(self, step).")


registry = Registry("learning rate schedule", LearningRateSchedule, functions=False)


def _count(step):
    """The step as a float tensor."""
    return cast(step if hasattr(step, "dtype") else as_array(step), floatx())


class _RateDecay(LearningRateSchedule):
    """Base class of schedules that decay by `decay_rate` every `decay_steps` steps."""

    initial_learning_rate: float = field(kind="float", ge=0)
    decay_steps: float = field(kind="float", gt=0)
    decay_rate: float = field(kind="float")
    staircase: bool = field(default=False, kind="bool")
    name: str | None = field(default=None, kind="str")

    def _periods(self, step):
        periods = _count(step) / self.decay_steps
        return floor(periods) if self.staircase else periods


@registry.add
class ExponentialDecay(_RateDecay):
    """Exponential decay: ``initial_learning_rate * decay_rate ** (step / decay_steps)``.

    Args:
        initial_learning_rate: learning rate at step 0, float >= 0.
        decay_steps: number of steps per factor of ``decay_rate``, > 0.
        decay_rate: that factor, float.
        staircase: whether to round the exponent down to an integer.
        name: name in configs.

    >>> round(float(ExponentialDecay(0.1, 10, 0.5)(20)), 6)
    0.025
    """

    name = "ExponentialDecay"

    def __call__(self, step: Any) -> Any:
        return self.initial_learning_rate * self.decay_rate ** self._periods(step)


def _number_list(value) -> list[float]:
    if isinstance(value, str | bytes | dict) or np.ndim(value) != 1 or not len(value):
        raise ValueError(f"got {shown(value)}, expected a list of numbers.")
    number = field(kind="float")
    numbers = [v.item() if isinstance(v, np.generic) else v for v in value]
    for v in numbers:
        number.accept("PiecewiseConstantDecay", "numbers", v)
    return numbers


@registry.add
class PiecewiseConstantDecay(LearningRateSchedule):
    """Piecewise constant learning rates: ``values[0]`` up to and including step
    ``boundaries[0]``, then ``values[1]``, and so on.

    Args:
        boundaries: list of steps in ascending order.
        values: list of learning rates, one more than ``boundaries``.
        name: name in configs.

    Raises:
        ArgumentError (a ValueError): if the lengths do not match or boundaries do not ascend.

    >>> schedule = PiecewiseConstantDecay([10, 20], [1.0, 0.5, 0.25])
    >>> [float(schedule(step)) for step in (10, 11, 21)]
    [1.0, 0.5, 0.25]
    """

    boundaries: Any = field(convert=_number_list)
    values: Any = field(convert=_number_list)
    name: str | None = field(default="PiecewiseConstant", kind="str", optional=True)

    def setup(self) -> None:
        if len(self.boundaries) != len(self.values) - 1:
            raise ArgumentError(
                "PiecewiseConstantDecay.values",
                f"got {len(self.values)} for {len(self.boundaries)} boundaries, expected one more.",
            )
        if sorted(set(self.boundaries)) != self.boundaries:
            raise ArgumentError(
                "PiecewiseConstantDecay.boundaries",
                f"got {shown(self.boundaries)}, expected ascending steps.",
            )

    def __call__(self, step: Any) -> Any:
        step = step if hasattr(step, "dtype") else as_array(step)
        rate = as_array(float(self.values[-1]))
        for bound, value in zip(self.boundaries[::-1], self.values[-2::-1], strict=True):
            rate = where(step <= math.floor(bound), float(value), rate)
        return rate


@registry.add
class PolynomialDecay(LearningRateSchedule):
    """Polynomial decay: ``(initial - end) * (1 - step / decay_steps) ** power + end``.

    After ``decay_steps`` it stays at ``end_learning_rate``, unless ``cycle`` is set.

    Args:
        initial_learning_rate: learning rate at step 0, float >= 0.
        decay_steps: number of steps of the decay, > 0.
        end_learning_rate: learning rate at the end, float >= 0.
        power: exponent, float; 1 for linear decay.
        cycle: whether to extend the decay to the next multiple of ``decay_steps`` whenever it ends.
        name: name in configs.

    >>> round(float(PolynomialDecay(0.1, 10, 0.01)(5)), 6)
    0.055
    """

    initial_learning_rate: float = field(kind="float", ge=0)
    decay_steps: float = field(kind="float", gt=0)
    end_learning_rate: float = field(default=0.0001, kind="float", ge=0)
    power: float = field(default=1.0, kind="float")
    cycle: bool = field(default=False, kind="bool")
    name: str | None = field(default="PolynomialDecay", kind="str", optional=True)

    def __call__(self, step: Any) -> Any:
        count = _count(step)
        if self.cycle:
            p = count / (self.decay_steps * maximum(ceil(count / self.decay_steps), 1.0))
        else:
            p = minimum(count, self.decay_steps) / self.decay_steps
        span = self.initial_learning_rate - self.end_learning_rate
        return span * (1 - p) ** self.power + self.end_learning_rate


@registry.add
class InverseTimeDecay(_RateDecay):
    """Inverse time decay: ``initial_learning_rate / (1 + decay_rate * step / decay_steps)``.

    Args:
        initial_learning_rate: learning rate at step 0, float >= 0.
        decay_steps: number of steps per unit of time, > 0.
        decay_rate: decay per unit of time, float.
        staircase: whether to round ``step / decay_steps`` down to an integer.
        name: name in configs.

    >>> round(float(InverseTimeDecay(0.1, 10, 1.0)(10)), 6)
    0.05
    """

    name = "InverseTimeDecay"

    def __call__(self, step: Any) -> Any:
        return self.initial_learning_rate / (1 + self.decay_rate * self._periods(step))


def _cosine(fraction, alpha: float):
    """From 1 to ``alpha`` along half a period of the cosine."""
    return (1 - alpha) * 0.5 * (1 + cos(math.pi * fraction)) + alpha


@registry.add
class CosineDecay(LearningRateSchedule):
    """Cosine decay, optionally after a linear warmup.

    ``initial_learning_rate * ((1 - alpha) * (1 + cos(pi * step / decay_steps)) / 2 + alpha)``,
    constant after ``decay_steps``. With ``warmup_target`` the rate first rises linearly to it, and
    decays from there.

    Args:
        initial_learning_rate: learning rate at step 0, float >= 0.
        decay_steps: number of steps of the decay, > 0.
        alpha: final learning rate as a fraction of the highest, float.
        name: name in configs.
        warmup_target: learning rate after the warmup, float >= 0; None for no warmup.
        warmup_steps: number of steps of the warmup, >= 0.

    Reference:
        Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2016.
        arXiv:1608.03983.

    >>> [round(float(CosineDecay(0.1, 10)(step)), 6) for step in (0, 5, 10, 99)]
    [0.1, 0.05, 0.0, 0.0]
    """

    initial_learning_rate: float = field(kind="float", ge=0)
    decay_steps: float = field(kind="float", gt=0)
    alpha: float = field(default=0.0, kind="float")
    name: str | None = field(default="CosineDecay", kind="str", optional=True)
    warmup_target: float | None = field(default=None, kind="float", ge=0)
    warmup_steps: float = field(default=0, kind="float", ge=0)

    def __call__(self, step: Any) -> Any:
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
    """Cosine decay with warm restarts.

    Each period is ``t_mul`` times as long as the one before, and starts ``m_mul`` times as high.

    Args:
        initial_learning_rate: learning rate at step 0, float >= 0.
        first_decay_steps: number of steps of the first period, > 0.
        t_mul: factor of the length from one period to the next, float > 0.
        m_mul: factor of the initial learning rate from one period to the next, float.
        alpha: lowest learning rate as a fraction of ``initial_learning_rate``, float.
        name: name in configs.

    Reference:
        Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2016.
        arXiv:1608.03983.

    >>> [round(float(CosineDecayRestarts(0.1, 10)(step)), 6) for step in (5, 10, 20)]
    [0.05, 0.1, 0.05]
    """

    initial_learning_rate: float = field(kind="float", ge=0)
    first_decay_steps: float = field(kind="float", gt=0)
    t_mul: float = field(default=2.0, kind="float", gt=0)
    m_mul: float = field(default=1.0, kind="float")
    alpha: float = field(default=0.0, kind="float")
    name: str | None = field(default="SGDRDecay", kind="str", optional=True)

    def __call__(self, step: Any) -> Any:
        fraction = _count(step) / self.first_decay_steps
        if self.t_mul == 1:
            period = floor(fraction)
            fraction = fraction - period
        else:
            # Period r starts after those before it, of total length 1 + t + ... + t^(r-1).
            period = floor(log(1 - fraction * (1 - self.t_mul)) / math.log(self.t_mul))
            length = self.t_mul**period
            fraction = (fraction - (1 - length) / (1 - self.t_mul)) / length
        height = 0.5 * self.m_mul**period * (1 + cos(math.pi * fraction))
        return self.initial_learning_rate * ((1 - self.alpha) * height + self.alpha)


def get(identifier: Any) -> Any:
    """Return the schedule that an identifier names.

    Args:
        identifier: name, config, class or `LearningRateSchedule`; None for none.

    Returns:
        A `LearningRateSchedule`; None for None.

    Raises:
        ArgumentError (a ValueError): for an unknown name; the message suggests similar ones.

    >>> get(serialize(CosineDecay(0.1, 9))).decay_steps
    9.0
    """
    return registry.get(identifier)


def serialize(learning_rate_schedule: Any) -> dict:
    """Return the entry for a schedule in a config.

    Args:
        learning_rate_schedule: `LearningRateSchedule`.

    Returns:
        ``{"class_name": ..., "config": ...}``.

    >>> serialize(CosineDecay(0.1, 9))["class_name"]
    'CosineDecay'
    """
    return encode(learning_rate_schedule)


deserialize = registry.deserialize
