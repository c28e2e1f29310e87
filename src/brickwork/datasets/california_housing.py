"""House prices in districts of California, census of 1990 (R. K. Pace and R. Barry, StatLib)."""

from __future__ import annotations

from ..errors import ArgumentError, shown
from .stored import TrainTest, arrays_of, shuffled, train_test_split, verified_path


def load_data(
    version: str = "large",
    path: str = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> TrainTest:
    """20,640 districts with 8 measurements each, and the median price of a house.

    The measurements are median income, age of the houses, rooms and bedrooms per household,
    population, people per household, latitude, and longitude.

    Args:
        version: "large", or "small": 600 districts.
        path: name of the file in the cache folder, or the path of one that lies elsewhere.
        test_split: fraction of the rows for testing.
        seed: seed of the shuffle before the split, an integer.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: x of shape (rows, 8); y of shape (rows,),
        dollars.
    """
    if version not in ("small", "large"):
        raise ArgumentError(
            "california_housing.load_data.version",
            f"got {shown(version)}, expected 'small' or 'large'.",
        )
    found = arrays_of(verified_path("california_housing.npz", path))
    rows = slice(600 if version == "small" else None)
    return train_test_split(*shuffled(seed, found["x"][rows], found["y"][rows]), test_split)
