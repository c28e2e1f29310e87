"""What `brickwork studio FILE` hands to the page: the file, as if it had been dropped there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import ArgumentError, shown
from .limits import Limits

#: Files that the page reads itself, and those that are models of other formats.
_READ_BY_PAGE = (".brick", ".brickwork", ".csv", ".tsv", ".txt")
_MODELS = (".keras", ".h5", ".hdf5")


def given_file(name: str, limits: Limits | None = None) -> dict[str, Any]:
    """Return the message that hands a file to the page.

    Args:
        name: a model (``.brick``, ``.keras``, ``.h5``), a project of the studio (``.brickwork``) or
            a table (``.csv``, ``.tsv``).
        limits: how large it may be.

    Raises:
        ArgumentError: for another file, or one that is too large.
        OSError, FileError: if it cannot be read.
    """
    path, most = Path(name), (limits or Limits()).message
    ending = path.suffix.lower()
    if ending not in (*_READ_BY_PAGE, *_MODELS):
        raise ArgumentError(
            "file",
            f"got {shown(name)}, expected a model, a project or a table: a name that ends in "
            f"{', '.join((*_READ_BY_PAGE, *_MODELS))}.",
        )
    size = path.stat().st_size
    if size > most:
        raise ArgumentError(
            "file", f"got {size:,} bytes in {shown(name)}, and a page opens at most {most:,}."
        )
    data = _as_brick(path) if ending in _MODELS else path.read_bytes()
    shown_name = path.stem + ".brick" if ending in _MODELS else path.name
    return {"type": "given", "file": {"name": shown_name, "data": data}}


def _as_brick(path: Path) -> bytes:
    from ..saving import load_model
    from ..saving.brick import parts_of

    return b"".join(parts_of(load_model(path)))
