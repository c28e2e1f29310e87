"""Old spellings: understood, in today's words, with one warning that names them."""

import importlib
import warnings

import numpy as np
import pytest
from warned_once import fresh, quiet  # noqa: F401

from brickwork import (
    callbacks,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    regularizers,
    utils,
)
from brickwork.callbacks import LambdaCallback
from brickwork.dialects import DialectWarning, initializations
from brickwork.errors import ArgumentError
from brickwork.layers import Dense, Dropout, Flatten, Input
from brickwork.models import Sequential
from brickwork.spelling import attribute, translate, translate_call


@pytest.mark.parametrize(
    ("old", "today", "words"),
    [
        (lambda: Dense(output_dim=3, input_dim=4), lambda: Dense(3, input_dim=4), ["units"]),
        (
            lambda: Dense(3, init="uniform"),
            lambda: Dense(3, kernel_initializer="uniform"),
            ["kernel_initializer"],
        ),
        (
            lambda: Dense(3, "uniform"),
            lambda: Dense(3, kernel_initializer="uniform"),
            ["argument 2 was init", "kernel_initializer"],
        ),
        (
            lambda: Dense(3, "he_normal", "relu"),
            lambda: Dense(3, "relu", kernel_initializer="he_normal"),
            ["kernel_initializer"],
        ),
        (
            lambda: Dense(3, "normal", activation="tanh"),
            lambda: Dense(3, "tanh", kernel_initializer="normal"),
            ["kernel_initializer"],
        ),
        (
            lambda: Dense(3, init="zero", bias=False),
            lambda: Dense(3, kernel_initializer="zeros", use_bias=False),
            ["use_bias"],
        ),
        (
            lambda: Dense(
                3,
                W_regularizer="l2",
                b_regularizer="l1",
                W_constraint="nonneg",
                b_constraint="unitnorm",
            ),
            lambda: Dense(
                3,
                kernel_regularizer="l2",
                bias_regularizer="l1",
                kernel_constraint="nonneg",
                bias_constraint="unitnorm",
            ),
            ["kernel_regularizer", "bias_regularizer", "kernel_constraint", "bias_constraint"],
        ),
        (lambda: Dropout(p=0.25), lambda: Dropout(0.25), ["rate"]),
        (lambda: layers.SpatialDropout1D(p=0.25), lambda: layers.SpatialDropout1D(0.25), ["rate"]),
        (lambda: layers.GaussianNoise(sigma=0.25), lambda: layers.GaussianNoise(0.25), ["stddev"]),
        (lambda: layers.GaussianDropout(p=0.25), lambda: layers.GaussianDropout(0.25), ["rate"]),
        (lambda: layers.LeakyReLU(alpha=0.1), lambda: layers.LeakyReLU(0.1), ["negative_slope"]),
        (lambda: layers.PReLU(init="one"), lambda: layers.PReLU("ones"), ["alpha_initializer"]),
        (
            lambda: layers.BatchNormalization(mode=0, beta_init="one", gamma_init="zero"),
            lambda: layers.BatchNormalization(beta_initializer="ones", gamma_initializer="zeros"),
            ["beta_initializer", "gamma_initializer", "mode is left out"],
        ),
        (
            lambda: layers.BatchNormalization(1e-6, 0, 1, 0.9),
            lambda: layers.BatchNormalization(1, 0.9, 1e-6),
            ["argument 1 was epsilon"],
        ),
        (
            lambda: layers.Embedding(
                5, 3, init="normal", W_regularizer="l2", W_constraint="nonneg", dropout=0.0
            ),
            lambda: layers.Embedding(5, 3, "normal", "l2", "nonneg"),
            ["embeddings_initializer", "embeddings_regularizer", "embeddings_constraint"],
        ),
        (
            lambda: layers.Embedding(5, 3, "normal", 7),
            lambda: layers.Embedding(5, 3, "normal"),
            ["argument 4 was input_length"],
        ),
        (lambda: layers.ThresholdedReLU(theta=2.0), lambda: layers.ReLU(threshold=2.0), ["ReLU"]),
        (lambda: layers.TimeDistributedDense(3), lambda: layers.Dense(3), ["Dense"]),
        (lambda: regularizers.L2(l=0.2), lambda: regularizers.L2(0.2), ["l2"]),
        (lambda: constraints.MaxNorm(m=3), lambda: constraints.MaxNorm(3), ["max_value"]),
        (
            lambda: optimizers.SGD(lr=0.5, momentum=0.9),
            lambda: optimizers.SGD(0.5, 0.9),
            ["learning_rate"],
        ),
        (
            lambda: optimizers.Adam(lr=0.1, epsilon=None, decay=0.0),
            lambda: optimizers.Adam(0.1),
            ["learning_rate", "epsilon is left out", "decay"],
        ),
    ],
)
def test_an_old_call_makes_what_today_s_makes(old, today, words):
    with pytest.warns(DialectWarning) as caught:
        ours = old().get_config()
    assert len(caught) == 1
    assert caught[0].filename == __file__, "the warning points at the user's line"
    for word in words:
        assert word in str(caught[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        theirs = today().get_config()
    ours.pop("name", None), theirs.pop("name", None)
    assert ours == theirs


def test_an_argument_warns_once_for_each_class():
    with pytest.warns(DialectWarning) as caught:
        for _ in range(3):
            Dense(3, init="uniform")
        Dense(3, init="uniform", bias=False)
        optimizers.SGD(lr=0.1)
        optimizers.Adam(lr=0.1)
    assert [str(w.message).partition(":")[0] for w in caught] == ["Dense", "Dense", "SGD", "Adam"]
    assert "kernel_initializer" not in str(caught[1].message)


@pytest.mark.parametrize("kind", [optimizers.SGD, optimizers.RMSprop, optimizers.Adam])
@pytest.mark.parametrize("word", ["lr", "learning_rate", None])
def test_decay_is_time_based_as_it_was(kind, word):
    given = {word: 0.5} if word else {}
    optimizer = quiet(kind, decay=0.25, **given)
    start = 0.5 if word else kind().get_config()["learning_rate"]
    schedule = optimizer.get_config()["learning_rate"]
    assert schedule["class_name"] == "InverseTimeDecay"
    from brickwork.optimizers.schedules import InverseTimeDecay

    rates = [float(InverseTimeDecay(**schedule["config"])(step)) for step in range(5)]
    assert rates == pytest.approx([start / (1 + 0.25 * step) for step in range(5)], rel=1e-6)


def test_keras_1_s_own_initializer_by_position():
    layer = quiet(Dense, 30, lambda shape, name=None: initializations.normal(shape, 0.5))
    layer.build((None, 50))
    assert abs(layer.get_weights()[0].std() - 0.5) < 0.05
    assert layer.get_config()["activation"] == "linear"


def test_weights_given_at_construction():
    kernel, bias = np.arange(6.0).reshape(2, 3), np.array([1.0, 2.0, 3.0])
    layer = quiet(Dense, 3, input_dim=2, weights=[kernel, bias])
    layer.build((None, 2))
    assert np.array_equal(layer.get_weights()[0], kernel)
    assert np.array_equal(layer.get_weights()[1], bias)


@pytest.mark.parametrize(
    "init",
    [
        lambda shape, name=None: initializations.normal(shape, scale=0.5, name=name),
        lambda shape: np.random.normal(0, 0.5, shape),
        lambda shape, dtype: np.random.normal(0, 0.5, shape),
    ],
)
def test_an_initializer_of_one_s_own(init):
    layer = quiet(Dense, 30, init=init)
    layer.build((None, 50))
    assert abs(layer.get_weights()[0].std() - 0.5) < 0.05


@pytest.mark.parametrize(
    ("name", "today"),
    [
        ("uniform", "random_uniform"),
        ("zero", "zeros"),
        ("one", "ones"),
        ("identity", "identity"),
        ("glorot_normal", "glorot_normal"),
        ("he_uniform", "he_uniform"),
    ],
)
def test_keras_1_s_functions_of_a_shape(name, today):
    np.random.seed(5)
    ours = getattr(initializations, name)((4, 4), name="w")
    np.random.seed(5)
    assert np.array_equal(ours, initializers.get(today)((4, 4)))


def test_today_s_calls_are_left_alone():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert translate(Dense, (3, "relu"), {"use_bias": False}) is None
        assert translate(Flatten, (), {}) is None
        assert Dense(3, "relu").get_config()["activation"] == "relu"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Dense(3, init="uniform", kernel_initializer="normal"), "got it twice"),
        (lambda: Dense(3, "uniform", init="normal"), "got it twice|two values"),
        (lambda: Dense(3, inits="uniform"), "unknown argument 'inits'"),
        (lambda: Dense(3, "rleu"), "'rleu'; did you mean 'relu'"),
        (lambda: Dense(3, init="unform"), "kernel_initializer.*'unform'; did you mean 'uniform'"),
        (lambda: optimizers.SGD(-1, 0.9, True), "learning_rate.*-1"),
        (lambda: optimizers.Adam(epsilon=None), "epsilon: got None"),
        (lambda: optimizers.SGD(lr=-1), "learning_rate.*-1"),
    ],
)
def test_what_no_keras_knew_is_refused_in_today_s_words(call, words):
    with pytest.raises(ArgumentError, match=words):
        quiet(call)


TODAY = {"x": 1, "y": 2, "epochs": 1}


@pytest.mark.parametrize(
    ("older", "result", "word"),
    [
        ({"nb_epoch": 150}, {"epochs": 150}, "nb_epoch is epochs"),
        ({"X": 5}, {"x": 5}, "X is x"),
        ({"show_accuracy": True}, {}, "metrics=['accuracy'] in compile"),
        ({"workers": 4, "use_multiprocessing": True}, {}, "workers is no longer needed"),
    ],
)
def test_methods(older, result, word):
    with pytest.warns(DialectWarning, match="^fit: ") as caught:
        assert translate_call("fit", TODAY, older) == TODAY | result
    assert word in str(caught[0].message) and len(caught) == 1


def test_a_method_s_unknown_word_names_the_nearest():
    with pytest.raises(TypeError, match=r"fit: got an unknown argument 'epoch'.*'epochs'"):
        translate_call("fit", TODAY, {"epoch": 3})


def test_names_of_modules():
    with pytest.warns(DialectWarning, match="utils: .*plot is plot_model"):
        assert utils.plot is utils.plot_model
    with pytest.warns(DialectWarning, match="activity_l1l2 is l1_l2"):
        assert regularizers.activity_l1l2 is regularizers.l1_l2
    assert regularizers.l1l2 is regularizers.l1_l2 and constraints.maxnorm is constraints.MaxNorm
    with pytest.raises(AttributeError, match="has no attribute 'l3'"):
        regularizers.l3  # noqa: B018
    with pytest.raises(AttributeError, match="has no attribute 'plots'"):
        utils.plots  # noqa: B018
    assert not hasattr(utils, "__wrapped__")


class Recording:
    """A model that returns the arguments of its calls."""

    outputs = np.array([[0.2, 0.8], [0.6, 0.4]])

    def fit(self, *args, **kwargs):
        return args, kwargs

    def predict(self, *args, **kwargs):
        return self.outputs


Model = type("Model", (Recording,), {})


def test_methods_that_are_called_otherwise_today():
    model = Model()
    fit = quiet(attribute, model, "fit_generator")
    assert quiet(fit, "batches", 10, 3, verbose=0) == (
        ("batches",),
        {"steps_per_epoch": 10, "epochs": 3, "verbose": 0},
    )
    classes = quiet(attribute, model, "predict_classes")
    assert classes([1]).tolist() == [1, 0]
    model.outputs = np.array([[0.4], [0.6]])
    assert classes([1]).tolist() == [[0], [1]]
    assert quiet(attribute, model, "predict_proba")([1]) is model.outputs
    inner = type("Sequential", (), {})()
    assert quiet(attribute, inner, "model") is inner
    with pytest.raises(AttributeError, match="'Model' object has no attribute 'fitt'"):
        attribute(model, "fitt")


BATCHES = [(np.zeros((4, 2)), np.zeros(4)), ({"a": np.zeros((4, 2))}, np.zeros(4))]


@pytest.mark.parametrize(
    ("method", "args", "kwargs", "today", "words"),
    [
        (
            "fit",
            (),
            {"samples_per_epoch": 10, "nb_epoch": 3},
            {"steps_per_epoch": 3, "nb_epoch": 3},
            "samples_per_epoch is steps_per_epoch.*3 here",
        ),
        (
            "fit",
            (10, 3),
            {"nb_val_samples": 5, "validation_data": iter(BATCHES)},
            {"steps_per_epoch": 3, "nb_epoch": 3, "validation_steps": 2},
            "samples_per_epoch is .*nb_val_samples is",
        ),
        (
            "fit",
            (10, 3),
            {},
            {"steps_per_epoch": 10, "epochs": 3},
            "number of batches, as in Keras 2",
        ),
        (
            "fit",
            (10,),
            {"nb_val_samples": 5, "validation_data": (1, 2), "nb_worker": 2},
            {"steps_per_epoch": 3, "nb_worker": 2},
            "samples",
        ),
        ("evaluate", (9,), {}, {"steps": 9}, "batches"),
        ("evaluate", (), {"val_samples": 9}, {"steps": 3}, "val_samples is"),
        ("predict", (), {"val_samples": 8}, {"steps": 2}, "val_samples is"),
    ],
)
def test_keras_1_counted_samples_and_keras_2_batches(method, args, kwargs, today, words):
    given = {}

    class Model:
        def take(self, x, **kwargs):
            given.update(kwargs, x=list(x))

        fit = evaluate = predict = take

    called = quiet(attribute, Model(), f"{method}_generator")
    with pytest.warns(DialectWarning, match=words):
        called(iter(BATCHES), *args, **kwargs)
    assert given.pop("x") == BATCHES, "no batch is lost"
    data = given.pop("validation_data", ())
    assert given == today and (isinstance(data, tuple) or list(data) == BATCHES)


def test_a_call_with_keras_1_s_names_counts_samples():
    taken = []
    model = type("Model", (), {"fit": lambda self, x, **more: taken.append(more)})()
    fit = quiet(attribute, model, "fit_generator")
    quiet(fit, iter(BATCHES), 12, nb_epoch=2)
    assert taken == [{"steps_per_epoch": 3, "nb_epoch": 2}]
    with pytest.raises(ArgumentError, match="no batch"):
        quiet(fit, iter([]), 12, nb_epoch=2)
    with pytest.raises(ArgumentError, match="by position"):
        quiet(fit, iter(BATCHES), *range(9))
    quiet(Dense, output_dim=3)  # Keras 1's, elsewhere: two calls mean the same
    quiet(fit, iter(BATCHES), 12, 2)
    assert taken[-1] == {"steps_per_epoch": 12, "epochs": 2}


def test_the_learning_rate_s_old_name_reads_and_writes():
    optimizer = optimizers.SGD(0.5)
    with pytest.warns(DialectWarning, match="Optimizer: .*lr is learning_rate"):
        optimizer.lr = 0.25
    assert float(optimizer.lr) == float(optimizer.learning_rate) == 0.25


def small_model(*args, **kwargs):
    from brickwork.models import Sequential

    model = Sequential([Dense(1, activation="sigmoid", input_dim=2)])
    model.compile(*args, **kwargs)
    return model


@pytest.mark.parametrize(
    ("args", "kwargs", "word"),
    [
        (("sgd", "binary_crossentropy", ["accuracy"]), {}, "argument 3 is metrics"),
        (
            ("sgd", "binary_crossentropy"),
            {"metrics": ["accuracy"], "class_mode": "binary"},
            "the loss",
        ),
        (("sgd", "mse"), {"metrics": ["accuracy"], "sample_weight_mode": None}, "weights' shape"),
    ],
)
def test_compile_and_the_old_name_of_accuracy(args, kwargs, word):
    with pytest.warns(DialectWarning, match=word):
        model = small_model(*args, **kwargs)
    seen = []
    callback = LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs.get("val_acc")))
    x, y = np.ones((6, 2)), np.ones(6)
    with pytest.warns(DialectWarning, match="logs: .*val_acc is val_accuracy") as caught:
        history = model.fit(x, y, validation_data=(x, y), epochs=2, verbose=0, callbacks=[callback])
    assert seen == history.history["val_accuracy"] == history.history["val_acc"]
    assert len(caught) == 1 and "acc" not in history.history
    assert quiet(history.history.get, "acc") == history.history["accuracy"]
    with pytest.raises(KeyError, match="recall"):
        history.history["recall"]
    assert history.history.get("recall", 3) == 3


def test_compile_s_loss_weights_stay_what_they_are():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert small_model("sgd", "mse", 0.5, ["mae"])._compiled.given_weights == 0.5
    with pytest.raises(TypeError, match=r"compile: got an unknown argument 'metric'.*'metrics'"):
        small_model("sgd", "mse", metric=["mae"])


def test_a_property_that_raises_says_why_itself():
    from brickwork.models import Sequential

    with pytest.raises(AttributeError, match="not known"):
        Sequential().output_shape  # noqa: B018
    with pytest.raises(AttributeError, match="'Sequential' object has no attribute 'nothing'"):
        Sequential().nothing  # noqa: B018


@pytest.mark.parametrize(
    "name, today",
    [
        ("cosine_proximity", "cosine_similarity"),
        ("cosine", "cosine_similarity"),
        ("kullback_leibler_divergence", "kl_divergence"),
        ("logcosh", "log_cosh"),
        ("huber_loss", "huber"),
    ],
)
def test_old_names_of_losses(name, today):
    with pytest.warns(DialectWarning, match=f"losses: .* {name} is .*{today}"):
        assert getattr(losses, name) is getattr(losses, today)
    loss = quiet(losses.resolve, name)
    assert getattr(losses, today) in (getattr(loss, "fn", None), getattr(loss, "function", None))


@pytest.mark.parametrize(
    "name, today",
    [
        ("cosine_proximity", "cosine_similarity"),
        ("kld", "kl_divergence"),
        ("kullback_leibler_divergence", "kl_divergence"),
        ("logcosh", "log_cosh"),
    ],
)
def test_old_names_of_metrics(name, today):
    """They are the losses, as they were: minus the cosine."""
    with pytest.warns(DialectWarning, match=f"metrics: .* {name} is "):
        metric = metrics.resolve(name, (None, 2), (None, 2))
    assert metric.fn is getattr(losses, today) and metric.name == name


def test_keras_1_divided_the_cosine_by_the_number_of_outputs():
    with pytest.warns(DialectWarning, match="divided it by the number of outputs"):
        losses.get("cosine_proximity")


@pytest.mark.parametrize(
    "word", ["sgd", "rmsprop", "adagrad", "adadelta", "adam", "adamax", "nadam"]
)
def test_optimizers_by_their_lower_names(word):
    with pytest.warns(DialectWarning, match=f"today {word} is"):
        rule = getattr(optimizers, word)
    assert rule.__name__.lower() == word and isinstance(rule(), optimizers.Optimizer)


def test_legacy_optimizers_are_todays():
    vars(optimizers).pop("legacy", None)  # where it was imported as a module before
    with pytest.warns(DialectWarning, match="legacy is brickwork.optimizers"):
        assert optimizers.legacy.Adam is optimizers.Adam


def test_tensorflows_optimizers_are_refused():
    wrapper = quiet(getattr, optimizers, "TFOptimizer")
    with pytest.raises(ArgumentError, match="brickwork has no TensorFlow"):
        wrapper(object())


def test_nadam_of_keras_2():
    assert quiet(optimizers.Nadam, lr=0.5, schedule_decay=0.004).beta_1 == 0.9
    with pytest.raises(ArgumentError, match=r"Nadam\.schedule_decay: got 0\.1"):
        quiet(optimizers.Nadam, schedule_decay=0.1)


@pytest.mark.parametrize(
    "make, words, same",
    [
        (
            lambda: callbacks.ModelCheckpoint("a.keras", period=5),
            "period is every",
            lambda: callbacks.ModelCheckpoint("a.keras", every=5),
        ),
        (
            lambda: callbacks.ReduceLROnPlateau(epsilon=0.5),
            "epsilon is min_delta",
            lambda: callbacks.ReduceLROnPlateau(min_delta=0.5),
        ),
        (
            lambda: callbacks.TensorBoard("a", write_grads=True, embeddings_data=None),
            "write_grads is not written",
            lambda: callbacks.TensorBoard("a"),
        ),
        (
            lambda: callbacks.ProgbarLogger(count_mode="steps"),
            "count_mode is not needed",
            callbacks.ProgbarLogger,
        ),
    ],
)
def test_callbacks_in_older_words(make, words, same):
    with pytest.warns(DialectWarning, match=words):
        old = make()
    assert repr(old) == repr(same())


def test_the_base_logger_of_keras_2_is_a_callback():
    assert isinstance(quiet(lambda: callbacks.BaseLogger(["f1"])), callbacks.Callback)


def test_embeddings_of_one_length():
    embedding = quiet(layers.Embedding, 5, 3, input_length=7)
    assert embedding._input_shape == (None, 7) and embedding.input_dim == 5
    assert quiet(layers.Embedding, 5, 3, input_length=None)._input_shape is None
    model = Sequential([embedding, Flatten(), Dense(1)])
    assert model.output_shape == (None, 1) and model.count_params() == 15 + 22


def test_first_values_of_a_batch_normalization():
    arrays = [np.full(2, value, "float32") for value in (2, 3, 4, 5)]
    layer = quiet(layers.BatchNormalization, weights=arrays)
    layer.build((None, 2))
    for now, then in zip(layer.get_weights(), arrays, strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize(
    ("mode", "today"),
    [
        ("sum", lambda a, b: a + b),
        ("mul", lambda a, b: a * b),
        ("ave", lambda a, b: (a + b) / 2),
        ("max", np.maximum),
        ("concat", lambda a, b: np.concatenate([a, b], -1)),
        ("dot", lambda a, b: (a * b).sum(-1, keepdims=True)),
        (
            "cos",
            lambda a, b: (
                (a * b).sum(-1, keepdims=True)
                / np.linalg.norm(a, axis=-1, keepdims=True)
                / np.linalg.norm(b, axis=-1, keepdims=True)
            ),
        ),
        (lambda xs: xs[0] - xs[1], lambda a, b: a - b),
    ],
)
def test_merge_of_keras_1(mode, today):
    a, b = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
    with pytest.warns(DialectWarning, match="merge is add, multiply"):
        merge = layers.merge
    np.testing.assert_allclose(merge([a, b], mode=mode), today(a, b), rtol=1e-5)
    symbols = [Input((3,)), Input((3,))]
    assert merge(symbols, mode=mode).shape[1:] == today(a, b).shape[1:]
    for axes in (1, (1, 1), [1, 1], [[1], [1]], [1]):
        if mode == "dot":
            np.testing.assert_allclose(merge([a, b], "dot", dot_axes=axes), today(a, b), rtol=1e-5)
    with pytest.raises(ArgumentError, match=r"merge\.mode: got 'add'"):
        merge([a, b], mode="add")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: layers.Merge([Sequential([Dense(1, input_dim=2)])] * 2, mode="both"),
            "expected 'sum', 'mul'",
        ),
        (lambda: layers.Highway(units=3)(np.ones((2, 4))), "got 3 for 4 inputs"),
        (lambda: layers.SReLU(), "PReLU"),
        (lambda: layers.ParametricSoftplus(), "softplus"),
        (lambda: layers.BatchNormalization(mode=1), "use LayerNormalization"),
        (lambda: layers.BatchNormalization(mode=2), "expected 0, today's only rule"),
        (lambda: layers.Embedding(3, 2, dropout=0.2), r"put SpatialDropout1D\(0.2\)"),
    ],
)
def test_layers_that_must_be_written_anew(call, message):
    with pytest.raises(ArgumentError, match=message):
        quiet(call)


def test_old_places_of_layers():
    for name, inside in (
        ("core", "Dense"),
        ("advanced_activations", "LeakyReLU"),
        ("embeddings", "Embedding"),
        ("merge", "concatenate"),
        ("normalization", "BatchNormalization"),
        ("wrappers", "TimeDistributed"),
        ("pooling", "GlobalMaxPooling1D"),
        ("noise", "GaussianNoise"),
    ):
        module = quiet(importlib.import_module, f"brickwork.layers.{name}")
        assert getattr(module, inside) is getattr(layers, inside)
