"""Legal models and trainings that a check too many would refuse, written for both libraries.

Each entry of `TABLE` takes the library and returns the results: losses, weights, outputs.
"""

from __future__ import annotations

import copy
import functools

import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(12, 3)).astype("float32")
Y = rng.normal(size=(12, 1)).astype("float32")
B = (np.arange(12) % 2).astype("float32")
C = np.arange(12) % 3
ROWS = np.eye(3, dtype="float32")[C]
STEPS = rng.normal(size=(12, 4, 3)).astype("float32")
WITH_NAN = np.where(np.arange(36).reshape(12, 3) % 7 == 0, np.nan, X)
TABLE = {}


def case(name):
    def keep(function):
        TABLE[name] = function
        return function

    return keep


def chain(k, *layers, loss="mse", shape=(3,), **compiled):
    """A compiled model whose weights are the same in both libraries."""
    model = k.Sequential([k.layers.Input(shape), *layers])
    options = {"run_eagerly": True} if k.__name__ == "keras" else {}  # compiled for each else
    model.compile(k.optimizers.SGD(0.1), loss, **compiled, **options)
    return started(model)


def started(model):
    chance = np.random.default_rng(1)
    model.set_weights([chance.normal(size=w.shape) * 0.5 for w in model.get_weights()])
    return model


def dense(k, units=1, activation=None, **more):
    return k.layers.Dense(units, activation=activation, **more)


def fit(model, x=X, y=Y, **more):
    """The losses of two epochs, and the weights."""
    done = model.fit(x, y, **{"epochs": 2, "batch_size": 6, "shuffle": False, "verbose": 0} | more)
    return [*(done.history[n] for n in sorted(done.history)), *model.get_weights()]


# Intended missing values


def filled(k, x):
    return k.ops.where(k.ops.isnan(x), 0.0, x)


case("NaN that a Lambda fills")(
    lambda k: fit(chain(k, k.layers.Lambda(lambda x: filled(k, x)), dense(k)), WITH_NAN)
)
case("NaN that an Activation fills")(
    lambda k: fit(chain(k, k.layers.Activation(lambda x: filled(k, x)), dense(k)), WITH_NAN)
)
case("NaN to predict that a Lambda fills")(
    lambda k: [
        chain(k, k.layers.Lambda(lambda x: filled(k, x)), dense(k)).predict(WITH_NAN, verbose=0)
    ]
)


@case("NaN that ops between layers fill")
def _(k):
    x = k.layers.Input((3,))
    model = started(k.Model(x, dense(k)(filled(k, x))))
    model.compile(k.optimizers.SGD(0.1), "mse")
    return fit(model, WITH_NAN)


@case("NaN that a custom layer fills")
def _(k):
    class Fill(k.layers.Layer):
        def call(self, x):
            return filled(k, x)

    return fit(chain(k, Fill(), dense(k)), WITH_NAN)


@case("NaN that a model within fills")
def _(k):
    inner = k.Sequential(
        [k.layers.Input((3,)), k.layers.Lambda(lambda x: filled(k, x)), dense(k, 2)]
    )
    return fit(chain(k, inner, dense(k)), WITH_NAN)


def missing(k):
    """The squared error where there is a target."""

    def loss(y, p):
        return k.ops.mean(k.ops.where(k.ops.isnan(y), 0.0, k.ops.square(filled(k, y) - p)), -1)

    return loss


TARGETS_WITH_NAN = np.where(np.arange(12)[:, None] % 4 == 0, np.nan, Y)
case("missing targets that a function handles")(
    lambda k: fit(chain(k, dense(k), loss=missing(k)), y=TARGETS_WITH_NAN)
)


@case("missing targets that a loss class handles")
def _(k):
    class Missing(k.losses.Loss):
        def call(self, y, p):
            return missing(k)(y, p)

    return fit(chain(k, dense(k), loss=Missing()), y=TARGETS_WITH_NAN)


@case("missing targets that a kind of Keras's loss handles")
def _(k):
    class Missing(k.losses.MeanSquaredError):
        def call(self, y, p):
            return k.ops.mean(k.ops.square(k.ops.where(k.ops.isnan(y), p, y) - p), -1)

    return fit(chain(k, dense(k), loss=Missing()), y=TARGETS_WITH_NAN)


# Targets of other shapes

case("targets of another width")(
    lambda k: fit(
        chain(k, dense(k), loss=lambda y, p: k.ops.mean(k.ops.square(y[:, :1] - p) * y[:, 1:], -1)),
        y=np.hstack([Y, Y * 2]),
    )
)
case("targets that a loss does not read")(
    lambda k: fit(
        chain(k, dense(k), loss=lambda y, p: k.ops.mean(k.ops.square(p), -1)), y=np.zeros((12, 7))
    )
)
case("bounds as targets")(
    lambda k: fit(
        chain(
            k,
            dense(k),
            loss=lambda y, p: k.ops.mean(
                k.ops.maximum(y[:, :1] - p, 0.0) + k.ops.maximum(p - y[:, 1:], 0.0), -1
            ),
        ),
        y=np.hstack([Y, Y + 1]),
    )
)
case("targets of several steps for the last")(
    lambda k: fit(
        chain(k, dense(k), loss=lambda y, p: k.ops.mean(k.ops.square(y[:, -1] - p), -1)),
        y=STEPS[:, :, :1],
    )
)
case("class numbers for a custom loss")(
    lambda k: fit(
        chain(
            k,
            dense(k, 3, "softmax"),
            loss=lambda y, p: k.ops.mean(
                p * k.ops.one_hot(k.ops.cast(k.ops.reshape(y, (-1,)), "int32"), 3), -1
            ),
        ),
        y=C,
    )
)

# Labels

for ignored in (-1, 255, 2):
    case(f"the ignored class {ignored}")(
        lambda k, ignored=ignored: fit(
            chain(
                k,
                dense(k, 3, "softmax"),
                loss=k.losses.SparseCategoricalCrossentropy(ignore_class=ignored),
            ),
            y=np.where(C == 1, ignored, C),
        )
    )
case("labels beyond in rows of weight 0")(
    lambda k: fit(
        chain(k, dense(k, 3, "softmax"), loss="sparse_categorical_crossentropy"),
        y=np.where(C == 1, 0, C),
        sample_weight=(C != 1).astype("float32"),
    )
)
case("labels under a mask")(
    lambda k: fit(
        chain(
            k,
            k.layers.Masking(0.0),
            dense(k, 3, "softmax"),
            shape=(4, 3),
            loss="sparse_categorical_crossentropy",
        ),
        np.where(np.arange(4)[:, None] == 3, 0, STEPS),
        np.where(np.arange(4) == 3, 7, C[:, None]),
    )
)
case("soft labels")(
    lambda k: fit(chain(k, dense(k, 1, "sigmoid"), loss="binary_crossentropy"), y=B * 0.8 + 0.1)
)
case("smoothed labels")(
    lambda k: fit(
        chain(k, dense(k, 1, "sigmoid"), loss=k.losses.BinaryCrossentropy(label_smoothing=0.2)), y=B
    )
)
case("sorted labels, a tail without classes")(
    lambda k: fit(
        chain(k, dense(k, 3, "softmax"), loss="sparse_categorical_crossentropy"),
        y=np.sort(C),
        validation_split=0.25,
    )
)
case("sorted amounts and a tail")(
    lambda k: fit(chain(k, dense(k)), y=np.sort(Y, 0), validation_split=0.25)
)
case("one class")(
    lambda k: fit(chain(k, dense(k, 1, "sigmoid"), loss="binary_crossentropy"), y=B * 0)
)
case("one row")(lambda k: fit(chain(k, dense(k)), X[:1], Y[:1]))
case("rows that are no shares")(
    lambda k: fit(chain(k, dense(k, 3, "softmax"), loss="categorical_crossentropy"), y=ROWS * 2)
)
case("negative advantages")(
    lambda k: fit(chain(k, dense(k, 3, "softmax"), loss="categorical_crossentropy"), y=ROWS * -0.5)
)
for name in ("hinge", "squared_hinge"):
    case(f"labels 0 and 1 for {name}")(
        lambda k, name=name: fit(chain(k, dense(k, 1, "tanh"), loss=name), y=B)
    )
case("counts of 0")(lambda k: fit(chain(k, dense(k, 1, "exponential"), loss="poisson"), y=B))
case("a cosine with zeros")(
    lambda k: fit(chain(k, dense(k, 2), loss="cosine_similarity"), y=np.zeros((12, 2)))
)

# Outputs

case("probabilities of a Lambda")(
    lambda k: fit(
        chain(k, dense(k), k.layers.Lambda(lambda x: k.ops.sigmoid(x)), loss="binary_crossentropy"),
        y=B,
    )
)
case("probabilities of an Activation")(
    lambda k: fit(
        chain(k, dense(k, 3), k.layers.Softmax(), loss="sparse_categorical_crossentropy"), y=C
    )
)
case("probabilities of a linear layer")(
    lambda k: fit(
        chain(
            k,
            dense(k, 1, bias_initializer="ones"),
            k.layers.ReLU(max_value=1.0),
            loss="binary_crossentropy",
        ),
        y=B,
    )
)
case("logits")(
    lambda k: fit(chain(k, dense(k), loss=k.losses.BinaryCrossentropy(from_logits=True)), y=B)
)
case("logits of classes")(
    lambda k: fit(
        chain(k, dense(k, 3), loss=k.losses.SparseCategoricalCrossentropy(from_logits=True)), y=C
    )
)
case("sigmoids for a crossentropy of classes")(
    lambda k: fit(chain(k, dense(k, 3, "sigmoid"), loss="categorical_crossentropy"), y=ROWS)
)
case("mse of a sigmoid")(lambda k: fit(chain(k, dense(k, 1, "sigmoid")), y=B))
case("mse of a softmax")(lambda k: fit(chain(k, dense(k, 3, "softmax")), y=ROWS))
case("mae of whole numbers")(lambda k: fit(chain(k, dense(k), loss="mae"), y=C))
case("names with spaces and Hangul")(
    lambda k: fit(chain(k, dense(k, 2, name="첫 번째 층"), dense(k, name="마지막 층")))
)

# Layers


@case("a layer twice in a Sequential")
def _(k):
    again, turn, norm = dense(k, 3, "tanh"), k.layers.ReLU(), k.layers.BatchNormalization()
    return fit(chain(k, again, turn, norm, again, turn, norm, dense(k)))


for form, given in {"a list": [X], "a tuple": (X,), "a dict": {"x": X}}.items():

    @case(f"a Sequential that is called on {form}")
    def _(k, given=given):
        model = started(k.Sequential([k.layers.Input((3,), name="x"), dense(k, 2), dense(k)]))
        return [model(given), model.predict(given, verbose=0), model.predict_on_batch(given)]


# Weights

for name, weights in {
    "negative weights": -np.ones(12),
    "all weights 0": np.zeros(12),
    "weights that sum to 0": np.tile([1, -1], 6),
    "large weights": np.full(12, 1e4),
    "tiny weights": np.full(12, 1e-30),
}.items():
    case(name)(
        lambda k, weights=weights: fit(
            chain(k, dense(k), weighted_metrics=["mae"]), sample_weight=weights.astype("float32")
        )
    )
for name, weights in {
    "a class without a weight": {0: 2.0},
    "a class weight of 0": {0: 0.0, 1: 1.0},
    "a negative class weight": {0: -1.0, 1: 1.0},
    "weights of classes that are not there": {0: 1.0, 1: 2.0, 9: 5.0},
}.items():
    case(name)(
        lambda k, weights=weights: fit(
            chain(
                k,
                dense(k, 1, "sigmoid"),
                loss="binary_crossentropy",
                metrics=["mae"],
                weighted_metrics=["mse"],
            ),
            y=B.astype(int),
            class_weight=weights,
        )
    )
case("class weights of a column of classes")(
    lambda k: fit(
        chain(k, dense(k, 3, "softmax"), loss="sparse_categorical_crossentropy"),
        y=C[:, None],
        class_weight={0: 1.0, 1: 2.0, 2: 0.5},
    )
)
case("class weights of rows")(
    lambda k: fit(
        chain(k, dense(k, 3, "softmax"), loss="categorical_crossentropy"),
        y=ROWS,
        class_weight={0: 1.0, 1: 2.0, 2: 0.5},
    )
)


# Names in History


@case("metrics by the names of their functions")
def _(k):
    def MeanOfAll(y, p):
        return k.ops.mean(p, axis=-1)

    history = (
        chain(k, dense(k), metrics=[MeanOfAll, lambda y, p: k.ops.mean(y, axis=-1)])
        .fit(X, Y, shuffle=False, verbose=0)
        .history
    )
    return [history[name] for name in ("mean_of_all", "lambda", "loss")]


# Callbacks


@case("a monitor that a custom callback writes")
def _(k):
    class Score(k.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["score"] = float(epoch % 2)

    stop = k.callbacks.EarlyStopping("score", mode="max", patience=2)
    return fit(chain(k, dense(k)), epochs=9, callbacks=[Score(), stop])


@case("a callback that looks for a NaN and ends training")
def _(k):
    class Look(k.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 1:
                self.model.stop_training = True

    return fit(chain(k, dense(k)), callbacks=[Look()])[1:]


def streamed(k, steps=3):
    class Data(k.utils.PyDataset):
        def __len__(self):
            return steps

        def __getitem__(self, i):
            return X[i * 4 : i * 4 + 4], Y[i * 4 : i * 4 + 4]

    return Data()


def ends(k, what: str):
    """A callback that stops after two batches."""

    class End(k.callbacks.Callback):
        def on_test_batch_end(self, batch, logs=None):
            self.model.stop_evaluating = what == "evaluating" and batch == 1

        def on_predict_batch_end(self, batch, logs=None):
            self.model.stop_predicting = what == "predicting" and batch == 1

    return End()


for way in ("arrays", "a stream"):

    @case(f"an evaluation that a callback ends, {way}")
    def _(k, way=way):
        model = chain(k, dense(k), metrics=["mae"])
        given = {"x": X, "y": Y, "batch_size": 4} if way == "arrays" else {"x": streamed(k)}
        call = functools.partial(model.evaluate, **given, verbose=0)
        return [call(callbacks=[ends(k, "evaluating")]), call(), call(callbacks=[ends(k, "")])]

    @case(f"predictions that a callback ends, {way}")
    def _(k, way=way):
        given = {"x": X, "batch_size": 4} if way == "arrays" else {"x": streamed(k)}
        call = functools.partial(chain(k, dense(k)).predict, **given, verbose=0)
        return [call(callbacks=[ends(k, "predicting")]), call(), call(callbacks=[ends(k, "")])]


@case("arrays to validate with, a stream, and no shape before")
def _(k):
    def start(shape, dtype=None):
        return k.ops.ones(shape) * 0.3

    model = k.Sequential(
        [dense(k, 2, kernel_initializer=start), dense(k, kernel_initializer=start)]
    )
    model.compile("sgd", "mse", metrics=["mae"], run_eagerly=True)
    return fit(model, streamed(k), None, batch_size=None, validation_data=(X, Y))


@case("a validation that a callback ends")
def _(k):
    return fit(chain(k, dense(k)), validation_data=(X, Y), callbacks=[ends(k, "evaluating")])


# Changed between two trainings


def again(k, change, **more):
    """What a training makes of a model that an earlier one and a change have left."""
    model = chain(k, dense(k))
    model.compile(k.optimizers.SGD(0.1, momentum=0.5, **more), "mse", run_eagerly=True)
    return [*fit(model), *(change(model) or ()), *fit(model)]


def another(name: str, value):
    return lambda k: again(k, lambda model: setattr(model.optimizer, name, value(k)))


case("a schedule for the rate")(
    another("learning_rate", lambda k: k.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5))
)
case("another momentum")(another("momentum", lambda k: 0.9))
case("another clipnorm")(
    lambda k: again(k, lambda model: setattr(model.optimizer, "clipnorm", 0.01), clipnorm=1.0)
)
case("another rate")(another("learning_rate", lambda k: 0.01))


@case("another momentum of an optimizer inside")
def _(k):
    model = chain(k, dense(k))
    inner = k.optimizers.SGD(0.1, momentum=0.5)
    model.compile(
        k.optimizers.LossScaleOptimizer(inner, initial_scale=2.0), "mse", run_eagerly=True
    )
    first = fit(model)
    inner.momentum = 0.9
    return [*first, *fit(model)]


@case("a copy that is trained")
def _(k):
    model = chain(k, dense(k))
    other = copy.copy(model)
    other.compile("sgd", "mse")
    return [*fit(other), *model.get_weights()]


@case("a callback that ends training as an epoch begins")
def _(k):
    class End(k.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.stop_training = epoch == 1

    return fit(chain(k, dense(k)), epochs=4, callbacks=[End()])


for name in ("RMSProp", "ADAM", "AdaGrad"):

    @case(f"an optimizer named {name}")
    def _(k, name=name):
        model = chain(k, dense(k))
        model.compile(name, "mse", run_eagerly=True)
        return fit(model)


case("an infinite learning rate that a callback mends")(
    lambda k: fit(
        chain(k, dense(k)), callbacks=[k.callbacks.LearningRateScheduler(lambda epoch: 0.01)]
    )
)

# Arguments

for arguments in (
    {"batch_size": 100},
    {"batch_size": 1},
    {"validation_split": 0.001 + 1 / 12},
    {"epochs": 3, "initial_epoch": 1},
    {"validation_data": (X[:1], Y[:1])},
    {"validation_data": (X, Y, np.arange(12.0))},
    {"validation_freq": 2, "validation_data": (X, Y)},
    {"steps_per_epoch": 2},
    {"validation_batch_size": 2, "validation_data": (X, Y)},
    {"sample_weight": np.ones((12, 1))},
):
    case(f"fit({', '.join(arguments)}) {len(TABLE)}")(
        lambda k, arguments=arguments: fit(chain(k, dense(k)), **arguments)
    )
