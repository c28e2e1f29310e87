"""brickwork's files in other versions of Keras: the same outputs, and the same next step.

    python tests/long/other_kerases.py PYTHON ...

Each PYTHON is one with Keras 3 and jax, or with TensorFlow 2.15 or older. It loads models that were
built and trained by brickwork, as ``.keras``, ``.h5``, ``.weights.h5`` and JSON, and reports for
each how much its predictions differ, and its weights after one more step.

Keras 3.0 and 3.3 do not read a config of a functional model with one input that Keras 3.15 reads,
and Keras 3.0 trains two outputs differently, also in its own models; both are reported. A step of
RMSprop in Keras 2.15 differed (its older class adds epsilon outside the root, which may be the
reason), so Adagrad is used here instead.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

#: Tolerances of outputs, and of weights after a step.
NEAR, NEAR_AFTER = 1e-6, 1e-5


def rows(*shape):
    """Numbers from -1 to 1 that look like no pattern."""
    return np.sin(1 + 7.3 * np.arange(np.prod(shape))).reshape(shape).astype("float32")


def ids(*shape):
    return (np.arange(np.prod(shape)) * 7 % 5).reshape(shape).astype("int32")


def chain(k):
    return k.Sequential(
        [
            k.Input((4,)),
            k.layers.Dense(5, activation="relu"),
            k.layers.Dropout(0.0),
            k.layers.BatchNormalization(),
            k.layers.Dense(3, activation="softmax"),
        ]
    )


def two_inputs(k):
    a, b = k.Input((4,)), k.Input((3,))
    one = k.layers.Dense(4, activation="tanh", kernel_regularizer="l2")(a)
    both = k.layers.Concatenate()([one, k.layers.Dropout(0.0)(b)])
    return k.Model([a, b], [k.layers.Dense(2)(both), k.layers.Dense(1, activation="sigmoid")(both)])


def words(k):
    return k.Sequential(
        [
            k.Input((6,), dtype="int32"),
            k.layers.Embedding(5, 3),
            k.layers.GlobalAveragePooling1D(),
            k.layers.LayerNormalization(),
            k.layers.Dense(2, activation="elu"),
            k.layers.LeakyReLU(),
            k.layers.Dense(1),
        ]
    )


def shared(k):
    x, layer = k.Input((4,)), k.layers.Dense(4, activation="tanh", use_bias=False)
    y = k.layers.Add()([layer(x), layer(layer(x))])
    return k.Model(x, k.layers.Dense(2, kernel_constraint=k.constraints.MaxNorm(2.0))(y))


def nested(k):
    inner = k.Sequential(
        [k.Input((3,)), k.layers.Dense(3, use_bias=False), k.layers.BatchNormalization()]
    )
    x = k.Input((4,))
    y = inner(k.layers.Dense(3, activation="relu")(x))
    return k.Model(x, k.layers.Dense(2)(k.layers.Multiply()([y, y])))


#: Name -> the builder, its data, what it is compiled with.
MODELS = {
    "chain": (
        chain,
        [rows(8, 4)],
        [np.arange(8) % 3],
        ("Adam", {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}),
    ),
    "two_inputs": (
        two_inputs,
        [rows(8, 4), rows(8, 3)],
        [rows(8, 2), (rows(8, 1) > 0) * 1.0],
        ("Adam", {"loss": ["mse", "binary_crossentropy"], "loss_weights": [1.0, 0.5]}),
    ),
    "words": (words, [ids(8, 6)], [rows(8, 1)], ("Adagrad", {"loss": "mae", "metrics": ["mse"]})),
    "shared": (shared, [rows(8, 4)], [rows(8, 2)], ("SGD", {"loss": "mse"})),
    "nested": (nested, [rows(8, 4)], [rows(8, 2)], ("Adam", {"loss": "huber"})),
}


def one_or_list(values):
    return values[0] if len(values) == 1 else values


def compiled(k, name: str):
    build, _, _, (optimizer, arguments) = MODELS[name]
    model = build(k)
    more = {"momentum": 0.9} if optimizer == "SGD" else {}
    model.compile(getattr(k.optimizers, optimizer)(0.01, **more), **arguments)
    return model


def step(model, name: str) -> list:
    _, x, y, _ = MODELS[name]
    model.train_on_batch(one_or_list(x), one_or_list(y))
    return model.get_weights()


def outputs_of(model, name: str) -> list:
    found = model.predict(one_or_list(MODELS[name][1]), verbose=0)
    return found if isinstance(found, list) else [found]


def farthest(found, expected) -> float:
    if [f.shape for f in found] != [e.shape for e in expected]:
        raise ValueError(
            f"shapes {[f.shape for f in found]}, expected {[e.shape for e in expected]}"
        )
    return max(float(np.abs(f - e).max()) for f, e in zip(found, expected, strict=True))


# Here


def write(folder: Path) -> None:
    """The files of all models, and what is expected of them."""
    import brickwork

    np.random.seed(0)
    for name in MODELS:
        model = compiled(brickwork, name)
        for _ in range(3):
            step(model, name)
        for end in (".keras", ".h5"):
            model.save(folder / f"{name}{end}")
        model.save_weights(folder / f"{name}.weights.h5")
        model.save_weights(folder / f"{name}-weights.h5")
        (folder / f"{name}.json").write_text(model.to_json())
        results = {"outputs": outputs_of(model, name), "weights": model.get_weights()}
        results["after"] = step(model, name)
        np.savez(
            folder / name,
            **{
                f"{what}/{i}": array
                for what, arrays in results.items()
                for i, array in enumerate(arrays)
            },
        )


def figures(pythons: list[str]) -> dict:
    """What each Python made of each file."""
    environment = {**os.environ, "KERAS_BACKEND": "jax", "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.pop("PYTHONPATH", None)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        for python in pythons:
            done = subprocess.run(
                [python, __file__, "--read", folder],
                env=environment,
                text=True,
                stdout=subprocess.PIPE,
                check=True,
            )
            results = json.loads(done.stdout.splitlines()[-1])
            found[results.pop("version")] = results
    return found


# There


def read(folder: Path) -> dict:
    """What this Python's Keras makes of the files, as numbers or errors."""
    warnings.simplefilter("ignore")
    try:
        import tensorflow as tf

        k = tf.keras
    except ImportError:
        import keras as k
    version = getattr(k, "__version__", None) or f"tensorflow {tf.__version__}"
    results = {"version": version}
    for name in MODELS:
        for end in (".keras", ".h5", ".weights.h5", "-weights.h5", ".json"):
            if not version.startswith("3.") and end in (".keras", ".weights.h5", ".json"):
                continue  # these are Keras 3's
            results[f"{name}{end}"] = _outcome(k, folder, name, end)
    return results


def _outcome(k, folder: Path, name: str, end: str):
    file, stored = folder / f"{name}{end}", np.load(folder / f"{name}.npz")
    expected = {
        what: [
            stored[f"{what}/{i}"] for i in range(len(stored.files)) if f"{what}/{i}" in stored.files
        ]
        for what in ("outputs", "weights", "after")
    }
    try:
        if end == ".json":
            model = k.models.model_from_json(file.read_text())
            model.set_weights(expected["weights"])
        elif "weights" in end:
            model = compiled(k, name)
            model.load_weights(file)
        else:
            model = k.models.load_model(file)
        results = [farthest(outputs_of(model, name), expected["outputs"])]
        if end == ".keras" or (end == ".h5" and k.__name__ != "keras"):  # Keras 3 forgets .h5's
            results.append(farthest(step(model, name), expected["after"]))
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:400]
    return results


def wrong(found: dict) -> dict:
    """The files that were not opened, or not as what they are."""
    return {
        f"{version}, {file}": results
        for version, files in found.items()
        for file, results in files.items()
        if isinstance(results, str)
        or any(not far <= most for far, most in zip(results, (NEAR, NEAR_AFTER), strict=False))
    }


if __name__ == "__main__":
    if sys.argv[1] == "--read":
        print(json.dumps(read(Path(sys.argv[2]))))
    else:
        found = figures(sys.argv[1:])
        print(json.dumps(found, indent=1))
        sys.exit(bool(wrong(found)))
