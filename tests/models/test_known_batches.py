"""Batches of a known kind take a short way. It gives the same numbers as the long one, lets nothing
pass that the long one refuses, and sees every change."""

import numpy as np
import pytest

import brickwork
from brickwork import Sequential, callbacks, layers, optimizers, training
from brickwork.data import DataWarning
from brickwork.layers import calling
from brickwork.training import known_steps, streaming
from brickwork.utils import PyDataset

RNG = np.random.default_rng(0)
X = RNG.normal(size=(10, 4)).astype("float32")
CLASSES = np.arange(10) % 3
TARGETS = {
    "mse": RNG.normal(size=(10, 3)),
    "mae": RNG.normal(size=(10, 3)).astype("float32"),
    "mape": RNG.normal(size=(10, 3)) + 5,
    "msle": RNG.random((10, 3)),
    "hinge": np.where(RNG.random((10, 3)) < 0.5, -1.0, 1.0),
    "squared_hinge": (RNG.random((10, 3)) < 0.5).astype("float32"),
    "binary_crossentropy": RNG.random((10, 3)),
    "categorical_crossentropy": np.eye(3, dtype="float32")[CLASSES],
    "kl_divergence": np.full((10, 3), 1 / 3),
    "poisson": RNG.integers(0, 5, (10, 3)),
    "sparse_categorical_crossentropy": CLASSES,
}


def build(loss="mse", metrics=(), seed=1, **options):
    brickwork.utils.set_random_seed(seed)
    last = "softmax" if "categorical" in loss or loss == "kl_divergence" else "sigmoid"
    last = "tanh" if "hinge" in loss else last
    model = Sequential(
        [
            layers.Input((4,)),
            layers.Dense(5, "relu"),
            layers.Dropout(0.2, seed=3),
            layers.BatchNormalization(),
            layers.Dense(3, last),
        ]
    )
    model.compile(optimizers.Adam(0.01), loss, metrics=list(metrics), **options)
    return model


@pytest.fixture
def short(monkeypatch):
    """The batches that took the short way; `short.off` closes it."""

    class Way(list):
        off = False

    way, run = Way(), known_steps.KnownStep.run
    monkeypatch.setattr(
        known_steps.KnownStep, "run", lambda self, *a: way.append(1) or run(self, *a)
    )
    ask = known_steps.known_step
    monkeypatch.setattr(training, "known_step", lambda *a: None if way.off else ask(*a))
    return way


@pytest.mark.parametrize("loss", TARGETS)
def test_both_ways_give_the_same(loss, short):
    y = TARGETS[loss]
    ways = []
    for off in (False, True):
        short.off = off
        del short[:]
        model = build(loss, ["mae"] if loss != "sparse_categorical_crossentropy" else ["accuracy"])
        seen = [model.train_on_batch(X, y) for _ in range(4)]
        seen += [model.test_on_batch(X, y), model.test_on_batch(X, y)]
        seen += [model.evaluate(X, y, verbose=0) for _ in range(2)]
        seen += [list(model.train_on_batch(X, y, return_dict=True).items()) for _ in range(2)]
        ways.append((seen, [v.numpy() for v in model.variables]))
        assert bool(short) != off
    assert ways[0][0] == ways[1][0]
    for a, b in zip(ways[0][1], ways[1][1], strict=True):
        np.testing.assert_array_equal(a, b)


def with_nan(a):
    a = a.astype("float64")
    a[3, 0] = np.nan
    return a


@pytest.mark.parametrize(
    ("loss", "x", "y", "error", "words"),
    [
        ("mse", with_nan(X), TARGETS["mse"], ValueError, "NaN at row 3"),
        ("mse", X * np.float32(np.inf), TARGETS["mse"], ValueError, "x: got"),
        ("mse", X.astype("float64") * 1e300, TARGETS["mse"], ValueError, "too large"),
        ("mse", X, with_nan(TARGETS["mse"]), ValueError, "NaN at row 3"),
        ("binary_crossentropy", X, TARGETS["mse"] * 3, ValueError, "0 to 1"),
        ("sparse_categorical_crossentropy", X, CLASSES + 1, ValueError, "labels from 1 to 3"),
        ("sparse_categorical_crossentropy", X, CLASSES * 0.5, ValueError, "fraction"),
        ("categorical_crossentropy", X, np.eye(3)[CLASSES] / 2, DataWarning, "do not sum"),
        ("hinge", X, TARGETS["hinge"] * 2, DataWarning, "for hinge"),
        ("mape", X, TARGETS["mape"] * 0, DataWarning, "values of 0"),
        ("poisson", X, TARGETS["poisson"] - 3, DataWarning, "below 0"),
    ],
)
def test_what_the_long_way_refuses_does_not_pass(loss, x, y, error, words, short):
    model, good = build(loss), TARGETS[loss]
    x, y = x.astype("float64"), y.astype("float64")  # one kind for good and bad ones
    for _ in range(2):
        model.train_on_batch(X.astype("float64"), good.astype("float64"))
        model.test_on_batch(X.astype("float64"), good.astype("float64"))
    assert short
    before = [v.numpy() for v in model.weights]
    for call in (model.train_on_batch, model.test_on_batch, model.evaluate):
        brickwork.data.forget_warnings()
        with (
            pytest.raises(error, match=words)
            if issubclass(error, ValueError)
            else pytest.warns(error, match=words)
        ):
            call(x, y)
        if issubclass(error, ValueError):
            for v, value in zip(model.weights, before, strict=True):
                np.testing.assert_array_equal(v.numpy(), value)


def test_a_step_that_is_not_finite_changes_nothing_and_warns_once_in_a_row(short):
    model, y = build("mse"), TARGETS["mse"]
    for _ in range(2):
        model.train_on_batch(X, y)
    big = X * np.float32(1e38)
    before = [v.numpy() for v in model.weights]
    with pytest.warns(RuntimeWarning, match="not finite"):
        assert np.isnan(model.train_on_batch(big, y))
    assert np.isnan(model.train_on_batch(big, y))  # no second warning
    for v, value in zip(model.weights, before, strict=True):
        np.testing.assert_array_equal(v.numpy(), value)
    assert np.isfinite(model.train_on_batch(X, y))
    with pytest.warns(RuntimeWarning, match="not finite"):
        model.train_on_batch(big, y)


def rate(model):
    model.optimizer.learning_rate = 0.5


def decay(model):
    model.optimizer.beta_1 = 0.1


def frozen(model):
    model.layers[0].trainable = False


def one_frozen(model):
    model.layers[0].kernel.trainable = False


def activation(model):
    model.layers[0].activation = brickwork.activations.tanh


def dropout(model):
    model.layers[1].rate = 0.7


def compiled(model):
    model.compile("sgd", "mae", metrics=["mse"])


def weights(model):
    model.set_weights([w + 0.1 for w in model.get_weights()])


def fitted(model):
    model.fit(X, TARGETS["mse"], epochs=2, verbose=0, shuffle=False)


def shared(model):
    """Another model takes the layers, so that their memory moves."""
    other = Sequential([layers.Input((4,)), *model.layers, layers.Dense(2)])
    other.compile("adam", "mse")
    other.fit(X, X[:, :2], verbose=0, shuffle=False)


@pytest.mark.parametrize(
    "change",
    [rate, decay, frozen, one_frozen, activation, dropout, compiled, weights, fitted, shared],
)
def test_a_change_between_two_batches_counts(change, short):
    ways = []
    for off in (False, True):
        short.off = off
        model, y, seen = build("mse"), TARGETS["mse"], []
        for _ in range(3):
            for _ in range(3):
                seen += [model.train_on_batch(X, y), model.test_on_batch(X, y)]
            change(model)
        ways.append((seen, model.get_weights()))
    assert ways[0][0] == ways[1][0]
    for a, b in zip(ways[0][1], ways[1][1], strict=True):
        np.testing.assert_array_equal(a, b)


def test_arrays_of_other_kinds_take_their_own_way(short):
    model, y = build("mse"), TARGETS["mse"]
    wide = np.zeros((10, 8), "float32")
    wide[:, ::2] = X
    expected = None
    for x in (X, X.astype("float64"), np.asfortranarray(X), wide[:, ::2], X.tolist()):
        for _ in range(3):
            loss = model.test_on_batch(x, y)
        expected = loss if expected is None else expected
        assert loss == pytest.approx(expected, rel=1e-6)
    assert model.test_on_batch(X[:4], y[:4]) != expected
    with pytest.raises(ValueError, match="rows"):
        model.train_on_batch(X, y[:4])


def test_embeddings_refuse_ids_outside(short):
    model = Sequential([layers.Input((2,)), layers.Embedding(5, 3), layers.Flatten()])
    model.compile("sgd", "mse")
    ids, y = np.array([[0, 4], [1, 2]]), np.zeros((2, 6))
    for _ in range(3):
        model.train_on_batch(ids, y)
    assert short
    with pytest.raises(ValueError, match="ids from 0 to 5"):
        model.train_on_batch(np.array([[0, 5], [1, 2]]), y)


# Streams


def batches(x=X, y=TARGETS["mse"], count=6):
    for _ in range(count):
        yield x, y


class Pairs(PyDataset):
    def __init__(self, x=X, y=TARGETS["mse"]):
        super().__init__()
        self.x, self.y = x, y

    def __len__(self):
        return 6

    def __getitem__(self, index):
        return self.x, self.y


class Logs(callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append((batch, dict(logs)))


@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize("make", [batches, Pairs])
def test_streams_give_the_same_both_ways(make, watched, short, monkeypatch):
    ways = []
    for off in (False, True):
        del short[:]
        if off:
            monkeypatch.setattr(streaming.data.Batches, "_of_known_kind", lambda *_: None)
        model, logs = build("mse", ["mae"]), Logs()
        source = make()
        found = model.fit(
            source, epochs=1, verbose=0, shuffle=False, callbacks=[logs] if watched else None
        )
        found = found.history
        ways.append((found, logs.seen, model.get_weights()))
        assert len(short) == (0 if off else 4)
    assert ways[0][:2] == ways[1][:2]
    for a, b in zip(ways[0][2], ways[1][2], strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_bad_batch_of_a_stream_is_named():
    def source():
        yield from batches(count=4)
        yield with_nan(X).astype("float32"), TARGETS["mse"]

    with pytest.raises(ValueError, match=r"batch 5.*NaN at row 3"):
        build("mse").fit(source(), verbose=0)


def test_a_step_of_a_stream_that_is_not_finite_ends_the_training(short):
    def source():
        yield from batches(count=4)
        yield X * np.float32(1e38), TARGETS["mse"]
        yield from batches(count=4)

    model = build("mse")
    with pytest.warns(RuntimeWarning, match="epoch 1, batch 5"):
        found = model.fit(source(), verbose=0).history
    assert np.isnan(found["loss"]).all()
    assert len(short) == 3  # the third, the fourth, and the one that was not done


def test_callbacks_may_change_the_model_between_batches_of_a_stream(short, monkeypatch):
    class Changes(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 3:
                self.model.layers[0].trainable = False
            if batch == 4:
                self.model.optimizer.learning_rate = 0.5
            if batch == 5:
                self.model.stop_training = True

    ways = []
    for off in (False, True):
        if off:
            monkeypatch.setattr(streaming.data.Batches, "_of_known_kind", lambda *_: None)
        model = build("mse")
        found = model.fit(batches(count=9), verbose=0, callbacks=[Changes()]).history
        ways.append((found, model.get_weights()))
    assert ways[0][0] == ways[1][0]
    for a, b in zip(ways[0][1], ways[1][1], strict=True):
        np.testing.assert_array_equal(a, b)


def test_torch_loaders_take_the_short_way(short):
    class Tensor:
        def __init__(self, array):
            self.array, self.shape, self.dtype = array, array.shape, array.dtype

        def __array__(self, dtype=None, copy=None):
            return self.array

    Tensor.__module__ = "torch"

    class DataLoader:
        def __iter__(self):
            return iter([[Tensor(X[:5]), Tensor(X[:5, :3].copy())]] * 4)

    DataLoader.__module__ = "torch.utils.data"
    build("mse").fit(DataLoader(), epochs=3, verbose=0)
    assert len(short) == 12 - 2


# Calls


def test_calls_of_a_model_follow_its_weights_and_arguments():
    model = build("mse")
    first = [model(X) for _ in range(3)]
    np.testing.assert_array_equal(first[0], first[2])
    assert np.abs(model(X, training=True) - first[0]).max() > 0
    assert np.abs(model(X, training=True) - model(X, training=True)).max() > 0  # new noise
    first = [model(X)]  # the moving averages have moved
    np.testing.assert_array_equal(model(X, training=False), first[0])
    model.set_weights([w + 0.1 for w in model.get_weights()])
    moved = model(X)
    np.testing.assert_array_equal(moved, model.predict(X, verbose=0))
    model.layers[0].activation = brickwork.activations.tanh
    assert np.abs(model(X) - moved).max() > 1e-3
    np.testing.assert_array_equal(model(X), model.predict(X, verbose=0))
    np.testing.assert_allclose(model(X[::-1]), model(X)[::-1], rtol=1e-6)
    np.testing.assert_allclose(model(X.astype("float64")), model(X), rtol=1e-6)
    with pytest.raises(ValueError, match="shape"):
        model(X[:, :3])


def test_within_looks_at_every_value():
    within = known_steps._engine.within
    for dtype in ("float32", "float64", "int32", "int64", "uint8", "bool"):
        a = np.ones((7, 5), dtype)
        assert within(a, 0, 1)
        assert not within(a * 0, 1, 1)
        for at in np.ndindex(a.shape):
            b = a.copy()
            b[at] = 0
            assert not within(b, 1, 1)
            assert within(b, 0, 1)
    a = np.ones((7, 5))
    for bad in (np.nan, np.inf, -np.inf):
        b = a.copy()
        b[6, 4] = bad
        assert not within(b, -1e308, 1e308)
    for low, high in ((-(2.0**53), 2.0**53), (-1.5, 1.5), (-np.inf, np.inf)):
        for value in (2**53 + 1, 2**53, 1, -1, -(2**53) - 1):
            assert within(np.array([value]), low, high) == (low <= value <= high)
    assert within(a, 0, 1, True)
    assert not within(a / 2, 0, 1, True)
    assert within(a / 5, 0, 1, False, 0.0, True)
    assert not within(a, 0, 1, False, 0.0, True)
    assert within(-a, -1, 1, True, 1)
    assert not within(a * 0, -1, 1, True, 1)
    for unusual in (a[::2], a[:, ::2], a.astype(">f8"), a[:0], a.astype("float16"), [1.0]):
        assert not within(unusual, 0, 1)


def test_a_loss_of_the_users_is_asked_nothing():
    model = build("mse")
    model.compile("sgd", lambda y, p: brickwork.ops.mean((y - p) ** 2))
    y = TARGETS["mse"] * 100
    short.off = True
    right = model.test_on_batch(X, y)
    short.off = False
    assert [model.test_on_batch(X, y) for _ in range(3)] == [right] * 3
    assert np.isnan(model.test_on_batch(X, with_nan(y)))


@pytest.mark.filterwarnings("ignore::brickwork.data.DataWarning")
@pytest.mark.parametrize("toggled", [False, True])
def test_the_two_steps_of_an_adversarial_pair(toggled, short):
    ways = []
    for off in (False, True):
        short.off = off
        brickwork.utils.set_random_seed(1)
        maker = Sequential([layers.Input((2,)), layers.Dense(4, "tanh")])
        judge = Sequential(
            [layers.Input((4,)), layers.Dense(3, "relu"), layers.Dense(1, "sigmoid")]
        )
        judge.compile("adam", "binary_crossentropy")
        judge.trainable = False
        if not toggled:
            judge._compiled.trainable.era = "old"  # as for a script of Keras 2
        both = Sequential([maker, judge])
        both.compile("adam", "binary_crossentropy")
        ones, seen = np.ones((10, 1), "float32"), []
        for _ in range(5):
            if toggled:
                judge.trainable = True
            seen.append(judge.train_on_batch(X, ones))
            if toggled:
                judge.trainable = False
            seen.append(both.train_on_batch(X[:, :2].copy(), ones))
        ways.append((seen, maker.get_weights() + judge.get_weights()))
        assert len(short) == 0 if off else len(short) >= 7
        del short[:]
    assert ways[0][0] == ways[1][0]
    assert len(set(ways[0][0][::2])) == 5  # the judge learns
    for a, b in zip(ways[0][1], ways[1][1], strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_list_of_layers_that_grows_in_place_counts(short):
    class Grown(brickwork.Model):
        def __init__(self):
            super().__init__()
            self.parts = [layers.Dense(3, "tanh")]
            self.last = layers.Dense(3)

        def call(self, x):
            for part in self.parts:
                x = part(x)
            return self.last(x)

    ways = []
    for off in (False, True):
        short.off = off
        brickwork.utils.set_random_seed(2)
        model, y = Grown(), TARGETS["mse"]
        model.compile("sgd", "mse")
        seen = [model.train_on_batch(X, y) for _ in range(3)]
        model.parts[0].kernel.trainable = False
        seen += [model.train_on_batch(X, y) for _ in range(3)]
        ways.append((seen, model.get_weights()))
    assert ways[0][0] == ways[1][0]
    assert short
    for a, b in zip(ways[0][1], ways[1][1], strict=True):
        np.testing.assert_array_equal(a, b)
    batch = model._prepared(_batch, X, y)
    step = known_steps.KnownStep(model, True, model._step(batch, True), batch.rows)
    assert step.valid()
    model.parts.append(layers.Dense(3))
    assert not step.valid()


def _batch(x, y, **options):
    return brickwork.data.for_batch("train_on_batch", x, y, **options)


def test_a_training_leaves_calls_of_the_model_as_they_are():
    model, y = build("binary_crossentropy"), TARGETS["binary_crossentropy"]
    model.fit(X, y, verbose=0)
    model(X)
    edition = calling.edition
    history = model.fit(X, y, epochs=2, verbose=0)
    model.stop_training = True
    assert model.history is history and len(history.epoch) == 2
    assert calling.edition == edition
    np.testing.assert_allclose(model(X), model.predict(X, verbose=0), rtol=1e-6)


def test_weights_count_on_data_of_a_known_kind():
    def fresh():
        model = Sequential([layers.Input((4,)), layers.Dense(3, "softmax")])
        model.compile("sgd", "sparse_categorical_crossentropy")
        return model

    known, plain = fresh(), {"verbose": 0, "shuffle": False}
    start = known.get_weights()
    for _ in range(2):
        known.fit(X, CLASSES, **plain)
    seen = []
    weights = {"class_weight": {0: 1, 1: 5, 2: 0}}, {}, {"sample_weight": np.arange(10.0)}, {}
    for options in weights:
        losses = []
        for model in (known, fresh()):
            model.set_weights(start)
            losses.append(model.fit(X, CLASSES, **plain, **options).history["loss"][0])
        assert losses[0] == losses[1]
        seen.append(losses[0])
    assert seen[1] == seen[3] and len(set(seen)) == 3
