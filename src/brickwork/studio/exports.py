"""Files of a wall that the library writes, since the page has no writer of them."""

from __future__ import annotations

from ..saving.keras import legacy
from . import values
from .limits import Limits
from .walls import model_of


def exported(wall: object, ending: object, limits: Limits) -> bytes:
    """Return the contents of a file of a wall.

    Args:
        wall: as the page sends it, with its weights.
        ending: ``.h5``, a model for Keras 1 and 2; the page writes all other formats itself.
        limits: how large the wall may be.

    Raises:
        ArgumentError: for what is no wall, or cannot be written so.
        ImportError: if h5py is missing.
    """
    values.choice(ending, "export.format", (".h5",))
    return legacy.contents(model_of(wall, limits))
