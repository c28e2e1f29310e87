"""The one door to HDF5: plain arrays under plain names, and nothing else a file may say.

An HDF5 file can point into other files (external storage, links, virtual datasets), can declare
arrays far larger than itself, and can ask for filters that are loaded as programs. `Reader` walks
over a file once and refuses all that by name before a single number is read. No other module of
ours touches h5py.
"""

from __future__ import annotations

import io
import re
import threading
from queue import SimpleQueue
from typing import Any

import numpy as np

try:
    import h5py
except ImportError:
    raise ImportError("Keras's file formats (.keras, .h5, .weights.h5) are kept in HDF5: "
                      "pip install 'brickwork[keras]'") from None

#: The longest text that is read: a config.
MOST_TEXT = 8 * 2**20
#: Objects of one file, and how deep they may lie.
MOST_OBJECTS, DEEPEST = 200_000, 64
#: What may be kept compressed is this much larger at most than the file that it came in.
LARGER = 4
#: Filters that libhdf5 has built in: deflate, shuffle, fletcher32.
_FILTERS = {1, 2, 3}
#: The texts that Keras's formats have.
_TEXTS = re.compile(r"(keras_version|backend|model_config|training_config|name|dtype"
                    r"|(layer|weight)_names\d*)")


class Refused(ValueError):
    """What a file says that no file of Keras says."""


class Reader:
    """The arrays and texts of an HDF5 file.

    Args:
        file: open for reading, binary.
        size: its length in bytes.

    Attributes:
        arrays: path -> ``(shape, dtype)``, nothing of them read yet.
        texts: path of a group or array -> its attributes that are texts, or lists of texts.

    Raises:
        Refused: for links, external storage, virtual datasets, foreign filters, and for arrays
            that are larger than what the file could hold.
    """

    def __init__(self, file, size: int):
        self._file = h5py.File(file, "r")
        self.arrays: dict[str, tuple[tuple[int, ...], str]] = {}
        self.texts: dict[str, dict[str, Any]] = {}
        self._left = LARGER * size + 2**20
        self._text_left = 2 * MOST_TEXT
        self._walk()

    def read(self, path: str) -> np.ndarray:
        """The numbers of one of `arrays`, little-endian and in C's order."""
        shape, dtype = self.arrays[path]
        array = np.empty(shape, dtype)
        if array.size:
            self._file[path].read_direct(array)
        return array

    def _walk(self) -> None:
        met, stack = set(), [("", self._file["/"], 0)]
        while stack:
            path, item, depth = stack.pop()
            place = h5py.h5o.get_info(item.id).addr
            if place in met:
                raise Refused(f"{path or '/'} is there under two names.")
            met.add(place)
            if len(met) > MOST_OBJECTS or depth > DEEPEST:
                raise Refused(f"it holds more than {MOST_OBJECTS} objects, or some deeper than "
                              f"{DEEPEST}.")
            self._take_texts(path, item)
            if isinstance(item, h5py.Dataset):
                self._take_array(path, item)
                continue
            if not isinstance(item, h5py.Group):
                raise Refused(f"{path} is neither a group nor an array.")
            for name in item:
                below = f"{path}/{name}" if path else name
                if not isinstance(item.get(name, getlink=True), h5py.HardLink):
                    raise Refused(f"{below} is a link to another place.")
                stack.append((below, item[name], depth + 1))

    def _take_array(self, path: str, dataset) -> None:
        made = dataset.id.get_create_plist()
        if made.get_external_count():
            raise Refused(f"{path} keeps its numbers in another file.")
        layout = made.get_layout()
        if layout not in (h5py.h5d.COMPACT, h5py.h5d.CONTIGUOUS, h5py.h5d.CHUNKED):
            raise Refused(f"{path} is put together from other places.")
        if not {made.get_filter(i)[0] for i in range(made.get_nfilters())} <= _FILTERS:
            raise Refused(f"{path} is packed by a filter that is not built in.")
        kind, shape = dataset.dtype, dataset.shape
        if shape is None or kind.kind not in "biufV" or kind.hasobject or kind.shape or (
                kind.kind == "V" and (kind.fields or kind.itemsize != 2)):
            raise Refused(f"{path} is no array of numbers.")
        total = kind.itemsize
        for extent in shape:
            total *= extent
        self._left -= total
        stored = dataset.id.get_storage_size()
        if total and (self._left < 0 or not stored or (
                layout == h5py.h5d.CONTIGUOUS and stored != total)):
            raise Refused(f"{path} claims {total} bytes, more than the file holds.")
        # Two bytes without a meaning of their own are bfloat16.
        word = "<u2" if kind.kind == "V" else kind.newbyteorder("<").str.replace("|", "")
        self.arrays[path] = shape, word

    def _take_texts(self, path: str, item) -> None:
        for name in item.attrs:
            if not _TEXTS.fullmatch(name):
                continue
            attribute = h5py.h5a.open(item.id, name.encode())
            empty = not np.prod(attribute.shape)  # its size cannot be asked for
            self._spend(0 if empty else attribute.get_storage_size())
            value = [] if empty else _as_text(item.attrs[name])
            if value is not None:
                self._spend(sum(map(len, [value] if isinstance(value, str) else value)))
                self.texts.setdefault(path, {})[name] = value

    def _spend(self, length: int) -> None:
        self._text_left -= length
        if length > MOST_TEXT or self._text_left < 0:
            raise Refused(f"its texts are longer than {MOST_TEXT} bytes.")


def _as_text(value):
    """A text, or a list of texts; None for other things."""
    if isinstance(value, bytes | np.bytes_):
        return bytes(value).decode("utf-8")
    if isinstance(value, str):
        return str(value)
    if isinstance(value, np.ndarray) and value.ndim == 1:
        parts = [_as_text(part) for part in value.tolist()]
        return parts if all(isinstance(part, str) for part in parts) else None
    return None


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
