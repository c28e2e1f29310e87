"""``tf.feature_column`` and `DenseFeatures`: the numbers of TensorFlow, models, files, errors."""

import copy
import warnings

import column_cases
import numpy as np
import pytest
from samples import python

from brickwork import Input, Model, Sequential, layers
from brickwork.dialects import tensorflow as tf
from brickwork.dialects.columns.layer import DenseFeatures
from brickwork.models import clone_model, load_model, model_from_json

fc = tf.feature_column
CASES = column_cases.cases(tf)

AGE = fc.numeric_column("age")
AGES = fc.bucketized_column(AGE, [20, 40])
KIND = fc.categorical_column_with_vocabulary_list("kind", ["a", "b"])
KINDS = fc.indicator_column(KIND)
VECTORS = fc.embedding_column(KIND, 2)
X = {"age": np.array([10.0, 20, 30, 50]), "kind": np.array(["a", "b", "zz", ""])}
Y = np.array([0.0, 1, 1, 0])


def model(*columns, units=1):
    found = Sequential([DenseFeatures(list(columns)), layers.Dense(units)])
    found.compile("sgd", "mse")
    return found


def scaled(x):
    return x / 10


@pytest.mark.parametrize("name", CASES)
def test_the_output_is_that_of_tensorflow(name):
    columns, data = CASES[name]
    out = DenseFeatures(columns)(data)
    assert out.dtype == np.float32
    assert column_cases.written(out) == column_cases.EXPECTED[name]


def test_every_case_has_its_numbers():
    assert column_cases.EXPECTED.keys() == CASES.keys()


def test_a_training_is_that_of_tensorflow():
    assert column_cases.trained(tf, DenseFeatures) == column_cases.TRAINED


def test_names_are_tensorflows():
    hashed = fc.categorical_column_with_hash_bucket("word", 7)
    crossed = fc.crossed_column([AGES, "word", KIND], 5)
    assert [
        one.name
        for one in (
            AGES,
            KINDS,
            VECTORS,
            fc.indicator_column(hashed),
            crossed,
            fc.indicator_column(crossed),
            fc.crossed_column([crossed, "b"], 3),
            fc.weighted_categorical_column(KIND, "w"),
        )
    ] == [
        "age_bucketized",
        "kind_indicator",
        "kind_embedding",
        "word_indicator",
        "age_bucketized_X_kind_X_word",
        "age_bucketized_X_kind_X_word_indicator",
        "age_bucketized_X_b_X_kind_X_word",
        "kind_weighted_by_w",
    ]
    layer = DenseFeatures([KINDS, AGE, VECTORS, AGES])
    assert [column.name for column in layer.feature_columns] == [
        "age",
        "age_bucketized",
        "kind_embedding",
        "kind_indicator",
    ]


def test_the_default_initializer_is_tensorflows():
    config = fc.embedding_column(KIND, 16).initializer.get_config()
    assert (config["mean"], config["stddev"]) == (0.0, 0.25)


def test_a_vocabulary_may_be_a_file(tmp_path):
    path = tmp_path / "words.txt"
    path.write_bytes(b"fixed\r\nnormal\n rev\nx\n")
    given = {"thal": np.array(["fixed", " rev", "x", "rev"])}

    def ids(column):
        return column.ids(given).values.ravel().tolist()

    of_file = fc.categorical_column_with_vocabulary_file
    assert ids(of_file("thal", path)) == [0, 2, 3, -1]
    assert ids(of_file("thal", path, default_value=1)) == [0, 2, 3, 1]
    # As TensorFlow 2.15.1 has them.
    assert ids(of_file("thal", path, vocabulary_size=2, num_oov_buckets=2)) == [0, 2, 2, 3]
    of_file_1 = tf.compat.v1.feature_column.categorical_column_with_vocabulary_file
    assert ids(of_file_1("thal", path, 2, 2)) == [0, 2, 2, 3]
    path.write_text("3\n-7\n")
    column = of_file("k", path, dtype=tf.int64)
    assert column.ids({"k": np.array([-7, 3])}).values.ravel().tolist() == [1, 0]


# Models


@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_a_sequential_model_takes_dicts_of_columns(shape):
    net = model(AGE, AGES, KINDS, VECTORS)
    assert net.output_shape == (None, 1) and net.layers[0].count_params() == 4
    x = {name: column.reshape(shape) for name, column in X.items()}
    before = net.layers[0].get_weights()[0]
    net.fit(x, Y, batch_size=2, epochs=2, validation_split=0.25, verbose=0)
    after = net.layers[0].get_weights()[0]
    assert (before[0] != after[0]).all()
    out = net.predict(x, verbose=0)
    np.testing.assert_allclose(net(x), out, rtol=1e-6)
    np.testing.assert_allclose(net.predict_on_batch(x), out, rtol=1e-6)
    assert net.evaluate(x, Y, verbose=0) == pytest.approx(np.mean((out[:, 0] - Y) ** 2), rel=1e-5)
    assert np.isfinite(net.train_on_batch(x, Y)) and np.isfinite(net.test_on_batch(x, Y))


def test_data_sets_of_dicts_train_it_and_other_columns_are_left_out_without_a_word():
    data = tf.data.Dataset.from_tensor_slices(({**X, "unused": np.zeros(4)}, Y)).batch(3)
    net = model(AGE, VECTORS)
    net.fit(data, validation_data=data, epochs=2, verbose=0)
    np.testing.assert_allclose(net.predict(data, verbose=0), net.predict(X, verbose=0), rtol=1e-6)


def test_one_column_alone():
    for column in (AGE, KINDS, VECTORS):
        net = model(column)
        net.fit(X, Y, verbose=0)
        assert net.predict(X, verbose=0).shape == (4, 1)


def test_rows_of_several_values_may_differ_in_length_from_batch_to_batch():
    net = model(VECTORS, KINDS)
    batches = [({"kind": np.array([["a", "b"], ["b", ""]])}, Y[:2]), ({"kind": ["a"]}, Y[:1])]
    net.fit((batch for _ in range(3) for batch in batches), steps_per_epoch=6, verbose=0)
    assert net.predict({"kind": [["a", "a", "b"]]}, verbose=0).shape == (1, 1)


def inputs():
    return {"age": Input((1,), name="age"), "kind": Input((1,), name="kind", dtype="string")}


def test_a_functional_model_takes_inputs_by_name():
    given = inputs()
    features = DenseFeatures([AGES, VECTORS])
    net = Model(list(given.values()), layers.Dense(1)(features(given)))
    net.compile("sgd", "mse")
    before = [w.numpy() for w in net.trainable_weights]
    net.fit(X, Y, epochs=2, verbose=0)
    assert len(before) == 3
    assert all((a != w.numpy()).any() for a, w in zip(before, net.trainable_weights, strict=True))
    np.testing.assert_allclose(
        net.get_layer(index=2)(X), Model(given, features.output).predict(X, verbose=0), rtol=1e-6
    )
    assert net.layers[2] is features


def test_two_layers_of_features_wide_and_deep():
    given = inputs()
    wide = DenseFeatures(fc.indicator_column(fc.crossed_column([AGES, KIND], 9)))(given)
    deep = layers.Dense(4, "relu")(DenseFeatures([AGE, VECTORS])(given))
    net = Model(given, layers.Dense(1)(layers.concatenate([wide, deep])))
    net.compile("adam", "mse")
    net.fit(X, Y, epochs=2, verbose=0)
    assert net.predict(X, verbose=0).shape == (4, 1)


def test_a_loop_of_ones_own_trains_the_embedding():
    net = model(AGE, VECTORS)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(net(X, training=True)))
    gradients = tape.gradient(loss, net.trainable_variables)
    assert [g.shape for g in gradients] == [(2, 2), (3, 1), (1,)]
    assert np.asarray(gradients[0]).any()


def test_a_frozen_embedding_stays():
    net = model(fc.embedding_column(KIND, 2, trainable=False))
    before = net.layers[0].get_weights()[0]
    net.fit(X, Y, verbose=0)
    assert (net.layers[0].get_weights()[0] == before).all()
    assert len(net.trainable_weights) == 2


def test_a_normalizer_runs_for_each_batch_as_in_tensorflow():
    centred = fc.numeric_column("age", normalizer_fn=lambda x: x - tf.reduce_mean(x))
    net = Sequential([DenseFeatures(centred)])
    assert net.predict(X, batch_size=2, verbose=0).ravel().tolist() == [-5, 5, -10, 10]


def test_symbols_of_a_sequential_model():
    net = model(AGE, VECTORS)
    assert [symbol.dtype for symbol in net.inputs] == ["float32", "string"]
    inner = Model(net.input, net.layers[0].output)
    np.testing.assert_allclose(inner.predict(X, verbose=0)[:, 0], X["age"])


def test_the_layers_of_a_model_go_into_a_graph():
    net = model(AGE, VECTORS)
    x = given = inputs()
    for layer in net.layers:
        x = layer(x)
    np.testing.assert_allclose(
        Model(given, x).predict(X, verbose=0), net.predict(X, verbose=0), rtol=1e-6
    )


# Copies and files


def test_copies_and_configs():
    net = model(AGES, VECTORS, fc.numeric_column("age"))
    out = net.predict(X, verbose=0)
    assert (copy.deepcopy(net).predict(X, verbose=0) == out).all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that Keras has no DenseFeatures
        text = net.to_json()
    for other in (clone_model(net), model_from_json(text)):
        other.set_weights(net.get_weights())
        assert (other.predict(X, verbose=0) == out).all()
    layer = DenseFeatures.from_config(net.layers[0].get_config())
    assert layer.get_config() == net.layers[0].get_config()
    assert fc.numeric_column("a") == fc.numeric_column("a") != fc.numeric_column("b")
    assert len({fc.numeric_column("a"), fc.numeric_column("a")}) == 1


EVERY = [
    fc.numeric_column("age", normalizer_fn=scaled),
    AGES,
    KINDS,
    fc.embedding_column(fc.weighted_categorical_column(KIND, "w"), 2, combiner="sqrtn"),
    fc.indicator_column(fc.categorical_column_with_identity("k", 3, default_value=0)),
    fc.embedding_column(fc.categorical_column_with_hash_bucket("h", 4), 2, max_norm=1.0),
    fc.indicator_column(fc.crossed_column([KIND, fc.crossed_column([AGES, "k"], 4)], 5)),
]
ALL = {
    **X,
    "w": np.array([1.0, 2.0, 1.0, 0.0]),
    "k": np.array([0, 1, 2, 9]),
    "h": np.array(["x", "y", "", "z"]),
}


@pytest.mark.parametrize("end", ["brick", "keras", "h5"])
def test_files_hold_every_column(tmp_path, end):
    if end != "brick":
        pytest.importorskip("h5py")
    net = model(*EVERY)
    net.fit(ALL, Y, verbose=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that Keras has no DenseFeatures
        net.save(tmp_path / f"m.{end}")
    again = load_model(tmp_path / f"m.{end}", custom_objects={"scaled": scaled})
    assert (again.predict(ALL, verbose=0) == net.predict(ALL, verbose=0)).all()


def test_a_file_is_read_where_no_feature_column_was_used_before(tmp_path):
    net = model(AGE, VECTORS)
    net.save(tmp_path / "m.brick")
    program = (
        "import brickwork as bw; m = bw.models.load_model('m.brick'); "
        "print(m.predict({'age': [1.0], 'kind': ['a']}, verbose=0).item())"
    )
    done = python("-W", "error", "-c", program, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    expected = net.predict({"age": [1.0], "kind": ["a"]}, verbose=0).item()
    assert float(done.stdout) == pytest.approx(expected, rel=1e-6)


# What is refused

LAMBDA = fc.numeric_column("age", normalizer_fn=lambda x: x)
NARROW = fc.embedding_column(fc.categorical_column_with_identity("k", 3), 2)
WEIGHTED = fc.indicator_column(fc.weighted_categorical_column(KIND, "w"))
INTEGERS = fc.indicator_column(fc.categorical_column_with_vocabulary_list("k", [3, 7]))
HASHED = fc.categorical_column_with_hash_bucket("k", 3)
REFUSED = {
    "a categorical column": (lambda: DenseFeatures([KIND]), "indicator_column"),
    "no columns": (lambda: DenseFeatures([]), "expected at least one"),
    "a dict": (lambda: DenseFeatures({"a": AGE}), "expected a list of feature columns"),
    "two of one name": (lambda: DenseFeatures([AGE, AGE]), "two columns named 'age'"),
    "boundaries that fall": (lambda: fc.bucketized_column(AGE, [2, 1]), "numbers that rise"),
    "boundaries that are equal": (lambda: fc.bucketized_column(AGE, [1, 1]), "numbers that rise"),
    "no boundaries": (lambda: fc.bucketized_column(AGE, []), "a list of numbers"),
    "buckets of categories": (lambda: fc.bucketized_column(KIND, [1]), "a numeric_column"),
    "a key that is no name": (lambda: fc.numeric_column(3), "numeric_column.key"),
    "numbers of strings": (lambda: fc.numeric_column("a", dtype=tf.string), "an integer dtype"),
    "a shape of 0": (lambda: fc.numeric_column("a", (0,)), "an integer >= 1"),
    "a default of another shape": (lambda: fc.numeric_column("a", 2, [1, 2, 3]), "the shape (2,)"),
    "no function": (lambda: fc.numeric_column("a", normalizer_fn=3), "a function of a tensor"),
    "a value twice": (
        lambda: fc.categorical_column_with_vocabulary_list("a", ["x", "x"]),
        "got 'x' twice",
    ),
    "an empty vocabulary": (
        lambda: fc.categorical_column_with_vocabulary_list("a", []),
        "a list of strings or integers",
    ),
    "a vocabulary of floats": (
        lambda: fc.categorical_column_with_vocabulary_list("a", [1.5]),
        "expected strings or integers",
    ),
    "a vocabulary of another dtype": (
        lambda: fc.categorical_column_with_vocabulary_list("a", ["x"], dtype=tf.int64),
        "for a vocabulary of string",
    ),
    "a default beside buckets": (
        lambda: fc.categorical_column_with_vocabulary_list(
            "a", ["x"], default_value=0, num_oov_buckets=1
        ),
        "one of the two",
    ),
    "a file that is not there": (
        lambda: fc.categorical_column_with_vocabulary_file("a", "no such file"),
        "cannot be read",
    ),
    "a default out of range": (
        lambda: fc.categorical_column_with_identity("a", 3, default_value=3),
        "expected 0 to 2",
    ),
    "a hash in a cross": (lambda: fc.crossed_column([HASHED, "b"], 5), "expected 'k'"),
    "numbers in a cross": (lambda: fc.crossed_column([AGE, "b"], 5), "bucketized_column"),
    "a cross of one": (lambda: fc.crossed_column(["b"], 5), "two keys or more"),
    "an indicator of numbers": (lambda: fc.indicator_column(AGE), "a categorical column"),
    "an embedding of numbers": (lambda: fc.embedding_column(AGE, 2), "a categorical column"),
    "another combiner": (lambda: fc.embedding_column(KIND, 2, "max"), "'sqrtn'"),
    "a checkpoint": (
        lambda: fc.embedding_column(KIND, 2, ckpt_to_load_from="a"),
        "constant_initializer",
    ),
    "shared embeddings": (lambda: fc.shared_embeddings([KIND], 2), "does not share a table"),
    "TensorFlow 1's function": (lambda: fc.input_layer({}, []), "DenseFeatures(columns)"),
    "sequences": (lambda: fc.sequence_numeric_column("a"), "recurrent"),
    "examples": (lambda: fc.make_parse_example_spec([]), "make_csv_dataset"),
    "no dict": (lambda: DenseFeatures(AGE)(np.ones((2, 1))), "expected a dict of columns"),
    "a column that is not there": (lambda: DenseFeatures(AGE)({"ages": [1]}), "mean 'ages'"),
    "a single value": (lambda: DenseFeatures(AGE)({"age": 3.0}), "one for each row"),
    "strings for numbers": (lambda: DenseFeatures(AGE)({"age": ["1"]}), "got strings"),
    "rows of another size": (lambda: DenseFeatures(AGE)({"age": [[1, 2]]}), "shape=(2,)"),
    "integers for strings": (lambda: DenseFeatures(KINDS)({"kind": [1]}), "expected strings"),
    "strings for integers": (lambda: DenseFeatures(INTEGERS)({"k": ["3"]}), "expected integers"),
    "floats for integers": (lambda: DenseFeatures(INTEGERS)({"k": [3.0]}), "expected integers"),
    "columns of several lengths": (
        lambda: DenseFeatures([AGE, KINDS])({"age": [1, 2], "kind": ["a"]}),
        "as many in each",
    ),
    "categories above the range": (lambda: DenseFeatures(NARROW)({"k": [3]}), "0 to 2"),
    "fractions in a cross": (
        lambda: DenseFeatures(fc.indicator_column(fc.crossed_column(["age", "kind"], 3)))(
            X | {"age": [0.5] * 4}
        ),
        "Discretization",
    ),
    "a weight of 0": (
        lambda: DenseFeatures(WEIGHTED)({"kind": ["a"], "w": [0.0]}),
        "a weight for each category",
    ),
    "a cross of normalized buckets": (
        lambda: DenseFeatures(fc.indicator_column(fc.bucketized_column(LAMBDA, [1])))(X),
        "scale the boundaries",
    ),
    "a normalizer of another shape": (
        lambda: DenseFeatures(fc.numeric_column("age", normalizer_fn=tf.reduce_mean))(X),
        "expected (rows, 1)",
    ),
    "an input of another dtype": (
        lambda: DenseFeatures(INTEGERS)({"k": Input((1,), name="k")}),
        "dtype=tf.int64",
    ),
    "an input that is not there": (lambda: DenseFeatures(INTEGERS)(inputs()), "expected 'k', too"),
    "not the first layer": (
        lambda: Sequential([layers.Dense(2), DenseFeatures(AGE)]),
        "expected it first",
    ),
    "a hash behind it": (
        lambda: Sequential([DenseFeatures(AGE), layers.Hashing(3)]),
        "runs before the engine",
    ),
    "a model inside a Sequential model": (
        lambda: Sequential([model(AGE)]),
        "expected its layers: Sequential",
    ),
    "a model inside a graph": (lambda: model(VECTORS)(inputs()), "call its layers one by one"),
    "arrays for a model": (lambda: model(AGE, KINDS).fit([Y, Y], Y), "fit.x: got list"),
    "an array for one column": (lambda: model(AGE).predict(Y), "predict.x: got ndarray"),
    "a column less": (lambda: model(AGE, KINDS).fit({"age": Y}, Y), "expected the keys"),
    "NaN": (lambda: model(AGE).fit({"age": [np.nan]}, [1.0]), "got NaN at row 0"),
    "a missing text": (
        lambda: model(KINDS).fit({"kind": np.array(["a", None])}, Y[:2]),
        "a missing value",
    ),
    "a lambda in a file": (lambda: model(LAMBDA).to_json(), "it has no name"),
    "a name of no function": (
        lambda: fc.numeric_column("a", normalizer_fn="nobody's"),
        "custom_objects",
    ),
    "fractions for an input of integers": (
        lambda: Model(
            one := Input((1,), name="age", dtype="int64"), DenseFeatures(AGE)({"age": one})
        ).predict({"age": [1.5]}),
        "expected integers for the input 'age'",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused(name):
    call, said = REFUSED[name]
    with pytest.raises((ValueError, TypeError)) as raised:
        call()
    assert said in str(raised.value)


def test_a_model_of_ones_own_is_told_what_to_do():
    class Net(Model):
        def __init__(self):
            super().__init__()
            self.features = DenseFeatures([AGE])

        def call(self, x):
            return self.features(x)

    net = Net()
    net.compile("sgd", "mse")
    with pytest.raises(ValueError, match="make it a layer of Sequential"):
        net.fit({"age": X["age"]}, Y, verbose=0)
