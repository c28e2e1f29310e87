"""The optimizer's state, in the orders of different versions of Keras.

Keras 3 writes the number of steps, the learning rate, and the slots of each weight. Keras 2.11 to
2.15 left out the learning rate. Earlier versions wrote the first slots of all weights before all
second ones, or in the order of their names; Keras 1 left out the number of steps for some
optimizers.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from ...layers.tracking import distinct
from ...optimizers.more_weights import variables_for
from ...stack_level import outside


def state_of(model, paths: list[str], file) -> dict:
    """The optimizer's variable for each array's path; none, with a warning, if the arrays are those
    of another kind of optimizer.

    The optimizer is built if that of the file was.

    Args:
        model: the model, compiled.
        paths: the paths of the arrays, in the file's order.
        file: the file, an `Opened`.
    """
    optimizer = model.optimizer
    if not paths:
        return {}
    weights = [v for v in variables_in_order(model) if v.trainable]
    if len(paths) > 2 and not optimizer.built:
        optimizer.build(weights)
    shapes = [file.arrays.get(path, (None,))[0] for path in paths]
    own = variables_for(optimizer, model.variables)
    for variables in _orders(optimizer, own, paths, len(weights)):
        if [tuple(v.shape) for v in variables] == shapes:
            return dict(zip(paths, variables, strict=True))
    if shapes[0] == () and len(distinct(own)) == 2:
        return {paths[0]: own[0]}  # unused slots of SGD
    if len(paths) > 2:
        warnings.warn(
            f"{file.path}: the optimizer's state does not fit {optimizer.name}: the "
            "optimizer starts with a new state.",
            stacklevel=outside(),
        )
    return {}


def _orders(optimizer, own: list, paths: list[str], weights: int) -> Iterator[list]:
    """The possible orders of the optimizer's own variables, the most likely first."""
    variables = distinct(own)
    count, rest = variables[:1], variables[2:]
    slots = [v for v in rest if v.shape or weights == len(rest)]
    others = [v for v in rest if not any(v is slot for slot in slots)]
    yield own  # those of an inner optimizer twice, as in Keras
    yield variables
    yield [*variables[:2], *others, *slots]  # Nadam's product first, before Keras 3.7
    kinds = len(slots) // weights if weights else 0
    rows = by_kind(optimizer, variables)
    named = any(kind.rpartition("/")[2].isdigit() for kind in paths)
    today = [[*count, *slots], [*count, *rest], slots]
    older = [[*count, *rows], rows, [*count, *rows, *others]]
    yield from today + older if named or _interleaved(paths, kinds) else older + today


def by_kind(optimizer, variables: list) -> list:
    """Those of an optimizer's variables that are slots, grouped by kind: those of all weights,
    then those of the next kind."""
    own = set(map(id, variables))
    kinds = dict.fromkeys(kind for kind, _ in optimizer._slots)
    return [
        slot
        for kind in kinds
        for (name, _), slot in optimizer._slots.items()
        if name == kind and id(slot) in own
    ]


def _interleaved(paths: list[str], kinds: int) -> bool:
    """Whether the slots of each weight are adjacent, by their names: m/a, v/a, m/b, v/b."""
    last = [path.split("/")[-2:] for path in paths[-kinds:]] if kinds else []
    return kinds > 1 and len({tuple(part) for part in last}) == 1


def variables_in_order(layer) -> list:
    """The weights of a layer and its nested layers in the order of ``.h5`` files, trainable ones
    first."""
    stack, found, seen = [layer], [], set()
    while stack:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        found += one.own_variables()
        stack.extend(reversed(one.sublayers()))
    weights = distinct(found)
    trained = {id(v) for v in layer.trainable_weights}
    return [v for v in weights if id(v) in trained] + [v for v in weights if id(v) not in trained]
