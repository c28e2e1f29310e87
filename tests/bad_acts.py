"""Calls that cannot mean what they say, other than by their data: see `bad_inputs` for those.

An act is ``Act(name, act, says, model)``: a function of a compiled model (of `real_models`) that
must raise, and a pattern of the message. Acts of one cause differ in values or methods only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from bad_parts import FRAME, R2, B, R, X

from brickwork import callbacks, losses, metrics, optimizers


@dataclass(frozen=True)
class Act:
    name: str
    act: Callable
    says: str
    model: str = "binary"
    cause: str = ""


def _compile(name, says, model="binary", optimizer="adam", loss="mse", **more):
    return Act(name, lambda m: m.compile(optimizer, loss, **more), says, model)


def _fit(name, says, **more):
    return Act(name, lambda m: m.fit(X(), B, **{"verbose": 0} | more), says)


def _call(method, says, **arguments):
    ((argument, value),) = arguments.items()

    def act(m):
        data = (X(),) if method.startswith("predict") else (X(), B)
        more = {} if method.endswith("batch") else {"verbose": 0}
        return getattr(m, method)(*data, **more | arguments)

    return Act(
        f"{method}({argument}={value!r})", act, says, cause=f"{argument}: {type(value).__name__}"
    )


def _returning(value):
    return lambda epoch: value


TWO = {"x": [X(), X(6, 2)], "y": [B, R2], "verbose": 0}

COMPILE = [
    _compile("a misspelt optimizer", "got 'adamm'; did you mean 'adam'", optimizer="adamm"),
    _compile("a rate for an optimizer", "optimizer: got 0.01", optimizer=0.01),
    _compile("a misspelt loss", "got 'msee'; did you mean 'mse'", loss="msee"),
    _compile("a number for a loss", "loss: got 3", loss=3),
    _compile("a metric for a loss", "the metric auc", loss=metrics.AUC(name="auc")),
    _compile("losses in a nest of no outputs", "losses to be added", loss=["mse", {"out": "mse"}]),
    _compile("two weights of one loss", "expected one number", loss="mse", loss_weights=[1, 2]),
    _compile("a loss for an unknown output", "'out', which is not an output", loss={"out": "mse"}),
    _compile("one loss for two outputs", "a list of 1, expected 2", "two", loss=["mse"]),
    _compile(
        "a misspelt output of losses",
        "did you mean 'side'",
        "two",
        loss={"main": "mse", "sied": "mse"},
    ),
    _compile("a loss weight that is NaN", "loss_weights: got nan", loss_weights=np.nan),
    _compile(
        "a loss weight that is infinite",
        "loss_weights.*: got inf",
        "two",
        loss_weights={"main": np.inf},
    ),
    _compile("True for a loss weight", "loss_weights: got True", loss_weights=True),
    _compile("a loss weight as text", "loss_weights.*: got 'x'", "two", loss_weights={"main": "x"}),
    _compile("one loss weight for two outputs", "with a number for each", "two", loss_weights=2.0),
    _compile("too few loss weights", "a list of 1, expected 2", "two", loss_weights=[1.0]),
    _compile(
        "a misspelt output of loss weights",
        "did you mean 'main'",
        "two",
        loss_weights={"mian": 1.0},
    ),
    _compile(
        "a misspelt metric", "metrics: got 'acuracy'; did you mean 'accuracy'", metrics=["acuracy"]
    ),
    _compile("a number for metrics", "metrics: got 3", metrics=3),
    _compile("a number among metrics", "metrics: got 3", metrics=["mae", 3]),
    _compile(
        "three lists of metrics for two outputs",
        "a list of 3",
        "two",
        metrics=["mae", "mae", "mae"],
    ),
    _compile("metrics of a misspelt output", "did you mean 'main'", "two", metrics={"mian": "mae"}),
    _compile("a misspelt metric of one output", "'acuracy'", "two", metrics={"main": "acuracy"}),
    _compile(
        "a misspelt weighted metric",
        "weighted_metrics: got 'acuracy'",
        weighted_metrics=["acuracy"],
    ),
    _compile(
        "logits of a sigmoid",
        "from_logits=True.*sigmoid",
        loss=losses.BinaryCrossentropy(from_logits=True),
    ),
    _compile(
        "logits of a softmax",
        "from_logits=True.*softmax",
        "classes",
        loss=losses.SparseCategoricalCrossentropy(from_logits=True),
    ),
    _compile(
        "logits of a softmax of rows",
        "from_logits=True.*softmax",
        "rows",
        loss=losses.CategoricalCrossentropy(from_logits=True),
    ),
    _compile(
        "a crossentropy of rows on one unit", "which has 1 unit", loss="categorical_crossentropy"
    ),
    _compile(
        "a crossentropy of classes on one unit",
        "which has 1 unit",
        loss="sparse_categorical_crossentropy",
    ),
    _compile("an unknown argument", "'metricks'; did you mean 'metrics'", metricks=["mae"]),
    _compile("a misspelt switch of compilation", "jit_compile: got 'x'", jit_compile="x"),
    _compile("no step of an execution", "steps_per_execution: got 0", steps_per_execution=0),
    _compile(
        "part of a step of an execution", "steps_per_execution: got 2.5", steps_per_execution=2.5
    ),
    _compile("a misspelt switch of scaling", "auto_scale_loss: got 'x'", auto_scale_loss="x"),
    _compile("a misspelt switch of eagerness", "run_eagerly: got 'x'", run_eagerly="x"),
]

CALLBACKS = [
    _fit(
        "a monitor of no validation",
        "there is no validation",
        callbacks=callbacks.EarlyStopping("val_loss"),
    ),
    _fit(
        "a misspelt monitor",
        "got 'los'; did you mean 'loss'",
        callbacks=callbacks.EarlyStopping("los"),
    ),
    _fit(
        "a metric that a checkpoint looks for",
        "ModelCheckpoint.monitor: got 'accuracy'",
        callbacks=callbacks.ModelCheckpoint("a.weights.h5", "accuracy", save_best_only=True),
    ),
    _fit(
        "a metric that a plateau looks for",
        "ReduceLROnPlateau.monitor: got 'val_los'",
        callbacks=callbacks.ReduceLROnPlateau("val_los"),
    ),
    Act(
        "a misspelt monitor of a stream",
        lambda m: m.fit(iter([(X(), B)]), verbose=0, callbacks=callbacks.EarlyStopping("los")),
        "got 'los'",
    ),
    Act(
        "a monitor of no validation of a stream",
        lambda m: m.fit(iter([(X(), B)]), verbose=0, callbacks=callbacks.EarlyStopping()),
        "no validation",
    ),
    _fit(
        "the class of a callback", r"write EarlyStopping\(\)", callbacks=[callbacks.EarlyStopping]
    ),
    _fit("a number for a callback", "callbacks: got 3", callbacks=[3]),
    _fit("text for a callback", "callbacks: got 'early'", callbacks="early"),
    _fit("a function for a callback", "callbacks: got <function", callbacks=[lambda e, logs: 0]),
    *(
        _fit(
            f"a schedule that returns {v!r}",
            "schedule.0.: got",
            callbacks=callbacks.LearningRateScheduler(_returning(v)),
        )
        for v in ("x", np.nan, -1.0, None)
    ),
    _call("evaluate", "callbacks: got 3", callbacks=3),
    _call("predict", "callbacks: got 3", callbacks=3),
]

ARGUMENTS = [
    *(
        _call("fit", f"fit.{name}: got", **{name: value})
        for name, values in {
            "epochs": (-1, 2.5, "3", None, True),
            "initial_epoch": (-1, "x"),
            "verbose": (7, "loud", -1),
            "validation_freq": (0, [0], "x", 2.5),
            "shuffle": ("maybe", 2),
            "on_nan": ("ignore", None),
            "split": ("x", 3),
            "last_batch": ("x", None),
        }.items()
        for value in values
    ),
    *(
        _call("evaluate", f"evaluate.{name}: got", **{name: value})
        for name, values in {
            "batch_size": (0, 2.5, "8", True),
            "steps": (0, -1, "x"),
            "verbose": (7,),
            "return_dict": ("x", 3),
        }.items()
        for value in values
    ),
    *(
        _call("predict", f"predict.{name}: got", **{name: value})
        for name, values in {
            "batch_size": (0, 2.5, "8", True),
            "steps": (0, -1, "x"),
            "verbose": (7,),
            "nan": ("x", None),
        }.items()
        for value in values
    ),
    *(
        _call(method, f"{method}.return_dict: got", return_dict="x")
        for method in ("train_on_batch", "test_on_batch")
    ),
    _call("fit", "unknown argument 'nb_epochs'; did you mean 'epochs'", nb_epochs=3),
    _call("evaluate", "unknown argument 'batch'", batch=3),
    _call("predict", "unknown argument 'batch'", batch=3),
    _fit("groups of other rows", "groups of 2 rows", validation_split=0.5, split=[1, 2]),
    _fit("one group", "one group", validation_split=0.5, split=[1] * 6),
    Act(
        "amounts as strata",
        lambda m: m.fit(X(), R, verbose=0, validation_split=0.5, split="stratify"),
        "classes as targets",
        "amount",
    ),
    Act(
        "strata of two outputs",
        lambda m: m.fit(**TWO, validation_split=0.5, split="stratify"),
        "classes as targets",
        "two",
    ),
    Act(
        "a last batch of a stream",
        lambda m: m.fit(iter([(X(), B)]), verbose=0, last_batch="drop"),
        "last_batch: got 'drop'",
    ),
]

CLASS_WEIGHTS = [
    Act(
        "class weights of amounts in one batch",
        lambda m: m.train_on_batch(X(), R, class_weight={0: 1.0}),
        "train_on_batch.class_weight.*quantities",
        "amount",
    ),
    Act(
        "class weights beside weights in one batch",
        lambda m: m.train_on_batch(X(), B, np.ones(6), class_weight={0: 1.0}),
        "beside sample_weight",
    ),
    Act(
        "class weights of amounts in a stream",
        lambda m: m.fit(iter([(X(), R)]), class_weight={0: 1.0}, verbose=0),
        "targets are quantities",
        "amount",
    ),
    Act(
        "class weights beside weights in a stream",
        lambda m: m.fit(iter([(X(), B, np.ones(6))]), class_weight={0: 1.0}, verbose=0),
        "beside sample_weight",
    ),
    Act(
        "class weights of two outputs in a stream",
        lambda m: m.fit(iter([(TWO["x"], TWO["y"])]), class_weight={0: 1.0}, verbose=0),
        "several outputs",
        "two",
    ),
    Act(
        "a misspelt balance of a stream",
        lambda m: m.fit(iter([(X(), B)]), class_weight="balance", verbose=0),
        "class_weight: got a str",
    ),
]

TURNED = FRAME[["bmi", "age", "glucose"]]


def _named(name, act, says="in another order, first at 0: 'bmi'"):
    """After a training on named columns."""
    return Act(name, act, says, "named")


COLUMNS = [
    _named("columns turned in fit", lambda m: m.fit(TURNED, B, verbose=0)),
    _named("columns turned in evaluate", lambda m: m.evaluate(TURNED, B, verbose=0)),
    _named("columns turned in predict", lambda m: m.predict(TURNED, verbose=0)),
    _named("columns turned in train_on_batch", lambda m: m.train_on_batch(TURNED, B)),
    _named("columns turned in test_on_batch", lambda m: m.test_on_batch(TURNED, B)),
    _named("columns turned in predict_on_batch", lambda m: m.predict_on_batch(TURNED)),
    _named("columns turned in a stream", lambda m: m.fit(iter([(TURNED, B)]), verbose=0)),
    _named(
        "columns turned in a stream to evaluate",
        lambda m: m.evaluate(iter([(TURNED, B)]), verbose=0),
    ),
    _named("columns turned in a stream to predict", lambda m: m.predict(iter([TURNED]), verbose=0)),
    _named(
        "columns turned in validation",
        lambda m: m.fit(FRAME, B, validation_data=(TURNED, B), verbose=0),
    ),
    _named(
        "columns turned in the rows of Polars",
        lambda m: m.predict(__import__("polars").from_pandas(TURNED), verbose=0),
    ),
    _named("one row of a table", lambda m: m.predict(FRAME.iloc[0], verbose=0), "shape"),
]

OTHER = [
    Act("too few arrays of weights", lambda m: m.set_weights([np.ones((3, 1))]), "got 1 arrays"),
    Act(
        "a weight of another shape",
        lambda m: m.set_weights([np.ones((1, 3)), np.ones(1)]),
        r"shape \(1, 3\), expected \(3, 1\)",
    ),
    Act(
        "a generator function that was not called",
        lambda m: m.fit(_batches, verbose=0),
        "got function",
    ),
    Act("a stream of nothing", lambda m: m.fit(iter([]), verbose=0), "gave no batch"),
    Act(
        "a stream of nothing to evaluate",
        lambda m: m.evaluate(iter([]), verbose=0),
        "gave no batch",
    ),
    Act(
        "a stream of nothing to predict", lambda m: m.predict(iter([]), verbose=0), "gave no batch"
    ),
    Act("empty lists", lambda m: m.fit([], [], verbose=0), r"shape \(0,\)"),
    Act("a model for y", lambda m: m.fit(X(), m, verbose=0), "got Sequential"),
    Act("a layer that is not there", lambda m: m.get_layer("nobody"), "nobody"),
    Act("a layer of a number beyond", lambda m: m.get_layer(index=9), "index 9"),
    Act("a rate below 0", lambda m: setattr(m.optimizer, "learning_rate", -1.0), "got -1"),
    Act("a rate that is NaN", lambda m: setattr(m.optimizer, "learning_rate", np.nan), "got nan"),
    Act(
        "an optimizer of a negative rate",
        lambda m: m.compile(optimizers.SGD(-1.0), "mse"),
        "SGD.learning_rate: got -1",
    ),
]


def _batches():
    yield X(), B


ACTS = [*COMPILE, *CALLBACKS, *ARGUMENTS, *CLASS_WEIGHTS, *COLUMNS, *OTHER]
