"""House prices in suburbs of Boston, 1978 (StatLib).

Its column "B" assumes that people prefer racial segregation. Use `california_housing` instead,
unless that assumption is what you study.
"""

from __future__ import annotations

from .stored import TrainTest, arrays_of, shuffled, train_test_split, verified_path


def load_data(
    path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113
) -> TrainTest:
    """506 suburbs with 13 measurements each, and the median price of a house.

    Args:
        path: name of the file in the cache folder, or the path of one that lies elsewhere.
        test_split: fraction of the rows for testing.
        seed: seed of the shuffle before the split, an integer.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: x float64 of shape (rows, 13); y float64 of
        shape (rows,), thousands of dollars.
    """
    found = arrays_of(verified_path("boston_housing.npz", path))
    return train_test_split(*shuffled(seed, found["x"], found["y"]), test_split)
