"""What is special about `Activation`."""

import numpy as np
import pytest

from brickwork import ops
from brickwork.errors import ArgumentError
from brickwork.layers import Activation


def test_activation_takes_names_functions_and_layers():
    x = np.array([[-1.0, 2.0]], "float32")
    for given in ("relu", ops.relu, lambda x: ops.maximum(x, 0), Activation("relu")):
        np.testing.assert_array_equal(Activation(given)(x), [[0.0, 2.0]])
    with pytest.raises(ArgumentError, match=r"Activation.activation: .*did you mean 'tanh'"):
        Activation("tahn")
