"""What savers ask of an optimizer: its variables by name."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from ..stack_level import outside

if TYPE_CHECKING:
    from ..program import Variable


class OwnState:
    """Mixin of `Optimizer`: two methods that a custom optimizer may override."""

    if TYPE_CHECKING:  # of `Optimizer`
        name: str

        @property
        def variables(self) -> list[Variable]: ...

        def set_weights(self, weights: Any) -> None: ...

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Put the variables into a store, as files of Keras hold them.

        Args:
            store: dict from names to arrays, to be filled: "0", "1", ... in the order of
                `variables`.

        >>> from brickwork.optimizers import SGD
        >>> store = {}
        >>> SGD(0.5).save_own_variables(store)
        >>> {name: float(array) for name, array in store.items()}
        {'0': 0.0, '1': 0.5}
        """
        for i, variable in enumerate(self.variables):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Set the variables from a store that `save_own_variables` has filled.

        With another number of arrays nothing is changed, and a warning says so.

        Args:
            store: dict from names to arrays.

        Raises:
            ValueError: for an array of another shape.

        >>> from brickwork.optimizers import SGD
        >>> optimizer = SGD()
        >>> optimizer.load_own_variables({"0": 7, "1": 0.25})
        >>> int(optimizer.iterations.numpy()), float(optimizer.learning_rate.numpy())
        (7, 0.25)
        """
        number = len(self.variables)
        if len(store) == number:
            return self.set_weights([store[str(i)] for i in range(number)])
        warnings.warn(
            f"{self.name}.load_own_variables: got {len(store)} arrays, expected {number}; nothing "
            "is changed. The slots of the weights are made by build(weights) or the first step.",
            stacklevel=outside(),
        )
