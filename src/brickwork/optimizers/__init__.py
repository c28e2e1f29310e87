"""Optimizers: how weights follow their gradients.

``base`` holds what all share; each file here holds one rule.
"""

from __future__ import annotations

from ..fields import encode
from ..registry import Registry
from . import schedules
from .adam import Adam, AdamW
from .base import Optimizer
from .rmsprop import RMSprop
from .sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSprop", "deserialize", "get", "schedules",
           "serialize"]

registry = Registry("optimizer", Optimizer, functions=False)
for _rule in (SGD, RMSprop, Adam, AdamW):
    registry.add(_rule)


def get(identifier):
    """The optimizer for a name, config, class or object; None for None.

    >>> get("adam").beta_1
    0.9
    """
    return registry.get(identifier)


serialize = encode
deserialize = registry.deserialize
