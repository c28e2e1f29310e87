"""``.weights.h5`` files: the weights of a model, arranged as in `layout`."""

from __future__ import annotations

from ...errors import ArgumentError
from ..atomic import write
from ..errors import MismatchedFile
from .archive import weights_file
from .layout import assets_of, fill
from .opened import Opened


def save_weights(model, path) -> None:
    """Write the weights and the optimizer's state to a file that Keras 3 can read.

    Raises:
        ArgumentError: for a model with vocabularies, which this format cannot hold.
    """
    if assets_of(model):
        raise ArgumentError(
            "save_weights",
            "got a model with vocabularies, which .weights.h5 "
            "cannot hold; save the model, or its weights as .brick.",
        )
    write(path, [weights_file(model)])


def load_weights(model, path, skip_mismatch: bool = False) -> None:
    """Set a model's weights from a file: all or, if one does not fit, none.

    Args:
        model: the model, built.
        path: path of the file.
        skip_mismatch: whether to leave layers unchanged whose weights are missing in the file or
            have another shape, with a warning.

    Raises:
        OSError, FileError: see `saving.errors`; the model is unchanged.
    """
    with Opened(path) as file:
        if "layer_names" in file.texts.get("", {}) or "model_config" in file.texts.get("", {}):
            raise MismatchedFile(
                f"{file.path}: got the format of Keras 1 and 2, expected that of "
                "Keras 3, as the name says. Rename it to end in .h5 only."
            )
        fill(model, file, with_optimizer=True, skip_mismatch=skip_mismatch)
