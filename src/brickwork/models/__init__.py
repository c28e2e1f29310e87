"""Models: bricks put together, trained and asked."""

from .model import Model
from .sequential import Sequential

__all__ = ["Model", "Sequential"]
