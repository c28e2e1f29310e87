"""Classes and functions of the user's own by name, where every catalogue looks too.

>>> @register_keras_serializable("shop")
... class Scale:
...     def get_config(self): return {}
>>> get_registered_name(Scale)
'shop>Scale'
>>> with custom_object_scope({"double": lambda x: 2 * x}):
...     find("double")(4)
8
>>> del get_custom_objects()["shop>Scale"]
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

_PACKAGE = __name__.partition(".")[0] + "."
_registered: dict[str, Any] = {}
_names: dict[Any, str] = {}
_scopes = threading.local()


def is_own(item) -> bool:
    """Whether a class or function is the user's own, and not this library's.

    >>> is_own(is_own), is_own(len)
    (False, True)
    """
    return not (getattr(item, "__module__", None) or type(item).__module__).startswith(_PACKAGE)


def get_custom_objects() -> dict[str, Any]:
    """Everything registered, by name; whoever puts something into the dict registers it.

    >>> "nobody" in get_custom_objects()
    False
    """
    return _registered


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable:
    """A decorator: configs name the class or function ``package>name``, and find it by that.

    Args:
        package: tells things of one name apart.
        name: by default the thing's own.

    Raises:
        ValueError: for a class without ``get_config``, which no config can describe.
    """
    def register(item):
        if isinstance(item, type) and not hasattr(item, "get_config"):
            raise ValueError(f"register_keras_serializable: got {item.__name__}, which has no "
                             "get_config(); a config could not describe it.")
        full = f"{package}>{name or item.__name__}"
        _registered[full] = item
        _names[item] = full
        return item

    return register


def get_registered_name(obj) -> str:
    """The name that a class or function was registered by, else its own."""
    try:
        return _names.get(obj) or obj.__name__
    except TypeError:  # what has no hash was never registered
        return obj.__name__


def get_registered_object(name: str, custom_objects=None, module_objects=None):
    """What is registered by a name, or in one of the dicts; None where nothing is.

    >>> get_registered_object("nobody") is None
    True
    """
    for known in (*reversed(_stack()), _registered, custom_objects or {}, module_objects or {}):
        if name in known:
            return known[name]
    return None


def find(name: str, custom_objects=None):
    """What a name means in a config: in `custom_objects`, a scope, or what is registered; None
    where it means nothing there.

    In the first two the name alone stands for ``package>name`` too.
    """
    for known in (custom_objects or {}, *reversed(_stack())):
        for spelled in (name, name.rpartition(">")[2]):
            if spelled in known:
                return known[spelled]
    return _registered.get(name)


def find_by_plain_name(name: str):
    """The only thing that is registered as ``package>name``, whatever the package; else None."""
    alike = [item for full, item in _registered.items() if full.rpartition(">")[2] == name]
    return alike[0] if len(alike) == 1 else None


def names(custom_objects=None) -> list[str]:
    """Every name that `find` knows."""
    return [name for known in (custom_objects or {}, *_stack(), _registered) for name in known]


def _stack() -> list[dict]:
    if not hasattr(_scopes, "stack"):
        _scopes.stack = []
    return _scopes.stack


class CustomObjectScope:
    """A block in which names mean these objects, in every catalogue.

    Args:
        custom_objects: names and what they mean; several dicts are taken together.

    >>> with CustomObjectScope({"triple": lambda x: 3 * x}):
    ...     get_registered_object("triple")(2)
    6
    """

    def __init__(self, *custom_objects: dict[str, Any]):
        self.custom_objects = {name: item for part in custom_objects for name, item in part.items()}

    def __enter__(self):
        _stack().append(self.custom_objects)
        return self

    def __exit__(self, *_):
        _stack().remove(self.custom_objects)


custom_object_scope = CustomObjectScope
