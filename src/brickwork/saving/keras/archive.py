"""``.keras`` files: a zip with the config, some metadata, and the weights, arranged as in `layout`.

The zip holds no time of writing: equal models have equal bytes.
"""

from __future__ import annotations

import io
import json
import os
import zipfile

from ..atomic import write
from ..errors import DamagedFile, NotAModelFile
from ..restoring import building_from_file
from .compiling import compile_from
from .from_keras import model_of, parsed
from .layout import arrays_of, assets_of, fill, texts_of
from .opened import Opened
from .to_keras import config_of

#: The version of Keras whose format is written.
KERAS_VERSION = "3.15.1"
_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
#: The earliest time that a zip can represent.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def save(model, path, include_optimizer: bool = True) -> None:
    """Write a whole model to a file that Keras 3 can read.

    Args:
        model: a model of layers that Keras has, or of custom classes with ``get_config``.
        path: path of the file.
        include_optimizer: whether to save the compile arguments and the optimizer's state.

    Raises:
        ArgumentError: for a model that Keras's format cannot represent.
    """
    config = config_of(model)
    if not include_optimizer:
        config.pop("compile_config", None)
    facts = {"keras_version": KERAS_VERSION, "date_saved": "1980-01-01@00:00:00"}
    members = {
        _METADATA: json.dumps(facts).encode(),
        _CONFIG: json.dumps(config).encode(),
        _WEIGHTS: weights_file(model, include_optimizer),
    }
    members |= {f"assets/{name}": text.encode() for name, text in assets_of(model).items()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
    write(path, [target.getbuffer()])


def weights_file(model, include_optimizer: bool = True) -> bytes:
    """The weights of a model as the bytes of an HDF5 file."""
    from . import hdf5  # needs h5py, which reading does not

    return hdf5.packed_in_thread(
        arrays_of(model, include_optimizer), texts_of(model, include_optimizer)
    )


def load(path, custom_objects: dict | None = None, compile: bool = True):
    """The model in a file of Keras 3.

    Args:
        path: path of the file.
        custom_objects: custom classes and functions by name; for a `Lambda` made from a Python
            lambda, a function by the layer's name.
        compile: whether to compile the model as it was, with the optimizer's state.

    Raises:
        OSError, FileError: see `saving.errors`.
        ArgumentError: for an unknown name.
    """
    shown = os.fspath(path)
    with Opened(path) as file:
        config = _config(file)
        with building_from_file(shown, file.room):
            model = model_of(config, custom_objects)
            if compile and config.get("compile_config"):
                compile_from(model, config["compile_config"], custom_objects)
        fill(model, file, with_optimizer=compile)
    return model


def _config(file: Opened) -> dict:
    if file.kind == "hdf5":
        raise NotAModelFile(
            f"{file.path}: got an HDF5 file, expected a .keras file (a zip). Rename it to .h5."
        )
    if file.kind != "zip" or _CONFIG not in file.files:
        raise DamagedFile(f"{file.path}: holds no {_CONFIG}, expected a .keras file.")
    return parsed(file.files[_CONFIG], f"{file.path}: {_CONFIG}")


def load_weights(model, path, skip_mismatch: bool = False) -> None:
    """Set a model's weights from a file of a whole model: all or, if one does not fit, none."""
    with Opened(path) as file:
        _config(file)
        fill(model, file, with_optimizer=True, skip_mismatch=skip_mismatch)
