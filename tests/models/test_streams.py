"""Batches that come from outside: generators and datasets, and epochs of some steps."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from keras_oracle import floatx, keras
from small_models import X, Y, build, same

import brickwork


@pytest.fixture(autouse=True)
def doubles():
    with floatx("float64"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # JAX's arrays under NumPy 2
        yield


def endless(size=10):
    while True:
        for i in range(0, 30, size):
            yield X[i : i + size], Y[i : i + size]


def dataset(library):
    class Rows(library.utils.PyDataset if library is keras else object):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            rows = slice(10 * index, 10 * index + 10)
            return X[rows], Y[rows], np.full(10, 0.5 + index)

    return Rows()


def stream_results(library):
    model = build(library)
    more = {"verbose": 0, "shuffle": False}
    yield model.fit(endless(), steps_per_epoch=3, epochs=2, **more).history
    # One epoch: Keras begins each validation with the generator's first two batches again.
    yield model.fit(
        endless(), steps_per_epoch=2, validation_data=endless(6), validation_steps=4, **more
    ).history
    yield model.fit(X, Y, batch_size=15, epochs=2, validation_data=dataset(library), **more).history
    yield model.fit(dataset(library), epochs=2, validation_data=(X, Y), **more).history
    yield model.fit(dataset(library), steps_per_epoch=2, epochs=4, **more).history
    yield model.fit((b for b in [(X, Y), (X[:5], Y[:5])]), **more).history
    yield model.evaluate(endless(), steps=4, verbose=0)
    yield model.evaluate(dataset(library), verbose=0, return_dict=True)
    yield model.predict(endless(), steps=2, verbose=0)
    yield model.predict(dataset(library), verbose=0)


def test_streams():
    results = [[*stream_results(library)] for library in (brickwork, keras)]
    assert len(results[0]) == 10
    for ours, theirs in zip(*results, strict=True):
        same(ours, theirs)


class Counted:
    """A dataset that says when its epochs begin and end."""

    def __init__(self):
        self.said = []

    def __len__(self):
        return 3

    def __getitem__(self, index):
        self.said.append(index)
        return X[index::3], Y[index::3]

    def on_epoch_begin(self):
        self.said.append("begin")

    def on_epoch_end(self):
        self.said.append("end")


def test_a_dataset_s_epoch_hooks_are_called():
    data, model = Counted(), build(brickwork)
    model.fit(data, epochs=2, shuffle=False, verbose=0)
    assert data.said == ["begin", 0, 1, 2, "end"] * 2
    data.said.clear()
    model.fit(data, epochs=8, verbose=0)
    orders = {tuple(data.said[i + 1 : i + 4]) for i in range(0, len(data.said), 5)}
    assert all(sorted(o) == [0, 1, 2] for o in orders) and len(orders) > 1


def test_a_generator_that_ends():
    """The epoch ends with it; it warns once of missing steps, and all results are kept."""
    brickwork.data.forget_warnings()
    model = build(brickwork)
    with pytest.warns(UserWarning, match="gave 2 of the 3 batches of epoch 2"):
        history = model.fit(iter([(X, Y)] * 5), steps_per_epoch=3, epochs=2, verbose=0)
    assert history.epoch == [0, 1] and int(model.optimizer.iterations.numpy()) == 5
    with pytest.warns(UserWarning, match="no batch in epoch 2; training ends here"):
        assert model.fit(iter([(X, Y)] * 5), epochs=9, verbose=0).epoch == [0]
    with pytest.raises(ValueError, match="no batch"):
        model.fit(iter([]), verbose=0)


def test_epochs_end_with_the_data():
    """10 batches in epochs of 4: 4, 4, 2, and the data begin again; batch by batch too."""

    def steps(x, **options):
        seen = []
        hook = brickwork.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, logs: seen.append(0),
            on_train_batch_end=lambda batch, logs: seen.__setitem__(-1, batch + 1),
        )
        build(brickwork).fit(x, verbose=0, steps_per_epoch=4, epochs=5, callbacks=[hook], **options)
        return seen

    class Ten:
        def __iter__(self):
            return iter([(X[i : i + 3], Y[i : i + 3]) for i in range(0, 30, 3)])

    brickwork.data.forget_warnings()
    with pytest.warns(
        UserWarning,
        match="4 of 10 batches of 3 rows, .* One epoch in 3 ends with the data, after 2.",
    ):
        assert steps(X, y=Y, batch_size=3) == [4, 4, 2, 4, 4]
    with pytest.warns(UserWarning, match="gave 2 of the 4 batches of epoch 3"):
        assert steps(Ten()) == [4, 4, 2, 4, 4]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        build(brickwork).fit(X, Y, batch_size=3, steps_per_epoch=4, epochs=2, verbose=0)


def test_no_more_of_a_generator_is_read_than_is_used():
    taken = []

    def counting():
        for item in endless():
            taken.append(1)
            yield item

    model = build(brickwork)
    model.fit(counting(), steps_per_epoch=2, epochs=2, verbose=0)
    model.evaluate(counting(), steps=2, verbose=0)
    model.predict(counting(), steps=2, verbose=0)
    assert len(taken) == 8


@pytest.mark.parametrize("kind", [list, tuple, dict])
def test_a_subclass_of_several_inputs_is_built_by_a_stream_s_first_batch(kind):
    class Product(brickwork.Model):
        def __init__(self):
            super().__init__()
            self.dense = brickwork.layers.Dense(1, kernel_initializer="ones")

        def call(self, xs):
            a, b = (xs["a"], xs["b"]) if isinstance(xs, dict) else xs
            return self.dense(a) * b

    a, b = np.full((4, 3), 2.0, "float32"), np.full((4, 1), 3.0, "float32")
    x = {"a": a, "b": b} if kind is dict else kind([a, b])

    def batches():
        while True:
            yield x, np.zeros((4, 1), "float32")

    model = Product()
    model.compile("sgd", "mse")
    history = model.fit(batches(), steps_per_epoch=1, verbose=0).history
    assert history["loss"] == [pytest.approx(18.0**2)]
