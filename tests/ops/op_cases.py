"""Cases of every op: tensors and arguments that `test_keras` gives to it and to Keras's."""

import numpy as np

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
SQUARE = np.stack(
    [RNG.normal(size=(3, 3)), np.array([[0.0, 2.0, 1.0], [1.0, 0.0, 3.0], [2.0, 1.0, 0.0]])]
)
COVARIANCE = SQUARE @ SQUARE.transpose(0, 2, 1) + np.eye(3)
ROOT = np.linalg.cholesky(COVARIANCE)
FLAWED = np.array([[1.0, 2.0], [2.0, 4.0]])  # without an inverse
COMPLEX = np.array([[1 + 2j, -3], [0.5j, -1 - 1j]], "complex64")
IDS = np.array([2, 0, 3], "int32")
WHOLE = np.array([[3, -4, 5, 0], [1, 2, -7, 8], [9, 0, 1, 2]], "int32")

#: name: cases of (tensors, keyword arguments); gradients are compared for float tensors.
CASES = {
    **{
        name: [((A,), {})]
        for name in (
            "abs",
            "absolute",
            "negative",
            "square",
            "exp",
            "expm1",
            "sin",
            "cos",
            "tan",
            "arctan",
            "sinh",
            "cosh",
            "tanh",
            "arcsinh",
            "erf",
            "exp2",
            "ravel",
            "copy",
            "zeros_like",
            "ones_like",
            "empty_like",
            "stop_gradient",
            "celu",
            "elu",
            "gelu",
            "hard_shrink",
            "hard_sigmoid",
            "hard_silu",
            "hard_swish",
            "hard_tanh",
            "leaky_relu",
            "log_sigmoid",
            "relu",
            "relu6",
            "selu",
            "sigmoid",
            "silu",
            "soft_shrink",
            "softplus",
            "softsign",
            "sparse_plus",
            "sparse_sigmoid",
            "squareplus",
            "swish",
            "tanh_shrink",
            "array",
            "convert_to_tensor",
            "triu",
            "tril",
        )
    },
    **{
        name: [((POSITIVE,), {})]
        for name in ("log", "log1p", "log2", "log10", "sqrt", "rsqrt", "reciprocal")
    },
    **{name: [((UNIT,), {})] for name in ("arcsin", "arccos", "arctanh")},
    "arccosh": [((POSITIVE + 1,), {})],
    **{name: [((A,), {}), ((TIES,), {})] for name in ("sign", "floor", "ceil", "trunc")},
    "round": [((A * 10,), {}), ((A,), {"decimals": 2}), ((TIES + 0.5,), {})],
    **{name: [((ODD,), {})] for name in ("isnan", "isinf", "isfinite")},
    "nan_to_num": [((ODD,), {}), ((ODD,), {"nan": 7.0, "posinf": 1.0, "neginf": -1.0})],
    "logical_not": [((TRUTH,), {})],
    **{
        name: [((A, B), {}), ((A, ROW), {}), ((CUBE, A[:, None]), {})]
        for name in (
            "add",
            "subtract",
            "multiply",
            "divide",
            "true_divide",
            "maximum",
            "minimum",
            "logaddexp",
            "arctan2",
        )
    },
    "mod": [((A, POSITIVE), {}), ((WHOLE, 3 * np.ones_like(WHOLE)), {})],
    "floor_divide": [((A, POSITIVE), {}), ((WHOLE, 3 * np.ones_like(WHOLE)), {})],
    "power": [((POSITIVE, B), {}), ((POSITIVE, ROW), {}), ((WHOLE, 3 * np.ones_like(WHOLE)), {})],
    "divide_no_nan": [((A, TIES), {})],
    **{
        name: [((TIES, TIES[::-1].copy()), {}), ((A, ROW), {})]
        for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
    },
    **{name: [((TRUTH, B > 0), {})] for name in ("logical_and", "logical_or", "logical_xor")},
    "where": [((TRUTH, A, B), {}), ((TRUTH[0], A, B), {})],
    "clip": [((TIES,), {"x_min": -1.0, "x_max": 2.0})],
    "isclose": [((A, A + 1e-7), {}), ((ODD, ODD), {"equal_nan": True}), ((ODD, ODD), {})],
    "allclose": [((A, A), {}), ((A, B), {})],
    **{
        name: [
            ((A,), {}),
            ((TIES,), {"axis": 1}),
            ((CUBE,), {"axis": (0, 2)}),
            ((CUBE,), {"axis": -2, "keepdims": True}),
        ]
        for name in ("sum", "mean", "max", "min", "amax", "amin", "prod", "logsumexp", "ptp")
    },
    **{
        name: [((A,), {}), ((CUBE,), {"axis": (0, 2)}), ((CUBE,), {"axis": -2, "keepdims": True})]
        for name in ("var", "std")
    },
    "moments": [((CUBE,), {"axes": [0, 1]}), ((A,), {"axes": 1, "keepdims": True})],
    "average": [
        ((A,), {}),
        ((A,), {"axis": 0}),
        ((A,), {"axis": 0, "weights": POSITIVE}),
        ((A,), {"axis": 1, "weights": POSITIVE[0]}),
    ],
    **{
        name: [((TRUTH,), {}), ((TRUTH,), {"axis": 1}), ((TRUTH,), {"axis": 0, "keepdims": True})]
        for name in ("any", "all")
    },
    "count_nonzero": [((TIES,), {}), ((TIES,), {"axis": 1})],
    **{
        name: [((TIES,), {}), ((TIES,), {"axis": 1}), ((TIES,), {"axis": -1, "keepdims": True})]
        for name in ("argmax", "argmin")
    },
    "cumsum": [((A,), {}), ((A,), {"axis": 1}), ((CUBE,), {"axis": 1})],
    "norm": [
        ((A,), {}),
        ((A,), {"axis": 1}),
        ((A,), {"ord": 1, "axis": 0}),
        ((A,), {"ord": np.inf, "axis": 1, "keepdims": True}),
        ((A,), {"ord": 3, "axis": 1}),
        ((A,), {"ord": "fro"}),
        ((A,), {"ord": 1}),
        ((A,), {"ord": -np.inf}),
        ((TIES,), {"ord": 0, "axis": 1}),
    ],
    "normalize": [((A,), {}), ((A,), {"axis": 0, "order": 1})],
    "rms_normalization": [((A,), {}), ((A, ROW), {})],
    "layer_normalization": [((A,), {}), ((CUBE,), {"axis": (1, 2)}), ((A, ROW, ROW), {})],
    "batch_normalization": [
        ((A, ROW, np.abs(ROW)), {"axis": -1}),
        ((A, ROW, np.abs(ROW)), {"axis": 1, "epsilon": 0.1, "offset": ROW, "scale": ROW}),
    ],
    **{name: [((A,), {})] for name in ("cbrt", "deg2rad", "rad2deg", "fabs", "sinc", "diagflat")},
    **{name: [((ODD,), {})] for name in ("isposinf", "isneginf")},
    **{name: [((A, B), {}), ((A, ROW), {})] for name in ("fmax", "fmin", "logaddexp2")},
    "hypot": [
        ((A, B), {}),
        ((A, ROW), {}),
        ((TIES, TIES), {}),
    ],
    "fmod": [((A, POSITIVE), {}), ((WHOLE, 3 * np.ones_like(WHOLE)), {})],
    "heaviside": [((TIES, A), {})],
    "ldexp": [((A, WHOLE), {})],
    "isin": [((TIES, ROW), {}), ((WHOLE, IDS), {}), ((WHOLE, IDS), {"invert": True})],
    "digitize": [((A, np.sort(ROW)), {})],
    "cumprod": [((A,), {}), ((A,), {"axis": 1}), ((CUBE,), {"axis": 0})],
    "diff": [((A,), {}), ((CUBE,), {"axis": 0}), ((A,), {"n": 2})],
    "trapezoid": [((A,), {}), ((A,), {"dx": 0.5, "axis": 0}), ((A, np.sort(ROW)), {})],
    **{
        name: [((SOME,), {}), ((SOME,), {"axis": 1}), ((SOME,), {"axis": 0, "keepdims": True})]
        for name in (
            "nansum",
            "nanmean",
            "nanprod",
            "nanmax",
            "nanmin",
            "nanvar",
            "nanstd",
            "nanargmax",
            "nanargmin",
        )
    },
    **{name: [((SOME,), {}), ((SOME,), {"axis": 1})] for name in ("nancumsum", "nancumprod")},
    "array_split": [((A,), {"indices_or_sections": 3, "axis": 1})],
    "hsplit": [((A,), {"indices_or_sections": 2})],
    "vsplit": [((A,), {"indices_or_sections": 3})],
    "dsplit": [((CUBE,), {"indices_or_sections": 2})],
    "dstack": [(([A, B],), {}), (([ROW, ROW],), {})],
    "fliplr": [((A,), {})],
    "flipud": [((A,), {})],
    "rot90": [((A,), {}), ((A,), {"k": 2}), ((CUBE,), {"k": -1, "axes": (0, 2)})],
    "diagonal": [
        ((A,), {}),
        ((A,), {"offset": -1}),
        ((A,), {"offset": 2}),
        ((CUBE,), {"axis1": 1, "axis2": 2}),
    ],
    "meshgrid": [((ROW, A[:, 0].copy()), {}), ((ROW, A[:, 0].copy()), {"indexing": "ij"})],
    "slice_update": [((A,), {"start_indices": (1, 0), "updates": B[:2, :3].copy()})],
    "scatter": [
        ((IDS[:, None], A), {"shape": (5, 4)}),
        ((np.array([[0, 1], [2, 0], [2, 0]], "int32"), POSITIVE[0, :3].copy()), {"shape": (3, 2)}),
    ],
    "cross": [((A[:, :3].copy(), B[:, :3].copy()), {}), ((A, B), {"axis": 0})],
    "kron": [((A, B), {}), ((ROW, A), {})],
    "cdist": [((A, B), {})],
    "corrcoef": [((A,), {})],
    "vander": [((ROW,), {}), ((ROW,), {"N": 3, "increasing": True})],
    "reshape": [((CUBE,), {"newshape": (3, 8)}), ((CUBE,), {"newshape": (-1, 4)})],
    "transpose": [((A,), {}), ((CUBE,), {"axes": (1, 0, 2)})],
    "swapaxes": [((CUBE,), {"axis1": 0, "axis2": -1})],
    "moveaxis": [
        ((CUBE,), {"source": 0, "destination": -1}),
        ((CUBE,), {"source": (0, 1), "destination": (2, 0)}),
    ],
    "expand_dims": [((A,), {"axis": 0}), ((A,), {"axis": -1}), ((A,), {"axis": (0, 2)})],
    "squeeze": [((A[:, None, :],), {}), ((A[:, None, :, None],), {"axis": 1})],
    "broadcast_to": [((ROW,), {"shape": (3, 4)})],
    "hstack": [(([A, B],), {}), (([ROW, ROW],), {})],
    "vstack": [(([A, B],), {})],
    "concatenate": [(([A, B],), {}), (([A, B],), {"axis": -1})],
    "append": [((A, B), {}), ((A, B), {"axis": 1})],
    "stack": [(([A, B],), {}), (([A, B],), {"axis": -1})],
    "split": [
        ((A,), {"indices_or_sections": 2, "axis": 1}),
        ((A,), {"indices_or_sections": [1, 3], "axis": 1}),
    ],
    "unstack": [((A,), {"axis": 1})],
    "slice": [((A,), {"start_indices": (1, 0), "shape": (2, 3)})],
    "flip": [((A,), {}), ((A,), {"axis": 1})],
    "roll": [((A,), {"shift": 1, "axis": 1}), ((A,), {"shift": (3,), "axis": (-1,)})],
    "repeat": [
        ((A,), {"repeats": 2}),
        ((A,), {"repeats": 3, "axis": 1}),
        ((A,), {"repeats": np.array([1, 2, 0, 1]), "axis": 1}),
    ],
    "tile": [((A,), {"repeats": (2, 1)}), ((A,), {"repeats": 2})],
    "pad": [
        ((A,), {"pad_width": ((1, 0), (2, 1))}),
        ((A,), {"pad_width": 1}),
        ((A,), {"pad_width": ((0, 0), (2, 1)), "constant_values": 7.0}),
    ],
    "take": [
        ((A, IDS), {"axis": 1}),
        ((A, np.array([[0, -1], [2, 1]])), {"axis": 0}),
        ((A, IDS), {}),
    ],
    "take_along_axis": [((A, IDS[:, None]), {"axis": 1}), ((A, WHOLE[:1] * 0 + 1), {"axis": 0})],
    "get_item": [
        ((A,), {"key": 1}),
        ((A,), {"key": (slice(None), slice(1, None, 2))}),
        ((A,), {"key": (Ellipsis, None, -1)}),
    ],
    "diag": [((ROW,), {}), ((A,), {}), ((A,), {"k": 1}), ((ROW,), {"k": -1})],
    "trace": [((A,), {}), ((CUBE,), {"axis1": 1, "axis2": 2, "offset": 1})],
    "one_hot": [
        ((IDS,), {"num_classes": 4}),
        ((IDS,), {"num_classes": 3}),
        ((WHOLE,), {"num_classes": 4, "axis": 0}),
    ],
    "multi_hot": [((IDS,), {"num_classes": 4}), ((np.abs(WHOLE),), {"num_classes": 9})],
    "matmul": [
        ((A, B.T.copy()), {}),
        ((CUBE, A.T.copy()), {}),
        ((ROW, A.T.copy()), {}),
        ((A, ROW), {}),
        ((ROW, ROW), {}),
        ((CUBE, CUBE.transpose(0, 2, 1).copy()), {}),
    ],
    "dot": [
        ((A, B.T.copy()), {}),
        ((ROW, ROW), {}),
        ((CUBE, ROW), {}),
        ((A, CUBE.transpose(0, 2, 1).copy()), {}),
    ],
    "inner": [((A, B), {}), ((ROW, ROW), {})],
    "outer": [((ROW, ROW), {})],
    "vdot": [((A, B), {})],
    "tensordot": [
        ((CUBE, A), {"axes": ([0, 2], [0, 1])}),
        ((CUBE, A.T.copy()), {"axes": 1}),
        ((A, B), {"axes": 2}),
    ],
    "in_top_k": [((IDS, TIES), {"k": 1}), ((IDS, TIES), {"k": 2}), ((IDS[:3], ODD), {"k": 3})],
    "segment_sum": [
        ((A, np.array([1, 0, 1], "int32")), {"num_segments": 2}),
        ((A, np.array([1, 5, -1], "int32")), {"num_segments": 3}),
    ],
    "sort": [
        ((A,), {}),
        ((A,), {"axis": None}),
        ((TIES,), {}),
        ((CUBE,), {"axis": 0}),
        ((ODD,), {}),
        ((WHOLE,), {"axis": 1}),
    ],
    "argsort": [
        ((A,), {}),
        ((A,), {"axis": None}),
        ((TIES,), {}),
        ((CUBE,), {"axis": 1}),
        ((ODD,), {}),
        ((WHOLE,), {}),
    ],
    "top_k": [
        ((A,), {"k": 2}),
        ((TIES,), {"k": 3}),
        ((CUBE,), {"k": 4}),
        ((ROW,), {"k": 1}),
        ((WHOLE,), {"k": 2}),
        ((ODD,), {"k": 3}),
    ],
    "searchsorted": [((np.sort(ROW), A), {}), ((np.sort(TIES[0]), TIES), {"side": "right"})],
    "bincount": [
        ((IDS,), {"minlength": 5}),
        ((np.abs(WHOLE),), {"minlength": 10}),
        ((IDS, np.abs(ROW[:3])), {"minlength": 4}),
    ],
    **{
        name: [
            ((A,), {"q": 0.3}),
            ((TIES, np.array([0.0, 0.25, 1.0])), {"axis": 1}),
            ((CUBE,), {"q": 0.5, "axis": (0, 2), "keepdims": True}),
            ((CUBE, np.array([0.9, 0.1])), {"axis": 0, "keepdims": True}),
            ((WHOLE,), {"q": 0.6}),
            *(
                ((A,), {"q": 0.4, "axis": 1, "method": method})
                for method in ("lower", "higher", "midpoint", "nearest")
            ),
        ]
        for name in ("quantile", "nanquantile")
    },
    **{
        name: [((A,), {"q": 30.0}), ((CUBE, np.array([90.0, 5.0])), {"axis": 1})]
        for name in ("percentile", "nanpercentile")
    },
    **{
        name: [
            ((A,), {}),
            ((A,), {"axis": 0}),
            ((CUBE,), {"axis": (0, 1), "keepdims": True}),
            ((WHOLE,), {"axis": 1}),
            ((SOME,), {"axis": 0}),
            ((ODD,), {"axis": 1}),
        ]
        for name in ("median", "nanmedian")
    },
    "histogram": [
        ((ROW,), {}),
        ((TIES[0],), {"bins": 3}),
        ((A.ravel(),), {"bins": 4, "range": (-1.0, 0.5)}),
        ((np.ones(3),), {"bins": 2}),
    ],
    "argpartition": [
        ((A,), {"kth": 1}),
        ((TIES,), {"kth": 2, "axis": 0}),
        ((A,), {"kth": 4, "axis": None}),
        ((CUBE,), {"kth": -2}),
    ],
    **{
        name: [((A * 3,), {}), ((np.array([-30.0, -6.0, 0.0, 5.0, 9.0, 30.0]),), {})]
        for name in ("erfc",)
    },
    "erfinv": [((UNIT,), {}), ((np.array([-0.999999, 0.0, 1e-9, 0.99]),), {})],
    "signbit": [((ODD,), {}), ((WHOLE,), {})],
    **{name: [((A,), {}), ((WHOLE,), {})] for name in ("real", "conj", "conjugate", "isreal")},
    "imag": [((A,), {})],
    "angle": [((A,), {})],
    **{
        name: [
            ((A, np.array([1, 0, 1], "int32")), {"num_segments": 3}),
            ((ROW, np.array([1, 5, 0, -1], "int32")), {"num_segments": 2}),
            ((WHOLE, np.array([1, 0, 1], "int32")), {"num_segments": 2}),
        ]
        for name in ("segment_max", "segment_min", "segment_prod")
    },
    "scatter_update": [
        ((A, np.array([[1, 0], [2, 3]], "int32"), ROW[:2].copy()), {"reduction": how})
        for how in (None, "add", "max", "min")
    ]
    + [
        ((A, np.array([[2], [0]], "int32"), B[:2].copy()), {}),
        ((A, np.array([[2], [2]], "int32"), B[:2].copy()), {"reduction": "max"}),
    ],
    "unravel_index": [
        ((np.array([0, 5, -1, 7, -9], "int32"),), {"shape": (2, 3)}),
        ((np.array([[17, 3]], "int32"),), {"shape": (2, 3, 4)}),
    ],
    "cholesky": [((COVARIANCE,), {}), ((COVARIANCE[0],), {"upper": True})],
    "cholesky_inverse": [((ROOT[1],), {}), ((ROOT[0].T.copy(),), {"upper": True})],
    "det": [((SQUARE,), {}), ((SQUARE[1],), {})],
    "slogdet": [((SQUARE,), {}), ((SQUARE[0],), {})],
    "logdet": [((COVARIANCE,), {})],
    "inv": [((SQUARE,), {}), ((COVARIANCE[0],), {})],
    "solve": [
        ((SQUARE, SQUARE[::-1].copy()), {}),
        ((COVARIANCE[0], SQUARE[0][0]), {}),
        ((COVARIANCE, CUBE[:2, :, :3].transpose(0, 2, 1).copy()), {}),
    ],
    "solve_triangular": [
        ((ROOT, SQUARE), {"lower": True}),
        ((SQUARE[0], SQUARE[1]), {}),
        ((COVARIANCE[0], SQUARE[0][0]), {}),
    ],
    "qr": [((SQUARE,), {}), ((A.T.copy(),), {}), ((A.T.copy(),), {"mode": "complete"})],
    "rearrange": [((CUBE,), {"pattern": "a b c -> c (a b)"}), ((A,), {"pattern": "a b->b a"})],
    "glu": [((A,), {}), ((CUBE,), {"axis": 1})],
    "softmax": [((A,), {}), ((CUBE,), {"axis": 1}), ((CUBE,), {"axis": (1, 2)})],
    "log_softmax": [((A,), {}), ((CUBE,), {"axis": 1})],
    "sparsemax": [((A,), {}), ((CUBE,), {"axis": 1})],
    "threshold": [((A,), {"threshold": 0.1, "default_value": 3.0})],
    "binary_crossentropy": [((np.round(np.abs(UNIT)), np.abs(UNIT)), {})],
    "categorical_crossentropy": [((POSITIVE, POSITIVE), {})],
    "sparse_categorical_crossentropy": [((IDS, POSITIVE), {})],
    "cast": [
        ((A * 3,), {"dtype": "int32"}),
        ((WHOLE,), {"dtype": "float32"}),
        ((WHOLE,), {"dtype": "bool"}),
    ],
    "saturate_cast": [
        ((np.array([1e20, -1e20, 2.5, 2.0**31, -3.0]),), {"dtype": dtype})
        for dtype in ("int32", "uint8", "int8", "uint16")
    ]
    + [((WHOLE * 100,), {"dtype": "int8"})],
    "full_like": [((A,), {"fill_value": 3})],
}

#: Without a tensor among the arguments, or with a result that is not one.
PLAIN = {
    "hypot": [
        ((np.float32([np.inf, np.inf, 3.0]), np.float32([np.inf, 1.0, -np.inf])), {}),
        ((np.float32([np.inf, np.nan, np.nan]), np.float32([np.nan, -np.inf, 1.0])), {}),
    ],
    "arange": [((5,), {}), ((1.0, 2.0, 0.25), {}), ((2, 9, 3), {"dtype": "float32"})],
    "eye": [((3,), {}), ((2, 4, 1), {"dtype": "int32"})],
    "identity": [((3,), {})],
    "tri": [((3,), {}), ((2, 4, 1), {})],
    "full": [(((2, 3), 7.5), {}), (((2,), 3, "int32"), {})],
    "zeros": [(((2, 3),), {})],
    "ones": [((2,), {}), (((2,), "bool"), {})],
    "empty": [(((2, 0),), {})],
    "linspace": [
        ((0.0, 1.0), {"num": 5}),
        ((0, 10, 5), {"endpoint": False}),
        ((0.0, 1.0, 4, False), {}),
        ((POSITIVE.astype("float32"), 2.0), {"num": 3, "axis": 1}),
    ],
    "angle": [((ODD.astype("float32"),), {}), ((COMPLEX,), {})],
    "rearrange": [
        (
            (CUBE.astype("float32"),),
            {  # Keras cannot trace it
                "pattern": "a b (c d) -> (d b) a c",
                "d": 2,
            },
        )
    ],
    "associative_scan": [
        ((lambda a, b: a * b, A.astype("float32")), {"axis": axis, "reverse": reverse})
        for axis in (0, 1)
        for reverse in (False, True)
    ]
    + [
        ((lambda a, b: (a[0] @ b[0],), (SQUARE.repeat(3, 0).astype("float32"),)), {}),
        ((lambda a, b: a + b + A[:, :1].astype("float32"), A.astype("float32")), {"axis": 1}),
    ],
    "scatter_update": [
        (
            (POSITIVE.astype("float32"), np.array([[1, 0], [2, 3]]), ROW[:2].astype("float32")),
            {"reduction": "mul"},
        )
    ],
    "nonzero": [((TIES.astype("int32"),), {}), ((ROW,), {})],
    "unique": [
        ((WHOLE,), {}),
        (
            (TIES.astype("float32"),),
            {"return_index": True, "return_inverse": True, "return_counts": True, "axis": None},
        ),
        ((WHOLE,), {"size": 20, "return_index": True, "return_counts": True}),
        ((WHOLE,), {"size": 3, "fill_value": 5}),
        ((WHOLE,), {"size": 20, "fill_value": 5}),
        ((WHOLE[[0, 1, 0]],), {"axis": 0, "return_counts": True}),
    ],
    "shape": [((A,), {})],
    "ndim": [((A,), {})],
    "size": [((A,), {})],
    "dtype": [((A,), {})],
    "is_tensor": [(([1.0],), {})],
    "convert_to_numpy": [((A.astype("float32"),), {})],
    "logspace": [((0.0, 2.0), {"num": 5}), ((0.0, 1.0, 4, False, 2), {})],
    "geomspace": [((1.0, 16.0), {"num": 5}), ((POSITIVE.astype("float32"), 2.0), {"num": 3})],
    "map": [((lambda row: row * 2, A.astype("float32")), {})],
    "vectorized_map": [((lambda row: row * 2, A.astype("float32")), {})],
    "scan": [
        (
            (lambda sum, x: (sum + x, sum * x), ROW.astype("float32"), A.astype("float32")),
            {"reverse": reverse},
        )
        for reverse in (False, True)
    ],
    "while_loop": [
        ((lambda i, x: i < 3, lambda i, x: (i + 1, x * 2), (0, ROW.astype("float32"))), {})
    ],
    "switch": [((n, [lambda x: x, lambda x: -x], ROW.astype("float32")), {}) for n in (0, 1, 7)],
    "select": [(([TRUTH, A < -1], [A.astype("float32"), B.astype("float32")]), {"default": 7.0})],
    "fori_loop": [((0, 4, lambda i, x: x * 2 + i, ROW.astype("float32")), {})],
}
#: Of arrays only.
PLAIN |= {
    **{
        name: [
            ((WHOLE, IDS[:, None]), {}),
            ((TRUTH, B > 0), {}),
            ((WHOLE, np.int32(6)), {}),
            ((WHOLE.astype("int8"), WHOLE), {}),
        ]
        for name in ("bitwise_and", "bitwise_or", "bitwise_xor")
    },
    **{
        name: [((WHOLE,), {}), ((TRUTH,), {}), ((WHOLE.astype("int8"),), {})]
        for name in ("bitwise_invert", "bitwise_not")
    },
    **{
        name: [
            ((WHOLE, IDS[:, None]), {}),
            ((WHOLE, np.int32(31)), {}),
            ((WHOLE, 40), {}),
            ((WHOLE.astype("int8"), np.int8(6)), {}),
            ((WHOLE.astype("int8"), 7), {}),
        ]
        for name in ("bitwise_left_shift", "left_shift", "bitwise_right_shift", "right_shift")
    },
    **{
        name: [((WHOLE, WHOLE[::-1].copy()), {}), ((WHOLE * 12, np.int32(18)), {})]
        for name in ("gcd", "lcm")
    },
    "nextafter": [((A.astype("float32"), B.astype("float32")), {}), ((WHOLE, IDS[:, None]), {})],
    "view": [((A.astype("float32"),), {"dtype": dtype}) for dtype in ("int32", "int8", None)]
    + [((WHOLE.astype("int8"),), {"dtype": "int32"})],
    **{name: [((COMPLEX,), {})] for name in ("real", "imag", "conj", "conjugate", "isreal")},
    "view_as_real": [((COMPLEX,), {}), ((A.astype("float32"),), {})],
    "view_as_complex": [((CUBE[..., :2].astype("float32"),), {}), ((WHOLE[:, :2],), {})],
    "polar": [
        ((POSITIVE.astype("float32"), A.astype("float32")), {}),
        ((POSITIVE.astype("float32"), ROW.astype("float32")), {}),
    ],
    "svd": [((x.astype("float32"),), {"compute_uv": False}) for x in (A, CUBE, SQUARE)],
    "pinv": [
        ((A.astype("float32"),), {}),
        ((np.diag(np.float32([1, 1e-5, 1e-7])),), {}),
        ((CUBE.astype("float32"),), {}),
        ((FLAWED.astype("float32"),), {}),
        ((A.astype("float32"),), {"rcond": 0.9}),
    ],
    "lstsq": [
        ((A.T.astype("float32"), ROW.astype("float32")), {}),
        ((A.astype("float32"), B.astype("float32")), {}),
        ((FLAWED.astype("float32"), A[:2].astype("float32")), {}),
        ((A.astype("float32"), B.astype("float32")), {"rcond": 0.5}),
    ],
    "matrix_rank": [((x.astype("float32"),), {}) for x in (A, FLAWED, CUBE, SQUARE, FLAWED * 0)],
    "lu_factor": [
        ((x.astype("float32"),), {}) for x in (SQUARE, SQUARE[1], A, A.T, FLAWED, FLAWED * 0, CUBE)
    ],
    "jvp": [
        (
            (
                lambda x, y: {"a": x * y, "b": (y, 3 * x)},
                (ROW.astype("float32"),) * 2,
                (A[0].astype("float32"), A[1].astype("float32")),
            ),
            {},
        )
    ],
}

#: In separate files.
TESTED_APART = {"cond", "custom_gradient", "eig", "eigh", "einsum", "vectorize"}

#: What is Keras's in value only, and why.
OTHER_GRADIENTS = {
    "stop_gradient",  # None here, zeros there
    "segment_prod",  # JAX has none
    "segment_sum",
    "bincount",
    "zeros_like",
    "ones_like",
    "empty_like",
    "full_like",
    "sign",
    "floor",
    "ceil",
    "trunc",
    "round",
    "floor_divide",
}
