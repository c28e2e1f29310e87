"""Programs that the lesson does not need: the contract is general.

Each is run by the native engine, on one thread and on two, and by the formulas of its ops in
NumPy. Outputs and the state left behind must agree.
"""

import numpy as np
import pytest

from brickwork import ops
from brickwork.engines.native import Executable
from brickwork.program import Pack, Variable, gradients, interpret, signature_of, trace_function
from brickwork.program.primitives.layout import pack

RNG = np.random.default_rng(7)


def variable(*shape, name="w"):
    return Variable(RNG.normal(size=shape), dtype="float64", name=name)


def agree(function, arrays, state, guard=False, tolerance=1e-12):
    """The native engine does what the formulas say, the same bits on one thread and on two."""
    arrays = [np.asarray(a) for a in arrays]
    program = trace_function(function, [signature_of(a) for a in arrays], training=True)
    before = [v.numpy() for v in state]

    def run(execute):
        for v, value in zip(state, before, strict=True):
            v.store(value)
        outputs = execute()
        return [*outputs, *(v.numpy() for v in state)]

    expected = run(lambda: interpret(program, arrays))
    results = []
    for threads in (1, 2):
        executable = Executable(program, program.outputs[0] if guard else None, threads)
        results.append(run(lambda e=executable: e.run(arrays)))
    for one, two, wanted in zip(*results, expected, strict=True):
        np.testing.assert_allclose(one, wanted, rtol=tolerance, atol=tolerance)
        np.testing.assert_array_equal(one, two)
    return expected


X = RNG.normal(size=(11, 4))
Y = RNG.normal(size=(11, 3))


def descend(loss, weights, rate=0.1):
    for weight, grad in zip(weights, gradients(loss, [w.value for w in weights]), strict=True):
        weight.assign(weight - rate * grad)
    return loss


def test_branch_and_merge():
    a, b, c = variable(4, 5), variable(4, 2), variable(7, 3)

    def step(x, y):
        left, right = ops.relu(x @ a), ops.tanh(x @ b)
        out = ops.concatenate([left, right], axis=-1) @ c
        return descend(ops.mean(ops.square(out - y)), [a, b, c])

    agree(step, [X, Y], [a, b, c], guard=True)


def test_layer_used_twice():
    w, out = variable(4, 4), variable(4, 3)

    def step(x, y):
        twice = ops.tanh(ops.tanh(x @ w) @ w)
        return descend(ops.mean(ops.square(twice @ out - y)), [w, out])

    agree(step, [X, Y], [w, out], guard=True)


def test_two_inputs():
    a, b = variable(4, 3), variable(2, 3)

    def step(x, z, y):
        return descend(ops.mean(ops.abs(x @ a + z @ b - y)), [a, b])

    agree(step, [X, RNG.normal(size=(11, 2)), Y], [a, b], guard=True)


def test_metric_with_state():
    total, count = (Variable(0.0, dtype="float64", name=n) for n in ("total", "count"))

    def step(x):
        total.assign_add(ops.sum(ops.cast(x > 0, "float64")))
        count.assign_add(ops.cast(ops.size(x), "float64"))
        return total.value / count.value

    result = agree(step, [X], [total, count])
    assert result[0] == (X > 0).mean()


def test_across_the_batch():
    scale, mean = variable(4), variable(4)

    def step(x):
        centre = ops.mean(x, axis=0, keepdims=True)
        spread = ops.mean(ops.square(x - centre), axis=0, keepdims=True)
        y = (x - centre) / ops.sqrt(spread + 1e-3) * scale
        mean.assign(mean * 0.9 + ops.reshape(centre, (4,)) * 0.1)
        pairs = ops.matmul(y, ops.transpose(y))
        return descend(ops.mean(pairs), [scale]), ops.softmax(pairs)

    agree(step, [X], [scale, mean], guard=True)


def test_whole_tensor_update():
    weights = [variable(4, 5, name="a"), variable(5, name="b"), variable(5, 3, name="c")]
    together = Pack(weights)

    def step(x, y):
        out = ops.relu(x @ weights[0] + weights[1]) @ weights[2]
        loss = ops.mean(ops.square(out - y))
        grads = gradients(loss, [w.value for w in weights])
        norm = ops.sqrt(sum(ops.sum(ops.square(g)) for g in grads))
        together.assign(together - pack(grads) * (0.5 / ops.maximum(norm, 0.5)))
        longest = ops.sqrt(ops.sum(ops.square(weights[2].value), axis=0, keepdims=True))
        weights[2].assign(weights[2] * (ops.minimum(longest, 1.0) / longest))
        return loss

    agree(step, [X, Y], weights, guard=True)


def test_three_axes():
    w, b = variable(4, 3), variable(3)

    def step(x, y):
        out = ops.tanh(x @ w + b)
        weight = ops.softmax(ops.sum(out, axis=-1), axis=-1)
        pooled = ops.sum(out * ops.expand_dims(weight, -1), axis=1)
        return descend(ops.mean(ops.square(pooled - y)), [w, b]), ops.max(out, axis=(0, 2))

    agree(step, [RNG.normal(size=(11, 6, 4)), Y], [w, b], guard=True)


def test_state_read_before_and_after_it_is_written():
    a, b = variable(3, 3, name="a"), variable(3, 3, name="b")

    def step(x):
        old_a, old_b = a.value, b.value
        a.assign(old_b + 1.0)
        b.assign(old_a)  # a swap: neither may see the other's new value
        return x @ old_a + x @ a.value

    agree(step, [RNG.normal(size=(5, 3))], [a, b])


def test_guard_leaves_everything_as_it_was():
    w, count = variable(4, 3), Variable(0, dtype="int64", name="count")

    def step(x, y):
        count.assign_add(1)
        return descend(ops.mean(ops.log(x @ w - y)), [w])

    program = trace_function(step, [signature_of(X), signature_of(Y)])
    before = w.numpy()
    for threads in (1, 2):
        executable = Executable(program, program.outputs[0], threads)
        with pytest.raises(ArithmeticError):
            executable.run([X, Y])
        np.testing.assert_array_equal(w.numpy(), before)
        assert count.numpy() == 0


def test_a_table_taken_twice_adds_its_gradients():
    table = variable(6, 3)
    ids = np.array([[0, 5], [5, 5], [2, 0]])

    def step(i):
        rows = ops.take(table, i, axis=0)
        return descend(ops.sum(ops.square(rows)), [table])

    agree(step, [ids], [table])


def test_custom_activation_and_loss_are_the_built_in_ones():
    """A copy of relu and mse in a user's hands records the very same ops."""
    from brickwork import activations, losses

    def square_error(y_true, y_pred):
        return ops.mean(ops.square(y_true - y_pred), axis=-1)

    own = trace_function(
        lambda y, p: losses.LossFunctionWrapper(square_error)(y, p),
        [signature_of(Y), signature_of(Y)],
    )
    built_in = trace_function(
        lambda y, p: losses.MeanSquaredError()(y, p), [signature_of(Y), signature_of(Y)]
    )
    assert [s.op for s in own.order()] == [s.op for s in built_in.order()]
    mine = trace_function(lambda x: ops.maximum(x, 0), [signature_of(X)])
    theirs = trace_function(activations.get("relu"), [signature_of(X)])
    np.testing.assert_array_equal(Executable(mine).run([X])[0], Executable(theirs).run([X])[0])


def test_more_operands_than_a_kernel_takes():
    parts = [variable(4, name=f"p{i}") for i in range(30)]

    def step(x):
        total = x
        for i, p in enumerate(parts):
            total = ops.tanh(total + p) if i % 7 == 6 else total + p * float(i)
        return total

    agree(step, [X], parts)


def test_deep_chains_do_not_recurse():
    def step(x):
        for _ in range(3000):
            x = ops.tanh(x)
        return x

    agree(step, [X], [])


def test_what_reads_a_pack_before_a_member_is_written_anew():
    """The pack's new value is read by a map that stands behind the member's last write."""
    weights = [variable(3, name="a"), variable(3, name="b")]
    together, average = Pack(weights), variable(6, name="average")

    def step(x):
        new = together.assign(together * 0.5)
        size = ops.sum(ops.square(weights[1].value))
        weights[1].assign(weights[1] * (1.0 / (1.0 + size)))
        shift = ops.mean(ops.matmul(x, ops.transpose(x))) + ops.sum(weights[1].value)
        average.assign(average + new * shift)
        return shift

    agree(step, [RNG.normal(size=(5, 3))], [*weights, average])


@pytest.mark.parametrize("one", [(11, 4, 3), (11, 4, 1), (11, 1, 3), (11, 1, 1)], ids=str)
@pytest.mark.parametrize(
    "other", [(), (3,), (1,), (4, 3), (4, 1), (1, 3), (1, 4, 3), (1, 4, 1)], ids=str
)
def test_operands_of_every_shape_meet(one, other):
    """With their gradients: rows may end at different axes for the two operands."""
    x, w = RNG.normal(size=one), Variable(RNG.normal(size=other), dtype="float64", name="w")

    def step(x):
        value = ops.mean(ops.square(x * w.value - w.value))
        descend(value, [w])
        return value, x - w.value, w.value * x

    agree(step, [x], [w], tolerance=1e-10)


@pytest.mark.parametrize("shape", [(3,), (1, 3), (1,), ()], ids=str)
def test_gradients_where_the_batch_is_one_and_said_so(shape):
    w = Variable(RNG.normal(size=shape), dtype="float64", name="w")

    def step(x):
        loss = ops.sum(ops.square(x + w.value))
        (grad,) = gradients(loss, [w.value])
        assert grad.dims == w.shape
        return grad

    program = trace_function(step, [((1, 3), "float64")])
    x = RNG.normal(size=(1, 3))
    (grad,) = Executable(program).run([x])
    both = 2 * (x + w.numpy())
    wanted = both.sum() if w.numpy().size == 1 else both
    np.testing.assert_allclose(grad, np.reshape(wanted, shape))
