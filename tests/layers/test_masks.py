"""Masks go through layers as in Keras: in a trace, on arrays, and what they do to values."""

import keras
import keras_oracle as oracle
import numpy as np
import pytest

import brickwork
from brickwork import layers, ops
from brickwork.program import run, signature_of, trace_function

X = np.random.default_rng(0).normal(size=(3, 4, 2))
X[0, 1:] = X[1, 3:] = 0
Y = np.random.default_rng(1).normal(size=(3, 4, 2))
Y[0, :2] = Y[2, 1] = 0


def masked(library):
    return library.layers.Masking()


#: (layers that come after Masking, of one library or the other)
CHAINS = {
    "Masking": lambda lib: [],
    "GlobalAveragePooling1D": lambda lib: [lib.layers.GlobalAveragePooling1D()],
    "keepdims": lambda lib: [lib.layers.GlobalAveragePooling1D(keepdims=True)],
    "Dense": lambda lib: [lib.layers.Dense(3, kernel_initializer="ones")],
    "activations": lambda lib: [
        lib.layers.ReLU(),
        lib.layers.ELU(),
        lib.layers.LeakyReLU(),
        lib.layers.PReLU("ones"),
    ],
    "noise": lambda lib: [
        lib.layers.GaussianNoise(0.1),
        lib.layers.AlphaDropout(0.1),
        lib.layers.SpatialDropout1D(0.1),
    ],
    "normalizations": lambda lib: [
        lib.layers.LayerNormalization(),
        lib.layers.UnitNormalization(),
        lib.layers.GroupNormalization(1),
        lib.layers.Identity(),
        lib.layers.Rescaling(2.0),
    ],
    "BatchNormalization": lambda lib: [lib.layers.BatchNormalization()],
    "TimeDistributed": lambda lib: [
        lib.layers.TimeDistributed(lib.layers.Dense(2, kernel_initializer="ones"))
    ],
    "TimeDistributed of BatchNormalization": lambda lib: [
        lib.layers.TimeDistributed(lib.layers.BatchNormalization())
    ],
    "Lambda": lambda lib: [
        lib.layers.Lambda(
            lambda x, mask: x + lib.ops.cast(lib.ops.expand_dims(mask, -1), x.dtype),
            mask=lambda x, mask: mask,
        )
    ],
}
#: What takes the mask away.
STOPS = {
    "GlobalMaxPooling1D": lambda lib: [lib.layers.GlobalMaxPooling1D()],
    "Permute": lambda lib: [lib.layers.Permute((2, 1))],
    "Reshape": lambda lib: [lib.layers.Reshape((8,))],
    "RMSNormalization": lambda lib: [lib.layers.RMSNormalization()],
    "EinsumDense": lambda lib: [
        lib.layers.EinsumDense("abc,cd->abd", (None, 2), kernel_initializer="ones")
    ],
    "Lambda without": lambda lib: [lib.layers.Lambda(lambda x: x + 1)],
}


def keras_chain(make, training):
    out = masked(keras)(keras.ops.convert_to_tensor(X))
    for layer in make(keras):
        out = layer(out, training=training) if training else layer(out)
    return out


def same_mask(mine, its):
    assert (mine is None) == (its is None)
    if its is not None:
        np.testing.assert_array_equal(mine, its)


@pytest.mark.filterwarnings("ignore:.*(support masking|support masks)")
@pytest.mark.parametrize(
    ("name", "training"),
    [
        (name, training)
        for name in [*CHAINS, *STOPS]
        for training in (False, True)
        if not (training and name == "noise")
    ],
)  # which draws its own random numbers
def test_a_chain_of_layers(name, training):
    make = (CHAINS | STOPS)[name]

    def chain(x):
        out = masked(brickwork)(x)
        for layer in made:
            out = layer(out, training=training)
        return out, out.mask

    with oracle.floatx("float64"):
        theirs = keras_chain(make, training)
        right = getattr(theirs, "_keras_mask", None)
        made = make(brickwork)
        out, mask = (program := trace_function(chain, [signature_of(X)])).rebuild(run(program, [X]))
        oracle.assert_close(out, np.asarray(theirs))
        same_mask(mask, right)
        # Layers called one by one on arrays hand masks on too.
        made, eager = make(brickwork), masked(brickwork)(X)
        for layer in made:
            eager = layer(eager, training=training)
        oracle.assert_close(eager, np.asarray(theirs))
        same_mask(getattr(eager, "mask", None), right)


def test_an_array_s_mask_is_not_that_of_what_numpy_makes_of_it():
    out = layers.Masking()(X.astype("float32"))
    assert out.mask.shape == (3, 4) and (out * 2).mask is None and (repr(out[:1])[:5] == "array")
    # Another mask, or none, is another program.
    pool = layers.GlobalAveragePooling1D()
    assert (pool(out) != pool(np.asarray(out))).any()
    np.testing.assert_array_equal(pool(out), pool(np.asarray(out), mask=out.mask))


@pytest.mark.parametrize(
    "name", ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"]
)
@pytest.mark.parametrize("which", ["both", "first", "second", "none"])
def test_merging(name, which):
    kwargs = {"axis": 1} if name == "Concatenate" else {}
    inputs = [(X, which in ("both", "first")), (Y, which in ("both", "second"))]
    with oracle.floatx("float64"):

        def merged(library, x, y):
            xs = [masked(library)(a) if m else a for a, (_, m) in zip((x, y), inputs, strict=True)]
            return getattr(library.layers, name)(**kwargs)(xs)

        theirs = merged(keras, *map(keras.ops.convert_to_tensor, (X, Y)))

        def whole(x, y):
            out = merged(brickwork, x, y)
            return out, out.mask

        program = trace_function(whole, [signature_of(X), signature_of(Y)])
        out, mask = program.rebuild(run(program, [X, Y]))
        oracle.assert_close(out, np.asarray(theirs))
        same_mask(mask, getattr(theirs, "_keras_mask", None))
        same_mask(
            getattr(merged(brickwork, X, Y), "mask", None), getattr(theirs, "_keras_mask", None)
        )


def test_embeddings_mask_zero():
    ids = np.array([[1, 0, 2], [0, 0, 1]])
    table = np.random.default_rng(0).normal(size=(3, 2)).astype("float32")
    for kind in ("Embedding", "ReversibleEmbedding"):
        ours, theirs = (
            getattr(library.layers, kind)(3, 2, mask_zero=True) for library in (brickwork, keras)
        )
        ours(ids), theirs(ids)
        ours.set_weights([table]), theirs.set_weights([table])
        np.testing.assert_array_equal(ours(ids).mask, theirs(ids)._keras_mask)
        np.testing.assert_allclose(
            layers.GlobalAveragePooling1D()(ours(ids))[0], (table[1] + table[2]) / 2, rtol=1e-6
        )
    assert getattr(ours(ours(ids), reverse=True), "mask", None) is None


def test_a_layer_that_takes_the_mask_away_says_so():
    for layer in (layers.Flatten(), layers.GlobalMaxPooling1D()):
        with pytest.warns(UserWarning, match="masked input, but the layer does not support masks"):
            layer(layers.Masking()(X))


def test_softmax_with_a_mask():
    x, mask = Y[0], np.array([[True, False], [True, True], [False, False], [True, True]])
    ours = layers.Softmax(dtype="float64")(x, mask=mask)
    with oracle.floatx("float64"):
        oracle.assert_close(ours, np.asarray(keras.layers.Softmax()(x, mask=mask)))
    oracle.assert_close(layers.Softmax(dtype="float64")(x, mask=mask.astype("int32")), ours)
    with pytest.raises(ValueError, match=r"mask: got shape \(.*\) for inputs"):
        layers.Softmax()(x, mask=mask[:, :1][:3])


def test_masks_of_another_shape_are_refused():
    x = X.astype("float32")
    with pytest.raises(ValueError, match=r"BatchNormalization.*expected the inputs' shape without"):
        layers.BatchNormalization()(x, mask=x > 0, training=True)
    with pytest.raises(ValueError, match=r"TimeDistributed.*expected \(batch, steps\)"):
        layers.TimeDistributed(layers.Dense(1))(x, mask=np.ones((3, 3), bool))


def test_a_masked_loss_counts_what_counts():
    """Masking before Dense: the loss of a step without data is left out, as in Keras."""
    target = ops.ones((3, 4, 1))
    losses = []
    for library in (brickwork, keras):
        model = library.Sequential(
            [
                library.Input((4, 2)),
                masked(library),
                library.layers.Dense(1, kernel_initializer="ones"),
            ]
        )
        model.compile(loss="mse")
        losses.append(model.evaluate(X.astype("float32"), np.asarray(target), verbose=0))
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
