"""Random walls, trained by brickwork: what the page's engine must reproduce.

Prints a JSON list; each case is a wall and rows as the page has them, the weights that the model
began with, and the logs and weights after each epoch.

    python walls.py 60 > cases.json
"""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

import numpy as np

import brickwork

EPOCHS = 3
#: Of hidden layers; an exponential one makes numbers that soon are not finite.
ACTIVATIONS = (
    "linear relu sigmoid tanh softmax leaky_relu elu selu gelu silu mish softplus softsign "
    "hard_sigmoid relu6"
).split()
#: Those that are nowhere straight.
CURVED = "sigmoid tanh gelu silu mish softplus softsign".split()
INITIALIZERS = (
    "glorot_uniform glorot_normal he_uniform he_normal lecun_uniform lecun_normal random_uniform "
    "random_normal"
).split()
#: Losses, with the activations of the top that go with them.
LOSSES: dict[str, tuple[str, ...]] = {
    "binary_crossentropy": ("sigmoid",),
    "sparse_categorical_crossentropy": ("softmax",),
    "categorical_crossentropy": ("softmax",),
    "mean_squared_error": ("linear", "tanh"),
    "mean_absolute_error": ("linear",),
    "huber": ("linear", "elu"),
    "log_cosh": ("linear",),
    "poisson": ("softplus", "exponential"),
    "hinge": ("tanh", "linear"),
}
OPTIMIZERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("SGD", {"learning_rate": 0.05}),
    ("SGD", {"learning_rate": 0.02, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.02, "momentum": 0.8, "nesterov": True}),
    ("Adam", {"learning_rate": 0.01}),
    ("Adam", {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-5}),
    ("AdamW", {"learning_rate": 0.005, "weight_decay": 0.1}),
    ("RMSprop", {"learning_rate": 0.003, "epsilon": 1e-5}),
    ("RMSprop", {"learning_rate": 0.002, "rho": 0.8, "momentum": 0.5, "epsilon": 1e-5}),
    ("Adagrad", {"learning_rate": 0.05, "initial_accumulator_value": 0.2}),
    ("Adamax", {"learning_rate": 0.01}),
    ("Nadam", {"learning_rate": 0.005}),
)


def wall_of(seed: int, draw: np.random.Generator) -> dict[str, Any]:
    """A random wall; its number makes sure that every loss and optimizer comes up."""
    loss = list(LOSSES)[seed % len(LOSSES)]
    kind, config = OPTIMIZERS[seed % len(OPTIMIZERS)]
    bricks: list[dict[str, Any]] = []
    for number in range(draw.integers(0, 3)):
        bricks += floor_of(draw, number == 0 and loss != "mean_absolute_error")
    units = int(draw.integers(2, 5)) if "categorical" in loss else 1
    bricks.append(dense(draw, units, str(draw.choice(LOSSES[loss]))))
    return {
        "inputs": int(draw.integers(1, 8)),
        "bricks": [{"id": f"b{i}", **brick} for i, brick in enumerate(bricks)],
        "loss": loss,
        "optimizer": {"kind": kind, "config": config},
        "metrics": list(draw.permutation(["accuracy", "mean_absolute_error"])),
        "batchSize": int(draw.integers(4, 40)),
        "epochs": EPOCHS,
        "seed": int(draw.integers(0, 2**32)),
    }


def floor_of(draw: np.random.Generator, normalized: bool) -> list[dict[str, Any]]:
    """A Dense, and perhaps something on it: a normalization only where it is allowed.

    Where the rows of a batch all lie on a straight piece of an activation or of the loss, a
    normalization takes out what is below: gradients are nothing but rounding errors there, which
    Adam turns into steps. So one of batches follows a curved activation, and a wall has one
    normalization at most, and none with the absolute error.
    """
    kinds = ["Dropout", "GaussianNoise", "Activation", "Dense"]
    if normalized:
        kinds += ["BatchNormalization", "LayerNormalization"]
    kind = str(draw.choice(kinds))
    activation = str(draw.choice(CURVED if kind == "BatchNormalization" else ACTIVATIONS))
    floor = [dense(draw, int(draw.integers(2, 9)), activation)]
    more: dict[str, list[dict[str, Any]]] = {
        "Dense": [],
        "Dropout": [{"rate": 0.3}],
        "GaussianNoise": [{"stddev": 0.2}],
        "Activation": [{"activation": str(draw.choice(ACTIVATIONS))}],
        "BatchNormalization": [{"momentum": 0.9, **affine(draw)}],
        "LayerNormalization": [{"epsilon": 0.1, **affine(draw)}],
    }
    floor += [{"kind": kind, "config": config} for config in more[kind]]
    if draw.integers(5) == 0:
        floor[int(draw.integers(len(floor)))]["trainable"] = False
    return floor


def affine(draw: np.random.Generator) -> dict[str, bool]:
    """Whether a normalization has beta and gamma."""
    return {"center": bool(draw.integers(2)), "scale": bool(draw.integers(2))}


def dense(draw: np.random.Generator, units: int, activation: str) -> dict[str, Any]:
    """A Dense with this activation, and all else at random."""
    config: dict[str, Any] = {
        "units": units,
        "activation": activation,
        "kernel_initializer": str(draw.choice(INITIALIZERS)),
    }
    if draw.integers(4) == 0:
        config["use_bias"] = False
    elif draw.integers(3) == 0:
        config["bias_initializer"] = str(draw.choice(["ones", "random_uniform", "he_normal"]))
    for weight in ("kernel", "bias"):
        if draw.integers(4) == 0:
            config[f"{weight}_regularizer"] = penalty(draw)
    return {"kind": "Dense", "config": config}


def penalty(draw: np.random.Generator) -> dict[str, Any]:
    """A regularizer, as a config has it."""
    kind = str(draw.choice(["L1", "L2", "L1L2"]))
    return {
        "class_name": kind,
        "config": {f"l{i}": 0.002 * i for i in (1, 2) if str(i) in kind},
    }


def rows_of(wall: dict[str, Any], count: int, draw: np.random.Generator) -> dict[str, Any]:
    """Rows whose targets the loss can take, and depend on the inputs."""
    x = draw.normal(size=(count, wall["inputs"])).astype("float32")
    score = np.sin(x.sum(axis=1)) + 0.3 * draw.normal(size=count)
    classes = wall["bricks"][-1]["config"]["units"]
    if classes > 1:
        y = np.digitize(score, np.linspace(-0.7, 0.7, classes - 1))
    elif wall["loss"] in ("binary_crossentropy", "hinge"):
        y = score > 0
    else:
        y = np.floor(np.exp(score)) if wall["loss"] == "poisson" else score
    return {"rows": count, "inputs": wall["inputs"], "x": x, "y": y.astype("float32")}


def model_of(wall: dict[str, Any], library: Any) -> Any:
    """The model that the page's Keras code makes of a wall, in brickwork or in Keras."""
    library.utils.set_random_seed(wall["seed"])
    bricks = wall["bricks"]
    stack = [getattr(library.layers, brick["kind"])(**brick["config"]) for brick in bricks]
    for layer, brick in zip(stack, bricks, strict=True):
        layer.trainable = brick.get("trainable", True)
    model = library.Sequential([library.layers.Input((wall["inputs"],)), *stack])
    optimizer = getattr(library.optimizers, wall["optimizer"]["kind"])
    model.compile(
        optimizer(**wall["optimizer"]["config"]), loss=wall["loss"], metrics=wall["metrics"]
    )
    return model


def targets_of(wall: dict[str, Any], rows: dict[str, Any]) -> np.ndarray:
    """The targets as the loss takes them."""
    if wall["loss"] == "categorical_crossentropy":
        return np.eye(wall["bricks"][-1]["config"]["units"], dtype="float32")[rows["y"].astype(int)]
    return rows["y"].reshape(-1, 1)


def weights_of(model: Any) -> list:
    """The weights of each layer."""
    return [layer.get_weights() for layer in model.layers]


def give_weights(wall: dict[str, Any], model: Any, at: int, draw: np.random.Generator) -> None:
    """Make one of the bricks a weight brick, which brings its weights along."""
    layer = model.layers[at]
    given = [draw.uniform(0.1, 0.5, weight.shape).astype("float32") for weight in layer.weights]
    layer.set_weights(given)
    wall["bricks"][at]["weights"] = [
        {"name": weight.name, "shape": list(values.shape), "values": values}
        for weight, values in zip(layer.weights, given, strict=True)
    ]


def case(seed: int) -> dict[str, Any]:
    """A wall, rows, and what brickwork makes of them."""
    draw = np.random.default_rng(seed)
    wall = wall_of(seed, draw)
    count = int(draw.integers(30, 90))
    if count % wall["batchSize"] == 1:  # a batch of one row has no variance
        count += 1
    training = rows_of(wall, count, draw)
    validation = rows_of(wall, 25, draw) if draw.integers(3) else None
    model = model_of(wall, brickwork)
    if draw.integers(3) == 0:
        give_weights(wall, model, int(draw.integers(len(model.layers))), draw)
    first = weights_of(model)
    weights: list = []
    follow = brickwork.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: weights.append(weights_of(model))
    )
    history = model.fit(
        training["x"],
        targets_of(wall, training),
        epochs=EPOCHS,
        batch_size=wall["batchSize"],
        validation_data=validation and (validation["x"], targets_of(wall, validation)),
        callbacks=[follow],
        verbose=0,
    )
    return {
        "seed": seed,
        "wall": wall,
        "training": training,
        "validation": validation,
        "first": first,
        "logs": history.history,
        "weights": weights,
    }


def plain(value: Any) -> Any:
    """Arrays as lists of their values; every float32 has a decimal form of its own."""
    return value.ravel().tolist() if isinstance(value, np.ndarray) else value.item()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    json.dump([case(seed) for seed in range(int(sys.argv[1]))], sys.stdout, default=plain)
