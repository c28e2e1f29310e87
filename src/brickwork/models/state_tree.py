"""The values of all variables of a model, in dicts nested as their paths are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError, near

if TYPE_CHECKING:
    from ..program import State
    from .model import Model

_FORMATS = ("backend_tensor", "numpy_array")


def _groups(model: Model) -> dict[str, Iterable[State]]:
    optimizer = model.optimizer
    return {
        "trainable_variables": model.trainable_variables,
        "non_trainable_variables": model.non_trainable_variables,
        "optimizer_variables": [] if optimizer is None else dict.fromkeys(optimizer.variables),
        "metrics_variables": model.metrics_variables,
    }


def state_tree(model: Model, value_format: str) -> dict[str, dict]:
    """The values by path: ``tree["trainable_variables"]["dense"]["kernel"]``."""
    if value_format not in _FORMATS:
        raise ArgumentError(
            "get_state_tree.value_format", f"got {value_format!r}{near(value_format, _FORMATS)}"
        )
    return {group: _nested(variables) for group, variables in _groups(model).items()}


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


def set_state_tree(model: Model, tree: Mapping[str, Any]) -> None:
    """Set the variables that a tree has values for: all of them, or none if one does not fit."""
    groups, wanted = _groups(model), []
    for group, values in tree.items():
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


def _paths(values: Mapping[str, Any], place: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in values.items():
        path = f"{place}/{name}" if place else name
        if isinstance(value, Mapping):
            yield from _paths(value, path)
        else:
            yield path, value
