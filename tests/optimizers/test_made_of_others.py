"""LossScaleOptimizer and MultiOptimizer against Keras's, alone and in a model."""

import json

import numpy as np
import pytest
from keras_oracle import floatx, keras
from test_parity import SHAPES, compare, gradients, keras_train, ours, theirs, train

import brickwork
from brickwork import optimizers
from brickwork.optimizers import LossScaleOptimizer, MultiOptimizer, OptimizerMap
from brickwork.program import Variable

# Keras's own variables do not take NumPy 2's `copy`.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def scaled(library, inner="Adam", **options):
    options = {"initial_scale": 8.0, "dynamic_growth_steps": 4} | options
    return library.LossScaleOptimizer(getattr(library, inner)(0.05), **options)


def shared_out(library):
    return library.MultiOptimizer(
        library.OptimizerMap(
            library.SGD(0.1, momentum=0.5),
            {"first/kernel": library.Adam(0.01), "second/.*": library.Lion(0.02, weight_decay=0.1)},
        )
    )


def same_after(make, batches, dtype):
    """Trained alike, both libraries' optimizers have the same weights and state."""
    mine, its = make(optimizers), make(keras.optimizers)
    my_weights, its_weights = ours(dtype), theirs(dtype)
    keras_train(its, its_weights, batches)
    train(mine, my_weights, batches)
    for a, b in zip([*my_weights, *mine.variables], [*its_weights, *its.variables], strict=True):
        assert a.path.split("/")[-1] == b.path.split("/")[-1]
        compare(a.numpy(), b, dtype)
    return mine


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("make", [scaled, shared_out])
def test_weights_and_state_after_50_steps(make, dtype):
    with floatx(dtype):
        same_after(make, gradients(dtype), dtype)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("inner", ["SGD", "Adam", "Lamb"])
def test_steps_that_are_not_finite_are_left_out(inner, bad):
    dtype, batches = "float64", gradients("float64", 20)
    for step in (0, 5, 6, 13):
        batches[step][step % len(SHAPES)].flat[0] = bad
    with floatx(dtype):
        mine = same_after(lambda library: scaled(library, inner), batches, dtype)
    assert int(mine.iterations) == 16


def test_the_scale_of_a_loss():
    optimizer, w = scaled(optimizers), Variable([1.0], name="w")
    assert optimizer.scale_loss(2.0) == 16.0
    optimizer.build([w])
    optimizer.dynamic_scale.assign(4.0)
    assert optimizer.scale_loss(2.0) == 8.0


def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(40, 3)), rng.normal(size=(40, 1))


def model_of(library, optimizer):
    model = library.Sequential(
        [
            library.layers.Dense(4, activation="tanh", name="first"),
            library.layers.Dense(1, name="second"),
        ]
    )
    model.build((None, 3))
    model.compile(optimizer, "mse")
    return model


@pytest.mark.parametrize(
    "make",
    [
        scaled,
        lambda library: library.MultiOptimizer(
            library.OptimizerMap(library.Adam(0.01), {".*first/kernel": library.SGD(0.1)})
        ),
    ],
)
def test_in_a_model(make):
    x, y = data()
    with floatx("float64"):
        mine = model_of(brickwork, make(optimizers))
        its = model_of(keras, make(keras.optimizers))
        its.set_weights(mine.get_weights())
        ours, theirs = (
            model.fit(x, y, epochs=4, batch_size=8, shuffle=False, verbose=0)
            for model in (mine, its)
        )
    np.testing.assert_allclose(ours.history["loss"], theirs.history["loss"], rtol=1e-9)
    for a, b in zip(mine.get_weights(), its.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_a_loss_that_is_not_finite_is_reported_without_a_rate_of_its_own():
    x, y = data()
    model = model_of(brickwork, MultiOptimizer(OptimizerMap(optimizers.SGD(1e38))))
    with pytest.warns(RuntimeWarning, match=r"learning rate sgd\w* 1e\+38"):
        model.fit(x, y, epochs=3, verbose=0)


def test_rates_are_those_of_the_inner_optimizers():
    wrapped = scaled(optimizers)
    wrapped.learning_rate = 0.25
    assert float(wrapped.inner_optimizer.learning_rate) == 0.25 == wrapped.rates()["learning_rate"]
    several = MultiOptimizer(
        OptimizerMap(optimizers.SGD(0.5, name="a"), {"x": optimizers.Adam(0.25, name="b")})
    )
    assert several.rates() == {"learning_rate_b": 0.25, "learning_rate_a": 0.5}
    with pytest.raises(AttributeError, match="of its `optimizers`"):
        several.learning_rate  # noqa: B018
    with pytest.raises(AttributeError, match="of its `optimizers`"):
        several.learning_rate = 0.1


def test_changes_of_an_inner_optimizer_count_at_once():
    w, wrapped = Variable([0.0], name="w"), LossScaleOptimizer(optimizers.SGD(1.0), 1.0)
    wrapped.apply([np.ones(1, "float32")], [w])
    wrapped.inner_optimizer.clipvalue = 0.5
    wrapped.apply([np.ones(1, "float32")], [w])
    assert w.numpy().tolist() == [-1.5]


@pytest.mark.parametrize("make", [scaled, shared_out])
def test_config_comes_back(make):
    config = json.loads(json.dumps(optimizers.serialize(make(optimizers))))
    again = optimizers.deserialize(config)
    assert again.get_config() == config["config"]
    mine = list(make(optimizers).get_config())
    assert sorted(mine) == sorted(make(keras.optimizers).get_config())


def test_state_comes_back():
    one, two = shared_out(optimizers), shared_out(optimizers)
    weights, twins = ours("float32"), ours("float32")
    train(one, weights, gradients("float32", 3))
    two.build(twins)
    two.set_weights(one.get_weights())
    assert all(
        np.array_equal(a, b) for a, b in zip(one.get_weights(), two.get_weights(), strict=True)
    )


def test_a_function_as_a_map():
    sgd, adam = optimizers.SGD(0.5), optimizers.Adam(0.5)
    a, b = Variable([1.0], name="a"), Variable([1.0], name="b")
    several = MultiOptimizer(lambda v: sgd if v.path == "a" else adam, loss_scale_factor=2.0)
    several.apply([np.full(1, 2.0, "float32")] * 2, [a, b])
    assert several.optimizers == [sgd, adam] and several.scale_loss(3.0) == 6.0
    assert a.numpy().tolist() == [0.5] and b.numpy() == pytest.approx([0.5], rel=1e-4)
    several.loss_scale_factor = 4.0
    assert sgd.loss_scale_factor == adam.loss_scale_factor == 4.0


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: LossScaleOptimizer("adam"), r"LossScaleOptimizer\.inner_optimizer: got 'adam'"),
        (
            lambda: LossScaleOptimizer(optimizers.SGD(), 0),
            r"initial_scale: got 0, expected a number",
        ),
        (
            lambda: LossScaleOptimizer(optimizers.SGD(), dynamic_growth_steps=0.5),
            "growth_steps: got",
        ),
        (
            lambda: LossScaleOptimizer(optimizers.SGD(), clipnorm=1.0),
            "clipnorm: got 1.0, expected it in the inner",
        ),
        (lambda: LossScaleOptimizer(optimizers.SGD(), dynamic=False), "dynamic: got False"),
        (lambda: LossScaleOptimizer(optimizers.SGD(), speed=1), "speed: got 1"),
        (lambda: MultiOptimizer({"a": optimizers.SGD()}), "expected an OptimizerMap or a function"),
        (lambda: OptimizerMap("sgd"), "default_optimizer: got 'sgd'"),
        (lambda: OptimizerMap(optimizers.SGD(), []), r"optimizer_map: got \[\]"),
        (lambda: OptimizerMap(optimizers.SGD(), {"a": scaled(optimizers)}), "does not wrap others"),
        (lambda: OptimizerMap(optimizers.SGD(), {1: optimizers.SGD()}), "expected a path as a key"),
        (
            lambda: OptimizerMap(
                optimizers.SGD(), {"a.": optimizers.SGD(), ".b": optimizers.SGD()}
            )["ab"],
            "all match 'ab'",
        ),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_optimizer_for_a_path_is_entered_once():
    known = OptimizerMap(optimizers.SGD(), {"a": optimizers.Adam()})
    with pytest.raises(ValueError, match="got 'a' twice"):
        known["a"] = optimizers.SGD()
    del known["a"]
    assert type(known["a"]) is optimizers.SGD and not known
