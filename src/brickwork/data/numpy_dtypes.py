"""NumPy dtypes: which are numeric, and what to do with the others."""

from __future__ import annotations

import re
from contextlib import suppress

import numpy as np

from .notices import sentence

NUMBERS = "an array of numbers"
#: What to do about text and dates; V stands for the user's variable.
ENCODE = "Number its values: names, V = np.unique(V, return_inverse=True)."
BY_LAYERS = "Or let the model do it: layers.StringLookup, or utils.FeatureSpace for a table."
COUNT = "Count the days since the first: V = (V - V.min()) / np.timedelta64(1, 'D')."
#: For each dtype kind that is not numeric: its name, and what to do.
KINDS = {
    "U": ("text", f"{ENCODE} {BY_LAYERS}"),
    "S": ("bytes", f"Decode it: V = np.char.decode(V). {ENCODE}"),
    "T": ("text", f"{ENCODE} {BY_LAYERS}"),
    "M": ("dates", COUNT),
    "m": ("time spans", "Divide by a unit: V = V / np.timedelta64(1, 's')."),
    "c": ("complex numbers", "Take the real and the imaginary part as two columns."),
    "V": (
        "records",
        "Take the fields apart: numpy.lib.recfunctions.structured_to_unstructured(x).",
    ),
}


def text_advice(sample) -> tuple[str, str]:
    """Return what a text is called and what to do about it; dates and numbers that were read as
    text are told apart from categories.

    >>> text_advice("2026-01-31")[0], text_advice("Seoul")[0]
    ("text that reads as dates, '2026-01-31'", 'text')
    """
    with suppress(ValueError):
        float(sample)
        return f"text that reads as numbers, {str(sample)[:30]!r}", "Use V = V.astype(float)."
    text = str(sample)
    with suppress(ValueError):
        if text[:1].isdigit():  # NumPy reads "today" too, and "" as a missing value
            np.datetime64(text, "us")
            return (
                f"text that reads as dates, {text[:30]!r}",
                f"Read it as such: V = np.asarray(V, 'datetime64[s]'). {COUNT}",
            )
    return KINDS["U"]


def variable_name(what: str) -> str:
    """Return the likely name of the user's variable: x or y."""
    return "y" if re.search(r"\.(?:y\b|validation_data\[1\])", what) else "x"


def with_variable_name(do: str, what: str) -> str:
    """Return the advice with the user's variable in place of V.

    >>> with_variable_name("V = V.T.", "fit.y of batch 3")
    'y = y.T.'
    >>> with_variable_name("V = V.T.", "fit.x, column 'age'")
    "x['age'] = x['age'].T."
    """
    column = re.search(r", column ('.*')$", what) or re.search(r"\.[xy]\[('[^']+')\]", what)
    name = f"{variable_name(what)}[{column[1]}]" if column else variable_name(what)
    return re.sub(r"\bV\b", lambda _: name, do)


def type_name(value) -> str:
    """Return what a value is, for messages."""
    if value is None:
        return "None"
    if isinstance(value, type):
        return f"the class {value.__name__} itself"
    return f"{'text' if isinstance(value, str) else type(value).__name__}"


def as_numeric(array: np.ndarray, what: str) -> np.ndarray:
    """Return a numeric array; object arrays that contain only numbers are converted."""
    kind = array.dtype.kind
    if kind in "biuf":
        return array
    if kind == "O":
        return _from_objects(array, what)
    if "float" in array.dtype.name:  # bfloat16 and similar dtypes, raw bytes to NumPy
        return array.astype(np.float32)
    got, do = KINDS.get(kind, (array.dtype.name, ""))
    if kind in "UT" and array.size:
        got, do = text_advice(array.ravel()[0])
    raise TypeError(
        sentence(what, f"{got} (dtype {array.dtype})", NUMBERS, with_variable_name(do, what))
    )


def of_several_lengths(what: str) -> str:
    """The message about rows of different lengths."""
    do = "Pad them by utils.pad_sequences, or let a stream give batches of rows of one length."
    return sentence(what, "rows of different lengths", "rows of one length", do)


def _from_objects(array: np.ndarray, what: str) -> np.ndarray:
    """Convert an object array of numbers, or of arrays of numbers of one length."""
    from numbers import Real

    numbers = (Real, np.bool_)
    for index, item in enumerate(array.ravel()):
        if isinstance(item, numbers) or hasattr(item, "as_tuple"):
            continue
        if isinstance(item, np.ndarray | list | tuple):
            try:
                return as_numeric(np.array(array.tolist()), what)
            except ValueError:
                raise ValueError(of_several_lengths(what)) from None
        at = ", ".join(str(int(i)) for i in np.unravel_index(index, array.shape))
        got, do = _object_advice(item)
        raise TypeError(sentence(f"{what}[{at}]", got, "a number", with_variable_name(do, what)))
    try:
        found = np.array(array.tolist(), ndmin=array.ndim).reshape(array.shape)
        return found if found.dtype.kind in "biuf" else array.astype(np.float64)
    except OverflowError:
        raise ValueError(sentence(what, "an integer of more than 64 bits", NUMBERS)) from None


def _object_advice(item) -> tuple[str, str]:
    """Return what an item of an object array is called, and what to do about it."""
    if isinstance(item, str):
        return text_advice(item)
    if item is None or type(item).__name__ in ("NAType", "NaTType"):
        name = "None" if item is None else "a missing value"
        return name, "Fill in the missing value or drop the row."
    if hasattr(item, "isoformat"):  # of datetime, and of pandas
        return (f"the date {item.isoformat()}" if hasattr(item, "year") else "a time of the day"), (
            f"Read them as dates: V = np.asarray(V, 'datetime64[s]'). {COUNT}"
        )
    return type_name(item), "Encode it as a number or drop that column."


def as_native(array: np.ndarray) -> np.ndarray:
    """Return an array for engines: native byte order, aligned, at most 8 bytes a value."""
    if array.dtype.itemsize > 8:
        with np.errstate(over="ignore"):  # values that overflow are reported as inf
            return array.astype(np.float64)
    if not array.dtype.isnative:
        return array.astype(array.dtype.newbyteorder("="))
    return array if array.flags.aligned else array.copy()
