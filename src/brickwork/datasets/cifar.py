"""Reading the files of both CIFAR data sets."""

from __future__ import annotations

import tarfile
from typing import Any

import numpy as np

from ..config import image_data_format
from .stored import Unpickler, verified_path


def batches(archive: str, names: Any, labels: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """``(images, labels)`` of each of these members of an archive.

    They are read from the archive itself, whose hash was checked, not from unpacked files.
    """
    found = {}
    with tarfile.open(verified_path(archive)) as opened:
        for member in opened:
            if member.name in names:
                found[member.name] = _batch(opened.extractfile(member), labels)
    return found


def _batch(file, labels: str) -> tuple[np.ndarray, np.ndarray]:
    content = Unpickler(file, encoding="bytes").load()
    images = content[b"data"].reshape(-1, 3, 32, 32)
    if image_data_format() == "channels_last":
        images = images.transpose(0, 2, 3, 1)
    return images, np.array(content[labels.encode()])[:, None]
