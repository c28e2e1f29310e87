"""The registry of optimizers: which module of this package defines which names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Registry
from .optimizer import Optimizer

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .loss_scale import *
    from .multi import *
    from .rules.adadelta import *
    from .rules.adafactor import *
    from .rules.adagrad import *
    from .rules.adam import *
    from .rules.adamax import *
    from .rules.ftrl import *
    from .rules.lamb import *
    from .rules.lion import *
    from .rules.muon import *
    from .rules.nadam import *
    from .rules.rmsprop import *
    from .rules.schedule_free_adamw import *
    from .rules.sgd import *

registry = Registry("optimizer", Optimizer, functions=False)

names = registry.register_lazily(
    __package__,
    {
        "rules.adadelta": ("Adadelta",),
        "rules.adafactor": ("Adafactor",),
        "rules.adagrad": ("Adagrad",),
        "rules.adam": ("Adam", "AdamW"),
        "rules.adamax": ("Adamax",),
        "rules.ftrl": ("Ftrl",),
        "rules.lamb": ("Lamb",),
        "rules.lion": ("Lion",),
        "rules.muon": ("Muon",),
        "rules.nadam": ("Nadam",),
        "rules.rmsprop": ("RMSprop",),
        "rules.schedule_free_adamw": ("ScheduleFreeAdamW",),
        "rules.sgd": ("SGD",),
        "loss_scale": ("LossScaleOptimizer",),
        "multi": ("MultiOptimizer", "OptimizerMap"),
    },
)
