"""Matching of layers between a file and a model that differ in layers without weights, for example
in a Dropout.

Paths count all layers, so such layers change the indices of the others. Layers are matched by the
names, shapes and dtypes of their weights, and by the order in which they are connected. If a match
is ambiguous (two similar branches), an error is raised.
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
_NOT_WEIGHTS = ("optimizer/", "probe/", "training/", "attached/")
#: The array by which a table is recognized; its shape differs from vocabulary to vocabulary.
_TABLE = "tokens"


class Unmatched(ValueError):
    """The layers of a file cannot be matched; the message says why."""


def renumbered(model, container: Container, document: dict) -> tuple[Container, dict] | None:
    """The file with its layers renumbered as in this model, without the states of seeds; None if
    the numbers already agree.

    Raises:
        Unmatched: if it has other weights, or if the match is ambiguous.
    """
    weights, file_groups = weights_of(model), _groups(container.places)
    tables = tables_of(model) if any(_TABLE in names for names in file_groups.values()) else ()
    own_groups = _groups([*weights, *(path + _TABLE for path in tables)])
    seeds = set(filter(is_seed, weights))
    seeds_in_file = set(filter(is_seed, container.places))
    if _plain(own_groups) == _plain(file_groups) and seeds == seeds_in_file:
        return None
    pairs = _pairs(model, weights, own_groups, file_groups, container)
    moved = {there: here for here, there in pairs.items()}

    def name_here(name: str) -> str:
        prefix, path = ("optimizer/", name[10:]) if name.startswith("optimizer/") else ("", name)
        layer = _LAYER.match(path).group()
        return prefix + moved.get(layer, layer) + path[len(layer) :]

    places = {
        name_here(name): place for name, place in container.places.items() if not is_seed(name)
    }
    optimizer = document["optimizer"]
    if optimizer is not None and optimizer["built_for"] is not None:
        optimizer = {**optimizer, "built_for": list(map(name_here, optimizer["built_for"]))}
    return replace(container, places=places), {**document, "optimizer": optimizer}


def is_seed(name: str) -> bool:
    """Whether an array is the state of a random number generator."""
    return _SEED.fullmatch(name[_LAYER.match(name).end() :]) is not None


def _plain(groups: dict[str, list[str]]) -> dict[str, list[str]]:
    return {path: [_TABLE] if _TABLE in names else sorted(names) for path, names in groups.items()}


def _groups(names) -> dict[str, list[str]]:
    """The names of the weights in each layer that has any, in the order of the layers."""
    found: dict[str, list[str]] = {}
    for name in names:
        layer = _LAYER.match(name).group()
        if not name.startswith(_NOT_WEIGHTS) and not is_seed(name):
            found.setdefault(layer, []).append(name[len(layer) :])
    return dict(sorted(found.items(), key=lambda item: _numbers(item[0])))


def _numbers(path: str) -> list[int]:
    return list(map(int, re.findall(r"\d+", path)))


def _pairs(
    model, weights: dict, own_groups: dict, file_groups: dict, container: Container
) -> dict[str, str]:
    """The path of each layer in the model, and its path in the file."""
    places = container.places
    signatures = {
        path: _signature(path, names, lambda n: (weights[n].dims, weights[n].dtype))
        for path, names in own_groups.items()
    }
    signatures_in_file = {
        path: _signature(path, names, lambda n: (places[n].shape, places[n].dtype_name))
        for path, names in file_groups.items()
    }
    left: dict[tuple, list[str]] = {}
    for path, signature in signatures_in_file.items():
        left.setdefault(signature, []).append(path)
    found = {}
    layers, cache = dict(layers_of(model)), {}
    last: dict[tuple, str] = {}
    for path, signature in signatures.items():
        if not left.get(signature):
            raise Unmatched(
                f"Nor does it have a layer with the weights of {layers[path].name!r} "
                f"({_described(signature)}) at another index"
            )
        found[path] = left[signature].pop(0)
        other = last.get(signature)
        if other is not None and not _follows(other, path, layers, cache):
            raise Unmatched(
                f"Its layers have other indices, and {layers[other].name!r} and "
                f"{layers[path].name!r} are parallel layers with weights of the same "
                "shapes, so that the match is ambiguous"
            )
        last[signature] = path
    if any(left.values()):
        path = next(path for paths in left.values() for path in paths)
        raise Unmatched(
            f"Nor does this model have a layer for its {path.rstrip('/')!r} "
            f"({_described(signatures_in_file[path])}) at another index"
        )
    _check_order(found, list(file_groups), layers, cache)
    return found


def _signature(path: str, names: list[str], of) -> tuple:
    """What identifies a layer: its depth, and the names, shapes and dtypes of its weights."""
    if _TABLE in names:
        return path.count("/"), _TABLE
    return (path.count("/"), *((name, *of(path + name)) for name in sorted(names)))


def _described(signature: tuple) -> str:
    if signature[1:] == (_TABLE,):
        return "a vocabulary"
    return ", ".join(f"{name} {shape}" for name, shape, _ in signature[1:])


def _follows(one: str, other: str, layers: dict, cache: dict) -> bool:
    """Whether the second layer depends on the first; always, unless layers can be parallel."""
    if other.startswith(one):
        return True
    a, b = one.split("/"), other.split("/")
    shared = next(i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y)
    owner = "/".join([*a[: shared - 1], ""])  # contains both: layers/2/ of layers/2/layers/5/
    if not isinstance(layers[owner], Functional):
        return True
    first, then = int(a[shared]), int(b[shared])
    ancestors = cache.setdefault(owner, _ancestors(layers[owner]))
    return bool(ancestors[then] >> first & 1) and not ancestors[first] >> then & 1


def _ancestors(model: Functional) -> list[int]:
    """For each layer the indices of the layers that it depends on, as bits."""
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


def _check_order(found: dict, order: list[str], layers: dict, cache: dict) -> None:
    """Refuse a match in which a layer comes before one that it depends on."""
    rank, met = {path: i for i, path in enumerate(order)}, []
    for path, there in found.items():
        for at, other in reversed(met):
            if at < rank[there]:
                break
            if _follows(other, path, layers, cache):
                raise Unmatched(
                    "Nor are its layers in the same order: it has the weights of "
                    f"{layers[path].name!r} before those of {layers[other].name!r}"
                )
        insort(met, (rank[there], path))
