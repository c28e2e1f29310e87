"""Models with any kind of layer can be drawn."""

import numpy as np
import pytest

from brickwork import activations, layers as L
from brickwork.dialects.older_dense import Highway
from brickwork.errors import ArgumentError
from brickwork.models import Sequential
from brickwork.pictures import pieces
from brickwork.pictures.network import read
from brickwork.utils import model_to_dot

IDS = L.Input((6,), dtype="int32")
ROWS = {
    "normalized": lambda: [
        L.Input((6,)),
        L.Normalization(),
        L.Dense(4),
        L.BatchNormalization(),
        L.PReLU(),
        L.LayerNormalization(),
        L.GroupNormalization(2),
    ],
    "embedded": lambda: [
        IDS,
        L.Embedding(5, 3),
        L.TimeDistributed(L.Dense(4)),
        L.Permute((2, 1)),
        L.GlobalMaxPooling1D(),
    ],
    "summed": lambda: [
        IDS,
        L.Embedding(5, 3),
        L.EinsumDense("abc,cde->abde", (6, 2, 2)),
        L.Reshape((24,)),
        L.Softmax(),
    ],
    "noisy": lambda: [
        L.Input((3,)),
        L.GaussianNoise(0.1),
        L.RepeatVector(4),
        L.SpatialDropout1D(0.1),
        L.Flatten(),
        L.SpectralNormalization(L.Dense(3)),
    ],
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


class Gated(L.Layer):
    """A kernel of the shape of a Dense layer's, and another weight."""

    def build(self, input_shape):
        shape = (input_shape[-1], input_shape[-1])
        self.kernel = self.add_weight(shape, "ones", name="kernel")
        self.gate = self.add_weight(shape, "ones", name="gate")

    def call(self, inputs):
        return inputs @ self.kernel * (inputs @ self.gate)


class Doubled(L.Dense):
    def call(self, inputs):
        return 2.0 * super().call(inputs)


@pytest.mark.parametrize(
    ("make", "synapses"),
    [
        (lambda: L.Dense(2), 6),
        (lambda: L.Dense(2, lora_rank=1), 6),
        (lambda: Doubled(2), 6),
        (lambda: L.EinsumDense("ab,bc->ac", 2), 6),
        (Gated, 0),
        (Highway, 0),
    ],
)
def test_only_kernel_and_bias_are_drawn_as_synapses(make, synapses):
    brick = read(Sequential([L.Input((3,)), make()])).bricks[-1]
    assert brick.synapses == synapses


def test_a_file_instead_of_a_level_is_told():
    model = Sequential([L.Input((3,)), L.Dense(2)])
    with pytest.raises(ArgumentError, match=r"To write a file: draw\(\)\.save\('m\.svg'\)"):
        model.draw("m.svg")
    with pytest.raises(ArgumentError, match=r"\(closed layers\)\.$"):
        model.draw("line")


def test_every_activation_of_single_numbers_has_its_curve():
    without = {"glu", "log_softmax", "sparsemax", "threshold"}
    for name in activations.registry.names():
        points = pieces._samples(name)
        assert (len(points) == 17) != (name in without), name
    up = [y for _, y in pieces._samples("relu")]
    assert up[:9] == [-0.5] * 9 and up[16] == 0.5 and up[12] == 0.0
