"""The protocol of benchmarks/tables.py: what it holds out, and what its scores say."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
if not BENCHMARKS.exists():
    pytest.skip("the benchmarks are not part of a source distribution", allow_module_level=True)
sys.path.insert(0, str(BENCHMARKS))

from tabular import catalogue, methods, protocol, report  # noqa: E402
from tabular.worker import column_of  # noqa: E402


def test_halves_are_those_that_were_written_down():
    judged = [name for name in catalogue.TABLES if protocol.half_of(name) == "judged"]
    assert len(judged) == 28 and len(catalogue.TABLES) == 61
    assert judged[:4] == ["cars", "ames", "attrition", "lending_club"]


def test_each_row_is_held_out_once_a_repeat_and_classes_in_proportion():
    y = np.repeat([0, 1], [30, 73])
    folds = protocol.folds_of("a", y, "classes")
    assert len(folds) == 25
    for first in range(0, 25, 5):
        held = np.concatenate([test for _, test in folds[first : first + 5]])
        assert sorted(held) == list(range(103))
    for train, test in folds:
        assert not set(train) & set(test) and len(train) + len(test) == 103
        assert (y[test] == 0).sum() == 6
    assert list(folds[0][1]) != list(folds[5][1])  # another repeat
    assert list(folds[0][1]) != list(protocol.folds_of("b", y, "classes")[0][1])  # another table


def test_groups_are_whole_and_the_future_is_not_known():
    groups = np.repeat(np.arange(40), 3)
    sizes = []
    for train, test in protocol.folds_of("a", np.zeros(120), "regression", groups=groups):
        assert not set(groups[train]) & set(groups[test])
        sizes.append(len(test))
    assert set(sizes) == {24}
    times = np.arange(60)[::-1]
    folds = protocol.folds_of("a", np.zeros(60), "regression", times=times)
    assert [len(train) for train, _ in folds] == [10, 20, 30, 40, 50]
    assert all(times[train].max() < times[test].min() for train, test in folds)


def test_losses_scores_and_ranks():
    p = np.array([[0.5, 0.5], [0.0, 1.0]])
    assert protocol.loss_of("classes", np.array([0, 0]), p) == pytest.approx(
        (np.log(2) - np.log(1e-7)) / 2
    )
    assert protocol.loss_of("regression", np.array([1.0, 3.0]), np.array([1.0, 1.0])) == 2**0.5
    shares = protocol.constant_of("classes", np.array([0, 1, 1, 1]), 3, 2)
    assert shares.tolist() == [[0.25, 0.75, 0.0]] * 2
    losses = np.array([[0.5, 0.75, 2.0], [1.5, np.nan, 1.2]])
    scores = protocol.scores_of(losses, np.array([1.0, 1.0]))
    assert scores.tolist() == [[1.0, 0.5, 0.0], [0.0, 0.0, 0.0]]
    assert protocol.ranks_of(losses).tolist() == [[1, 2, 3], [2, 3, 1]]
    assert protocol.ranks_of(np.array([[2.0, 1.0, 1.0]])).tolist() == [[3, 1.5, 1.5]]


def test_a_method_that_failed_somewhere_failed_on_the_table():
    def line(method, fold, **result):
        return {
            "table": "cars",
            "fold": fold,
            "method": method,
            "constant": 2.0,
            "cpu": 1.0,
        } | result

    lines = [
        line("CatBoost", 0, loss=1.0),
        line("CatBoost", 1, loss=1.2),
        line("LightGBM", 0, loss=0.5),
        line("LightGBM", 1, error="it failed"),
        line("TabM", 0, loss=0.1),
    ]
    arena = report.Arena(lines, ["CatBoost", "LightGBM"])
    assert arena.scores.tolist() == [[1.0, 0.0]] and arena.ranks.tolist() == [[1.0, 2.0]]
    assert arena.losses[0, 0] == pytest.approx(1.1)
    assert "LightGBM: cars (CatBoost; 0.000)" in report.lost(arena, "LightGBM")[0]
    assert report.lost(arena, "CatBoost")[0].endswith("nowhere.")
    page = report.markdown(lines)
    assert "With TabM, 1 tables, 1 fold of each" in page and "fold 1: it failed" in page


def test_a_result_of_another_recipe_is_run_again():
    now = methods.settings_of("brickwork default")
    own = {"table": "cars", "fold": 0, "method": "brickwork default"}
    assert report.current([own | {"settings": now}]) == [own | {"settings": now}]
    assert report.current([own | {"settings": "members=3"}]) == []
    assert report.key_of(own | {"settings": now}) != report.key_of(own | {"settings": "members=3"})
    tried = methods.settings_of("brickwork {'rate': 0.5}")
    assert tried != now and "rate=0.5" in tried


def test_columns_of_a_file():
    assert column_of(json.loads("[1, null, 2]")).dtype.kind == "f"
    assert column_of(json.loads('["a", null, 2]')).tolist() == ["a", None, "2"]
    assert column_of(json.loads("[true, false]")).dtype.kind == "b"
