"""Translates old arguments and names to current ones, with one warning each."""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from numbers import Real
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError, missing_attribute, near
from ..stack_level import outside
from .old_modules import MODULES, keras_means_brickwork

_warned: set[tuple[str, str]] = set()
_ambiguous: set[str] = set()  # classes warned about an ambiguous argument order
_reading_file: ContextVar[bool] = ContextVar("reading_file", default=False)


#: Old keys of logs and of `History.history`, also as suffixes: ``val_acc``, ``output_acc``.
KEYS = {
    "acc": "accuracy",
    "mean_absolute_error": "mae",
    "mean_squared_error": "mse",
    "mean_absolute_percentage_error": "mape",
    "mean_squared_logarithmic_error": "msle",
}


class DialectWarning(UserWarning):
    """An old (Keras 1/2) spelling was used; the message gives the current one."""


@contextmanager
def reading_file() -> Iterator[None]:
    """A context in which old spellings come from a file: they cause no warnings, and do not count
    as the program's own."""
    token = _reading_file.set(True)
    try:
        yield
    finally:
        _reading_file.reset(token)


def translate(cls: type, args: tuple, kwargs: dict[str, Any]) -> tuple[tuple, dict] | None:
    """Return constructor arguments with current names; None if there is no old spelling.

    Args:
        cls: the class that is constructed.
        args, kwargs: its arguments.

    Raises:
        ArgumentError: if an argument is given under both its old and its new name.
    """
    rules = rules_of(cls)
    if not any(word in rules and word not in cls.__fields__ for word in kwargs):
        return None
    return args, _renamed(cls.__name__, cls, rules, kwargs)


def _arguments():
    """Return the module of old arguments. Its rules use classes of the whole package, so it is
    imported only when the first old spelling is used."""
    from ..dialects import old_arguments

    return old_arguments


def era_of(path: str | None) -> str:
    """Return which Keras the script in this file speaks: "old", "today", or "unclear"."""
    from ..dialects import era

    return era.era_of(path)


def old_names_of(owner: str) -> dict:
    """Return the old names of a module or a class."""
    from ..dialects.old_names import NAMES

    return NAMES.get(owner, {})


def rules_of_call(name: str) -> dict:
    """Return the rules for the old arguments of a function or a method."""
    return _arguments().CALLS.get(name, {})


def rules_of(cls: type) -> dict:
    """Return the rules for the old constructor arguments of a class."""
    kinds = [kind.__name__ for kind in cls.__mro__]
    return {
        word: rule
        for kind in reversed(kinds)
        for word, rule in _arguments().ARGUMENTS.get(kind, {}).items()
    }


def in_current_order(
    cls: type, args: tuple, kwargs: dict[str, Any]
) -> tuple[tuple, dict[str, Any]]:
    """Return arguments in the current order; positional ones in an old order become keywords.

    The values of the call decide, and nothing else: what a call means must not depend on other
    calls. If both orders are possible, the current one is assumed. A warning says how the arguments
    were read, unless they are in the current order without a doubt.
    """
    from ..dialects.argument_orders import ORDERS, TODAY, UNCLEAR, likely_order

    read = likely_order(cls.__name__, args)
    if read == TODAY:
        return args, kwargs
    order = ORDERS[cls.__name__][0]
    today = [name for name, f in cls.__fields__.items() if f.positional]
    rules = rules_of(cls)
    moved = [
        (place, word)
        for place, word in enumerate(order[: len(args)])
        if rules.get(word, word) != today[place]
    ]
    if read == UNCLEAR:
        _warn_ambiguous_order(cls.__name__, moved, today, args)
        return args, kwargs
    notes: list[tuple[str, str]] = []
    kwargs = _renamed(cls.__name__, cls, rules, _named(cls.__name__, order, args, kwargs), notes)
    _warn_order(cls.__name__, moved, dict(notes))
    return args[len(order) :], kwargs


def _warn_order(owner: str, moved: list[tuple[int, str]], instead: dict[str, str]) -> None:
    """Warn, once per class, that arguments were read in their old order."""
    was = ", ".join(f"argument {place + 1} was {word}" for place, word in moved)
    names = ", ".join(instead.get(word, word) for _, word in moved)
    if (owner, "order") in _warned or _reading_file.get():
        return
    _warned.add((owner, "order"))
    warnings.warn(
        f"{owner}: read in older Keras's order, where {was}; today give by name: {names}.",
        DialectWarning,
        stacklevel=outside(),
    )


def _warn_ambiguous_order(
    owner: str, moved: list[tuple[int, str]], today: list[str], args: tuple
) -> None:
    """Warn, once per class, that older Keras would read the arguments differently."""
    if owner in _ambiguous or _reading_file.get():
        return
    _ambiguous.add(owner)
    place, word = moved[0]
    warnings.warn(
        f"{owner}: argument {place + 1}, {args[place]!r}, was read as {today[place]}; "
        f"older Keras read it as {word}. Give it by name.",
        DialectWarning,
        stacklevel=outside(),
    )


def _named(owner: str, order: tuple[str, ...], args: tuple, kwargs: dict) -> dict[str, Any]:
    """Return positional arguments by their old names."""
    named = dict(zip(order, args, strict=False))
    for word in named.keys() & kwargs.keys():
        raise ArgumentError(f"{owner}.{word}", "got two values, by position and by name; give one.")
    return named | kwargs


def translate_call(name: str, today: dict[str, Any], older: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a method or a function with current names.

    Args:
        name: the name of the method.
        today: its current arguments, by name.
        older: other arguments, by name.

    Raises:
        ArgumentError: for an argument that no version of Keras has.
    """
    rules = rules_of_call(name)
    for word in older:
        if word not in rules:
            raise ArgumentError(name, f"got an unknown argument {word!r}{near(word, today)}")
    return {**today, **_renamed(name, None, rules, older)}


def translate_compile(today: dict[str, Any], older: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of ``compile``; the third was metrics and is now loss_weights."""
    third, fourth = today["loss_weights"], today["metrics"]
    names = third if isinstance(third, list | tuple) else [third]
    if any(isinstance(n, str) or callable(n) for n in names):
        weights = fourth if isinstance(fourth, list | tuple | dict | Real | None) else None
        warn_old_spellings("compile", [("argument 3", "metrics, by name")])
        today = {**today, "metrics": third, "loss_weights": weights}
    return translate_call("compile", today, older)


class OldKeys(dict):
    """Logs or a history that can also be read by old keys; ``in`` finds current keys only."""

    def __missing__(self, name):
        for old, new in KEYS.items():
            if name == old or str(name).endswith(f"_{old}"):
                today = name.removesuffix(old) + new
                if today in self:
                    warn_old_spellings("logs", [(name, today)])
                    return self[today]
        raise KeyError(name)

    def get(self, name, default=None):
        """Return the value of a key, as ``dict.get`` does."""
        try:
            return self[name]
        except KeyError:
            return default

    def __or__(self, other):
        return type(self)({**self, **other})


def accepts_old_arguments(function: Callable) -> Callable:
    """Let a function accept the argument names of Keras 1 and 2.

    >>> from brickwork.utils import to_categorical
    >>> to_categorical([0, 1], num_classes=2).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        rules = rules_of_call(function.__name__) if kwargs else {}
        if any(word in rules for word in kwargs):
            kwargs = _renamed(function.__name__, None, rules, kwargs)
        return function(*args, **kwargs)

    return wrapper


def _renamed(
    owner: str, cls, rules: dict, kwargs: dict[str, Any], notes: list | None = None
) -> dict[str, Any]:
    """Return the arguments with current names. Warn about old spellings, or add them to `notes`."""
    result = {word: value for word, value in kwargs.items() if word not in rules}
    collected, notes = notes is not None, [] if notes is None else notes
    # Plain renames first, so that rules find the new names.
    for word in sorted(kwargs.keys() & rules.keys(), key=lambda w: (callable(rules[w]), w)):
        rule = rules[word]
        if callable(rule):
            instead = rule(cls, kwargs[word], result)
        elif rule in result:
            raise ArgumentError(
                f"{owner}.{rule}", f"got it twice, as {rule} and as {word}; give {rule}."
            )
        else:
            result[rule] = kwargs[word]
            instead = rule
        if instead:
            notes.append((word, instead))
    if not collected:
        warn_old_spellings(owner, notes)
    return result


def attribute(owner, name: str):
    """Return the attribute that an old name stands for; for ``__getattr__`` of modules and classes.

    Raises:
        AttributeError: if it is not an old name.
    """
    if isinstance(owner, str):
        owner = sys.modules[owner]
    if name.startswith("__"):  # import, copy and inspect ask for such: load no tables for these
        raise AttributeError(f"{owner!r} has no attribute {name!r}", name=name, obj=owner)
    module = isinstance(owner, type(sys))
    kinds = (
        [owner.__name__.partition(".")[2]]
        if module
        else [kind.__name__ for kind in type(owner).__mro__]
    )
    if not module and hasattr(type(owner), name):
        return object.__getattribute__(owner, name)  # a property that raised: show its error
    for kind in kinds:
        today = old_names_of(kind).get(name)
        if today is not None:
            today, function = today if isinstance(today, tuple) else (today, None)
            warn_old_spellings(kind, [(name, today)])
            if isinstance(function, property):
                return function.fget(owner)
            return functools.partial(function, owner) if function else getattr(owner, today)
    if module and f"{kinds[0]}.{name}" in MODULES:
        return import_module(f"{owner.__name__}.{name}")  # it warns of the old module name
    if module:
        from .absent import message, placeholder_in_module

        absent = placeholder_in_module(kinds[0], name)
        if absent is not None:
            return absent
        reason = message(kinds[0], name)
        if reason:
            raise AttributeError(reason, name=name, obj=owner)
    if not module:
        raise missing_attribute(owner, name)
    raise AttributeError(f"module {owner.__name__!r} has no attribute {name!r}", name=name)


class OldAttributes:
    """Base of classes whose attributes had other names in older Keras: an unknown attribute may
    be an old name."""

    if not TYPE_CHECKING:  # for them a misspelt attribute is an error

        def __getattr__(self, name: str) -> Any:
            # copy and pickle look up missing private names: do not load tables for these.
            if name.startswith("_") and not name.startswith("_make_"):
                raise missing_attribute(self, name)
            return attribute(self, name)


class OldName:
    """A descriptor for the old name of an attribute: ``lr = OldName("learning_rate")``."""

    def __init__(self, today: str):
        self.today = today

    def __set_name__(self, owner: type, name: str) -> None:
        self.owner, self.name = owner.__name__, name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        warn_old_spellings(self.owner, [(self.name, self.today)])
        return getattr(instance, self.today)

    def __set__(self, instance, value) -> None:
        warn_old_spellings(self.owner, [(self.name, self.today)])
        setattr(instance, self.today, value)


def warn_old_spellings(owner: str, spellings: list[tuple[str, str]]) -> None:
    """Warn, once per process, of old spellings, with the current ones.

    Args:
        owner: the class, function or module.
        spellings: pairs of an old spelling and the current one.
    """
    new = [(old, today) for old, today in spellings if (owner, old) not in _warned]
    if not new or _reading_file.get():
        return
    _warned.update((owner, old) for old, _ in new)
    notes = ", ".join(f"{old} is {today}" for old, today in new)
    warnings.warn(
        f"{owner}: old Keras spellings were accepted; today {notes}.",
        DialectWarning,
        stacklevel=outside(),
    )


def is_tolerated(owner: str, problem: str) -> bool:
    """Whether to ignore a problem that Keras does not check: in files, and in scripts written for
    Keras, which get one warning."""
    if _reading_file.get():
        return True
    if keras_means_brickwork() and (owner, "tolerated") not in _warned:
        _warned.add((owner, "tolerated"))
        warnings.warn(
            f"{owner}: {problem} Keras does not check this, so it is a warning here; in "
            "a script that imports brickwork it is an error.",
            DialectWarning,
            stacklevel=outside(),
        )
    return keras_means_brickwork()


def repeat_warnings() -> None:
    """Forget which warnings were given, so that each can be given again."""
    _warned.clear()
    _ambiguous.clear()
