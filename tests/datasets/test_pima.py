"""The figures of the shipped data set."""

import numpy as np
import pytest

from brickwork.datasets import pima


def test_all_rows_as_published():
    (x_train, y_train), (x_test, y_test) = pima.load_data()
    assert (x_train.shape, y_train.shape) == ((200, 7), (200,))
    assert (x_test.shape, y_test.shape) == ((332, 7), (332,))
    assert x_train.dtype == np.float32 and y_train.dtype == np.int64
    assert (y_train.sum(), y_test.sum()) == (68, 109)
    assert x_train[0].tolist() == np.float32([5, 86, 68, 28, 30.2, 0.364, 24]).tolist()


def test_columns_by_name():
    (x, _), _ = pima.load_data(features=("age", "glucose"))
    (everything, _), _ = pima.load_data()
    assert np.array_equal(x, everything[:, [6, 1]])
    with pytest.raises(ValueError, match="got 'glukose'; did you mean 'glucose'"):
        pima.load_data(features=["glukose"])
