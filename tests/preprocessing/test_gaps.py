"""Missing, infinite or invalid values are never used by `adapt`."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from brickwork import layers
from brickwork.errors import ArgumentError
from brickwork.utils import FeatureSpace

NAN = float("nan")
ADAPTED = {
    "Normalization": layers.Normalization,
    "IntegerLookup": layers.IntegerLookup,
    "Discretization": lambda: layers.Discretization(num_bins=2),
    "StringLookup": layers.StringLookup,
    "TextVectorization": layers.TextVectorization,
}
NUMBERS = ("Normalization", "Discretization", "IntegerLookup")
#: Kinds of features whose columns `FeatureSpace.adapt` looks at.
ADAPTING = ("float_normalized", "float_discretized", "integer_categorical", "string_categorical")
TABLE = pd.DataFrame({"ok": [1.0, 2.0, 3.0], "age": [1.0, NAN, 3.0]})
#: Data with a missing value, and the error message.
MISSING = {
    "list": ([[1.0], [NAN]], "NaN at row 1"),
    "array": (np.array([[1.0, np.inf]]), "inf at row 0, column 1"),
    "table": (TABLE, "NaN at row 1, column 'age'"),
    "column": (TABLE["age"], "NaN at row 1, column 'age'"),
    "integers": (pd.DataFrame({"k": pd.array([1, None], dtype="Int64")}), "NaN at row 1, .*'k'"),
    "Polars": (pl.DataFrame({"k": [1, None]}), "NaN at row 1, column 'k'"),
    "Arrow": (pa.table({"k": [1, None]}), "NaN at row 1, column 'k'"),
    "batches": ([TABLE[["ok"]].to_numpy(), TABLE[["age"]].to_numpy()], "NaN at row 1"),
    "masked": (np.ma.masked_invalid([[1.0], [NAN]]), "masked entries"),
    "None": (np.array([[1.0], [None]], object), "got None.*Fill in the missing value"),
    "dates": (pd.to_datetime(pd.Series(["2026-01-31", "2026-02-01"])), "got dates.*days since"),
    "text": (["red", "blue"], "got text.*StringLookup"),
}
#: The same of strings.
NO_STRINGS = {
    "None": (pd.Series(["red", None]), r"\[1\]: got a missing value.*fillna"),
    "NaN": (np.array(["red", NAN], object), r"\[1\]: got a missing value.*fillna"),
    "masked": (np.ma.masked_equal(["red", "blue"], "red"), "masked entries.*filled"),
    "numbers": (np.arange(3), "got numbers.*astype"),
    "dates": (pd.to_datetime(pd.Series(["2026-01-31"])), "got Timestamp.*astype"),
}


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("name", NUMBERS)
def test_layers_of_numbers(name, missing):
    data, says = MISSING[missing]
    with pytest.raises((ValueError, TypeError), match=rf"\.adapt.*{says}"):
        ADAPTED[name]().adapt(data)


@pytest.mark.parametrize("missing", NO_STRINGS)
@pytest.mark.parametrize("name", [name for name in ADAPTED if name not in NUMBERS])
def test_layers_of_strings(name, missing):
    data, says = NO_STRINGS[missing]
    with pytest.raises((ValueError, TypeError), match=rf"\.adapt.*{says}"):
        ADAPTED[name]().adapt(data)


def test_every_layer_that_adapts_is_tried():
    kinds = [getattr(layers, name) for name in layers.__all__]
    adapting = {kind.__name__ for kind in kinds if hasattr(kind, "adapt")}
    assert adapting == set(ADAPTED), "enter it in ADAPTED of tests/preprocessing/test_gaps.py"


def test_what_a_layer_had_found_stays():
    layer = layers.Normalization()
    layer.adapt([[1.0], [3.0]])
    with pytest.raises(ValueError, match="NaN"):
        layer.adapt([[1.0], [NAN]])
    np.testing.assert_array_equal(layer.mean, [[2.0]])


def test_a_column_is_rows_of_one_number():
    layer, plain = layers.Normalization(), layers.Normalization(axis=None)
    for column in (TABLE["ok"], pl.Series("ok", [1.0, 2.0, 3.0])):
        layer.adapt(column)
        plain.adapt(column)
        np.testing.assert_allclose(layer.mean, [[2.0]])
        assert plain(np.array([2.0], "float32")).shape == (1,)


@pytest.mark.parametrize(
    "column",
    [pl.Series(["b", "a", "a"]), pa.array(["b", "a", "a"]), pa.chunked_array([["b", "a"], ["a"]])],
)
def test_columns_of_strings_of_any_library(column):
    layer = layers.StringLookup()
    layer.adapt(column)
    assert layer.get_vocabulary() == ["[UNK]", "a", "b"]
    assert layer(column).tolist() == [2, 1, 1]


@pytest.mark.parametrize(
    "kind",
    ["float", "float_normalized", "float_discretized", "integer_categorical", "integer_hashed"],
)
def test_a_feature_space_names_the_column(kind):
    text = {"age": ["old", "young"]}
    for call in calls_of(kind, {"age": [1, 2, 3]}):
        with pytest.raises(ValueError, match=r"'age'.*NaN at row 1"):
            call(TABLE)
        with pytest.raises(ArgumentError, match=r"'age'.*got text.*string_categorical"):
            call(text)


@pytest.mark.parametrize("kind", ["string_categorical", "string_hashed"])
def test_a_feature_space_on_strings(kind):
    for call in calls_of(kind, {"city": ["Ulsan", "Seoul"]}):
        with pytest.raises(TypeError, match=r"'city'.*\[1\]: got a missing value"):
            call(pd.DataFrame({"city": ["Ulsan", None]}))


def calls_of(kind, good):
    """The ways of giving a table to a space: to adapt, where that looks at it, and to a call."""
    (column,) = good
    space, adapted = FeatureSpace({column: kind}), FeatureSpace({column: kind})
    adapted.adapt(good)
    return [*[space.adapt] * (kind in ADAPTING), adapted]


@pytest.mark.parametrize("library", [pl, pa])
def test_a_feature_space_takes_tables_of_any_library(library):
    columns = {"age": [1.0, 5.0, 9.0], "city": ["Ulsan", "Seoul", "Ulsan"]}
    table = library.table(columns) if library is pa else library.DataFrame(columns)
    spaces = [
        FeatureSpace({"age": "float_normalized", "city": "string_categorical"}) for _ in range(2)
    ]
    spaces[0].adapt(columns)
    spaces[1].adapt(table)
    np.testing.assert_array_equal(spaces[1](table), spaces[0](columns))


def test_custom_layers_may_handle_missing_values():
    class Filled(layers.Layer):
        def call(self, inputs):
            from brickwork import ops

            return ops.nan_to_num(inputs)

    space = FeatureSpace({"age": FeatureSpace.feature("float32", Filled(), "float")})
    assert space(TABLE).tolist() == [[1.0], [0.0], [3.0]]


def test_a_space_is_saved_as_a_brick_and_says_so(tmp_path):
    space = FeatureSpace({"age": "float"})
    for name in ("fs.keras", "fs.h5", "fs"):
        with pytest.raises(
            ArgumentError,
            match=r"expected a name that ends in \.brick: save\(.*"
            r"fs\.brick'\), and load_model",
        ):
            space.save(tmp_path / name)


def test_hashes_of_nothing():
    with pytest.raises(ValueError, match="NaN at row 1"):
        layers.Hashing(3)([[1.0], [NAN]])
