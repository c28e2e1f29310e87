"""Old arguments and names in today's words, each with one warning."""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from numbers import Real
from typing import Any

from ..errors import ArgumentError, near
from ..stack_level import outside
from .old_modules import MODULES, keras_is_ours

_told: set[tuple[str, str]] = set()
_unclear: set[str] = set()  # classes of which it was said that an older order may be meant
_of_a_file: ContextVar[bool] = ContextVar("of_a_file", default=False)


#: Keys of logs and of `History.history` that were called otherwise, and ends of such keys:
#: ``val_acc``, ``output_acc``.
KEYS = {"acc": "accuracy", "mean_absolute_error": "mae", "mean_squared_error": "mse",
        "mean_absolute_percentage_error": "mape", "mean_squared_logarithmic_error": "msle"}


class DialectWarning(UserWarning):
    """A word of an older Keras was understood; the message says today's."""


@contextmanager
def of_a_file() -> Iterator[None]:
    """A block in which old words are a file's: who reads it has not written them, so nothing is
    told, and they say nothing about the program's own."""
    token = _of_a_file.set(True)
    try:
        yield
    finally:
        _of_a_file.reset(token)


def translate(cls: type, args: tuple, kwargs: dict[str, Any]) -> tuple[tuple, dict] | None:
    """Constructor arguments in today's words; None where no old word is among them.

    Args:
        cls: the class that is constructed.
        args, kwargs: as they were given.

    Raises:
        ArgumentError: where an argument is given in both its old and its new word.
    """
    rules = rules_of(cls)
    if not any(word in rules and word not in cls.__fields__ for word in kwargs):
        return None
    return args, _renamed(cls.__name__, cls, rules, kwargs)


def _arguments():
    """The table of old arguments: its rules use classes of the whole package, so it stands above
    it, and is loaded when the first word turns up that is not today's."""
    from ..dialects import old_arguments

    return old_arguments


def names(owner: str) -> dict:
    """The old names that a module or a class had."""
    from ..dialects.old_names import NAMES

    return NAMES.get(owner, {})


def calls(name: str) -> dict:
    """The rules for the arguments of a function or a method."""
    return _arguments().CALLS.get(name, {})


def rules_of(cls: type) -> dict:
    """The rules for the constructor arguments of a class."""
    kinds = [kind.__name__ for kind in cls.__mro__]
    return {word: rule for kind in reversed(kinds) for word, rule in
            _arguments().ARGUMENTS.get(kind, {}).items()}


def in_order(cls: type, args: tuple, kwargs: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
    """Arguments as today's Keras takes them: those by position that stand in an older Keras's
    order, by today's names.

    Where both orders make sense the older one is meant by a program that has used older words
    already, and today's by others; either way a warning says how it was read.
    """
    from ..dialects.argument_orders import KERAS_1, ORDERS, TODAY, UNCLEAR, reading

    read = reading(cls.__name__, args)
    if read == TODAY:
        return args, kwargs
    order = ORDERS[cls.__name__][0]
    today = [name for name, f in cls.__fields__.items() if not f.keyword]
    rules = rules_of(cls)
    moved = [(place, word) for place, word in enumerate(order[:len(args)])
             if rules.get(word, word) != today[place]]
    older = speaks_keras_1() if cls.__name__ in KERAS_1 else _told
    if read == UNCLEAR and not older:
        _tell_unclear(cls.__name__, moved, today, args)
        return args, kwargs
    said: list[tuple[str, str]] = []
    kwargs = _renamed(cls.__name__, cls, rules, _named(cls.__name__, order, args, kwargs), said)
    _tell_order(cls.__name__, moved, dict(said))
    return args[len(order):], kwargs


def _tell_order(owner: str, moved: list[tuple[int, str]], instead: dict[str, str]) -> None:
    """Warn, once for a class, that arguments were read in their old order."""
    was = ", ".join(f"argument {place + 1} was {word}" for place, word in moved)
    names = ", ".join(instead.get(word, word) for _, word in moved)
    if (owner, "order") in _told or _of_a_file.get():
        return
    _told.add((owner, "order"))
    warnings.warn(f"{owner}: read in older Keras's order, where {was}; today give by name: "
                  f"{names}.", DialectWarning, stacklevel=outside())


def _tell_unclear(owner: str, moved: list[tuple[int, str]], today: list[str], args: tuple) -> None:
    """Warn, once for a class, that an older Keras would have read the arguments otherwise."""
    if owner in _unclear or _of_a_file.get():
        return
    _unclear.add(owner)
    place, word = moved[0]
    warnings.warn(f"{owner}: argument {place + 1}, {args[place]!r}, was read as {today[place]}; "
                  f"older Keras read it as {word}. Give it by name.", DialectWarning,
                  stacklevel=outside())


def _named(owner: str, order: tuple[str, ...], args: tuple, kwargs: dict) -> dict[str, Any]:
    """Positional arguments by the names that they had then."""
    named = dict(zip(order, args, strict=False))
    for word in named.keys() & kwargs.keys():
        raise ArgumentError(f"{owner}.{word}", "got two values, by position and by name; give one.")
    return named | kwargs


def translate_call(name: str, today: dict[str, Any], older: dict[str, Any]) -> dict[str, Any]:
    """Arguments of a method or a function in today's words.

    Args:
        name: of the method.
        today: the arguments that it knows, at their values or defaults.
        older: those that it does not know.

    Raises:
        TypeError: for a word that no Keras knew.
    """
    rules = calls(name)
    for word in older:
        if word not in rules:
            raise ArgumentError(name, f"got an unknown argument {word!r}{near(word, today)}")
    return {**today, **_renamed(name, None, rules, older)}


def translate_compile(today: dict[str, Any], older: dict[str, Any]) -> dict[str, Any]:
    """The arguments of ``compile``, whose third was metrics and is loss_weights."""
    third, fourth = today["loss_weights"], today["metrics"]
    names = third if isinstance(third, list | tuple) else [third]
    if any(isinstance(n, str) or callable(n) for n in names):
        weights = fourth if isinstance(fourth, list | tuple | dict | Real | None) else None
        tell("compile", [("argument 3", "metrics, by name")])
        today = {**today, "metrics": third, "loss_weights": weights}
    return translate_call("compile", today, older)


def speaks_keras_1() -> bool:
    """Whether a word was used by now that Keras 2 did not have any more."""
    return any(word.rpartition(".")[2] in _arguments().ONLY_KERAS_1 for _, word in _told)


class OldKeys(dict):
    """Logs, or a History's: read by their old names too. ``in`` knows today's only."""

    def __missing__(self, name):
        for old, new in KEYS.items():
            if name == old or str(name).endswith(f"_{old}"):
                today = name.removesuffix(old) + new
                if today in self:
                    tell("logs", [(name, today)])
                    return self[today]
        raise KeyError(name)

    def get(self, name, default=None):
        """As a dict's."""
        try:
            return self[name]
        except KeyError:
            return default

    def __or__(self, other):
        return type(self)({**self, **other})


def older_words(function: Callable) -> Callable:
    """Let a function take the arguments that had other names in Keras 1 and 2.

    >>> from brickwork.utils import to_categorical
    >>> to_categorical([0, 1], num_classes=2).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        rules = calls(function.__name__) if kwargs else {}
        if any(word in rules for word in kwargs):
            kwargs = _renamed(function.__name__, None, rules, kwargs)
        return function(*args, **kwargs)

    return wrapper


def _renamed(owner: str, cls, rules: dict, kwargs: dict[str, Any],
             said: list | None = None) -> dict[str, Any]:
    """The arguments in today's words. Warns of those not warned of before, or adds to `said`
    which they were."""
    result = {word: value for word, value in kwargs.items() if word not in rules}
    tells, said = said is None, [] if said is None else said
    # Words that stand for others first, so that rules find them.
    for word in sorted(kwargs.keys() & rules.keys(), key=lambda w: (callable(rules[w]), w)):
        rule = rules[word]
        if callable(rule):
            instead = rule(cls, kwargs[word], result)
        elif rule in result:
            raise ArgumentError(f"{owner}.{rule}", f"got it twice, as {rule} and as {word}; "
                                f"give {rule}.")
        else:
            result[rule] = kwargs[word]
            instead = rule
        if instead:
            said.append((word, instead))
    if tells:
        tell(owner, said)
    return result


def attribute(owner, name: str):
    """What an old name of a module or object means today.

    For the ``__getattr__`` of modules and classes.

    Raises:
        AttributeError: where the name is no old one.
    """
    if isinstance(owner, str):
        owner = sys.modules[owner]
    module = isinstance(owner, type(sys))
    kinds = [owner.__name__.partition(".")[2]] if module else [
        kind.__name__ for kind in type(owner).__mro__]
    if not module and hasattr(type(owner), name):
        return object.__getattribute__(owner, name)  # a property that raised: let it say why
    for kind in kinds:
        today = names(kind).get(name)
        if today is not None:
            today, function = today if isinstance(today, tuple) else (today, None)
            tell(kind, [(name, today)])
            if isinstance(function, property):
                return function.fget(owner)
            return functools.partial(function, owner) if function else getattr(owner, today)
    if module and f"{kinds[0]}.{name}" in MODULES:
        return import_module(f"{owner.__name__}.{name}")  # which tells of the old place
    if module:
        from .absent import in_module, message

        absent = in_module(kinds[0], name)
        if absent is not None:
            return absent
        said = message(kinds[0], name)
        if said:
            raise AttributeError(said, name=name, obj=owner)
    shown = f"module {owner.__name__!r}" if module else f"{type(owner).__name__!r} object"
    raise AttributeError(f"{shown} has no attribute {name!r}", name=name, obj=owner)


class OldAttributes:
    """Base of classes whose attributes had other names in older Keras: where there is none of a
    name, it may be an old one."""

    def __getattr__(self, name: str):
        # Copying and pickling ask for private names that are not there: nothing is loaded for them.
        if name.startswith("_") and not name.startswith("_make_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}",
                                 name=name, obj=self)
        return attribute(self, name)


class OldName:
    """An old name of an attribute, for reading and writing: ``lr = OldName("learning_rate")``."""

    def __init__(self, today: str):
        self.today = today

    def __set_name__(self, owner: type, name: str) -> None:
        self.owner, self.name = owner.__name__, name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        tell(self.owner, [(self.name, self.today)])
        return getattr(instance, self.today)

    def __set__(self, instance, value) -> None:
        tell(self.owner, [(self.name, self.today)])
        setattr(instance, self.today, value)


def tell(owner: str, words: list[tuple[str, str]]) -> None:
    """Warn, once in a process, of old words and say what they are called today."""
    new = [(old, today) for old, today in words if (owner, old) not in _told]
    if not new or _of_a_file.get():
        return
    _told.update((owner, old) for old, _ in new)
    said = ", ".join(f"{old} is {today}" for old, today in new)
    warnings.warn(f"{owner}: older Keras's words were understood; today {said}.", DialectWarning,
                  stacklevel=outside())


def overlooked(owner: str, problem: str) -> bool:
    """Whether something is overlooked that Keras does not look at: what a file says, and what a
    script says that was written for Keras, which is told once."""
    if _of_a_file.get():
        return True
    if keras_is_ours() and (owner, "overlooked") not in _told:
        _told.add((owner, "overlooked"))
        warnings.warn(f"{owner}: {problem} Keras does not look at it, so neither is it here; in "
                      "brickwork's own words it is an error.", DialectWarning,
                      stacklevel=outside())
    return keras_is_ours()


def repeat_warnings() -> None:
    """Forget which warnings were given, so that each comes once more."""
    _told.clear()
    _unclear.clear()
