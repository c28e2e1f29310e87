"""The registry of optimizers: which module of this package defines which names."""

from __future__ import annotations

from ..registry import Registry
from .optimizer import Optimizer

registry = Registry("optimizer", Optimizer, functions=False)

names = registry.register_lazily(__package__, {
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
})
