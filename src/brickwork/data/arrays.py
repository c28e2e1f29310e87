"""Converts x, y and sample_weight to `Arrays`, unless they are streams of batches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

import numpy as np

from ..program.dtypes import standard
from ..tree import flatten as leaves, is_nested
from . import facts
from .facts import Arrays, Call, Expectation, Port
from .notices import listed, nearest, sentence, warn_once
from .numbers import as_array, as_numbers
from .numpy_dtypes import variable_name
from .rows import Rows
from .scans import is_integer_valued
from .tables import by_column
from .texts import as_texts, is_text


def adapt_arrays(x, y, sample_weight, expects: Expectation, call: Call) -> Arrays:
    """Convert the data of one call, or one batch of a stream, to `Arrays`; see `prepare.adapt`."""
    host_part = expects.host_part
    inputs = (expects.inputs if host_part is None else host_part.ports) or (Port("input", None),)
    if host_part is not None:
        x = host_part.columns_of(x, call)
    pieces = _split_by_port(x, inputs, "x", call)
    given, columns = _converted(pieces, inputs, call)
    if host_part is not None:
        _refuse_fractions(given, inputs, call)
    rows = given[0].shape[0]
    ys = _targets(y, expects, rows, call)
    weights = _weights(sample_weight, expects.outputs or (Port("output", None),), ys, call)
    _same_rows(given, ys, weights, inputs, expects.outputs, call)
    _same_index(pieces, y, sample_weight, call)
    xs, again = given, None
    if host_part is not None:
        given = [a[:] if isinstance(a, Rows) else a for a in given]
        xs = host_part(given, call)
        columns = [None] * len(xs)
        again = partial(host_part, call=call) if host_part.pads else None
    arrays = Arrays(xs, ys, weights, rows, columns, given=given, again=again)
    # Targets have several checks; what is converted when it is used is checked then.
    arrays.deferred = (
        not facts.fits(arrays.nbytes) or any(isinstance(a, Rows) for a in ys) or arrays.converts
    )
    return arrays


def arrays_by_port(x, ports: tuple[Port, ...], call: Call) -> list[np.ndarray]:
    """Return an array for each port: of numbers, or of bytes for ports that take strings."""
    arrays = _converted(_split_by_port(x, ports, "x", call), ports, call)[0]
    _refuse_fractions(arrays, ports, call)
    return arrays


def _refuse_fractions(arrays: list, ports: tuple[Port, ...], call: Call) -> None:
    """Refuse numbers that are not whole for ports of integers that no engine checks."""
    for i, (array, port) in enumerate(zip(arrays, ports, strict=True)):
        if port.dtype.startswith(("int", "uint")) and array.dtype.kind == "f":
            if not is_integer_valued(array):
                raise ValueError(
                    sentence(
                        call.name("x", i, ports),
                        f"{array.dtype} with fractions or NaN",
                        f"integers for the input {port.name!r}, whose dtype is {port.dtype}",
                        "Declare the input as a float, or round them.",
                    )
                )


def _converted(pieces: list, ports: tuple[Port, ...], call: Call) -> tuple[list, list]:
    """Return the array of each piece, and its column names."""
    arrays, columns = [], []
    for i, (piece, port) in enumerate(zip(pieces, ports, strict=True)):
        what, names = call.name("x", i, ports), None
        if port.dtype == "column":
            from .columns import as_column  # for a model that begins with a `Table`

            array = as_column(piece, f"{what}, column {port.name!r}")
        elif port.dtype == "string" or (port.dtype == "any" and is_text(piece)):
            array = as_texts(piece, what)
        else:
            array, names = as_numbers(piece, what)
        arrays.append(_fit_rank(_with_rows(array, what, port), port))
        columns.append(names if names and len(names) == arrays[-1].shape[-1] else None)
    return arrays, columns


def ports_like(x, port: Port) -> tuple[tuple[Port, ...], tuple[str, ...] | None]:
    """Return the input ports for a model that is not built yet, one per array in x, and their
    names if x is a dict."""
    if isinstance(x, Mapping):
        names = tuple(map(str, x))
        return tuple(Port(name, None, port.dtype) for name in names), names
    ranks = [len(getattr(part, "shape", ())) for part in x] if isinstance(x, list | tuple) else []
    if len(ranks) > 1 and min(ranks) > 0 and max(ranks) > 1:
        return tuple(Port(f"input_{i}", None, port.dtype) for i in range(1, len(x) + 1)), None
    return (port,), None


def _with_rows(array: np.ndarray, what: str, port: Port) -> np.ndarray:
    if array.ndim:
        return array
    shape = "(rows, ...)" if port.shape is None else _rows_of(port)
    do = "Wrap it once for each dimension."
    if " of batch " in what:
        do = "Let the stream give batches of rows: dataset.batch(32), DataLoader(batch_size=32)."
    raise ValueError(sentence(what, "a single number", f"an array of shape {shape}", do))


def _rows_of(port: Port) -> str:
    return str(("rows", *port.shape)).replace("'", "").replace("None", "any")


def _fit_rank(array: np.ndarray, port: Port) -> np.ndarray:
    """Add or drop a last dimension of 1, to match the rank of the input."""
    if port.shape is None:
        return array
    rank, row = len(port.shape) + 1, array.shape[1:]
    if array.ndim == rank - 1 and port.shape[-1] == 1:
        return array.reshaped(*row, 1) if isinstance(array, Rows) else array[..., None]
    if array.ndim == rank + 1 and array.shape[-1] == 1:
        return array.reshaped(*row[:-1]) if isinstance(array, Rows) else array[..., 0]
    return array


def _split_by_port(
    value, ports: tuple[Port, ...], part: str, call: Call, rows: int | None = None
) -> list:
    """Return one piece of `value` for each port."""
    if type(value) is np.ndarray and len(ports) == 1:
        return [value]
    what = call.name(part)
    value = _flat(value, ports)
    if isinstance(value, Mapping):
        return _by_name(value, ports, what)
    if len(ports) > 1 and (columns := by_column(value, what)) is not None:
        return _of_table(columns, ports, what)
    if len(ports) > 1:
        names = listed(p.name for p in ports)
        if not isinstance(value, list | tuple):
            raise ValueError(
                sentence(
                    what,
                    f"one {type(value).__name__}",
                    f"a list or dict of {len(ports)} arrays, for {names}",
                )
            )
        if len(value) != len(ports):
            raise ValueError(sentence(what, f"{len(value)} arrays", f"{len(ports)}, for {names}"))
        return list(value)
    if (
        isinstance(value, list | tuple)
        and len(value) == 1
        and _is_whole_array(value[0], ports[0], rows)
    ):
        return [value[0]]
    if (
        isinstance(value, list | tuple)
        and len(value) > 1
        and all(getattr(v, "ndim", 0) > 1 for v in value)
    ):
        _refuse_several(value, ports[0], what)
    return [value]


def _flat(value, ports: tuple[Port, ...]):
    """Arrays in nested lists, tuples and dicts as one list; anything else unchanged."""
    parts = list(value.values()) if isinstance(value, Mapping) else value
    if not is_nested(value) or len(ports) < 2 or not any(map(_holds_arrays, parts)):
        return value
    found = leaves(value)
    return found if len(found) == len(ports) else value


def _holds_arrays(part) -> bool:
    return is_nested(part) and any(getattr(leaf, "ndim", 0) > 0 for leaf in leaves(part))


def _refuse_several(value, port: Port, what: str) -> None:
    """Refuse a list of arrays that each have rows, where one array is expected."""
    if port.shape is None or any(v.ndim > len(port.shape) for v in value):
        raise ValueError(
            sentence(
                what,
                f"a list of {len(value)} arrays",
                "one array",
                "Join them with np.concatenate, or give the model as many inputs or outputs.",
            )
        )


def _is_whole_array(item, port: Port, rows: int | None) -> bool:
    """Whether the only item of a list is the whole array rather than a single row."""
    rank = getattr(item, "ndim", None)
    if rank is None:
        return False
    if rank == 1 and rows is not None:
        return rows != 1 and item.shape[0] == rows
    return rank > 1 if port.shape is None else rank > len(port.shape)


def _by_name(value: Mapping, ports: tuple[Port, ...], what: str) -> list:
    names = [p.name for p in ports]
    missing = [n for n in names if n not in value]
    if missing:
        do = nearest(missing[0], value)
        if len(ports) == 1 and not do:
            do = "If these are columns, stack them: np.column_stack(list(values.values()))."
        raise ValueError(
            sentence(what, f"a dict of {listed(value)}", f"the keys {listed(names)}", do)
        )
    extra = [k for k in value if k not in names]
    if extra:
        warn_once(
            "keys",
            sentence(
                what.partition(" of batch ")[0],  # once for all batches
                f"keys that the model does not have: {listed(extra)}",
                listed(names),
                "They are left out.",
            ),
        )
    return [value[n] for n in names]


def _of_table(columns: dict, ports: tuple[Port, ...], what: str) -> list:
    """Return the column of each port; every column must belong to a port."""
    names = [p.name for p in ports]
    missing = [n for n in names if n not in columns]
    v = variable_name(what)
    if missing:
        do = nearest(missing[0], columns) or (
            f"Give what has several columns by its name: {{{missing[0]!r}: {v}[[...]], ...}}."
        )
        raise ValueError(
            sentence(
                what,
                f"a table with the columns {listed(columns, 8)}",
                f"a column for each of {listed(names, 8)}",
                do,
            )
        )
    extra = [c for c in columns if c not in names]
    if extra:
        raise ValueError(
            sentence(
                what,
                f"columns that the model does not have: {listed(extra, 8)}",
                f"{listed(names, 8)}",
                f"Use {v}[{names[:8]}]." if len(names) <= 8 else "Take the others out.",
            )
        )
    return [columns[n] for n in names]


def _targets(y, expects: Expectation, rows: int, call: Call) -> list[np.ndarray | None]:
    outputs = expects.outputs or (Port("output", None),)
    if y is None:
        return [None] * len(outputs)
    y = _flat(y, outputs)
    wanted = [i for i, loss in enumerate(expects.losses) if loss is not None]
    if (
        len(outputs) > 1
        and len(wanted) == 1
        and getattr(y, "ndim", 0)
        and not hasattr(y, "columns")
    ):
        y = [y if i == wanted[0] else None for i in range(len(outputs))]
    named = (
        y
        if isinstance(y, Mapping)
        else (by_column(y, call.name("y")) if len(outputs) > 1 else None)
    )
    if named is not None and expects.losses:
        # An output without a loss needs no targets.
        y = {
            **{
                p.name: None
                for p, loss in zip(outputs, expects.losses, strict=False)
                if loss is None
            },
            **named,
        }
    out: list[np.ndarray | None] = []
    for i, piece in enumerate(_split_by_port(y, outputs, "y", call, rows)):
        if piece is None and len(outputs) > 1:
            out.append(None)
            continue
        what = call.name("y", i, outputs)
        try:
            array = as_numbers(piece, what)[0]
        except TypeError:
            if is_text(piece) and not isinstance(piece, str | bytes):
                _refuse_names(piece, what, expects.loss(i))
            raise
        if isinstance(array, Rows) and array.size * array.dtype.itemsize <= facts.LARGE:
            array = array.read()
        out.append(_with_rows(array, what, outputs[i]))
    return out


def _refuse_names(labels, what: str, loss) -> None:
    """Refuse class names as targets, and show how to encode them."""
    v = variable_name(what)
    do = (
        f"Number the classes: names, {v} = np.unique({v}, return_inverse=True); then "
        "model.class_names = names.tolist() keeps what they are called."
    )
    if getattr(loss, "labels", None) in ("distribution", "one_hot"):
        do += f" This loss takes rows of 0 and 1: {v} = utils.to_categorical({v})."
    name = getattr(labels, "name", None)
    what = f"{what} (column {name!r})" if isinstance(name, str) and name else what
    try:
        some = as_texts(labels, what)[:1000].reshape(-1)
    except TypeError as error:
        if "a missing value" not in str(error):
            raise
        at = re.search(r"\[(\d+)", str(error).removeprefix(what))
        do = (
            f"Leave them out: keep = {v}.notna(); x, {v} = x[keep], {v}[keep]."
            if hasattr(labels, "notna")
            else "Leave those rows out."
        )
        raise TypeError(
            sentence(
                what,
                f"text with missing values, the first at row {at[1]}",
                "a label for each row",
                do,
            )
        ) from None
    found = [text.decode("utf-8", "replace") for text in dict.fromkeys(some)]
    raise TypeError(sentence(what, f"text: {listed(found, 3)}", "numbers", do))


def _weights(given, outputs: tuple[Port, ...], ys, call: Call) -> list[np.ndarray | None]:
    if given is None:
        return [None] * len(outputs)
    if isinstance(given, Mapping):
        unknown = [k for k in given if k not in {p.name for p in outputs}]
        if unknown:
            raise ValueError(
                sentence(
                    call.name("sample_weight"),
                    f"the key {unknown[0]!r}",
                    f"names of outputs: {listed(p.name for p in outputs)}",
                    nearest(unknown[0], [p.name for p in outputs]),
                )
            )
        pieces = [given.get(p.name) for p in outputs]
    elif len(outputs) > 1 and isinstance(given, list | tuple) and len(given) == len(outputs):
        pieces = list(given)
    else:
        whole = _split_by_port(
            given, outputs[:1], "sample_weight", call, None if ys[0] is None else ys[0].shape[0]
        )
        pieces = whole * len(outputs)
    out: list[np.ndarray | None] = []
    for i, piece in enumerate(pieces):
        what = call.name("sample_weight", i, outputs)
        out.append(
            None if piece is None else _with_rows(as_array(piece, what), what, Port("weight", ()))
        )
    return out


def target_dtype(y: np.ndarray, loss, dtype: str) -> str:
    """Return the dtype in which a program takes targets, for a model that computes in `dtype`.

    Class indices are integers, whatever their dtype was. Targets of a custom loss keep their dtype.
    All other targets are converted to the model's dtype while rows are gathered.

    Args:
        y: the targets, an array of any shape and dtype.
        loss: the loss of this output; its attribute ``labels`` gives the kind of targets.
        dtype: the name of the model's float dtype.

    Returns:
        The name of a dtype.

    >>> class Classes:
    ...     labels = "classes"
    >>> target_dtype(np.zeros(3), Classes, "float32"), target_dtype(np.zeros(3), None, "float32")
    ('int32', 'float32')
    """
    labels = getattr(loss, "labels", None)
    if labels in ("classes", "ids"):
        return standard(y.dtype) if y.dtype.kind in "iu" else "int32"
    if labels is None and y.dtype.kind != "f":
        return standard(y.dtype)
    return dtype


def _same_rows(xs, ys, weights, inputs, outputs, call: Call) -> None:
    """Require that all arrays have as many rows as the first."""
    rows = xs[0].shape[0]
    for part, arrays, ports in (
        ("x", xs, inputs),
        ("y", ys, outputs),
        ("sample_weight", weights, outputs),
    ):
        for i, array in enumerate(arrays):
            if array is None or array.shape[0] == rows:
                continue
            do = "Each row needs its own."
            turned = xs[0].ndim == 2 and xs[0].shape[1] == array.shape[0]
            if part == "y" and turned:
                do = "Does x have its rows as columns? Then use x.T."
            elif part == "y" and array.ndim == 2 and array.shape[1] == rows:
                do = "Does y have its rows as columns? Then use y.T."
            raise ValueError(
                sentence(
                    call.name(part, i, ports),
                    f"{array.shape[0]} rows",
                    f"{rows} as in {call.name('x', 0, inputs)}",
                    do,
                )
            )


def _same_index(xs, y, weight, call: Call) -> None:
    """Require that pandas objects with the same row labels have them in the same order."""
    index = None if type(xs[0]) is np.ndarray else getattr(xs[0], "index", None)
    if not hasattr(index, "equals"):
        return
    for part, given in (("y", y), ("sample_weight", weight)):
        other = getattr(given, "index", None)
        if not hasattr(other, "equals") or other.equals(index) or len(other) != len(index):
            continue
        if other.is_unique and index.is_unique and index.isin(other).all():
            raise ValueError(
                sentence(
                    call.name(part),
                    "the row labels of x in another order",
                    "the same order",
                    f"Use {part}.loc[x.index], or .to_numpy() on both if their order is right.",
                )
            )
