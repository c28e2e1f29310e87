"""Losses and metrics made of a function, as Keras reads them.

``compile(loss="mse")`` makes a `LossFunctionWrapper` here and there, but Keras has no public name
for the class: where a class of Keras's does what the function does, that is what the file says;
of a function of the user's, the function; and only where arguments go with that, the wrapper.
"""

from __future__ import annotations

from typing import Any

from ... import losses, metrics
from ...custom_objects import get_registered_name
from ...errors import ArgumentError
from ...training.compiled import each

#: The classes, and the catalogue in which the class of the same function stands.
WRAPPERS = {"LossFunctionWrapper": "losses", "MeanMetricWrapper": "metrics"}
_PLACES = {"LossFunctionWrapper": "keras.src.losses.losses", "MeanMetricWrapper": "keras.metrics"}


def function(value) -> dict[str, Any]:
    """A function by its name."""
    name = value if isinstance(value, str) else get_registered_name(value)
    return {"module": "builtins", "class_name": "function", "config": name,
            "registered_name": "function"}


def of_function(wrapper: str, config: dict[str, Any]) -> dict[str, Any]:
    """What a file for Keras says of a wrapper with this config: a config of ours of the class that
    stands for its function, or one of Keras's."""
    fn = config["fn"]
    fn = fn["config"] if isinstance(fn, dict) else fn if isinstance(fn, str) else (
        get_registered_name(fn))
    others = {name: value for name, value in config.items() if name != "fn"}
    kind = _class_of(fn, wrapper)
    if kind is not None and others.keys() <= kind.__fields__.keys():
        return {"class_name": kind.__name__, "config": others}
    if wrapper == "LossFunctionWrapper" and others.keys() <= {"name", "reduction"} and (
            others.get("reduction") == "sum_over_batch_size"):
        return function(fn)
    return {"module": _PLACES[wrapper], "class_name": wrapper,
            "config": {**others, "fn": function(fn)}, "registered_name": None}


#: Words of `compile` that mean one crossentropy or another, by the shapes. Keras takes them as a
#: loss, which it does not find again in ``.h5`` files, and not as a metric.
WORDS = ("crossentropy", "ce")


def settled(model, what: str, asked):
    """What was asked for as "loss", "metrics" or "weighted_metrics", with the class that is meant
    in the place of each word, where that can be told."""
    compiled = model.compiled
    if not model.built or not _has_word(asked):
        return asked
    ports = model._expectation().outputs
    parts = compiled.losses if what == "loss" else compiled._metrics_of(compiled.outputs, what)
    said = [each(lambda one, i=i: _meant(one, what, compiled.losses[i], ports[i]), part)
            for i, part in enumerate(parts)]
    return said if len(said) > 1 else said[0]


def _has_word(asked) -> bool:
    if isinstance(asked, dict):
        return any(map(_has_word, asked.values()))
    return any(map(_has_word, asked)) if isinstance(asked, list | tuple) else (
        isinstance(asked, str) and asked.lower() in WORDS)


def _meant(one, what, loss, port):
    """The config of the class for a word, or for a loss that stands for one."""
    word = one.name if isinstance(one, losses.Crossentropy) else one
    if not isinstance(word, str) or word.lower() not in WORDS:
        return one
    undecided = isinstance(loss, losses.Crossentropy) and loss.labels is None
    kind = "Binary" if port.shape and port.shape[-1] == 1 else None if undecided else (
        "SparseCategorical" if loss is not None and loss.labels == "classes" else "Categorical")
    if kind is None and what == "loss":
        return word  # which Keras reads in .keras files; of .h5 `to_legacy` refuses it
    if kind is None:
        raise undecided_word(word)
    return {"class_name": f"{kind}Crossentropy", "config": {"name": word}}


def undecided_word(word: str) -> ArgumentError:
    """What is said of a word that no data have decided yet, where Keras would not read it."""
    return ArgumentError("save", f"got a model compiled with {word!r}, which has seen no targets "
                         "yet that would say which crossentropy that is, expected one that was "
                         "trained or evaluated, or the name in full: "
                         "'sparse_categorical_crossentropy' for numbers of classes, "
                         "'categorical_crossentropy' for rows of 0 and 1. A .brick file keeps "
                         "the word.")


def _class_of(name: str, wrapper: str):
    """The class whose function has this name, None for a function of the user's."""
    registry = losses.registry if wrapper == "LossFunctionWrapper" else metrics.registry
    return next((kind for kind in registry.items()
                 if getattr(getattr(kind, "function", None), "__name__", None) == name), None)
