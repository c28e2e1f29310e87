"""Every op compared with Keras: its arguments, values on arrays and in a program, gradients."""

import inspect

import keras
import keras_oracle as oracle
import numpy as np
import ours as declared
import pytest
from op_cases import CASES, CUBE, OTHER_GRADIENTS, PLAIN, ROW, TESTED_APART, A
from op_compare import compare, kind, nested
from samples import LONG

from brickwork import ops
from brickwork.engines import native
from brickwork.program import TraceError, interpret, signature_of, trace_function


def each(step: int = 1):
    """A parametrization with each op and its cases, or every so many of them."""
    return pytest.mark.parametrize(
        ("name", "tensors", "kwargs"),
        [
            pytest.param(name, tensors, kwargs, id=f"{name}-{i}")
            for name, cases in CASES.items()
            if hasattr(keras.ops, name)  # a test says so of others
            for i, (tensors, kwargs) in list(enumerate(cases))[::step]
        ],
    )


EACH = each()


def test_every_op_has_cases():
    declared.all_have_cases(
        "OPS", ops.__all__, {*CASES, *PLAIN, *TESTED_APART}, "CASES of tests/ops/op_cases.py"
    )


def test_cases_are_of_ops_that_keras_has():
    for name in {*CASES, *PLAIN, *TESTED_APART} - set(dir(keras.ops)):
        raise AssertionError(
            f"Keras has no op {name}: enter its cases in OPS of tests/ours.py, "
            "with its formula, rather than in tests/ops/op_cases.py"
        )


@pytest.mark.parametrize("name", [n for n in ops.__all__ if hasattr(keras.ops, n)])
def test_arguments_are_keras_s(name):
    ours, theirs = (inspect.signature(getattr(o, name)) for o in (ops, keras.ops))
    assert [(p.name, p.default) for p in ours.parameters.values()] == [
        (p.name, p.default)
        for p in theirs.parameters.values()
        if name != "layer_normalization" or p.kind != p.VAR_KEYWORD
    ]  # a spelling given up


@each(1 if LONG else 4)
def test_values_in_single_precision(name, tensors, kwargs, dtype="float32"):
    tensors, kwargs = kind(tensors, dtype), kind(kwargs, dtype)
    with oracle.floatx(dtype):
        right = getattr(keras.ops, name)(*tensors, **kwargs)
        compare(getattr(ops, name)(*tensors, **kwargs), right, dtype)
        flat = [a for t in tensors for a in (t if isinstance(t, list) else [t])]
        compare(
            oracle.traced(
                lambda *s: getattr(ops, name)(*nested(tensors, s), **kwargs), *flat, batched=False
            ),
            right,
            dtype,
        )


@pytest.mark.parametrize(
    ("name", "tensors", "kwargs"),
    [
        case
        for case in each(1 if LONG else 4).args[1]
        if case.values[0] not in OTHER_GRADIENTS
        and any(np.asarray(t).dtype.kind == "f" for t in case.values[1])
    ],
)
def test_values_and_gradients_in_double_precision(name, tensors, kwargs):
    flat = [a for t in tensors for a in (t if isinstance(t, list) else [t])]

    def through(library):
        def function(*values):
            out = getattr(library, name)(*nested(tensors, values), **kwargs)
            out = out[0] if isinstance(out, list | tuple) else out
            return library.cast(out, "float64")

        return function

    with oracle.floatx("float64"):
        value, grads = oracle.value_and_gradients(through(ops), *flat, batched=False)
        right, right_grads = oracle.keras_value_and_gradients(through(keras.ops), *flat)
        compare(value, right, "float64")
        for ours, theirs in zip(grads, right_grads, strict=True):
            compare(np.zeros_like(theirs) if ours is None else ours, theirs, "float64")


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    [
        pytest.param(name, args, kwargs, id=f"{name}-{i}")
        for name, cases in PLAIN.items()
        for i, (args, kwargs) in enumerate(cases)
    ],
)
def test_plain(name, args, kwargs):
    compare(
        getattr(ops, name)(*args, **kwargs), getattr(keras.ops, name)(*args, **kwargs), "float32"
    )


#: Ops that do not need to know the number of rows, and their arguments.
BY_ROWS = {
    "softmax": ops.softmax,
    "sum": ops.sum,
    "mean": ops.mean,
    "mean of rows": lambda x: ops.mean(x, axis=1),
    "mean over rows": lambda x: ops.mean(x, axis=0),
    "var": ops.var,
    "argmax": ops.argmax,
    "flip": ops.flip,
    "cumsum": lambda x: ops.cumsum(x, axis=0),
    "tile": lambda x: ops.tile(x, (2, 3)),
    "repeat": lambda x: ops.repeat(x, 2, axis=0),
    "reshape": lambda x: ops.reshape(x, (-1, 2)),
    "ravel": ops.ravel,
    "transpose": ops.transpose,
    "stack": lambda x: ops.stack([x, x], axis=0),
    "concatenate": lambda x: ops.concatenate([x, x]),
    "zeros_like": ops.zeros_like,
    "take": lambda x: ops.take(x, [-1, 0], axis=0),
    "pad": lambda x: ops.pad(x, 1),
    "first": lambda x: x[0],
    "last": lambda x: x[-1],
    "norm": ops.norm,
    "matmul": lambda x: ops.matmul(ops.transpose(x), x),
    "glu": ops.glu,
    "arange": lambda x: ops.arange(ops.shape(x)[0]),
    "stepped": lambda x: ops.arange(1, ops.shape(x)[0], dtype="float32") * 2,
    "a row's part": lambda x: x / ops.shape(x)[0],
    "cast": lambda x: x * ops.cast(ops.shape(x)[0], x.dtype),
    "squeeze": lambda x: ops.squeeze(ops.expand_dims(x, 1), 1),
    "differences": lambda x: x[:, 1:] - x[:, :-1],
    "in_top_k": lambda x: ops.in_top_k(ops.argmax(x, axis=1), x, 1),
    "sort": lambda x: ops.sort(x, axis=0),
    "argsort of rows": ops.argsort,
    "top_k": lambda x: ops.top_k(x, 2)[0],
    "median": lambda x: ops.median(x, axis=0),
    "medians of rows": lambda x: ops.median(x, axis=1),
    "quantile": lambda x: ops.quantile(x, [0.1, 0.6]),
    "nanmedian": lambda x: ops.nanmedian(x, axis=0),
    "histogram": lambda x: ops.histogram(x[:, 0], 3)[0],
    "rearrange": lambda x: ops.rearrange(x, "a (b c) -> (a c) b", b=2),
    "erfinv": lambda x: ops.erfinv(ops.tanh(x)),
    "segment_max": lambda x: ops.segment_max(x, ops.argmax(x, axis=1), 4),
    "unravel_index": lambda x: ops.unravel_index(ops.argmax(x, axis=1), (2, 2))[1],
    "inv": lambda x: ops.inv(ops.matmul(ops.transpose(x), x) + ops.eye(4, dtype="float64")),
    "searchsorted": lambda x: ops.searchsorted([-0.5, 0.0, 0.5], x),
    "bincount": lambda x: ops.bincount(ops.argmax(x, axis=1), minlength=4),
}


@pytest.mark.parametrize("name", BY_ROWS)
def test_the_number_of_rows_may_be_unknown(name):
    function = BY_ROWS[name]
    program = trace_function(function, [signature_of(A)])
    for rows in (3, 1):
        for execute in (native.run, interpret):
            oracle.assert_close(execute(program, [A[:rows]])[0], function(A[:rows]), 1e-14)


def test_bits_have_the_width_of_the_number():
    bytes_ = np.array([1, 255, 128], "uint8")
    for name, args in [
        ("bitwise_not", (bytes_,)),
        ("left_shift", (bytes_, np.uint8(1))),
        ("bitwise_or", (bytes_, np.uint8(2))),
        ("gcd", (bytes_, np.uint8(15))),
    ]:
        ours, theirs = (getattr(o, name)(*args) for o in (ops, keras.ops))
        np.testing.assert_array_equal(ours, np.asarray(theirs))
        assert ours.dtype == "int32"


def test_the_tails_of_the_normal_distribution():
    from scipy import special

    x = np.linspace(-6, 26, 999)
    np.testing.assert_allclose(ops.erfc(x), special.erfc(x), rtol=1e-13)
    y = np.concatenate([np.linspace(-1, 1, 999), 1 - np.logspace(-15, -1, 99)])
    np.testing.assert_allclose(ops.erfinv(y), special.erfinv(y), rtol=1e-12, atol=1e-15)
    assert np.isnan(ops.erfinv([1.5])).all()


def test_numpy_s_float64_does_not_make_a_single_precision_program_double():
    x = A.astype("float32")
    for constant in (np.float64(2.0), np.array([1.0, 2.0, 3.0, 4.0]), np.log(2.0)):
        assert oracle.traced(lambda s, c=constant: ops.exp(s) * c + ops.sqrt(c), x).dtype == x.dtype
    assert oracle.traced(lambda s: s * np.log(2.0), A).dtype == np.float64


def test_the_batch_size_in_a_shape():
    x = CUBE
    out = oracle.traced(lambda s: ops.reshape(s, (ops.shape(s)[0], -1)), x)
    np.testing.assert_array_equal(out, x.reshape(3, 8))
    out = oracle.traced(lambda s: ops.broadcast_to(ROW, (*ops.shape(s)[:2], 4)) * s, x)
    np.testing.assert_allclose(out, x * ROW, rtol=1e-15)
    out = oracle.traced(lambda s: s + ops.ones((ops.shape(s)[0], 1, 1), "float64"), x)
    np.testing.assert_allclose(out, x + 1, rtol=1e-15)
    with pytest.raises(TraceError, match="needs the value"):
        oracle.traced(lambda s: float(ops.sum(s)) * s, x)
