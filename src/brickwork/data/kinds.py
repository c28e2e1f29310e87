"""The kinds of NumPy's arrays: which of them hold numbers, and what to do with others."""

from __future__ import annotations

import numpy as np

from .notices import sentence

NUMBERS = "an array of numbers"
#: Of the letters of NumPy's kinds that are no numbers: what it is called, and what to do.
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


def kind_of(value) -> str:
    """What it is, for messages."""
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
    raise TypeError(sentence(what, f"{got} (dtype {array.dtype})", NUMBERS, do))


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
        raise TypeError(sentence(f"{what}[{at}]", kind_of(item), "a number", do))
    try:
        found = np.array(array.tolist(), ndmin=array.ndim).reshape(array.shape)
        return found if found.dtype.kind in "biuf" else array.astype(np.float64)
    except OverflowError:
        raise ValueError(sentence(what, "an integer of more than 64 bits", NUMBERS)) from None


def native(array: np.ndarray) -> np.ndarray:
    """What engines read: native byte order, aligned, at most 8 bytes a number."""
    if array.dtype.itemsize > 8:
        with np.errstate(over="ignore"):  # what becomes infinite is found as such
            return array.astype(np.float64)
    if not array.dtype.isnative:
        return array.astype(array.dtype.newbyteorder("="))
    return array if array.flags.aligned else array.copy()
