"""The values of all variables of a model, in dicts nested as their paths are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError, near

if TYPE_CHECKING:
    from ..program import State

_FORMATS = ("backend_tensor", "numpy_array")


class StateTree:
    """Mixin of `Model`."""

    def get_state_tree(self, value_format: str = "backend_tensor") -> dict[str, dict]:
        """Return the values of all variables, in dicts nested as their paths are.

        Args:
            value_format: "backend_tensor" (default) or "numpy_array"; both are arrays.

        Returns:
            A dict with "trainable_variables", "non_trainable_variables", "optimizer_variables"
            and "metrics_variables".

        Raises:
            ValueError: if two variables have one path.

        >>> from brickwork import Input, Sequential, layers
        >>> model = Sequential([Input((3,)), layers.Dense(2, name="out")], name="net")
        >>> model.get_state_tree()["trainable_variables"]["net"]["out"]["bias"]
        array([0., 0.], dtype=float32)
        """
        if value_format not in _FORMATS:
            raise ArgumentError(
                "get_state_tree.value_format", f"got {value_format!r}{near(value_format, _FORMATS)}"
            )
        return {group: _nested(variables) for group, variables in _groups(self).items()}

    def set_state_tree(self, state_tree: dict[str, Any]) -> None:
        """Set the variables that a tree has values for: all, or none if one does not fit.

        Args:
            state_tree: dict as `get_state_tree` returns it; parts may be left out.

        Raises:
            ValueError: for a path that no variable has, or a value of another shape.
        """
        groups, wanted = _groups(self), []
        for group, values in state_tree.items():
            if group not in groups:
                raise ArgumentError("set_state_tree", f"got {group!r}{near(group, groups)}")
            known = {variable.path: variable for variable in groups[group]}
            for path, value in _paths(values):
                if path not in known:
                    raise ArgumentError("set_state_tree", f"got {path!r}{near(path, known)}")
                wanted.append((known[path], value))
        before = [(variable, variable.numpy()) for variable, _ in wanted]
        try:
            for variable, value in wanted:
                variable.assign(value)
        except ValueError:
            for variable, value in before:
                variable.assign(value)
            raise


def _groups(model: Any) -> dict[str, Iterable[State]]:
    optimizer = model.optimizer
    return {
        "trainable_variables": model.trainable_variables,
        "non_trainable_variables": model.non_trainable_variables,
        "optimizer_variables": [] if optimizer is None else dict.fromkeys(optimizer.variables),
        "metrics_variables": model.metrics_variables,
    }


def _nested(variables: Iterable[State]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for variable in variables:
        *places, last = variable.path.split("/")
        inner = found
        for place in places:
            inner = inner.setdefault(place, {})
        if last in inner:
            raise ValueError(
                f"get_state_tree: two variables have the path {variable.path!r}; give their "
                "layers different names."
            )
        inner[last] = variable.numpy()
    return found


def _paths(values: Mapping[str, Any], place: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in values.items():
        path = f"{place}/{name}" if place else name
        if isinstance(value, Mapping):
            yield from _paths(value, path)
        else:
            yield path, value
