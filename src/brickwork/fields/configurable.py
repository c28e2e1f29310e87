"""A class whose constructor, signature and config come from the fields that it declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform

import numpy as np

from ..errors import ArgumentError, missing_attribute, near, shown
from .declared import REQUIRED, Field, field
from .encoding import encode


class _LazySignature:
    """The signature of a class for `inspect.signature`, made on first use."""

    def __get__(self, instance: Any, owner: Any) -> Any:
        generated = getattr(owner.__init__, "fields_of", None)
        if instance is not None or generated is None:
            return None
        from inspect import Parameter, Signature

        fields = {name: owner.__fields__.get(name, f) for name, f in generated.__fields__.items()}
        return Signature(
            [
                Parameter(
                    name,
                    Parameter.POSITIONAL_OR_KEYWORD if f.positional else Parameter.KEYWORD_ONLY,
                    default=Parameter.empty if f.default is REQUIRED else f.default,
                )
                for name, f in fields.items()
            ]
        )


@dataclass_transform(eq_default=False, field_specifiers=(field,))
class Configurable:
    """A class whose constructor arguments are declared by `field`.

    Inherited fields come before a class's own, those marked ``kw_only`` at the end, and those
    named in ``field_order`` first and in that order. A plain class attribute with the name of an
    inherited field is its new default. ``__init__`` is generated from the fields unless the class
    defines one; after setting the fields it calls `setup`.
    """

    __fields__: ClassVar[dict[str, Field]] = {}
    __signature__ = _LazySignature()
    field_order: ClassVar[tuple[str, ...]] = ()
    #: An attribute that `setup` of a base class makes, without which its objects do not work.
    _made_by_setup: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        inherited: dict[str, Field] = {}
        for base in reversed(cls.__mro__[1:]):
            theirs = base.__dict__.get("__fields__")
            if theirs:  # The nearest base determines a field and its position.
                inherited = {n: f for n, f in inherited.items() if n not in theirs} | theirs
        own = {name: value for name, value in cls.__dict__.items() if isinstance(value, Field)}
        defaults = {
            name: f.replaced(cls.__dict__[name])
            for name, f in inherited.items()
            if name in cls.__dict__
            and name not in own
            and not hasattr(type(cls.__dict__[name]), "__get__")
        }
        for name in [*own, *defaults]:
            delattr(cls, name)  # so that a forgotten super().__init__() is an AttributeError
        # Keyword-only in the base and positional here: it moves to this class.
        moved = {
            n for n, f in own.items() if n in inherited and inherited[n].positional < f.positional
        }
        merged = {**{n: f for n, f in inherited.items() if n not in moved}, **defaults, **own}
        first = {name: i for i, name in enumerate(cls.field_order)}
        rank = {
            n: (f.kw_only + (not f.positional), first.get(n, len(first))) for n, f in merged.items()
        }
        rank |= {n: (-1, first[n]) for n in first}
        cls.__fields__ = {name: merged[name] for name in sorted(merged, key=rank.__getitem__)}
        _check_order(cls)
        if (own or defaults or "field_order" in cls.__dict__) and "__init__" not in cls.__dict__:
            _generate_init(cls)

    def setup(self) -> None:
        """Called after the fields are set: for checks of several fields, and derived state."""

    if not TYPE_CHECKING:  # for them a misspelt attribute is an error

        def __getattr__(self, name: str) -> Any:
            raise missing_attribute(self, name)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments of an equal object, as values for JSON.

        Raises:
            NotImplementedError: if a class defines ``__init__`` but not ``get_config``.
        """
        cls = type(self)
        if not (
            hasattr(cls.__init__, "fields_of")
            or cls.__fields__
            or cls.get_config is not Configurable.get_config
        ):
            raise NotImplementedError(
                f"{cls.__name__} must write get_config(), which returns the "
                "arguments of its __init__, to be saved."
            )
        return {name: encode(getattr(self, name)) for name in self.__fields__}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return an object made from the result of `get_config`."""
        return cls(**config)

    def __repr__(self) -> str:
        said = [
            f"{name}={shown(getattr(self, name, None))}"
            for name, f in self.__fields__.items()
            if not _same(getattr(self, name, None), f.default)
        ]
        return f"{type(self).__name__}({', '.join(said)})"


def _same(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and np.array_equal(value, default))


def _check_order(cls: Any) -> None:
    optional = None
    for name, f in cls.__fields__.items():
        if f.default is not REQUIRED:
            optional = name
        elif optional and f.positional:
            raise TypeError(
                f"{cls.__name__}: the required argument {name!r} stands behind "
                f"{optional!r}, which has a default; reorder by field_order."
            )


def _generate_init(cls: Any) -> None:
    for base in cls.__mro__[1:]:
        written = base.__dict__.get("__init__")
        if written is not None and base not in (Configurable, object):
            if not hasattr(written, "fields_of"):
                raise TypeError(
                    f"{cls.__name__} declares fields, but {base.__name__} writes its "
                    f"own __init__; write one in {cls.__name__} too."
                )
            break

    def __init__(self, *args, **kwargs):
        _initialise(self, cls, args, kwargs)

    __init__.fields_of = cls  # type: ignore[attr-defined]  # functions hold attributes
    __init__.__qualname__ = f"{cls.__qualname__}.__init__"
    cls.__init__ = __init__


def _initialise(self: Any, cls: Any, args: tuple, kwargs: dict) -> None:
    """Set the fields of `cls` on an object; if that fails, try old (Keras 1/2) spellings."""
    fields = {name: type(self).__fields__.get(name, f) for name, f in cls.__fields__.items()}
    owner = type(self).__name__
    if len(args) > 1:
        from ..spelling.translation import in_current_order

        args, kwargs = in_current_order(cls, args, kwargs)
    try:
        values = _accepted(owner, fields, args, kwargs)
    except ArgumentError:
        from ..spelling import translate

        today = translate(cls, args, dict(kwargs))
        if today is None:
            raise
        values = _accepted(owner, fields, *today)
    for name, value in values.items():
        setattr(self, name, value)
    self.setup()
    made = type(self)._made_by_setup
    if made and made not in vars(self):
        raise TypeError(f"{owner}: its setup must call super().setup() before anything else.")


def _accepted(owner: str, fields: dict[str, Field], args: tuple, kwargs: dict) -> dict[str, Any]:
    """Return the checked value of each field."""
    positional = [name for name, f in fields.items() if f.positional]
    if len(args) > len(positional):
        known = f"at most {len(positional)} ({', '.join(positional)})" if positional else "none"
        raise ArgumentError(owner, f"got {len(args)} positional arguments, expected {known}.")
    given = dict(zip(positional, args, strict=False))
    for name, value in kwargs.items():
        if name in given:
            raise ArgumentError(
                f"{owner}.{name}", "got two values, by position and by name; give one."
            )
        if name not in fields:
            raise ArgumentError(owner, f"got an unknown argument {shown(name)}{near(name, fields)}")
        given[name] = value
    missing = [n for n, f in fields.items() if f.default is REQUIRED and n not in given]
    if missing:
        raise ArgumentError(
            f"{owner}.{missing[0]}", f"is missing, expected {fields[missing[0]].expected()}."
        )
    return {name: f.accept(owner, name, given.get(name, f.default)) for name, f in fields.items()}


_generate_init(Configurable)
