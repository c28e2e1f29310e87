"""Messages between a page and Python: JSON, and a block of bytes for the arrays in it.

In the JSON an array stands as ``{"floats": [begin, count]}``, a file as ``{"bytes": [begin,
count]}``: a place in the block, `begin` counted in bytes. A socket carries both in one frame: the
length of the JSON in 4 bytes, the JSON, spaces up to a multiple of 4, the block. A notebook carries
the block beside the JSON.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from ..errors import ArgumentError

#: Bytes of the longest JSON, and how deep it may be nested.
LONGEST, DEEPEST = 4 << 20, 16
#: The most arrays of a message; those of all weights of a wall are 8 times 100.
MOST_ARRAYS = 1000
_FLOATS, _BYTES = "floats", "bytes"


def packed(message: dict[str, Any]) -> tuple[str, bytes]:
    """Return a message as JSON and block.

    >>> packed({"x": np.float32([1, 2]), "loss": float("nan")})
    ('{"x": {"floats": [0, 2]}, "loss": null}', b'\\x00\\x00\\x80?\\x00\\x00\\x00@')
    """
    parts: list[bytes] = []
    size = 0

    def plain(value: Any) -> Any:
        nonlocal size
        if isinstance(value, dict):
            return {name: plain(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        if isinstance(value, float | np.floating):
            return float(value) if math.isfinite(value) else None
        if isinstance(value, np.ndarray):
            data, kind, count = value.astype("<f4", copy=False).tobytes(), _FLOATS, value.size
        elif isinstance(value, bytes):
            data, kind, count = value, _BYTES, len(value)
        else:
            return value
        place = size
        parts.append(data + bytes(-len(data) % 4))
        size += len(parts[-1])
        return {kind: [place, count]}

    text = json.dumps(plain(message), ensure_ascii=False)
    return text, b"".join(parts)


def unpacked(text: str, block: bytes | memoryview) -> dict[str, Any]:
    """Return the message of a JSON and a block, the inverse of `packed`. Arrays are views of it.

    Pages send no files, and only so many arrays: a short text could name one block a million times.

    Raises:
        ArgumentError: for what is no such message.
    """
    message = _parsed(text)
    data, arrays = memoryview(block), 0

    def restored(value: Any, depth: int) -> Any:
        nonlocal arrays
        if depth > DEEPEST:
            raise ArgumentError("message", f"is nested deeper than {DEEPEST} levels.")
        if isinstance(value, list):
            return [restored(item, depth + 1) for item in value]
        if not isinstance(value, dict):
            return value
        if value.keys() == {_FLOATS}:
            arrays += 1
            if arrays > MOST_ARRAYS:
                raise ArgumentError("message", f"has more than {MOST_ARRAYS:,} arrays.")
            return _array(value[_FLOATS], data)
        if value.keys() == {_BYTES}:
            raise ArgumentError("message", "holds a file, and pages send none.")
        return {name: restored(item, depth + 1) for name, item in value.items()}

    return restored(message, 0)


def framed(message: dict[str, Any]) -> bytes:
    """Return a message as one frame."""
    text, block = packed(message)
    head = text.encode()
    head += b" " * (-len(head) % 4)
    return len(head).to_bytes(4, "little") + head + block


def unframed(frame: bytes) -> dict[str, Any]:
    """Return the message in a frame, the inverse of `framed`, as `unpacked` does.

    Raises:
        ArgumentError: for what is no such frame.

    >>> unframed(framed({"type": "pause"}))
    {'type': 'pause'}
    """
    size = int.from_bytes(frame[:4], "little")
    if len(frame) < 4 or size % 4 or not size <= min(len(frame) - 4, LONGEST):
        raise ArgumentError("message", "is no frame: expected the length of its JSON, and JSON.")
    try:
        text = frame[4 : 4 + size].decode()
    except UnicodeDecodeError:
        raise ArgumentError("message", "holds JSON that is not UTF-8.") from None
    return unpacked(text, memoryview(frame)[4 + size :])


def _parsed(text: str) -> dict[str, Any]:
    def refuse(constant: str):
        raise ValueError(constant)

    try:
        message = json.loads(text, parse_constant=refuse) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        raise ArgumentError("message", "holds no valid JSON.") from None
    if not isinstance(message, dict):
        raise ArgumentError("message", "expected a JSON object.")
    return message


def _array(place: Any, block: memoryview) -> np.ndarray:
    whole = isinstance(place, list) and len(place) == 2 and all(type(n) is int for n in place)
    begin, count = place if whole else (-1, -1)
    if begin < 0 or count < 0 or begin % 4 or begin + 4 * count > len(block):
        raise ArgumentError("message", f"has an array outside of its {len(block):,} bytes.")
    return np.frombuffer(block[begin : begin + 4 * count], "<f4")
