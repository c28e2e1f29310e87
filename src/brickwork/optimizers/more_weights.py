"""Weights that an optimizer meets after it was built: those of another model that it is compiled
into, or of a layer that is trained from now on.

The slots follow the weights, whichever model trains them, and all share the number of steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def admit(optimizer: Any, variables: Iterable[Any]) -> None:
    """Create the state for those of the weights that have none; the others keep theirs.

    The optimizer is built again for all weights, and gets back the variables that it had: so a
    custom optimizer's own `build` need not know of it.

    Args:
        optimizer: an `Optimizer`.
        variables: the weights that it is about to update.
    """
    variables = list(variables)
    if not optimizer.built:
        optimizer.build(variables)
        optimizer.built = True
        return
    new = [v for v in dict.fromkeys(variables) if v not in optimizer._index]
    if not new or not optimizer._begun:  # a custom build that says nothing of its weights
        return
    before = dict(vars(optimizer))
    optimizer._kept = _by_origin(optimizer)
    optimizer._variables = [v for v in optimizer._variables if v not in optimizer._origins]
    optimizer._slots, optimizer._origins = {}, {}
    optimizer.built = False
    try:
        optimizer.build([*before["_trainable"], *new])
    except BaseException:  # Ctrl-C too: all slots or none
        vars(optimizer).update(before)
        raise
    finally:
        left, optimizer._kept = [v for kept in optimizer._kept.values() for v in kept], {}
    optimizer._variables += left  # made by the user, after it was built
    optimizer.built = True
    if optimizer.use_ema and int(optimizer._steps.numpy()):
        for v in new:  # the average of the steps that it was not trained in
            optimizer.slot("average", v).store(v.numpy())


def _by_origin(optimizer: Any) -> dict[tuple, list]:
    """The variables that `build` made, in their order, by what they were made for."""
    kept: dict[tuple, list] = {}
    for variable, origin in optimizer._origins.items():
        kept.setdefault(origin, []).append(variable)
    return kept


def variables_for(optimizer: Any, weights: Iterable[Any]) -> list:
    """Return an optimizer's variables without the slots of weights that are not among these.

    Args:
        optimizer: an `Optimizer`.
        weights: the weights of a model.

    Returns:
        A list of variables, in the order of `Optimizer.variables`.
    """
    own = set(weights)
    others, stack = set(), [optimizer]
    while stack:
        one = stack.pop()
        others |= {
            v for v, (weight, _) in one._origins.items() if weight is not None and weight not in own
        }
        stack += [*getattr(one, "optimizers", ()), *filter(None, [_inner(one)])]
    return [v for v in optimizer.variables if v not in others]


def _inner(optimizer: Any) -> Any:
    return vars(optimizer).get("inner_optimizer")
