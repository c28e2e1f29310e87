"""`get_file`: a file of the network, kept so that it is fetched once."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from ..fields import ArgumentError

_HASHES = {32: "md5", 64: "sha256"}


def get_file(fname=None, origin=None, untar=False, md5_hash=None, file_hash=None,
             cache_subdir="datasets", hash_algorithm="auto", extract=False, archive_format="auto",
             cache_dir=None, force_download=False) -> str:
    """The path of a file that is fetched unless it is there already.

    Args:
        fname: what it is called here; by default as in the address.
        origin: the address.
        untar, extract: unpack the archive, and answer the folder's path.
        md5_hash, file_hash: what the file must hash to; one that does not is fetched again.
        cache_subdir: the folder in ``cache_dir``.
        hash_algorithm: "md5", "sha256" or "auto", which the hash's length tells.
        archive_format: "zip", "tar", "auto" (the file's name tells) or None.
        cache_dir: by default ``~/.keras``, which Keras uses, or ``$KERAS_HOME``.
        force_download: fetch it in any case.

    Raises:
        ValueError: where what was fetched does not have the hash; no file is kept then.
    """
    if not origin:
        raise ArgumentError("get_file.origin", "got none, expected the address of a file.")
    name = os.fspath(fname) if fname else Path(urlsplit(origin).path).name
    if not name or Path(name).is_absolute() or ".." in Path(name).parts:
        raise ArgumentError("get_file.fname", f"got {name!r}, expected the name of a file.")
    home = cache_dir or os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    path = Path(home, cache_subdir, name)
    wanted = file_hash or md5_hash
    if force_download or not path.exists() or (wanted and _hash(path, wanted, hash_algorithm)
                                               != wanted):
        _fetch(origin, path, wanted, hash_algorithm)
    if not (untar or extract) or archive_format is None:
        return str(path)
    return str(_unpacked(path, "tar" if untar else archive_format))


def _fetch(origin: str, path: Path, wanted: str | None, algorithm: str) -> None:
    """Into a file beside, which takes the name when it is whole and has the hash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with urlopen(origin) as source, os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(source, file)
        found = _hash(Path(part), wanted, algorithm) if wanted else None
        if found != wanted:
            raise ArgumentError("get_file", f"{origin} has the hash {found}, expected {wanted}.")
        os.replace(part, path)
    finally:
        Path(part).unlink(missing_ok=True)


def _hash(path: Path, wanted: str, algorithm: str) -> str:
    name = _HASHES.get(len(wanted), "sha256") if algorithm == "auto" else algorithm
    with open(path, "rb") as file:
        return hashlib.file_digest(file, name).hexdigest()


def _unpacked(path: Path, kind: str) -> Path:
    """The folder beside the archive that its files are in."""
    import tarfile
    import zipfile

    folder = path.with_name(f"{path.name}_extracted")
    if kind in ("auto", "tar") and tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            archive.extractall(folder, filter="data")  # nothing outside of the folder
    elif kind in ("auto", "zip") and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
    else:
        raise ArgumentError("get_file.archive_format", f"got {kind!r}, but {path.name} is no "
                            "archive of that kind.")
    return folder
