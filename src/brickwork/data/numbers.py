"""One thing that a user hands over -> one NumPy array of numbers, and its columns' names."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import numpy as np

from .notices import listed, sentence

_NUMBERS = "an array of numbers"
_KINDS = {
    "U": ("text", "Encode it as numbers, for instance np.unique(values, return_inverse=True)[1]."),
    "S": ("bytes", "Decode and encode it as numbers."),
    "T": ("text", "Encode it as numbers, for instance np.unique(values, return_inverse=True)[1]."),
    "M": ("dates", "Turn them into numbers, for instance (d - d.min()) / np.timedelta64(1, 'D')."),
    "m": ("time spans", "Divide by a unit, for instance by np.timedelta64(1, 's')."),
    "c": ("complex numbers", "Take the real and the imaginary part as two columns."),
    "V": ("records",
          "Take the fields apart: numpy.lib.recfunctions.structured_to_unstructured(x)."),
}


def as_numbers(value, what: str) -> tuple[np.ndarray, tuple | None]:
    """The numbers in `value`, without a copy where they lie in memory as such.

    Answers the array and the names of its columns (None where there are none). Raises TypeError
    for what holds no numbers and ValueError for what holds some that cannot be used.

    >>> as_numbers([[1, 2], [3, 4]], "x")[0].shape
    (2, 2)
    """
    if type(value) is np.ndarray and value.dtype.kind in "biuf":
        return _native(value), None
    module = type(value).__module__.partition(".")[0]
    if module == "pandas":
        return _from_pandas(value, what)
    if isinstance(value, np.ma.MaskedArray):
        if np.ma.is_masked(value):
            raise ValueError(sentence(what, "a masked array with masked entries",
                                      "numbers without gaps", "Use .filled(...) or drop the rows."))
        value = value.data
    elif hasattr(value, "detach") and hasattr(value, "cpu"):
        value = value.detach().cpu()
    elif hasattr(value, "tocoo") and hasattr(value, "toarray"):
        value = value.toarray()
    array = _native(_numeric(_as_array(value, what), what))
    names = getattr(value, "columns", None)
    named = isinstance(names, list | tuple) and array.shape[1:] == (len(names),)
    return array, tuple(names) if named else None


def _as_array(value, what: str) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    if value is None or isinstance(value, str | bytes | AbstractSet | Mapping | type) or not (
            hasattr(value, "__array__") or hasattr(value, "__len__")
            or isinstance(value, int | float | np.generic)):
        do = "Use list(values) in a fixed order." if isinstance(value, AbstractSet) else ""
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


def _numeric(array: np.ndarray, what: str) -> np.ndarray:
    """The array if it holds numbers; object arrays that hold only numbers become such."""
    kind = array.dtype.kind
    if kind in "biuf":
        return array
    if kind == "O":
        return _from_objects(array, what)
    if "float" in array.dtype.name:  # bfloat16 and its like, which NumPy knows as raw bytes
        return array.astype(np.float32)
    got, do = _KINDS.get(kind, (array.dtype.name, ""))
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
                return _numeric(np.array(array.tolist()), what)
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


def _native(array: np.ndarray) -> np.ndarray:
    """What engines read: native byte order, aligned, at most 8 bytes a number."""
    if array.dtype.itemsize > 8:
        return array.astype(np.float64)
    if not array.dtype.isnative:
        return array.astype(array.dtype.newbyteorder("="))
    return array if array.flags.aligned else array.copy()


def _from_pandas(value, what: str) -> tuple[np.ndarray, tuple | None]:
    """A DataFrame, Series, Index or array of pandas; each column is looked at on its own."""
    if getattr(value, "ndim", 1) == 1:
        name = getattr(value, "name", None)
        column = what if name is None else f"{what}, column {name!r}"
        array = _from_column(value, column)
        return (array[:, None], (name,)) if hasattr(value, "iloc") else (array, None)
    names = tuple(value.columns)
    kinds = {getattr(d, "kind", "O") if isinstance(d, np.dtype) else "O" for d in value.dtypes}
    if kinds <= set("iuf") or kinds == {"b"}:
        return _native(value.to_numpy()), names
    columns = [_from_column(value.iloc[:, i], f"{what}, column {name!r}")
               for i, name in enumerate(names)]
    if not columns:
        return np.empty((len(value), 0)), names
    return np.column_stack(columns), names


def _from_column(column, what: str) -> np.ndarray:
    dtype = column.dtype
    if isinstance(dtype, np.dtype):
        return _native(_numeric(column.to_numpy(), what))
    kind = getattr(dtype, "kind", "O")
    if kind in "biuf" and str(dtype) != "category":
        if column.isna().any():  # shown as NaN, so that the check of values names the row
            return column.to_numpy(dtype="float64", na_value=np.nan)
        return column.to_numpy(dtype=f"{kind}{dtype.itemsize}" if kind != "b" else "bool")
    if str(dtype) == "category":
        got, do = "categories", "Use .cat.codes as class numbers, or pandas.get_dummies."
        raise TypeError(sentence(what, f"{got} {listed(dtype.categories, 3)}", "numbers", do))
    got, do = _KINDS.get("M" if kind == "M" else "m" if kind == "m" else "U")
    raise TypeError(sentence(what, f"{got} (dtype {dtype})", "numbers", do))


__all__ = ["as_numbers"]
