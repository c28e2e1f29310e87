"""HDF5 files with false structures: each raises an error, quickly, with little memory."""

import io
import re
import struct
import time
import tracemalloc
import zlib

import h5py
import numpy as np
import pytest
from pace import in_time

from brickwork.saving import FileError
from brickwork.saving.keras.opened import Opened

CASES = {}


def case(match, **options):
    """Register a function that fills an h5py file, and returns one that changes its bytes."""

    def keep(make):
        CASES[make.__name__] = make, match, options
        return make

    return keep


def address(data: bytes, at: int) -> int:
    return struct.unpack_from("<Q", data, at)[0]


def put(data: bytearray, at: int, *numbers: int) -> None:
    struct.pack_into(f"<{len(numbers)}Q", data, at, *numbers)


def tree(kind: int, level: int, children: list[int], key: int = 8) -> bytes:
    """A node of a version 1 B-tree."""
    entries = b"".join(bytes(key) + struct.pack("<Q", child) for child in children)
    return b"TREE" + struct.pack("<BBH16x", kind, level, len(children)) + entries + bytes(key)


@case("has no end", libver="latest")
def header_that_goes_on_in_itself(file):
    for i in range(6):
        file.create_group(f"group{i}")
        file.attrs[f"a{i}"] = np.zeros(20)

    def change(data):
        block = data.index(b"OCHK")
        at = data.index(struct.pack("<Q", block))  # in a message that continues the header
        data[block + 4 : block + 8] = data[at - 4 : at]
        put(data, block + 8, block, address(data, at + 8))

    return change


@case("has no end")
def old_header_that_goes_on_in_itself(file):
    for i in range(20):
        file.attrs[f"a{i}"] = np.zeros(20)

    def change(data):
        root = address(data, 64)
        at = root + 16  # the first message: a continuation, with more to come
        struct.pack_into("<H", data, root + 2, 60_000)
        while struct.unpack_from("<H", data, at)[0] != 16:
            at += 8 + struct.unpack_from("<H", data, at + 2)[0]
        block = address(data, at + 8)
        data[block : block + 24] = data[at : at + 24]

    return change


@case("no B-tree")
def tree_inside_of_itself(file):
    file["a"] = 1.0

    def change(data):
        place = data.index(b"TREE")
        data[place + 5] = 1
        put(data, place + 32, place)

    return change


@case("without end")
def tree_of_few_nodes_and_many_ways(file):
    file["a"] = 1.0

    def change(data):
        place, below = data.index(b"TREE"), len(data)
        data += tree(0, 0, [])
        for level in range(1, 16):
            end = len(data)
            data += tree(0, level, [below] * 32)
            below = end
        put(data, 40, len(data))  # the end of the file
        data[:] = data.replace(struct.pack("<Q", place), struct.pack("<Q", below), 2)

    return change


@case("no B-tree")
def tree_of_many_levels(file):
    file["a"] = 1.0

    def change(data):
        place, below = data.index(b"TREE"), len(data)
        data += tree(0, 0, [])
        for level in range(1, 200):
            end = len(data)
            data += tree(0, level, [below])
            below = end
        put(data, 40, len(data))
        data[:] = data.replace(struct.pack("<Q", place), struct.pack("<Q", below), 2)

    return change


@case("without end", libver="v108")
def new_tree_of_many_ways(file):
    for i in range(20):
        file.attrs[f"a{i}"] = i

    def change(data):
        head, leaf = data.index(b"BTHD"), data.index(b"BTLF")
        below, record = len(data), data[leaf + 6 : leaf + 23]
        data += b"BTLF" + bytes([0, 8]) + record
        for level in range(1, 16):  # nodes of one record, with the same node on both sides
            pointer = struct.pack("<QB", below, 1) + bytes(
                0 if level == 1 else 1 if level < 8 else 2
            )
            below = len(data)
            data += b"BTIN" + bytes([0, 8]) + record + pointer * 2
        struct.pack_into("<IHHBBQH", data, head + 6, 62, 17, 15, 100, 40, below, 1)
        put(data, 28, len(data))

    return change


@case("decompresses to more than")
def chunk_that_unpacks_to_128_megabytes(file):
    array = file.create_dataset("a", (1000,), "f4", chunks=(1000,), compression="gzip")
    pack = zlib.compressobj(1)
    part = bytes(2**24)
    array.id.write_direct_chunk(
        (0,), b"".join(pack.compress(part) for _ in range(8)) + pack.flush()
    )


@case("more than the file holds")
def chunks_larger_than_the_array(file):
    array = file.create_dataset(
        "a", (2**14, 1), "f4", chunks=(1, 2**20), maxshape=(None, None), compression="gzip"
    )
    array[0] = 1


@case("missing chunks")
def chunks_that_were_never_written(file):
    file.create_dataset("a", (100,), "f4", chunks=(10,))[:50] = 1


@case("more than the file holds")
def array_that_was_never_written(file):
    file.create_dataset("a", (100,), "f4")


@case("duplicate chunks")
def chunk_that_is_there_twice(file):
    file.create_dataset("a", (20,), "f4", chunks=(10,))[:] = 1

    def change(data):
        place = data.index(b"TREE\x01")
        put(data, place + 24 + 32 + 8, 0)

    return change


@case("checksum differs")
def chunk_that_was_altered(file):
    file.create_dataset("a", data=np.full((100,), 1.5), fletcher32=True)

    def change(data):
        data[data.index(struct.pack("<d", 1.5)) + 80] ^= 1

    return change


@case("error: Error -3|decompresses to more than")
def packed_chunk_that_was_altered(file):
    values = np.random.default_rng(0).random(4000)
    file.create_dataset("a", data=values, compression="gzip", chunks=(4000,))

    def change(data):
        data[len(data) // 2 : len(data) // 2 + 8] = bytes(8)

    return change


@case("a truncated text")
def attribute_of_2_to_the_60_texts(file):
    file.attrs.create("layer_names", np.array([b"ab", b"cd"]))

    def change(data):
        at = data.index(struct.pack("<QQ", 2, 2))
        put(data, at, 2**60, 2**60)

    return change


@case("texts are longer")
def one_long_text_a_thousand_times(file):
    file.attrs["layer_names"] = np.array(["x" * 2**20] + ["y"] * 999, h5py.string_dtype())

    def change(data):
        at = re.search(struct.pack("<I", 2**20) + rb"...\0{5}\x01\0\0\0", data, re.S).start()
        data[at : at + 16_000] = bytes(data[at : at + 16]) * 1000

    return change


@case("without end")
def ends_of_one_long_name(file):
    file.create_group("n" * 2**20)
    for i in range(80):
        file.create_group(f"z{i}")

    def change(data):
        first = address(data, data.index(b"SNOD") + 8)
        for number, node in enumerate(re.finditer(b"SNOD", bytes(data))):
            for i in range(struct.unpack_from("<H", data, node.start() + 6)[0]):
                put(data, node.start() + 8 + 40 * i, first + 8 * number + i)

    return change


@case("without end")
def long_paths_to_many_objects(file):
    group = file
    for _ in range(50):
        group = group.create_group("g" * 10_000)
    for i in range(500):
        group.create_group(str(i))


@case("more than the file holds")
def the_same_numbers_for_many_arrays(file):
    file["a"] = np.full((2**16,), 1.5)
    for i in range(50):
        file.create_dataset(f"b{i}", (2**16,), "f4")

    def change(data):
        there = struct.pack("<QQ", data.index(struct.pack("<d", 1.5)), 2**18)
        data[:] = data.replace(struct.pack("<QQ", 2**64 - 1, 2**18), there)

    return change


@case("more than the file holds")
def array_beyond_the_end(file):
    file["a"] = np.full((100,), 1.5)

    def change(data):
        at = data.index(struct.pack("<d", 1.5))
        put(data, data.index(struct.pack("<QQ", at, 800)), 2**62)

    return change


@case("it holds 1000 of 2200 bytes")
def file_that_was_cut_off(file):
    file["a"] = np.zeros(100)

    def change(data):
        del data[1000:]

    return change


@case("addresses do not have 8 bytes")
def short_addresses(file):
    def change(data):
        data[13] = 4

    return change


@case("superblock has version 9")
def form_of_the_future(file):
    def change(data):
        data[8] = 9

    return change


@case("levels of groups")
def groups_in_groups(file):
    file.create_group("/".join("a" * 100))


@case("shared header message")
def type_of_its_own_place(file):
    file["type"] = np.dtype("f4")
    file.create_dataset("a", (3,), file["type"], data=np.zeros(3))
    del file["type"]


@case("filter that is not built in")
def filter_of_another_program(file):
    file.create_dataset("a", data=np.zeros(100), chunks=(100,), compression="lzf")


@case("in another file")
def numbers_in_another_file(file):
    file.create_dataset("a", (100,), "f4", external=[("b", 0, 400)])


@case("index of HDF5 1.10", libver="latest")
def chunks_of_the_new_form(file):
    file.create_dataset("a", data=np.zeros((10, 10)), chunks=(3, 3))


@pytest.mark.parametrize("name", CASES)
def test_it_raises_an_error(name, tmp_path):
    make, match, options = CASES[name]
    target = io.BytesIO()
    with h5py.File(target, "w", **options) as file:
        change = make(file)
    data = bytearray(target.getvalue())
    if change:
        change(data)
    path = tmp_path / "a.h5"
    path.write_bytes(data)
    refused(path, match)


def refused(path, match):
    tracemalloc.start()
    begun = time.process_time()
    try:
        with pytest.raises(FileError, match=match), Opened(path) as file:
            file.read({path: shape for path, (shape, _) in file.arrays.items()})
        took, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert in_time(took, 5, time.process_time)  # tracing makes it several times as slow
    assert peak < 2**25 + 8 * path.stat().st_size
