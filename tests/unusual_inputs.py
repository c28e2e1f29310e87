"""Data that looks odd and is legal: each must pass, and mean the same as its plain form.

A case is ``Case(name, model, arguments)``: a model of `data_models`, and a function that makes
new arguments of the methods. ``plain`` are the arrays that it stands for (default: what
NumPy makes of x, y and sample_weight); ``warns`` is a pattern of the one warning that it earns.
"""

from __future__ import annotations

import array
import collections
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
from bad_inputs import ALL, FIT, LEARN, R2, ROWS, B, C, R, X
from scipy import sparse
from unusual_kinds import made


@dataclass(frozen=True)
class Case:
    name: str
    model: str
    arguments: Callable[[], dict]
    plain: Callable[[], dict] | None = None
    warns: str | None = None
    methods: tuple[str, ...] = LEARN


class Tensor:
    """A tensor of another library: all that is known of it is ``__array__``."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)


class TorchLike(Tensor):
    """Refuses to be read before it is detached from its graph and brought home."""

    def detach(self):
        return self

    def cpu(self):
        return Tensor(self.values)

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("still on the device")


def misaligned(values):
    raw = np.zeros(values.nbytes + 1, np.uint8)
    out = raw[1:].view(values.dtype).reshape(values.shape)
    out[...] = values
    return out


def read_only(values):
    values = values.copy()
    values.flags.writeable = False
    return values


def _x(name, make, model="binary", y=B, methods=ALL, **more):
    """An odd x; its plain form is `plain`, by default X()."""
    plain = more.pop("plain", X)
    return Case(
        name,
        model,
        lambda: {"x": make(), "y": y},
        lambda: {"x": plain(), "y": y},
        methods=methods,
        **more,
    )


def _y(name, model, make, plain=None, **more):
    plain_y = (lambda: np.asarray(make())) if plain is None else plain
    return Case(
        name, model, lambda: {"x": X(), "y": make()}, lambda: {"x": X(), "y": plain_y()}, **more
    )


def _w(name, make, model="binary", y=B, plain=None, **more):
    plain_w = (lambda: np.asarray(make())) if plain is None else plain
    return Case(
        name,
        model,
        lambda: {"x": X(), "y": y, "sample_weight": make()},
        lambda: {"x": X(), "y": y, "sample_weight": plain_w()},
        **more,
    )


LARGE_INTS = np.array([[2**24 + 1, 1, 2]] * 6)
CLASSES = np.array([0, 1, 2, 0, 1, 2])
WITH_IGNORED = np.where(C == 2, -1, C)
NANS = np.where(np.arange(18).reshape(6, 3) == 4, np.nan, X())


MEMORY = [
    _x("Fortran order", lambda: np.asfortranarray(X())),
    _x("negative strides", lambda: X()[::-1], plain=lambda: X()[::-1].copy()),
    _x("columns backwards", lambda: X()[:, ::-1], plain=lambda: X()[:, ::-1].copy()),
    _x("every second column", lambda: np.repeat(X(), 2, axis=1)[:, ::2]),
    _x("big-endian", lambda: X().astype(">f4")),
    _x("misaligned", lambda: misaligned(X())),
    _x("read-only", lambda: read_only(X())),
    _x(
        "broadcast",
        lambda: np.broadcast_to(X()[:1], (6, 3)),
        plain=lambda: np.repeat(X()[:1], 6, axis=0),
    ),
    _x("a matrix", lambda: np.matrix(X())),
    _x("a masked array without masked entries", lambda: np.ma.array(X())),
    _x("half floats", lambda: X().astype("float16"), plain=lambda: X().astype("float16")),
    _x("long doubles", lambda: X().astype(np.longdouble), plain=lambda: X().astype(float)),
    _x("doubles", lambda: X().astype(float), plain=lambda: X().astype(float)),
    _x(
        "bytes as numbers",
        lambda: np.full((6, 3), 255, "uint8"),
        plain=lambda: np.full((6, 3), 255),
    ),
    _x("truth values", lambda: X() > 0, plain=lambda: X() > 0),
    _x("integers", lambda: np.arange(18).reshape(6, 3), plain=lambda: np.arange(18).reshape(6, 3)),
    _x("unsigned 64", lambda: np.full((6, 3), 7, "uint64"), plain=lambda: np.full((6, 3), 7)),
    _x(
        "the largest float32",
        lambda: np.full((6, 3), 3.4028235e38),
        plain=lambda: np.full((6, 3), 3.4028235e38),
    ),
    _x(
        "the smallest floats",
        lambda: np.full((6, 3), 5e-324),
        plain=lambda: np.full((6, 3), 5e-324),
    ),
    _x(
        "float32 whose squares overflow",
        lambda: np.full((6, 3), 1e30, "float32"),
        plain=lambda: np.full((6, 3), 1e30, "float32"),
    ),
    _x(
        "more than float32 for a float64 model",
        lambda: np.full((6, 3), 1e300),
        "double",
        y=R,
        plain=lambda: np.full((6, 3), 1e300),
    ),
    _x(
        "integers that float32 rounds",
        lambda: LARGE_INTS,
        plain=lambda: LARGE_INTS,
        warns="16777217.*Embedding",
    ),
    _x("constant columns", lambda: np.ones((6, 3)), plain=lambda: np.ones((6, 3))),
    _x("one row", lambda: X(1), y=B[:1], plain=lambda: X(1)),
    _x("no rows to predict", lambda: X(0), plain=lambda: X(0), methods=("predict",)),
]

CONTAINERS = [
    _x("lists", lambda: X().tolist()),
    _x("tuples", lambda: tuple(map(tuple, X().tolist()))),
    _x("a list of arrays", lambda: list(X())),
    _x("a list of one array", lambda: [X()]),
    _x("a tuple of one array", lambda: (X(),)),
    _x("a dict of one array", lambda: {"features": X()}),
    _x("a deque", lambda: collections.deque(X().tolist())),
    _x("a range", lambda: range(6), "one", y=R, plain=lambda: np.arange(6)[:, None]),
    _x(
        "an array of Python",
        lambda: array.array("d", range(6)),
        "one",
        y=R,
        plain=lambda: np.arange(6.0)[:, None],
    ),
    _x("a memoryview", lambda: memoryview(X())),
    _x("another library's tensor", lambda: Tensor(X())),
    _x("a tensor that must be detached", lambda: TorchLike(X())),
    _x("a list of another library's tensors", lambda: [Tensor(r) for r in X()]),
    _x("a sparse matrix", lambda: sparse.csr_matrix(X())),
    _x(
        "a sparse array in columns",
        lambda: sparse.csc_array(X() * (X() > 0)),
        plain=lambda: X() * (X() > 0),
    ),
    _x(
        "a sparse matrix by places",
        lambda: sparse.coo_matrix(
            (np.ones(8), ([0, 0, 5, 5, 2, 3, 5, 1], [0, 1, 2, 2, 0, 1, 2, 0])), (6, 3)
        ),
        plain=lambda: np.array([[1, 1, 0], [1, 0, 0], [1, 0, 0], [0, 1, 0], [0] * 3, [0, 0, 3]]),
    ),
    _x(
        "a sparse matrix of integers",
        lambda: sparse.csr_matrix(LARGE_INTS),
        plain=lambda: LARGE_INTS,
        warns="16777217.*Embedding",
    ),
    _x(
        "a sparse matrix of nothing",
        lambda: sparse.csr_matrix((6, 3)),
        plain=lambda: np.zeros((6, 3)),
    ),
    _x(
        "a sparse matrix of long doubles",
        lambda: sparse.csr_matrix(X().astype(np.longdouble)),
        plain=lambda: X().astype(float),
    ),
    _x("sparse ids", lambda: sparse.csr_matrix(np.eye(6, 4)), "ids", plain=lambda: np.eye(6, 4)),
    _x(
        "a sparse matrix for a channel",
        lambda: sparse.csr_matrix(np.eye(6, 4)),
        "channel",
        y=np.ones((6, 4)),
        plain=lambda: np.eye(6, 4)[..., None],
    ),
    _x(
        "two sparse inputs",
        lambda: [sparse.csr_matrix(X()), sparse.csr_matrix(X(6, 2))],
        "two",
        y=[B, R2],
        plain=lambda: [X(), X(6, 2)],
    ),
    _x("objects that are numbers", lambda: X().astype(object), plain=lambda: X().astype(float)),
    _x(
        "objects of several kinds",
        lambda: np.array([[1, 2.5, True]] * 6, object),
        plain=lambda: np.array([[1, 2.5, 1]] * 6),
    ),
    _x(
        "decimals and fractions",
        lambda: np.array([[Decimal("1.5"), Fraction(1, 4), 2]] * 6),
        plain=lambda: np.array([[1.5, 0.25, 2]] * 6),
    ),
    _x(
        "integers of any length",
        lambda: [[2**70, 1, 2]] * 6,
        plain=lambda: np.array([[2.0**70, 1, 2]] * 6),
    ),
    _x("objects that are rows", lambda: _rows_of_objects()),
    _x("a column for one feature", lambda: R, "one", y=R, plain=lambda: R[:, None]),
    _x(
        "a channel too few",
        lambda: np.ones((6, 2, 2)),
        "image",
        y=C,
        plain=lambda: np.ones((6, 2, 2, 1)),
    ),
    _x("a last dimension too many", lambda: X()[..., None]),
    _x("float ids", lambda: np.ones((6, 4)), "ids", plain=lambda: np.ones((6, 4))),
    _x("ids of 8 bits", lambda: np.ones((6, 4), "uint8"), "ids", plain=lambda: np.ones((6, 4))),
    _x(
        "steps of another length",
        lambda: np.ones((6, 9, 3)),
        "any_steps",
        y=np.ones((6, 9)),
        plain=lambda: np.ones((6, 9, 3)),
    ),
    _x(
        "anything for a model without shapes",
        lambda: np.ones((6, 2, 7)),
        "unbuilt",
        y=R,
        plain=lambda: np.ones((6, 2, 7)),
    ),
    _x(
        "two inputs by name",
        lambda: {"right": X(6, 2), "left": X()},
        "two",
        y=[B, R2],
        plain=lambda: [X(), X(6, 2)],
    ),
    _x(
        "an input too many by name",
        lambda: {"right": X(6, 2), "left": X(), "note": B},
        "two",
        y=[B, R2],
        plain=lambda: [X(), X(6, 2)],
        warns="'note'.*left out",
    ),
]


def _rows_of_objects():
    rows = np.empty(6, object)
    rows[:] = list(X())
    return rows


TABLES = [
    _x("a table", lambda: pd.DataFrame(X())),
    _x(
        "a table of mixed numbers",
        lambda: pd.DataFrame({"a": [1] * 6, "b": [0.5] * 6, "c": [True] * 6}),
        plain=lambda: np.array([[1, 0.5, 1]] * 6),
    ),
    _x(
        "a table of integers",
        lambda: pd.DataFrame(np.arange(18).reshape(6, 3)),
        plain=lambda: np.arange(18).reshape(6, 3),
    ),
    _x("nullable types without gaps", lambda: pd.DataFrame(X()).convert_dtypes()),
    _x(
        "a column of number objects",
        lambda: pd.DataFrame({"a": pd.Series([1, 2, 3, 4, 5, 6], dtype=object), "b": 0.0, "c": 1}),
        plain=lambda: np.stack([np.arange(1, 7), np.zeros(6), np.ones(6)], 1),
    ),
    _x(
        "a table of sparse columns",
        lambda: pd.DataFrame(X() * (X() > 0)).astype(pd.SparseDtype("float32", 0)),
        plain=lambda: X() * (X() > 0),
    ),
    _x(
        "a table of one sparse column of three",
        lambda: pd.DataFrame(X()).astype({1: pd.SparseDtype("float32", 0)}),
    ),
    _x("names twice", lambda: pd.DataFrame(X(), columns=["a", "a", "b"])),
    _x(
        "names of several levels",
        lambda: pd.DataFrame(
            X(), columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)])
        ),
    ),
    _x("names in Hangul", lambda: pd.DataFrame(X(), columns=["나이", "키", "몸무게"])),
    _x(
        "a series for one feature",
        lambda: pd.Series(R, name="dose"),
        "one",
        y=R,
        plain=lambda: R[:, None],
    ),
    _x("a slice of a table", lambda: pd.DataFrame(np.repeat(X(), 2, axis=0)).iloc[::2]),
    Case(
        "row labels of y that differ",
        "binary",
        lambda: {"x": pd.DataFrame(X()), "y": pd.Series(B, index=range(100, 106))},
        lambda: {"x": X(), "y": B[:, None]},
    ),
    Case(
        "row labels that overlap in part",
        "binary",
        lambda: {"x": pd.DataFrame(X()), "y": pd.Series(B, index=range(3, 9))},
        lambda: {"x": X(), "y": B[:, None]},
    ),
    Case(
        "row labels that repeat",
        "binary",
        lambda: {
            "x": pd.DataFrame(X(), index=[0, 0, 1, 1, 2, 2]),
            "y": pd.Series(B, index=[2, 2, 1, 1, 0, 0]),
        },
        lambda: {"x": X(), "y": B[:, None]},
    ),
]

LABELS = [
    _y("a vector", "binary", lambda: B),
    _y("a column", "binary", lambda: B[:, None]),
    _y("a list", "binary", lambda: B.tolist()),
    _y("a list of one vector", "binary", lambda: [B], lambda: B),
    _y("a list of one column", "binary", lambda: [B[:, None]], lambda: B[:, None]),
    _y("truth values", "binary", lambda: B == 1),
    _y("probabilities", "binary", lambda: B * 0.9 + 0.05),
    _y("a sparse column", "binary", lambda: sparse.csr_matrix(B[:, None]), lambda: B[:, None]),
    _y("sparse rows", "rows", lambda: sparse.csr_matrix(ROWS), lambda: ROWS),
    _y("all of one class", "binary", lambda: B * 0),
    _y("sorted", "binary", lambda: np.sort(B)),
    _y("several labels a row", "multilabel", lambda: np.ones((6, 4))),
    _y("float class indices", "classes", lambda: C.astype(float)),
    _y("class indices of 8 bits", "classes", lambda: C.astype("uint8")),
    _y("a column of class indices", "classes", lambda: C[:, None]),
    _y("number objects", "classes", lambda: C.astype(object), lambda: C),
    _y("classes that are missing", "classes", lambda: np.where(C == 1, 0, C)),
    _y("an ignored class", "ignoring", lambda: WITH_IGNORED),
    _y("only the ignored class", "ignoring", lambda: np.full(6, -1)),
    Case(
        "labels beyond in rows of weight 0",
        "classes",
        lambda: {"x": X(), "y": WITH_IGNORED, "sample_weight": (C != 2).astype(float)},
    ),
    Case(
        "labels beyond under weights of a column",
        "classes",
        lambda: {"x": X(), "y": WITH_IGNORED[:, None], "sample_weight": (C != 2)[:, None]},
    ),
    Case(
        "labels beyond under a mask",
        "masked",
        lambda: {
            "x": np.where(np.arange(5)[:, None] == 4, 0, np.ones((6, 5, 3))),
            "y": np.where(np.arange(5) == 4, 99, C[:, None]),
        },
    ),
    _y("rows of shares", "rows", lambda: np.full((6, 3), 1 / 3)),
    _y("rows of integers", "rows", lambda: ROWS.astype(int)),
    _y("rows that do not sum to 1", "rows", lambda: ROWS * 0.5, warns="sum to 1, first row 0"),
    _y("rows of zeros", "rows", lambda: ROWS * 0, warns="sum to 1"),
    _y("rows of advantages", "rows", lambda: ROWS * -2.0, warns="from -2 to"),
    _y("any shape for a loss of the user's", "own", lambda: np.ones((6, 7, 2))),
    _y("NaN for a loss of the user's", "own", lambda: R * np.nan),
    _y("no y for a loss-free output", "half", lambda: {"main": B}, lambda: [B, None]),
    _y("None for a loss-free output", "half", lambda: [B, None], lambda: [B, None]),
    _y("amounts as integers", "amount", lambda: C),
    _y("amounts in a column", "amount", lambda: R[:, None]),
    Case(
        "steps without their last dimension",
        "steps_amount",
        lambda: {"x": np.ones((6, 5, 3)), "y": np.ones((6, 5))},
    ),
    Case(
        "steps of class indices with a last dimension",
        "steps",
        lambda: {"x": np.ones((6, 5, 3)), "y": np.ones((6, 5, 1), int)},
    ),
    Case("one row of class indices", "classes", lambda: {"x": X(1), "y": [2]}),
    Case(
        "two outputs by name",
        "two",
        lambda: {"x": [X(), X(6, 2)], "y": {"side": R2, "main": B}},
        lambda: {"x": [X(), X(6, 2)], "y": [B, R2]},
    ),
    Case("NaN where the model handles it", "masking", lambda: {"x": NANS, "y": B}, methods=ALL),
]

WEIGHTS = [
    _w("a column", lambda: np.ones((6, 1))),
    _w("integers", lambda: np.arange(6)),
    _w("truth values", lambda: B == 1),
    _w("a list", lambda: [1, 2, 3, 4, 5, 6]),
    _w("a series", lambda: pd.Series(np.ones(6)), plain=lambda: np.ones((6, 1))),
    _w("negative ones", lambda: -np.ones(6), warns="away from their targets"),
    _w("all zero", lambda: np.zeros(6), warns="Nothing is learned"),
    _w("huge ones", lambda: np.full(6, 1e30)),
    Case(
        "of steps",
        "steps",
        lambda: {
            "x": np.ones((6, 5, 3)),
            "y": np.ones((6, 5), int),
            "sample_weight": np.ones((6, 5)),
        },
    ),
    Case(
        "a column for steps",
        "steps",
        lambda: {
            "x": np.ones((6, 5, 3)),
            "y": np.ones((6, 5), int),
            "sample_weight": np.ones((6, 1)),
        },
    ),
    Case(
        "one for two outputs",
        "two",
        lambda: {"x": [X(), X(6, 2)], "y": [B, R2], "sample_weight": np.arange(6)},
        lambda: {"x": [X(), X(6, 2)], "y": [B, R2], "sample_weight": [np.arange(6), np.arange(6)]},
    ),
    Case(
        "of one of two outputs",
        "two",
        lambda: {"x": [X(), X(6, 2)], "y": [B, R2], "sample_weight": {"side": np.arange(6)}},
        lambda: {"x": [X(), X(6, 2)], "y": [B, R2], "sample_weight": [None, np.arange(6)]},
    ),
    _w("any shape for a loss of the user's", lambda: np.ones((6, 2)), "own", R),
]


def _f(name, model="binary", y=B, plain_weight=None, warns=None, x=None, **arguments):
    x = X() if x is None else x
    return Case(
        name,
        model,
        lambda: {"x": x, "y": y, **arguments},
        None if plain_weight is None else lambda: {"x": x, "y": y, "sample_weight": plain_weight},
        warns,
        FIT,
    )


FITS = [
    _f("class weights", class_weight={0: 1.0, 1: 3.0}, plain_weight=1.0 + 2 * B),
    _f(
        "class weights of NumPy's numbers",
        class_weight={np.int64(0): np.float32(1), 1.0: 3},
        plain_weight=1.0 + 2 * B,
    ),
    _f(
        "a class without a weight",
        class_weight={1: 3.0},
        plain_weight=1.0 + 2 * B,
        warns="no weight for the classes 0",
    ),
    _f(
        "a weight without a class",
        class_weight={0: 1, 1: 3, 7: 9},
        plain_weight=1.0 + 2 * B,
        warns="weights for 7",
    ),
    _f("a class weight of 0", class_weight={0: 0, 1: 1}, plain_weight=B),
    _f(
        "a negative class weight",
        class_weight={0: -1, 1: 1},
        plain_weight=2 * B - 1,
        warns="below 0",
    ),
    _f("class weights of rows", "rows", ROWS, class_weight={0: 1, 1: 2, 2: 4}, plain_weight=2.0**C),
    _f(
        "class weights of a column",
        "classes",
        C[:, None],
        class_weight={0: 1, 1: 2, 2: 4},
        plain_weight=2.0**C,
    ),
    _f(
        "class weights of soft labels",
        y=B * 0.8 + 0.1,
        class_weight={0: 1, 1: 3},
        plain_weight=1.0 + 2 * B,
    ),
    _f(
        "class weights of whole amounts",
        "amount",
        C,
        class_weight={0: 1, 1: 2, 2: 4},
        plain_weight=2.0**C,
    ),
    _f(
        "class weights of far classes",
        "own",
        np.array([0, 10**9] * 3),
        class_weight={0: 1, 10**9: 2},
        plain_weight=np.array([1.0, 2.0] * 3),
    ),
    _f(
        "balanced class weights",
        y=np.array([0, 0, 0, 0, 1, 1]),
        class_weight="balanced",
        plain_weight=np.array([0.75] * 4 + [1.5] * 2),
    ),
    _f(
        "class weights by output",
        "two",
        [B, R2],
        x=[X(), X(6, 2)],
        class_weight={"main": {0: 1, 1: 3}},
        plain_weight=[1.0 + 2 * B, None],
    ),
    _f("no split", validation_split=0),
    _f("a split of None", validation_split=None),
    _f("a split of NumPy's number", validation_split=np.float32(0.5)),
    _f("a batch larger than the data", batch_size=1000),
    _f("a batch of NumPy's number", batch_size=np.int64(2)),
    _f("more steps than batches", steps_per_epoch=100, batch_size=2, warns="3 batches of 2 rows"),
    _f("validation as a list", validation_data=[X(), B]),
    _f("validation with weights", validation_data=(X(), B, np.ones(6))),
    _f("validation of one row", validation_data=(X(1), B[:1])),
    _f(
        "a split beside validation",
        validation_split=0.5,
        validation_data=(X(), B),
        warns="beside validation_data",
    ),
]

CASES = [*MEMORY, *CONTAINERS, *TABLES, *LABELS, *WEIGHTS, *FITS, *made(Case)]
