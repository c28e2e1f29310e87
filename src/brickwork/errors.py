"""`ArgumentError`, and how its messages show values and near names."""

from __future__ import annotations

#: How much of a name is compared with others, and of how many names a message lists all.
_LONGEST_NAME, _MANY_NAMES = 100, 40


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


def near(name: str, names) -> str:
    """``; did you mean 'units'?`` or, where nothing is near, what there is, if that is little."""
    names = sorted(set(names))
    close = _nearest(name[:_LONGEST_NAME], names)  # one out of a file may be as long as the file
    if close:
        return f"; did you mean {close!r}?"
    if len(names) > _MANY_NAMES:
        return f", which none of the {len(names)} names known here is like."
    return f", expected one of {', '.join(names)}." if names else ", expected none."


def _nearest(name: str, names: list[str]) -> str | None:
    """The name that is spelt most like it, else the shortest that has it as one of its words."""
    from difflib import get_close_matches

    lower = name.lower()
    close = get_close_matches(name, names, 1, 0.6) or get_close_matches(lower, names, 1, 0.6)
    if not close and lower:
        close = sorted((n for n in names if lower in n.lower().split("_")), key=len)[:1]
    if not close:
        return None
    # Of randomlaplace and random_laplace, which are one thing, the one that can be read.
    spelt = (n for n in names if "_" in n and n.replace("_", "") == close[0])
    return next(spelt, close[0])
