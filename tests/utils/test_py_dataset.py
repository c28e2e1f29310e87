"""Custom data sets, windows, splits of arrays."""

import keras
import numpy as np
import pytest

from brickwork.layers import Dense
from brickwork.models import Sequential
from brickwork.utils import (
    PyDataset,
    Sequence,
    pack_x_y_sample_weight,
    pad_sequences,
    split_dataset,
    timeseries_dataset_from_array,
    unpack_x_y_sample_weight,
)

X = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
Y = X.sum(1, keepdims=True)


class Rows(PyDataset):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.begun = self.ended = 0

    def __getitem__(self, index):
        rows = slice(index * 4, index * 4 + 4)
        return X[rows], Y[rows]

    def on_epoch_begin(self):
        self.begun += 1

    def on_epoch_end(self):
        self.ended += 1


class Counted(Rows):
    def __len__(self):
        return 3


class Numbered(Rows):
    num_batches = 3


class Endless(Rows):
    num_batches = None

    def __getitem__(self, index):
        return super().__getitem__(index % 3)


class Old(Sequence):
    """Of Keras 2, which had no constructor to call."""

    __len__, __getitem__ = Counted.__len__, Rows.__getitem__

    def __init__(self):
        pass


def trained(data, **kwargs):
    model = Sequential([Dense(1, kernel_initializer="ones", input_shape=(3,))])
    model.compile("sgd", "mse")
    return model.fit(*data, epochs=2, shuffle=False, verbose=0, **kwargs).history["loss"], model


@pytest.mark.filterwarnings("ignore::brickwork.spelling.no_effect.NoEffectWarning")
@pytest.mark.parametrize(
    ("make", "kwargs"),
    [
        (lambda: Counted(workers=4, use_multiprocessing=True, max_queue_size=20), {}),
        (Numbered, {}),
        (Endless, {"steps_per_epoch": 3}),
        (Old, {}),
    ],
)
def test_fit_takes_a_data_set(make, kwargs):
    data = make()
    losses, model = trained([data], **kwargs)
    right, _ = trained([X, Y], batch_size=4)
    assert losses == right
    if not isinstance(data, Old):
        assert data.begun == (1 if isinstance(data, Endless) else 2)
    if not isinstance(data, Endless):
        assert model.predict(make(), verbose=0).shape == (12, 1)


def test_a_data_set_says_what_must_be_written():
    with pytest.raises(NotImplementedError, match="Rows must define __len__"):
        trained([Rows()])
    with pytest.raises(NotImplementedError, match="PyDataset must define __getitem__"):
        PyDataset()[0]


@pytest.mark.parametrize(
    ("data", "left", "right"),
    [(X, 0.75, None), (X, None, 3), ([X, Y], 0.5, 0.25), ((X, {"y": Y}), 4, 4)],
)
def test_split(data, left, right):
    first, second = split_dataset(data, left, right)
    parts = [part[0] if isinstance(part, list | tuple) else part for part in (first, second)]
    count = [round(n * 12) if isinstance(n, float) else n for n in (left, right)]
    count = [
        12 - count[1] if count[0] is None else count[0],
        12 - count[0] if count[1] is None else count[1],
    ]
    np.testing.assert_array_equal(parts[0], X[: count[0]])
    np.testing.assert_array_equal(parts[1], X[count[0] : sum(count)])
    assert type(first) is type(data)


def test_split_shuffles_rows_together():
    (x, y), (other, _) = split_dataset((X, Y), 0.5, shuffle=True, seed=1)
    np.testing.assert_array_equal(x.sum(1, keepdims=True), y)
    assert sorted(map(tuple, [*x, *other])) == sorted(map(tuple, X))
    assert (x != X[:6]).any()
    again, _ = split_dataset((X, Y), 0.5, shuffle=True, seed=1)
    np.testing.assert_array_equal(again[0], x)


def reference(data, targets, length, stride, rate, first, last):
    """The windows, one after the other."""
    windows, wanted = [], []
    for start in range(first, last, stride):
        steps = [start + i * rate for i in range(length)]
        if steps[-1] < last and (targets is None or start < len(targets)):
            windows.append([data[s] for s in steps])
            wanted.append(None if targets is None else targets[start])
    return np.array(windows), wanted


@pytest.mark.parametrize("targets", [None, np.arange(40.0) * 10, np.arange(11.0)])
@pytest.mark.parametrize(
    ("length", "stride", "rate", "part"),
    [(3, 1, 1, (None, None)), (4, 3, 2, (None, None)), (2, 2, 5, (3, 30)), (1, 1, 1, (None, 5))],
)
def test_windows(targets, length, stride, rate, part):
    data = np.arange(40.0)
    stream = timeseries_dataset_from_array(
        data, targets, length, stride, rate, batch_size=3, start_index=part[0], end_index=part[1]
    )
    batches = [stream[i] for i in range(len(stream))]
    right = reference(data, targets, length, stride, rate, part[0] or 0, part[1] or 40)
    xs = batches if targets is None else [x for x, _ in batches]
    np.testing.assert_array_equal(np.concatenate(xs), right[0])
    if targets is not None:
        np.testing.assert_array_equal(np.concatenate([y for _, y in batches]), right[1])
    assert all(len(x) == 3 for x in xs[:-1])


def test_windows_are_trained_on_and_shuffled():
    series = np.sin(np.arange(60) / 5).astype("float32")
    stream = timeseries_dataset_from_array(
        series[:-4], series[4:], 4, batch_size=8, shuffle=True, seed=1
    )
    model = Sequential([Dense(8, activation="tanh", input_shape=(4,)), Dense(1)])
    model.compile("adam", "mse")
    losses = model.fit(stream, epochs=20, verbose=0).history["loss"]
    assert losses[-1] < losses[0] / 2
    first = np.concatenate([x for x, _ in (stream[i] for i in range(len(stream)))])
    plain = timeseries_dataset_from_array(series[:-4], None, 4, batch_size=None)
    assert plain[5].shape == (4,) and len(plain) == len(first)
    assert sorted(map(tuple, first)) == sorted(tuple(plain[i]) for i in range(len(plain)))
    assert (first[:3] != np.array([plain[i] for i in range(3)])).any()


@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"maxlen": 3},
        {"maxlen": 2, "padding": "post", "truncating": "post", "value": 9, "dtype": "float32"},
        {"maxlen": 2, "truncating": "post"},
    ],
)
def test_pad_sequences(kwargs):
    for rows in ([[1, 2, 3], [4], [], [5, 6, 7, 8]], [[[1, 2], [3, 4]], [[5, 6]]]):
        ours, theirs = pad_sequences(rows, **kwargs), keras.utils.pad_sequences(rows, **kwargs)
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)


def test_packing_is_keras_s():
    for args in ((X,), (X, Y), (X, Y, Y), ([1, 2],), ((1, 2),)):
        ours, theirs = pack_x_y_sample_weight(*args), keras.utils.pack_x_y_sample_weight(*args)
        assert str(ours) == str(theirs)
        assert str(unpack_x_y_sample_weight(ours)) == str(
            keras.utils.unpack_x_y_sample_weight(theirs)
        )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: split_dataset(X), "expected left_size or right_size"),
        (lambda: split_dataset(X, 0.8, 0.3), "got 10 and 4 rows of 12"),
        (lambda: split_dataset(X, 1.5), "left_size: got 1.5"),
        (lambda: split_dataset((X, Y[:3]), 2), r"arrays of \[3, 12\] rows"),
        (lambda: split_dataset(Counted(), 2), "a stream cannot be split"),
        (lambda: timeseries_dataset_from_array(X, None, 13), "sequence_length: got 13"),
        (lambda: timeseries_dataset_from_array(X, None, 3, 0), "sequence_stride: got 0"),
        (
            lambda: timeseries_dataset_from_array(X, None, 3, end_index=99),
            "expected a part of the 12",
        ),
        (lambda: pad_sequences([1, 2]), "expected a list of lists"),
        (lambda: pad_sequences([[1]], padding="front"), "padding: got 'front'"),
        (lambda: unpack_x_y_sample_weight((1, 2, 3, 4)), "got a tuple of 4"),
    ],
)
def test_what_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
