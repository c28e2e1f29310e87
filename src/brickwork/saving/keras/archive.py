"""``.keras`` files: a zip with the config, some facts, and the numbers as `layout` has them.

Nothing in the zip tells when it was written: the same model makes the same bytes.
"""

from __future__ import annotations

import io
import json
import os
import zipfile

from ..atomic import write
from ..errors import DamagedFile, NotAModelFile
from ..restoring import making
from .compiling import compiled
from .from_keras import model_of, parsed
from .layout import arrays_of, assets_of, fill, order_of, texts_of
from .opened import Opened
from .to_keras import config_of

#: The version of Keras whose files these are.
SPOKEN = "3.15.1"
_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
#: The first time that a zip can tell.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def save(model, path, include_optimizer: bool = True) -> None:
    """Write a whole model, so that Keras 3 reads it.

    Args:
        model: of layers that Keras has, or of classes of one's own with a ``get_config``.
        path: of the file.
        include_optimizer: whether to keep how it was compiled, and the optimizer's state.

    Raises:
        ArgumentError: for what Keras's format cannot hold.
    """
    config = config_of(model)
    if not include_optimizer:
        config.pop("compile_config", None)
    facts = {"keras_version": SPOKEN, "date_saved": "1980-01-01@00:00:00"}
    members = {_METADATA: json.dumps(facts).encode(), _CONFIG: json.dumps(config).encode(),
               _WEIGHTS: weights_file(model, include_optimizer)}
    members |= {f"assets/{name}": text.encode() for name, text in assets_of(model).items()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
    write(path, [target.getbuffer()])


def weights_file(model, include_optimizer: bool = True) -> bytes:
    """The numbers of a model as the bytes of an HDF5 file."""
    from . import hdf5  # which needs h5py, as reading does not

    return hdf5.packed_aside(arrays_of(model, include_optimizer),
                             texts_of(model, include_optimizer))


def load(path, custom_objects: dict | None = None, compile: bool = True):
    """The model in a file of Keras 3.

    Args:
        path: of the file.
        custom_objects: classes and functions of one's own by name; for a `Lambda` that was made
            of a Python lambda, a function by the layer's name.
        compile: whether to compile it as it was, with the optimizer's state.

    Raises:
        OSError, FileError: see `saving.errors`.
        ArgumentError: for a name that nothing has.
    """
    shown = os.fspath(path)
    with Opened(path) as file:
        config = _config(file)
        with making(shown, file.room):
            model = model_of(config, custom_objects)
            order = order_of(model, config)
            if compile and config.get("compile_config"):
                compiled(model, config["compile_config"], custom_objects)
        fill(model, file, order, with_optimizer=compile)
    return model


def _config(file: Opened) -> dict:
    if file.kind == "hdf5":
        raise NotAModelFile(f"{file.path}: got an HDF5 file, expected a .keras file (a zip). "
                            "Rename it to .h5.")
    if file.kind != "zip" or _CONFIG not in file.files:
        raise DamagedFile(f"{file.path}: holds no {_CONFIG}, expected a .keras file.")
    return parsed(file.files[_CONFIG], f"{file.path}: {_CONFIG}")


def load_weights(model, path, skip_mismatch: bool = False) -> None:
    """Give a model the weights of the model in a file: all, or, where one does not fit, none."""
    with Opened(path) as file:
        _config(file)
        fill(model, file, None, with_optimizer=True, skip_mismatch=skip_mismatch)
