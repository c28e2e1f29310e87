"""The constructor arguments of layers whose class defines ``__init__`` but no ``get_config``.

As in Keras, the config of such a layer is made of these arguments: those that a config can hold
are recorded at construction, and joined with the arguments that every layer has.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ..custom_objects import is_user_defined
from ..fields import encode

if TYPE_CHECKING:
    from .layer import Layer

F = TypeVar("F", bound=Callable[..., Any])


def of_arguments(get_config: F) -> F:
    """Mark a ``get_config`` that uses `given` for the classes that inherit it."""
    get_config.of_arguments = True  # type: ignore[attr-defined]  # functions hold attributes
    return get_config


def needed(cls: Any) -> bool:
    """Whether a class's configs are made of its ``__init__`` arguments: it defines ``__init__``,
    but neither ``get_config`` nor ``from_config``."""
    return (
        hasattr(cls.get_config, "of_arguments")
        and is_user_defined(cls.__init__)
        and not is_user_defined(cls.from_config)
    )


def given(cls: Any, args: tuple, kwargs: dict) -> dict[str, Any] | None:
    """The arguments of ``__init__`` by name, with plain defaults; None if some have no name.

    A value that no config can hold is replaced by a `NotPlain`.
    """
    try:
        bound = signature(cls.__init__).bind(None, *args, **kwargs)
    except TypeError:  # __init__ raises its own error; a copy calls __new__ without arguments
        return None
    found: dict[str, Any] = {}
    for parameter in list(bound.signature.parameters.values())[1:]:
        if parameter.name not in bound.arguments:
            default = _recorded(parameter.default)
            if not isinstance(default, NotPlain):
                found[parameter.name] = default
            continue
        value = bound.arguments[parameter.name]
        if parameter.kind in (Parameter.VAR_POSITIONAL, Parameter.POSITIONAL_ONLY):
            return None
        if parameter.kind is Parameter.VAR_KEYWORD:  # passed on to an __init__ of ours
            found |= {
                name: _recorded(encode(part) if name in cls.__fields__ else part)
                for name, part in value.items()
            }
        else:
            found[parameter.name] = _recorded(value)
    return found


class NotPlain:
    """Stands for a value that no config can hold; knows the name of its type."""

    def __init__(self, kind: str):
        self.kind = kind


def _recorded(value):
    """A copy of a plain value; a `NotPlain` for any other."""
    try:
        return _plain(value)
    except (TypeError, RecursionError):
        return NotPlain(type(value).__name__)


def _plain(value):
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.bool_ | np.integer | np.floating):
        return value.item()
    if type(value) in (list, tuple):
        return type(value)(map(_plain, value))
    if type(value) is dict and all(isinstance(key, str) for key in value):
        return {key: _plain(part) for key, part in value.items()}
    raise TypeError


def serializable(found: dict[str, Any] | None) -> bool:
    """Whether a config can hold all of these arguments."""
    return found is not None and not any(isinstance(part, NotPlain) for part in found.values())


def config(layer: Layer, found: dict[str, Any], common: dict[str, Any]) -> dict[str, Any]:
    """The arguments that make an equal layer.

    Args:
        layer: the layer.
        found: what `given` returned when the layer was constructed.
        common: the current values of the arguments that every layer has; those that the layer's
            ``__init__`` accepts are included.

    Raises:
        NotImplementedError: if an argument is a value that no config can hold.
    """
    for name, value in found.items():
        if isinstance(value, NotPlain):
            raise NotImplementedError(
                f"{layer.name} ({type(layer).__name__}): got {value.kind} as {name!r}, which a "
                f"config cannot hold. Write get_config() in {type(layer).__name__}, which returns "
                "the arguments of __init__ as numbers, strings, lists and dicts."
            )
    parameters = signature(type(layer).__init__).parameters.values()
    names = {parameter.name for parameter in parameters}
    anything = any(parameter.kind is Parameter.VAR_KEYWORD for parameter in parameters)
    own = {
        name: value
        for name, value in found.items()
        if name in names or name not in layer._given_names
    }
    return own | {name: value for name, value in common.items() if anything or name in names}
