"""Tables of Polars and Arrow, and large ones of any kind: what they hold, and what is refused."""

import datetime
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from bad_inputs import B, X
from data_models import MODELS

from brickwork import data
from brickwork.data import facts
from brickwork.data.rows import Rows

NAMES = ["age", "bmi", "glucose"]


@pytest.fixture(params=["pandas", "polars", "pyarrow"])
def table(request):
    """Makes a table of a dict of columns."""
    library = import_module(request.param)
    return library.table if request.param == "pyarrow" else library.DataFrame


@pytest.fixture
def columns():
    return dict(zip(NAMES, X().T.copy(), strict=True))


def fitted(x, y=B, **more):
    return data.for_fit(x, y, expects=MODELS["binary"], **more).data


def test_numbers_and_names(table, columns):
    prepared = data.for_fit(table(columns), B, expects=MODELS["binary"])
    np.testing.assert_array_equal(prepared.data.x[0], X())
    assert prepared.columns == {"features": tuple(NAMES)}
    with pytest.raises(ValueError, match="the columns of the training in another order"):
        data.for_predict(
            table(columns),
            expects=MODELS["binary"],
            columns={"features": ("bmi", "age", "glucose")},
        )


def test_kinds_of_numbers_meet(table, columns):
    mixed = {"age": np.arange(6), "bmi": columns["bmi"], "glucose": np.arange(6) > 2}
    array = fitted(table(mixed)).x[0]
    assert array.dtype == np.float64
    np.testing.assert_array_equal(array, np.column_stack(list(mixed.values())))
    whole = fitted(table(dict.fromkeys(NAMES, np.arange(6)))).x[0]
    assert whole.dtype == np.int64


@pytest.mark.parametrize(
    "values, says",
    [
        (["a", "b"] * 3, "text"),
        ([datetime.date(2020, 1, 1)] * 6, "dates|date"),
        ([datetime.datetime(2020, 1, 1)] * 6, "dates"),
        ([datetime.timedelta(3)] * 6, "time spans"),
        ([1, None, 3, 4, 5, 6], "NaN at row 1, column 'bmi'"),
        ([0.5, 1.0, None, 4, 5, 6], "NaN at row 2, column 'bmi'"),
        ([0.5, 1.0, float("inf"), 4, 5, 6], "inf at row 2, column 'bmi'"),
        ([True, False, None, True, True, False], r"NaN at row 2, column 'bmi'|\[2\]: got None"),
        ([None] * 6, "NaN at row 0, column 'bmi'|None"),
        ([b"a"] * 6, "bytes"),
        ([[1.0], [2.0, 3.0]] * 3, "different lengths"),
    ],
)
def test_what_is_no_number_is_refused_with_its_column(table, columns, values, says):
    with pytest.raises((TypeError, ValueError), match=says) as caught:
        fitted(table(columns | {"bmi": values}))
    assert str(caught.value).startswith("fit.x") and "expected" in str(caught.value)
    assert "bmi" in str(caught.value) and len(str(caught.value)) < 400


def test_categories():
    said = []
    polars, arrow = import_module("polars"), import_module("pyarrow")
    for x in (
        pd.Series(list("abcabc"), dtype="category"),
        polars.Series(list("abcabc"), dtype=polars.Categorical),
        polars.Series(list("abcabc"), dtype=polars.Enum(list("abc"))),
        arrow.array(list("abcabc")).dictionary_encode(),
    ):
        with pytest.raises(TypeError, match=r"got categories .* class indices") as caught:
            data.for_predict(x, expects=MODELS["one"])
        said.append(str(caught.value))
    assert len(set(said)) == 4


def test_columns_of_polars():
    polars = import_module("polars")
    one = MODELS["one"]
    prepared = data.for_fit(
        polars.Series("dose", B), polars.Series(B), polars.Series(B), expects=one
    )
    assert prepared.columns == {"x": ("dose",)} and prepared.data.x[0].shape == (6, 1)
    assert prepared.data.y[0].ravel().tolist() == prepared.data.weight[0].ravel().tolist()
    for kind in (polars.Decimal(10, 2), polars.Int128, polars.UInt8, polars.Float32):
        series = polars.Series(B).cast(kind)
        np.testing.assert_array_equal(data.as_array(series, "x")[:, 0], B)
    rows = polars.Series(X().tolist(), dtype=polars.Array(polars.Float32, 3))
    for x in (rows, rows.cast(polars.List(polars.Float32))):
        np.testing.assert_array_equal(fitted(x).x[0], X())
    with pytest.raises(TypeError, match=r"a query still.*\.collect\(\)"):
        data.for_predict(polars.LazyFrame({"a": B}), expects=one)
    with pytest.raises(TypeError, match="got records"):
        data.for_predict(polars.Series([{"a": 1}]), expects=one)
    series = polars.Series(np.arange(6.0))
    assert np.shares_memory(data.as_numbers(series, "x")[0], series.to_numpy())


def test_columns_of_arrow():
    arrow = import_module("pyarrow")
    one = MODELS["one"]
    pieces = arrow.chunked_array([B[:4], B[4:]])
    for x in (
        arrow.array(B),
        pieces,
        arrow.array(B).cast(arrow.decimal128(30, 2)),
        arrow.array(B.astype("float16")),
        arrow.array(B == 1),
    ):
        np.testing.assert_array_equal(data.for_fit(x, x, x, expects=one).data.x[0][:, 0], B)
    rows = arrow.FixedSizeListArray.from_arrays(X().ravel(), 3)
    for x in (
        rows,
        arrow.chunked_array([rows[:2], rows[2:]]),
        arrow.Tensor.from_numpy(X()),
        arrow.RecordBatch.from_arrays(list(X().T.copy()), NAMES),
    ):
        np.testing.assert_array_equal(fitted(x).x[0], X())
    for kind, says in (("time32[s]", "times of the day"), ("struct<a: int64>", "records")):
        kind = arrow.time32("s") if "time" in kind else arrow.struct({"a": arrow.int64()})
        with pytest.raises(TypeError, match=says):
            data.for_predict(arrow.nulls(3, kind), expects=one)
    held = arrow.array(np.arange(6.0))
    assert np.shares_memory(data.as_numbers(held, "x")[0], held.to_numpy())
    stream = arrow.RecordBatchReader.from_batches(
        arrow.schema([("a", arrow.int64())]), [arrow.record_batch([arrow.array([1, 2])], ["a"])]
    )
    assert data.is_stream(stream) and not data.is_stream(held)


def test_a_large_table_is_read_batch_by_batch(table, columns, monkeypatch):
    monkeypatch.setattr(facts, "LARGE", 50)
    whole = table(columns | {"bmi": np.arange(6)})
    wanted = np.column_stack([*(columns | {"bmi": np.arange(6)}).values()])
    arrays = fitted(whole)
    assert isinstance(arrays.x[0], Rows) and arrays.deferred and arrays.by_batch
    for rows in (slice(1, 4), np.array([5, 0, 2])):
        np.testing.assert_array_equal(arrays.batch(rows).x[0], wanted[rows])
        np.testing.assert_array_equal(
            arrays.take(np.arange(6)[rows]).batch(slice(None)).x[0], wanted[rows]
        )
    assert arrays.slice(2, 9).rows == 4
    with pytest.raises(TypeError, match=r"column 'age'.*got text"):
        fitted(table(columns | {"age": ["a"] * 6}))
    spoiled = fitted(table(columns | {"age": [1, 2, 3, None, 4, 5]}))
    data.check_batch(spoiled.batch(slice(0, 2)), MODELS["binary"], data.Call("fit").batch(1))
    with pytest.raises(ValueError, match=r"batch 2: got NaN at row 1, column 'age'"):
        data.check_batch(spoiled.batch(slice(2, 4)), MODELS["binary"], data.Call("fit").batch(2))


@pytest.mark.parametrize("make", [lambda: X().astype(">f4"), lambda: X().astype(np.longdouble)])
def test_a_large_array_of_another_kind_is_not_converted_whole(make, monkeypatch):
    monkeypatch.setattr(facts, "LARGE", 50)
    found = fitted(make()).x[0]
    assert isinstance(found, Rows)
    np.testing.assert_array_equal(found[1:3], X()[1:3])
    plain = X()
    assert fitted(plain).x[0] is plain and type(fitted(plain[::-1]).x[0]) is np.ndarray
