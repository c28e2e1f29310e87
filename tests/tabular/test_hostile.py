"""Tables that nobody would wish for: trained on, or refused in words, in bounded memory."""

import resource

import numpy as np
import pytest

import brickwork

RNG = np.random.default_rng(7)
N = 120
Y = RNG.choice(["a", "b"], N)
TRAINED = {
    "mixed types": {"x": [1, "a", None, 2.5, True, b"b"] * (N // 6), "y": Y},
    "formulas": {
        "x": ["=1+1", "@SUM(A1)", "-2+3"] * (N // 3),
        "y": ["=cmd|'/c calc'!A0", "b"] * 60,
    },
    "huge numbers": {"x": RNG.normal(size=N) * 1e300, "z": [10**40, -(10**40)] * 60, "y": Y},
    "lone surrogates": {"x\ud800": ["\ud800", "b"] * 60, "y": ["\udfff", "b"] * 60},
    "blank cells": {"x": ["", " "] * 60, "w": RNG.normal(size=N), "y": Y},
    "a name of braces": {"{count}": RNG.normal(size=N), "%s": [1, 2] * 60, "y": Y},
    "many columns": {**{f"c{i}": RNG.normal(size=N) for i in range(1000)}, "y": Y},
    "all missing but one": {"x": [1.0, *[None] * (N - 1)], "w": RNG.normal(size=N), "y": Y},
}
REFUSED = {
    "one row": ({"x": [1.0], "y": ["a"]}, "at least two classes"),
    "no rows": ({"x": [], "y": []}, "without rows"),
    "a constant target": ({"x": np.arange(N), "y": ["a"] * N}, "'a' throughout"),
    "a huge target": ({"x": Y, "y": RNG.normal(size=N) * 1e300}, "float32"),
    "a class for each row": ({"x": Y, "y": [f"p{i}" for i in range(N)]}, "120 classes in 120 rows"),
    "columns of other lengths": ({"x": [1, 2], "y": Y}, "'x': 2, 'y': 120"),
    "nothing but names": ({"x": [f"p{i}" for i in range(N)], "y": Y}, "no column that can be used"),
    "lists in cells": ({"x": [[1], [2, 3]] * 60, "y": Y}, "a list at row 0"),
    "infinite numbers": ({"x": [np.inf] * 60 + [1.0] * 60, "y": Y}, "row 0: got inf"),
}


@pytest.mark.parametrize("name", TRAINED)
def test_it_is_trained_on_saved_and_reported(name, tmp_path):
    data = TRAINED[name]
    predictor = brickwork.train(data, "y", quality="fast")
    assert set(predictor.predict(data)) <= set(np.asarray(data["y"]))
    predictor.save(tmp_path / "model.brick")
    predictor.report.save(tmp_path / "report.html")
    again = brickwork.load_model(tmp_path / "model.brick")
    np.testing.assert_array_equal(again.predict(data, verbose=0), predictor.outputs(data))
    (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_words(name):
    data, message = REFUSED[name]
    with pytest.raises((ValueError, TypeError)) as error:
        brickwork.train(data, "y", quality="fast")
    assert message in str(error.value)


def test_ten_to_the_fifth_categories_take_little_memory():
    rows = 100_000
    data = {"x": [f"{i:x}" for i in range(rows)] * 2, "y": RNG.choice(["a", "b"], 2 * rows)}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    table = brickwork.layers.Table.from_data(data, "y", kinds={"x": "category"})
    assert len(table.features) <= 66 and table(data).shape == (2 * rows, len(table.features))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes
