"""What Keras's guides teach, done with dense nets: each test asserts what a reader should see."""

import numpy as np
import pytest

from brickwork import callbacks, layers, losses, metrics, ops, optimizers
from brickwork.layers import BatchNormalization, Dense, Dropout, Input, Layer
from brickwork.models import Model, Sequential, clone_model
from brickwork.utils import PyDataset, set_random_seed

rng = np.random.default_rng(0)
X = rng.normal(size=(120, 4)).astype("float32")
Y = X @ np.array([[1.0], [-2.0], [0.5], [0.0]], "float32")
LABELS = (Y[:, 0] > 0).astype("int64")


@pytest.fixture(autouse=True)
def seeded():
    set_random_seed(3)


def regression(*more) -> Sequential:
    model = Sequential([Input((4,)), Dense(8, activation="relu"), *more, Dense(1)])
    model.compile(optimizers.Adam(0.02), "mse")
    return model


# The Sequential model


def test_a_sequential_model_grows_and_shrinks():
    model = Sequential([Dense(2, activation="relu", name="a"), Dense(3, name="b")], name="mine")
    model.add(Dense(4, name="c"))
    assert [layer.name for layer in model.layers] == ["a", "b", "c"] and not model.built
    assert model(np.ones((1, 5))).shape == (1, 4)
    assert [w.shape for w in model.weights] == [(5, 2), (2,), (2, 3), (3,), (3, 4), (4,)]
    model.pop()
    assert model(np.ones((1, 5))).shape == (1, 3)


def test_features_from_each_layer_of_a_sequential_model():
    model = Sequential([Input((4,)), Dense(3, activation="relu", name="one"), Dense(2, name="two")])
    every = Model(model.inputs, [layer.output for layer in model.layers])
    one = Model(model.inputs, model.get_layer("one").output)
    first, second = every(X)
    np.testing.assert_array_equal(first, one(X))
    np.testing.assert_allclose(second, model.predict(X, verbose=0), rtol=1e-5, atol=1e-6)


# The functional API


def test_one_graph_and_two_models_from_it():
    inputs = Input((6,), name="picture")
    code = Dense(2, activation="tanh")(Dense(4, activation="relu")(inputs))
    encoder = Model(inputs, code, name="encoder")
    back = Input((2,))
    decoder = Model(back, Dense(6)(Dense(4, activation="relu")(back)), name="decoder")
    autoencoder = Model(inputs, decoder(encoder(inputs)), name="autoencoder")
    autoencoder.compile(optimizers.Adam(0.02), "mse")
    x = (rng.normal(size=(100, 2)) @ rng.normal(size=(2, 6))).astype("float32")
    history = autoencoder.fit(x, x, epochs=40, verbose=0).history["loss"]
    assert history[-1] < 0.5 * history[0]
    np.testing.assert_allclose(decoder(encoder(x)), autoencoder(x), atol=1e-6)


def test_an_ensemble_of_models():
    def member():
        inputs = Input((4,))
        return Model(inputs, Dense(1)(inputs))

    members = [member() for _ in range(3)]
    inputs = Input((4,))
    mean = Model(inputs, layers.average([m(inputs) for m in members]))
    np.testing.assert_allclose(mean(X), np.mean([m(X) for m in members], axis=0), atol=1e-6)


def test_several_inputs_and_outputs_with_their_losses():
    title, body = Input((5,), name="title"), Input((7,), name="body")
    tags = Input((3,), name="tags")
    x = layers.concatenate([Dense(4)(title), Dense(4)(body), tags])
    priority = Dense(1, activation="sigmoid", name="priority")(x)
    department = Dense(2, name="department")(x)
    model = Model([title, body, tags], {"priority": priority, "department": department})
    model.compile(
        "rmsprop",
        loss_weights={"priority": 1.0, "department": 0.2},
        loss={
            "priority": losses.BinaryCrossentropy(),
            "department": losses.CategoricalCrossentropy(from_logits=True),
        },
        metrics={"priority": ["accuracy"], "department": [metrics.CategoricalAccuracy()]},
    )
    data = {name: rng.random((40, n)) for name, n in (("title", 5), ("body", 7), ("tags", 3))}
    targets = {
        "priority": rng.integers(2, size=(40, 1)),
        "department": np.eye(2)[rng.integers(2, size=40)],
    }
    model.fit(data, targets, epochs=2, batch_size=8, verbose=0)
    result = model.evaluate(data, targets, verbose=0, return_dict=True)
    assert result["loss"] == pytest.approx(
        result["priority_loss"] + 0.2 * result["department_loss"], rel=1e-4
    )
    assert {"priority_accuracy", "department_categorical_accuracy"} <= set(result)


def test_a_residual_toy():
    inputs = Input((4,), name="in")
    one = Dense(8, activation="relu")(inputs)
    two = layers.add([Dense(8, activation="relu")(Dense(8, activation="relu")(one)), one])
    three = layers.add([Dense(8, activation="relu")(two), two])
    model = Model(inputs, Dense(1)(Dropout(0.1)(three)), name="toy")
    model.compile(optimizers.Adam(0.01), "mse")
    loss = model.fit(X, Y, epochs=30, validation_split=0.2, verbose=0).history["val_loss"]
    assert loss[-1] < 0.3 * loss[0]


def test_a_layer_that_is_shared_has_one_set_of_weights():
    shared = layers.Embedding(50, 6)
    a, b = Input((3,), dtype="int32"), Input((5,), dtype="int32")
    model = Model([a, b], [shared(a), shared(b)])
    assert len(model.weights) == 1
    ids = np.array([[1, 2, 3, 4, 1]])
    first, second = model.predict([ids[:, :3], ids], verbose=0)
    np.testing.assert_array_equal(first[0], second[0, :3])


def test_nodes_of_a_graph_are_taken_and_used_again():
    model = regression(Dense(5, activation="tanh", name="inner"))
    features = Model(model.inputs, model.get_layer("inner").output)
    again = Model(model.inputs, Dense(2)(features.output))
    assert features(X).shape == (120, 5) and again(X).shape == (120, 2)
    assert again.layers[1] is model.layers[0]


class Linear(Layer):
    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, inputs):
        return ops.matmul(inputs, self.w) + self.b

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def test_a_layer_of_one_s_own_is_rebuilt_from_its_config():
    inputs = Input((4,))
    model = Model(inputs, Linear(10)(inputs))
    other = Model.from_config(model.get_config(), custom_objects={"Linear": Linear})
    other.set_weights(model.get_weights())
    np.testing.assert_array_equal(model(X), other(X))


class Block(Model):
    def __init__(self):
        super().__init__()
        self.hidden = Dense(6, activation="relu")
        self.inner = Sequential([Dense(6, activation="relu"), Dense(3)])

    def call(self, x):
        return self.inner(self.hidden(x))


def test_subclasses_and_functional_models_hold_one_another():
    inputs = Input((4,))
    model = Model(inputs, Dense(1)(Block()(inputs)))
    model.compile(optimizers.Adam(0.02), "mse")
    loss = model.fit(X, Y, epochs=15, verbose=0).history["loss"]
    assert loss[-1] < 0.6 * loss[0] and len(model.trainable_weights) == 8


# Training and evaluation with built-in methods


class Pinball(losses.Loss):
    def __init__(self, quantile=0.5, name="pinball"):
        super().__init__(name=name)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        e = y_true - y_pred
        return ops.mean(ops.maximum(self.quantile * e, (self.quantile - 1) * e), axis=-1)


class TruePositives(metrics.Metric):
    def __init__(self, name="hits", **kwargs):
        super().__init__(name=name, **kwargs)
        self.hits = self.add_variable(shape=(), initializer="zeros", name="hits")

    def update_state(self, y_true, y_pred, sample_weight=None):
        guess = ops.argmax(y_pred, axis=1)
        right = ops.cast(ops.equal(ops.cast(y_true, "int32"), ops.cast(guess, "int32")), "float32")
        self.hits.assign_add(ops.sum(right))

    def result(self):
        return self.hits.value

    def reset_state(self):
        self.hits.assign(0.0)


def test_a_loss_and_a_metric_of_one_s_own():
    model = regression()
    model.compile(optimizers.Adam(0.02), Pinball(0.9))
    model.fit(X, Y + rng.normal(size=Y.shape), epochs=80, batch_size=16, verbose=0)
    below = (Y + rng.normal(size=Y.shape) < model.predict(X, verbose=0)).mean()
    assert below > 0.7

    model = Sequential([Input((4,)), Dense(2)])
    model.compile(
        "sgd", losses.SparseCategoricalCrossentropy(from_logits=True), metrics=[TruePositives()]
    )
    hits = model.evaluate(X, LABELS, verbose=0)[1]
    assert hits == (model.predict(X, verbose=0).argmax(1) == LABELS).sum()


def test_a_layer_adds_a_loss():
    class Quiet(Layer):
        def call(self, inputs):
            self.add_loss(0.1 * ops.mean(ops.square(inputs)))
            return inputs

    plain, quiet = regression(), regression(Quiet())
    quiet.set_weights(plain.get_weights())
    hidden = plain.layers[0](X)
    difference = quiet.evaluate(X, Y, 120, verbose=0) - plain.evaluate(X, Y, 120, verbose=0)
    assert difference == pytest.approx(0.1 * np.square(hidden).mean(), rel=1e-3)


class Batches(PyDataset):
    def __init__(self, x, y, batch_size, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y, self.batch_size, self.ended = x, y, batch_size, 0

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def __getitem__(self, index):
        rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return self.x[rows], self.y[rows]

    def on_epoch_end(self):
        self.ended += 1


def test_a_loss_between_layers_is_not_forgotten():
    inputs = Input((4,))
    outputs = Dense(1)(inputs)
    mean = Model(inputs, ops.mean(outputs))
    assert float(mean(X)) == pytest.approx(Model(inputs, outputs)(X).mean(), rel=1e-4, abs=1e-6)
    with pytest.raises(NotImplementedError, match="between layers"):  # no layer knows the model
        mean.layers[-1].add_loss(ops.mean(outputs))
    mean.add_loss(ops.mean(outputs))
    mean.compile("sgd")
    assert mean.evaluate(X, batch_size=len(X), verbose=0) == pytest.approx(float(mean(X)), rel=1e-5)


def test_a_data_set_of_batches_trains_as_its_arrays_do():
    one, two = regression(), regression()
    two.set_weights(one.get_weights())
    data = Batches(X, Y, 32)
    one.fit(X, Y, batch_size=32, epochs=3, shuffle=False, verbose=0)
    history = two.fit(data, epochs=3, shuffle=False, validation_data=Batches(X, Y, 50), verbose=0)
    assert data.ended == 3 and len(history.history["val_loss"]) == 3
    for a, b in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_class_weights_are_weights_of_the_rows():
    def trained(**how):
        set_random_seed(0)
        model = Sequential([Input((4,)), Dense(2, activation="softmax")])
        model.compile("sgd", "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
        model.fit(X, LABELS, epochs=2, shuffle=False, verbose=0, **how)
        return model.get_weights()

    by_class = trained(class_weight={0: 1.0, 1: 3.0})
    by_row = trained(sample_weight=np.where(LABELS == 1, 3.0, 1.0))
    for a, b, plain in zip(by_class, by_row, trained(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
        assert not np.allclose(a, plain, atol=1e-3)


def test_the_last_rows_are_kept_for_validation():
    model = regression()
    history = model.fit(X, Y, batch_size=60, validation_split=0.25, epochs=1, verbose=0).history
    assert history["val_loss"][0] == pytest.approx(
        model.evaluate(X[90:], Y[90:], verbose=0), rel=1e-4
    )


def test_a_schedule_of_learning_rates_follows_the_steps():
    schedule = optimizers.schedules.ExponentialDecay(
        0.1, decay_steps=10, decay_rate=0.5, staircase=True
    )
    model = regression()
    model.compile(optimizers.SGD(schedule), "mse")
    model.fit(X, Y, batch_size=12, epochs=2, verbose=0)  # 20 steps
    assert float(model.optimizer.learning_rate) == pytest.approx(0.025)


# Writing your own callbacks


class Order(callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_begin(self, logs=None):
        self.seen.append("train")

    def on_epoch_begin(self, epoch, logs=None):
        self.seen.append(f"epoch {epoch}")

    def on_train_batch_begin(self, batch, logs=None):
        self.seen.append(f"batch {batch}")

    def on_train_batch_end(self, batch, logs=None):
        assert np.isfinite(logs["loss"])

    def on_test_begin(self, logs=None):
        self.seen.append("test")

    def on_predict_batch_end(self, batch, logs=None):
        self.seen.append(f"predicted {batch}: {logs['outputs'].shape}")

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(sorted(logs))

    def on_train_end(self, logs=None):
        self.seen.append("end")


def test_hooks_come_in_their_order():
    order, model = Order(), regression()
    model.fit(X, Y, batch_size=60, epochs=1, validation_data=(X, Y), verbose=0, callbacks=[order])
    model.predict(X, batch_size=80, verbose=0, callbacks=[order])
    assert order.seen == [
        "train",
        "epoch 0",
        "batch 0",
        "batch 1",
        "test",
        ["loss", "val_loss"],
        "end",
        "predicted 0: (80, 1)",
        "predicted 1: (40, 1)",
    ]


class StopAtMinimum(callbacks.Callback):
    """Stops when the loss has not been lower for some epochs, and goes back to the best weights."""

    def __init__(self, patience=0):
        super().__init__()
        self.patience, self.best_weights = patience, None

    def on_train_begin(self, logs=None):
        self.wait, self.stopped, self.best = 0, 0, np.inf

    def on_epoch_end(self, epoch, logs=None):
        if logs["loss"] < self.best:
            self.best, self.wait, self.best_weights = logs["loss"], 0, self.model.get_weights()
            return
        self.wait += 1
        if self.wait >= self.patience:
            self.stopped = epoch
            self.model.stop_training = True
            self.model.set_weights(self.best_weights)


def test_training_stops_at_the_least_loss():
    model = regression()
    model.compile(optimizers.SGD(0.9), "mae")  # too fast, so that the loss soon goes up and down
    stop = StopAtMinimum(patience=2)
    history = model.fit(X, Y, epochs=60, batch_size=20, verbose=0, callbacks=[stop]).history["loss"]
    assert 0 < stop.stopped == len(history) - 1 < 59
    assert min(history) == stop.best and history[-3] == stop.best
    for kept, now in zip(stop.best_weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, now)


class Rates(callbacks.Callback):
    """Sets the learning rate for each epoch by a function of the epoch and the rate so far."""

    def __init__(self, schedule):
        super().__init__()
        self.schedule, self.rates = schedule, []

    def on_epoch_begin(self, epoch, logs=None):
        rate = self.schedule(epoch, float(self.model.optimizer.learning_rate))
        self.model.optimizer.learning_rate = rate
        self.rates.append(float(self.model.optimizer.learning_rate))


def test_a_callback_sets_the_learning_rate():
    steps = {2: 0.05, 3: 0.0}
    rates, weights = Rates(lambda epoch, rate: steps.get(epoch, rate)), []
    model = regression()
    model.compile(optimizers.SGD(0.1), "mse")
    keep = callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: weights.append(model.get_weights()[0])
    )
    model.fit(X, Y, epochs=4, verbose=0, callbacks=[rates, keep])
    assert rates.rates == pytest.approx([0.1, 0.1, 0.05, 0.0])
    assert not np.allclose(weights[1], weights[2])
    np.testing.assert_array_equal(weights[2], weights[3])


# Transfer learning


def test_frozen_layers_stay_as_they_are():
    base = Sequential([Input((4,)), Dense(6, activation="relu"), Dense(5, activation="relu")])
    base.compile("adam", "mse")
    base.trainable = False
    model = Sequential([base, Dense(1)])
    model.build((None, 4))
    assert (len(model.trainable_weights), len(model.non_trainable_weights)) == (2, 4)
    before = base.get_weights()
    model.compile(optimizers.Adam(0.05), "mse")
    model.fit(X, Y, epochs=5, verbose=0)
    for old, new in zip(before, base.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_trainable_is_said_to_all_inner_layers():
    inner = Sequential([Input((3,)), Dense(3), BatchNormalization()])
    model = Sequential([Input((3,)), inner, Dense(3)])
    assert len(model.trainable_weights) == 6
    model.trainable = False
    assert not inner.layers[0].trainable and model.trainable_weights == []
    inner.layers[0].trainable = True
    model.trainable = True
    assert inner.layers[1].trainable and len(model.trainable_weights) == 6


def test_a_frozen_batch_normalization_only_infers():
    base = Sequential([Input((4,)), Dense(5, activation="relu"), BatchNormalization()])
    base.compile("adam", "mse")
    base.fit(3 * X + 1, np.zeros((120, 5)), epochs=3, verbose=0)
    base.trainable = False
    averages = [w.numpy() for w in base.layers[-1].non_trainable_weights]
    np.testing.assert_array_equal(base(X, training=True), base(X, training=False))
    model = Sequential([Input((4,)), base, Dense(1)])
    model.compile("adam", "mse")
    model.fit(X, Y, epochs=2, verbose=0)
    for old, now in zip(averages, base.layers[-1].weights[-len(averages) :], strict=True):
        np.testing.assert_array_equal(old, now.numpy())


def test_a_new_head_and_then_all_of_it_with_small_steps():
    source = Sequential(
        [
            Input((4,)),
            Dense(8, activation="relu"),
            Dense(8, activation="relu"),
            BatchNormalization(),
            Dense(1),
        ]
    )
    source.compile(optimizers.Adam(0.02), "mse")
    source.fit(X, Y, epochs=40, verbose=0)

    base = Model(source.inputs, source.layers[-2].output, name="base")
    base.trainable = False
    inputs = Input((4,))
    head = Dense(1, activation="sigmoid")(base(inputs, training=False))
    model = Model(inputs, head)
    model.compile(
        optimizers.Adam(0.05), losses.BinaryCrossentropy(), metrics=[metrics.BinaryAccuracy()]
    )
    targets = LABELS.reshape(-1, 1)
    learnt = model.fit(X, targets, epochs=15, verbose=0).history
    kernel = source.get_weights()[0]
    assert learnt["binary_accuracy"][-1] > 0.85

    base.trainable = True
    model.compile(
        optimizers.Adam(1e-4), losses.BinaryCrossentropy(), metrics=[metrics.BinaryAccuracy()]
    )
    tuned = model.fit(X, targets, epochs=5, verbose=0).history
    moved = np.abs(source.get_weights()[0] - kernel).max()
    assert 0 < moved < 0.02 and tuned["loss"][-1] < learnt["loss"][-1]


def test_weights_are_carried_over_layer_by_layer():
    one = regression(Dense(5, name="inner"))
    two = clone_model(one)
    assert not np.allclose(one(X), two(X))
    for mine, theirs in zip(two.layers, one.layers, strict=True):
        mine.set_weights(theirs.get_weights())
    np.testing.assert_array_equal(one(X), two(X))
