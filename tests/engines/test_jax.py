"""Models in JAX: jit, grad, vmap, and training in its own manner."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import brickwork
from brickwork import Sequential, layers, losses, metrics, ops, optimizers


def model(dropout=0.3):
    brickwork.utils.set_random_seed(1)
    return Sequential(
        [
            layers.Dense(8, "relu", input_dim=4),
            layers.Dropout(dropout, seed=5),
            layers.BatchNormalization(),
            layers.Dense(3, "softmax"),
        ]
    )


X = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
Y = np.random.default_rng(1).integers(0, 3, 64)


def values(variables):
    return [variable.numpy() for variable in variables]


@pytest.mark.parametrize(
    "optimizer",
    [
        optimizers.SGD(0.1, momentum=0.9),
        optimizers.Adam(0.01),
        optimizers.AdamW(0.01, clipnorm=0.5),
    ],
    ids=lambda o: type(o).__name__,
)
def test_training_in_jax_s_manner_is_ours_dropout_included(optimizer):
    native = model()
    native.compile(
        optimizers.deserialize(optimizers.serialize(optimizer)),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    shown = native.fit(X, Y, batch_size=16, epochs=4, shuffle=False, verbose=0).history
    own, loss = model(), losses.SparseCategoricalCrossentropy()
    accuracy = metrics.SparseCategoricalAccuracy()
    optimizer.build(own.trainable_variables)

    def loss_of(weights, others, x, y):
        p, others = own.stateless_call(weights, others, x, training=True)
        return loss(y, p), (p, others)

    @jax.jit
    def step(state, x, y):
        weights, others, slots, seen = state
        (value, (p, others)), grads = jax.value_and_grad(loss_of, has_aux=True)(
            weights, others, x, y
        )
        seen = accuracy.stateless_update_state(seen, y, p)
        weights, slots = optimizer.stateless_apply(slots, grads, weights)
        return (weights, others, slots, seen), value

    state = (
        values(own.trainable_variables),
        values(own.non_trainable_variables),
        values(optimizer.variables),
        values(accuracy.variables),
    )
    for epoch in range(4):
        state = (*state[:3], accuracy.stateless_reset_state())
        seen = []
        for start in range(0, 64, 16):
            state, value = step(state, X[start : start + 16], Y[start : start + 16])
            seen.append(float(value))
        assert np.mean(seen) == pytest.approx(shown["loss"][epoch], rel=1e-4)
        result = accuracy.stateless_result([jnp.asarray(v) for v in state[3]])
        assert float(result) == pytest.approx(shown["accuracy"][epoch])
    trained = [*state[0], *state[1]]
    expected = values([*native.trainable_variables, *native.non_trainable_variables])
    for one, other in zip(trained, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


def test_vmap_hessian_and_a_scan():
    own = model(0.0)
    weights, others = values(own.trainable_variables), values(own.non_trainable_variables)

    def one(row):
        return own.stateless_call(weights, others, row[None])[0][0]

    expected = own.predict(X, verbose=0)
    np.testing.assert_allclose(jax.vmap(one)(X), expected, rtol=1e-5, atol=1e-6)
    found, step = np.asarray(jax.hessian(lambda row: one(row)[0])(jnp.asarray(X[0]))), 1e-2
    gradient = jax.jit(jax.grad(lambda row: one(row)[0]))
    for k, shift in enumerate(step * np.eye(4, dtype="f")):
        difference = (gradient(X[0] + shift) - gradient(X[0] - shift)) / (2 * step)
        np.testing.assert_allclose(found[k], difference, rtol=0.05, atol=1e-3)
    assert np.abs(found).max() > 0.01
    _, scanned = jax.lax.scan(lambda carry, row: (carry, one(row)), 0, jnp.asarray(X))
    np.testing.assert_allclose(scanned, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(own.predict(X, verbose=0), expected)  # as it was


def test_what_changes_between_calls_counts():
    """Which variables are trained, and what layers and losses hold."""
    two = Sequential([layers.Dense(2, input_dim=2), layers.Dense(2)])
    frozen, other = two.layers
    frozen.trainable = False

    def given(scale):
        return [np.full((2, 2), scale, "f"), np.full(2, scale, "f")]

    def out():
        compute = jax.jit(lambda x: two.stateless_call(given(2.0), given(3.0), x)[0])
        return compute(jnp.asarray([[1.0, 0.0]]))

    first = out()
    frozen.trainable, other.trainable = True, False
    np.testing.assert_allclose(first, [[26.0, 26.0]])  # 2 for the layer that is trained
    np.testing.assert_allclose(out(), [[27.0, 27.0]])
    dropped = layers.Dropout(0.9, seed=1)
    dropped(X)
    state = values(dropped.non_trainable_variables)

    def kept():
        call = jax.jit(lambda x: dropped.stateless_call([], state, x, training=True)[0])
        return int((np.asarray(call(jnp.ones((20, 20)))) != 0).sum())

    assert kept() < 100
    dropped.rate = 0.0
    assert kept() == 400
    x = jnp.array([1, 2], jnp.int32)
    assert jax.jit(lambda x: ops.add(x, 1))(x).dtype == jnp.int32
    assert jax.jit(lambda x: ops.add(x, 1.0))(x).dtype == jnp.float32


def test_arrays_of_jax_that_nothing_traces_are_arrays_like_any():
    x = jnp.asarray(X)
    assert isinstance(ops.exp(x), np.ndarray)
    np.testing.assert_array_equal(ops.nonzero(x > 0)[0], np.nonzero(X > 0)[0])
    np.testing.assert_array_equal(ops.get_item(x, slice(1, 3)), X[1:3])
    own = model()
    out, _ = own.stateless_call(
        list(map(jnp.asarray, values(own.trainable_variables))),
        values(own.non_trainable_variables),
        x,
    )
    np.testing.assert_allclose(out, own.predict(X, verbose=0), rtol=1e-6)


def test_nested_inputs_and_losses():
    a, b = brickwork.Input((2,), name="a"), brickwork.Input((2,), name="b")
    both = brickwork.Model({"a": a, "b": b}, {"sum": layers.add([a, b]), "a": a})
    given = {"a": jnp.ones((3, 2)), "b": jnp.full((3, 2), 2.0)}
    out, rest = jax.jit(lambda given: both.stateless_call([], [], given))(given)
    assert rest == [] and sorted(out) == ["a", "sum"]
    np.testing.assert_array_equal(out["sum"], np.full((3, 2), 3.0))
    loss = losses.MeanSquaredError()
    y, p = np.ones((4, 2), "f"), np.arange(8, dtype="f").reshape(4, 2)
    weighted = jax.jit(lambda y, p: loss(y, p, np.arange(4.0, dtype="f")))(y, p)
    assert float(weighted) == pytest.approx(float(loss(y, p, np.arange(4.0))))


def test_ops_compute_in_jax():
    @jax.jit
    def penalty(x):
        return ops.mean(ops.square(ops.norm(x, axis=1) - 1.0)) + jnp.sum(jnp.sin(x))

    def plain(x):
        return float(np.mean((np.linalg.norm(x, axis=1) - 1) ** 2) + np.sin(x).sum())

    x = jnp.asarray(X)
    assert float(penalty(x)) == pytest.approx(plain(X), rel=1e-5)
    found, step = np.asarray(jax.grad(penalty)(x), float), 1e-3
    for place in ((0, 0), (5, 2)):
        ends = [X.astype(float).copy() for _ in range(2)]
        ends[0][place] += step
        ends[1][place] -= step
        assert found[place] == pytest.approx(
            (plain(ends[0]) - plain(ends[1])) / (2 * step), rel=1e-2
        )

    @jax.jit
    def shapes(x):
        assert ops.shape(x) == (64, 4)
        both = ops.concatenate([x, jnp.ones((64, 1))], axis=1)
        return [both, *ops.split(x, 2, axis=1), ops.get_item(x, slice(1, 3))]

    assert [part.shape for part in shapes(x)] == [(64, 5), (64, 2), (64, 2), (2, 4)]


def test_what_would_be_lost_is_refused():
    own = model()
    weights = values(own.trainable_variables)
    with pytest.raises(ValueError, match="got 6 values, expected 10"):
        jax.jit(lambda x: own.stateless_call(weights, [], x, training=True)[0])(X)

    class Counting(layers.Layer):
        def call(self, inputs):
            COUNT.assign(COUNT + 1.0)
            return inputs

    with pytest.raises(TypeError, match="in JAX: the call changes count, whose value was not"):
        layer = Counting()
        layer(X)
        jax.jit(lambda x: layer.stateless_call([], [], x)[0])(X)

    @ops.custom_gradient
    def doubled(x):
        return x, lambda upstream: 2 * upstream

    layer = layers.Lambda(doubled)
    layer(X)
    np.testing.assert_array_equal(jax.jit(lambda x: layer.stateless_call([], [], x)[0])(X), X)
    with pytest.raises(NotImplementedError, match="custom_gradient is not known"):
        jax.grad(lambda x: layer.stateless_call([], [], x)[0].sum())(jnp.asarray(X))


COUNT = brickwork.Variable(0.0, name="count")


def test_half_precision_rounds_where_ours_does():
    brickwork.utils.set_random_seed(3)
    own = Sequential([layers.Dense(5, "tanh", input_dim=4, dtype="mixed_bfloat16")])
    expected = own(X)
    weights = values(own.trainable_variables)
    out = jax.jit(lambda x: own.stateless_call(weights, [], x)[0])(X)
    assert out.dtype == jnp.bfloat16
    np.testing.assert_array_equal(np.asarray(out, np.float32), np.asarray(expected, np.float32))
