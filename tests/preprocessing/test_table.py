"""`Table`: what it learns of columns, how it encodes them, models that begin with it."""

import datetime
import json
import re
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st
from samples import LONG
from sklearn.preprocessing import OneHotEncoder, RobustScaler

from brickwork import Sequential, layers, load_model
from brickwork.data.columns import as_column
from brickwork.data.notices import DataWarning, forget_warnings, unsaid
from brickwork.layers import Table
from brickwork.models import clone_model

ROWS = 120
RNG = np.random.default_rng(5)
DF = pd.DataFrame(
    {
        "age": RNG.integers(18, 80, ROWS).astype(float),
        "pay": np.exp(RNG.normal(8, 2, ROWS)),
        "city": RNG.choice(["Seoul", "Busan", "Ulsan"], ROWS),
        "member": RNG.random(ROWS) > 0.5,
        "since": pd.Timestamp("2024-01-01") + pd.to_timedelta(RNG.integers(0, 700, ROWS), "D"),
        "id": [f"p{i}" for i in range(ROWS)],
        "one": 1,
        "index": np.arange(ROWS),
    }
)
DF.loc[3, "age"] = np.nan
DF.loc[5, "city"] = None
Y = (DF["age"].fillna(50) > 50).astype(int)


@pytest.fixture(autouse=True)
def each_warning_anew():
    forget_warnings()


def model(table):
    made = Sequential([table, layers.Dense(8, "relu"), layers.Dense(1, "sigmoid")])
    made.compile("adam", "binary_crossentropy")
    return made


def test_what_says_nothing_is_left_out_with_its_reason():
    table = Table.from_data(DF, "age", exclude=["pay"])
    assert table.left_out == {
        "pay": "excluded",
        "id": "another text in almost every row",
        "one": "one value throughout",
        "index": "numbers the rows",
    }
    assert [(c.name, c.kind) for c in table.columns] == [
        ("city", "category"),
        ("member", "number"),
        ("since", "date"),
    ]


def test_numbers_are_scaled_as_by_scikit_learn_and_limited_smoothly():
    x = RNG.normal(50, 7, 400)
    table = Table.from_data({"x": x})
    z = RobustScaler(unit_variance=True).fit_transform(x[:, None])[:, 0]
    np.testing.assert_allclose(table({"x": x})[:, 0], z / np.sqrt(1 + (z / 3) ** 2), rtol=1e-5)
    with pytest.warns(DataWarning, match="another unit"):
        far = table({"x": [-1e30, 1e30]})
    np.testing.assert_allclose(far, [[-3.0], [3.0]], rtol=1e-6)


def test_numbers_of_a_heavy_tail_keep_their_order():
    table = Table.from_data(DF[["pay"]])
    assert table.columns[0].quantiles is not None
    out = table(DF)[:, 0]
    order = np.argsort(DF["pay"], kind="stable").to_numpy()
    assert (np.diff(out[order]) >= 0).all() and np.abs(out).max() < 3
    assert len(np.unique(out)) > 0.9 * ROWS


def test_categories_are_one_hot_as_in_scikit_learn():
    table = Table.from_data(DF[["city"]])
    theirs = OneHotEncoder(sparse_output=False).fit(DF[["city"]])
    order = [f"city = {name}" for name in theirs.categories_[0][:3]] + ["city is missing"]
    ours = table(DF)[:, [table.features.index(name) for name in order]]
    np.testing.assert_array_equal(ours, theirs.transform(DF[["city"]]))


def test_rare_categories_share_a_feature_and_so_do_new_ones():
    data = {"x": ["a"] * 9 + ["b"] * 9 + ["c", "d"]}
    table = Table.from_data(data)
    assert table.features == ["x = a", "x = b", "x is another"]
    assert table({"x": ["c", "d", "e"]}).tolist() == [[0, 0, 1]] * 3


def test_a_category_that_was_never_seen_is_none_of_them_and_said_once():
    table = Table.from_data({"x": ["a", "b"] * 9})
    with pytest.warns(DataWarning, match="'zz', never seen"):
        assert table({"x": ["zz"]}).tolist() == [[0, 0]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table({"x": ["zz"]})


@pytest.mark.parametrize("x", [[1, 2, 2], [1.0, 2.0, 2.0], ["1", "2", "2"], ["1.0", "02", "2"]])
def test_categories_of_numbers_are_the_same_however_they_are_written(x):
    table = Table.from_data({"x": [1, 2, 2, 2, 1]}, kinds={"x": "category"})
    assert table.features == ["x = 2", "x = 1"]
    assert table({"x": x}).tolist() == [[0, 1], [1, 0], [1, 0]]


def test_dates_are_distances_and_cycles():
    days = pd.date_range("2025-01-06", periods=730, freq="D")  # a Monday
    table = Table.from_data({"day": days.to_series()})
    out = dict(zip(table.features, table({"day": days.to_series()}).T, strict=True))
    assert (np.diff(out["day"]) > 0).all()
    week = np.arctan2(out["day: sine of the week"], out["day: cosine of the week"])
    np.testing.assert_allclose(week % (2 * np.pi), np.arange(730) % 7 * 2 * np.pi / 7, atol=1e-3)
    assert "day: sine of the day" not in out


@pytest.mark.parametrize(
    "texts",
    [["2026-03-04", "2026-12-31"], ["04.03.2026", "31.12.2026"], ["03/04/2026", "12/31/2026"]],
)
def test_dates_as_text_are_read_and_later_in_the_same_form(texts):
    table = Table.from_data({"day": [*texts, None]})
    same = Table.from_data({"day": [datetime.date(2026, 3, 4), datetime.date(2026, 12, 31), None]})
    np.testing.assert_array_equal(table({"day": texts[:1]}), same({"day": ["2026-03-04"]}))


def test_a_date_that_could_be_of_either_order_is_no_date():
    assert Table.from_data({"day": ["03/04/2026", "05/06/2026"] * 5}).columns[0].kind == "category"


GLUCOSE = RNG.normal(120, 30, 300).clip(60, 200)


@pytest.mark.parametrize(
    "new",
    [
        GLUCOSE / 18,  # mmol/l
        GLUCOSE * 100,
        np.where(np.arange(300) % 10, GLUCOSE, 100 * GLUCOSE),
        [100.0, 120.0, 3333.0],
        [0.0, 0.0, 0.0],
        [-500.0],
    ],
    ids="smaller larger some one none negative".split(),
)
def test_numbers_of_another_unit_are_warned_of_once(new):
    forget_warnings()
    table = Table.from_data({"glucose": GLUCOSE})
    with pytest.warns(DataWarning, match=r"the column 'glucose' holds .* another unit") as found:
        table({"glucose": new})
        table({"glucose": new})
    assert len(found) == 1
    other = Table.from_data({"glucose": GLUCOSE + 1})
    with pytest.warns(DataWarning, match="another unit"):
        other({"glucose": new})


def test_numbers_that_are_a_little_further_out_are_not_warned_of():
    forget_warnings()
    pay = np.exp(2 * np.random.default_rng(1).normal(size=300))
    table = Table.from_data({"glucose": GLUCOSE, "pay": pay})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table({"glucose": [205.0, 58.0, 100.0, 110.0, 120.0], "pay": np.exp([7.0, 0, 0, 0, 0])})
        with unsaid():
            table({"glucose": [1e6], "pay": [1.0]})


def test_numbers_with_a_few_other_cells_are_doubtful_categories():
    cells = [str(x % 20) for x in range(40)]
    for more, says in (
        (["5 kg"], "40 of its values are numbers, and 1 is not, such as '5 kg'. Correct it"),
        (["5 kg", "n.a.", "?"], "and 2 are not, such as '5 kg'. Correct them"),
        (["1,5"] * 8, "numbers with a decimal comma"),
    ):
        forget_warnings()
        with pytest.warns(DataWarning, match=re.escape(says)):
            table = Table.from_data({"x": cells + more})
        assert table.columns[0].kind == "category"
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            Table.from_data({"x": cells + more}, kinds={"x": "category"})


def test_numbers_among_marks_of_missing_values_are_numbers():
    """pandas reads a column with "?" as text."""
    table = Table.from_data({"x": ["1", "2.5", "?", "4", None]})
    assert (table.columns[0].kind, table.columns[0].missing) == ("number", True)
    assert table({"x": [2.5, "?", "4"]})[:, 1].tolist() == [0, 1, 0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        zips = Table.from_data({"x": ["007", "010", "020"] * 20})  # texts that name something
    assert zips.columns[0].kind == "category"


def test_values_that_were_never_missing_are_said_to_be():
    table = Table.from_data({"x": [1.0, 2.0, 4.0]})
    with pytest.warns(DataWarning, match="missing values, which it had not"):
        assert table({"x": [None, 2.0]})[0] == table({"x": [2.0]})


def test_every_library_gives_the_same_numbers():
    table = Table.from_data(DF)
    expected = table(DF)
    for other in (pl.from_pandas(DF), pa.Table.from_pandas(DF), dict(DF.items())):
        np.testing.assert_array_equal(table(other), expected)
        assert Table.from_data(other).get_config()["columns"] == table.get_config()["columns"]
    frame = DF.assign(city=DF["city"].astype("category"), age=DF["age"].astype("Float64"))
    np.testing.assert_array_equal(table(frame[reversed(frame.columns)]), expected)


def test_a_model_that_begins_with_it_is_trained_saved_copied_and_drawn(tmp_path):
    made = model(Table.from_data(DF))
    made.fit(DF, Y, epochs=300, validation_split=0.2, verbose=0)
    predicted = made.predict(DF, verbose=0)
    assert ((predicted[:, 0] > 0.5) == Y).mean() > 0.8
    made.save(tmp_path / "model.brick")
    again = load_model(tmp_path / "model.brick")
    np.testing.assert_array_equal(again.predict(DF, verbose=0), predicted)
    assert again.layers[0].left_out == made.layers[0].left_out
    copy = clone_model(made)
    copy.set_weights(made.get_weights())
    np.testing.assert_array_equal(copy.predict(pl.from_pandas(DF), verbose=0), predicted)
    assert "<svg" in made.draw().svg()


def test_many_categories_become_trained_vectors(tmp_path):
    words = np.array([f"word{i % 40}" for i in range(400)])
    data = {"word": words, "x": RNG.normal(size=400)}
    y = (np.array([int(word[4:]) for word in words]) % 3 == 0).astype(int)
    table = Table.from_data(data, embed=20)
    assert table.features == ["x", *(f"word [{i}]" for i in range(13))]
    made = model(table)
    before = np.array(table.weights[0])
    made.fit(data, y, epochs=60, verbose=0)
    assert (np.array(table.weights[0]) != before).any()
    assert ((made.predict(data, verbose=0)[:, 0] > 0.5) == y).mean() > 0.95
    made.save(tmp_path / "model.brick")
    again = load_model(tmp_path / "model.brick")
    np.testing.assert_array_equal(again.predict(data, verbose=0), made.predict(data, verbose=0))
    vectors = np.array(table.weights[0])
    with pytest.warns(DataWarning, match="'new', never seen"):
        out = table({"word": ["word0", "new"], "x": [0.0, 0.0]})
    np.testing.assert_array_equal(out[0, 1:], vectors[table.columns[0].values.index("word0")])
    np.testing.assert_array_equal(out[1, 1:], 0)
    alone = Table.from_data({"word": words}, kinds={"word": "embedding"})
    assert alone({"word": ["word1"]}).shape == (1, 13)


def test_several_branches_and_the_mean_of_a_population_take_tables(tmp_path):
    from brickwork import Model, population

    table = Table.from_data(DF)
    inputs = {c.name: layers.Input((1,), name=c.name, dtype="string") for c in table.columns}
    h = table(inputs)
    both = layers.Concatenate()([layers.Dense(4, "relu")(h), layers.Dense(3, "tanh")(h)])
    made = Model(inputs, layers.Dense(1, "sigmoid")(both))
    made.compile("adam", "binary_crossentropy")
    made.fit(DF, Y, epochs=2, verbose=0)
    made.save(tmp_path / "model.brick")
    again = load_model(tmp_path / "model.brick")
    np.testing.assert_array_equal(again.predict(DF, verbose=0), made.predict(DF, verbose=0))

    many = population(model(Table.from_data(DF)), 3, seed=1)
    many.fit(DF, Y, epochs=3, verbose=0)
    mean = many.ensemble()
    assert sum(isinstance(layer, Table) for layer in mean.layers) == 1
    np.testing.assert_allclose(mean.predict(DF, verbose=0), many.predict(DF).mean(0), atol=1e-6)
    embedded = population(model(Table.from_data(DF, kinds={"city": "embedding"})), 2, seed=1)
    embedded.fit(DF, Y, epochs=3, verbose=0)
    mean = embedded.ensemble()
    np.testing.assert_allclose(mean.predict(DF, verbose=0), embedded.predict(DF).mean(0), atol=1e-6)


def test_a_categorical_of_numbers_is_a_category_and_names_may_be_numbers():
    frame = pd.DataFrame({0: pd.Series([3, 1, None] * 5, dtype="category"), 1: range(0, 30, 2)})
    table = Table.from_data(frame)
    assert table.features == ["0 = 1", "0 = 3", "0 is missing", "1"]
    assert table(frame).shape == (15, 4)
    made = model(table)
    made.fit(frame, np.arange(15) % 2, verbose=0)
    np.testing.assert_allclose(made(frame), made.predict(frame, verbose=0), atol=1e-6)
    assert Table.from_data({"x": [b"", b"a", b"b"]}).columns[0].missing


def test_its_config_is_plain():
    table = Table.from_data(DF)
    config = json.loads(json.dumps(layers.serialize(table)))
    again = layers.deserialize(config)
    assert again.columns == table.columns and again.features == table.features


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"city": ["Seoul"]}, "without the column 'age'"),
        ({"age": ["young"], "city": ["Seoul"]}, "'age', row 0: got 'young', expected a number"),
        ({"age": [np.inf], "city": ["Seoul"]}, "'age', row 0: got inf, expected a finite number"),
        ({"age": [1, 2], "city": ["Seoul"]}, "columns of different lengths, 'age': 2, 'city': 1"),
        ({"age": [{}], "city": ["Seoul"]}, "got a dict at row 0"),
        ({"age": [[1, 2]], "city": ["Seoul"]}, "'age'"),
        ([[1, 2]], "expected a dict of columns"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(data, message):
    table = Table.from_data(DF[["age", "city"]])
    with pytest.raises((ValueError, TypeError), match="table") as error:
        table(data)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": "aeg"}, "Did you mean 'age'"),
        ({"kinds": {"age": "colour"}}, "expected 'number', 'category', 'embedding' or 'date'"),
        ({"exclude": list(DF)}, "no column that can be used"),
        ({"kinds": {"city": "number"}}, "expected a number"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Table.from_data(DF, **arguments)


def test_ten_to_the_fifth_categories_stay_few_features():
    data = {"x": [str(i % 99_991) for i in range(200_000)], "y": [0.0, 1.0] * 100_000}
    table = Table.from_data(data, kinds={"x": "category"})
    assert len(table.features) <= 66


_CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_infinity=False),
    st.text(max_size=8),
    st.dates(datetime.date(1800, 1, 1), datetime.date(2200, 1, 1)),
)


@settings(max_examples=300 if LONG else 150, deadline=None)
@given(st.lists(_CELL, min_size=1, max_size=30), st.lists(_CELL, min_size=1, max_size=30))
def test_any_cells_are_encoded_as_finite_numbers_or_refused_in_words(learnt, asked):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DataWarning)
            table = Table.from_data(
                {"x": learnt, "y": list(range(len(learnt)))} | {"z": [1] * len(learnt)}
            )
    except (ValueError, TypeError) as error:
        assert "'x'" in str(error) or "no column" in str(error)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        try:
            out = table({"x": asked, "y": [0] * len(asked)})
        except (ValueError, TypeError) as error:
            assert "'x'" in str(error)
            return
    assert out.shape == (len(asked), len(table.features))
    assert np.isfinite(out).all() and np.abs(out).max() <= 3.01


@settings(max_examples=200 if LONG else 100, deadline=None)
@given(st.lists(_CELL, max_size=20))
def test_a_column_becomes_one_of_three_kinds_of_arrays(cells):
    try:
        array = as_column(cells, "x")
    except TypeError as error:
        assert "x" in str(error)
        return
    assert array.shape == (len(cells),)
    assert array.dtype.kind in "biufM" or all(one is None or type(one) is str for one in array)


def test_numbers_are_told_from_flags_categories_and_cycles():
    table = Table.from_data(DF, "one")
    assert [table.features[index] for index in table.numbers] == ["age", "pay", "member", "since"]
    assert table.features[table.numbers[0] + 1] == "age is missing"
    embedded = Table.from_data(DF, "age", kinds={"city": "embedding"})  # its vectors stand last
    assert [embedded.features[index] for index in embedded.numbers] == ["pay", "member", "since"]


@pytest.mark.parametrize(
    "name", ["id", "order_id", "Order ID", "row", "house number", "Unnamed: 0"]
)
def test_columns_that_number_the_rows_are_left_out_by_their_names(name):
    numbered = np.arange(50) + 10001
    table = Table.from_data({name: numbered, "x": RNG.normal(size=50), "paid": numbered})
    assert table.left_out == {name: "numbers the rows"}
    kept = Table.from_data({name: numbered % 7, "x": RNG.normal(size=50)})
    assert not kept.left_out
