"""CIFAR-100: small images of a hundred classes (A. Krizhevsky)."""

from __future__ import annotations

from ..errors import ArgumentError, shown
from .cifar import batches
from .stored import TrainTest

_FOLDER = "cifar-100-python"


def load_data(label_mode: str = "fine") -> TrainTest:
    """50,000 images for training and 10,000 for testing.

    Args:
        label_mode: "fine" for a hundred classes, or "coarse" for their twenty superclasses.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: x uint8 of shape (rows, 32, 32, 3), or
        (rows, 3, 32, 32) if `config.image_data_format` is "channels_first"; y integers of shape
        (rows, 1).
    """
    if label_mode not in ("fine", "coarse"):
        raise ArgumentError(
            "cifar100.load_data.label_mode",
            f"got {shown(label_mode)}, expected 'fine' or 'coarse'.",
        )
    train, test = f"{_FOLDER}/train", f"{_FOLDER}/test"
    found = batches("cifar-100-python-target_archive", {train, test}, f"{label_mode}_labels")
    return found[train], found[test]
