"""The catalogues of losses and metrics in `compile`, compared with Keras."""

import numpy as np
import pytest
from keras.src.utils.naming import reset_uids
from keras_oracle import floatx, keras
from twins import check_same, distance, first_weights, trained

import brickwork
from brickwork.callbacks import Callback
from brickwork.naming import reset_names

ROWS = 30
RNG = np.random.default_rng(3)
X = RNG.normal(size=(ROWS, 4))
CLASSES = RNG.integers(0, 3, ROWS)
HOT = np.eye(3)[CLASSES]
TRUTH = (X[:, :1] + 0.3 * RNG.normal(size=(ROWS, 1)) > 0) * 1.0
REALS = np.abs(X @ RNG.normal(size=(4, 2))) + 0.5
WEIGHTS = RNG.random(ROWS)


def network(library, units, activation, loss, metrics=(), weighted=()):
    forget_names()
    kl = library.layers
    model = library.models.Sequential(
        [kl.Input((4,)), kl.Dense(5, activation="tanh"), kl.Dense(units, activation=activation)]
    )
    model.compile(
        library.optimizers.SGD(0.02),
        loss=loss(library),
        metrics=[m(library) for m in metrics],
        weighted_metrics=[m(library) for m in weighted],
    )
    return model


def forget_names():
    """Metrics without a name get the first of both libraries' once more."""
    reset_names()
    reset_uids()


def of(module, kind, **arguments):
    """A loss or metric of either library; a name as it is."""
    if module is None:
        return lambda library: kind
    return lambda library: getattr(getattr(library, module), kind)(**arguments)


#: For each loss: units, last activation, targets.
LOSSES = {
    "MeanAbsolutePercentageError": (2, None, REALS),
    "mape": (2, None, REALS),
    "MeanSquaredLogarithmicError": (2, "softplus", REALS),
    "Huber": (2, None, REALS),
    "LogCosh": (2, None, REALS[:, :2]),
    "CosineSimilarity": (2, None, REALS),
    "Poisson": (2, "softplus", np.round(REALS)),
    "KLDivergence": (3, "softmax", HOT),
    "kld": (3, "softmax", HOT),
    "Hinge": (1, "tanh", TRUTH),
    "hinge": (1, None, TRUTH[:, 0]),
    "SquaredHinge": (1, None, 2 * TRUTH - 1),
    "CategoricalHinge": (3, None, HOT),
    "BinaryFocalCrossentropy": (1, "sigmoid", TRUTH),
    "Dice": (3, "softmax", HOT),
    "CategoricalFocalCrossentropy": (3, "softmax", HOT),
    "Tversky": (1, "sigmoid", TRUTH),
    "CategoricalGeneralizedCrossEntropy": (3, "softmax", CLASSES),
}


@pytest.mark.parametrize("name", LOSSES)
def test_training_by_a_loss(name):
    units, activation, y = LOSSES[name]
    loss = of(None if name.islower() else "losses", name)
    check_same(
        lambda library: network(library, units, activation, loss),
        {
            "x": X,
            "y": y,
            "epochs": 3,
            "batch_size": 8,
            "sample_weight": None if name in ("Dice", "Tversky") else WEIGHTS,
        },
    )


def test_training_by_the_circle_loss():
    """Its labels are of any number, whatever the units."""

    def make(library):
        kl = library.layers
        model = library.models.Sequential(
            [
                kl.Input((4,)),
                kl.Dense(3),
                kl.Activation(lambda x: library.ops.normalize(x, axis=-1)),
            ]
        )
        model.compile(library.optimizers.SGD(0.001), loss=library.losses.Circle(gamma=4.0))
        return model

    check_same(make, {"x": X, "y": CLASSES * 50, "epochs": 3, "batch_size": 8})


METRICS = {
    "truth": (
        1,
        "sigmoid",
        "binary_crossentropy",
        TRUTH,
        [
            of(None, "auc"),
            of(None, "AUC"),
            of(None, "precision"),
            of(None, "recall"),
            of("metrics", "Precision", thresholds=[0.3, 0.5]),
            of("metrics", "AUC", curve="PR"),
            of("metrics", "TruePositives"),
            of("metrics", "FalseNegatives", thresholds=[0.2, 0.4]),
            of("metrics", "SensitivityAtSpecificity", specificity=0.5),
            of(None, "hinge"),
            of("metrics", "BinaryIoU"),
            of("metrics", "F1Score", threshold=0.5),
        ],
    ),
    "classes": (
        3,
        "softmax",
        "categorical_crossentropy",
        HOT,
        [
            of(None, "f1_score"),
            of("metrics", "F1Score", average="macro"),
            of("metrics", "FBetaScore", beta=2.0, average="weighted"),
            of(None, "kl_divergence"),
            of("metrics", "AUC", multi_label=True, num_thresholds=20),
            of("metrics", "Recall", top_k=2),
            of("metrics", "TopKCategoricalAccuracy", k=2),
            of("metrics", "OneHotMeanIoU", num_classes=3),
            of("metrics", "Precision", class_id=1),
        ],
    ),
    "amounts": (
        2,
        None,
        "mse",
        REALS,
        [
            of("metrics", "R2Score"),
            of("metrics", "R2Score", class_aggregation=None),
            of(None, "root_mean_squared_error"),
            of(None, "mape"),
            of(None, "msle"),
            of(None, "cosine_similarity"),
            of("metrics", "PearsonCorrelation", axis=0),
            of(None, "log_cosh_error"),
        ],
    ),
    "numbers": (
        3,
        "softmax",
        "sparse_categorical_crossentropy",
        CLASSES,
        [
            of("metrics", "SparseTopKCategoricalAccuracy", k=2),
            of(None, "accuracy"),
            of("metrics", "MeanIoU", num_classes=3, sparse_y_pred=False),
        ],
    ),
}


def alike(ours, theirs):
    """Logs of the same names, numbers where numbers are and arrays where arrays are."""
    assert list(ours) == list(theirs)
    for name in ours:
        assert np.shape(ours[name]) == np.shape(theirs[name]), name
        # Keras counts intersections in float32.
        assert distance(ours[name], theirs[name]) < (1e-6 if "io_u" in name else 1e-9), name


@pytest.mark.parametrize("name", METRICS)
def test_metrics_in_fit(name):
    """History holds what Keras's does: an array for each epoch of a metric that returns several
    numbers; so does evaluate, with or without callbacks."""
    units, activation, loss, y, metrics = METRICS[name]
    weighted = [m for m in metrics if name != "numbers"][:2]

    def make(library):
        return network(library, units, activation, of(None, loss), metrics, weighted)

    class Listener(brickwork.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            """Makes training stop after each batch."""

        on_test_batch_end = on_train_batch_end

    fit = {
        "x": X,
        "y": y,
        "epochs": 2,
        "batch_size": 8,
        "sample_weight": WEIGHTS,
        "validation_data": (X[:11], y[:11]),
    }
    start = first_weights(make)
    options = {"batch_size": 7, "verbose": 0, "return_dict": True, "sample_weight": WEIGHTS}
    theirs = trained(keras, make, fit, "float64", start)
    with floatx("float64"):
        evaluated = theirs.model.evaluate(X, y, **options)
    for listeners in ([], [Listener()]):
        more = {"callbacks": lambda library, given=listeners: given}
        ours = trained(brickwork, make, fit | more, "float64", start)
        alike(ours.history, theirs.history)
        for metric in ours.history:
            assert {type(v) for v in ours.history[metric]} == {
                type(v) for v in theirs.history[metric]
            }
        with floatx("float64"):
            alike(ours.model.evaluate(X, y, **options), evaluated)


def test_what_came_from_a_stream_and_from_a_batch():
    """Arrays in the logs on the other ways too."""
    units, activation, loss, y, metrics = METRICS["classes"]
    with floatx("float64"):
        model = network(brickwork, units, activation, of(None, loss), metrics)
        batches = [(X[i : i + 10], y[i : i + 10]) for i in (0, 10, 20)]
        history = model.fit(
            (batch for _ in range(2) for batch in batches), steps_per_epoch=3, epochs=2, verbose=0
        )
        assert [f.shape for f in history.history["f1_score"]] == [(3,), (3,)]
        whole = model.evaluate(X, y, batch_size=10, verbose=0, return_dict=True)
        parts = model.evaluate(iter(batches), verbose=0, return_dict=True)
        one = model.test_on_batch(X, y, return_dict=True)
        assert isinstance(one["loss"], float) and one["f1_score"].shape == (3,)
        for name in whole:
            np.testing.assert_allclose(parts[name], whole[name], rtol=1e-9)
            if "top_k" not in name:
                np.testing.assert_allclose(one[name], whole[name], rtol=1e-9)


def test_the_bar_shows_the_mean_of_several(capsys):
    model = network(
        brickwork, 3, "softmax", of(None, "categorical_crossentropy"), [of(None, "f1_score")]
    )
    score = model.fit(X, HOT, epochs=2, verbose=2).history["f1_score"][-1]
    assert f"f1_score: {score.mean():.4f}" in capsys.readouterr().out


def test_a_callback_sees_the_array():
    seen = []

    class Watch(Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(logs["f1_score"])

    model = network(
        brickwork, 3, "softmax", of(None, "categorical_crossentropy"), [of(None, "f1_score")]
    )
    history = model.fit(X, HOT, epochs=2, verbose=0, callbacks=[Watch()]).history
    np.testing.assert_array_equal(seen, history["f1_score"])


@pytest.mark.parametrize("wrong", ["F2Score", "aucc", "precison"])
def test_unknown_names_say_which_argument(wrong):
    with pytest.raises(ValueError, match=rf"compile.metrics: got '{wrong}'; did you mean"):
        network(brickwork, 1, "sigmoid", of(None, "bce"), [of(None, wrong)])


def ranged(library, name="ranged"):
    """A metric whose result is a dict."""

    class Ranged(library.metrics.Metric):
        def __init__(self):
            super().__init__(name=name)
            self.total = self.add_variable((), "zeros", name="total")
            self.count = self.add_variable((), "zeros", name="count")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.total.assign_add(library.ops.cast(library.ops.sum(y_pred), self.total.dtype))
            self.count.assign_add(library.ops.cast(1, self.count.dtype))

        def result(self):
            return {"total": self.total.value, "batches": self.count.value}

    return Ranged()


@pytest.mark.parametrize("weighted", [False, True])
def test_a_metric_may_return_a_dict(weighted):
    which = "weighted" if weighted else "metrics"

    def make(library):
        return network(
            library,
            1,
            "sigmoid",
            of(None, "mse"),
            **{which: [ranged, of(None, "mae"), lambda lib: ranged(lib, "again")]},
        )

    start = first_weights(make)
    fit = {"x": X, "y": TRUTH, "epochs": 2, "batch_size": 8, "validation_data": (X[:9], TRUTH[:9])}
    theirs, ours = (trained(library, make, fit, "float64", start) for library in (keras, brickwork))
    assert sorted(ours.history) == sorted(theirs.history)
    for name, values in theirs.history.items():
        np.testing.assert_allclose(ours.history[name], values, rtol=1e-9)
    evaluated = [run.model.evaluate(X, TRUTH, batch_size=8, verbose=0) for run in (theirs, ours)]
    np.testing.assert_allclose(*evaluated, rtol=1e-6)  # in the same order
    assert ours.model.test_on_batch(X, TRUTH, return_dict=True)["batches"] == 1


def test_of_several_outputs_and_of_a_model_s_own():
    """Entries of dicts stand behind no output's name, as in Keras."""

    def make(library):
        x = library.Input((4,))
        ends = [library.layers.Dense(1, name=name)(x) for name in "pq"]
        model = library.Model(x, ends)
        model.compile("sgd", "mse", metrics=[[ranged(library)], ["mae"]])
        return sorted(model.evaluate(X, [TRUTH, TRUTH], verbose=0, return_dict=True))

    assert (
        make(keras) == make(brickwork) == ["batches", "loss", "p_loss", "q_loss", "q_mae", "total"]
    )

    class Own(brickwork.Model):
        def __init__(self):
            super().__init__()
            self.dense, self.seen = brickwork.layers.Dense(1), ranged(brickwork)

        def call(self, x):
            return self.dense(x)

        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            self.seen.update_state(y, y_pred)
            return super().compute_metrics(x, y, y_pred, sample_weight)

    model = Own()
    model.compile("sgd", "mse")
    history = model.fit(X, TRUTH, batch_size=10, epochs=2, verbose=0).history
    assert sorted(history) == ["batches", "loss", "total"] and history["batches"] == [3.0, 3.0]
    np.testing.assert_allclose(
        model.evaluate(X, TRUTH, batch_size=10, verbose=0)[1:],
        [3.0, model.predict(X, verbose=0).sum()],
        rtol=1e-5,
    )


@pytest.mark.parametrize(
    "how, says",
    [
        (dict(loss=["mse", "mae", "mse"]), "loss: got a list of 3, expected 2 entries, for p, q"),
        (dict(loss={"z": "mse"}), "loss: got the key 'z', which is not an output.*p, q"),
        (dict(loss={"p": 3}), r"loss\['p'\]: got 3"),
        (dict(loss="mse", loss_weights=[1.0]), "loss_weights: got a list of 1, expected 2"),
        (dict(loss="mse", loss_weights={"p": "much"}), r"loss_weights\['p'\]: got 'much'"),
        (dict(loss=["mse", {"a": "mae"}]), r"loss\[1\]: got .*losses to be added"),
        (dict(loss="mse", metrics=["mae"]), "metrics: got a list of 1.*p, q"),
        (dict(loss="mse", metrics={"z": ["mae"]}), "metrics: got the key 'z'.*p, q"),
    ],
)
def test_what_fits_no_output_says_so(how, says):
    x = brickwork.Input((4,))
    model = brickwork.Model(x, [brickwork.layers.Dense(1, name=name)(x) for name in "pq"])
    with pytest.raises(ValueError, match=f"compile.{says}"):
        model.compile("sgd", **how)
        model.fit(X, [TRUTH, TRUTH], verbose=0)


@pytest.mark.parametrize("method", ["fit", "train_on_batch"])
def test_a_loss_for_each_row_is_no_loss_to_train_by(method):
    model = brickwork.Sequential([brickwork.Input((3,)), brickwork.layers.Dense(1)])
    model.compile("sgd", brickwork.losses.MeanSquaredError(reduction=None))
    x, y = np.ones((4, 3)), np.zeros((4, 1))
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"a loss of shape .*reduction=None"):
        getattr(model, method)(x, y)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    assert model.evaluate(x, y, verbose=0) == pytest.approx(model.predict(x).mean() ** 2)
