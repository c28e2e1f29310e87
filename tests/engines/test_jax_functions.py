"""Layers, losses, metrics, optimizers and steps that call JAX themselves: they compute what the
same ones in `brickwork.ops` compute on the native engine."""

import copy

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import brickwork
from brickwork import (
    GradientTape,
    Input,
    Model,
    Sequential,
    constraints,
    layers,
    losses,
    metrics,
    ops,
    optimizers,
    regularizers,
)

RNG = np.random.default_rng(5)
X = RNG.normal(size=(45, 4)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


@pytest.fixture(autouse=True, scope="module")
def as_jax_is_by_itself():
    with jax.enable_x64(False):
        yield


class Snake(layers.Layer):
    """With a weight of its own, a count that it changes, and a layer inside."""

    def __init__(self, np, dot, **options):
        super().__init__(**options)
        self.np, self.dot = np, dot

    def build(self, shape):
        self.kernel = self.add_weight((shape[-1], 5), "glorot_uniform", name="kernel")
        self.count = self.add_weight((), "zeros", trainable=False, name="count")
        self.inner = layers.Dense(3, kernel_initializer="glorot_uniform")

    def call(self, x, training=False):
        z = self.dot(x, self.kernel)
        if training:
            self.count.assign(self.count + 1)
        return z[:, :3] + self.np.sin(z[:, :3]) ** 2 + self.inner(z)


class Hinge(losses.Loss):
    def __init__(self, np, **options):
        super().__init__(**options)
        self.np = np

    def call(self, y_true, y_pred):
        return self.np.mean(self.np.maximum(1 - (2 * y_true - 1) * y_pred, 0), axis=-1)


class Hits(metrics.Metric):
    def __init__(self, np, name="hits", **options):
        super().__init__(name=name, **options)
        self.np = np
        self.hits = self.add_variable((), name="hits")
        self.rows = self.add_variable((), name="rows")

    def update_state(self, y_true, y_pred, sample_weight=None):
        right = self.np.where((y_pred > 0) == (y_true > 0.5), 1.0, 0.0)
        self.hits.assign(self.hits + self.np.sum(right))
        self.rows.assign(self.rows + self.np.sum(self.np.ones_like(right)))

    def result(self):
        return self.hits / self.np.maximum(self.rows, 1.0)


class Sign(optimizers.Optimizer):
    def __init__(self, np, learning_rate=0.01, **options):
        super().__init__(learning_rate, **options)
        self.np = np

    def update_step(self, gradient, variable, learning_rate):
        step = self.np.sign(gradient) * self.np.minimum(self.np.abs(gradient), 0.1)
        variable.assign(variable - learning_rate * step)


class Near(regularizers.Regularizer):
    def __init__(self, np):
        self.np = np

    def __call__(self, weight):
        return 0.01 * self.np.sum(self.np.square(weight))


class Bounded(constraints.Constraint):
    def __init__(self, np):
        self.np = np

    def __call__(self, weight):
        return self.np.clip(weight, -0.5, 0.5)


PARTS = ["layer", "loss", "loss function", "metric", "optimizer", "regularizer", "constraint",
         "activation", "lambda"]  # fmt: skip


def made(part, np, **compiled):
    """A model whose one part computes by a module."""

    def of(name):
        return np if part in (name, "all") else ops

    dot = jnp.dot if part in ("layer", "all") else ops.matmul
    brickwork.utils.set_random_seed(2)
    model = Sequential(
        [
            Input((4,)),
            Snake(of("layer"), dot, name="snake"),
            layers.Dropout(0.2),
            layers.Lambda(lambda x: of("lambda").tanh(x) * 2),
            layers.Dense(
                1,
                activation=lambda z: of("activation").tanh(z) + z,
                kernel_regularizer=Near(of("regularizer")),
                kernel_constraint=Bounded(of("constraint")),
            ),
        ]
    )
    loss = Hinge(of("loss"))
    if part == "loss function":
        loss = lambda y, p: np.mean(np.maximum(1 - (2 * y - 1) * p, 0), axis=-1)  # noqa: E731
    model.compile(Sign(of("optimizer")), loss, metrics=[Hits(of("metric"))], **compiled)
    return model


def trained(model):
    history = model.fit(X, Y, batch_size=10, epochs=3, validation_split=0.2, verbose=0).history
    return [*history.values(), *model.get_weights(), model.predict(X, verbose=0), model(X[:3])]


def assert_alike(found, wanted):
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=2e-6)


@pytest.fixture(scope="module")
def natively():
    model = made(None, ops)
    found = trained(model)
    assert model._plans.engine.__name__ == "brickwork.engines.native"
    return found


@pytest.mark.parametrize("part", [*PARTS, "all"])
def test_each_part_may_call_jax(part, natively):
    model = made(part, jnp)
    assert_alike(trained(model), natively)
    assert model._plans.engine.__name__ == "brickwork.engines.jax"
    if part == "layer":
        assert "since snake calls functions of JAX's" in str(model._plans.choice)


def test_the_native_engine_refuses_it_by_name():
    model = made("layer", jnp, engine="native")
    with pytest.raises(
        ValueError, match=r"compile\.engine: got 'native' for .*snake calls functions of JAX"
    ):
        model.fit(X, Y, verbose=0)


def test_gradients_are_those_of_the_same_ops():
    kernel = brickwork.Variable(RNG.normal(size=(4, 3)).astype("float32"))

    def of(module, dot):
        layer = layers.Lambda(lambda x: module.exp(module.sin(dot(x, kernel))) / 3)
        with GradientTape() as tape:
            x = tape.watch(X[:5])
            y = ops.sum(layer(x) ** 2)
        return [*tape.gradient(y, [x, kernel]), y]

    assert_alike(map(np.asarray, of(jnp, jnp.dot)), map(np.asarray, of(ops, ops.matmul)))


def test_several_inputs_and_outputs_of_several_dtypes():
    def call(module):
        def split(inputs):
            x, rows = inputs
            return {"even": x[:, ::2] * 1.5, "rows": rows[:, :1] + 1, "all": module.sum(x, axis=-1)}

        a, b = Input((4,)), Input((2,), dtype="int32")
        return Model([a, b], layers.Lambda(split)([a, b]))

    rows = RNG.integers(0, 9, (45, 2)).astype("int32")
    found, wanted = (call(module).predict([X, rows], verbose=0) for module in (jnp, ops))
    assert found.keys() == wanted.keys() == {"even", "rows", "all"}
    for name in found:
        assert found[name].dtype == wanted[name].dtype
        np.testing.assert_allclose(found[name], wanted[name], rtol=1e-6)


def test_operators_alone_with_arrays_of_jax():
    scale = jnp.asarray([1.0, 2, 3, 4], "float32")
    model = Sequential([Input((4,)), layers.Lambda(lambda x: jnp.flip(x * scale, -1))])
    np.testing.assert_allclose(model.predict(X, verbose=0), (X * [1, 2, 3, 4])[:, ::-1], rtol=1e-6)


def test_random_numbers_of_ops_and_of_jax():
    class Noise(layers.Layer):
        def __init__(self, **options):
            super().__init__(**options)
            self.seeds = brickwork.random.SeedGenerator(3)

        def call(self, x):
            theirs = jax.random.normal(jax.random.key(1), jnp.asarray(x).shape)
            return x + theirs + brickwork.random.normal(jnp.shape(x), seed=self.seeds)

    model = Sequential([Input((4,)), Noise()])
    first, second = (np.asarray(model(X)) for _ in range(2))
    assert (first != second).all()  # the state of the generator has gone on
    np.testing.assert_allclose(np.var(first - X), 2, rtol=0.3)


def test_shapes_depend_on_the_batch_as_they_say():
    def pairs(x):
        return jnp.concatenate([x, x[:, :1] * jnp.ones((x.shape[0], 3))], axis=1).reshape(-1, 7)

    model = Sequential([Input((4,)), layers.Lambda(pairs), layers.Dense(1)])
    assert model.output_shape == (None, 1) and model.layers[-1].kernel.shape == (7, 1)
    assert model.predict(X, verbose=0).shape == (45, 1)


def test_float64_and_half_precision():
    for dtype in ("float64", "float16"):
        layer = layers.Lambda(lambda x: jnp.sin(x) * 2, dtype=dtype)
        found = np.asarray(layer(X))
        assert found.dtype == dtype
        wanted = np.sin(X.astype(dtype).astype("float64")) * 2
        np.testing.assert_allclose(found, wanted, rtol={"float64": 1e-6, "float16": 2e-3}[dtype])


# Steps in JAX's manner


class Written(Model):
    """Keras's step for JAX, in full."""

    def compute_loss_and_updates(self, weights, others, x, y, training):
        y_pred, others = self.stateless_call(weights, others, x, training=training)
        return self.compute_loss(x, y, y_pred), (y_pred, others)

    def train_step(self, state, data):
        weights, others, slots, measured = state
        x, y = data[:2]
        gradient = jax.value_and_grad(self.compute_loss_and_updates, has_aux=True)
        (loss, (y_pred, others)), grads = gradient(weights, others, x, y, training=True)
        weights, slots = self.optimizer.stateless_apply(slots, grads, weights)
        logs, measured = self.measured(measured, loss, x, y, y_pred)
        return logs, (weights, others, slots, measured)

    def test_step(self, state, data):
        weights, others, measured = state
        x, y = data[:2]
        y_pred, others = self.stateless_call(weights, others, x, training=False)
        logs, measured = self.measured(measured, self.compute_loss(x, y, y_pred), x, y, y_pred)
        return logs, (weights, others, measured)

    def measured(self, variables, loss, x, y, y_pred):
        logs, new = {}, []
        for metric in self.metrics:
            own = variables[len(new) : len(new) + len(metric.variables)]
            if metric.name == "loss":
                own = metric.stateless_update_state(own, loss, sample_weight=x.shape[0])
            else:
                own = metric.stateless_update_state(own, y, y_pred)
            result = metric.stateless_result(own)
            logs |= result if isinstance(result, dict) else {metric.name: result}
            new += own
        return logs, new


def stepped(kind):
    brickwork.utils.set_random_seed(4)
    inputs = Input((4,))
    x = layers.Dropout(0.2)(layers.BatchNormalization()(layers.Dense(6, "tanh")(inputs)))
    model = kind(inputs, layers.Dense(1, "sigmoid")(x))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(X, Y, batch_size=10, epochs=3, validation_split=0.2, verbose=0).history
    evaluated = model.evaluate(X, Y, verbose=0, return_dict=True)
    logs = model.train_on_batch(X[:6], Y[:6], return_dict=True)
    return (
        [history[n] for n in sorted(history)],
        [*evaluated.values()],
        [*logs.values()],
        (model.get_weights()),
    )


def test_a_step_in_jax_s_manner_is_the_built_in_one():
    for found, wanted in zip(stepped(Written), stepped(Model), strict=True):
        assert_alike(found, wanted)


def test_a_step_with_a_state_of_other_length_is_refused():
    class Forgetful(Written):
        def train_step(self, state, data):
            logs, (weights, *rest) = super().train_step(state, data)
            return logs, (weights[1:], *rest)

    inputs = Input((4,))
    model = Forgetful(inputs, layers.Dense(1)(inputs))
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"got 1 trainable_variables .* expected 2"):
        model.fit(X, Y, verbose=0)


# What is wrong is said as JAX says it


def test_errors_of_jax_are_shown():
    model_of = lambda f: Sequential([Input((4,)), layers.Lambda(f)])  # noqa: E731
    with pytest.raises(TypeError, match="dot_general"):
        model_of(lambda x: jnp.dot(x, jnp.ones((3, 3))))(X)
    with pytest.raises(jax.errors.TracerBoolConversionError):
        model_of(lambda x: x if jnp.sum(x) > 0 else -x)(X)


def test_functions_of_jax_elsewhere_are_refused():
    with pytest.raises(TypeError, match=r"in a function of JAX's, expected its arrays"):
        jnp.asarray(Input((4,)))
    with pytest.raises(ValueError, match="__jax_array__"):  # JAX's own words, before it asks us
        jnp.sin(Input((4,)))


def test_models_with_such_parts_work_inside_of_jax():
    model = made("all", jnp)
    model.fit(X, Y, verbose=0)
    weights = [v.numpy() for v in model.trainable_variables]
    others = [v.numpy() for v in model.non_trainable_variables]

    @jax.jit
    def total(weights, x):
        return model.stateless_call(weights, others, x)[0].sum()

    np.testing.assert_allclose(total(weights, X), model.predict(X, verbose=0).sum(), rtol=1e-4)
    gradient = jax.grad(total)(weights, X)
    assert [g.shape for g in gradient] == [w.shape for w in weights]
    np.testing.assert_allclose(jax.jit(model)(X), model.predict(X, verbose=0), rtol=1e-4)


def test_compiled_functions_may_call_jax():
    @brickwork.function
    def f(x):
        return ops.sum(layers.Lambda(lambda z: jnp.cosh(z))(x))

    np.testing.assert_allclose(f(X), np.cosh(X).sum(), rtol=1e-5)


@pytest.mark.filterwarnings("ignore::brickwork.data.DataWarning")
def test_metrics_compare_each_row_with_its_own():
    """Targets ``(rows,)`` beside outputs ``(rows, 1)`` are mended as natively, and said so."""
    model = Sequential([Input((4,)), layers.Dense(1)])
    found = []
    for np_like in (ops, jnp):
        model.compile("sgd", "mse", metrics=[Hits(np_like)])
        found.append(model.evaluate(X, Y[:, 0], verbose=0)[1])
    assert found[0] == pytest.approx(found[1]) and 0 <= found[0] <= 1


# What happens within such a call counts as it does elsewhere


def of_both(call, build=lambda self, shape: None, **options):
    """A layer whose call gets a module, once in ops and once in JAX, after `build`."""

    def made(module):
        class Own(layers.Layer):
            def call(self, x):
                return call(self, module, x)

        Own.build = build
        return Own(**options)

    return made(ops), made(jnp)


def test_layers_inside_are_in_training_when_the_model_is():
    def build(self, shape):
        self.norm, self.drop = layers.BatchNormalization(), layers.Dropout(0.5, seed=1)

    found = []
    for layer in of_both(lambda self, np, x: self.drop(self.norm(np.abs(x))), build):
        model = Sequential([Input((4,)), layer])
        zeros = float(np.mean(np.asarray(model(X, training=True)) == 0))
        model.compile("sgd", "mse")
        model.fit(X, X, epochs=2, verbose=0, shuffle=False)
        found.append([zeros, layer.norm.moving_mean.numpy(), layer.norm.gamma.numpy()])
    assert 0.3 < found[0][0] < 0.7 and found[0][1].min() > 0
    assert_alike(found[1], found[0])


def test_losses_that_layers_add_count():
    def call(self, np, x):
        self.add_loss(np.sum(np.square(x)) + 100.0)
        return self.inner(np.abs(x))

    def build(self, shape):
        self.inner = layers.Dense(
            1, kernel_initializer="ones", activity_regularizer="l2", kernel_regularizer="l1"
        )

    found = []
    for layer in of_both(call, build):
        model = Sequential([Input((4,)), layer])
        model.compile("sgd", "mse")
        fitted = model.fit(X, Y, verbose=0, shuffle=False).history["loss"]
        found.append([model.evaluate(X, Y, verbose=0), *fitted])
        copy.deepcopy(model)  # no array that JAX has traced is left anywhere
    assert found[0][0] > 100
    assert_alike(found[1], found[0])


def test_state_of_a_layer_of_mixed_precision_is_as_exact_as_elsewhere():
    def call(self, np, x):
        self.count.assign_add(1.0)
        return np.sin(x) * self.scale

    def build(self, shape):
        self.count = self.add_weight((), "zeros", trainable=False)
        self.scale = self.add_weight((), "ones")

    for layer in of_both(call, build, dtype="mixed_bfloat16"):
        model = Sequential([Input((4,)), layer, layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(X, Y, batch_size=1, epochs=7, verbose=0)
        assert layer.count.numpy() == 315  # bfloat16 goes on from 256 to 256
        assert np.asarray(layer(X)).dtype.name == "bfloat16"


@pytest.mark.parametrize("value", [3.0, 2, [1.0, 2.0, 3.0], "least"])
def test_what_is_assigned_fits_the_variable(value):
    def call(self, np, x):
        self.state.assign(np.min(x) if value == "least" else value)
        return np.sin(x) + self.state[0]

    def build(self, shape):
        self.state = self.add_weight((3,), lambda shape, dtype: np.full(shape, np.inf, dtype))
        self.state.trainable = False

    first, second = of_both(call, build)
    np.testing.assert_allclose(np.asarray(first(X)), np.asarray(second(X)), rtol=1e-6)
    np.testing.assert_array_equal(first.state.numpy(), second.state.numpy())


@pytest.mark.parametrize(
    "function",
    [
        lambda y, p: jnp.ravel((jnp.abs(p) - jnp.abs(p).T) ** 2),
        lambda y, p: jnp.abs(p)[::3, 0],
        lambda y, p: jnp.abs(p)[:10, 0],
    ],
)
def test_extents_that_are_no_multiple_of_the_batch_size_are_refused(function):
    model = Sequential([Input((4,)), layers.Dense(1)])
    model.compile("sgd", function)
    with pytest.raises(ValueError, match=r"returns arrays of shapes .* for batches of 8, 12, 40"):
        model.evaluate(X, Y, verbose=0)


def test_what_takes_pairs_of_rows_works_and_says_what_was_tried_where_it_does_not():
    def pairs(y, p):
        q = jnp.abs(p).reshape(-1, 2)
        return jnp.mean((q[:, 0] - q[:, 1]) ** 2)

    model = Sequential([Input((4,)), layers.Dense(1)])
    model.compile("sgd", pairs)
    p = np.abs(model.predict(X[:20], verbose=0)).reshape(-1, 2)
    found = model.evaluate(X[:20], Y[:20], verbose=0)
    assert found == pytest.approx(np.mean((p[:, 0] - p[:, 1]) ** 2), rel=1e-4)
    model.compile("sgd", lambda y, p: jnp.abs(p).reshape(-1, 7).mean())
    with pytest.raises(TypeError) as error:
        model.evaluate(X[:14], Y[:14], verbose=0)
    assert "a batch of 8 rows" in error.value.__notes__[-1]


def test_rows_that_depend_on_each_other_are_predicted_in_their_batches():
    model = Sequential([Input((4,)), layers.Lambda(lambda x: x - jnp.mean(x, 0, keepdims=True))])
    parts = [X[i : i + 10] - X[i : i + 10].mean(0) for i in range(0, 45, 10)]
    found = model.predict(X, batch_size=10, verbose=0)
    np.testing.assert_allclose(found, np.concatenate(parts), atol=1e-5)


def test_a_variable_that_is_read_for_large_batches_only_has_its_value():
    layer = of_both(
        lambda self, np, x: (z := np.abs(x)) * (self.scale if z.shape[0] > 16 else 1),
        lambda self, shape: setattr(self, "scale", self.add_weight((), "ones")),
    )[1]
    model = Sequential([Input((4,)), layer])
    np.testing.assert_allclose(model.predict_on_batch(X), np.abs(X), rtol=1e-6)


def test_what_changes_after_it_was_traced_is_refused():
    on = []
    layer = of_both(
        lambda self, np, x: np.abs(x) * self.scale if on else np.abs(x),
        lambda self, shape: setattr(self, "scale", self.add_weight((), "ones")),
    )[1]
    model = Sequential([Input((4,)), layer])
    model.predict_on_batch(X)
    on.append(True)
    with pytest.raises(RuntimeError, match=r"calls JAX, and reads .*scale|reads .*variable"):
        model.predict_on_batch(X[:20])


def test_a_symbol_from_elsewhere_is_refused_in_words():
    kept = []

    def keep(x):
        kept.append(ops.abs(x))
        return kept[-1]

    model = Sequential([Input((4,)), layers.Lambda(keep), layers.Dense(1)])
    model.compile("sgd", lambda y, p: jnp.mean((y - p) ** 2) + 0 * jnp.mean(kept[-1]))
    with pytest.raises(TypeError, match="computed outside of this call"):
        model.fit(X, Y, verbose=0)
