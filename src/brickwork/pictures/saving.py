"""Writing pictures and buildings to files, in the format of the file's extension."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ..errors import ArgumentError, shown


def _svg(building) -> str:
    return building.picture().svg()


def _png(building) -> bytes:
    return building.picture().png()


def _booklet(building) -> str:
    from .booklet import html

    return html(building)


def _ldraw(building) -> str:
    from . import ldraw

    return ldraw.text(building)


def _flat(building) -> str:
    from . import ldraw

    return ldraw.text(building, multi=False)


def _order_list(building) -> str:
    from . import wanted

    return wanted.text(building)


#: Writers for buildings only: a printable booklet, plans for LDraw programs, an order list.
BUILDING_ONLY = {".html": _booklet, ".mpd": _ldraw, ".ldr": _flat, ".xml": _order_list}
BUILDING_WRITERS = {
    ".svg": _svg,
    ".png": _png,
    ".txt": lambda building: building.text(),
    **BUILDING_ONLY,
}


def writable(path: Path) -> Path:
    """Return the path if a file can be written there, checked before the work for its contents.

    Raises:
        OSError: if it cannot be written.
    """
    from ..saving.atomic import target

    folder = target(path).parent
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, "Cannot write files to this folder", str(folder))
    return path


def checked(path, endings, what: str) -> Path:
    """Return the path if it has one of these extensions.

    Raises:
        ArgumentError: for another extension, or a value that is not a file name.
    """
    more = ""
    if isinstance(path, str | os.PathLike):
        path = Path(path)
        if path.suffix.lower() in endings:
            return path
        if path.suffix.lower() == ".pdf":
            more = " Save it as .html, open that in a browser, and print it to a PDF there."
        path = str(path)
    raise ArgumentError(
        what, f"got {shown(path)}, expected a name that ends in {', '.join(endings)}.{more}"
    )


def put(path: Path, data: str | bytes, durable: bool = True) -> None:
    """Write a file atomically; `durable` is as in `saving.atomic.write`.

    After a full disk or a crash the old file is unchanged, and readers never see a partial file.
    """
    from ..saving.atomic import write

    write(path, [data if isinstance(data, bytes) else data.encode("utf-8")], durable)
