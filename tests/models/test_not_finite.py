"""A step that is not finite is not done, and its warning says where the first such number was."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import brickwork
from brickwork import Model, Sequential, layers, ops, optimizers
from brickwork.callbacks import LambdaCallback
from brickwork.training import rewind
from brickwork.training.rewind import Order

ROWS, BATCH, BAD = 40, 4, 26  # the bad row is in batch 7
rng = np.random.default_rng(3)
X = rng.uniform(1, 2, size=(ROWS, 2)).astype("float32")
Y = rng.normal(size=(ROWS, 1)).astype("float32")
SPOILED = X.copy()
SPOILED[BAD] = [1, 0]


class Root(layers.Layer):
    """Its gradient is 0 / 0 where the second feature is 0; its output is not."""

    def build(self, shape):
        self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

    def call(self, x):
        return x * self.scale + ops.sqrt(x[:, 1:] * self.scale)


class Overflow(layers.Layer):
    """Its output is infinite where the second feature is 0; its gradient would be, too."""

    def call(self, x):
        return x / x[:, 1:]


def chain(*middle, loss="mse", optimizer="adam", units=3):
    brickwork.utils.set_random_seed(5)
    model = Sequential(
        [
            layers.Input((2,)),
            *middle,
            layers.Dense(units, name="first"),
            layers.Dense(1, name="last"),
        ]
    )
    model.compile(optimizer, loss)
    return model


def root_of_error(y, p):
    """Finite, with an infinite gradient, where the target is met."""
    return ops.sum(ops.sqrt(ops.abs(p - y)), axis=-1)


def log_of_target(y, p):
    return ops.mean(ops.log(y) + p, axis=-1)


def batches(x, y):
    while True:
        for start in range(0, len(x), BATCH):
            yield x[start : start + BATCH], y[start : start + BATCH]


#: Calls of fit, and the loop that each uses.
WAYS = {
    "alone": {},
    "epochs": {"callbacks": LambdaCallback(on_epoch_end=lambda epoch, logs: None)},
    "batches": {"callbacks": LambdaCallback(on_train_batch_end=lambda batch, logs: None)},
    "stream": {},
}


def trained(model, way, x, y, **more):
    """History, and the warnings of a fit in one of the ways."""
    arguments = {"batch_size": BATCH, "epochs": 3, "shuffle": False, "verbose": 0}
    arguments |= WAYS[way] | more
    if way == "stream":
        arguments |= {"batch_size": None, "steps_per_epoch": -(-len(x) // BATCH)}
        x, y = batches(x, y), None
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        history = model.fit(x, y, **arguments)
    return history, [str(w.message) for w in said]


def before_the_bad_batch(make):
    twin = make()
    for start in range(0, BAD - BAD % BATCH, BATCH):
        twin.train_on_batch(X[start : start + BATCH], Y[start : start + BATCH])
    return twin


def same(a, b):
    for one, other in zip(
        [*a.weights, *a.optimizer.variables], [*b.weights, *b.optimizer.variables], strict=True
    ):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("large", [False, True], ids=["copied", "guarded"])
@pytest.mark.parametrize(
    "layer, what",
    [
        (
            Root,
            "the gradient is not finite in epoch 1, batch 7; the first value that is not: the "
            "gradient in layer 'culprit'",
        ),
        (
            Overflow,
            "the loss is not finite in epoch 1, batch 7; the first value that is not: the "
            "output of layer 'culprit'",
        ),
    ],
)
def test_the_step_is_not_done(monkeypatch, way, large, layer, what):
    if large:
        monkeypatch.setattr(rewind, "MAX_PARAMETERS", 0)
        monkeypatch.setattr("brickwork.training.MAX_PARAMETERS", 0)

    def make():
        return chain(layer(name="culprit"))

    model = make()
    history, said = trained(model, way, SPOILED, Y)
    assert len(said) == 1 and what in said[0] and "gradient norm nan" in said[0], said
    assert "learning rate 0.001" in said[0]
    assert np.isnan(history.history["loss"]).tolist() == [True]
    same(model, before_the_bad_batch(make))


@pytest.mark.parametrize("way", WAYS)
def test_errors_and_going_on(way):
    model = chain(Root(name="culprit"))
    with pytest.raises(FloatingPointError, match=r"epoch 1, batch 7.*'culprit'"):
        trained(model, way, SPOILED, Y, on_nan="raise")
    same(model, before_the_bad_batch(lambda: chain(Root(name="culprit"))))
    model = chain(Root(name="culprit"))
    history, said = trained(model, way, SPOILED, Y, on_nan="continue")
    assert history.epoch == [0, 1, 2] and not said
    assert not np.isfinite(model.get_weights()[0]).all()


@pytest.mark.parametrize(
    "loss, y, where",
    [
        (
            log_of_target,
            np.where(np.arange(ROWS) == BAD, 0, 1.0)[:, None],
            "loss is not finite in epoch 1, batch 7; the first value that is not: the loss",
        ),
        (
            lambda y, p: root_of_error(p, p) + 0 * y,
            Y,
            "gradient is not finite in epoch 1, batch 1; the first value that is not: the gradient "
            "of the loss",
        ),
    ],
)
def test_the_loss_itself(loss, y, where):
    _, said = trained(chain(loss=loss), "alone", X, y)
    assert len(said) == 1 and where in said[0], said


@pytest.mark.parametrize("way", WAYS)
def test_a_layer_in_the_middle(way):
    model = chain()
    model.get_layer("first").set_weights([np.full((2, 3), 1e38, "f4"), np.zeros(3)])
    model.get_layer("last").set_weights([np.full((3, 1), 10, "f4"), np.zeros(1)])
    _, said = trained(model, way, X, Y)
    assert "the output of layer 'last'" in said[0]


def test_an_update_that_is_too_large():
    model = chain(optimizer=optimizers.SGD(3e38))
    before = model.get_weights()
    _, said = trained(model, "alone", X * 10, Y * 10)
    assert "the update is not finite in epoch 1, batch 1" in said[0], said
    for a, b in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_last_step_of_a_training():
    """No later loss would show it."""
    model = chain(Root(name="culprit"))
    history, said = trained(model, "alone", SPOILED[:28], Y[:28], epochs=1)
    assert "gradient is not finite in epoch 1, batch 7" in said[0]
    same(model, before_the_bad_batch(lambda: chain(Root(name="culprit"))))
    assert len(history.history["loss"]) == 1


@pytest.mark.parametrize("way", WAYS)
def test_several_outputs(way):
    x = layers.Input((2,))
    hidden = layers.Dense(3, name="trunk")(x)
    model = Model(
        x,
        [
            layers.Dense(1, name="sound")(hidden),
            Root(name="bent")(layers.Dense(2, name="side")(hidden)),
        ],
    )
    model.compile("sgd", ["mse", log_of_target])
    y = [Y, np.ones((ROWS, 2))]
    y[1][BAD] = 0
    arguments = {"batch_size": BATCH, "epochs": 2, "shuffle": False, "verbose": 0} | WAYS[way]
    data = (X, y)
    model.get_layer("side").set_weights([np.ones((2 + 1, 2), "f4"), np.full(2, 9.0)])
    if way == "stream":
        data = (((X[i : i + BATCH], [a[i : i + BATCH] for a in y]) for i in range(0, ROWS, BATCH)),)
        del arguments["batch_size"]
    with pytest.warns(RuntimeWarning, match="batch 7; .*the loss of 'bent'"):
        history = model.fit(*data, **arguments)
    assert np.isnan(history.history["loss"]).tolist() == [True]


def test_a_weight_that_was_not_finite_before():
    model = chain()
    model.get_layer("last").set_weights([np.full((3, 1), np.nan), np.zeros(1)])
    _, said = trained(model, "alone", X, Y)
    assert "the first value that is not: the weight" in said[0] and "last/kernel" in said[0]


def test_clipped_gradients_may_be_infinite():
    """What the optimizer makes finite is no reason to stop, as in Keras."""

    def make(**clip):
        model = Sequential([layers.Input((1,)), layers.Dense(1, kernel_initializer="ones")])
        model.compile(
            optimizers.SGD(0.1, **clip), lambda y, p: ops.sum(ops.sqrt(p - 1 + 0 * y), -1)
        )
        return model

    x = np.ones((4, 1), "float32")  # the root of 0: an infinite gradient
    for way in ("alone", "batches"):
        model = make(clipvalue=0.5)
        _, said = trained(model, way, x, x, epochs=1)
        assert not said and np.isfinite(model.get_weights()[0]).all()
        np.testing.assert_allclose(model.get_weights()[0], 0.95)
        _, said = trained(make(), way, x, x, epochs=1)
        assert "gradient is not finite" in said[0]


def test_a_search_goes_on():
    """One setting that diverges is no end of a loop over settings."""
    losses = []
    for rate in (0.01, 1e9, 0.02):
        model = chain(optimizer=optimizers.SGD(rate))
        history, _ = trained(model, "alone", X, Y, epochs=5)
        losses.append(history.history["loss"][-1])
    assert np.isnan(losses).tolist() == [False, True, False]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"seed": 7},
        {"steps": 3},
        {"steps": 3, "seed": 1},
        {"steps": 1},
        {"batch": 40},
        {"first_epoch": 2, "steps": 4, "seed": 5},
    ],
)
def test_the_order_is_that_of_the_engine(options):
    """The rows of a step that are taken out to be looked at are those that it was done with."""
    order = Order(**{"rows": 23, "batch": 5, "steps": 5, "steps_per_pass": 5} | options)
    if order.batch > order.rows:
        order = Order(rows=23, batch=23, steps=1, steps_per_pass=1)
    from brickwork import _engine

    first = order.first_epoch
    for epoch in range(first, first + 4):
        turn, part = divmod(epoch - first, -(-order.steps_per_pass // order.steps))
        rows = np.arange(23) if order.seed is None else _engine.shuffle_order(23, order.seed, turn)
        wanted = [rows[i : i + order.batch] for i in range(0, 23, order.batch)]
        wanted = wanted[part * order.steps : (part + 1) * order.steps]
        assert order.length(epoch) == len(wanted)
        for step, part_rows in enumerate(wanted):
            np.testing.assert_array_equal(order.rows_of(epoch, step), part_rows)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("large", [False, True])
def test_shuffled_rows_of_later_epochs(monkeypatch, shuffle, large):
    """The batch that is named has the bad row, whichever order the rows came in."""
    if large:
        monkeypatch.setattr("brickwork.training.MAX_PARAMETERS", 0)
    model = chain(Overflow(name="culprit"))
    seen = []
    diagnose = brickwork.training.loop.diagnose
    monkeypatch.setattr(
        "brickwork.training.loop.diagnose",
        lambda model, batch: seen.append(batch.x[0]) or diagnose(model, batch),
    )
    _, said = trained(model, "alone", SPOILED, Y, shuffle=shuffle)
    assert "'culprit'" in said[0]
    assert any((row == SPOILED[BAD]).all() for row in seen[0])
