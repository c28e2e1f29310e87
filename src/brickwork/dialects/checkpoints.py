"""``tf.train.latest_checkpoint``: the newest file of weights in a folder."""

from __future__ import annotations

import os

#: The first bytes of the files that weights are written to: HDF5, and zip.
_BEGINNINGS = (b"\x89HDF", b"PK\x03\x04")


def latest(checkpoint_dir, latest_filename=None) -> str | None:
    """Return the path of the newest file of weights in a folder; None if there is none."""
    folder = os.fspath(checkpoint_dir)
    names = os.listdir(folder) if os.path.isdir(folder) else []
    paths = [path for name in names if _holds_weights(path := os.path.join(folder, name))]
    return max(paths, key=lambda path: (os.stat(path).st_mtime_ns, path), default=None)


def _holds_weights(path: str) -> bool:
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(4) in _BEGINNINGS
