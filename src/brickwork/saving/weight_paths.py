"""What a file keeps of a model, each part under a path that says where it belongs.

``layers/3/kernel`` is the weight ``kernel`` of the layer that the config lists as number 3;
``layers/3/layers/0/kernel`` of a layer inside of it. A path depends on no name that a user chose
or that a counter made, so that the same model always has the same paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from ..layers.tracking import distinct, inside
from ..optimizers import Optimizer
from ..random import SeedGenerator

_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


def layers_of(model) -> Iterator[tuple[str, object]]:
    """Each layer with its path, the model itself first under the path ``""``; each once, where it
    is met first."""
    stack, met = [("", model)], set()
    while stack:
        path, layer = stack.pop()
        if id(layer) in met:
            continue
        met.add(id(layer))
        yield path, layer
        stack.extend((f"{path}layers/{i}/", child)
                     for i, child in reversed(list(enumerate(children(layer)))))


def children(layer) -> list:
    """The layers directly inside, as the config lists them."""
    from ..models import Functional, Sequential

    if isinstance(layer, Functional):
        return layer.layers
    if isinstance(layer, Sequential):
        return [layer._first, *layer.layers] if layer._first is not None else layer.layers
    return layer.sublayers()


def weights_of(model) -> dict[str, object]:
    """The variables of a model by path: weights, moving statistics, the state of seeds."""
    found: dict[str, object] = {}
    met: set[int] = set()
    for path, layer in layers_of(model):
        for variable in layer.own_variables():
            if id(variable) not in met:
                met.add(id(variable))
                found[_free(found, path, variable.name)] = variable
        for i, generator in enumerate(distinct(inside(vars(layer).values(), SeedGenerator))):
            for what, variable in zip(("seed", "step"), generator.variables, strict=True):
                if id(variable) not in met:
                    met.add(id(variable))
                    found[f"{path}seeds/{i}/{what}"] = variable
    return found


def optimizer_of(model, paths: dict[int, str]) -> dict[str, object]:
    """The variables of its optimizer by path: slots stand under the path of their weight.

    Args:
        paths: of the model's variables, by their ids.
    """
    found: dict[str, object] = {}
    optimizer = model.optimizer
    if optimizer is None:
        return found
    slots = {}
    for inner in _with_inner(optimizer):
        for (name, weight), slot in inner._slots.items():
            slots[id(slot)] = paths.get(id(weight)), name
    for variable in distinct(optimizer.variables):
        weight, name = slots.get(id(variable), (None, variable.name))
        before = "optimizer/" if weight is None else f"optimizer/{weight}/"
        found[_free(found, before, name)] = variable
    return found


def _with_inner(optimizer) -> list[Optimizer]:
    """An optimizer, and those that it is made of."""
    found, stack = [], [optimizer]
    while stack:
        one = stack.pop(0)
        found.append(one)
        stack += distinct(inside(vars(one).values(), Optimizer))
    return found


def tables_of(model) -> dict[str, object]:
    """The layers that keep what `adapt` found in arrays of their own (vocabularies), by path."""
    return {path: layer for path, layer in layers_of(model) if hasattr(layer, "get_state")}


def _free(taken: dict, before: str, name: str) -> str:
    """A path that is not taken, with the name in it if a path may hold that."""
    name = name if _NAME.fullmatch(name) else "variable"
    path, count = before + name, 0
    while path in taken:
        count += 1
        path = f"{before}{name}_{count}"
    return path


def arrays_of(model, with_optimizer: bool = True) -> dict[str, np.ndarray]:
    """Every array that a file keeps of the model, as views where that can be."""
    weights = weights_of(model)
    kept = {path: variable.view() for path, variable in weights.items()}
    if with_optimizer:
        paths = {id(variable): path for path, variable in weights.items()}
        kept |= {p: v.view() for p, v in optimizer_of(model, paths).items()}
    for path, layer in tables_of(model).items():
        kept |= {f"{path}{key}": array for key, array in layer.get_state().items()}
    return kept
