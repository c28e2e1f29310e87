"""Half precision in plans: the bits that the formulas of the primitives say."""

import numpy as np
import pytest

from brickwork import ops
from brickwork.engines.half import EXACT, in_float32
from brickwork.engines.native import Executable
from brickwork.program import (
    PRIMITIVES,
    Pack,
    Variable,
    apply,
    gradients,
    interpret,
    signature_of,
    trace_function,
)
from brickwork.program.dtypes import HALF, numpy_dtype
from brickwork.program.primitives.layout import pack

RNG = np.random.default_rng(3)
STATE = RNG.bit_generator.state
EACH = pytest.mark.parametrize("dtype", HALF)
#: Ops that take no array of half precision.
OF_OTHER_DTYPES = {"to_float16", "to_bfloat16", "and", "or", "xor", "not"}
#: Ops of which the engine's function and NumPy's differ in the last bit of float32.
ROUNDED_TWICE = ("exp", "expm1", "log", "log1p", "tanh", "sigmoid", "softplus", "erf", "pow")


@pytest.fixture(autouse=True)
def same_numbers():
    """Each test has the same random numbers, whichever ones have run before it."""
    RNG.bit_generator.state = STATE


def values(*shape, dtype, scale=2.0):
    return (RNG.normal(size=shape) * scale).astype(numpy_dtype(dtype))


def equal(ours, theirs, allowed: float = 0.0):
    """The same bits, but for a share of the numbers that are neighbours."""
    assert ours.dtype == theirs.dtype
    a, b = ours.astype("float64"), theirs.astype("float64")
    differs = ~((a == b) | (np.isnan(a) & np.isnan(b)))
    assert differs.mean() <= allowed, (a[differs][:5], b[differs][:5])
    if theirs.dtype.name in HALF:
        step = {"float16": 2.0**-10, "bfloat16": 2.0**-7}[theirs.dtype.name]
        np.testing.assert_allclose(a, b, rtol=step, atol=1e-30 if allowed == 0 else 1e-7)


@EACH
@pytest.mark.parametrize(
    "name", sorted({n for n, p in PRIMITIVES.items() if p.elementwise} - OF_OTHER_DTYPES)
)
def test_the_kernel_rounds_what_the_formula_rounds(name, dtype):
    count = {"where": 3, "where_greater": 3}.get(name)
    rule = PRIMITIVES[name]
    if count is None:
        count = rule.formula.__code__.co_argcount - 1 - (name == "cast")
    targets = ("float32", "float64", *HALF, "int32", "bool") if name == "cast" else ("",)
    for to in targets:
        attrs = {"dtype": to} if to else {}
        for rows in (3, 40, 700):
            arrays = [values(rows, dtype=dtype) for _ in range(count)]
            if name == "where":
                arrays[0] = RNG.random(rows) < 0.5
            if name == "pow":
                arrays[0] = abs(arrays[0])
            program = trace_function(
                lambda *s, a=attrs: apply(name, *s, **a), [signature_of(a) for a in arrays]
            )
            (found,), (wanted,) = Executable(program).run(arrays), interpret(program, arrays)
            equal(found, wanted, 0.02 if name in ROUNDED_TWICE else 0.0)


@EACH
def test_a_step_with_its_gradients(dtype):
    """On one thread and on two: sums of float32, rounded once."""
    x, w = values(64, 48, dtype=dtype), values(48, 33, dtype=dtype)
    state = [Variable(w, dtype=dtype, name="w"), Variable(np.zeros(33), dtype=dtype, name="b")]

    def step(x):
        hidden = ops.relu(ops.matmul(x, state[0].value) + state[1].value)
        loss = ops.mean(ops.square(hidden * 1.1 - 2.0))
        for variable, gradient in zip(
            state, gradients(loss, [v.value for v in state]), strict=True
        ):
            variable.assign(variable - 0.01 * gradient)
        return loss, ops.softmax(hidden), ops.max(hidden, axis=0), ops.cumsum(hidden, axis=1)

    program = trace_function(step, [signature_of(x)])
    before = [v.numpy() for v in state]
    results = []
    for run in (
        lambda: interpret(program, [x]),
        *(lambda t=t: Executable(program, program.outputs[0], t).run([x]) for t in (1, 2)),
    ):
        for variable, value in zip(state, before, strict=True):
            variable.store(value)
        results.append([*run(), *(v.numpy() for v in state)])
    wanted, one, two = results
    for a, b, c in zip(wanted, one, two, strict=True):
        assert a.dtype.name == dtype
        np.testing.assert_array_equal(b, c)
        equal(b, a, 0.01)  # sums in another order


@EACH
def test_a_pack_of_half_precision(dtype):
    members = [Variable(values(3, 2, dtype=dtype), dtype=dtype, name=n) for n in "ab"]
    whole = Pack(members)

    def function(x):
        whole.assign(whole * x)
        return pack([m.value for m in members])

    program = trace_function(function, [((), dtype)])
    before = [m.numpy() for m in members]
    x = values(dtype=dtype)
    (found,) = Executable(program).run([x])
    for member, old in zip(members, before, strict=True):
        assert member.numpy().dtype == old.dtype and member.array.dtype == "float32"
        np.testing.assert_array_equal(member.numpy(), old * x)
    np.testing.assert_array_equal(found, whole.numpy())


@EACH
def test_a_state_is_rounded_and_has_its_dtype(dtype):
    v = Variable([1.1, 2.0], dtype=dtype)
    assert v.numpy().dtype == v.value.dtype == np.asarray(v).dtype == dtype
    v.assign([1e-9, 3.3])
    assert float(v.numpy()[1]) == float(np.asarray(3.3).astype(numpy_dtype(dtype)))
    assert v.array[1] == np.float32(v.numpy()[1])


def test_a_program_without_half_precision_stays_as_it_is():
    program = trace_function(lambda x: x + 1, [signature_of(np.zeros(3, "float32"))])
    assert in_float32(program, None)[0] is program


def test_exact_ops_need_no_rounding():
    """Each of them gives values of the dtype for all values of the dtype, as far as that is
    elementwise."""
    for dtype in HALF:
        bits = np.arange(1 << 16, dtype="uint16").view(numpy_dtype(dtype))
        for name in EXACT & {n for n, p in PRIMITIVES.items() if p.elementwise}:
            count = PRIMITIVES[name].formula.__code__.co_argcount - 1
            arrays = [bits, RNG.permutation(bits), RNG.permutation(bits)][:count]
            with np.errstate(all="ignore"):  # some processors report NaNs that are converted
                wide = [a.astype("float32") for a in arrays]
            if name == "where":
                wide[0] = RNG.random(len(bits)) < 0.5
            with np.errstate(all="ignore"):
                exact = np.asarray(PRIMITIVES[name].formula(np, *wide), "float32")
                again = exact.astype(numpy_dtype(dtype)).astype("float32")
            np.testing.assert_array_equal(exact, again, err_msg=f"{name} {dtype}")
