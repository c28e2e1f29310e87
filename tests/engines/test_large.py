"""Large matrices: updates that take turns with products, products shared by columns, and the
barriers that both need. The bits are those of one thread that does one thing after another."""

from itertools import pairwise

import numpy as np
import pytest

from brickwork import _engine, losses, ops, optimizers
from brickwork.engines import following, lowering
from brickwork.engines.following import follow_gradients
from brickwork.engines.lowering import lay_out
from brickwork.engines.native import Executable
from brickwork.engines.planner import Planner
from brickwork.engines.schedule import schedule
from brickwork.program import Variable, gradients, signature_of, trace_function

ROWS, BATCH = 96, 24
SIZES = (40, 1100, 1030, 3)


def step_of(optimizer, sizes=SIZES):
    """A training step and its variables, from the same weights each time."""
    rng = np.random.default_rng(0)
    weights = [
        Variable(rng.normal(0, 0.05, shape), name="w")
        for a, b in pairwise(sizes)
        for shape in ((a, b), (b,))
    ]
    optimizer = optimizers.get(optimizer)
    optimizer.build(weights)
    loss = losses.MeanSquaredError()

    def step(x, y):
        h = x
        for i in range(0, len(weights), 2):
            h = ops.matmul(h, weights[i].value) + weights[i + 1].value
            if i + 2 < len(weights):
                h = ops.relu(h)
        value = loss(y, h)
        optimizer.apply(gradients(value, [w.value for w in weights]), weights)
        return value

    x = rng.normal(size=(ROWS, sizes[0])).astype("float32")
    y = rng.normal(size=(ROWS, sizes[-1])).astype("float32")
    program = trace_function(step, [signature_of(x), signature_of(y)])
    return program, weights, (x, y)


def instructions_of(program):
    planner = Planner(program, program.outputs[0])
    layout = lay_out(planner)
    follow_gradients(planner, layout)
    schedule(planner, layout)
    return layout.instructions


def trained(optimizer, threads, sizes=SIZES):
    program, weights, feeds = step_of(optimizer, sizes)
    executable = Executable(program, program.outputs[0], threads=threads)
    passes = _engine.Pass(executable.plan, None, None, list(feeds), ROWS, BATCH, True, 1)
    loop = _engine.Loop(passes, None, 5)
    while loop.run(10.0)[0] != "done":
        pass
    return b"".join(w.numpy().tobytes() for w in weights)


@pytest.mark.parametrize("optimizer", ["adam", "sgd", optimizers.SGD(0.01, momentum=0.9)])
def test_bits_are_those_of_the_plain_way(monkeypatch, optimizer):
    config = optimizers.serialize(optimizers.get(optimizer))
    found = [trained(optimizers.deserialize(config), threads) for threads in (1, 2, 3, 2)]
    monkeypatch.setattr(following, "LARGE", 1 << 60)
    monkeypatch.setattr(lowering, "LARGE_WEIGHTS", 1 << 60)
    plain = trained(optimizers.deserialize(config), 1)
    assert all(bits == plain for bits in found)


def test_large_matrices_are_updated_in_turns_with_their_gradients():
    program, _, _ = step_of("adam")
    order = instructions_of(program)
    turns = [i for i in range(len(order)) if order[i].chunk]
    assert len(turns) == 1, "1100 x 1030: the others are small"
    product, update = order[turns[0]], order[turns[0] + 1]
    assert product.kernel == "matmul" and update.kernel == "map" and not update.barrier
    assert update.code[0] == (1100, 1030) and update.shared == product.shared == 1100
    covered = sum(np.prod(i.code[0]) for i in order if "sqrt" in i.label and i.code[0] != (1, 1))
    assert covered == sum(a * b + b for a, b in pairwise(SIZES)), "every weight once"


def test_products_shared_by_columns_wait_for_all_rows():
    program, _, _ = step_of("sgd", (1024, 1100, 3))
    order = instructions_of(program)
    by_columns = [i for i in order if i.kernel == "matmul" and i.ints[5]]
    assert by_columns and by_columns[0].ins[0] == 0, "the first reads the input"
    assert by_columns[0].barrier, "whose rows other threads have filled"
    after = order[order.index(by_columns[0]) + 1]
    assert after.barrier


def test_sharing_by_columns_from_the_input_on():
    assert trained("sgd", 2, (1024, 1100, 3)) == trained("sgd", 1, (1024, 1100, 3))


def test_an_input_read_across_its_rows_is_waited_for():
    x = np.ones((8, 3), "float32")
    program = trace_function(lambda x: x - ops.mean(x, axis=0, keepdims=True), [signature_of(x)])
    order = instructions_of_unguarded(program)
    assert next(i for i in order if i.kernel == "reduce_sum").barrier


def instructions_of_unguarded(program):
    planner = Planner(program)
    layout = lay_out(planner)
    schedule(planner, layout)
    return layout.instructions


@pytest.mark.parametrize("rows", [1, 5, 31, 32, 100])
@pytest.mark.parametrize(
    "relu, bias, mask, turned", [(0, 0, 0, 0), (1, 1, 0, 0), (0, 0, 1, 1), (0, 0, 0, 1)]
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_columns_give_the_bits_of_rows(rows, relu, bias, mask, turned, dtype):
    rng = np.random.default_rng(rows)
    k, n = 70, 200
    arrays = [rng.normal(size=(rows, k)), rng.normal(size=(n, k) if turned else (k, n))]
    arrays += [rng.normal(size=n)] * bias + [rng.normal(size=(rows, n))] * mask
    arrays = [a.astype(dtype) for a in arrays]
    found = []
    for columns, threads in ((0, 1), (1, 1), (1, 3)):
        dims = [
            [(0, 1), *a.shape[1:]] if a.shape[0] == rows and i != 1 else list(a.shape)
            for i, a in enumerate(arrays)
        ]
        buffers = [("input", dtype, d, i, 0) for i, d in enumerate(dims)]
        buffers.append(("temp", dtype, [(0, 1), n], 0, 0))
        code = [
            (
                "matmul",
                [len(arrays)],
                list(range(len(arrays))),
                [0, turned, relu, bias, mask, columns],
                [],
                ("rows",),
                False,
                "m",
                None,
            )
        ]
        plan = _engine.Plan(buffers, code, [len(arrays)], threads=threads)
        found.append(plan.run(arrays, rows)[0].tobytes())
    assert len(set(found)) == 1
