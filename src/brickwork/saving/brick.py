"""`.brick` files: a whole model, or its weights, in a safetensors container.

docs/brick-format.md is the specification. Reading opens the one file, runs no code out of it,
knows layers only from the catalogues and from what the caller registered or gave, works out the
shapes of all weights before it makes any, and changes nothing unless all is well.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import numpy as np

from .. import __version__
from ..custom_objects import CustomObjectScope
from ..fields import ArgumentError, encode, explicit
from ..layers import building
from ..models import Functional, Sequential
from ..registry import Registry
from ..utils.feature_space import FeatureSpace
from . import probe
from .atomic import write
from .document import canonical, damaged_if_wrong, from_text
from .errors import DamagedFile, MismatchedFile, NewerFile, NotAModelFile
from .facts import checked
from .parts import arrays_of, optimizer_of, tables_of, weights_of
from .tensors import Container, packed, read

FORMAT, VERSION = "brick", 1
#: What a file may say that its reader must understand; nothing as yet.
UNDERSTOOD: frozenset[str] = frozenset()
_QUESTION, _ANSWER = "probe/inputs/", "probe/outputs/"


#: What a file says of something that is no model.
_NO_FACTS = {"built": None, "inputs": [], "outputs": [], "feature_names": {}, "class_names": None,
             "trainable": [], "compile": None, "optimizer": None, "shuffle": None,
             "training": None, "probe": None}


# Writing

def save(model, path, include_optimizer: bool = True) -> None:
    """Write a whole model into a file.

    Args:
        model: with a config: `Sequential`, functional, or a class of its own with `get_config`.
        path: of the file.
        include_optimizer: whether to keep what training needs to go on: how the model was
            compiled, and the optimizer's state.
    """
    if isinstance(model, FeatureSpace):
        return save_space(model, path)
    with explicit():
        document = {"model": Registry.serialize(model), **_facts(model, include_optimizer),
                    "training": None}
    arrays = arrays_of(model, include_optimizer)
    document["probe"] = _add_probe(model, arrays)
    write(path, contents(document, arrays))


def save_space(space, path) -> None:
    """Write a `FeatureSpace` into a file, with what `adapt` found."""
    with explicit():
        document = {"model": Registry.serialize(space), **_NO_FACTS}
    write(path, contents(document, {f"features/{key}": np.asarray(array)
                                    for key, array in space.get_state().items()}))


def save_weights(model, path, training: dict | None = None,
                 more: dict[str, np.ndarray] | None = None) -> None:
    """Write the weights, and the optimizer's state, without the model's config.

    Args:
        model: the model, with weights.
        path: of the file.
        training: what a checkpoint says of the training that is to go on, as JSON can hold it.
        more: arrays of a checkpoint, under paths that begin with ``training/``.
    """
    if not model.built:
        raise ArgumentError("save_weights", "got a model without weights yet, expected one that "
                            "was built: call it on data, or build it with a shape.")
    document = {"model": None, **_facts(model, False), "training": training, "probe": None}
    document["optimizer"] = _optimizer_facts(model, weights_of(model))
    write(path, contents(document, arrays_of(model) | (more or {})))


def contents(document: dict, arrays: dict[str, np.ndarray]):
    """The parts of a file with this document and these arrays."""
    config = canonical(document)
    sums = {name: sha256(_bytes(arrays[name])).hexdigest() for name in sorted(arrays)}
    return packed(arrays, {
        "format": FORMAT, "format_version": str(VERSION), "min_reader": "1",
        "writer": f"brickwork {__version__}", "must_understand": canonical([]),
        "config": config, "config_sha256": sha256(config.encode()).hexdigest(),
        "tensors_sha256": canonical(sums)})


def _bytes(array: np.ndarray) -> memoryview:
    array = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return memoryview(array.reshape(-1).view(np.uint8))


def _facts(model, compiled: bool) -> dict[str, Any]:
    """What a file says beside the config."""
    weights = weights_of(model)
    facts = {"built": model._built_shape if model.built else None,
             **_ports(model),
             "feature_names": {k: list(map(str, v)) for k, v in model._columns.items()},
             "class_names": None if model.class_names is None
             else np.asarray(model.class_names).tolist(),
             "trainable": [path for path, v in weights.items() if v.trainable],
             "compile": None, "optimizer": None, "shuffle": None}
    if compiled and model.compiled is not None:
        facts["compile"] = _compile_facts(model.compiled)
        facts["optimizer"] = _optimizer_facts(model, weights)
        facts["shuffle"] = model._shuffling()
    return facts


def _ports(model) -> dict[str, list]:
    """What goes in and what comes out."""
    if not model.built:
        return {"inputs": [], "outputs": []}
    told = {"inputs": model._input_ports(), "outputs": model._output_ports()}
    # Layers that a class makes by itself have names with numbers of this process.
    named = isinstance(model, Functional | Sequential)
    return {what: [{"name": port.name if named else f"{what[:-1]}_{i}", "dtype": port.dtype,
                    "shape": None if port.shape is None else list(port.shape)}
                   for i, port in enumerate(ports, 1)] for what, ports in told.items()}


def _compile_facts(compiled) -> dict[str, Any]:
    from ..layers.calling import mapped

    told = compiled.arguments
    return {"optimizer": encode(compiled.optimizer),
            "loss": mapped(encode, compiled.asked_loss),
            **{name: mapped(encode, told[name])
               for name in ("loss_weights", "metrics", "weighted_metrics")}}


def _optimizer_facts(model, weights: dict) -> dict | None:
    optimizer = model.optimizer
    if optimizer is None:
        return None
    paths = {id(variable): path for path, variable in weights.items()}
    # A weight that belongs to no layer any more has no path: its slots are told by number.
    known = [paths.get(id(v)) for v in optimizer._trainable]
    return {"class_name": type(optimizer).__name__,
            "built_for": known if optimizer.built and None not in known else None}


def _add_probe(model, arrays: dict[str, np.ndarray]) -> dict | None:
    """Ask the model something, and keep the question and the answer."""
    rows = probe.question(model) if model.built else None
    answers = None if rows is None else probe.answer(model, rows)
    if answers is None:
        return None
    arrays |= {f"{_QUESTION}{i}": row for i, row in enumerate(rows)}
    arrays |= {f"{_ANSWER}{i}": row for i, row in enumerate(answers)}
    return {"inputs": len(rows), "outputs": len(answers)}


# Reading

def opened(path) -> tuple[Container, dict]:
    """A file's container and document, everything checked that can be checked without a model.

    Raises:
        OSError, NotAModelFile, NewerFile, DamagedFile: see `errors`.
    """
    shown = os.fsdecode(path)
    container = read(path, shown)
    said = container.metadata
    if said.get("format") != FORMAT:
        raise NotAModelFile(f"{shown}: a safetensors file, but not a .brick file: its metadata "
                            f"have format={said.get('format')!r:.40}, expected {FORMAT!r}.")
    _refuse_newer(said, shown)
    config = _utf8(said, "config")
    if sha256(config).hexdigest() != said.get("config_sha256"):
        raise DamagedFile(f"{shown}: the config is not what was written: its checksum differs.")
    document = checked(from_text(config, f"{shown}: its config"), f"{shown}: its config")
    sums = from_text(_utf8(said, "tensors_sha256"), f"{shown}: its checksums")
    if not isinstance(sums, dict) or sums.keys() != container.places.keys():
        raise DamagedFile(f"{shown}: its arrays and their checksums have other names.")
    for name, place in container.places.items():
        if sha256(container.bytes_of(name)).hexdigest() != sums[name]:
            raise DamagedFile(f"{shown}: {name!r}, {place.stop - place.start:,} bytes from byte "
                              f"{container.begin + place.start:,} of the file on, is not what was "
                              "written: its checksum differs.")
    return container, document


def _utf8(said: dict[str, str], name: str) -> bytes:
    """A string of the metadata as bytes; one that is no text will be no JSON."""
    return said.get(name, "").encode("utf-8", "surrogatepass")


def _refuse_newer(said: dict[str, str], shown: str) -> None:
    needed = said.get("min_reader", "")
    if not needed.isascii() or not needed.isdigit() or len(needed) > 9:
        raise DamagedFile(f"{shown}: got min_reader={needed!r:.40}, expected a number.")
    must = from_text(_utf8(said, "must_understand"), f"{shown}: its must_understand")
    if not isinstance(must, list) or not all(isinstance(name, str) for name in must):
        raise DamagedFile(f"{shown}: got must_understand={must!r:.40}, expected a list of names.")
    unknown = sorted(set(must) - UNDERSTOOD)
    if int(needed) > VERSION or unknown:
        why = f"version {needed} of the format" if int(needed) > VERSION else \
            f"{', '.join(unknown):.80}"
        raise NewerFile(f"{shown}: written by {said.get('writer', 'an unknown version')!r:.60}, "
                        f"it needs a reader that knows {why}; this is brickwork {__version__}, "
                        f"which knows version {VERSION}. Update brickwork.")


def load(path, custom_objects: dict | None = None, compile: bool = True, probing: bool = True):
    """The model in a file.

    Args:
        path: of the file.
        custom_objects: classes and functions of one's own by name.
        compile: whether to compile it as it was, with the optimizer's state.
        probing: whether the model must answer the file's probe as it did when it was saved.

    Raises:
        OSError, FileError: see `errors`.
        ArgumentError: for a name that nothing has.
    """
    shown = os.fsdecode(path)
    container, document = opened(path)
    if document["model"] is None:
        raise MismatchedFile(f"{shown}: holds weights alone, expected a whole model. Make the "
                             "model, and give it to model.load_weights.")
    if document["model"].get("class_name") == FeatureSpace.__name__:
        with CustomObjectScope(custom_objects or {}), damaged_if_wrong(shown):
            return _space(document, container)
    with CustomObjectScope(custom_objects or {}), damaged_if_wrong(shown), \
            building.from_file(_bytes_of_weights(container)), _same_random_numbers():
        model = _made(document)
        if compile and document["compile"] is not None:
            _compile(model, document)
    _fill(model, container, document, shown, with_optimizer=compile)
    _restore_facts(model, document)
    if probing and document["probe"] is not None:
        _check_probe(model, container, document["probe"], shown)
    return model


def _space(document: dict, container: Container) -> FeatureSpace:
    space, start = FeatureSpace.from_config(document["model"]["config"]), "features/"
    space.set_state({name.removeprefix(start): np.array(container.array(name))
                     for name in container.places})
    return space


@contextmanager
def _same_random_numbers():
    """NumPy's generator goes on as if nothing had been drawn: the weights are in the file."""
    before = np.random.get_state()
    try:
        yield
    finally:
        np.random.set_state(before)


def _bytes_of_weights(container: Container) -> int:
    return sum(place.stop - place.start for place in container.places.values())


def _made(document: dict):
    """A model like the one described, its weights all zero."""
    from ..models.model import Model, part

    model = part(document["model"])
    if not isinstance(model, Model):
        raise ValueError(f"a {type(model).__name__} is no model")
    if not model.built and document["built"] is not None:
        model.build(_shape(document["built"]))
    return model


def _shape(value):
    """A shape as a config holds it, or several in a list or dict."""
    if isinstance(value, dict):
        return {key: _shape(part) for key, part in value.items()}
    if any(isinstance(part, list) for part in value):
        return [_shape(part) for part in value]
    return tuple(value)


def _compile(model, document: dict) -> None:
    model.compile_from_config(document["compile"])
    optimizer = document["optimizer"]
    if optimizer is not None and optimizer["built_for"] is not None:
        weights = weights_of(model)
        model.optimizer.build([weights[path] for path in optimizer["built_for"]])
    model._shuffle_as(document["shuffle"])


def _fill(model, container: Container, document: dict, shown: str, with_optimizer: bool) -> None:
    """Give every variable its value: all, or none."""
    variables = weights_of(model)
    paths = {id(variable): path for path, variable in variables.items()}
    if with_optimizer:
        variables |= optimizer_of(model, paths)
    prefixes = tuple(tables_of(model))
    names = {name for name in container.places
             if not name.startswith(("probe/", "training/"))
             and (with_optimizer or not name.startswith("optimizer/"))}
    tables = _tables(names - variables.keys(), prefixes)
    _check(variables, container, names - {n for own in tables.values() for n in own}, shown)
    holders = tables_of(model)
    states = {path: {name[len(path):]: np.array(container.array(name)) for name in own}
              for path, own in tables.items()}
    flags = set(document["trainable"])
    with damaged_if_wrong(shown):
        if not flags <= set(paths.values()):
            raise ValueError(f"trainable: there is no weight {min(flags - set(paths.values()))!r}")
        for path, state in states.items():
            holders[path].check_state(state)
    for path, state in states.items():
        holders[path].set_state(state)
    for path, variable in variables.items():
        variable.store(container.array(path))
    for path in paths.values():
        if variables[path].trainable != (path in flags):
            variables[path].trainable = path in flags


def _tables(names: set[str], prefixes: tuple[str, ...]) -> dict[str, list[str]]:
    """The arrays of each layer that keeps some of its own."""
    found: dict[str, list[str]] = {prefix: [] for prefix in prefixes}
    for name in sorted(names):
        path = name.rpartition("/")[0] + "/"
        if path in found:
            found[path].append(name)
    return {path: own for path, own in found.items() if own}


def _check(variables: dict, container: Container, names: set[str], shown: str) -> None:
    """Refuse a file whose arrays are not those of these variables."""
    missing, more = sorted(variables.keys() - names), sorted(names - variables.keys())
    if missing or more:
        problem = f"it has no {missing[0]!r}" if missing else f"it has {more[0]!r}"
        others = len(missing) + len(more) - 1
        raise MismatchedFile(f"{shown}: holds the arrays of another model: {problem}, which this "
                             f"one {'needs' if missing else 'does not have'}"
                             + (f", and {others} more differ" if others else "")
                             + ". No weight was changed.")
    for path, variable in variables.items():
        place = container.places[path]
        if place.shape != variable.dims or place.dtype.name != variable.dtype:
            raise MismatchedFile(
                f"{shown}: {path!r} ({variable.path}): got {place.dtype.name} of shape "
                f"{place.shape}, expected {variable.dtype} of shape {variable.dims}. No weight "
                "was changed.")


def _restore_facts(model, document: dict) -> None:
    model.class_names = document["class_names"]
    model._columns = {port: tuple(names) for port, names in document["feature_names"].items()}


def _check_probe(model, container: Container, said: dict, shown: str) -> None:
    def kept(before: str, number) -> list[np.ndarray]:
        return [np.array(container.array(f"{before}{i}")) for i in range(number)]

    with damaged_if_wrong(shown):
        rows, answers = kept(_QUESTION, said["inputs"]), kept(_ANSWER, said["outputs"])
        if [row.shape for row in rows] != [row.shape for row in probe.question(model) or ()]:
            raise ValueError("the probe does not fit the model")
        found = probe.answer(model, rows)
        problem = "it has no answer" if found is None else probe.differs(found, answers)
    if problem:
        raise MismatchedFile(
            f"{shown}: the loaded model answers the file's probe otherwise than the saved one "
            f"did: {problem}. A class or function of your own that it uses may have changed since. "
            "load_model(..., probe=False) takes it as it is.")


def load_weights(model, path) -> None:
    """Give a model the weights in a file, all or none; and its optimizer the state in it, where
    the model is compiled with one of the same kind.

    Raises:
        OSError, FileError: see `errors`; the model is as it was.
    """
    shown = os.fsdecode(path)
    if not model.built:
        raise ArgumentError("load_weights", "got a model without weights yet, expected one that "
                            "was built: call it on data, or build it with a shape.")
    give_weights(model, *opened(path), shown)


def give_weights(model, container: Container, document: dict, shown: str) -> None:
    """Give a model the weights in a file that was opened; see `load_weights`."""
    with damaged_if_wrong(shown):
        said = document["optimizer"] or {}
        with_optimizer = (model.optimizer is not None and said.get("built_for") is not None
                          and said["class_name"] == type(model.optimizer).__name__)
        if with_optimizer and not model.optimizer.built:
            weights = weights_of(model)
            own = [weights.get(path) for path in said["built_for"]]
            if None in own:
                with_optimizer = False
            else:
                model.optimizer.build(own)
    unchanged = {**document, "trainable": [p for p, v in weights_of(model).items() if v.trainable]}
    _fill(model, container, unchanged, shown, with_optimizer)


def document_of(path) -> dict:
    """What a file says of its model, without making it."""
    return opened(path)[1]
