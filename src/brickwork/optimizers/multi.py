"""Several optimizers, each for some of the weights."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from typing import Any

from ..errors import ArgumentError, shown
from ..fields import encode
from ..program import current_trace
from .loss_scale import LossScaleOptimizer
from .optimizer import Optimizer
from .optimizer_names import registry


class OptimizerMap(MutableMapping):
    """Optimizers by the paths of weights: exact ones, or regular expressions for whole paths.

    Args:
        default_optimizer: for paths that nothing is entered for.
        optimizer_map: ``{path or expression: optimizer}``.

    >>> from brickwork.optimizers import SGD, Adam
    >>> found = OptimizerMap(SGD(), {"encoder/.*": Adam()})
    >>> type(found["encoder/dense/kernel"]).__name__, type(found["decoder/kernel"]).__name__
    ('Adam', 'SGD')
    """

    def __init__(self, default_optimizer, optimizer_map: dict[str, Optimizer] | None = None):
        self.default_optimizer = _simple(default_optimizer, "OptimizerMap.default_optimizer")
        if not isinstance(optimizer_map, dict | None):
            raise ArgumentError("OptimizerMap.optimizer_map", f"got {shown(optimizer_map)}, "
                                "expected {path: optimizer}.")
        self._optimizers: dict[str, Optimizer] = {}
        for path, optimizer in (optimizer_map or {}).items():
            self[path] = optimizer

    def __getitem__(self, path: str) -> Optimizer:
        if path in self._optimizers:
            return self._optimizers[path]
        fitting = [known for known in self._optimizers if re.fullmatch(known, path)]
        if len(fitting) > 1:
            raise ValueError(f"OptimizerMap: {', '.join(map(repr, fitting))} all match {path!r}, "
                             "expected one at most.")
        return self._optimizers[fitting[0]] if fitting else self.default_optimizer

    def __setitem__(self, path: str, optimizer: Optimizer) -> None:
        if not isinstance(path, str):
            raise ArgumentError("OptimizerMap", f"got {shown(path)}, expected a path as a key.")
        if path in self._optimizers:
            raise ArgumentError("OptimizerMap", f"got {path!r} twice; delete it first.")
        self._optimizers[path] = _simple(optimizer, f"OptimizerMap[{path!r}]")

    def __delitem__(self, path: str) -> None:
        del self._optimizers[path]

    def __len__(self) -> int:
        return len(self._optimizers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._optimizers)

    def __call__(self, variable) -> Optimizer:
        return self[variable.path]

    def get_config(self) -> dict[str, Any]:
        return {"default_optimizer": encode(self.default_optimizer),
                "optimizer_map": {path: encode(o) for path, o in self._optimizers.items()}}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects=None):
        return cls(registry.deserialize(config["default_optimizer"], custom_objects),
                   {path: registry.deserialize(inner, custom_objects)
                    for path, inner in config["optimizer_map"].items()})


def _simple(optimizer, what: str) -> Optimizer:
    """An optimizer that is not made of others."""
    if isinstance(optimizer, Optimizer) and not isinstance(
            optimizer, LossScaleOptimizer | MultiOptimizer):
        return optimizer
    raise ArgumentError(what, f"got {shown(optimizer)}, expected an Optimizer that is not made of "
                        "others.")


@registry.add
class MultiOptimizer(Optimizer):
    """Gives each weight to one of several optimizers.

    Args:
        optimizer_map: an `OptimizerMap`, or a function that answers the optimizer of a weight.
        loss_scale_factor: what the loss is multiplied with, for all of them.
        name: default the class's name.

    Attributes:
        optimizers: those in use. Each has its own learning rate, which is read and set there.

    >>> import numpy as np
    >>> from brickwork.optimizers import SGD
    >>> from brickwork.program import Variable
    >>> a, b = Variable([1.0], name="kernel"), Variable([1.0], name="bias")
    >>> optimizer = MultiOptimizer(OptimizerMap(SGD(0.5), {"bias": SGD(0.25)}))
    >>> optimizer.apply([np.ones(1, "float32")] * 2, [a, b])
    >>> a.numpy().tolist(), b.numpy().tolist()
    ([0.5], [0.75])
    """

    def __init__(self, optimizer_map, loss_scale_factor=None, name=None):
        if not callable(optimizer_map):
            raise ArgumentError(f"{type(self).__name__}.optimizer_map", "got "
                                f"{shown(optimizer_map)}, expected an OptimizerMap or a function "
                                "of a weight.")
        self.optimizer_map = optimizer_map
        self.optimizers: list[Optimizer] = []
        super().__init__(0.0, loss_scale_factor=loss_scale_factor, name=name)
        if isinstance(optimizer_map, OptimizerMap):
            for optimizer in (*optimizer_map.values(), optimizer_map.default_optimizer):
                self._place_of(optimizer)

    @property
    def loss_scale_factor(self) -> float | None:
        return self._scale

    @loss_scale_factor.setter
    def loss_scale_factor(self, value) -> None:
        self._scale = value
        for optimizer in self.optimizers:
            optimizer.loss_scale_factor = value

    def _place_of(self, optimizer: Optimizer) -> int:
        """Where an optimizer stands among those in use."""
        if not any(optimizer is known for known in self.optimizers):
            optimizer.loss_scale_factor = self.loss_scale_factor
            self.optimizers.append(optimizer)
        return next(i for i, known in enumerate(self.optimizers) if known is optimizer)

    def build_slots(self, variables) -> None:
        self._places = {v: self._place_of(_simple(
            self.optimizer_map(v), f"{type(self).__name__}.optimizer_map({v.path})"))
            for v in variables}
        for optimizer, own in self._shared_out(variables):
            optimizer.build(own)

    def _shared_out(self, variables) -> list[tuple[Optimizer, list]]:
        """Each optimizer with its own of these weights, where it has any."""
        shares = [(o, [v for v in variables if self._places[v] == place])
                  for place, o in enumerate(self.optimizers)]
        return [(optimizer, own) for optimizer, own in shares if own]

    @property
    def variables(self) -> list:
        return super().variables + [v for o in self.optimizers for v in o.variables]

    @property
    def edition(self) -> int:
        return super().edition + sum(o.edition for o in self.optimizers)

    @property
    def learning_rate(self):
        raise AttributeError(f"{type(self).__name__} has no learning rate of its own; read and "
                             "set those of its `optimizers`.")

    @learning_rate.setter
    def learning_rate(self, value) -> None:
        if hasattr(self, "_steps"):
            raise AttributeError(f"{type(self).__name__} has no learning rate of its own; set "
                                 "those of its `optimizers`.")
        self._rate = value  # one that stands among the variables, as in Keras, for nothing

    def rates(self) -> dict[str, float]:
        return {f"learning_rate_{o.name}": float(o.learning_rate) for o in self.optimizers}

    def _record(self, grads: list, variables: list) -> None:
        by_weight = dict(zip(variables, grads, strict=True))
        with current_trace().inside(self.name):
            for optimizer, own in self._shared_out(variables):
                optimizer.apply([by_weight[v] for v in own], own)
            self._steps.assign(self._steps + 1)

    def _repeats(self) -> bool:
        return False  # an inner optimizer may be changed at any time

    def finalize_variable_values(self, var_list) -> None:
        for optimizer, own in self._shared_out(var_list):
            optimizer.finalize_variable_values(own)

    def get_config(self) -> dict[str, Any]:
        return {"optimizer_map": encode(self.optimizer_map),
                "loss_scale_factor": self.loss_scale_factor, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects=None):
        known = config["optimizer_map"]
        if isinstance(known, dict):
            known = OptimizerMap.from_config(known["config"], custom_objects)
        else:
            known = (custom_objects or {}).get(known, known)
        return cls(**{**config, "optimizer_map": known})
