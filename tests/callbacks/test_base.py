"""Callbacks: who is called, with what, and who is known to listen."""

import inspect

import pytest

from brickwork.callbacks import HOOKS, Callback, CallbackList, History, LambdaCallback


class Recorder(Callback):
    def __init__(self):
        super().__init__()
        self.calls = []

    def on_epoch_end(self, epoch, logs=None):
        self.calls.append((epoch, dict(logs)))


def test_hooks_are_keras_s(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    import keras

    theirs = {n for n in vars(keras.callbacks.Callback) if n.startswith("on_")}
    assert set(HOOKS) == theirs
    for hook in HOOKS:
        ours = list(inspect.signature(getattr(Callback, hook)).parameters)
        assert ours == list(inspect.signature(getattr(keras.callbacks.Callback, hook)).parameters)


def test_a_list_calls_in_order_with_one_dict_of_logs():
    class Writes(Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["f1"] = 0.25

    history = History()
    both = CallbackList([Writes(), [history]])
    both.on_train_begin()
    both.on_epoch_end(0, {"loss": 1.0})
    assert history.history == {"loss": [1.0], "f1": [0.25]}


@pytest.mark.parametrize(
    ("hook", "attribute"),
    [
        ("on_epoch_begin", "per_epoch"),
        ("on_epoch_end", "per_epoch"),
        ("on_train_batch_begin", "per_batch"),
        ("on_train_batch_end", "per_batch"),
        ("on_batch_begin", "per_batch"),
        ("on_batch_end", "per_batch"),
        ("on_test_batch_end", "per_test_batch"),
        ("on_predict_batch_begin", "per_predict_batch"),
    ],
)
def test_the_list_knows_which_hooks_are_overridden(hook, attribute):
    kinds = {"per_epoch", "per_batch", "per_test_batch", "per_predict_batch"}
    calls = []
    subclass = type("Mine", (Callback,), {hook: lambda self, *a: calls.append(a)})
    for callback in (subclass(), LambdaCallback(**{hook: lambda *a: calls.append(a)})):
        callbacks = CallbackList(callback)
        assert {k for k in kinds if getattr(callbacks, k)} == {attribute}
        getattr(callbacks, hook.replace("on_batch", "on_train_batch"))(3, {"loss": 1.0})
        assert calls.pop() == (3, {"loss": 1.0})


def test_an_empty_callback_has_no_hooks():
    callbacks = CallbackList([Callback()])
    assert not (callbacks.per_epoch or callbacks.per_batch)
    for hook in HOOKS:
        assert getattr(callbacks, hook)(0) is None


def test_model_and_params_reach_each():
    callbacks = CallbackList([Callback(), Callback()], model="model", epochs=3, steps=None)
    for callback in callbacks.callbacks:
        assert callback.model == "model"
        assert callback.params == {"epochs": 3, "steps": None}


def test_appending_makes_the_list_listen():
    callbacks, recorder = CallbackList(), Recorder()
    callbacks.append(recorder)
    assert callbacks.per_epoch
    callbacks.on_epoch_end(1, {"loss": 2.0})
    assert recorder.calls == [(1, {"loss": 2.0})]


def test_logs_are_never_none_for_a_listener():
    seen = []
    CallbackList(LambdaCallback(on_train_begin=seen.append)).on_train_begin()
    assert seen == [{}]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (Recorder, "write Recorder()"),
        (3, "got 3"),
        ("history", "subclasses of Callback"),
        ([Recorder(), None, object()], "expected objects"),
    ],
)
def test_what_is_no_callback_is_refused(wrong, words):
    with pytest.raises(TypeError, match="callbacks") as error:
        CallbackList(wrong)
    assert words in str(error.value)


def test_lambda_callback_refuses_what_is_no_hook():
    with pytest.raises(TypeError, match="did you mean 'on_epoch_end'"):
        LambdaCallback(on_epoch_ends=print)
    with pytest.raises(TypeError, match=r"LambdaCallback\.on_epoch_end: got 3"):
        LambdaCallback(on_epoch_end=3)


def test_history_continues_as_keras_s_does():
    history = History()
    for _ in range(2):
        history.on_train_begin()
        history.on_epoch_end(0, {"loss": 0.5})
        history.extend([1, 2], {"loss": [0.4, 0.3]})
    assert history.epoch == [0, 1, 2]
    assert history.history == {"loss": [0.5, 0.4, 0.3] * 2}
