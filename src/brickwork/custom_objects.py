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
from typing import Any, Self
from weakref import ReferenceType

_PACKAGE = __name__.partition(".")[0] + "."
_registered: dict[str, Any] = {}
_names: dict[Any, str] = {}
_scopes = threading.local()


def is_user_defined(item: Any) -> bool:
    """Whether a class or function is user-defined, not this library's.

    >>> is_user_defined(is_user_defined), is_user_defined(len)
    (False, True)
    """
    return not (getattr(item, "__module__", None) or type(item).__module__).startswith(_PACKAGE)


def holds_user_code(attributes: dict[str, Any]) -> bool:
    """Whether an attribute of an object is a function of the user's, such as an activation.

    >>> holds_user_code({"rate": 0.5, "activation": abs})
    True
    """
    for value in attributes.values():  # no generator: losses ask at each call
        if callable(value) and type(value) is not ReferenceType and is_user_defined(value):
            return True
    return False


def overrides(owner: Any, method: str) -> bool:
    """Whether an object's class has a method of the user's own, where the library has a default.

    Args:
        owner: a layer, a model or an optimizer.
        method: the name of the method.

    >>> from brickwork.layers import Dense
    >>> overrides(Dense(2), "save_own_variables")
    False
    """
    return is_user_defined(getattr(type(owner), method))


def get_custom_objects() -> dict[str, Any]:
    """All registered classes and functions by name; adding to the dict registers.

    Returns:
        dict: the registry itself.

    >>> "nobody" in get_custom_objects()
    False
    """
    return _registered


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable:
    """A decorator that registers a class or function, so that configs can name it.

    Args:
        package: a prefix that tells things of the same name apart: ``package>name``.
        name: the name; by default that of the class or function.

    Returns:
        Callable: the decorator, which returns what it is given.

    Raises:
        ValueError: for a class without ``get_config``, which no config can describe.

    >>> @register_keras_serializable("shop")
    ... def double(x): return 2 * x
    >>> get_registered_name(double)
    'shop>double'
    >>> del get_custom_objects()["shop>double"]
    """

    def register(item):
        if isinstance(item, type) and not hasattr(item, "get_config"):
            raise ValueError(
                f"register_keras_serializable: got {item.__name__}, which has no "
                "get_config(); a config could not describe it."
            )
        full = f"{package}>{name or item.__name__}"
        _registered[full] = item
        _names[item] = full
        return item

    return register


def get_registered_name(obj: Any) -> str:
    """The name under which a class or function is registered, else its own.

    Args:
        obj: a class or a function.

    Returns:
        str: ``package>name``, or ``obj.__name__``.

    >>> get_registered_name(int)
    'int'
    """
    try:
        return _names.get(obj) or obj.__name__
    except TypeError:  # what has no hash was never registered
        return obj.__name__


def get_registered_object(
    name: str,
    custom_objects: dict[str, Any] | None = None,
    module_objects: dict[str, Any] | None = None,
) -> Any:
    """The class or function of a name.

    Args:
        name: as it was registered, ``package>name``, or a key of the dicts.
        custom_objects: dict in which to look after the registered ones.
        module_objects: dict in which to look last.

    Returns:
        The class or function; None if the name is unknown.

    >>> get_registered_object("nobody") is None
    True
    """
    for known in (*reversed(_stack()), _registered, custom_objects or {}, module_objects or {}):
        if name in known:
            return known[name]
    return None


def find(name: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """The class or function that a name stands for in a config, or None: in `custom_objects`, in a
    scope, or registered.

    In the first two, the name alone stands for ``package>name`` too.
    """
    for known in (custom_objects or {}, *reversed(_stack())):
        for spelled in (name, name.rpartition(">")[2]):
            if spelled in known:
                return known[spelled]
    return _registered.get(name)


def find_by_plain_name(name: str) -> Any:
    """The only one that is registered as ``package>name`` for any package; else None."""
    alike = [item for full, item in _registered.items() if full.rpartition(">")[2] == name]
    return alike[0] if len(alike) == 1 else None


def names(custom_objects: dict[str, Any] | None = None) -> list[str]:
    """Every name that `find` knows."""
    return [name for known in (custom_objects or {}, *_stack(), _registered) for name in known]


def _stack() -> list[dict]:
    if not hasattr(_scopes, "stack"):
        _scopes.stack = []
    return _scopes.stack


class CustomObjectScope:
    """A context manager in which names stand for these classes and functions, in every catalogue.

    Args:
        custom_objects: dicts from names to classes or functions; None for none.

    >>> with CustomObjectScope({"triple": lambda x: 3 * x}):
    ...     get_registered_object("triple")(2)
    6
    """

    def __init__(self, *custom_objects: dict[str, Any] | None):
        given = filter(None, custom_objects)
        self.custom_objects = {name: item for part in given for name, item in part.items()}

    def __enter__(self) -> Self:
        _stack().append(self.custom_objects)
        return self

    def __exit__(self, *_: Any) -> None:
        _stack().remove(self.custom_objects)


custom_object_scope = CustomObjectScope
