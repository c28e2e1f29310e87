"""Into which files a picture, or a building, is written: the name's ending says."""

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


def _wanted(building) -> str:
    from . import wanted

    return wanted.text(building)


#: What only a building can be: a booklet to print, plans for LDraw programs, a list to order from.
OF_BRICKS = {".html": _booklet, ".mpd": _ldraw, ".ldr": _flat, ".xml": _wanted}
OF_A_BUILDING = {".svg": _svg, ".png": _png, ".txt": lambda building: building.text(), **OF_BRICKS}


def writable(path: Path) -> Path:
    """The path, if a file can be written there: asked before the work whose result it will hold.

    Raises:
        OSError: where it cannot.
    """
    from ..saving.atomic import target

    folder = target(path).parent
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, "No file can be written into this folder",
                              str(folder))
    return path


def checked(path, endings, what: str) -> Path:
    """The path, if its name ends in one of these.

    Raises:
        ArgumentError: for another ending, or what is no name of a file.
    """
    more = ""
    if isinstance(path, str | os.PathLike):
        path = Path(path)
        if path.suffix.lower() in endings:
            return path
        if path.suffix.lower() == ".pdf":
            more = " Save the .html, open it in a browser and print it into a PDF there."
        path = str(path)
    raise ArgumentError(what, f"got {shown(path)}, expected a name that ends in "
                        f"{', '.join(endings)}.{more}")


def put(path: Path, data: str | bytes, durable: bool = True) -> None:
    """Write a file as a whole: a full disk or a crash leaves the old one as it was, and a reader
    never sees a part. `durable` is that of `saving.atomic.write`."""
    from ..saving.atomic import write

    write(path, [data if isinstance(data, bytes) else data.encode("utf-8")], durable)
