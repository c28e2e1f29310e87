"""`CSVLogger`: writes the logs of each epoch to a CSV file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from typing import Any

from ..errors import shown
from ..fields import Configurable, field
from ..training.callback import Callback


def file_name(value: Any) -> str:
    """Convert a field: the name of a file, from a string or a path."""
    if isinstance(value, str | os.PathLike) and os.fspath(value):
        return os.fspath(value)
    raise ValueError(f"got {shown(value)}, expected the name of a file.")


def _one_character(value) -> str:
    if isinstance(value, str) and len(value) == 1:
        return value
    raise ValueError(f"got {shown(value)}, expected one character.")


class CSVLogger(Configurable, Callback):
    """Writes the logs of each epoch to a CSV file, one line per epoch.

    The columns are ``epoch`` and the names of the logs, sorted. Missing values are ``NA``.

    Args:
        filename: str or path of the file, in an existing folder.
        separator: str of one character; default ",".
        append: whether to append to an existing file instead of replacing it; default False.

    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "log.csv")
    >>> logger = CSVLogger(file)
    >>> logger.on_train_begin()
    >>> logger.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.75})
    >>> logger.on_train_end()
    >>> file.read_text().split()
    ['epoch,loss,val_loss', '0,0.5,0.75']
    """

    _tells = True

    filename: str = field(convert=file_name)
    separator: str = field(default=",", convert=_one_character)
    append: bool = field(default=False, kind="bool")

    _file = None  # type: Any
    _writer = None  # type: Any

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Open the file: one that cannot be written is an error before the first step."""
        self._close()
        self._file = open(self.filename, "a", newline="", encoding="utf-8")

    def get_state(self) -> dict[str, Any]:
        return {"names": self._writer and self._names, "size": self._size()}

    def set_state(self, state: dict[str, Any]) -> None:
        """Truncate the file to the lines of that state; later ones are written again."""
        if self._size() >= state["size"]:
            self._file.truncate(state["size"])
        elif not self.append:  # it is a different file
            self._file.truncate(0)
        self._writer = None
        if state["names"] is not None:
            self._write_under(state["names"])

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write a line."""
        logs = logs or {}
        if self._writer is None:
            self._begin(sorted(logs))
        self._writer.writerow([epoch, *(_cell(logs.get(name, "NA")) for name in self._names)])
        self._file.flush()

    def _begin(self, names: list[str]) -> None:
        """Write the header."""
        if names and not any(name.startswith("val_") for name in names):
            names = [*names, *(f"val_{name}" for name in names)]  # a validation may come later
        if not self.append:
            self._file.truncate(0)
        self._write_under(names)

    def _write_under(self, names: list[str]) -> None:
        """Continue with lines of these columns; write the header if the file is empty."""
        self._names = names
        self._writer = csv.writer(self._file, delimiter=self.separator)
        if self._size() == 0:
            self._writer.writerow(["epoch", *names])

    def _size(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the file."""
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = self._writer = None

    def _on_fit_error(self) -> None:
        self._close()


def _cell(value):
    """Several values as text in brackets; a single one unchanged."""
    if isinstance(value, Iterable) and not isinstance(value, str) and getattr(value, "ndim", 1):
        return f'"[{", ".join(map(str, value))}]"'
    return value
