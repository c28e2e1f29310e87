"""The safetensors container: arrays by name, and metadata, in one file.

A file holds the length of its header in eight bytes, the header as JSON, and the arrays one after
the other, little-endian. Format: huggingface.co/docs/safetensors. The reader is strict: a file that
contradicts itself is refused before anything is made from it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .errors import DamagedFile, NotAModelFile

#: The format's names of dtypes.
DTYPE_NAMES = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "bfloat16": "BF16",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint64": "U64",
    "uint32": "U32",
    "uint16": "U16",
    "uint8": "U8",
    "bool": "BOOL",
}
#: NumPy's dtypes of the bytes; those of bfloat16, which NumPy has not, are half a float32.
_NUMPY = {
    kind: np.dtype("uint16" if name == "bfloat16" else name).newbyteorder("<")
    for name, kind in DTYPE_NAMES.items()
}
#: Limits of a header: its bytes, its JSON values, and how deep these are nested.
MOST_HEADER, MOST_VALUES, MOST_DEPTH = 16 << 20, 500_000, 256
NAME = re.compile(r"[A-Za-z0-9_.\-]{1,64}(/[A-Za-z0-9_.\-]{1,64}){0,255}")
_METADATA = "__metadata__"
#: Everything between brackets: strings, of which the last may be unterminated, and other text.
_NO_BRACKETS = re.compile(rb'"[^"\\]*+(?:\\.?[^"\\]*+)*+"?|[^"\[\]{}]++', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """The entry of an array in a header: its dtype, its shape, and the range of its bytes."""

    dtype: np.dtype
    shape: tuple[int, ...]
    start: int
    stop: int
    bfloat16: bool = False

    @property
    def dtype_name(self) -> str:
        """The dtype as programs name it."""
        return "bfloat16" if self.bfloat16 else self.dtype.name


def packed(arrays: dict[str, np.ndarray], metadata: dict[str, str]) -> Iterator:
    """The contents of a file with these arrays and strings, in parts; equal arguments give equal
    bytes.

    >>> import io
    >>> file = b"".join(packed({"a": np.arange(3.0)}, {"format": "x"}))
    >>> int.from_bytes(file[:8], "little") + 8 + 24 == len(file)
    True
    """
    header, end = {_METADATA: dict(sorted(metadata.items()))}, 0
    # The widest dtypes first, so that each array is aligned.
    names = sorted(arrays, key=lambda name: (-arrays[name].dtype.itemsize, name))
    for name in names:
        array = arrays[name]
        header[name] = {
            "dtype": DTYPE_NAMES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [end, end + array.nbytes],
        }
        end += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    yield len(text).to_bytes(8, "little")
    yield text
    for name in names:
        yield bytes_in(arrays[name])


def bytes_in(array: np.ndarray) -> np.ndarray:
    """The bytes of an array as a file holds them."""
    if array.dtype.name == "bfloat16":
        array = array.view(np.uint16)
    # A scalar is reshaped to one element, since it cannot be viewed as bytes.
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(-1).view(np.uint8)


@dataclass(slots=True)
class Container:
    """The contents of a file: its metadata, the entries of its arrays, and their bytes."""

    metadata: dict[str, str]
    places: dict[str, Place]
    begin: int  # offset of the arrays in the file
    _bytes: memoryview

    def array(self, name: str) -> np.ndarray:
        """An array as a read-only view; bfloat16 as float32."""
        place = self.places[name]
        found = np.frombuffer(self._bytes[place.start : place.stop], place.dtype)
        if place.bfloat16:
            found = (found.astype(np.uint32) << 16).view(np.float32)
        return found.reshape(place.shape)

    def bytes_of(self, name: str) -> memoryview:
        """The bytes of an array."""
        return self._bytes[self.places[name].start : self.places[name].stop]


def read(path, shown: str | None = None) -> Container:
    """Read a file.

    Raises:
        FileNotFoundError, IsADirectoryError, PermissionError: as for any file.
        NotAModelFile: for a file of another format.
        DamagedFile: for a file that is truncated or contradicts itself.
    """
    shown = shown or os.fsdecode(path)
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        first = file.read(8)
        length = int.from_bytes(first, "little")
        begin = file.read(1)
        if len(first) < 8 or begin != b"{":
            raise NotAModelFile(
                f"{shown}: got {kind_of(first + begin, size)}, expected a .brick "
                "file (a safetensors file)."
            )
        if length > MOST_HEADER:
            raise DamagedFile(
                f"{shown}: got a header of {length:,} bytes, expected at most {MOST_HEADER:,}."
            )
        if 8 + length > size:
            raise DamagedFile(
                f"{shown}: got {size:,} bytes, of which the header alone has "
                f"{8 + length:,}: the file is truncated."
            )
        header = parsed(begin + file.read(length - 1), f"{shown}: its header")
        metadata, places = _checked(header, size - 8 - length, shown)
        return Container(metadata, places, 8 + length, memoryview(file.read()))


def kind_of(begin: bytes, size: int) -> str:
    """A description of a file, by its first nine bytes."""
    known = {
        b"\x89HDF": "an HDF5 file",
        b"PK\x03\x04": "a zip file",
        b"\x80\x02": "a pickle",
        b"\x80\x04": "a pickle",
        b"\x80\x05": "a pickle",
        b"\x93NUM": "a NumPy array (.npy)",
        b"version ": "a Git LFS pointer (git lfs pull downloads the file)",
        b"<!DOCTY": "a web page",
        b"<!docty": "a web page",
        b"<html": "a web page",
    }
    if not size:
        return "an empty file"
    return next(
        (name for start, name in known.items() if begin.startswith(start)),
        "a .brick file or another safetensors file"
        if begin[3:] == bytes(5) + b"{"
        else "a file of another format",
    )


def parsed(text: bytes, what: str):
    """The value of JSON of bounded size and depth, without duplicate keys.

    Raises:
        DamagedFile: for any other text.

    >>> parsed(b'{"a": [1, 2.5, null]}', "it")
    {'a': [1, 2.5, None]}
    """
    values = sum(map(text.count, (b",", b"{", b"[")))
    # Each has at most two strings. Unmatched closing brackets are no JSON, but take time to parse.
    if max(values, text.count(b'"') // 4, text.count(b"]") + text.count(b"}")) > MOST_VALUES:
        raise DamagedFile(f"{what}: got more than {MOST_VALUES:,} values, expected fewer.")
    brackets = np.frombuffer(_NO_BRACKETS.sub(b"", text), np.uint8)
    deepest = int(np.cumsum(np.where((brackets | 0x20) == ord("{"), 1, -1)).max(initial=0))
    if deepest > MOST_DEPTH:
        raise DamagedFile(
            f"{what}: got values nested {deepest} deep, expected at most {MOST_DEPTH}."
        )
    try:
        return json.loads(
            text.decode("utf-8"), object_pairs_hook=_unique_keys, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise DamagedFile(f"{what}: got invalid JSON: {error}.") from None


def _unique_keys(pairs: list) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _no_constant(name: str):
    raise ValueError(f"{name} is not a number of JSON")


def _checked(header, left: int, shown: str) -> tuple[dict, dict[str, Place]]:
    """The header's metadata and entries; the arrays must fill the rest of the file exactly."""
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise DamagedFile(f"{shown}: got metadata that are not strings by name.")
    places = {name: _place(name, entry, shown) for name, entry in header.items()}
    end, previous = 0, "the header"
    for name, place in sorted(places.items(), key=lambda item: (item[1].start, item[1].stop)):
        if place.start != end:
            raise DamagedFile(
                f"{shown}: {name!r} begins at byte {place.start:,}, expected "
                f"{end:,}, where {previous} ends."
            )
        end, previous = place.stop, repr(name)
    if end != left:
        raise DamagedFile(
            f"{shown}: got {left:,} bytes of arrays, expected {end:,}; the file is "
            f"{'truncated' if left < end else 'too long'}."
        )
    return metadata, places


def _place(name: str, entry, shown: str) -> Place:
    problem = None
    if not NAME.fullmatch(name):
        raise DamagedFile(
            f"{shown}: got an array named {name[:80]!r}, expected letters, digits, "
            "'_', '.', '-' and '/'."
        )
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise DamagedFile(f"{shown}: {name!r} has no dtype, shape and data_offsets.")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _NUMPY:
        problem = f"got the dtype {str(dtype)[:20]!r}, expected one of {', '.join(_NUMPY)}"
    elif not _are_sizes(shape) or len(shape) > 32:
        problem = "got a shape that is not a list of at most 32 integers >= 0"
    elif not _are_sizes(offsets) or len(offsets) != 2:
        problem = "got data_offsets that are not two integers >= 0"
    else:
        size = _NUMPY[dtype].itemsize
        for extent in shape:
            size *= extent
        if offsets[1] - offsets[0] != size:
            problem = f"got {offsets[1] - offsets[0]:,} bytes, expected {size:,} for its shape"
    if problem:
        raise DamagedFile(f"{shown}: {name!r}: {problem}.")
    return Place(_NUMPY[dtype], tuple(shape), *offsets, bfloat16=dtype == "BF16")


def _are_sizes(value) -> bool:
    """Whether it is a list of integers from 0 to 2**63 - 1."""
    return isinstance(value, list) and all(type(v) is int and 0 <= v < 2**63 for v in value)
