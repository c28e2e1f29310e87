"""How the files of both CIFAR sets are read."""

from __future__ import annotations

import tarfile
from typing import Any

import numpy as np

from ..config import image_data_format
from .stored import Unpickler, stored


def batches(archive: str, names: Any, labels: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """``(pictures, labels)`` of each of these members of an archive.

    Read out of the archive itself, whose hash was looked at, not out of files that were once
    unpacked from it.
    """
    found = {}
    with tarfile.open(stored(archive)) as opened:
        for member in opened:
            if member.name in names:
                found[member.name] = _batch(opened.extractfile(member), labels)
    return found


def _batch(file, labels: str) -> tuple[np.ndarray, np.ndarray]:
    content = Unpickler(file, encoding="bytes").load()
    pictures = content[b"data"].reshape(-1, 3, 32, 32)
    if image_data_format() == "channels_last":
        pictures = pictures.transpose(0, 2, 3, 1)
    return pictures, np.array(content[labels.encode()])[:, None]
