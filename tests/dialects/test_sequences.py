"""Pairs of words and windows over time, against Keras's own."""

import random

import numpy as np
import pytest
from keras.src.legacy.preprocessing import sequence as theirs

from brickwork.dialects import sequences as ours
from brickwork.errors import ArgumentError

WORDS = [3, 1, 0, 2, 5, 1, 4, 4, 2]


class Whole(random.Random):
    """Draws as Keras's skipgrams would have it: it says ``randint(0, 10e6)``, and since 3.12 Python
    wants whole numbers there."""

    def randint(self, a, b):
        return super().randint(int(a), int(b))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"window_size": 2, "negative_samples": 0.0},
        {"categorical": True, "seed": 3},
        {"shuffle": False, "negative_samples": 2.5},
        {"sampling_table": np.linspace(0, 1, 6)},
    ],
)
def test_pairs_are_keras_s(more, monkeypatch):
    monkeypatch.setattr(theirs, "random", Whole(7))
    right = theirs.skipgrams(WORDS, 6, **more)
    random.seed(7)
    assert ours.skipgrams(WORDS, 6, **more) == right


@pytest.mark.parametrize("factor", [1e-5, 1e-2])
def test_how_probably_a_word_is_looked_at(factor):
    np.testing.assert_allclose(
        ours.make_sampling_table(50, factor), theirs.make_sampling_table(50, factor), rtol=1e-12
    )


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"length": 3, "sampling_rate": 2, "stride": 3},
        {"start_index": 4, "end_index": 15},
        {"reverse": True, "batch_size": 4},
        {"shuffle": True, "batch_size": 5},
    ],
)
def test_windows_are_keras_s(more):
    data = np.arange(40.0).reshape(20, 2)
    kwargs = {"length": 4, "batch_size": 6, **more}
    one, other = (kind.TimeseriesGenerator(data, data[:, 0], **kwargs) for kind in (ours, theirs))
    assert len(one) == len(other)
    for i in range(len(one)):
        np.random.seed(i)
        right = other[i]
        np.random.seed(i)
        assert all(
            (a == b).all() and a.shape == b.shape for a, b in zip(one[i], right, strict=True)
        )


def test_windows_that_do_not_fit_are_refused():
    with pytest.raises(ArgumentError, match="length: got 9"):
        ours.TimeseriesGenerator(np.zeros(9), np.zeros(9), length=9)
    with pytest.raises(ArgumentError, match="9 steps of data and 8 targets"):
        ours.TimeseriesGenerator(np.zeros(9), np.zeros(8), length=2)
