"""Models with any kind of layer can be drawn."""

import numpy as np
import pytest

from brickwork import layers as L
from brickwork.errors import ArgumentError
from brickwork.models import Sequential
from brickwork.utils import model_to_dot

IDS = L.Input((6,), dtype="int32")
ROWS = {
    "normalized": lambda: [L.Input((6,)), L.Normalization(), L.Dense(4), L.BatchNormalization(),
                           L.PReLU(), L.LayerNormalization(), L.GroupNormalization(2)],
    "embedded": lambda: [IDS, L.Embedding(5, 3), L.TimeDistributed(L.Dense(4)), L.Permute((2, 1)),
                         L.GlobalMaxPooling1D()],
    "summed": lambda: [IDS, L.Embedding(5, 3), L.EinsumDense("abc,cde->abde", (6, 2, 2)),
                       L.Reshape((24,)), L.Softmax()],
    "noisy": lambda: [L.Input((3,)), L.GaussianNoise(0.1), L.RepeatVector(4),
                      L.SpatialDropout1D(0.1), L.Flatten(), L.SpectralNormalization(L.Dense(3))],
}


@pytest.mark.parametrize("name", ROWS)
def test_any_layer_is_drawn_and_in_the_summary(name, capsys):
    model = Sequential([*ROWS[name](), L.Dense(2)])
    model.summary(bricks=True)
    printed = capsys.readouterr().out
    assert all(layer.name in printed for layer in model.layers)
    for options in ({}, {"level": "synapses"}, {"view": "isometric"}):
        assert "svg" in model.draw(**options)._repr_svg_()
    model_to_dot(model, show_shapes=True)


@pytest.mark.parametrize("name", ["summed", "noisy"])
def test_products_of_other_layers_cannot_be_shown(name):
    model = Sequential([*ROWS[name](), L.Dense(2)])
    with pytest.raises(ArgumentError, match="whose products are not shown one by one"):
        model.draw(sample=np.ones(model.input_shape[1:]))
