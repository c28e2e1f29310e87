"""One thing that a user hands over -> its numbers, as one array wherever that can be."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import numpy as np

from . import facts
from .notices import sentence
from .rows import Rows, sparse_rows

_NUMBERS = "an array of numbers"
KINDS = {
    "U": ("text", "Encode it as numbers, for instance np.unique(values, return_inverse=True)[1]."),
    "S": ("bytes", "Decode and encode it as numbers."),
    "T": ("text", "Encode it as numbers, for instance np.unique(values, return_inverse=True)[1]."),
    "M": ("dates", "Turn them into numbers, for instance (d - d.min()) / np.timedelta64(1, 'D')."),
    "m": ("time spans", "Divide by a unit, for instance by np.timedelta64(1, 's')."),
    "c": ("complex numbers", "Take the real and the imaginary part as two columns."),
    "V": ("records",
          "Take the fields apart: numpy.lib.recfunctions.structured_to_unstructured(x)."),
}


def as_numbers(value, what: str) -> tuple[np.ndarray | Rows, tuple | None]:
    """The numbers in `value`, without a copy where they lie in memory as such.

    Answers the array and the names of its columns (None where there are none); `Rows` for a
    sparse matrix, and for what is large and would have to be copied. Raises TypeError for what
    holds no numbers and ValueError for what holds some that cannot be used.

    >>> as_numbers([[1, 2], [3, 4]], "x")[0].shape
    (2, 2)
    """
    if type(value) is np.ndarray and value.dtype.kind in "biuf":
        return _unless_large(value), None
    module = type(value).__module__.partition(".")[0]
    if module in ("pandas", "polars", "pyarrow"):
        from . import tables

        read = {"pandas": tables.from_pandas, "polars": tables.from_polars}
        return read.get(module, tables.from_arrow)(value, what)
    if isinstance(value, np.ma.MaskedArray):
        if np.ma.is_masked(value):
            raise ValueError(sentence(what, "a masked array with masked entries",
                                      "numbers without gaps", "Use .filled(...) or drop the rows."))
        value = value.data
    elif hasattr(value, "detach") and hasattr(value, "cpu"):
        value = _from_torch(value)
    elif hasattr(value, "tocsr") and hasattr(value, "toarray"):
        if value.ndim == 2:
            matrix = _whole(value, what).tocsr()
            return sparse_rows(matrix, native(numeric(matrix.data, what))), None
        value = value.toarray()
    array = _unless_large(numeric(_as_array(value, what), what))
    names = getattr(value, "columns", None)
    named = isinstance(names, list | tuple) and array.shape[1:] == (len(names),)
    return array, tuple(names) if named else None


def as_array(value, what: str) -> np.ndarray:
    """The numbers in `value` as an array, though it be copied for that."""
    numbers = as_numbers(value, what)[0]
    return numbers.read() if isinstance(numbers, Rows) else numbers


def _from_torch(tensor):
    """A tensor that NumPy can read."""
    tensor = tensor.detach().cpu()
    if str(getattr(tensor, "layout", "torch.strided")) != "torch.strided":
        tensor = tensor.to_dense()
    return tensor.float() if str(getattr(tensor, "dtype", "")) == "torch.bfloat16" else tensor


def _whole(matrix, what: str):
    """A sparse matrix whose indices stay inside of it, which SciPy leaves to its owner."""
    try:
        if hasattr(matrix, "check_format"):
            matrix.check_format(full_check=True)
    except ValueError as error:
        raise ValueError(sentence(what, f"a broken sparse matrix ({error})",
                                  f"one whose indices fit its shape {matrix.shape}")) from None
    return matrix


def _as_array(value, what: str) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    if value is None or isinstance(value, str | bytes | AbstractSet | Mapping | type) or not (
            hasattr(value, "__array__") or hasattr(value, "__len__")
            or isinstance(value, int | float | np.generic)):
        do = "Use list(values) in a fixed order." if isinstance(value, AbstractSet) else ""
        if hasattr(value, "to_tensor"):  # TensorFlow's ragged and sparse tensors
            do = "Use .to_tensor(), which pads the rows."
        elif hasattr(value, "dense_shape"):
            do = "Use tf.sparse.to_dense(x)."
        raise TypeError(sentence(what, _kind_of(value), _NUMBERS, do))
    try:
        return np.asarray(value)
    except ValueError as error:
        if "inhomogeneous" not in str(error) and "ragged" not in str(error):
            raise
        raise ValueError(sentence(what, "rows of different lengths", "rows of one length",
                                  "Pad them to the longest, or cut them.")) from None
    except OverflowError:
        raise ValueError(sentence(what, "an integer of more than 64 bits", _NUMBERS)) from None


def _kind_of(value) -> str:
    if value is None:
        return "None"
    if isinstance(value, type):
        return f"the class {value.__name__} itself"
    return f"{'text' if isinstance(value, str) else type(value).__name__}"


def numeric(array: np.ndarray, what: str) -> np.ndarray:
    """The array if it holds numbers; object arrays that hold only numbers become such."""
    kind = array.dtype.kind
    if kind in "biuf":
        return array
    if kind == "O":
        return _from_objects(array, what)
    if "float" in array.dtype.name:  # bfloat16 and its like, which NumPy knows as raw bytes
        return array.astype(np.float32)
    got, do = KINDS.get(kind, (array.dtype.name, ""))
    raise TypeError(sentence(what, f"{got} (dtype {array.dtype})", _NUMBERS, do))


def _from_objects(array: np.ndarray, what: str) -> np.ndarray:
    """Numbers, or equally long arrays of numbers, that lie in an object array."""
    from numbers import Real

    numbers = (Real, np.bool_)
    for index, item in enumerate(array.ravel()):
        if isinstance(item, numbers) or hasattr(item, "as_tuple"):
            continue
        if isinstance(item, np.ndarray | list | tuple):
            try:
                return numeric(np.array(array.tolist()), what)
            except ValueError:
                raise ValueError(sentence(what, "rows of different lengths",
                                          "rows of one length", "Pad or cut them.")) from None
        at = ", ".join(str(int(i)) for i in np.unravel_index(index, array.shape))
        do = ("Fill the gap or drop the row." if item is None
              else "Encode it as a number or drop that column.")
        raise TypeError(sentence(f"{what}[{at}]", _kind_of(item), "a number", do))
    try:
        found = np.array(array.tolist(), ndmin=array.ndim).reshape(array.shape)
        return found if found.dtype.kind in "biuf" else array.astype(np.float64)
    except OverflowError:
        raise ValueError(sentence(what, "an integer of more than 64 bits", _NUMBERS)) from None


def _unless_large(array: np.ndarray) -> np.ndarray | Rows:
    """`native`, but batch by batch where that would copy a large array."""
    if array.nbytes > facts.LARGE and not np.shares_memory(
            native(array[:1]), array):
        return Rows(array, native)
    return native(array)


def native(array: np.ndarray) -> np.ndarray:
    """What engines read: native byte order, aligned, at most 8 bytes a number."""
    if array.dtype.itemsize > 8:
        with np.errstate(over="ignore"):  # what becomes infinite is found as such
            return array.astype(np.float64)
    if not array.dtype.isnative:
        return array.astype(array.dtype.newbyteorder("="))
    return array if array.flags.aligned else array.copy()
