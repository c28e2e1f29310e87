"""Every way of making a file of Keras's, and Keras itself opens what comes of it."""

import random

import keras
import numpy as np
import ours
import pytest

import brickwork
from brickwork import cli, layers, losses, metrics, ops, optimizers, saving
from brickwork.errors import ArgumentError
from brickwork.models import clone_model
from brickwork.saving.keras.to_keras import compile_config

# Keras warns about its own deprecations, NumPy's, and layers that are not built yet.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Skipping variable loading"),
]

RNG = np.random.default_rng(0)
X = RNG.random((12, 4)).astype("float32")
CLASSES = RNG.integers(0, 3, (12, 1))
#: What targets are, and what an output for them is like.
TARGETS = {
    "bit": (RNG.integers(0, 2, (12, 1)).astype("float32"), 1, "sigmoid"),
    "class": (CLASSES, 3, "softmax"),
    "row": (np.eye(3, dtype="float32")[CLASSES[:, 0]], 3, "softmax"),
    "amount": (RNG.random((12, 3)).astype("float32"), 3, "softplus"),
    "sign": (np.sign(RNG.random((12, 1)) - 0.5).astype("float32"), 1, "tanh"),
}
KIND = {
    "probability": "bit",
    "classes": "class",
    "ids": "class",
    "distribution": "row",
    "one_hot": "row",
    "signs": "sign",
}


def kind_of(loss):
    return KIND.get(getattr(loss, "labels", None), "amount")


@brickwork.saving.register_keras_serializable("opens")
def registered(y_true, y_pred, power=2.0):
    return ops.mean(ops.abs(y_true - y_pred) ** power, axis=-1)


def plain(y_true, y_pred):
    return ops.mean(ops.abs(y_true - y_pred), axis=-1)


def _theirs(name, power):
    def function(y_true, y_pred, power=power):
        return keras.ops.mean(keras.ops.abs(y_true - y_pred) ** power, axis=-1)

    function.__name__ = name
    return function


OWN = {"plain": plain}
THEIRS = {"plain": _theirs("plain", 1.0), "opens>registered": _theirs("registered", 2.0)}


# Ways: a model, a file to go through -> a model


def through(ending):
    def way(model, folder):
        path = folder / f"through{ending}"
        model.save(path)
        return saving.load_model(path, custom_objects=OWN)

    return way


def cloned(model, folder):
    copy = clone_model(model)
    copy.set_weights(model.get_weights())
    with saving.custom_object_scope(OWN):
        copy.compile_from_config(model.get_compile_config())
    copy.evaluate(X, targets_of(copy), verbose=0)
    return copy


def tuned(model, folder):
    """Most layers frozen, the rest trained slowly."""
    for layer in model.layers[:-1]:
        layer.trainable = False
    arguments = model._compiled.arguments
    model.compile(
        optimizers.SGD(1e-3),
        arguments["loss"],
        metrics=arguments["metrics"],
        loss_weights=arguments["loss_weights"],
    )
    model.fit(X, targets_of(model), epochs=1, verbose=0)
    return model


def slower(model, folder):
    if isinstance(model.optimizer.get_config()["learning_rate"], float):
        model.optimizer.learning_rate = 0.5
    return model


WAYS = {
    "brick": through(".brick"),
    "keras": through(".keras"),
    "h5": through(".h5"),
    "cloned": cloned,
    "tuned": tuned,
    "slower": slower,
}


def targets_of(model):
    """Targets by the kinds that the outputs' names begin with."""
    found = [TARGETS[name.split("_")[0]][0] for name in model.output_names]
    return found if len(found) > 1 else found[0]


def made(*kinds):
    x = layers.Input((4,))
    hidden = layers.Dropout(0.1)(layers.Dense(5, "relu")(x))
    outputs = [
        layers.Dense(TARGETS[kind][1], TARGETS[kind][2], name=f"{kind}_{i}")(hidden)
        for i, kind in enumerate(kinds)
    ]
    return brickwork.Model(x, outputs if len(outputs) > 1 else outputs[0])


def opened(path):
    """Keras's model, and its outputs for the data."""
    with keras.saving.custom_object_scope(THEIRS):
        model = keras.saving.load_model(path)
        results = model.evaluate(X, targets_of(model), verbose=0, return_dict=True)
        if path.suffix == ".keras":  # from its own .h5 files Keras trains nothing, on JAX
            model.train_on_batch(X, targets_of(model))
    return lowered(results)


def lowered(results: dict) -> dict:
    """Keras forgets the capitals of a metric's name in ``.h5`` files."""
    return {name.lower(): value for name, value in results.items()}


def check(model, path):
    model.save(path)
    wanted = lowered(model.evaluate(X, targets_of(model), verbose=0, return_dict=True))
    found = opened(path)
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        np.testing.assert_allclose(found[name], value, rtol=2e-4, atol=1e-5, err_msg=name)


LOSSES = {
    "bit": [
        "binary_crossentropy",
        "bce",
        "crossentropy",
        losses.binary_focal_crossentropy,
        "mse",
        lambda: losses.BinaryCrossentropy(label_smoothing=0.1),
        lambda: losses.LossFunctionWrapper(
            losses.binary_crossentropy, reduction="sum", label_smoothing=0.1
        ),
    ],
    "class": [
        "sparse_categorical_crossentropy",
        "ce",
        losses.sparse_categorical_crossentropy,
        lambda: losses.SparseCategoricalCrossentropy(ignore_class=2),
    ],
    "row": ["categorical_crossentropy", "ce", "KLDivergence", losses.CategoricalCrossentropy],
    "amount": [
        "mae",
        "MeanSquaredError",
        "huber",
        registered,
        plain,
        losses.log_cosh,
        lambda: losses.LossFunctionWrapper(registered, reduction="sum", power=3.0),
        lambda: losses.Huber(0.3, name="mine"),
    ],
    "sign": ["hinge", losses.SquaredHinge],
}
METRICS = {
    "bit": [
        "accuracy",
        "Accuracy",
        "ce",
        "auc",
        metrics.binary_accuracy,
        lambda: metrics.AUC(name="roc"),
        lambda: metrics.MeanMetricWrapper(metrics.binary_accuracy, "near", threshold=0.3),
    ],
    "class": ["acc", "crossentropy", "sparse_categorical_accuracy"],
    "row": ["accuracy", "ce", lambda: metrics.TopKCategoricalAccuracy(2)],
    "amount": [
        "mse",
        registered,
        plain,
        metrics.RootMeanSquaredError,
        losses.huber,
        lambda: metrics.MeanMetricWrapper(registered, "cubed", power=3.0),
    ],
    "sign": ["mae"],
}


def new(item):
    return item() if getattr(item, "__name__", "") == "<lambda>" or isinstance(item, type) else item


def compiled(draw):
    """A model of one or two outputs, trained by what was drawn."""
    kinds = draw.choices(list(LOSSES), k=draw.choice([1, 1, 2]))
    model = made(*kinds)
    names = model.output_names
    loss = [new(draw.choice(LOSSES[kind])) for kind in kinds]
    parts = [
        [new(m) for m in draw.sample(METRICS[kind], draw.randint(0, min(2, len(METRICS[kind]))))]
        for kind in kinds
    ]
    form = draw.choice(["list", "dict"])
    if form == "dict":
        loss, parts = dict(zip(names, loss, strict=True)), dict(zip(names, parts, strict=True))
    elif len(kinds) == 1:
        loss, parts = loss[0], parts[0]
    how = draw.choice(
        [
            "adam",
            lambda: optimizers.SGD(0.1, momentum=0.9),
            optimizers.RMSprop,
            lambda: optimizers.AdamW(optimizers.schedules.CosineDecay(0.1, 5)),
        ]
    )
    model.compile(
        how if isinstance(how, str) else how(),
        loss,
        metrics=parts,
        loss_weights=[0.5, 2.0] if len(kinds) > 1 and form == "list" else None,
    )
    model.fit(X, targets_of(model), epochs=1, verbose=0)
    return model


@pytest.mark.parametrize("seed", range(12))
def test_keras_opens_what_went_any_way(seed, tmp_path):
    """Up to three ways one after the other; the file is Keras's, in both of its forms by turns."""
    draw = random.Random(seed)
    model = compiled(draw)
    for way in draw.sample(list(WAYS), draw.randint(1, 3)):
        model = WAYS[way](model, tmp_path)
    check(model, tmp_path / f"opened{'.keras' if seed % 2 else '.h5'}")


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_losses_as_metrics(ending, tmp_path):
    model = made("amount")
    model.compile("sgd", "mse", metrics=[losses.huber, "log_cosh", losses.poisson])
    for one in (model, through(".brick")(model, tmp_path), through(ending)(model, tmp_path)):
        check(one, tmp_path / f"opened{ending}")


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_what_convert_writes(ending, tmp_path):
    model = made("bit")
    model.compile("adam", "binary_crossentropy", metrics=["Accuracy", "auc"])
    model.fit(X, targets_of(model), verbose=0)
    model.save(tmp_path / "model.brick")
    path = tmp_path / f"model{ending}"
    assert cli.main(["convert", str(tmp_path / "model.brick"), str(path)]) == 0
    wanted = lowered(model.evaluate(X, targets_of(model), verbose=0, return_dict=True))
    assert opened(path) == pytest.approx(wanted, rel=1e-4)


def test_a_new_head_on_an_old_body(tmp_path):
    body = made("amount")
    body.compile("adam", "mse")
    body.save(tmp_path / "body.brick")
    old = saving.load_model(tmp_path / "body.brick")
    old.trainable = False
    x = layers.Input((4,))
    model = brickwork.Model(x, layers.Dense(1, "sigmoid", name="bit_0")(old(x)))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(X, targets_of(model), verbose=0)
    for ending in (".keras", ".h5"):
        check(model, tmp_path / f"model{ending}")


def through_a_brick(model, folder):
    model.save(folder / "model.brick")
    return saving.load_model(folder / "model.brick", custom_objects=OWN)


def compile_as(config):
    """What Keras makes of how a model was compiled."""
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])
    with keras.saving.custom_object_scope(THEIRS):
        model.compile_from_config(config)
    return model


#: Required arguments of metrics.
NEEDED = {
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "IoU": {"num_classes": 2, "target_class_ids": [0]},
    "MeanIoU": {"num_classes": 2},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [0]},
    "OneHotMeanIoU": {"num_classes": 3},
    "MeanMetricWrapper": {"fn": plain, "name": "apart"},
}


def test_every_metric_is_read_by_keras(tmp_path):
    """By name, as a function and as an object, before and after a ``.brick`` file."""
    every = [
        item
        for item in metrics.registry.items()
        if item.__name__ not in ("Metric", "Mean", "Sum", *ours.METRICS)
    ]
    parts = [
        item(**NEEDED.get(item.__name__, {})) if isinstance(item, type) else item for item in every
    ]
    names = [item.__name__ for item in every if item.__name__ not in NEEDED]
    for wanted in (parts, names, [getattr(metrics, name) for name in metrics.LOSSES]):
        model = made("amount")
        model.compile("sgd", "mse", metrics=wanted)
        for one in (model, through_a_brick(model, tmp_path)):
            config = compile_config(one)
            for metric in config["metrics"]:
                with keras.saving.custom_object_scope(THEIRS):
                    keras.metrics.get(keras.saving.deserialize_keras_object(metric))
    assert len(every) > 40


def test_every_loss_is_read_by_keras(tmp_path):
    """By name, as a function and as an object, before and after a ``.brick`` file."""
    every = [
        item
        for item in losses.registry.items()
        if item.__name__ not in ("Loss", "LossFunctionWrapper", "Tversky", "tversky", *ours.LOSSES)
    ]
    for item in every:
        loss = new(item)
        for given in (loss, item.__name__) if isinstance(item, type) else (loss,):
            model = made(kind_of(loss))
            model.compile("sgd", given)
            for one in (model, through_a_brick(model, tmp_path)):
                compile_as(compile_config(one))
    assert len(every) > 30


def test_what_is_not_decided_is_refused(tmp_path):
    model = made("class")
    model.compile("adam", "crossentropy")
    model.save(tmp_path / "model.brick")
    assert saving.load_model(tmp_path / "model.brick")._compiled.arguments["loss"] == "crossentropy"
    model.save(tmp_path / "model.keras")
    opened(tmp_path / "model.keras")  # Keras reads the word there
    with pytest.raises(ArgumentError, match=r"seen no targets yet.*'sparse_categorical"):
        model.save(tmp_path / "model.h5")
    model.compile("adam", "crossentropy", metrics=["ce"])
    with pytest.raises(ArgumentError, match="seen no targets yet"):
        model.save(tmp_path / "model.keras")
    assert not (tmp_path / "model.h5").exists()
