"""Weights for a model that has other layers without weights than the one that wrote them: without
its Dropout, say, or with one.

Paths count all layers, so such layers move the numbers of the others. What moved is found by what
does not: each layer's names and shapes of weights, and that what follows on a layer stands after
it. Where that leaves a choice (two like branches) nothing is guessed.
"""

from __future__ import annotations

import re
from bisect import insort
from dataclasses import replace

from ..models import Functional
from .tensors import Container
from .weight_paths import children, layers_of, tables_of, weights_of

_LAYER = re.compile(r"(?:layers/[0-9]{1,9}/)*")
_SEED = re.compile(r"seeds/\d+/(seed|step)")
_NOT_WEIGHTS = ("optimizer/", "probe/", "training/")
#: By this name a table is known, whose shapes say nothing.
_TABLE = "tokens"


class Unmatched(ValueError):
    """Why the layers of a file cannot be told."""


def renumbered(model, container: Container, document: dict) -> tuple[Container, dict] | None:
    """The file as if its layers had the numbers of this model's, without the states of seeds; None
    where its numbers are the model's already.

    Raises:
        Unmatched: where it has other weights, or where it cannot be told whose they are.
    """
    weights, theirs = weights_of(model), _groups(container.places)
    tables = tables_of(model) if any(_TABLE in names for names in theirs.values()) else ()
    ours = _groups([*weights, *(path + _TABLE for path in tables)])
    seeds = set(filter(is_seed, weights))
    if _plain(ours) == _plain(theirs) and seeds == set(filter(is_seed, container.places)):
        return None
    pairs = _pairs(model, weights, ours, theirs, container)
    moved = {there: here for here, there in pairs.items()}

    def name_here(name: str) -> str:
        before, path = ("optimizer/", name[10:]) if name.startswith("optimizer/") else ("", name)
        layer = _LAYER.match(path).group()
        return before + moved.get(layer, layer) + path[len(layer):]

    places = {name_here(name): place for name, place in container.places.items()
              if not is_seed(name)}
    optimizer = document["optimizer"]
    if optimizer is not None and optimizer["built_for"] is not None:
        optimizer = {**optimizer, "built_for": list(map(name_here, optimizer["built_for"]))}
    return replace(container, places=places), {**document, "optimizer": optimizer}


def is_seed(name: str) -> bool:
    """Whether an array is the state of a generator of random numbers."""
    return _SEED.fullmatch(name[_LAYER.match(name).end():]) is not None


def _plain(groups: dict[str, list[str]]) -> dict[str, list[str]]:
    return {path: [_TABLE] if _TABLE in names else sorted(names) for path, names in groups.items()}


def _groups(names) -> dict[str, list[str]]:
    """The names of the weights in each layer that has some, the layers in their order."""
    found: dict[str, list[str]] = {}
    for name in names:
        layer = _LAYER.match(name).group()
        if not name.startswith(_NOT_WEIGHTS) and not is_seed(name):
            found.setdefault(layer, []).append(name[len(layer):])
    return dict(sorted(found.items(), key=lambda item: _numbers(item[0])))


def _numbers(path: str) -> list[int]:
    return list(map(int, re.findall(r"\d+", path)))


def _pairs(model, weights: dict, ours: dict, theirs: dict,
           container: Container) -> dict[str, str]:
    """The path of each layer, and the path that it has in the file."""
    kinds = {path: _kind(path, names, lambda n: (weights[n].dims, weights[n].dtype))
             for path, names in ours.items()}
    kinds_there = {path: _kind(path, names, lambda n: (container.places[n].shape,
                                                       container.places[n].dtype.name))
                   for path, names in theirs.items()}
    left: dict[tuple, list[str]] = {}
    for path, kind in kinds_there.items():
        left.setdefault(kind, []).append(path)
    found = {}
    layers, before = dict(layers_of(model)), {}
    alike: dict[tuple, str] = {}
    for path, kind in kinds.items():
        if not left.get(kind):
            raise Unmatched(f"Nor does it have a layer with the weights of {layers[path].name!r} "
                            f"({_told(kind)}) at another number")
        found[path] = left[kind].pop(0)
        other = alike.get(kind)
        if other is not None and not _follows(other, path, layers, before):
            raise Unmatched(f"Its layers have other numbers, and {layers[other].name!r} and "
                            f"{layers[path].name!r} have weights of the same shapes side by side, "
                            "so that it cannot be told whose are whose")
        alike[kind] = path
    if any(left.values()):
        path = next(path for paths in left.values() for path in paths)
        raise Unmatched(f"Nor does this model have a layer for its {path.rstrip('/')!r} "
                        f"({_told(kinds_there[path])}) at another number")
    _check_order(found, list(theirs), layers, before)
    return found


def _kind(path: str, names: list[str], of) -> tuple:
    """What a layer's weights are told by: how deep it lies, and their names, shapes and kinds."""
    if _TABLE in names:
        return path.count("/"), _TABLE
    return (path.count("/"), *((name, *of(path + name)) for name in sorted(names)))


def _told(kind: tuple) -> str:
    if kind[1:] == (_TABLE,):
        return "a vocabulary"
    return ", ".join(f"{name} {shape}" for name, shape, _ in kind[1:])


def _follows(one: str, other: str, layers: dict, before: dict) -> bool:
    """Whether the outputs of the first layer always reach the second, in a model whose layers may
    stand side by side."""
    if other.startswith(one):
        return True
    a, b = one.split("/"), other.split("/")
    shared = next(i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y)
    owner = "/".join([*a[:shared - 1], ""])  # that holds both: layers/2/ of layers/2/layers/5/
    if not isinstance(layers[owner], Functional):
        return True
    first, then = int(a[shared]), int(b[shared])
    ancestors = before.setdefault(owner, _ancestors(layers[owner]))
    return bool(ancestors[then] >> first & 1) and not ancestors[first] >> then & 1


def _ancestors(model: Functional) -> list[int]:
    """For each of its layers the numbers of those that it follows on, as bits."""
    number = {id(layer): i for i, layer in enumerate(children(model))}
    found, at = [0] * len(number), {}
    for step in model._graph.steps:
        known = 0
        for place in step.sources():
            known |= at.get(place, 0)
        own = number[id(step.layer)]
        found[own] |= known
        at |= dict.fromkeys(step.outputs, known | 1 << own)
    return found


def _check_order(found: dict, order: list[str], layers: dict, before: dict) -> None:
    """Refuse a match in which a layer stands before one that it follows on."""
    rank, met = {path: i for i, path in enumerate(order)}, []
    for path, there in found.items():
        for at, other in reversed(met):
            if at < rank[there]:
                break
            if _follows(other, path, layers, before):
                raise Unmatched(f"Nor do its layers stand in this order: it has the weights of "
                                f"{layers[path].name!r} before those of {layers[other].name!r}")
        insort(met, (rank[there], path))
