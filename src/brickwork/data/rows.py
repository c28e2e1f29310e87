"""Rows that are converted to arrays batch by batch.

These are sparse matrices, and large tables and arrays of other dtypes: a copy of the whole might
not fit in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import getitem
from typing import Any

import numpy as np


class StoredTable:
    """The base of tables in files, whose module is loaded where there is one.

    Attributes:
        columns: the names of the columns.
        ndim: 2, or 1 for a single column.
        first: the place of its first row in the files.
        cuts: where blocks begin of which the rows are read together, and the number of rows.
    """

    columns: tuple[str, ...]
    ndim: Any
    first: int
    cuts: Any

    def __getitem__(self, key: Any) -> Any:
        raise NotImplementedError

    def in_arrow(self) -> Any:
        """Return all of it, in memory, as Arrow's ``Table`` or ``ChunkedArray``."""
        raise NotImplementedError


class Rows:
    """Rows of a source, of which only parts are converted to arrays.

    Args:
        source: a table, array or sparse matrix.
        read: ``source -> array`` of all its rows.
        pick: ``(source, rows) -> source`` with these rows, a slice or an array of indices.
        stored: ``source -> array`` of its nonzero values, in any order.
        row: the shape of a row, if it differs from that of `read`.

    Attributes:
        shape, dtype, ndim, size: those of the array of all rows.
        nbytes: the bytes of that array, or of the stored values of a sparse matrix.

    >>> swapped = np.arange(6, dtype=">i4").reshape(3, 2)
    >>> table = Rows(swapped, lambda numbers: numbers.astype("int32"))
    >>> table.shape, table[1:].tolist(), table.select(slice(2)).shape
    ((3, 2), [[2, 3], [4, 5]], (2, 2))
    """

    def __init__(
        self,
        source,
        read: Callable,
        pick: Callable = getitem,
        stored: Callable | None = None,
        row: tuple[int, ...] | None = None,
    ):
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
    def cuts(self) -> np.ndarray | None:
        """Where blocks begin of which the rows are read together, and the number of rows; None
        where any row can be read as well as any other."""
        return self.source.cuts if isinstance(self.source, StoredTable) else None

    @property
    def first(self) -> int:
        """Where the rows begin in the whole of the data, of which they may be a part."""
        return self.source.first if isinstance(self.source, StoredTable) else 0

    @property
    def csr_arrays(self) -> tuple | None:
        """The arrays of a sparse matrix in CSR form, for an engine; None for other sources."""
        if self.stored is None:
            return None
        return self.source.data, self.source.indices, self.source.indptr, self.source.shape[1]

    def select(self, rows) -> Rows:
        """Return these rows, not yet converted."""
        return Rows(self._pick(self.source, rows), self._read, self._pick, self.stored, self.row)

    def reshaped(self, *row: int) -> Rows:
        """Return the same data with rows of this shape."""
        return Rows(self.source, self._read, self._pick, self.stored, row)

    def read(self) -> np.ndarray:
        """Return all rows as an array."""
        return self[:]


def sparse_rows(matrix, numbers: np.ndarray) -> Rows:
    """Return the rows of a SciPy CSR matrix with these values.

    Duplicate entries are summed first, as in SciPy.
    """
    # A new matrix around the same memory: the flags of the old one may be outdated.
    matrix = type(matrix)((numbers, matrix.indices, matrix.indptr), shape=matrix.shape)
    if not matrix.has_canonical_format:
        matrix = matrix.copy()
        matrix.sum_duplicates()
    return Rows(matrix, lambda m: m.toarray(), stored=_stored)


def _stored(matrix) -> np.ndarray:
    return matrix.data[: matrix.nnz] if matrix.nnz else np.zeros(1, matrix.dtype)
