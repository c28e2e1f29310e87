"""Writing arrays and texts to an HDF5 file with h5py. `hdf5_reader` reads such files without it.

No other module uses h5py.
"""

from __future__ import annotations

import io
import threading
from queue import SimpleQueue
from typing import Any

import numpy as np

try:
    import h5py
except ImportError:
    raise ImportError(
        "Keras's file formats (.keras, .h5, .weights.h5) are written with h5py: "
        "pip install 'brickwork[keras]'. Reading them needs only brickwork."
    ) from None


def packed(arrays: dict[str, np.ndarray], texts: dict[str, dict[str, Any]]) -> bytes:
    """The bytes of a file with these arrays and attributes. They contain no times: equal arguments
    give equal bytes.

    Args:
        arrays: the arrays by path.
        texts: the attributes of groups by path: strings, bytes, or lists of bytes.
    """
    target = io.BytesIO()
    with h5py.File(target, "w") as file:
        for path, attributes in texts.items():
            group = file.require_group(path) if path else file
            for name, value in attributes.items():
                _put_text(group, name, value)
        for path, array in arrays.items():
            written = file.create_dataset(path, data=array, track_times=False)
            if array.dtype.name == "bfloat16":  # which HDF5 has not: bytes, and Keras's name
                written.attrs["dtype"] = "bfloat16"
    return target.getvalue()


def packed_in_thread(arrays: dict[str, np.ndarray], texts: dict[str, dict[str, Any]]) -> bytes:
    """`packed`, run in another thread while this one waits.

    Python raises KeyboardInterrupt in the main thread at any point, and libhdf5 loses an exception
    raised in its write callback. Waiting is interrupted at once; the other thread, which holds
    only memory, runs to its end, and its result is discarded.
    """
    if threading.current_thread() is not threading.main_thread():
        return packed(arrays, texts)
    results: SimpleQueue = SimpleQueue()

    def work():
        try:
            results.put((packed(arrays, texts), None))
        except BaseException as error:
            results.put((None, error))

    worker = threading.Thread(target=work, name="brickwork-hdf5")
    worker.start()
    data, error = results.get()
    worker.join()
    if error is not None:
        raise error
    return data


def _put_text(group, name: str, value) -> None:
    """Write an attribute; a long list goes to several, since one holds at most 64 KiB."""
    if not isinstance(value, list):
        group.attrs[name] = value
        return
    whole = np.asarray(value) if value else np.zeros(0)
    parts = -(-whole.nbytes // 64512)
    if parts < 2:
        group.attrs[name] = whole
        return
    while any(part.nbytes > 64512 for part in np.array_split(whole, parts)):
        parts += 1
    for i, part in enumerate(np.array_split(whole, parts)):
        group.attrs[f"{name}{i}"] = part
