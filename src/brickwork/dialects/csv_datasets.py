"""``tf.data.experimental.make_csv_dataset`` and ``tf.data.TextLineDataset``: data sets of files."""

from __future__ import annotations

import csv
from glob import glob
from typing import Any

import numpy as np

from ..errors import ArgumentError, near
from .pipelines import Dataset
from .tensors import tensor

_NUMBERS = ("int32", "float32")


def make_csv_dataset(
    file_pattern: Any,
    batch_size: int,
    column_names: list | None = None,
    column_defaults: list | None = None,
    label_name: str | None = None,
    select_columns: list | None = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    **_: Any,
) -> Dataset:
    """Return batches of the rows of CSV files: a dict of columns, and the labels if they are named.

    Args:
        file_pattern: a path, a pattern of paths, or a list of them.
        batch_size: rows of a batch.
        column_names: names of the columns; None for those of the first line.
        column_defaults: for each column a dtype, or a value for empty fields.
        label_name: the column that is the label.
        select_columns: names or indices of the columns to read; None for all.
        field_delim: what separates fields.
        use_quote_delim: whether double quotes enclose fields.
        na_value: another text for an empty field.
        header: whether the first line holds names.
        num_epochs: how often the rows are repeated; None for without end.
        shuffle, shuffle_buffer_size, shuffle_seed: whether rows come in random order, and which.
    """
    quoting = csv.QUOTE_MINIMAL if use_quote_delim else csv.QUOTE_NONE
    rows, names = [], column_names
    for path in _paths(file_pattern):
        with open(path, newline="", encoding="utf-8") as file:
            lines = [
                line for line in csv.reader(file, delimiter=field_delim, quoting=quoting) if line
            ]
        if header and lines:
            names, lines = names or lines[0], lines[1:]
        rows += lines
    names = list(names if names is not None else map(str, range(len(rows[0]))))
    wanted = _wanted(names, select_columns)
    defaults = column_defaults or [None] * len(wanted)
    columns = {
        names[i]: _column([row[i] for row in rows], default, na_value)
        for i, default in zip(wanted, defaults, strict=True)
    }
    if label_name is not None and label_name not in columns:
        raise ArgumentError(
            "make_csv_dataset.label_name", f"got {label_name!r}{near(label_name, columns)}"
        )
    label = columns.pop(label_name) if label_name is not None else None
    data = Dataset.from_tensor_slices(columns if label is None else (columns, label))
    if shuffle:
        data = data.shuffle(shuffle_buffer_size, shuffle_seed)
    return data.repeat(num_epochs).batch(batch_size)


def text_lines(filenames: Any, *_: Any, **__: Any) -> Dataset:
    """Return the lines of files, without their ends."""

    def lines():
        for path in _paths(filenames):
            with open(path, encoding="utf-8") as file:
                yield from (tensor(np.array(line.rstrip("\n"), object)) for line in file)

    return Dataset(lines)


def _paths(pattern: Any) -> list[str]:
    patterns = pattern if isinstance(pattern, list | tuple) else [pattern]
    found = [path for one in patterns for path in sorted(glob(str(one)))]
    if not found:
        raise ArgumentError("tf.data", f"no file is there for {pattern!r}.")
    return found


def _wanted(names: list, selected: list | None) -> list[int]:
    if selected is None:
        return list(range(len(names)))
    return [one if isinstance(one, int) else names.index(one) for one in selected]


def _column(texts: list[str], default: Any, na_value: str) -> np.ndarray:
    """A column's values in the dtype of the default, or in the first that they all have."""
    kinds = (
        [default]
        if isinstance(default, str) and default in (*_NUMBERS, "float64", "string")
        else []
    )
    fill = None
    if not kinds and default is not None:
        fill = np.ravel(np.asarray(default))[0] if np.size(default) else None
        kinds = ["string" if isinstance(fill, str) else f"{np.asarray(fill).dtype}"]
        kinds = [kinds[0].replace("64", "32")]  # as TensorFlow reads Python's numbers
    for kind in kinds or (*_NUMBERS, "string"):
        if kind == "string":
            return np.array(
                [fill if t in ("", na_value) and fill is not None else t for t in texts], object
            )
        empty = 0 if fill is None else fill
        try:
            return np.array([empty if t in ("", na_value) else t for t in texts]).astype(kind)
        except ValueError:
            continue
    raise ArgumentError("make_csv_dataset", f"got texts in a column of {kinds[0]}.")
