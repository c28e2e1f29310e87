"""``.h5`` files in the format of Keras 1 and 2, which Keras 3 also reads and writes.

The config is an attribute, as JSON. The weights of each layer are in a group with the layer's name,
whose attribute lists them in order, trainable ones first. Layers are matched by their order or by
their names.
"""

from __future__ import annotations

import json
import os
import warnings
from contextlib import contextmanager
from typing import Any

import numpy as np

from ...errors import ArgumentError
from ...layers.tracking import distinct
from ...optimizers.more_weights import variables_for
from ...stack_level import outside
from ..atomic import write
from ..errors import DamagedFile, MismatchedFile, NotAModelFile
from ..restoring import building_from_file
from .compiling import compile_from
from .from_keras import model_of, parsed
from .layout import assets_of
from .opened import Opened
from .state import by_kind, state_of, variables_in_order
from .to_legacy import legacy_config

#: The writer given in the files: the last Keras with this format.
_FACTS = {"keras_version": "2.15.0", "backend": "tensorflow"}
#: Whether layers can be matched by name.
BY_NAME = True
_MODEL, _TOP, _OPTIMIZER = "model_weights", "top_level_model_weights", "optimizer_weights"


#: Advice for a subclass of `Model`.
_NOT_MADE = " This model has not made its weights yet: call it on a batch of data, then load them."

# Writing


def save(model, path, include_optimizer: bool = True) -> None:
    """Write a whole model to a file that Keras 2 and 3 can read.

    The optimizer's state is in the order of Keras 2. Keras 3 does not resume training from such
    files, not even from its own; there the model must be compiled again.

    Args:
        model: a model of layers that both have, or of custom classes with ``get_config``.
        path: path of the file.
        include_optimizer: whether to save the compile arguments and the optimizer's state.

    Raises:
        ArgumentError: for what this format cannot represent: ops between layers, vocabularies.
    """
    write(path, [contents(model, include_optimizer)])


def contents(model, include_optimizer: bool = True) -> bytes:
    """The contents of the file that `save` writes."""
    config, training = legacy_config(model)
    texts = {"": {**_FACTS, "model_config": json.dumps(config)}}
    arrays = _weights(model, _MODEL, texts)
    if include_optimizer and training is not None:
        texts[""]["training_config"] = json.dumps(training)
        arrays |= _group(_OPTIMIZER, _state(model.optimizer, model.variables), texts)
    return _packed(arrays, texts)


def _state(optimizer, weights: list) -> list:
    """An optimizer's variables for these weights, without the learning rate, grouped by the kind
    of slot.

    Keras 2.15 expects this order, since it reads these files with the optimizers of Keras before
    2.11.
    """
    if hasattr(optimizer, "inner_optimizer"):  # no version of Keras reads it from such a file
        return variables_for(optimizer, weights)
    variables = variables_for(optimizer, weights)
    kinds = by_kind(optimizer, variables)
    apart = {id(v) for v in (*kinds, optimizer._rate, optimizer._steps)}
    return [optimizer._steps, *kinds, *(v for v in variables if id(v) not in apart)]


def save_weights(model, path) -> None:
    """Write only the weights."""
    texts: dict[str, dict] = {"": {}}
    arrays = _weights(model, "", texts)
    write(path, [_packed(arrays, texts)])


def _packed(arrays: dict, texts: dict) -> bytes:
    from . import hdf5  # needs h5py, which reading does not

    return hdf5.packed_in_thread(arrays, texts)


def _weights(model, group: str, texts: dict) -> dict[str, np.ndarray]:
    """The weights of each layer, and of the model itself."""
    if assets_of(model):
        raise ArgumentError(
            "save",
            "got a model with vocabularies, which .h5 cannot hold. Save as .keras or .brick.",
        )
    attributes = texts.setdefault(group, {})
    attributes |= {**_FACTS, "layer_names": [layer.name.encode() for layer in model.layers]}
    arrays = {}
    for layer in sorted(model.layers, key=lambda layer: layer.name):
        arrays |= _group(_under(group, layer.name), variables_in_order(layer), texts)
    return arrays | _group(_under(group, _TOP), model.own_variables(), texts)


def _under(group: str, name: str) -> str:
    return f"{group}/{name}" if group else name


def _group(group: str, variables: list, texts: dict) -> dict[str, np.ndarray]:
    """Arrays by their paths in a group, whose attribute lists their names."""
    names: list[str] = []
    for variable in variables:
        name, count = variable.path, 0
        while name in names:
            count += 1
            name = f"{variable.path}_{count}"
        names.append(name)
    texts[group] = {"weight_names": [name.encode() for name in names]}
    return {
        _under(group, name): variable.numpy()
        for name, variable in zip(names, variables, strict=True)
    }


# Reading


def load(path, custom_objects: dict | None = None, compile: bool = True):
    """The model in a file of Keras 1, 2 or 3.

    Args:
        path: path of the file.
        custom_objects: as for `archive.load`.
        compile: whether to compile the model as it was, with the optimizer's state.

    Raises:
        OSError, FileError: see `saving.errors`.
        ArgumentError: for an unknown name.
    """
    shown = os.fspath(path)
    with Opened(path) as file:
        attributes = file.texts.get("", {})
        if file.kind != "hdf5" or not isinstance(attributes.get("model_config"), str):
            raise _no_model(file, attributes)
        config = parsed(attributes["model_config"], f"{shown}: model_config")
        training = attributes.get("training_config") if compile else None
        with building_from_file(shown, file.room):
            model = model_of(config, custom_objects)
            if training is not None:
                compile_from(model, parsed(training, f"{shown}: training_config"), custom_objects)
        wanted, state = _by_order(model, file, _MODEL), {}
        if training is not None:
            state = state_of(model, arrays_in(file, _OPTIMIZER), file)
        _assign(file, {**wanted, **state})
    return model


def _no_model(file: Opened, attributes: dict):
    if "layer_names" in attributes or "layers" in {path.partition("/")[0] for path in file.arrays}:
        return MismatchedFile(
            f"{file.path}: holds only weights, expected a whole model. Build the "
            "model, and load the file with model.load_weights."
        )
    return NotAModelFile(f"{file.path}: holds no model of Keras: it has no model_config.")


def load_weights(model, path, skip_mismatch: bool = False, by_name: bool = False) -> None:
    """Set a model's weights from a file: all or, if one does not fit, none.

    Args:
        model: the model, built.
        path: path of a file of weights, or of a whole model.
        skip_mismatch: whether to leave weights unchanged that have another shape in the file, with
            a warning.
        by_name: whether to match layers by name, and leave others unchanged; otherwise they are
            matched by their order.

    Raises:
        OSError, FileError: see `saving.errors`; the model is unchanged.
    """
    with Opened(path) as file:
        group = _MODEL if "layer_names" in _texts(file, _MODEL) else ""
        if "layer_names" not in _texts(file, group):
            raise NotAModelFile(
                f"{file.path}: holds no weights of Keras: it has no layer_names."
                + (
                    " Its format is that of .weights.h5: rename it."
                    if any("vars" in path for path in file.arrays)
                    else ""
                )
            )
        with _all_names(file):
            take = _by_name if by_name else _by_order
            _assign(file, take(model, file, group, skip_mismatch))


@contextmanager
def _all_names(file: Opened):
    """Report a name that is listed in the file, but missing."""
    try:
        yield
    except KeyError as error:
        raise DamagedFile(f"{file.path}: lists {error}, which is missing.") from None


def _texts(file: Opened, group: str) -> dict[str, Any]:
    """The attributes of a group, with long lists joined from their parts."""
    found: dict[str, Any] = {}
    for name, value in file.texts.get(group, {}).items():
        plain = name.rstrip("0123456789")
        if isinstance(value, list) and plain != name:
            found.setdefault(plain, []).append((int(name[len(plain) :]), value))
        else:
            found[name] = value
    return {
        name: [text for _, part in sorted(value) for text in part]
        if value and isinstance(value, list) and isinstance(value[0], tuple)
        else value
        for name, value in found.items()
    }


def arrays_in(file: Opened, group: str) -> list[str]:
    """The paths of a group's arrays, in order."""
    return [_under(group, name) for name in _texts(file, group).get("weight_names", [])]


def _stored(file: Opened, group: str) -> dict[str, list[str]]:
    """For each layer of the file that has weights, their paths."""
    found = {}
    for name in _texts(file, group).get("layer_names", []):
        paths = arrays_in(file, _under(group, name))
        if paths:
            found[name] = paths
    return found


def _by_order(model, file: Opened, group: str, skip: bool = False) -> dict:
    """The variable for each array's path."""
    stored = _stored(file, group)
    layers = [layer for layer in distinct(model.layers) if layer.weights]
    if len(stored) != len(layers):
        raise MismatchedFile(
            f"{file.path}: holds weights of {len(stored)} layers, expected "
            f"{len(layers)}. No weight was changed."
            f"{_NOT_MADE if not layers and stored and model.layers else ''}"
        )
    named = {layer.name: layer for layer in layers}
    if named.keys() == stored.keys():
        layers = [named[name] for name in stored]
    wanted = {}
    for layer, (name, paths) in zip(layers, stored.items(), strict=True):
        wanted |= _pairs(file, layer.name, name, paths, variables_in_order(layer), skip)
    top = arrays_in(file, _under(group, _TOP))
    if top:
        wanted |= _pairs(file, model.name, _TOP, top, model.own_variables(), skip)
    return wanted


def _by_name(model, file: Opened, group: str, skip: bool = False) -> dict:
    wanted, stored = {}, _stored(file, group)
    for layer in model.layers:
        if layer.name in stored:
            wanted |= _pairs(
                file,
                layer.name,
                layer.name,
                stored[layer.name],
                variables_in_order(layer),
                skip,
            )
    return wanted


def _pairs(file: Opened, layer: str, name: str, paths: list, variables: list, skip: bool) -> dict:
    """Paths and variables of one layer, all of the same shapes."""
    problem = None
    if len(paths) != len(variables):
        problem = f"got {len(paths)} arrays ({name} in the file), expected {len(variables)}"
    found = {} if problem else dict(zip(paths, variables, strict=True))
    for path, variable in list(found.items()):
        if path not in file.arrays:
            raise DamagedFile(f"{file.path}: lists {path!r}, which is missing.")
        shape = file.arrays[path][0]
        if shape != tuple(variable.shape):
            problem = (
                f"got an array of shape {shape} for {variable.path}, expected "
                f"{tuple(variable.shape)}"
            )
            del found[path]
    if problem and not skip:
        raise MismatchedFile(
            f"{file.path}: {layer}: {problem}. It holds the weights of another "
            "model; no weight was changed."
        )
    if problem:
        warnings.warn(f"{file.path}: {layer}: {problem}; left unchanged.", stacklevel=outside())
    return found


def _assign(file: Opened, wanted: dict) -> None:
    """Read all arrays, and only then set the variables."""
    values = file.read({path: tuple(variable.shape) for path, variable in wanted.items()})
    for path, variable in wanted.items():
        variable.assign(values[path])
