"""What is special about embeddings."""

import keras
import numpy as np
import pytest

import brickwork
from brickwork.errors import ArgumentError
from brickwork.layers import Dense, Embedding, Flatten, Input, ReversibleEmbedding

IDS = np.array([[1, 0], [2, 2]])
TABLE = np.arange(6, dtype="float32").reshape(3, 2)


def test_rows_of_the_table():
    for weights in (TABLE, [TABLE]):
        layer = Embedding(3, 2, weights=weights)
        np.testing.assert_array_equal(layer(IDS), TABLE[IDS])
        assert layer.built and "weights" not in layer.get_config()
    assert layer.input_dim == 3 and layer._input_shape is None
    for kind in ("int32", "int64", "uint8", "float64", "float32"):
        np.testing.assert_array_equal(layer(IDS.astype(kind)), TABLE[IDS])
    assert layer(np.zeros((0, 2), "int32")).shape == (0, 2, 2)


def test_ids_never_pass_through_floats():
    """2^24 + 1 is no float32."""
    big = 2**24 + 2
    layer = Embedding(big, 1, embeddings_initializer="zeros")
    layer.build()
    layer.embeddings.array[big - 1] = 1
    model = brickwork.Sequential([Input((1,)), layer])
    for ids in (np.array([[big - 1]]), np.array([[big - 1]], "float64")):
        assert layer(ids) == model.predict(ids, verbose=0) == 1


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([[3]], "got ids from 3 to 3, expected ids from 0 to 2. Set input_dim=4"),
        ([[-1, 1]], "got ids from -1 to 1, expected ids from 0 to 2. Renumber the ids"),
        ([[0.5]], "with fractions"),
        ([[np.nan]], "NaN"),
        ([["a"]], ".*"),
    ],
)
def test_ids_that_are_refused(ids, message):
    table = Embedding(3, 2)
    with pytest.raises(ValueError, match=message):
        table(np.array(ids))
    with pytest.raises(ValueError, match=message):
        brickwork.Sequential([table])(np.array(ids))
    with pytest.raises(IndexError):
        table(np.array([[3]]))


@pytest.mark.parametrize("ids", [[[0, 3]], [[-1, 0]], [[0.5, 1]]])
def test_data_are_checked_before_a_step(ids):
    x, y = np.array([[0, 1], *ids, [1, 2]]), np.zeros((3, 1))
    symbol = Input((2,), dtype="int32")
    for model in (
        brickwork.Sequential([Embedding(3, 2), Flatten(), Dense(1)]),
        brickwork.Sequential([Input((2,)), Embedding(3, 2), Flatten(), Dense(1)]),
        brickwork.Model(symbol, Dense(1)(Flatten()(Embedding(3, 2)(symbol)))),
    ):
        model.compile("sgd", "mse")
        before = model.get_weights()
        for call in (model.fit, model.evaluate, model.train_on_batch):
            with pytest.raises(ValueError, match=r"first (outside )?at row 1"):
                call(x, y)
        with pytest.raises(ValueError, match=r"first (outside )?at row 1"):
            model.predict(x)
        for now, then in zip(model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(now, then)


def test_ids_that_only_the_engine_sees():
    """Where ids come out of other layers, the step stops; nothing is read that is not there."""

    class Shifted(brickwork.Model):
        def __init__(self):
            super().__init__()
            self.table, self.last = Embedding(3, 2), Dense(1)

        def call(self, inputs):
            return self.last(self.table(brickwork.ops.cast(inputs[:, 0], "int32") + 1))

    model = Shifted()
    model.compile("sgd", "mse")
    with pytest.raises(IndexError, match=r"outside|out of range"):
        model.fit(np.array([[0.0], [2.0]]), np.zeros(2), verbose=0)


def test_reversed():
    layer = ReversibleEmbedding(3, 2)
    layer.build()
    layer.set_weights([TABLE])
    x = np.random.default_rng(0).normal(size=(4, 2)).astype("float32")
    np.testing.assert_allclose(layer(x, reverse=True), x @ TABLE.T, rtol=1e-5)
    assert layer.compute_output_shape((None, 2), reverse=True) == (None, 3)
    for kwargs in ({"tie_weights": False, "logit_soft_cap": 0.5}, {"reverse_dtype": "float64"}):
        ours, theirs = (
            library.layers.ReversibleEmbedding(3, 2, **kwargs) for library in (brickwork, keras)
        )
        ours.build(), theirs.build()
        theirs.set_weights(ours.get_weights())
        out, right = ours(x, reverse=True), np.asarray(theirs(x, reverse=True))
        assert out.dtype == right.dtype
        np.testing.assert_allclose(out, right, rtol=1e-5, atol=1e-6)


def test_lora():
    layer = Embedding(3, 2, weights=TABLE)
    layer.enable_lora(1, lora_alpha=2.0)
    assert [w.name for w in layer.trainable_weights] == ["lora_embeddings_a", "lora_embeddings_b"]
    a, b = np.ones((3, 1), "float32"), np.full((1, 2), 3, "float32")
    layer.set_weights([TABLE, a, b])
    np.testing.assert_allclose(layer(IDS), (TABLE + 2 * a @ b)[IDS])
    with pytest.raises(ValueError, match="expected a built one"):
        Embedding(3, 2, embeddings_constraint="non_neg", weights=TABLE).enable_lora(1)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"input_dim": 0, "output_dim": 2}, "Embedding.input_dim: got 0"),
        ({"input_dim": 3}, "Embedding.output_dim: is missing"),
        ({"input_dim": 3, "output_dim": 2, "weights": [1.0, 2.0]}, "Embedding.weights: got"),
        ({"input_dim": 3, "output_dim": 2, "quantization_config": {}}, "not supported"),
    ],
)
def test_what_is_refused(kwargs, message):
    with pytest.raises(ArgumentError, match=message):
        Embedding(**kwargs)
    with pytest.raises(ArgumentError, match=r"set_weights: .*expected"):
        Embedding(3, 2, weights=np.ones((2, 2)))
