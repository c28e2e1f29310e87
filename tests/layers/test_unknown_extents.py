"""Layers on inputs some of whose extents are unknown: their outputs' shapes are Keras's."""

from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest
from test_contract import SHARED, Ids, flat, made

import brickwork
from brickwork import layers, ops
from brickwork.errors import ArgumentError
from brickwork.layers import Input
from brickwork.program.dims import TRIALS, Trial

pytestmark = pytest.mark.filterwarnings("ignore:.*rms_scaling")  # Keras is to give it up

#: What only brickwork refuses: the last extent is unknown, where the arguments tell it.
REFUSED = {("Rescaling", ((3, None),)), ("Rescaling", ((None, None),))}


def open_rows(row):
    """The shapes of the rows with some extents unknown, in every way."""
    rows = [tuple(one) for one in flat(row)]
    axes = range(max(map(len, rows)))
    for count in range(1, len(axes) + 1):
        for chosen in itertools.combinations(axes, count):
            yield tuple(
                tuple(None if i in chosen else d for i, d in enumerate(one)) for one in rows
            )


def connected(library, name, kwargs, row, shapes):
    """The shape of the output, and the shape that the layer says it has; or the error."""
    kinds = ["int32" if isinstance(one, Ids) else None for one in flat(row)]
    try:
        xs = [library.layers.Input(s, dtype=d) for s, d in zip(shapes, kinds, strict=True)]
        layer = made(name, kwargs, library)
        out = layer(xs if isinstance(row, list) else xs[0])
        whole = [(None, *shape) for shape in shapes]
        said = layer.compute_output_shape(whole if isinstance(row, list) else whole[0])
    except Exception as error:
        return error
    return tuple(out.shape), tuple(said)


@pytest.mark.parametrize(
    ("name", "kwargs", "row"), [case for case in SHARED if case.values[0] != "InputLayer"]
)
def test_the_outputs_shape_is_keras_s(name, kwargs, row):
    for shapes in open_rows(row):
        ours = connected(brickwork, name, kwargs, row, shapes)
        theirs = connected(keras, name, kwargs, row, shapes)
        if isinstance(theirs, Exception) or (name, shapes) in REFUSED:
            assert isinstance(ours, ValueError), (shapes, ours, theirs)
            continue
        assert not isinstance(ours, Exception), (shapes, ours)
        for mine, its in zip(ours, theirs, strict=True):
            # Of two inputs that broadcast, one may tell the extent of the other.
            assert len(mine) == len(its)
            assert all(a == b or b is None for a, b in zip(mine, its, strict=True)), (ours, theirs)
            assert mine == its or isinstance(row, list)


@pytest.mark.parametrize(
    ("make", "row"),
    [
        (lambda: layers.Dense(3), (None,)),
        (lambda: layers.BatchNormalization(), (4, None)),
        (lambda: layers.LayerNormalization(axis=1), (None, 4)),
        (lambda: layers.GroupNormalization(-1), (4, None)),
        (lambda: layers.PReLU(), (None, 4)),
        (lambda: brickwork.Sequential([layers.Flatten(), layers.Dense(3)]), (None, 4)),
        (lambda: Crossed(), (None, 4)),
        (lambda: Late(), (None, 4)),
    ],
)
def test_no_weight_depends_on_what_is_unknown(make, row):
    with pytest.raises(
        ArgumentError, match=r"got.*expected known extents\. The length of rows may be None"
    ):
        make()(Input(row))


class Crossed(layers.Layer):
    """It calls a layer inside on features as many as the rows are long."""

    def setup(self):
        super().setup()
        self.inner = layers.Dense(2)

    def call(self, x):
        return self.inner(ops.transpose(x, (0, 2, 1)))


class Late(layers.Layer):
    """It creates a weight in its call."""

    def call(self, x):
        return x + self.add_weight((x.shape[1], 1), name="late")


class Positions(layers.Layer):
    """A row of its table is added to each step."""

    def build(self, input_shape):
        self.table = self.add_weight((200, input_shape[-1]), name="table")

    def call(self, x):
        return x + self.table[: ops.shape(x)[1]]


class Halved(layers.Layer):
    def call(self, x):
        rows, length, features = ops.shape(x)
        return ops.reshape(x, (rows, length // 2, 2 * features))


class Summed(layers.Layer):
    """Python may count the steps."""

    def call(self, x):
        return sum(x[:, i] for i in range(x.shape[1])) / x.shape[1]


class Cut(layers.Layer):
    """What is longer than 100 steps is cut."""

    def call(self, x):
        return x[:, :100]


class Long(layers.Layer):
    """Only rows of at least 50 steps have what it returns."""

    def call(self, x):
        return x[:, 49]


class Told(layers.Layer):
    """What it returns is as long as it says."""

    def call(self, x):
        return x

    def compute_output_shape(self, input_shape):
        return (input_shape[0], 7, input_shape[2])


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        (Positions, (None, None, 4)),
        (Halved, (None, None, 8)),
        (Summed, (None, 4)),
        (Cut, (None, None, 4)),
        (Long, (None, 4)),
        (Told, (None, 7, 4)),
    ],
)
def test_layers_of_a_user_s_own(kind, shape):
    x = Input((None, 4))
    out = kind()(x)
    assert out.shape == shape
    model = brickwork.Model(x, layers.Dense(2)(out))
    for length in {Told: (7,), Long: (50, 60)}.get(kind, (2, 6)):
        rows = np.ones((3, length, 4))
        assert model.predict(rows, verbose=0).shape == model(rows).shape
        assert model(rows).shape[1:] == model.compute_output_shape((None, length, 4))[1:]


def test_a_length_follows_from_the_layer_before():
    x = Input((None, 2))
    twice = layers.Concatenate(axis=1)([x, x])
    with pytest.raises(ValueError, match="broadcast"):
        layers.Lambda(lambda pair: pair[0] + pair[1][:, :-1])([twice, twice])
    assert layers.Add()([twice, layers.Concatenate(axis=1)([x, x])]).shape == (None, None, 2)


def test_a_trial_is_shown_as_none_and_stays_marked():
    length = Trial(TRIALS[0])
    for found in (length * 2, 2 * length, length + 1, 1 + length, 9 - length, length // 2, -length):
        assert isinstance(found, Trial) and str((found,)) == "(None,)"
    assert length == TRIALS[0] and sum([length, 1]) == TRIALS[0] + 1


def test_an_unknown_extent_is_not_computed_with_between_layers():
    length = Input((None, 4)).dims[1]
    for compute in (lambda d: d * 2, lambda d: 2 + d, lambda d: d // 2, int):
        with pytest.raises(TypeError, match=r"unknown before there are data.*Lambda\(lambda x"):
            compute(length)


def test_a_number_of_axes_that_depends_on_the_length():
    def odd(x):
        return ops.sum(x, axis=1) if x.shape[1] == TRIALS[0] else x

    with pytest.raises(ValueError, match="number of axes"):
        layers.Lambda(odd)(Input((None, 2)))
