"""Inputs that cannot mean what they say; see `bad_inputs`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from bad_parts import FRAME, LEARN, R2, B, C, R, X, bad_x as _x, spoiled
from scipy import sparse


def _gap():
    frame = FRAME.astype("Float64")
    frame.iloc[2, 1] = None
    return frame


INPUTS = [
    _x("a NaN", lambda: spoiled(np.nan), r"NaN at row 2, column 1 \(1 row of 6"),
    _x("an inf", lambda: spoiled(np.inf), "inf at row 2"),
    _x("a -inf", lambda: spoiled(-np.inf), "inf at row 2"),
    _x("inf and -inf", lambda: spoiled([np.inf, -np.inf, 0], at=2), "inf at row 2"),
    _x("NaN in a Fortran array", lambda: np.asfortranarray(spoiled(np.nan)), "row 2, column 1"),
    _x("NaN behind negative strides", lambda: spoiled(np.nan)[::-1], "row 3, column 1"),
    _x("NaN among gaps", lambda: np.repeat(spoiled(np.nan), 2, axis=1)[:, ::2], "row 2, column 1"),
    _x("NaN in half floats", lambda: spoiled(np.nan, dtype="float16"), "NaN at row 2"),
    _x(
        "NaN in a sparse matrix",
        lambda: sparse.csr_matrix(spoiled(np.nan)),
        r"NaN at row 2, column 1 \(1 row of 6",
    ),
    _x(
        "inf in a sparse matrix of columns",
        lambda: sparse.csc_matrix(spoiled(np.inf)),
        "inf at row 2",
    ),
    _x(
        "a sparse matrix beyond float32",
        lambda: sparse.coo_array(spoiled(1e300, dtype=float)),
        "too large for float32",
    ),
    _x(
        "sparse numbers whose sum is too large",
        lambda: sparse.csr_matrix(([1e308, 1e308], ([4, 4], [1, 1])), (6, 3)),
        "inf at row 4, column 1",
    ),
    _x(
        "complex numbers in a sparse matrix", lambda: sparse.csr_matrix(X() * 1j), "complex numbers"
    ),
    _x("a sparse matrix of another width", lambda: sparse.csr_matrix(X(6, 4)), r"shape \(6, 4\)"),
    _x(
        "sparse fractions as ids",
        lambda: sparse.csr_matrix(np.eye(6, 4) * 0.5),
        "first at row 0",
        "ids",
    ),
    _x(
        "NaN in a table of sparse columns",
        lambda: pd.DataFrame(spoiled(np.nan)).fillna(np.inf).astype(pd.SparseDtype("float32", 0)),
        "inf at row 2, column 1",
    ),
    _x("NaN in big-endian", lambda: spoiled(np.nan).astype(">f8"), "NaN at row 2"),
    _x("NaN in the last row", lambda: spoiled(np.nan, at=(5, 2)), "row 5, column 2"),
    _x("NaN in every row", lambda: np.full((6, 3), np.nan), "6 rows of 6"),
    _x("NaN in lists", lambda: spoiled(np.nan).tolist(), "NaN at row 2"),
    _x(
        "NaN in a named column",
        lambda: FRAME.mask(np.arange(18).reshape(6, 3) // 3 == 4),
        "row 4, column 'age'",
    ),
    _x("a missing value of pandas", _gap, "NaN at row 2, column 'bmi'"),
    _x(
        "NaN in an image",
        lambda: np.full((6, 2, 2, 1), np.nan),
        "row 0, column 0, 0, 0",
        "image",
        y=C,
    ),
    _x(
        "too large for float32",
        lambda: spoiled(1e39, dtype="float64"),
        r"1e\+39 \(too large for float32\)",
    ),
    _x("too large and negative", lambda: spoiled(-1e300, dtype="float64"), r"-1e\+300"),
    _x("no rows", lambda: X(0), "no rows", methods=LEARN, y=B[:0]),
    _x("no columns", lambda: np.zeros((6, 0)), r"shape \(6, 0\)"),
    _x("no columns, unbuilt", lambda: np.zeros((6, 0)), "at least one column", "unbuilt", y=R),
    _x("a column too many", lambda: X(6, 4), r"shape \(6, 4\).*\(rows, 3\).*target, or an index"),
    _x("a column too few", lambda: X(6, 2), r"shape \(6, 2\)"),
    _x("one row flat", lambda: X()[0], r"one row\? Then use x\[None\]", y=B[:3]),
    _x("rows as columns", lambda: X(3, 6), r"x\.T", y=B[:3]),
    _x("a dimension too many", lambda: np.zeros((6, 1, 3)), r"x.reshape\(len\(x\), -1\)"),
    _x("images where rows are wanted", lambda: np.zeros((6, 2, 2, 3)), "shape"),
    _x(
        "rows where images are wanted", lambda: np.zeros((6, 4)), r"\(rows, 2, 2, 1\)", "image", y=C
    ),
    _x("channels first", lambda: np.zeros((6, 1, 2, 2)), r"\(rows, 2, 2, 1\)", "image", y=C),
    _x("a number", lambda: 3.0, "a single number"),
    _x("a zero-dimensional array", lambda: np.array(3.0), "a single number"),
    _x("None", lambda: None, "None"),
    _x("text", lambda: "data.csv", "text"),
    _x("bytes", lambda: b"abc", "bytes"),
    _x("a set", lambda: {1, 2, 3}, "set.*fixed order"),
    _x("a class", lambda: np.ndarray, "the class ndarray itself"),
    _x("strings", lambda: np.array([["a", "b", "c"]] * 6), "text"),
    _x("numbers as strings", lambda: X().astype(str), "text"),
    _x("strings among numbers in a list", lambda: [[1, 2, "x"]] * 6, "text"),
    _x("bytes in an array", lambda: np.array([[b"a", b"b", b"c"]] * 6), "bytes"),
    _x(
        "None among objects",
        lambda: np.array([[1, 2, None]] * 6, object),
        r"x\[0, 2\]: got None.*Fill in the missing value",
    ),
    _x("text among objects", lambda: np.array([[1, 2, "x"]] * 6, object), r"x\[0, 2\]: got text"),
    _x("a dict among objects", lambda: np.array([[1, 2, {}]] * 6, object), "got dict"),
    _x("ragged lists", lambda: [[1, 2, 3]] * 5 + [[1, 2]], "different lengths.*Pad"),
    _x("ragged objects", lambda: np.array([[1, 2], [1, 2, 3]] * 3, object), "different lengths"),
    _x("dates", lambda: np.full((6, 3), np.datetime64("2026-01-01")), "dates"),
    _x("time spans", lambda: np.full((6, 3), np.timedelta64(1, "D")), "time spans"),
    _x("complex numbers", lambda: X() + 1j, "complex"),
    _x("records", lambda: np.zeros(6, "f4, f4, f4"), "records"),
    _x("masked entries", lambda: np.ma.masked_less(X(), 0), "masked"),
    _x("a text column", lambda: FRAME.assign(age="old"), "column 'age'"),
    _x(
        "a category column",
        lambda: FRAME.assign(age=pd.Categorical(list("abcabc"))),
        "column 'age'.*categories 'a', 'b', 'c'",
    ),
    _x(
        "a date column", lambda: FRAME.assign(age=pd.Timestamp("2026-01-01")), "column 'age'.*dates"
    ),
    _x(
        "a column with a gap",
        lambda: FRAME.assign(age=[1, 2, None, 4, 5, 6]),
        "NaN at row 2, column 'age'",
    ),
    _x(
        "an object column with None",
        lambda: FRAME.assign(age=pd.Series([1, None, 2, 3, 4, 5], dtype=object)),
        "column 'age'",
    ),
    _x("two inputs for one", lambda: [X(), X()], "a list of 2 arrays"),
    _x("one input for two", X, "left.*right", "two"),
    _x("three inputs for two", lambda: [X()] * 3, "3 arrays, expected 2", "two"),
    _x("a dict without an input", lambda: {"left": X()}, "'left', 'right'", "two"),
    _x(
        "a dict of columns",
        lambda: {"age": [1] * 6, "bmi": [2] * 6, "glucose": [3] * 6},
        "column_stack",
    ),
    _x("a misspelt input", lambda: {"left": X(), "rigth": X(6, 2)}, "Did you mean 'rigth'", "two"),
    _x(
        "inputs of different lengths",
        lambda: [X(), X(5, 2)],
        r"x\['right'\]: got 5 rows",
        "two",
        y=[B, R2],
    ),
    _x("inputs swapped", lambda: [X(6, 2), X()], r"x\['left'\]", "two", y=[B, R2]),
    _x("ids with fractions", lambda: np.full((6, 4), 0.5), "fractions", "ids"),
    _x("ids that are NaN", lambda: np.full((6, 4), np.nan), "NaN", "ids"),
    _x("ids beyond int32", lambda: np.full((6, 4), 2**32 + 5), "fit int32", "ids"),
    _x("float ids beyond int32", lambda: np.full((6, 4), 1e12), "fit int32", "ids"),
    _x("a model for data", lambda: object(), "object"),
    _x("a path", lambda: Path("data.csv"), "Path"),
    _x("a function", lambda: len, "function"),
    _x("a dict of dicts", lambda: {"features": {"age": X()}}, "dict"),
    _x("None in a list", lambda: [[1, 2, None]] * 6, "got None"),
    _x("a series of lists", lambda: pd.Series([[1, 2], [1]] * 3), "different lengths"),
    _x("a Decimal that is NaN", lambda: [[1, 2, Decimal("NaN")]] * 6, "NaN at row 0"),
    _x("objects that are infinite", lambda: spoiled(np.inf).astype(object), "inf at row 2"),
    _x("an integer without end", lambda: [[10**400, 1, 2]] * 6, "integer"),
    _x("a Fraction beyond float32", lambda: np.array([[1, 2, Fraction(10**50)]] * 6), "1e.50"),
    _x(
        "long doubles beyond float64",
        lambda: np.full((6, 3), np.longdouble(10) ** 400),
        "inf at row 0",
    ),
    _x(
        "pandas' missing value among objects",
        lambda: (
            FRAME.astype(object)
            .mask(FRAME > 9**9)
            .assign(age=pd.array([1, pd.NA, 3, 4, 5, 6], object))
        ),
        "column 'age'",
    ),
    _x(
        "a column of zoned dates",
        lambda: FRAME.assign(age=pd.date_range("2026", periods=6, tz="Asia/Seoul")),
        "column 'age'.*dates",
    ),
    _x(
        "a column of time spans",
        lambda: FRAME.assign(age=pd.Timedelta(1, "D")),
        "column 'age'.*time spans",
    ),
    _x(
        "a column of periods",
        lambda: FRAME.assign(age=pd.period_range("2026", periods=6)),
        "column 'age'",
    ),
    _x(
        "a column of intervals",
        lambda: FRAME.assign(age=pd.interval_range(0, 6)),
        "column 'age': got intervals.*middles",
    ),
    _x(
        "a column of pandas' strings",
        lambda: FRAME.assign(age=pd.array(["1"] * 6, "string")),
        "column 'age'",
    ),
    _x("a column of complex numbers", lambda: FRAME.assign(age=1j), "column 'age'.*complex"),
    _x("a column of lists", lambda: FRAME.assign(age=[[1, 2]] * 6), "shape"),
    _x("a column too large for float32", lambda: FRAME.assign(age=1e39), "1e.39.*column 'age'"),
    _x("a column of infinities", lambda: FRAME.assign(bmi=-np.inf), "inf at row 0, column 'bmi'"),
    _x("a series for a table", lambda: pd.Series(R), r"shape \(6, 1\)"),
    _x("one row of a table", lambda: FRAME.iloc[0], "shape", y=B[:3]),
    _x("a table without rows", lambda: FRAME.iloc[:0], "no rows", methods=LEARN, y=B[:0]),
    _x("a column too many in a table", lambda: FRAME.assign(target=B), r"shape \(6, 4\)"),
    _x("text of Polars", lambda: pl.DataFrame({"a": ["x"] * 6, "b": 1, "c": 2}), "'a'"),
    _x(
        "a gap of Polars",
        lambda: pl.DataFrame({"a": [1, None, 2, 3, 4, 5], "b": 1, "c": 2}),
        "row 1, column 'a'",
    ),
    _x(
        "dates of Polars",
        lambda: pl.DataFrame({"a": [date(2026, 1, 1)] * 6, "b": 1, "c": 2}),
        "'a'",
    ),
    _x("text of Arrow", lambda: pa.table({"a": ["x"] * 6, "b": [1] * 6, "c": [2] * 6}), "'a'"),
    _x(
        "a gap of Arrow",
        lambda: pa.table({"a": [1.0, None] * 3, "b": [1] * 6, "c": [2] * 6}),
        "row 1, column 'a'",
    ),
    _x(
        "NaN in the second input",
        lambda: [X(), spoiled(np.nan, x=X(6, 2))],
        r"x\['right'\]: got NaN at row 2",
        "two",
        y=[B, R2],
    ),
    _x(
        "text in the second input",
        lambda: [X(), [["a", "b"]] * 6],
        r"x\['right'\]: got text",
        "two",
        y=[B, R2],
    ),
    _x(
        "None for the second input",
        lambda: [X(), None],
        r"x\['right'\]: got None",
        "two",
        y=[B, R2],
    ),
    _x("ids below 0", lambda: np.full((6, 4), -1), "ids from -1.*0 to 4", "table"),
    _x("an id beyond its table", lambda: np.full((6, 4), 5), "input_dim=6", "table"),
    _x("ids from 1", lambda: np.tile([1, 2, 3, 5], (6, 1)), "0 to 4", "table"),
    _x(
        "one id beyond its table",
        lambda: spoiled(9, dtype=int, x=np.zeros((6, 4))),
        "first outside at row 2",
        "table",
    ),
    _x("float ids with a fraction", lambda: np.full((6, 4), 1.5), "fractions", "table"),
    _x("ids that wrap in 32 bits", lambda: np.full((6, 4), 2**32 + 1), "0 to 4", "table"),
    _x("ids as text", lambda: np.full((6, 4), "cat"), "text", "table"),
    _x(
        "a time step too few",
        lambda: np.zeros((6, 4, 3)),
        r"\(rows, 5, 3\)",
        "steps",
        y=np.zeros((6, 5), int),
    ),
]
