"""Dense storage of HDF5 since 1.8, for many links or attributes of one object: the contents are in
a fractal heap, and their heap IDs in a version 2 B-tree.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .hdf5_source import Bytes, Damaged, Refused

_MANAGED, _HUGE, _TINY = 0, 1, 2
#: The most levels of a B-tree; valid files have far fewer, since each node has tens of children.
DEEPEST = 16


class Heap:
    """A fractal heap: objects of any length, by their heap IDs.

    It is a table of blocks, with the same number in each row. Blocks of the first two rows have the
    smallest size, those of each further row twice the size of the row before. A block larger than
    the maximum is a table itself.
    """

    def __init__(self, source: Bytes, address: int):
        (
            signature,
            filters,
            self._longest,
            self._many,
            self._width,
            self._first,
            self._most,
            bits,
            self._root,
            self._rows,
        ) = source.unpack("<4sx2xHxI8xQ80xHQQH2xQH", address)
        if signature != b"FRHP" or not self._first or not self._width:
            raise Damaged(f"no heap at {address}")
        if filters:
            raise Refused("a heap is compressed.")
        self._source, self._offset = source, -(-bits // 8)
        self._length = min(-(-(self._most.bit_length() - 1) // 8), _bytes_for(self._longest))

    def get(self, identity: bytes) -> bytes:
        """The object with a heap ID."""
        kind = identity[0] >> 4 & 3
        if kind == _TINY:
            return identity[1 : 2 + (identity[0] & 15)]
        if kind == _HUGE:
            return self._source.at(*self._far(int.from_bytes(identity[1:], "little")))
        if kind != _MANAGED:
            raise Damaged("a heap ID of unknown type")
        offset = int.from_bytes(identity[1 : 1 + self._offset], "little")
        length = int.from_bytes(identity[1 + self._offset :][: self._length], "little")
        return self._source.at(self._place(offset), length)

    def _place(self, offset: int) -> int:
        """The address of an offset in the heap."""
        table, rows, row_0 = self._root, self._rows, self._first * self._width
        while rows:
            row = (offset // row_0).bit_length()
            size = self._first << max(row - 1, 0)
            column, rest = divmod(offset - (row_0 << row - 1 if row else 0), size)
            if row >= rows or self._source.at(table, 4) != b"FHIB":
                raise Damaged(f"a heap's table at {table} has no row {row}")
            entry = 13 + self._offset + 8 * (row * self._width + column)
            (table,) = self._source.unpack("<Q", table + entry)
            offset, rows = rest, 0 if size <= self._most else (size // row_0).bit_length()
        return table + offset

    def _far(self, number: int) -> tuple[int, int]:
        """The address and length of an object that is too large for a block."""
        for record in records(self._source, self._many, 1):
            address, length, found = struct.unpack_from("<QQQ", record)
            if found == number:
                return address, length
        raise Damaged(f"a heap has no object {number}")


def records(source: Bytes, address: int, kind: int) -> Iterator[bytes]:
    """The records of a version 2 B-tree, of the type `kind`, in any order."""
    signature, found, size, width, depth, root, count = source.unpack("<4sxBIHH2xQH", address)
    if signature != b"BTHD" or found != kind or depth > DEEPEST or not width:
        raise Damaged(f"no B-tree at {address}")
    return _records(source, root, count, width, _pointers(size, width, depth))


def _records(
    source: Bytes, address: int, count: int, width: int, pointers: list[tuple[int, int]]
) -> Iterator[bytes]:
    """The records of a node and of all nodes below."""
    *below, (counting, step) = pointers
    if source.at(address, 4) != (b"BTIN" if below else b"BTLF"):
        raise Damaged(f"no B-tree node at {address}")
    data = source.at(address + 6, count * width)
    for at in range(0, len(data), width):
        yield data[at : at + width]
    if below:
        data = source.at(address + 6 + count * width, (count + 1) * step)
        for at in range(0, len(data), step):
            (child,) = struct.unpack_from("<Q", data, at)
            inside = int.from_bytes(data[at + 8 : at + 8 + counting], "little")
            yield from _records(source, child, inside, width, below)


def _pointers(size: int, width: int, depth: int) -> list[tuple[int, int]]:
    """For each level of a tree, from the leaves up, the bytes of a record count and of a child
    pointer."""
    found, most, total = [(0, 0)], (size - 10) // width, (size - 10) // width
    for level in range(1, depth + 1):
        many = _bytes_for(most)
        step = 8 + many + (_bytes_for(total) if level > 1 else 0)
        found.append((many, step))
        most = (size - 10 - step) // (width + step)
        total += most * (1 + total)
    return found


def _bytes_for(number: int) -> int:
    return max(-(-number.bit_length() // 8), 1)
