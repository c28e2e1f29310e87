"""Keras 3 on any backend, and brickwork: one text, since brickwork speaks Keras's language."""

import importlib
import os

import numpy as np

from jobs import split_weights

LOSSES = {
    "binary": ("sigmoid", "binary_crossentropy", ["accuracy"]),
    "sparse": ("softmax", "sparse_categorical_crossentropy", ["accuracy"]),
    "mse": ("linear", "mse", []),
}


class Model:
    """fit() with accuracy where there are classes, History, nothing printed."""

    def __init__(self, variant):
        self.library = "brickwork" if variant == "brickwork" else "keras"
        self.backend = variant.removeprefix("keras-")
        if self.library == "keras":
            os.environ["KERAS_BACKEND"] = self.backend
        importlib.import_module(self.library)
        self.models = importlib.import_module(self.library + ".models")
        self.layers = importlib.import_module(self.library + ".layers")

    @property
    def versions(self):
        """Library and backend with their versions."""
        names = [self.library] + ([self.backend] if self.library == "keras" else [])
        return {name: importlib.import_module(name).__version__ for name in names}

    def settings(self):
        """Thread counts where they can be set while running."""
        return ["1 thread", "2 threads"] if self.backend == "torch" else ["default"]

    def use(self, setting):
        """Set torch's threads; the other engines choose by themselves."""
        if self.backend == "torch":
            importlib.import_module("torch").set_num_threads(int(setting[0]))

    def load(self, job, weights):
        """Build and compile with Adam's defaults."""
        self.job = job
        activation, loss, metrics = LOSSES[job.loss]
        layers = [self.layers.Input(shape=(job.sizes[0],))]
        layers += [self.layers.Dense(units, activation="relu") for units in job.sizes[1:-1]]
        layers += [self.layers.Dense(job.sizes[-1], activation=activation)]
        self.model = self.models.Sequential(layers)
        self.model.compile(loss=loss, optimizer="adam", metrics=metrics)
        self.reset(weights)

    def reset(self, weights):
        """The initial weights again; Adam's moments stay, which costs no time and saves none."""
        self.model.set_weights(split_weights(self.job, weights))

    def data(self, x, y):
        """Integer labels for the sparse loss, a column otherwise."""
        return x, y.astype(np.int32) if self.job.loss == "sparse" else y.reshape(-1, 1)

    def fit(self, data, epochs):
        """Train; answers the loss of each epoch."""
        history = self.model.fit(
            *data, batch_size=self.job.batch, epochs=epochs, shuffle=True, verbose=0
        )
        return history.history["loss"]

    def weights(self):
        """All weights, flat."""
        return np.concatenate([np.asarray(w).ravel() for w in self.model.get_weights()])

    def predict(self, x):
        """In large batches, which favours every contestant here."""
        return self.model.predict(x, batch_size=8192, verbose=0)

    def calls(self, row):
        """Keras's two ways to predict one row."""
        return {
            "predict": lambda: self.model.predict(row, verbose=0),
            "predict_on_batch": lambda: self.model.predict_on_batch(row),
        }
