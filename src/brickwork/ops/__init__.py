"""Keras's ops, on arrays and on symbols.

On arrays an op computes at once and returns an array. On symbols, inside a trace, it becomes
part of the program: a loss, metric, activation or layer written in ops runs in the engine like
the built-in ones. Names, arguments and defaults are those of Keras 3.

In the docstrings of ops, a tensor is whatever converts to one: a Python number, a nested list, a
NumPy array, a variable, or a symbol. Results have one of seven dtypes: bool, int32, int64, float16,
bfloat16, float32 or float64. Narrower integers are widened, and mixed dtypes are promoted in this
order (float16 and bfloat16 to float32). Shapes broadcast as in NumPy.

>>> from brickwork import ops
>>> ops.sum([[1.0, 2.0], [3.0, 4.0]], axis=1)
array([3., 7.], dtype=float32)

The file of an op is loaded when the op is first asked for; its ``__all__`` lists the same names as
the table here. Between layers, a call of an op is a node of the model's graph
(`program/between.py`), which the last line of each file is for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..program.between import FUNCTIONS

#: The ops that each file defines.
_FILES = {
    "angles": """
        arccos arccosh arcsin arcsinh arctan arctanh cos cosh deg2rad rad2deg sin sinc sinh tan
        tanh
    """,
    "arranging": """
        flip fliplr flipud meshgrid pad repeat roll rot90 tile
    """,
    "axis_patterns": """
        rearrange
    """,
    "binary": """
        add allclose arctan2 clip digitize divide divide_no_nan equal floor_divide fmax fmin fmod
        greater greater_equal heaviside hypot isclose isin ldexp less less_equal logaddexp
        logaddexp2 logical_and logical_or logical_xor maximum minimum mod multiply not_equal power
        subtract true_divide where
    """,
    "bits": """
        bitwise_and bitwise_invert bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift
        bitwise_xor gcd lcm left_shift nextafter right_shift view
    """,
    "complex_numbers": """
        angle conj conjugate imag isreal polar real view_as_complex view_as_real
    """,
    "control": """
        associative_scan map scan select switch vectorize vectorized_map while_loop
    """,
    "core": """
        array cast cond convert_to_numpy convert_to_tensor copy custom_gradient dtype fori_loop
        is_tensor ndim saturate_cast shape size stop_gradient
    """,
    "creation": """
        arange diag diagflat empty empty_like eye full full_like geomspace identity linspace
        logspace multi_hot one_hot ones ones_like trace tri tril triu vander zeros zeros_like
    """,
    "crossentropy": """
        binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy
    """,
    "einstein_sum": """
        einsum
    """,
    "forward_mode": """
        jvp
    """,
    "indexing": """
        nonzero scatter scatter_update segment_max segment_min segment_prod slice_update unique
        unravel_index
    """,
    "joining": """
        append array_split concatenate dsplit dstack hsplit hstack split stack unstack vsplit
        vstack
    """,
    "linalg": """
        cdist corrcoef cross dot inner kron matmul outer tensordot vdot
    """,
    "math": """
        abs absolute cbrt ceil erf exp exp2 expm1 fabs floor isfinite isinf isnan isneginf
        isposinf log log10 log1p log2 logical_not nan_to_num negative reciprocal round rsqrt sign
        sqrt square trunc
    """,
    "nans": """
        nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmin nanprod nanstd nansum
        nanvar
    """,
    "nn": """
        celu elu gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu
        log_sigmoid log_softmax relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign
        sparse_plus sparse_sigmoid sparsemax squareplus swish tanh_shrink threshold
    """,
    "normalization": """
        batch_normalization in_top_k layer_normalization normalize rms_normalization
    """,
    "quantiles": """
        argpartition histogram median nanmedian nanpercentile nanquantile percentile quantile
    """,
    "reductions": """
        all amax amin any argmax argmin average count_nonzero cumprod cumsum diff logsumexp max
        mean min moments norm prod ptp segment_sum std sum trapezoid var
    """,
    "selecting": """
        diagonal get_item slice take take_along_axis
    """,
    "shapes": """
        broadcast_to expand_dims moveaxis ravel reshape squeeze swapaxes transpose
    """,
    "solving": """
        cholesky cholesky_inverse det inv logdet qr slogdet solve solve_triangular
    """,
    "sorting": """
        argsort bincount searchsorted sort top_k
    """,
    "special": """
        erfc erfinv signbit
    """,
    "spectral": """
        eig eigh lstsq lu_factor matrix_rank pinv svd
    """,
}
_FILE_OF = {op: f"{__name__}.{file}" for file, ops in _FILES.items() for op in ops.split()}
for _file, _ops in _FILES.items():
    FUNCTIONS.add_later(f"{__name__}.{_file}", _ops.split())

__all__ = sorted(_FILE_OF)

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .angles import *
    from .arranging import *
    from .axis_patterns import *
    from .binary import *
    from .bits import *
    from .complex_numbers import *
    from .control import *
    from .core import *
    from .creation import *
    from .crossentropy import *
    from .einstein_sum import *
    from .forward_mode import *
    from .indexing import *
    from .joining import *
    from .linalg import *
    from .math import *
    from .nans import *
    from .nn import *
    from .normalization import *
    from .quantiles import *
    from .reductions import *
    from .selecting import *
    from .shapes import *
    from .solving import *
    from .sorting import *
    from .special import *
    from .spectral import *
else:

    def __getattr__(name: str) -> Any:
        if name in _FILE_OF:
            found = globals()[name] = getattr(import_module(_FILE_OF[name]), name)
            return found
        if name in _FILES:
            return import_module(f"{__name__}.{name}")
        if name.startswith("_"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from ..errors import near
        from ..spelling.absent import message, placeholder_in_module

        if message("ops", name):
            absent = placeholder_in_module("ops", name)
            if absent is not None:
                return absent
            raise AttributeError(message("ops", name), name=name)
        raise AttributeError(f"brickwork.ops: there is no op {name!r}{near(name, __all__)}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
