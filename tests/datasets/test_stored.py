"""Keras's data sets, read from small files of the same layout, and as Keras reads them."""

import gzip
import hashlib
import inspect
import io
import json
import pickle
import struct
import tarfile
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from keras_oracle import keras

from brickwork import config, datasets
from brickwork.datasets import stored
from brickwork.dialects import DialectWarning
from brickwork.spelling.translation import repeat_warnings
from brickwork.utils import download

NAMES = [name for name in datasets.__all__ if name != "pima"]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache folder, and no net."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(download, "open_https", lambda origin: pytest.fail("used the network"))
    return tmp_path / "datasets"


@pytest.fixture
def put(cache, monkeypatch):
    """Puts a file into the cache, for the one that is meant; Keras is shown it too."""

    def place(name, content):
        source = stored.SOURCES[name]
        path = cache.parent / source.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        digest = hashlib.new("sha256" if len(source.hash) == 64 else "md5", content).hexdigest()
        monkeypatch.setitem(stored.SOURCES, name, replace(source, hash=digest))
        return str(path)

    return place


def theirs(monkeypatch, name, *paths):
    """Keras's module, which gets these paths instead of downloading."""
    module = import_module(f"keras.src.datasets.{name}")
    given = iter(paths)
    monkeypatch.setattr(module, "get_file", lambda *args, **kwargs: next(given))
    return module


def same(ours, wanted):
    for part, other in zip(ours, wanted, strict=True):
        for a, b in zip(part, other, strict=True):
            assert isinstance(a, np.ndarray) and a.dtype == b.dtype
            np.testing.assert_array_equal(a, b)


def npz(**arrays):
    held = io.BytesIO()
    np.savez_compressed(held, **arrays)
    return held.getvalue()


rng = np.random.default_rng(0)


@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_keras_s(name):
    ours, wanted = getattr(datasets, name), getattr(keras.datasets, name)
    for function in ("load_data", "get_word_index", "get_label_names"):
        assert hasattr(ours, function) == hasattr(wanted, function)
        if hasattr(ours, function):
            got, keras_s = (
                [
                    p.replace(annotation=p.empty)
                    for p in inspect.signature(getattr(m, function)).parameters.values()
                ]
                for m in (ours, wanted)
            )
            assert got == [p for p in keras_s if p.kind != p.VAR_KEYWORD]


def test_hashes_are_those_that_keras_pins():
    pinned = {name: source for name, source in stored.SOURCES.items() if "ubyte" not in name}
    text = "".join(inspect.getsource(import_module(f"keras.src.datasets.{name}")) for name in NAMES)
    for name, source in pinned.items():
        assert source.hash in text and source.origin.rpartition("/")[2] in text, name
    assert "train-images-idx3-ubyte.gz" in text
    assert all(source.origin.startswith("https://") for source in stored.SOURCES.values())


def test_mnist(put, monkeypatch):
    arrays = {
        "x_train": rng.integers(0, 256, (5, 28, 28), np.uint8),
        "y_train": np.arange(5.0),
        "x_test": rng.integers(0, 256, (2, 28, 28), np.uint8),
        "y_test": np.arange(2),
    }
    path = put("mnist.npz", npz(**arrays))
    same(datasets.mnist.load_data(), theirs(monkeypatch, "mnist", path).load_data())
    same(datasets.mnist.load_data(path), datasets.mnist.load_data())


def test_a_file_elsewhere_must_be_the_one_that_is_meant(put, tmp_path):
    (tmp_path / "other.npz").write_bytes(npz(x_train=[1]))
    put("mnist.npz", npz(x_train=[2]))
    with pytest.raises(ValueError, match=r"load_data\.path: .*Is it complete"):
        datasets.mnist.load_data(str(tmp_path / "other.npz"))


def test_without_a_net_it_is_said_where_to_put_the_file(monkeypatch, cache, capsys):
    def nowhere(origin):
        raise download.URLError("Name or service not known")

    monkeypatch.setattr(download, "open_https", nowhere)
    with pytest.raises(OSError, match=f"Name or service not known. Save it as {cache}/mnist.npz"):
        datasets.mnist.load_data()


def test_fashion_mnist(put, monkeypatch):
    def idx(array):
        header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
        return gzip.compress(header + array.tobytes())

    paths = []
    for part, rows in (("train", 4), ("t10k", 3)):
        paths.append(put(f"{part}-labels-idx1-ubyte.gz", idx(np.arange(rows, dtype="u1"))))
        images = rng.integers(0, 256, (rows, 28, 28), np.uint8)
        paths.append(put(f"{part}-images-idx3-ubyte.gz", idx(images)))
    assert "fashion-mnist" in paths[0]
    same(
        datasets.fashion_mnist.load_data(), theirs(monkeypatch, "fashion_mnist", *paths).load_data()
    )


@pytest.mark.parametrize("name", ["boston_housing", "california_housing"])
@pytest.mark.parametrize(
    "arguments", [{}, {"test_split": 0.5, "seed": 3}, {"test_split": 0}, {"version": "small"}]
)
def test_houses(put, monkeypatch, name, arguments):
    path = put(f"{name}.npz", npz(x=rng.normal(size=(700, 3)), y=np.arange(700.0)))
    if name == "boston_housing":
        arguments = {k: v for k, v in arguments.items() if k != "version"}
    ours = getattr(datasets, name)
    same(ours.load_data(**arguments), theirs(monkeypatch, name, path).load_data(**arguments))
    with pytest.raises(ValueError, match=r"test_split: got 1\.5"):
        ours.load_data(test_split=1.5)
    with pytest.raises(ValueError, match="expected 'small'"):
        datasets.california_housing.load_data("big")


class Python2(pickle._Pickler):
    """Pickles bytes as the texts of Python 2, which CIFAR's files are of."""

    dispatch = pickle._Pickler.dispatch.copy()

    def save_bytes(self, value):
        self.write(pickle.BINSTRING + struct.pack("<i", len(value)) + value)
        self.memoize(value)

    dispatch[bytes] = save_bytes


def pickled(content):
    held = io.BytesIO()
    Python2(held, 2).dump(content)
    return held.getvalue()


def cifar(folder, batches):
    """An archive like CIFAR's."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for name, content in {**batches, "readme.html": {}}.items():
            data = pickled(content)
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return held.getvalue()


def batch(rows, *labels):
    made = {b"data": rng.integers(0, 256, (rows, 3072), np.uint8), b"filenames": [b"a.png"] * rows}
    return made | {name: rng.integers(0, 10, rows).tolist() for name in labels}


def test_cifar10(put):
    made = {f"data_batch_{i}": batch(2, b"labels") for i in range(1, 6)}
    made["test_batch"] = batch(3, b"labels")
    put("cifar-10-batches-py-target_archive", cifar("cifar-10-batches-py", made))
    (x, y), (x_test, y_test) = datasets.cifar10.load_data()
    assert x.shape == (10, 32, 32, 3) and y.shape == (10, 1) and x_test.shape == (3, 32, 32, 3)
    assert x.dtype == y.dtype == x_test.dtype == y_test.dtype == np.uint8
    picture = made["data_batch_2"][b"data"][1].reshape(3, 32, 32)
    assert np.array_equal(x[3], np.stack(list(picture), axis=-1))
    assert y[2:4, 0].tolist() == made["data_batch_2"][b"labels"]
    assert y_test[:, 0].tolist() == made["test_batch"][b"labels"]


@pytest.mark.parametrize("label_mode", ["fine", "coarse"])
def test_cifar100(put, monkeypatch, tmp_path, label_mode):
    made = {
        part: batch(rows, b"fine_labels", b"coarse_labels")
        for part, rows in (("train", 4), ("test", 3))
    }
    path = put("cifar-100-python-target_archive", cifar("cifar-100-python", made))
    with tarfile.open(path) as archive:
        filtered = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # 3.11.4
        archive.extractall(tmp_path / "unpacked", **filtered)
    same(
        datasets.cifar100.load_data(label_mode),
        theirs(monkeypatch, "cifar100", str(tmp_path / "unpacked")).load_data(label_mode),
    )
    try:
        config.set_image_data_format("channels_first")
        assert datasets.cifar100.load_data()[0][0].shape == (4, 3, 32, 32)
    finally:
        config.set_image_data_format("channels_last")
    with pytest.raises(ValueError, match="expected 'fine' or 'coarse'"):
        datasets.cifar100.load_data("rough")


def words(rows):
    texts = np.empty(rows, object)
    texts[:] = [rng.integers(1, 60, rng.integers(1, 9)).tolist() for _ in range(rows)]
    return texts


WORDINGS = [
    {},
    {"num_words": 20},
    {"num_words": 20, "skip_top": 5, "oov_char": None},
    {"start_char": None},
    {"start_char": None, "index_from": 0},
    {"maxlen": 6, "seed": 5},
    {"start_char": 7, "oov_char": 9, "index_from": 10, "skip_top": 15},
]


@pytest.mark.parametrize("arguments", WORDINGS, ids=str)
@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_texts(put, monkeypatch, name, arguments):
    parts = (
        {"x": words(50), "y": rng.integers(0, 46, 50)}
        if name == "reuters"
        else {
            f"{a}_{b}": words(30) if a == "x" else rng.integers(0, 2, 30)
            for a in "xy"
            for b in ("train", "test")
        }
    )
    path = put(f"{name}.npz", npz(**parts))
    ours = getattr(datasets, name).load_data(**arguments)
    wanted = theirs(monkeypatch, name, path).load_data(**arguments)
    same(ours, wanted)
    assert all(type(text) is list for text in ours[0][0])


def test_no_text_is_short_enough(put):
    put("reuters.npz", npz(x=words(5), y=np.arange(5)))
    with pytest.raises(ValueError, match="no text is shorter"):
        datasets.reuters.load_data(maxlen=1)


def test_older_words(put):
    put("reuters.npz", npz(x=words(50), y=np.arange(50)))
    repeat_warnings()
    with pytest.warns(DialectWarning, match="nb_words is num_words"):
        (x, _), _ = datasets.reuters.load_data(nb_words=9)
    assert max(map(max, x)) == 8
    with pytest.raises(TypeError):
        datasets.imdb.load_data(words=9)


@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_word_index(put, name):
    put(f"{name}_word_index.json", json.dumps({"the": 1, "naïve": 2}).encode())
    assert getattr(datasets, name).get_word_index() == {"the": 1, "naïve": 2}


def test_topics():
    assert datasets.reuters.get_label_names() == keras.datasets.reuters.get_label_names()


class Evil:
    """Would run when it is unpickled."""

    def __reduce__(self):
        return (print, ("pwned",))


@pytest.mark.parametrize(
    "content",
    [Evil(), [Evil()], {b"data": Evil()}, eval],
    ids=["alone", "in a list", "in a dict", "a function"],
)
@pytest.mark.parametrize("protocol", [2, 5])
def test_a_pickle_runs_nothing(put, content, protocol, capsys):
    """Though it had the right hash."""
    if isinstance(content, Evil):
        objects = np.empty(1, object)
        objects[0] = content
        put("reuters.npz", npz(x=objects, y=np.arange(1)))
        with pytest.raises(pickle.UnpicklingError, match="only arrays"):
            datasets.reuters.load_data()
    with pytest.raises(pickle.UnpicklingError, match="only arrays"):
        stored.Unpickler(io.BytesIO(pickle.dumps(content, protocol))).load()
    assert capsys.readouterr().out == ""


def test_a_file_with_another_hash_is_not_opened(put, cache, monkeypatch):
    """Neither unpickled nor read: it is downloaded again."""
    put("reuters.npz", npz(x=words(5), y=np.arange(5)))
    (cache / "reuters.npz").write_bytes(npz(x=words(6), y=np.arange(6)))
    monkeypatch.setattr(stored, "Unpickler", None)
    with pytest.raises(pytest.fail.Exception, match="used the network"):
        datasets.reuters.load_data()


def test_nothing_else_is_there():
    assert set(datasets.__all__) <= set(dir(datasets))
    with pytest.raises(AttributeError, match="no attribute 'minst'"):
        datasets.minst  # noqa: B018
