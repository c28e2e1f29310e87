"""An open file of Keras: its structure is checked first, arrays are read on demand."""

from __future__ import annotations

import errno
import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path

import numpy as np

from ..errors import DamagedFile, NotAModelFile
from ..tensors import kind_of
from .hdf5_reader import MOST_TEXT, Reader
from .hdf5_source import LARGER, Bytes, Damaged, Refused

_ZIP, _HDF5 = b"PK", b"\x89HDF\r\n\x1a\n"
_MEMBER = re.compile(r"[^\x00-\x1f\x7f\\:]{1,1000}")
_TEXT_MEMBERS = re.compile(r"(config|metadata)\.json|assets/.+\.txt")
_WEIGHTS = "model.weights.h5"
_MOST_MEMBERS, _PART = 10_000, 2**20
#: What Python's modules raise for invalid bytes.
_PARSE_ERRORS = (
    ValueError,
    IndexError,
    LookupError,
    EOFError,
    OverflowError,
    RuntimeError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
)


class Opened:
    """An open file of Keras, as a context manager.

    Args:
        path: path of a ``.keras``, ``.weights.h5`` or ``.h5`` file.

    Attributes:
        kind: "zip" or "hdf5".
        files: the text members of a zip, by name.
        texts: the text attributes of groups, by path.
        arrays: ``(shape, dtype)`` of arrays, by path.

    Raises:
        FileNotFoundError: if there is no such file.
        NotAModelFile: for a file that Keras does not write, or that refers to other files.
        DamagedFile: for a file that cannot be read, or exceeds the limits.
    """

    def __init__(self, path):
        self.path = Path(path)
        self._file = open(self.path, "rb")
        try:
            self.size = os.fstat(self._file.fileno()).st_size
            begin = self._file.read(9)
            if not begin.startswith((_ZIP, _HDF5)):
                raise NotAModelFile(
                    f"{self.path}: got {kind_of(begin, self.size)}, expected a "
                    ".keras file (a zip) or an .h5 file (HDF5)."
                )
            self.kind = "zip" if begin.startswith(_ZIP) else "hdf5"
            with self._as_file_errors():
                self.files, source = (
                    ({}, Bytes(self._file, 0, self.size))
                    if (self.kind == "hdf5")
                    else _unzipped(self._file, self.size)
                )
                self._reader = source and Reader(source, LARGER * self.size + 2**20)
        except BaseException:
            self.close()
            raise
        self.texts = self._reader.texts if self._reader else {}
        self.arrays = self._reader.arrays if self._reader else {}

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def read(self, wanted: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
        """The arrays at these paths, which must have these shapes.

        Raises:
            DamagedFile: if one is missing or has another shape.
        """
        for path, shape in wanted.items():
            if path not in self.arrays:
                raise self.damaged(f"no array {path!r}")
            if self.arrays[path][0] != tuple(shape):
                raise self.damaged(
                    f"{path!r} of shape {self.arrays[path][0]}, expected {tuple(shape)}"
                )
        found = {}
        for path in wanted:
            with self._as_file_errors():
                array = self._reader.read(path)
            bfloat16 = self.texts.get(path, {}).get("dtype") == "bfloat16" and array.dtype == "<u2"
            found[path] = (array.astype("u4") << 16).view("f4") if bfloat16 else array
        return found

    @property
    def room(self) -> int:
        """The most bytes that the weights of its model may take: the number of elements of all
        arrays and a few more, of the widest dtype."""
        return 8 * (sum(prod(shape) for shape, _ in self.arrays.values()) + 1024)

    def damaged(self, what: str) -> DamagedFile:
        return DamagedFile(f"{self.path}: damaged or hostile: {what}.")

    @contextmanager
    def _as_file_errors(self) -> Iterator[None]:
        """Raise what is wrong with the file as `NotAModelFile` or `DamagedFile`."""
        try:
            yield
        except Refused as error:
            raise NotAModelFile(f"{self.path}: not a file that Keras writes: {error}") from None
        except Damaged as error:
            raise self.damaged(str(error)) from None
        except _PARSE_ERRORS as error:
            raise self.damaged(
                f"its bytes are invalid ({type(error).__name__}: {str(error)[:200]})"
            ) from None
        except OSError as error:
            if error.errno != errno.EINVAL:  # of an invalid offset
                raise
            raise self.damaged("it has an offset outside of the file") from None


# The zip


class _LimitedReads:
    """A file that limits the bytes of one read, and so the size of a zip's directory."""

    def __init__(self, file):
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > 4 * _PART:
            raise Refused(f"the zip lists more than {_MOST_MEMBERS:,} members.")
        return self._file.read(size if size >= 0 else 4 * _PART)


def _unzipped(file, size: int) -> tuple[dict[str, str], Bytes | None]:
    """The text members of a zip by name, and its file of weights."""
    archive = zipfile.ZipFile(_LimitedReads(file))
    members = _checked(archive, size)
    texts, left = {}, LARGER * size + 2 * MOST_TEXT
    for name, entry in members.items():
        if _TEXT_MEMBERS.fullmatch(name):
            data = _member(archive, entry, min(left, MOST_TEXT))
            texts[name] = data.decode("utf-8")
            left -= len(data)
    if _WEIGHTS not in members:
        return texts, None
    return texts, _weights(file, archive, members[_WEIGHTS], size)


def _checked(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """The members by name; refuses links, encryption, and unsafe names."""
    members: dict[str, zipfile.ZipInfo] = {}
    entries = archive.infolist()
    if len(entries) > _MOST_MEMBERS:
        raise Refused(
            f"the zip holds {len(entries)} members, expected less than {_MOST_MEMBERS:,}."
        )
    for entry in entries:
        name = entry.filename
        parts = name.rstrip("/").split("/")
        if not _MEMBER.fullmatch(name) or {"", ".", ".."} & set(parts):
            raise Refused(f"the zip's member {name[:60]!r} has an unsafe name.")
        if name in members:
            raise Refused(f"the zip holds {name!r} twice.")
        kind = entry.external_attr >> 28
        if (
            kind not in (0, 4, 8)
            or entry.flag_bits & 1
            or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        ):
            raise Refused(
                f"the zip's member {name!r} is a link, encrypted, or compressed by a "
                "method that Keras does not use."
            )
        if entry.file_size > LARGER * size + 2**20:
            raise Refused(f"the zip's member {name!r} claims {entry.file_size} bytes.")
        members[name] = entry
    return members


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """A member's bytes, up to a limit, whatever size it claims to have."""
    found = io.BytesIO()
    with archive.open(entry) as member:
        while part := member.read(_PART):  # the end checks its checksum
            found.write(part)
            if found.tell() > limit:
                raise Refused(f"{entry.filename} decompresses to more than {limit} bytes.")
    return found.getvalue()


def _weights(file, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, size: int) -> Bytes:
    """The file of weights in the zip: read in place, or decompressed into memory."""
    if entry.compress_type != zipfile.ZIP_STORED:
        data = _member(archive, entry, LARGER * size + 2**20)
        return Bytes(io.BytesIO(data), 0, len(data))
    with archive.open(entry) as member:
        while member.read(_PART):  # the end checks its checksum
            pass
    file.seek(entry.header_offset + 26)
    lengths = struct.unpack("<HH", file.read(4))
    return Bytes(file, entry.header_offset + 30 + sum(lengths), entry.file_size)
