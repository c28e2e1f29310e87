"""The files of Keras's data sets: their origins and hashes, and safe reading of them."""

from __future__ import annotations

import os
import pickle
import zipfile
from dataclasses import dataclass
from os import PathLike
from typing import Any, TypeAlias

import numpy as np

from ..errors import ArgumentError, shown
from ..utils.files import digest, get_file

#: ``(x_train, y_train), (x_test, y_test)``.
TrainTest: TypeAlias = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]

_GOOGLE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_TORONTO = "https://www.cs.toronto.edu/~kriz/"


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its hash (SHA-256; MD5 if Keras has no other), origin, and size limit in MB."""

    hash: str
    origin: str
    megabytes: int
    folder: str = "datasets"


_FASHION = os.path.join("datasets", "fashion-mnist")

#: By the names of the files in Keras's cache.
SOURCES = {
    "mnist.npz": Source(
        "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
        f"{_GOOGLE}mnist.npz",
        20,
    ),
    "boston_housing.npz": Source(
        "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
        f"{_GOOGLE}boston_housing.npz",
        1,
    ),
    "california_housing.npz": Source(
        "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
        f"{_GOOGLE}california_housing.npz",
        5,
    ),
    "cifar-10-batches-py-target_archive": Source(
        "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
        f"{_TORONTO}cifar-10-python.tar.gz",
        300,
    ),
    "cifar-100-python-target_archive": Source(
        "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
        f"{_TORONTO}cifar-100-python.tar.gz",
        300,
    ),
    "imdb.npz": Source(
        "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f", f"{_GOOGLE}imdb.npz", 50
    ),
    "imdb_word_index.json": Source(
        "bfafd718b763782e994055a2d397834f", f"{_GOOGLE}imdb_word_index.json", 5
    ),
    "reuters.npz": Source(
        "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
        f"{_GOOGLE}reuters.npz",
        10,
    ),
    "reuters_word_index.json": Source(
        "4d44cc38712099c9e383dc6e5f11a921", f"{_GOOGLE}reuters_word_index.json", 5
    ),
    # Keras has no hashes of these; they are those of the files that Zalando published.
    "train-images-idx3-ubyte.gz": Source(
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        f"{_GOOGLE}train-images-idx3-ubyte.gz",
        50,
        _FASHION,
    ),
    "train-labels-idx1-ubyte.gz": Source(
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        f"{_GOOGLE}train-labels-idx1-ubyte.gz",
        1,
        _FASHION,
    ),
    "t10k-images-idx3-ubyte.gz": Source(
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        f"{_GOOGLE}t10k-images-idx3-ubyte.gz",
        10,
        _FASHION,
    ),
    "t10k-labels-idx1-ubyte.gz": Source(
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        f"{_GOOGLE}t10k-labels-idx1-ubyte.gz",
        1,
        _FASHION,
    ),
}


def verified_path(name: str, path: str | PathLike[str] | None = None) -> str:
    """The path of a file, downloaded if needed, whose hash is that of its source.

    Args:
        name: a name in `SOURCES`.
        path: another name in the cache, or the path of a file outside it.
    """
    source = SOURCES[name]
    if path is not None and os.path.dirname(os.fspath(path)):
        path = os.path.expanduser(path)
        algorithm = "sha256" if len(source.hash) == 64 else "md5"
        if digest(path, algorithm) != source.hash:
            raise ValueError(
                f"load_data.path: got {shown(path)}, whose {algorithm} differs from "
                f"that of {source.origin}. Is it complete?"
            )
        return path
    return get_file(
        path or name,
        source.origin,
        file_hash=source.hash,
        cache_subdir=source.folder,
        max_bytes=source.megabytes * 1_000_000,
    )


class Unpickler(pickle.Unpickler):
    """Unpickles arrays, lists, dicts, strings and numbers, and nothing else.

    A pickle is a program that can call any function by name. Here only the names are known that
    NumPy needs for an array, so no file can run code.
    """

    _REBUILD = staticmethod(np.empty(0).__reduce__()[0])
    _KNOWN = {  # noqa: RUF012
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
        ("numpy.core.multiarray", "_reconstruct"): _REBUILD,
        ("numpy._core.multiarray", "_reconstruct"): _REBUILD,
    }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._KNOWN:
            raise pickle.UnpicklingError(
                f"the file refers to {module}.{name}, expected only arrays."
            )
        return self._KNOWN[module, name]


def arrays_of(path: str) -> dict[str, np.ndarray]:
    """The arrays in a `.npz` file.

    Arrays of objects (texts of different lengths) are pickled. They are read by `Unpickler`, which
    knows only arrays, and only from a file whose hash `verified_path` has checked.
    """
    found = {}
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            with archive.open(member) as file:
                found[member.removesuffix(".npy")] = _array(file)
    return found


def _array(file) -> np.ndarray:
    version = np.lib.format.read_magic(file)
    header = (
        np.lib.format.read_array_header_1_0
        if version == (1, 0)
        else np.lib.format.read_array_header_2_0
    )
    _, _, dtype = header(file)
    if dtype.hasobject:
        return Unpickler(file).load()
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)


def shuffled(rng: int | np.random.RandomState, *arrays: np.ndarray) -> list[np.ndarray]:
    """The arrays with their rows shuffled in the same order, by a seed or a generator."""
    order = np.arange(len(arrays[0]))
    if not isinstance(rng, np.random.RandomState):
        rng = np.random.RandomState(rng)
    rng.shuffle(order)
    return [array[order] for array in arrays]


def train_test_split(x: Any, y: Any, test_split: float) -> Any:
    """``(x_train, y_train), (x_test, y_test)``: the last rows are for testing."""
    if not 0 <= test_split < 1:
        raise ArgumentError(
            "load_data.test_split", f"got {shown(test_split)}, expected a number >= 0 and < 1."
        )
    kept = int(len(x) * (1 - test_split))
    return (x[:kept].copy(), y[:kept].copy()), (x[kept:].copy(), y[kept:].copy())
