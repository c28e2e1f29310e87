"""Data and arguments that cannot mean what they say: each must be refused, with this in the words.

A case is ``Case(name, model, arguments, says)``: a model of `data_models`, a function that makes
the arguments anew, and a pattern that the message must hold. ``methods`` are those that must
refuse it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

ALL = ("fit", "evaluate", "predict", "train_on_batch")
LEARN = ("fit", "evaluate", "train_on_batch")
LOOP = ("fit", "evaluate")
FIT = ("fit",)


@dataclass(frozen=True)
class Case:
    name: str
    model: str
    arguments: Callable[[], dict]
    says: str
    methods: tuple[str, ...] = LEARN


def X(rows=6, columns=3):
    return np.random.default_rng(0).normal(size=(rows, columns)).astype("float32")


def spoiled(value, at=(2, 1), dtype="float32", x=None):
    x = (X() if x is None else x).astype(dtype)
    x[at] = value
    return x


B = np.array([0, 1, 1, 0, 1, 0])
C = np.array([0, 1, 2, 0, 1, 2])
R = np.array([0.5, 1.5, -2.0, 0.25, 9.0, 1.0])
R2 = np.stack([R, R], 1)
ROWS = np.eye(3, dtype="float32")[C]
FRAME = pd.DataFrame(X(), columns=["age", "bmi", "glucose"])


def _x(name, make, says, model="binary", methods=ALL, y=B):
    """A bad x, whatever is done with it."""
    return Case(name, model, lambda: {"x": make(), "y": y}, says, methods)


def _y(name, model, make, says, methods=LEARN):
    return Case(name, model, lambda: {"x": X(), "y": make()}, says, methods)


def _w(name, make, says, model="binary", y=B, methods=LEARN):
    return Case(name, model, lambda: {"x": X(), "y": y, "sample_weight": make()}, says, methods)


def _f(name, says, model="binary", y=B, x=None, **arguments):
    return Case(name, model, lambda: {"x": X() if x is None else x, "y": y, **arguments}, says, FIT)


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
    _x("NaN in a sparse matrix", lambda: sparse.csr_matrix(spoiled(np.nan)),
       r"NaN at row 2, column 1 \(1 row of 6"),
    _x("inf in a sparse matrix of columns", lambda: sparse.csc_matrix(spoiled(np.inf)),
       "inf at row 2"),
    _x("a sparse matrix beyond float32", lambda: sparse.coo_array(spoiled(1e300, dtype=float)),
       "too large for float32"),
    _x("sparse numbers whose sum is too large", lambda: sparse.csr_matrix(
        ([1e308, 1e308], ([4, 4], [1, 1])), (6, 3)), "inf at row 4, column 1"),
    _x("complex numbers in a sparse matrix", lambda: sparse.csr_matrix(X() * 1j),
       "complex numbers"),
    _x("a sparse matrix of another width", lambda: sparse.csr_matrix(X(6, 4)), r"shape \(6, 4\)"),
    _x("sparse fractions as ids", lambda: sparse.csr_matrix(np.eye(6, 4) * 0.5), "first at row 0",
       "ids"),
    _x("NaN in a table of sparse columns", lambda: pd.DataFrame(spoiled(np.nan)).fillna(
        np.inf).astype(pd.SparseDtype("float32", 0)), "inf at row 2, column 1"),
    _x("NaN in big-endian", lambda: spoiled(np.nan).astype(">f8"), "NaN at row 2"),
    _x("NaN in the last row", lambda: spoiled(np.nan, at=(5, 2)), "row 5, column 2"),
    _x("NaN in every row", lambda: np.full((6, 3), np.nan), "6 rows of 6"),
    _x("NaN in lists", lambda: spoiled(np.nan).tolist(), "NaN at row 2"),
    _x("NaN in a named column", lambda: FRAME.mask(np.arange(18).reshape(6, 3) // 3 == 4),
       "row 4, column 'age'"),
    _x("a missing value of pandas", _gap, "NaN at row 2, column 'bmi'"),
    _x("NaN in an image", lambda: np.full((6, 2, 2, 1), np.nan), "row 0, column 0, 0, 0",
       "image", y=C),
    _x("too large for float32", lambda: spoiled(1e39, dtype="float64"),
       r"1e\+39 \(too large for float32\)"),
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
    _x("rows where images are wanted", lambda: np.zeros((6, 4)), r"\(rows, 2, 2, 1\)", "image",
       y=C),
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
    _x("None among objects", lambda: np.array([[1, 2, None]] * 6, object),
       r"x\[0, 2\]: got None.*Fill the gap"),
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
    _x("a category column", lambda: FRAME.assign(age=pd.Categorical(list("abcabc"))),
       "column 'age'.*categories 'a', 'b', 'c'"),
    _x("a date column", lambda: FRAME.assign(age=pd.Timestamp("2026-01-01")),
       "column 'age'.*dates"),
    _x("a column with a gap", lambda: FRAME.assign(age=[1, 2, None, 4, 5, 6]),
       "NaN at row 2, column 'age'"),
    _x("an object column with None", lambda: FRAME.assign(
        age=pd.Series([1, None, 2, 3, 4, 5], dtype=object)), "column 'age'"),
    _x("two inputs for one", lambda: [X(), X()], "a list of 2 arrays"),
    _x("one input for two", X, "left.*right", "two"),
    _x("three inputs for two", lambda: [X()] * 3, "3 arrays, expected 2", "two"),
    _x("a dict without an input", lambda: {"left": X()}, "'left', 'right'", "two"),
    _x("a dict of columns", lambda: {"age": [1] * 6, "bmi": [2] * 6, "glucose": [3] * 6},
       "column_stack"),
    _x("a misspelt input", lambda: {"left": X(), "rigth": X(6, 2)}, "Did you mean 'rigth'", "two"),
    _x("inputs of different lengths", lambda: [X(), X(5, 2)], r"x\['right'\]: got 5 rows", "two",
       y=[B, R2]),
    _x("inputs swapped", lambda: [X(6, 2), X()], r"x\['left'\]", "two", y=[B, R2]),
    _x("ids with fractions", lambda: np.full((6, 4), 0.5), "fractions", "ids"),
    _x("ids that are NaN", lambda: np.full((6, 4), np.nan), "NaN", "ids"),
    _x("ids beyond int32", lambda: np.full((6, 4), 2**32 + 5), "fit int32", "ids"),
    _x("float ids beyond int32", lambda: np.full((6, 4), 1e12), "fit int32", "ids"),
    _x("a model for data", lambda: object(), "object"),
]

TARGETS = [
    _y("None", "binary", lambda: None, r"\.y: got None.*binary_crossentropy"),
    _y("fewer rows", "binary", lambda: B[:5], "5 rows, expected 6"),
    _y("more rows", "binary", lambda: np.zeros(7), "7 rows"),
    Case("x turned", "binary", lambda: {"x": X(3, 6).T.copy().T, "y": B}, r"x\.T", LEARN),
    _y("y turned", "amounts", lambda: R2.T, r"y\.T"),
    _y("three columns for one unit", "binary", lambda: ROWS, "3 units, or pass one column"),
    _y("three columns for mse", "amount", lambda: ROWS, r"shape \(6, 3\).*\(rows, 1\)"),
    _y("one column for two units", "amounts", lambda: R, "1 unit, or pass a column"),
    _y("one column of two for two units", "amounts", lambda: R[:, None], "1 unit"),
    _y("class numbers for several sigmoids", "multilabel", lambda: C,
       "sparse_categorical_crossentropy"),
    _y("class numbers for rows", "rows", lambda: C, r"to_categorical\(y, 3\)"),
    _y("a column of class numbers for rows", "rows", lambda: C[:, None], "to_categorical"),
    _y("rows for class numbers", "classes", lambda: ROWS, r"categorical_crossentropy.*argmax"),
    _y("two columns for class numbers", "classes", lambda: R2 * 0, "several labels of a row"),
    _y("two columns for rows of three", "rows", lambda: R2 * 0, r"\(rows, 3\)"),
    _y("a scalar", "binary", lambda: 1, "single number"),
    _y("labels from 1", "classes", lambda: C + 1, r"start at 1\? Then use y - 1"),
    _y("labels from 1 as floats", "classes", lambda: C + 1.0, "y - 1"),
    _y("label -1", "classes", lambda: np.where(C == 2, -1, C), r"ignore_class=-1"),
    _y("labels all 99", "classes", lambda: np.full(6, 99),
       "from 99 to 99, the first outside at row 0"),
    _y("one label beyond", "classes", lambda: np.where(np.arange(6) == 4, 7, C),
       "first outside at row 4.*0 to 2 for 3 classes.*8 units"),
    _y("labels -1 and 1 for classes", "classes", lambda: 2 * B - 1, r"\(y \+ 1\)"),
    _y("labels with fractions", "classes", lambda: C + 0.5, "fraction, first at row 0"),
    _y("one label with a fraction", "classes", lambda: np.where(C == 2, 1.5, C), "row 2"),
    _y("label NaN", "classes", lambda: np.where(C == 2, np.nan, C), "NaN at row 2"),
    _y("label inf", "classes", lambda: np.where(C == 2, np.inf, C), "inf at row 2"),
    _y("huge label", "classes", lambda: C + 2**40, "0 to 2"),
    _y("another label where one is ignored", "ignoring", lambda: np.where(C == 2, -2, C),
       "first outside at row 2"),
    _y("labels -1 and 1", "binary", lambda: 2 * B - 1, r"\(y \+ 1\) / 2"),
    _y("labels 1 and 2", "binary", lambda: B + 1, "y - 1"),
    _y("three classes for one sigmoid", "binary", lambda: C, r"Dense\(3, activation='softmax'\)"),
    _y("pixels", "multilabel", lambda: np.full((6, 4), 200), "y / 255"),
    _y("amounts for a sigmoid", "binary", lambda: R, "0 to 1 for binary_crossentropy"),
    _y("target NaN", "amount", lambda: np.where(R > 5, np.nan, R), "NaN at row 4"),
    _y("target inf", "amount", lambda: np.where(R > 5, np.inf, R), "inf at row 4"),
    _y("target too large", "amount", lambda: R * 1e300, "too large for float32"),
    _y("target NaN for a sigmoid", "binary", lambda: np.where(B == 1, np.nan, B), "NaN at row 1"),
    _y("target NaN in rows", "rows", lambda: ROWS * np.nan, "NaN at row 0"),
    _y("text labels", "classes", lambda: np.array(list("abcabc")), "np.unique"),
    _y("text labels in a list", "binary", lambda: ["yes", "no"] * 3, "text"),
    _y("labels of objects", "binary", lambda: np.array(["yes", "no"] * 3, object), "got text"),
    _y("a missing label", "binary", lambda: [0, 1, None, 0, 1, 1], "None"),
    _y("a category of pandas", "binary", lambda: pd.Series(list("ababab"), dtype="category"),
       "categories"),
    _y("a text column of pandas", "binary", lambda: pd.Series(list("ababab"), name="kind"), "kind"),
    _y("a missing label of pandas", "classes",
       lambda: pd.Series([0, 1, None, 2, 1, 0], dtype="Int64"), "NaN at row 2"),
    _y("dates", "amount", lambda: np.full(6, np.datetime64("2026-01-01")), "dates"),
    _y("complex", "amount", lambda: R + 1j, "complex"),
    Case("the same rows in another order", "binary",
         lambda: {"x": FRAME, "y": pd.Series(B)[::-1]}, "another order.*loc"),
    Case("weights in another order", "binary",
         lambda: {"x": FRAME, "y": B, "sample_weight": pd.Series(np.ones(6))[::-1]},
         "another order"),
    Case("steps: a label a row", "steps", lambda: {"x": np.zeros((6, 5, 3)), "y": C},
         r"\(rows, 5\) class numbers"),
    Case("steps: labels beyond", "steps", lambda: {"x": np.zeros((6, 5, 3)),
                                                   "y": np.full((6, 5), 4)}, "0 to 3"),
    Case("steps: an amount a row", "steps_amount", lambda: {"x": np.zeros((6, 5, 3)), "y": R},
         r"\(rows, 5, 1\)"),
    Case("two outputs, one target", "two", lambda: {"x": [X(), X(6, 2)], "y": B}, "main.*side"),
    Case("two outputs, three targets", "two", lambda: {"x": [X(), X(6, 2)], "y": [B, R2, B]},
         "3 arrays, expected 2"),
    Case("a misspelt output", "two", lambda: {"x": [X(), X(6, 2)], "y": {"main": B, "sied": R2}},
         "Did you mean 'sied'"),
    Case("outputs swapped", "two", lambda: {"x": [X(), X(6, 2)], "y": [R2, B]}, r"y\['main'\]"),
    Case("bad labels of one output", "two", lambda: {"x": [X(), X(6, 2)], "y": [B + 5, R2]},
         r"y\['main'\]: got values from 5"),
    Case("NaN of one output", "two", lambda: {"x": [X(), X(6, 2)], "y": [B, R2 * np.nan]},
         r"y\['side'\]: got NaN"),
    Case("a target missing", "two", lambda: {"x": [X(), X(6, 2)], "y": [B, None]},
         r"y\['side'\]: got None"),
]

WEIGHTS = [
    _w("NaN", lambda: np.full(6, np.nan), "sample_weight: got NaN"),
    _w("inf", lambda: np.full(6, np.inf), "sample_weight: got inf"),
    _w("fewer", lambda: np.ones(5), "5 rows"),
    _w("two columns", lambda: np.ones((6, 2)), r"shape \(6, 2\)"),
    _w("turned", lambda: np.ones((1, 6)), "1 rows"),
    _w("text", lambda: ["a"] * 6, "text"),
    _w("a number", lambda: 2.0, "single number"),
    _w("a name", lambda: "balanced", "text"),
    _w("class weights as sample weights", lambda: {0: 1.0, 1: 2.0}, "key 0.*outputs"),
    Case("a weight a row for steps", "steps", lambda: {
        "x": np.zeros((6, 5, 3)), "y": np.zeros((6, 5), int), "sample_weight": np.ones(6)},
        r"sample_weight\[:, None\]"),
    Case("weights of a misspelt output", "two", lambda: {
        "x": [X(), X(6, 2)], "y": [B, R2], "sample_weight": {"mian": np.ones(6)}},
        "Did you mean 'main'"),
]

SPLITS = [
    *(_f(f"split {v!r}", "validation_split: got", validation_split=v)
      for v in (1.5, 1.0, -0.1, np.nan, "0.2", True, [0.2], 20)),
    _f("a split of one row", "0.5 of 1 rows", x=X(1), y=B[:1], validation_split=0.5),
    _f("nothing left to train on", "at least one row", validation_split=0.99),
    _f("a split of a stream", "validation_data instead", y=None, validation_split=0.2,
       x=iter([(X(), B)])),
    _f("validation without targets", r"validation_data\[1\]: got None", validation_data=(X(),)),
    _f("validation of four parts", "4 parts", validation_data=(X(), B, B, B)),
    _f("validation of x alone", "one ndarray", validation_data=X()),
    _f("validation with bad labels", r"validation_data\[1\]: got values from 0 to 2",
       validation_data=(X(), C)),
    _f("validation with NaN", r"validation_data\[0\]: got NaN",
       validation_data=(spoiled(np.nan), B)),
    _f("validation with another width", r"validation_data\[0\]", validation_data=(X(6, 4), B)),
    _f("validation with bad weights", r"validation_data\[2\]: got NaN",
       validation_data=(X(), B, np.full(6, np.nan))),
    _f("validation with columns in another order", "another order", x=FRAME,
       validation_data=(FRAME[["bmi", "age", "glucose"]], B)),
    *(_f(f"class weights {v!r}", "class_weight: got", class_weight=v)
      for v in ([1.0, 2.0], 3, "even", np.ones(2), {"0": 1.0}, {0.5: 1.0}, {0: "a"}, {0: np.nan},
                {0: None}, {0: np.inf}, {None: 1.0}, {"main": {0: 1.0}})),
    _f("class weights of amounts", "targets are amounts", model="amount", y=R,
       class_weight={0: 1.0}),
    _f("class weights beside weights", "beside sample_weight", sample_weight=np.ones(6),
       class_weight={0: 2.0}),
    _f("class weights of two outputs", "several outputs", model="two", x=[X(), X(6, 2)],
       y=[B, R2], class_weight={0: 2.0}),
    _f("class weights of a misspelt output", "Did you mean 'side'", model="two",
       x=[X(), X(6, 2)], y=[B, R2], class_weight={"main": {0: 2.0}, "sidee": {0: 1.0}}),
    _f("class weights of steps", "one class for each row", model="steps",
       x=np.zeros((6, 5, 3)), y=np.zeros((6, 5), int), class_weight={0: 2.0}),
]

NUMBERS = [Case(f"{name}={value!r}", "binary", lambda name=name, value=value: {
    "x": X(), "y": B, name: value}, f"{name}: got", FIT)
    for name in ("batch_size", "steps_per_epoch", "validation_steps", "validation_batch_size")
    for value in (0, -1, 2.5, np.nan, True, "8", [8])]


def _batches(bad, at=1):
    good = (X(), B)
    return lambda: {"x": iter([good] * at + [bad])}


STREAMS = [
    Case("a stream with y beside", "binary", lambda: {"x": iter([(X(), B)]), "y": B},
         "beside a stream", LOOP),
    Case("a stream with weights beside", "binary",
         lambda: {"x": iter([(X(), B)]), "sample_weight": B}, "beside a stream", LOOP),
    Case("NaN in a batch", "binary", _batches((spoiled(np.nan), B)), "x of batch 2: got NaN", LOOP),
    Case("labels beyond in a batch", "binary", _batches((X(), C)), "y of batch 2", LOOP),
    Case("a batch of another width", "binary", _batches((X(6, 4), B)), "batch 2", LOOP),
    Case("a batch without y", "binary", _batches((X(),)), "y of batch 2: got None", LOOP),
    Case("a batch of four", "binary", _batches((X(), B, B, B)), "tuple of 4", LOOP),
    Case("a batch of x alone", "binary", _batches(X()), "y of batch 2: got None", LOOP),
    Case("a batch of text", "binary", _batches("row"), "batch 2: got text", LOOP),
    Case("a batch of unequal rows", "binary", _batches((X(), B[:3])), "3 rows", LOOP),
    Case("an empty batch", "binary", _batches((X(0), B[:0])), "batch 2: got no rows", LOOP),
    Case("bad weights in a batch", "binary", _batches((X(), B, np.full(6, np.nan))),
         "sample_weight of batch 2", LOOP),
]

CASES = [*INPUTS, *TARGETS, *WEIGHTS, *SPLITS, *NUMBERS, *STREAMS]
