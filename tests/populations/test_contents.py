"""What values hold, equal in every process."""

import datetime
import functools
import json
import threading

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from brickwork.callbacks import EarlyStopping
from brickwork.populations.contents import contents, digest


class Plain:
    def __init__(self, value):
        self.value = value


class Locked:
    def __init__(self, value):
        self.value, self.lock = value, threading.Lock()


class Unfinished(Plain):
    def get_config(self):
        raise NotImplementedError


LONG = np.arange(5000)
#: Makers of values of which 1 and 2 are to be known apart.
MADE = {
    "a number": lambda k: k,
    "NumPy's number": np.float32,
    "text": str,
    "bytes": lambda k: bytes([k]),
    "a long array": lambda k: np.where(LONG == 2500, k, LONG),
    "an array of objects": lambda k: np.array(["a", None, str(k)], object),
    "a sequence": lambda k: [0, (k,)],
    "a dict": lambda k: {"a": {0: k}},
    "a set": lambda k: {0, k},
    "a set of texts": lambda k: {"a", "b", "c", str(k)},
    "a callback": lambda k: EarlyStopping("loss", patience=k),
    "an object": lambda k: Plain([k]),
    "a lock within": lambda k: {"lock": threading.Lock(), "k": k},
    "an unfinished config": Unfinished,
    "a partial": lambda k: functools.partial(max, k),
    "a date": lambda k: datetime.date(2020, 1, k),
}


@pytest.mark.parametrize("name", MADE)
def test_equal_values_have_equal_contents(name):
    make = MADE[name]
    assert contents(make(1)) == contents(make(1)) != contents(make(2))
    assert digest(make(1)) == digest(make(1)) != digest(make(2))
    read = json.loads(json.dumps(contents(make(1))))
    assert read == contents(read)


def test_tables_and_sparse_matrices():
    for kind in (lambda a: pd.DataFrame({"a": a, "b": "x"}), lambda a: sparse.csr_matrix(a)):
        assert digest(kind(LONG)) == digest(kind(LONG.copy()))
        assert digest(kind(LONG)) != digest(kind(MADE["a long array"](7)))


def test_the_order_counts_where_it_is_one():
    assert contents({1: "a", 2: "b"}) == contents({2: "b", 1: "a"})
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert contents([1, 2]) != contents([2, 1])
    assert contents(LONG[::-1]) == contents(LONG[::-1].copy()) != contents(LONG)


def test_an_object_that_holds_itself():
    one = Plain(None)
    one.value = [one]
    assert digest(one) == digest(one)
    assert contents(Locked(1)) == contents(Locked(1))


def test_columns_of_tables_count_by_their_names():
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    assert digest(frame) == digest(frame.copy())
    assert digest(frame) != digest(frame.rename(columns={"a": "b", "b": "a"}))
    assert digest(frame) != digest(frame.astype(float))
