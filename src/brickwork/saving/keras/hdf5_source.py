"""The bytes of an HDF5 file that nobody vouches for."""

from __future__ import annotations

import struct

import numpy as np

#: What may be kept compressed is this much larger at most than the file that it came in; and so
#: much is read again at most.
LARGER = 4
_A_READ, _PART = 32, 2**24  # what a read costs besides its bytes; what is read at a time


class Refused(ValueError):
    """What a file says that no file of Keras says."""


class Damaged(ValueError):
    """What a file says that is not so."""


class Bytes:
    """A file, or a part of one.

    Structures may point anywhere, also to one another. Reading costs something, and there is a
    few times as much to spend as the file is large: so what has no end is ended.

    Args:
        file: open for reading, binary.
        start: where the part begins.
        size: its bytes.
    """

    def __init__(self, file, start: int, size: int):
        self.size = size
        self._file, self._start = file, start
        self._left = LARGER * size + 2**20

    def at(self, address: int, count: int) -> bytes:
        """So many bytes from an address on."""
        self._seek(address, count)
        self.pay(count + _A_READ)
        data = self._file.read(count)
        if len(data) < count:
            raise Damaged("it was cut off while it was read")
        return data

    def pay(self, count: int) -> None:
        """Spend what so many bytes cost that are made of the file's."""
        self._left -= count
        if self._left < 0:
            raise Damaged("its parts refer to one another without end")

    def unpack(self, form: str, address: int) -> tuple:
        """Values at an address, of a `struct` format."""
        return struct.unpack(form, self.at(address, struct.calcsize(form)))

    def fill(self, array: np.ndarray, address: int) -> None:
        """Read an array's bytes without a copy, in parts: a Ctrl-C between them is heard."""
        self._seek(address, array.nbytes)
        view = memoryview(array.reshape(-1).view("u1"))
        while len(view):
            count = self._file.readinto(view[:_PART])
            if not count:
                raise Damaged("it was cut off while it was read")
            view = view[count:]

    def _seek(self, address: int, count: int) -> None:
        if address + count > self.size:
            raise Damaged(f"it refers to byte {address + count}, and ends at {self.size}")
        self._file.seek(self._start + address)
