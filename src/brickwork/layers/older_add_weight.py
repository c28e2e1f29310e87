"""``add_weight`` as layers of Keras 1 and 2 call it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..program.variable import Variable
    from .layer import Layer

F = TypeVar("F", bound=Callable[..., Any])
_KERAS_1 = ("shape", "initializer", "name", "trainable", "regularizer", "constraint")
_KERAS_2 = ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint")


def accepts_old_order(add_weight: F) -> F:
    """Decorate ``add_weight`` to accept the argument orders of Keras 2, where the name is first,
    and of Keras 1, where it is third."""

    @functools.wraps(add_weight)
    def wrapper(self, *args, **kwargs):
        if args and isinstance(args[0], str):
            kwargs, args = _named(_KERAS_2, args, kwargs), ()
        elif len(args) > 2 and isinstance(args[2], str) and not _is_dtype(args[2]):
            kwargs, args = _named(_KERAS_1, args, kwargs), ()
        return add_weight(self, *args, **kwargs)

    return cast(F, wrapper)


def _named(order: tuple[str, ...], args: tuple, kwargs: dict) -> dict:
    from ..spelling.translation import warn_old_spellings

    warn_old_spellings(
        "add_weight", [(f"argument {order.index('name') + 1}", "not the name; give name=...")]
    )
    return dict(zip(order, args, strict=False)) | kwargs


def _is_dtype(name: str) -> bool:
    from ..program import standard

    try:
        return bool(standard(name))
    except TypeError:
        return False


def set_trainable_weights(layer: Layer, variables: Iterable[Variable]) -> None:
    """Implement ``self.trainable_weights = [W, b]``: of the layer's own variables, only these are
    trained, in this order."""
    from ..spelling.translation import warn_old_spellings

    warn_old_spellings(
        "Layer",
        [
            (
                "trainable_weights = [...]",
                "add_weight(shape, initializer), or a variable that is an attribute",
            )
        ],
    )
    chosen = list(variables)
    layer._weights = [*chosen, *(w for w in layer._weights if not any(w is c for c in chosen))]
    for variable in layer.own_variables():
        trained = any(variable is c for c in chosen)
        variable.made_trainable = trained
        variable.trainable = trained and layer.trainable
