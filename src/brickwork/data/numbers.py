"""Converts one argument to a numeric array."""

from __future__ import annotations

from collections.abc import Mapping, Set as AbstractSet

import numpy as np

from . import facts
from .notices import sentence
from .numpy_dtypes import NUMBERS, as_native, as_numeric, of_several_lengths, type_name
from .rows import Rows, StoredTable, sparse_rows


def as_numbers(value, what: str) -> tuple[np.ndarray | Rows, tuple | None]:
    """Return `value` as a numeric array, without a copy where possible, and its column names.

    Args:
        value: an array, list, table, tensor or sparse matrix of numbers.
        what: the name of the argument, for messages.

    Returns:
        An array of the same shape, and a tuple of column names or None. The array is a `Rows` for
        a sparse matrix and for large data that would have to be copied.

    Raises:
        TypeError: if it does not contain numbers.
        ValueError: if it contains numbers that cannot be used.

    >>> as_numbers([[1, 2], [3, 4]], "x")[0].shape
    (2, 2)
    """
    if type(value) is np.ndarray and value.dtype.kind in "biuf":
        return _native_or_lazy(value), None
    module = type(value).__module__.partition(".")[0]
    if module in ("pandas", "polars", "pyarrow"):
        from . import tables

        read = {"pandas": tables.from_pandas, "polars": tables.from_polars}
        return read.get(module, tables.from_arrow)(value, what)
    if isinstance(value, StoredTable):
        from .parquet import from_parquet

        return from_parquet(value, what)
    if isinstance(value, np.ma.MaskedArray):
        if np.ma.is_masked(value):
            raise ValueError(
                sentence(
                    what,
                    "a masked array with masked entries",
                    "numbers without missing values",
                    "Use .filled(...) or drop the rows.",
                )
            )
        value = value.data
    elif hasattr(value, "detach") and hasattr(value, "cpu"):
        value = _from_torch(value)
    elif hasattr(value, "tocsr") and hasattr(value, "toarray"):
        if value.ndim == 2:
            matrix = _checked_matrix(value, what).tocsr()
            return sparse_rows(matrix, as_native(as_numeric(matrix.data, what))), None
        value = value.toarray()
    array = _native_or_lazy(as_numeric(_as_array(value, what), what))
    names = getattr(value, "columns", None)
    named = isinstance(names, list | tuple) and array.shape[1:] == (len(names),)
    return array, tuple(names) if named else None


def as_array(value, what: str) -> np.ndarray:
    """Return `value` as a numeric NumPy array, copied if necessary; see `as_numbers`."""
    numbers = as_numbers(value, what)[0]
    return numbers.read() if isinstance(numbers, Rows) else numbers


def _from_torch(tensor):
    """Return a torch tensor in a form that NumPy can read."""
    tensor = tensor.detach().cpu()
    if str(getattr(tensor, "layout", "torch.strided")) != "torch.strided":
        tensor = tensor.to_dense()
    return tensor.float() if str(getattr(tensor, "dtype", "")) == "torch.bfloat16" else tensor


def _checked_matrix(matrix, what: str):
    """Check that the indices of a sparse matrix fit its shape; SciPy does not check this."""
    try:
        if hasattr(matrix, "check_format"):
            matrix.check_format(full_check=True)
    except ValueError as error:
        raise ValueError(
            sentence(
                what,
                f"a broken sparse matrix ({error})",
                f"one whose indices fit its shape {matrix.shape}",
            )
        ) from None
    return matrix


def _as_array(value, what: str) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    if (
        value is None
        or isinstance(value, str | bytes | AbstractSet | Mapping | type)
        or not (
            hasattr(value, "__array__")
            or hasattr(value, "__len__")
            or isinstance(value, int | float | np.generic)
        )
    ):
        do = "Use list(values) in a fixed order." if isinstance(value, AbstractSet) else ""
        if hasattr(value, "to_tensor"):  # TensorFlow's ragged and sparse tensors
            do = "Use .to_tensor(), which pads the rows."
        elif hasattr(value, "dense_shape"):
            do = "Use tf.sparse.to_dense(x)."
        raise TypeError(sentence(what, type_name(value), NUMBERS, do))
    try:
        return np.asarray(value)
    except ValueError as error:
        if "inhomogeneous" not in str(error) and "ragged" not in str(error):
            raise
        raise ValueError(of_several_lengths(what)) from None
    except OverflowError:
        raise ValueError(sentence(what, "an integer of more than 64 bits", NUMBERS)) from None


def _native_or_lazy(array: np.ndarray) -> np.ndarray | Rows:
    """Apply `as_native`; if that would copy a large array, do it batch by batch."""
    if array.nbytes > facts.LARGE and not np.shares_memory(as_native(array[:1]), array):
        return Rows(array, as_native)
    return as_native(array)
