"""Restores files that a script overwrites when only its model is needed.

An audit hook is called before Python opens a file for writing, renames or removes it. An existing
file is copied then, and restored when the block ends. Writes by other programs and by C libraries
are not detected; caches are left alone.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_TRUNC | os.O_APPEND
_backup: _Backup | None = None
_hook_installed = False


@contextmanager
def restoring_files(restored: list[str]) -> Iterator[None]:
    """Restore existing files when the block ends; new files stay.

    Args:
        restored: a list to which the paths of restored files are added.

    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp(), "a.txt")
    >>> _ = path.write_text("old")
    >>> restored = []
    >>> with restoring_files(restored):
    ...     _ = path.write_text("new")
    >>> path.read_text(), restored == [str(path.resolve())]
    ('old', True)
    """
    global _backup, _hook_installed
    if not _hook_installed:
        sys.addaudithook(_audit_hook)
        _hook_installed = True
    with tempfile.TemporaryDirectory(prefix="brickwork-") as folder:
        backup = _backup = _Backup(folder)
        try:
            yield
        finally:
            _backup = None
            restored += backup.restore()


def _audit_hook(event: str, args: tuple) -> None:
    if _backup is not None and event in _PATHS:
        for path in _PATHS[event](args):
            _backup.save_copy(path)


def _opened_for_writing(args: tuple) -> list:
    path, _, flags = args
    return [path] if isinstance(flags, int) and flags & _WRITES else []


#: Audit events that change files, and how to get the paths from their arguments. For a new link,
#: the path is its own name.
_PATHS = {
    "open": _opened_for_writing,
    "os.link": lambda args: [_inside(args[1], args[3])],
    "os.symlink": lambda args: [_inside(args[1], args[2])],
    "os.remove": lambda args: [_inside(*args)],
    "os.rename": lambda args: [_inside(args[0], args[2]), _inside(args[1], args[3])],
    "os.truncate": lambda args: [args[0]],
}


def _is_cache(place: str) -> bool:
    """Whether a file is a cache: in a hidden folder of the home directory, or compiled code."""
    home = os.path.realpath(os.path.expanduser("~"))
    return "__pycache__" in place or place.startswith(os.path.join(home, "."))


def _inside(path, folder: int):
    """Resolve a path relative to an open folder (-1: the working directory)."""
    place = None if folder in (-1, None) else _folder_of(folder)
    return path if place is None else os.path.join(place, os.fsdecode(path))


def _folder_of(descriptor: int) -> str | None:
    """The path of an open folder, or None; on Windows folders cannot be opened."""
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:  # no such folder, or macOS
        pass
    try:
        from fcntl import F_GETPATH, fcntl

        return os.fsdecode(fcntl(descriptor, F_GETPATH, bytes(1024)).rstrip(b"\0"))
    except (ImportError, OSError):
        return None


class _Backup:
    """Copies of the original files."""

    def __init__(self, folder: str):
        self.folder = folder
        self.copies: dict[str, str] = {}
        self.seen: set[str] = set()
        self.thread = threading.local()  # our own writes trigger the hook too

    def save_copy(self, path) -> None:
        """Copy a file before its first change."""
        if getattr(self.thread, "busy", False) or not isinstance(path, str | bytes | os.PathLike):
            return
        place = os.path.realpath(os.fsdecode(path))
        if place in self.seen or place.startswith(self.folder):
            return
        self.seen.add(place)
        if not os.path.isfile(place) or _is_cache(place):
            return  # new, not a regular file, or a cache
        self.thread.busy = True
        try:
            copy = os.path.join(self.folder, str(len(self.copies)))
            shutil.copy2(place, copy)
            self.copies[place] = copy
        finally:
            self.thread.busy = False

    def restore(self) -> list[str]:
        """Restore the files that have changed and return their paths."""
        changed = [
            (place, copy)
            for place, copy in self.copies.items()
            if not (os.path.isfile(place) and filecmp.cmp(place, copy, shallow=False))
        ]
        for place, copy in changed:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            beside = f"{place}.{os.getpid()}.tmp"  # open handles still write to the old one
            shutil.copy2(copy, beside)
            try:
                os.replace(beside, place)
            except PermissionError:  # Windows replaces no file that is open
                os.unlink(beside)
                shutil.copy2(copy, place)
        return [place for place, _ in changed]
