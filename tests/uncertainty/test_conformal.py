"""Coverage over 200 splits, and what intervals and sets are made of."""

import numpy as np
import pytest

from brickwork.errors import ArgumentError
from brickwork.uncertainty import Intervals, QuantileIntervals, Sets
from brickwork.uncertainty.conformal import bound

SPLITS, KNOWN, NEW = 200, 400, 500


def numbers(rng, rows):
    """A wrong model: too steep, and blind to how much rows vary."""
    x = rng.normal(size=rows)
    spread = np.exp(x / 2)
    return x, x + spread * rng.normal(size=rows), spread


def classes(rng, rows, kinds, sure=1.6):
    """A model that is too sure."""
    z = 1.5 * rng.normal(size=(rows, kinds))
    y = (z + rng.gumbel(size=z.shape)).argmax(1)
    p = np.exp(sure * z)
    return y, p / p.sum(1, keepdims=True)


def of_residuals(rng, coverage, **how):
    x, y, _ = numbers(rng, KNOWN)
    new, truth, _ = numbers(rng, NEW)
    return *Intervals(y, 1.2 * x, **how).around(1.2 * new, coverage), truth


def of_bands(rng, coverage):
    return of_residuals(rng, coverage, bands=4)


def of_spreads(rng, coverage):
    x, y, spread = numbers(rng, KNOWN)
    new, truth, other = numbers(rng, NEW)
    return *Intervals(y, x, spread).around(new, coverage, other), truth


def of_quantiles(rng, coverage):
    x, y, spread = numbers(rng, KNOWN)
    new, truth, other = numbers(rng, NEW)
    return *QuantileIntervals(y, x - spread, x + spread).around(
        new - other, new + other, coverage
    ), truth


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95])
@pytest.mark.parametrize("made", [of_residuals, of_bands, of_spreads, of_quantiles])
def test_intervals_cover(made, coverage):
    rng = np.random.default_rng(0)
    found = []
    for _ in range(SPLITS):
        low, high, truth = made(rng, coverage)
        found.append(np.mean((low <= truth) & (truth <= high)))
    assert np.mean(found) == pytest.approx(coverage, abs=0.01)


@pytest.mark.parametrize("kinds, coverage", [(2, 0.9), (3, 0.8), (3, 0.95), (10, 0.9)])
@pytest.mark.parametrize("how", [{"method": "aps"}, {"method": "aps", "penalty": 0.1}, {}], ids=str)
def test_sets_cover(kinds, coverage, how):
    rng = np.random.default_rng(1)
    found = []
    for _ in range(SPLITS):
        known, new = classes(rng, KNOWN, kinds), classes(rng, NEW, kinds)
        held = Sets(*known, **how).of(new[1], coverage)
        assert held.any(1).all() and held[np.arange(NEW), new[1].argmax(1)].all()
        found.append(held[np.arange(NEW), new[0]].mean())
    assert np.mean(found) == pytest.approx(coverage, abs=0.01)


def test_where_the_model_is_right_more_often_than_asked_sets_are_single():
    rng = np.random.default_rng(2)
    z = 12 * rng.normal(size=(4000, 3))
    y = (z + rng.gumbel(size=z.shape)).argmax(1)
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    right = p.argmax(1) == y
    assert right.mean() > 0.9
    held = Sets(y[:2000], p[:2000]).of(p[2000:], 0.8)
    assert (held.sum(1) == 1).all() and held[np.arange(2000), y[2000:]].mean() > 0.9


def test_spreads_make_intervals_shorter_where_rows_vary_less():
    rng = np.random.default_rng(3)
    x, y, spread = numbers(rng, 2000)
    new, truth, other = numbers(rng, 5000)
    far = other > np.quantile(other, 0.8)
    plain, bands = Intervals(y, x, bands=1), Intervals(y, x, bands=8)
    normalized = Intervals(y, x, spread, bands=1)

    def covered(ends):
        inside = (ends[0] <= truth) & (truth <= ends[1])
        return inside[far].mean(), np.mean(ends[1] - ends[0])

    one, eight, scaled = map(
        covered, (plain.around(new), bands.around(new), normalized.around(new, 0.9, other))
    )
    assert one[0] < 0.75 and eight[0] > 0.85 and scaled[0] > 0.87
    assert scaled[1] < eight[1] < one[1]


def test_a_penalty_makes_sets_smaller_where_there_are_many_classes():
    rng = np.random.default_rng(4)
    y, p = classes(rng, 4000, 50, sure=1.0)
    sizes = {
        how: Sets(y[:2000], p[:2000], **dict(options)).of(p[2000:]).sum(1)
        for how, options in {
            "aps": {"method": "aps"},
            "raps": {"method": "aps", "penalty": 0.05},
            "lac": {},
        }.items()
    }
    assert sizes["raps"].max() < sizes["aps"].max() and sizes["raps"].std() < sizes["aps"].std()
    assert sizes["lac"].mean() <= min(sizes["aps"].mean(), sizes["raps"].mean())


@pytest.mark.parametrize(
    "rows, coverage, expected", [(9, 0.9, 8), (10, 0.9, 9), (19, 0.9, 17), (8, 0.9, np.inf)]
)
def test_the_bound(rows, coverage, expected):
    """Of 0, 1, 2 ..., the ceil((n + 1) c)-th."""
    scores = np.random.default_rng(0).permutation(rows).astype(float)
    assert bound(scores, coverage) == expected


def test_a_row_has_the_same_set_whatever_stands_beside_it():
    y, p = classes(np.random.default_rng(5), 600, 4)
    sets = Sets(y[:300], p[:300])
    together, alone = sets.of(p[300:]), [sets.of(p[i : i + 1])[0] for i in range(300, 600)]
    np.testing.assert_array_equal(together, alone)
    assert len(np.unique(sets.of(p[300:]).sum(1))) > 1


def test_crossed_quantiles_are_an_interval_nevertheless():
    rng = np.random.default_rng(0)
    y = rng.normal(size=200)
    low, high = QuantileIntervals(y, -3 + 0 * y, 3 + 0 * y).around([-0.1, -3], [0.1, 3], 0.5)
    assert low[0] == high[0] == 0 and low[1] < high[1]


@pytest.mark.parametrize(
    "wrong, says",
    [
        (lambda: Intervals([1.0, 2.0], [1.0]), "2 of y, 1 of predicted"),
        (lambda: Intervals([1.0, np.nan], [1.0, 2.0]), "NaN"),
        (lambda: Intervals([1.0, 2.0], [1.0, 2.0], [1.0, 0.0]), "> 0"),
        (lambda: Intervals([1.0], [1.0], bands=3), "bands: got 3"),
        (lambda: Intervals([1.0], [1.0], bands=0.5), "bands: got 0.5"),
        (lambda: Sets([0], [0.5], "aps", "a"), "penalty: got 'a'"),
        (lambda: Sets([0], [0.5], "aps", np.nan), "penalty: got nan"),
        (lambda: Intervals([1.0], [1.0]).around([1.0], 90), "coverage: got 90"),
        (lambda: Intervals([1.0], [1.0]).around([1.0], 0.5, [1.0]), "in both calls"),
        (lambda: Sets([0, 2], [[0.5, 0.5]] * 2), "from 0 to 1"),
        (lambda: Sets([0, 1], [[0.5, 0.6]] * 2), "sums to 1.1"),
        (lambda: Sets([0, 1], [0.5, 1.6]), "expected probabilities"),
        (lambda: Sets([0], [0.5], "best"), "'lac' or 'aps'"),
        (lambda: Sets([0], [0.5], "aps", -1), "penalty"),
        (lambda: Sets([0], [0.5]).of([[0.2, 0.2, 0.6]]), "got 3 classes, expected 2"),
    ],
)
def test_mistakes(wrong, says):
    with pytest.raises(ArgumentError, match=says):
        wrong()
