"""Programs that no table foresaw: legal calls of Keras's language, drawn at random.

A `Program` is a choice for each of the `ASPECTS` of a training: what kind of task, of x, of y, of
weights, how it is compiled, trained and used. The first choice of an aspect is the plain one; so
a program that was found to go wrong is made small by going back to plain choices one at a time.
Each choice is written once for both libraries, which only ``k`` distinguishes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from unusual_data import ROWS, TASKS, WEIGHTS, X_KINDS, Y_KINDS, Task, plain_form, targets


def dense(k, units, activation=None, **more):
    """A layer whose first weights are the same in both libraries, built now or later."""

    def start(shape, dtype=None):
        chance = np.random.default_rng(shape[0] * 31 + len(shape))
        return k.ops.convert_to_tensor((chance.normal(size=shape) * 0.5).astype("float32"))

    return k.layers.Dense(units, activation, kernel_initializer=start, **more)


BODIES: dict[str, Callable] = {
    "none": lambda k: [],
    "hidden": lambda k: [dense(k, 4, "tanh")],
    "batch norm": lambda k: [dense(k, 4, "relu"), k.layers.BatchNormalization(momentum=0.7)],
    "layer norm": lambda k: [k.layers.LayerNormalization()],
    "flatten": lambda k: [k.layers.Flatten()],
    "penalty": lambda k: [dense(k, 4, "tanh", kernel_regularizer="l2", activity_regularizer="l1")],
    "frozen": lambda k: [dense(k, 4, "tanh", trainable=False)],
    "frozen norm": lambda k: [k.layers.BatchNormalization(trainable=False)],
    "nested": lambda k: [k.Sequential([dense(k, 4, "tanh"), dense(k, 3)])],
    "constraint": lambda k: [dense(k, 4, "relu", kernel_constraint="non_neg")],
    "rescaled": lambda k: [k.layers.Rescaling(0.5, 0.1)],
    "no dropout": lambda k: [k.layers.Dropout(0.0)],
    "shared": lambda k: [dense(k, 3, "tanh", name="again")] * 2,
}
OPTIMIZERS: dict[str, Callable] = {
    "object": lambda k: k.optimizers.SGD(0.1),
    "name": lambda k: "sgd",
    "config": lambda k: {"class_name": "SGD", "config": {"learning_rate": 0.05}},
    "momentum": lambda k: k.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "adam": lambda k: k.optimizers.Adam(0.01),
    "rmsprop": lambda k: "rmsprop",
    "clipnorm": lambda k: k.optimizers.SGD(0.1, clipnorm=0.1),
    "global clipnorm": lambda k: k.optimizers.SGD(0.1, global_clipnorm=0.1),
    "clipvalue": lambda k: k.optimizers.Adam(0.01, clipvalue=0.01),
    "decay": lambda k: k.optimizers.SGD(0.1, weight_decay=0.1),
    "average": lambda k: k.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5),
    "average now and then": lambda k: k.optimizers.Adam(
        0.01, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2
    ),
    "gathered": lambda k: k.optimizers.SGD(0.1, gradient_accumulation_steps=2),
    "gathered adam": lambda k: k.optimizers.Adam(0.01, gradient_accumulation_steps=3),
    "schedule": lambda k: k.optimizers.SGD(k.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)),
    "callable": lambda k: k.optimizers.SGD(lambda: 0.03),
    "no rate": lambda k: k.optimizers.SGD(0.0),
}
CLASSES = {
    "mse": "MeanSquaredError",
    "mae": "MeanAbsoluteError",
    "huber": "Huber",
    "log_cosh": "LogCosh",
    "mean_squared_error": "MeanSquaredError",
    "hinge": "Hinge",
    "squared_hinge": "SquaredHinge",
    "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
    "poisson": "Poisson",
    "cosine_similarity": "CosineSimilarity",
    "binary_crossentropy": "BinaryCrossentropy",
    "binary_focal_crossentropy": "BinaryFocalCrossentropy",
    "kl_divergence": "KLDivergence",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "categorical_focal_crossentropy": "CategoricalFocalCrossentropy",
}
#: From the name of a loss to what `compile` is given.
LOSSES: dict[str, Callable] = {
    "name": lambda k, n: n,
    "function": lambda k, n: k.losses.get(n),
    "list": lambda k, n: [n],
    "object": lambda k, n: getattr(k.losses, CLASSES[n])(),
    "class name": lambda k, n: CLASSES[n],
    "summed": lambda k, n: getattr(k.losses, CLASSES[n])(reduction="sum"),
    "weighted mean": lambda k, n: getattr(k.losses, CLASSES[n])(
        reduction="mean_with_sample_weight"
    ),
    "own": lambda k, n: lambda y, p: k.ops.mean(k.ops.square(k.ops.cast(y, p.dtype) - p), -1),
    "own, a number": lambda k, n: lambda y, p: k.ops.mean(k.ops.abs(k.ops.cast(y, p.dtype) - p)),
}


def off(k):
    """A custom metric."""

    def off(y, p):
        return k.ops.mean(k.ops.abs(k.ops.cast(y, p.dtype) - p), axis=-1)

    return off


METRICS: dict[str, Callable] = {
    "none": lambda k: None,
    "name": lambda k: ["mae"],
    "accuracy": lambda k: ["accuracy"],
    "acc": lambda k: ["acc"],
    "two": lambda k: ["mse", "accuracy"],
    "function": lambda k: [off(k)],
    "nameless": lambda k: [lambda y, p: k.ops.mean(p, axis=-1)],
    "object": lambda k: [k.metrics.MeanSquaredError(name="again")],
    "lists": lambda k: [["mae", "mse"]],
    "tuple": lambda k: ("mae",),
    "by output": lambda k: {"first": ["mae"]},
    "by output, a name": lambda k: {"first": "mae"},
    "twice": lambda k: ["mae", "mae"],
    "a loss of Keras": lambda k: [k.losses.mean_squared_error],
    "empty": lambda k: [],
    "mean of predictions": lambda k: [k.metrics.MeanMetricWrapper(lambda y, p: p, name="p")],
    "auc": lambda k: ["auc"],
    "root": lambda k: [k.metrics.RootMeanSquaredError(name="root")],
    "a loss object": lambda k: [k.losses.MeanSquaredError(name="lossy")],
    "r2": lambda k: ["r2_score"],
    "binary": lambda k: ["binary_accuracy"],
    "precision": lambda k: [
        k.metrics.Precision(name="p"),
        k.metrics.Recall(thresholds=0.3, name="r"),
    ],
}


class Acts:
    """Callbacks, by the library that they are of."""

    def __init__(self, k):
        self.k = k

    def seen(self, rows, **hooks):
        """A callback that writes down what each hook is given."""

        class Seen(self.k.callbacks.Callback):
            async_safe = False  # else Keras calls it steps later, in a thread

        def hook(name):
            def called(self, *given, logs=None):
                if not given or not isinstance(given[-1], dict):
                    given = *given, dict(logs or {})
                rows.append([name, *given])
                if name in hooks:
                    hooks[name](self)

            return called

        for name in (
            "train_begin",
            "train_end",
            "epoch_begin",
            "epoch_end",
            "train_batch_begin",
            "train_batch_end",
            "test_begin",
            "test_batch_end",
            "test_end",
            "predict_begin",
            "predict_batch_begin",
            "predict_end",
        ):
            setattr(Seen, f"on_{name}", hook(name))
        return Seen()


def stop(callback):
    callback.model.stop_training = True


def slower(callback):
    callback.model.optimizer.learning_rate = 0.01


def half(callback):
    callback.model.set_weights([w * 0.5 for w in callback.model.get_weights()])


CALLBACKS: dict[str, Callable] = {
    "none": lambda k, rows: None,
    "seen": lambda k, rows: [Acts(k).seen(rows)],
    "one": lambda k, rows: k.callbacks.EarlyStopping("loss", patience=0),
    "empty": lambda k, rows: [],
    "early": lambda k, rows: [k.callbacks.EarlyStopping("loss", patience=0)],
    "early, best": lambda k, rows: [
        k.callbacks.EarlyStopping(patience=1, restore_best_weights=True, monitor="val_loss")
    ],
    "plateau": lambda k, rows: [k.callbacks.ReduceLROnPlateau("loss", patience=1, min_delta=9)],
    "rates": lambda k, rows: [k.callbacks.LearningRateScheduler(lambda e, r: r * 0.5)],
    "rates by epoch": lambda k, rows: [k.callbacks.LearningRateScheduler(lambda e: 0.1 / (e + 1))],
    "swap": lambda k, rows: [k.callbacks.SwapEMAWeights()],
    "history": lambda k, rows: [k.callbacks.History()],
    "lambda": lambda k, rows: [
        k.callbacks.LambdaCallback(on_epoch_end=lambda e, logs: rows.append(sorted(logs.items())))
    ],
    **{
        f"{what.__name__} at {when}": lambda k, rows, what=what, when=when: [
            Acts(k).seen(rows, **{when: what})
        ]
        for what, when in [
            (stop, "epoch_begin"),
            (stop, "train_batch_end"),
            (stop, "train_batch_begin"),
            (stop, "test_end"),
            (stop, "epoch_end"),
            (stop, "test_batch_end"),
            (stop, "train_end"),
            (slower, "epoch_end"),
            (slower, "train_batch_end"),
            (slower, "train_begin"),
            (half, "epoch_end"),
            (half, "epoch_begin"),
            (half, "train_begin"),
            (half, "train_batch_end"),
            (half, "train_end"),
        ]
    },
}


#: What models of one layer after the other begin with.
CHAINS: dict[str, Callable] = {
    "sequential": lambda k: [k.Input((3,), name="x")],
    "deferred": lambda k: [],
    "steps": lambda k: [k.Input((4, 3), name="x")],
    "masked steps": lambda k: [k.Input((4, 3), name="x"), k.layers.Masking(0.0)],
    "ids": lambda k: [k.Input((3,), name="x", dtype="int32"), table(k), k.layers.Flatten()],
    "masked ids": lambda k: [
        k.Input((3,), name="x", dtype="int32"),
        table(k, mask_zero=True),
        k.layers.GlobalAveragePooling1D(),
    ],
    "ids of steps": lambda k: [k.Input((4,), name="x"), table(k, mask_zero=True)],
}
STEPS = ("steps", "masked steps", "ids of steps")


def table(k, **more):
    return k.layers.Embedding(
        9,
        3,
        embeddings_initializer=k.initializers.Constant(
            np.random.default_rng(3).normal(size=(9, 3)).astype("float32")
        ),
        **more,
    )


def model_of(k, form: str, task: Task, body: str):
    """A model of (rows, 3) numbers."""
    layers = BODIES[body](k)
    last = dense(k, task.units, task.activation, name="first")
    if form in CHAINS:
        return k.Sequential([*CHAINS[form](k), *layers, last])
    if form == "subclass":

        class Own(k.Model):
            def __init__(self):
                super().__init__()
                self.parts = [*layers, last]

            def call(self, x):
                for part in self.parts:
                    x = part(x)
                return x

        return Own()
    x = value = k.Input((3,), name="x")
    for layer in layers:
        value = layer(value)
    if form == "two in":
        z = k.Input((2,), name="z")
        return k.Model([x, z], last(k.layers.Concatenate()([value, z])))
    if form == "dict in":
        return k.Model({"x": x}, last(value))
    if form == "functional":
        return k.Model(x, last(value))
    second = dense(k, 1, name="second")(value)
    if form == "two out":
        return k.Model(x, [last(value), second])
    return k.Model(x, {"first": last(value), "second": second})


FORMS = (*CHAINS, "functional", "subclass", "two in", "dict in", "two out", "dict out")
CLASS_WEIGHTS = {
    "none": None,
    "two": {0: 1.0, 1: 3.0},
    "three": {0: 1, 1: 2, 2: 0.5},
    "lacking": {1: 2.0},
    "more": {0: 1.0, 1: 2.0, 2: 1.0, 7: 3.0},
    "zero": {0: 0, 1: 1},
    "NumPy's": {np.int64(0): np.float32(2), np.int64(1): np.float64(0.5)},
}
#: What aspects a program has, and their choices, the plain one first.
ASPECTS: dict[str, tuple] = {
    "task": tuple(TASKS),
    "form": FORMS,
    "body": tuple(BODIES),
    "which loss": (0, 1, 2, 3, 4, 5),
    "loss": tuple(LOSSES),
    "optimizer": tuple(OPTIMIZERS),
    "metrics": tuple(METRICS),
    "weighted_metrics": tuple(METRICS),
    "loss_weights": (None, 2.0, [0.5], {"first": 0.5}),
    "compile": (
        {},
        {"run_eagerly": False},
        {"jit_compile": True, "run_eagerly": False},
        {"jit_compile": False},
        {"jit_compile": "auto"},
        {"steps_per_execution": 2},
        {"steps_per_execution": 5},
        {"auto_scale_loss": False},
    ),
    "x": tuple(X_KINDS),
    "y": tuple(Y_KINDS),
    "weights": tuple(WEIGHTS),
    "class_weight": tuple(CLASS_WEIGHTS),
    "several": ("list", "tuple", "dict"),
    "way": ("arrays", "generator", "iterator", "dataset", "dataset with weights"),
    "batch_size": (4, None, 1, 3, 5, 10, 100, np.int64(2), np.int32(3)),
    "epochs": (2, 1, 0, 3, np.int64(2)),
    "initial_epoch": (0, 1, 2, 5),
    "validation": (
        "none",
        "split",
        "large split",
        "small split",
        "data",
        "list",
        "weights",
        "None for weights",
        "one row",
        "way",
    ),
    "validation_freq": (1, 2, [1], [2], (1, 2), 3),
    "validation_batch_size": (None, 1, 3, 100),
    "validation_steps": (None, 1, 2),
    "steps_per_epoch": (None, 1, 2, 3, 5),
    "callbacks": tuple(CALLBACKS),
    "verbose": (0, 1, 2, "auto"),
    "shuffle": (False,),
    "then": (
        "evaluate",
        "predict",
        "evaluate in parts",
        "fit again",
        "fit other rows",
        "batches",
        "compile again",
        "call",
        "evaluate with weights",
        "dict of results",
        "predict steps",
        "fit one row",
        "thaw",
        "weights again",
        "predict stream",
        "predict one batch",
        "evaluate other rows",
    ),
    "and then": ("predict", "evaluate", "fit again", "batches", "compile again", "fit other rows"),
}


def drawn(rng) -> dict:
    """A choice for each aspect; most are plain, so that most programs mean something."""
    odd = rng.choice([0.1, 0.2, 0.35])
    out = {}
    for aspect, choices in ASPECTS.items():
        often = 0.8 if aspect in ("task", "which loss", "then", "and then") else odd
        out[aspect] = choices[int(rng.integers(len(choices))) if rng.random() < often else 0]
    return out


#: Metrics that want targets of the outputs' shape.
SHAPED = {
    "name",
    "two",
    "function",
    "object",
    "lists",
    "tuple",
    "by output",
    "by output, a name",
    "twice",
    "a loss of Keras",
    "auc",
    "root",
    "a loss object",
    "r2",
    "binary",
    "precision",
}


def fitting(choices: dict) -> dict:
    """The same without what no library takes together."""
    c = dict(choices)
    labels = c["task"] in ("binary", "tags", "classes", "rows", "margins")

    def plain(*aspects):
        c.update({aspect: ASPECTS[aspect][0] for aspect in aspects})

    if (
        c["way"] in ("generator", "iterator")
        or not labels
        or c["weights"] != "none"
        or ("out" in c["form"] or c["form"] in STEPS)
    ):
        plain("class_weight")
    if c["way"] != "arrays" and "split" in c["validation"]:
        plain("validation")
    if c["validation"] == "none":
        plain("validation_steps", "validation_batch_size", "validation_freq")
        if c["callbacks"] == "early, best":
            plain("callbacks")
    if "table" in c["x"] or c["x"] == "matrix":
        if "steps" in c["form"]:
            plain("x")
    if (c["form"] in STEPS and c["y"] in ("table", "series")) or (
        "out" in c["form"] and c["y"] == "list of one"
    ):
        plain("y")
    if "steps_per_execution" in c["compile"]:
        plain("validation_steps")  # Keras takes a multiple of it
        if c["then"] == "predict steps":
            plain("then")
    if c["task"] == "classes" and {c["metrics"], c["weighted_metrics"]} & SHAPED:
        plain("metrics", "weighted_metrics")
    if "ids" in c["form"] and c["x"] not in ("int64", "Fortran", "backwards", "read-only", "map"):
        plain("x")
    if (c["optimizer"] == "callable" and c["callbacks"] != "seen") or (
        c["callbacks"] == "swap" and "average" not in c["optimizer"]
    ):
        plain("callbacks")
    if c["form"] in ("masked steps", "ids of steps"):
        plain("metrics", "weighted_metrics")  # Keras on JAX loses the mask in training
    if c["way"] != "arrays" and c["initial_epoch"] >= c["epochs"]:
        plain("initial_epoch", "epochs")  # Keras takes a batch to build the model
    if "split" in c["validation"] and c["validation"] != "split" and c["then"] == "fit one row":
        plain("then")
    if "out" in c["form"]:
        c["loss_weights"] = {"first": 0.5, "second": 2.0} if c["loss_weights"] else None
        for aspect in ("metrics", "weighted_metrics"):
            if "by output" not in c[aspect]:
                plain(aspect)
    return c


class Program:
    """One of the choices, run by a library: `run` returns what is to be compared."""

    def __init__(self, choices: dict, seed: int):
        self.choices, self.seed = fitting(choices), seed
        self.task = TASKS[choices["task"]]
        self.loss = self.task.losses[choices["which loss"] % len(self.task.losses)]

    def run(self, k, plain: bool = False):
        """Yields (name, value) of all that comes of it; ``plain``: from plain arrays of the same
        numbers."""
        c = self.choices
        self.rng = np.random.default_rng(self.seed)
        self.k, self.c, self.rows, self.plain = k, c, [], plain
        self.model = model_of(k, c["form"], self.task, c["body"])
        self.compile()
        yield from self.fit(self.data(ROWS))
        yield from self.then(c["then"])
        yield from self.then(c["and then"])

    def compile(self):
        k, c = self.k, self.c
        loss = LOSSES[c["loss"]](k, self.loss)
        if c["form"] in ("two out", "dict out") and c["loss"] != "own":
            loss = loss[0] if isinstance(loss, list) else loss
            loss = {
                "list": [loss, "mse"],
                "tuple": {"first": loss, "second": "mae"},
                "dict": {"first": loss},
            }[c["several"]]
        eager = {"run_eagerly": True} if k.__name__ == "keras" else {}  # compiling takes longer
        self.model.compile(
            OPTIMIZERS[c["optimizer"]](k),
            loss,
            loss_weights=c["loss_weights"],
            metrics=METRICS[c["metrics"]](k),
            **(eager | c["compile"]),
            weighted_metrics=METRICS[c["weighted_metrics"]](k),
        )

    def data(self, rows: int) -> dict:
        """x, y and weights of a number of rows, as for `fit`."""
        rng, c = self.rng, self.c
        x = rng.normal(size=(rows, 4, 3) if "steps" in c["form"] else (rows, 3)).astype("float32")
        if c["form"] == "masked steps":
            x[:, 2 + rows % 2 :] = 0
        if "ids" in c["form"]:
            x = rng.integers(0, 9, (rows, 4 if "steps" in c["form"] else 3))
            x[:, 0] = 1  # a mean of no steps is 0 / 0
        x = X_KINDS[c["x"]](x)
        if c["form"] in STEPS:
            y = targets(self.task.targets, rng, rows * 4)
            y = Y_KINDS[c["y"]](y.reshape(rows, 4, *y.shape[1:]))
        else:
            y = Y_KINDS[c["y"]](targets(self.task.targets, rng, rows))
        if self.plain:
            x, y = plain_form(x), plain_form(y)
        more = rng.normal(size=(rows, 2)).astype("float32")
        weights = WEIGHTS[c["weights"]](rng, rows)
        if c["form"] in STEPS and weights is not None and self.seed % 2:
            weights = np.asarray(weights).reshape(rows, 1) * rng.random((rows, 4))
        if weights is not None and (
            self.plain or (self.c["way"] != "arrays" and self.c["weights"] == "list")
        ):
            weights = plain_form(weights)  # of lists in a stream Keras takes the first number
        if c["form"] == "two in":
            x = self.several(x, more, ("x", "z"), "list")
        if c["form"] in ("two out", "dict out"):
            y = self.several(
                y,
                more[:, :1],
                ("first", "second"),
                "dict" if c["form"] == "dict out" else c["several"],
            )
            if weights is not None:
                weights = self.several(weights, weights, ("first", "second"), None)
        return {"x": x, "y": y, "sample_weight": weights}

    def several(self, one, other, names, plain):
        kind = self.c["several"] if plain != "dict" else "dict"
        if kind == "dict":
            return dict(zip(names, (one, other), strict=True))
        return [one, other] if kind == "list" else (one, other)

    def stream(self, weights: bool, dataset: bool, endless: bool = False):
        """The same as batches of 4 rows: (x, y) or (x, y, weights)."""
        batches, c = [], self.c
        for rows in (4, 4, 2):
            data = self.data(rows)
            batches.append(
                (
                    data["x"],
                    data["y"],
                    *(
                        [data["sample_weight"]]
                        if weights and data["sample_weight"] is not None
                        else []
                    ),
                )
            )
        if not dataset:
            return (batch for _ in range(100 if endless else int(c["epochs"])) for batch in batches)

        class Data(self.k.utils.PyDataset):
            def __len__(self):
                return 3

            def __getitem__(self, i):
                return batches[i]

        return Data()

    def fit(self, data: dict):
        c = self.c
        options = {
            name: c[name]
            for name in (
                "batch_size",
                "epochs",
                "initial_epoch",
                "verbose",
                "shuffle",
                "steps_per_epoch",
                "validation_freq",
                "validation_batch_size",
                "validation_steps",
            )
            if c[name] != ASPECTS[name][0] or name in ("batch_size", "epochs", "verbose", "shuffle")
        }
        if CLASS_WEIGHTS[c["class_weight"]] is not None:
            options["class_weight"] = CLASS_WEIGHTS[c["class_weight"]]
        callbacks = CALLBACKS[c["callbacks"]](self.k, self.rows)
        if "steps_per_execution" in c["compile"] and (
            " at " in c["callbacks"] or c["callbacks"] == "seen"
        ):
            callbacks = None  # Keras's hooks are called once for several steps
        if callbacks is not None:
            options["callbacks"] = callbacks
        if c["way"] != "arrays":
            data = {
                "x": self.stream(
                    c["way"] == "dataset with weights",
                    "dataset" in c["way"],
                    c["way"] == "generator",
                )
            }
            del options["batch_size"]
            if c["way"] in ("generator", "iterator"):
                options["steps_per_epoch"] = min(c["steps_per_epoch"] or 3, 3)
                if "steps_per_execution" in c["compile"]:  # Keras takes a multiple of it
                    options["steps_per_epoch"] = c["compile"]["steps_per_execution"]
        options |= self.validation(c["validation"])
        done = self.model.fit(**{k: v for k, v in data.items() if v is not None}, **options)
        yield "epochs", done.epoch
        yield "keys", sorted(done.history)
        yield from ((f"history {name}", done.history[name]) for name in sorted(done.history))
        yield "seen", list(self.rows)
        yield "weights", self.model.get_weights()
        yield "rate", float(np.asarray(self.model.optimizer.learning_rate))
        yield "iterations", int(np.asarray(self.model.optimizer.iterations))

    def validation(self, kind: str) -> dict:
        shares = {"split": 0.3, "large split": 0.8, "small split": 0.1}
        if kind == "none":
            return {}
        if kind in shares:
            return {"validation_split": shares[kind]}
        if kind == "way":
            return {"validation_data": self.stream(True, True)}
        data = self.data(1 if kind == "one row" else 5)
        parts = [data["x"], data["y"]]
        if kind in ("weights", "None for weights"):
            parts.append(data["sample_weight"] if kind == "weights" else None)
        return {"validation_data": parts if kind == "list" else tuple(parts)}

    def then(self, act: str):
        model, c = self.model, self.c
        # Of two metrics of one name Keras's lists have too many.
        names = c["weighted_metrics"] != "none" or c["metrics"] == "twice"
        given = {k: v for k, v in self.data(7).items() if v is not None}
        plain = {k: given[k] for k in ("x", "y")}
        if act in ("fit again", "fit other rows", "fit one row"):
            rows = {"fit again": ROWS, "fit other rows": 13, "fit one row": 1}[act]
            yield from self.fit(self.data(rows))
        elif act == "batches":
            for _ in range(3):
                yield "train_on_batch", model.train_on_batch(**given, return_dict=names)
            yield "test_on_batch", model.test_on_batch(**given, return_dict=True)
            yield "predict_on_batch", model.predict_on_batch(given["x"])
            yield "results", model.get_metrics_result()
        elif act == "compile again":
            self.compile()
            yield from self.fit(self.data(ROWS))
        elif act == "thaw":
            for layer in model.layers:
                layer.trainable = not layer.trainable
            self.compile()
            yield from self.fit(self.data(ROWS))
        elif act == "weights again":
            model.set_weights([w * 0.5 for w in model.get_weights()])
            yield from self.fit(self.data(ROWS))
        elif act == "predict":
            yield act, model.predict(given["x"], verbose=0)
        elif act == "predict steps":
            yield act, model.predict(given["x"], batch_size=3, steps=2, verbose=0)
        elif act == "predict stream":
            yield act, model.predict(self.stream(False, True), verbose=0)
        elif act == "predict one batch":
            yield act, model.predict(given["x"], batch_size=100, verbose=0)
        elif act == "call":
            x = self.data(4)["x"]
            whole = type(x) in (list, tuple, dict) and c["x"] != "lists"
            yield act, model(x if whole else np.asarray(x, "float32"))
        else:
            options = {"return_dict": names or act == "dict of results"}
            if act == "evaluate in parts":
                options["batch_size"] = 3
            data = given if act == "evaluate with weights" else plain
            yield act, model.evaluate(**data, verbose=0, **options)
