"""`get_file`: download a file into Keras's cache folder."""

from __future__ import annotations

import hashlib
import os
from os import PathLike
from typing import Any

from ..errors import ArgumentError, shown

#: Default limit for the size of a file, in bytes.
LIMIT = 4 << 30


def get_file(
    fname: str | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: Any = "auto",
    cache_dir: Any = None,
    force_download: bool = False,
    *,
    max_bytes: int = LIMIT,
) -> str:
    """Download a file into Keras's cache, unless it is there already.

    The cache is ``$KERAS_HOME`` or ``~/.keras``. A file appears there complete or not at all.

    Args:
        fname: its name in the cache; by default that in `origin`.
        origin: its address, ``https://...``.
        untar, extract: whether to unpack it; a folder that is there already is used as it is.
        file_hash: its SHA-256 or MD5, in hexadecimal. Without it, a warning gives the hash of what
            was downloaded, which nothing has checked.
        md5_hash: the same, in older programs.
        cache_subdir: folder inside the cache.
        hash_algorithm: "sha256", "md5", or "auto": by the length of the hash.
        archive_format: "auto", "tar", "zip", or a list of these.
        cache_dir: another cache folder.
        force_download: whether to download the file even if it is there.
        max_bytes: limit for the size of the file, and of what it unpacks to.

    Returns:
        str: the path of the file, or of the folder it was unpacked to.

    Raises:
        ValueError: for an address that is not https, a file with another hash, or an archive with
            links, devices, or paths that lead out of its folder.
        OSError: if the download fails; the message says where to put the file by hand.

    >>> get_file(origin="http://example.org/a.csv")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    brickwork.errors.ArgumentError: get_file.origin: got 'http://example.org/a.csv', expected ...
    """
    if not isinstance(origin, str) or not origin.startswith("https://"):
        raise ArgumentError(
            "get_file.origin",
            f"got {shown(origin)}, expected an address that begins with https://.",
        )
    folder = os.path.join(cache_folder(cache_dir), cache_subdir)
    target, unpacked = _target_paths(
        folder, _name(fname, origin), fname is not None, extract or untar
    )
    expected = file_hash or md5_hash
    algorithm = _algorithm(expected, hash_algorithm if file_hash else "md5")
    fresh = force_download or not os.path.exists(target)
    if not fresh and expected and digest(target, algorithm) != expected.lower():
        print(f"{target} has another {algorithm} than expected. It is downloaded again.")
        fresh = True
    if fresh:
        from .download import fetch

        fetch(origin, target, expected, algorithm, max_bytes)
    if unpacked is None:
        return target
    if fresh or not os.path.isdir(unpacked):
        from .archives import unpack

        unpack(target, unpacked, "tar" if untar else archive_format, max_bytes)
    return unpacked


def cache_folder(folder: Any = None) -> str:
    """Keras's cache folder."""
    return os.path.expanduser(folder or os.environ.get("KERAS_HOME") or "~/.keras")


def digest(path: str | PathLike[str], algorithm: str = "sha256") -> str:
    """The hash of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _name(fname, origin: str) -> str:
    from urllib.parse import urlsplit

    name = os.fspath(fname) if fname else os.path.basename(urlsplit(origin).path)
    if not name or os.path.basename(name) != name or name in (".", ".."):
        raise ArgumentError(
            "get_file.fname",
            f"got {shown(fname)}, expected the name of a file "
            "without folders; these are given by cache_dir and cache_subdir.",
        )
    return name


def _target_paths(folder: str, name: str, named: bool, unpacks: bool) -> tuple[str, str | None]:
    """The path of the file in Keras's cache, and the folder that it is unpacked to."""
    whole = os.path.join(folder, name)
    if not unpacks:
        return whole, None
    if named and "." in name:
        return whole, os.path.join(folder, name[: name.index(".")] + "_extracted")
    return f"{whole}_archive", whole


def _algorithm(expected: str | None, given: str) -> str:
    if given not in ("auto", "sha256", "md5"):
        raise ArgumentError(
            "get_file.hash_algorithm", f"got {shown(given)}, expected 'auto', 'sha256' or 'md5'."
        )
    lengths = {64: "sha256", 32: "md5"}
    if expected is None:
        return "sha256"
    algorithm = lengths.get(len(expected), given) if given == "auto" else given
    if lengths.get(len(expected)) != algorithm or set(expected.lower()) - set("0123456789abcdef"):
        raise ArgumentError(
            "get_file.file_hash",
            f"got {shown(expected)}, expected 64 hexadecimal digits of SHA-256 or 32 of MD5.",
        )
    return algorithm
