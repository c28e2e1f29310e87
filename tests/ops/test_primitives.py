"""What every primitive must have: a kernel, a gradient, and a way into a file.

A new elementwise op is tried without being entered anywhere; any other needs a line in `SAMPLES`.
"""

from __future__ import annotations

import inspect
from itertools import product
from pathlib import Path

import keras
import keras_oracle as oracle
import numpy as np
import pytest
from op_cases import CASES
from test_keras import nested

import brickwork
from brickwork import Input, Model, load_model, ops
from brickwork.engines.lowering import lower
from brickwork.engines.native import Executable
from brickwork.fields import ArgumentError
from brickwork.layers import older_operation
from brickwork.program import (
    apply,
    between,
    gradients,
    interpret,
    primitive,
    signature_of,
    trace_function,
)
from brickwork.program.between import FUNCTIONS
from brickwork.program.jax_calls import CALL

#: JAX computes calls of its functions: tests/engines/test_jax_functions.py.
PRIMITIVES = {name: rule for name, rule in primitive.PRIMITIVES.items() if name != CALL}
FLOATS, WHOLE = ("float32", "float64"), ("int32", "int64")
RNG = np.random.default_rng(5)
X, Y = RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4))
CUBE = RNG.normal(size=(3, 2, 4))
IDS = np.array([2, 0, 2], "int32")

#: For each primitive that is not elementwise: operands and attributes, as often as it has ways.
SAMPLES = {
    "reshape": [((X,), {"dims": (2, 6)})],
    "transpose": [((CUBE,), {"axes": (2, 0, 1)})],
    "broadcast_to": [((X[:, :1],), {"dims": (2, 3, 4)})],
    "concat": [((X, Y), {"axis": 1}), ((X, Y, X), {"axis": 0})],
    "slice": [
        ((X,), {"axis": 1, "start": 1, "extent": 2, "step": 1}),
        ((X,), {"axis": 0, "start": 2, "extent": 2, "step": -2}),
    ],
    "unslice": [((X,), {"axis": 1, "start": 1, "step": 2, "whole": 9})],
    "pack": [((X, CUBE), {})],
    "iota": [((), {"dims": (3, 4), "axis": 1, "dtype": "int32"})],
    "fill": [((), {"dims": (3, 4), "value": 2.5, "dtype": "float64"})],
    "extent": [((), {"factors": (3, 4), "dtype": "float64"})],
    "stop_gradient": [((X,), {})],
    "guard": [((X,), {})],
    "custom_gradient": [((X, Y), {"vjp": lambda g: (g * 2.0,)})],
    "matmul": [
        ((X, Y), {"ta": True, "tb": False}),
        ((X, Y), {"ta": False, "tb": True}),
        ((CUBE, Y), {"ta": False, "tb": True}),
        ((X, Y.T), {"ta": False, "tb": False}),
    ],
    "batch_matmul": [((CUBE, CUBE.transpose(0, 2, 1)), {})],
    "random_uniform": [
        ((np.int64(3), np.int64(4)), {"stream": 1, "dims": (5,), "dtype": dtype})
        for dtype in FLOATS
    ],
    **{
        f"reduce_{name}": [((CUBE,), {"axes": (1,)}), ((CUBE,), {"axes": (0, 2)})]
        for name in ("sum", "max", "min", "prod")
    },
    "argmax": [((X,), {"axis": 1})],
    "argmin": [((X,), {"axis": 0})],
    "softmax": [((X,), {})],
    "cumsum": [((CUBE,), {"axis": 1})],
    "argsort": [((X,), {"descending": False}), ((X,), {"descending": True})],
    "take": [((X, IDS), {})],
    "scatter_add": [((IDS, X), {"rows": 4})],
}
#: Where gradients are measured of ops that have none, or no value, between 0.1 and 0.9.
BETWEEN = {"acosh": (1.1, 3.0)}
#: Very small and very large numbers that are no subnormals, which the engine takes for 0.
EXTREMES = {"float32": [2e-38, 1e-30, 1e30, 3e38], "float64": [1e-300, 1e-200, 1e200, 1e308]}
#: Formulas that lose small results, where kernels need not.
LOSES_SMALL = {"sigmoid": "it is made of tanh"}
#: Gradients that are lost at such numbers, or NaN at 0.
GRADIENT_LOST = {
    **dict.fromkeys(("acosh", "asinh", "atan2"), "it squares the operands, as JAX's does"),
    "mod": "a quotient that is smaller than all numbers is 0",
    "pow": "powers of negative numbers and of 0 have none by the exponent",
}
#: Ops without a gradient, and why they need none.
WITHOUT_GRADIENT = {
    **dict.fromkeys(("sign", "floor", "ceil", "round", "floordiv"), "it is 0 between the steps"),
    **dict.fromkeys(
        (
            "isnan",
            "isinf",
            "isfinite",
            "not",
            "eq",
            "ne",
            "lt",
            "le",
            "gt",
            "ge",
            "and",
            "or",
            "xor",
        ),
        "it says true or false",
    ),
    **dict.fromkeys(("argmax", "argmin", "argsort"), "it says where"),
    **dict.fromkeys(("to_float16", "to_bfloat16"), "it stands behind the gradients, in plans"),
    **dict.fromkeys(("iota", "fill", "extent", "random_uniform"), "it has no operand of floats"),
    "stop_gradient": "that is what it is for",
    "guard": "it stands behind the gradients",
    "pack": "it stands behind the gradients",
}
#: Gradients that finite differences cannot measure: who tests them.
MEASURED_ELSEWHERE = {"custom_gradient": "tests/ops/test_functions.py"}
#: Ops that never stand between the layers of a model, and so in no file.
WITHIN_LAYERS = {
    "guard": "the planner puts it there",
    "pack": "optimizers put it there",
    "custom_gradient": "it holds a function",
    **dict.fromkeys(("to_float16", "to_bfloat16"), "plans have it where programs have the dtype"),
    "extent": "it is made of a layer's own batch",
    "random_uniform": "its seed is a layer's",
    "iota": "it has no operand",
    "fill": "it has no operand",
}
EACH = pytest.mark.parametrize("name", sorted(PRIMITIVES))


def file_of(item) -> str:
    """Where a function or class is written, as `src/brickwork/...`."""
    here = Path(brickwork.__file__).parents[1]
    return f"src/{Path(inspect.getsourcefile(item)).relative_to(here)}"


def samples(name: str) -> list[tuple[tuple, dict]]:
    """Operands in double precision, and attributes: of an elementwise op what its formula takes."""
    rule = PRIMITIVES[name]
    if not rule.elementwise:
        assert name in SAMPLES, (
            f"the primitive {name!r} is tried with nothing: enter operands and"
            " attributes in SAMPLES of tests/ops/test_primitives.py"
        )
        return SAMPLES[name]
    takes = list(inspect.signature(rule.formula).parameters)[1:]
    attrs = {"dtype": "float64"} if "dtype" in takes else {}
    low, high = BETWEEN.get(name, (0.1, 0.9))
    operands = [RNG.uniform(low, high, size=12) for n in takes if n not in attrs]
    if name == "where":
        operands[0] = operands[0] > 0.5
    return [(tuple(operands), attrs)]


def kinds(name: str) -> list[tuple[str, ...]]:
    """The dtypes of operands that an elementwise op is recorded with."""
    count = len(samples(name)[0][0])
    if name in ("and", "or", "xor", "not"):
        return [("bool",) * count]
    if name in ("to_float16", "to_bfloat16"):
        return [("float32",)]
    if name == "where":
        return [("bool", dtype, dtype) for dtype in (*FLOATS, *WHOLE, "bool")]
    whole = () if name in ("relu_grad", "where_greater") else WHOLE  # gradients are floats
    return [(dtype,) * count for dtype in (*FLOATS, *whole)]


def operand(dtype: str, rows: int) -> np.ndarray:
    """Numbers of both signs, zeros and, of floats, what is none."""
    if dtype == "bool":
        return RNG.random(rows) < 0.5
    if dtype in WHOLE:
        return RNG.integers(-4, 5, rows).astype(dtype)
    x = RNG.normal(scale=2.0, size=rows).astype(dtype)
    x[::7] = RNG.choice([0.0, -0.0, 1.0, np.nan, np.inf, -np.inf], len(x[::7]))
    return x


def mixed(dtypes: tuple[str, ...], numbers: dict[str, list]) -> list[np.ndarray]:
    """Operands in which each number of a dtype meets each of the others."""
    values = [numbers[dtype] if dtype in numbers else [0, 1] for dtype in dtypes]
    grid = np.meshgrid(*values, indexing="ij")
    return [axis.ravel().astype(dtype) for axis, dtype in zip(grid, dtypes, strict=True)]


def extremes(dtypes: tuple[str, ...]) -> list[np.ndarray]:
    """0, some numbers, and very large and very small ones, of both signs."""
    return mixed(
        dtypes,
        {
            dtype: [0.0, -0.0, *(sign * n for n in (0.4, 1.0, 3.0, *wide) for sign in (1, -1))]
            for dtype, wide in EXTREMES.items()
        },
    )


def close(ours, theirs, name: str, small: float | None = None):
    """Equal but for rounding, or by less than `small`; NaN equals NaN."""
    tolerance = {"float32": 2e-6, "float64": 1e-14}.get(theirs.dtype.name, 0.0)
    assert ours.dtype == theirs.dtype, name
    np.testing.assert_allclose(
        ours, theirs, rtol=tolerance, err_msg=name, atol=tolerance if small is None else small
    )


def run(name: str, executable: Executable, arrays: list[np.ndarray]) -> np.ndarray:
    """The first output that the engine computes."""
    return outputs(name, executable, arrays)[0]


def outputs(name: str, executable: Executable, arrays: list[np.ndarray]) -> list[np.ndarray]:
    """What the engine computes; messages about what is missing say where it goes."""
    try:
        return executable.run(arrays)
    except ValueError as error:
        where = (
            "a functor, and its line in the table, in engine/kernels/map_float.cpp (of "
            "floats) or map_other.cpp (of integers; with infer=_float it needs none of these)"
            if PRIMITIVES[name].elementwise
            else f"a kernel in engine/kernels, and in {file_of(lower)} how it is called"
        )
        raise AssertionError(
            f"the primitive {name!r} has no kernel for ({', '.join(a.dtype.name for a in arrays)}):"
            f" write {where}, and compile it (make setup). The engine says: {error}"
        ) from error


def executable(name: str, program, threads: int = 1) -> Executable:
    """The program's plan."""
    try:
        return Executable(program, threads=threads)
    except KeyError as error:
        raise AssertionError(
            f"the primitive {name!r} has no kernel: write one in engine/kernels, "
            f"and in LOWERINGS of {file_of(lower)} how it is called"
        ) from error


@EACH
def test_the_kernel_does_what_the_formula_says(name):
    """For each dtype, at sizes that small maps, blocks and many blocks are computed for, on one
    thread and on two."""
    if not PRIMITIVES[name].elementwise:
        for operands, attrs in samples(name):
            program = trace_function(
                lambda *s, a=attrs: apply(name, *s, **a),
                [signature_of(np.asarray(x), False) for x in operands],
            )
            arrays = [np.asarray(x) for x in operands]
            close(run(name, executable(name, program), arrays), interpret(program, arrays)[0], name)
        return
    ((_, attrs),) = samples(name)
    for dtypes in kinds(name):
        for to in (*FLOATS, *WHOLE, "bool") if attrs else ("",):
            more = {"dtype": to} if attrs else {}
            program = trace_function(
                lambda *s, a=more: apply(name, *s, **a),
                [signature_of(operand(d, 3)) for d in dtypes],
            )
            one, two = (executable(name, program, threads) for threads in (1, 2))
            for rows in (1, 2, 7, 16, 33, 257, 5000):
                arrays = [operand(d, rows) for d in dtypes]
                if to in WHOLE or name == "pow":  # NaN as an integer; a negative exponent of one
                    arrays = [
                        np.nan_to_num(abs(a), posinf=3) if a.dtype != bool else a for a in arrays
                    ]
                made = run(name, one, arrays)
                close(made, interpret(program, arrays)[0], f"{name} of {dtypes}, {rows} rows")
                np.testing.assert_array_equal(made, two.run(arrays)[0])


def of_floats(name: str) -> list[tuple[str, ...]]:
    """The dtypes of an elementwise op's operands, where they are floats."""
    rule = PRIMITIVES[name]
    if not rule.elementwise or samples(name)[0][1]:
        return []
    return [dtypes for dtypes in kinds(name) if set(dtypes) & set(FLOATS)]


@EACH
def test_the_kernel_is_right_for_very_large_and_very_small_numbers(name):
    """Relative to the result, however small that is: sqrt(a * a + b * b) is not hypot."""
    for dtypes in of_floats(name):
        arrays = extremes(dtypes)
        program = trace_function(lambda *s: apply(name, *s), [signature_of(a) for a in arrays])
        made, wanted = run(name, executable(name, program), arrays), interpret(program, arrays)[0]
        small = (
            None
            if name in LOSES_SMALL or wanted.dtype.kind != "f"
            else (4 * np.finfo(wanted.dtype).tiny)
        )
        close(made, wanted, f"{name} of {dtypes}, very large and very small", small)


def test_a_kernel_that_overflows_on_the_way_is_found():
    a, b = extremes(("float32", "float32"))
    with np.errstate(all="ignore"), pytest.raises(AssertionError, match="Not equal"):
        close(np.sqrt(a * a + b * b), np.hypot(a, b), "hypot", 4 * np.finfo("float32").tiny)


def gradient_of(name: str, arrays: list[np.ndarray], execute) -> list[np.ndarray]:
    """The gradient of an op's sum in each of its floats."""

    def whole(*symbols):
        total = apply("reduce_sum", apply(name, *symbols), axes=(0,))
        return gradients(total, [s for s in symbols if s.dtype.startswith("float")])

    program = trace_function(whole, [signature_of(a, False) for a in arrays])
    return [np.asarray(g) for g in program.rebuild(execute(program, arrays)) if g is not None]


WITH_GRADIENT = [
    name
    for name in sorted(PRIMITIVES)
    if PRIMITIVES[name].vjp is not None and of_floats(name) and name not in GRADIENT_LOST
]


@pytest.mark.parametrize("name", WITH_GRADIENT)
def test_the_gradient_holds_for_very_large_and_very_small_numbers(name):
    """In single precision it is that in double, where the value is not too large for it: nothing
    overflows or vanishes on the way."""
    arrays = extremes(next(dtypes for dtypes in of_floats(name) if "float32" in dtypes))
    wide = [a.astype("float64") if a.dtype == "float32" else a for a in arrays]
    with np.errstate(all="ignore"):
        wanted = [g.astype("float32") for g in gradient_of(name, wide, interpret)]
        program = trace_function(lambda *s: apply(name, *s), [signature_of(a) for a in wide])
        value = interpret(program, wide)[0]
        kept = np.isfinite(value.astype("float32")) | ~np.isfinite(value)
    computed = gradient_of(
        name, arrays, lambda program, arrays: outputs(name, executable(name, program), arrays)
    )
    for i, (found, right) in enumerate(zip(computed, wanted, strict=True)):
        np.testing.assert_allclose(
            found[kept],
            right[kept],
            rtol=1e-4,
            atol=4 * np.finfo("float32").tiny,
            err_msg=f"the vjp of {name!r} in {file_of(PRIMITIVES[name].infer)}, operand {i}: it is "
            "lost in single precision, where it could be kept, as by dividing before multiplying; "
            "if not, say so in GRADIENT_LOST of tests/ops/test_primitives.py",
        )


@pytest.mark.parametrize("name", WITH_GRADIENT)
def test_the_gradient_is_a_number_where_the_value_is(name):
    """At 0 too, where a formula may divide by it, and where exp overflows."""
    numbers = {"float64": [-1e30, -800.0, -3.0, -0.4, 0.0, 0.4, 3.0, 800.0, 1e30]}
    arrays = mixed(next(dtypes for dtypes in of_floats(name) if "float64" in dtypes), numbers)
    program = trace_function(lambda *s: apply(name, *s), [signature_of(a) for a in arrays])
    with np.errstate(all="ignore"):
        value = interpret(program, arrays)[0]
        for i, gradient in enumerate(gradient_of(name, arrays, interpret)):
            lost = np.isnan(gradient) & np.isfinite(value)
            assert not lost.any(), (
                f"the vjp of {name!r} in {file_of(PRIMITIVES[name].infer)} is NaN for operand {i} "
                f"where the operands are {tuple(float(a[lost][0]) for a in arrays)}, and the value "
                f"is {value[lost][0]}: guard it, as by where(equal(y, 0), 1.0, y)"
            )


def signed(name: str) -> list[tuple[tuple, dict]]:
    """The samples, and of an elementwise op those with negative operands that have a value."""
    found = samples(name)
    if not of_floats(name):
        return found
    ((operands, attrs),) = found
    program = trace_function(
        lambda *s: apply(name, *s), [signature_of(np.asarray(x)) for x in operands]
    )
    signs = product(*((1, -1) if x.dtype.kind == "f" else (1,) for x in operands))
    for these in list(signs)[1:]:
        negative = tuple(
            x * sign if sign < 0 else x for x, sign in zip(operands, these, strict=True)
        )
        with np.errstate(all="ignore"):
            if np.isfinite(interpret(program, list(negative))[0]).all():
                found = [*found, (negative, attrs)]
    return found


@EACH
def test_the_gradient_is_what_finite_differences_measure(name):
    rule = PRIMITIVES[name]
    if rule.vjp is None:
        assert name in WITHOUT_GRADIENT, (
            f"the primitive {name!r} has no gradient: give it a vjp, (gradient, output, *inputs) "
            f"-> gradients of the inputs, in {file_of(rule.infer)}; if it is 0 wherever there is "
            "one, say so in WITHOUT_GRADIENT of tests/ops/test_primitives.py"
        )
        return
    assert name not in WITHOUT_GRADIENT, f"{name!r} has a gradient: take it out of WITHOUT_GRADIENT"
    if name in MEASURED_ELSEWHERE:
        return
    for operands, attrs in signed(name):
        floats = [i for i, x in enumerate(operands) if x.dtype.kind == "f"]

        def whole(*symbols, attrs=attrs, floats=floats):
            out = apply(name, *symbols, **attrs)
            weights = 1.0 + 0.1 * np.arange(int(np.prod(out.shape))).reshape(out.shape)
            total = apply("reduce_sum", out * weights, axes=tuple(range(len(out.shape))))
            return total, gradients(total, [symbols[i] for i in floats])

        arrays = [np.array(x) for x in operands]
        program = trace_function(whole, [signature_of(x, False) for x in arrays])
        _, found = program.rebuild(interpret(program, arrays))
        for i, gradient in zip(floats, found, strict=True):
            gradient = np.zeros_like(arrays[i]) if gradient is None else gradient
            measured = measure(program, arrays, i)
            np.testing.assert_allclose(
                gradient,
                measured,
                rtol=1e-6,
                atol=1e-6,
                err_msg=f"the vjp of {name!r} in {file_of(rule.infer)}, operand {i}",
            )


def measure(program, arrays, operand: int) -> np.ndarray:
    """The gradient of a program's first output in one of its operands, number by number."""
    array = arrays[operand]
    gradient = np.zeros_like(array)
    for place in np.ndindex(*array.shape):
        before, ends = array[place], []
        for step in (1e-6, -1e-6):
            array[place] = before + step
            ends.append(float(interpret(program, arrays)[0]))
        array[place] = before
        gradient[place] = (ends[0] - ends[1]) / 2e-6
    return gradient


#: Primitives that no op is made of, and what is.
OF_NO_OP = {
    **dict.fromkeys(("to_float16", "to_bfloat16"), "plans have it where programs have the dtype"),
    "guard": "plans",
    "pack": "updates",
    "random_uniform": "brickwork.random",
    "extent": "means over a batch",
    "copy": "outputs",
}


def test_every_primitive_is_part_of_an_op():
    """Of the ops themselves, or of their gradients."""
    used = set()
    for name, cases in CASES.items():
        for tensors, given in cases:
            flat_tensors = [a for t in tensors for a in (t if isinstance(t, list) else [t])]

            def whole(*symbols, name=name, tensors=tensors, given=given):
                out = getattr(ops, name)(*nested(tensors, symbols), **given)
                out = out[0] if isinstance(out, list | tuple) else out
                floats = [s for s in symbols if s.dtype.startswith("float")]
                total = ops.sum(ops.cast(out, "float64"))
                return [total, *(g for g in gradients(total, floats) if g is not None)]

            try:
                with oracle.floatx("float64"):
                    program = trace_function(
                        whole, [signature_of(np.asarray(a), False) for a in flat_tensors]
                    )
            except (TypeError, ValueError):  # of arrays only
                continue
            used |= {symbol.op for symbol in program.order()}
    for name in sorted(set(PRIMITIVES) - used - set(OF_NO_OP)):
        raise AssertionError(
            f"no op is made of the primitive {name!r}: write a function of src/brickwork/ops with "
            "it, and a case of that; or say in OF_NO_OP of tests/ops/test_primitives.py what is"
        )


#: Ops that stand between layers, where operands of `samples` are no rows of a batch.
BETWEEN_LAYERS = {
    "reshape": lambda x: ops.reshape(x, (-1, 2, 2)),
    "transpose": lambda x: ops.transpose(x[:, None], (0, 2, 1)),
    "broadcast_to": lambda x: ops.broadcast_to(x[:, None], (ops.shape(x)[0], 3, 4)),
    "concat": lambda x: apply("concat", x, x * 2.0, axis=1),
    "slice": lambda x: x[:, 1:3],
    "unslice": lambda x: ops.pad(x, ((0, 0), (1, 2))),
    "stop_gradient": ops.stop_gradient,
    "matmul": lambda x: ops.matmul(x, Y.T),
    "batch_matmul": lambda x: ops.matmul(x[:, None], x[:, :, None]),
    **{
        f"reduce_{name}": lambda x, name=name: apply(f"reduce_{name}", x, axes=(1,))
        for name in ("sum", "max", "min", "prod")
    },
    "argmax": lambda x: ops.argmax(x, axis=1),
    "argmin": lambda x: ops.argmin(x, axis=1),
    "softmax": ops.softmax,
    "cumsum": lambda x: ops.cumsum(x, axis=1),
    "argsort": ops.argsort,
    "take": lambda x: ops.take(X.astype("float32"), ops.argmax(x, axis=1) % 3, axis=0),
    "scatter_add": lambda x: ops.segment_sum(x, ops.argmax(x, axis=1), 4)[None, :] + x[:, None],
    "cast": lambda x: ops.cast(x, "int32"),
}
ROWS = np.random.default_rng(2).uniform(0.1, 0.9, size=(5, 4)).astype("float32")


def on_rows(name: str, x):
    """The op on the rows of a batch, in float32."""
    if name in BETWEEN_LAYERS:
        return BETWEEN_LAYERS[name](x)
    rule = PRIMITIVES[name]
    assert rule.elementwise, (
        f"the primitive {name!r} is tried in no file: say how rows go through"
        " it in BETWEEN_LAYERS of tests/ops/test_primitives.py, or why none "
        "do in WITHIN_LAYERS"
    )
    count = len(list(inspect.signature(rule.formula).parameters)) - 1
    low, _ = BETWEEN.get(name, (0.0, 1.0))
    operands = [x + low, x * 0.5, x[:, ::-1]][:count]
    truth = name in ("and", "or", "xor", "not")
    return apply(
        name,
        *(s > 0.4 if truth or (name == "where" and i == 0) else s for i, s in enumerate(operands)),
    )


def model_with(*names: str) -> Model:
    """A model whose outputs are these ops."""
    x = Input((4,))
    return Model(x, [on_rows(name, x) for name in names])


def older_model(*names: str) -> Model:
    """The same as it was when each primitive between layers was a node."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(between, "record", lambda op, args, kwargs: FUNCTIONS[op](*args, **kwargs))
        patch.setattr(older_operation, "todays", lambda *call: None)
        model = model_with(*names)
    for name in names:
        assert name in [getattr(one, "op", None) for one in model.operations], (
            f"{name!r} of a symbol between layers did not become a node of the model"
        )
    return model


STORED = sorted(set(PRIMITIVES) - set(WITHIN_LAYERS))


@pytest.mark.parametrize("name", STORED)
def test_a_file_of_primitives_between_layers_is_read(name, tmp_path):
    try:
        model = older_model(name)
        model.save(tmp_path / "model.brick")
        again = load_model(tmp_path / "model.brick")
    except ArgumentError as error:
        raise AssertionError(
            f"an attribute of {name!r} is in no file: say what it may be in "
            f"_KINDS of {file_of(older_operation.OlderOperation)}"
        ) from error
    assert [one.name for one in again.operations] == [one.name for one in model.operations]
    for one, other in zip(flat(again.predict(ROWS)), flat(model.predict(ROWS)), strict=True):
        np.testing.assert_array_equal(one, other)


def flat(x) -> list:
    return x if isinstance(x, list) else [x]


#: Primitives that become ops when such a file is read.
TODAY_S = {
    *older_operation._ALIKE,
    *older_operation._NAMES,
    *older_operation._WITH_ATTRS,
    "concat",
    "slice",
}


@pytest.mark.filterwarnings("ignore")  # Keras speaks of NumPy's words
def test_keras_computes_the_same_from_such_files(tmp_path):
    model = older_model(*(names := sorted({*STORED} & {*TODAY_S})))
    model.save(tmp_path / "model.brick")
    load_model(tmp_path / "model.brick").save(tmp_path / "model.keras")
    wanted = keras.saving.load_model(tmp_path / "model.keras").predict(ROWS, verbose=0)
    for again in (model, load_model(tmp_path / "model.keras")):
        for name, one, other in zip(names, again.predict(ROWS), wanted, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("name", sorted({*STORED} - {*TODAY_S}))
def test_what_is_no_op_by_itself_goes_into_brick_files_only(name, tmp_path):
    with pytest.raises(ArgumentError, match="Keras has no class"):
        older_model(name).save(tmp_path / "model.keras")
