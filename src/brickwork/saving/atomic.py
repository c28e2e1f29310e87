"""Atomic writes: a file is replaced completely or not at all.

The contents go to an unnamed file in the same folder, or to a hidden one if the system has no
unnamed files. They are synced to disk and read back, and then replace the old file in one step. If
anything fails before that, the old file is unchanged.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import time
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from ..processes import is_first

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

#: Errors of systems on which a folder cannot be synced.
_CANNOT_SYNC = {
    errno.EINVAL,
    errno.EOPNOTSUPP,
    getattr(errno, "ENOTSUP", errno.EOPNOTSUPP),
    errno.EACCES,
    errno.EPERM,
    errno.EBADF,
    errno.EISDIR,
}
#: Errors of file systems without unnamed files.
_NO_TMPFILE = {errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL}
#: A hidden file that no process has locked was left behind if it is older than this, in seconds.
_LEFT_BEHIND = 10.0
#: The suffix of hidden files, and the longest file name, in bytes, that their names include.
_END, _LONGEST_NAME = ".tmp", 200
_BLOCK = 1 << 20


def write(path, parts: Iterable[bytes], durable: bool = True) -> None:
    """Write a file, replacing an existing one in one step.

    Links are followed. An existing file keeps its mode; a new one gets that of the process's umask.
    Of several processes that train together only the first one writes.

    Args:
        path: path of the file; its folder must exist.
        parts: the contents, as bytes or other objects with the buffer protocol.
        durable: whether to sync the file to disk and read it back. Otherwise it is replaced in one
            step, too, but a power failure may leave neither the old file nor the new one.

    Raises:
        OSError: if it cannot be written; the old file is unchanged.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder) / "a", [b"one", b"two"])
    ...     (Path(folder) / "a").read_bytes()
    b'onetwo'
    """
    if not is_first():  # on its machine there may be no such folder, or none any more
        for _ in parts:  # which may need all processes
            pass
        return
    place = target(path)
    if durable:
        remove_left_behind(place)
    hidden = place.with_name(f"{_hidden_prefix(place)}{secrets.token_hex(8)}{_END}")
    file, has_name = _open(place.parent, hidden)
    try:
        try:
            _fill(file, parts, durable)
            if hasattr(os, "fchmod") and place.exists():
                os.fchmod(file, stat.S_IMODE(place.stat().st_mode))
            if not has_name:
                _link(file, hidden)
            if fcntl is not None:
                os.replace(hidden, place)  # while it is locked: see `remove_left_behind`
        finally:
            os.close(file)
        if fcntl is None:  # Windows cannot rename open files
            os.replace(hidden, place)
    except BaseException as error:
        with contextlib.suppress(OSError):  # it may not have this name yet, or any more
            os.unlink(hidden)
        if isinstance(error, OSError) and error.errno and error.filename is None:
            raise type(error)(
                error.errno, f"{error.strerror}; the old file is unchanged", os.fsdecode(path)
            ) from error
        raise
    if durable:
        _sync_folder(place.parent)


def target(path) -> Path:
    """The path with links resolved, checked to be one where a file can be written.

    Raises:
        OSError: for a folder, a device, a circular link, or a folder that does not exist.
    """
    place = Path(os.path.realpath(os.fsdecode(path)))
    if place.is_symlink():
        raise OSError(
            errno.ELOOP,
            "This link points to itself, expected the name of a file",
            os.fsdecode(path),
        )
    if place.is_dir():
        raise IsADirectoryError(
            errno.EISDIR, "This is a folder, expected the name of a file", os.fsdecode(path)
        )
    if place.exists() and not place.is_file():
        raise OSError(
            errno.EINVAL,
            "This is a device or a pipe, expected the name of a file",
            os.fsdecode(path),
        )
    if not place.parent.is_dir():
        raise FileNotFoundError(
            errno.ENOENT, "There is no such folder to write a file into", str(place.parent)
        )
    return place


def _open(folder: Path, hidden: Path) -> tuple[int, bool]:
    """Open a new file, locked; return it and whether it has a name. Its mode follows the umask."""
    if hasattr(os, "O_TMPFILE") and os.path.exists("/proc/self/fd"):
        try:
            return _locked(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o666)), False
        except OSError as error:
            if error.errno not in _NO_TMPFILE:
                raise
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
    return _locked(os.open(hidden, flags, 0o666)), True


def _locked(file: int) -> int:
    """Lock a file for as long as it is open, and return it: see `remove_left_behind`."""
    if fcntl is not None:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file


def _link(file: int, hidden: Path) -> None:
    """Give an unnamed file a name."""
    files = os.open("/proc/self/fd", os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:  # the link is resolved only relative to an open folder
        os.link(str(file), hidden, src_dir_fd=files, follow_symlinks=True)
    finally:
        os.close(files)


def _fill(file: int, parts: Iterable[bytes], durable: bool) -> None:
    """Write the parts; if `durable`, sync them to disk and read them back."""
    written, size = sha256(), 0
    for part in parts:
        view = memoryview(part).cast("B")
        if durable:
            written.update(view)
        size += len(view)
        while view:
            view = view[os.write(file, view) :]
    if not durable:
        return
    _sync(file)
    read = sha256()
    os.lseek(file, 0, os.SEEK_SET)
    while block := os.read(file, _BLOCK):
        read.update(block)
        size -= len(block)
    if size or read.digest() != written.digest():
        raise OSError(errno.EIO, "The contents read back from the disk differ from those written")


def _sync(file: int) -> None:
    """Sync a file to disk; on macOS `os.fsync` would reach the disk's cache only."""
    if hasattr(fcntl, "F_FULLFSYNC"):
        with contextlib.suppress(OSError):  # some disks do not support it
            fcntl.fcntl(file, fcntl.F_FULLFSYNC)
            return
    os.fsync(file)


def remove_left_behind(target: Path) -> None:
    """Remove the hidden files of this target that a killed process left behind."""
    now, hidden = time.time(), re.compile(re.escape(_hidden_prefix(target)) + "[0-9a-f]{16}" + _END)
    with contextlib.suppress(OSError):  # a folder may be writable but not readable
        for name in filter(hidden.fullmatch, os.listdir(target.parent)):
            found = target.with_name(name)
            with contextlib.suppress(OSError):
                if now - found.stat().st_mtime > _LEFT_BEHIND and not _is_locked(found):
                    found.unlink()


def _hidden_prefix(target: Path) -> str:
    """The prefix of the names of the hidden files that replace this file."""
    name = os.fsencode(target.name)
    if len(name) > _LONGEST_NAME:  # with a suffix the name would be too long
        return f".{sha256(name).hexdigest()[:32]}."
    return f".{target.name}."


def _is_locked(hidden: Path) -> bool:
    if fcntl is None:
        return False
    file = os.open(hidden, os.O_RDONLY)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)
    return False


def _sync_folder(folder: Path) -> None:
    """Sync the entries of a folder to disk, if the system can."""
    try:
        file = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except OSError:  # Windows, or a folder that is writable but not readable
        return
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise
    finally:
        os.close(file)
