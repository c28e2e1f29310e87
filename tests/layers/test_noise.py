"""What is special about layers that draw numbers in training."""

import numpy as np
import pytest

from brickwork.errors import ArgumentError
from brickwork.layers import AlphaDropout, GaussianDropout, GaussianNoise, SpatialDropout1D

ONES = np.ones((400, 50), "float32")
NORMAL = np.random.default_rng(0).normal(size=(400, 50)).astype("float32")
DRAWING = [GaussianNoise(0.3, seed=1), GaussianDropout(0.3, seed=1), AlphaDropout(0.3, seed=1)]


@pytest.mark.parametrize(
    ("layer", "deviation"),
    [
        (GaussianNoise(0.3, seed=1), 0.3),
        (GaussianNoise(2.0, seed=1), 2.0),
        (GaussianDropout(0.2, seed=1), 0.5),
        (GaussianDropout(0.5, seed=1), 1.0),
    ],
)
def test_mean_and_deviation_of_gaussian_noise(layer, deviation):
    noise = np.asarray(layer(ONES, training=True), "float64") - 1
    assert abs(noise.mean()) < 5 * deviation / np.sqrt(noise.size)
    assert noise.std() == pytest.approx(deviation, rel=0.03)
    assert np.abs(noise.mean(0)).max() < 5 * deviation / 20  # no pattern along rows


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_alpha_dropout_keeps_mean_and_variance(rate):
    out = AlphaDropout(rate, seed=2)(NORMAL, training=True)
    assert abs(out.mean()) < 0.03 and out.std() == pytest.approx(1, abs=0.03)
    _, counts = np.unique(out, return_counts=True)
    assert counts.max() / out.size == pytest.approx(rate, abs=0.02)  # all that is dropped is one


def test_spatial_dropout_drops_whole_features():
    out = SpatialDropout1D(0.4, seed=3)(np.ones((50, 7, 20), "float32"), training=True)
    assert (out == out[:, :1]).all() and abs((out[:, 0] == 0).mean() - 0.4) < 0.08
    with pytest.raises(ArgumentError, match="expected 3 axes"):
        SpatialDropout1D(0.4)(ONES)


@pytest.mark.parametrize("layer", DRAWING)
def test_a_seed_repeats_and_steps_differ(layer):
    again = type(layer).from_config(layer.get_config())
    first, second = again(NORMAL, training=True), again(NORMAL, training=True)
    assert (first != second).any()
    np.testing.assert_array_equal(
        type(layer).from_config(layer.get_config())(NORMAL, training=True), first
    )
    np.testing.assert_array_equal(again(NORMAL), NORMAL)


def test_what_is_refused():
    for make, name in (
        (lambda: GaussianNoise(-1), "stddev"),
        (lambda: AlphaDropout(1.0), "rate"),
        (lambda: GaussianDropout(1.0), "rate"),
        (lambda: AlphaDropout(0.5, noise_shape=(0, 1)), "AlphaDropout.noise_shape"),
    ):
        with pytest.raises(ArgumentError, match=name):
            make()
