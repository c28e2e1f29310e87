"""What a column looks like: a number, a category or a date, or nothing that a network can use."""

from __future__ import annotations

import re

import numpy as np

from ...data.columns import Almost, almost_numbers, floats_of, form_of
from ...errors import ArgumentError, shown
from .kinds import CategoryColumn, Column, DateColumn, EmbeddedColumn, NumberColumn, texts_of

#: Of texts, the share of different ones from which on they name rows and are no categories.
NAMES = 0.9
#: The most categories that have features of their own.
MOST = 64


#: Names of columns that number the rows, such as order_id; pandas writes its index without one.
_INDICES = re.compile(
    r"((.*[\W_])?(id|index|row|nr|no|number)|column 1|unnamed: \d+|)", re.IGNORECASE
)


def left_out_for(name: str, column: np.ndarray) -> str | None:
    """Why a column says nothing that a network could use; None if it may.

    Args:
        name: its name.
        column: array ``(rows,)`` of `data.columns.as_column`.

    >>> left_out_for("x", np.array([1, 1, 1]))
    'one value throughout'
    >>> left_out_for("x", np.array([1.0, 2.0]))
    """
    if counts_rows(column) and _INDICES.fullmatch(name.strip()):
        return "numbers the rows"
    if column.dtype.kind == "O" and _looks_like(column) == "number":
        column = floats_of(column, name)
    if column.dtype.kind == "O":
        texts = [text for text in column.tolist() if text is not None]
        different = len(set(texts))
        if len(column) >= 20 and different > NAMES * len(texts) and form_of(column) is None:
            return "another text in almost every row"
        if not texts:
            return "no values"
        return _constant(different, len(texts) < len(column))
    missing = np.isnat(column) if column.dtype.kind == "M" else np.isnan(column.astype(float))
    given = column[~missing]
    if not len(given):
        return "no values"
    return _constant(1 if (given == given[0]).all() else 2, bool(missing.any()))


def _constant(different: int, missing: bool) -> str | None:
    return "one value throughout" if different == 1 and not missing else None


def learnt(
    name: str, column: np.ndarray, kind: str | None = None, embed: int | None = None
) -> Column:
    """Learn a column.

    Args:
        name: its name.
        column: array ``(rows,)`` of `data.columns.as_column`.
        kind: "number", "category", "embedding" or "date"; None: what it looks like.
        embed: categories of a column that has more than so many are embedded; None for none.

    Raises:
        ArgumentError (a ValueError): for another kind.
        ValueError, TypeError: if the column is not of that kind.

    >>> learnt("city", np.array(["Seoul", "Busan"], object)).kind
    'category'
    """
    if kind is None:
        kind = _looks_like(column)
    if kind == "embedding":
        return EmbeddedColumn.embedded(name, column)
    if kind == "category":
        many = embed is not None and len({*texts_of(column)} - {None}) > embed
        if many:
            return EmbeddedColumn.embedded(name, column)
        return CategoryColumn.learnt(name, column, MOST)
    if kind == "number":
        return NumberColumn.learnt(name, column)
    if kind == "date":
        return DateColumn.learnt(name, column)
    raise ArgumentError(
        "Table.from_data",
        f"got {shown(kind)} for the column {name!r}, expected 'number', 'category', "
        "'embedding' or 'date'.",
    )


def _looks_like(column: np.ndarray) -> str:
    if column.dtype.kind == "M":
        return "date"
    if column.dtype.kind == "O":
        if _has_marks(almost_numbers(column)):
            return "number"
        return "category" if form_of(column) is None else "date"
    return "number"


def _has_marks(found: Almost | None) -> bool:
    """Whether texts are numbers and marks such as "?", for which pandas reads them as texts."""
    return bool(found and not found.others and found.marked and found.decimal == ".")


def doubt(column: np.ndarray) -> str | None:
    """Why a column is probably none of texts, though it looks like it; None if it may be.

    Args:
        column: array ``(rows,)`` of `data.columns.as_column`.

    >>> doubt(np.array(["1", "2", "3", "4", "5", "6 kg"], object))
    "5 of its values are numbers, and 1 is not, such as '6 kg'. Correct it, or leave it empty."
    """
    found = almost_numbers(column) if column.dtype.kind == "O" else None
    if found is None or _has_marks(found):
        return None
    if found.decimal == ",":
        return "its values are numbers with a decimal comma. Read them as numbers."
    if found.others:
        be, it = ("is", "it") if found.others == 1 else ("are", "them")
        return (
            f"{found.numbers:,} of its values are numbers, and {found.others:,} {be} not, such as "
            f"{shown(found.other)}. Correct {it}, or leave {it} empty."
        )
    if len({*column.tolist()}) > max(MOST, len(column) / 2):
        return "its values are numbers, written as text. Convert them, or say so: kinds."
    return None


def counts_rows(column: np.ndarray) -> bool:
    """Whether a column is 0, 1, 2 ... or the like.

    Args:
        column: array ``(rows,)`` of `data.columns.as_column`.

    >>> counts_rows(np.arange(100, 0, -1)), counts_rows(np.arange(100) % 7)
    (True, False)
    """
    if column.dtype.kind not in "iuf" or len(column) < 20 or not np.isfinite(column).all():
        return False
    steps = np.diff(column.astype(np.float64))
    return bool((steps == steps[0]).all() and abs(steps[0]) == 1)
