"""Positional arguments in the order of older Keras: read by their values, and by nothing else."""

import warnings

import pytest
from warned_once import fresh, quiet  # noqa: F401

from brickwork import activations, callbacks, initializers, optimizers
from brickwork.dialects import DialectWarning
from brickwork.dialects.argument_orders import likely_order
from brickwork.layers import Dense, Dropout
from brickwork.spelling.translation import repeat_warnings


def test_keras_1_s_order_of_sgd():
    optimizer = quiet(optimizers.SGD, 0.5, 0.9, 0.25, True)
    config = optimizer.get_config()
    assert config["momentum"] == 0.9 and config["nesterov"] is True
    assert config["learning_rate"]["config"]["decay_rate"] == 0.25


def rmsprop(*args, **kwargs):
    return lambda: optimizers.RMSprop(*args, **kwargs)


def adam(*args, **kwargs):
    return lambda: optimizers.Adam(*args, **kwargs)


def sgd(*args, **kwargs):
    return lambda: optimizers.SGD(*args, **kwargs)


@pytest.mark.parametrize(
    ("old", "today"),
    [
        (rmsprop(0.1, 0.8, 1e-8), rmsprop(0.1, 0.8, epsilon=1e-8)),
        (rmsprop(0.1, 0.8, 1e-6, 0.0), rmsprop(0.1, 0.8, epsilon=1e-6)),
        (rmsprop(0.1, 0.8, None), rmsprop(0.1, 0.8)),
        (rmsprop(0.1, 0.8, None, 0.0), rmsprop(0.1, 0.8)),
        (adam(0.1, 0.8, 0.9, None), adam(0.1, 0.8, 0.9)),
        (adam(0.1, 0.8, 0.9, 1e-8, 0.0), adam(0.1, 0.8, 0.9, 1e-8)),
        (adam(0.1, 0.8, 0.9, None, 0.0, True), adam(0.1, 0.8, 0.9, amsgrad=True)),
        (adam(0.1, 0.8, 0.9, 1e-8, 0, True), adam(0.1, 0.8, 0.9, 1e-8, True)),
        (sgd(0.1, 0.9, 0.0, True), sgd(0.1, 0.9, nesterov=True)),
        (sgd(0.1, 0.9, 0, True), sgd(0.1, 0.9, nesterov=True)),
        (sgd(0.1, 0.9, 0.0), sgd(0.1, 0.9)),
    ],
)
def test_an_old_order_is_recognized_by_the_values(old, today):
    with pytest.warns(DialectWarning, match="older Keras's order, where argument [2-5] was"):
        ours = old().get_config()
    assert ours | {"name": None} == today().get_config() | {"name": None}


@pytest.mark.parametrize(
    "call",
    [
        rmsprop(0.1, 0.8, 0.9),
        rmsprop(0.1, 0.8, 0.0, 1e-8, True),
        rmsprop(0.1, 0.8, 0.5, 1e-8),
        adam(0.1, 0.8, 0.9, 1e-8, True),
        adam(0.1, 0.8, 0.9, 1e-8, False, 0.01),
        adam(0.1, 0.8, 0.9, 0),
        sgd(0.1, 0.9, True),
        sgd(0.1, 0.9, 0),
        sgd(0.1, 0.9, False, 0.01),
        lambda: Dense(3, "relu", False),
        lambda: Dense(3, lambda x: x * 2),
    ],
)
def test_today_s_order_is_left_alone(call):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call()


UNCLEAR = [
    (
        rmsprop(0.1, 0.8, 0.01),
        "0.01, was read as momentum; older Keras read it as epsilon",
        rmsprop(0.1, 0.8, momentum=0.01),
    ),
    (
        rmsprop(0.1, 0.8, 1.0),
        "1.0, was read as momentum; older Keras read it as epsilon",
        rmsprop(0.1, 0.8, momentum=1.0),
    ),
    (
        sgd(0.1, 0.9, 0, 1),
        "0, was read as nesterov; older Keras read it as decay",
        sgd(0.1, 0.9, weight_decay=1),
    ),
]


@pytest.mark.parametrize(("call", "said", "today"), UNCLEAR)
def test_an_ambiguous_order_always_warns(call, said, today):
    with pytest.warns(DialectWarning, match=said):
        config = call().get_config()
    assert config | {"name": None} == today().get_config() | {"name": None}


@pytest.mark.parametrize(("call", "said", "today"), UNCLEAR)
def test_a_call_means_the_same_whatever_was_called_before(call, said, today):
    quiet(Dropout, p=0.5)  # old spellings elsewhere
    quiet(Dense, 3, init="uniform")
    config = quiet(call).get_config()
    assert config | {"name": None} == today().get_config() | {"name": None}


@pytest.mark.parametrize(
    ("owner", "args", "meant"),
    [
        ("Adagrad", (0.01, 1e-8), "older"),
        ("Adagrad", (0.01, 0.1, 1e-7), "today"),
        ("Adagrad", (0.01, 0.01), "unclear"),
        ("Adadelta", (1.0, 0.95, 1e-8), "today"),
        ("Adadelta", (1.0, 0.95, None, 0.0), "older"),
        ("Adadelta", (1.0, 0.95, 1e-8, 1e-4), "unclear"),
        ("Adamax", (0.002, 0.9, 0.999, 1e-8, 0.0), "today"),
        ("Adamax", (0.002, 0.9, 0.999, None), "older"),
        ("Nadam", (0.002, 0.9, 0.999, 1e-8, 0.004), "unclear"),
        ("Unknown", (1, 2, 3), "today"),
    ],
)
def test_orders_of_the_other_optimizers(owner, args, meant):
    assert likely_order(owner, args) == meant


def test_patience_by_position():
    stop = callbacks.EarlyStopping
    with pytest.warns(DialectWarning, match="argument 2 was patience, argument 3 was verbose"):
        assert stop("val_loss", 2, 1, "min").patience == 2
    repeat_warnings()
    quiet(Dropout, p=0.5)  # Keras 1's, elsewhere
    with pytest.warns(DialectWarning, match="2, was read as min_delta; older Keras read it as pat"):
        assert stop("val_loss", 2).min_delta == 2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for args in ((0.01,), (0,), (0, 5), (2, 10), (1, 3, 1, "max"), (1.0,)):
            today = dict(zip(("min_delta", "patience"), args, strict=False))
            meant = stop("val_loss", *args)
            assert (meant.min_delta, meant.patience) == (
                today["min_delta"],
                today.get("patience", 0),
            )


def test_a_checkpoint_s_mode_by_position():
    with pytest.warns(DialectWarning, match="argument 5 was mode"):
        meant = callbacks.ModelCheckpoint("a.keras", "val_loss", 0, True, "max")
    assert meant.mode == "max" and not meant.save_weights_only
    assert callbacks.ModelCheckpoint("a.weights.h5", "val_loss", 0, True, True).save_weights_only


def test_no_activation_has_the_name_of_an_initializer():
    # So that the name of an activation says by itself which order is meant.
    names = []
    for registry in (activations.registry, initializers.registry):
        registry.names()  # which loads all
        names.append(set(registry._entries))
    assert len(names[0]) > 20 and not names[0] & names[1]
