"""Every op on arrays of half precision, compared with Keras's on JAX.

Where JAX takes sums in float32, and rounds once what is one op of XLA, the bits are equal.
Elsewhere JAX rounds on the way, and results differ by a few neighbours.
"""

import keras
import numpy as np
import pytest
from op_cases import CASES
from op_compare import kind
from samples import LONG

from brickwork import losses, ops
from brickwork.program.dtypes import numpy_dtype

#: The distance of neighbours, relative to the number.
STEP = {"float16": 2.0**-10, "bfloat16": 2.0**-7}
#: Ops whose results are JAX's to the last bit, in both dtypes; none may leave this list.
EXACT = """
abs absolute add all any arctan arctan2 argmax argmin argsort broadcast_to ceil clip
concatenate conj copy cos cosh count_nonzero diag diagonal diff dot equal erf exp expand_dims
flip floor floor_divide full_like greater greater_equal heaviside inner isclose isfinite isinf
isnan less less_equal log log1p matmul max maximum mean meshgrid min minimum mod moveaxis
multiply negative not_equal one_hot ones_like outer pad prod ravel reciprocal relu relu6 repeat
reshape roll rsqrt segment_max segment_sum sign sin sinh sort split sqrt square squeeze stack
std subtract sum swapaxes take take_along_axis tan tanh tensordot tile top_k trace transpose
tril triu trunc unstack var vstack where zeros_like
""".split()
#: What JAX has not in half precision, or has in a dtype that no program has.
APART = {
    "saturate_cast": "integers of 16 bits",
    "sparse_categorical_crossentropy": "float32 in Keras",
    "histogram": "edges that JAX rounds before it counts",
    "logaddexp": "what JAX loses near 0",
    "logaddexp2": "what JAX loses near 0",
}


def leaves(x) -> list:
    if isinstance(x, dict):
        return leaves(list(x.values()))
    if isinstance(x, list | tuple):
        return [leaf for part in x for leaf in leaves(part)]
    return [x]


def keras_result(name, tensors, kwargs):
    """What Keras computes; None where JAX lacks the op in half precision."""
    given = [
        [keras.ops.convert_to_tensor(a) for a in t] if isinstance(t, list) else t for t in tensors
    ]
    try:
        return getattr(keras.ops, name)(*given, **kwargs)
    except (TypeError, ValueError, NotImplementedError):
        return None


#: Two of three ops in one of the two dtypes, in turn; with BRICKWORK_LONG all in both.
TRIED = [
    (name, dtype)
    for i, name in enumerate(n for n in CASES if hasattr(keras.ops, n) and n not in APART)
    for dtype in STEP
    if LONG or i % 3 == ("bfloat16", "float16").index(dtype)
]


def test_what_is_exact_is_compared():
    assert set(EXACT) <= set(CASES)


@pytest.mark.parametrize(("name", "dtype"), TRIED)
@pytest.mark.filterwarnings("ignore:.*encountered in")
def test_values_are_keras_s(name, dtype):
    for tensors, kwargs in CASES[name]:
        tensors, kwargs = kind(tensors, numpy_dtype(dtype)), kind(kwargs, numpy_dtype(dtype))
        if isinstance(tensors, dict):
            tensors, kwargs = (), {**tensors, **kwargs}
        right = keras_result(name, tensors, kwargs)
        if right is None:
            continue
        found = getattr(ops, name)(*tensors, **kwargs)
        for one, other in zip(leaves(found), leaves(right), strict=True):
            if not hasattr(other, "dtype"):
                assert one == other
                continue
            one, other = np.asarray(one), np.asarray(other)
            assert one.shape == other.shape
            if other.dtype.name not in STEP:
                if name in EXACT:
                    np.testing.assert_array_equal(one, other)
                continue
            assert one.dtype == other.dtype
            one, other = one.astype("float64"), other.astype("float64")
            if name in EXACT:
                np.testing.assert_array_equal(one, other)
            largest = np.abs(other[np.isfinite(other)]).max(initial=0)
            np.testing.assert_allclose(
                one, other, rtol=2 * STEP[dtype], atol=2 * STEP[dtype] * largest
            )


@pytest.mark.parametrize("dtype", STEP)
def test_numbers_beside_half_precision_do_not_widen_it(dtype):
    x = ops.cast([1.0, 2.0], dtype)
    for found in (
        ops.multiply(x, 1.1),
        ops.add(1, x),
        ops.power(x, 2),
        ops.where([True, False], x, 0.5),
        ops.clip(x, 0.1, 0.9),
        ops.maximum(x, np.float64(0.3)),
        ops.add(x, ops.cast([1, 2], "int64")),
        ops.mean(x),
        losses.mean_squared_error(x, ops.zeros_like(x)),
    ):
        assert found.dtype == dtype
    other = "bfloat16" if dtype == "float16" else "float16"
    for array in (np.ones(2, "float32"), np.ones(2, "float64"), ops.cast([1.0, 1.0], other)):
        assert ops.add(x, array).dtype == "float32"
    assert ops.dtype(x) == dtype and ops.cast(x, "float32").dtype == "float32"
