"""MNIST: handwritten digits (Y. LeCun and C. Cortes, CC BY-SA 3.0)."""

from __future__ import annotations

from .stored import TrainTest, arrays_of, verified_path


def load_data(path: str = "mnist.npz") -> TrainTest:
    """60,000 images for training and 10,000 for testing, of the digits 0 to 9.

    Args:
        path: name of the file in the cache folder, or the path of one that lies elsewhere.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: x uint8 of shape (rows, 28, 28), from 0 to 255;
        y uint8 of shape (rows,).
    """
    found = arrays_of(verified_path("mnist.npz", path))
    return (found["x_train"], found["y_train"]), (found["x_test"], found["y_test"])
