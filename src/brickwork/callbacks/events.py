"""Event files in TensorBoard's format: records with checksums around protocol buffers.

A record is its length (8 bytes), the length's checksum (4), the data, and the data's checksum (4).
A protocol buffer message is a sequence of fields, each after the integer ``field << 3 | type``:
type 0 is an integer, 1 eight bytes, 2 a length and that many bytes, 5 four bytes. Integers are
stored 7 bits per byte, the lowest first. The field numbers are those of TensorFlow's
``event.proto``, ``summary.proto`` and ``tensor.proto``.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

_files = count()
_FLOAT, _DOUBLE, _STRING = 1, 2, 7  # dtypes of tensors
_SCALAR, _TENSOR = 1, 2  # data classes of plugins


@cache
def _table() -> tuple[int, ...]:
    """The CRC-32C of each byte."""
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return tuple(table)


def masked_crc(data: bytes) -> int:
    """The checksum of a record: CRC-32C, rotated and offset so that it may be checksummed itself.

    >>> hex(masked_crc(b"123456789"))
    '0xc78ab0e5'
    """
    table, crc = _table(), 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 255] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def varint(number: int) -> bytes:
    """An integer, 7 bits per byte.

    >>> varint(300).hex()
    'ac02'
    """
    number &= 0xFFFFFFFFFFFFFFFF
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _whole(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def _double(number: int, value: float) -> bytes:
    return varint(number << 3 | 1) + struct.pack("<d", value)


def _bytes(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def _tensor(kind: int, shape: tuple[int, ...], values: bytes) -> bytes:
    dims = b"".join(_bytes(2, _whole(1, size)) for size in shape)
    return _whole(1, kind) + _bytes(2, dims) + values


def _value(tag: str, tensor: bytes, plugin: str, data_class: int, content: bytes = b"") -> bytes:
    """A tagged value for one of TensorBoard's plugins."""
    data = _bytes(1, plugin.encode()) + (_bytes(2, content) if content else b"")
    metadata = _bytes(1, data) + (_whole(4, data_class) if data_class else b"")
    return _bytes(1, _bytes(1, tag.encode()) + _bytes(8, tensor) + _bytes(9, metadata))


def scalar(tag: str, value: float) -> bytes:
    """A scalar."""
    content = _bytes(4, struct.pack("<f", value))
    return _value(tag, _tensor(_FLOAT, (), content), "scalars", _SCALAR)


def histogram(tag: str, values: Any) -> bytes:
    """The counts of the values in 30 bins of equal width. As in TensorBoard, equal values are all
    in the last bin; without values there are empty bins from 0 to 0."""
    values = np.asarray(values, np.float64).ravel()
    values = values[np.isfinite(values)]
    if values.size and values.min() < values.max():
        counts, edges = np.histogram(values, bins=30)
        rows = np.stack([edges[:-1], edges[1:], counts], axis=1)
    else:
        rows = np.zeros((30, 3))
        rows[:, :2] = values[0] if values.size else 0
        rows[-1, 2] = values.size
    content = _bytes(4, rows.astype("<f8").tobytes())
    return _value(tag, _tensor(_DOUBLE, rows.shape, content), "histograms", _TENSOR)


def keras_model(json: str) -> bytes:
    """A model's config, from which TensorBoard draws a graph."""
    tensor = _tensor(_STRING, (), _bytes(8, json.encode()))
    return _value("keras", tensor, "graph_keras_model", 0, b"1")


class EventFile:
    """An event file in a folder, which is created if needed.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with EventFile(folder) as file:
    ...     file.write(3, scalar("epoch_loss", 0.5))
    >>> [path.name.startswith("events.out.tfevents.") for path in folder.iterdir()]
    [True]
    """

    def __init__(self, folder: Any):
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        now = time.time()
        name = (
            f"events.out.tfevents.{int(now):010d}.{socket.gethostname()}.{os.getpid()}."
            f"{next(_files)}.v2"
        )
        self._file = open(folder / name, "wb")
        self._record(_double(1, now) + _bytes(3, b"brain.Event:2"))

    def write(self, step: int, *summaries: bytes) -> None:
        """Write values of one step."""
        head = _double(1, time.time()) + _whole(2, step)
        self._record(head + _bytes(5, b"".join(summaries)))

    def _record(self, data: bytes) -> None:
        length = struct.pack("<Q", len(data))
        self._file.write(
            length
            + struct.pack("<I", masked_crc(length))
            + data
            + struct.pack("<I", masked_crc(data))
        )

    def flush(self) -> None:
        """Flush the file, so that readers see what was written."""
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> EventFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
