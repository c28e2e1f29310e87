"""Losses and metrics that wrap a function, in the form that Keras reads.

``compile(loss="mse")`` makes a `LossFunctionWrapper` as in Keras, where it has no public name. A
file therefore names the class of Keras with the same function, if there is one, and otherwise the
custom function. The wrapper is written only for a custom function with arguments.
"""

from __future__ import annotations

from typing import Any

from ... import losses, metrics
from ...custom_objects import get_registered_name
from ...errors import ArgumentError
from ...training.compiled import each

#: The wrapper classes, and the catalogue of the classes with the same functions.
WRAPPERS = {"LossFunctionWrapper": "losses", "MeanMetricWrapper": "metrics"}
_PLACES = {"LossFunctionWrapper": "keras.src.losses.losses", "MeanMetricWrapper": "keras.metrics"}


def function(value) -> dict[str, Any]:
    """The config of a function, by its name."""
    name = value if isinstance(value, str) else get_registered_name(value)
    return {
        "module": "builtins",
        "class_name": "function",
        "config": name,
        "registered_name": "function",
    }


def of_function(wrapper: str, config: dict[str, Any]) -> dict[str, Any]:
    """A wrapper's config in a file for Keras: brickwork's config of the class for its function, or
    else a config of Keras."""
    fn = config["fn"]
    fn = (
        fn["config"]
        if isinstance(fn, dict)
        else fn
        if isinstance(fn, str)
        else (get_registered_name(fn))
    )
    others = {name: value for name, value in config.items() if name != "fn"}
    kind = _class_of(fn, wrapper)
    if kind is not None and others.keys() <= kind.__fields__.keys():
        return {"class_name": kind.__name__, "config": others}
    if (
        wrapper == "LossFunctionWrapper"
        and others.keys() <= {"name", "reduction"}
        and (others.get("reduction") == "sum_over_batch_size")
    ):
        return function(fn)
    return {
        "module": _PLACES[wrapper],
        "class_name": wrapper,
        "config": {**others, "fn": function(fn)},
        "registered_name": None,
    }


#: Names that mean different crossentropies depending on shapes. Keras accepts them as a loss, which
#: it does not find in ``.h5`` files, but not as a metric.
UNDECIDED = ("crossentropy", "ce")


def resolved(model, what: str, value):
    """The argument "loss", "metrics" or "weighted_metrics" of ``compile``, with each such name
    replaced by its class if that is known."""
    compiled = model._compiled
    if not model.built or not _has_undecided(value):
        return value
    ports = model._expectation().outputs
    parts = compiled.losses if what == "loss" else compiled.metrics_given(what)
    found = [
        each(lambda one, i=i: _resolved(one, what, compiled.losses[i], ports[i]), part)
        for i, part in enumerate(parts)
    ]
    return found if len(found) > 1 else found[0]


def _has_undecided(value) -> bool:
    if isinstance(value, dict):
        return any(map(_has_undecided, value.values()))
    return (
        any(map(_has_undecided, value))
        if isinstance(value, list | tuple)
        else (isinstance(value, str) and value.lower() in UNDECIDED)
    )


def _resolved(one, what, loss, port):
    """The config of the class for such a name, or for an undecided loss."""
    name = one.name if isinstance(one, losses.Crossentropy) else one
    if not isinstance(name, str) or name.lower() not in UNDECIDED:
        return one
    undecided = isinstance(loss, losses.Crossentropy) and loss.labels is None
    kind = (
        "Binary"
        if port.shape and port.shape[-1] == 1
        else None
        if undecided
        else (
            "SparseCategorical" if loss is not None and loss.labels == "classes" else "Categorical"
        )
    )
    if kind is None and what == "loss":
        return name  # Keras reads it in .keras files; for .h5 `to_legacy` refuses it
    if kind is None:
        raise undecided_loss(name)
    return {"class_name": f"{kind}Crossentropy", "config": {"name": name}}


def undecided_loss(name: str) -> ArgumentError:
    """The error for a crossentropy that is still undecided, where Keras cannot read its name."""
    return ArgumentError(
        "save",
        f"got a model compiled with {name!r} that has seen no targets "
        "yet, which determine the crossentropy; expected a model that was trained "
        "or evaluated, or the full name: 'sparse_categorical_crossentropy' for "
        "class indices, 'categorical_crossentropy' for one-hot rows. A .brick "
        "file keeps the name.",
    )


def _class_of(name: str, wrapper: str):
    """The class whose function has this name; None for a custom function."""
    registry = losses.registry if wrapper == "LossFunctionWrapper" else metrics.registry
    return next(
        (
            kind
            for kind in registry.items()
            if getattr(getattr(kind, "function", None), "__name__", None) == name
        ),
        None,
    )
