"""What savers ask of a layer: the shapes it was built for, and its own variables by name."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..custom_objects import is_user_defined
from ..errors import ArgumentError, shown
from ..tree import map_shape_structure

if TYPE_CHECKING:
    from ..program import Variable


class OwnState:
    """Mixin of `Layer`: its four methods are overridden by layers with state of their own kinds."""

    if TYPE_CHECKING:  # of `Layer`
        name: str
        built: bool
        _built_shape: Any

        def build(self, input_shape: Any) -> None: ...
        def own_variables(self) -> list[Variable]: ...

    def get_build_config(self) -> dict[str, Any] | None:
        """Return what `build_from_config` needs to create the weights.

        Returns:
            A dict with "input_shape", the shape that the layer was built for, or with
            "shapes_dict", one for each argument of `build`; None if it is not built for any.

        >>> from brickwork.layers import Dense
        >>> layer = Dense(2)
        >>> layer.build((None, 3))
        >>> layer.get_build_config()
        {'input_shape': (None, 3)}
        """
        if not self.built or self._built_shape is None:
            return None
        named = self.__dict__.get("_built_shapes") or {}
        return (
            {"shapes_dict": dict(named)} if len(named) > 1 else {"input_shape": self._built_shape}
        )

    def build_from_config(self, config: Mapping[str, Any]) -> None:
        """Create the weights, by what `get_build_config` returned.

        Args:
            config: a dict; with "input_shape" or "shapes_dict" by default.

        >>> from brickwork.layers import Dense
        >>> layer = Dense(2)
        >>> layer.build_from_config({"input_shape": (None, 3)})
        >>> layer.kernel.shape
        (3, 2)

        Raises:
            ArgumentError (a ValueError): for shapes that a layer of the library does not take.
        """
        try:
            if config and "input_shape" in config:
                self.build(map_shape_structure(tuple, config["input_shape"]))
            elif config and "shapes_dict" in config:
                self.build(**{n: _shape(s) for n, s in config["shapes_dict"].items()})
        except (AttributeError, LookupError, TypeError):
            if is_user_defined(type(self)):
                raise
            raise ArgumentError(
                f"{type(self).__name__}.build_config",
                f"got {shown(dict(config))}, expected the shape of its input.",
            ) from None

    def stored_variables(self) -> list[Variable]:
        """Return those of the layer's own variables that Keras's files hold.

        Returns:
            List of `Variable`.
        """
        return self.own_variables()

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Put the layer's own variables, without those of layers inside, into a store.

        Args:
            store: dict from names to arrays, to be filled: "0", "1", ... in the order of the
                weights, those created as trainable first.

        >>> from brickwork.layers import Dense
        >>> layer, store = Dense(2), {}
        >>> layer.build((None, 3))
        >>> layer.save_own_variables(store)
        >>> store["0"].shape
        (3, 2)
        """
        for i, variable in enumerate(self.stored_variables()):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Set the layer's own variables from a store that `save_own_variables` has filled.

        Args:
            store: dict from names to arrays.

        Raises:
            ArgumentError (a ValueError): for another number of arrays, or another shape.

        >>> from brickwork.layers import Dense
        >>> layer = Dense(2, use_bias=False)
        >>> layer.build((None, 1))
        >>> layer.load_own_variables({"0": [[1.0, 2.0]]})
        >>> layer.kernel.numpy().tolist()
        [[1.0, 2.0]]
        """
        variables = self.stored_variables()
        if len(store) != len(variables):
            never = "" if self.built else " The layer was never built: define build_from_config."
            raise ArgumentError(
                f"{self.name}.load_own_variables",
                f"got {len(store)} arrays, expected {len(variables)}.{never}",
            )
        arrays = [np.asarray(store[str(i)]) for i in range(len(variables))]
        for variable, array in zip(variables, arrays, strict=True):
            if array.shape != variable.shape:
                raise ArgumentError(
                    f"{self.name}.load_own_variables",
                    f"{variable.path}: got an array of shape {array.shape}, "
                    f"expected {variable.shape}.",
                )
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)


def _shape(shapes: Any) -> Any:
    """A shape that a file may hold as a list, or a nest of shapes; None for none."""
    return None if shapes is None else map_shape_structure(tuple, shapes)
