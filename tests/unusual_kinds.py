"""Legal data in every kind of number, container and argument: see `unusual_inputs`."""

from __future__ import annotations

import array
import collections
import itertools

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from bad_parts import ALL, FIT, R2, ROWS, B, C, R, X

INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
FLOATS = ("float16", "float32", "float64", "longdouble")
WHOLE = np.arange(18).reshape(6, 3)


class Vectors(np.ndarray):
    """A subclass of NumPy's arrays."""


def mapped(values, folder=[]):  # noqa: B006 - one folder for all
    import tempfile

    folder or folder.append(tempfile.TemporaryDirectory())
    path = f"{folder[0].name}/{values.dtype}{values.shape}.npy"
    np.save(path, values)
    return np.load(path, mmap_mode="r")


def turned(values):
    """The same numbers, the bytes of each in the other order."""
    return values.astype(values.dtype.newbyteorder())


LAYOUTS = {
    "a subclass of arrays": lambda v: v.view(Vectors),
    "a map of a file": mapped,
    "every third row of more": lambda v: np.repeat(v, 3, axis=0)[::3],
    "rows that were columns": lambda v: np.ascontiguousarray(v.T).T,
    "the middle of more": lambda v: np.pad(v, [(2, 3)] + [(0, 0)] * (v.ndim - 1))[2:-3],
    "bytes in the other order": turned,
    "rows backwards, twice": lambda v: np.ascontiguousarray(v[::-1])[::-1],
}
VECTORS = {
    "a tuple": lambda v: tuple(v.tolist()),
    "a deque": lambda v: collections.deque(v.tolist()),
    "an array of Python": lambda v: array.array("d", v.tolist()),
    "a memoryview": memoryview,
    "objects": lambda v: v.astype(object),
    "lists of one": lambda v: v[:, None].tolist(),
    "a series with gaps in its index": lambda v: pd.Series(v, index=range(10, 70, 10)),
    "a table of one column": lambda v: pd.DataFrame({"y": v}),
    "nullable numbers": lambda v: pd.Series(v).convert_dtypes(),
    "numbers of Arrow in pandas": lambda v: pd.Series(v).convert_dtypes(dtype_backend="pyarrow"),
    "a series of Polars": lambda v: pl.Series(v),
    "a table of Polars": lambda v: pl.DataFrame({"y": v}),
    "an array of Arrow": lambda v: pa.array(v),
    "chunks of Arrow": lambda v: pa.chunked_array([v[:2], v[2:]]),
    "scalars of NumPy in a list": list,
    **LAYOUTS,
}
#: What comes as a column of one feature.
COLUMNS = {
    name
    for name in VECTORS
    if any(word in name for word in ("series", "table", "nullable", "in pandas", "lists of one"))
}
TABLES = {
    "a table of Polars": lambda: pl.DataFrame(X(), schema=["a", "b", "c"]),
    "a table of Arrow": lambda: pa.table({n: X()[:, i] for i, n in enumerate("abc")}),
    "columns of Arrow in pandas": lambda: pd.DataFrame(X()).convert_dtypes(dtype_backend="pyarrow"),
    "numbers as names": lambda: pd.DataFrame(X(), columns=[2, 1, 0]),
    "names with spaces and dots": lambda: pd.DataFrame(X(), columns=["a b", "c.d", ""]),
    "dates as row labels": lambda: pd.DataFrame(X(), index=pd.date_range("2026", periods=6)),
    "row labels of two levels": lambda: pd.DataFrame(
        X(), index=pd.MultiIndex.from_product([[1, 2], [1, 2, 3]])
    ),
    "columns in Fortran order": lambda: pd.DataFrame(np.asfortranarray(X())),
    "a transposed table": lambda: pd.DataFrame(X().T).T,
    "attributes": lambda: pd.DataFrame(X()).rename_axis(columns="feature", index="row"),
}
ARGUMENTS = {
    "epochs": (np.int64(2), np.array(2), 0),
    "initial_epoch": (np.int8(0),),
    "verbose": (np.int64(0), False, 0),
    "shuffle": (np.bool_(False), 0),
    "batch_size": (np.int32(4), np.array(4), 10**9, 6),
    "steps_per_epoch": (np.int64(1), 1),
    "callbacks": (None, [], (), [[], None]),
    "class_weight": (None,),
    "sample_weight": (None,),
    "validation_split": (0, 0.0, None, np.float64(0)),
    "validation_data": (None,),
    "validation_freq": (1, np.int64(1), [1], (1, 2), {1}, range(1, 3), [np.int64(1)]),
    "validation_steps": (None,),
    "validation_batch_size": (None,),
    "on_nan": ("raise", "continue"),
    "last_batch": ("scale",),
}


def made(case):
    """Every case; `case` makes one of a name, a model, arguments and plain arguments."""
    yield from _inputs(case)
    yield from _targets(case)
    yield from _weights(case)
    for name, values in ARGUMENTS.items():
        for value in values:
            yield case(
                f"{name}={value!r}",
                "binary",
                lambda name=name, value=value: {"x": X(), "y": B, name: value},
                lambda name=name, value=value: (
                    {"x": X(), "y": B}
                    | ({"epochs": int(value)} if name == "epochs" else {})
                    | ({"batch_size": int(min(value, 6))} if name == "batch_size" else {})
                ),
                methods=FIT,
            )


def _inputs(case):
    for kind in (*INTEGERS, *FLOATS):
        yield case(
            f"x in {kind}",
            "binary",
            lambda kind=kind: {"x": WHOLE.astype(kind), "y": B},
            lambda: {"x": WHOLE, "y": B},
            methods=ALL,
        )
    for kind in (*INTEGERS, "float32", "float64"):
        yield case(
            f"ids in {kind}",
            "table",
            lambda kind=kind: {"x": np.eye(6, 4).astype(kind), "y": B},
            lambda: {"x": np.eye(6, 4).astype("int32"), "y": B},
            methods=ALL,
        )
    for name, change in LAYOUTS.items():
        yield case(
            f"x as {name}",
            "binary",
            lambda change=change: {"x": change(X()), "y": B},
            lambda: {"x": X(), "y": B},
            methods=ALL,
        )
    for name, make in TABLES.items():
        yield case(
            f"x with {name}",
            "binary",
            lambda make=make: {"x": make(), "y": B},
            lambda: {"x": X(), "y": B},
            methods=ALL,
        )
    for name in ("the middle of more", "rows that were columns"):
        yield case(
            f"images as {name}",
            "image",
            lambda name=name: {"x": LAYOUTS[name](np.arange(24.0).reshape(6, 2, 2, 1)), "y": C},
            lambda: {"x": np.arange(24.0).reshape(6, 2, 2, 1), "y": C},
            methods=ALL,
        )


def _targets(case):
    for kind in (*INTEGERS, *FLOATS, "bool"):
        yield case(
            f"labels in {kind}",
            "binary",
            lambda kind=kind: {"x": X(), "y": B.astype(kind)},
            lambda: {"x": X(), "y": B},
        )
    for kind in (*INTEGERS, *FLOATS):
        yield case(
            f"class indices in {kind}",
            "classes",
            lambda kind=kind: {"x": X(), "y": C.astype(kind)},
            lambda: {"x": X(), "y": C},
        )
    for kind in ("int8", "bool", "float16", "float64"):
        yield case(
            f"rows of classes in {kind}",
            "rows",
            lambda kind=kind: {"x": X(), "y": ROWS.astype(kind)},
            lambda: {"x": X(), "y": ROWS},
        )
    for name, change in VECTORS.items():
        yield case(
            f"amounts as {name}",
            "amount",
            lambda change=change: {"x": X(), "y": change(R)},
            lambda name=name: {"x": X(), "y": _plain(name, R)},
        )
    for name, change in itertools.islice(VECTORS.items(), 2, 15):
        if "array of Python" not in name:
            yield case(
                f"class indices as {name}",
                "classes",
                lambda change=change: {"x": X(), "y": change(C)},
                lambda name=name: {"x": X(), "y": _plain(name, C)},
            )


def _weights(case):
    weights = R + 3
    for kind in ("int8", "uint8", "int64", "float16", "float64", "bool"):
        yield case(
            f"weights in {kind}",
            "binary",
            lambda kind=kind: {"x": X(), "y": B, "sample_weight": (R + 3).astype(kind)},
            lambda kind=kind: {
                "x": X(),
                "y": B,
                "sample_weight": (R + 3).astype(kind).astype(float),
            },
        )
    for name, change in VECTORS.items():
        yield case(
            f"weights as {name}",
            "amounts",
            lambda change=change: {"x": X(), "y": R2, "sample_weight": change(weights)},
            lambda name=name: {"x": X(), "y": R2, "sample_weight": _plain(name, weights)},
        )


def _plain(name, vector):
    return vector[:, None] if name in COLUMNS else vector
