"""Data that fit, evaluate and predict read batch by batch give what plain arrays give, to the bit,
and are never copied whole."""

import tracemalloc
import warnings
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import brickwork
from brickwork import training
from brickwork.data import facts, windows
from brickwork.layers import Dense, Input
from brickwork.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(70, 6)) * (rng.random((70, 6)) < 0.3)
Y = rng.integers(0, 3, 70)
W = rng.random(70)
OPTIONS = {
    "plain": {},
    "in order": {"shuffle": False},
    "a split": {"validation_split": 0.2},
    "shuffled split": {"validation_split": 0.2, "split": "shuffle"},
    "stratified split": {"validation_split": 0.2, "split": "stratify"},
    "weights": {"sample_weight": W},
    "class weights": {"class_weight": {0: 1, 1: 2, 2: 0.5}},
    "steps": {"steps_per_epoch": 5},
    "last batch": {"last_batch": "drop"},
    "one batch": {"batch_size": 100},
}


def small(width=6, units=3):
    brickwork.utils.set_random_seed(3)
    model = Sequential(
        [Input((width,)), Dense(5, activation="tanh"), Dense(units, activation="softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
    return model


def outcome(x, y=Y, **options):
    model = small()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", brickwork.data.DataWarning)
        history = model.fit(x, y, **{"epochs": 3, "batch_size": 16, "verbose": 0} | options).history
    return (
        history,
        [w.tobytes() for w in model.get_weights()],
        model.evaluate(x, y, batch_size=9, verbose=0),
        model.predict(x, batch_size=9, verbose=0).tobytes(),
        model.predict_on_batch(x).tobytes(),
        model.train_on_batch(x, y),
    )


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_sparse_data_are_what_they_stand_for(options):
    plain = outcome(X, **options)
    assert outcome(sparse.csr_matrix(X), **options) == plain
    assert outcome(sparse.csc_array(X), **options) == plain


def with_indices(matrix, **parts):
    """A matrix with these as its data, indices or indptr."""
    own = {name: getattr(matrix, name).copy() for name in ("data", "indices", "indptr")} | parts
    made = sparse.csr_matrix(matrix.shape)
    for name, value in own.items():
        setattr(made, name, value)
    return made


def scattered(matrix):
    """The same numbers, each in two halves and in falling order of columns."""
    double = with_indices(
        matrix,
        data=matrix.data.repeat(2) / 2,
        indptr=matrix.indptr * 2,
        indices=matrix.indices.repeat(2),
    )
    for start, stop in zip(double.indptr, double.indptr[1:], strict=False):
        for part in (double.data, double.indices):
            part[start:stop] = part[start:stop][::-1].copy()
    return double


@pytest.mark.parametrize("kind", ["float32", "float64", "int16"])
def test_the_engine_takes_sparse_rows_itself(kind, monkeypatch):
    plain = (X * 4).astype(kind)
    held = sparse.csr_matrix(plain)
    wide = with_indices(
        held, indices=held.indices.astype("int64"), indptr=held.indptr.astype("int64")
    )
    monkeypatch.setattr(training, "StreamFitting", None)
    monkeypatch.setattr(training, "StreamTest", None)
    for options in (OPTIONS["plain"], OPTIONS["a split"], {"last_batch": "scale"}):
        wanted = outcome(plain, **options)
        assert outcome(held, **options) == outcome(wide, **options) == wanted
        assert outcome(wide[::1], **options) == wanted
        if kind != "int16":
            assert outcome(scattered(held), **options) == wanted


def test_numbers_put_twice_into_a_matrix_that_was_looked_at():
    held = sparse.csr_matrix(X)
    assert held.has_canonical_format  # which it caches
    row = int(np.argmax(np.diff(held.indptr) > 1))
    held.indices[held.indptr[row]] = held.indices[held.indptr[row] + 1]
    plain = np.zeros_like(X)
    np.add.at(plain, (np.repeat(np.arange(70), np.diff(held.indptr)), held.indices), held.data)
    assert outcome(held) == outcome(plain)


@pytest.mark.parametrize(
    "parts",
    [
        {"indices": np.full(3, 6, "int32")},
        {"indices": np.full(3, -1, "int32")},
        {"indptr": np.int32([0, 2, 1, 3])},
        {"indptr": np.int32([0, 1, 2, 9])},
    ],
)
@pytest.mark.parametrize("method", ["fit", "evaluate", "predict"])
def test_a_broken_matrix_is_refused(parts, method):
    held = with_indices(sparse.csr_matrix(np.eye(3, 6)), **parts)
    with pytest.raises(ValueError, match=rf"{method}.x: got a broken sparse matrix .* \(3, 6\)"):
        getattr(small(), method)(held, *([[0, 1, 2]] if method != "predict" else []))


def test_sparse_validation_and_streams():
    held = sparse.csr_matrix(X)
    ours, theirs = (outcome(X, validation_data=(x, Y)) for x in (held, X))
    assert ours == theirs

    class Batches:
        def __init__(self, x):
            self.x = x

        def __iter__(self):
            return ((self.x[i : i + 16], Y[i : i + 16]) for i in range(0, 70, 16))

    results = [small().fit(Batches(x), epochs=2, verbose=0).history for x in (held, X)]
    assert results[0] == results[1]


def test_sparse_targets(monkeypatch):
    """An autoencoder: x and y are the same matrix."""

    def coded(x):
        brickwork.utils.set_random_seed(3)
        model = Sequential([Dense(3, input_dim=6), Dense(6)])
        model.compile("sgd", "mse")
        return model.fit(x, x, epochs=2, validation_split=0.2, verbose=0).history

    wanted = coded(X)
    assert coded(sparse.csr_matrix(X)) == wanted
    monkeypatch.setattr(facts, "LARGE", 1000)
    assert coded(sparse.csr_matrix(X)) == wanted
    spoiled = sparse.csr_matrix(np.where(X == X[65].max(), np.inf, X))
    with pytest.raises(ValueError, match=r"validation_data\[0\] of batch"):
        coded(spoiled)


def test_a_large_table(monkeypatch):
    frame = pd.DataFrame({f"c{i}": X[:, i].astype("float32" if i % 2 else float) for i in range(6)})
    plain = [
        outcome(np.column_stack([frame[c] for c in frame]), **options)
        for options in ({}, OPTIONS["a split"])
    ]
    monkeypatch.setattr(facts, "LARGE", 1000)
    assert [outcome(frame, **options) for options in ({}, OPTIONS["a split"])] == plain


ROWS, WIDTH = 400, 5000
DENSE = ROWS * WIDTH * 8  # 16 MB


def peak(function):
    """The most bytes that a call allocated in Python and NumPy."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def frames(library):
    module = import_module(library)
    column = np.zeros(10 * ROWS)
    table = {f"c{i}": column for i in range(WIDTH // 100)}
    return (module.table if library == "pyarrow" else module.DataFrame)(table)


def mapped(path):
    np.save(path / "x.npy", np.zeros((ROWS, WIDTH)))
    return np.load(path / "x.npy", mmap_mode="r")


@pytest.mark.parametrize(
    "make",
    [
        lambda path: np.zeros((ROWS, WIDTH)),
        lambda path: np.asfortranarray(np.zeros((ROWS, WIDTH))),
        mapped,
        lambda path: pd.DataFrame(np.zeros((ROWS, WIDTH))),
        lambda path: sparse.random(ROWS, WIDTH, 0.001, "csr", rng=0),
        lambda path: sparse.random(ROWS, WIDTH, 0.001, "csc", rng=0),
    ],
    ids=["array", "Fortran", "memory map", "pandas", "CSR", "CSC"],
)
def test_nothing_is_copied_whole(make, tmp_path):
    x, y = make(tmp_path), np.arange(ROWS) % 3
    model = small(WIDTH)
    model.fit(x[:32], y[:32], verbose=0)  # what is made once
    for call in (
        lambda: model.fit(x, y, epochs=2, validation_split=0.2, verbose=0),
        lambda: model.evaluate(x, y, verbose=0),
        lambda: model.predict(x, verbose=0),
    ):
        assert peak(call) < DENSE / 5


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
def test_a_large_table_is_not_copied_whole(library, monkeypatch):
    x = frames(library)
    monkeypatch.setattr(facts, "LARGE", DENSE / 20)
    monkeypatch.setattr(windows, "WINDOW", DENSE // 400)
    model = small(WIDTH // 100)
    model.predict(np.zeros((32, WIDTH // 100)), verbose=0)
    assert peak(lambda: model.predict(x, verbose=0)) < DENSE / 50


class Batches(brickwork.utils.PyDataset):
    def __len__(self):
        return 5

    def __getitem__(self, index):
        rows = slice(16 * index, 16 * index + 16)
        return sparse.csr_matrix(X[rows]), Y[rows]


@pytest.mark.filterwarnings("ignore::brickwork.spelling.no_effect.NoEffectWarning")
def test_a_dataset_with_workers():
    ours, theirs = small(), small()
    got = ours.fit(
        Batches(workers=4, use_multiprocessing=True, max_queue_size=3),
        epochs=2,
        shuffle=False,
        verbose=0,
    ).history
    assert got == theirs.fit(X, Y, batch_size=16, epochs=2, shuffle=False, verbose=0).history
    assert np.array_equal(ours.predict(Batches(), verbose=0), theirs.predict(X, verbose=0))


# Torch's and TensorFlow's, as they show themselves


class Tensor:
    """What NumPy cannot read before it is detached from its graph and brought home."""

    dtype, layout = "torch.float32", "torch.strided"

    def __init__(self, values, read=False):
        self.values, self.read, self.shape, self.ndim = values, read, values.shape, values.ndim

    def detach(self):
        return self

    def cpu(self):
        return Tensor(self.values, read=True)

    def __array__(self, dtype=None, copy=None):
        if not self.read:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        return self.values


class Brain(Tensor):
    """Of bfloat16, which NumPy has not."""

    dtype = "torch.bfloat16"

    def cpu(self):
        return self

    def float(self):
        return Tensor(self.values, read=True)


class Scattered(Brain):
    """A sparse one."""

    dtype, layout = "torch.float32", "torch.sparse_coo"

    def to_dense(self):
        return Tensor(self.values, read=True)


@pytest.mark.parametrize("kind", [Tensor, Brain, Scattered])
def test_tensors(kind):
    assert outcome(kind(X), Tensor(Y)) == outcome(X)


class DataLoader:
    """A batch is a list of tensors; there is a length, but no asking for a batch."""

    def __init__(self, *parts, size=16):
        self.parts, self.size = parts, size

    def __len__(self):
        return -(-len(self.parts[0]) // self.size)

    def __iter__(self):
        for i in range(0, len(self.parts[0]), self.size):
            yield [Tensor(p[i : i + self.size]) for p in self.parts]


class Dataset:
    """One row at a time."""

    def __len__(self):
        return 70

    def __getitem__(self, row):
        return Tensor(X[row]), Tensor(Y[row])


DataLoader.__module__ = "torch.utils.data.dataloader"
Dataset.__module__ = "torch.utils.data.dataset"


def test_a_loader_of_torch():
    ours, theirs = small(), small()
    got = ours.fit(
        DataLoader(X, Y, W), epochs=2, verbose=0, validation_data=DataLoader(X, Y)
    ).history
    assert (
        got
        == theirs.fit(
            X,
            Y,
            sample_weight=W,
            batch_size=16,
            epochs=2,
            shuffle=False,
            verbose=0,
            validation_data=(X, Y),
            validation_batch_size=16,
        ).history
    )
    assert ours.evaluate(DataLoader(X, Y), verbose=0) == theirs.evaluate(X, Y, 16, verbose=0)
    for loader in (DataLoader(X), DataLoader(X, Y)):
        assert np.array_equal(ours.predict(loader, verbose=0), theirs.predict(X, verbose=0))
    with pytest.raises(TypeError, match=r"of single rows.*DataLoader"):
        ours.fit(Dataset(), verbose=0)
    with pytest.raises(ValueError, match=r"y of batch 1: got a single number.*batches of rows"):
        ours.fit(iter([(X[0], Y[0])]), verbose=0)


class Data:
    """A dataset of TensorFlow: returns NumPy arrays on request, may not know its length."""

    def __init__(self, known=True):
        self.known = known

    def __len__(self):
        if not self.known:
            raise TypeError("The dataset length is unknown.")
        return 5

    def __iter__(self):
        raise AssertionError("gives tensors, which cost more")

    def as_numpy_iterator(self):
        return ((X[i : i + 16], Y[i : i + 16]) for i in range(0, 70, 16))


Data.__module__ = "tensorflow.python.data.ops.batch_op"


@pytest.mark.parametrize("known", [True, False])
def test_a_dataset_of_tensorflow(known):
    ours, theirs = small(), small()
    got = ours.fit(Data(known), epochs=2, verbose=0).history
    assert got == theirs.fit(X, Y, batch_size=16, epochs=2, shuffle=False, verbose=0).history
    assert np.array_equal(ours.predict(Data(known), verbose=0), theirs.predict(X, verbose=0))
    with pytest.raises(TypeError, match=r"to_tensor\(\)"):
        ours.predict(type("RaggedTensor", (), {"to_tensor": None})())


def test_double_precision_on_the_short_way():
    """A small array of float64 is predicted as one of float32 from the second call on, and what is
    too large is refused as in the first, without a warning of NumPy's."""
    model = Sequential([Input((6,)), Dense(3, activation="relu"), Dense(1)])
    first, rows = model.predict(X[:5]), X[:5]
    np.testing.assert_array_equal(model.predict(rows), first)
    np.testing.assert_array_equal(model.predict(rows.astype("float32")), first)
    with warnings.catch_warnings(), pytest.raises(ValueError, match="too large for float32"):
        warnings.simplefilter("error")
        model.predict(np.where(rows == rows.max(), 1e39, rows))
    double = Sequential([Input((6,)), Dense(1, dtype="float64")])
    precise = double.predict(rows)
    np.testing.assert_array_equal(double.predict(rows), precise)
    assert precise.dtype == "float64"
