"""Results of the methods, what callbacks see, and what may be done to a model: as in Keras."""

from __future__ import annotations

import copy
import gc
import pickle
import re
import warnings
import weakref

import numpy as np
import pytest
from keras_oracle import floatx, keras
from small_models import BOTH, X, Y, build, same
from twins import distance, jax

import brickwork
from brickwork.callbacks import Callback, History
from brickwork.layers import Dense
from brickwork.models import Sequential

assert jax  # twins turns its optimisations off


@pytest.fixture(autouse=True)
def doubles():
    with floatx("float64"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # JAX's arrays under NumPy 2
        yield


# Results


def results(library):
    """The results of every method, called one after the other on one model."""
    model, plain = build(library), build(library, metrics=())
    weights = np.linspace(0.5, 2, 30)
    yield model.train_on_batch(X[:10], Y[:10])
    yield model.train_on_batch(X[10:20], Y[10:20], return_dict=True)
    yield model.train_on_batch(X, Y, sample_weight=weights)
    yield model.train_on_batch(X, Y, class_weight={0: 1.0, 1: 3.0})
    yield model.test_on_batch(X, Y)
    yield model.test_on_batch(X[:7], Y[:7], sample_weight=weights[:7], return_dict=True)
    yield model.evaluate(X, Y, batch_size=8, verbose=0)
    yield model.evaluate(X, Y, sample_weight=weights, verbose=0, return_dict=True)
    yield model.evaluate(X, Y, batch_size=10, steps=2, verbose=0)
    yield np.asarray(model.predict_on_batch(X[:3]))
    yield model.predict(X, batch_size=7, verbose=0)
    yield model.predict(X, batch_size=7, steps=2, verbose=0)
    yield np.asarray(model(X[:4]))
    yield plain.train_on_batch(X, Y)
    yield plain.test_on_batch(X, Y)
    yield plain.evaluate(X, Y, verbose=0)


def test_results():
    count = 0
    for ours, theirs in zip(results(brickwork), results(keras), strict=True):
        same(ours, theirs)
        count += 1
    assert count == 16


def test_types_of_results():
    model = build(brickwork)
    for result in (model.train_on_batch(X, Y), model.evaluate(X, Y, verbose=0)):
        assert [type(a) for a in result] == [float, float]
    history = model.fit(X, Y, epochs=2, verbose=0)
    assert isinstance(history, History) and history is model.history and history.model is model
    assert all(type(v) is float for values in history.history.values() for v in values)
    assert history.params == {"verbose": 0, "epochs": 2, "steps": 1}
    for result in (model.predict(X, verbose=0), model.predict_on_batch(X), model(X)):
        assert type(result) is np.ndarray and result.shape == (30, 1)
    assert model.metrics_names == ["loss", "accuracy"]
    assert [m.name for m in model.metrics] == ["loss", "accuracy"]


# Callbacks


def recorder(library, said, **actions):
    """A callback that records the arguments of every hook, and acts at some."""

    class Recorder(library.callbacks.Callback):
        pass

    def hook_of(name, counts):
        def noted(self, index, logs):
            said.append((name, index, tuple(logs or {})))
            if name in actions:
                actions[name](self.model, index, logs)

        if counts:
            return lambda self, index, logs=None: noted(self, index, logs)
        return lambda self, logs=None: noted(self, None, logs)

    for name in brickwork.callbacks.HOOKS:
        if name not in ("on_batch_begin", "on_batch_end"):
            setattr(Recorder, name, hook_of(name, "batch" in name or "epoch" in name))
    return Recorder()


def test_hooks_are_called_as_in_keras():
    calls, params = {}, {}
    for library in BOTH:
        model, said = build(library), calls.setdefault(library, [])
        callback = recorder(library, said)
        model.fit(
            X,
            Y,
            batch_size=8,
            epochs=3,
            validation_split=0.3,
            validation_freq=2,
            verbose=0,
            callbacks=[callback],
        )
        params[library] = callback.params
        model.evaluate(X, Y, batch_size=16, verbose=0, callbacks=[callback])
        model.predict(X, batch_size=16, verbose=0, callbacks=[callback])
    assert calls[brickwork] == calls[keras]
    assert params[brickwork] == params[keras]


@pytest.mark.parametrize("frequency", [1, 2])
@pytest.mark.parametrize("options", [{"verbose": 0}, {"verbose": 2}])
def test_names_are_in_keras_s_order(frequency, options, capsys):
    """In History, whether epochs are entered one by one or many at once, and on the screen."""
    orders = {}
    for library in BOTH:
        model = build(library, metrics=("mse", "accuracy"), weighted_metrics=["accuracy"])
        history = model.fit(
            X, Y, epochs=2, validation_data=(X, Y), validation_freq=frequency, **options
        ).history
        printed = [re.findall("([a-z_]+): ", line) for line in capsys.readouterr().out.split("\n")]
        alone = model.evaluate(X, Y, verbose=0, return_dict=True)
        orders[library] = list(history), printed, list(alone)
    assert orders[brickwork] == orders[keras]
    assert "val_mse" in orders[keras][0]
    assert any("loss" in line for line in orders[keras][1]) == (options["verbose"] > 0)


def stop(model, *_):
    model.stop_training = True


def stop_at(number):
    return lambda model, index, logs=None: stop(model) if index == number else None


def double_rate(model, *_):
    model.optimizer.learning_rate = 2.0 * float(np.asarray(model.optimizer.learning_rate))


def halve_weights(model, *_):
    model.set_weights([np.asarray(w) / 2 for w in model.get_weights()])


def note(model, epoch, logs):
    logs["note"] = float(epoch)


@pytest.mark.parametrize(
    "actions",
    [
        {"on_epoch_end": stop_at(1)},
        {"on_train_batch_end": stop_at(2)},
        {"on_train_batch_begin": double_rate},
        {"on_epoch_begin": double_rate},
        {"on_epoch_end": halve_weights},
        {"on_epoch_end": note},
    ],
    ids=[
        "stop after an epoch",
        "stop in an epoch",
        "rates of batches",
        "rates of epochs",
        "weights",
        "logs",
    ],
)
def test_what_callbacks_do_takes_effect(actions):
    """Also where only one hook is listened to, so that the engine runs on its own between."""
    results = []
    for library, whole in ((keras, True), (brickwork, True), (brickwork, False)):
        model = build(library, optimizer="sgd")
        if whole:
            callback = recorder(library, [], **actions)
        else:
            callback = Callback()
            for name, action in actions.items():
                setattr(callback, name, lambda *given, f=action, m=model: f(m, *given))
        history = model.fit(
            X,
            Y,
            batch_size=8,
            epochs=3,
            shuffle=False,
            verbose=0,
            validation_data=(X[:9], Y[:9]),
            callbacks=[callback],
        )
        results.append(
            (
                history.history,
                history.epoch,
                np.concatenate([np.ravel(w) for w in model.get_weights()]),
            )
        )
    theirs = results[0]
    for ours in results[1:]:
        same(ours[0], theirs[0])
        assert ours[1] == theirs[1]
        same(ours[2], theirs[2])


def test_a_callback_may_use_the_model():
    """Predictions and evaluations inside of fit see the last step, and disturb nothing."""

    class Looking(Callback):
        def __init__(self, hook):
            super().__init__()
            setattr(self, hook, self.look)

        def look(self, *_):
            self.seen = self.model.predict(X, verbose=0)
            self.model.predict_on_batch(X[:1])
            self.weights = self.model.get_weights()

    alone = build(brickwork).fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0).history
    for hook in ("on_epoch_begin", "on_train_batch_end", "on_epoch_end"):
        looking, model = Looking(hook), build(brickwork)
        history = model.fit(
            X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0, callbacks=[looking]
        ).history
        assert history == alone
        if hook != "on_epoch_begin":
            assert np.array_equal(looking.seen, model.predict(X, verbose=0))
            assert all(map(np.array_equal, looking.weights, model.get_weights()))


def test_evaluate_after_each_epoch():
    class Judge(Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["other"] = self.model.evaluate(X, Y, verbose=0)[0]

    model = build(brickwork)
    history = model.fit(X, Y, epochs=4, shuffle=False, verbose=0, callbacks=[Judge()]).history
    assert history["other"] == sorted(history["other"], reverse=True)
    assert history["other"][-1] == model.evaluate(X, Y, verbose=0)[0]
    alone = build(brickwork).fit(X, Y, epochs=4, shuffle=False, verbose=0).history
    assert history["loss"] == alone["loss"]


def test_losses_of_a_call_are_forgotten_by_the_next_work():
    """`losses`: what the last call added, and penalties; after fit and the like penalties only."""
    found = []
    for library in BOTH:

        class Adding(library.layers.Layer):
            def call(self, x, library=library):
                self.add_loss(0.1 * library.ops.sum(x))
                return x

        model = library.Sequential(
            [library.Input((4,)), Adding(), library.layers.Dense(1, kernel_regularizer="l2")]
        )
        model.compile("sgd", "mse")
        model.set_weights([np.ones((4, 1)), np.zeros(1)])
        counts = []
        for work in ("fit", "evaluate", "predict", "train_on_batch", "test_on_batch"):
            model(X)
            counts.append([float(loss) for loss in model.losses])
            y = {} if work == "predict" else {"y": Y}
            getattr(model, work)(X, **y, **({} if "batch" in work else {"verbose": 0}))
            counts.append([float(loss) for loss in model.losses])
        found.append(counts)
    assert [len(c) for c in found[0]] == [2, 1] * 5
    for ours, theirs in zip(*found, strict=True):
        same(ours, theirs)


# Building


def facts(model):
    return [(w.path.split("/")[-1], tuple(w.shape)) for w in model.weights]


def test_weights_come_with_the_first_data():
    for library in BOTH:

        def deferred(library=library):
            return library.Sequential([library.layers.Dense(3), library.layers.Dense(2)])

        for first in (
            lambda m: m.build((None, 4)),
            lambda m: m(X),
            lambda m: m.predict(X, verbose=0),
            lambda m: (m.compile("sgd", "mse"), m.fit(X, X[:, :2], verbose=0)),
        ):
            model = deferred()
            assert not model.built and model.weights == []
            first(model)
            assert model.built and model.input_shape[1:] == (4,)
            assert model.output_shape[1:] == (2,)
            assert facts(model) == [
                ("kernel", (4, 3)),
                ("bias", (3,)),
                ("kernel", (3, 2)),
                ("bias", (2,)),
            ]


def test_a_refused_fit_leaves_no_weights_behind():
    model = Sequential([Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"fit\.y: got 29 rows"):
        model.fit(X, Y[:29])
    assert not model.built and model.weights == []
    model.fit(X[:, :3], Y, verbose=0)
    assert model.input_shape == (None, 3)


def test_layers_may_be_put_on_and_taken_off():
    for library in BOTH:
        model = library.Sequential()
        model.add(library.Input((4,)))
        model.add(library.layers.Dense(3, name="first"))
        model.compile("sgd", "mse")
        assert model.predict(X, verbose=0).shape == (30, 3)
        model.add(library.layers.Dense(2, name="second"))
        assert model.predict(X, verbose=0).shape == (30, 2)
        model.compile("sgd", "mse")
        model.fit(X, X[:, :2], verbose=0)
        model.pop()
        assert [layer.name for layer in model.layers] == ["first"]
        assert model.predict(X, verbose=0).shape == (30, 3) and model.output_shape == (None, 3)
        model.compile("sgd", "mse")
        model.fit(X, X[:, :3], verbose=0)
        assert model.get_layer("first") is model.layers[0] is model.get_layer(index=0)
        assert model.count_params() == 15


def test_a_frozen_layer_stays_after_compile():
    model = build(brickwork)
    model.layers[0].trainable = False
    model.compile("sgd", "binary_crossentropy")
    before = model.get_weights()
    model.fit(X, Y, verbose=0)
    after = model.get_weights()
    assert [np.array_equal(a, b) for a, b in zip(before, after, strict=True)] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("shape", [(4, None, 2), (4, 3), (None, 3)])
def test_a_declared_number_of_rows_is_shown(shape):
    def seen(lib):
        first = lib.Sequential([lib.Input(batch_shape=shape), lib.layers.Dense(3)])
        for model in (first, lib.models.clone_model(first)):
            yield model.input_shape, model.output_shape, model.layers[0].output.shape
        rows = np.ones((6, *(d or 2 for d in shape[1:])))
        yield np.shape(first.predict(rows, verbose=0)), tuple(first(rows).shape)

    assert list(seen(brickwork)) == list(seen(keras))


def test_a_clone_is_compiled_as_its_model():
    def ours(y_true, y_pred):  # by its name nobody would find it
        return brickwork.ops.mean(brickwork.ops.abs(y_true - y_pred))

    model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    mean = brickwork.metrics.MeanSquaredError(name="m")
    model.compile(brickwork.optimizers.SGD(0.5), ours, metrics=[mean])
    clone = brickwork.models.clone_model(model)
    assert clone.compiled
    assert clone.optimizer is not model.optimizer
    assert float(clone.optimizer.learning_rate.numpy()) == 0.5
    assert clone.fit([[1.0]], [1.0], verbose=0).history.keys() == {"loss", "m"}
    assert clone.metrics[-1] is not mean and not int(model.optimizer.iterations.numpy())
    model.compile("sgd", "mse", steps_per_execution=3)
    assert brickwork.models.clone_model(model).steps_per_execution == 3
    theirs = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    assert not keras.models.clone_model(theirs).compiled
    theirs.compile("sgd", "mse")
    assert keras.models.clone_model(theirs).compiled


def test_compiled_is_true_or_false():
    model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    assert model.compiled is False
    model.compile("sgd", "mse")
    assert model.compiled is True


def test_summary(capsys):
    model = build(brickwork)
    model.summary()
    text = capsys.readouterr().out
    assert "Dense" in text and "31" in text


# Weights and config


def test_set_weights_is_all_or_nothing():
    model = build(brickwork)
    before = model.get_weights()
    for wrong in (before[:-1], [*before, before[0]], [*before[:-1], np.zeros(2)], []):
        with pytest.raises(ValueError, match="set_weights"):
            model.set_weights(wrong)
        assert all(map(np.array_equal, before, model.get_weights()))
    copies = model.get_weights()
    copies[0][:] = 9
    assert np.array_equal(model.get_weights()[0], before[0])
    model.set_weights([w.astype("float32").tolist() for w in before])
    assert distance(model.get_weights()[0], before[0]) < 1e-6


def test_set_weights_is_seen_by_plans_that_exist():
    model, other = build(brickwork), build(brickwork)
    for m in (model, other):
        m.fit(X, Y, epochs=2, shuffle=False, verbose=0)
        m.predict(X, verbose=0)
        m.predict_on_batch(X)
    other.set_weights([w * 2 for w in other.get_weights()])
    model.set_weights(other.get_weights())
    assert np.array_equal(model.predict(X, verbose=0), other.predict(X, verbose=0))
    assert np.array_equal(model.predict_on_batch(X), other.predict(X, verbose=0))
    assert np.array_equal(model(X), other(X))


def stacked(library):
    layers = library.layers
    return library.Sequential(
        [
            library.Input((2, 3), name="rows"),
            layers.Flatten(name="flat"),
            layers.Dense(
                5,
                activation="relu",
                kernel_regularizer="l2",
                bias_initializer="ones",
                name="hidden",
            ),
            layers.Dropout(0.25, name="drop"),
            layers.Activation("tanh", name="act"),
            layers.Dense(1, use_bias=False, kernel_constraint="non_neg", name="out"),
        ],
        name="stack",
    )


def test_config_round_trip():
    """As in Keras: the same names, classes, arguments and shapes; weights are new."""
    configs = []
    for library in BOTH:
        model = stacked(library)
        config = model.get_config()
        copy = library.Sequential.from_config(config)
        assert facts(copy) == facts(model) and copy.name == "stack"
        assert [type(a) is type(b) for a, b in zip(copy.layers, model.layers, strict=True)]
        assert copy.get_config() == config
        assert np.asarray(copy.get_weights()[1]).tolist() == [1.0] * 5
        configs.append(config)
    ours, theirs = configs
    assert ours["name"] == theirs["name"]
    for a, b in zip(ours["layers"], theirs["layers"], strict=True):
        assert a["class_name"] == b["class_name"]
        shared = {"name", "units", "use_bias", "rate", "trainable"} & b["config"].keys()
        assert {k: a["config"][k] for k in shared} == {k: b["config"][k] for k in shared}


def test_a_config_is_plain_data():
    import json

    config = stacked(brickwork).get_config()
    assert Sequential.from_config(json.loads(json.dumps(config))).get_config() == config


def pickled(model):
    return pickle.loads(pickle.dumps(model))


@pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
def test_copies_are_trained_on_their_own(copied):
    model = build(brickwork)
    model.fit(X, Y, epochs=2, verbose=0)
    model.predict_on_batch(X)
    other, before = copied(model), model.get_weights()
    assert np.array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))
    other.fit(X, Y, epochs=3, shuffle=False, verbose=0)
    assert all(map(np.array_equal, model.get_weights(), before))
    model.fit(X, Y, epochs=3, shuffle=False, verbose=0)
    assert all(map(np.array_equal, model.get_weights(), other.get_weights()))


def test_models_are_forgotten():
    """Whatever was done with it, nothing keeps a model or a plan of it alive."""
    from brickwork.engines.native import Executable

    def use():
        model = build(brickwork)
        history = model.fit(X, Y, validation_split=0.2, callbacks=[Callback()], verbose=0)
        for predict in (model.predict, model.predict_on_batch, model):
            predict(X)
        model.evaluate(X, Y, verbose=0)
        model.train_on_batch(X, Y)
        return weakref.ref(model), weakref.ref(history)

    known = [ref for _ in range(3) for ref in use()]
    gc.collect()
    assert [ref() for ref in known] == [None] * 6
    plans = sum(isinstance(o, Executable) for o in gc.get_objects())
    for _ in range(3):
        use()
    gc.collect()
    assert sum(isinstance(o, Executable) for o in gc.get_objects()) == plans


# Custom models


def branches(library):
    class Branches(library.Model):
        """A branch and a merge, and a layer that is used twice."""

        def __init__(self):
            super().__init__()
            self.left = library.layers.Dense(4, activation="tanh")
            self.right = library.layers.Dense(4, activation="relu")
            self.twice = library.layers.Dense(4)
            self.out = library.layers.Dense(1, activation="sigmoid")

        def call(self, x):
            joined = self.left(x) * self.right(x)
            return self.out(self.twice(self.twice(joined)))

    model = Branches()
    model(X[:1])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(2)
    model.set_weights([rng.normal(size=np.shape(w)) for w in model.get_weights()])
    return model


def test_a_model_of_ones_own():
    results = []
    for library in BOTH:
        model = branches(library)
        history = model.fit(X, Y, batch_size=8, epochs=13, shuffle=False, verbose=0).history
        results.append(
            (
                history,
                np.concatenate([np.ravel(w) for w in model.get_weights()]),
                model.predict(X, verbose=0),
            )
        )
    for ours, theirs in zip(*results, strict=True):
        same(ours, theirs)


def test_a_few_rows_go_the_short_way_after_the_first_call(monkeypatch):
    from brickwork.training import prediction

    model = Sequential([Dense(3, input_dim=4, dtype="float32")])
    x = np.ones((5, 4), "float32")
    first = model.predict(x, verbose=0)
    monkeypatch.setattr(prediction, "_predict_checked", None)
    np.testing.assert_array_equal(model.predict(x, verbose=0), first)
