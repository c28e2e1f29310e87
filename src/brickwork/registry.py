"""Registries of classes and functions by name: ``optimizer="adam"`` is looked up here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, TypeVar, overload

from .custom_objects import (
    find as find_custom,
    find_by_plain_name,
    names as custom_names,
    overrides,
)
from .errors import ArgumentError, near, shown
from .fields import Configurable, encode

#: What Keras lacks, as `Registry.add` was told.
_NOT_IN_KERAS: set[Any] = set()
#: Begins the registered names of that, in files for Keras.
OWN_NAME = "brickwork>"

#: A class or a function.
Item = TypeVar("Item", bound=Callable[..., Any])


class UnknownName(ArgumentError):
    """A name that is not registered.

    Args:
        what, problem: see `ArgumentError`.
        name: the unknown name.

    >>> str(UnknownName("optimizer", "got 'adm'.", "adm"))
    "optimizer: got 'adm'."
    """

    def __init__(self, what: str, problem: str, name: str):
        super().__init__(what, problem)
        self.name = name

    def about(self, what: str) -> UnknownName:
        """See `ArgumentError`."""
        return type(self)(what, self.problem, self.name)


class Registry:
    """A registry of objects of one kind, with Keras's ``get``, ``serialize`` and ``deserialize``.

    Args:
        kind: the kind of the entries, for messages ("optimizer").
        base: a base class; `get` returns its instances unchanged.
        functions: whether `get` accepts any callable (an initializer may be a function).

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
        self._modules: dict[str, str] = {}  # plain name -> module that is imported on first use

    def register_lazily(self, package: str, modules: Mapping[str, Iterable[str]]) -> list[str]:
        """Declare modules that are imported when one of their names is first looked up.

        Args:
            package: the package of the modules.
            modules: for each module the names that it registers.

        Returns:
            A sorted list of all names.
        """
        for module, names in modules.items():
            self._modules |= dict.fromkeys(map(_plain, names), f"{package}.{module}")
        return sorted(name for names in modules.values() for name in names)

    def _load(self, name: str | None = None):
        """Import and return the module that registers a name; None: import all."""
        if name is None:
            for module in set(self._modules.values()):
                import_module(module)
            return None
        module = self._modules.get(_plain(name))
        return None if module is None else import_module(module)

    @overload
    def add(self, item: Item, *, aliases: Iterable[str] = (), in_keras: bool = True) -> Item: ...

    @overload
    def add(
        self, item: None = None, *, aliases: Iterable[str] = (), in_keras: bool = True
    ) -> Callable[[Item], Item]: ...

    def add(self, item=None, *, aliases=(), in_keras=True):
        """Register a class (as CamelCase, snake_case and lower case) or a function; a decorator.

        Args:
            item: the class or function; None: return a decorator.
            aliases: additional names.
            in_keras: whether Keras has it; if not, files for Keras say so.

        Returns:
            The item.

        Raises:
            ValueError: if a name is registered twice.
        """
        if item is None:
            return lambda it: self.add(it, aliases=aliases, in_keras=in_keras)
        if not in_keras:
            _NOT_IN_KERAS.add(item)
        name = item.__name__
        for exact in (name, *aliases):
            # A function's name takes precedence over the same name derived from a class.
            known = self._entries.get(exact)
            if known not in (None, item) and exact in (known.__name__, *aliases):
                raise ValueError(
                    f"{self.kind} {exact!r} of {item.__module__}: got a name that {known.__name__} "
                    f"of {known.__module__} has already, expected another; rename it."
                )
            self._entries[exact] = item
        if isinstance(item, type):
            self._entries.setdefault(snake_case(name), item)
            self._entries.setdefault(name.lower(), item)
        return item

    def names(self) -> list[str]:
        """Return the names of all entries, sorted, without aliases."""
        self._load()
        return sorted({item.__name__ for item in self._entries.values()})

    def items(self) -> list[Any]:
        """Return all classes and functions, sorted by name."""
        self._load()
        return sorted(set(self._entries.values()), key=lambda item: item.__name__)

    def attribute(self, module: str, name: str) -> Any:
        """Return an attribute for a module's ``__getattr__``: it may be in a module that is not
        imported yet, or be an alias or an old name.

        Args:
            module: the name of the module.
            name: the name of the attribute.
        """
        place = self._load(name)
        if place is not None and hasattr(place, name):
            return getattr(place, name)
        if name in self._entries:
            return self._entries[name]
        from .spelling import attribute

        return attribute(module, name)

    def get(
        self, identifier, custom_objects: dict[str, Any] | None = None, module: str | None = None
    ) -> Any:
        """Return the object for a name, a config, a class, a function or an object.

        Args:
            identifier: the name, config, class, function or object; None returns None.
            custom_objects: custom classes and functions by name.
            module: a module in which older versions of Keras may have had the name.

        Raises:
            UnknownName: for an unknown name, with the nearest ones.
            ArgumentError: for anything else.
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
        if item is None and package in ("", "keras", "brickwork"):
            self._load(plain)
            item = self._entries.get(plain)
        item = find_by_plain_name(name) if item is None else item
        if item is None and package in ("", "keras", "brickwork"):
            item = self._older(plain)
        if item is None and module is not None:
            from .spelling import attribute

            with suppress(AttributeError):
                return attribute(module, name)
        if item is None and (reason := self._absent(plain)):
            raise UnknownName(self.kind, reason, name)
        if item is None:
            self._load()
            known = [*self._entries, *custom_names(custom)]
            raise UnknownName(self.kind, f"got {shown(name)}{near(plain, known)}", name)
        return item

    def _older(self, name: str):
        """Return a class that only older Keras had, which its old name loads; else None."""
        from .spelling.translation import attribute, reading_file

        with suppress(AttributeError, KeyError), reading_file():
            attribute(f"{__name__.partition('.')[0]}.{self.kind}s", name)
        return self._entries.get(name)

    def _absent(self, name: str) -> str | None:
        """Return why brickwork lacks this name of Keras; None for other names."""
        from .spelling.absent import message

        return message(f"{self.kind}s", name)

    def holds(self, name: str) -> bool:
        """Whether an entry of this name is registered."""
        self._load(name)
        return name in self._entries

    serialize: Callable = staticmethod(encode)

    def deserialize(self, config, custom_objects: dict[str, Any] | None = None) -> Any:
        """Return the object that `serialize` described.

        Classes come from this registry, from ``custom_objects`` or from the registered custom
        objects, never from a module that the config names.

        Args:
            config: the config, a dict or a name.
            custom_objects: custom classes and functions by name.

        Raises:
            ArgumentError: for an invalid config.
            UnknownName: for an unknown class.
        """
        if not isinstance(config, dict):
            return self.get(config, custom_objects)
        name, inner = config.get("class_name"), config.get("config")
        if name != "function":
            name = config.get("registered_name") or name
        if name == "function" and isinstance(inner, str):
            return self.get(inner, custom_objects)
        if not isinstance(name, str) or not isinstance(inner, dict | None):
            raise ArgumentError(
                self.kind,
                f"got a config with the keys {shown(sorted(config))}"
                ", expected {'class_name': a name, 'config': a dict}.",
            )
        item = self._find(name, custom_objects or {})
        if not isinstance(item, type):
            if inner:
                raise ArgumentError(
                    self.kind,
                    f"got arguments for the function {name}, "
                    f"{shown(inner)}, expected none: a config holds the name of a "
                    "function alone. Pass them in a function of your own.",
                )
            return item
        more = (
            {"custom_objects": custom_objects}
            if custom_objects and _takes_custom_objects(item)
            else {}
        )
        made = object_from_config(item, dict(inner or {}), **more)
        build_as_saved(made, config.get("build_config"))
        return made


def in_keras(item) -> bool:
    """Whether Keras has a class or function of this library.

    Args:
        item: the class or function.

    >>> from brickwork.layers import Dense
    >>> in_keras(Dense)
    True
    """
    try:
        return item not in _NOT_IN_KERAS
    except TypeError:  # what has no hash was never registered
        return True


def keras_place(kind: type, catalogue: str) -> tuple[str, str | None]:
    """Where files for Keras say that a class of this library is.

    Args:
        kind: the class.
        catalogue: the name of its module in Keras, such as "layers".

    Returns:
        The module, and the registered name, None for what Keras has.

    >>> from brickwork.layers import Dense
    >>> keras_place(Dense, "layers")
    ('keras.layers', None)
    """
    if in_keras(kind):
        return f"keras.{catalogue}", None
    return f"brickwork.{catalogue}", f"{OWN_NAME}{kind.__name__}"


def object_from_config(kind: type, config, **more):
    """Return ``kind.from_config(config)``, with errors that name the class.

    Args:
        kind: the class.
        config: the config, a dict.
        more: further arguments of ``from_config``.

    Returns:
        The new object.

    Raises:
        ArgumentError: if the config does not fit the class.
    """
    try:
        return kind.from_config(config, **more)
    except (KeyError, AttributeError, IndexError, RecursionError) as error:
        raise ArgumentError(
            f"{kind.__name__}.from_config",
            f"got a config that does not fit: {type(error).__name__}: {str(error)[:200]}.",
        ) from error


def build_as_saved(made: Any, config: Any, always: bool = False) -> None:
    """Let a layer make its weights by what its ``get_build_config`` returned when it was saved.

    Layers of the library's make theirs when they are called.

    Args:
        made: the new object, of any kind.
        config: what was saved, or None.
        always: whether layers of the library's are built, too.
    """
    if not config or getattr(made, "built", True) or not hasattr(made, "build_from_config"):
        return
    if always or any(overrides(made, name) for name in ("build_from_config", "get_build_config")):
        made.build_from_config(config)
        made.built = True


def _takes_custom_objects(cls: type) -> bool:
    """Whether a class's ``from_config`` takes ``custom_objects``, for objects inside the config."""
    if getattr(cls.from_config, "__func__", None) is Configurable.from_config.__func__:
        return False  # most classes; a signature costs as much as the object
    from inspect import signature

    return "custom_objects" in signature(cls.from_config).parameters


def _plain(name: str) -> str:
    """Return a name in lower case without underscores, the same for all spellings."""
    return name.replace("_", "").lower()


def snake_case(name: str) -> str:
    """Return a name in snake case, as Keras does: ``<lambda>`` becomes ``lambda``.

    >>> snake_case("GlorotUniform")
    'glorot_uniform'
    """
    if not name.isidentifier():
        name = re.sub(r"\W+", "", name)
    # As two regular expressions would, but these would have to be compiled whenever one imports.
    parts, last = [], ""
    for letter, after in zip(name, name[1:] + " ", strict=False):
        if last and "A" <= letter <= "Z" and ("a" <= last <= "z" or "a" <= after <= "z"):
            parts.append("_")
        parts.append(letter)
        last = letter
    return "".join(parts).lower()
