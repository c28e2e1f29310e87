"""Optimizers: how weights follow their gradients.

``base`` holds what all share, ``rules`` one rule a file; ``loss_scale`` and ``multi`` hold
optimizers that are made of others. A rule is loaded when it is first asked for.
"""

from __future__ import annotations

from ..fields import encode
from . import schedules
from .optimizer import Optimizer
from .optimizer_names import names, registry

__all__ = ["Optimizer", "deserialize", "get", "schedules", "serialize"]
__all__ += names

_SPELLINGS = {name.lower(): name for name in names}


def __getattr__(name: str):
    if name in names:
        return registry.attribute(__name__, name)
    from ..spelling import attribute

    return attribute(__name__, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def get(identifier):
    """The optimizer for a name, config, class or object; None for None. As in Keras, whether
    letters of a name are large does not matter.

    >>> get("adam").beta_1, type(get("RMSProp")).__name__
    (0.9, 'RMSprop')
    """
    if isinstance(identifier, str):
        identifier = _SPELLINGS.get(identifier.lower(), identifier)
    return registry.get(identifier)


def serialize(optimizer) -> dict:
    """What a config holds for an optimizer.

    >>> serialize(get("sgd"))["class_name"]
    'SGD'
    """
    return encode(optimizer)


deserialize = registry.deserialize
