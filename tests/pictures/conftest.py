import numpy as np
import pytest

from brickwork import Input, Sequential
from brickwork.layers import Dense


@pytest.fixture
def lesson():
    np.random.seed(7)
    return Sequential(
        [
            Input((4,)),
            Dense(8, activation="relu", name="first"),
            Dense(6, activation="relu", name="second"),
            Dense(1, activation="sigmoid", name="answer"),
        ],
        name="lesson",
    )
