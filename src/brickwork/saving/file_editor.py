"""`KerasFileEditor`: looks into the weights of Keras's files, changes and writes them."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ArgumentError, near, shown

if TYPE_CHECKING:
    from ..models import Model


class KerasFileEditor:
    """The weights of a file, by objects (layers, the optimizer) and names.

    Objects are named by their paths in the file, ``layers/dense_1``, or by the end of a path that
    no other object has, ``dense_1``; their weights by "0", "1" and so on.

    Args:
        filepath: str or path of a ``.keras`` or ``.weights.h5`` file; it is not changed.

    Attributes:
        weights_dict: the arrays, in dicts nested as the paths are.

    Raises:
        FileError: for a damaged file, and one that refers to other files.

    >>> import tempfile, brickwork
    >>> model = brickwork.Sequential([brickwork.Input((3,)), brickwork.layers.Dense(2)])
    >>> path = tempfile.mkdtemp() + "/model.weights.h5"
    >>> model.save_weights(path)
    >>> editor = KerasFileEditor(path)
    >>> editor.add_weights("dense", {"1": [0.5, 0.5]})
    >>> editor.save(path)
    >>> model.load_weights(path)
    >>> model.layers[0].bias.numpy().tolist()
    [0.5, 0.5]
    """

    def __init__(self, filepath: str | PathLike[str]):
        from .keras.opened import Opened

        self.filepath = fspath(filepath)
        with Opened(filepath) as file:
            found = file.read({path: file.arrays[path][0] for path in sorted(file.arrays)})
        self._objects: dict[str, dict[str, np.ndarray]] = {}
        for path, array in found.items():
            owner, _, name = path.rpartition("/vars/")
            self._objects.setdefault(owner, {})[name] = array

    @property
    def weights_dict(self) -> dict[str, Any]:
        """The arrays, in dicts nested as the paths are."""
        whole: dict[str, Any] = {}
        for path, weights in self._objects.items():
            inner = whole
            for part in filter(None, path.split("/")):
                inner = inner.setdefault(part, {})
            inner["vars"] = dict(weights)
        return whole

    def summary(self) -> None:
        """Print each object, and the shapes and dtypes of its weights.

        >>> import tempfile, brickwork
        >>> model = brickwork.Sequential([brickwork.layers.Dense(2, input_dim=3)])
        >>> path = tempfile.mkdtemp() + "/model.weights.h5"
        >>> model.save_weights(path)
        >>> KerasFileEditor(path).summary()  # doctest: +ELLIPSIS
        Weights of ...
        layers/dense
          0: (3, 2) float32
          1: (2,) float32
        """
        print(f"Weights of {self.filepath}")
        for path, weights in self._objects.items():
            print(path or "(the model)")
            for name, array in weights.items():
                print(f"  {name}: {array.shape} {array.dtype}")

    def compare(self, reference_model: Model) -> dict[str, Any]:
        """Print where the file differs from a model.

        Args:
            reference_model: the `Model`.

        Returns:
            A dict with "status": "success" if the objects, names and shapes of all weights agree
            (those of the optimizer are not compared), else "error"; and "error_count".
        """
        from ..optimizers import Optimizer
        from .keras.layout import places, slots

        expected: dict[str, dict[str, tuple]] = {}
        for place in places(reference_model):
            if not isinstance(place.owner, Optimizer):
                for path, slot in slots(place).items():
                    owner, _, name = path.rpartition("/vars/")
                    expected.setdefault(owner.removeprefix("vars/"), {})[name] = slot.shape
        found = {
            path: weights
            for path, weights in self._objects.items()
            if path.partition("/")[0] != "optimizer"
        }
        errors = [f"{path}: not in the file" for path in expected if path not in found]
        errors += [f"{path}: not in the model" for path in found if path not in expected]
        for path in expected:
            errors += _differences(path, expected[path], found.get(path))
        print("\n".join(errors) or "The file fits the model.")
        return {"status": "error" if errors else "success", "error_count": len(errors)}

    def rename_object(self, object_name: str, new_name: str) -> None:
        """Rename an object, and so those inside of it.

        Args:
            object_name: its path, or the end of it.
            new_name: str, the last part of its new path.

        Raises:
            ArgumentError (a ValueError): for a name that is unknown, or not that of one object; or
                a new name that is used already.
        """
        old = self._path(object_name)
        new = f"{old.rpartition('/')[0]}/{new_name.rpartition('/')[2]}".lstrip("/")
        if new in self._objects:
            raise ArgumentError("rename_object.new_name", f"got {new!r}, which is in use.")
        self._objects = {
            new + path[len(old) :] if _within(path, old) else path: weights
            for path, weights in self._objects.items()
        }

    def delete_object(self, object_name: str) -> None:
        """Remove an object, and those inside of it.

        Args:
            object_name: its path, or the end of it.
        """
        gone = self._path(object_name)
        self._objects = {p: w for p, w in self._objects.items() if not _within(p, gone)}

    def add_object(self, object_path: str, weights: Mapping[str, Any]) -> None:
        """Add an object.

        Args:
            object_path: str, its path.
            weights: dict of its arrays by name.

        Raises:
            ArgumentError (a ValueError): for a path that is used already.
        """
        path = object_path.strip("/")
        if path in self._objects:
            raise ArgumentError("add_object.object_path", f"got {path!r}, which is in use.")
        self._objects[path] = {name: np.asarray(value) for name, value in weights.items()}

    def delete_weight(self, object_name: str, weight_name: str) -> None:
        """Remove a weight of an object.

        Args:
            object_name: the path of the object, or the end of it.
            weight_name: str, such as "0".

        Raises:
            ArgumentError (a ValueError): for an unknown name.
        """
        weights = self._objects[self._path(object_name)]
        if weight_name not in weights:
            raise ArgumentError(
                "delete_weight.weight_name", f"got {weight_name!r}{near(weight_name, weights)}"
            )
        del weights[weight_name]

    def add_weights(self, object_name: str, weights: Mapping[str, Any]) -> None:
        """Add weights to an object, or replace those of the same names.

        Args:
            object_name: the path of the object, or the end of it.
            weights: dict of arrays by name.
        """
        held = self._objects[self._path(object_name)]
        held.update({name: np.asarray(value) for name, value in weights.items()})

    def save(self, filepath: str | PathLike[str]) -> None:
        """Write the weights to a file, which `Model.load_weights` reads.

        Args:
            filepath: str or path that ends in ``.weights.h5``.

        Raises:
            ArgumentError (a ValueError): for another name.
        """
        from .atomic import write
        from .keras.hdf5 import packed_in_thread

        if not fspath(filepath).endswith(".weights.h5"):
            raise ArgumentError(
                "save.filepath",
                f"got {fspath(filepath)!r}, expected a name that ends in .weights.h5.",
            )
        arrays = {
            f"{path}/vars/{name}".lstrip("/"): array
            for path, weights in self._objects.items()
            for name, array in weights.items()
        }
        write(Path(filepath), [packed_in_thread(arrays, {})])

    def _path(self, name: str) -> str:
        """The path of the only object of that name."""
        known = {
            "/".join(path.split("/")[:end])
            for path in self._objects
            for end in range(1, path.count("/") + 2)
        }
        wanted = name.strip("/")
        found = [wanted] if wanted in known else [p for p in known if p.endswith(f"/{wanted}")]
        if len(found) == 1:
            return found[0]
        if found:
            raise ArgumentError(
                "object_name", f"got {name!r}, expected one of {shown(sorted(found))}."
            )
        raise ArgumentError("object_name", f"got {name!r}{near(name, sorted(known))}")


def _within(path: str, owner: str) -> bool:
    return path == owner or path.startswith(f"{owner}/")


def _differences(path: str, expected: dict[str, tuple], found: dict | None) -> list[str]:
    """What differs between the weights of an object in a model and in a file."""
    if found is None:
        return []
    said = [f"{path}: no weight {name!r}" for name in expected if name not in found]
    said += [f"{path}: a weight {name!r} too many" for name in found if name not in expected]
    return said + [
        f"{path}: weight {name!r} has the shape {found[name].shape}, not {shape}"
        for name, shape in expected.items()
        if name in found and found[name].shape != shape
    ]
