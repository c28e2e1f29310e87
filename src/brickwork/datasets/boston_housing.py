"""Houses in suburbs of Boston, 1978 (StatLib).

One of its columns, "B", takes for granted that people want to live apart by race. Use
`california_housing` unless it is for that reason that you look at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .stored import arrays_of, parted, shuffled, stored

if TYPE_CHECKING:
    from .stored import TrainTest


def load_data(path: str = "boston_housing.npz", test_split: float = 0.2,
              seed: int = 113) -> TrainTest:
    """506 suburbs with 13 measurements each, and the median price of a house.

    Args:
        path: name of the file in the cache folder, or the path of one that lies elsewhere.
        test_split: part of the rows that are for testing.
        seed: of the order in which they are shuffled before.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: x float64 of shape (rows, 13); y float64 of
        shape (rows,), thousands of dollars.
    """
    found = arrays_of(stored("boston_housing.npz", path))
    return parted(*shuffled(seed, found["x"], found["y"]), test_split)
