"""Zips that lead elsewhere, or are not what they say; and files of other kinds."""

import struct
import warnings
import zipfile

from hostile_files import FILES, attack, members_of, zipped


def _member(change):
    FILES[change.__name__, ".keras"] = lambda path, good: change(path, members_of(good))
    return change


def _with(member):
    return lambda path, good: zipped(path, {**members_of(good), member: b"x"})


FILES.update(
    {
        (name, ".keras"): _with(member)
        for name, member in {
            "traversal": "../../evil",
            "traversal_of_assets": "assets/../../evil.txt",
            "absolute": "/tmp/evil",
            "backslash": "..\\evil",
            "drive": "C:/evil",
        }.items()
    }
)


@_member
def config_bomb(path, members):
    zipped(path, {**members, "config.json": b" " * 2**25}, zipfile.ZIP_DEFLATED)


@_member
def weights_bomb(path, members):
    zipped(
        path,
        {**members, "model.weights.h5": members["model.weights.h5"] + b"\0" * 2**26},
        zipfile.ZIP_DEFLATED,
    )


@_member
def lying_size(path, members):
    """The zip says that the config is short, and it unpacks to much."""
    zipped(path, {**members, "config.json": b" " * 2**25}, zipfile.ZIP_DEFLATED)
    data = path.read_bytes()
    path.write_bytes(data.replace((2**25).to_bytes(4, "little"), (100).to_bytes(4, "little")))


@_member
def twice(path, members):
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile's
        for name, data in [*members.items(), ("config.json", b"{}")]:
            archive.writestr(name, data)


@_member
def link(path, members):
    entry = zipfile.ZipInfo("assets/link")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.writestr(entry, "/etc/passwd")


@_member
def locked(path, members):
    zipped(path, members)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)


@_member
def other_packing(path, members):
    zipped(path, members, zipfile.ZIP_LZMA)


@_member
def without_a_config(path, members):
    zipped(path, {"model.weights.h5": members["model.weights.h5"]})


@_member
def without_weights(path, members):
    zipped(path, {"config.json": members["config.json"]})


@_member
def weights_that_are_a_zip(path, members):
    zipped(path, {**members, "model.weights.h5": b"PK\x05\x06" + b"\0" * 18})


@_member
def flipped_bit(path, members):
    zipped(path, members)
    data = bytearray(path.read_bytes())
    data[data.index(b"\x89HDF") + len(members["model.weights.h5"]) - 9] ^= 64
    path.write_bytes(data)


@_member
def many_members(path, members):
    zipped(path, {**members, **{f"assets/{i}": b"" for i in range(10_001)}})


@_member
def many_long_texts(path, members):
    zipped(
        path,
        {**members, **{f"assets/{i}.txt": b" " * 2**23 for i in range(12)}},
        zipfile.ZIP_DEFLATED,
    )


@attack(".keras")
def endless_directory(path, good):
    """A hundred thousand members, which zipfile would all remember."""
    data = good.read_bytes()
    at = data.index(b"PK\x01\x02")
    entry, end = data[at : data.index(b"PK\x01\x02", at + 4)], data.index(b"PK\x05\x06")
    entries = entry * 100_000
    data = bytearray(data[:at] + entries + data[end:])
    struct.pack_into("<II", data, len(data) - 10, len(entries), at)
    path.write_bytes(data)


@attack(".keras")
def empty(path, good):
    path.write_bytes(b"")


@attack(".keras")
def pickled(path, good):
    path.write_bytes(b"\x80\x05cos\nsystem\n")


@attack(".h5")
def text_file(path, good):
    path.write_text("not HDF5")


@attack(".h5")
def noise(path, good):
    data = bytearray(good.read_bytes())
    for i in range(8, len(data), 7):
        data[i] = i * 31 % 256
    path.write_bytes(data)
