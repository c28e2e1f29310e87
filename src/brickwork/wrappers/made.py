"""The model that a user's function makes for an estimator."""

from __future__ import annotations

from ..fields import ArgumentError, shown
from ..models import Model


def made_model(made, what: str) -> Model:
    """What the function returned, where that is a model.

    Args:
        made: what it returned.
        what: which argument the function is, for the message.

    Raises:
        ArgumentError: for anything else; a function that only builds a model returns None.
    """
    if not isinstance(made, Model):
        raise ArgumentError(what, f"got a function that returned {shown(made)}, expected one that "
                            "returns a compiled model: its last line is `return model`.")
    return made
