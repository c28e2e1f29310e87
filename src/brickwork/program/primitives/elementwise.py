"""Elementwise primitives: engines fuse any chain of them into one pass over memory.

Gradients follow JAX where a derivative is a matter of convention: 0 for relu at 0, one half for
each operand of a maximum of equals.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..dims import broadcast
from ..dtypes import floatx, is_float, numpy_dtype, promote
from ..primitive import Op, apply, as_symbol, primitive

if TYPE_CHECKING:
    from ..dims import Dims


def _same(inputs, attrs):
    dims = broadcast(*(s.dims for s in inputs))
    return dims, promote(*(s.dtype for s in inputs))


def _float(inputs, attrs):
    dims, dtype = _same(inputs, attrs)
    return dims, dtype if is_float(dtype) else floatx()


def _truth(inputs, attrs):
    return broadcast(*(s.dims for s in inputs)), "bool"


def _choice(inputs, attrs):
    dims = broadcast(*(s.dims for s in inputs))
    return dims, promote(*(s.dtype for s in inputs[1:]))


def _special(xp, name):
    """A function that NumPy lacks: from `math` with NumPy, from `jax.scipy.special` with JAX."""
    if xp is np:
        return np.vectorize(getattr(math, name), otypes=[float])
    from jax.scipy import special

    return getattr(special, name)


def _single(inputs, attrs):
    if inputs[0].dtype != "float32":
        raise TypeError(f"to half precision: got {inputs[0].dtype}, expected float32.")
    return inputs[0].dims, "float32"


def _nearest(x, dtype):
    return x.astype(numpy_dtype(dtype)).astype("float32")


def unary(
    name: str,
    formula: Callable[..., Any],
    vjp: Callable[..., tuple] | None = None,
    infer: Callable[..., tuple[Dims, str]] = _float,
) -> Op:
    """Add an op of one operand; its result is a float unless `infer` says otherwise."""
    return primitive(name, infer, formula, vjp, elementwise=True)


def binary(
    name: str,
    formula: Callable[..., Any],
    vjp: Callable[..., tuple] | None = None,
    infer: Callable[..., tuple[Dims, str]] = _same,
) -> Op:
    """Add an op of two operands; its result has the promoted dtype of both."""
    return primitive(name, infer, formula, vjp, elementwise=True)


neg = unary("neg", lambda xp, x: -x, lambda g, y, x: (-g,), _same)
# The gradient at 0 is 1, as in JAX (an L1 penalty then acts on a bias of zero at once).
abs = unary(
    "abs", lambda xp, x: xp.abs(x), lambda g, y, x: (where(greater_equal(x, 0), g, -g),), _same
)
sign = unary("sign", lambda xp, x: xp.sign(x), None, _same)
exp = unary("exp", lambda xp, x: xp.exp(x), lambda g, y, x: (g * y,))
expm1 = unary("expm1", lambda xp, x: xp.expm1(x), lambda g, y, x: (g * (y + 1),))
log = unary("log", lambda xp, x: xp.log(x), lambda g, y, x: (g / x,))
log1p = unary("log1p", lambda xp, x: xp.log1p(x), lambda g, y, x: (g / (x + 1),))
sqrt = unary("sqrt", lambda xp, x: xp.sqrt(x), lambda g, y, x: (g * 0.5 / y,))
rsqrt = unary("rsqrt", lambda xp, x: 1 / xp.sqrt(x), lambda g, y, x: (g * -0.5 * y / x,))
reciprocal = unary("reciprocal", lambda xp, x: 1 / x, lambda g, y, x: (-g * y * y,))
square = unary("square", lambda xp, x: x * x, lambda g, y, x: (g * 2 * x,), _same)
tanh = unary("tanh", lambda xp, x: xp.tanh(x), lambda g, y, x: (g * (1 - square(y)),))
sigmoid = unary(
    "sigmoid", lambda xp, x: 0.5 * xp.tanh(0.5 * x) + 0.5, lambda g, y, x: (g * (y * (1 - y)),)
)
softplus = unary(
    "softplus", lambda xp, x: xp.logaddexp(x, xp.zeros_like(x)), lambda g, y, x: (g * sigmoid(x),)
)
erf = unary(
    "erf",
    lambda xp, x: _special(xp, "erf")(x),
    lambda g, y, x: (g * (2 / math.sqrt(math.pi)) * exp(-square(x)),),
)
sin = unary("sin", lambda xp, x: xp.sin(x), lambda g, y, x: (g * cos(x),))
cos: Op = unary("cos", lambda xp, x: xp.cos(x), lambda g, y, x: (-g * sin(x),))
tan = unary("tan", lambda xp, x: xp.tan(x), lambda g, y, x: (g * (1 + square(y)),))
asin = unary("asin", lambda xp, x: xp.arcsin(x), lambda g, y, x: (g * rsqrt(1 - square(x)),))
acos = unary("acos", lambda xp, x: xp.arccos(x), lambda g, y, x: (-g * rsqrt(1 - square(x)),))
atan = unary("atan", lambda xp, x: xp.arctan(x), lambda g, y, x: (g / (1 + square(x)),))
sinh = unary("sinh", lambda xp, x: xp.sinh(x), lambda g, y, x: (g * cosh(x),))
cosh: Op = unary("cosh", lambda xp, x: xp.cosh(x), lambda g, y, x: (g * sinh(x),))
asinh = unary("asinh", lambda xp, x: xp.arcsinh(x), lambda g, y, x: (g * rsqrt(square(x) + 1),))
acosh = unary("acosh", lambda xp, x: xp.arccosh(x), lambda g, y, x: (g * rsqrt(square(x) - 1),))
atanh = unary("atanh", lambda xp, x: xp.arctanh(x), lambda g, y, x: (g / (1 - square(x)),))
floor = unary("floor", lambda xp, x: xp.floor(x), None, _same)
ceil = unary("ceil", lambda xp, x: xp.ceil(x), None, _same)
round = unary("round", lambda xp, x: xp.round(x), None, _same)
relu = unary(
    "relu", lambda xp, x: xp.maximum(x, xp.zeros_like(x)), lambda g, y, x: (relu_grad(y, g),), _same
)
relu_grad: Op = binary(
    "relu_grad",
    lambda xp, y, g: xp.where(y > 0, g, xp.zeros_like(g)),
    lambda h, out, y, g: (None, relu_grad(y, h)),
)
# The nearest value of half precision, as the float32 that it is stored as: what plans have where
# programs have values of these dtypes (`engines/half.py`).
to_float16 = unary("to_float16", lambda xp, x: _nearest(x, "float16"), None, _single)
to_bfloat16 = unary("to_bfloat16", lambda xp, x: _nearest(x, "bfloat16"), None, _single)
isnan = unary("isnan", lambda xp, x: xp.isnan(x), None, _truth)
isinf = unary("isinf", lambda xp, x: xp.isinf(x), None, _truth)
isfinite = unary("isfinite", lambda xp, x: xp.isfinite(x), None, _truth)
logical_not = unary("not", lambda xp, x: xp.logical_not(x), None, _truth)

add = binary("add", lambda xp, a, b: a + b, lambda g, y, a, b: (g, g))
sub = binary("sub", lambda xp, a, b: a - b, lambda g, y, a, b: (g, -g))
mul = binary("mul", lambda xp, a, b: a * b, lambda g, y, a, b: (g * b, g * a))
div = binary("div", lambda xp, a, b: a / b, lambda g, y, a, b: (g / b, -(g * y) / b), _float)
pow = binary(
    "pow",
    lambda xp, a, b: xp.power(a, b),
    lambda g, y, a, b: (_pow_base(g, a, b), _pow_exponent(g, y, a, b)),
)
mod = binary("mod", lambda xp, a, b: xp.mod(a, b), lambda g, y, a, b: (g, -g * floor(a / b)))
floordiv = binary("floordiv", lambda xp, a, b: xp.floor_divide(a, b))
atan2 = binary(
    "atan2",
    lambda xp, a, b: xp.arctan2(a, b),
    lambda g, y, a, b: (g * b / (square(a) + square(b)), -g * a / (square(a) + square(b))),
    _float,
)
maximum = binary(
    "maximum",
    lambda xp, a, b: xp.maximum(a, b),
    lambda g, y, a, b: (where_greater(a, b, g), where_greater(b, a, g)),
)
minimum = binary(
    "minimum",
    lambda xp, a, b: xp.minimum(a, b),
    lambda g, y, a, b: (where_greater(b, a, g), where_greater(a, b, g)),
)


def _where_greater(xp, a, b, g):
    return xp.where(a > b, g, xp.where(a == b, g * np.asarray(0.5, g.dtype), xp.zeros_like(g)))


#: The gradient of a maximum for `a`: all of g where a > b, half where they are equal, else 0.
where_greater: Op = primitive(
    "where_greater",
    _same,
    _where_greater,
    lambda h, y, a, b, g: (None, None, where_greater(a, b, h)),
    elementwise=True,
)

equal = binary("eq", lambda xp, a, b: xp.equal(a, b), None, _truth)
not_equal = binary("ne", lambda xp, a, b: xp.not_equal(a, b), None, _truth)
less = binary("lt", lambda xp, a, b: xp.less(a, b), None, _truth)
less_equal = binary("le", lambda xp, a, b: xp.less_equal(a, b), None, _truth)
greater = binary("gt", lambda xp, a, b: xp.greater(a, b), None, _truth)
greater_equal: Op = binary("ge", lambda xp, a, b: xp.greater_equal(a, b), None, _truth)
logical_and = binary("and", lambda xp, a, b: xp.logical_and(a, b), None, _truth)
logical_or = binary("or", lambda xp, a, b: xp.logical_or(a, b), None, _truth)
logical_xor = binary("xor", lambda xp, a, b: xp.logical_xor(a, b), None, _truth)

where: Op = primitive(
    "where",
    _choice,
    lambda xp, c, a, b: xp.where(c, a, b),
    lambda g, y, c, a, b: (
        None,
        where(c, g, as_symbol(0, g.dtype)),
        where(c, as_symbol(0, g.dtype), g),
    ),
    elementwise=True,
)


#: The unchanged value; engines insert it where state or an output needs memory of its own.
copy = primitive(
    "copy",
    lambda inputs, attrs: (inputs[0].dims, inputs[0].dtype),
    lambda xp, x: xp.asarray(x),
    lambda g, y, x: (g,),
    elementwise=True,
)


def _cast_formula(xp, x, dtype):
    return xp.asarray(x).astype(dtype)


_cast = primitive(
    "cast",
    lambda inputs, attrs: (inputs[0].dims, attrs["dtype"]),
    _cast_formula,
    lambda g, y, x, dtype: (cast(g, x.dtype) if is_float(x.dtype) else None,),
    elementwise=True,
)


def cast(x: Any, dtype: str) -> Any:
    """The value in another dtype; the value itself if it already has that dtype."""
    own = x.dtype if isinstance(x.dtype, str) else x.dtype.name
    return x if own == dtype else _cast(x, dtype=dtype)


def _pow_base(g, a, b):
    if b.op == "const" and b.attrs["value"].size == 1:
        exponent = b.attrs["value"].reshape(()).item()
        if exponent == 0:
            return None
        return g * exponent * (apply("pow", a, exponent - 1) if exponent != 2 else a)
    # The gradient of 0 ** 0 is 0, not 0 * inf.
    return g * where(equal(b, 0), 0.0, b * pow(a, where(equal(b, 0), 1.0, b - 1)))


def _pow_exponent(g, y, a, b):
    if b.op == "const":
        return None
    safe = where(greater(a, 0), a, 1.0)
    return g * y * log(safe)
