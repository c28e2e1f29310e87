"""Several optimizers, each for some of the weights."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from ..errors import ArgumentError, shown
from ..fields import encode
from ..program import current_trace
from .loss_scale import LossScaleOptimizer
from .more_weights import admit
from .optimizer import Optimizer
from .optimizer_names import registry

if TYPE_CHECKING:
    from ..program.variable import Variable


class OptimizerMap(MutableMapping):
    """A mapping from paths of weights to optimizers.

    A key is a path, or a regular expression that matches a whole path.

    Args:
        default_optimizer: `Optimizer` for paths that match no key.
        optimizer_map: dict ``{path or regular expression: optimizer}``, or None.

    Raises:
        ArgumentError (a ValueError): for an optimizer that wraps others, or invalid keys.

    >>> from brickwork.optimizers import SGD, Adam
    >>> found = OptimizerMap(SGD(), {"encoder/.*": Adam()})
    >>> type(found["encoder/dense/kernel"]).__name__, type(found["decoder/kernel"]).__name__
    ('Adam', 'SGD')
    """

    def __init__(
        self, default_optimizer: Optimizer | str, optimizer_map: dict[str, Optimizer] | None = None
    ):
        self.default_optimizer = _single(default_optimizer, "OptimizerMap.default_optimizer")
        if not isinstance(optimizer_map, dict | None):
            raise ArgumentError(
                "OptimizerMap.optimizer_map",
                f"got {shown(optimizer_map)}, expected {{path: optimizer}}.",
            )
        self._optimizers: dict[str, Optimizer] = {}
        for path, optimizer in (optimizer_map or {}).items():
            self[path] = optimizer

    def __getitem__(self, path: str) -> Optimizer:
        if path in self._optimizers:
            return self._optimizers[path]
        matches = [key for key in self._optimizers if re.fullmatch(key, path)]
        if len(matches) > 1:
            raise ValueError(
                f"OptimizerMap: {', '.join(map(repr, matches))} all match {path!r}, "
                "expected one at most."
            )
        return self._optimizers[matches[0]] if matches else self.default_optimizer

    def __setitem__(self, path: str, optimizer: Optimizer) -> None:
        if not isinstance(path, str):
            raise ArgumentError("OptimizerMap", f"got {shown(path)}, expected a path as a key.")
        if path in self._optimizers:
            raise ArgumentError(
                "OptimizerMap",
                f"got {path!r} twice, expected it once. Delete the first entry to replace it.",
            )
        self._optimizers[path] = _single(optimizer, f"OptimizerMap[{path!r}]")

    def __delitem__(self, path: str) -> None:
        del self._optimizers[path]

    def __len__(self) -> int:
        return len(self._optimizers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._optimizers)

    def __call__(self, variable: Any) -> Optimizer:
        return self[variable.path]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments as a JSON-serializable dict.

        Returns:
            ``{"default_optimizer": ..., "optimizer_map": ...}``.
        """
        return {
            "default_optimizer": encode(self.default_optimizer),
            "optimizer_map": {path: encode(o) for path, o in self._optimizers.items()},
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        """Create the mapping from what `get_config` returned.

        Args:
            config: what `get_config` returned.
            custom_objects: custom optimizers by name, looked up first.

        Returns:
            An `OptimizerMap`.
        """
        return cls(
            registry.deserialize(config["default_optimizer"], custom_objects),
            {
                path: registry.deserialize(inner, custom_objects)
                for path, inner in config["optimizer_map"].items()
            },
        )


def _single(optimizer, what: str) -> Optimizer:
    """Return an optimizer, unless it wraps others."""
    if isinstance(optimizer, Optimizer) and not isinstance(
        optimizer, LossScaleOptimizer | MultiOptimizer
    ):
        return optimizer
    raise ArgumentError(
        what, f"got {shown(optimizer)}, expected an Optimizer that does not wrap others."
    )


@registry.add
class MultiOptimizer(Optimizer):
    """Update different weights by different optimizers.

    Args:
        optimizer_map: an `OptimizerMap`, or a function that returns the optimizer for a weight.
        loss_scale_factor: see `Optimizer`; it is set for all optimizers.
        name: name of the optimizer; default: from the class.

    Raises:
        ArgumentError (a ValueError): if ``optimizer_map`` is not callable.

    Attributes:
        optimizers: list of the optimizers in use. Each has its own learning rate.

    >>> import numpy as np
    >>> from brickwork.optimizers import SGD
    >>> from brickwork.program import Variable
    >>> a, b = Variable([1.0], name="kernel"), Variable([1.0], name="bias")
    >>> optimizer = MultiOptimizer(OptimizerMap(SGD(0.5), {"bias": SGD(0.25)}))
    >>> optimizer.apply([np.ones(1, "float32")] * 2, [a, b])
    >>> a.numpy().tolist(), b.numpy().tolist()
    ([0.5], [0.75])
    """

    def __init__(
        self, optimizer_map: Any, loss_scale_factor: float | None = None, name: str | None = None
    ):
        if not callable(optimizer_map):
            raise ArgumentError(
                f"{type(self).__name__}.optimizer_map",
                f"got {shown(optimizer_map)}, expected an OptimizerMap or a function of a weight.",
            )
        self.optimizer_map = optimizer_map
        self.optimizers: list[Optimizer] = []
        super().__init__(0.0, loss_scale_factor=loss_scale_factor, name=name)
        if isinstance(optimizer_map, OptimizerMap):
            for optimizer in (*optimizer_map.values(), optimizer_map.default_optimizer):
                self._position_of(optimizer)

    @property
    def loss_scale_factor(self) -> float | None:
        return self._scale

    @loss_scale_factor.setter
    def loss_scale_factor(self, value: Any) -> None:
        self._scale = value
        for optimizer in self.optimizers:
            optimizer.loss_scale_factor = value

    def _position_of(self, optimizer: Optimizer) -> int:
        """The index of an optimizer in `optimizers`, added if it is new."""
        if not any(optimizer is other for other in self.optimizers):
            optimizer.loss_scale_factor = self.loss_scale_factor
            self.optimizers.append(optimizer)
        return next(i for i, other in enumerate(self.optimizers) if other is optimizer)

    def build_slots(self, variables: Sequence[Variable]) -> None:
        self._positions = {
            v: self._position_of(
                _single(self.optimizer_map(v), f"{type(self).__name__}.optimizer_map({v.path})")
            )
            for v in variables
        }
        for optimizer, own in self._split(variables):
            admit(optimizer, own)

    def _split(self, variables) -> list[tuple[Optimizer, list]]:
        """Pairs of an optimizer and its weights, for optimizers that have any."""
        pairs = [
            (o, [v for v in variables if self._positions[v] == position])
            for position, o in enumerate(self.optimizers)
        ]
        return [(optimizer, own) for optimizer, own in pairs if own]

    @property
    def variables(self) -> list:
        return super().variables + [v for o in self.optimizers for v in o.variables]

    @property
    def edition(self) -> int:
        return super().edition + sum(o.edition for o in self.optimizers)

    @property
    def learning_rate(self) -> Any:
        raise AttributeError(
            f"{type(self).__name__} has no learning rate of its own. Read and "
            "set those of its `optimizers`."
        )

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if hasattr(self, "_steps"):
            raise AttributeError(
                f"{type(self).__name__} has no learning rate of its own. Set "
                "those of its `optimizers`."
            )
        self._rate = value  # unused, but among the variables as in Keras

    def rates(self) -> dict[str, float]:
        return {f"learning_rate_{o.name}": float(o.learning_rate) for o in self.optimizers}

    def _record(self, grads: list, variables: list) -> None:
        by_weight = dict(zip(variables, grads, strict=True))
        with current_trace().inside(self.name):
            for optimizer, own in self._split(variables):
                optimizer.apply([by_weight[v] for v in own], own)
            self._steps.assign(self._steps + 1)

    def _reuses_programs(self) -> bool:
        return False  # an inner optimizer may change at any time

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        for optimizer, own in self._split(var_list):
            optimizer.finalize_variable_values(own)

    def get_config(self) -> dict[str, Any]:
        return {
            "optimizer_map": encode(self.optimizer_map),
            "loss_scale_factor": self.loss_scale_factor,
            "name": self.name,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        optimizer_map = config["optimizer_map"]
        if isinstance(optimizer_map, dict):
            optimizer_map = OptimizerMap.from_config(optimizer_map["config"], custom_objects)
        else:
            optimizer_map = (custom_objects or {}).get(optimizer_map, optimizer_map)
        return cls(**{**config, "optimizer_map": optimizer_map})
