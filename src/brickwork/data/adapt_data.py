"""What `adapt` of a layer may look at: numbers without gaps, or it is refused and says where.

Keras makes a layer of NaN of one NaN, in silence: its mean, its boundaries.
"""

from __future__ import annotations

import numpy as np

from . import scans
from .checks.inputs import refuse_unusable
from .numbers import as_numbers
from .rows import Rows

_DO = ("Fill or drop those rows first: x.fillna(x.median()) or x.dropna() of pandas, "
       "np.nan_to_num(x) of NumPy.")


def to_adapt_to(value, what: str) -> np.ndarray:
    """The numbers in `value`, all of them finite.

    Raises:
        TypeError: for what holds no numbers.
        ValueError: for NaN, inf and gaps, with the row and, of a table, the column.

    >>> to_adapt_to([[1.0], [float("nan")]], "x")
    Traceback (most recent call last):
    ...
    ValueError: x: got NaN at row 1, column 0 (1 row of 2 have such), expected finite numbers. ...
    """
    array, columns = as_numbers(value, what)
    array = array.read() if isinstance(array, Rows) else array
    whole = array if array.ndim else array.reshape(1)
    if not scans.usable(whole, "float64"):
        refuse_unusable(whole, "float64", what, columns, _DO)
    return array
