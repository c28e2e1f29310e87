"""Bounded reading of untrusted HDF5 files."""

from __future__ import annotations

import struct

import numpy as np

#: Limit of decompressed data, and of all bytes read, in multiples of the file's size.
LARGER = 4
_READ_COST, _PART = 32, 2**24  # the cost of a read besides its bytes; the bytes of one read


class Refused(ValueError):
    """The file uses a feature of HDF5 that Keras's files do not use."""


class Damaged(ValueError):
    """The file contradicts itself, or is truncated."""


class Bytes:
    """A file, or a part of one.

    Structures can point anywhere, also to each other. The total cost of reading is limited to a few
    times the file's size, so that cycles end.

    Args:
        file: a file open for reading in binary mode.
        start: offset of the part.
        size: its size in bytes.
    """

    def __init__(self, file, start: int, size: int):
        self.size = size
        self._file, self._start = file, start
        self._left = LARGER * size + 2**20

    def at(self, address: int, count: int) -> bytes:
        """`count` bytes from an address on."""
        self._seek(address, count)
        self.pay(count + _READ_COST)
        data = self._file.read(count)
        if len(data) < count:
            raise Damaged("it was truncated while it was read")
        return data

    def pay(self, count: int) -> None:
        """Count bytes that are read or made from the file towards the limit."""
        self._left -= count
        if self._left < 0:
            raise Damaged("its structures refer to each other without end")

    def unpack(self, form: str, address: int) -> tuple:
        """Values at an address, of a `struct` format."""
        return struct.unpack(form, self.at(address, struct.calcsize(form)))

    def fill(self, array: np.ndarray, address: int) -> None:
        """Read an array's bytes without a copy, in parts, so that Ctrl-C can interrupt it."""
        self._seek(address, array.nbytes)
        view = memoryview(array.reshape(-1).view("u1"))
        while len(view):
            count = self._file.readinto(view[:_PART])
            if not count:
                raise Damaged("it was truncated while it was read")
            view = view[count:]

    def _seek(self, address: int, count: int) -> None:
        if address + count > self.size:
            raise Damaged(f"it refers to byte {address + count}, but ends at {self.size}")
        self._file.seek(self._start + address)
