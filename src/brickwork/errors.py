"""`ArgumentError`, and how its messages show values and near names."""

from __future__ import annotations

#: How much of a name is compared with others, and of how many names a message lists all.
_LONGEST_NAME, _MANY_NAMES = 100, 40


class ArgumentError(ValueError, TypeError):
    """An argument that cannot mean what it says: *what*, then *got, expected, do this*."""

    def __init__(self, what: str, problem: str):
        super().__init__(f"{what}: {problem}")
        self.what, self.problem = what, problem

    def __reduce__(self) -> tuple:
        # Not by __init__, whose arguments are others in subclasses.
        return _unpickled, (type(self), self.args, vars(self))

    def about(self, what: str) -> ArgumentError:
        """The same problem, of the argument that the user knows."""
        return type(self)(what, self.problem)


def _unpickled(kind: type, args: tuple, attributes: dict) -> ArgumentError:
    error = kind.__new__(kind, *args)
    error.args = args
    vars(error).update(attributes)
    return error


def missing_attribute(owner: object, name: str) -> AttributeError:
    """The error for an attribute that an object has not, and the reason if it was never set up."""
    kind = type(owner)
    made = getattr(kind, "_made_by_setup", "")
    said = f"{kind.__name__!r} object has no attribute {name!r}"
    if (made and made not in vars(owner)) or name in getattr(kind, "__fields__", {}):
        said = (
            f"{kind.__name__}: its __init__ must call super().__init__(**kwargs) before anything "
            f"else; the object has no {name!r} yet."
        )
    return AttributeError(said, name=name, obj=owner)


def shown(value) -> str:
    """A value in an error message: short, and never the rows of someone's data."""
    shape = getattr(value, "shape", None)
    if shape:
        return f"{type(value).__name__} of shape {tuple(shape)}"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def near(name: str, names) -> str:
    """``; did you mean 'units'?`` or, where nothing is near, what there is, if that is little."""
    names = sorted(set(names))
    close = _nearest(name[:_LONGEST_NAME], names)  # one out of a file may be as long as the file
    if close:
        return f"; did you mean {close!r}?"
    if len(names) > _MANY_NAMES:
        return f", which none of the {len(names)} names known here is like."
    return f", expected one of {', '.join(names)}." if names else ", expected none."


def whole_number(value: object, what: str, least: int = 1) -> int:
    """Return an argument that must be a whole number as an int.

    Args:
        value: what was given.
        what: its name, for messages.
        least: the smallest that is allowed.

    Raises:
        ArgumentError (a ValueError): for a smaller one, a bool, a float or anything else.

    >>> whole_number(3, "fit.epochs")
    3
    """
    index = getattr(type(value), "__index__", None)  # so do NumPy's integers count, without NumPy
    if isinstance(value, bool) or index is None or index(value) < least:
        raise ArgumentError(what, f"got {shown(value)}, expected an integer >= {least}.")
    return index(value)


def _nearest(name: str, names: list[str]) -> str | None:
    """The name that is spelt much like it, or has it as one of its words, or is spelt like it."""
    from difflib import get_close_matches

    lower = name.lower()

    def alike(limit: float) -> list[str]:
        return get_close_matches(name, names, 1, limit) or get_close_matches(lower, names, 1, limit)

    of_words = (n for n in names if len(lower) > 3 and lower in n.split("_"))
    close = alike(0.8) or sorted(of_words, key=len)[:1] or alike(0.6)
    # Of randomlaplace and random_laplace, which are one thing, the one that can be read.
    spelt = (n for n in names if "_" in n and [n.replace("_", "")] == close)
    return next(spelt, close[0] if close else None)
