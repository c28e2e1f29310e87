"""``tf.train.Checkpoint`` and its kin: the values of variables in numbered files.

A file is NumPy's ``.npz`` under the name that the script gives, with the arrays of each part
(``net/0``, ``net/1``, ...) and the shape that a model was built for. TensorFlow reads none of
these files, and none of TensorFlow's is read.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..layers.layer import Layer
from ..layers.tracking import inside
from ..optimizers import Optimizer
from ..program import Variable
from ..program.dtypes import wide
from ..saving import atomic
from .modules import Module

#: The first bytes of the files that weights are written to: HDF5, and zip.
_BEGINNINGS = (b"\x89HDF", b"PK\x03\x04")
_BUILT = "built for"


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


class Checkpoint:
    """``tf.train.Checkpoint``: variables, layers, optimizers and modules by name.

    Args:
        root: one more part, without a name.
        kwargs: the parts by name; they are attributes.
    """

    def __init__(self, root: Any = None, **kwargs: Any):
        self.save_counter = Variable(0, dtype="int64", trainable=False, name="save_counter")
        vars(self).update(kwargs if root is None else {**kwargs, "_root": root})

    def save(self, file_prefix: Any, options: Any = None) -> str:
        """Write a file with the next number at the end of its name, and return its path."""
        self.save_counter.assign(self.save_counter.numpy() + 1)
        return self.write(f"{os.fspath(file_prefix)}-{int(self.save_counter.numpy())}")

    def write(self, file_prefix: Any, options: Any = None) -> str:
        """Write a file of this name, and return its path."""
        path = Path(file_prefix)
        arrays: dict[str, np.ndarray] = {}
        for name, part in self._parts():
            for i, variable in enumerate(_variables(part)):
                arrays[f"{name}/{i}"] = wide(variable.numpy())  # NumPy's files have no bfloat16
            if isinstance(part, Layer) and (built := part.get_build_config()):
                arrays[f"{name}/{_BUILT}"] = np.array(json.dumps(built))
        path.parent.mkdir(parents=True, exist_ok=True)
        file = BytesIO()
        np.savez(file, **arrays)
        atomic.write(path, [file.getbuffer()])
        return os.fspath(file_prefix)

    def restore(self, save_path: Any, options: Any = None) -> Status:
        """Set the variables from a file; those of parts that it does not have stay. None: of no
        file. Models that have not made their weights yet make them."""
        if save_path is None:
            return Status([])
        with _opened(save_path) as file:
            stored = {name: file[name] for name in file.files}
        parts = dict(self._parts())
        pairs: list[tuple[Variable, np.ndarray]] = []
        missing = []
        for name, part in sorted(parts.items(), key=lambda item: isinstance(item[1], Optimizer)):
            arrays = _arrays(stored, name)
            if f"{name}/{_BUILT}" in stored and not part.built:
                part.build_from_config(json.loads(stored[f"{name}/{_BUILT}"].item()))
            if isinstance(part, Optimizer) and not part.built and len(arrays) > 2:
                models = [p for p in parts.values() if isinstance(p, Layer | Module)]
                part.build([v for model in models for v in model.trainable_variables])
            variables = _variables(part)
            if not arrays:
                missing.append(name)
                continue
            if [v.dims for v in variables] != [a.shape for a in arrays]:
                raise ArgumentError(
                    f"Checkpoint.restore: {name}",
                    f"got arrays of shapes {[a.shape for a in arrays]} in {save_path}, expected "
                    f"{[v.dims for v in variables]}. No value was changed.",
                )
            pairs += zip(variables, arrays, strict=True)
        for variable, array in pairs:
            variable.assign(array)
        return Status(missing)

    read = restore

    def _parts(self) -> Iterator[tuple[str, Any]]:
        for name, part in vars(self).items():
            if isinstance(part, Checkpoint):
                yield from ((f"{name}/{below}", inner) for below, inner in part._parts())
            elif _variables(part) or isinstance(part, Layer | Module | Optimizer):
                yield name, part


class Status:
    """What ``restore`` returns.

    Args:
        missing: the names of the parts that the file does not have.
    """

    def __init__(self, missing: list[str]):
        self._missing = missing

    def assert_consumed(self) -> Status:
        """Raise an AssertionError if the file did not have every part."""
        if self._missing:
            raise AssertionError(f"The checkpoint has no {', '.join(self._missing)}.")
        return self

    assert_existing_objects_matched = assert_consumed

    def expect_partial(self) -> Status:
        """Accept that only some parts were restored."""
        return self

    initialize_or_restore = run_restore_ops = expect_partial


class CheckpointManager:
    """``tf.train.CheckpointManager``: numbered checkpoints in a folder, of which the last are kept.

    Args:
        checkpoint: the `Checkpoint`.
        directory: the folder.
        max_to_keep: how many are kept; None keeps all.
        checkpoint_name: how the names of the files begin.
    """

    def __init__(
        self, checkpoint, directory, max_to_keep=None, checkpoint_name="ckpt", **_: Any
    ) -> None:
        self.checkpoint, self.directory = checkpoint, os.fspath(directory)
        self._most, self._name = max_to_keep, checkpoint_name

    @property
    def checkpoints(self) -> list[str]:
        """The paths of the files, the oldest first."""
        pattern = re.compile(re.escape(self._name) + r"-(\d+)")
        names = os.listdir(self.directory) if os.path.isdir(self.directory) else []
        found = [match for name in names if (match := pattern.fullmatch(name))]
        found.sort(key=lambda match: int(match[1]))
        return [os.path.join(self.directory, match[0]) for match in found]

    @property
    def latest_checkpoint(self) -> str | None:
        """The path of the newest file; None if there is none."""
        return (self.checkpoints or [None])[-1]

    def save(self, checkpoint_number=None, check_interval=True, options=None) -> str:
        """Write the next file, remove the oldest ones that are too many, and return its path."""
        prefix = os.path.join(self.directory, self._name)
        if checkpoint_number is None:
            counter = self.checkpoint.save_counter  # of a run before this one there may be more
            numbers = (int(path.rpartition("-")[2]) for path in self.checkpoints)
            counter.assign(max(int(counter.numpy()), *numbers, 0))
            path = self.checkpoint.save(prefix)
        else:
            path = self.checkpoint.write(f"{prefix}-{int(checkpoint_number)}")
        for old in self.checkpoints[: -self._most] if self._most else ():
            if old != path:
                os.remove(old)
        return path

    def restore_or_initialize(self) -> str | None:
        """Restore the newest file, and return its path; None if there is none."""
        self.checkpoint.restore(self.latest_checkpoint)
        return self.latest_checkpoint


def _variables(part: Any) -> list[Variable]:
    if isinstance(part, Layer):
        return part.weights
    if isinstance(part, Module | Optimizer):
        return list(part.variables)
    return inside([part], Variable)


def _arrays(stored: dict[str, np.ndarray], name: str) -> list[np.ndarray]:
    found: list[np.ndarray] = []
    while f"{name}/{len(found)}" in stored:
        found.append(stored[f"{name}/{len(found)}"])
    return found


def _opened(path: Any):
    try:
        file = np.load(os.fspath(path), allow_pickle=False)
        if isinstance(file, np.lib.npyio.NpzFile):
            return file
    except FileNotFoundError:
        raise FileNotFoundError(f"Checkpoint.restore: there is no file {path!s}.") from None
    except (ValueError, zipfile.BadZipFile):
        pass
    raise ArgumentError(
        "Checkpoint.restore",
        f"got {path!s}, expected a file that Checkpoint.save wrote. Files of weights are read by "
        "load_weights.",
    )
