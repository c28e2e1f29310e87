"""Thresholds beside all that could be chosen."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from brickwork.errors import ArgumentError
from brickwork.uncertainty import cheapest, pick_threshold


def rare(rows: int, seed: int):
    """Classes of which one is rare, with their exact probabilities."""
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(4 - 1.5 * rng.normal(size=rows)))
    return (rng.random(rows) < p).astype(int), p


def cost_of(y, p, value, costs):
    return np.asarray(costs)[y, (p >= value).astype(int)].mean()


@pytest.mark.parametrize("costs", [[[0, 1], [10, 0]], [[0, 1], [1, 0]], [[-1, 2], [30, -5]]])
@pytest.mark.parametrize("digits", [1, 2, 9])
def test_no_threshold_costs_less(costs, digits):
    y, p = rare(400, 0)
    p = p.round(digits)
    found = pick_threshold(y, p, costs)
    tried = [cost_of(y, p, value, costs) for value in (*np.unique(p), 2.0)]
    assert found.cost == pytest.approx(min(tried)) == cost_of(y, p, found.value, costs)
    assert found.cost_at_half == pytest.approx(cost_of(y, p, 0.5, costs))
    assert found.counts.sum() == 400 and found.counts[1].sum() == y.sum()
    assert not np.isin(found.value, p) or digits == 1


def test_of_many_rows_with_exact_probabilities_it_is_elkan_s():
    y, p = rare(400_000, 1)
    found = pick_threshold(y, p, [[0, 1], [9, 0]])
    assert found.value == pytest.approx(1 / 10, abs=0.02)


def test_without_costs_it_is_the_best_by_balanced_accuracy():
    y, p = rare(1000, 2)
    found = pick_threshold(y, p)
    best = max(balanced_accuracy_score(y, p >= value) for value in np.unique(p)[::5])
    assert balanced_accuracy_score(y, p >= found.value) == pytest.approx(best, abs=0.01)
    assert found.cost <= 1 - best + 1e-9 and found.value < 0.1


def test_all_or_no_row_may_be_called():
    y = np.array([0, 1, 0, 1])
    assert pick_threshold(y, [1.0, 1.0, 1.0, 1.0], [[0, 10], [1, 0]]).value > 1
    none = pick_threshold(y, [0.9, 0.1, 0.8, 0.2], [[0, 10], [1, 0]])
    assert 0.9 < none.value and none.counts[:, 1].sum() == 0
    every = pick_threshold(y, [0.9, 0.1, 0.8, 0.2], [[0, 1], [10, 0]])
    assert every.value <= 0.1 and every.counts[:, 0].sum() == 0
    neighbours = np.array([0.3, np.nextafter(0.3, 1)])
    assert pick_threshold([0, 1], neighbours, [[0, 1], [1, 0]]).cost == 0


def test_the_cheapest_class():
    p = np.random.default_rng(0).dirichlet(np.ones(3), 50)
    costs = np.array([[0, 1, 5], [2, 0, 1], [9, 3, 0]])
    by_hand = [
        min(range(3), key=lambda c, row=row: sum(row[t] * costs[t, c] for t in range(3)))
        for row in p
    ]
    assert cheapest(p, costs).tolist() == by_hand
    two = cheapest([0.09, 0.11], [[0, 1], [9, 0]])
    assert two.tolist() == [0, 1]


def test_mistakes():
    with pytest.raises(ArgumentError, match="one class alone"):
        pick_threshold([1, 1], [0.2, 0.6])
    with pytest.raises(ArgumentError, match="a mistake costs more"):
        pick_threshold([0, 1], [0.2, 0.6], [[1, 0], [0, 1]])
    with pytest.raises(ArgumentError, match=r"expected \(2, 2\)"):
        pick_threshold([0, 1], [0.2, 0.6], [[1, 0, 2]])
    with pytest.raises(ArgumentError, match="expected two; see `cheapest`"):
        pick_threshold([0, 1], [[0.2, 0.2, 0.6]] * 2)
