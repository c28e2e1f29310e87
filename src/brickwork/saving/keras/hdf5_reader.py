"""Reading the arrays and texts of an HDF5 file, and nothing else.

An HDF5 file can refer to other files (external storage, links, virtual datasets), can declare
arrays far larger than itself, and can require filters that are loaded as plugins. `Reader`
traverses a file once and refuses all of that before it reads any array.
"""

from __future__ import annotations

import re
import struct
import zlib
from math import prod
from operator import floordiv, ge, mul
from typing import Any

import numpy as np

from . import hdf5_format as form
from .hdf5_source import Bytes, Damaged, Refused

#: The most bytes of a text, such as a config.
MOST_TEXT = 8 * 2**20
#: The most levels of nested groups.
DEEPEST = 64
_DEFLATE, _SHUFFLE, _CHECKSUM = 1, 2, 3
#: The attributes that Keras's formats use.
_TEXTS = re.compile(
    r"(keras_version|backend|model_config|training_config|name|dtype"
    r"|(layer|weight)_names\d*)"
)


class Reader:
    """The arrays and texts of an HDF5 file.

    Args:
        source: the file.
        most: the most bytes of all arrays.

    Attributes:
        arrays: path -> ``(shape, dtype)``; the values are read by `read`.
        texts: path of a group or array -> its attributes that are texts, or lists of texts.

    Raises:
        Refused: for links, external storage, virtual datasets, filters that are not built in, and
            arrays larger than the file could hold.
        Damaged: if the file contradicts itself.
    """

    def __init__(self, source: Bytes, most: int):
        self.arrays: dict[str, tuple[tuple[int, ...], str]] = {}
        self.texts: dict[str, dict[str, Any]] = {}
        self._source, self._left = source, most
        self._heap_texts = form.Texts(source, 2 * MOST_TEXT)
        self._places: dict[str, tuple[form.Layout, str, list[int]]] = {}
        self._text_left = 2 * MOST_TEXT
        self._walk()

    def read(self, path: str) -> np.ndarray:
        """The values of one of `arrays`, little-endian and in C order."""
        shape, wanted = self.arrays[path]
        place, stored, filters = self._places[path]
        array = np.empty(shape, "u1" if stored == "b1" else stored)
        if not array.size:
            pass
        elif place.chunk is not None:
            self._read_chunks(path, array, place, filters)
        elif place.address is None:
            array[...] = np.frombuffer(place.data, array.dtype, array.size).reshape(shape)
        else:
            self._source.fill(array, place.address)
        if wanted == "b1":
            array = np.minimum(array, 1, out=array)
        elif stored != wanted:
            array = array.byteswap(inplace=True)
        return array.view(wanted)

    def _walk(self) -> None:
        seen, stack = set(), [("", form.root_of(self._source), 0)]
        while stack:
            path, address, depth = stack.pop()
            if address in seen:
                raise Refused(f"{path or '/'} has two names.")
            seen.add(address)
            if len(seen) + len(stack) > form.MOST_OBJECTS or depth > DEEPEST:
                raise Refused(
                    f"it holds more than {form.MOST_OBJECTS} objects, or more than "
                    f"{DEEPEST} levels of groups."
                )
            header = form.messages(self._source, address)
            self._take_texts(path, header)
            links = form.links_of(self._source, header)
            if links is None:
                self._take_array(path, dict(header))
                continue
            for name, place in links.items():
                below = f"{path}/{name}" if path else name
                self._source.pay(len(below))
                stack.append((below, place, depth + 1))

    def _take_array(self, path: str, header: dict[int, bytes]) -> None:
        if form.EXTERNAL in header:
            raise Refused(f"{path} keeps its values in another file.")
        if form.LAYOUT not in header:
            raise Refused(f"{path} is neither a group nor an array.")
        try:
            place = form.layout_of(header[form.LAYOUT])
        except Refused as error:
            raise Refused(f"{path}: {error}") from None
        filters = form.filters_of(header[form.FILTERS]) if form.FILTERS in header else []
        if not {_DEFLATE, _SHUFFLE, _CHECKSUM} >= set(filters) or len(set(filters)) < len(filters):
            raise Refused(f"{path} is compressed by a filter that is not built in.")
        if not {form.TYPE, form.SPACE} <= header.keys():
            raise Damaged(f"{path} has no type, or no shape")
        kind, shape = form.type_of(header[form.TYPE]), form.shape_of(header[form.SPACE])
        if shape is None or not kind.code or kind.code in ("text", "reference"):
            raise Refused(f"{path} is not an array of numbers.")
        self._check_size(path, place, kind.size, shape)
        self.arrays[path] = shape, kind.code.replace(">", "<")
        self._places[path] = place, kind.code, filters

    def _check_size(self, path: str, place: form.Layout, size: int, shape: tuple[int, ...]) -> None:
        """Check that the file can hold an array, before memory is allocated for it."""
        total = size * prod(shape)
        if place.chunk is None:
            needed, behind = total, self._source.size - (place.address or 0)
            held = min(place.size, behind)
        else:
            if len(place.chunk) != len(shape):
                raise Damaged(f"{path} has chunks of another rank")
            counts = [-(-extent // part) for extent, part in zip(shape, place.chunk, strict=True)]
            needed = size * prod(counts) * prod(place.chunk)  # chunks at the edges are full, too
            held = needed if place.address is not None else 0
        self._left -= needed
        if total and (self._left < 0 or held != needed):
            raise Refused(f"{path} claims {needed} bytes, more than the file holds.")

    def _take_texts(self, path: str, header: list) -> None:
        for name, attribute in form.attributes_of(self._source, header):
            if _TEXTS.fullmatch(name):
                value = self._text(attribute)
                if value is not None:
                    self.texts.setdefault(path, {})[name] = value

    def _text(self, attribute: form.Attribute) -> str | list[str] | None:
        """A text, or a list of texts; None for other values."""
        kind, shape = form.type_of(attribute.type), form.shape_of(attribute.space)
        if shape is not None and 0 in shape:
            return []
        if shape is None or len(shape) > 1 or kind.code not in ("text", "reference"):
            return None
        data, count = attribute.data, prod(shape)
        if not kind.size or kind.size * count > len(data):
            raise Damaged("a truncated text")
        found = [
            self._one(kind, data[at : at + kind.size])
            for at in range(0, kind.size * count, kind.size)
        ]
        return found if shape else found[0]

    def _one(self, kind: form.Type, data: bytes) -> str:
        if kind.code == "text":
            self._pay(len(data))
            return (
                data.rstrip(b" ")
                if kind.padding == 2
                else data.rstrip(b"\0")
                if kind.padding
                else data.split(b"\0")[0]
            ).decode()
        self._pay(int.from_bytes(data[:4], "little"))
        return self._heap_texts.at(data).split(b"\0")[0].decode()

    def _pay(self, length: int) -> None:
        self._text_left -= length
        if length > MOST_TEXT or self._text_left < 0:
            raise Refused(f"its texts are longer than {MOST_TEXT} bytes.")

    def _read_chunks(
        self, path: str, array: np.ndarray, place: form.Layout, filters: list[int]
    ) -> None:
        parts = place.chunk
        size = array.itemsize * prod(parts)
        seen = np.zeros([-(-n // part) for n, part in zip(array.shape, parts, strict=True)], "?")
        for begin, address, length, mask in form.chunks_of(self._source, place.address, len(parts)):
            at = tuple(map(floordiv, begin, parts))
            if begin != tuple(map(mul, at, parts)) or any(map(ge, at, seen.shape)) or seen[at]:
                raise Damaged(f"{path} has duplicate chunks, or chunks at invalid offsets")
            seen[at] = True
            data = _unpacked(self._source.at(address, length), filters, mask, array.itemsize, size)
            target = array[
                tuple(slice(i * part, (i + 1) * part) for i, part in zip(at, parts, strict=True))
            ]
            target[...] = np.frombuffer(data, array.dtype).reshape(parts)[
                tuple(slice(n) for n in target.shape)
            ]
        if not seen.all():
            raise Damaged(f"{path} has missing chunks")


def _unpacked(data: bytes, filters: list[int], mask: int, itemsize: int, size: int) -> bytes:
    """A chunk with its filters undone, of `size` bytes."""
    for number, kind in reversed(list(enumerate(filters))):
        if mask >> number & 1:
            continue
        if kind == _DEFLATE:
            stream = zlib.decompressobj()
            data = stream.decompress(data, size + 8)  # bounded, for any input
            if not stream.eof:
                raise Damaged(f"a chunk decompresses to more than {size} bytes, or is truncated")
        elif kind == _SHUFFLE:  # first bytes of all elements, second bytes, ...
            whole = len(data) // itemsize * itemsize
            data = np.frombuffer(data, "u1", whole).reshape(itemsize, -1).T.tobytes() + data[whole:]
        else:
            data, checksum = data[:-4], data[-4:]
            if _checksum(data) != tuple(n % 65535 for n in struct.unpack("<HH", checksum)):
                raise Damaged("a chunk's checksum differs")
    if len(data) != size:
        raise Damaged(f"a chunk of {len(data)} bytes, expected {size}")
    return data


def _checksum(data: bytes) -> tuple[int, int]:
    """Fletcher's checksum of 32 bits: the sum of 16-bit words, and the sum of the partial sums."""
    words = np.frombuffer(data + b"\0" * (len(data) % 2), ">u2").astype("u8")
    weights = np.arange(len(words), 0, -1, dtype="u8") % 65535
    return int(words.sum() % 65535), int((words * weights % 65535).sum() % 65535)
