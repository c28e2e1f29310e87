"""The optimizer's state, in the orders that Keras has had for it.

Today it is the count of steps, the learning rate, and for each weight what the rule keeps. In
Keras 2.11 to 2.15 the rate was not there. Before that, all weights' first slots stood before all
second ones, or in the order that names tell; Keras 1 had no count with some rules.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from ...layers.tracking import distinct
from ...stack_level import outside


def state_of(model, paths: list[str], file, orders: dict | None = None) -> dict:
    """The paths of arrays, and the optimizer's variables that take them; none, with a warning,
    where they are those of another rule.

    The optimizer is built for that, where the file's was.

    Args:
        paths: of the arrays, in the file's order.
        file: `Opened`.
        orders: of layers, as in `layout.places`.
    """
    optimizer = model.optimizer
    if not paths:
        return {}
    weights = [v for v in variables_in_order(model, orders) if v.trainable]
    if len(paths) > 2 and not optimizer.built:
        optimizer.build(weights)
    shapes = [file.arrays.get(path, (None,))[0] for path in paths]
    for variables in _orders(optimizer, paths, len(weights)):
        if [tuple(v.shape) for v in variables] == shapes:
            return dict(zip(paths, variables, strict=True))
    if shapes[0] == () and len(distinct(optimizer.variables)) == 2:
        return {paths[0]: optimizer.variables[0]}  # slots that were kept for nothing: SGD's
    if len(paths) > 2:
        warnings.warn(f"{file.path}: the optimizer's state is not that of {optimizer.name} here: "
                      "its training begins anew.", stacklevel=outside())
    return {}


def _orders(optimizer, paths: list[str], weights: int) -> Iterator[list]:
    """The orders that the variables may stand in, the likeliest first."""
    variables = distinct(optimizer.variables)
    count, rest = variables[:1], variables[2:]
    slots = [v for v in rest if v.shape or weights == len(rest)]
    own = [v for v in rest if not any(v is slot for slot in slots)]
    yield optimizer.variables  # with those of an optimizer inside twice, as Keras has them
    yield variables
    yield [*variables[:2], *own, *slots]  # Nadam's product, before Keras 3.7
    kinds = len(slots) // weights if weights else 0
    rows = by_kind(optimizer)
    named = any(kind.rpartition("/")[2].isdigit() for kind in paths)
    today = [[*count, *slots], [*count, *rest], slots]
    older = [[*count, *rows], rows, [*count, *rows, *own]]
    yield from today + older if named or _interleaved(paths, kinds) else older + today


def by_kind(optimizer) -> list:
    """An optimizer's slots, those of one kind for all weights before those of the next."""
    kinds = dict.fromkeys(kind for kind, _ in optimizer._slots)
    return [slot for kind in kinds for (name, _), slot in optimizer._slots.items() if name == kind]


def _interleaved(paths: list[str], kinds: int) -> bool:
    """Whether names tell that the slots of a weight stand in a row: m/a, v/a, m/b, v/b."""
    last = [path.split("/")[-2:] for path in paths[-kinds:]] if kinds else []
    return kinds > 1 and len({tuple(part) for part in last}) == 1


def variables_in_order(layer, orders: dict | None = None) -> list:
    """A layer's weights with those inside of it, those that are trained first, as ``.h5`` files
    have them; in the orders of the file, where they are known."""
    stack, found, met = [layer], [], set()
    while stack:
        one = stack.pop()
        if id(one) in met:
            continue
        met.add(id(one))
        found += one.own_variables()
        stack.extend(reversed((orders or {}).get(id(one)) or one.sublayers()))
    weights = distinct(found)
    trained = {id(v) for v in layer.trainable_weights}
    return [v for v in weights if id(v) in trained] + [
        v for v in weights if id(v) not in trained]
