"""Models: bricks put together, trained and asked."""

from .model import Model
from .sequential import Sequential

__all__ = ["Functional", "Model", "Sequential"]


def __getattr__(name: str):
    if name == "Functional":  # loaded when the first graph is made
        from .functional import Functional

        return Functional
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
