"""``tf.debugging.assert_...`` and ``tf.errors``: checks of arrays.

The values of a compiled function are known to the engine alone; there nothing is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from ..program import Symbol


def _check(name: str, count: int, test: Callable[..., Any]) -> Callable[..., None]:
    def check(*args: Any, message: str | None = None, **kwargs: Any) -> None:
        values = [*args, *(v for word, v in kwargs.items() if word in ("x", "y"))][:count]
        if any(isinstance(v, Symbol) and v.trace is None for v in values):
            return
        if not np.all(test(*map(np.asarray, values))):
            told = ", ".join(map(shown, values))
            raise ArgumentError(
                f"tf.debugging.assert_{name}", f"got {told}. {message or ''}".rstrip()
            )

    check.__name__ = check.__qualname__ = f"assert_{name}"
    check.__doc__ = f"Raise an error unless arrays pass the test {name!r}."
    return check


def _near(x, y):
    return np.isclose(x, y, rtol=1e-5, atol=1e-6)


#: By name. Tests of one array, and of two.
CHECKS: dict[str, Callable] = {
    f"assert_{name}": _check(name, count, test)
    for count, tests in (
        (
            1,
            {
                "all_finite": np.isfinite,
                "positive": lambda x: x > 0,
                "non_negative": lambda x: x >= 0,
                "negative": lambda x: x < 0,
                "non_positive": lambda x: x <= 0,
            },
        ),
        (
            2,
            {
                "equal": np.equal,
                "none_equal": np.not_equal,
                "greater": np.greater,
                "greater_equal": np.greater_equal,
                "less": np.less,
                "less_equal": np.less_equal,
                "near": _near,
                "rank": lambda x, rank: x.ndim == rank,
            },
        ),
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
