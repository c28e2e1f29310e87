"""``tf.debugging.assert_...`` and ``tf.errors``: checks of arrays.

The values of a compiled function are known to the engine alone; there nothing is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from ..program import Symbol


def _check(name: str, words: tuple[str, ...], test: Callable[..., Any]) -> Callable[..., None]:
    def check(*args: Any, message: str | None = None, **kwargs: Any) -> None:
        given = dict(zip(words, args, strict=False)) | kwargs
        values = [given[word] for word in words if word in given]
        if any(isinstance(v, Symbol) and v.trace is None for v in values):
            return
        told = ", ".join(map(shown, values))
        arguments = {word: given[word] for word in (*words, "rtol", "atol") if word in given}
        if not np.all(test(**{word: np.asarray(value) for word, value in arguments.items()})):
            raise ArgumentError(
                f"tf.debugging.assert_{name}", f"got {told}. {message or ''}".rstrip()
            )

    check.__name__ = check.__qualname__ = f"assert_{name}"
    check.__doc__ = f"Raise an error unless arrays pass the test {name!r}."
    return check


def _near(x, y, rtol=1e-5, atol=1e-6):
    return np.isclose(x, y, rtol=rtol, atol=atol)


#: By name. Tests of one array, and of two.
CHECKS: dict[str, Callable] = {
    f"assert_{name}": _check(name, words, test)
    for words, tests in (
        (
            ("x",),
            {
                "all_finite": lambda x: np.isfinite(x),
                "positive": lambda x: x > 0,
                "non_negative": lambda x: x >= 0,
                "negative": lambda x: x < 0,
                "non_positive": lambda x: x <= 0,
            },
        ),
        (
            ("x", "y"),
            {
                "equal": lambda x, y: x == y,
                "none_equal": lambda x, y: x != y,
                "greater": lambda x, y: x > y,
                "greater_equal": lambda x, y: x >= y,
                "less": lambda x, y: x < y,
                "less_equal": lambda x, y: x <= y,
                "near": _near,
            },
        ),
        (("x", "rank"), {"rank": lambda x, rank: x.ndim == rank}),
    )
    for name, test in tests.items()
}
#: The errors that brickwork raises in place of TensorFlow's.
ERRORS = {
    "InvalidArgumentError": ValueError,
    "NotFoundError": FileNotFoundError,
    "OutOfRangeError": IndexError,
    "UnimplementedError": NotImplementedError,
}
