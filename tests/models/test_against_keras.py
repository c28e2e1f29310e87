"""The same weights and the same batches: Keras on JAX and brickwork stay together for 50 steps."""

from __future__ import annotations

import itertools
import random
import warnings

import numpy as np
import ours
import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from keras_oracle import floatx, keras
from twins import check_same, distance, first_weights

import brickwork

ROWS, FEATURES, BATCH, EPOCHS = 50, 5, 10, 10
RNG = np.random.default_rng(1)
X = RNG.normal(size=(ROWS, FEATURES))
CLASSES = RNG.integers(0, 3, ROWS)
REALS = np.tanh(X @ RNG.normal(size=(FEATURES, 2))) + 0.1 * RNG.normal(size=(ROWS, 2))
YES = (REALS[:, :1] > 0) * 1.0
ONE_HOT = np.eye(3)[CLASSES]


def own_loss(library):
    """A loss of a user's own, written in ops."""

    def distance(y_true, y_pred):
        return library.ops.mean(library.ops.log(1.0 + library.ops.square(y_true - y_pred)), axis=-1)

    return distance


def loss(kind, **options):
    return lambda library: getattr(library.losses, kind)(**options)


#: name -> (units, last activation, loss, targets, metrics)
LOSSES = {
    "mse": (2, None, "mse", REALS, ["mae"]),
    "mae": (2, "tanh", "mean_absolute_error", REALS, ["mse"]),
    "mse one unit": (1, None, loss("MeanSquaredError", name="mse"), REALS[:, 0], ["mae"]),
    "own": (2, None, own_loss, REALS, ["mse", "mae"]),
    "bce": (1, "sigmoid", "binary_crossentropy", YES, ["accuracy"]),
    "bce logits": (1, None, loss("BinaryCrossentropy", from_logits=True), YES, ["mae"]),
    "bce smooth": (
        2,
        "sigmoid",
        loss("BinaryCrossentropy", label_smoothing=0.1),
        (REALS > 0) * 1.0,
        ["binary_accuracy"],
    ),
    "cce": (3, "softmax", "categorical_crossentropy", ONE_HOT, ["accuracy"]),
    "cce logits": (
        3,
        None,
        loss("CategoricalCrossentropy", from_logits=True, label_smoothing=0.2),
        ONE_HOT,
        ["categorical_accuracy"],
    ),
    "scce": (3, "softmax", "sparse_categorical_crossentropy", CLASSES, ["accuracy", "acc"]),
    "scce logits": (
        3,
        "linear",
        loss("SparseCategoricalCrossentropy", from_logits=True),
        CLASSES[:, None],
        ["sparse_categorical_accuracy"],
    ),
    "scce ignoring": (
        3,
        "softmax",
        loss("SparseCategoricalCrossentropy", ignore_class=-1),
        np.where(np.arange(ROWS) % 7 == 0, -1, CLASSES),
        [],
    ),
}


def optimizer(name, **options):
    def make(library):
        rate = options.get("learning_rate")
        more = {"learning_rate": rate(library)} if callable(rate) else {}
        return getattr(library.optimizers, name)(**(options | more))

    return make


def decay(library):
    return library.optimizers.schedules.ExponentialDecay(0.05, 10, 0.8)


OPTIMIZERS = {
    "sgd": optimizer("SGD", learning_rate=0.05),
    "momentum": optimizer("SGD", learning_rate=0.02, momentum=0.9),
    "nesterov": optimizer("SGD", learning_rate=0.02, momentum=0.8, nesterov=True, clipvalue=0.1),
    "rmsprop": optimizer("RMSprop", learning_rate=0.005),
    "rmsprop centered": optimizer("RMSprop", learning_rate=0.005, centered=True, momentum=0.5),
    "adam": optimizer("Adam"),
    "amsgrad": optimizer("Adam", learning_rate=0.01, amsgrad=True, clipnorm=0.5),
    "adam global": optimizer("Adam", learning_rate=0.01, global_clipnorm=0.3, weight_decay=0.01),
    "adamw": optimizer("AdamW", learning_rate=0.01, weight_decay=0.05),
    "schedule": optimizer("SGD", learning_rate=decay, momentum=0.5),
    "accumulating": optimizer("Adam", learning_rate=0.01, gradient_accumulation_steps=3),
    "ema": optimizer(
        "SGD", learning_rate=0.05, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=7
    ),
}


def threshold(library):
    return lambda x: library.ops.threshold(x, 0.1, -0.2)


ACTIVATIONS = {
    name: name
    for name in brickwork.activations.registry.names()
    if name not in ("threshold", "glu", *ours.ACTIVATIONS)
} | {"threshold": threshold, "own": lambda library: lambda x: x * library.ops.sigmoid(1.5 * x)}

BOUNDS = {
    "none": {},
    "l2": {"kernel_regularizer": "l2"},
    "l1 of all": {
        "kernel_regularizer": "l1",
        "bias_regularizer": "l2",
        "activity_regularizer": "l2",
    },
    "l1l2": {"kernel_regularizer": lambda library: library.regularizers.L1L2(0.01, 0.02)},
    "orthogonal": {"kernel_regularizer": "orthogonal_regularizer"},
    "max norm": {"kernel_constraint": "max_norm", "bias_constraint": "non_neg"},
    "unit norm": {"kernel_constraint": "unit_norm"},
    "min max": {"kernel_constraint": "min_max_norm", "kernel_regularizer": "l2"},
}

WEIGHTED = {
    "plain": {},
    "sample": {"sample_weight": np.linspace(0.1, 2, ROWS)},
    "some zero": {"sample_weight": (np.arange(ROWS) % 3 > 0) * 1.0},
}


def of(library, value):
    return value(library) if callable(value) else value


def network(hidden, last, loss, optimizer, metrics, bounds=None, **compile_arguments):
    """A function that builds a network in a library: hidden are (units, activation)."""
    units, activation = last

    def make(library):
        layers = [library.Input((FEATURES,))]
        layers += [
            library.layers.Dense(
                n,
                activation=of(library, a),
                **{k: of(library, b) for k, b in (bounds or {}).items()},
            )
            for n, a in hidden
        ]
        layers.append(library.layers.Dense(units, activation=of(library, activation)))
        model = library.Sequential(layers)
        model.compile(
            optimizer=of(library, optimizer),
            loss=of(library, loss),
            metrics=list(metrics),
            **compile_arguments,
        )
        return model

    return make


def samples(count: int, tried: int = 60) -> list[tuple]:
    """Combinations of the catalogues, chosen so that few of them show many pairs."""
    choose = random.Random(5)
    columns = [list(c) for c in (ACTIVATIONS, ACTIVATIONS, LOSSES, OPTIMIZERS, BOUNDS, WEIGHTED)]
    seen: set = set()

    def pairs(row):
        row = [("a", row[0]), ("a", row[1]), *enumerate(row[2:])]
        return {*itertools.combinations(row, 2), *row}

    chosen = []
    for _ in range(count):
        rows = [tuple(map(choose.choice, columns)) for _ in range(tried)]

        gains = [sum(50 if isinstance(p[1], str) else 1 for p in pairs(r) - seen) for r in rows]
        best = rows[gains.index(max(gains))]
        seen |= pairs(best)
        chosen.append(best)
    return chosen


SAMPLES = samples(26)


def test_the_samples_show_everything():
    for place, catalogue in ((2, LOSSES), (3, OPTIMIZERS), (4, BOUNDS), (5, WEIGHTED)):
        assert {row[place] for row in SAMPLES} == set(catalogue)
    assert {a for row in SAMPLES for a in row[:2]} == set(ACTIVATIONS)


@pytest.mark.parametrize("number", range(len(SAMPLES)), ids=lambda i: "-".join(SAMPLES[i]))
def test_catalogue(number):
    first, second, loss, optimizer, bound, weighted = SAMPLES[number]
    units, last, function, y, metrics = LOSSES[loss]
    make = network(
        [(6, ACTIVATIONS[first]), (4, ACTIVATIONS[second])],
        (units, last),
        function,
        OPTIMIZERS[optimizer],
        metrics,
        BOUNDS[bound],
    )
    dtypes = ("float32", "float64") if number % 4 == 0 else ("float64",)
    check_same(make, dict(x=X, y=y, batch_size=BATCH, epochs=EPOCHS, **WEIGHTED[weighted]), dtypes)


def plain(loss="bce", optimizer="sgd", hidden=((6, "tanh"),), metrics=None, **arguments):
    """A small network: its loss decides the rest."""
    units, last, function, _, own = LOSSES[loss]
    return network(
        hidden,
        (units, last),
        function,
        OPTIMIZERS[optimizer],
        own if metrics is None else metrics,
        **arguments,
    )


SAMPLE = np.linspace(0.2, 2, ROWS)
OPTIONS = {
    "a partial batch": ("bce", {"batch_size": 11}),
    "a partial batch of weights": ("cce", {"batch_size": 12, "sample_weight": SAMPLE}),
    "one batch": ("mse", {"batch_size": 500, "epochs": 50}),
    "single rows": ("mse", {"batch_size": 1, "epochs": 2}),
    "a split": ("scce", {"validation_split": 0.23, "sample_weight": SAMPLE}),
    "validation": ("bce", {"validation_data": (X[:33], YES[:33])}),
    "weighted validation": (
        "mse",
        {"validation_data": (X[:17], REALS[:17], SAMPLE[:17]), "validation_batch_size": 5},
    ),
    "validation now and then": (
        "mse",
        {"validation_data": (X[:20], REALS[:20]), "validation_freq": 3},
    ),
    "validation in chosen epochs": (
        "mse",
        {"validation_data": (X[:20], REALS[:20]), "validation_freq": [1, 2, 7]},
    ),
    "a part of validation": ("mse", {"validation_data": (X, REALS), "validation_steps": 3}),
    "class weights": ("scce", {"class_weight": {0: 0.5, 1: 2.0, 2: 3.0}}),
    "class weights of a column": ("bce", {"class_weight": {0: 0.5, 1: 2.0}}),
    "class weights of rows": ("cce", {"class_weight": {0: 0.5, 1: 2.0, 2: 0.0}, "batch_size": 9}),
    "a later start": ("mse", {"initial_epoch": 4, "epochs": 9}),
    "nothing left to do": ("mse", {"initial_epoch": 4, "epochs": 4}),
    "few steps": ("mse", {"steps_per_epoch": 2, "batch_size": 5, "epochs": 7}),
    "steps that do not divide": ("mse", {"steps_per_epoch": 4, "batch_size": 9, "epochs": 5}),
    "they do not, and a later start": (
        "mse",
        {"steps_per_epoch": 4, "batch_size": 9, "epochs": 9, "initial_epoch": 4},
    ),
    "more steps than there are": ("mse", {"steps_per_epoch": 9, "batch_size": 9, "epochs": 3}),
    "few steps and a partial batch": (
        "bce",
        {"steps_per_epoch": 2, "batch_size": 13, "epochs": 5, "validation_split": 0.1},
    ),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_options_of_fit(name):
    loss, options = OPTIONS[name]
    fit = dict(x=X, y=LOSSES[loss][3], batch_size=BATCH, epochs=EPOCHS) | options
    check_same(plain(loss), fit, data=(X, LOSSES[loss][3]))


def test_weighted_metrics():
    weighted = np.where(YES[:, 0] > 0, 3.0, 0.25)
    make = plain("bce", metrics=["accuracy", "mse"], weighted_metrics=["accuracy", "bce"])
    fit = dict(
        x=X,
        y=YES,
        batch_size=BATCH,
        epochs=EPOCHS,
        sample_weight=weighted,
        validation_data=(X[:9], YES[:9], weighted[:9]),
    )
    done = check_same(make, fit, data=(X, YES))
    assert len(done.history) == 10


def test_metrics_of_one_name_are_numbered():
    make = plain("bce", metrics=["accuracy", "acc", "binary_accuracy", "mean_squared_error", "mse"])
    check_same(make, dict(x=X, y=YES, batch_size=BATCH, epochs=2))


def test_loss_weights():
    check_same(
        plain("mse", loss_weights=[0.3]),
        dict(x=X, y=REALS, batch_size=BATCH, epochs=EPOCHS),
        data=(X, REALS),
    )


def stacked(*layers, shape=(FEATURES,), units=2, **arguments):
    """Layers by functions of the library, and a Dense on top."""

    def make(library):
        model = library.Sequential(
            [
                library.Input(shape),
                *[layer(library) for layer in layers],
                library.layers.Dense(units),
            ]
        )
        model.compile("adam", "mse", **arguments)
        return model

    return make


def test_layers_that_shape():
    """Flatten, Activation, Dropout of rate 0, Dense over the last of three axes."""
    x = np.random.default_rng(2).normal(size=(ROWS, 2, 3))
    make = stacked(
        lambda library: library.layers.Dense(4, activation="tanh"),
        lambda library: library.layers.Dropout(0.0),
        lambda library: library.layers.Flatten(),
        lambda library: library.layers.Activation("relu"),
        lambda library: library.layers.Dense(5, use_bias=False),
        lambda library: library.layers.Activation("softmax"),
        shape=(2, 3),
    )
    check_same(
        make, dict(x=x, y=REALS, batch_size=7, epochs=8), ("float32", "float64"), data=(x, REALS)
    )


def test_frozen_layers_stay():
    def frozen(library):
        return library.layers.Dense(4, trainable=False, kernel_regularizer="l2")

    make = stacked(lambda library: library.layers.Dense(4, activation="tanh"), frozen)
    check_same(make, dict(x=X, y=REALS, batch_size=BATCH, epochs=EPOCHS))


def scale(library):
    class Scale(library.Layer):
        """A layer of a user's own, with a weight and a part of the loss."""

        def build(self, input_shape):
            self.factor = self.add_weight(
                shape=(input_shape[-1],), initializer="ones", name="factor", regularizer="l1"
            )

        def call(self, inputs):
            outputs = inputs * self.factor
            self.add_loss(0.1 * library.ops.mean(library.ops.square(outputs)))
            return outputs

    return Scale()


def test_a_layer_of_ones_own():
    make = stacked(
        lambda library: library.layers.Dense(4, activation="tanh"), scale, metrics=["mae"]
    )
    check_same(
        make, dict(x=X, y=REALS, batch_size=8, epochs=8, sample_weight=SAMPLE), data=(X, REALS)
    )


def test_dropout_drops_its_share_in_training_alone():
    rows, rate = 4000, 0.3
    make = stacked(lambda library: library.layers.Dropout(rate, seed=3), units=1)
    model = make(brickwork)
    model.set_weights([np.ones((FEATURES, 1)), np.zeros(1)])
    model.compile(brickwork.optimizers.SGD(0.0), "mse", metrics=["mse"])
    x, y = np.ones((rows, FEATURES)), np.zeros((rows, 1))
    # A sum of kept ones over 0.7: mean 5, variance 5 * 0.3 / 0.7.
    second_moment = FEATURES**2 + FEATURES * rate / (1 - rate)
    losses = model.fit(x, y, batch_size=100, epochs=4, verbose=0).history["loss"]
    assert len(set(losses)) == 4
    assert abs(np.mean(losses) - second_moment) < 0.5
    assert model.evaluate(x, y, verbose=0)[0] == pytest.approx(FEATURES**2)
    np.testing.assert_allclose(model.predict(x, verbose=0), FEATURES, rtol=1e-6)


def test_one_fit_after_the_other_and_a_new_compile():
    """Slots and counters continue from fit to fit; compile with a new optimizer resets them."""

    def run(library):
        model = plain("mse", "adam")(library)
        model.set_weights(start)
        losses = []
        for rate in (None, 0.1, 0.001):
            if rate:
                model.optimizer.learning_rate = rate
            losses += model.fit(
                X, REALS, batch_size=BATCH, epochs=3, shuffle=False, verbose=0
            ).history["loss"]
        model.compile("rmsprop", "mae")
        losses += model.fit(X, REALS, batch_size=BATCH, epochs=3, shuffle=False, verbose=0).history[
            "loss"
        ]
        return losses, [np.asarray(w) for w in model.get_weights()]

    start = first_weights(plain("mse"))
    with floatx("float64"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # JAX's arrays under NumPy 2
        (losses, weights), (its_losses, its_weights) = run(brickwork), run(keras)
    assert distance(losses, its_losses) <= 1e-9
    assert max(map(distance, weights, its_weights)) <= 1e-9


@st.composite
def networks(draw):
    """A network, and how it is trained."""
    name = draw(st.sampled_from(sorted(LOSSES)))
    units, last, function, y, metrics = LOSSES[name]
    hidden = draw(
        st.lists(st.tuples(st.integers(1, 9), st.sampled_from(sorted(ACTIVATIONS))), max_size=3)
    )
    bounds = draw(st.sampled_from(sorted(BOUNDS)))
    make = network(
        [(n, ACTIVATIONS[a]) for n, a in hidden],
        (units, last),
        function,
        OPTIMIZERS[draw(st.sampled_from(sorted(OPTIMIZERS)))],
        metrics,
        BOUNDS[bounds],
    )
    rows = draw(st.integers(2, ROWS))
    batch = draw(st.integers(1, ROWS))
    fit = dict(x=X[:rows], y=y[:rows], batch_size=batch, epochs=1 + 50 // -(-rows // batch))
    if draw(st.booleans()):
        fit["sample_weight"] = SAMPLE[:rows]
    return make, fit, draw(st.integers(0, 99))


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
@given(networks())
def test_random_networks(drawn):
    make, fit, seed = drawn
    check_same(make, fit, start=first_weights(make, seed))
