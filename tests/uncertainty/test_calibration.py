"""Calibration beside scikit-learn and SciPy."""

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss

from brickwork.errors import ArgumentError
from brickwork.uncertainty import Platt, Temperature, calibration_error, reliability


def rows(kinds: int, seed: int, sure: float, shift: float = 0.0):
    """Classes, and probabilities of a model that is too sure, or not sure enough."""
    rng = np.random.default_rng(seed)
    z = 2 * rng.normal(size=(3000, kinds))
    y = (z + rng.gumbel(size=z.shape)).argmax(1)
    z[:, -1] += shift
    p = np.exp(sure * z - (sure * z).max(1, keepdims=True))
    return y, p / p.sum(1, keepdims=True)


def logits_of(p):
    least = p.clip(1e-7)  # no network is surer
    return np.log(least[:, 1] / least[:, 0])


@pytest.mark.parametrize("kinds", [2, 5])
@pytest.mark.parametrize("sure", [0.3, 1.0, 4.0])
def test_the_temperature_is_that_of_the_least_log_loss(kinds, sure):
    y, p = rows(kinds, 0, sure)
    found = Temperature(y, p)

    def loss(t):
        q = p.clip(1e-7) ** (1 / t)
        return log_loss(y, q / q.sum(1, keepdims=True))

    best = minimize_scalar(loss, bounds=(0.05, 20), method="bounded", options={"xatol": 1e-7})
    assert found.value == pytest.approx(best.x, rel=1e-3)
    assert found.value == pytest.approx(sure, rel=0.1)
    assert log_loss(y, found(p)) == pytest.approx(best.fun, rel=1e-6)
    np.testing.assert_array_equal(found(p).argmax(1), p.argmax(1))
    assert calibration_error(y, found(p)) < 0.03
    if sure != 1:
        assert calibration_error(y, found(p)) < calibration_error(y, p)


@pytest.mark.parametrize("wrong", [False, True])
def test_a_temperature_is_finite_where_no_minimum_is(wrong):
    y = np.arange(40) % 2
    p = np.where((y == 1) ^ wrong, 0.9, 0.1)
    value = Temperature(y, p).value
    assert value == 20 if wrong else 0.05 <= value < 0.2
    assert np.isfinite(Temperature(y, p)(p)).all()
    assert Temperature([0, 1], [0.5, 0.5]).value == 1


@pytest.mark.parametrize("sure, shift", [(1.0, 0.0), (3.0, 2.0), (0.4, -1.0)])
def test_platt_is_what_scikit_learn_has(sure, shift):
    from sklearn.calibration import _sigmoid_calibration

    y, p = rows(2, 1, sure, shift)
    logits = logits_of(p)
    found = Platt(y, p[:, 1])
    a, b = _sigmoid_calibration(logits, y)  # theirs is 1 / (1 + exp(a z + b))
    assert (found.slope, found.shift) == pytest.approx((-a, -b), rel=1e-3, abs=1e-3)
    np.testing.assert_allclose(found(p)[:, 1], 1 / (1 + np.exp(a * logits + b)), atol=1e-3)
    assert calibration_error(y, found(p)) < 0.03


def test_platt_minimizes_its_loss():
    y, p = rows(2, 2, 3.0, 1.0)
    logits, n = logits_of(p), y.sum()
    target = np.where(y == 1, (n + 1) / (n + 2), 1 / (len(y) - n + 2))

    def loss(ab):
        z = ab[0] * logits + ab[1]
        return (np.logaddexp(0, z) - target * z).sum()

    best = minimize(loss, [1.0, 0.0], tol=1e-12)
    found = Platt(y, p)
    assert (found.slope, found.shift) == pytest.approx(best.x, rel=1e-4, abs=1e-4)


def test_platt_is_finite_where_classes_are_apart():
    found = Platt([0, 0, 1, 1], [0.01, 0.02, 0.98, 0.99])
    assert 0.5 < found([0.99])[0, 1] < 1 and np.isfinite([found.slope, found.shift]).all()


def test_reliability_is_scikit_learn_s_curve():
    y, p = rows(2, 3, 2.0)
    observed, predicted = calibration_curve(y, p[:, 1], n_bins=10)
    found = reliability(y, p[:, 1])
    np.testing.assert_allclose(found.observed, observed)
    np.testing.assert_allclose(found.predicted, predicted)
    assert found.counts.sum() == len(y)
    by_hand = np.average(np.abs(observed - predicted), weights=found.counts)
    assert calibration_error(y, p) == pytest.approx(by_hand)


def test_of_several_classes_the_most_probable_one_counts():
    found = reliability([2, 0], [[0.1, 0.1, 0.8], [0.1, 0.05, 0.85]], intervals=5)
    assert found.observed.tolist() == [0.5] and found.predicted.tolist() == [pytest.approx(0.825)]


def test_mistakes():
    with pytest.raises(ArgumentError, match="got 3 classes, expected two"):
        Platt([0, 1], [[0.2, 0.2, 0.6]] * 2)
    with pytest.raises(ArgumentError, match=r"Temperature\.y: expected indices of classes"):
        Temperature([0.5, 1], [0.2, 0.6])
    with pytest.raises(ArgumentError, match="expected a list of indices of classes"):
        Temperature([np.nan, 1], [0.2, 0.6])
    with pytest.raises(ArgumentError, match=r"reliability\.p: got \['a', 'b'\], expected numbers"):
        reliability([0, 1], ["a", "b"])
    for intervals in (0, 2.5, True):
        with pytest.raises(ArgumentError, match=f"intervals: got {intervals}"):
            reliability([0, 1], [0.2, 0.6], intervals)
    with pytest.raises(ArgumentError, match="got 2 of y, 3 of p"):
        reliability([0, 1], [0.2, 0.6, 0.1])
