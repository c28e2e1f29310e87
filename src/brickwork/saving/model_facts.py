"""The facts about a model that a document holds beside the config, and the checks of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from ..fields import encode
from ..losses import Crossentropy
from ..models import Functional, Sequential
from ..tree import map_structure as mapped
from .errors import DamagedFile
from .weight_paths import weights_of

#: The facts of an object that is not a model.
NO_FACTS = {
    "built": None,
    "inputs": [],
    "outputs": [],
    "feature_names": {},
    "class_names": None,
    "trainable": [],
    "compile": None,
    "optimizer": None,
    "shuffle": None,
    "training": None,
    "probe": None,
}


# Writing


def facts_of(model, compiled: bool) -> dict[str, Any]:
    """The facts about a model that a file holds beside its config."""
    weights = weights_of(model)
    facts = {
        "built": model._built_shape if model.built else None,
        **_ports(model),
        "feature_names": {k: list(map(str, v)) for k, v in model._columns.items()},
        "class_names": _class_names(model),
        "trainable": [path for path, v in weights.items() if v.trainable],
        "compile": None,
        "optimizer": None,
        "shuffle": None,
    }
    if compiled and model.compiled:
        facts["compile"] = _compile_facts(model._compiled)
        facts["optimizer"] = optimizer_facts(model, weights)
        facts["shuffle"] = model._shuffling()
    return facts


def _class_names(model) -> list | None:
    """The names of the classes, checked against the number of units if there is one output."""
    names = model.class_names
    if names is None:
        return None
    found = np.asarray(names).tolist()
    if not _are_class_names(found) or len(set(found)) < len(found):
        raise ArgumentError(
            "model.class_names",
            f"got {shown(names)}, expected a list of distinct names: ['no', 'yes'].",
        )
    outputs = model._output_ports() if model.built else ()
    units = outputs[0].shape[-1] if len(outputs) == 1 and outputs[0].shape else None
    if units is not None and len(found) != max(units, 2):
        one = "the name of class 0, then that of class 1" if units == 1 else "one for each unit"
        raise ArgumentError(
            "model.class_names",
            f"got {shown(found)} for an output of "
            f"{units} unit{'s' * (units > 1)}, expected {max(units, 2)}: "
            f"{one}.",
        )
    return found


def _ports(model) -> dict[str, list]:
    """The names, dtypes and shapes of the inputs and outputs."""
    if not model.built:
        return {"inputs": [], "outputs": []}
    all_ports = {"inputs": model._input_ports(), "outputs": model._output_ports()}
    # The layers of a subclass are named by counters of this process.
    named = isinstance(model, Functional | Sequential)
    return {
        what: [
            {
                "name": port.name if named else f"{what[:-1]}_{i}",
                "dtype": port.dtype,
                "shape": None if port.shape is None else list(port.shape),
            }
            for i, port in enumerate(ports, 1)
        ]
        for what, ports in all_ports.items()
    }


def _compile_facts(compiled) -> dict[str, Any]:
    arguments = compiled.arguments
    return {
        "optimizer": encode(compiled.optimizer),
        "loss": mapped(_loss, compiled.given_loss),
        **{
            name: mapped(encode, arguments[name])
            for name in ("loss_weights", "metrics", "weighted_metrics")
        },
    }


def _loss(loss):
    """A loss as a config; a crossentropy that depends on targets not seen yet, as its name."""
    if not isinstance(loss, Crossentropy):
        return encode(loss)
    return encode(loss.chosen_loss()) if loss.labels else loss.name


def optimizer_facts(model, weights: dict) -> dict | None:
    """The optimizer's class, and the paths of the weights that it was built for."""
    optimizer = model.optimizer
    if optimizer is None:
        return None
    paths = {id(variable): path for path, variable in weights.items()}
    # A weight of another model that the optimizer trains, too, has no path here.
    known = [paths[id(v)] for v in optimizer._trainable if id(v) in paths]
    return {
        "class_name": type(optimizer).__name__,
        "built_for": known if optimizer.built else None,
    }


# Reading


def _is_list(value, holds: Callable) -> bool:
    return isinstance(value, list) and all(map(holds, value))


def _is_name(value) -> bool:
    return isinstance(value, str)


def _is_size(value, least: int = 0) -> bool:
    return type(value) is int and least <= value < 2**63


def _is_record(value, **kinds: Callable) -> bool:
    """Whether it is a dict with at least these keys, with values that pass their checks."""
    return isinstance(value, dict) and all(
        name in value and holds(value[name]) for name, holds in kinds.items()
    )


def _or_none(holds: Callable) -> Callable:
    return lambda value: value is None or holds(value)


def _are_names(value) -> bool:
    return _is_list(value, _is_name)


def _are_class_names(value) -> bool:
    return _is_list(value, lambda name: isinstance(name, str | int | float))


def _are_paths(value) -> bool:
    return _are_names(value) and len(set(value)) == len(value)


def _is_shape(value) -> bool:
    return _is_list(value, _or_none(_is_size))


def _are_shapes(value) -> bool:
    """Whether it is a shape, or lists or dicts of shapes, nested like a model's inputs."""
    if isinstance(value, dict):
        return bool(value) and all(map(_are_shapes, value.values()))
    return _is_shape(value) or (bool(value) and _is_list(value, _are_shapes))


def _is_port(value) -> bool:
    return _is_record(value, name=_is_name, dtype=_is_name, shape=_or_none(_is_shape))


def _anything(value) -> bool:
    return True


#: For each key the check of its value, and its description in messages.
_EXPECTED: dict[str, tuple[Callable, str]] = {
    "model": (_or_none(lambda v: _is_record(v, class_name=_is_name)), "a class and its config"),
    "built": (_or_none(_are_shapes), "a shape, or shapes"),
    "inputs": (lambda v: _is_list(v, _is_port), "a list of names, shapes and dtypes"),
    "outputs": (lambda v: _is_list(v, _is_port), "a list of names, shapes and dtypes"),
    "feature_names": (
        lambda v: isinstance(v, dict) and all(map(_are_names, v.values())),
        "lists of names by the names of inputs",
    ),
    "class_names": (_or_none(_are_class_names), "a list of names"),
    "trainable": (_are_paths, "a list of distinct paths"),
    "compile": (
        _or_none(
            lambda v: (
                _is_record(v, **dict.fromkeys(_COMPILE, _anything)) and len(v) == len(_COMPILE)
            )
        ),
        "optimizer, loss, loss_weights, metrics and weighted_metrics",
    ),
    "optimizer": (
        _or_none(lambda v: _is_record(v, class_name=_is_name, built_for=_or_none(_are_paths))),
        "class_name, and in built_for a list of distinct paths",
    ),
    "shuffle": (
        _or_none(lambda v: _is_record(v, seed=_is_size, passes=_is_size)),
        "seed and passes, two integers >= 0",
    ),
    "training": (_or_none(lambda v: isinstance(v, dict)), "the state of a training"),
    "attached": (lambda v: isinstance(v, dict), "an object"),
    "probe": (
        _or_none(lambda v: _is_record(v, inputs=_is_size, outputs=_is_size)),
        "inputs and outputs, two integers >= 0",
    ),
}
#: The keys that a document may lack.
_OPTIONAL = {"attached"}
_COMPILE = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics")


def checked(document, what: str) -> dict:
    """Check a document, and return it.

    Raises:
        DamagedFile: for a missing or invalid entry; the message names its key.
    """
    if not isinstance(document, dict):
        raise DamagedFile(f"{what}: got {shown(document)}, expected an object.")
    for key, (holds, expected) in _EXPECTED.items():
        if key not in document and key not in _OPTIONAL:
            raise DamagedFile(f"{what}: got no {key!r}, expected {expected}.")
        if key in document and not holds(document[key]):
            raise DamagedFile(f"{what}: {key}: got {shown(document[key])}, expected {expected}.")
    if document["compile"] is not None and document["shuffle"] is None:
        raise DamagedFile(f"{what}: got 'compile' without 'shuffle', expected both or none.")
    return document
