"""Arrays and texts as an HDF5 file, which h5py writes. `hdf5_reader` reads, without it.

No other module of ours touches h5py.
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
    raise ImportError("Keras's file formats (.keras, .h5, .weights.h5) are written with h5py: "
                      "pip install 'brickwork[keras]'. Reading them needs no more than brickwork."
                      ) from None


def packed(arrays: dict[str, np.ndarray], texts: dict[str, dict[str, Any]]) -> bytes:
    """A file of arrays under paths, and of texts at groups. The same arguments make the same
    bytes: no times are kept.

    Args:
        arrays: path -> array.
        texts: path of a group -> its attributes: texts, bytes, or lists of bytes.
    """
    target = io.BytesIO()
    with h5py.File(target, "w") as file:
        for path, attributes in texts.items():
            group = file.require_group(path) if path else file
            for name, value in attributes.items():
                _put_text(group, name, value)
        for path, array in arrays.items():
            file.create_dataset(path, data=array, track_times=False)
    return target.getvalue()


def packed_aside(arrays: dict[str, np.ndarray], texts: dict[str, dict[str, Any]]) -> bytes:
    """`packed`, by a thread of its own while this one waits.

    Python raises KeyboardInterrupt in the main thread, wherever that is, and libhdf5 loses what is
    raised while it calls back to write. Waiting is left at once; the other thread, which holds
    nothing but memory, comes to its end unheard.
    """
    if threading.current_thread() is not threading.main_thread():
        return packed(arrays, texts)
    answers: SimpleQueue = SimpleQueue()

    def work():
        try:
            answers.put((packed(arrays, texts), None))
        except BaseException as error:
            answers.put((None, error))

    worker = threading.Thread(target=work, name="brickwork-hdf5")
    worker.start()
    made, error = answers.get()
    worker.join()
    if error is not None:
        raise error
    return made


def _put_text(group, name: str, value) -> None:
    """An attribute; long lists in several, since one holds 64 KiB at most."""
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
