"""`fit`, `evaluate` and `predict` in JAX: the same numbers, callbacks and errors as natively."""

import gc
import os
import pickle
import subprocess
import sys
import warnings
import weakref

import numpy as np
import pytest
import scipy.sparse
from samples import LONG
from scripts import script

import brickwork
from brickwork import Sequential, callbacks, layers, metrics, optimizers
from brickwork.models import load_model

both_engines = script("tests/long/both_engines.py")
RNG = np.random.default_rng(3)
X = RNG.normal(size=(75, 4)).astype("float32")
Y = (X.sum(1) > 0).astype("float32")
FIT = {"batch_size": 10, "epochs": 4, "verbose": 0, "validation_split": 0.2}


def made(engine, optimizer="adam", **compiled):
    brickwork.utils.set_random_seed(1)
    model = Sequential(
        [
            layers.Dense(8, "relu", input_dim=4),
            layers.Dropout(0.2),
            layers.BatchNormalization(),
            layers.Dense(1, "sigmoid"),
        ]
    )
    given = {
        "loss": "binary_crossentropy",
        "metrics": ["accuracy", metrics.AUC(name="auc")],
    } | compiled
    model.compile(optimizers.get(optimizer), engine=engine, **given)
    return model


def in_jax(model):
    return model._plans.engine.__name__ == "brickwork.engines.jax"


def both(method, **compiled):
    """What a function of a model returns, natively and in JAX."""
    models = made("native", **compiled), made("jax", **compiled)
    found = [method(model) for model in models]
    assert not in_jax(models[0]) and in_jax(models[1])
    return found


def assert_alike(found, tolerance=2e-6):
    first, second = found
    if isinstance(first, dict):
        assert first.keys() == second.keys()
        first, second = list(first.values()), list(second.values())
    np.testing.assert_allclose(
        np.concatenate([np.ravel(v) for v in second]),
        np.concatenate([np.ravel(v) for v in first]),
        rtol=tolerance,
        atol=tolerance,
    )


@pytest.mark.parametrize("seed", [1, 4] if LONG else [4])  # `make engines`: 200
def test_random_models_train_alike(seed):
    assert both_engines.check(seed, ("float64", "float32")) < 1e-5


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"shuffle": False, "initial_epoch": 2},
        {"steps_per_epoch": 3},
        {"last_batch": "drop"},
        {"last_batch": "scale"},
        {"class_weight": {0: 1.0, 1: 3.0}, "validation_freq": 2},
        {"sample_weight": np.linspace(0.5, 2, 75)},
        {"validation_split": 0, "validation_data": (X[:33], Y[:33]), "validation_steps": 2},
        {"batch_size": 200},
        {"callbacks": [callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)]},
        {"callbacks": [callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)]},
        {"callbacks": [callbacks.EarlyStopping(patience=0, min_delta=1.0)]},
    ],
    ids=lambda options: ", ".join(options) or "plain",
)
def test_fit_is_as_natively(options):
    def trained(model):
        history = model.fit(X, Y, **(FIT | options))
        return {f"{i}": w for i, w in enumerate(model.get_weights())} | history.history

    assert_alike(both(trained))


def test_the_other_methods_are_as_natively():
    def called(model):
        model.fit(X, Y, **FIT)
        return [
            *model.evaluate(X, Y, verbose=0),
            model.predict(X, verbose=0),
            model.predict(X[:3], verbose=0),
            model.predict_on_batch(X[:5]),
            model(X[:5]),
            *model.train_on_batch(X[:7], Y[:7]),
            *model.test_on_batch(X[:7], Y[:7]),
            *model.train_on_batch(X[:7], Y[:7]),
            *model.evaluate(X, Y, verbose=0),
        ]

    assert_alike(both(called))


def test_streams_and_sparse_rows_are_as_natively():
    def batches():
        while True:
            for start in range(0, 70, 10):
                yield X[start : start + 10], Y[start : start + 10]

    def trained(model):
        first = model.fit(batches(), steps_per_epoch=7, epochs=2, verbose=0).history
        second = model.fit(scipy.sparse.csr_matrix(X * (X > 0)), Y, **FIT).history
        return [*first["loss"], *second["loss"], *second["val_accuracy"], *model.get_weights()]

    assert_alike(both(trained))


def test_half_precision_is_as_natively():
    def trained(engine):
        brickwork.utils.set_random_seed(1)
        model = Sequential(
            [layers.Dense(16, "relu", input_dim=4, dtype="mixed_bfloat16"), layers.Dense(1)]
        )
        model.compile("sgd", "mse", engine=engine)
        model.fit(X, Y, batch_size=25, epochs=2, verbose=0)
        return model.get_weights()

    assert_alike([trained("native"), trained("jax")], 2e-3)  # bfloat16 has 8 bits


def test_a_training_goes_on_with_the_other_engine(tmp_path):
    whole = made("native")
    losses = whole.fit(X, Y, **FIT).history["loss"]
    for first, second in (("native", "jax"), ("jax", "native")):
        model = made(first)
        begun = model.fit(X, Y, **(FIT | {"epochs": 2})).history["loss"]
        model.save(tmp_path / "half.brick")
        model = load_model(tmp_path / "half.brick")
        model.compile(model.optimizer, "binary_crossentropy", engine=second)
        model._shuffle_as(whole._shuffling() | {"passes": 1, "first_epoch": 0})
        ended = model.fit(X, Y, **(FIT | {"initial_epoch": 2})).history["loss"]
        np.testing.assert_allclose([*begun, *ended], losses, rtol=1e-5)


# Weights on the device


def test_weights_are_what_they_are_wherever_they_are():
    model = made("jax")
    kernel = model.layers[0].kernel
    before = kernel.numpy()
    model.fit(X, Y, **FIT)
    assert kernel.elsewhere.newer  # nobody has looked yet
    after = kernel.numpy()
    assert (after != before).any() and kernel.elsewhere is not None
    np.testing.assert_array_equal(np.asarray(kernel), after)
    np.testing.assert_array_equal(kernel.value, after)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(kernel)).numpy(), after)
    np.testing.assert_array_equal(kernel.array, after)
    assert kernel.elsewhere is None  # whoever has the storage may write to it


@pytest.mark.parametrize("how", ["assign", "set_weights", "storage"])
def test_weights_that_are_set_during_training_are_used(how):
    def setter(model):
        kernel = model.layers[0].kernel
        zeros = np.zeros(kernel.shape, "float32")

        def set_zeros(epoch, logs):
            if how == "assign":
                kernel.assign(zeros)
            elif how == "set_weights":
                model.layers[0].set_weights([zeros, np.ones(8)])
            else:
                kernel.array[...] = 0

        return callbacks.LambdaCallback(on_epoch_begin=set_zeros)

    def trained(model):
        model.fit(X, Y, callbacks=[setter(model)], **FIT)
        return model.get_weights()

    assert_alike(both(trained))


def test_the_learning_rate_may_change_during_training():
    def trained(model):
        halved = callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
        model.fit(X, Y, callbacks=[halved], **FIT)
        return [*model.get_weights(), float(model.optimizer.learning_rate)]

    assert_alike(both(trained))


def test_two_models_share_layers_on_both_engines():
    def trained(first, second):
        brickwork.utils.set_random_seed(1)
        shared = layers.Dense(5, "tanh", input_dim=4)
        models = [Sequential([shared, layers.Dense(1)]) for _ in range(2)]
        for model, engine in zip(models, (first, second), strict=True):
            model.compile("sgd", "mse", engine=engine)
        for model in models * 2:
            model.fit(X, Y, batch_size=10, epochs=1, verbose=0, shuffle=False)
        return shared.get_weights()

    assert_alike([trained("native", "native"), trained("jax", "native")])
    assert_alike([trained("native", "native"), trained("native", "jax")])


def test_a_model_is_forgotten():
    model = made("jax")
    model.fit(X, Y, **FIT)
    model.predict(X, verbose=0)
    reference = weakref.ref(model.layers[0].kernel)
    del model
    gc.collect()
    assert reference() is None


# What goes wrong


BAD = np.where(np.arange(75)[:, None] == 33, np.float32(1e30), X)


WAYS = ["run", "epoch", "batch", "sparse rows", "a stream"]
MANNERS = [(by, "stop") for by in WAYS] + [("run", "raise"), ("batch", "continue")]
if LONG:
    MANNERS = [(by, on_nan) for by in WAYS for on_nan in ("stop", "raise", "continue")]


@pytest.mark.parametrize(("by", "on_nan"), MANNERS)
def test_losses_that_are_not_finite(by, on_nan):
    hook = {"epoch": "on_epoch_end", "batch": "on_train_batch_end"}.get(by)
    listeners = [callbacks.LambdaCallback(**{hook: lambda *_: None})] if hook else []

    def trained(engine):
        brickwork.utils.set_random_seed(1)
        model = Sequential([layers.Dense(3, input_dim=4, name="a"), layers.Dense(1, name="b")])
        model.compile(optimizers.SGD(0.01), "mse", engine=engine)
        options = {"batch_size": 10, "epochs": 3, "shuffle": False, "verbose": 0}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                if by == "a stream":
                    parts = [(BAD[i : i + 10], Y[i : i + 10]) for i in range(0, 70, 10)]
                    model.fit(iter(parts * 3), steps_per_epoch=7, on_nan=on_nan, **options)
                else:
                    x = scipy.sparse.csr_matrix(BAD) if by == "sparse rows" else BAD
                    model.fit(x, Y, callbacks=listeners, on_nan=on_nan, **options)
                error = None
            except FloatingPointError as raised:
                error = str(raised)
        said = [str(w.message) for w in caught if "finite" in str(w.message)]
        return model.get_weights(), [error, *said], model.history.epoch

    native, ours = trained("native"), trained("jax")
    if on_nan != "continue":
        assert all(np.isfinite(w).all() for w in ours[0])
        assert_alike([native[0], ours[0]])
        assert all("finite in epoch 1, batch" in text for text in filter(None, ours[1]))
        assert [str(s).split("(gradient")[0] for s in ours[1]] == [
            str(s).split("(gradient")[0] for s in native[1]
        ]
    else:
        assert not all(np.isfinite(w).all() for w in ours[0])
    assert ours[2] == native[2]


def test_a_step_that_is_not_finite_changes_nothing_on_batches():
    model = made("jax", optimizer="sgd", loss="mse", metrics=[])
    before = model.get_weights()
    with pytest.warns(RuntimeWarning, match="not finite"):
        assert np.isnan(model.train_on_batch(np.full((4, 4), 1e38), np.full(4, 1e38)))
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(new, old)


def test_other_engines_are_refused(monkeypatch):
    with pytest.raises(ValueError, match=r"compile\.engine: got 'gpu', expected 'auto', 'native'"):
        made("gpu").fit(X, Y)
    monkeypatch.setenv("BRICKWORK_ENGINE", "cuda")
    with pytest.raises(ValueError, match="BRICKWORK_ENGINE: got 'cuda'"):
        made(None).fit(X, Y)
    monkeypatch.setenv("BRICKWORK_ENGINE", "jax")
    model = made(None)
    model.fit(X, Y, **FIT)
    assert in_jax(model)


def test_jax_is_loaded_where_it_is_needed_alone():
    code = (
        "import sys, numpy as np, brickwork as bw\n"
        "m = bw.Sequential([bw.layers.Dense(1, input_dim=2)])\n"
        "m.compile('sgd', 'mse')\n"
        "m.fit(np.ones((4, 2)), np.ones(4), verbose=0); m.predict(np.ones((4, 2)), verbose=0)\n"
        "print('jax' in sys.modules)\n"
        "m.compile('sgd', 'mse', engine='jax'); m.fit(np.ones((4, 2)), np.ones(4), verbose=0)\n"
        "print('jax' in sys.modules)\n"
    )
    env = {k: v for k, v in os.environ.items() if k != "BRICKWORK_ENGINE"}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert ran.stdout.split() == ["False", "True"], ran.stderr


def test_what_was_compiled_is_kept_on_disk(tmp_path):
    code = (
        "import numpy as np, brickwork as bw\n"
        "from brickwork.engines.jax import cache\n"
        "cache.LEAST_SECONDS = 0\n"
        "m = bw.Sequential([bw.layers.Dense(1, input_dim=2)])\n"
        "m.compile('sgd', 'mse', engine='jax')\n"
        "m.fit(np.ones((4, 2)), np.ones(4), verbose=0)\n"
        "import jax.monitoring\n"
    )
    env = os.environ | {"BRICKWORK_COMPILED": str(tmp_path / "kept")}
    env.pop("JAX_COMPILATION_CACHE_DIR", None)  # which would be used instead
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code], check=True, env=env)
        kept = sorted(path.name for path in (tmp_path / "kept").glob("jit__steps*-cache"))
        assert len(kept) == 1  # the second run has found it


def test_summaries_and_backend_say_which_engine_and_why(capsys, monkeypatch):
    model = made("jax")
    model.fit(X, Y, **FIT)
    model.summary()
    assert "Engine: JAX" in capsys.readouterr().out
    model.compile("sgd", "mse")
    model.fit(X, Y, **FIT)
    model.summary()
    assert "Engine" not in capsys.readouterr().out
    assert brickwork.backend().startswith("native (")
    monkeypatch.setenv("BRICKWORK_ENGINE", "jax")
    assert brickwork.backend().startswith("JAX ")
    assert brickwork.backend().endswith("since BRICKWORK_ENGINE says so")
    assert brickwork.backend.floatx() == "float32"
