"""Models with layers on raw data: divided into what runs before the engine and the rest."""

import copy
import pickle
from functools import partial

import numpy as np
import pandas as pd
import pytest

from brickwork import ops
from brickwork.data import forget_warnings
from brickwork.errors import ArgumentError
from brickwork.layers import (
    CategoryEncoding,
    Dense,
    Discretization,
    Dropout,
    Embedding,
    GlobalAveragePooling1D,
    Hashing,
    Input,
    IntegerLookup,
    Layer,
    StringLookup,
    TextVectorization,
)
from brickwork.layers.raw.host import HostLayer
from brickwork.models import Functional, Model, Sequential, clone_model

TEXTS = np.array(["sea sky", "hill sea", "wood hill", "moon wood", "sea", "wood moon hill"] * 4)
LABELS = np.array([0, 0, 1, 1, 0, 1] * 4)
TABLE = {
    "city": np.array(["p", "x", "q", "q", "p", "p"]),
    "amount": np.array([0.5, -1.0, 2.0, 0.0, 1.0, 3.0]),
    "code": np.array([5, 5, 7, 9, 5, 7]),
}
Y = np.array([1.0, 0.0, 2.0, 3.0, 1.0, 2.0])


def vectorizer(**kwargs):
    layer = TextVectorization(output_mode="tf_idf", **kwargs)
    layer.adapt(TEXTS)
    return layer


def compiled(model):
    model.compile("sgd", "mse", metrics=["mae"])
    return model


def pair():
    """A model on texts, and one of the same weights on what the layer makes of them."""
    layer = vectorizer()
    whole = compiled(Sequential([layer, Dense(3, activation="tanh"), Dense(1)]))
    rest = compiled(
        Sequential([Input((layer.vocabulary_size(),)), Dense(3, activation="tanh"), Dense(1)])
    )
    whole.predict(TEXTS[:1], verbose=0)
    rest.set_weights(whole.get_weights())
    return whole, rest, layer(TEXTS)


def of_table():
    city, amount, code = (
        Input((1,), dtype=kind, name=name)
        for name, kind in (("city", "string"), ("amount", "float32"), ("code", "int64"))
    )
    parts = [
        StringLookup(vocabulary=["p", "q"], output_mode="one_hot")(city),
        amount,
        CategoryEncoding(3, "one_hot")(IntegerLookup(vocabulary=[5, 7])(code)),
        Discretization([0.0, 1.0], output_mode="one_hot")(amount),
    ]
    return compiled(Model([city, amount, code], Dense(1)(ops.concatenate(parts, axis=-1))))


def features():
    """What `of_table` makes of `TABLE`, by hand."""
    city = [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 1, 0], [0, 1, 0]]
    code = np.eye(3)[[1, 1, 2, 0, 1, 2]]
    bins = np.eye(3)[[1, 0, 2, 1, 2, 2]]
    return np.hstack([city, TABLE["amount"][:, None], code, bins]).astype("float32")


def same_training(whole, rest, raw, x, y, **options):
    ours, right = (
        m.fit(d, y, epochs=3, batch_size=5, shuffle=False, verbose=0, **options)
        for m, d in ((whole, raw), (rest, x))
    )
    assert ours.history == right.history
    for a, b in zip(whole.get_weights(), rest.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "given",
    [TEXTS, TEXTS.tolist(), TEXTS[:, None], pd.Series(TEXTS)],
    ids=["array", "list", "column", "pandas"],
)
def test_a_model_on_texts_trains_as_one_on_their_numbers(given):
    whole, rest, x = pair()
    same_training(whole, rest, given, x, LABELS)
    np.testing.assert_array_equal(whole.predict(given, verbose=0), rest.predict(x, verbose=0))
    np.testing.assert_allclose(whole(given), rest(x), rtol=1e-6)
    assert whole.evaluate(given, LABELS, verbose=0) == rest.evaluate(x, LABELS, verbose=0)
    assert whole.train_on_batch(given, LABELS) == rest.train_on_batch(x, LABELS)
    for _ in range(2):
        np.testing.assert_array_equal(whole.predict_on_batch(given), rest.predict_on_batch(x))


def test_validation_and_weights_go_the_same_way():
    whole, rest, x = pair()
    same_training(whole, rest, TEXTS, x, LABELS, validation_split=0.25)
    whole, rest, x = pair()
    ours, right = (
        m.fit(
            d,
            LABELS,
            epochs=2,
            verbose=0,
            shuffle=False,
            class_weight={0: 1.0, 1: 3.0},
            validation_data=(d[:4], LABELS[:4]),
        )
        for m, d in ((whole, TEXTS), (rest, x))
    )
    assert ours.history == right.history


def test_streams_are_made_numbers_of_batch_by_batch():
    whole, rest, x = pair()

    def batches(data):
        return [(data[i : i + 6], LABELS[i : i + 6]) for i in range(0, 24, 6)]

    class Source:
        def __init__(self, data):
            self.items = batches(data)

        def __getitem__(self, index):
            return self.items[index]

        def __len__(self):
            return len(self.items)

    for m, d in ((whole, TEXTS), (rest, x)):
        m.fit(Source(d), epochs=2, verbose=0, shuffle=False)
    np.testing.assert_array_equal(whole.predict(TEXTS, verbose=0), rest.predict(x, verbose=0))
    np.testing.assert_array_equal(
        whole.predict((d for d, _ in batches(TEXTS)), verbose=0), rest.predict(x, verbose=0)
    )
    new = compiled(Sequential([vectorizer(), Dense(1)]))
    new.fit(Source(TEXTS), verbose=0)
    assert new.built and new.input_shape == (None,)


def test_a_functional_model_on_a_table():
    model, x = of_table(), features()
    rest = compiled(Sequential([Input((10,)), Dense(1)]))
    rest.set_weights(model.get_weights())
    np.testing.assert_allclose(
        model.predict(TABLE, verbose=0), rest.predict(x, verbose=0), rtol=1e-5, atol=1e-6
    )
    model.fit(TABLE, Y, epochs=3, batch_size=2, shuffle=False, verbose=0)
    rest.fit(x, Y, epochs=3, batch_size=2, shuffle=False, verbose=0)
    for a, b in zip(model.get_weights(), rest.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    for given in (
        list(TABLE.values()),
        {k: v[:, None] for k, v in TABLE.items()},
        {k: pd.Series(v) for k, v in TABLE.items()},
    ):
        np.testing.assert_array_equal(
            model.predict(given, verbose=0), model.predict(TABLE, verbose=0)
        )
    assert model.input_names == ["city", "amount", "code"]
    assert model.input_shape == [(None, 1)] * 3 and model.output_shape == (None, 1)


def test_copies_pickles_and_configs():
    model = of_table()
    right = model.predict(TABLE, verbose=0)
    again = Functional.from_config(model.get_config())
    clone = clone_model(model)
    for made in (again, clone):
        made.set_weights(model.get_weights())
    for made in (copy.deepcopy(model), pickle.loads(pickle.dumps(model)), again, clone):
        np.testing.assert_array_equal(made.predict(TABLE, verbose=0), right)


def test_a_clone_takes_what_adapt_found_by_its_state():
    model = Sequential([Input((1,), dtype="string"), vectorizer(), Dense(1)])
    clone = clone_model(model)
    assert clone.output_shape == (None, 1)
    with pytest.raises(ArgumentError, match="before it has a vocabulary"):
        clone.predict(TEXTS, verbose=0)
    clone.layers[0].set_state(model.layers[0].get_state())
    clone.set_weights(model.get_weights())
    np.testing.assert_array_equal(clone.predict(TEXTS, verbose=0), model.predict(TEXTS, verbose=0))


def test_texts_become_vectors_by_an_embedding():
    layer = TextVectorization(output_sequence_length=3)
    layer.adapt(TEXTS)
    top = [
        Embedding(layer.vocabulary_size(), 2, mask_zero=True),
        GlobalAveragePooling1D(),
        Dense(1),
    ]
    whole, rest = compiled(Sequential([layer, *top])), compiled(Sequential(top))
    right = rest.predict(layer(TEXTS), verbose=0)
    np.testing.assert_array_equal(whole.predict(TEXTS, verbose=0), right)
    whole.fit(TEXTS, LABELS, verbose=0)
    assert (whole.predict(TEXTS, verbose=0) != right).all()
    small = Sequential([layer, Embedding(3, 2), GlobalAveragePooling1D()])
    with pytest.raises(ValueError, match="id"):
        small.predict(TEXTS, verbose=0)


def test_models_inside_models():
    city = Input((1,), dtype="string", name="city")
    before = Model(city, StringLookup(vocabulary=["p", "q"], output_mode="one_hot")(city))
    right = np.eye(3)[[1, 0, 2, 2, 1, 1]].astype("float32")
    np.testing.assert_array_equal(before(TABLE["city"]), right)
    np.testing.assert_array_equal(before.predict(TABLE["city"], verbose=0), right)
    trained = Sequential([Input((3,)), Dense(2)])
    for whole in (Model(city, trained(before(city))), Sequential([before, trained])):
        np.testing.assert_allclose(
            whole.predict(TABLE["city"], verbose=0), trained.predict(right, verbose=0), rtol=1e-6
        )
        assert whole.count_params() == trained.count_params()
    mixed = Model(city, trained(before(city)))
    with pytest.raises(ArgumentError, match="not trained"):
        Model(city, Dense(1)(mixed(city)))
    trained.trainable = False
    frozen = Model(city, Dense(1)(mixed(city)))
    assert frozen.predict(TABLE["city"], verbose=0).shape == (6, 1)


def test_a_model_that_begins_in_the_middle_of_another():
    model = of_table()
    inner = model.layers[-1].input
    rest = Model(inner, model.output)
    np.testing.assert_allclose(
        rest.predict(features(), verbose=0), model.predict(TABLE, verbose=0), rtol=1e-5, atol=1e-6
    )


def test_a_hash_takes_what_comes():
    for column in (TABLE["city"], TABLE["code"]):
        model = Sequential([Hashing(4, output_mode="one_hot"), Dense(1)])
        assert model.predict(column[:, None], verbose=0).shape == (6, 1)
    model = Sequential([Hashing(4, output_mode="one_hot", input_shape=(1,)), Dense(1)])
    assert model.built and model.predict(TABLE["city"], verbose=0).shape == (6, 1)


def test_integers_never_take_a_short_way_around_the_table():
    for kind in ("int64", "float32"):
        layer = IntegerLookup(vocabulary=[1, 2, 0]) if kind == "int64" else Rescaled()
        model = Sequential([Input((1,), dtype=kind), layer, Dense(1, kernel_initializer="ones")])
        x = np.array([[0], [1], [2]], kind)
        for _ in range(3):
            for way in (partial(model.predict, verbose=0), model.predict_on_batch, model):
                assert way(x).ravel().tolist() == [3.0, 1.0, 2.0]


class Rescaled(HostLayer):
    """Looks floats up, whose kind the engine's short ways know best."""

    output_dtype = "float32"

    def call(self, inputs):
        return np.array([3.0, 1.0, 2.0], "float32")[np.asarray(inputs, int)]

    def compute_output_shape(self, input_shape):
        return input_shape


def test_strings_come_out_where_the_model_is_called():
    number = Input((1,), dtype="int64")
    model = Model(number, StringLookup(vocabulary=["p", "q"], invert=True)(number))
    assert model([[1], [2], [0]]).tolist() == [["p"], ["q"], ["[UNK]"]]
    with pytest.raises(ArgumentError, match=r"returns strings.*model\(x\)"):
        model.predict([[1]], verbose=0)


def test_integers_beside_floats_leave_the_floats_alone():
    code, amount = Input((1,), dtype="int64"), Input((1,))
    model = Model([code, amount], ops.concatenate([ops.cast(code, "float32"), amount], axis=-1))
    np.testing.assert_array_equal(
        model.predict([np.array([[1]]), np.array([[0.5]])], verbose=0), [[1.0, 0.5]]
    )


def test_the_summary_and_a_picture_of_it():
    for model in (of_table(), pair()[0]):
        lines = []
        model.summary(print_fn=lines.append)
        assert "Lookup" in lines[0] or "TextVectorization" in lines[0]
    assert "1 output" in repr(pair()[0].draw())


class Own(Model):
    def __init__(self):
        super().__init__()
        self.table = StringLookup(vocabulary=["p", "q"], output_mode="one_hot")
        self.top = Dense(1)

    def call(self, inputs):
        return self.top(self.table(inputs))


STRINGS = Input((1,), dtype="string")


class Twice(Layer):
    def call(self, inputs):
        return inputs * 2


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dense(1)(STRINGS), "input of strings, expected numbers.*StringLookup"),
        (lambda: Dense(1)(np.array(["a"])), "got strings, expected numbers.*StringLookup"),
        (lambda: Dense(1)(pd.Series(["a"])), "got strings, expected numbers"),
        (lambda: Twice()(STRINGS), "input of strings"),
        (lambda: StringLookup(vocabulary=["a"])(Input((1,))), "expected string: Input"),
        (lambda: IntegerLookup(vocabulary=[1])(STRINGS), "expected int64"),
        (
            lambda: Dense(1)(TextVectorization(vocabulary=["a"])(STRINGS)),
            "weight 'kernel'.*known extents.*give output_sequence_length",
        ),
        (lambda: StringLookup(output_mode="count")(STRINGS), "before it has a vocabulary"),
        (lambda: Sequential([Input((2,)), Dense(2), Hashing(3)]), "not trained"),
        (lambda: Sequential([vectorizer(), Dense(1)]).predict(np.arange(4)), "expected strings"),
        (lambda: pair()[0].draw(sample=TEXTS[:1]), "preprocesses raw data outside the engine"),
        (lambda: of_table().predict({**TABLE, "amount": TABLE["city"]}), "'amount'.*got text"),
        (lambda: of_table().predict({**TABLE, "code": TABLE["city"]}), "'code'.*got text"),
        (lambda: of_table().predict({**TABLE, "city": TABLE["city"][:3]}), "rows"),
        (lambda: of_table().fit({**TABLE, "amount": Y * np.nan}, Y, verbose=0), "NaN|finite"),
    ],
)
def test_errors_teach(make, message):
    forget_warnings()
    with pytest.raises((ValueError, TypeError), match=message):
        make()


def test_a_custom_model_must_look_up_strings_before():
    with pytest.raises(ArgumentError, match=r"runs before the engine.*Model\(inputs, outputs\)"):
        Own()(np.array([[1.0]]))


def test_a_vocabulary_does_not_change_below_a_model():
    layer = vectorizer()
    model = Sequential([Input((1,), dtype="string"), layer, Dropout(0.1), Dense(1)])
    with pytest.raises(ArgumentError, match="part of"):
        layer.adapt(["other"])
    assert model.predict(TEXTS, verbose=0).shape == (24, 1)
