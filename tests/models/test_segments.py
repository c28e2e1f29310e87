"""Layers, losses and metrics over arrays run as programs: the same numbers, gradients and effects
as op by op, and nothing stale."""

import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import brickwork
from brickwork import GradientTape, Sequential, Variable, layers, losses, metrics, ops
from brickwork.program import segment as segment_module, tape as tape_module
from brickwork.program.evaluate import Runs
from brickwork.program.segment import Segment

X = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
Y = np.random.default_rng(1).integers(0, 2, (6, 1)).astype("float32")


class OpByOp(layers.Layer):
    """A layer of the user's own around one of the package's, which is called without programs."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, x, training=False):
        return (
            self.inner.call(x, training=training)
            if _takes_training(self.inner)
            else (self.inner.call(x))
        )


def _takes_training(layer):
    return isinstance(layer, layers.BatchNormalization)


@pytest.fixture
def traced(monkeypatch):
    """The number of segments that were traced."""
    found, make = [], Segment.traced
    monkeypatch.setattr(Segment, "traced", lambda *a: found.append(1) or make(*a))
    return found


def gradients_of(function, sources):
    with GradientTape() as tape:
        loss = function()
    return [np.asarray(g) for g in tape.gradient(loss, sources)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.Dense(3, "tanh"),
        lambda: layers.Dense(3, "softmax", kernel_regularizer="l2"),
        lambda: layers.LayerNormalization(),
        lambda: layers.BatchNormalization(),
        lambda: layers.PReLU(),
    ],
)
def test_a_layer_of_the_package_is_one_op_with_the_gradients_of_its_ops(make, traced):
    layer, weights = make(), X**2
    layer.build((None, 4))
    alone = OpByOp(layer)
    alone.build((None, 4))
    moving = [v.numpy() for v in layer.weights]
    whole = gradients_of(
        lambda: ops.sum(layer(X, training=True) * weights[:, :1]), layer.trainable_weights
    )
    assert traced
    after = [v.numpy() for v in layer.weights]
    for variable, value in zip(layer.weights, moving, strict=True):
        variable.assign(value)
    del traced[:]
    parts = gradients_of(
        lambda: ops.sum(alone(X, training=True) * weights[:, :1]), layer.trainable_weights
    )
    assert not traced
    for a, b in zip(whole, parts, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)
    for a, b in zip(after, layer.weights, strict=True):
        np.testing.assert_allclose(a, b.numpy(), rtol=1e-6)


def test_it_is_traced_once_for_each_shape_and_forgets_nothing_that_changed(traced):
    model = Sequential([layers.Input((4,)), layers.Dense(3, "relu"), layers.Dense(1)])

    def step(x):
        return gradients_of(lambda: ops.sum(model(x)), model.trainable_weights)

    for rows in (6, 6, 3, 6, 3):
        step(X[:rows])
    assert len(traced) == 2
    before = step(X)
    model.layers[0].activation = brickwork.activations.tanh
    assert np.abs(step(X)[0] - before[0]).max() > 1e-3
    model.layers[1].kernel.assign(model.layers[1].kernel.numpy() * 2)
    twice = step(X)
    model.layers[1].kernel.assign(model.layers[1].kernel.numpy() / 2)
    np.testing.assert_allclose(twice[0], 2 * step(X)[0], rtol=1e-6)


def test_dropout_has_the_same_noise_forward_and_backward_and_new_noise_in_each_call():
    layer, x = layers.Dropout(0.5, seed=1), np.ones((50, 8), "float32")
    seen = []
    for _ in range(2):
        with GradientTape(persistent=True) as tape:
            given = tape.watch(x)
            y = layer(given, training=True)
        gradient = np.asarray(tape.gradient(y, given))
        np.testing.assert_array_equal(gradient, np.asarray(y))
        np.testing.assert_array_equal(tape.gradient(y, given), gradient)
        seen.append(gradient)
    assert (seen[0] != seen[1]).any()


def test_batch_normalization_follows_trainable_without_being_traced_anew(traced):
    layer = layers.BatchNormalization()
    layer.build((None, 4))
    means = []
    for flag in (True, False, True, False):
        layer.trainable = flag
        with GradientTape():
            y = np.asarray(layer(X, training=True))
        means.append(abs(y.mean()))
    assert means[0] < 1e-6 < means[1]
    assert means[2] < 1e-6 < means[3]


def test_second_and_third_derivatives_go_through_segments(traced):
    model = Sequential([layers.Input((4,)), layers.Dense(5, "tanh"), layers.Dense(1, "sigmoid")])
    w1, b1, w2, b2 = (v.numpy() for v in model.weights)

    def net(x):
        return jnp.sum(jax.nn.sigmoid(jnp.tanh(x @ w1 + b1) @ w2 + b2))

    with GradientTape() as outer:
        x = outer.watch(X)
        with GradientTape() as middle:
            middle.watch(x)
            with GradientTape() as inner:
                inner.watch(x)
                y = model(x)
            first = inner.gradient(y, x)
            norm = ops.sum(first**2)
        second = middle.gradient(norm, x)
        total = ops.sum(second**3)
    third = outer.gradient(total, x)
    assert traced
    gradient = jax.grad(net)
    second_ = jax.grad(lambda x: jnp.sum(gradient(x) ** 2))
    expected = jax.grad(lambda x: jnp.sum(second_(x) ** 3))(X)
    np.testing.assert_allclose(second, second_(X), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(third, expected, rtol=1e-3, atol=1e-7)


def test_a_gradient_penalty_trains_the_weights_as_in_jax():
    critic = Sequential([layers.Input((4,)), layers.Dense(8, "softplus"), layers.Dense(1)])

    def loss(weights, x):
        def net(x):
            return jnp.sum(jax.nn.softplus(x @ weights[0] + weights[1]) @ weights[2] + weights[3])

        norms = jnp.sqrt(jnp.sum(jax.grad(net)(x) ** 2, axis=1))
        return jnp.mean((norms - 1) ** 2) + net(x)

    expected = jax.grad(loss)([v.numpy() for v in critic.weights], X)
    with GradientTape() as outer:
        with GradientTape() as inner:
            x = inner.watch(X)
            y = critic(x, training=True)
        norms = ops.sqrt(ops.sum(inner.gradient(y, x) ** 2, axis=1))
        total = ops.mean((norms - 1) ** 2) + ops.sum(y)
    for a, b in zip(outer.gradient(total, critic.weights), expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_losses_of_layers_and_several_outputs_have_their_gradients():
    given = layers.Input((4,))
    first = layers.Dense(3, "tanh", activity_regularizer="l2")(given)
    model = brickwork.Model(given, [first, layers.Dense(2)(first)])
    with GradientTape() as tape:
        a, b = model(X)
        loss = ops.sum(a) + 2 * ops.sum(b) + sum(model.losses)
    found = tape.gradient(loss, model.trainable_weights)

    def reference(weights):
        w, c, v, d = weights
        a = jnp.tanh(X @ w + c)
        return jnp.sum(a) + 2 * jnp.sum(a @ v + d) + 0.01 * jnp.sum(a**2) / len(X)

    expected = jax.grad(reference)([v.numpy() for v in model.weights])
    for x, y in zip(found, expected, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-4, atol=1e-5)


def test_masks_pass_through():
    embed = layers.Embedding(5, 3, mask_zero=True)
    pool = layers.GlobalAveragePooling1D()
    rows = np.array([[1, 2, 0, 0], [3, 0, 0, 0]])
    with GradientTape() as tape:
        y = ops.sum(pool(embed(rows)))
    expected = np.zeros((5, 3), "float32")
    expected[[1, 2]], expected[3] = 0.5, 1
    np.testing.assert_allclose(tape.gradient(y, embed.embeddings), expected)


def test_code_of_the_users_runs_each_time():
    seen = []

    def activation(x):
        seen.append(float(ops.sum(x)))
        return x

    layer = layers.Dense(2, activation=activation)
    for _ in range(3):
        with GradientTape():
            layer(X)
    assert len(seen) == 3


def test_stop_recording_has_no_gradient():
    layer = layers.Dense(2)
    layer.build((None, 4))
    with GradientTape() as tape:
        with tape.stop_recording():
            y = layer(X)
        loss = ops.sum(y) + ops.sum(layer.bias)
    kernel, bias = tape.gradient(loss, layer.weights)
    assert kernel is None
    np.testing.assert_array_equal(bias, [1, 1])


@pytest.mark.parametrize("name", ["BinaryCrossentropy", "Huber", "MeanSquaredError"])
def test_a_loss_on_arrays_is_a_program_and_follows_its_settings(name, monkeypatch):
    loss, p = getattr(losses, name)(), 1 / (1 + np.exp(-X[:, :1]))
    expected = float(loss._compute(Y, p, None))
    runs = []
    run = Runs.__call__
    monkeypatch.setattr(Runs, "__call__", lambda *a: runs.append(1) or run(*a))
    assert float(loss(Y, p)) == pytest.approx(expected, rel=1e-6)
    assert runs
    assert float(loss(Y, p, np.arange(6.0))) == pytest.approx(
        float(loss._compute(Y, p, np.arange(6.0))), rel=1e-6
    )
    loss.reduction = "sum"
    assert float(loss(Y, p)) == pytest.approx(6 * expected, rel=1e-6)
    with GradientTape() as tape:
        given = tape.watch(p)
        value = loss(Y, given)
    number = losses.MeanSquaredError()  # another loss in the same block
    assert float(number(Y, Y)) == 0
    change = np.zeros_like(p)
    change[2] = 1e-3
    measured = (float(loss(Y, p + change)) - float(loss(Y, p - change))) / 2e-3
    assert float(tape.gradient(value, given)[2, 0]) == pytest.approx(measured, rel=2e-2, abs=1e-3)


def test_a_metric_on_arrays_is_a_program_with_state_of_its_own():
    one, other = metrics.BinaryAccuracy(), metrics.BinaryAccuracy()
    p = 1 / (1 + np.exp(-X[:, :1]))
    right = ((p > 0.5) == (Y > 0.5)).mean()
    for _ in range(3):
        one.update_state(Y, p)
    assert float(one.result()) == pytest.approx(right)
    assert float(other.result()) == 0
    one.reset_state()
    assert float(one.result()) == 0
    with GradientTape() as tape:  # in the block of a tape too
        w = Variable(2.0)
        loss = w * w
        one.update_state(Y, p)
        assert float(one.result()) == pytest.approx(right)
    assert float(tape.gradient(loss, w)) == 4
    assert "_calls" in one.__dict__
    copy = pickle.loads(pickle.dumps(one))
    copy.update_state(Y, 1 - p)
    assert float(one.result()) == pytest.approx(right)
    assert float(copy.result()) == pytest.approx(0.5)


def test_a_wrong_argument_is_named_as_before():
    with pytest.raises(ValueError, match="shape"):
        losses.MeanSquaredError()(np.zeros((3, 2)), np.zeros((3, 5)))
    with pytest.raises(ValueError, match="shape"), GradientTape():
        losses.MeanSquaredError()(np.zeros((3, 2)), np.zeros((3, 5)))


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", None])
@pytest.mark.parametrize("calls", [1, 2])
def test_gradients_asked_for_once_are_those_of_a_persistent_tape(reduction, calls, monkeypatch):
    maker = Sequential([layers.Input((4,)), layers.Dense(3, "tanh")])
    judge = Sequential(
        [layers.Input((3,)), layers.BatchNormalization(), layers.Dense(1, "sigmoid")]
    )
    loss = losses.BinaryCrossentropy(reduction=reduction)
    at_once = []
    ask = tape_module.gradients_at_once
    monkeypatch.setattr(tape_module, "gradients_at_once", lambda *a: at_once.append(1) or ask(*a))
    other = Variable(1.0)
    found = []
    for persistent in (False, True):
        with GradientTape(persistent=persistent) as tape:
            y = maker(X)
            for _ in range(calls):  # the judge's weights are used twice
                y = judge(maker(judge_input(y)) if calls == 2 else y, training=False)
                y = y if calls == 1 else ops.concatenate([y] * 3, 1)
            value = loss(Y if calls == 1 else np.tile(Y, 3), y)
        sources = {"maker": maker.trainable_weights, "judge": judge.trainable_weights, "no": other}
        found.append(tape.gradient(value, sources))
    assert bool(at_once)
    assert found[0]["no"] is None is found[1]["no"]
    for name in ("maker", "judge"):
        for a, b in zip(found[0][name], found[1][name], strict=True):
            np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-5, atol=1e-7)
            assert np.abs(a.numpy()).max() > 0


def judge_input(y):
    return ops.concatenate([y, y[:, :1]], 1)


def test_a_tape_that_asks_once_is_used_up_and_others_may_still_ask():
    model, loss = Sequential([layers.Input((4,)), layers.Dense(1)]), losses.MeanSquaredError()
    with GradientTape() as tape:
        value = loss(Y, model(X))
    first = tape.gradient(value, model.weights)
    with pytest.raises(RuntimeError, match="used"):
        tape.gradient(value, model.weights)
    with GradientTape() as outer:
        with GradientTape() as inner:
            value = loss(Y, model(X))
        again = inner.gradient(value, model.weights)
        norm = ops.sum(again[0] ** 2)
    np.testing.assert_allclose(again[0], first[0], rtol=1e-6)
    second = outer.gradient(norm, model.weights)
    assert np.abs(second[0]).max() > 0
    with GradientTape() as tape:
        value = loss(Y, model(X))
    zeros = tape.gradient(value, [Variable(1.0)], unconnected_gradients="zero")
    assert float(zeros[0]) == 0


def test_a_loss_of_half_precision_is_that_on_both_ways():
    for name in ("MeanSquaredError", "MeanSquaredLogarithmicError", "Huber"):
        loss = getattr(losses, name)(dtype="float16")
        assert loss(Y, Y / 2).dtype == loss._compute(Y, Y / 2, None).dtype == np.float16


def test_a_tape_that_is_opened_again_reads_weights_anew():
    model, loss = (
        Sequential([layers.Input((4,)), layers.Dense(3, "tanh"), layers.Dense(1)]),
        (losses.MeanSquaredError()),
    )
    tape = GradientTape(persistent=True)
    for _ in range(2):
        with tape:
            value = loss(Y, model(X))
        found = tape.gradient(value, model.weights)
        for a, b in zip(found, gradients_of(lambda: loss(Y, model(X)), model.weights), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
        model.set_weights([2 * w + 0.1 for w in model.get_weights()])


def grown(model):
    model.add(layers.Dense(1, "tanh"))


def shortened(model):
    model.pop()


def other_bias(model):
    model.layers[-1].bias = Variable(np.full(2, 3.0, "float32"))


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("change", [grown, shortened, other_bias])
def test_a_model_whose_parts_change_is_traced_anew(change, compiled):
    model = Sequential([layers.Input((4,)), layers.Dense(3, "tanh"), layers.Dense(2)])

    def step(x):
        with GradientTape() as tape:
            loss = ops.sum(model(x) ** 2)
        return [loss, *tape.gradient(loss, model.trainable_variables)]

    run = brickwork.function(step) if compiled else step
    run(X), run(X)
    change(model)
    found, fresh = run(X), step(X)
    assert len(found) == len(fresh) == 1 + len(model.trainable_variables)
    for a, b in zip(found, fresh, strict=True):
        if a is not None or b is not None:
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found[0], np.sum(model.predict(X, verbose=0) ** 2), rtol=1e-5)


def test_calls_with_batches_of_all_sizes_keep_one_program():
    model = Sequential([layers.Input((4,)), layers.Dense(3)])
    whole = np.random.default_rng(2).normal(size=(40, 4)).astype("float32")
    for rows in range(1, 41):
        np.testing.assert_allclose(model(whole[:rows]), model(whole)[:rows], rtol=1e-5, atol=1e-6)
    assert len(model._programs) < 10


def test_a_loss_sees_a_list_of_its_own_change():
    class Weighted(losses.MeanSquaredError):
        pass

    for kind in (losses.MeanSquaredError, Weighted):
        loss = kind()
        loss.tried = [1]
        before = loss(Y, Y / 2)
        loss.tried.append(object())
        assert loss(Y, Y / 2) == before


def small():
    return Sequential([layers.Input((4,)), layers.Dense(3, "tanh"), layers.Dense(1, "sigmoid")])


def asked(model, loss, persistent, change=lambda: None, sources=None, step=None):
    """Gradients of one step, after a change that came behind it."""
    before = model.get_weights()
    with GradientTape(persistent=persistent) as tape:
        value = step(model, loss) if step else loss(Y, model(X, training=True))
    change()
    found = tape.gradient(value, model.trainable_variables if sources is None else sources)
    model.set_weights(before)
    return found


def test_gradients_are_those_of_the_weights_that_the_block_read():
    model, loss = small(), losses.BinaryCrossentropy()
    adam = brickwork.optimizers.Adam(0.5)
    expected = asked(model, loss, False)
    for persistent in (False, True):
        for change in (
            lambda: model.set_weights([w * 3 for w in model.get_weights()]),
            lambda: adam.apply([np.ones(v.shape, "float32") for v in model.weights], model.weights),
        ):
            for a, b in zip(asked(model, loss, persistent, change), expected, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-6)


def test_gradients_at_once_are_one_program_for_each_sequence_of_calls(monkeypatch):
    model, loss, made = small(), losses.BinaryCrossentropy(), []
    make = segment_module._chain
    monkeypatch.setattr(segment_module, "_chain", lambda *a: made.append(1) or make(*a))
    w = model.trainable_variables
    nested = {"a": w[1], "b": [w[0]]}
    for sources in (w, tuple(w), w[:1], w[0], w[::-1], [w[0], w[0]], nested):
        for _ in range(2):
            found = asked(model, loss, False, sources=sources)
        expected = asked(model, loss, True, sources=sources)
        pairs = zip(*map(brickwork.tree.flatten, (found, expected)), strict=True)
        assert all(np.allclose(a, b, rtol=1e-5, atol=1e-7) for a, b in pairs)
    assert len(made) == 5  # a tuple is as a list, and one variable as a list of it


@pytest.mark.parametrize(
    "step",
    [
        lambda model, loss: loss(Y, model(X)) + loss(Y, model(X)),
        lambda model, loss: loss(Y, model(X) * 0.5),
        lambda model, loss: loss(model(X), model(X[::-1])),
        lambda model, loss: (model(X[:2]), loss(Y, model(X)))[1],
        lambda model, loss: loss(Y, layers.Dropout(0.5, seed=1)(model(X), training=True)),
        lambda model, loss: (float(model.weights[0][0, 0]), loss(Y, model(X)))[1],
    ],
)
def test_gradients_at_once_of_any_sequence_of_calls(step):
    model, loss = small(), losses.BinaryCrossentropy()
    for _ in range(2):
        for a, b in zip(*(asked(model, loss, p, step=step) for p in (False, True)), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_values_that_stand_in_for_variables_keep_their_history():
    model, loss = small(), losses.MeanSquaredError()

    def step(model, loss):
        doubled = [v * 2 for v in model.trainable_variables]
        return loss(Y, model.stateless_call(doubled, [], X)[0])

    found, expected = (asked(model, loss, p, step=step) for p in (False, True))
    before = model.get_weights()
    model.set_weights([2 * w for w in before])
    direct = asked(model, loss, False)
    for a, b, c in zip(found, expected, direct, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(a, 2 * np.asarray(c), rtol=1e-4, atol=1e-6)


def test_a_tape_knows_the_variables_that_segments_read():
    model = Sequential([layers.Input((4,)), layers.BatchNormalization(), layers.Dense(1)])
    other = Variable(1.0)
    with GradientTape() as tape:
        _ = ops.sum(model(X, training=True)) * other
        watched = {id(v) for v in tape.watched_variables()}
    assert watched == {id(v) for v in (*model.trainable_variables, other)}


def test_a_segment_without_inputs_has_its_gradient():
    class Constant(layers.Layer):
        def build(self, shape=None):
            self.w = self.add_weight((3,), "ones", name="w")

        def call(self):
            return self.w * 2

    Constant.__module__ = "brickwork.of_a_test"
    layer, dense = Constant(), layers.Dense(2)
    for _ in range(2):
        with GradientTape() as tape:
            y = dense(ops.reshape(layer(), (1, 3)))
        with GradientTape() as tape:
            y = layer()
        np.testing.assert_array_equal(tape.gradient(y, [layer.w])[0], [2, 2, 2])


def test_layers_that_are_called_before_and_after_a_change_in_a_block():
    model, loss = small(), losses.BinaryCrossentropy()
    w = model.trainable_variables
    found = []
    for persistent in (False, True):
        with GradientTape(persistent=persistent) as tape:
            first = model(X)
            w[0].assign(w[0].numpy() * 2)
            value = loss(first, model(X))
        w[0].assign(w[0].numpy() / 2)
        found.append(tape.gradient(value, w))
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
