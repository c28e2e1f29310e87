"""Attribute tracking: the variables, seed generators and layers that a layer holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from types import FunctionType
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ..custom_objects import is_user_defined
from ..errors import ArgumentError
from ..program import Variable
from ..random import SeedGenerator as SeedGenerator

if TYPE_CHECKING:
    from ..metrics.metric import Metric
    from .layer import Layer


class AttributeTracking:
    """Mixin of `Layer` that finds its weights.

    A variable, a layer or a seed generator is tracked if it is an attribute, or in a list, tuple
    or dict that is one.
    """

    if TYPE_CHECKING:  # of `Layer`
        name: str
        trainable: bool
        built: bool
        _given: dict[str, Any]

    def own_variables(self) -> list[Variable]:
        """Return the layer's own variables, without those of layers inside.

        Returns:
            List of `Variable`, those created as trainable first.
        """
        added = self.__dict__.get("_weights", [])
        found = distinct([*added, *inside(vars(self).values(), Variable)])
        rest = [v for v in found if not getattr(v, "made_trainable", v.trainable)]
        return (
            found
            if not rest
            else [*(v for v in found if not any(v is other for other in rest)), *rest]
        )

    def sublayers(self) -> list:
        """Return the layers directly inside of this one, in the order of the attributes.

        Returns:
            List of `Layer`.
        """
        return [
            layer
            for layer in distinct(inside(vars(self).values(), AttributeTracking))
            if layer is not self and not layer.is_input
        ]

    def family(self) -> list:
        """Return this layer and all layers inside of it, at any depth, each once.

        Returns:
            List of `Layer`.
        """
        return [*self._walk().family]

    @property
    def weights(self) -> list[Variable]:
        """All weights, the layer's own before those of the layers inside of it."""
        return [*self._walk().weights]

    def _walk(self) -> Walk:
        """What is inside of this layer, found anew only if an attribute has changed."""
        walk: Walk | None = self.__dict__.get("_kept_walk")
        if walk is None or not walk.valid():
            walk = self.__dict__["_kept_walk"] = Walk(self)
        return walk

    @property
    def variables(self) -> list[Variable]:
        """The weights, and the state of random number generators."""
        seeds = [
            v
            for layer in self.family()
            for generator in distinct(inside(vars(layer).values(), SeedGenerator))
            for v in generator.variables
        ]
        return distinct([*self.weights, *seeds])

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that an optimizer may change."""
        return [v for v in self._walk().weights if v.trainable] if self.trainable else []

    @trainable_weights.setter
    def trainable_weights(self, variables: Sequence[Variable]) -> None:
        from .older_add_weight import set_trainable_weights

        set_trainable_weights(cast("Layer", self), variables)

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that an optimizer does not change."""
        return [v for v in self._walk().weights if not (self.trainable and v.trainable)]

    @property
    def trainable_variables(self) -> list[Variable]:
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """`non_trainable_weights`, and the state of random number generators."""
        return [v for v in self.variables if not (self.trainable and v.trainable)]

    @property
    def metrics(self) -> list[Metric]:
        """The metrics that are attributes of the layer, and of the layers inside of it."""
        from ..metrics.metric import Metric

        return distinct(
            metric for layer in self.family() for metric in inside(vars(layer).values(), Metric)
        )

    @property
    def metrics_variables(self) -> list[Variable]:
        """The state of `metrics`."""
        return [v for metric in self.metrics for v in metric.variables]

    def count_params(self) -> int:
        """Return the parameter count: the number of elements of all weights.

        Returns:
            An int.

        Raises:
            ValueError: if the layer is not built yet.
        """
        if not self.built:
            raise ValueError(
                f"{self.name}.count_params: the layer has no weights yet. Call it on "
                "data, or build it with a shape."
            )
        return sum(prod(v.dims) for v in self.weights)

    def get_weights(self) -> list[np.ndarray]:
        """Return copies of the weights.

        Returns:
            List of arrays, in the order of `weights`.
        """
        return [v.numpy() for v in self.weights]

    def set_weights(self, weights: Iterable[Any]) -> None:
        """Set the values of all weights; if one does not fit, none is changed.

        Args:
            weights: list of arrays, in the order and of the shapes of `get_weights`.

        Raises:
            ArgumentError (a ValueError): for another number of arrays, or a shape that is not the
                weight's.
        """
        variables = self.weights
        values = list(weights)
        if len(values) != len(variables):
            names = ", ".join(f"{v.path} {v.shape}" for v in variables) or "none"
            raise ArgumentError(
                f"{self.name}.set_weights",
                f"got {len(values)} arrays, expected {len(variables)}: {names}.",
            )
        arrays = [np.asarray(value) for value in values]
        for variable, array in zip(variables, arrays, strict=True):
            if array.shape != variable.shape:
                raise ArgumentError(
                    f"{self.name}.set_weights",
                    f"{variable.path}: got an array of "
                    f"shape {array.shape}, expected {variable.shape}. No weight "
                    "was changed.",
                )
            if array.dtype.kind not in "biuf":
                raise ArgumentError(
                    f"{self.name}.set_weights",
                    f"{variable.path}: got an array of "
                    f"{array.dtype}, expected numbers. No weight was changed.",
                )
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)


#: Incremented when an attribute that can hold variables or layers becomes another object.
changes = 0
#: Attributes that the package itself changes in calls, and that hold neither.
PASSING = frozenset(
    (
        "_losses",
        "_programs",
        "_columns",
        "_programs_by_flags",
        "_validated",
        "_initial_epoch",
        "_data_passes",
        "_first_epoch",
        "stop_training",
    )
)


def note_change(layer: Any, name: str, before: Any, after: Any) -> None:
    """Note that an attribute of a layer becomes another object, or holds others than before."""
    global changes
    if isinstance(after, _HOLDERS) or isinstance(before, _HOLDERS):
        changes += 1
        layer.__dict__["_changes"] = layer.__dict__.get("_changes", 0) + 1


class Walk:
    """What was found in a layer and in all layers inside of it.

    Attributes:
        family: the layers, itself first.
        weights: their variables.
        own, inside: the layer's own variables, and the layers directly inside of it.
    """

    def __init__(self, root: Any):
        self.own, self.inside = root.own_variables(), root.sublayers()
        done, stack = {}, [root]
        while stack:
            layer = stack.pop()
            if id(layer) not in done:
                done[id(layer)] = layer
                stack.extend(reversed(self.inside if layer is root else layer.sublayers()))
        self.family = list(done.values())
        self.weights = distinct(v for layer in self.family for v in layer.own_variables())
        # A variable's place depends on whether it was made as trainable.
        self.loose = [(v, v.trainable) for v in self.weights if not hasattr(v, "made_trainable")]
        # Lists that Python code may change in place. A model of the package replaces its own.
        self.lists = [
            (values, _ids(values))
            for layer in self.family
            for users in [is_user_defined(type(layer))]
            for name, held in vars(layer).items()
            if users or name != "_layers"
            if name not in PASSING
            for values in _nested(held)
            if users or inside([values], AttributeTracking)
        ]
        self.changes = changes
        self.changes_of = list(map(changes_of, self.family))

    def valid(self) -> bool:
        """Whether nothing has changed."""
        if self.changes != changes:  # of some layer, maybe of another model
            if list(map(changes_of, self.family)) != self.changes_of:
                return False
            self.changes = changes
        if self.lists and any(_ids(values) != ids for values, ids in self.lists):
            return False
        return not self.loose or all(v.trainable is flag for v, flag in self.loose)


def changes_of(layer: Any) -> int:
    """How often an attribute of a layer that can hold variables or layers has changed."""
    return layer.__dict__.get("_changes", 0)


def _ids(values: list | dict) -> list[int]:
    return list(map(id, values.values() if isinstance(values, dict) else values))


def _nested(value: Any) -> Iterator[list | dict]:
    """The lists and dicts in a value, at any depth."""
    if type(value) in PLAIN:
        return
    if isinstance(value, list | dict):
        yield value
    if isinstance(value, list | dict | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _nested(part)


#: Types of most attributes, which hold nothing to track: a fast path before isinstance.
PLAIN = frozenset((str, int, float, bool, type(None), FunctionType))
_SEVERAL = (list, tuple)
_HOLDERS = (list, tuple, dict, Variable, AttributeTracking)


def inside(values: Iterable[Any], kind: type) -> list:
    """The instances of a class among values, and inside of lists, tuples and dicts of them."""
    found = []
    for value in values:
        if type(value) in PLAIN:
            continue
        if isinstance(value, kind):
            found.append(value)
        elif isinstance(value, _SEVERAL):
            if value:
                found += inside(value, kind)
        elif isinstance(value, dict) and value:
            found += inside(value.values(), kind)
    return found


def distinct(items: Iterable[Any]) -> list:
    """Each object once, by identity, in order."""
    return list({id(item): item for item in items}.values())
