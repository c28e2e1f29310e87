"""Every case of the table of unusual inputs passes the data layer and means its plain form."""

import re
import warnings

import numpy as np
import pytest
from data_models import MODELS
from test_bad_data import prepare
from unusual_inputs import CASES

from brickwork import data

#: Arguments of fit that are not its data's.
LOOP = {"epochs", "initial_epoch", "verbose", "shuffle", "callbacks", "validation_freq", "on_nan"}
PAIRS = [
    (case, method) for case in CASES for method in case.methods if not LOOP & set(case.arguments())
]


def lists(value):
    return (
        [None]
        if value is None
        else value
        if isinstance(value, list) and any(v is None or isinstance(v, np.ndarray) for v in value)
        else [value]
    )


def assert_same(got, wanted, count):
    wanted = lists(wanted)
    wanted = wanted * count if len(wanted) == 1 and wanted[0] is None else wanted
    assert len(got) == len(wanted)
    for a, b in zip(got, wanted, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            assert a.dtype.kind in "biuf" and a.dtype.isnative and a.flags.aligned
            assert a.dtype.itemsize <= 8
            np.testing.assert_array_equal(a, np.asarray(b))


@pytest.mark.parametrize("case, method", PAIRS, ids=[f"{c.name}-{m}" for c, m in PAIRS])
def test_accepted(case, method):
    data.forget_warnings()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        prepared = prepare(method, case.model, case.arguments())
    arrays = prepared.data if isinstance(prepared, data.Prepared) else prepared
    arrays = arrays.batch(slice(None))
    plain = (case.plain or case.arguments)()
    outputs = len(MODELS[case.model].outputs)
    if not case.name.startswith("a split of"):
        assert_same(arrays.x, plain["x"], 1)
        if method != "predict":
            assert_same(arrays.y, plain["y"], outputs)
            assert_same(arrays.weight, plain.get("sample_weight"), outputs)
    messages = [str(w.message) for w in said if w.category is data.DataWarning]
    if case.warns is None:
        assert not messages, messages
    else:
        assert len(messages) == 1 and re.search(case.warns, messages[0]), messages


def test_enough_cases():
    assert len({c.name + c.model for c in CASES}) >= 120


def test_no_copy_of_what_is_ready():
    for x in (np.ones((6, 3), "float32"), np.ones((6, 3)), np.ones((12, 3))[::2]):
        y = np.ones(6, int)
        arrays = data.for_fit(x, y, expects=MODELS["binary"]).data
        assert np.shares_memory(arrays.x[0], x) and np.shares_memory(arrays.y[0], y)
        assert arrays.x[0].dtype == x.dtype and arrays.y[0].dtype == y.dtype
