"""What a layer was made with whose class writes its own ``__init__`` and no ``get_config``.

Keras saves such layers by what their ``__init__`` was given, and so do we: what is plain is kept
when a layer is made, and is its config together with what every layer may be told.
"""

from __future__ import annotations

from inspect import Parameter, signature
from typing import Any

import numpy as np

from ..custom_objects import is_own
from ..fields import encode


def of_arguments(get_config):
    """Mark a ``get_config`` that goes by `given` for classes that inherit it."""
    get_config.of_arguments = True
    return get_config


def needed(cls: type) -> bool:
    """Whether a class's configs are made of what its ``__init__`` was given: it writes that, but
    neither ``get_config`` nor ``from_config``."""
    return (hasattr(cls.get_config, "of_arguments") and is_own(cls.__init__)
            and not is_own(cls.from_config))


def given(cls: type, args: tuple, kwargs: dict) -> dict[str, Any] | None:
    """What ``__init__`` is given, by name, plain defaults too; None where not all of it has names.

    What no config can hold is in it as a `Lacking`.
    """
    try:
        bound = signature(cls.__init__).bind(None, *args, **kwargs)
    except TypeError:  # __init__ itself says what is wrong; or nothing is given, by a copy
        return None
    found: dict[str, Any] = {}
    for parameter in list(bound.signature.parameters.values())[1:]:
        if parameter.name not in bound.arguments:
            default = _kept(parameter.default)
            if not isinstance(default, Lacking):
                found[parameter.name] = default
            continue
        value = bound.arguments[parameter.name]
        if parameter.kind in (Parameter.VAR_POSITIONAL, Parameter.POSITIONAL_ONLY):
            return None
        if parameter.kind is Parameter.VAR_KEYWORD:  # handed on to an __init__ of ours
            found |= {name: _kept(encode(part) if name in cls.__fields__ else part)
                      for name, part in value.items()}
        else:
            found[parameter.name] = _kept(value)
    return found


class Lacking:
    """In the place of a value that no config can hold: what kind of value it was."""

    def __init__(self, kind: str):
        self.kind = kind


def _kept(value):
    """A copy of a plain value."""
    try:
        return _plain(value)
    except (TypeError, RecursionError):
        return Lacking(type(value).__name__)


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


def held(found: dict[str, Any] | None) -> bool:
    """Whether a config can hold all of what was given."""
    return found is not None and not any(isinstance(part, Lacking) for part in found.values())


def config(layer, found: dict[str, Any], common: dict[str, Any]) -> dict[str, Any]:
    """The arguments that make an equal layer.

    Args:
        layer: it.
        found: what `given` answered when it was made.
        common: what every layer may be told, as it is now, of which it is given what its
            ``__init__`` takes.

    Raises:
        NotImplementedError: where it was given what no config can hold.
    """
    for name, value in found.items():
        if isinstance(value, Lacking):
            raise NotImplementedError(
                f"{layer.name} ({type(layer).__name__}): got {value.kind} as {name!r}, which a "
                f"config cannot hold. Write get_config() in {type(layer).__name__}, which answers "
                "the arguments of __init__ as numbers, strings, lists and dicts.")
    parameters = signature(type(layer).__init__).parameters.values()
    names = {parameter.name for parameter in parameters}
    anything = any(parameter.kind is Parameter.VAR_KEYWORD for parameter in parameters)
    own = {name: value for name, value in found.items()
           if name in names or name not in layer._given_names}
    return own | {name: value for name, value in common.items() if anything or name in names}
