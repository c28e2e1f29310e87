"""The safetensors container: arrays by name, and strings about them, in one file.

Eight bytes with the length of a header, the header as JSON, and then the arrays, one behind the
other, in the byte order of x86. Format: huggingface.co/docs/safetensors. What reads here is
strict: a file in which two things contradict each other is refused before anything is made of it.
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
KINDS = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "int32": "I32",
         "int16": "I16", "int8": "I8", "uint64": "U64", "uint32": "U32", "uint16": "U16",
         "uint8": "U8", "bool": "BOOL"}
_NUMPY = {kind: np.dtype(name).newbyteorder("<") for name, kind in KINDS.items()}
#: Bytes, and things in it, that a header may have.
HEADER, THINGS, DEPTH = 16 << 20, 500_000, 256
NAME = re.compile(r"[A-Za-z0-9_.\-]{1,64}(/[A-Za-z0-9_.\-]{1,64}){0,255}")
_METADATA = "__metadata__"
#: Strings, the last of which may have no end, and whatever else lies between brackets.
_NO_BRACKETS = re.compile(rb'"[^"\\]*+(?:\\.?[^"\\]*+)*+"?|[^"\[\]{}]++', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """What a header says of an array: its kind, its shape, and where its bytes are."""

    dtype: np.dtype
    shape: tuple[int, ...]
    start: int
    stop: int


def packed(arrays: dict[str, np.ndarray], metadata: dict[str, str]) -> Iterator:
    """The parts of a file that holds these arrays and strings: always the same for the same.

    >>> import io
    >>> file = b"".join(packed({"a": np.arange(3.0)}, {"format": "x"}))
    >>> int.from_bytes(file[:8], "little") + 8 + 24 == len(file)
    True
    """
    header, end = {_METADATA: dict(sorted(metadata.items()))}, 0
    # The widest kinds first, so that each array lies where its kind may lie.
    names = sorted(arrays, key=lambda name: (-arrays[name].dtype.itemsize, name))
    for name in names:
        array = arrays[name]
        header[name] = {"dtype": KINDS[array.dtype.name], "shape": list(array.shape),
                        "data_offsets": [end, end + array.nbytes]}
        end += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    yield len(text).to_bytes(8, "little")
    yield text
    for name in names:
        yield bytes_in(arrays[name])


def bytes_in(array: np.ndarray) -> np.ndarray:
    """The bytes of an array as a file has them."""
    # A number of its own is made a row of one: else it has no bytes to view.
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(-1).view(np.uint8)


@dataclass(slots=True)
class Container:
    """A file's strings, what it says of its arrays, and its bytes."""

    metadata: dict[str, str]
    places: dict[str, Place]
    begin: int  # where in the file the arrays begin
    _bytes: memoryview

    def array(self, name: str) -> np.ndarray:
        """An array, read-only, without a copy."""
        place = self.places[name]
        return np.frombuffer(self._bytes[place.start:place.stop], place.dtype).reshape(place.shape)

    def bytes_of(self, name: str) -> memoryview:
        """The bytes of an array."""
        return self._bytes[self.places[name].start:self.places[name].stop]


def read(path, shown: str | None = None) -> Container:
    """Read a file, and nothing else.

    Raises:
        FileNotFoundError, IsADirectoryError, PermissionError: as for any file.
        NotAModelFile: for a file of another kind.
        DamagedFile: for one that is cut off, or contradicts itself.
    """
    shown = shown or os.fsdecode(path)
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        first = file.read(8)
        length = int.from_bytes(first, "little")
        begin = file.read(1)
        if len(first) < 8 or begin != b"{":
            raise NotAModelFile(f"{shown}: got {kind_of(first + begin, size)}, expected a .brick "
                                "file (a safetensors file).")
        if length > HEADER:
            raise DamagedFile(f"{shown}: got a header of {length:,} bytes, expected at most "
                              f"{HEADER:,}.")
        if 8 + length > size:
            raise DamagedFile(f"{shown}: got {size:,} bytes, of which the header alone is "
                              f"{8 + length:,}: the file is cut off.")
        header = parsed(begin + file.read(length - 1), f"{shown}: its header")
        metadata, places = _checked(header, size - 8 - length, shown)
        return Container(metadata, places, 8 + length, memoryview(file.read()))


def kind_of(begin: bytes, size: int) -> str:
    """What a file seems to be, by its first nine bytes."""
    known = {b"\x89HDF": "an HDF5 file", b"PK\x03\x04": "a zip file", b"\x80\x02": "a pickle",
             b"\x80\x04": "a pickle", b"\x80\x05": "a pickle", b"\x93NUM": "an array of NumPy's",
             b"version ": "a pointer of Git LFS (git lfs pull brings the file)",
             b"<!DOCTY": "a web page", b"<!docty": "a web page", b"<html": "a web page"}
    if not size:
        return "an empty file"
    return next((name for start, name in known.items() if begin.startswith(start)),
                "a .brick file, or another of safetensors" if begin[3:] == bytes(5) + b"{" else
                "a file of another kind")


def parsed(text: bytes, what: str):
    """JSON of a bounded size and depth, in which every key stands once.

    Raises:
        DamagedFile: for anything else.

    >>> parsed(b'{"a": [1, 2.5, null]}', "it")
    {'a': [1, 2.5, None]}
    """
    things = sum(map(text.count, (b",", b"{", b"[")))
    # Each has two strings at most; what closes more than was opened is no JSON, but long.
    if max(things, text.count(b'"') // 4, text.count(b"]") + text.count(b"}")) > THINGS:
        raise DamagedFile(f"{what}: got more than {THINGS:,} things, expected fewer.")
    brackets = np.frombuffer(_NO_BRACKETS.sub(b"", text), np.uint8)
    deepest = int(np.cumsum(np.where((brackets | 0x20) == ord("{"), 1, -1)).max(initial=0))
    if deepest > DEPTH:
        raise DamagedFile(f"{what}: got things nested {deepest} deep, expected at most {DEPTH}.")
    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=_once,
                          parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise DamagedFile(f"{what}: got text that is no JSON: {error}.") from None


def _once(pairs: list) -> dict:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice")
    return made


def _no_constant(name: str):
    raise ValueError(f"{name} is no number")


def _checked(header, left: int, shown: str) -> tuple[dict, dict[str, Place]]:
    """The header's strings and places, which must fill the rest of the file exactly."""
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise DamagedFile(f"{shown}: got metadata that are no strings by name.")
    places = {name: _place(name, entry, shown) for name, entry in header.items()}
    end, before = 0, "the header"
    for name, place in sorted(places.items(), key=lambda item: (item[1].start, item[1].stop)):
        if place.start != end:
            raise DamagedFile(f"{shown}: {name!r} begins at byte {place.start:,}, expected "
                              f"{end:,}, where {before} ends.")
        end, before = place.stop, repr(name)
    if end != left:
        raise DamagedFile(f"{shown}: got {left:,} bytes of arrays, expected {end:,}; the file is "
                          f"{'cut off' if left < end else 'too long'}.")
    return metadata, places


def _place(name: str, entry, shown: str) -> Place:
    problem = None
    if not NAME.fullmatch(name):
        raise DamagedFile(f"{shown}: got an array named {name[:80]!r}, expected letters, digits, "
                          "'_', '.', '-' and '/'.")
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise DamagedFile(f"{shown}: {name!r} has no dtype, shape and data_offsets.")
    kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(kind, str) or kind not in _NUMPY:
        problem = f"got the kind {str(kind)[:20]!r}, expected one of {', '.join(_NUMPY)}"
    elif not _whole(shape) or len(shape) > 32:
        problem = "got a shape that is no list of at most 32 integers >= 0"
    elif not _whole(offsets) or len(offsets) != 2:
        problem = "got data_offsets that are no two integers >= 0"
    else:
        size = _NUMPY[kind].itemsize
        for extent in shape:
            size *= extent
        if offsets[1] - offsets[0] != size:
            problem = f"got {offsets[1] - offsets[0]:,} bytes, expected {size:,} for its shape"
    if problem:
        raise DamagedFile(f"{shown}: {name!r}: {problem}.")
    return Place(_NUMPY[kind], tuple(shape), *offsets)


def _whole(value) -> bool:
    """Whether it is a list of integers from 0 to where 64 bits end."""
    return isinstance(value, list) and all(type(v) is int and 0 <= v < 2**63 for v in value)
