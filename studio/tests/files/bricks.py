"""`.brick` files for the page's tests: made here, and those of the page looked at here.

`bricks.py make FOLDER COUNT`: random networks of the studio's bricks, and what they hold.
`bricks.py look FOLDER`: what brickwork finds in each file of the page.
`bricks.py strange FOLDER`: networks that are no walls.
`bricks.py attack FOLDER`: the hostile files of brickwork's own tests.
"""

from __future__ import annotations

import base64
import json
import sys
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "tests" / "files"))

from attacks import attacks
from brick_files import changed, opened

import brickwork
from brickwork import Model, Sequential, layers, losses, metrics, optimizers, regularizers
from brickwork.constraints import NonNeg

ACTIVATIONS = (
    "linear relu sigmoid tanh softmax leaky_relu elu selu gelu silu mish softplus softsign "
    "hard_sigmoid relu6 exponential"
).split()
INITIALIZERS = (
    "glorot_uniform glorot_normal he_uniform he_normal lecun_uniform lecun_normal "
    "random_uniform random_normal zeros ones"
).split()
LOSSES = (
    "binary_crossentropy sparse_categorical_crossentropy categorical_crossentropy "
    "mean_squared_error mean_absolute_error huber log_cosh poisson hinge"
).split()
METRICS = "accuracy mean_absolute_error mean_squared_error".split()


class Maker:
    """Draws networks, and describes them as the page does: kind, and every argument."""

    def __init__(self, seed: int):
        self._random = np.random.default_rng(seed)

    def flip(self) -> bool:
        return bool(self._random.random() < 0.5)

    def one(self, items):
        return items[int(self._random.integers(len(items)))]

    def number(self, low: float, high: float) -> float:
        return round(float(self._random.uniform(low, high)), 3)

    def penalty(self):
        kind = self.one([None, "L1", "L2", "L1L2"])
        if kind is None:
            return None
        names = {"L1": ["l1"], "L2": ["l2"], "L1L2": ["l1", "l2"]}[kind]
        return {"class_name": kind, "config": {name: self.number(0, 0.1) for name in names}}

    def layer(self) -> dict:
        kind = self.one(
            (
                "Dense Dense Activation Dropout GaussianNoise BatchNormalization LayerNormalization"
            ).split()
        )
        scaling = {
            "epsilon": self.number(0.001, 0.1),
            "center": self.flip(),
            "scale": self.flip(),
        }
        config = {
            "Dense": lambda: {
                "units": int(self._random.integers(1, 9)),
                "activation": self.one(ACTIVATIONS),
                "use_bias": self.flip(),
                "kernel_initializer": self.one(INITIALIZERS),
                "bias_initializer": self.one(INITIALIZERS[6:]),
                "kernel_regularizer": self.penalty(),
                "bias_regularizer": self.penalty(),
            },
            "Activation": lambda: {"activation": self.one(ACTIVATIONS)},
            "Dropout": lambda: {"rate": self.number(0, 0.9)},
            "GaussianNoise": lambda: {"stddev": self.number(0, 1)},
            "BatchNormalization": lambda: {"momentum": self.number(0.1, 0.99), **scaling},
            "LayerNormalization": lambda: scaling,
        }[kind]()
        return {"kind": kind, "config": config, "trainable": self._random.random() < 0.8}

    def classes(self) -> dict:
        """What goes below a loss of classes."""
        config = {
            "units": 3,
            "activation": "softmax",
            "use_bias": True,
            "kernel_initializer": "he_normal",
            "bias_initializer": "zeros",
            "kernel_regularizer": None,
            "bias_regularizer": None,
        }
        return {"kind": "Dense", "config": config, "trainable": True}

    def optimizer(self) -> dict:
        rate = {"learning_rate": self.number(0.001, 0.02)}
        moments = {"beta_1": self.number(0.5, 0.99), "beta_2": self.number(0.5, 0.999)}
        small = {"epsilon": 1e-6}
        momentum = {"momentum": self.one([0.0, 0.5])}
        kinds = {
            "SGD": {**momentum, "nesterov": self.flip()},
            "Adam": {**moments, **small},
            "AdamW": {**moments, **small, "weight_decay": 0.01},
            "RMSprop": {"rho": 0.8, **momentum, **small},
            "Adagrad": {"initial_accumulator_value": 0.2, **small},
            "Adamax": {**moments, **small},
            "Nadam": {**moments, **small},
        }
        kind = self.one(list(kinds))
        return {"kind": kind, "config": {**rate, **kinds[kind]}}


def penalty_of(value):
    """A penalty from its description; None for None."""
    return value and getattr(regularizers, value["class_name"])(**value["config"])


def layer_of(described: dict):
    """A layer from its description."""
    config = {
        name: penalty_of(value) if name.endswith("_regularizer") else value
        for name, value in described["config"].items()
    }
    return getattr(layers, described["kind"])(**config, trainable=described["trainable"])


def loss_of(name: str, as_object: bool):
    """A loss as it is given to `compile`."""
    classes = {letters(kind): kind for kind in dir(losses) if kind[0].isupper()}
    return getattr(losses, classes[letters(name)])() if as_object else name


def letters(name: str) -> str:
    """A name in which classes and functions are the same."""
    return name.replace("_", "").lower()


def encoded(array) -> str:
    """The bytes of an array, as base64."""
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()


def make(folder: Path, count: int) -> list[dict]:
    """Write files, and return what they hold."""
    found = []
    for seed in range(count):
        maker = Maker(seed)
        inputs = int(maker._random.integers(1, 9))
        described = [maker.layer() for _ in range(maker._random.integers(1, 7))]
        optimizer, loss = maker.optimizer(), maker.one(LOSSES)
        if "categorical" in loss:
            described.append(maker.classes())
        chosen = [name for name in METRICS if maker.flip()]
        brickwork.utils.set_random_seed(seed)
        first = [layers.Input((inputs,))] if maker.flip() else []
        model = Sequential([*first, *map(layer_of, described)])
        model.build((None, inputs))
        for variable in model.weights:  # those of zeros and ones say little
            variable.assign(maker._random.uniform(0.1, 1, variable.shape))
        made = getattr(optimizers, optimizer["kind"])(**optimizer["config"])
        model.compile(made, loss_of(loss, maker.flip()), metrics=chosen or None)
        if seed % 3 == 0:
            made.build(model.trainable_variables)
        model.save(folder / f"{seed}.brick")
        weights = [
            [[v.name.split("/")[-1], list(v.shape), encoded(v.numpy())] for v in layer.weights]
            for layer in model.layers
        ]
        found.append(
            {
                "inputs": inputs,
                "bricks": described,
                "loss": loss,
                "optimizer": optimizer,
                "metrics": chosen,
                "weights": weights,
            }
        )
    return found


def look(folder: Path) -> list[dict]:
    """What is in the page's files: whether they are written anew alike, and what they predict."""
    found, again = [], folder / "again" / "again.brick"
    again.parent.mkdir()
    for path in sorted(folder.glob("*.brick"), key=lambda path: int(path.stem)):
        model = brickwork.load_model(path)
        model.save(again)
        (document, arrays), (anew, new_arrays) = (opened(p.read_bytes()) for p in (path, again))
        document.pop("attached")
        x = np.fromfile(folder / f"{path.stem}.x", "<f4").reshape(-1, model.input_shape[1])
        predicted = model.predict(x, verbose=0)
        targets = np.zeros((len(x), predicted.shape[1]), "float32")
        if model.loss == "sparse_categorical_crossentropy":
            targets = np.zeros(len(x), "int32")
        frozen = not model.trainable_variables
        found.append(
            {
                "differs": [key for key in document if document[key] != anew[key]],
                "arrays": sorted(arrays.keys() ^ new_arrays.keys()),
                "predicted": predicted.tolist(),
                "compiled": model.compiled,
                "optimizer": type(model.optimizer).__name__,
                "steps": 0 if frozen else steps(model, x, targets),
            }
        )
    return found


def steps(model, x, targets) -> int:
    """How many steps the optimizer took in one epoch of a single batch."""
    try:
        model.fit(x, targets, batch_size=len(x), epochs=1, verbose=0)
    except (ValueError, ArithmeticError) as error:  # such a loss does not go with such outputs
        return -1 if "expected" in str(error) or "finite" in str(error) else str(error)
    return int(model.optimizer.iterations.numpy())


def strange(folder: Path) -> dict[str, str]:
    """Networks that are no walls; returns a word that the refusal must have, by file."""
    x = layers.Input((3,), name="x")
    dense = layers.Dense(2)
    several = Model(x, [layers.Dense(1)(x), layers.Dense(1)(x)])
    small = [layers.Input((3,)), layers.Dense(2, name="top")]
    found = {
        "Functional": (Model(x, dense(x)), "Functional"),
        "outputs": (several, "Functional"),
        "Embedding": (Sequential([layers.Input((3,)), layers.Embedding(5, 2)]), "Embedding"),
        "Flatten": (Sequential([layers.Input((3,)), layers.Flatten()]), "Flatten"),
        "nested": (Sequential([layers.Input((3,)), Sequential([layers.Dense(1)])]), "Sequential"),
        "constraint": (
            Sequential([layers.Input((3,)), layers.Dense(1, kernel_constraint=NonNeg())]),
            "kernel_constraint",
        ),
        "half": (Sequential([layers.Input((3,)), layers.Dense(1, dtype="float16")]), "dtype"),
        "function": (Sequential([layers.Input((3,)), layers.Dense(1, "hard_silu")]), "activation"),
        "unbuilt": (Sequential([layers.Dense(1)]), "built"),
        "PReLU": (Sequential([*small, layers.PReLU()]), "PReLU"),
    }
    words = {}
    for name, (model, word) in found.items():
        model.save(folder / f"{name}.brick")
        words[name] = word
    model = Sequential(small)
    model.save_weights(folder / "weights.brick")
    model.save(folder / "nan.brick")
    good = (folder / "nan.brick").read_bytes()

    def with_nan(arrays):
        arrays["layers/1/kernel"] = np.full((3, 2), np.nan, "float32")

    def lstm(document):
        document["model"]["config"]["layers"][1] = {"class_name": "LSTM", "config": {"units": 2}}

    (folder / "nan.brick").write_bytes(changed(good, None, with_nan))
    (folder / "lstm.brick").write_bytes(changed(good, lstm))
    return {**words, "weights": "model.save", "nan": "layers/1/kernel", "lstm": "LSTM"}


def known(folder: Path) -> dict[str, str]:
    """Networks that are walls with something that the studio does not know; returns what it must
    say, by file."""

    def model(*more, **dense):
        return Sequential([layers.Input((3,)), *more, layers.Dense(1, **dense)])

    partly, frozen = model(), model()
    partly.layers[0].kernel.trainable = False
    for weight in frozen.weights:
        weight.trainable = False
    scaled = layers.Normalization()
    scaled.adapt(np.arange(12.0).reshape(4, 3) ** 2)
    found = {
        "uncompiled": (model(activation="sigmoid"), {}, "binary_crossentropy"),
        "lion": (model(), {"optimizer": optimizers.Lion(), "loss": "mse"}, "Lion"),
        "clipped": (
            model(),
            {"optimizer": optimizers.Adam(clipnorm=1), "loss": "mse"},
            "clipnorm",
        ),
        "schedule": (
            model(),
            {
                "optimizer": optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)),
                "loss": "mse",
            },
            "learning_rate",
        ),
        "logits": (
            model(),
            {"optimizer": "adam", "loss": losses.BinaryCrossentropy(from_logits=True)},
            "from_logits",
        ),
        "dice": (model(), {"optimizer": "adam", "loss": losses.Dice()}, "Dice"),
        "auc": (
            model(activation="sigmoid"),
            {"optimizer": "adam", "loss": "bce", "metrics": [metrics.AUC(), "acc"]},
            "AUC",
        ),
        "orthogonal": (model(kernel_initializer="orthogonal"), {}, "Orthogonal"),
        "wide": (
            model(kernel_initializer=brickwork.initializers.RandomNormal(stddev=2.0)),
            {},
            "RandomNormal",
        ),
        "partly": (partly, {}, "Dense"),
        "frozen": (frozen, {}, ""),
        "scaled": (model(scaled), {}, ""),
        "constants": (model(layers.Normalization(mean=[1, 2, 3], variance=[1, 4, 9])), {}, ""),
    }
    words = {}
    for name, (made, compiled, word) in found.items():
        if compiled:
            made.compile(**compiled)
        made.save(folder / f"{name}.brick")
        words[name] = word
    return words


def attack(folder: Path) -> dict[str, str]:
    """Hostile files; returns their names."""
    names = {}
    for number, one in enumerate(attacks()):
        if one.how == "model":
            (folder / f"{number}.brick").write_bytes(one.make())
            names[str(number)] = f"{one.row} {one.name:.80}"
    return names


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # that losses and outputs do not go together, which is drawn
    what, folder, *more = sys.argv[1:]
    work = {"make": make, "look": look, "strange": strange, "known": known, "attack": attack}[what]
    json.dump(work(Path(folder), *map(int, more)), sys.stdout)
