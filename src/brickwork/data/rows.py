"""Rows that do not lie in memory as one array of numbers, and become one batch by batch.

Sparse matrices, and large tables and arrays of other dtypes: a copy of
the whole may not fit where the thing itself does.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import getitem

import numpy as np


class Rows:
    """Rows of a thing that only a part of is to be made an array of.

    Args:
        source: the thing.
        read: ``thing -> array`` of all its rows.
        pick: ``(thing, rows) -> thing`` of these rows, a slice or an array of numbers.
        stored: ``thing -> array`` of all its numbers but zeros, in any order.
        row: the shape of a row, where it is not that of `read`.

    Attributes:
        shape, dtype, ndim, size: of the array that all rows would be.
        nbytes: of that array, or of what is stored where that can be told.

    >>> swapped = np.arange(6, dtype=">i4").reshape(3, 2)
    >>> table = Rows(swapped, lambda numbers: numbers.astype("int32"))
    >>> table.shape, table[1:].tolist(), table.part(slice(2)).shape
    ((3, 2), [[2, 3], [4, 5]], (2, 2))
    """

    def __init__(self, source, read: Callable, pick: Callable = getitem,
                 stored: Callable | None = None, row: tuple[int, ...] | None = None):
        self.source, self.stored = source, stored
        self._read, self._pick = read, pick
        none = read(pick(source, slice(0, 0)))
        count = source.shape[0] if hasattr(source, "shape") else len(source)
        self.row = none.shape[1:] if row is None else row
        self.shape, self.dtype = (int(count), *self.row), none.dtype
        self.ndim, self.size = len(self.shape), int(np.prod(self.shape))
        self.nbytes = self.size * self.dtype.itemsize if stored is None else stored(source).nbytes

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows) -> np.ndarray:
        taken = self._read(self._pick(self.source, rows))
        return taken.reshape(len(taken), *self.row)

    @property
    def feed(self) -> tuple | None:
        """What an engine takes the rows of a sparse matrix from; None for other things."""
        if self.stored is None:
            return None
        return self.source.data, self.source.indices, self.source.indptr, self.source.shape[1]

    def part(self, rows) -> Rows:
        """These rows, still as they are."""
        return Rows(self._pick(self.source, rows), self._read, self._pick, self.stored, self.row)

    def reshaped(self, *row: int) -> Rows:
        """The same with rows of this shape."""
        return Rows(self.source, self._read, self._pick, self.stored, row)

    def read(self) -> np.ndarray:
        """All rows, as an array."""
        return self[:]


def sparse_rows(matrix, numbers: np.ndarray) -> Rows:
    """The rows of a SciPy matrix in rows (CSR) that holds these numbers.

    Numbers given twice for one place are added up first, as SciPy reads them.
    """
    # A new one around the same memory: the old one may not know what was written there since.
    matrix = type(matrix)((numbers, matrix.indices, matrix.indptr), shape=matrix.shape)
    if not matrix.has_canonical_format:
        matrix = matrix.copy()
        matrix.sum_duplicates()
    return Rows(matrix, lambda m: m.toarray(), stored=_stored)


def _stored(matrix) -> np.ndarray:
    return matrix.data[:matrix.nnz] if matrix.nnz else np.zeros(1, matrix.dtype)
