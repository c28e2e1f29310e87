"""CIFAR-10: small images of ten classes (A. Krizhevsky)."""

from __future__ import annotations

import numpy as np

from .cifar import batches
from .stored import TrainTest

_FOLDER = "cifar-10-batches-py"


def load_data() -> TrainTest:
    """50,000 images for training and 10,000 for testing.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: x uint8 of shape (rows, 32, 32, 3), or
        (rows, 3, 32, 32) if `config.image_data_format` is "channels_first"; y uint8 of shape
        (rows, 1): 0 airplane, 1 automobile, 2 bird, 3 cat, 4 deer, 5 dog, 6 frog, 7 horse, 8 ship,
        9 truck.
    """
    train, test = [f"{_FOLDER}/data_batch_{i}" for i in range(1, 6)], f"{_FOLDER}/test_batch"
    found = batches("cifar-10-batches-py-target_archive", {*train, test}, "labels")
    x, y = (np.concatenate(parts) for parts in zip(*(found[name] for name in train), strict=True))
    x_test, y_test = found[test]
    return (x, y.astype(np.uint8)), (x_test, y_test.astype(np.uint8))
