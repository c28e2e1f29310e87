"""Files that are there whole or not at all.

What is to be written goes into a nameless (or, where the system has none, hidden) file in the
same folder, is brought to the disk, read back, and then takes the place of the old file in one
step. Whatever happens on the way, the old file or the new one is there.
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

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

#: Errors of folders that cannot be synced by themselves.
_CANNOT_SYNC = {errno.EINVAL, errno.EOPNOTSUPP, getattr(errno, "ENOTSUP", errno.EOPNOTSUPP),
                errno.EACCES, errno.EPERM, errno.EBADF, errno.EISDIR}
#: Errors of file systems without unnamed files.
_NO_NAMELESS = {errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL}
#: A hidden file that nobody holds and that is older than so many seconds was left behind.
_LEFT_BEHIND = 10.0
#: The end of their names, and how long a name may be, in bytes, to stand in one.
_END, _LONGEST = ".tmp", 200
_PART = 1 << 20


def write(path, parts: Iterable[bytes], durable: bool = True) -> None:
    """Write a file that consists of these parts, in place of what is there.

    Links are followed, so that they stay; an existing file keeps its mode, a new one gets that
    of the process's umask.

    Args:
        path: where; its folder must be there.
        parts: bytes, or anything that has a buffer.
        durable: whether it is brought to the disk and read back. Without, it takes the old
            file's place in one step all the same, but after a power cut neither may be there.

    Raises:
        OSError: with the old file as it was.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder) / "a", [b"one", b"two"])
    ...     (Path(folder) / "a").read_bytes()
    b'onetwo'
    """
    place = target(path)
    if durable:
        remove_left_behind(place)
    hidden = place.with_name(f"{_before(place)}{secrets.token_hex(8)}{_END}")
    file, named = _open(place.parent, hidden)
    try:
        try:
            _fill(file, parts, durable)
            if hasattr(os, "fchmod") and place.exists():
                os.fchmod(file, stat.S_IMODE(place.stat().st_mode))
            if not named:
                _name(file, hidden)
            if fcntl is not None:
                os.replace(hidden, place)  # while it is held: see `remove_left_behind`
        finally:
            os.close(file)
        if fcntl is None:  # Windows moves no open files
            os.replace(hidden, place)
    except BaseException as error:
        with contextlib.suppress(OSError):  # it has this name no more, or not yet
            os.unlink(hidden)
        if isinstance(error, OSError) and error.errno and error.filename is None:
            raise type(error)(error.errno, f"{error.strerror}; what was there is untouched",
                              os.fsdecode(path)) from error
        raise
    if durable:
        _sync_folder(place.parent)


def target(path) -> Path:
    """Where a path leads to, if a file can be there.

    Raises:
        OSError: where there is a folder, a device, or no folder to write into.
    """
    place = Path(os.path.realpath(os.fsdecode(path)))
    if place.is_symlink():
        raise OSError(errno.ELOOP, "This link leads to itself, expected the name of a file",
                      os.fsdecode(path))
    if place.is_dir():
        raise IsADirectoryError(errno.EISDIR, "This is a folder, expected the name of a file",
                                os.fsdecode(path))
    if place.exists() and not place.is_file():
        raise OSError(errno.EINVAL, "This is a device or a pipe, expected the name of a file",
                      os.fsdecode(path))
    if not place.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "There is no such folder to write a file into",
                                str(place.parent))
    return place


def _open(folder: Path, hidden: Path) -> tuple[int, bool]:
    """A new file, and whether it has a name yet; the umask decides about its mode."""
    if hasattr(os, "O_TMPFILE") and os.path.exists("/proc/self/fd"):
        try:
            return _held(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o666)), False
        except OSError as error:
            if error.errno not in _NO_NAMELESS:
                raise
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
    return _held(os.open(hidden, flags, 0o666)), True


def _held(file: int) -> int:
    """The file, locked as long as it is open: see `remove_left_behind`."""
    if fcntl is not None:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file


def _name(file: int, hidden: Path) -> None:
    """Give a nameless file a name."""
    files = os.open("/proc/self/fd", os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:  # only beside a folder of its own does the link of the file lead to the file
        os.link(str(file), hidden, src_dir_fd=files, follow_symlinks=True)
    finally:
        os.close(files)


def _fill(file: int, parts: Iterable[bytes], durable: bool) -> None:
    """Write, and where it is to last bring it to the disk and read it back."""
    written, size = sha256(), 0
    for part in parts:
        view = memoryview(part).cast("B")
        if durable:
            written.update(view)
        size += len(view)
        while view:
            view = view[os.write(file, view):]
    if not durable:
        return
    _sync(file)
    read = sha256()
    os.lseek(file, 0, os.SEEK_SET)
    while block := os.read(file, _PART):
        read.update(block)
        size -= len(block)
    if size or read.digest() != written.digest():
        raise OSError(errno.EIO, "The disk does not hold what was written to it")


def _sync(file: int) -> None:
    """Bring a file to the disk; on macOS `os.fsync` would bring it to the disk's cache only."""
    if hasattr(fcntl, "F_FULLFSYNC"):
        with contextlib.suppress(OSError):  # some disks there know no such order
            fcntl.fcntl(file, fcntl.F_FULLFSYNC)
            return
    os.fsync(file)


def remove_left_behind(target: Path) -> None:
    """Remove hidden files of this target that a process left which was killed."""
    now, hidden = time.time(), re.compile(re.escape(_before(target)) + "[0-9a-f]{16}" + _END)
    with contextlib.suppress(OSError):  # a folder may be written but not read
        for name in filter(hidden.fullmatch, os.listdir(target.parent)):
            found = target.with_name(name)
            with contextlib.suppress(OSError):
                if now - found.stat().st_mtime > _LEFT_BEHIND and not _is_held(found):
                    found.unlink()


def _before(target: Path) -> str:
    """What the names of hidden files begin with that become this one."""
    name = os.fsencode(target.name)
    if len(name) > _LONGEST:  # with more around it the name would be too long
        return f".{sha256(name).hexdigest()[:32]}."
    return f".{target.name}."


def _is_held(hidden: Path) -> bool:
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
    """Bring the names of a folder to the disk, where a system can do that."""
    try:
        file = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except OSError:  # Windows; or a folder that may be written but not read
        return
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise
    finally:
        os.close(file)
