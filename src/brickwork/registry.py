"""Catalogues of classes and functions by name: what ``optimizer="adam"`` is looked up in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

from .custom_objects import find as find_custom
from .custom_objects import find_by_plain_name
from .custom_objects import names as custom_names
from .errors import ArgumentError, near, shown
from .fields import encode


class UnknownName(ArgumentError):
    """A name that no catalogue knows.

    Args:
        what, problem: as of any `ArgumentError`.
        name: the name.
    """

    def __init__(self, what: str, problem: str, name: str):
        super().__init__(what, problem)
        self.name = name

    def about(self, what: str) -> UnknownName:
        """See `ArgumentError`."""
        return type(self)(what, self.problem, self.name)


class Registry:
    """Names of one kind of thing, and Keras's ``get`` / ``serialize`` / ``deserialize``.

    Args:
        kind: what the entries are, for messages ("optimizer").
        base: instances of it are returned as they are.
        functions: whether any callable will do (an initializer may be a function).

    >>> shapes = Registry("shape")
    >>> @shapes.add(aliases=["box"])
    ... class UnitSquare:
    ...     def __call__(self): ...
    >>> type(shapes.get("unit_square")).__name__, type(shapes.get("box")).__name__
    ('UnitSquare', 'UnitSquare')
    """

    def __init__(self, kind: str, base: type | None = None, functions: bool = True):
        self.kind = kind
        self.base = base
        self.functions = functions
        self._entries: dict[str, Any] = {}
        self._places: dict[str, str] = {}  # plain names -> modules that are not loaded yet

    def later(self, package: str, places: Mapping[str, Iterable[str]]) -> list[str]:
        """Name the modules of a package that `add` when they are loaded: each is when the first
        of its names is asked for, so that a long catalogue costs nothing. Returns all names."""
        for module, names in places.items():
            self._places |= dict.fromkeys(map(_plain, names), f"{package}.{module}")
        return sorted(name for names in places.values() for name in names)

    def _load(self, name: str | None = None):
        """Load and return the module that defines a name; None: load all."""
        if name is None:
            for module in set(self._places.values()):
                import_module(module)
            return None
        module = self._places.get(_plain(name))
        return None if module is None else import_module(module)

    def add(self, item=None, *, aliases: Iterable[str] = ()) -> Any:
        """Enter a class (as CamelCase, snake_case and lower) or a function; a decorator."""
        if item is None:
            return lambda it: self.add(it, aliases=aliases)
        name = item.__name__
        for exact in (name, *aliases):
            # A function's name goes before the same name made from a class's.
            known = self._entries.get(exact)
            if known not in (None, item) and exact in (known.__name__, *aliases):
                raise ValueError(f"{self.kind} {exact!r} is registered twice.")
            self._entries[exact] = item
        if isinstance(item, type):
            self._entries.setdefault(snake_case(name), item)
            self._entries.setdefault(name.lower(), item)
        return item

    def names(self) -> list[str]:
        """Every entry once, by its own name."""
        self._load()
        return sorted({item.__name__ for item in self._entries.values()})

    def items(self) -> list[Any]:
        """Every class and function once, by name."""
        self._load()
        return sorted(set(self._entries.values()), key=lambda item: item.__name__)

    def attribute(self, module: str, name: str) -> Any:
        """For a module's ``__getattr__``: what stands in a module that was not loaded yet, or is
        known under a name other than its own."""
        place = self._load(name)
        if place is not None and hasattr(place, name):
            return getattr(place, name)
        if name in self._entries:
            return self._entries[name]
        from .spelling import attribute

        return attribute(module, name)

    def get(self, identifier, custom_objects: dict[str, Any] | None = None,
            module: str | None = None) -> Any:
        """The object for a name, a config, a class, a function or an object; None for None.

        ``module`` is where a name may be known that older versions of Keras had for it.

        Raises:
            UnknownName (a ValueError): for an unknown name, with the nearest ones.
        """
        if identifier is None:
            return None
        if isinstance(identifier, str):
            item = self._find(identifier, custom_objects or {}, module)
            return item() if isinstance(item, type) else item
        if isinstance(identifier, dict):
            return self.deserialize(identifier, custom_objects)
        if isinstance(identifier, type):
            if self.base is None or issubclass(identifier, self.base):
                return identifier()
        elif self.base is not None and isinstance(identifier, self.base):
            return identifier
        elif self.functions and callable(identifier):
            return identifier
        kinds = "its config, an object" + (" or a function" if self.functions else "")
        raise ArgumentError(self.kind, f"got {shown(identifier)}, expected a name, {kinds}.")

    def _find(self, name: str, custom: dict[str, Any], module: str | None = None):
        package, _, plain = name.rpartition(">")
        item = find_custom(name, custom)
        if item is None and package in ("", "keras"):
            self._load(plain)
            item = self._entries.get(plain)
        item = find_by_plain_name(name) if item is None else item
        if item is None and module is not None:
            from .spelling import attribute

            with suppress(AttributeError):
                return attribute(module, name)
        if item is None and (said := self._absent(plain)):
            raise UnknownName(self.kind, said, name)
        if item is None:
            self._load()
            known = [*self._entries, *custom_names(custom)]
            raise UnknownName(self.kind, f"got {shown(name)}{near(plain, known)}", name)
        return item

    def _absent(self, name: str) -> str | None:
        """Why a name of Keras's is not here, if that is so."""
        from .spelling.absent import message

        return message(f"{self.kind}s", name)

    def holds(self, name: str) -> bool:
        """Whether there is an entry of this name."""
        self._load(name)
        return name in self._entries

    serialize: Callable = staticmethod(encode)

    def deserialize(self, config, custom_objects: dict[str, Any] | None = None) -> Any:
        """The object that `serialize` described; classes come from here, from
        ``custom_objects``, or are registered, never from a module that the config names."""
        if not isinstance(config, dict):
            return self.get(config, custom_objects)
        name, inner = config.get("class_name"), config.get("config")
        if name != "function":
            name = config.get("registered_name") or name
        if name == "function" and isinstance(inner, str):
            return self.get(inner, custom_objects)
        if not isinstance(name, str) or not isinstance(inner, dict | None):
            raise ArgumentError(self.kind, f"got a config with the keys {shown(sorted(config))}"
                                ", expected {'class_name': a name, 'config': a dict}.")
        item = self._find(name, custom_objects or {})
        if not isinstance(item, type):
            return item
        more = {"custom_objects": custom_objects} if custom_objects and _hands_on(item) else {}
        return made(item, dict(inner or {}), **more)


def made(kind: type, config, **more):
    """What a class makes of a config.

    Raises:
        ArgumentError: where the config is not what the class takes, if it does not say so itself.
    """
    try:
        return kind.from_config(config, **more)
    except (KeyError, AttributeError, IndexError, RecursionError) as error:
        raise ArgumentError(f"{kind.__name__}.from_config", "got a config that does not fit: "
                            f"{type(error).__name__}: {str(error)[:200]}.") from error


def _hands_on(cls: type) -> bool:
    """Whether a class's ``from_config`` makes other objects, which may be of the user's own."""
    from inspect import signature

    return "custom_objects" in signature(cls.from_config).parameters


def _plain(name: str) -> str:
    """What all spellings of a name have in common."""
    return name.replace("_", "").lower()


def snake_case(name: str) -> str:
    """``GlorotUniform`` -> ``glorot_uniform``, ``<lambda>`` -> ``lambda``, as Keras makes names."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
