"""``train_step``, ``test_step`` and ``predict_step`` of a subclass: what they get and return, and
that ``fit``, ``evaluate`` and ``predict`` do with them what they do without."""

import copy
import warnings

import numpy as np
import pytest

import brickwork as bw
from brickwork import (
    GradientTape,
    Model,
    Sequential,
    callbacks,
    layers,
    losses,
    metrics,
    ops,
    optimizers,
)
from brickwork.program import Symbol

RNG = np.random.default_rng(1)
X = RNG.normal(size=(40, 3)).astype("float32")
Y = (X.sum(1) > 0).astype("float32")
WEIGHT = RNG.uniform(0.5, 2, 40).astype("float32")


def made(kind, seed=0, **compiled):
    bw.utils.set_random_seed(seed)
    model = kind(
        [
            layers.Dense(6, "relu", kernel_regularizer="l2", input_dim=3),
            layers.BatchNormalization(),
            layers.Dense(1, "sigmoid"),
        ]
    )
    model.compile(**{"optimizer": "adam", "loss": "binary_crossentropy", **compiled})
    return model


class Written(Sequential):
    """The step that the built-in one is, written in full, in the words of Keras 3."""

    def train_step(self, data):
        x, y, weight = (*data, None)[:3]
        with GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred, sample_weight=weight)
        variables = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=ops.shape(x)[0])
            else:
                metric.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


class Older(Sequential):
    """The same in the words of Keras 2."""

    def train_step(self, data):
        x, y, weight = (*data, None)[:3]
        with GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compiled_loss(y, y_pred, weight, regularization_losses=self.losses)
        self.optimizer.minimize(loss, self.trainable_variables, tape=tape)
        self.compiled_metrics.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


class Inherited(Sequential):
    def train_step(self, data):
        logs = super().train_step(data)
        return {**logs, "doubled": logs["loss"] * 2}

    def test_step(self, data):
        return super().test_step(data)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", [Written, Older, Inherited])
def test_a_step_that_does_what_the_built_in_one_does_trains_the_same_bits(kind, weighted):
    given = {"sample_weight": WEIGHT} if weighted else {}
    compiled = {"metrics": ["accuracy", "mae"]}
    own, usual = made(kind, **compiled), made(Sequential, **compiled)
    for model in (own, usual):
        model.fit(X, Y, batch_size=7, epochs=3, validation_data=(X[:9], Y[:9]), verbose=0, **given)
    for a, b in zip(own.get_weights(), usual.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    found = own.history.history
    assert {*found} - {"doubled"} == {*usual.history.history}
    for name, values in usual.history.history.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-6, err_msg=name)
    kept = own.evaluate(X, Y, verbose=0)
    np.testing.assert_allclose(kept, usual.evaluate(X, Y, verbose=0), rtol=1e-6)
    np.testing.assert_allclose(
        own.train_on_batch(X, Y, return_dict=True)["accuracy"],
        usual.train_on_batch(X, Y, return_dict=True)["accuracy"],
        rtol=1e-6,
    )
    np.testing.assert_array_equal(own.predict(X, verbose=0), usual.predict(X, verbose=0))


class Seen(Model):
    """Notes the structure and the shapes of what its step gets."""

    def train_step(self, data):
        def shapes(part):
            if isinstance(part, dict):
                return {key: shapes(value) for key, value in part.items()}
            if isinstance(part, list | tuple):
                return type(part)(map(shapes, part))
            if part is None:
                return None
            assert isinstance(part, Symbol)
            return part.shape[1:], part.dtype

        self.seen = shapes(data)
        return {"loss": ops.mean(next(iter(_flat(data))) * 1.0)}


def _flat(data):
    if isinstance(data, dict):
        data = data.values()
    if isinstance(data, list | tuple) or not isinstance(data, Symbol):
        return [leaf for part in data if part is not None for leaf in _flat(part)]
    return [data]


F = "float32"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((X,), ((3,), F)),
        ((X, Y), (((3,), F), ((), F))),
        ((X, Y, WEIGHT), (((3,), F), ((), F), ((), F))),
        ((X, None, WEIGHT), (((3,), F), None, ((), F))),
        (({"a": X, "b": X[:, :1]}, Y), ({"a": ((3,), F), "b": ((1,), F)}, ((), F))),
        (([X, X[:, :2]], [Y, Y]), ([((3,), F), ((2,), F)], [((), F), ((), F)])),
        (((X, X),), ((((3,), F), ((3,), F)),)),
        ((X.astype("float64"), Y.astype("int64")), (((3,), F), ((), "int64"))),
        ((X.tolist(), Y.astype(bool)), (((3,), F), ((), "bool"))),
    ],
)
def test_a_step_gets_the_data_as_they_were_given(given, expected):
    model = Seen()
    model.compile()
    model.fit(**dict(zip(("x", "y", "sample_weight"), given, strict=False)), verbose=0)
    assert model.seen == expected
    model.train_on_batch(*given)
    assert model.seen == expected


def test_a_step_gets_the_batches_of_a_stream_as_they_are():
    model = Seen()
    model.compile()
    model.fit(((X, Y, WEIGHT, {"more": X}) for _ in range(3)), steps_per_epoch=3, verbose=0)
    assert model.seen == (((3,), F), ((), F), ((), F), {"more": ((3,), F)})
    history = model.fit([X[:8], X[8:16]] and iter([X[:8], X[8:16]]), verbose=0).history
    assert history["loss"] == [pytest.approx(X[8:16].mean(), rel=1e-5)]


class Autoencoder(Model):
    """A subclass without `call`, with layers, optimizers and metrics of its own."""

    def __init__(self):
        super().__init__()
        self.encoder = Sequential([layers.Dense(2)])
        self.decoder = Sequential([layers.Dense(3)])
        self.mean = metrics.Mean(name="error")

    def compile(self, first, second):
        super().compile()
        self.first, self.second = first, second

    @property
    def metrics(self):
        return [self.mean]

    def train_step(self, data):
        with GradientTape(persistent=True) as tape:
            error = ops.mean(ops.square(self.decoder(self.encoder(data)) - data))
        for part, optimizer in ((self.encoder, self.first), (self.decoder, self.second)):
            variables = part.trainable_variables
            optimizer.apply(tape.gradient(error, variables), variables)
        self.mean.update_state(error)
        return {"error": self.mean.result()}

    def test_step(self, data):
        return {"absolute": ops.mean(abs(self.decoder(self.encoder(data)) - data))}


def test_a_model_without_call_and_with_two_optimizers():
    model = Autoencoder()
    model.compile(optimizers.Adam(0.02), optimizers.SGD(0.0))
    history = model.fit(X, epochs=30, batch_size=10, validation_data=(X,), verbose=0).history
    assert sorted(history) == ["error", "val_absolute"]
    assert history["error"][-1] < history["error"][0]
    assert isinstance(model.evaluate(X, verbose=0), float)
    frozen = model.decoder.get_weights()
    model.first.learning_rate = 0.0
    model.second.learning_rate = 0.1
    before = model.encoder.get_weights()
    model.fit(X, verbose=0)
    np.testing.assert_array_equal(before[0], model.encoder.get_weights()[0])
    assert (frozen[0] != model.decoder.get_weights()[0]).any()


def test_callbacks_streams_and_progress_work_as_always(capsys):
    model = made(Written)
    seen = []
    stop = callbacks.EarlyStopping("val_loss", patience=1, min_delta=10)
    batches = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(logs))
    history = model.fit(
        X, Y, batch_size=10, epochs=9, validation_split=0.25, callbacks=[stop, batches], verbose=2
    )
    assert len(history.history["loss"]) == 2 and len(seen) == 6 and set(seen[0]) == {"loss"}
    assert "val_loss" in capsys.readouterr().out
    other = made(Written)
    other.fit(
        (pair for _ in range(2) for pair in ((X[:20], Y[:20]), (X[20:], Y[20:]))),
        steps_per_epoch=2,
        epochs=2,
        verbose=0,
    )
    usual = made(Sequential)
    usual.fit(X, Y, batch_size=20, epochs=2, shuffle=False, verbose=0)
    for a, b in zip(other.get_weights(), usual.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_predict_step_is_what_predict_does():
    class Labels(Sequential):
        def predict_step(self, data):
            return ops.cast(super().predict_step(data) > 0.5, "int32")

    model = made(Labels)
    usual = made(Sequential)
    found = model.predict(X, verbose=0)
    assert found.dtype == "int32"
    np.testing.assert_array_equal(found, usual.predict(X, verbose=0) > 0.5)
    np.testing.assert_array_equal(model.predict(X[:1], verbose=0), found[:1])


def test_a_step_that_is_not_finite_changes_nothing_and_is_told():
    class Exploding(Sequential):
        def train_step(self, data):
            x, y = data
            with GradientTape() as tape:
                loss = losses.mse(y[:, None], self(x))
                loss = ops.mean(loss) + ops.sum(ops.sqrt(ops.sum(self.layers[0].bias) * 0.0))
            variables = self.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            return {"loss": loss}

    model = made(Exploding)
    before = model.get_weights()
    with pytest.warns(RuntimeWarning, match="gradient is not finite"):
        model.fit(X, Y, verbose=0)
    for a, b in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)
    with pytest.raises(FloatingPointError, match="not finite"):
        model.fit(X, Y, verbose=0, on_nan="raise")


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, r"Bad\.train_step.*expected a dict"),
        ([1.0], r"Bad\.train_step.*expected a dict"),
        ("rows", r"'loss' of shape \(None, 3\), a value for each row.*ops\.mean"),
    ],
)
def test_what_a_step_returns_is_checked(returned, message):
    class Bad(Model):
        def train_step(self, data):
            return {"loss": data} if returned == "rows" else returned

    model = Bad()
    model.compile()
    with pytest.raises(ValueError, match=message):
        model.fit(X, verbose=0)


def test_arguments_that_need_the_built_in_step_are_refused():
    model = made(Written)
    with pytest.raises(ValueError, match="sample_weight"):
        model.fit(X, Y, class_weight={0: 1.0, 1: 2.0}, verbose=0)
    with pytest.raises(ValueError, match="last_batch"):
        model.fit(X, Y, last_batch="scale", verbose=0)
    with pytest.raises(ValueError, match="finite"):
        model.fit(X * np.nan, Y, verbose=0)
    with pytest.raises(ValueError, match="rows"):
        model.fit(X, Y[:5], verbose=0)


def test_a_model_with_a_step_of_its_own_is_saved_and_goes_on(tmp_path):
    model = made(Written)
    model.fit(X, Y, epochs=2, shuffle=False, verbose=0)
    model.save(tmp_path / "own.brick")
    with bw.utils.custom_object_scope({"Written": Written}):
        other = bw.load_model(tmp_path / "own.brick")
    for each in (model, other):
        each.fit(X, Y, epochs=2, shuffle=False, verbose=0)
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_no_warning_and_one_trace_for_batches_of_one_form():
    traces = []

    class Counted(Written):
        def train_step(self, data):
            traces.append(1)
            return super().train_step(data)

    model = made(Counted)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(X, Y, batch_size=7, epochs=3, verbose=0)
        model.fit(X, Y, batch_size=8, epochs=3, verbose=0)
    assert len(traces) == 1


def test_functions_of_an_iterator_do_the_steps_as_in_keras():
    one, other = made(Sequential), made(Sequential)
    assert one.train_function is None
    train, batch = one.make_train_function(), (X[:8], Y[:8])
    assert train is one.train_function is one.make_train_function()
    assert train(iter([batch])) == other.train_on_batch(*batch, return_dict=True)
    assert one.make_test_function()(iter([batch])) == other.test_on_batch(*batch, return_dict=True)
    assert copy.copy(one).train_function is None
    found = one.make_predict_function(force=True)(iter([batch]))
    np.testing.assert_array_equal(found, other.predict_on_batch(X[:8]))
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
