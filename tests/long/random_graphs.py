"""Random models of all kinds of layers, trained by Keras and by brickwork: `make parity`.

Each is a graph that branches and merges, with a loss, an optimizer and their options drawn by its
seed, and is trained 50 steps from the same weights on the same batches. In float64 all losses and
weights must agree to 1e-8; in float32 by the rule of `twins.check_same`. Weights that differ must
be `idle`, without any effect on training; then the model's outputs in training are compared
instead. Layers that draw random numbers are left out, since these differ by design.

    python tests/long/random_graphs.py 200
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from pathlib import Path

import numpy as np

os.environ |= {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "JAX_ENABLE_X64": "1"}
sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "models")]

import twins  # noqa: E402

ROWS, BATCH, EPOCHS = 40, 8, 10
twins.LOSSES["float64"] = twins.WEIGHTS["float64"] = 1e-8

OPTIMIZERS = [
    ("SGD", dict(learning_rate=0.02, momentum=0.8, nesterov=True)),
    ("Adam", dict(amsgrad=True)),
    ("SGD", dict(learning_rate=0.03, clipnorm=0.5)),
    ("AdamW", dict(weight_decay=0.01)),
    ("RMSprop", dict(learning_rate=0.005, momentum=0.3)),
    ("Adagrad", dict(learning_rate=0.05)),
    ("Adadelta", dict(learning_rate=0.5)),
    ("Adamax", {}),
    ("Nadam", {}),
    ("Lion", dict(learning_rate=0.0005)),
    ("Ftrl", dict(learning_rate=0.05)),
    ("Lamb", dict(learning_rate=0.01)),
    ("Adafactor", dict(learning_rate=0.01)),
]
LOSSES = ["mse", "mae", "huber", "log_cosh", "mean_squared_logarithmic_error", "poisson"]


def activation(rng) -> str:
    return str(rng.choice(["tanh", "sigmoid", "softplus", "elu", "selu", "gelu", "silu", "linear"]))


class Graph:
    """A model that is drawn by its seed; made alike by every library."""

    def __init__(self, seed: int):
        self.seed = seed

    def __call__(self, library):
        rng = np.random.default_rng(self.seed)
        layers, options = library.layers, {"clip": rng.random() < 0.2}
        inputs = [
            library.Input((int(rng.integers(2, 6)),), name=f"in{i}")
            for i in range(int(rng.integers(1, 3)))
        ]
        ids = library.Input((3,), dtype="int32", name="ids") if rng.random() < 0.4 else None
        values = list(inputs)
        if ids is not None:
            table = layers.Embedding(7, int(rng.integers(2, 4)), mask_zero=rng.random() < 0.5)(ids)
            values.append(
                layers.GlobalAveragePooling1D()(table)
                if rng.random() < 0.5
                else layers.Flatten()(table)
            )
        for _ in range(int(rng.integers(2, 7))):
            values.append(self.layer(library, rng, values))
        used = layers.Concatenate()([*values[-2:], *inputs])
        positive = layers.Dense(2, activation="softplus")(used)
        model = library.Model([*inputs, *([] if ids is None else [ids])], positive)
        name, arguments = OPTIMIZERS[int(rng.integers(len(OPTIMIZERS)))]
        more = {"clipvalue": 0.2} if options["clip"] and "clipnorm" not in arguments else {}
        model.compile(
            getattr(library.optimizers, name)(**arguments, **more),
            loss=str(rng.choice(LOSSES)),
            metrics=["mae", "mse"],
        )
        return model

    def layer(self, library, rng, values):
        layers, one = library.layers, values[int(rng.integers(len(values)))]
        width = one.shape[-1]
        same = [v for v in values if v.shape == one.shape]
        other = same[int(rng.integers(len(same)))]
        kinds = [
            lambda: layers.Dense(int(rng.integers(2, 6)), activation=activation(rng))(one),
            lambda: layers.Dense(width, kernel_regularizer="l2", bias_regularizer="l1")(one),
            lambda: layers.Dense(
                3, use_bias=False, kernel_constraint=library.constraints.MaxNorm(1.5)
            )(one),
            lambda: layers.BatchNormalization(momentum=0.8)(one),
            lambda: layers.LayerNormalization()(one),
            lambda: layers.RMSNormalization()(one),
            lambda: layers.UnitNormalization()(one),
            lambda: layers.PReLU(alpha_initializer=library.initializers.Constant(0.3))(one),
            lambda: layers.LeakyReLU()(one),
            lambda: layers.ELU()(one),
            lambda: layers.Softmax()(one),
            lambda: layers.Rescaling(0.5, 0.1)(one),
            lambda: layers.Activation(activation(rng))(one),
            lambda: layers.ActivityRegularization(l2=0.01)(one),
            lambda: layers.Add()([one, other]),
            lambda: layers.Subtract()([one, other]),
            lambda: layers.Multiply()([one, other]),
            lambda: layers.Average()([one, other]),
            lambda: layers.Maximum()([one, other]),
            lambda: layers.Minimum()([one, other]),
            lambda: layers.Concatenate()([one, values[0]]),
            lambda: layers.Dot(axes=-1)([one, other]),
            lambda: layers.Flatten()(layers.RepeatVector(2)(one)),
            lambda: layers.Reshape((width,))(
                layers.Permute((2, 1))(layers.Reshape((1, width))(one))
            ),
            lambda: layers.EinsumDense("ab,bc->ac", output_shape=4, bias_axes="c")(one),
            lambda: layers.Flatten()(
                layers.TimeDistributed(layers.Dense(2))(layers.RepeatVector(3)(one))
            ),
            lambda: one * 0.5 + library.ops.tanh(other),
            lambda: layers.GroupNormalization(groups=1)(one),
            lambda: layers.Identity()(one),
            lambda: library.Sequential([layers.Dense(3, activation="tanh"), layers.Dense(2)])(one),
        ]
        return kinds[int(rng.integers(len(kinds)))]()

    def data(self) -> dict:
        """Inputs by name and targets; of more columns than any model takes, cut to fit."""
        import brickwork

        rng = np.random.default_rng(self.seed + 1)
        x = {}
        for symbol in self(brickwork).inputs:
            shape = (ROWS, *symbol.shape[1:])
            x[symbol.name] = rng.normal(size=shape)
            if symbol.dtype == "int32":
                x[symbol.name] = rng.integers(0, 7, shape)
                x[symbol.name][:, 0] = 1  # the mean of a row that is masked whole is 0 / 0
        return {
            "x": x,
            "y": rng.gamma(2.0, 0.5, size=(ROWS, 2)),
            "batch_size": BATCH,
            "epochs": EPOCHS,
        }


def idle(graph: Graph, x: dict) -> frozenset:
    """The weights on which no output in training depends, and the moving means that follow them,
    as "weight 2".

    An example is a bias before a batch normalization, which removes it with the mean. Its gradient
    is zero, so the computed gradient is the rounding error of sums, which Adam or Lamb divide by
    its own size: the bias takes steps of full length in the direction of the rounding error, which
    differs between the libraries even in float64. Idleness is tested: the weight is moved by random
    numbers of about 1, in Keras and float64, and the model's outputs in training and its penalties
    must not change by more than 1e-12, from two starting points.
    """
    found: set[int] = set()
    with twins.floatx("float64"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = graph(twins.keras)

        def outputs_and_weights(weights):
            model.set_weights(weights)
            values = [model(x, training=True), *model.losses]
            return [*map(np.asarray, values)], model.get_weights()

        trained = {id(v) for v in model.trainable_variables}
        own = [i for i, v in enumerate(model.weights) if id(v) in trained]
        for place in range(2):
            start = twins.first_weights(graph, place)
            values, after = outputs_and_weights(start)
            still = set()
            for i in own:
                shift = np.random.default_rng(i).normal(size=start[i].shape)
                others, moved = outputs_and_weights([*start[:i], start[i] + shift, *start[i + 1 :]])
                if all(twins.distance(a, b) < 1e-12 for a, b in zip(others, values, strict=True)):
                    still |= {
                        i,
                        *(
                            j
                            for j in range(len(start))
                            if j not in own and twins.distance(moved[j], after[j]) > 1e-12
                        ),
                    }
            found = found & still if place else still
    return frozenset(f"weight {i}" for i in found)


def check(seed: int, dtypes=("float64", "float32")) -> frozenset:
    """Raise AssertionError if the two libraries differ; return the weights that are `idle`, which
    are determined if any differ."""
    graph = Graph(seed)
    data = graph.data()
    try:
        twins.check_same(graph, data, dtypes)
    except AssertionError as error:
        aside = idle(graph, data["x"]) if " weight " in str(error) else None
        if not aside:
            raise
        twins.check_same(graph, data, dtypes, idle=aside)
        return aside
    return frozenset()


def main(count: int, first: int = 0) -> int:
    """Check `count` models; return how many differ."""
    failed, aside, start = [], [], time.perf_counter()
    for seed in range(first, first + count):
        try:
            if check(seed):
                aside.append(seed)
        except Exception as error:  # reported at the end; the others are checked, too
            failed.append(seed)
            print(f"\nmodel {seed}: {type(error).__name__}: {str(error)[:400]}")
        done = seed - first + 1
        print(
            f"\r{done} of {count}, {len(failed)} differ, {time.perf_counter() - start:.0f} s",
            end="",
            flush=True,
        )
    print(
        f"\n{count - len(failed)} of {count} random models agree"
        + (f", {', '.join(map(str, aside))} but for weights without a say" if aside else "")
        + (f"; not {', '.join(map(str, failed))}" if failed else "")
    )
    return len(failed)


if __name__ == "__main__":
    sys.exit(
        bool(
            main(
                int(sys.argv[1]) if len(sys.argv) > 1 else 200,
                int(sys.argv[2]) if len(sys.argv) > 2 else 0,
            )
        )
    )
