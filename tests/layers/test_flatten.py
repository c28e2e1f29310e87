"""What is special about `Flatten`."""

import numpy as np
import pytest

from brickwork.errors import ArgumentError
from brickwork.layers import Flatten


def test_flatten_channels_first_gives_the_order_of_channels_last():
    x = np.arange(24.0).reshape(2, 3, 2, 2)
    np.testing.assert_array_equal(Flatten("channels_first")(x), Flatten()(x.transpose(0, 2, 3, 1)))
    np.testing.assert_array_equal(Flatten()(np.arange(3.0)), [[0.0], [1.0], [2.0]])
    with pytest.raises(ArgumentError, match=r"Flatten\.data_format"):
        Flatten("channels")
    with pytest.raises(ArgumentError, match="at least 1"):
        Flatten()(np.float32(3.0))
