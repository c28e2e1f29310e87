"""Models of rows of unknown length: trained on batches of several lengths, as Keras trains them."""

from __future__ import annotations

import random
import warnings

import keras
import keras_oracle as oracle
import numpy as np
import pytest
from samples import LONG
from twins import distance

import brickwork
from brickwork.data.notices import DataWarning, forget_warnings
from brickwork.errors import ArgumentError
from brickwork.training import kept_programs

LENGTHS = (5, 3, 5)
ROWS, WORDS = 6, 9


class RandomModel:
    """A random model of rows of unknown length, the same for both libraries.

    Args:
        seed: int, which one.
    """

    def __init__(self, seed: int):
        self.seed = seed
        chance = random.Random(seed)
        self.kinds = [chance.choice(KINDS) for _ in range(chance.choice((1, 1, 2)))]
        self.middle = [[chance.choice(MIDDLE) for _ in range(chance.randint(0, 3))] for _ in "12"]
        self.head = chance.choice(HEADS)
        self.optimizer = chance.choice(("SGD", "Adam", "RMSprop"))
        if len(self.kinds) > 1 and self.head is None:
            self.head = "average"

    def make(self, k):
        """The compiled model in one library."""
        inputs, ends = [], []
        for kind, middle in zip(self.kinds, self.middle, strict=False):
            x, h = SOURCES[kind](k)
            for name in middle:
                h = LAYERS[name](k, h)
            inputs.append(x)
            ends.append(h if self.head is None else ENDS[self.head](k, h))
        h = ends[0] if len(ends) == 1 else k.layers.Concatenate()(ends)
        model = k.Model(inputs if len(inputs) > 1 else inputs[0], k.layers.Dense(2)(h))
        options = {"run_eagerly": True} if k is keras else {}  # compiled for each length else
        optimizer = getattr(k.optimizers, self.optimizer)(0.05)
        # Keras's training under JAX forgets the mask of an output before it updates metrics.
        metrics = [] if self.head is None else ["mae"]
        model.compile(optimizer, "mse", metrics=metrics, **options)
        chance = np.random.default_rng(self.seed)
        values = [chance.normal(size=w.shape) * 0.4 + 0.1 for w in model.weights]
        variances = ["variance" in w.name for w in model.weights]
        model.set_weights([abs(v) if p else v for v, p in zip(values, variances, strict=True)])
        return model

    def batches(self, lengths=LENGTHS):
        """A batch for each length; that of a second input is another one."""
        rng = np.random.default_rng(self.seed)
        for length in lengths:
            xs = [DATA[kind](rng, length + 2 * i) for i, kind in enumerate(self.kinds)]
            steps = (length,) if self.head is None else ()
            y = rng.normal(size=(ROWS, *steps, 2))
            yield (tuple(xs) if len(xs) > 1 else xs[0]), y


def _ids(mask):
    def source(k):
        x = k.layers.Input((None,), dtype="int32")
        return x, k.layers.Embedding(WORDS, 3, mask_zero=mask)(x)

    return source


def _floats(k):
    x = k.layers.Input((None, 2))
    return x, x


def _masked(k):
    x = k.layers.Input((None, 2))
    return x, k.layers.Masking()(x)


def _words(rng, length):
    ids = rng.integers(1, WORDS, size=(ROWS, length))
    ids[:, length - length // 3 :] = 0
    return ids.astype("int32")


def _steps(rng, length):
    x = rng.normal(size=(ROWS, length, 2))
    x[1::2, -1] = 0
    return x


SOURCES = {"ids": _ids(False), "masked ids": _ids(True), "floats": _floats, "masked": _masked}
DATA = {"ids": _words, "masked ids": _words, "floats": _steps, "masked": _steps}
KINDS = list(SOURCES)
LAYERS = {
    "dense": lambda k, h: k.layers.Dense(3, "tanh")(h),
    "in time": lambda k, h: k.layers.TimeDistributed(k.layers.Dense(4, "relu"))(h),
    "batch": lambda k, h: k.layers.BatchNormalization(momentum=0.8)(h),
    "layer": lambda k, h: k.layers.LayerNormalization()(h),
    "prelu": lambda k, h: k.layers.PReLU(shared_axes=[1])(h),
    "softmax": lambda k, h: k.layers.Softmax()(h),
    "no dropout": lambda k, h: k.layers.Dropout(0.0, noise_shape=(None, 1, h.shape[-1]))(h),
    "centred": lambda k, h: k.layers.Lambda(lambda t: t - k.ops.mean(t, axis=1, keepdims=True))(h),
    "centred by ops": lambda k, h: h - k.ops.mean(h, axis=1, keepdims=True),
    "shifted": lambda k, h: k.ops.concatenate([h[:, 1:], h[:, :1]], axis=1),
    "branches": lambda k, h: k.layers.Add()(
        [k.layers.Dense(3)(h), k.layers.Dense(3, "sigmoid")(h)]
    ),
    "beside": lambda k, h: k.layers.Concatenate()([h, k.layers.Dense(2)(h)]),
    "scaled": lambda k, h: h * 0.5 + 1.0,
    "normalized": lambda k, h: k.layers.UnitNormalization()(h),
    "einsum": lambda k, h: k.layers.EinsumDense("abc,cd->abd", (None, 3), bias_axes="d")(h),
    "attention": lambda k, h: k.layers.Dot(axes=(2, 1))(
        [k.layers.Softmax()(k.layers.Dot(axes=2)([h, h])), h]
    ),
}
MIDDLE = list(LAYERS)
ENDS = {
    "average": lambda k, h: k.layers.GlobalAveragePooling1D()(h),
    "max": lambda k, h: k.layers.GlobalMaxPooling1D()(h),
    "sum": lambda k, h: k.layers.Lambda(lambda t: k.ops.sum(t, axis=1))(h),
    "first": lambda k, h: k.layers.Lambda(lambda t: t[:, 0])(h),
    "last": lambda k, h: h[:, -1],
    "middle": lambda k, h: k.ops.median(h, axis=1),
}
HEADS = [*ENDS, None]


def outcome(library, random_model) -> dict[str, list]:
    """What training, evaluation and prediction give, step by step."""
    with oracle.floatx("float64"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of masks that nothing uses
        model = random_model.make(library)
        batches = list(random_model.batches())
        found = {"shape": [model.output_shape, *[tuple(x.shape) for x in model.inputs]]}
        found["steps"] = [model.train_on_batch(x, y) for x, y in batches]
        history = model.fit((batch for batch in batches), verbose=0).history
        found["fit"] = [history[name] for name in sorted(history)]
        found["tests"] = [model.test_on_batch(x, y) for x, y in batches]
        found["predictions"] = [np.asarray(model.predict(x, verbose=0)) for x, _ in batches]
        found["weights"] = [np.asarray(w) for w in model.get_weights()]
        return found


@pytest.mark.parametrize("seed", [2, 3] if LONG else [2])
def test_random_models_train_on_several_lengths_as_keras_s(seed):
    random_model = RandomModel(seed)
    ours, theirs = outcome(brickwork, random_model), outcome(keras, random_model)
    assert ours.pop("shape") == theirs.pop("shape")
    for name, values in theirs.items():
        for mine, its in zip(ours[name], values, strict=True):
            assert distance(mine, its) < 1e-9, (seed, name, vars(random_model))


# What comes of several lengths


def pooled(k=brickwork, length=None):
    """A small model of ids, and of rows of any length unless there is one."""
    model = k.Sequential(
        [
            k.layers.Input((length,), dtype="int32"),
            k.layers.Embedding(WORDS, 3, mask_zero=True),
            k.layers.Dense(4, "tanh"),
            k.layers.GlobalAveragePooling1D(),
            k.layers.Dense(1),
        ]
    )
    model.compile("adam", "mse")
    chance = np.random.default_rng(0)
    model.set_weights([chance.normal(size=w.shape) for w in model.weights])
    return model


def per_step(k=brickwork):
    layers = [k.layers.Input((None, 2)), k.layers.Dense(3, "tanh"), k.layers.Dense(1)]
    model = k.Sequential(layers)
    model.compile("sgd", "mse")
    return model


def batches(lengths=(4, 6, 5)):
    rng = np.random.default_rng(1)
    for length in lengths:
        yield _words(rng, length), rng.normal(size=(ROWS, 1))


class Stream:
    """Batches that can begin again."""

    def __iter__(self):
        return batches()


class Indexed(brickwork.utils.PyDataset):
    def __init__(self):
        super().__init__()
        self.items = list(batches())

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


def test_the_shapes_say_what_is_unknown(capsys):
    model = per_step()
    assert model.input_shape == model.inputs[0].shape == (None, None, 2)
    assert model.output_shape == (None, None, 1)
    assert model.compute_output_shape((None, None, 2)) == (None, None, 1)
    assert model.compute_output_shape((4, 7, 2)) == (4, 7, 1)
    model.summary()
    assert "(None, None, 3)" in capsys.readouterr().out


@pytest.mark.parametrize("stream", [Stream, Indexed])
def test_streams_of_several_lengths(stream):
    model, other = pooled(), pooled()
    fitted = model.fit(stream(), epochs=2, shuffle=False, validation_data=stream(), verbose=0)
    for _ in range(2):
        for x, y in batches():
            other.train_on_batch(x, y)
    for mine, its in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, its)
    assert fitted.history["val_loss"][-1] == model.evaluate(stream(), verbose=0)
    whole = model.predict((x for x, _ in batches()), verbose=0)
    parts = [model.predict_on_batch(x) for x, _ in batches()]
    np.testing.assert_array_equal(whole, np.concatenate(parts))


def test_a_length_of_its_own_computes_the_same():
    """What is trained for any length is what is trained for the one that the data have."""
    x, y = next(batches((7,)))
    free, fixed = pooled(), pooled(length=7)
    assert free.fit(x, y, epochs=3, verbose=0, shuffle=False).history == (
        fixed.fit(x, y, epochs=3, verbose=0, shuffle=False).history
    )
    np.testing.assert_array_equal(free.predict(x, verbose=0), fixed.predict(x, verbose=0))


def test_outputs_of_several_lengths_are_not_joined():
    rng = np.random.default_rng(0)
    with pytest.raises(ArgumentError, match=r"\(rows, 3, 1\) and \(rows, 5, 1\).*batch by batch"):
        per_step().predict((rng.normal(size=(4, n, 2)) for n in (3, 5)), verbose=0)


def test_targets_are_as_long_as_the_outputs():
    x = np.ones((4, 5, 2))
    with pytest.raises(ValueError, match=r"y: got shape \(None, 3, 1\), expected \(rows, 5, 1\)"):
        per_step().fit(x, np.ones((4, 3, 1)), verbose=0)
    per_step().fit(x, np.ones((4, 5)), verbose=0)


def test_models_without_an_input_take_any_length():
    class Own(brickwork.Model):
        def __init__(self):
            super().__init__()
            self.dense, self.last = brickwork.layers.Dense(3), brickwork.layers.Dense(1)

        def call(self, x):
            return self.last(brickwork.ops.mean(self.dense(x), axis=1))

    y = np.ones((4, 1))
    chain = [
        brickwork.layers.Dense(3),
        brickwork.layers.GlobalMaxPooling1D(),
        brickwork.layers.Dense(1),
    ]
    for model in (Own(), brickwork.Sequential(chain)):
        model.compile("sgd", "mse")
        for length in (5, 3, 7):
            x = np.full((4, length, 2), 0.5)
            model.fit(x, y, verbose=0)
            assert model.predict(x, verbose=0).shape == model(x).shape == (4, 1)
        with pytest.raises(ValueError, match=r"expected \(rows, any, 2\)"):
            model.predict(np.ones((4, 5, 3)), verbose=0)


# Programs are kept within bounds


def test_the_programs_used_last_are_kept(monkeypatch):
    free = pooled()
    expected = [free.train_on_batch(x, y) for x, y in batches((3, 4, 5, 6, 7, 8, 3, 8))]
    monkeypatch.setattr(kept_programs, "LEAST", 4)
    monkeypatch.setattr(kept_programs, "BYTES", 0)
    model = pooled()
    assert [model.train_on_batch(x, y) for x, y in batches((3, 4, 5, 6, 7, 8, 3, 8))] == expected
    kept = [key for key in model._plans.kept.entries if key[0] == "train"]
    assert len(model._plans.kept.entries) == 4
    assert {key[1][0][0][0][1] for key in kept} == {3, 8}  # and those of metrics


def test_programs_that_are_given_up_are_freed(monkeypatch):
    monkeypatch.setattr(kept_programs, "MOST", 5)
    monkeypatch.setattr(kept_programs, "LEAST", 2)
    model = pooled()
    for x, y in batches(range(3, 20)):
        model.train_on_batch(x, y)
    watching = {id(plan) for v in model.weights for plan in v.watchers()}
    assert len(watching) <= 5 and len(list(model._plans.kept.executables())) <= 5


def test_plans_that_a_loop_still_runs_are_known_when_their_programs_are_given_up():
    model = pooled()
    for x, y in batches(range(3, 5)):
        model.train_on_batch(x, y)
    kept = model._plans.kept
    of_steps = [e for key, e in kept.entries.items() if key[0] == "train"]
    running = next(iter(of_steps[0].executables.values()))
    kept.forget("train")
    assert not any(key[0] == "train" for key in kept.entries)
    assert any(plan is running for plan in kept.executables())


def test_too_many_lengths_are_told_once(monkeypatch):
    forget_warnings()
    monkeypatch.setattr(kept_programs, "MANY", 6)
    monkeypatch.setattr(kept_programs, "LATELY", 4)
    model = pooled()
    with pytest.warns(DataWarning, match="bucketing") as found:
        for x, y in batches(range(3, 20)):
            model.train_on_batch(x, y)
    assert len(found) == 1
    few = pooled()
    for _ in range(20):  # three programs, which are made once
        for x, y in batches():
            few.train_on_batch(x, y)


# Texts


def texts():
    return np.array(["a b", "b", "c c c a b", "d", "a", "c d"], object)


def vectorizer():
    return brickwork.layers.TextVectorization(vocabulary=["a", "b", "c"])


def test_texts_are_padded_to_the_longest_of_their_batch():
    model = brickwork.Sequential(
        [
            brickwork.layers.Input((1,), dtype="string"),
            vectorizer(),
            brickwork.layers.Embedding(8, 3),
            brickwork.layers.GlobalAveragePooling1D(),  # without a mask: padding counts
            brickwork.layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    assert model.layers[0].output_shape == (None, None)
    parts = [model.predict_on_batch(texts()[i : i + 2]) for i in (0, 2, 4)]
    whole = model.predict(texts(), batch_size=2, verbose=0)
    np.testing.assert_array_equal(whole, np.concatenate(parts))
    other = brickwork.models.clone_model(model)
    other.set_weights(model.get_weights())
    other.compile("sgd", "mse")
    y = np.arange(6.0)
    model.fit(texts(), y, batch_size=2, shuffle=False, verbose=0)
    for i in (0, 2, 4):
        other.train_on_batch(texts()[i : i + 2], y[i : i + 2])
    for mine, its in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, its)


# Files


@pytest.mark.parametrize("make", [pooled, per_step])
@pytest.mark.parametrize("name", ["m.brick", "m.keras", "m.h5"])
def test_files_hold_what_is_unknown(make, name, tmp_path):
    model, path = make(), tmp_path / name
    model.save(path)
    again = brickwork.saving.load_model(path)
    assert again.input_shape == model.input_shape and again.output_shape == model.output_shape
    for length in (3, 5):
        x = np.ones((2, length) if make is pooled else (2, length, 2), "float32")
        np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


@pytest.mark.parametrize("make", [pooled, per_step])
@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
def test_files_go_to_keras_and_come_from_it(make, name, tmp_path):
    model, its = make(), make(keras)
    its.set_weights(model.get_weights())
    model.save(tmp_path / f"ours{name}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras's, of its old format
        theirs = keras.saving.load_model(tmp_path / f"ours{name}")
        its.save(tmp_path / f"theirs{name}")
    ours = brickwork.saving.load_model(tmp_path / f"theirs{name}")
    assert tuple(theirs.input_shape) == ours.input_shape == model.input_shape
    for length in (3, 5):
        x = np.ones((2, length) if make is pooled else (2, length, 2), "float32")
        for other in (theirs, ours):
            wanted, found = model.predict(x, verbose=0), np.asarray(other.predict(x, verbose=0))
            np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
