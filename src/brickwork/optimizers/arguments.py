"""The arguments that all optimizers take."""

from __future__ import annotations

from typing import Any

from ..fields import ArgumentError, Configurable, field, shown
from ..program import State
from .schedules import LearningRateSchedule
from .schedules import deserialize as schedule_of

_RATE = field(kind="float", ge=0)


def rate_of(value):
    """A number, a schedule, or a function without arguments that answers the rate."""
    if isinstance(value, dict):
        return schedule_of(value)
    if isinstance(value, LearningRateSchedule) or callable(value):
        return value() if isinstance(value, type) else value
    if isinstance(value, State):
        value = value.view()
    try:
        return _RATE.accept("Optimizer", "learning_rate", value)
    except ArgumentError:
        raise ValueError(f"got {shown(value)}, expected a number >= 0, a LearningRateSchedule or "
                         "a function.") from None


class OptimizerArguments(Configurable):
    """The arguments of every optimizer, in Keras's order behind its own."""

    learning_rate: Any = field(convert=rate_of)
    weight_decay: float | None = field(None, kind="float", ge=0, last=True)
    clipnorm: float | None = field(None, kind="float", ge=0, last=True)
    clipvalue: float | None = field(None, kind="float", ge=0, last=True)
    global_clipnorm: float | None = field(None, kind="float", ge=0, last=True)
    use_ema: bool = field(False, kind="bool", last=True)
    ema_momentum: float = field(0.99, kind="float", ge=0, le=1, last=True)
    ema_overwrite_frequency: int | None = field(None, kind="int", ge=1, last=True)
    loss_scale_factor: float | None = field(None, kind="float", gt=0, last=True)
    gradient_accumulation_steps: int | None = field(None, kind="int", ge=2, last=True)
    name: str | None = field(None, kind="str", last=True)
