"""`GradientTape` and `function`: what is recorded, when it is recorded anew, what they refuse."""

import copy
import gc
import pickle
import warnings
import weakref

import numpy as np
import pytest

import brickwork as bw
from brickwork import (
    GradientTape,
    Sequential,
    Variable,
    function,
    layers,
    losses,
    metrics,
    ops,
    optimizers,
)
from brickwork.program import TraceError
from brickwork.program.symbol import Value

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")


def value_of(x):
    return np.asarray(x).tolist()


# Over arrays


def test_values_of_a_tape_can_be_looked_at_inside_and_after_it():
    w = Variable(3.0, name="w")
    with GradientTape() as tape:
        loss = ops.square(w) + 1.0
        assert float(loss) == 10 and loss > 9 and int(loss) == 10 and bool(loss > 9)
        if loss < 100:
            loss = loss * 2
    assert tape.gradient(loss, w).numpy() == 12
    assert loss.numpy() == loss.item() == 20 and f"{loss:.1f}" == "20.0" and str(loss) == "20.0"
    assert np.exp(loss - 20) == 1 and np.float32(2) * loss == 40
    assert np.mean([loss, loss]) == 20 and isinstance(loss * 1, np.ndarray | np.generic)


def test_a_value_behaves_as_an_array_of_its_shape():
    w = Variable(np.arange(6.0).reshape(2, 3))
    with GradientTape():
        y = w * 2
    assert y.shape == (2, 3) and y.dtype == "float32" and len(y) == 2 and y.ndim == 2
    assert [row.tolist() for row in np.asarray(y)] == [[0, 2, 4], [6, 8, 10]]
    assert [value_of(row) for row in y] == [[0, 2, 4], [6, 8, 10]]
    assert value_of(y[1, ::2]) == [6, 10]
    assert value_of(np.ones(3, "float32") + y)[0] == [1, 3, 5]
    assert value_of(ops.mean(y)) == 5 and value_of(losses.mse(y, y)) == [0, 0]
    for same in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        assert type(same) is np.ndarray and value_of(same) == value_of(y)


def test_operators_of_arrays_on_the_left_are_recorded():
    w = Variable([1.0, 2.0])
    array = np.array([3.0, 4.0], "float32")
    with GradientTape() as tape:
        y = array * (w * 1)
        y = y + array - array / (w + 0.0)
    expected = array + array / np.array([1.0, 4.0])
    np.testing.assert_allclose(tape.gradient(y, w), expected, rtol=1e-6)


def test_nested_tapes_give_second_derivatives_and_persistent_ones_several():
    x = Variable(2.0)
    with GradientTape() as outer:
        with GradientTape() as inner:
            y = x * x * x
        gradient = inner.gradient(y, x)
    assert gradient.numpy() == 12 and outer.gradient(gradient, x).numpy() == 12
    with GradientTape(persistent=True) as tape:
        y = x * x
        z = y * y
    assert [tape.gradient(t, x).numpy() for t in (y, z)] == [4, 32]
    assert tape.gradient(z, y).numpy() == 8
    with GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    with pytest.raises(RuntimeError, match="persistent=True"):
        tape.gradient(y, x)


def test_arrays_are_differentiated_by_if_they_are_watched():
    x = np.array([1.0, 2.0, 3.0], "float32")
    with GradientTape() as tape:
        watched = tape.watch(x)
        y = ops.sum(watched * watched) + ops.sum(ops.sin(x))
    np.testing.assert_allclose(tape.gradient(y, x), 2 * x + np.cos(x), rtol=1e-6)
    with GradientTape() as tape:
        y = ops.sum(Variable(1.0) * x)
    assert tape.gradient(y, [x]) == [None]
    with GradientTape() as tape:
        y = ops.sum(Variable(1.0) * x)
    assert value_of(tape.gradient(y, x, unconnected_gradients="zero")) == [0, 0, 0]


def test_sources_keep_their_structure_and_targets_are_summed():
    a, b = Variable(2.0), Variable(3.0)
    with GradientTape(persistent=True) as tape:
        first, second = a * b, a + a
    found = tape.gradient([first, second], {"a": a, "rest": [b]})
    assert found["a"].numpy() == 5 and found["rest"][0].numpy() == 2
    found = tape.gradient([first, second], a, output_gradients=[10.0, 1.0])
    assert found.numpy() == 32
    assert tape.gradient(first, [Variable(1.0)]) == [None]


def test_jacobians():
    x = Variable([1.0, 2.0, 3.0])
    with GradientTape(persistent=True) as tape:
        y = x * x
        rows = ops.stack([x * 2, x * x])
    assert value_of(tape.jacobian(y, x)) == np.diag([2.0, 4, 6]).tolist()
    assert tape.jacobian(rows, x).shape == (2, 3, 3)
    batch = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
    with GradientTape() as tape:
        batch = tape.watch(batch)
        y = batch * batch
    x = np.ones((2, 1), "float32")
    with GradientTape() as unconnected:
        x = unconnected.watch(x)
        two = ops.identity(2) * Variable(1.0)
    assert unconnected.batch_jacobian(two, x) is None
    assert value_of(tape.batch_jacobian(y, batch)) == [[[2, 0], [0, 4]], [[6, 0], [0, 8]]]


def test_what_is_not_recorded_has_no_gradient():
    x = Variable(2.0)
    with GradientTape() as tape:
        y = x * x
        with tape.stop_recording():
            z = x * x
        y = y + z + ops.stop_gradient(x * x)
    assert tape.gradient(y, x).numpy() == 4
    with GradientTape() as tape:
        x.assign(x * 3)
        y = x * 2
    assert tape.gradient(y, x).numpy() == 2 and x.numpy() == 6
    with GradientTape() as tape:
        y = np.square(x.numpy())
    with pytest.raises(TraceError, match="not recorded"):
        tape.gradient(y, x)
    with pytest.raises(TraceError, match="with GradientTape"):
        GradientTape().gradient(1.0, x)


def test_a_value_that_outlives_its_tape_keeps_nothing_else():
    x = Variable(np.ones(4))
    with GradientTape() as tape:
        hidden = x * 2
        loss = ops.sum(hidden)
    gone = weakref.ref(hidden)
    del hidden
    gradient = tape.gradient(loss, x)
    gc.collect()
    assert gone() is None and float(loss) == 8 and value_of(gradient) == [2] * 4
    with GradientTape() as tape:  # never asked
        hidden = x * 2
        loss = ops.sum(hidden)
    gone = weakref.ref(hidden)
    del hidden, tape
    gc.collect()
    assert gone() is None and float(loss) == 8


def test_values_of_one_tape_are_constants_in_the_next():
    x = Variable(2.0)
    with GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    with GradientTape() as tape:
        z = y * x
    assert tape.gradient(z, x).numpy() == 4
    assert function(lambda v: v * 2)(y) == 8


def test_a_fit_in_the_block_of_a_tape_is_not_recorded():
    model = Sequential([layers.Dense(1, kernel_initializer="ones", input_dim=3)])
    model.compile("sgd", "mse")
    kernel = model.layers[0].kernel
    with GradientTape() as tape:
        before = ops.sum(kernel)
        model.fit(X, X[:, 0], verbose=0)
        after = ops.sum(kernel * kernel)
        assert np.isfinite(model.evaluate(X, X[:, 0], verbose=0))
        assert model.predict(X, verbose=0).shape == (8, 1)
    assert float(before) == 3 and float(after) != 3
    np.testing.assert_allclose(tape.gradient(after, kernel), 2 * kernel.numpy(), rtol=1e-6)


def test_it_says_once_that_a_loop_could_be_a_program(monkeypatch):
    monkeypatch.setattr(bw.program.tape, "_count", 0)
    x = Variable(1.0)

    def step():
        with GradientTape() as tape:
            y = x * x
        tape.gradient(y, x)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(250):
            step()
    assert len(caught) == 1 and "@brickwork.function" in str(caught[0].message)


def test_every_operator_works_with_an_array_on_the_left():
    w = Variable([1.0, 3.0])
    array = np.array([2.0, 2.0], "float32")
    operators = "+ - * / ** % // < <= > >= == !=".split()
    given = {"a": array, "np": np}
    expected = [eval(f"a {op} b", {**given, "b": w.numpy()}) for op in operators]

    @function
    def compiled():
        return [eval(f"a {op} b", {**given, "b": w * 1}) for op in operators]

    with GradientTape():
        found = [eval(f"a {op} b", {**given, "b": w * 1}) for op in operators]
    for op, wanted, *others in zip(operators, expected, found, compiled(), strict=True):
        for other in others:
            np.testing.assert_allclose(np.asarray(other), wanted, rtol=1e-6, err_msg=op)


# Layers, losses, optimizers and metrics


def small(seed=0):
    bw.utils.set_random_seed(seed)
    return Sequential(
        [
            layers.Dense(5, "tanh", kernel_regularizer="l2", input_dim=3),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(1, activity_regularizer="l2"),
        ]
    )


def train(model, compiled):
    """Some steps; returns what the last one returned."""
    loss, optimizer = losses.MeanSquaredError(), optimizers.Adam(0.05)
    mean = metrics.Mean()

    def step(x, y):
        with GradientTape() as tape:
            value = loss(y, model(x, training=True))
            value = value + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(value, variables), variables, strict=True))
        mean.update_state(value)
        return value

    step = function(step) if compiled else step
    for _ in range(5):
        last = step(X, X[:, :1])
    return float(last), float(mean.result()), [w.copy() for w in model.get_weights()]


def test_a_loop_over_arrays_and_a_compiled_one_train_alike():
    eager, compiled = train(small(), False), train(small(), True)
    np.testing.assert_allclose(eager[0], compiled[0], rtol=1e-5)
    np.testing.assert_allclose(eager[1], compiled[1], rtol=1e-5)
    for a, b in zip(eager[2], compiled[2], strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)


def test_optimizers_minimize():
    x = Variable(1.0)
    optimizer = optimizers.SGD(0.25)
    optimizer.minimize(lambda: x * x, [x])
    assert x.numpy() == 0.5
    with GradientTape() as tape:
        loss = x * x
    optimizer.minimize(loss, lambda: [x], tape=tape)
    assert x.numpy() == 0.25 and optimizer.iterations.numpy() == 2
    with pytest.raises(ValueError, match="without its tape"):
        optimizer.minimize(loss, [x])


# Compiled functions


def test_a_function_is_traced_once_for_each_kind_of_arguments():
    traced = []

    @function
    def scaled(x, factor=2, *, parts=None):
        traced.append(1)
        return {"x": x * factor, "sum": ops.sum(parts["a"]) if parts else None, "n": (len(x),)}

    assert value_of(scaled(X)["x"]) == (X * 2).tolist() and scaled(X)["n"] == (8,)
    assert len(traced) == 1
    scaled(X[:4])
    scaled(X.astype("float64"))
    assert len(traced) == 3
    assert value_of(scaled(X, 3)["x"]) == (X * 3).tolist() and len(traced) == 4
    assert scaled(X, parts={"a": X})["sum"] == pytest.approx(X.sum(), rel=1e-5)
    assert scaled(X, parts={"a": X + 1})["sum"] == pytest.approx(X.sum() + 24, rel=1e-5)
    assert len(traced) == 5
    assert value_of(scaled(X[:, ::2])["x"]) == (X[:, ::2] * 2).tolist()


def test_what_a_program_holds_as_a_constant_is_looked_after():
    model = Sequential([layers.Dense(2, kernel_initializer="ones", input_dim=3), layers.Dense(1)])
    optimizer = optimizers.SGD(0.1, momentum=0.0)
    loss = losses.MeanSquaredError()

    @function
    def step(x):
        with GradientTape() as tape:
            value = loss(0 * x[:, :1], model(x))
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(value, variables), variables)
        return value

    def change():
        before = model.layers[0].kernel.numpy()
        step(X)
        return np.abs(model.layers[0].kernel.numpy() - before).max()

    usual = change()
    optimizer.learning_rate = 0.0
    assert usual > 0 and change() == 0
    optimizer.learning_rate = 0.1
    model.layers[1].activation = lambda x: x * 0
    assert step(X) == 0
    model.layers[1].activation = lambda x: x
    optimizer.clipvalue = 1e-3
    assert 0 < change() <= 1.1e-4
    model.layers[0].trainable = False
    assert change() == 0
    model.layers[0].trainable = True
    assert 0 < change() <= 1.1e-4


def test_functions_as_methods_have_programs_of_their_own():
    class Counter:
        def __init__(self, start):
            self.total = Variable(float(start))

        @function
        def add(self, x):
            self.total.assign_add(ops.sum(x))
            return self.total.value

    first, second = Counter(0), Counter(100)
    ones = np.ones(4, "float32")
    assert [float(c.add(ones)) for c in (first, second, first)] == [4, 104, 8]
    gone = weakref.ref(first)
    del first
    gc.collect()
    assert gone() is None


def test_a_model_with_a_compiled_method_is_freed():
    class Own(Sequential):
        @function
        def step(self, x):
            return ops.sum(self(x))

    model = Own([layers.Dense(1, input_dim=3)])
    model.step(X)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    assert Own([layers.Dense(1, kernel_initializer="zeros", input_dim=3)]).step(X) == 0


def test_a_function_inside_of_a_tape_or_of_another_function_is_a_part_of_it():
    x = Variable(3.0)
    square = function(lambda v: v * v)
    with GradientTape() as tape:
        y = square(x) + square(x * 2)
    assert tape.gradient(y, x).numpy() == 30

    @function
    def gradient():
        with GradientTape() as tape:
            y = square(x)
        return tape.gradient(y, x)

    assert gradient() == 6
    x.assign(4.0)
    assert gradient() == 8


@pytest.mark.parametrize(
    "code",
    [
        lambda x: x if ops.sum(x) > 0 else -x,
        lambda x: float(ops.sum(x)),
        lambda x: np.exp(x),
        lambda x: x.numpy(),
    ],
)
def test_what_needs_a_value_in_a_compiled_function_is_refused_with_its_line(code):
    with pytest.raises(TraceError, match=r"test_tape.py:\d+ needs the value"):
        function(code)(X)


def test_what_runs_programs_cannot_be_part_of_one():
    model = Sequential([layers.Dense(1, input_dim=3)])
    model.compile("sgd", "mse")
    with pytest.raises(TraceError, match="fit cannot be part of a compiled function"):
        function(lambda x: model.fit(x, x[:, 0]))(X)


def test_a_stream_among_the_arguments_runs_without_a_program():
    total = Variable(0.0)

    @function
    def whole(batches):
        for batch in batches:
            total.assign_add(ops.sum(batch))

    with pytest.warns(UserWarning, match=r"whole: runs op by op.*stream of data"):
        whole(iter([X, X]))
    whole(iter([X]))
    assert total.numpy() == pytest.approx(3 * X.sum(), rel=1e-5)


def test_many_programs_are_warned_of():
    @function
    def times(x, n):
        return x * n

    with pytest.warns(UserWarning, match=r"times: 16 programs were traced"):
        for n in range(20):
            times(X, n)


def test_random_numbers_and_state_go_on_in_each_run():
    generator = bw.random.SeedGenerator(1)

    @function
    def draw():
        return bw.random.normal((3,), seed=generator)

    assert value_of(draw()) != value_of(draw())


def test_values_are_symbols_of_their_own_kind():
    with GradientTape():
        y = Variable(1.0) * 2
    assert type(y) is Value and "Value" in repr(y)
