"""What is special about layers that normalize."""

import keras
import keras_oracle as oracle
import numpy as np
import pytest

import brickwork
from brickwork.errors import ArgumentError
from brickwork.layers import (
    BatchNormalization,
    Dense,
    GroupNormalization,
    LayerNormalization,
    Normalization,
    PReLU,
    RMSNormalization,
    SpectralNormalization,
)

X = np.random.default_rng(0).normal(3, 2, size=(20, 3, 2))


@pytest.mark.parametrize("axis", [-1, None, 1, (1, 2)])
@pytest.mark.parametrize("batches", [None, 7])
def test_adapt(axis, batches):
    """Statistics of all at once, and of batches, which are those of all."""
    given = X if batches is None else [X[i : i + batches] for i in range(0, len(X), batches)]
    with oracle.floatx("float64"):
        ours, theirs = (library.layers.Normalization(axis) for library in (brickwork, keras))
        ours.adapt(given), theirs.adapt(X)
        oracle.assert_close(ours(X), np.asarray(theirs(X)))
        for name in ("mean", "variance"):
            oracle.assert_close(getattr(ours, name), np.asarray(getattr(theirs, name)))
        for mine, its in zip(ours.weights[:2], theirs.weights[:2], strict=True):
            oracle.assert_close(mine.array, its.value)
    assert not ours.trainable_weights
    # Statistics are weights: they go where weights go.
    again = Normalization.from_config({**ours.get_config(), "dtype": "float64"})
    again(X)
    again.set_weights(ours.get_weights())
    np.testing.assert_array_equal(again(X), ours(X))


def test_adapt_takes_lists_tables_and_generators():
    import pandas

    rows = [[1.0, 10.0], [3.0, 30.0]]
    for data in (
        rows,
        np.array(rows),
        pandas.DataFrame(rows),
        iter([np.array(rows)]),
        (np.array([row]) for row in rows),
        [(np.array(rows), np.zeros(2))],
    ):
        layer = Normalization()
        layer.adapt(data)
        np.testing.assert_allclose(layer(rows), [[-1, -1], [1, 1]])


def test_inverse_and_constant_features():
    there, back = Normalization(), Normalization(invert=True)
    there.adapt(X[:, 0]), back.adapt(X[:, 0])
    np.testing.assert_allclose(back(there(X[:, 0])), X[:, 0], rtol=1e-5)
    constant = Normalization()
    constant.adapt(np.ones((5, 1)))
    np.testing.assert_array_equal(constant(np.ones((5, 1))), np.zeros((5, 1)))


def test_a_normalization_inside_of_a_model_learns_nothing():
    layer = Normalization()
    layer.adapt(X[:, 0])
    model = brickwork.Sequential([layer, Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X[:, 0], np.zeros(20), verbose=0)
    np.testing.assert_allclose(layer.mean, X[:, 0].mean(0)[None], rtol=1e-6)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"mean": 1.0}, "expected both or none"),
        ({"mean": [1.0], "variance": 1.0}, "of one shape"),
        ({"mean": [[1.0]], "variance": [[1.0]]}, "at most 1 axes"),
        ({"mean": "a", "variance": 1.0}, "Normalization.mean: got 'a'"),
        ({"axis": 1.5}, "Normalization.axis: got 1.5"),
    ],
)
def test_normalization_refuses(kwargs, message):
    with pytest.raises(ArgumentError, match=message):
        Normalization(**kwargs)


def test_adapt_refuses():
    layer = Normalization()
    layer.adapt(X)
    for data, message in (
        (X[..., :1], "expected it as in"),
        ([["a"]], "expected an array of numbers"),
        ([], "no rows"),
        (np.zeros((0, 3, 2)), "no rows"),
    ):
        with pytest.raises((ValueError, TypeError), match=message):
            layer.adapt(data)
    with pytest.raises(ValueError, match="given its mean"):
        Normalization(mean=1.0, variance=1.0).adapt(X)
    with pytest.raises(ArgumentError, match="expected axes of known extent"):
        Normalization(axis=5)(X)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (BatchNormalization(axis=3), r"BatchNormalization\).axis: got 3"),
        (BatchNormalization(axis=0), "expected axes from 1 to 2"),
        (LayerNormalization(axis=(1, 7)), "axis: got"),
        (RMSNormalization(axis=-4), "axis: got -4"),
        (GroupNormalization(groups=3), "divides the 2 features"),
        (PReLU(shared_axes=(0,)), "expected axes from 1 to 2"),
        (SpectralNormalization(brickwork.layers.Flatten()), "expected a layer with a kernel"),
    ],
)
def test_axes_that_are_not_there(layer, message):
    with pytest.raises(ArgumentError, match=message):
        layer(X)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GroupNormalization(groups=0), "GroupNormalization.groups: got 0"),
        (lambda: BatchNormalization(renorm=True, renorm_clipping={"rmx": 1}), "expected a dict of"),
        (lambda: BatchNormalization(renorm_clipping={"rmin": 2, "rmax": 1}), "rmin <= rmax"),
        (lambda: BatchNormalization(epsilon=-1), "BatchNormalization.epsilon: got -1"),
        (lambda: SpectralNormalization(Dense(1), power_iterations=0), "power_iterations: got 0"),
        (lambda: SpectralNormalization("dense"), "expected a layer, such as"),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.filterwarnings("ignore::brickwork.spelling.no_effect.NoEffectWarning")
def test_batch_normalization_is_accepted_as_synchronized():
    assert BatchNormalization(synchronized=True).get_config()["synchronized"] is True


def test_spectral_normalization_of_zeros_is_zeros():
    layer = SpectralNormalization(Dense(2, kernel_initializer="zeros"))
    np.testing.assert_array_equal(layer(X[:, 0], training=True), np.zeros((20, 2)))


def test_batch_normalization_of_integers_gives_floats():
    x = np.arange(12).reshape(4, 3)
    ours, theirs = BatchNormalization(autocast=False), keras.layers.BatchNormalization()
    for training in (False, True):
        found = ours(x, training=training)
        assert found.dtype == "float32"
        oracle.assert_close(found, theirs(x.astype("float32"), training=training), 1e-5)
