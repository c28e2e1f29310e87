"""Plots of importance, attributions and partial dependence show their numbers."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from brickwork.errors import ArgumentError
from brickwork.explain import (
    Attributions,
    Dependence,
    Importance,
    partial_dependence,
    permutation_importance,
    shap_values,
)
from brickwork.pictures.palette import GREEN, RED

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def bars_of(axis):
    return [
        (bar.get_width(), matplotlib.colors.to_hex(bar.get_facecolor())) for bar in axis.patches
    ]


def labels_of(axis):
    return [label.get_text() for label in axis.get_yticklabels()]


def test_attributions_are_bars_the_largest_above():
    found = Attributions(
        ["age", "pay", "none"],
        np.array([[1.0, -2.0, 0.5]]),
        5.0,
        np.array([4.5]),
        np.array([[0.1, 0.0, 0.0]]),
        [np.array([30.0]), np.array([1e3]), np.array(["x"], object)],
    )
    axis = found.plot()
    assert bars_of(axis) == [(0.5, GREEN.lower()), (1.0, GREEN.lower()), (-2.0, RED.lower())]
    assert labels_of(axis) == ["none = x", "age = 30", "pay = 1000"]
    assert axis.get_title() == "row 0: 4.5, where 5 is expected"
    (lines,) = axis.collections[0].get_segments()
    assert lines[:, 0].tolist() == [0.9, 1.1]


def test_of_many_columns_the_largest_are_shown():
    draws = np.arange(30.0)[:, None] * np.ones((30, 2))
    found = Importance(list(range(30)), draws.mean(1), draws.std(1), draws, 0.9)
    axis = found.plot(theme="dark")
    assert len(axis.patches) == 20 and labels_of(axis)[-1] == "29"
    assert axis.get_title() == "by how much the score of 0.9 falls (the 20 largest)"


@pytest.mark.parametrize(
    "grid",
    [
        np.array([1.0, 2.0]),
        np.array(["2026-01-01", "2026-02-01"], "datetime64[us]"),
        np.array(["a", "b"], object),
    ],
    ids="numbers dates texts".split(),
)
def test_dependence_is_its_mean_over_single_rows(grid):
    each = np.random.default_rng(0).normal(size=(80, 2, 2))
    axis = Dependence("x", grid, each.mean(0), each).plot(output=1)
    *rows, mean = axis.lines
    assert len(rows) == 50 and rows[0].get_ydata().tolist() == each[0, :, 1].tolist()
    assert mean.get_ydata().tolist() == each.mean(0)[:, 1].tolist()
    assert axis.get_xlabel() == "x"
    if grid.dtype == object:
        assert [label.get_text() for label in axis.get_xticklabels()] == ["a", "b"]


def test_what_is_measured_is_drawn_where_one_says():
    x = np.random.default_rng(0).normal(size=(40, 2))
    _, axes = plt.subplots(1, 3)

    def r2(y, p):
        return 1 - ((y - p[:, 0]) ** 2).mean() / y.var()

    found = [
        permutation_importance(lambda x: 3 * x[:, 0], x, 3 * x[:, 0], r2),
        shap_values(lambda x: 3 * x[:, 0], x[:1], x),
        partial_dependence(lambda x: 3 * x[:, 0], x, 0),
    ]
    for axis, one in zip(axes, found, strict=True):
        assert one.plot(ax=axis) is axis


def test_odd_names_and_places():
    found = Attributions(["a $x$ $\\frac$"], np.ones((1, 1)), 0.0, np.ones(1), np.zeros((1, 1)))
    found.plot().figure.canvas.draw()
    with pytest.raises(ArgumentError, match=r"plot\.row: got 5"):
        found.plot(row=5)
    each = np.ones((2, 2, 1))
    with pytest.raises(ArgumentError, match="output: got 9"):
        Dependence("x", np.arange(2.0), each.mean(0), each).plot(output=9)
