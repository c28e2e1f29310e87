"""`.brick` files: a whole model, or its weights, in a safetensors container.

docs/brick-format.md is the specification. Reading opens no other file and runs no code from the
file. Layers are those of the catalogues and those that the caller registered or passed. The shapes
of all weights are computed before any is allocated, and nothing is changed unless all checks pass.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import Any

import numpy as np

from .._version import __version__
from ..custom_objects import CustomObjectScope, overrides
from ..data import warn_once
from ..fields import explicit
from ..models.feature_space import FeatureSpace
from ..registry import Registry
from ..tree import map_shape_structure
from . import probe
from .atomic import write
from .document import canonical, damaged_if_wrong, from_text
from .errors import DamagedFile, MismatchedFile, NewerFile, NotAModelFile
from .model_facts import NO_FACTS, checked, facts_of, optimizer_facts
from .restoring import assign_weights, building_from_file, fill
from .tensors import Container, bytes_in, packed, read
from .weight_paths import arrays_of, layers_of, weights_of

FORMAT, VERSION = "brick", 1
#: Features that a file can require its reader to support; none so far.
SUPPORTED_FEATURES: frozenset[str] = frozenset()
#: Whether `load` can check a model's predictions.
PROBES = True
_INPUTS, _OUTPUTS = "probe/inputs/", "probe/outputs/"
_ATTACHED = "attached/"


# Writing


def save(
    model, path, include_optimizer: bool = True, attached: dict[str, Any] | None = None
) -> None:
    """Write a whole model to a file.

    Args:
        model: a model with a config: `Sequential`, functional, or a subclass with `get_config`.
        path: path of the file.
        include_optimizer: whether to save what resuming the training needs: the compile arguments
            and the optimizer's state.
        attached: what else is known of the model, arrays and JSON types by name; `read_attached`
            returns it.
    """
    if isinstance(model, FeatureSpace):
        return save_space(model, path)
    write(path, parts_of(model, include_optimizer, attached))


def parts_of(model, include_optimizer: bool = True, attached: dict[str, Any] | None = None):
    """The contents of the file that `save` writes, in parts."""
    _warn_of_own_state(model)
    with explicit():
        document = {
            "model": Registry.serialize(model),
            **facts_of(model, include_optimizer),
            "training": None,
        }
    arrays = arrays_of(model, include_optimizer)
    document["probe"] = _add_probe(model, arrays)
    if attached:
        own = {name: value for name, value in attached.items() if isinstance(value, np.ndarray)}
        document["attached"] = {k: value for k, value in attached.items() if k not in own}
        arrays |= {_ATTACHED + name: array for name, array in own.items()}
    return contents(document, arrays)


def save_space(space, path) -> None:
    """Write a `FeatureSpace` to a file, with its adapted state."""
    with explicit():
        document = {"model": Registry.serialize(space), **NO_FACTS}
    write(
        path,
        contents(
            document,
            {f"features/{key}": np.asarray(array) for key, array in space.get_state().items()},
        ),
    )


def save_weights(
    model, path, training: dict | None = None, more: dict[str, np.ndarray] | None = None
) -> None:
    """Write the weights, and the optimizer's state, without the model's config.

    Args:
        model: the model, built.
        path: path of the file.
        training: the state of the training, for a checkpoint, as JSON types.
        more: arrays of a checkpoint, under paths that begin with ``training/``.
    """
    _warn_of_own_state(model)
    document = {"model": None, **facts_of(model, False), "training": training, "probe": None}
    document["optimizer"] = optimizer_facts(model, weights_of(model))
    write(path, contents(document, arrays_of(model) | (more or {})))


def _warn_of_own_state(model) -> None:
    """Warn of each layer with a `save_own_variables` of the user's, which this format cannot call:
    its arrays are the weights, and nothing else."""
    for layer in (*(layer for _, layer in layers_of(model)), model.optimizer):
        if layer is not None and overrides(layer, "save_own_variables"):
            kind = type(layer).__name__
            warn_once(
                "own state",
                f"save: {kind} has a save_own_variables of its own, which is not called: a .brick "
                "file holds its weights alone. .keras and .weights.h5 files hold what it stores.",
            )


def contents(document: dict, arrays: dict[str, np.ndarray]):
    """The contents of a file with this document and these arrays, in parts."""
    config = canonical(document)
    sums = {name: sha256(bytes_in(arrays[name])).hexdigest() for name in sorted(arrays)}
    return packed(
        arrays,
        {
            "format": FORMAT,
            "format_version": str(VERSION),
            "min_reader": "1",
            "writer": f"brickwork {__version__}",
            "must_understand": canonical([]),
            "config": config,
            "config_sha256": sha256(config.encode()).hexdigest(),
            "tensors_sha256": canonical(sums),
        },
    )


def _add_probe(model, arrays: dict[str, np.ndarray]) -> dict | None:
    """Predict on a few rows, and add the inputs and the outputs to the arrays."""
    rows = probe.inputs_for(model) if model.built else None
    outputs = None if rows is None else probe.predict(model, rows)
    if outputs is None:
        return None
    arrays |= {f"{_INPUTS}{i}": row for i, row in enumerate(rows)}
    arrays |= {f"{_OUTPUTS}{i}": row for i, row in enumerate(outputs)}
    return {"inputs": len(rows), "outputs": len(outputs)}


# Reading


def opened(path) -> tuple[Container, dict]:
    """A file's container and document, with all checks done that need no model.

    Raises:
        OSError, NotAModelFile, NewerFile, DamagedFile: see `errors`.
    """
    shown = os.fsdecode(path)
    container = read(path, shown)
    metadata = container.metadata
    if metadata.get("format") != FORMAT:
        raise NotAModelFile(
            f"{shown}: a safetensors file, but not a .brick file: its metadata "
            f"have format={metadata.get('format')!r:.40}, expected {FORMAT!r}."
        )
    _check_version(metadata, shown)
    config = _utf8(metadata, "config")
    if sha256(config).hexdigest() != metadata.get("config_sha256"):
        raise DamagedFile(
            f"{shown}: the config has changed since it was written: its checksum differs."
        )
    document = checked(from_text(config, f"{shown}: its config"), f"{shown}: its config")
    sums = from_text(_utf8(metadata, "tensors_sha256"), f"{shown}: its checksums")
    if not isinstance(sums, dict) or sums.keys() != container.places.keys():
        raise DamagedFile(f"{shown}: the names of its arrays and of their checksums differ.")
    for name, place in container.places.items():
        if sha256(container.bytes_of(name)).hexdigest() != sums[name]:
            raise DamagedFile(
                f"{shown}: {name!r}, {place.stop - place.start:,} bytes from byte "
                f"{container.begin + place.start:,} of the file on, has changed "
                "since it was written: its checksum differs."
            )
    return container, document


def _utf8(metadata: dict[str, str], name: str) -> bytes:
    """A string of the metadata as bytes; lone surrogates are kept, and then fail as JSON."""
    return metadata.get(name, "").encode("utf-8", "surrogatepass")


def _check_version(metadata: dict[str, str], shown: str) -> None:
    needed = metadata.get("min_reader", "")
    if not needed.isascii() or not needed.isdigit() or len(needed) > 9:
        raise DamagedFile(f"{shown}: got min_reader={needed!r:.40}, expected a number.")
    must = from_text(_utf8(metadata, "must_understand"), f"{shown}: its must_understand")
    if not isinstance(must, list) or not all(isinstance(name, str) for name in must):
        raise DamagedFile(f"{shown}: got must_understand={must!r:.40}, expected a list of names.")
    unknown = sorted(set(must) - SUPPORTED_FEATURES)
    if int(needed) > VERSION or unknown:
        why = (
            f"version {needed} of the format"
            if int(needed) > VERSION
            else f"{', '.join(unknown):.80}"
        )
        writer = metadata.get("writer", "an unknown version")
        raise NewerFile(
            f"{shown}: written by {writer!r:.60}, it needs a reader that supports "
            f"{why}; this is brickwork {__version__}, which supports version "
            f"{VERSION}. Update brickwork."
        )


def load(path, custom_objects: dict | None = None, compile: bool = True, probing: bool = True):
    """The model in a file.

    Args:
        path: path of the file.
        custom_objects: custom classes and functions by name.
        compile: whether to compile the model as it was, with the optimizer's state.
        probing: whether to check that the model's predictions for the file's probe are unchanged.

    Raises:
        OSError, FileError: see `errors`.
        ArgumentError: for an unknown name.
    """
    shown = os.fsdecode(path)
    container, document = opened(path)
    if document["model"] is None:
        raise MismatchedFile(
            f"{shown}: holds only weights, expected a whole model. Build the "
            "model, and load the file with model.load_weights."
        )
    if document["model"].get("class_name") == FeatureSpace.__name__:
        with CustomObjectScope(custom_objects or {}), damaged_if_wrong(shown):
            return _space(document, container)
    nbytes = sum(place.stop - place.start for place in container.places.values())
    with CustomObjectScope(custom_objects or {}), building_from_file(shown, nbytes):
        model = _new_model(document)
        if compile and document["compile"] is not None:
            _compile(model, document)
    fill(model, container, shown, with_optimizer=compile, trainable=document["trainable"])
    _restore_facts(model, document)
    if probing and document["probe"] is not None:
        _check_probe(model, container, document["probe"], shown)
    return model


def read_attached(path) -> dict[str, Any]:
    """What was attached to the model of a file, see `save`; empty if there is nothing.

    Raises:
        OSError, FileError: see `errors`.
    """
    container, document = opened(path)
    found = dict(document.get("attached", {}))
    for name in container.places:
        if name.startswith(_ATTACHED):
            found[name.removeprefix(_ATTACHED)] = np.array(container.array(name))
    return found


def _space(document: dict, container: Container) -> FeatureSpace:
    space, start = FeatureSpace.from_config(document["model"]["config"]), "features/"
    space.set_state(
        {name.removeprefix(start): np.array(container.array(name)) for name in container.places}
    )
    return space


def _new_model(document: dict):
    """A model with the document's config, and weights of zeros."""
    from ..models.model import Model, layer_from

    model = layer_from(document["model"])
    if not isinstance(model, Model):
        raise ValueError(f"a {type(model).__name__} is no model")
    if not model.built and document["built"] is not None:
        model.build(map_shape_structure(tuple, document["built"]))
    return model


def _compile(model, document: dict) -> None:
    model.compile_from_config(document["compile"])
    optimizer = document["optimizer"]
    if optimizer is not None and optimizer["built_for"] is not None:
        weights = weights_of(model)
        model.optimizer.build([weights[path] for path in optimizer["built_for"]])
    model._shuffle_as(document["shuffle"])


def _restore_facts(model, document: dict) -> None:
    model.class_names = document["class_names"]
    model._columns = {port: tuple(names) for port, names in document["feature_names"].items()}


def _check_probe(model, container: Container, counts: dict, shown: str) -> None:
    def stored(prefix: str, count) -> list[np.ndarray]:
        return [np.array(container.array(f"{prefix}{i}")) for i in range(count)]

    with damaged_if_wrong(shown):
        rows, outputs = stored(_INPUTS, counts["inputs"]), stored(_OUTPUTS, counts["outputs"])
        if [row.shape for row in rows] != [row.shape for row in probe.inputs_for(model) or ()]:
            raise ValueError("the shapes of the probe differ from those of the model's inputs")
        found = probe.predict(model, rows)
        problem = "it has no prediction" if found is None else probe.differs(found, outputs)
    if problem:
        raise MismatchedFile(
            f"{shown}: the loaded model's predictions for the file's probe differ from those of "
            f"the saved model: {problem}. A custom class or function may have changed since. "
            "load_model(..., probe=False) skips this check."
        )


def load_weights(model, path, skip_mismatch: bool = False) -> None:
    """Set a model's weights from a file, all or none, and its optimizer's state if the model is
    compiled with an optimizer of the same class.

    Raises:
        OSError, FileError: see `errors`; the model is unchanged.
    """
    shown = os.fsdecode(path)
    assign_weights(model, *opened(path), shown, skip_mismatch)
