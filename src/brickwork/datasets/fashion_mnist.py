"""Fashion-MNIST: images of clothes, by Zalando (MIT license)."""

from __future__ import annotations

import gzip

import numpy as np

from .stored import TrainTest, verified_path


def load_data() -> TrainTest:
    """60,000 images for training and 10,000 for testing, of ten classes.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: x uint8 of shape (rows, 28, 28), from 0 to 255;
        y uint8 of shape (rows,): 0 T-shirt, 1 trouser, 2 pullover, 3 dress, 4 coat, 5 sandal,
        6 shirt, 7 sneaker, 8 bag, 9 ankle boot.
    """
    train, test = (
        (_idx(f"{part}-images-idx3-ubyte.gz"), _idx(f"{part}-labels-idx1-ubyte.gz"))
        for part in ("train", "t10k")
    )
    return train, test


def _idx(name: str) -> np.ndarray:
    """The array in an IDX file: two zeros, 8 for bytes, the rank, the extents, the values."""
    with gzip.open(verified_path(name)) as file:
        content = file.read()
    shape = np.frombuffer(content, ">u4", content[3], 4)
    return np.frombuffer(content, np.uint8, offset=4 + shape.nbytes).reshape(shape)
