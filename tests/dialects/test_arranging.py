"""TensorFlow's functions that arrange, gather and scatter: on arrays and traced, against NumPy."""

import numpy as np
import pytest

from brickwork import ops
from brickwork.dialects import arranging, checks, tensors
from brickwork.dialects.dtypes import DType, as_dtype
from brickwork.dialects.tensors import FUNCTIONS as TF, Tensor, function, variable
from brickwork.errors import ArgumentError
from brickwork.program import run, signature_of, trace_function
from brickwork.spelling.no_effect import NoEffectWarning

A = np.array([[0.5, -1.5, 2.0], [3.0, 0.25, -0.75]], "float32")
AT = [[0, 2], [1, 1]]


def changed(by):
    array = A.copy()
    for at, value in zip(AT, (5.0, -7.0), strict=True):
        array[tuple(at)] = by(array[tuple(at)], value)
    return array


CASES = [
    ("pad", lambda f, x: f(x, [[1, 0], [0, 2]]), np.pad(A, [(1, 0), (0, 2)])),
    ("pad", lambda f, x: f(x, [[1, 0], [0, 0]], constant_values=3.0), np.pad(A, [(1, 0), (0, 0)],
     constant_values=3.0)),
    ("split", lambda f, x: f(x, 3, axis=1)[1], A[:, 1:2]),
    ("split", lambda f, x: f(x, [1, -1], 1)[1], A[:, 1:]),
    ("unstack", lambda f, x: f(x, axis=1)[2], A[:, 2]),
    ("reverse", lambda f, x: f(x, axis=[1]), A[:, ::-1]),
    ("roll", lambda f, x: f(x, shift=1, axis=1), np.roll(A, 1, 1)),
    ("repeat", lambda f, x: f(x, repeats=2, axis=0), A.repeat(2, 0)),
    ("broadcast_to", lambda f, x: f(x[:1], [4, 3]), np.broadcast_to(A[:1], (4, 3))),
    ("gather_nd", lambda f, x: f(x, AT), A[[0, 1], [2, 1]]),
    ("gather_nd", lambda f, x: f(x, [[1], [0]]), A[[1, 0]]),
    ("embedding_lookup", lambda f, x: f(x, [1, 1]), A[[1, 1]]),
    ("bias_add", lambda f, x: f(x, [1.0, 2.0, 3.0]), A + np.array([1, 2, 3])),
    ("argsort", lambda f, x: f(x, direction="DESCENDING"), (-A).argsort(-1)),
    ("top_k", lambda f, x: f(x, k=2).indices, (-A).argsort(-1)[:, :2]),
    ("einsum", lambda f, x: f("ij,kj->ik", x, x), np.einsum("ij,kj->ik", A, A)),
    ("meshgrid", lambda f, x: f(x[0], x[1], indexing="ij")[1], np.meshgrid(*A, indexing="ij")[1]),
    ("solve", lambda f, x: f(x[:, :2], x[:, 2:]), np.linalg.solve(A[:, :2], A[:, 2:])),
    ("unsorted_segment_sum", lambda f, x: f(x, [0, 0], 1), A.sum(0)[None]),
    ("map_fn", lambda f, x: f(lambda row: row * 2, x), A * 2),
    ("dropout", lambda f, x: f(x, rate=0.0), A),
    ("scatter_nd", lambda f, x: f(AT, x[:, 0], [2, 3]), [[0, 0, 0.5], [0, 3, 0]]),
    *(
        (f"tensor_scatter_nd_{name}", lambda f, x: f(x, AT, [5.0, -7.0]), changed(by))
        for name, by in {
            "update": lambda old, new: new,
            "add": lambda old, new: old + new,
            "sub": lambda old, new: old - new,
            "max": max,
            "min": min,
        }.items()
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "use", "right"), CASES)
def test_a_function_on_arrays_and_traced(name, use, right):
    np.testing.assert_allclose(np.asarray(use(TF[name], tensors.tensor(A))), right, atol=1e-6)
    program = trace_function(
        lambda x: ops.convert_to_tensor(use(TF[name], x)), [signature_of(A, batched=False)]
    )
    (traced,) = run(program, [A])
    np.testing.assert_allclose(traced, right, atol=1e-6)


def test_parts_of_a_variable_are_changed():
    v = variable(A)
    assert v.scatter_nd_update(AT, [5.0, -7.0]) is v
    np.testing.assert_allclose(v.numpy(), changed(lambda old, new: new))
    v.scatter_nd_sub([[0, 0]], [0.5])
    v.scatter_nd_add([[0, 0]], [2.0])
    assert v.numpy()[0, 0] == 2.0


def test_what_depends_on_values():
    values, which = TF["unique"]([3, 1, 3, 2])
    assert values.numpy().tolist() == [3, 1, 2] and which.numpy().tolist() == [0, 1, 0, 2]
    assert TF["boolean_mask"](A, [False, True]).numpy().tolist() == A[1:].tolist()
    with pytest.raises(ArgumentError, match="the number of entries would depend"):
        function(lambda x: TF["boolean_mask"](x, x > 0))(A)
    (i,) = TF["while_loop"](lambda i: i < 5, lambda i: (i + 2,), [TF["constant"](0)])
    assert isinstance(i, Tensor) and i.numpy() == 6
    assert arranging.categorical([[0.0, 99.0]], 3).numpy().tolist() == [[1, 1, 1]]


def test_print(capsys):
    TF["print"]("loss", variable([1.0, 2.0]), TF["constant"](3), sep="|")
    assert capsys.readouterr().err == "loss|[1. 2.]|3\n"

    @function
    def step(x):
        TF["print"](x)
        return 2 * x

    with pytest.warns(NoEffectWarning, match="tf.print has no effect here: a compiled function"):
        step(A)


def test_dtypes():
    assert variable(1.0).dtype.name == "float32" and variable(1.0).dtype == "float32"
    assert as_dtype(np.int64) == "int64" and as_dtype("int64").max == 2**63 - 1
    assert DType("float64").as_numpy_dtype is np.float64 and DType("bool").is_bool
    assert DType("uint8").is_integer and DType("float32").min < -1e38
    assert [DType(name).max for name in ("bool", "float16", "int8")] == [True, 65504, 127]
    assert DType("bfloat16").as_numpy_dtype(3.14159) == 3.140625 and DType("bfloat16").min < -3e38


def test_as_many_digits_as_the_dtype_has():
    assert str(TF["constant"]([2.05507517])) == "[2.0550752]"


def test_checks_of_arrays():
    checks.CHECKS["assert_equal"](A, A, message="never")
    checks.CHECKS["assert_rank"](A, 2)
    with pytest.raises(checks.ERRORS["InvalidArgumentError"], match=r"assert_less: .* too large"):
        checks.CHECKS["assert_less"](A, 0.0, message="too large")
    checks.CHECKS["assert_less"](y=4.0, x=A)
    checks.CHECKS["assert_rank"](x=A, rank=2)
    checks.CHECKS["assert_near"](A, A + 0.1, rtol=0.0, atol=0.2)
    for name, given in (("less", {"y": A, "x": 4.0}), ("rank", {"x": A, "rank": 1})):
        with pytest.raises(ArgumentError, match=f"assert_{name}"):
            checks.CHECKS[f"assert_{name}"](**given)
    assert function(lambda x: [checks.CHECKS["assert_positive"](x), 2 * x][1])(A).shape == (2, 3)
