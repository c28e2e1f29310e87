"""Populations: how they are made, taken apart, averaged and saved."""

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import brickwork
from brickwork import layers, metrics, ops, population
from brickwork.layers import Dense, Input
from brickwork.models import Model, Sequential, load_model
from brickwork.populations import Histories

RNG = np.random.default_rng(2)
X = RNG.normal(size=(40, 3)).astype("float32")
Y = (X[:, 0] > 0).astype("float32")


def model(units=4, rate=0.01):
    made = Sequential([Input((3,)), Dense(units, "relu"), Dense(1, "sigmoid")])
    made.compile(brickwork.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    return made


def weights(one):
    return [w.tolist() for w in one.get_weights()]


def test_seeds():
    one, two, other = (population(model(), 3, seed=s) for s in (1, 1, 2))
    assert [weights(m) for m in one] == [weights(m) for m in two]
    assert weights(one[0]) != weights(other[0]) and weights(one[0]) != weights(one[1])


def test_numpy_s_seed_decides_where_none_is_given():
    made = []
    for _ in range(2):
        np.random.seed(4)
        made.append(weights(population(model(), 2)[1]))
    assert made[0] == made[1]


def test_numpy_s_generator_goes_on_as_before():
    np.random.seed(1)
    expected = np.random.rand()
    np.random.seed(1)
    population(model, 3, seed=5).fit(X, Y, epochs=1, verbose=0)
    assert np.random.rand() == expected


def test_a_model_stays_as_it_is():
    given = model()
    before = weights(given)
    many = population(given, 2, seed=1)
    many.fit(X, Y, epochs=2, verbose=0)
    assert weights(given) == before and given.history is None


def test_settings():
    many = population(model, 2, {"units": [2, 5], "rate": [0.1]}, seed=1)
    assert many.settings == [{"units": u, "rate": 0.1} for u in (2, 2, 5, 5)]
    assert [one.layers[0].units for one in many] == [2, 2, 5, 5]
    listed = population(model, settings=[{"units": 7}, {"rate": 0.5}])
    assert [one.layers[0].units for one in listed] == [7, 4]
    assert [float(one.optimizer.learning_rate) for one in listed] == pytest.approx([0.01, 0.5])


def test_rates_of_a_model():
    many = population(model(), settings={"learning_rate": [0.1, 0.2]})
    assert [float(one.optimizer.learning_rate) for one in many] == pytest.approx([0.1, 0.2])


def test_taking_out():
    many = population(model, 4, seed=1)
    many.fit(X, Y, epochs=3, verbose=0)
    before = many.predict(X)
    one = many[2]
    assert one is many[2] and one is not many[1] and isinstance(one, Sequential)
    np.testing.assert_array_equal(one.predict(X, verbose=0), before[2])
    assert one.history.epoch == [0, 1, 2] and one.history.model is one
    one.fit(X, Y, epochs=5, verbose=0)
    after = many.predict(X)
    np.testing.assert_array_equal(after[[0, 1, 3]], before[[0, 1, 3]])
    np.testing.assert_array_equal(after[2], one.predict(X, verbose=0))
    assert len(many.history[2].epoch) == 5 and many[-1] is many[3]


def test_slices_share_their_members():
    many = population(model, 4, seed=1)
    part = many[1:3]
    assert len(part) == 2 and part[0] is many[1]
    part.fit(X, Y, epochs=1, verbose=0)
    assert [len(history.epoch) for history in many.history] == [0, 1, 1, 0]


def test_evaluate_and_predict():
    many = population(model, 3, {"rate": [0.1, 0.01]}, seed=1)
    many.fit(X, Y, epochs=2, verbose=0)
    scores, outputs = many.evaluate(X, Y), many.predict(X)
    assert set(scores) == {"loss", "accuracy"} and outputs.shape == (6, 40, 1)
    for index, one in enumerate(many):
        alone = one.evaluate(X, Y, verbose=0, return_dict=True)
        assert {name: values[index] for name, values in scores.items()} == pytest.approx(alone)
        np.testing.assert_array_equal(outputs[index], one.predict(X, verbose=0))


def test_calls_in_several_threads():
    many = population(model, 4, seed=1)
    expected = many.predict(X)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(many.predict, [X] * 40):
            np.testing.assert_array_equal(found, expected)


def test_copies():
    many = population(model, 3, seed=1)
    many.fit(X, Y, epochs=1, verbose=0)
    again = copy.deepcopy(many)
    again.fit(X, Y, epochs=1, verbose=0)
    assert (again.predict(X) != many.predict(X)).any()
    assert [len(history.epoch) for history in many.history] == [1, 1, 1]


def test_histories():
    many = population(model, 3, seed=1)
    found = many.fit(X, Y, epochs=2, validation_split=0.25, verbose=0)
    assert isinstance(found, Histories) and len(found) == 3
    assert {name: v.shape for name, v in found.history.items()} == dict.fromkeys(
        ("accuracy", "loss", "val_accuracy", "val_loss"), (3, 2)
    )
    assert found[1].history["loss"] == many[1].history.history["loss"]
    assert "3 members" in repr(found) and "3 models" in repr(many)


def test_an_ensemble_is_a_model(tmp_path):
    many = population(model, 3, seed=1)
    many.fit(X, Y, epochs=2, verbose=0)
    mean = many.ensemble()
    np.testing.assert_allclose(mean.predict(X, verbose=0), many.predict(X).mean(0), rtol=1e-6)
    assert mean.evaluate(X, Y, verbose=0, return_dict=True).keys() == {"loss", "accuracy"}
    mean.save(tmp_path / "mean.brick")
    again = load_model(tmp_path / "mean.brick")
    np.testing.assert_array_equal(again.predict(X, verbose=0), mean.predict(X, verbose=0))
    again.fit(X, Y, epochs=1, verbose=0)
    assert "<svg" in mean.draw().svg() if hasattr(mean.draw(), "svg") else mean.draw() is not None
    assert many[:1].ensemble().count_params() == many[0].count_params()


def test_an_ensemble_of_several_outputs():
    def branches():
        left, right = Input((3,), name="left"), Input((2,), name="right")
        joined = layers.Concatenate()([left, right])
        made = Model([left, right], {"a": Dense(1)(joined), "b": Dense(2)(joined)})
        made.compile("sgd", "mse")
        return made

    many = population(branches, 2, seed=1)
    given = [X, X[:, :2]]
    found, parts = many.ensemble().predict(given, verbose=0), many.predict(given)
    for name, one in found.items():
        np.testing.assert_allclose(one, parts[name].mean(0), rtol=1e-6)


def test_what_a_model_has_learnt_of_the_data_is_kept():
    """Weights are drawn anew; what `adapt` found out is not."""
    normalization = layers.Normalization()
    normalization.adapt(X * 7 + 3)
    made = Sequential([normalization, Dense(1)])
    made.compile("sgd", "mse")
    made.build((None, 3))
    for one in population(made, 2):
        np.testing.assert_allclose(one.layers[0].mean, normalization.mean)
        assert weights(one)[-2] != weights(made)[-2]


def test_frozen_weights_are_kept():
    made = model()
    made.layers[0].trainable = False
    made.compile("sgd", "binary_crossentropy")
    many = population(made, 2, seed=1)
    for one in many:
        np.testing.assert_array_equal(one.get_weights()[0], made.get_weights()[0])
        assert not one.layers[0].trainable
        assert (one.get_weights()[2] != made.get_weights()[2]).any()


def test_models_that_are_built_by_their_data():
    def unbuilt():
        made = Sequential([Dense(4, "relu"), Dense(1)])
        made.compile("adam", "mse")
        return made

    one, two = (population(unbuilt, 3, seed=1) for _ in range(2))
    one.fit(X, Y, epochs=2, verbose=0)
    assert two.predict(X).shape == (3, 40, 1)
    for a, b in zip(one, two, strict=True):
        b.fit(X, Y, epochs=2, verbose=0)
        np.testing.assert_allclose(a.get_weights()[0], b.get_weights()[0], atol=1e-5)


def test_a_model_of_one_s_own():
    class Own(Model):
        def __init__(self):
            super().__init__()
            self.inner, self.last = Dense(4, "tanh"), Dense(1)

        def call(self, x):
            return self.last(self.inner(x)) + 1.0

    def make():
        made = Own()
        made.compile("adam", "mse")
        return made

    many = population(make, 2, seed=1)
    assert many.fit(X, Y, epochs=2, verbose=0).history["loss"].shape == (2, 2)
    with pytest.raises(ValueError, match="Sequential or functional"):
        many.ensemble()


def chain(*inner, optimizer="adam"):
    made = Sequential([Input((3,)), *inner, Dense(1)])
    made.compile(optimizer, "mse")
    return made


class Penalty:
    def __init__(self, k):
        self.k = k

    def __call__(self, w):
        return self.k * ops.sum(w * w)


def with_momentum(k):
    made = chain(optimizer="sgd")
    made.optimizer.momentum = k
    return made


UNLIKE = {
    "activations": lambda k: chain(Dense(4, lambda t: t * k)),
    "penalties": lambda k: chain(Dense(4, kernel_regularizer=lambda w: k * ops.sum(w * w))),
    "penalties without a config": lambda k: chain(Dense(4, kernel_regularizer=Penalty(k))),
    "momentum": with_momentum,
    "dropout": lambda k: chain(layers.Dropout(k)),
    "lambda layers": lambda k: chain(layers.Lambda(lambda x: x * k)),
}


@pytest.mark.parametrize("name", UNLIKE)
def test_models_that_compute_something_else_share_no_program(name, monkeypatch):
    monkeypatch.setattr("brickwork.populations.training.pays", lambda *_: True)
    many, alone = (population(UNLIKE[name], 2, {"k": [0.1, 0.6]}, seed=2) for _ in range(2))
    many.fit(X, Y, epochs=2, verbose=0)
    found = many.evaluate(X, Y)["loss"]
    for index, one in enumerate(alone):
        one.fit(X, Y, epochs=2, verbose=0)
        assert one.evaluate(X, Y, verbose=0) == pytest.approx(found[index], rel=1e-4)


def test_weights_that_were_loaded_are_kept():
    def loaded():
        made = chain(Dense(4))
        made.set_weights([np.full(w.shape, 7.0) for w in made.get_weights()])
        return made

    assert population(loaded, 2, seed=1).evaluate(X, Y)["loss"] == pytest.approx(
        [loaded().evaluate(X, Y, verbose=0)] * 2
    )

    def embedded():
        made = Sequential([Input((2,)), layers.Embedding(5, 2, weights=[np.full((5, 2), 3.0)])])
        made.compile("sgd", "mse")
        return made

    assert (population(embedded, 2, seed=1)[1].get_weights()[0] == 3).all()


def test_weights_of_rows_go_with_their_rows():
    many = population(model, 2, seed=1)
    rows, weights_ = [np.arange(40)[::-1], np.arange(20)], np.linspace(0, 3, 40)
    found = many.evaluate(X, Y, rows=rows, sample_weight=weights_)["loss"]
    for index, own in enumerate(rows):
        alone = many[index].evaluate(X[own], Y[own], sample_weight=weights_[own], verbose=0)
        assert alone[0] == pytest.approx(found[index])


def test_a_model_that_its_user_goes_on_with():
    given = chain(Dense(4))
    many = population(given, 3, seed=1)
    given.compile("sgd", "mae")
    assert many[0].evaluate(X, Y, verbose=0) == pytest.approx(many.evaluate(X, Y)["loss"][0])
    assert type(many[1].optimizer).__name__ == "Adam"


def test_a_model_that_cannot_be_copied():
    with pytest.raises(ValueError, match="give a function that makes it"):
        population(chain(layers.Lambda(lambda x: x)), 2)


def test_copies_share_a_lock_of_their_own():
    many = population(model, 2, {"units": [1, 2]}, seed=1)
    again = copy.deepcopy(many)
    assert again[:1]._lock is again[3:]._lock is not many._lock


def test_names_of_logs():
    """Metrics without a name have the same one in all members; outputs are to be given theirs."""

    def made(units, name=None):
        given = Input((3,))
        outputs = [Dense(1, name=name and f"{name}_{k}")(Dense(units)(given)) for k in "ab"]
        made = Model(given, outputs if name != "one" else outputs[0])
        metric = metrics.MeanAbsoluteError() if name == "one" else None
        made.compile("sgd", "mse", metrics=[metric] if metric else None)
        return made

    one = population(made, 1, {"units": [1, 2], "name": ["one"]}, seed=1)
    assert "mean_absolute_error" in one.fit(X, Y, verbose=0).history
    assert one.evaluate(X, Y)["mean_absolute_error"].shape == (2,)
    named = population(made, 1, {"units": [1, 2], "name": ["own"]}, seed=1)
    assert named.evaluate(X, [Y, Y])["own_a_loss"].shape == (2,)
    with pytest.raises(ValueError, match="a name="):
        population(made, 1, {"units": [1, 2]}, seed=1).evaluate(X, [Y, Y])


WRONG = {
    "a negative seed": (lambda: population(model, 2, seed=-1), "integer >= 0"),
    "no members left": (lambda: population(model, 2)[5:].evaluate(X, Y), "no members"),
    "no members": (lambda: population(model, 0), "integer >= 1"),
    "half a member": (lambda: population(model, 1.5), "integer >= 1"),
    "no model": (lambda: population(3), "a compiled model or a function"),
    "not compiled": (lambda: population(Sequential([Dense(1)])), "call its compile first"),
    "no model returned": (lambda: population(lambda: 3), "expected a compiled model"),
    "an unknown setting of a model": (
        lambda: population(model(), settings={"units": [1]}),
        "does not take; expected learning_rate",
    ),
    "a setting that is no list": (
        lambda: population(model, settings={"units": 3}),
        "expected a list of values",
    ),
    "a text as a list": (
        lambda: population(model, settings={"units": "relu"}),
        "expected a list of values",
    ),
    "no settings": (lambda: population(model, settings={"units": []}), "at least one"),
    "settings that are no dicts": (lambda: population(model, settings=3), "a dict of lists"),
    "rows of another number": (
        lambda: population(model, 2).fit(X, Y, rows=[[1]], verbose=0),
        "one for each of 2",
    ),
    "rows that are not there": (
        lambda: population(model, 2).fit(X, Y, rows=[[1], [40]], verbose=0),
        "outside of 40 rows",
    ),
    "epochs that are no number": (
        lambda: population(model, 2).fit(X, Y, epochs="3", verbose=0),
        "fit.epochs",
    ),
    "no rows": (
        lambda: population(model, 2).fit(X, Y, rows=[[1], []], verbose=0),
        "at least one",
    ),
    "a stream": (
        lambda: population(model, 2).fit(iter([(X, Y)]), verbose=0),
        "expected arrays",
    ),
    "targets that cannot be meant": (
        lambda: population(model, 2).fit(X, Y + 5, verbose=0),
        "y",
    ),
    "an unknown argument": (
        lambda: population(model, 2).fit(X, Y, epoch=3, verbose=0),
        "epoch",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments(name):
    call, message = WRONG[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_ctrl_c(monkeypatch):
    """The members keep what they have learnt so far, and can go on."""
    from brickwork.populations import training

    many = population(model, 20, seed=1)
    looks = iter([None])

    def wait(*args):
        if next(looks, "no more") is None:
            return set(), args[0]
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "wait", wait)
    with pytest.raises(KeyboardInterrupt):
        many.fit(X, Y, epochs=10**6, verbose=0)
    monkeypatch.undo()
    assert np.isfinite(many.fit(X, Y, epochs=1, verbose=0).history["loss"]).all()


def test_a_progress_bar(capsys):
    population(model, 3, seed=1).fit(X, Y, epochs=2)
    out = capsys.readouterr().out
    assert "6/6" in out and "loss:" in out
    population(model, 3, seed=1).fit(X, Y, epochs=2, verbose=0)
    assert not capsys.readouterr().out
