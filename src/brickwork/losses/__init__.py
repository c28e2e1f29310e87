"""Losses by Keras's names: classes, functions of the same, and ``get`` for all that names one."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..errors import ArgumentError
from .loss import Loss, LossFunctionWrapper
from .loss_names import MISSING, names, registry

__all__ = ["Loss", "LossFunctionWrapper", "deserialize", "get", "resolve", "serialize"]
__all__ += names


def __getattr__(name: str):
    if name in MISSING:
        raise AttributeError(f"{__name__} has no {name!r}: {MISSING[name]}.")
    if name in names:
        return registry.attribute(__name__, name)
    from ..spelling import attribute

    return attribute(__name__, name)


def __dir__():
    return sorted({*globals(), *__all__})


def get(identifier, custom_objects: dict[str, Any] | None = None):
    """The loss (a function or a `Loss`) for a name, a config, a class, a function or a loss.

    Raises:
        ArgumentError (a ValueError): for an unknown name, with the nearest ones.

    >>> get("mse").__name__, get("MeanSquaredError").name
    ('mean_squared_error', 'mean_squared_error')
    """
    if isinstance(identifier, str) and identifier in MISSING:
        raise ArgumentError("loss", f"{identifier!r} does not exist here: {MISSING[identifier]}.")
    return registry.get(identifier, custom_objects, __name__)


def serialize(loss) -> Any:
    """What a config holds for a loss: a function's name, or class and config of an object.

    >>> serialize(get("mse"))
    'mean_squared_error'
    """
    return registry.serialize(loss)


def deserialize(name, custom_objects: dict[str, Any] | None = None):
    """The inverse of `serialize`: the loss of a config, or of a name.

    >>> deserialize({"class_name": "Huber", "config": {"delta": 2.0}}).delta
    2.0
    """
    return registry.deserialize(name, custom_objects)


def resolve(identifier, argument: str = "compile.loss") -> Loss | None:
    """The `Loss` that compile makes of its argument, or of an entry of it.

    "crossentropy" and "ce" become binary, sparse or categorical when the shapes are seen;
    functions are wrapped.

    >>> resolve("mse").fn.__name__, resolve("ce").name
    ('mean_squared_error', 'ce')
    """
    if identifier is None:
        return None
    if isinstance(identifier, str) and identifier.lower() in ("crossentropy", "ce"):
        return Crossentropy(identifier)
    try:
        loss = get(identifier)
    except ArgumentError as error:
        raise error.about(argument) from None
    if isinstance(loss, Loss):
        return loss
    name = identifier if isinstance(identifier, str) else (
        getattr(loss, "name", None) or getattr(loss, "__name__", type(loss).__name__))
    return LossFunctionWrapper(loss, name=name if isinstance(name, str) else None)


def by_shapes(y_true_shape, y_pred_shape, binary, sparse, categorical):
    """One of three: binary for one unit, sparse where targets have a class for each row."""
    units = y_pred_shape[-1] if len(y_pred_shape) else None
    if units == 1:
        return binary
    last = y_true_shape[-1] if len(y_true_shape) else None
    if len(y_true_shape) < len(y_pred_shape) or (last == 1 and (units or 2) > 1):
        return sparse
    return categorical


class Crossentropy(LossFunctionWrapper):
    """The crossentropy that targets and outputs of these shapes ask for; the first that it sees
    decide."""

    def __init__(self, name: str = "crossentropy"):
        super().__init__(_undecided, name=name)

    def decide(self, y_true_shape, y_pred_shape) -> None:
        """Be binary, sparse or categorical from now on, unless that is decided.

        >>> loss = Crossentropy()
        >>> loss.decide((None,), (None, 3))
        >>> loss.fn.__name__, loss.labels
        ('sparse_categorical_crossentropy', 'classes')
        """
        if self.fn is _undecided:
            self.fn = get(by_shapes(y_true_shape, y_pred_shape, "binary_crossentropy",
                                    "sparse_categorical_crossentropy",
                                    "categorical_crossentropy"))

    def decided(self) -> Loss:
        """The loss that it has become.

        >>> loss = Crossentropy("ce")
        >>> loss.decide((None, 3), (None, 3))
        >>> loss.decided().fn.__name__
        'categorical_crossentropy'
        """
        return LossFunctionWrapper(self.fn, name=self.name)

    def __call__(self, y_true, y_pred, sample_weight=None):
        self.decide(ops.shape(y_true), ops.shape(y_pred))
        return super().__call__(y_true, y_pred, sample_weight)


def _undecided(y_true, y_pred):
    raise ArgumentError("crossentropy", "is not decided yet: it has seen no shapes.")
