"""A member of a population trains to what it trains to alone."""

import numpy as np
import pytest
from members_alone import CLASSES, RELU, X, Y, chain, compare, same

from brickwork import callbacks, initializers, layers, losses, ops, optimizers, population
from brickwork.data import DataWarning
from brickwork.layers import Dense, Dropout, Input
from brickwork.models import Model, Sequential
from brickwork.populations import training

RNG = np.random.default_rng(5)


def branches():
    left, right = Input((6,)), Input((6,))
    shared = Dense(5, "tanh")
    joined = layers.Concatenate()([shared(left), shared(right), Dense(3, "relu")(left)])
    outputs = [Dense(1, name="size")(joined), Dense(3, "softmax", name="kind")(joined)]
    model = Model([left, right], outputs)
    model.compile("adam", ["mse", "sparse_categorical_crossentropy"], loss_weights=[1.0, 0.5])
    return model


SPARSE = dict(output=("softmax", 3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
MODELS = {
    "a regression": chain(RELU, metrics=["mae"]),
    "classes": chain(RELU, Dense(5, "relu"), **SPARSE),
    "two classes": chain(
        RELU, output=("sigmoid", 1), loss="binary_crossentropy", metrics=["accuracy", "auc"]
    ),
    "dropout": chain(RELU, Dropout(0.3), Dense(9, "gelu"), Dropout(0.2)),
    "noise": chain(layers.GaussianNoise(0.1), RELU, layers.GaussianDropout(0.1)),
    "batch normalization": chain(
        Dense(8, use_bias=False), layers.BatchNormalization(), layers.Activation("relu")
    ),
    "layer normalization": chain(Dense(8, "silu"), layers.LayerNormalization(), Dense(4, "elu")),
    "penalties": chain(Dense(7, "tanh", kernel_regularizer="l2", activity_regularizer="l1")),
    "constraints": chain(Dense(7, "relu", kernel_constraint="max_norm")),
    "a wide layer": chain(Dense(40, "relu"), Dense(33, "softplus")),
    "huber": chain(RELU, loss=losses.Huber()),
    "sgd": chain(RELU, optimizer=optimizers.SGD(0.01, momentum=0.9, nesterov=True)),
    "clipped": chain(RELU, optimizer=optimizers.RMSprop(0.003, clipnorm=0.5)),
    "decoupled decay": chain(RELU, optimizer=optimizers.AdamW(0.01, weight_decay=0.1)),
    "averages": chain(RELU, optimizer=optimizers.Adam(use_ema=True, ema_overwrite_frequency=3)),
    "averages at the end": chain(RELU, optimizer=optimizers.Adam(use_ema=True)),
    "accumulated": chain(RELU, optimizer=optimizers.Adam(gradient_accumulation_steps=2)),
    "a schedule": chain(
        RELU, optimizer=optimizers.SGD(optimizers.schedules.ExponentialDecay(0.05, 5, 0.9))
    ),
    "several inputs and outputs": branches,
}
FITS = {
    "plain": dict(epochs=3, batch_size=16),
    "in order": dict(epochs=2, batch_size=10, shuffle=False),
    "one batch": dict(epochs=2, batch_size=100),
    "a validation split": dict(epochs=3, batch_size=8, validation_split=0.3),
    "validation at times": dict(epochs=4, validation_split=0.2, validation_freq=2),
    "a last batch dropped": dict(epochs=2, batch_size=16, last_batch="drop"),
    "a last batch scaled": dict(epochs=2, batch_size=16, last_batch="scale"),
    "sample weights": dict(epochs=2, sample_weight=np.linspace(0.1, 2, 70)),
}


def data_for(name):
    if name.startswith("several"):
        return [X, X[:, ::-1]], [Y, CLASSES]
    if name == "classes":
        return X, CLASSES
    return X, Y > 0 if name == "two classes" else Y


@pytest.mark.parametrize("name", MODELS)
def test_models(together, name):
    compare(MODELS[name], *data_for(name), epochs=3, batch_size=16, validation_split=0.2)


@pytest.mark.parametrize("name", FITS)
def test_fits(together, name):
    compare(MODELS["dropout"], X, Y, **FITS[name])


def test_more_members_than_a_vector_has_lanes(together):
    compare(MODELS["dropout"], X, Y, n=35, epochs=2, batch_size=32)


def test_members_differ(together):
    many = population(MODELS["a regression"], 5, seed=9)
    many.fit(X, Y, verbose=0, epochs=2)
    kernels = [model.get_weights()[0] for model in many]
    assert all((kernels[0] != other).any() for other in kernels[1:])


def test_learning_rates(together):
    many = compare(
        MODELS["dropout"], X, Y, 2, {"rate": [0.001, 0.01, 0.1]}, epochs=3, batch_size=16
    )
    assert len({id(member.mould.runner) for member in many._members}) == 1


def test_early_stopping(together):
    stop = callbacks.EarlyStopping("val_loss", patience=1, restore_best_weights=True)
    many = compare(
        MODELS["a regression"],
        X,
        Y,
        4,
        {"rate": [0.01, 0.3]},
        stop,
        epochs=25,
        validation_split=0.3,
    )
    lengths = {len(history.epoch) for history in many.history}
    assert len(lengths) > 2 and min(lengths) < 25


def test_a_training_goes_on(together):
    """In two calls, or in one after the members were taken out, as in one."""
    make = MODELS["dropout"]
    once, twice, out = (population(make, 3, seed=4) for _ in range(3))
    once.fit(X, Y, epochs=4, verbose=0)
    twice.fit(X, Y, epochs=2, verbose=0)
    twice.fit(X, Y, epochs=4, initial_epoch=2, verbose=0)
    out.fit(X, Y, epochs=2, verbose=0)
    for model in out:
        assert model.history.epoch == [0, 1]
    out.fit(X, Y, epochs=4, initial_epoch=2, verbose=0)
    for one, two, three in zip(once, twice, out, strict=True):
        for a, b, c in zip(*(m.get_weights() for m in (one, two, three)), strict=True):
            np.testing.assert_array_equal(a, b)
            np.testing.assert_array_equal(a, c)
        assert two.history.epoch == [2, 3]


def test_rows_of_their_own(together):
    make, rows = MODELS["dropout"], [RNG.permutation(70)[:40] for _ in range(3)]
    rest = [np.setdiff1d(np.arange(70), own) for own in rows]
    many, alone = (population(make, 3, seed=9) for _ in range(2))
    many.fit(X, Y, rows=rows, held_out=rest, epochs=3, verbose=0)
    scores = many.evaluate(X, Y, rows=rest)
    for index, (member, model) in enumerate(zip(many, alone, strict=True)):
        own, other = rows[index], rest[index]
        model.fit(X[own], Y[own], epochs=3, verbose=0, validation_data=(X[other], Y[other]))
        same(member, model)
        assert scores["loss"][index] == pytest.approx(model.history.history["val_loss"][-1])


def test_weights_of_rows_of_their_own(together):
    rows = [RNG.permutation(70)[:40] for _ in range(3)]
    rest = [np.setdiff1d(np.arange(70), own) for own in rows]
    weights = np.linspace(0.1, 2, 70)
    many, alone = (population(MODELS["dropout"], 3, seed=9) for _ in range(2))
    many.fit(X, Y, rows=rows, held_out=rest, sample_weight=weights, epochs=2, verbose=0)
    for member, model, own, other in zip(many, alone, rows, rest, strict=True):
        valid = X[other], Y[other], weights[other]
        model.fit(
            X[own],
            Y[own],
            sample_weight=weights[own],
            epochs=2,
            verbose=0,
            validation_data=valid,
        )
        same(member, model)


CHANGES = {
    "another loss": lambda model: model.compile(model.optimizer, "mae"),
    "a frozen layer": lambda model: setattr(model.layers[0], "trainable", False),
    "another rate of dropout": lambda model: setattr(model.layers[1], "rate", 0.9),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_member_that_its_user_changed_is_trained_as_it_is_now(monkeypatch, name):
    monkeypatch.setattr(training, "pays", lambda *_: True)
    many, alone = (population(MODELS["dropout"], 3, seed=9) for _ in range(2))
    for both in (many, alone):
        np.random.seed(3)  # compile draws the seed of the orders of rows
        CHANGES[name](both[1])
    many.fit(X, Y, epochs=2, verbose=0)
    for member, model in zip(many, alone, strict=True):
        model.fit(X, Y, epochs=2, verbose=0)
        same(member, model)


def test_a_plan_that_cannot_be_bound_is_trained_alone(monkeypatch):
    monkeypatch.setattr(training, "pays", lambda *_: True)

    def refuse(self):
        raise ValueError("does not run several models")

    monkeypatch.setattr(training.Training, "try_out", refuse)
    compare(MODELS["dropout"], X, Y, epochs=1)


def test_a_limit_of_epochs(monkeypatch):
    monkeypatch.setattr(training, "max_epochs", lambda: 2)
    monkeypatch.setattr("brickwork.models.fitting.max_epochs", lambda: 2)
    many = population(MODELS["dropout"], 3, seed=9)
    with pytest.warns(DataWarning, match="5 become 2"):
        many.fit(X, Y, epochs=5, verbose=0)
    assert many.history.history["loss"].shape == (3, 2)


def test_a_member_that_fails(monkeypatch):
    """It ends as it would alone, with the same warning; the others go on."""
    monkeypatch.setattr(training, "pays", lambda *_: True)
    make = chain(Dense(4, "relu"), optimizer="sgd")
    many = population(make, 2, {"rate": [0.01, 1e30]}, seed=1)
    with pytest.warns(RuntimeWarning, match="loss is not finite in epoch 1"):
        many.fit(X, Y, epochs=3, verbose=0)
    assert [len(history.epoch) for history in many.history] == [3, 3, 1, 1]
    assert np.isfinite(many.history.history["loss"][:2]).all()


@pytest.mark.parametrize("batch", [20, 70])
def test_infinite_gradients(monkeypatch, batch):
    """A loss that stays finite while the gradient is not: all ends as it would alone."""
    monkeypatch.setattr(training, "pays", lambda *_: True)

    def root(w):
        return ops.sqrt(ops.sum(w * w))  # its gradient at 0 is 0 / 0

    make = chain(Dense(4, kernel_initializer="zeros", kernel_regularizer=root), RELU)
    many = population(make, 3, seed=1)
    with pytest.warns(RuntimeWarning, match="gradient.*not finite in epoch 1, batch 1"):
        many.fit(X, Y, epochs=1, batch_size=batch, verbose=0)
    for model in many:
        assert not model.get_weights()[0].any()


@pytest.mark.parametrize("stops", [False, True])
def test_an_update_that_overflows(monkeypatch, stops):
    """In its last step, with a loss and a gradient that are finite: nothing later shows it."""
    monkeypatch.setattr(training, "pays", lambda *_: True)

    def bounded(y, p):
        return ops.mean(ops.tanh(p) * y, axis=-1)

    def make(rate):
        weights = initializers.Constant(-2e38)
        model = Sequential([Input((2,)), Dense(1, kernel_initializer=weights)])
        model.compile(optimizers.SGD(rate), bounded)
        return model

    many = population(make, 1, {"rate": [1e-3, 3e38]})
    x = np.tile(np.array([[1, -1]], "float32"), (8, 1))
    y = np.repeat([0.0, 10.0], 4).astype("float32")
    # No later loss shows it either: the second epoch, no better by far, ends the training.
    stop = callbacks.EarlyStopping("loss", min_delta=1e9) if stops else None
    with pytest.warns(RuntimeWarning, match="the update is not finite in epoch 1, batch 2"):
        many.fit(
            x, y, batch_size=4, epochs=5 if stops else 1, verbose=0, shuffle=False, callbacks=stop
        )
    for model in many:
        assert np.isfinite(model.get_weights()[0]).all()


ALONE = {
    "another callback": dict(callbacks=[callbacks.LambdaCallback(on_epoch_end=lambda *_: None)]),
    "a list of epochs": dict(validation_freq=[1], validation_split=0.2),
    "another way with NaN": dict(on_nan="raise"),
}


@pytest.mark.parametrize("name", ALONE)
def test_what_is_trained_alone(monkeypatch, name):
    monkeypatch.setattr(training, "Training", lambda *_: pytest.fail("trained side by side"))
    make = chain(RELU, output=("sigmoid", 1), loss="binary_crossentropy")
    many = population(make, 3, seed=2)
    many.fit(X, Y > 0, epochs=2, verbose=0, **ALONE[name])
    assert many.history.history["loss"].shape == (3, 2)


def test_ops_without_a_kernel_are_trained_alone(monkeypatch):
    monkeypatch.setattr(training, "pays", lambda *_: True)
    compare(chain(layers.Lambda(ops.sort), RELU), X, Y, epochs=1)


@pytest.mark.parametrize("cores", [1, 2])
def test_larger_models_alone(monkeypatch, cores):
    monkeypatch.setattr(training, "pays", lambda *_: False)
    monkeypatch.setattr(training, "cores", lambda: cores)
    compare(chain(Dense(64, "relu"), Dropout(0.1)), X, Y, n=3, epochs=2)


def test_who_pays():
    """Groups of small networks do, and of large ones do not where vectors are long."""
    small = population(chain(RELU), 40)._members
    large = population(chain(Dense(200, "relu"), Dense(200, "relu")), 40)._members
    for members, pays in ((small, True), (large, training.SideBySide.models < 8)):
        model = members[0].mould.runner
        prepared = model._prepared(training.data.for_fit, X, Y, batch_size=32)
        plain = dict(epochs=1, initial_epoch=0, shuffle=True, validation_freq=1, last_batch="keep")
        made = training.Training([training.Traced(model, prepared, 70, 0, plain)])
        assert training.pays(made, len(members)) == pays
        assert not training.pays(made, 1)


def test_who_pays_of_several_models():
    """A plan for each of them is saved, which counts in a short training."""
    inner = Dense(30), Dense(30)
    few = population(lambda k: chain(*inner, Dropout(k))(), 1, {"k": [0.1, 0.2]})._members
    for epochs, pays in ((1, True), (10_000, False)):
        plain = dict(epochs=epochs, initial_epoch=0, shuffle=True, last_batch="keep")
        own = [
            training.Traced(model, model._prepared(training.data.for_fit, X, Y), 70, 0, plain)
            for model in (member.mould.runner for member in few)
        ]
        assert training.pays(training.Training(own), 2) == pays


def test_sparse_rows(monkeypatch):
    scipy = pytest.importorskip("scipy.sparse")
    monkeypatch.setattr(training, "pays", lambda *_: True)
    rows = scipy.random(50, 6, density=0.3, random_state=1, format="csr", dtype="float32")
    many = population(MODELS["a regression"], 2, seed=3)
    assert np.isfinite(many.fit(rows, Y[:50], verbose=0).history["loss"]).all()
