"""``tf.Module`` and ``tf.TensorShape``: what TensorFlow's own models are written with."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..layers.tracking import AttributeTracking, distinct, inside
from ..program import Variable, name_scope


class Module:
    """An object that finds the variables among its attributes, and in modules and layers there.

    Args:
        name: name of the module; default None: that of its class in lower case.
    """

    def __init__(self, name: str | None = None):
        self.name = name or type(self).__name__.lower()

    @property
    def name_scope(self) -> name_scope:
        """A context in which the paths of new variables begin with the module's name."""
        return name_scope(self.name)

    @classmethod
    def with_name_scope(cls, method: Callable) -> Callable:
        """Decorate a method that creates variables: their paths begin with the module's name."""

        @functools.wraps(method)
        def scoped(self, *args, **kwargs):
            with self.name_scope:
                return method(self, *args, **kwargs)

        return scoped

    @property
    def submodules(self) -> tuple:
        """The modules and layers among the attributes, at any depth."""
        found: list[Any] = []
        for part in distinct(inside(vars(self).values(), (Module, AttributeTracking))):
            found.append(part)
            found += part.submodules if isinstance(part, Module) else part.family()[1:]
        return tuple(distinct(found))

    @property
    def variables(self) -> tuple[Variable, ...]:
        """All variables, one's own first."""
        found = inside(vars(self).values(), Variable)
        for part in self.submodules:
            found += inside(vars(part).values(), Variable)
            if not isinstance(part, Module):
                found += part.own_variables()
        return tuple(distinct(found))

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """The variables that an optimizer may change."""
        return tuple(v for v in self.variables if v.trainable)

    @property
    def non_trainable_variables(self) -> tuple[Variable, ...]:
        """The other variables."""
        return tuple(v for v in self.variables if not v.trainable)


class TensorShape(tuple):
    """A shape: a tuple of extents, None where one is not known."""

    def __new__(cls, dims: Any = ()):
        if isinstance(dims, int):
            dims = (dims,)
        return super().__new__(cls, dims or ())

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self)

    ndims = rank

    @property
    def dims(self) -> list:
        """The extents."""
        return list(self)

    def as_list(self) -> list:
        """Return the extents as a list."""
        return list(self)

    def num_elements(self) -> int | None:
        """Return the number of elements; None if it is not known."""
        count = 1
        for extent in self:
            if extent is None:
                return None
            count *= extent
        return count

    def is_fully_defined(self) -> bool:
        """Return whether every extent is known."""
        return None not in self

    def concatenate(self, other: Any) -> TensorShape:
        """Return the shape followed by another one."""
        return TensorShape((*self, *TensorShape(other)))

    def __getitem__(self, key):
        found = super().__getitem__(key)
        return TensorShape(found) if isinstance(key, slice) else found
