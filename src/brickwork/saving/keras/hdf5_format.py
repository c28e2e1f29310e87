"""The structures of HDF5 as plain Python values; `hdf5_reader` interprets them.

Names and numbers are those of the "HDF5 File Format Specification". Supported are the parts that
Keras's files use, in the form that libhdf5 writes by default and in the newer one since 1.8: object
headers, groups, attributes, and the layouts of arrays.

No address or length in a file can be trusted. Everything is read through `Bytes`, which stays
within the file and limits the total work, so that cycles end. No value here is larger than the
bytes that were read for it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from .hdf5_dense import DEEPEST, Heap, records
from .hdf5_source import Bytes, Damaged, Refused

# Types of the messages in an object header.
SPACE, LINKS, TYPE, LINK, EXTERNAL, LAYOUT, FILTERS, ATTRIBUTE = 1, 2, 3, 6, 7, 8, 11, 12
_CONTINUATION, _OLD_GROUP, _ATTRIBUTES = 16, 17, 21
_KEPT = {SPACE, LINKS, TYPE, LINK, EXTERNAL, LAYOUT, FILTERS, ATTRIBUTE, _OLD_GROUP, _ATTRIBUTES}
_UNDEFINED = 2**64 - 1
#: The most names in a group, and objects in a file.
MOST_OBJECTS = 200_000
#: The most bytes in one object header.
_MOST_HEADER = 16 * 2**20
#: The bit layouts of IEEE 754 floats, by size.
_FLOATS = {
    2: (0, 16, 10, 5, 0, 10, 15),
    4: (0, 32, 23, 8, 0, 23, 127),
    8: (0, 64, 52, 11, 0, 52, 1023),
}


def root_of(source: Bytes) -> int:
    """The address of the root group."""
    version = source.at(8, 1)[0]
    if version < 2:
        at = 28 if version else 24
        sizes, (base, _, end, _, _, root) = source.at(13, 2), source.unpack("<6Q", at)
    elif version < 4:
        sizes, (base, _, end, root) = source.at(9, 2), source.unpack("<4Q", 12)
    else:
        raise Refused(f"its superblock has version {version}, expected 0 to 3.")
    if sizes != b"\x08\x08" or base:
        raise Refused("its addresses do not have 8 bytes, or do not begin at 0.")
    if end > source.size:
        raise Damaged(f"it holds {source.size} of {end} bytes")
    return root


# Object headers

Message = tuple[int, bytes]


def messages(source: Bytes, address: int) -> list[Message]:
    """The relevant messages of the object at an address: their types and contents."""
    new = source.at(address, 4) == b"OHDR"
    if new:
        version, flags = source.unpack("<BB", address + 4)
        at, width = address + 6 + (16 if flags & 32 else 0) + (4 if flags & 16 else 0), flags & 3
        length = int.from_bytes(source.at(at, 1 << width), "little")
        blocks, order, most = [(at + (1 << width), length)], 2 if flags & 4 else 0, _MOST_HEADER
    else:
        version, most, length = source.unpack("<BxH4xI", address)
        blocks, order = [(address + 16, length)], 0
    if version != 1 + new:
        raise Damaged(f"no object at {address}")
    found: list[Message] = []
    left, seen = _MOST_HEADER, set()
    for start, length in blocks:  # extended below
        left -= length
        if left < 0 or start in seen:
            raise Damaged(f"the header at {address} has no end")
        seen.add(start)
        data = source.at(start, length)
        for kind, flags, content in _new_block(data, order) if new else _old_block(data):
            if not most:
                return found
            most -= 1
            if kind == _CONTINUATION:
                place, length = struct.unpack_from("<QQ", content)
                if new and source.at(place, 4) != b"OCHK":
                    raise Damaged(f"no continuation of a header at {place}")
                blocks.append((place + 4, length - 8) if new else (place, length))
            elif kind in _KEPT:
                if flags & 2:
                    raise Refused("it has a shared header message.")
                found.append((kind, content))
    return found


def _old_block(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 8 <= len(data):
        kind, size, flags = struct.unpack_from("<HHB", data, at)
        yield kind, flags, data[at + 8 : at + 8 + size]
        at += 8 + size


def _new_block(data: bytes, order: int) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 + order <= len(data):
        kind, size, flags = struct.unpack_from("<BHB", data, at)
        at += 4 + order
        yield kind, flags, data[at : at + size]
        at += size


# Groups


def links_of(source: Bytes, header: list[Message]) -> dict[str, int] | None:
    """The addresses of the objects in a group, by name; None for an object that is not a group.

    Raises:
        Refused: for a soft or external link.
    """
    kinds = {kind for kind, _ in header}
    if not kinds & {LINKS, LINK, _OLD_GROUP}:
        return None
    found: dict[str, int] = {}
    for kind, content in header:
        if kind == _OLD_GROUP:
            several = _old_links(source, content)
        elif kind == LINK:
            several = iter([_link(content)])
        elif kind == LINKS:
            place = 2 + (8 if content[1] & 1 else 0)
            several = (_link(link) for link in _dense(source, content, place, 5, slice(4, 11)))
        else:
            continue
        for name, address in several:
            source.pay(len(name))
            if name in found:
                raise Damaged(f"a group has the name {name!r} twice")
            if len(found) == MOST_OBJECTS:
                raise Refused(f"a group has more than {MOST_OBJECTS} names.")
            found[name] = address
    return dict(sorted(found.items()))


def _dense(source: Bytes, content: bytes, place: int, kind: int, where: slice) -> Iterator[bytes]:
    """The links or attributes in dense storage, that is, in a heap."""
    heap, tree = struct.unpack_from("<QQ", content, place)
    if heap != _UNDEFINED:
        store = Heap(source, heap)
        for record in records(source, tree, kind):
            yield store.get(record[where])


def _link(data: bytes) -> tuple[str, int]:
    flags, at = data[1], 2
    kind = data[at] if flags & 8 else 0
    at += bool(flags & 8) + (8 if flags & 4 else 0) + bool(flags & 16)
    width = 1 << (flags & 3)
    length = int.from_bytes(data[at : at + width], "little")
    at += width
    name = data[at : at + length].decode()
    if kind:
        raise Refused(f"{name} is a soft or external link.")
    return name, struct.unpack_from("<Q", data, at + length)[0]


def _old_links(source: Bytes, content: bytes) -> Iterator[tuple[str, int]]:
    tree, heap = struct.unpack_from("<QQ", content)
    signature, length, segment = source.unpack("<4s4xQ8xQ", heap)
    if signature != b"HEAP":
        raise Damaged(f"no local heap at {heap}")
    names = source.at(segment, length)
    for _, node in leaves(source, tree, 0, 8):
        signature, count = source.unpack("<4s2xH", node)
        if signature != b"SNOD":
            raise Damaged(f"no symbol table node at {node}")
        entries = source.at(node + 8, 40 * count)
        for place, address, kind in struct.iter_unpack("<QQI20x", entries):
            name = names[place : names.index(b"\0", place)].decode()
            if kind == 2:
                raise Refused(f"{name} is a soft link.")
            yield name, address


def leaves(
    source: Bytes, address: int, kind: int, key: int, level: int | None = None
) -> Iterator[tuple[bytes, int]]:
    """The keys, of `key` bytes, and addresses in the leaves of a version 1 B-tree, in order."""
    signature, found, depth, count = source.unpack("<4sBBH", address)
    if signature != b"TREE" or found != kind or level not in (None, depth) or depth > DEEPEST:
        raise Damaged(f"no B-tree at {address}")
    data = source.at(address + 24, count * (key + 8))
    for at in range(0, len(data), key + 8):
        child = int.from_bytes(data[at + key : at + key + 8], "little")
        if depth:
            yield from leaves(source, child, kind, key, depth - 1)
        else:
            yield data[at : at + key], child


# Types, shapes, attributes


def shape_of(data: bytes) -> tuple[int, ...] | None:
    """The extents of a dataspace; None for a null dataspace."""
    version, rank = data[0], data[1]
    if version not in (1, 2) or rank > 32:
        raise Damaged("an array without a shape")
    if version == 2 and data[3] == 2:
        return None
    return struct.unpack_from(f"<{rank}Q", data, 8 if version == 1 else 4)


@dataclass(frozen=True)
class Type:
    """The type of an array's elements.

    Attributes:
        size: bytes of an element.
        code: a NumPy dtype for numbers; "text", "reference" (to a text in a heap), or "".
        padding: padding of texts: 0 and 1 by zeros, 2 by spaces.
    """

    size: int
    code: str
    padding: int = 0


def type_of(data: bytes) -> Type:
    """The type of a datatype message."""
    kind, bits = data[0] & 15, int.from_bytes(data[1:4], "little")
    (size,) = struct.unpack_from("<I", data, 4)
    order = ">" if bits & 1 else "<"
    if kind == 0 and size in (1, 2, 4, 8) and data[8:12] == struct.pack("<HH", 0, 8 * size):
        return Type(size, f"{order if size > 1 else ''}{'i' if bits & 8 else 'u'}{size}")
    if (
        kind == 1
        and not bits & 64
        and bits >> 8 == 8 * size - 1
        and (_FLOATS.get(size) == struct.unpack_from("<HH4BI", data, 8))
    ):
        return Type(size, f"{order}f{size}")
    if kind == 3:
        return Type(size, "text", bits & 15)
    if kind == 5:  # opaque: bfloat16 if it has two bytes
        return Type(size, "<u2" if size == 2 else "")
    if kind == 8:
        base = type_of(data[8:])
        names = [name for name in data[20:].split(b"\0") if name]
        return Type(
            size,
            "b1"
            if base.code == "i1" and names[:2] == [b"FALSE", b"TRUE"]
            else base.code
            if base.size == size
            else "",
        )
    if kind == 9 and bits & 15 == 1:
        return Type(size, "reference")
    return Type(size, "")


@dataclass(frozen=True)
class Attribute:
    """An attribute of an object, not decoded yet."""

    type: bytes
    space: bytes
    data: bytes


def attributes_of(source: Bytes, header: list[Message]) -> Iterator[tuple[str, Attribute]]:
    """The attributes of an object, by name."""
    for kind, content in header:
        if kind == ATTRIBUTE:
            yield _attribute(content)
        elif kind == _ATTRIBUTES:
            place = 2 + (2 if content[1] & 1 else 0)
            for attribute in _dense(source, content, place, 8, slice(0, 8)):
                yield _attribute(attribute)


def _attribute(data: bytes) -> tuple[str, Attribute]:
    version, flags, *lengths = struct.unpack_from("<BBHHH", data)
    if version not in (1, 2, 3):
        raise Damaged(f"an attribute of version {version}")
    if version > 1 and flags & 3:
        raise Refused("an attribute has a shared type.")
    at, parts = 9 if version == 3 else 8, []
    for length in lengths:
        parts.append(data[at : at + length])
        at += -(-length // 8) * 8 if version == 1 else length
    name, kind, space = parts
    return name.split(b"\0")[0].decode(), Attribute(kind, space, data[at:])


class Texts:
    """Texts of variable length, which are stored in global heaps.

    Args:
        source: the file.
        most: the most bytes of a heap, and of all cached heaps.
    """

    def __init__(self, source: Bytes, most: int):
        self._source, self._most = source, most
        self._heaps: dict[int, dict[int, bytes]] = {}
        self._room = most

    def at(self, reference: bytes) -> bytes:
        """The text that a reference of 16 bytes points to."""
        length, address, index = struct.unpack("<IQI", reference)
        if not length or not address:
            return b""
        if address not in self._heaps:
            self._heaps[address] = self._heap_at(address)
        text = self._heaps[address].get(index, b"")
        if len(text) < length:
            raise Damaged(f"no text {index} in the heap at {address}")
        return text[:length]

    def _heap_at(self, address: int) -> dict[int, bytes]:
        signature, size = self._source.unpack("<4s4xQ", address)
        if signature != b"GCOL" or not 16 <= size <= self._most:
            raise Damaged(f"no global heap at {address}")
        self._room -= size
        if self._room < 0:
            self._heaps.clear()
            self._room = self._most - size
        data, at, found = self._source.at(address + 16, size - 16), 0, {}
        while at + 16 <= len(data):
            index, length = struct.unpack_from("<H6xQ", data, at)
            if not index:
                break
            found[index] = data[at + 16 : at + 16 + length]
            at += 16 + -(-length // 8) * 8
        return found


# Layouts of arrays


@dataclass(frozen=True)
class Layout:
    """The location of an array's bytes.

    Attributes:
        address: address of the bytes, or of the B-tree of chunks; None if they are in `data`.
        size: number of bytes, if they are contiguous.
        chunk: extents of a chunk, if the array is chunked.
        data: the bytes, if they are in the header.
    """

    address: int | None
    size: int = 0
    chunk: tuple[int, ...] | None = None
    data: bytes = b""


def layout_of(data: bytes) -> Layout:
    """The layout of a layout message.

    Raises:
        Refused: for virtual datasets, and for the chunk indices of HDF5 1.10.
    """
    version, kind = data[0], data[1]
    if version not in (3, 4) or kind > 2:
        raise Refused("it is a virtual dataset, or has an unknown layout.")
    if kind == 0:
        inside = data[4 : 4 + struct.unpack_from("<H", data, 2)[0]]
        return Layout(None, len(inside), None, inside)
    if kind == 1:
        address, size = struct.unpack_from("<QQ", data, 2)
        return Layout(None) if address == _UNDEFINED else Layout(address, size)
    if version == 4:
        raise Refused("its chunks have an index of HDF5 1.10, which Keras does not write.")
    rank, address = struct.unpack_from("<BQ", data, 2)
    chunk = struct.unpack_from(f"<{rank}I", data, 11)[:-1]
    if not prod(chunk):
        raise Damaged("chunks with an extent of 0")
    return Layout(None if address == _UNDEFINED else address, 0, chunk)


def filters_of(data: bytes) -> list[int]:
    """The numbers of the filters applied to chunks, in order."""
    version, count = data[0], data[1]
    found, at = [], 8 if version == 1 else 2
    for _ in range(count):
        (number,) = struct.unpack_from("<H", data, at)
        named = version == 1 or number >= 256
        length = struct.unpack_from("<H", data, at + 2)[0] if named else 0
        at += 4 if named else 2
        (values,) = struct.unpack_from("<H", data, at + 2)
        at += 4 + (-(-length // 8) * 8 if version == 1 else length) + 4 * values
        at += 4 if version == 1 and values % 2 else 0
        found.append(number)
    return found


def chunks_of(source: Bytes, address: int, rank: int) -> Iterator[tuple[tuple, int, int, int]]:
    """Each chunk: its offset in the array, its address, its size in bytes, and a mask of skipped
    filters."""
    for key, place in leaves(source, address, 1, 8 + 8 * (rank + 1)):
        size, mask, *begin = struct.unpack(f"<II{rank}Q8x", key)
        yield tuple(begin), place, size, mask
