"""``brickwork train``: from a table in a file to a model, a report and an honest score."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection

import numpy as np

from ..data.columns import as_column, inferred, without_missing
from ..errors import ArgumentError
from .failures import check_writable, note
from .table_files import Table, TableError, find_columns, names_listed, open_table, table_format


def train_command(given) -> int:
    """Train a predictor on a table, print its report, and write the model and the page."""
    from ..tabular import train

    check_writable(given.output, "-o", (".brick",))
    page = given.report or f"{os.path.splitext(given.output)[0]}.html"
    if page != "none":
        check_writable(page, "--report", (".html",))
    kinds = _kinds(given.kind)
    columns = read_columns(given, [name for name, kind in kinds.items() if kind != "number"])
    loud = 0 if given.quiet or not sys.stderr.isatty() else 1
    predictor = train(
        columns,
        names_listed(given.target),
        task=given.task,
        quality=given.quality,
        kinds=kinds,
        exclude=names_listed(given.exclude),
        groups=given.group,
        time_column=given.time,
        weights=given.weight,
        seed=given.seed,
        verbose=loud,
    )
    report = predictor.report
    print(report)
    predictor.save(given.output)
    note(f"wrote {given.output}")
    if page != "none":
        report.save(page, given.lang)
        note(f"wrote {page}")
    return 0


def read_columns(given, as_texts: Collection[str] = ()) -> dict[str, np.ndarray]:
    """Return all columns of a table in a file: numbers, and texts.

    Args:
        given: the arguments of the command: ``table`` and the format of a CSV file.
        as_texts: the names of columns that stay texts, such as those of categories: "007".

    Raises:
        TableError: if it is not a table, or two columns have one name.
    """
    with open_table(given.table, table_format(given)) as table:
        find_columns(table, [name for name in table.names if table.names.count(name) > 1][:1])
        portions = list(table.portions)
        return {
            name: _joined(table, [portion.columns[i] for portion in portions], i, name in as_texts)
            for i, name in enumerate(table.names)
        }


def _joined(table: Table, parts: list, index: int, as_text: bool) -> np.ndarray:
    if isinstance(parts[0], list):
        cells = np.empty(sum(map(len, parts)), object)
        cells[:] = [cell for part in parts for cell in part]
        return without_missing(cells) if as_text else inferred(cells, table.format.decimal)
    try:
        return as_column(np.concatenate(parts), f"{table.name}, column {table.names[index]!r}")
    except (TypeError, ValueError) as error:
        raise TableError(str(error)) from None


def _kinds(given: list[str] | None) -> dict[str, str]:
    """``["zip=category"]`` as a dict."""
    kinds = {}
    for one in given or ():
        name, equals, kind = one.rpartition("=")
        if not equals or not name:
            raise ArgumentError("--kind", f"got {one!r}, expected COLUMN=KIND: zip=category.")
        kinds[name] = kind
    return kinds
