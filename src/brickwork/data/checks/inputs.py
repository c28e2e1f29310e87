"""Checks of inputs: rows, order of columns, and finite values that fit the dtype."""

from __future__ import annotations

import numpy as np

from .. import scans
from ..facts import Arrays, Call, Expectation, Port
from ..notices import listed, sentence, warn_once


def check_rows(arrays: Arrays, expects: Expectation, call: Call) -> None:
    """Require at least one row."""
    if arrays.rows == 0:
        raise ValueError(
            sentence(
                call.name("x", 0, expects.inputs),
                "no rows",
                "at least one",
                "Was a filter too strict?",
            )
        )


def check_input_shape(array: np.ndarray, port: Port, what: str) -> None:
    """Require rows of the shape that the model takes."""
    if port.shape is None:
        if array.ndim > 1 and 0 in array.shape[1:]:
            raise ValueError(sentence(what, f"shape {array.shape}", "at least one column"))
        return
    got = array.shape[1:]
    if len(got) == len(port.shape) and all(
        want in (None, have) for want, have in zip(port.shape, got, strict=True)
    ):
        return
    wanted = str(("rows", *port.shape)).replace("'", "").replace("None", "any")
    do = ""
    if array.shape == tuple(port.shape):
        do = "Is it one row? Then use x[None]."
    elif array.ndim == 2 and port.shape == (array.shape[0],):
        do = "Are its rows its columns? Then use x.T."
    elif len(got) > 1 and len(port.shape) == 1:
        size = int(np.prod(got))
        do = (
            "Flatten the rows: x.reshape(len(x), -1), or start the model with Flatten()."
            if port.shape[0] == size
            else ""
        )
    elif len(got) == len(port.shape) == 1 and got[0] == (port.shape[0] or 0) + 1:
        do = "Is one column the target, or an index?"
    raise ValueError(
        sentence(what, f"shape {array.shape}", f"{wanted} for the input {port.name!r}", do)
    )


def check_input_values(
    array: np.ndarray, port: Port, what: str, columns: tuple | None, nan_may_be: bool
) -> None:
    """Require finite values that the model's dtype can hold."""
    if array.size == 0:
        return
    if port.dtype.startswith("int"):
        check_ids(array, port, what)
    elif array.dtype.kind in "iu":
        check_integers(array, port, what)
    elif not nan_may_be and not scans.is_finite_in(array, port.dtype):
        refuse_unusable(array, port.dtype, what, columns)


def refuse_unusable(
    array: np.ndarray,
    dtype: str,
    what: str,
    columns: tuple | None,
    do: str = "Drop or fill those rows.",
) -> None:
    """Raise ValueError with the position of the first value that is NaN, inf or too large."""
    count, at = scans.first_not_finite(array, dtype)
    value = array[at[0] : at[0] + 1][(0, *at[1:])]
    kind = (
        "NaN"
        if np.isnan(value)
        else "inf"
        if np.isinf(value)
        else f"{value:.3g} (too large for {dtype})"
    )
    where = f"row {at[0]}"
    if columns is not None and len(at) == 2:
        where += f", column {columns[at[1]]!r}"
    elif len(at) > 1:
        where += f", column {', '.join(map(str, at[1:]))}"
    rows = "1 row" if count == 1 else f"{count} rows"
    if kind.endswith(")"):
        do = "Rescale that column, or build the model with dtype='float64'."
    raise ValueError(
        sentence(what, f"{kind} at {where} ({rows} of {len(array)} affected)", "finite numbers", do)
    )


def check_integers(array: np.ndarray, port: Port, what: str) -> None:
    """Warn about integers that a float cannot represent exactly (beyond 2^24 in float32)."""
    exact = 1 << (24 if port.dtype == "float32" else 53)
    if array.dtype.itemsize <= 2:
        return
    low, high = scans.extremes(array)
    if max(-low, high) > exact:
        warn_once(
            "precision",
            sentence(
                what,
                f"integers up to {max(-low, high)}",
                f"at most {exact}, beyond which {port.dtype} rounds them",
                "If they are identifiers, use an Embedding; otherwise rescale them.",
            ),
        )


def check_ids(array: np.ndarray, port: Port, what: str) -> None:
    """Require integers in the valid range for an input of indices."""
    if not scans.is_integer_valued(array):
        at = scans.first_fraction(array)
        raise ValueError(
            sentence(
                what,
                f"{array.dtype} with fractions or NaN, first at row {at}",
                f"integers for the input {port.name!r}",
                "Use ids 0, 1, 2 ...",
            )
        )
    if port.ids is not None:
        low, high = scans.extremes(array)
        if low < 0 or high >= port.ids:
            at = scans.where_first((array < 0) | (array >= port.ids))
            do = f"Give it input_dim={int(high) + 1}, or renumber" if low >= 0 else "Renumber"
            raise ValueError(
                sentence(
                    what,
                    f"ids from {low:.0f} to {high:.0f}, the first outside at row {at}",
                    f"0 to {port.ids - 1} for the Embedding that they go to",
                    f"{do} the ids from 0.",
                )
            )
        return
    if (
        array.dtype.kind == "f"
        or array.dtype.itemsize > np.dtype(port.dtype).itemsize
        or (array.dtype.kind == "u" and array.dtype.itemsize == np.dtype(port.dtype).itemsize)
    ):
        low, high = scans.extremes(array)
        bound = np.iinfo(port.dtype)
        if low < bound.min or high > bound.max:
            raise ValueError(
                sentence(
                    what,
                    f"ids from {low} to {high}",
                    f"ids that fit {port.dtype}",
                    "Renumber them from 0.",
                )
            )


def _refuse_another_count(names: tuple, before: tuple, what: str) -> None:
    """Refuse more or fewer columns than in training; name the difference."""
    missing, new = (
        [n for n in some if n not in others] for some, others in ((before, names), (names, before))
    )
    changes = [f"without {listed(missing)}"] * bool(missing) + [f"with {listed(new)}"] * bool(new)
    do = "" if missing else f"Use x[{list(before[:4])}{'...' if len(before) > 4 else ''}]."
    got = f"{len(names)} column{'s' * (len(names) > 1)}"
    raise ValueError(
        sentence(
            what,
            f"{got}, {' and '.join(changes) or 'some of them twice'}",
            f"the {len(before)} of the training, {listed(before, 8)}",
            do,
        )
    )


def check_columns(
    arrays: Arrays, known: dict[str, tuple], expects: Expectation, call: Call
) -> None:
    """Require named columns in the order of the training."""
    for i, names in enumerate(arrays.columns):
        port = expects.inputs[i]
        before = known.get(port.name)
        if not names or not before or names == before:
            continue
        what = call.name("x", i, expects.inputs)
        if len(names) == len(before) and set(names) == set(before):
            at = next(j for j, (a, b) in enumerate(zip(names, before, strict=True)) if a != b)
            raise ValueError(
                sentence(
                    what,
                    f"the columns of the training in another order, first at {at}: {names[at]!r}",
                    f"{before[at]!r} there",
                    f"Use x[{list(before[:4])}{'...' if len(before) > 4 else ''}].",
                )
            )
        if call.trains:  # these names are the new ones
            continue
        if all(isinstance(n, str) for n in (*names, *before)):
            if len(names) != len(before):
                _refuse_another_count(names, before, what)
            new = [n for n in names if n not in before]
            warn_once(
                "columns",
                sentence(
                    what,
                    f"columns named {listed(new, 3)}",
                    f"those of the training, {listed(before, 3)}",
                    "They are used in their order.",
                ),
            )
