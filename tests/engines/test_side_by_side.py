"""Several models in one plan: each lane computes what the plan of one model computes.

Each program updates its state from a batch. The models have states and rows of their own.
"""

import numpy as np
import pytest

from brickwork import _engine, ops
from brickwork.engines.native import Executable, SideBySide
from brickwork.program import Pack, Variable, gradients, signature_of, trace_function
from brickwork.program.primitives.layout import pack
from brickwork.random import SeedGenerator, normal, uniform

RNG = np.random.default_rng(11)
LANES = SideBySide.models
ROWS, BATCH = 23, 5
X = RNG.normal(size=(ROWS, 4)).astype("float32")
IDS = RNG.integers(0, 6, size=ROWS)


def variable(*shape, dtype="float32", low=None):
    value = RNG.normal(size=shape) if low is None else RNG.integers(low, low + 9, size=shape)
    return Variable(value, dtype=dtype)


def alike(step, arrays, states, tolerance=2e-6, guard=False, steps=None):
    """Compare a plan for several models with the plan of one, model by model."""
    program = trace_function(step, [signature_of(a) for a in arrays], training=True)
    watched = program.outputs[0] if guard else None
    alone, together = Executable(program, watched), SideBySide(program, watched)
    first = {id(s): s.numpy() for s in alone.states}
    values = {
        key: np.ascontiguousarray(
            np.stack([_changed(value, lane) for lane in range(LANES)], axis=-1)
        )
        for key, value in first.items()
    }
    expected = []
    members = [(lane, RNG.permutation(ROWS)[: ROWS - 2].astype(np.uint32)) for lane in range(LANES)]
    for lane, (seed, rows) in enumerate(members):
        for state in alone.states:
            state.store(values[id(state)][..., lane])
        feeds = [np.ascontiguousarray(a[rows]) for a in arrays]
        one = _engine.Pass(
            alone.ready().plan, None, None, feeds, len(rows), BATCH, True, seed, steps
        )
        status = _engine.Loop(one, None, 2).run(60.0)[0]
        expected.append((status, {id(s): s.numpy() for s in alone.states}))
    kept = {id(s): values[id(s)].copy() for s in together.states}
    together.bind(kept)
    feeds = [np.ascontiguousarray(a, s.dtype) for a, s in zip(arrays, program.inputs, strict=True)]
    every = _engine.Pass(
        together.plan,
        None,
        None,
        feeds,
        ROWS - 2,
        BATCH,
        True,
        steps=steps,
        members=members,
    )
    assert _engine.Loop(every, None, 2).run(60.0)[0] == "done"
    for lane, (status, wanted) in enumerate(expected):
        assert (together.plan.retired[lane] == 2) == (status == "not_finite")
        for state in together.states if status == "done" else ():
            np.testing.assert_allclose(
                kept[id(state)][..., lane],
                wanted[id(state)],
                rtol=tolerance,
                atol=tolerance,
                err_msg=f"{state} of model {lane}",
            )
    assert states is None or {id(s) for s in states} <= set(kept)
    return expected


def _changed(value, lane):
    """A state of one model: another one in each lane, of the same dtype."""
    if value.dtype.kind == "f":
        return (value * (1 + 0.8 * lane / LANES)).astype(value.dtype)
    return (value + lane % 3).astype(value.dtype) if value.dtype.kind == "i" else value


def updates(function, *shape, **more):
    """Compare a step that assigns ``function(w, x)``, of the shape of w, to w."""
    w = variable(*shape, **more)

    def step(x):
        w.assign(function(w.value, x))
        return ops.sum(w.value)

    return alike(step, [X], [w])


ELEMENTWISE = {
    "a scalar of the state": lambda w, x: w + 0.01 * ops.tanh(ops.sum(x)) * w,
    "many ops": lambda w, x: ops.exp(-ops.abs(w)) + ops.log1p(w * w) - ops.sqrt(ops.abs(w)),
    "a comparison": lambda w, x: ops.where(w > 0.1, w * 0.9, w + ops.mean(x)),
    "integers between": lambda w, x: w + 0.1 * ops.cast(ops.cast(w * 10, "int32") % 3, "float32"),
    "doubles between": lambda w, x: ops.cast(ops.cast(w, "float64") * 0.5, "float32") + 0.1,
    "functions of C": lambda w, x: ops.sin(w) + ops.arctan2(w, w + 2.0),
    "a power": lambda w, x: ops.power(ops.abs(w) + 0.5, 0.7),
}


@pytest.mark.parametrize("shape", [(), (1,), (3,), (40,), (7, 33)], ids=str)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise(name, shape):
    updates(ELEMENTWISE[name], *shape)


BROADCASTS = {
    "rows": lambda w, x: 0.9 * w + 0.1 * ops.mean(w, axis=0),
    "columns": lambda w, x: 0.9 * w + 0.1 * ops.mean(w, axis=1, keepdims=True),
    "both": lambda w, x: (w - ops.mean(w, axis=0)) / (1 + ops.max(w, axis=1, keepdims=True) ** 2),
    "of doubles": lambda w, x: ops.cast(
        ops.cast(w, "float64") - ops.cast(ops.mean(w, axis=1, keepdims=True), "float64"), "float32"
    ),
    "of bools": lambda w, x: ops.where(ops.sum(w, axis=1, keepdims=True) > 0, w, 0.5 * w),
    "of integers": lambda w, x: (
        w + ops.cast(ops.argmax(w, axis=1, keepdims=True) == ops.arange(w.shape[1]), "float32")
    ),
}


@pytest.mark.parametrize("shape", [(2, 3), (5, 1), (1, 5), (3, 40), (60, 20)], ids=str)
@pytest.mark.parametrize("name", BROADCASTS)
def test_broadcasts(name, shape):
    updates(BROADCASTS[name], *shape)


MOVES = {
    "transposed": lambda w, x: ops.transpose(ops.transpose(w, (2, 0, 1)) * 1.1, (1, 2, 0)),
    "parts": lambda w, x: ops.concatenate([w[1:], 0.9 * w[:1]], axis=0),
    "every other": lambda w, x: ops.concatenate([w[:, ::2], w[:, 1::2]], axis=1),
    "broadcast": lambda w, x: w + ops.broadcast_to(ops.mean(w, axis=0), w.shape),
    "shapes": lambda w, x: ops.reshape(ops.reshape(w, (-1,))[::-1], w.shape),
    "softmax": lambda w, x: w + ops.softmax(w, axis=-1),
    "extremes": lambda w, x: w - 0.1 * (ops.max(w, axis=1, keepdims=True) + ops.min(w)),
    "sums so far": lambda w, x: 0.9 * w + 0.1 * ops.cumsum(w, axis=1),
    "products": lambda w, x: w + 0.01 * ops.prod(w, axis=-1, keepdims=True),
}


@pytest.mark.parametrize("name", MOVES)
def test_moves_and_reductions(name):
    updates(MOVES[name], 3, 4, 5)


@pytest.mark.parametrize("units", [1, 2, 3, 4, 5, 8, 11, 40])
@pytest.mark.parametrize("inputs", [1, 4, 9, 64])
def test_products(inputs, units):
    """Forward, both gradients, bias, relu and its mask, packed and not."""
    a, b = variable(4, inputs), variable(inputs, units)
    bias, last = variable(units), variable(units, 1)
    weights = [a, b, bias, last]

    def step(x):
        out = ops.relu(ops.relu(x @ a) @ b + bias) @ last
        loss = ops.mean(out * out)
        for w, g in zip(weights, gradients(loss, [v.value for v in weights]), strict=True):
            w.assign(w - 1e-3 * g / (1 + ops.sqrt(ops.sum(g * g))))
        return loss

    alike(step, [X], weights, tolerance=1e-5)


def test_doubles():
    a, b = variable(4, 6, dtype="float64"), variable(6, 3, dtype="float64")

    def step(x):
        out = ops.softmax(ops.tanh(ops.cast(x, "float64") @ a) @ b)
        loss = ops.mean(out * out)
        for w, g in zip([a, b], gradients(loss, [a.value, b.value]), strict=True):
            w.assign(w - 0.1 * g)
        return loss

    alike(step, [X], [a, b], tolerance=1e-12)


def test_pack():
    a, b = variable(4, 6), variable(6)
    whole, slot = Pack([a, b]), Variable(np.zeros(30), dtype="float32")

    def step(x):
        loss = ops.mean((x @ a + b) ** 2)
        g = pack(gradients(loss, [a.value, b.value]))
        slot.assign(0.9 * slot + g)
        whole.assign(whole - 0.01 * slot)
        return loss

    alike(step, [X], [whole, slot])


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_embedding(dtype):
    table = variable(6, 3)

    def step(ids, x):
        rows = ops.take(table, ids, axis=0)
        loss = ops.mean(rows * rows * ops.sum(x, axis=1, keepdims=True))
        table.assign(table - 0.1 * gradients(loss, [table.value])[0])
        return loss

    alike(step, [IDS.astype(dtype), X], [table])


@pytest.mark.parametrize("draw", [uniform, normal])
def test_random(draw):
    """Each model draws what it would draw alone, whatever its seed and step."""
    generator, w = SeedGenerator(3), variable(150, 3)

    def step(x):
        w.assign(w + draw((150, 3), seed=generator))
        return ops.sum(x)

    alike(step, [X], [w, *generator.variables])


def test_counters_and_batch_size():
    count, total = variable(dtype="int64", low=0), variable()

    def step(x):
        count.assign(count + 1)
        total.assign(total + ops.cast(ops.shape(x)[0], "float32") + ops.sum(ops.ones_like(x)))
        return ops.sum(x)

    alike(step, [X], [count, total])


def test_a_failed_model_leaves_the_others_alone():
    w = variable(4, 2)
    most = 1.4 * float(np.max(w.numpy()))

    def step(x):
        loss = ops.sum(x) + ops.sqrt(most - ops.max(w))  # NaN for the larger ones
        w.assign(w + 0.002 * ops.sign(w))
        return loss

    statuses = [status for status, _ in alike(step, [X], [w], guard=True)]
    assert 0 < statuses.count("not_finite") < LANES


def test_a_retired_model_is_not_looked_at():
    w = Variable(np.ones(2), dtype="float32")

    def step(x):
        w.assign(w + 1)
        return ops.sum(w) / ops.sum(w - w[:1])  # never finite

    program = trace_function(step, [signature_of(X)], training=True)
    plan = SideBySide(program, program.outputs[0])
    values = {id(s): np.ones((2, LANES), "float32") for s in plan.states}
    plan.bind(values)
    members = [(0, None)] * LANES
    plan.plan.retired = [1] * LANES
    one = _engine.Pass(plan.plan, None, None, [X], ROWS, BATCH, members=members)
    assert _engine.Loop(one, None, 1).run(60.0)[0] == "done"
    assert list(plan.plan.retired) == [1] * LANES
    assert next(iter(values.values()))[0].tolist() == [6.0] * LANES


def step_of(function):
    w = variable(3, 3)

    def step(x):
        w.assign(function(w.value))
        return ops.sum(x)

    return trace_function(step, [signature_of(X)], training=True)


def test_ops_without_a_kernel_for_several_are_refused():
    with pytest.raises(ValueError, match=r"argsort.*several models"):
        SideBySide(step_of(lambda w: ops.sort(w, axis=-1)))


WRONG = {
    "one seed": dict(members=[(0, None)]),
    "no members": dict(),
    "a row outside": dict(members=[(0, np.array([0, ROWS], np.uint32))] * LANES, rows=2),
    "rows that differ": dict(
        members=[(0, None)] * (LANES - 1) + [(0, np.zeros(2, np.uint32))],
    ),
    "signed rows": dict(members=[(0, np.zeros(ROWS, np.int64))] * LANES),
    "no pair": dict(members=[(0,)] * LANES),
    "a stride": dict(members=[(0, None)] * LANES, feed=X[:, ::-1]),
    "another dtype": dict(members=[(0, None)] * LANES, feed=X.astype("float64")),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_members(name):
    given = {"feed": X, "rows": ROWS, "members": None} | WRONG[name]
    plan = SideBySide(step_of(lambda w: w + 1))
    plan.bind({id(s): np.zeros((*s.dims, LANES), "float32") for s in plan.states})
    with pytest.raises((ValueError, TypeError)):
        one = _engine.Pass(
            plan.plan,
            None,
            None,
            [given["feed"]],
            given["rows"],
            BATCH,
            members=given["members"],
        )
        _engine.Loop(one, None, 1).run(1.0)


def test_wrong_plans():
    plan = SideBySide(step_of(lambda w: w + 1)).plan
    with pytest.raises(ValueError, match="several models"):
        plan.run([X], ROWS)
    with pytest.raises(ValueError, match="models must be 1 or"):
        _engine.Plan([], [], models=LANES + 1)
    with pytest.raises(ValueError, match="one thread"):
        _engine.Plan([], [], threads=2, models=LANES)
    with pytest.raises(ValueError, match="retired"):
        plan.retired = [0]


def test_sizes_of_states():
    plan = SideBySide(step_of(lambda w: w + 1))
    plan.bind({id(s): np.zeros((*s.dims, LANES - 1), "float32") for s in plan.states})
    one = _engine.Pass(plan.plan, None, None, [X], ROWS, BATCH, members=[(0, None)] * LANES)
    with pytest.raises(ValueError, match="wants elements"):
        _engine.Loop(one, None, 1).run(1.0)
