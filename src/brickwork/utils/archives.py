"""Unpacking untrusted archives. Members outside the target folder are refused, not skipped."""

from __future__ import annotations

import ntpath
import os
import shutil
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence

_CHUNK = 1 << 18


def unpack(
    path: str,
    folder: str,
    formats: str | Sequence[str] | None = "auto",
    limit: int = 4 << 30,
) -> None:
    """Unpack a tar or zip file into a folder, which appears complete or not at all.

    Args:
        path: path of the archive.
        folder: the target folder; an existing one is replaced.
        formats: "auto", "tar", "zip" or a list of these.
        limit: the most bytes of all members.

    Raises:
        ValueError: for a file that is not an archive; members that are links, devices or lie
            outside the folder; or too many bytes.
    """
    formats = (
        ("tar", "zip")
        if formats == "auto"
        else ((formats,) if isinstance(formats, str) else tuple(formats or ()))
    )
    for wrong in set(formats) - {"tar", "zip"}:
        raise ValueError(f"get_file.archive_format: got {wrong!r}, expected 'auto', 'tar', 'zip'.")
    parent = os.path.dirname(os.path.abspath(folder))
    partial = tempfile.mkdtemp(prefix=".unpacking-", dir=parent)
    try:
        if "tar" in formats and tarfile.is_tarfile(path):
            with tarfile.open(path) as archive:
                _write(_tar_members(archive), partial, limit)
        elif "zip" in formats and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                _write(_zip_members(archive), partial, limit)
        else:
            raise ValueError(
                f"get_file: got {path}, expected an archive of the format {' or '.join(formats)}."
            )
        os.chmod(partial, 0o755)
        if os.path.isdir(folder):
            shutil.rmtree(folder)
        os.replace(partial, folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _tar_members(archive):
    """``(name, is a folder, open)`` of each member."""
    for member in archive:
        if not (member.isfile() or member.isdir()):
            _refuse(member.name, "a link" if member.islnk() or member.issym() else "a device")
        yield member.name, member.isdir(), lambda member=member: archive.extractfile(member)


def _zip_members(archive):
    for member in archive.infolist():
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            _refuse(member.filename, "a link" if kind == stat.S_IFLNK else "a device")
        yield member.filename, member.is_dir(), lambda member=member: archive.open(member)


def _write(members, folder: str, limit: int) -> None:
    """Write files, counting their bytes, since the sizes given in an archive can be false."""
    left = limit
    for name, is_folder, opened in members:
        place = _path_inside(folder, name)
        os.makedirs(place if is_folder else os.path.dirname(place), exist_ok=True)
        if is_folder:
            continue
        with opened() as source, open(place, "wb") as target:
            while chunk := source.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise ValueError(
                        f"get_file: the archive holds more than {limit} bytes. Set "
                        "max_bytes to allow that."
                    )
                target.write(chunk)


def _path_inside(folder: str, name: str) -> str:
    """The path of a member, which must be inside the folder on any system."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ntpath.splitdrive(name)[0] or ".." in parts or "\0" in name:
        _refuse(name, "a path outside the folder")
    return os.path.join(folder, *parts)


def _refuse(name: str, kind: str):
    raise ValueError(
        f"get_file: the archive holds {name[:80]!r}, {kind}; expected only files and "
        "folders inside it. Nothing was unpacked."
    )
