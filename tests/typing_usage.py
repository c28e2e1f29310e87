"""A user's script, as type checkers see it: `make types` runs mypy over it in strict mode.

What must be an error has a ``# type: ignore``; where it is none, mypy complains of the comment.
The script also runs: python tests/typing_usage.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, assert_type

import numpy as np

import brickwork
from brickwork import (
    activations,
    callbacks,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    ops,
    optimizers,
    random,
    regularizers,
    saving,
    utils,
)
from brickwork.layers import Dense, Dropout, Input, InputSpec, Layer
from brickwork.models import Functional, Model, Sequential, clone_model, load_model
from brickwork.optimizers import SGD, Adam, schedules
from brickwork.program import Symbol, Variable

ROWS = np.linspace(0, 1, 96, dtype="float32").reshape(24, 4)
TARGETS = (ROWS.sum(axis=1) > 2).astype("int64")


def lesson() -> Sequential:
    """The first lesson: a network, its training, its predictions."""
    model = Sequential(
        [
            Input(shape=(4,)),
            Dense(8, activation="relu", kernel_initializer="he_normal", name="hidden"),
            Dropout(0.1),
            Dense(1, activation="sigmoid"),
        ],
        name="lesson",
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    model.summary()
    history = model.fit(
        ROWS, TARGETS, epochs=2, batch_size=8, validation_split=0.25, verbose=0, split="stratify"
    )
    assert_type(history, callbacks.History)
    assert_type(history.history["loss"], list[float])
    assert_type(history.epoch, list[int])
    loss, accuracy = model.evaluate(ROWS, TARGETS, verbose=0)
    print(f"{loss:.2f} {accuracy:.2f}")
    found = model.predict(ROWS, verbose=0)
    print((found > 0.5).astype(int).ravel()[:3], found.shape)
    hidden: Layer = model.layers[0]
    print(hidden.name, model.layers[-1].kernel.shape, model.get_layer("hidden").units)
    assert_type(model.get_layer("hidden").get_weights(), list[np.ndarray])
    assert_type(model.trainable_weights, list[Variable])
    assert_type(model.count_params(), int)
    print(model.history.history["loss"][-1], model.optimizer.learning_rate, model.output_shape)
    return model


def functional() -> Model:
    """Branches, an op between layers, a second model on a layer of the first."""
    x = Input(shape=(4,), name="x")
    assert_type(x, Symbol)
    one = layers.Dense(3)(x)
    two = layers.Dense(
        3,
        use_bias=False,
        kernel_regularizer=regularizers.l2(1e-3),
        kernel_constraint=constraints.MaxNorm(2.0),
    )(x * 2.0 - 1)
    merged = layers.Concatenate()([one, two])
    model = Model(inputs=x, outputs=Dense(1)(ops.tanh(merged)), name="branches")
    assert_type(model, Model)
    model.compile(
        optimizer=SGD(schedules.ExponentialDecay(0.1, 10, 0.9), momentum=0.9),
        loss=losses.MeanSquaredError(),
        metrics=[metrics.MeanAbsoluteError(), "mse"],
    )
    stop = callbacks.EarlyStopping(monitor="loss", patience=2, restore_best_weights=True)
    model.fit(ROWS, TARGETS, epochs=2, verbose=0, callbacks=[stop, Printed()])
    model.fit(ROWS, TARGETS, callbacks=stop, verbose="auto" if len(ROWS) > 99 else 0)
    inner = Model(model.inputs, model.layers[1].output)
    assert_type(inner.input_names, list[str])
    assert_type(inner.predict(ROWS, verbose=0).shape, tuple[Any, ...])
    return model


class Scale(Layer):
    """A layer with a weight and a config."""

    def __init__(self, start: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start = start

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.factor = self.add_weight(
            shape=(int(input_shape[-1] or 0),),
            name="factor",
            initializer=initializers.Constant(self.start),
        )
        assert_type(self.factor, Variable)
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        return inputs * self.factor

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "start": self.start}


class Tempered(Model):
    """A model of a class of its own."""

    def __init__(self) -> None:
        super().__init__(name="tempered")
        self.hidden = Dense(4, activation=activations.gelu)
        self.out = Dense(1)

    def call(self, inputs: Any) -> Any:
        return self.out(self.hidden(inputs))


class Cubed(losses.Loss):
    """A loss."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return ops.mean(ops.abs(y_true - y_pred) ** 3, axis=-1)


class Largest(metrics.Metric):
    """A metric."""

    def __init__(self, name: str = "largest", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.most = self.add_variable((), "zeros", name="most")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        self.most.assign(ops.maximum(self.most, ops.max(y_pred)))

    def result(self) -> Any:
        return self.most.value


class Printed(callbacks.Callback):
    """A callback."""

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if logs and logs["loss"] < 0:
            self.model.stop_training = True


def own_classes() -> None:
    """Layers, models, losses, metrics and callbacks of the user's own."""
    scaled = Sequential(
        [
            Input((4,)),
            Scale(2.0, name="scale"),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            Dense(1),
        ]
    )
    scaled.compile(Adam(learning_rate=0.01, weight_decay=1e-4), Cubed(), metrics=[Largest()])
    scaled.fit(ROWS, TARGETS, epochs=1, verbose=0, shuffle=False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "scaled.brick")
        scaled.save(path)
        again = load_model(
            path, custom_objects={"Scale": Scale, "Cubed": Cubed, "Largest": Largest}
        )
        assert_type(again, Model)
        again.save_weights(str(Path(folder, "weights.brick")))
    own = Tempered()
    own.compile("rmsprop", "mse")
    own.fit(ROWS, TARGETS, epochs=1, verbose=0)
    own.train_on_batch(ROWS, TARGETS)
    assert_type(clone_model(scaled), Sequential)
    assert_type(saving.model_from_json(scaled.to_json(), {"Scale": Scale}), Model)


def tools() -> None:
    """Ops, random numbers, variables and small tools."""
    print(ops.matmul(ROWS, ROWS.T).shape, ops.sum(ops.square(ROWS), axis=-1)[:2])
    print(utils.to_categorical([0, 2, 1], 3).shape, utils.pad_sequences([[1, 2], [3]]).tolist())
    utils.set_random_seed(3)
    print(random.normal((2, 3), seed=1).shape, float(losses.mean_squared_error([0.0], [1.0])))
    counter = Variable(0.0, name="counter")
    counter.assign_add(1.0)
    print(float(counter), counter.numpy(), (counter + 1).shape)
    print(optimizers.get("adam"), losses.get("mse"), metrics.get("accuracy"))
    print(brickwork.version(), layers.Dense.from_config(Dense(2).get_config()).units)
    assert_type(Dense.from_config({"units": 2}), Dense)


def mistakes() -> None:
    """What a type checker must find; never called."""
    Dense(3, unit=3)  # type: ignore[call-arg]
    Dense()  # type: ignore[call-arg]
    Dense(3, use_bias="no")  # type: ignore[arg-type]
    layers.Dens(3)  # type: ignore[attr-defined]
    losses.MeanSquareError()  # type: ignore[attr-defined]
    ops.reluu(ROWS)  # type: ignore[attr-defined]
    print(brickwork.layer)  # type: ignore[attr-defined]
    Adam(momentum=0.9)  # type: ignore[call-arg]
    Sequential(Dense(3), Dense(1))  # type: ignore[arg-type]
    model = lesson()
    Dense(3).kernel_initialiser = "zeros"  # type: ignore[attr-defined]
    regularizers.l3(0.1)  # type: ignore[attr-defined]
    model.fitt(ROWS)  # type: ignore[attr-defined]
    model.fit(ROWS, TARGETS, epochs="3")  # type: ignore[arg-type]
    model.summary(line_len=80)  # type: ignore[call-arg]
    SGD(0.1).learning_rat = 0.2  # type: ignore[attr-defined]
    print(model.optimizer.learning_rates)  # type: ignore[union-attr]
    callbacks.EarlyStopping(patience="3")  # type: ignore[arg-type]


if __name__ == "__main__":
    lesson()
    assert isinstance(functional(), Functional)
    own_classes()
    tools()
