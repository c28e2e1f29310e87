"""Optimizers: how weights are updated by their gradients.

``optimizer`` holds the base class, ``update`` the steps of an update, ``rules`` one update rule
per file; ``loss_scale`` and ``multi`` hold optimizers that wrap others. A rule is imported when it
is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..fields import encode
from . import schedules
from .optimizer import Optimizer
from .optimizer_names import names, registry

__all__ = ["Optimizer", "deserialize", "get", "schedules", "serialize"]
__all__ += names

_SPELLINGS = {name.lower(): name for name in names}

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .optimizer_names import *
else:

    def __getattr__(name: str) -> Any:
        if name in names:
            return registry.attribute(__name__, name)
        from ..spelling import attribute

        return attribute(__name__, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def get(identifier: Any) -> Any:
    """Return the optimizer that an identifier names.

    Args:
        identifier: name (case-insensitive, as in Keras), config, class or `Optimizer`; None for
            none.

    Returns:
        An `Optimizer`; None for None.

    Raises:
        ArgumentError (a ValueError): for an unknown name; the message suggests similar ones.

    >>> get("adam").beta_1, type(get("RMSProp")).__name__
    (0.9, 'RMSprop')
    """
    if isinstance(identifier, str):
        identifier = _SPELLINGS.get(identifier.lower(), identifier)
    return registry.get(identifier)


def serialize(optimizer: Any) -> dict:
    """Return the entry for an optimizer in a config.

    Args:
        optimizer: `Optimizer`.

    Returns:
        ``{"class_name": ..., "config": ...}``.

    >>> serialize(get("sgd"))["class_name"]
    'SGD'
    """
    return encode(optimizer)


deserialize = registry.deserialize
