"""Constructor arguments, declared once: order, defaults, checks and config of a class.

    class Dropout(Configurable):
        rate: float = field(kind="float", ge=0, le=1)
        seed: int | None = field(None, kind="int", ge=0)

From this come ``Dropout(0.5)``, its signature, the message ``Dropout.rate: got 2, expected a
number >= 0 and <= 1.``, ``get_config`` and ``from_config``.
"""

from __future__ import annotations

import math
import operator
import threading
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from .custom_objects import get_registered_name

#: How much of a name is compared with others, and of how many names a message lists all.
_LONGEST_NAME, _MANY_NAMES = 100, 40
REQUIRED: Any = type("Required", (), {"__repr__": lambda self: "REQUIRED"})()
_BOUNDS = (("ge", ">=", operator.ge), ("gt", ">", operator.gt),
           ("le", "<=", operator.le), ("lt", "<", operator.lt))


class ArgumentError(ValueError, TypeError):
    """An argument that cannot mean what it says: *what*, then *got, expected, do this*."""

    def __init__(self, what: str, problem: str):
        super().__init__(f"{what}: {problem}")
        self.what, self.problem = what, problem

    def about(self, what: str) -> ArgumentError:
        """The same problem, of the argument that the user knows."""
        return type(self)(what, self.problem)


def shown(value) -> str:
    """A value in an error message: short, and never the rows of someone's data."""
    shape = getattr(value, "shape", None)
    if shape:
        return f"{type(value).__name__} of shape {tuple(shape)}"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


# What a kind accepts. Each answers the plain Python value, or raises TypeError or ValueError.

def _int(value) -> int:
    if isinstance(value, bool | np.bool_):
        raise TypeError
    number = operator.index(value)
    if not -2**63 <= number < 2**63:
        raise ValueError
    return number


def _float(value) -> float:
    scalar = isinstance(value, int | float | np.number) or getattr(value, "shape", None) == ()
    if not scalar or np.asarray(value).dtype.kind not in "iufO":
        raise TypeError
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


def _bool(value) -> bool:
    if isinstance(value, bool | np.bool_) or (isinstance(value, int) and value in (0, 1)):
        return bool(value)
    raise TypeError


def _str(value) -> str:
    if isinstance(value, str) and value:
        return str(value)
    raise TypeError


def _shape(value) -> tuple:
    if isinstance(value, str | bytes | dict | set) or np.ndim(value) == 0:
        raise TypeError
    dims = tuple(None if d is None else _int(d) for d in value)
    if any(d is not None and d < 0 for d in dims):
        raise ValueError
    return dims


def _axis(value) -> int | tuple[int, ...]:
    if isinstance(value, list | tuple) and value:
        return tuple(_int(v) for v in value)
    return _int(value)


_KINDS: dict[str, tuple[str, Callable]] = {
    "int": ("an integer", _int), "float": ("a number", _float), "bool": ("True or False", _bool),
    "str": ("a name that is not empty", _str), "axis": ("an axis or several", _axis),
    "shape": ("a tuple of integers >= 0 or None", _shape),
}


class Field:
    """One declared argument; made by `field`."""

    __slots__ = ("bounds", "convert", "default", "keyword", "kind", "last", "optional", "options")

    def __init__(self, default, kind, options, convert, optional, last, keyword, bounds):
        self.default = default
        self.kind = kind
        self.options = options
        self.convert = convert
        self.optional = default is None if optional is None else optional
        self.last = last or keyword
        self.keyword = keyword
        self.bounds = bounds

    def replaced(self, default) -> Field:
        """The same with another default."""
        optional = self.optional or default is None
        return Field(default, self.kind, self.options, self.convert, optional, self.last,
                     self.keyword, self.bounds)

    def accept(self, owner: str, name: str, value):
        """The value as it is kept, or `ArgumentError`."""
        if value is None and self.optional and self.convert is None:
            return None
        try:
            if self.convert is not None:
                return self.convert(value)
            if self.options is not None:
                if not isinstance(value, str) or value not in self.options:
                    raise ValueError
                return str(value)
            if self.kind is None:
                return value
            kept = _KINDS[self.kind][1](value)
            if not all(holds(kept, bound) for _, holds, bound in self.bounds):
                raise ValueError
            return kept
        except (TypeError, ValueError, OverflowError) as error:
            if isinstance(error, ArgumentError):
                problem = error.problem
            elif self.convert is not None:
                problem = str(error)  # the converter's own words, unless they are Python's
                if "got" not in problem:
                    problem = f"got {shown(value)}, expected something else: {problem}."
            else:
                problem = f"got {shown(value)}, expected {self.expected()}."
            raise ArgumentError(f"{owner}.{name}", problem) from None

    def expected(self) -> str:
        """What the field takes, in words."""
        if self.options is not None:
            words = "one of " + ", ".join(map(repr, self.options))
        else:
            words = "a value" if self.kind is None else _KINDS[self.kind][0]
            words += " and".join(f" {sign} {bound}" for sign, _, bound in self.bounds)
        return words + (" or None" if self.optional else "")


def field(default: Any = REQUIRED, *, kind: str | None = None, options=None,
          convert: Callable | None = None, optional: bool | None = None, last: bool = False,
          keyword: bool = False, **bounds) -> Any:
    """Declare an argument of a `Configurable`'s constructor.

    Args:
        default: left out, the argument is required.
        kind: "int", "float", "bool", "str", "axis" (integer or several) or "shape"; None takes
            anything. NumPy scalars pass; a bool is no number; numbers are finite.
        options: the strings that are allowed.
        convert: a function that answers the value to keep (a registry's ``get``), or raises.
        optional: whether None passes (default: where the default is None).
        last: stands behind the arguments of subclasses.
        keyword: taken by name only (implies ``last``).
        ge, gt, le, lt: bounds of a number.

    >>> class Dropout(Configurable):
    ...     rate: float = field(kind="float", ge=0, le=1)
    >>> Dropout(np.float32(0.5)).rate
    0.5
    >>> Dropout(2)
    Traceback (most recent call last):
    brickwork.fields.ArgumentError: Dropout.rate: got 2, expected a number >= 0 and <= 1.
    """
    checks = tuple((sign, holds, bounds.pop(key)) for key, sign, holds in _BOUNDS if key in bounds)
    if bounds:
        raise TypeError(f"field: unknown bounds {sorted(bounds)}.")
    return Field(default, kind, options, convert, optional, last, keyword, checks)


class _LazySignature:
    """What `inspect.signature` shows of a class, made only when somebody asks."""

    def __get__(self, instance, owner):
        generated = getattr(owner.__init__, "fields_of", None)
        if instance is not None or generated is None:
            return None
        from inspect import Parameter, Signature

        fields = {name: owner.__fields__.get(name, f) for name, f in generated.__fields__.items()}
        return Signature([
            Parameter(name, Parameter.KEYWORD_ONLY if f.keyword else
                      Parameter.POSITIONAL_OR_KEYWORD,
                      default=Parameter.empty if f.default is REQUIRED else f.default)
            for name, f in fields.items()])


class Configurable:
    """A class whose constructor arguments are declared by `field`.

    Inherited fields stand before a class's own, those marked ``last`` behind all, and those
    named in ``field_order`` first and in that order. A plain class attribute with the name of an
    inherited field is its new default. ``__init__`` is made from the fields unless the class
    writes its own; when it has set them it calls `setup`.
    """

    __fields__: ClassVar[dict[str, Field]] = {}
    __signature__ = _LazySignature()
    field_order: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        inherited: dict[str, Field] = {}
        for base in reversed(cls.__mro__[1:]):
            theirs = base.__dict__.get("__fields__", {})
            # The nearest base has the last word on a field, on its place too.
            inherited = {n: f for n, f in inherited.items() if n not in theirs} | theirs
        own = {name: value for name, value in cls.__dict__.items() if isinstance(value, Field)}
        defaults = {name: f.replaced(cls.__dict__[name]) for name, f in inherited.items()
                    if name in cls.__dict__ and name not in own
                    and not hasattr(type(cls.__dict__[name]), "__get__")}
        for name in [*own, *defaults]:
            delattr(cls, name)  # so that a forgotten super().__init__() is an AttributeError
        # Taken by name before, and now by position: its place is here.
        moved = {n for n, f in own.items() if n in inherited and inherited[n].keyword > f.keyword}
        merged = {**{n: f for n, f in inherited.items() if n not in moved}, **defaults, **own}
        first = {name: i for i, name in enumerate(cls.field_order)}
        rank = {n: (f.last + f.keyword, first.get(n, len(first))) for n, f in merged.items()}
        rank |= {n: (-1, first[n]) for n in first}
        cls.__fields__ = {name: merged[name] for name in sorted(merged, key=rank.__getitem__)}
        _check_order(cls)
        if (own or defaults or "field_order" in cls.__dict__) and "__init__" not in cls.__dict__:
            _generate_init(cls)

    def setup(self) -> None:
        """Called when the fields are set: for checks of several together, and derived state."""

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal object, of plain values that JSON can hold.

        Raises:
            NotImplementedError: where a class writes its own ``__init__`` and no ``get_config``.
        """
        cls = type(self)
        if not (hasattr(cls.__init__, "fields_of") or cls.__fields__
                or cls.get_config is not Configurable.get_config):
            raise NotImplementedError(f"{cls.__name__} must write get_config(), which answers the "
                                      "arguments of its __init__, to be saved.")
        return {name: encode(getattr(self, name)) for name in self.__fields__}

    @classmethod
    def from_config(cls, config: dict[str, Any]):
        """The inverse of `get_config`."""
        return cls(**config)

    def __repr__(self) -> str:
        said = [f"{name}={shown(getattr(self, name, None))}" for name, f in self.__fields__.items()
                if not _same(getattr(self, name, None), f.default)]
        return f"{type(self).__name__}({', '.join(said)})"


def _same(value, default) -> bool:
    return value is default or (type(value) is type(default) and np.array_equal(value, default))


class explicit:
    """A block in which configs leave nothing out, for files that outlive today's defaults."""

    def __enter__(self) -> None:
        _explicit.depth = explicit.wanted() + 1

    def __exit__(self, *_) -> None:
        _explicit.depth -= 1

    @staticmethod
    def wanted() -> int:
        """Whether we are in such a block: in how many."""
        return getattr(_explicit, "depth", 0)


_explicit = threading.local()


def encode(value):
    """A value as a config holds it: objects by class and config, functions by name."""
    if hasattr(value, "get_config"):
        return {"class_name": get_registered_name(type(value)), "config": value.get_config()}
    if isinstance(value, np.ndarray):
        return {"class_name": "__numpy__",
                "config": {"value": value.tolist(), "dtype": value.dtype.name}}
    if callable(value):
        return get_registered_name(value) if hasattr(value, "__name__") else type(value).__name__
    return value


#: Of the numbers in an array that a config may hold; strings are in lists.
_NUMBERS = {"bool", "float16", "float32", "float64", *(f"{sign}int{bits}" for sign in ("", "u")
                                                      for bits in (8, 16, 32, 64))}


def decode_array(config) -> np.ndarray:
    """The array that `encode` described.

    Raises:
        ArgumentError: for a kind that is no number's (``U1000000`` would fill the memory), and
            for what is no array of it.

    >>> decode_array(encode(np.arange(3)))
    array([0, 1, 2])
    """
    inner = config.get("config") if isinstance(config, dict) else None
    if not isinstance(inner, dict) or inner.keys() != {"value", "dtype"} or (
            not isinstance(inner["dtype"], str) or inner["dtype"] not in _NUMBERS):
        raise ArgumentError("array", f"got {shown(config)}, expected {{'class_name': '__numpy__', "
                            "'config': {'value': numbers in lists, 'dtype': their kind}}.")
    try:
        return np.asarray(inner["value"], inner["dtype"])
    except (TypeError, ValueError, OverflowError) as error:
        raise ArgumentError("array", f"got numbers of which no array is made: {error}") from None


def _check_order(cls) -> None:
    optional = None
    for name, f in cls.__fields__.items():
        if f.default is not REQUIRED:
            optional = name
        elif optional and not f.keyword:
            raise TypeError(f"{cls.__name__}: the required argument {name!r} stands behind "
                            f"{optional!r}, which has a default; reorder by field_order.")


def _generate_init(cls) -> None:
    for base in cls.__mro__[1:]:
        written = base.__dict__.get("__init__")
        if written is not None and base not in (Configurable, object):
            if not hasattr(written, "fields_of"):
                raise TypeError(f"{cls.__name__} declares fields, but {base.__name__} writes its "
                                f"own __init__; write one in {cls.__name__} too.")
            break

    def __init__(self, *args, **kwargs):
        _initialise(self, cls, args, kwargs)

    __init__.fields_of = cls
    __init__.__qualname__ = f"{cls.__qualname__}.__init__"
    cls.__init__ = __init__


def _initialise(self, cls, args: tuple, kwargs: dict) -> None:
    """Set the fields of `cls` on an object; old spellings are tried where today's fail."""
    fields = {name: type(self).__fields__.get(name, f) for name, f in cls.__fields__.items()}
    owner = type(self).__name__
    if len(args) > 1:
        from .dialects.orders import TODAY, reading

        if (read := reading(cls.__name__, args)) != TODAY:
            from .dialects import in_order

            args, kwargs = in_order(cls, args, kwargs, read)
    try:
        values = _accepted(owner, fields, args, kwargs)
    except ArgumentError:
        from .dialects import translate

        today = translate(cls, args, dict(kwargs))
        if today is None:
            raise
        values = _accepted(owner, fields, *today)
    for name, value in values.items():
        setattr(self, name, value)
    self.setup()


def _accepted(owner: str, fields: dict[str, Field], args: tuple, kwargs: dict) -> dict[str, Any]:
    """The checked value of each field."""
    positional = [name for name, f in fields.items() if not f.keyword]
    if len(args) > len(positional):
        known = f"at most {len(positional)} ({', '.join(positional)})" if positional else "none"
        raise ArgumentError(owner, f"got {len(args)} positional arguments, expected {known}.")
    given = dict(zip(positional, args, strict=False))
    for name, value in kwargs.items():
        if name in given:
            raise ArgumentError(f"{owner}.{name}", "got two values, by position and by name; "
                                "give one.")
        if name not in fields:
            raise ArgumentError(owner, f"got an unknown argument {shown(name)}"
                                f"{near(name, fields)}")
        given[name] = value
    missing = [n for n, f in fields.items() if f.default is REQUIRED and n not in given]
    if missing:
        raise ArgumentError(f"{owner}.{missing[0]}", "is missing, expected "
                            f"{fields[missing[0]].expected()}.")
    return {name: f.accept(owner, name, given.get(name, f.default)) for name, f in fields.items()}


_generate_init(Configurable)


def near(name: str, names) -> str:
    """``; did you mean 'units'?`` or, where nothing is near, what there is, if that is little."""
    from difflib import get_close_matches

    names = sorted(set(names))
    name = name[:_LONGEST_NAME]  # a name out of a file may be as long as the file
    close = get_close_matches(name, names, 1, 0.6) or get_close_matches(name.lower(), names, 1, 0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    if len(names) > _MANY_NAMES:
        return f", which none of the {len(names)} names known here is like."
    return f", expected one of {', '.join(names)}." if names else ", expected none."
