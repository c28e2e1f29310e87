"""`.brick` files taken apart and assembled by hand, so that they can be false.

Written from the format's description alone: nothing here uses the library to make a file.
"""

from __future__ import annotations

import copy
import hashlib
import json

import numpy as np

NAMES = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint64": "U64",
    "uint32": "U32",
    "uint16": "U16",
    "uint8": "U8",
    "bool": "BOOL",
}
KINDS = {short: np.dtype(name) for name, short in NAMES.items()}


def taken_apart(file: bytes) -> tuple[dict, bytes]:
    """The header, and the bytes of the arrays."""
    size = int.from_bytes(file[:8], "little")
    return json.loads(file[8 : 8 + size]), file[8 + size :]


def put_together(header: dict | str | bytes, body: bytes) -> bytes:
    """The inverse, for a header that may be anything."""
    text = (
        header
        if isinstance(header, bytes)
        else header.encode()
        if isinstance(header, str)
        else json.dumps(header, separators=(",", ":")).encode()
    )
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + body


def opened(file: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """The document of a file, and its arrays."""
    header, body = taken_apart(file)
    said = header.pop("__metadata__")
    arrays = {}
    for name, entry in header.items():
        start, stop = entry["data_offsets"]
        arrays[name] = np.frombuffer(body[start:stop], KINDS[entry["dtype"]]).reshape(
            entry["shape"]
        )
    return json.loads(said["config"]), arrays


def closed(document, arrays: dict[str, np.ndarray], **said) -> bytes:
    """A file with this document and these arrays, and with checksums that are right.

    Args:
        document: what is written as JSON; a string is written as it is.
        said: what the metadata say instead of the truth; None leaves it out.
    """
    header, body = {}, b""
    for name in sorted(arrays, key=lambda name: (-arrays[name].dtype.itemsize, name)):
        array = np.ascontiguousarray(arrays[name]).reshape(arrays[name].shape)
        header[name] = {
            "dtype": NAMES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [len(body), len(body) + array.nbytes],
        }
        body += array.tobytes()
    config = (
        document
        if isinstance(document, str)
        else json.dumps(document, sort_keys=True, separators=(",", ":"))
    )
    sums = {name: hashlib.sha256(array.tobytes()).hexdigest() for name, array in arrays.items()}
    metadata = {
        "format": "brick",
        "format_version": "1",
        "min_reader": "1",
        "writer": "by hand",
        "must_understand": "[]",
        "config": config,
        "config_sha256": hashlib.sha256(config.encode()).hexdigest(),
        "tensors_sha256": json.dumps(sums, sort_keys=True),
        **said,
    }
    kept = {name: value for name, value in metadata.items() if value is not None}
    return put_together({"__metadata__": kept, **header}, body)


def changed(file: bytes, document=None, arrays=None, **said) -> bytes:
    """The file after functions changed its document and its arrays in place; its checksums are
    recomputed."""
    whole, kept = opened(file)
    whole, kept = copy.deepcopy(whole), dict(kept)
    if document is not None:
        whole = document(whole) or whole
    if arrays is not None:
        arrays(kept)
    return closed(whole, kept, **said)


def with_header(file: bytes, change) -> bytes:
    """The file after a function changed its header in place."""
    header, body = taken_apart(file)
    return put_together(change(header) or header, body)
