"""Losses under Keras's names: classes, functions, and ``get`` to look one up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import ops
from ..errors import ArgumentError
from .loss import Loss, LossFunctionWrapper
from .loss_names import MISSING, names, registry

__all__ = ["Loss", "LossFunctionWrapper", "deserialize", "get", "resolve", "serialize"]
__all__ += names

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .loss_names import *
else:

    def __getattr__(name: str) -> Any:
        if name in MISSING:
            raise AttributeError(f"{__name__} has no {name!r}: {MISSING[name]}.")
        if name in names:
            return registry.attribute(__name__, name)
        from ..spelling import attribute

        return attribute(__name__, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def get(identifier: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return the loss that an identifier names.

    Args:
        identifier: name, config, class, function ``(y_true, y_pred)`` or `Loss`; None for none.
        custom_objects: custom classes and functions by name, looked up first.

    Returns:
        A function for a function or the name of one, a `Loss` otherwise; None for None.

    Raises:
        ArgumentError (a ValueError): for an unknown name; the message suggests similar ones.

    >>> get("mse").__name__, get("MeanSquaredError").name
    ('mean_squared_error', 'mean_squared_error')
    """
    if isinstance(identifier, str) and identifier in MISSING:
        raise ArgumentError("loss", f"brickwork has no {identifier!r}: {MISSING[identifier]}.")
    return registry.get(identifier, custom_objects, __name__)


def serialize(loss: Any) -> Any:
    """Return the entry for a loss in a config.

    Args:
        loss: function or `Loss`.

    Returns:
        The name of a function, or ``{"class_name": ..., "config": ...}`` for an object.

    >>> serialize(get("mse"))
    'mean_squared_error'
    """
    return registry.serialize(loss)


def deserialize(name: str | None, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return the loss for a config: the inverse of `serialize`.

    Args:
        name: what `serialize` returned, or a name.
        custom_objects: custom classes and functions by name, looked up first.

    Returns:
        A function or a `Loss`.

    >>> deserialize({"class_name": "Huber", "config": {"delta": 2.0}}).delta
    2.0
    """
    return registry.deserialize(name, custom_objects)


def resolve(identifier: Any, argument: str = "compile.loss") -> Loss | None:
    """Return the `Loss` for an argument of ``compile``, or for one entry of it.

    "crossentropy" and "ce" become the binary, sparse or categorical crossentropy once the shapes
    of targets and outputs are known. Functions are wrapped in `LossFunctionWrapper`.

    Args:
        identifier: as for `get`, or "crossentropy" or "ce".
        argument: the name of the argument in error messages.

    Returns:
        A `Loss`; None for None.

    Raises:
        ArgumentError (a ValueError): for an unknown name or an object that is no loss.

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
    name = (
        identifier
        if isinstance(identifier, str)
        else (getattr(loss, "name", None) or getattr(loss, "__name__", type(loss).__name__))
    )
    return LossFunctionWrapper(loss, name=name if isinstance(name, str) else None)


def by_shapes(
    y_true_shape: Any, y_pred_shape: Any, binary: Any, sparse: Any, categorical: Any
) -> Any:
    """Return one of three choices: binary for one output unit, sparse for integer class targets,
    categorical otherwise."""
    units = y_pred_shape[-1] if len(y_pred_shape) else None
    if units == 1:
        return binary
    last = y_true_shape[-1] if len(y_true_shape) else None
    if len(y_true_shape) < len(y_pred_shape) or (last == 1 and (units or 2) > 1):
        return sparse
    return categorical


class Crossentropy(LossFunctionWrapper):
    """Binary, sparse or categorical crossentropy, chosen by the first shapes it is called with."""

    def __init__(self, name: str = "crossentropy"):
        super().__init__(_not_chosen, name=name)

    def choose_by_shapes(self, y_true_shape: Any, y_pred_shape: Any) -> None:
        """Choose binary, sparse or categorical crossentropy, unless one is chosen already.

        Args:
            y_true_shape: shape of the targets, None for unknown dimensions.
            y_pred_shape: shape of the outputs, None for unknown dimensions.

        >>> loss = Crossentropy()
        >>> loss.choose_by_shapes((None,), (None, 3))
        >>> loss.fn.__name__, loss.labels
        ('sparse_categorical_crossentropy', 'classes')
        """
        if self.fn is _not_chosen:
            self.fn = get(
                by_shapes(
                    y_true_shape,
                    y_pred_shape,
                    "binary_crossentropy",
                    "sparse_categorical_crossentropy",
                    "categorical_crossentropy",
                )
            )

    def chosen_loss(self) -> Loss:
        """Return the chosen crossentropy as a loss of its own.

        >>> loss = Crossentropy("ce")
        >>> loss.choose_by_shapes((None, 3), (None, 3))
        >>> loss.chosen_loss().fn.__name__
        'categorical_crossentropy'
        """
        return LossFunctionWrapper(self.fn, name=self.name)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        self.choose_by_shapes(ops.shape(y_true), ops.shape(y_pred))
        return super().__call__(y_true, y_pred, sample_weight)


def _not_chosen(y_true, y_pred):
    raise ArgumentError(
        "crossentropy",
        "got no shapes yet, expected those of targets and outputs "
        "to choose between binary, sparse and categorical. Call the loss first.",
    )
