"""What a layer holds: variables, seeds, and layers inside of it."""

from __future__ import annotations

from types import FunctionType

import numpy as np

from ..errors import ArgumentError
from ..program import Variable
from ..random import SeedGenerator


class Holding:
    """The part of a layer that owns weights; `Layer` mixes it in.

    A variable, a layer or a seed generator is held by being an attribute, or by being in a list,
    tuple or dict that is one.
    """

    def own_variables(self) -> list[Variable]:
        """The layer's own variables, those made trainable first."""
        added = self.__dict__.get("_weights", [])
        found = distinct([*added, *inside(vars(self).values(), Variable)])
        rest = [v for v in found if not getattr(v, "made_trainable", v.trainable)]
        return found if not rest else [
            *(v for v in found if not any(v is other for other in rest)), *rest]

    def sublayers(self) -> list:
        """The layers directly inside of this one, in the order in which they came."""
        return [layer for layer in distinct(inside(vars(self).values(), Holding))
                if layer is not self and not layer.is_input]

    def family(self) -> list:
        """This layer, and all layers inside of it at any depth, each once."""
        done, found, stack = set(), [], [self]
        while stack:
            layer = stack.pop()
            if id(layer) in done:
                continue
            done.add(id(layer))
            found.append(layer)
            stack.extend(reversed(layer.sublayers()))
        return found

    @property
    def weights(self) -> list[Variable]:
        """All weights, the layer's own before those of the layers inside of it."""
        return distinct(v for layer in self.family() for v in layer.own_variables())

    @property
    def variables(self) -> list[Variable]:
        """The weights and the state of random number generators."""
        seeds = [v for layer in self.family()
                 for generator in distinct(inside(vars(layer).values(), SeedGenerator))
                 for v in generator.variables]
        return distinct([*self.weights, *seeds])

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that an optimizer may change."""
        return [v for v in self.weights if v.trainable] if self.trainable else []

    @trainable_weights.setter
    def trainable_weights(self, variables) -> None:
        from .older_add_weight import made_trainable

        made_trainable(self, variables)

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that an optimizer leaves alone."""
        return [v for v in self.weights if not (self.trainable and v.trainable)]

    @property
    def trainable_variables(self) -> list[Variable]:
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """As `non_trainable_weights`, with the state of random number generators."""
        return [v for v in self.variables if not (self.trainable and v.trainable)]

    def count_params(self) -> int:
        """The number of numbers in the weights.

        Raises:
            ValueError: if the weights are not made yet.
        """
        if not self.built:
            raise ValueError(f"{self.name}.count_params: the layer has no weights yet. Call it on "
                             "data, or build it with a shape.")
        return sum(v.array.size for v in self.weights)

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the weights, in the order of `weights`."""
        return [v.numpy() for v in self.weights]

    def set_weights(self, weights) -> None:
        """Give the weights these values: all of them, or, where one does not fit, none.

        Raises:
            ValueError: for another number of arrays, or a shape that is not the weight's.
        """
        variables = self.weights
        values = list(weights)
        if len(values) != len(variables):
            names = ", ".join(f"{v.path} {v.shape}" for v in variables) or "none"
            raise ArgumentError(f"{self.name}.set_weights", f"got {len(values)} arrays, expected "
                                f"{len(variables)}: {names}.")
        arrays = [np.asarray(value) for value in values]
        for variable, array in zip(variables, arrays, strict=True):
            if array.shape != variable.shape:
                raise ArgumentError(f"{self.name}.set_weights", f"{variable.path}: got an array of "
                                    f"shape {array.shape}, expected {variable.shape}. No weight "
                                    "was changed.")
            if array.dtype.kind not in "biuf":
                raise ArgumentError(f"{self.name}.set_weights", f"{variable.path}: got an array of "
                                    f"{array.dtype}, expected numbers. No weight was changed.")
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)


#: What most attributes are, and what holds nothing: known without asking what they are a kind of.
_PLAIN = frozenset((str, int, float, bool, type(None), FunctionType))
_SEVERAL = (list, tuple)


def inside(values, kind) -> list:
    """The objects of a kind among values, and inside of lists, tuples and dicts of them."""
    found = []
    for value in values:
        if type(value) in _PLAIN:
            continue
        if isinstance(value, kind):
            found.append(value)
        elif isinstance(value, _SEVERAL):
            if value:
                found += inside(value, kind)
        elif isinstance(value, dict) and value:
            found += inside(value.values(), kind)
    return found


def distinct(items) -> list:
    """Each object once, by identity, in order."""
    return list({id(item): item for item in items}.values())
