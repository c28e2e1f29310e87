"""The paths under which a file stores the arrays of a model.

``layers/3/kernel`` is the weight ``kernel`` of the layer at index 3 of the config;
``layers/3/layers/0/kernel`` is that of a layer inside it. Paths do not depend on layers' names,
custom or automatic, so that equal models have equal paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from ..layers.operation import Operation
from ..layers.tracking import distinct, inside
from ..optimizers import Optimizer
from ..optimizers.more_weights import variables_for
from ..random import SeedGenerator

_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


def layers_of(model) -> Iterator[tuple[str, object]]:
    """Each layer once, with its path; the model itself comes first, with the path ``""``."""
    stack, met = [("", model)], set()
    while stack:
        path, layer = stack.pop()
        if id(layer) in met:
            continue
        met.add(id(layer))
        yield path, layer
        stack.extend(
            (f"{path}layers/{i}/", child)
            for i, child in reversed(list(enumerate(children(layer))))
            if not isinstance(child, Operation)
        )


def children(layer) -> list:
    """The layers directly inside a layer, and the ops between them, in the order of its config."""
    from ..models import Functional, Sequential

    if isinstance(layer, Functional):
        return layer.operations
    if isinstance(layer, Sequential):
        return [layer._first, *layer.layers] if layer._first is not None else layer.layers
    return layer.sublayers()


def weights_of(model) -> dict[str, object]:
    """The variables of a model by path: weights, moving statistics, states of seeds."""
    found: dict[str, object] = {}
    met: set[int] = set()
    for path, layer in layers_of(model):
        for variable in layer.own_variables():
            if id(variable) not in met:
                met.add(id(variable))
                found[_unique_path(found, path, variable.name)] = variable
        for i, generator in enumerate(distinct(inside(vars(layer).values(), SeedGenerator))):
            for what, variable in zip(("seed", "step"), generator.variables, strict=True):
                if id(variable) not in met:
                    met.add(id(variable))
                    found[f"{path}seeds/{i}/{what}"] = variable
    return found


def optimizer_of(model, paths: dict[int, str]) -> dict[str, object]:
    """The variables of a model's optimizer by path; slots are below the path of their weight.

    Args:
        paths: the paths of the model's variables, by id.
    """
    found: dict[str, object] = {}
    optimizer = model.optimizer
    if optimizer is None:
        return found
    slots = {}
    for inner in _with_inner(optimizer):
        for (name, weight), slot in inner._slots.items():
            slots[id(slot)] = paths.get(id(weight)), name
    # An optimizer may train other models, too.
    for variable in distinct(variables_for(optimizer, model.variables)):
        weight, name = slots.get(id(variable), (None, variable.name))
        prefix = "optimizer/" if weight is None else f"optimizer/{weight}/"
        found[_unique_path(found, prefix, name)] = variable
    return found


def _with_inner(optimizer) -> list[Optimizer]:
    """An optimizer, and the optimizers inside it."""
    found, stack = [], [optimizer]
    while stack:
        one = stack.pop(0)
        found.append(one)
        stack += distinct(inside(vars(one).values(), Optimizer))
    return found


def tables_of(model) -> dict[str, object]:
    """The layers with adapted state that is not in weights (vocabularies), by path."""
    return {path: layer for path, layer in layers_of(model) if hasattr(layer, "get_state")}


def _unique_path(used: dict, prefix: str, name: str) -> str:
    """An unused path that ends in the name, or in "variable" if the name is not valid in a path."""
    name = name if _NAME.fullmatch(name) else "variable"
    path, count = prefix + name, 0
    while path in used:
        count += 1
        path = f"{prefix}{name}_{count}"
    return path


def arrays_of(model, with_optimizer: bool = True) -> dict[str, np.ndarray]:
    """Every array of a model that a file stores, as views if possible."""
    weights = weights_of(model)
    kept = {path: variable.view() for path, variable in weights.items()}
    if with_optimizer:
        paths = {id(variable): path for path, variable in weights.items()}
        kept |= {p: v.view() for p, v in optimizer_of(model, paths).items()}
    for path, layer in tables_of(model).items():
        kept |= {f"{path}{key}": array for key, array in layer.get_state().items()}
    return kept
