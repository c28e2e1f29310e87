"""Checks the data of a layer's `adapt`: it must be finite.

In Keras a single NaN silently makes the layer's state NaN, such as its mean or boundaries.
"""

from __future__ import annotations

import numpy as np

from . import scans
from .checks.inputs import refuse_unusable
from .numbers import as_numbers
from .rows import Rows

_ADVICE = (
    "Fill or drop those rows first: x.fillna(x.median()) or x.dropna() of pandas, "
    "np.nan_to_num(x) of NumPy."
)


def data_to_adapt(value, what: str) -> np.ndarray:
    """Return `value` as a NumPy array of finite numbers.

    Args:
        value: an array, list or table of numbers, of any shape and dtype.
        what: the name of the argument, for messages.

    Returns:
        An array of the same shape.

    Raises:
        TypeError: if it does not contain numbers.
        ValueError: for NaN, inf and missing values; names the row and, for a table, the column.

    >>> data_to_adapt([[1.0], [float("nan")]], "x")
    Traceback (most recent call last):
    ...
    ValueError: x: got NaN at row 1, column 0 (1 row of 2 affected), expected finite numbers. ...
    """
    array, columns = as_numbers(value, what)
    array = array.read() if isinstance(array, Rows) else array
    whole = array if array.ndim else array.reshape(1)
    if not scans.is_finite_in(whole, "float64"):
        refuse_unusable(whole, "float64", what, columns, _ADVICE)
    return array
