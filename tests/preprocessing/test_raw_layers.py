"""Properties of the layers on raw data; `test_golden.py` has their values."""

import copy
import json
import pickle

import keras
import keras_oracle as oracle
import numpy as np
import pandas as pd
import pytest

from brickwork import layers
from brickwork.data.texts import as_texts, is_text
from brickwork.errors import ArgumentError
from brickwork.layers.raw import fingerprints

#: For each layer: arguments, and data that it can be called on.
LAYERS = {
    "CategoryEncoding": ({"num_tokens": 4, "output_mode": "count"}, [[0, 1], [3, 3]]),
    "Discretization": ({"num_bins": 3, "epsilon": 0.1}, [[0.5, 2.0], [3.0, 9.0]]),
    "HashedCrossing": ({"num_bins": 5, "output_mode": "one_hot"}, [["a", "b"], ["c", "d"]]),
    "Hashing": ({"num_bins": 7, "salt": [1, 2], "mask_value": "a"}, [["a"], ["b"]]),
    "IntegerLookup": ({"num_oov_indices": 2, "output_mode": "tf_idf"}, [[3, 4], [3, 9]]),
    "StringLookup": ({"mask_token": "-", "output_mode": "tf_idf"}, [["a", "-"], ["a", "바다"]]),
    "TextVectorization": ({"ngrams": 2, "output_sequence_length": 4}, ["a b c", "바다 a"]),
}
EACH = pytest.mark.parametrize("name", LAYERS)


def made(name):
    kwargs, data = LAYERS[name]
    layer = getattr(layers, name)(**kwargs)
    if hasattr(layer, "adapt"):
        layer.adapt(data)
    return layer, data


@EACH
def test_arguments_their_order_and_defaults_are_keras_s(name):
    ours, theirs = getattr(layers, name), getattr(keras.layers, name)
    assert oracle.positional(ours) == oracle.positional(theirs)


@EACH
def test_config_and_state_make_an_equal_layer(name):
    layer, data = made(name)
    config = json.loads(json.dumps(layers.serialize(layer)))
    again = layers.deserialize(config)
    assert type(again) is type(layer) and again.name == layer.name
    if hasattr(layer, "get_state"):
        state = layer.get_state()
        assert all(array.dtype.kind in "iuf" for array in state.values())
        again.set_state(state)
    assert json.loads(json.dumps(layers.serialize(again))) == config
    np.testing.assert_array_equal(layer(data), again(data))


@EACH
def test_copies_and_pickles(name):
    layer, data = made(name)
    for again in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        np.testing.assert_array_equal(again(data), layer(data))


@EACH
def test_keras_s_config_is_understood(name):
    kwargs, _ = LAYERS[name]
    theirs = {"name": "it", "trainable": True, "dtype": "float32", "sparse": False, **kwargs}
    if name in ("StringLookup", "IntegerLookup", "TextVectorization"):
        theirs |= {"vocabulary_size": 2, "vocabulary": None}
    if name in ("Hashing", "HashedCrossing"):
        kind = "float32" if "output_mode" in kwargs else "int64"
        theirs["dtype"] = {
            "module": "keras",
            "class_name": "DTypePolicy",
            "config": {"name": kind},
            "registered_name": None,
        }
    if name in ("Discretization", "HashedCrossing"):
        del theirs["trainable"]
    assert layers.deserialize({"class_name": name, "config": theirs}).name == "it"


@pytest.mark.parametrize("name", ["StringLookup", "TextVectorization", "Discretization"])
def test_adapt_takes_arrays_tables_and_batches(name):
    kwargs, data = LAYERS[name]
    kind = getattr(layers, name)
    flat = np.array(data).reshape(-1)
    right = kind(**kwargs)
    right.adapt(flat)
    for given in (
        flat.tolist(),
        pd.Series(flat),
        flat[:, None],
        flat.astype(object),
        pd.DataFrame({"x": flat}),
        (part for part in np.split(flat[:, None], 2)),
    ):
        layer = kind(**kwargs)
        layer.adapt(given)
        if name == "Discretization":
            np.testing.assert_allclose(layer.bin_boundaries, right.bin_boundaries, rtol=0.2)
        else:
            assert layer.get_vocabulary() == right.get_vocabulary()
    layer = kind(**kwargs)
    layer.adapt(iter([flat[:1, None], flat[1:, None]]), steps=1)
    if name != "Discretization":
        assert layer.vocabulary_size() < right.vocabulary_size()


def test_strings_of_any_kind_are_one():
    right = layers.StringLookup(vocabulary=["바다", "a"])(["바다", "a", "x"]).tolist()
    assert right == [1, 2, 0]
    texts = ["바다", "a", "x"]
    for given in (
        np.array(texts),
        np.array(texts, object),
        pd.Series(texts),
        pd.Series(texts, dtype="category"),
        np.array([t.encode() for t in texts]),
        [t.encode() for t in texts],
        tuple(texts),
        pd.array(texts, dtype="string"),
    ):
        layer = layers.StringLookup(vocabulary=[b"\xeb\xb0\x94\xeb\x8b\xa4", "a"])
        assert layer(given).tolist() == right and is_text(given)
    assert layer("a") == 2 and layer("a").shape == ()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (np.arange(3), r"numbers \(dtype int64\), expected strings.*astype\(str\)"),
        (["a", None], r"x\[1\]: got a missing value.*fillna"),
        (pd.Series(["a", None]), r"x\[1\]: got a missing value"),
        (pd.Series(["a", pd.NA], dtype="string"), r"x\[1\]: got a missing value"),
        (["a", 1.0], r"x\[1\]: got float, expected a string"),
        ([["a"], ["b", "c"]], "rows of different lengths"),
        ({"a", "b"}, "a set has no order"),
        (None, "got NoneType"),
    ],
)
def test_what_is_no_string_is_named(given, message):
    with pytest.raises((TypeError, ValueError), match=message):
        as_texts(given, "x")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.StringLookup()(["a"]), "before it has a vocabulary.*adapt"),
        (lambda: layers.TextVectorization()(["a"]), "before it has a vocabulary.*adapt"),
        (lambda: layers.Discretization(num_bins=3)([1.0]), r"before adapt.*layer\.adapt"),
        (
            lambda: layers.StringLookup(vocabulary=["a"], num_oov_indices=0)(["b", "a"]),
            "not in the vocabulary: 'b'.*num_oov_indices=1",
        ),
        (lambda: layers.StringLookup(vocabulary=["a"]).adapt(["b"]), "was given its vocabulary"),
        (lambda: layers.StringLookup(vocabulary=["a"])([1]), "expected a string"),
        (lambda: layers.IntegerLookup(vocabulary=[1])(["a"]), "got text"),
        (lambda: layers.IntegerLookup(vocabulary=[1])([1.5]), "not whole numbers.*Discretization"),
        (lambda: layers.StringLookup().adapt([]), "no tokens"),
        (lambda: layers.StringLookup(sparse=True), "sparse tensors are not supported"),
        (lambda: layers.TextVectorization(ragged=True), "ragged tensors are not supported"),
        (lambda: layers.TextVectorization(output_mode="one_hot"), "expected 'multi_hot'"),
        (
            lambda: layers.TextVectorization(vocabulary=["a"])([["a", "b"]]),
            r"\(rows,\) or \(rows, 1",
        ),
        (lambda: layers.StringLookup(invert=True, output_mode="count"), r"StringLookup\.invert"),
        (lambda: layers.StringLookup(mask_token=3), "mask_token"),
        (lambda: layers.StringLookup(max_tokens=1), "max_tokens: got 1"),
        (lambda: layers.StringLookup(pad_to_max_tokens=True), "without max_tokens"),
        (lambda: layers.StringLookup(idf_weights=[1.0]), "without a vocabulary"),
        (lambda: layers.StringLookup(output_mode="many"), "expected one of 'int'"),
        (lambda: layers.IntegerLookup(salt=3), "farmhash"),
        (lambda: layers.Hashing(0), "num_bins: got 0"),
        (lambda: layers.Hashing(3, salt=(1, 2, 3)), "salt"),
        (lambda: layers.Hashing(3, dtype="float32"), "expected 'int32' or 'int64'"),
        (lambda: layers.Hashing(3, mask_value=1)(["a"]), "mask_value.*strings"),
        (lambda: layers.HashedCrossing(3)(["a", "b"]), "expected a list of two|list"),
        (lambda: layers.HashedCrossing(3)([["a"], ["a", "b"]]), "all of one shape"),
        (lambda: layers.HashedCrossing(3)([["a"], [0.5]]), "not whole numbers"),
        (lambda: layers.Discretization(), "both or none"),
        (lambda: layers.Discretization([2.0, 1.0]), "ascending order"),
        (lambda: layers.Discretization([1.0]).adapt([1.0]), "expected one with num_bins"),
        (lambda: layers.CategoryEncoding(), "IntegerLookup finds"),
        (lambda: layers.CategoryEncoding(3)([[1]], count_weights=[[1.0]]), "expected 'count'"),
    ],
)
def test_errors_teach(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()


def test_a_vocabulary_from_a_file(tmp_path):
    (tmp_path / "words.txt").write_text("바다\nhill\n", "utf-8")
    layer = layers.StringLookup(vocabulary=str(tmp_path / "words.txt"))
    assert layer.get_vocabulary() == ["[UNK]", "바다", "hill"]
    assert layers.deserialize(layers.serialize(layer)).get_vocabulary() == layer.get_vocabulary()
    config = {**layers.serialize(layer)["config"], "vocabulary": str(tmp_path / "words.txt")}
    with pytest.raises(ArgumentError, match="not allowed to read files"):
        layers.StringLookup.from_config(config)
    (tmp_path / "numbers.txt").write_text("7\n-3\n", "utf-8")
    assert layers.IntegerLookup(vocabulary=str(tmp_path / "numbers.txt"))([-3]).tolist() == [2]


def test_functions_of_one_s_own_standardize_and_split():
    layer = layers.TextVectorization(
        standardize=lambda texts: np.char.replace(texts, "-", " "),
        split=lambda texts: [text.split("+") for text in texts],
    )
    layer.adapt(["a-b+c", "c"])
    assert layer.get_vocabulary() == ["", "[UNK]", "c", "a b"]
    assert layer(["c+d+a-b"]).tolist() == [[2, 1, 3]]


def test_adapting_anew_forgets_what_was_seen_before():
    layer = layers.StringLookup()
    layer.adapt(["a", "b"])
    layer.adapt(["c"])
    assert layer.get_vocabulary() == ["[UNK]", "c"]


def test_hashes_of_text_in_any_order_and_number_are_the_same():
    texts = [b"x" * (i * 37 % 300) + b"%d" % i for i in range(500)]
    for hashed in (fingerprints.farm64, lambda t: fingerprints.sip64(t, (1, 2))):
        whole = hashed(texts)
        assert [int(hashed([t])[0]) for t in texts] == whole.tolist()
    assert len(set(whole.tolist())) == 500
    # The test vector of SipHash's authors: key 00 .. 0f, text 00 .. 0e.
    key = [int.from_bytes(bytes(range(i, i + 8)), "little") for i in (0, 8)]
    assert int(fingerprints.sip64([bytes(range(15))], key)[0]) == 0xA129CA6149BE45E5


def test_old_names_of_output_modes():
    assert layers.StringLookup(output_mode="binary").output_mode == "multi_hot"
    assert layers.TextVectorization(output_mode="tf-idf").output_mode == "tf_idf"


def test_argument_errors_name_the_layer():
    with pytest.raises(ArgumentError, match=r"TextVectorization\.ngrams"):
        layers.TextVectorization(ngrams=0)
