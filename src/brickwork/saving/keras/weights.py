"""``.weights.h5`` files: the numbers of a model, as `layout` has them."""

from __future__ import annotations

from ...errors import ArgumentError
from ..atomic import write
from ..errors import MismatchedFile
from .archive import weights_file
from .layout import assets_of, fill
from .opened import Opened


def save_weights(model, path) -> None:
    """Write the weights, and the optimizer's state, so that Keras 3 reads them.

    Raises:
        ArgumentError: for a model with vocabularies, which this format cannot hold.
    """
    if assets_of(model):
        raise ArgumentError("save_weights", "got a model with vocabularies, which .weights.h5 "
                            "cannot hold; save the model, or its weights as .brick.")
    write(path, [weights_file(model)])


def load_weights(model, path, skip_mismatch: bool = False) -> None:
    """Give a model the weights in a file: all, or, where one does not fit, none.

    Args:
        model: built.
        path: of the file.
        skip_mismatch: leave alone what the file has in another shape, or not at all; a warning
            says what.

    Raises:
        OSError, FileError: see `saving.errors`; the model is as it was.
    """
    with Opened(path) as file:
        if "layer_names" in file.texts.get("", {}) or "model_config" in file.texts.get("", {}):
            raise MismatchedFile(f"{file.path}: written in the form of Keras 1 and 2, though its "
                                 "name ends as Keras 3's do. Give it a name that ends in .h5 only.")
        fill(model, file, None, with_optimizer=True, skip_mismatch=skip_mismatch)
