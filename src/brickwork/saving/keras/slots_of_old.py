"""The optimizer's state in ``.h5`` files: in today's order, or in that of Keras 1 and 2.

Today it is the count of steps, the learning rate, and for each weight what the rule keeps. Before
Keras 2.11 the rate was not there, and all weights' first slots stood before all second ones (or,
where names tell what a slot is, in any order).
"""

from __future__ import annotations

import warnings

from .layout import trainable


def older_state(model, file, group: str) -> dict:
    """The paths of the optimizer's arrays, and the variables that take them; none, with a
    warning, where they are those of another rule."""
    paths = _listed(file, group)
    if not paths:
        return {}
    optimizer = model.optimizer
    if len(paths) > 2 and not optimizer.built:
        optimizer.build(trainable(model, {}))
    for order in (_today, _older):
        found = order(optimizer, paths)
        if found and all(file.arrays.get(path, (None,))[0] == tuple(variable.shape)
                         for path, variable in found.items()):
            return found
    if len(paths) > 2:
        warnings.warn(f"{file.path}: the optimizer's state is not that of {optimizer.name} here: "
                      "its training begins anew.", stacklevel=4)
    return {}


def _listed(file, group: str) -> list[str]:
    from .legacy import arrays_in

    return arrays_in(file, group)


def _today(optimizer, paths: list[str]) -> dict:
    variables = optimizer.variables
    return dict(zip(paths, variables, strict=True)) if len(paths) == len(variables) else {}


def _older(optimizer, paths: list[str]) -> dict:
    weights, slots = optimizer._trainable, optimizer.variables[2:]
    if not weights or len(slots) % len(weights):
        return {}
    kinds = len(slots) // len(weights)
    head = [path for path in paths[:1] if path.rpartition("/")[2].startswith("iter")
            or len(paths) % len(weights) == 1 % len(weights)]
    tail = paths[len(head):][:len(slots)]
    if len(tail) != len(slots):
        return {}
    found = dict.fromkeys(head, optimizer.variables[0])
    for kind, own in enumerate(_grouped(tail, kinds)):
        found |= {path: slots[i * kinds + kind] for i, path in enumerate(own)}
    return found


def _grouped(paths: list[str], kinds: int) -> list[list[str]]:
    """The paths of each kind of slot: by their last names, if these tell, else in rows."""
    named: dict[str, list[str]] = {}
    for path in paths:
        named.setdefault(path.rpartition("/")[2].partition(":")[0], []).append(path)
    each = len(paths) // kinds if kinds else 0
    if len(named) == kinds and all(len(own) == each for own in named.values()):
        return list(named.values())
    return [paths[kind * each:(kind + 1) * each] for kind in range(kinds)]
