"""Optimizers: how weights follow their gradients.

``base`` holds what all share, ``rules`` one rule a file; ``loss_scale`` and ``multi`` hold
optimizers that are made of others. A rule is loaded when it is first asked for.
"""

from __future__ import annotations

from ..fields import encode
from ..registry import Registry
from . import schedules
from .base import Optimizer

_RULES = {
    "Adadelta": "adadelta", "Adafactor": "adafactor", "Adagrad": "adagrad", "Adam": "adam",
    "AdamW": "adam", "Adamax": "adamax", "Ftrl": "ftrl", "Lamb": "lamb", "Lion": "lion",
    "Muon": "muon", "Nadam": "nadam", "RMSprop": "rmsprop", "SGD": "sgd",
    "ScheduleFreeAdamW": "schedule_free_adamw",
}
_MADE_OF_OTHERS = {"LossScaleOptimizer": "loss_scale", "MultiOptimizer": "multi"}

registry = Registry("optimizer", Optimizer, functions=False)
registry.later(f"{__name__}.rules", _RULES)
registry.later(__name__, _MADE_OF_OTHERS)

__all__ = [*_RULES, *_MADE_OF_OTHERS, "Optimizer", "OptimizerMap", "deserialize", "get",
           "schedules", "serialize"]


def __getattr__(name: str):
    if name == "OptimizerMap":
        from .multi import OptimizerMap

        return OptimizerMap
    if name in __all__:
        return registry.attribute(__name__, name)
    from ..dialects import attribute

    return attribute(__name__, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def get(identifier):
    """The optimizer for a name, config, class or object; None for None.

    >>> get("adam").beta_1
    0.9
    """
    return registry.get(identifier)


serialize = encode
deserialize = registry.deserialize
