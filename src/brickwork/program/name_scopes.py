"""Name scopes: the layers and models in whose calls a variable is made, which are its path.

>>> with name_scope("encoder"):
...     with name_scope("first"):
...         current_path()
'encoder/first'
"""

from __future__ import annotations

import threading
from typing import Any, Self

_open = threading.local()


def _stack() -> list[Scope]:
    if not hasattr(_open, "stack"):
        _open.stack = []
    return _open.stack


def current_path() -> str:
    """The names of the open scopes, joined by slashes; empty for none."""
    return "/".join(scope.name for scope in _stack())


class Scope:
    """A context in which the paths of new variables begin with a name, which may be any."""

    def __init__(self, name: str, caller: Any = None, deduplicate: bool = True):
        self.name, self.caller, self.deduplicate = name, caller, deduplicate

    def __enter__(self) -> Self:
        stack = _stack()
        same = stack and self.caller is not None and stack[-1].caller is self.caller
        self._depth = len(stack)
        if not (same and self.deduplicate):
            stack.append(self)
        return self

    def __exit__(self, *_: Any) -> None:
        del _stack()[self._depth :]


class name_scope(Scope):  # Keras's name
    """A context in which the paths of new variables begin with a name.

    Args:
        name: str without a slash.
        caller: the object that opens it; if it has opened the innermost scope, no other is opened.
        deduplicate: whether that is so; default True.

    Raises:
        ValueError: for a name that is empty or has a slash.

    >>> from brickwork import Variable
    >>> with name_scope("gate"):
    ...     Variable(1.0, name="weight").path
    'gate/weight'
    """

    def __init__(self, name: str, caller: Any = None, deduplicate: bool = True):
        if not isinstance(name, str) or not name or "/" in name:
            raise ValueError(f"name_scope.name: got {name!r}, expected a name without '/'.")
        super().__init__(name, caller, deduplicate)
