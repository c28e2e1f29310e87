"""Every op beside Keras's: its arguments, its values on arrays and in a program, its slopes."""

import inspect

import keras
import keras_oracle as oracle
import numpy as np
import pytest

import brickwork
from brickwork import ops
from brickwork.engines import native
from brickwork.program import TraceError, Variable, interpret, run, signature_of, trace_function

RNG = np.random.default_rng(0)
A = RNG.normal(size=(3, 4))
B = RNG.normal(size=(3, 4))
ROW = RNG.normal(size=(4,))
POSITIVE = np.abs(A) + 0.5
UNIT = np.tanh(A) * 0.9
CUBE = RNG.normal(size=(3, 2, 4))
TIES = np.array([[1.0, 2.0, 2.0, -1.0], [0.0, 0.0, 0.0, 0.0], [3.0, -3.0, 0.5, 3.0]])
ODD = np.array([[np.nan, 1.0, np.inf, -np.inf], [0.0, -0.0, -1.0, 2.5], [1.0, 1.0, np.nan, 0.0]])
SOME = np.where(A > 1.0, np.nan, A)  # without some values
TRUTH = A > 0
SQUARE = np.stack([RNG.normal(size=(3, 3)), np.array([[0.0, 2.0, 1.0], [1.0, 0.0, 3.0],
                                                      [2.0, 1.0, 0.0]])])
COVARIANCE = SQUARE @ SQUARE.transpose(0, 2, 1) + np.eye(3)
ROOT = np.linalg.cholesky(COVARIANCE)
FLAWED = np.array([[1.0, 2.0], [2.0, 4.0]])  # without an inverse
COMPLEX = np.array([[1 + 2j, -3], [0.5j, -1 - 1j]], "complex64")
IDS = np.array([2, 0, 3], "int32")
WHOLE = np.array([[3, -4, 5, 0], [1, 2, -7, 8], [9, 0, 1, 2]], "int32")

#: name: cases of (tensors, keyword arguments); slopes are compared for float tensors.
CASES = {
    **{name: [((A,), {})] for name in (
        "abs", "absolute", "negative", "square", "exp", "expm1", "sin", "cos", "tan", "arctan",
        "sinh", "cosh", "tanh", "arcsinh", "erf", "exp2", "ravel", "copy", "zeros_like",
        "ones_like", "empty_like", "stop_gradient", "celu", "elu", "gelu", "hard_shrink",
        "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "leaky_relu", "log_sigmoid",
        "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softplus", "softsign",
        "sparse_plus", "sparse_sigmoid", "squareplus", "swish", "tanh_shrink", "array",
        "convert_to_tensor", "triu", "tril")},
    **{name: [((POSITIVE,), {})] for name in (
        "log", "log1p", "log2", "log10", "sqrt", "rsqrt", "reciprocal")},
    **{name: [((UNIT,), {})] for name in ("arcsin", "arccos", "arctanh")},
    "arccosh": [((POSITIVE + 1,), {})],
    **{name: [((A,), {}), ((TIES,), {})] for name in ("sign", "floor", "ceil", "trunc")},
    "round": [((A * 10,), {}), ((A,), {"decimals": 2}), ((TIES + 0.5,), {})],
    **{name: [((ODD,), {})] for name in ("isnan", "isinf", "isfinite")},
    "nan_to_num": [((ODD,), {}), ((ODD,), {"nan": 7.0, "posinf": 1.0, "neginf": -1.0})],
    "logical_not": [((TRUTH,), {})],
    **{name: [((A, B), {}), ((A, ROW), {}), ((CUBE, A[:, None]), {})] for name in (
        "add", "subtract", "multiply", "divide", "true_divide", "maximum", "minimum",
        "logaddexp", "arctan2")},
    "mod": [((A, POSITIVE), {}), ((WHOLE, 3 * np.ones_like(WHOLE)), {})],
    "floor_divide": [((A, POSITIVE), {}), ((WHOLE, 3 * np.ones_like(WHOLE)), {})],
    "power": [((POSITIVE, B), {}), ((POSITIVE, ROW), {}),
              ((WHOLE, 3 * np.ones_like(WHOLE)), {})],
    "divide_no_nan": [((A, TIES), {})],
    **{name: [((TIES, TIES[::-1].copy()), {}), ((A, ROW), {})] for name in (
        "equal", "not_equal", "less", "less_equal", "greater", "greater_equal")},
    **{name: [((TRUTH, B > 0), {})] for name in ("logical_and", "logical_or", "logical_xor")},
    "where": [((TRUTH, A, B), {}), ((TRUTH[0], A, B), {})],
    "clip": [((TIES,), {"x_min": -1.0, "x_max": 2.0})],
    "isclose": [((A, A + 1e-7), {}), ((ODD, ODD), {"equal_nan": True}), ((ODD, ODD), {})],
    "allclose": [((A, A), {}), ((A, B), {})],
    **{name: [((A,), {}), ((TIES,), {"axis": 1}), ((CUBE,), {"axis": (0, 2)}),
              ((CUBE,), {"axis": -2, "keepdims": True})] for name in (
        "sum", "mean", "max", "min", "amax", "amin", "prod", "logsumexp", "ptp")},
    **{name: [((A,), {}), ((CUBE,), {"axis": (0, 2)}), ((CUBE,), {"axis": -2, "keepdims": True})]
       for name in ("var", "std")},
    "moments": [((CUBE,), {"axes": [0, 1]}), ((A,), {"axes": 1, "keepdims": True})],
    "average": [((A,), {}), ((A,), {"axis": 0}), ((A,), {"axis": 0, "weights": POSITIVE}),
                ((A,), {"axis": 1, "weights": POSITIVE[0]})],
    **{name: [((TRUTH,), {}), ((TRUTH,), {"axis": 1}), ((TRUTH,), {"axis": 0, "keepdims": True})]
       for name in ("any", "all")},
    "count_nonzero": [((TIES,), {}), ((TIES,), {"axis": 1})],
    **{name: [((TIES,), {}), ((TIES,), {"axis": 1}), ((TIES,), {"axis": -1, "keepdims": True})]
       for name in ("argmax", "argmin")},
    "cumsum": [((A,), {}), ((A,), {"axis": 1}), ((CUBE,), {"axis": 1})],
    "norm": [((A,), {}), ((A,), {"axis": 1}), ((A,), {"ord": 1, "axis": 0}),
             ((A,), {"ord": np.inf, "axis": 1, "keepdims": True}), ((A,), {"ord": 3, "axis": 1}),
             ((A,), {"ord": "fro"}), ((A,), {"ord": 1}), ((A,), {"ord": -np.inf}),
             ((TIES,), {"ord": 0, "axis": 1})],
    "normalize": [((A,), {}), ((A,), {"axis": 0, "order": 1})],
    "rms_normalization": [((A,), {}), ((A, ROW), {})],
    "layer_normalization": [((A,), {}), ((CUBE,), {"axis": (1, 2)}), ((A, ROW, ROW), {})],
    "batch_normalization": [((A, ROW, np.abs(ROW)), {"axis": -1}),
                            ((A, ROW, np.abs(ROW)), {"axis": 1, "epsilon": 0.1, "offset": ROW,
                                                     "scale": ROW})],
    **{name: [((A,), {})] for name in ("cbrt", "deg2rad", "rad2deg", "fabs", "sinc", "diagflat")},
    **{name: [((ODD,), {})] for name in ("isposinf", "isneginf")},
    **{name: [((A, B), {}), ((A, ROW), {})] for name in ("fmax", "fmin", "hypot", "logaddexp2")},
    "fmod": [((A, POSITIVE), {}), ((WHOLE, 3 * np.ones_like(WHOLE)), {})],
    "heaviside": [((TIES, A), {})],
    "ldexp": [((A, WHOLE), {})],
    "isin": [((TIES, ROW), {}), ((WHOLE, IDS), {}), ((WHOLE, IDS), {"invert": True})],
    "digitize": [((A, np.sort(ROW)), {})],
    "cumprod": [((A,), {}), ((A,), {"axis": 1}), ((CUBE,), {"axis": 0})],
    "diff": [((A,), {}), ((CUBE,), {"axis": 0}), ((A,), {"n": 2})],
    "trapezoid": [((A,), {}), ((A,), {"dx": 0.5, "axis": 0}), ((A, np.sort(ROW)), {})],
    **{name: [((SOME,), {}), ((SOME,), {"axis": 1}), ((SOME,), {"axis": 0, "keepdims": True})]
       for name in ("nansum", "nanmean", "nanprod", "nanmax", "nanmin", "nanvar", "nanstd",
                    "nanargmax", "nanargmin")},
    **{name: [((SOME,), {}), ((SOME,), {"axis": 1})] for name in ("nancumsum", "nancumprod")},
    "array_split": [((A,), {"indices_or_sections": 3, "axis": 1})],
    "hsplit": [((A,), {"indices_or_sections": 2})], "vsplit": [((A,), {"indices_or_sections": 3})],
    "dsplit": [((CUBE,), {"indices_or_sections": 2})],
    "dstack": [(([A, B],), {}), (([ROW, ROW],), {})],
    "fliplr": [((A,), {})], "flipud": [((A,), {})],
    "rot90": [((A,), {}), ((A,), {"k": 2}), ((CUBE,), {"k": -1, "axes": (0, 2)})],
    "diagonal": [((A,), {}), ((A,), {"offset": -1}), ((A,), {"offset": 2}),
                 ((CUBE,), {"axis1": 1, "axis2": 2})],
    "meshgrid": [((ROW, A[:, 0].copy()), {}), ((ROW, A[:, 0].copy()), {"indexing": "ij"})],
    "slice_update": [((A,), {"start_indices": (1, 0), "updates": B[:2, :3].copy()})],
    "scatter": [((IDS[:, None], A), {"shape": (5, 4)}),
                ((np.array([[0, 1], [2, 0], [2, 0]], "int32"), POSITIVE[0, :3].copy()),
                 {"shape": (3, 2)})],
    "cross": [((A[:, :3].copy(), B[:, :3].copy()), {}), ((A, B), {"axis": 0})],
    "kron": [((A, B), {}), ((ROW, A), {})],
    "cdist": [((A, B), {})],
    "corrcoef": [((A,), {})],
    "vander": [((ROW,), {}), ((ROW,), {"N": 3, "increasing": True})],
    "reshape": [((CUBE,), {"newshape": (3, 8)}), ((CUBE,), {"newshape": (-1, 4)})],
    "transpose": [((A,), {}), ((CUBE,), {"axes": (1, 0, 2)})],
    "swapaxes": [((CUBE,), {"axis1": 0, "axis2": -1})],
    "moveaxis": [((CUBE,), {"source": 0, "destination": -1}),
                 ((CUBE,), {"source": (0, 1), "destination": (2, 0)})],
    "expand_dims": [((A,), {"axis": 0}), ((A,), {"axis": -1}), ((A,), {"axis": (0, 2)})],
    "squeeze": [((A[:, None, :],), {}), ((A[:, None, :, None],), {"axis": 1})],
    "broadcast_to": [((ROW,), {"shape": (3, 4)})],
    "hstack": [(([A, B],), {}), (([ROW, ROW],), {})],
    "vstack": [(([A, B],), {})],
    "concatenate": [(([A, B],), {}), (([A, B],), {"axis": -1})],
    "append": [((A, B), {}), ((A, B), {"axis": 1})],
    "stack": [(([A, B],), {}), (([A, B],), {"axis": -1})],
    "split": [((A,), {"indices_or_sections": 2, "axis": 1}),
              ((A,), {"indices_or_sections": [1, 3], "axis": 1})],
    "unstack": [((A,), {"axis": 1})],
    "slice": [((A,), {"start_indices": (1, 0), "shape": (2, 3)})],
    "flip": [((A,), {}), ((A,), {"axis": 1})],
    "roll": [((A,), {"shift": 1, "axis": 1}), ((A,), {"shift": (3,), "axis": (-1,)})],
    "repeat": [((A,), {"repeats": 2}), ((A,), {"repeats": 3, "axis": 1}),
               ((A,), {"repeats": np.array([1, 2, 0, 1]), "axis": 1})],
    "tile": [((A,), {"repeats": (2, 1)}), ((A,), {"repeats": 2})],
    "pad": [((A,), {"pad_width": ((1, 0), (2, 1))}), ((A,), {"pad_width": 1}),
            ((A,), {"pad_width": ((0, 0), (2, 1)), "constant_values": 7.0})],
    "take": [((A, IDS), {"axis": 1}), ((A, np.array([[0, -1], [2, 1]])), {"axis": 0}),
             ((A, IDS), {})],
    "take_along_axis": [((A, IDS[:, None]), {"axis": 1}), ((A, WHOLE[:1] * 0 + 1), {"axis": 0})],
    "get_item": [((A,), {"key": 1}), ((A,), {"key": (slice(None), slice(1, None, 2))}),
                 ((A,), {"key": (Ellipsis, None, -1)})],
    "diag": [((ROW,), {}), ((A,), {}), ((A,), {"k": 1}), ((ROW,), {"k": -1})],
    "trace": [((A,), {}), ((CUBE,), {"axis1": 1, "axis2": 2, "offset": 1})],
    "one_hot": [((IDS,), {"num_classes": 4}), ((IDS,), {"num_classes": 3}),
                ((WHOLE,), {"num_classes": 4, "axis": 0})],
    "multi_hot": [((IDS,), {"num_classes": 4}), ((np.abs(WHOLE),), {"num_classes": 9})],
    "matmul": [((A, B.T.copy()), {}), ((CUBE, A.T.copy()), {}), ((ROW, A.T.copy()), {}),
               ((A, ROW), {}), ((ROW, ROW), {}), ((CUBE, CUBE.transpose(0, 2, 1).copy()), {})],
    "dot": [((A, B.T.copy()), {}), ((ROW, ROW), {}), ((CUBE, ROW), {}),
            ((A, CUBE.transpose(0, 2, 1).copy()), {})],
    "inner": [((A, B), {}), ((ROW, ROW), {})],
    "outer": [((ROW, ROW), {})],
    "vdot": [((A, B), {})],
    "tensordot": [((CUBE, A), {"axes": ([0, 2], [0, 1])}), ((CUBE, A.T.copy()), {"axes": 1}),
                  ((A, B), {"axes": 2})],
    "in_top_k": [((IDS, TIES), {"k": 1}), ((IDS, TIES), {"k": 2}), ((IDS[:3], ODD), {"k": 3})],
    "segment_sum": [((A, np.array([1, 0, 1], "int32")), {"num_segments": 2}),
                    ((A, np.array([1, 5, -1], "int32")), {"num_segments": 3})],
    "sort": [((A,), {}), ((A,), {"axis": None}), ((TIES,), {}), ((CUBE,), {"axis": 0}),
             ((ODD,), {}), ((WHOLE,), {"axis": 1})],
    "argsort": [((A,), {}), ((A,), {"axis": None}), ((TIES,), {}), ((CUBE,), {"axis": 1}),
                ((ODD,), {}), ((WHOLE,), {})],
    "top_k": [((A,), {"k": 2}), ((TIES,), {"k": 3}), ((CUBE,), {"k": 4}), ((ROW,), {"k": 1}),
              ((WHOLE,), {"k": 2}), ((ODD,), {"k": 3})],
    "searchsorted": [((np.sort(ROW), A), {}), ((np.sort(TIES[0]), TIES), {"side": "right"})],
    "bincount": [((IDS,), {"minlength": 5}), ((np.abs(WHOLE),), {"minlength": 10}),
                 ((IDS, np.abs(ROW[:3])), {"minlength": 4})],
    **{name: [((A,), {"q": 0.3}), ((TIES, np.array([0.0, 0.25, 1.0])), {"axis": 1}),
              ((CUBE,), {"q": 0.5, "axis": (0, 2), "keepdims": True}),
              ((CUBE, np.array([0.9, 0.1])), {"axis": 0, "keepdims": True}), ((WHOLE,), {"q": 0.6}),
              *(((A,), {"q": 0.4, "axis": 1, "method": method}) for method in (
                  "lower", "higher", "midpoint", "nearest"))]
       for name in ("quantile", "nanquantile")},
    **{name: [((A,), {"q": 30.0}), ((CUBE, np.array([90.0, 5.0])), {"axis": 1})]
       for name in ("percentile", "nanpercentile")},
    **{name: [((A,), {}), ((A,), {"axis": 0}), ((CUBE,), {"axis": (0, 1), "keepdims": True}),
              ((WHOLE,), {"axis": 1}), ((SOME,), {"axis": 0}), ((ODD,), {"axis": 1})]
       for name in ("median", "nanmedian")},
    "histogram": [((ROW,), {}), ((TIES[0],), {"bins": 3}), ((A.ravel(),), {
        "bins": 4, "range": (-1.0, 0.5)}), ((np.ones(3),), {"bins": 2})],
    "argpartition": [((A,), {"kth": 1}), ((TIES,), {"kth": 2, "axis": 0}), ((A,), {
        "kth": 4, "axis": None}), ((CUBE,), {"kth": -2})],
    **{name: [((A * 3,), {}), ((np.array([-30.0, -6.0, 0.0, 5.0, 9.0, 30.0]),), {})]
       for name in ("erfc",)},
    "erfinv": [((UNIT,), {}), ((np.array([-0.999999, 0.0, 1e-9, 0.99]),), {})],
    "signbit": [((ODD,), {}), ((WHOLE,), {})],
    **{name: [((A,), {}), ((WHOLE,), {})] for name in ("real", "conj", "conjugate", "isreal")},
    "imag": [((A,), {})], "angle": [((A,), {})],
    **{name: [((A, np.array([1, 0, 1], "int32")), {"num_segments": 3}),
              ((ROW, np.array([1, 5, 0, -1], "int32")), {"num_segments": 2}),
              ((WHOLE, np.array([1, 0, 1], "int32")), {"num_segments": 2})]
       for name in ("segment_max", "segment_min", "segment_prod")},
    "scatter_update": [
        ((A, np.array([[1, 0], [2, 3]], "int32"), ROW[:2].copy()), {"reduction": how})
        for how in (None, "add", "max", "min")] + [
        ((A, np.array([[2], [0]], "int32"), B[:2].copy()), {}),
        ((A, np.array([[2], [2]], "int32"), B[:2].copy()), {"reduction": "max"})],
    "unravel_index": [((np.array([0, 5, -1, 7, -9], "int32"),), {"shape": (2, 3)}),
                      ((np.array([[17, 3]], "int32"),), {"shape": (2, 3, 4)})],
    "cholesky": [((COVARIANCE,), {}), ((COVARIANCE[0],), {"upper": True})],
    "cholesky_inverse": [((ROOT[1],), {}), ((ROOT[0].T.copy(),), {"upper": True})],
    "det": [((SQUARE,), {}), ((SQUARE[1],), {})],
    "slogdet": [((SQUARE,), {}), ((SQUARE[0],), {})],
    "logdet": [((COVARIANCE,), {})],
    "inv": [((SQUARE,), {}), ((COVARIANCE[0],), {})],
    "solve": [((SQUARE, SQUARE[::-1].copy()), {}), ((COVARIANCE[0], SQUARE[0][0]), {}),
              ((COVARIANCE, CUBE[:2, :, :3].transpose(0, 2, 1).copy()), {})],
    "solve_triangular": [((ROOT, SQUARE), {"lower": True}), ((SQUARE[0], SQUARE[1]), {}),
                         ((COVARIANCE[0], SQUARE[0][0]), {})],
    "qr": [((SQUARE,), {}), ((A.T.copy(),), {}), ((A.T.copy(),), {"mode": "complete"})],
    "rearrange": [((CUBE,), {"pattern": "a b c -> c (a b)"}), ((A,), {
        "pattern": "a b->b a"})],
    "glu": [((A,), {}), ((CUBE,), {"axis": 1})],
    "softmax": [((A,), {}), ((CUBE,), {"axis": 1}), ((CUBE,), {"axis": (1, 2)})],
    "log_softmax": [((A,), {}), ((CUBE,), {"axis": 1})],
    "sparsemax": [((A,), {}), ((CUBE,), {"axis": 1})],
    "threshold": [((A,), {"threshold": 0.1, "default_value": 3.0})],
    "binary_crossentropy": [((np.round(np.abs(UNIT)), np.abs(UNIT)), {})],
    "categorical_crossentropy": [((POSITIVE, POSITIVE), {})],
    "sparse_categorical_crossentropy": [((IDS, POSITIVE), {})],
    "cast": [((A * 3,), {"dtype": "int32"}), ((WHOLE,), {"dtype": "float32"}),
             ((WHOLE,), {"dtype": "bool"})],
    "saturate_cast": [((np.array([1e20, -1e20, 2.5, 2.0**31]),), {"dtype": "int32"})],
    "full_like": [((A,), {"fill_value": 3})],
}
#: Without a tensor among the arguments, or with an answer that is none.
PLAIN = {
    "arange": [((5,), {}), ((1.0, 2.0, 0.25), {}), ((2, 9, 3), {"dtype": "float32"})],
    "eye": [((3,), {}), ((2, 4, 1), {"dtype": "int32"})],
    "identity": [((3,), {})],
    "tri": [((3,), {}), ((2, 4, 1), {})],
    "full": [(((2, 3), 7.5), {}), (((2,), 3, "int32"), {})],
    "zeros": [(((2, 3),), {})], "ones": [((2,), {}), (((2,), "bool"), {})],
    "empty": [(((2, 0),), {})],
    "linspace": [((0.0, 1.0), {"num": 5}), ((0.0, 1.0, 4, False), {}),
                 ((POSITIVE.astype("float32"), 2.0), {"num": 3, "axis": 1})],
    "angle": [((ODD.astype("float32"),), {}), ((COMPLEX,), {})],
    "rearrange": [((CUBE.astype("float32"),), {  # Keras cannot trace it
        "pattern": "a b (c d) -> (d b) a c", "d": 2})],
    "associative_scan": [
        ((lambda a, b: a * b, A.astype("float32")), {"axis": axis, "reverse": reverse})
        for axis in (0, 1) for reverse in (False, True)] + [
        ((lambda a, b: (a[0] @ b[0],), (SQUARE.repeat(3, 0).astype("float32"),)), {})],
    "scatter_update": [((POSITIVE.astype("float32"), np.array([[1, 0], [2, 3]]),
                         ROW[:2].astype("float32")), {"reduction": "mul"})],
    "nonzero": [((TIES.astype("int32"),), {}), ((ROW,), {})],
    "unique": [((WHOLE,), {}), ((TIES.astype("float32"),), {
        "return_index": True, "return_inverse": True, "return_counts": True, "axis": None}),
        ((WHOLE,), {"size": 20, "return_index": True, "return_counts": True}),
        ((WHOLE,), {"size": 3, "fill_value": 5}), ((WHOLE,), {"size": 20, "fill_value": 5}),
        ((WHOLE[[0, 1, 0]],), {"axis": 0, "return_counts": True})],
    "shape": [((A,), {})], "ndim": [((A,), {})], "size": [((A,), {})], "dtype": [((A,), {})],
    "is_tensor": [(([1.0],), {})], "convert_to_numpy": [((A.astype("float32"),), {})],
    "logspace": [((0.0, 2.0), {"num": 5}), ((0.0, 1.0, 4, False, 2), {})],
    "geomspace": [((1.0, 16.0), {"num": 5}), ((POSITIVE.astype("float32"), 2.0), {"num": 3})],
    "map": [((lambda row: row * 2, A.astype("float32")), {})],
    "vectorized_map": [((lambda row: row * 2, A.astype("float32")), {})],
    "scan": [((lambda sum, x: (sum + x, sum * x), ROW.astype("float32"), A.astype("float32")),
              {"reverse": reverse}) for reverse in (False, True)],
    "while_loop": [((lambda i, x: i < 3, lambda i, x: (i + 1, x * 2),
                     (0, ROW.astype("float32"))), {})],
    "switch": [((n, [lambda x: x, lambda x: -x], ROW.astype("float32")), {}) for n in (0, 1, 7)],
    "select": [(([TRUTH, A < -1], [A.astype("float32"), B.astype("float32")]), {"default": 7.0})],
    "fori_loop": [((0, 4, lambda i, x: x * 2 + i, ROW.astype("float32")), {})],
}
#: Of arrays only.
PLAIN |= {
    **{name: [((WHOLE, IDS[:, None]), {}), ((TRUTH, B > 0), {}), ((WHOLE, np.int32(6)), {}),
              ((WHOLE.astype("int8"), WHOLE), {})]
       for name in ("bitwise_and", "bitwise_or", "bitwise_xor")},
    **{name: [((WHOLE,), {}), ((TRUTH,), {}), ((WHOLE.astype("int8"),), {})]
       for name in ("bitwise_invert", "bitwise_not")},
    **{name: [((WHOLE, IDS[:, None]), {}), ((WHOLE, np.int32(31)), {}), ((WHOLE, 40), {}),
              ((WHOLE.astype("int8"), np.int8(6)), {}), ((WHOLE.astype("int8"), 7), {})]
       for name in ("bitwise_left_shift", "left_shift", "bitwise_right_shift", "right_shift")},
    **{name: [((WHOLE, WHOLE[::-1].copy()), {}), ((WHOLE * 12, np.int32(18)), {})]
       for name in ("gcd", "lcm")},
    "nextafter": [((A.astype("float32"), B.astype("float32")), {}), ((WHOLE, IDS[:, None]), {})],
    "view": [((A.astype("float32"),), {"dtype": dtype}) for dtype in ("int32", "int8", None)] + [
        ((WHOLE.astype("int8"),), {"dtype": "int32"})],
    **{name: [((COMPLEX,), {})] for name in (
        "real", "imag", "conj", "conjugate", "isreal")},
    "view_as_real": [((COMPLEX,), {}), ((A.astype("float32"),), {})],
    "view_as_complex": [((CUBE[..., :2].astype("float32"),), {}), ((WHOLE[:, :2],), {})],
    "polar": [((POSITIVE.astype("float32"), A.astype("float32")), {}),
              ((POSITIVE.astype("float32"), ROW.astype("float32")), {})],
    "svd": [((x.astype("float32"),), {"compute_uv": False}) for x in (A, CUBE, SQUARE)],
    "pinv": [((A.astype("float32"),), {}), ((np.diag(np.float32([1, 1e-5, 1e-7])),), {}),
             ((CUBE.astype("float32"),), {}),
             ((FLAWED.astype("float32"),), {}), ((A.astype("float32"),), {"rcond": 0.9})],
    "lstsq": [((A.T.astype("float32"), ROW.astype("float32")), {}),
              ((A.astype("float32"), B.astype("float32")), {}),
              ((FLAWED.astype("float32"), A[:2].astype("float32")), {}),
              ((A.astype("float32"), B.astype("float32")), {"rcond": 0.5})],
    "matrix_rank": [((x.astype("float32"),), {}) for x in (A, FLAWED, CUBE, SQUARE, FLAWED * 0)],
    "lu_factor": [((x.astype("float32"),), {}) for x in (
        SQUARE, SQUARE[1], A, A.T, FLAWED, FLAWED * 0, CUBE)],
    "jvp": [((lambda x, y: {"a": x * y, "b": (y, 3 * x)}, (ROW.astype("float32"),) * 2,
              (A[0].astype("float32"), A[1].astype("float32"))), {})],
}
TESTED_BELOW = {"cond", "custom_gradient", "eig", "eigh", "einsum", "vectorize"}
#: What is Keras's in value only, and why.
OTHER_SLOPES = {
    "stop_gradient",  # None here, zeros there
    "segment_prod",  # JAX has none
    "segment_sum", "bincount", "zeros_like", "ones_like", "empty_like", "full_like", "sign",
    "floor", "ceil", "trunc", "round", "floor_divide",
}
EACH = pytest.mark.parametrize(("name", "tensors", "kwargs"), [
    pytest.param(name, tensors, kwargs, id=f"{name}-{i}")
    for name, cases in CASES.items() for i, (tensors, kwargs) in enumerate(cases)])


def kind(tensors, dtype):
    """Float tensors in another kind, others as they are."""
    if isinstance(tensors, dict):
        return dict(zip(tensors, kind(tuple(tensors.values()), dtype), strict=True))
    return tuple([a.astype(dtype) for a in t] if isinstance(t, list) and hasattr(t[0], "astype")
                 else t.astype(dtype) if getattr(t, "dtype", TRUTH.dtype).kind == "f" else t
                 for t in tensors)


def compare(ours, theirs, dtype):
    if isinstance(theirs, str | bool):
        assert ours == theirs
        return
    if isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        ours, theirs = list(ours.values()), list(theirs.values())
    if isinstance(theirs, list | tuple):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            compare(one, other, dtype)
        return
    theirs = np.asarray(theirs)
    if theirs.dtype.kind == "f":
        theirs = theirs.astype(dtype)  # Keras's own constants are double where JAX may be
        assert np.asarray(ours).dtype == dtype
    assert np.asarray(ours).dtype.kind == theirs.dtype.kind
    oracle.assert_close(ours, theirs, oracle.TOLERANCE[dtype])


def test_every_op_has_cases():
    assert set(ops.__all__) == set(CASES) | set(PLAIN) | TESTED_BELOW


@pytest.mark.parametrize("name", ops.__all__)
def test_arguments_are_keras_s(name):
    ours, theirs = (inspect.signature(getattr(o, name)) for o in (ops, keras.ops))
    assert [(p.name, p.default) for p in ours.parameters.values()] == [
        (p.name, p.default) for p in theirs.parameters.values()
        if name != "layer_normalization" or p.kind != p.VAR_KEYWORD]  # a spelling given up


@EACH
def test_values_in_single_precision(name, tensors, kwargs, dtype="float32"):
    tensors, kwargs = kind(tensors, dtype), kind(kwargs, dtype)
    with oracle.floatx(dtype):
        right = getattr(keras.ops, name)(*tensors, **kwargs)
        compare(getattr(ops, name)(*tensors, **kwargs), right, dtype)
        flat = [a for t in tensors for a in (t if isinstance(t, list) else [t])]
        compare(oracle.traced(lambda *s: getattr(ops, name)(*nested(tensors, s), **kwargs),
                              *flat, batched=False), right, dtype)


def nested(tensors, symbols):
    """Symbols in the places of the arrays."""
    symbols = iter(symbols)
    return [[next(symbols) for _ in t] if isinstance(t, list) else next(symbols) for t in tensors]


@pytest.mark.parametrize(("name", "tensors", "kwargs"), [
    case for case in EACH.args[1]
    if case.values[0] not in OTHER_SLOPES and any(
        np.asarray(t).dtype.kind == "f" for t in case.values[1])])
def test_values_and_slopes_in_double_precision(name, tensors, kwargs):
    flat = [a for t in tensors for a in (t if isinstance(t, list) else [t])]

    def through(library):
        def function(*values):
            out = getattr(library, name)(*nested(tensors, values), **kwargs)
            out = out[0] if isinstance(out, list | tuple) else out
            return library.cast(out, "float64")
        return function

    with oracle.floatx("float64"):
        value, slopes = oracle.value_and_gradients(through(ops), *flat, batched=False)
        right, right_slopes = oracle.keras_value_and_gradients(through(keras.ops), *flat)
        compare(value, right, "float64")
        for ours, theirs in zip(slopes, right_slopes, strict=True):
            compare(np.zeros_like(theirs) if ours is None else ours, theirs, "float64")


@pytest.mark.parametrize(("name", "args", "kwargs"), [
    pytest.param(name, args, kwargs, id=f"{name}-{i}")
    for name, cases in PLAIN.items() for i, (args, kwargs) in enumerate(cases)])
def test_plain(name, args, kwargs):
    compare(getattr(ops, name)(*args, **kwargs), getattr(keras.ops, name)(*args, **kwargs),
            "float32")


#: Ops that need not know how many rows there are, and how they are asked.
BY_ROWS = {
    "softmax": ops.softmax, "sum": ops.sum, "mean": ops.mean, "mean of rows": lambda x: ops.mean(
        x, axis=1), "mean over rows": lambda x: ops.mean(x, axis=0), "var": ops.var,
    "argmax": ops.argmax, "flip": ops.flip, "cumsum": lambda x: ops.cumsum(x, axis=0),
    "tile": lambda x: ops.tile(x, (2, 3)), "repeat": lambda x: ops.repeat(x, 2, axis=0),
    "reshape": lambda x: ops.reshape(x, (-1, 2)), "ravel": ops.ravel,
    "transpose": ops.transpose, "stack": lambda x: ops.stack([x, x], axis=0),
    "concatenate": lambda x: ops.concatenate([x, x]), "zeros_like": ops.zeros_like,
    "take": lambda x: ops.take(x, [-1, 0], axis=0), "pad": lambda x: ops.pad(x, 1),
    "first": lambda x: x[0], "last": lambda x: x[-1], "norm": ops.norm,
    "matmul": lambda x: ops.matmul(ops.transpose(x), x), "glu": ops.glu,
    "arange": lambda x: ops.arange(ops.shape(x)[0]),
    "stepped": lambda x: ops.arange(1, ops.shape(x)[0], dtype="float32") * 2,
    "a row's part": lambda x: x / ops.shape(x)[0],
    "cast": lambda x: x * ops.cast(ops.shape(x)[0], x.dtype),
    "squeeze": lambda x: ops.squeeze(ops.expand_dims(x, 1), 1),
    "differences": lambda x: x[:, 1:] - x[:, :-1],
    "in_top_k": lambda x: ops.in_top_k(ops.argmax(x, axis=1), x, 1),
    "sort": lambda x: ops.sort(x, axis=0), "argsort of rows": ops.argsort,
    "top_k": lambda x: ops.top_k(x, 2)[0], "median": lambda x: ops.median(x, axis=0),
    "medians of rows": lambda x: ops.median(x, axis=1), "quantile": lambda x: ops.quantile(
        x, [0.1, 0.6]), "nanmedian": lambda x: ops.nanmedian(x, axis=0),
    "histogram": lambda x: ops.histogram(x[:, 0], 3)[0],
    "rearrange": lambda x: ops.rearrange(x, "a (b c) -> (a c) b", b=2),
    "erfinv": lambda x: ops.erfinv(ops.tanh(x)), "segment_max": lambda x: ops.segment_max(
        x, ops.argmax(x, axis=1), 4), "unravel_index": lambda x: ops.unravel_index(
        ops.argmax(x, axis=1), (2, 2))[1],
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


def test_cond_chooses_when_the_program_runs():
    def function(x):
        return ops.cond(ops.sum(x) > 0, lambda: {"a": x + 1, "b": None},
                        lambda: {"a": -x, "b": None})

    program = trace_function(function, [signature_of(A)])
    for x in (POSITIVE, -POSITIVE):
        np.testing.assert_array_equal(program.rebuild(run(program, [x]))["a"], function(x)["a"])


def test_a_gradient_of_one_s_own():
    def functions(library):
        @library.ops.custom_gradient
        def scaled(a, b):
            def slopes(*args, upstream=None):
                upstream = args[0] if upstream is None else upstream
                return upstream * 3.0, library.ops.sum(upstream * a, axis=0)
            return library.ops.exp(a) * b, slopes

        return lambda a, b: library.ops.sin(scaled(a, b) * a)

    with oracle.floatx("float64"):
        value, slopes = oracle.value_and_gradients(functions(brickwork), A, ROW, batched=False)
        right, right_slopes = oracle.keras_value_and_gradients(functions(keras), A, ROW)
    for one, other in zip([value, *slopes], [right, *right_slopes], strict=True):
        compare(one, other, "float64")
    np.testing.assert_allclose(functions(brickwork)(A, ROW), right, rtol=1e-12)

    wrong = ops.custom_gradient(lambda a: (a, lambda upstream: (upstream, upstream)))
    with pytest.raises(ValueError, match=r"got 2 gradients .* expected 1"):
        oracle.value_and_gradients(wrong, A)


def test_a_function_of_numbers_as_one_of_tensors():
    def sharpened(a, b, power=1):
        return a * b ** power

    x, row = A.astype("float32"), np.abs(ROW).astype("float32")
    for library in (keras, brickwork):
        function = library.ops.vectorize(sharpened, excluded={2})
        np.testing.assert_allclose(function(x, row, 2), x * row ** 2, rtol=1e-6)
    for one, other, tensors in [
            (ops.vectorize(sharpened), sharpened, (A, ROW)),
            (lambda a: ops.associative_scan(lambda x, y: x + y, a), lambda a: ops.cumsum(a, axis=0),
             (A,))]:
        value, slopes = oracle.value_and_gradients(one, *tensors, batched=False)
        right, right_slopes = oracle.value_and_gradients(other, *tensors, batched=False)
        for ours, theirs in zip([value, *slopes], [right, *right_slopes], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_what_the_data_decide_is_known_on_arrays_only():
    for op in (ops.nonzero, ops.unique):
        with pytest.raises(ValueError, match="not known before the program runs"):
            oracle.traced(op, A)
    assert float(ops.det(FLAWED)) == 0.0 == float(np.exp(ops.logdet(FLAWED)))
    assert not np.isfinite(ops.inv(FLAWED)).any()
    twice = ops.scatter_update(ROW, [[1], [1]], [5.0, 7.0])
    np.testing.assert_array_equal(twice, [ROW[0], 7.0, *ROW[2:]])  # the last of two stands


@pytest.mark.parametrize("name", [
    "bitwise_and", "bitwise_not", "left_shift", "gcd", "nextafter", "view", "eig", "eigh", "svd",
    "pinv", "lstsq", "matrix_rank", "lu_factor", "polar", "view_as_real", "view_as_complex"])
def test_what_no_program_can_do_is_refused_in_words(name):
    function = getattr(ops, name)
    count = sum(p.default is p.empty for p in inspect.signature(function).parameters.values())
    with pytest.raises(ValueError, match=f"{name}: got a symbol, expected an array: (it takes as "
                                         "many steps|the engine has no op|a program has no)"):
        oracle.traced(lambda x: function(*[x] * count), SQUARE[0])


def test_bits_have_the_width_of_the_number():
    bytes_ = np.array([1, 255, 128], "uint8")
    for name, args in [("bitwise_not", (bytes_,)), ("left_shift", (bytes_, np.uint8(1))),
                       ("bitwise_or", (bytes_, np.uint8(2))), ("gcd", (bytes_, np.uint8(15)))]:
        ours, theirs = (getattr(o, name)(*args) for o in (ops, keras.ops))
        np.testing.assert_array_equal(ours, np.asarray(theirs))
        assert ours.dtype == "int32"


@pytest.mark.parametrize("x", [COVARIANCE, SQUARE, COVARIANCE[0]], ids=["even", "uneven", "one"])
@pytest.mark.parametrize("kind_", ["float32", "float64"])
def test_eigenvectors(x, kind_):
    """Their signs are anybody's."""
    x = x.astype(kind_)
    for name, matrix in [("eig", x), ("eigh", (x + x.swapaxes(-1, -2)) / 2)]:
        with oracle.floatx(kind_):
            values, vectors = getattr(ops, name)(x)
            right, their_vectors = map(np.asarray, getattr(keras.ops, name)(x))
        close = oracle.TOLERANCE[kind_] * 10
        assert (values.dtype, vectors.dtype) == (right.dtype, their_vectors.dtype)
        np.testing.assert_allclose(np.sort(values), np.sort(right), rtol=close, atol=close)
        np.testing.assert_allclose(matrix @ vectors, vectors * values[..., None, :], atol=close)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=-2), 1, rtol=close)
    assert (np.diff(values) >= 0).all()  # of eigh


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("x", [A, A.T, CUBE, SQUARE], ids=["wide", "high", "several", "square"])
def test_singular_vectors(x, full):
    u, s, v = ops.svd(x, full_matrices=full)
    assert [p.shape for p in (u, s, v)] == [
        p.shape for p in keras.ops.svd(x.astype("float32"), full_matrices=full)]
    assert (np.diff(s) <= 0).all()
    count = s.shape[-1]
    np.testing.assert_allclose(u[..., :count] * s[..., None, :] @ v[..., :count, :], x, atol=1e-12)
    for side in (np.swapaxes(u, -1, -2) @ u, v @ np.swapaxes(v, -1, -2)):
        np.testing.assert_allclose(side, np.broadcast_to(np.eye(side.shape[-1]), side.shape),
                                   atol=1e-12)


def test_a_rank_above_a_bound():
    x = np.diag([8.0, 2.0, 0.5])
    assert [int(ops.matrix_rank(x, tol)) for tol in (None, 0.1, 1.0, 3.0, 9.0)] == [3, 3, 2, 1, 0]


SMOOTH = {
    "sin": lambda o, x, y: o.sin(x) * y, "relu": lambda o, x, y: o.relu(x - y),
    "softmax": lambda o, x, y: o.softmax(x * y), "matmul": lambda o, x, y: x @ o.transpose(y),
    "mean": lambda o, x, y: (o.mean(x, axis=0), o.std(y)), "max": lambda o, x, y: o.max(x, axis=1),
    "take": lambda o, x, y: o.take(x, [0, 2, 2], axis=0) + y, "slice": lambda o, x, y: x[1:, ::2],
    "concatenate": lambda o, x, y: o.concatenate([x, y * x], 1), "where": lambda o, x, y: o.where(
        x > 0, x, y), "cumsum": lambda o, x, y: o.cumsum(x * x), "sort": lambda o, x, y: o.sort(x),
    "norm": lambda o, x, y: o.layer_normalization(x) / o.norm(y),
    "neither": lambda o, x, y: (o.ones((2,), "float64"), x),
    "solve": lambda o, x, y: o.solve(x @ o.transpose(x) + o.eye(3, dtype="float64"), y),
    "logsumexp": lambda o, x, y: o.logsumexp(o.stack([x, y]), axis=0),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_slopes_forward(name):
    function, along = SMOOTH[name], (B, A[::-1].copy())
    with oracle.floatx("float64"):
        theirs = keras.ops.jvp(lambda x, y: function(keras.ops, x, y), (A, B), along)
        compare(ops.jvp(lambda x, y: function(ops, x, y), (A, B), along), theirs, "float64")
        # In a program, of values that depend on one another; and the slopes of slopes.
        again, their_again = (through_slopes(o, function) for o in (ops, keras.ops))
        value, slopes = oracle.value_and_gradients(again, A, batched=False)
        right, right_slopes = oracle.keras_value_and_gradients(their_again, A)
        compare(value, right, "float64")
        compare(slopes[0], right_slopes[0], "float64")


def through_slopes(library, function):
    def whole(x):
        value = library.jvp(lambda a, b: function(library, a, b), (x, x * x), (x * 2, x))[1]
        return value[1] if isinstance(value, tuple) else value
    return whole


def test_slopes_forward_and_what_comes_beside():
    function = lambda x: (x * x, {"seen": x + 1})  # noqa: E731
    for ours, theirs in zip(ops.jvp(function, [A], [B], has_aux=True),
                            keras.ops.jvp(function, [A], [B], has_aux=True), strict=True):
        compare(ours, theirs, "float64" if np.asarray(0.0).dtype == A.dtype else "float32")


def test_the_tails_of_the_normal_distribution():
    from scipy import special

    x = np.linspace(-6, 26, 999)
    np.testing.assert_allclose(ops.erfc(x), special.erfc(x), rtol=1e-13)
    y = np.concatenate([np.linspace(-1, 1, 999), 1 - np.logspace(-15, -1, 99)])
    np.testing.assert_allclose(ops.erfinv(y), special.erfinv(y), rtol=1e-12, atol=1e-15)
    assert np.isnan(ops.erfinv([1.5])).all()


def test_cond_refuses_a_branch_that_assigns():
    counter = Variable(0.0)
    with pytest.raises(TraceError, match="assigns a variable"):
        oracle.traced(lambda x: ops.cond(ops.sum(x) > 0, lambda: counter.assign(1.0), lambda: 2.0),
                      A)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: ops.where(TRUTH), "x1 and x2"),
    (lambda: ops.split(A, 3, axis=1), "does not divide into 3"),
    (lambda: ops.squeeze(A, 0), "axis 0"),
    (lambda: ops.sum(A, axis=2), "axis: got 2"),
    (lambda: ops.transpose(A, (0, 0)), "each of 0 to 1 once"),
    (lambda: ops.pad(A, 1, mode="reflect"), "'constant'"),
    (lambda: ops.norm(A, ord=2), "ord=2"),
    (lambda: ops.segment_sum(A, IDS), "num_segments"),
    (lambda: ops.one_hot(IDS, 3, sparse=True), "sparse"),
    (lambda: ops.expand_dims(A, 4), "axis 4"),
    (lambda: ops.slice(A, (1, 0), (3, 4)), "beyond"),
    (lambda: ops.tensordot(A, A, axes=1), "other extents"),
    (lambda: ops.matmul(A, A), "inner dimensions"),
    (lambda: ops.eigh(A), "eigh: got shape .3, 4., expected square matrices"),
    (lambda: ops.svd(ROW), "expected matrices"),
    (lambda: ops.lstsq(A, ROW), "as many rows"),
    (lambda: ops.jvp(ops.sin, [A], [ROW]), "expected those of the primals"),
    (lambda: ops.cholesky(-COVARIANCE), "not positive definite"),
    (lambda: ops.inv(A), "expected square matrices"),
    (lambda: ops.segment_max(A, IDS), "num_segments"),
    (lambda: ops.rearrange(A, "a b -> a"), "the same names"),
    (lambda: ops.rearrange(A, "a (b c) -> a b c"), "no extents of b, c"),
    (lambda: ops.vectorize(abs, signature="(n)->(n)"), "vectorized_map"),
    (lambda: ops.scatter_update(A, [[0]], A[:1], "mean"), "'mul'"),
    (lambda: ops.quantile(A, 0.5, method="cubic"), "'cubic', expected one of linear"),
    (lambda: ops.histogram(A), "rank 2, expected 1"),
    (lambda: ops.qr(A, mode="r"), "'complete'"),
    (lambda: ops.moments(A, 0, synchronized=True), "synchronized"),
])
def test_what_cannot_be_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_numpy_s_float64_does_not_make_a_single_precision_program_double():
    x = A.astype("float32")
    for constant in (np.float64(2.0), np.array([1.0, 2.0, 3.0, 4.0]), np.log(2.0)):
        assert oracle.traced(lambda s, c=constant: ops.exp(s) * c + ops.sqrt(c), x).dtype == x.dtype
    assert oracle.traced(lambda s: s * np.log(2.0), A).dtype == np.float64


def test_an_op_that_does_not_exist_names_the_nearest():
    with pytest.raises(AttributeError, match=r"no op 'logsumexpp'; did you mean 'logsumexp'"):
        ops.logsumexpp  # noqa: B018
    assert not hasattr(ops, "__wrapped__")


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


#: (letters, shapes of the tensors; the first axis of the first is the batch).
EINSUMS = [
    ("ab,bc->ac", (5, 3), (3, 2)), ("ab,bc", (5, 3), (3, 2)), ("abc,cd->abd", (5, 2, 3), (3, 4)),
    ("abc,cde->abde", (5, 2, 3), (3, 2, 4)), ("abc,bcd->ad", (5, 2, 3), (2, 3, 4)),
    ("abc,bcd->abd", (5, 2, 3), (2, 3, 4)), ("...x,xy->...y", (5, 2, 3), (3, 2)),
    ("xy...,xz->zy...", (5, 2, 3), (5, 4)), ("ab,b->ab", (5, 3), (3,)), ("abc->bac", (5, 2, 3)),
    ("ab->b", (5, 3)), ("ab->", (5, 3)), ("ab,ab->", (5, 3), (5, 3)), ("abc,abd->acd",
                                                                      (5, 2, 3), (5, 2, 4)),
    ("ab,cd->acbd", (5, 3), (2, 4)), ("ab,bc,cd->ad", (5, 3), (3, 2), (2, 4)),
    ("a...,...b->a...b", (5, 3), (3, 2)), ("ab,bc,c->b", (5, 3), (3, 2), (2,)),
    ("ab,ab->ab", (5, 3), (1, 3)), ("ab,bc->ac", (5, 3), (1, 2)),
]


@pytest.mark.parametrize(("letters", "shapes"), [(case[0], case[1:]) for case in EINSUMS])
@pytest.mark.parametrize("batched", [False, True])
def test_einsum(letters, shapes, batched):
    rng = np.random.default_rng(1)
    tensors = [rng.normal(size=shape) for shape in shapes]
    if batched and any(shape[0] != 5 for shape in shapes):
        weights = [Variable(t, dtype="float64") for t in tensors[1:]]
        arguments, tensors = weights, tensors[:1]
    else:
        arguments = []

    def function(*xs):
        return ops.einsum(letters, *xs, *arguments)

    with oracle.floatx("float64"):
        value, slopes = oracle.value_and_gradients(function, *tensors, batched=batched)
        right, right_slopes = oracle.keras_value_and_gradients(
            lambda *xs: keras.ops.einsum(letters, *xs, *map(np.asarray, arguments)), *tensors)
        compare(value, right, "float64")
        for ours, theirs in zip(slopes, right_slopes, strict=True):
            compare(ours, theirs, "float64")
    compare(ops.einsum(letters, *tensors, *arguments), right, "float64")


@pytest.mark.parametrize(("letters", "count", "message"), [
    ("ab,bc->ac", 1, "got 1 tensors .* expected 2"), ("abc->a", 1, "the term 'abc' for shape"),
    ("aa->a", 1, "each once"), ("ab->c", 1, "a result of letters that occur"),
    ("a1->a", 1, "the term 'a1'"), ("ab,bc->ac", 2, "'b' has two extents"),
])
def test_einsum_refuses(letters, count, message):
    with pytest.raises(ValueError, match=message):
        ops.einsum(letters, *[np.ones((2, 3), "float32")] * count)
