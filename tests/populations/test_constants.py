"""Members whose programs differ in constants alone share lanes, and train as alone."""

import copy

import numpy as np
import pytest
from members_alone import CLASSES, RELU, X, Y, chain, compare, same

from brickwork import callbacks, constraints, layers, losses, metrics, ops, optimizers, regularizers
from brickwork.layers import Dense, Dropout, Input
from brickwork.models import Sequential
from brickwork.populations import cross_validate, population, search, training

ONE_HOT = np.eye(3, dtype="float32")[CLASSES]
SGD, ADAM = optimizers.SGD, optimizers.Adam


def wave(start):
    return SGD(optimizers.schedules.CosineDecay(start, 20))


#: A model of a number, or of a pair of numbers, and what these are.
DIFFER = {
    "dropout": (lambda k: chain(RELU, Dropout(k)), [0.1, 0.5]),
    "two rates of dropout, once equal": (
        lambda k: chain(RELU, Dropout(k[0]), Dense(5), Dropout(k[1])),
        [(0.2, 0.2), (0.2, 0.4), (0.1, 0.3)],
    ),
    "penalties, once equal": (
        lambda k: chain(Dense(7, "relu", kernel_regularizer=regularizers.L1L2(*k))),
        [(0.01, 0.01), (0.1, 0.001)],
    ),
    "penalties on outputs": (
        lambda k: chain(Dense(7, activity_regularizer=regularizers.L2(k))),
        [0.1, 0.01],
    ),
    "momentum": (lambda k: chain(RELU, optimizer=SGD(0.01, momentum=k)), [0.5, 0.9]),
    "betas": (
        lambda k: chain(RELU, optimizer=ADAM(0.01, beta_1=k[0], beta_2=k[1])),
        [(0.9, 0.9), (0.8, 0.99)],
    ),
    "epsilons": (lambda k: chain(RELU, optimizer=ADAM(0.01, epsilon=k)), [1e-7, 1e-2]),
    "decay": (lambda k: chain(RELU, optimizer=optimizers.AdamW(0.01, weight_decay=k)), [0.1, 0.5]),
    "clipping": (lambda k: chain(RELU, optimizer=SGD(0.01, clipnorm=k)), [0.1, 0.5]),
    "accumulation": (
        lambda k: chain(RELU, optimizer=ADAM(gradient_accumulation_steps=k)),
        [2, 3],
    ),
    "averages": (
        lambda k: chain(RELU, optimizer=ADAM(use_ema=True, ema_momentum=k)),
        [0.5, 0.9],
    ),
    "schedules": (lambda k: chain(RELU, optimizer=wave(k)), [0.1, 0.01]),
    "label smoothing": (
        lambda k: chain(
            RELU,
            output=("softmax", 3),
            loss=losses.CategoricalCrossentropy(label_smoothing=k),
            metrics=["accuracy"],
        ),
        [0.1, 0.3],
    ),
    "a loss": (lambda k: chain(RELU, loss=losses.Huber(delta=k)), [0.5, 2.0]),
    "noise": (lambda k: chain(layers.GaussianNoise(k), RELU), [0.1, 0.5]),
    "gaussian dropout": (lambda k: chain(RELU, layers.GaussianDropout(k)), [0.1, 0.4]),
    "slopes": (lambda k: chain(Dense(5), layers.LeakyReLU(negative_slope=k)), [0.1, 0.5]),
    "batch normalization": (
        lambda k: chain(
            Dense(5, use_bias=False), layers.BatchNormalization(momentum=k[0], epsilon=k[1])
        ),
        [(0.9, 0.001), (0.5, 0.1)],
    ),
    "constraints": (
        lambda k: chain(Dense(5, kernel_constraint=constraints.MaxNorm(k))),
        [0.5, 0.9],
    ),
    "a function of the user's": (lambda k: chain(Dense(4, lambda t: ops.tanh(t * k))), [0.5, 0.9]),
    "a vector": (
        lambda k: chain(layers.Lambda(lambda t: t * np.array(k, "float32"))),
        [(1, 2, 3, 4, 5, 6), (0.5, 0, 1, 1, 1, 1)],
    ),
    "thresholds of a metric": (
        lambda k: chain(RELU, metrics=[metrics.BinaryAccuracy(threshold=k, name="hit")]),
        [0.1, 0.5],
    ),
    "names of a metric": (
        lambda k: chain(RELU, metrics=[metrics.MeanSquaredError(name=k)]),
        ["a", "b"],
    ),
    "bfloat16": (lambda k: chain(Dense(5, "relu", dtype="bfloat16"), Dropout(k)), [0.1, 0.5]),
}


@pytest.mark.parametrize("name", DIFFER)
def test_constants(together, trainings, name):
    make, values = DIFFER[name]
    y = ONE_HOT if name == "label smoothing" else Y
    fit = dict(epochs=3, batch_size=16, validation_split=0.2)
    many = compare(lambda k: make(k)(), X, y, 2, {"k": values}, **fit)
    assert trainings == [len(values)]
    for one in many[1:]:
        assert (one.get_weights()[-1] != many[0].get_weights()[-1]).any()


UNLIKE = {
    "a rate of 0": (lambda k: chain(RELU, Dropout(k)), [0.0, 0.5]),
    "no momentum": (lambda k: chain(RELU, optimizer=SGD(0.01, momentum=k)), [0.0, 0.5]),
    "units": (lambda k: chain(Dense(k)), [2, 3]),
    "activations": (lambda k: chain(Dense(3, k)), ["tanh", "relu"]),
    "frozen weights": (lambda k: chain(Dense(3, trainable=k)), [True, False]),
}


@pytest.mark.parametrize("name", UNLIKE)
def test_other_programs_are_others(together, trainings, name):
    make, values = UNLIKE[name]
    many = population(lambda k: make(k)(), 2, {"k": values}, seed=9)
    alone = population(lambda k: make(k)(), 2, {"k": values}, seed=9)
    many.fit(X, Y, epochs=2, verbose=0)
    assert trainings == [1, 1]
    for member, model in zip(many, alone, strict=True):
        model.fit(X, Y, epochs=2, verbose=0)
        same(member, model)


def penalized(k):
    made = chain(Dense(7, "tanh", kernel_regularizer=regularizers.L2(k)), Dropout(k))()
    made.compile(SGD(0.05, momentum=k), "mse", metrics=["mae"])
    return made


K = {"k": [0.1, 0.2, 0.4]}


def test_members_keep_constants_of_their_own(together):
    """In evaluations, as models of their own, copied, and in a training that goes on."""
    many, alone = (population(penalized, 2, K, seed=9) for _ in range(2))
    many.fit(X, Y, epochs=2, verbose=0)
    many.fit(X, Y, epochs=4, initial_epoch=2, verbose=0)
    losses_, outputs = many.evaluate(X, Y)["loss"], many.predict(X)
    copied = copy.deepcopy(many)
    for index, model in enumerate(alone):
        model.fit(X, Y, epochs=2, verbose=0)
        model.fit(X, Y, epochs=4, initial_epoch=2, verbose=0)
        assert model.evaluate(X, Y, verbose=0)[0] == pytest.approx(losses_[index], rel=1e-5)
        np.testing.assert_allclose(model.predict(X, verbose=0), outputs[index], atol=1e-5)
        assert copied[index].layers[1].rate == many[index].layers[1].rate == model.layers[1].rate
        assert copied[index].optimizer.momentum == pytest.approx(model.optimizer.momentum)
    many.fit(X, Y, epochs=5, initial_epoch=4, verbose=0)  # taken out now
    copied.fit(X, Y, epochs=5, initial_epoch=4, verbose=0)
    for index, model in enumerate(alone):
        model.fit(X, Y, epochs=5, initial_epoch=4, verbose=0)
        same(many[index], model)
        same(copied[index], model)


def test_early_stopping(together, trainings):
    stop = callbacks.EarlyStopping("val_mae", patience=1, restore_best_weights=True)
    many = compare(penalized, X, Y, 3, K, stop, epochs=25, validation_split=0.3)
    assert trainings == [3]
    assert len({len(history.epoch) for history in many.history}) > 2


def test_more_members_than_a_vector_has_lanes(together, trainings):
    compare(penalized, X, Y, 7, K | {"k": np.linspace(0.1, 0.45, 5).tolist()}, epochs=2)
    assert trainings == [5]


def test_a_member_that_fails(monkeypatch):
    """It ends as it would alone, by its own constants."""
    monkeypatch.setattr(training, "pays", lambda *_: True)

    def made(k):
        return chain(Dense(4, kernel_regularizer=regularizers.L2(k)), optimizer="sgd")()

    many = population(made, 2, {"k": [0.01, 1e30]}, seed=1)
    with pytest.warns(RuntimeWarning, match="not finite in epoch 1"):
        many.fit(X, Y, epochs=3, verbose=0)
    assert [len(history.epoch) for history in many.history] == [3, 3, 1, 1]
    assert np.isfinite(many.history.history["loss"][:2]).all()


def test_search_and_cross_validation(together, trainings):
    found = search(penalized, X, Y, K, epochs=2, folds=5, seed=1)
    assert trainings == [3]
    for row in found.rows:
        own = cross_validate(
            lambda row=row: penalized(**row["settings"]), X, Y, folds=5, epochs=2, seed=1, verbose=0
        )
        np.testing.assert_allclose(row["scores"]["loss"], own.scores["loss"], rtol=1e-5)


def test_data_that_models_take_otherwise(together, trainings):
    """A layer that runs before the engine makes other inputs of the same rows."""

    def made(k):
        hashed = layers.Hashing(4, salt=k, output_mode="one_hot")
        model = Sequential([Input((1,), dtype="int32"), hashed, Dropout(0.1 * k), Dense(1)])
        model.compile("sgd", "mse")
        return model

    compare(made, np.arange(70).reshape(70, 1), Y, 2, {"k": [1, 2]}, epochs=2)
    assert trainings == [1, 1]
