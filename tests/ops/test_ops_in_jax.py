"""Every op in JAX returns what the native engine returns."""

import jax
import numpy as np
import pytest
from op_cases import CASES
from op_compare import kind, nested
from samples import LONG

from brickwork import ops
from brickwork.engines.jax.ops import outputs_of, values_of
from brickwork.program import run, trace_function
from brickwork.program.dtypes import standard


@pytest.mark.parametrize(
    ("name", "tensors", "kwargs"),
    [
        pytest.param(name, tensors, kwargs, id=f"{name}-{i}")
        for name, cases in CASES.items()
        for i, (tensors, kwargs) in list(enumerate(cases))[: None if LONG else 1]
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_every_op(name, tensors, kwargs):
    tensors, kwargs = kind(tensors, "float32"), kind(kwargs, "float32")
    arrays = [np.asarray(a) for t in tensors for a in (t if isinstance(t, list) else [t])]

    def call(*symbols):
        return getattr(ops, name)(*nested(tensors, symbols), **kwargs)

    program = trace_function(call, [(a.shape, standard(a.dtype)) for a in arrays])
    ours = run(program, arrays)
    theirs = jax.jit(lambda arrays: outputs_of(program, values_of(program, arrays)))(arrays)
    for one, other in zip(ours, theirs, strict=True):
        assert one.shape == other.shape and one.dtype == other.dtype
        if one.dtype.kind in "biu":
            np.testing.assert_array_equal(one, other)
        else:
            np.testing.assert_allclose(one, other, rtol=2e-5, atol=2e-5)
