"""Predictions as columns, and columns written to files."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable

import numpy as np

from ..errors import ArgumentError

EXTENSIONS = (".csv", ".tsv", ".parquet")


class Results:
    """The columns of a model's predictions: the class name, if names are known, and the outputs.

    Args:
        model: a built model.
        kept: names of columns to place before them.
        more: names of columns to place after them.
    """

    def __init__(self, model, kept: list[str], more: list[str]):
        ports = self._ports = model._expectation().outputs
        self._classes = [str(name) for name in model.class_names or ()]
        self._output_kinds = [self._output_kind(port, len(ports)) for port in ports]
        self.names = [*kept]
        for port, kind in zip(ports, self._output_kinds, strict=True):
            if kind == "plain":
                width = int(np.prod(port.shape or (1,)))
                name = port.name if len(ports) > 1 else "prediction"
                self.names += [name] if width == 1 else [f"{name}_{i}" for i in range(width)]
            else:
                what = "probability" if port.activation in ("sigmoid", "softmax") else "score"
                self.names += ["prediction"] * (kind == "one")
                self.names += [f"{what}_{name}" for name in self._classes]
        self.names += more
        twice = {name for name in self.names if self.names.count(name) > 1}
        if twice:
            raise ArgumentError(
                "--keep",
                f"got {', '.join(sorted(twice))}, which a column of the "
                "results is called; expected other columns.",
            )

    def _output_kind(self, port, outputs: int) -> str:
        """Return "one" for exclusive classes, "each" for multi-label outputs, or "plain" for
        other values."""
        width = int(np.prod(port.shape or (1,)))
        if outputs > 1 or len(self._classes) < 2:
            return "plain"
        if width == len(self._classes):
            return "each" if port.activation == "sigmoid" else "one"
        two = len(self._classes) == 2 and width == 1 and port.activation == "sigmoid"
        return "one" if two else "plain"

    def columns(self, outputs) -> list[np.ndarray]:
        """Return the columns for the outputs of some rows."""
        if isinstance(outputs, dict):
            outputs = [outputs[port.name] for port in self._ports]
        found = []
        arrays = outputs if isinstance(outputs, list) else [outputs]
        for array, kind in zip(arrays, self._output_kinds, strict=True):
            flat = array.reshape(len(array), -1)
            if kind == "one":
                if flat.shape[1] == 1:
                    flat = np.concatenate([1 - flat, flat], axis=1)
                    best = (flat[:, 1] > 0.5).astype(int)
                else:
                    best = flat.argmax(axis=1)
                found.append(np.array(self._classes, object)[best])
            found += list(flat.T)
        return found


class Coverage:
    """The columns that say how sure a predictor is: between which numbers each target lies, or
    among which classes.

    Args:
        predictor: a `Predictor`; None for no columns.
        coverage: float between 0 and 1, how often that is to be true.
    """

    def __init__(self, predictor, coverage: float):
        self._predictor, self._coverage = predictor, coverage
        self.names: list[str] = []
        if predictor is None:
            return
        if not 0 < coverage < 1:
            raise ArgumentError("--coverage", f"got {coverage:g}, expected a share such as 0.9.")
        task = predictor.task
        if task.kind == "classes":
            self.names = ["set"]
        elif task.kind == "labels":
            self.names = [f"set_{name}" for name in task.targets]
        elif len(task.targets) == 1:
            self.names = ["low", "high"]
        else:
            self.names = [f"{end}_{name}" for end in ("low", "high") for name in task.targets]

    def columns(self, outputs: np.ndarray) -> list:
        """Return the columns for the outputs of some rows."""
        if self._predictor is None:
            return []
        task, trials = self._predictor.task, self._predictor.trials
        if not task.classifies:
            return [*np.hstack(trials.intervals(outputs, self._coverage)).astype(np.float32).T]
        held = trials.sets(outputs, self._coverage, "lac")
        if task.kind == "labels":
            may_be = np.array(["False", "True"], object)
            return [[" | ".join(may_be[row]) for row in label] for label in held.swapaxes(0, 1)]
        return [[" | ".join(np.array(task.names, object)[row]) for row in held]]


def write_results(path: str, names: list[str], portions: Iterable[list]) -> None:
    """Write columns to a file, atomically, or print them (``-``).

    Args:
        path: a name that ends in ``.csv``, ``.tsv`` or ``.parquet``.
        names: the column names.
        portions: the columns of consecutive portions of rows.
    """
    from ..saving.atomic import write

    if path.endswith(".parquet"):
        write(path, [_parquet(names, portions)])
        return
    parts = _lines(names, portions, "\t" if path.endswith(".tsv") else ",")
    if path != "-":
        write(path, parts)
        return
    if sys.stdout is None:
        raise ArgumentError("-o", "the standard output is closed, expected the name of a file.")
    sys.stdout.flush()
    for part in parts:
        try:
            sys.stdout.buffer.write(part)
        except OSError as error:  # it names no file, so name the stream
            raise OSError(error.errno, error.strerror, "standard output") from None


def _lines(names: list[str], portions: Iterable[list], delimiter: str) -> Iterable[bytes]:
    def encoded(rows) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
        return text.getvalue().encode("utf-8", "surrogateescape")

    head = [names]
    for columns in portions:
        yield encoded([*head, *zip(*map(_texts, columns), strict=True)])
        head = []


def _texts(column) -> list:
    """Return values as text, with enough digits to restore the same bits."""
    if not isinstance(column, np.ndarray):
        return column
    return column.astype(str).tolist() if column.dtype.kind in "fiu" else column.tolist()


def _parquet(names: list[str], portions: Iterable[list]) -> bytes:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ImportError(
            "a Parquet file is written by PyArrow: pip install pyarrow (or write a .csv)."
        ) from None
    parts = list(portions)
    columns = [
        pyarrow.chunked_array([pyarrow.array(part[i]) for part in parts]) for i in range(len(names))
    ]
    sink = io.BytesIO()
    parquet.write_table(pyarrow.table(columns, names=names), sink)
    return sink.getvalue()
