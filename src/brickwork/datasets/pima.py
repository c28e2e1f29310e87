"""Diabetes among 532 women of Pima heritage near Phoenix, Arizona.

Collected by the National Institute of Diabetes and Digestive and Kidney Diseases (J. W. Smith
et al., "Using the ADAP learning algorithm to forecast the onset of diabetes mellitus", 1988);
complete rows only, with the customary split into 200 rows for training and 332 for testing
(B. D. Ripley, "Pattern Recognition and Neural Networks", 1996). Public figures, as in R's
package MASS.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence

import numpy as np

from ..errors import ArgumentError, near

#: The measurements: pregnancies, plasma glucose two hours after a tolerance test (mg/dl),
#: diastolic blood pressure (mm Hg), fold of skin at the triceps (mm), body mass index (kg/m2),
#: diabetes pedigree function, age (years).
FEATURES = ("pregnancies", "glucose", "blood_pressure", "skin_thickness", "bmi", "pedigree", "age")

Split = tuple[np.ndarray, np.ndarray]


def load_data(*, features: str | Sequence[str] = FEATURES) -> tuple[Split, Split]:
    """The measurements and the outcome (1: diabetes).

    Args:
        features: names of the measurements, in the order of the columns.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: x float32 of shapes (200, n) and (332, n), y
        int64 of shapes (200,) and (332,).

    Raises:
        ValueError: for an unknown measurement.

    >>> (x_train, y_train), (x_test, y_test) = load_data(features=["glucose", "bmi"])
    >>> x_train.shape, y_test.shape
    ((200, 2), (332,))
    """
    features = [features] if isinstance(features, str) else list(features)
    for name in features:
        if name not in FEATURES:
            raise ArgumentError("pima.load_data.features", f"got {name!r}{near(name, FEATURES)}")
    path = os.path.join(os.path.dirname(__file__), "pima.csv")
    with open(path, newline="", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    return _part(rows, "train", features), _part(rows, "test", features)


def _part(rows: list[dict], split: str, features: list[str]) -> Split:
    mine = [row for row in rows if row["split"] == split]
    x = np.array([[row[name] for name in features] for row in mine], np.float32)
    return x.reshape(len(mine), len(features)), np.array([int(row["diabetes"]) for row in mine])
