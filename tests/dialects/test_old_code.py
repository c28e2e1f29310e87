"""What people wrote for Keras 1 and 2 with the backend, trained: losses, metrics, layers.

Each is paired with current code for the same; both must train to the same bits.
"""

import warnings

import numpy as np
import pytest

from brickwork import backend as K, ops, utils
from brickwork.custom_objects import get_custom_objects
from brickwork.dialects import DialectWarning
from brickwork.layers import Activation, Dense, Input, Layer
from brickwork.models import Model, Sequential
from brickwork.spelling.translation import repeat_warnings

pytestmark = pytest.mark.filterwarnings("ignore::brickwork.spelling.translation.DialectWarning")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(32, 4)).astype("float32")
Y = np.tanh(X[:, :1] - X[:, 1:2])


def trained(model, loss, metrics=(), y=Y):
    model.compile("sgd", loss, metrics=list(metrics))
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(0, 0.3, w.shape) for w in model.get_weights()])
    history = model.fit(X, y, batch_size=8, epochs=3, shuffle=False, verbose=0).history
    return [list(values) for values in history.values()], model.get_weights()


def same(one, other):
    assert one[0] == other[0]
    assert all((a == b).all() for a, b in zip(one[1], other[1], strict=True))
    assert all(losses[-1] < losses[0] for losses in one[0])


def net():
    return Sequential([Dense(5, activation="tanh", input_shape=(4,)), Dense(1)])


def rmse(y_true, y_pred):
    return K.sqrt(K.mean(K.square(y_pred - y_true), axis=-1))


def huber(y_true, y_pred, clip_delta=1.0):
    error = y_true - y_pred
    squared = 0.5 * K.square(error)
    linear = 0.5 * K.square(clip_delta) + clip_delta * (K.abs(error) - clip_delta)
    return K.mean(K.switch(K.abs(error) < clip_delta, squared, linear))


def r_squared(y_true, y_pred):
    residual = K.sum(K.square(y_true - y_pred))
    total = K.sum(K.square(y_true - K.mean(y_true)))
    return 1 - residual / (total + K.epsilon())


def focal(gamma=2.0, alpha=0.25):
    def loss(y_true, y_pred):
        p = K.clip(y_pred, K.epsilon(), 1.0 - K.epsilon())
        right = y_true * p + (1 - y_true) * (1 - p)
        weight = y_true * alpha + (1 - y_true) * (1 - alpha)
        return K.mean(-weight * K.pow(1.0 - right, gamma) * K.log(right), axis=-1)

    return loss


def test_a_loss_and_a_metric():
    def today(y_true, y_pred):
        return ops.sqrt(ops.maximum(ops.mean(ops.square(y_pred - y_true), axis=-1), 0.0))

    same(trained(net(), rmse, [rmse]), trained(net(), today, [today]))


def test_a_loss_that_chooses():
    def today(y_true, y_pred):
        size = ops.abs(y_true - y_pred)
        return ops.mean(ops.where(size < 1.0, 0.5 * ops.square(size), 0.5 + (size - 1.0)))

    losses, right = (trained(net(), loss)[0][0] for loss in (huber, today))
    np.testing.assert_allclose(losses, right, rtol=1e-6)
    assert losses[-1] < losses[0]


def test_a_metric_of_the_whole_batch():
    model = net()
    model.compile("sgd", "mse", metrics=[r_squared])
    found = model.evaluate(X, Y, verbose=0, batch_size=32)[1]
    errors = np.square(Y - model.predict(X, verbose=0)).sum()
    assert found == pytest.approx(1 - errors / np.square(Y - Y.mean()).sum(), rel=1e-4)


def test_a_loss_with_arguments():
    y = (Y > 0).astype("float32")
    model = Sequential(
        [Dense(5, activation="tanh", input_shape=(4,)), Dense(1, activation="sigmoid")]
    )
    (losses,), _ = trained(model, focal(alpha=0.4), y=y)
    assert losses[-1] < losses[0]


def test_an_activation_known_by_name():
    """``get_custom_objects().update({'swish': Activation(swish)})``, as many a post has it."""

    def swish(x):
        return x * K.sigmoid(x)

    def model(activation):
        return Sequential(
            [Dense(5, activation=activation, input_shape=(4,)), Activation(activation), Dense(1)]
        )

    utils.get_custom_objects().update({"own_swish": Activation(swish)})
    try:
        same(trained(model("own_swish"), "mse"), trained(model("swish"), "mse"))
    finally:
        del get_custom_objects()["own_swish"]


class Today(Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.kernel = self.add_weight((input_shape[-1], self.units))
        self.bias = self.add_weight((self.units,), "zeros")

    def call(self, inputs):
        return ops.matmul(inputs, self.kernel) + self.bias


class Keras1(Layer):
    def __init__(self, output_dim, **kwargs):
        self.output_dim = output_dim
        super(Keras1, self).__init__(**kwargs)  # noqa: UP008

    def build(self, input_shape):
        self.W = self.add_weight(
            shape=(input_shape[1], self.output_dim),
            initializer="uniform",
            trainable=True,
            name=f"{self.name}_W",
        )
        self.b = self.add_weight((self.output_dim,), "zero", "b")
        super(Keras1, self).build(input_shape)  # noqa: UP008

    def call(self, x, mask=None):
        return K.dot(x, self.W) + self.b

    def get_output_shape_for(self, input_shape):
        return (input_shape[0], self.output_dim)

    def get_config(self):
        config = {"output_dim": self.output_dim}
        base_config = super(Keras1, self).get_config()  # noqa: UP008
        return dict(list(base_config.items()) + list(config.items()))


class Earlier(Keras1):
    """Of the first versions: weights are the backend's variables."""

    def build(self, input_shape):
        self.b = K.zeros((self.output_dim,), name="b")
        self.W = K.variable(np.zeros((input_shape[1], self.output_dim)))
        self.calls = K.zeros((1,))
        self.trainable_weights = [self.W, self.b]

    def call(self, x, mask=None):
        self.add_update([(self.calls, self.calls + 1)], inputs=x)
        return super().call(x, mask)


class Keras2(Keras1):
    def build(self, input_shape):
        self.W = self.add_weight("kernel", shape=[int(input_shape[-1]), self.output_dim])
        self.b = self.add_weight("bias", (self.output_dim,), None, "zeros")
        self.built = True

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.output_dim)


@pytest.mark.parametrize("kind", [Keras1, Earlier, Keras2])
def test_a_layer(kind):
    def model(kind):
        x = Input((4,))
        return Model(x, kind(1)(Dense(3, activation="tanh")(kind(5)(x))))

    old = model(kind)
    assert [w.shape for w in old.trainable_weights] == [
        w.shape for w in model(Today).trainable_weights
    ]
    if kind is Earlier:
        assert [len(old.non_trainable_weights), len(old.layers[1].trainable_weights)] == [2, 2]
        (losses,), _ = trained(old, "mse")
        before = np.random.default_rng(1).normal(0, 0.3, 49)[20 + 5]  # what `trained` put there
        assert losses[-1] < losses[0]
        np.testing.assert_allclose(old.layers[1].calls.numpy() - before, [12], rtol=1e-5)
    else:
        same(trained(old, "mse"), trained(model(Today), "mse"))
    assert old.layers[1].get_output_shape_for((None, 4)) == (None, 5)
    assert old.layers[1].get_output_at(0).shape == old.layers[1].get_output_shape_at(0)
    again = kind.from_config(old.layers[1].get_config())
    assert again.output_dim == 5 and again.name == old.layers[1].name


def test_the_old_orders_of_add_weight_warn():
    repeat_warnings()
    layer = Layer()
    with pytest.warns(DialectWarning, match="add_weight: .* argument 1 is not the name"):
        first = layer.add_weight("kernel", (2, 3), "float64", "ones", None, False)
    assert (first.name, first.shape, first.dtype, first.trainable) == (
        "kernel",
        (2, 3),
        "float64",
        False,
    )
    with pytest.warns(DialectWarning, match="argument 3 is not the name"):
        second = layer.add_weight((2,), "ones", "W", False)
    assert (second.name, second.shape, second.trainable) == ("W", (2,), False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert layer.add_weight((2,), "ones", "float64", False).dtype == "float64"
    with pytest.warns(DialectWarning, match=r"Layer: .* trainable_weights = \[...\]"):
        layer.trainable_weights = [second]
    assert [v.name for v in layer.trainable_weights] == ["W"] and not first.trainable
