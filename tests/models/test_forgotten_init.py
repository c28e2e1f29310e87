"""Classes of the user's own that forget ``super().__init__()`` say so, wherever it is noticed."""

import numpy as np
import pytest

from brickwork import Input, Model, Sequential, layers, losses, metrics, ops, optimizers

X = np.ones((2, 3), "float32")


class MyLayer(layers.Layer):
    def __init__(self, units):
        self.units = units

    def call(self, x):
        return x


class MyModel(Model):
    def __init__(self):
        self.rate = 0.1

    def call(self, x):
        return x


class MyLoss(losses.Loss):
    def __init__(self):
        self.factor = 2

    def call(self, y, p):
        return ops.mean(abs(y - p), axis=-1)


class MyMetric(metrics.Metric):
    def __init__(self):
        self.total = self.add_weight("total")


class MyOptimizer(optimizers.Optimizer):
    def __init__(self):
        self.rate = 0.1


def fit(**given):
    model = Sequential([Input((3,)), layers.Dense(3)])
    model.compile(**{"optimizer": "sgd", "loss": "mse", **given})
    model.fit(X, X, verbose=0)


PLACES = {
    "layer, called": lambda: MyLayer(3)(X),
    "layer, on a symbol": lambda: MyLayer(3)(Input((3,))),
    "layer in Sequential": lambda: Sequential([MyLayer(3)]).predict(X),
    "layer in Sequential with an Input": lambda: Sequential([Input((3,)), MyLayer(3)]),
    "layer in a list": lambda: Sequential([layers.TimeDistributed(MyLayer(3))])(X[None]),
    "layer, looked at": lambda: MyLayer(3).name,
    "model, called": lambda: MyModel()(X),
    "model, compiled": lambda: MyModel().compile("sgd", "mse"),
    "model, its summary": lambda: MyModel().summary(),
    "loss": lambda: fit(loss=MyLoss()),
    "loss, called": lambda: MyLoss()(X, X),
    "metric": lambda: fit(metrics=[MyMetric()]),
    "optimizer": lambda: fit(optimizer=MyOptimizer()),
    "optimizer, applied": lambda: MyOptimizer().apply([X], []),
}


@pytest.mark.parametrize("place", PLACES)
def test_it_says_so(place):
    with pytest.raises(Exception, match=r"super\(\)\.__init__\(") as caught:
        PLACES[place]()
    assert f"My{place.split()[0].strip(',').capitalize()}" in str(caught.value)


def test_other_attributes_are_just_missing():
    class Fine(layers.Layer):
        def __init__(self):
            assert not hasattr(self, "units")
            super().__init__()

    for owner in (Fine(), losses.MeanSquaredError(), optimizers.SGD(), metrics.Mean()):
        for name in ("nothing", "_nothing"):
            with pytest.raises(AttributeError, match=f"has no attribute '{name}'$"):
                getattr(owner, name)
