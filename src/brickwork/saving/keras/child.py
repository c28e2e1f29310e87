"""A process of its own that reads a file of Keras: with little memory, no other file, no network.

The parent opens the file and hands it over; this process then may not open anything any more. It
first tells what the file holds, as JSON; then it is told which arrays to read, and answers their
bytes. Whatever happens to it, the parent sees a pipe that ends.

    parent                                child
      | --- the open file ----------------> |
      | <-- JSON: texts, arrays' shapes --- |
      | --- JSON: paths ------------------> |
      | <-- the arrays' bytes in a row ---- |
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import sys
import zipfile
import zlib

from .hdf5 import LARGER, MOST_TEXT, Reader, Refused, packed

_MEMBER = re.compile(r"[^\x00-\x1f\x7f\\:]{1,1000}")
_TEXT_MEMBERS = re.compile(r"(config|metadata)\.json|assets/.+\.txt")
#: What h5py.File calls an HDF5 file, and zipfile a zip.
_HDF5, _ZIP = b"\x89HDF\r\n\x1a\n", b"PK"


def main() -> None:
    """Serve the parent, whose file has the number given as last argument."""
    descriptor = int(sys.argv[-1])
    file, answer = os.fdopen(descriptor, "rb"), os.fdopen(os.dup(1), "wb")
    size = os.fstat(descriptor).st_size
    Reader(io.BytesIO(_warm()), 10**4)  # so that all modules are loaded that reading needs
    _limit(size)
    try:
        told, read = _opened(file, size)
        _send(answer, told)
        for path in json.loads(sys.stdin.buffer.readline() or "[]"):
            answer.write(memoryview(read(path)).cast("B"))
        answer.flush()
    except Refused as error:
        _send(answer, {"refused": str(error)})
    except Exception as error:
        _send(answer, {"damaged": f"{type(error).__name__}: {error}"[:300]})


def _warm() -> bytes:
    import codecs

    for name in ("ascii", "cp437"):  # of names in zip files that are not said to be UTF-8
        codecs.lookup(name)
    return packed({"a": 0.0}, {"": {"name": "a", "layer_names": [b"a"]}})


def _limit(size: int) -> None:
    """Memory, time, and no new files, sockets or processes."""
    limits = {"AS": 512 * 2**20 + LARGER * size, "CPU": 20 + size // 2**25, "FSIZE": 0, "CORE": 0,
              "NOFILE": 1 + max(map(int, os.listdir("/proc/self/fd")[:-1])), "NPROC": 0}
    for name, most in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def _send(answer, told: dict) -> None:
    text = json.dumps(told).encode()
    answer.write(len(text).to_bytes(8, "little") + text)
    answer.flush()


def _opened(file, size: int):
    """What the file holds, and a function from a path to an array."""
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    if start == _HDF5:
        return _told("hdf5", Reader(file, size), {})
    if start[:2] != _ZIP:
        raise Refused("it begins like neither a .keras file (a zip) nor an .h5 file.")
    archive = zipfile.ZipFile(file)
    members = _checked_members(archive, size)
    files = {name: _text(archive, members[name]) for name in members
             if _TEXT_MEMBERS.fullmatch(name)}
    weights = members.get("model.weights.h5")
    if weights is None:
        return _told("zip", None, files)
    return _told("zip", Reader(_weights(archive, weights, size), size), files)


def _told(kind: str, reader: Reader | None, files: dict):
    arrays, texts = ({}, {}) if reader is None else (reader.arrays, reader.texts)
    return {"kind": kind, "files": files, "texts": texts, "arrays": arrays}, reader and reader.read


def _checked_members(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    entries = archive.infolist()
    if len(entries) > 10_000:
        raise Refused(f"the zip holds {len(entries)} members, expected less than 10,000.")
    for entry in entries:
        name = entry.filename
        parts = name.rstrip("/").split("/")
        if not _MEMBER.fullmatch(name) or {"", ".", ".."} & set(parts):
            raise Refused(f"the zip's member {name[:60]!r} is no plain name.")
        if name in members:
            raise Refused(f"the zip holds {name!r} twice.")
        kind = entry.external_attr >> 28
        if kind not in (0, 4, 8) or entry.flag_bits & 1 or entry.compress_type not in (
                zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(f"the zip's member {name!r} is a link, or locked, or packed in a way "
                          "that Keras does not know.")
        if entry.file_size > LARGER * size + 2**20:
            raise Refused(f"the zip's member {name!r} claims {entry.file_size} bytes.")
        members[name] = entry
    return members


def _text(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    """A text, however long it claims to be."""
    with archive.open(entry) as member:
        data = member.read(MOST_TEXT + 1)
    if len(data) > MOST_TEXT:
        raise Refused(f"{entry.filename} is longer than {MOST_TEXT} bytes.")
    return data.decode("utf-8")


def _weights(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, size: int):
    """The weights' file inside of the zip: read where it lies, or unpacked into memory."""
    if entry.compress_type == zipfile.ZIP_STORED:
        total = 0
        with archive.open(entry) as member:
            while chunk := member.read(2**20):  # the zip's checksum is compared at the end
                total = zlib.crc32(chunk, total)
        return archive.open(entry)
    with archive.open(entry) as member:
        data = member.read(LARGER * size + 2**20)
        if member.read(1):
            raise Refused(f"{entry.filename} unpacks to more than {LARGER} times the file.")
    return io.BytesIO(data)
