"""What the tables do not show: splits, streams, steps, columns, compile's checks, cost."""

import time
import warnings

import numpy as np
import pandas as pd
import pytest
from bad_inputs import FRAME, R2, B, C, R, X
from data_models import MODELS
from hypothesis import given, settings, strategies as st
from pace import in_time
from sklearn.preprocessing import StandardScaler

import brickwork
from brickwork import data, losses
from brickwork.data import Expectation, Port, facts


@pytest.fixture(autouse=True)
def every_warning():
    data.forget_warnings()


def said(function):
    """The warnings of a call."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function()
    return [str(w.message) for w in caught]


# validation_split


@settings(deadline=None)
@given(rows=st.integers(2, 300), share=st.floats(0.01, 0.99))
def test_split_is_kerass_tail(rows, share):
    from keras.src.trainers.data_adapters.array_slicing import train_validation_split
    from keras_oracle import keras  # noqa: F401  (chooses the backend)

    x, y = np.arange(rows, dtype="float32")[:, None], np.arange(rows) % 2

    def ours():
        prepared = data.for_fit(x, y, expects=_MODEL_OF_ONE, validation_split=share)
        return prepared.data.x[0], prepared.validation.data.x[0]

    try:
        wanted = [part[0][:] for part in train_validation_split((x, y), share)]
    except ValueError:
        with pytest.raises(ValueError, match="at least one row"):
            ours()
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = ours()
    for a, b in zip(got, wanted, strict=True):
        np.testing.assert_array_equal(a, b)


_MODEL_OF_ONE = Expectation(
    (Port("x", (1,)),), (Port("out", (1,), activation="sigmoid"),), (losses.BinaryCrossentropy(),)
)


@pytest.mark.parametrize(
    "model, y, says",
    [
        ("classes", np.repeat([0, 1, 2], [5, 4, 3]), "classes 2 in the last rows alone"),
        ("classes", np.array([0, 2] * 4 + [0, 1, 0, 1]), "classes 1 in the last"),
        ("binary", np.array([1] * 6 + [0] * 3 + [1] * 3), "without the classes 0"),
        ("rows", np.eye(3)[np.repeat([0, 1, 2], [5, 4, 3])], "classes 2 in the last rows alone"),
        ("amount", np.arange(12.0), "sorted by y"),
        ("amount", -np.arange(12.0)[:, None], "sorted by y"),
    ],
)
def test_warns_about_the_tail(model, y, says):
    messages = said(lambda: data.for_fit(X(12), y, expects=MODELS[model], validation_split=0.25))
    assert len(messages) == 1 and says in messages[0]
    assert not said(lambda: data.for_fit(X(12), y, expects=MODELS[model], validation_split=0.25))
    assert not said(lambda: data.for_fit(X(12), y, expects=MODELS[model]))


@pytest.mark.parametrize(
    "model, y",
    [
        ("classes", np.arange(12) % 3),
        ("amount", np.sin(range(12))),
        ("own", np.arange(12)),
        ("binary", np.arange(12) % 2),
    ],
)
def test_says_nothing_about_a_good_tail(model, y):
    assert not said(lambda: data.for_fit(X(12), y, expects=MODELS[model], validation_split=0.25))


def test_weights_are_split_too():
    prepared = data.for_fit(
        X(12), np.arange(12) % 2, np.arange(12), expects=MODELS["binary"], validation_split=0.25
    )
    assert prepared.data.weight[0].tolist() == list(range(9))
    assert prepared.validation.data.weight[0].tolist() == [9, 10, 11]


def test_class_weights_stay_out_of_validation():
    """As in Keras: the tail is evaluated without weights."""
    prepared = data.for_fit(
        X(12),
        np.arange(12) % 2,
        expects=MODELS["binary"],
        validation_split=0.25,
        class_weight={0: 1, 1: 5},
    )
    assert prepared.data.weight[0].tolist() == [1, 5] * 4 + [1]
    assert prepared.validation.data.weight == [None]


# Steps


@pytest.mark.parametrize(
    "batch_size, steps, wanted",
    [
        (None, None, (32, 4)),
        (10, None, (10, 10)),
        (None, 7, (15, 7)),
        (10, 3, (10, 3)),
        (1000, None, (1000, 1)),
        (33, None, (33, 4)),
    ],
)
def test_steps(batch_size, steps, wanted):
    prepared = data.for_fit(
        X(100),
        np.arange(100) % 2,
        expects=MODELS["binary"],
        batch_size=batch_size,
        steps_per_epoch=steps,
    )
    assert (prepared.batch_size, prepared.steps) == wanted


def test_validation_has_its_own_size():
    def sizes(**more):
        prepared = data.for_fit(
            X(12),
            np.arange(12) % 2,
            expects=MODELS["binary"],
            validation_split=0.5,
            batch_size=4,
            **more,
        )
        return prepared.validation.batch_size, prepared.validation.steps

    assert sizes() == (4, 2)
    assert sizes(validation_batch_size=2) == (2, 3)
    assert sizes(validation_steps=1) == (4, 1)


@pytest.mark.parametrize(
    "given_, wanted",
    [
        ({"epochs": 0}, 0),
        ({"epochs": np.int64(3)}, 3),
        ({"verbose": True}, 1),
        ({"verbose": "auto"}, "auto"),
        ({"shuffle": "batch"}, "batch"),
        ({"shuffle": 1}, True),
        ({"validation_freq": [1, 5]}, frozenset({1, 5})),
        ({"validation_freq": 2}, 2),
        ({"initial_epoch": 4}, 4),
        ({"batch_size": None}, None),
    ],
)
def test_arguments(given_, wanted):
    assert list(data.check_arguments("fit", **given_).values()) == [wanted]


@pytest.mark.parametrize(
    "name, value",
    [
        ("epochs", -1),
        ("epochs", 2.5),
        ("epochs", None),
        ("epochs", True),
        ("epochs", "3"),
        ("initial_epoch", -1),
        ("shuffle", "yes"),
        ("shuffle", None),
        ("shuffle", 2),
        ("verbose", 3),
        ("verbose", "loud"),
        ("verbose", None),
        ("validation_freq", 0),
        ("validation_freq", [0]),
        ("validation_freq", 1.5),
        ("steps", 0),
        ("batch_size", 10**30),
    ],
)
def test_wrong_arguments(name, value):
    with pytest.raises(ValueError, match=rf"^fit\.{name}: got .*expected"):
        data.check_arguments("fit", **{name: value})


# Streams


class Shelf:
    """What Keras calls a PyDataset."""

    def __init__(self, count=3):
        self.count, self.ends = count, 0

    def __len__(self):
        return self.count

    def __getitem__(self, number):
        return X() + number, B

    def on_epoch_end(self):
        self.ends += 1


class Loader:
    """An iterable that starts again each time."""

    def __iter__(self):
        return iter([(X(), B)] * 2)


def test_indexed_source_has_a_length_and_an_order():
    shelf = Shelf()
    prepared = data.for_fit(shelf, expects=MODELS["binary"])
    assert prepared.steps == 3 and prepared.batch_size is None
    order = np.array([2, 0, 1])
    batches = list(prepared.data.epoch(order))
    for batch, number in zip(batches, order, strict=True):
        np.testing.assert_array_equal(batch.x[0], X() + int(number))
    assert shelf.ends == 1 and len(list(prepared.data.epoch())) == 3


def test_iterables_start_again_and_iterators_go_on():
    again = data.for_fit(Loader(), expects=MODELS["binary"]).data
    assert [len(list(again.epoch())) for _ in range(2)] == [2, 2]
    once = data.for_fit(iter([(X(), B)] * 3), expects=MODELS["binary"])
    assert once.steps is None
    epoch = once.data.epoch()
    next(epoch)
    assert len(list(once.data.epoch())) == 2


def test_generators_of_every_form():
    batch = [
        (X(), B),
        (X(), B, np.arange(6)),
        [X(), B],
        (X().tolist(), B.tolist()),
        ({"features": X()}, {"out": B}),
        (FRAME, pd.Series(B)),
    ]
    got = list(data.for_fit(iter(batch), expects=MODELS["binary"]).data.epoch())
    assert [b.rows for b in got] == [6] * 6
    assert got[1].weight[0].tolist() == list(range(6))
    alone = data.for_predict(iter([X(), (X(),), [X()]]), expects=MODELS["binary"])
    assert [b.rows for b in alone.data.epoch()] == [6] * 3


def test_class_weights_of_a_stream():
    stream = data.for_fit(iter([(X(), B)]), expects=MODELS["binary"], class_weight={1: 3.0}).data
    assert next(stream.epoch()).weight[0].tolist() == (1.0 + 2 * B).tolist()


def test_a_dataset_of_rows_is_named():
    kind = type(
        "Rows",
        (),
        {
            "__getitem__": lambda s, i: i,
            "__len__": lambda s: 3,
            "__module__": "torch.utils.data.dataset",
        },
    )
    with pytest.raises(TypeError, match="DataLoader"):
        data.for_fit(kind(), expects=MODELS["binary"])


def test_an_empty_source_is_refused():
    with pytest.raises(ValueError, match="0 batches"):
        data.for_fit(Shelf(0), expects=MODELS["binary"])


@pytest.mark.parametrize(
    "value, stream",
    [
        (np.ones(3), False),
        ([1, 2], False),
        (range(3), False),
        ("abc", False),
        (None, False),
        ({"a": 1}, False),
        (FRAME, False),
        (iter([]), True),
        ((i for i in []), True),
        (Shelf(), True),
        (Loader(), True),
        (zip([1], [2], strict=True), True),
        (Loader, False),
        ({1}, False),
    ],
)
def test_what_is_a_stream(value, stream):
    assert data.is_stream(value) == stream


# Columns


def test_columns_are_remembered_and_compared():
    prepared = data.for_fit(FRAME, B, expects=MODELS["binary"])
    assert prepared.columns == {"features": ("age", "bmi", "glucose")}
    for call in (
        lambda x: data.for_predict(x, expects=MODELS["binary"], columns=prepared.columns),
        lambda x: data.for_evaluate(x, B, expects=MODELS["binary"], columns=prepared.columns),
    ):
        call(FRAME)
        call(FRAME.to_numpy())
        with pytest.raises(ValueError, match=r"another order, first at 0: 'bmi'.*Use x\["):
            call(FRAME[["bmi", "age", "glucose"]])
    other = FRAME.rename(columns={"age": "years"})
    messages = said(
        lambda: data.for_predict(other, expects=MODELS["binary"], columns=prepared.columns)
    )
    assert len(messages) == 1 and "'years'" in messages[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda f: f.drop(columns="bmi"),
            "got 2 columns, without 'bmi', expected the 3 of the train",
        ),
        (
            lambda f: f.assign(id=1, day=2),
            r"with 'id', 'day', expected.*Use x\[\['age', 'bmi', 'gluc",
        ),
        (
            lambda f: f.drop(columns=["bmi", "age"]).assign(id=1),
            "without 'age', 'bmi' and with 'id'",
        ),
        (lambda f: pd.concat([f, f[["age"]]], axis=1), "4 columns, some of them twice"),
    ],
)
def test_columns_that_are_missing_or_unexpected_are_named(change, words):
    model, frame = brickwork.Sequential([brickwork.layers.Dense(1)]), FRAME.astype("float32")
    with pytest.raises(AttributeError, match="feature_names_in_"):
        model.feature_names_in_  # noqa: B018
    model.compile("sgd", "mse")
    model.fit(frame, B, verbose=0)
    expected = StandardScaler().fit(frame).feature_names_in_
    assert model.feature_names_in_.tolist() == expected.tolist()
    assert model.feature_names_in_.dtype == expected.dtype
    with pytest.raises(AttributeError):
        model.feature_names_in_ = ["a"]
    other = change(frame)
    for call in (
        model.predict,
        model.predict_on_batch,
        lambda x: model.evaluate(x, B, verbose=0),
        lambda x: model.predict(iter([x]), verbose=0),
    ):
        with pytest.raises(ValueError, match=words):
            call(other)
    model.fit(frame.to_numpy(), B, verbose=0)  # without names it says nothing of others
    assert model.feature_names_in_.tolist() == expected.tolist()


def test_columns_of_several_inputs_are_known_by_input():
    one, two = brickwork.layers.Input((3,), name="one"), brickwork.layers.Input((2,), name="two")
    model = brickwork.Model(
        [one, two], brickwork.layers.Dense(1)(brickwork.layers.Concatenate()([one, two]))
    )
    model.compile("sgd", "mse")
    model.fit([FRAME, FRAME[["age", "bmi"]]], B, verbose=0)
    assert {port: names.tolist() for port, names in model.feature_names_in_.items()} == {
        "one": ["age", "bmi", "glucose"],
        "two": ["age", "bmi"],
    }


def test_streams_of_tables_are_compared_too():
    stream = data.for_predict(
        iter([FRAME, FRAME[["bmi", "age", "glucose"]]]),
        expects=MODELS["binary"],
        columns={"features": tuple(FRAME.columns)},
    ).data.epoch()
    next(stream)
    with pytest.raises(ValueError, match=r"x of batch 2.*another order"):
        next(stream)


# NaN in predict, and data that is too large to look at


def test_predict_accepts_nan_if_allowed():
    x = np.full((2, 3), np.nan)
    data.for_predict(x, expects=MODELS["binary"], nan="propagate")
    with pytest.raises(ValueError, match="NaN"):
        data.for_predict(x, expects=MODELS["binary"])


def test_large_data_is_checked_batch_by_batch(monkeypatch):
    monkeypatch.setattr(facts, "LARGE", 10)
    monkeypatch.setattr(facts, "memory", lambda: 0)
    x = np.where(np.arange(18).reshape(6, 3) == 13, np.nan, X())
    arrays = data.for_fit(x, C, expects=MODELS["classes"]).data
    assert arrays.deferred
    call = data.Call("fit")
    data.check_batch(arrays.slice(0, 4), MODELS["classes"], call.batch(1))
    with pytest.raises(ValueError, match=r"x of batch 2: got NaN at row 0, column 1"):
        data.check_batch(arrays.slice(4, 6), MODELS["classes"], call.batch(2))
    assert arrays.take([0, 5]).rows == 2


def test_a_map_of_a_file_is_not_copied(tmp_path):
    written = np.memmap(tmp_path / "x", "float32", "w+", shape=(6, 3))
    written[:] = X()
    mapped = np.memmap(tmp_path / "x", "float32", "r", shape=(6, 3))
    arrays = data.for_fit(mapped, B, expects=MODELS["binary"]).data
    assert np.shares_memory(arrays.x[0], mapped)


# compile


def facts_of(shape, activation, loss):
    loss = losses.resolve(loss)
    return Expectation((Port("x", (3,)),), (Port("out", shape, activation=activation),), (loss,))


SOFT = losses.CategoricalCrossentropy(from_logits=True)


@pytest.mark.parametrize(
    "shape, activation, loss, says",
    [
        ((1,), "softmax", "binary_crossentropy", "softmax over the 1 unit"),
        ((1,), "softmax", "mse", "always 1"),
        ((1,), "sigmoid", "categorical_crossentropy", "1 unit.*binary_crossentropy"),
        ((1,), "linear", "sparse_categorical_crossentropy", "among one class"),
        ((1,), "softmax", "sparse_categorical_crossentropy", "among one class"),
        ((5, 1), "softmax", "categorical_crossentropy", "among one class"),
        ((3,), "softmax", SOFT, "from_logits=True on 'out', whose softmax"),
        ((1,), "sigmoid", losses.BinaryCrossentropy(from_logits=True), "Drop from_logits"),
    ],
)
def test_compile_refuses(shape, activation, loss, says):
    with pytest.raises(ValueError, match=says):
        data.check_losses(facts_of(shape, activation, loss))


@pytest.mark.parametrize(
    "shape, activation, loss, says",
    [
        ((1,), "linear", "binary_crossentropy", "activation='sigmoid', or from_logits"),
        ((3,), "relu", "sparse_categorical_crossentropy", "activation='softmax'"),
        ((3,), "sigmoid", "categorical_crossentropy", "weighs the classes"),
    ],
)
def test_compile_warns(shape, activation, loss, says):
    messages = said(lambda: data.check_losses(facts_of(shape, activation, loss)))
    assert len(messages) == 1 and says in messages[0]


@pytest.mark.parametrize(
    "shape, activation, loss",
    [
        ((1,), "sigmoid", "binary_crossentropy"),
        ((4,), "sigmoid", "binary_crossentropy"),
        ((3,), "softmax", "categorical_crossentropy"),
        ((3,), "linear", SOFT),
        ((3,), "softmax", "sparse_categorical_crossentropy"),
        ((1,), "linear", "mse"),
        ((1,), "sigmoid", "mse"),
        ((3,), None, "categorical_crossentropy"),
        ((3,), "own_activation", "sparse_categorical_crossentropy"),
        ((3,), "log_softmax", SOFT),
        (None, None, "mse"),
        ((1,), "softmax", lambda y, p: p),
        ((None, 1), "linear", "mse"),
        ((3,), "softmax", None),
        ((2,), "softmax", "binary_crossentropy"),
    ],
)
def test_compile_accepts(shape, activation, loss):
    expects = facts_of(shape or (1,), activation, loss)
    if shape is None:
        expects = Expectation(expects.inputs, (Port("out", None),), expects.losses)
    assert not said(lambda: data.check_losses(expects))


# Cost


def test_checks_cost_little():
    """768 rows of 8, adapted, checked and split: some tens of microseconds on an idle machine."""
    x, y = np.random.default_rng(0).normal(size=(768, 8)), np.arange(768) % 2
    expects = Expectation(
        (Port("x", (8,)),),
        (Port("out", (1,), activation="sigmoid"),),
        (losses.BinaryCrossentropy(),),
    )
    best = 1.0
    for _ in range(300):
        start = time.perf_counter()
        data.for_fit(x, y, expects=expects)
        best = min(best, time.perf_counter() - start)
    assert in_time(best, 300e-6)


def test_two_outputs_share_no_state():
    prepared = data.for_fit([X(), X(6, 2)], [B, R2], expects=MODELS["two"], batch_size=2)
    assert [a.shape for a in (*prepared.data.x, *prepared.data.y)] == [(6, 3), (6, 2), (6,), (6, 2)]
    assert prepared.steps == 3


def test_warnings_point_at_the_users_line():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        data.for_fit(X(), R, np.zeros(6), expects=MODELS["amount"])
    assert caught[0].filename == __file__


# The one pass over memory, against the plain question


@settings(deadline=None, max_examples=300)
@given(
    spoil=st.sampled_from([None, np.nan, np.inf, -np.inf, 1e39, -1e39, 3.4e38, 1e20, 5e-324]),
    kind=st.sampled_from(["float16", "float32", "float64"]),
    target=st.sampled_from(["float32", "float64"]),
    place=st.integers(0, 59),
    turn=st.integers(0, 4),
)
def test_usable_is_finite_in_the_model(spoil, kind, target, place, turn):
    x = np.linspace(-9, 9, 60).astype(kind)
    with np.errstate(all="ignore"):
        if spoil is not None:
            x[place] = spoil
        x = x.reshape(20, 3)
        x = [x, x.T, x[::-1], np.asfortranarray(x), np.repeat(x, 2, 1)[:, ::2]][turn]
        narrow = x.astype(target)
    assert data.scans.is_finite_in(x, target) == bool(np.isfinite(narrow).all())


@pytest.mark.parametrize(
    "model, y, wanted",
    [
        ("classes", C, "int64"),
        ("classes", C.astype("uint8"), "int32"),
        ("classes", C.astype(float), "int32"),
        ("binary", B, "float32"),
        ("amount", R, "float32"),
        ("own", C, "int64"),
        ("own", R, "float32"),
        ("own", B == 1, "bool"),
    ],
)
def test_class_indices_reach_the_program_as_integers(model, y, wanted):
    assert data.target_dtype(y, MODELS[model].losses[0], "float32") == wanted


def test_short_way_of_predict_is_the_long_one():
    for x in (X(), X(1).astype(float), np.asfortranarray(X()), X()[::-1]):
        short = data.for_predict(x, expects=MODELS["binary"])
        long = data.for_predict(x, expects=MODELS["binary"], batch_size=32)
        assert (short.batch_size, short.steps) == (long.batch_size, long.steps)
        np.testing.assert_array_equal(short.data.x[0], long.data.x[0])
        assert data.for_batch("predict_on_batch", x, expects=MODELS["binary"]).rows == len(x)
    with pytest.raises(ValueError, match=r"^predict_on_batch\.x: got NaN"):
        data.for_batch("predict_on_batch", X() * np.nan, expects=MODELS["binary"])
