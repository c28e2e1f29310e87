"""With steps_per_execution=n a user's hooks of batches are called once for n batches."""

import numpy as np
import pytest
from keras_oracle import keras

import brickwork

X, Y = np.ones((20, 3), "float32"), np.zeros((20, 1), "float32")


def said(library, n, stop=None, **data):
    """What hooks were called, with the index of the batch."""
    found = []

    class Hooks(library.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            found.append(("train end", batch))
            assert np.isfinite(logs["loss"])
            self.model.stop_training = batch == stop

    for hook in (
        "train_batch_begin",
        "test_batch_begin",
        "test_batch_end",
        "epoch_end",
        "test_end",
    ):

        def called(self, *args, hook=hook, **kwargs):
            found.append((hook, args[0] if "batch" in hook else None))

        setattr(Hooks, f"on_{hook}", called)
    model = library.Sequential([library.layers.Input((3,)), library.layers.Dense(1)])
    model.compile("sgd", "mse", steps_per_execution=n)
    model.fit(X, Y, 2, epochs=2, verbose=0, callbacks=[Hooks()], validation_data=(X, Y), **data)
    return found


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 20])
def test_hooks_of_arrays(n):
    assert said(brickwork, n) == said(keras, n)


def test_a_training_can_be_stopped_within():
    ends = [batch for hook, batch in said(brickwork, 2, stop=3) if hook == "train end"]
    assert ends == [1, 3]


def test_hooks_of_a_stream():
    def stream():
        while True:
            yield X[:2], Y[:2]

    found = []
    model = brickwork.Sequential([brickwork.layers.Input((3,)), brickwork.layers.Dense(1)])
    model.compile("sgd", "mse", steps_per_execution=3)
    hooks = brickwork.callbacks.LambdaCallback(on_train_batch_end=lambda b, logs: found.append(b))
    model.fit(stream(), steps_per_epoch=7, verbose=0, callbacks=[hooks])
    assert found == [2, 5, 8] and model.steps_per_execution == 3


def test_the_library_s_own_callbacks_count_every_batch(tmp_path):
    model = brickwork.Sequential([brickwork.layers.Input((3,)), brickwork.layers.Dense(1)])
    model.compile("sgd", "mse", steps_per_execution=5)
    path = str(tmp_path / "at_{batch}.brick")
    model.fit(
        X, Y, 2, verbose=0, callbacks=[brickwork.callbacks.ModelCheckpoint(path, save_freq=3)]
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["at_3.brick", "at_6.brick", "at_9.brick"]
