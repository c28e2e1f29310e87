"""What a file holds, put into a model: all of it, or nothing."""

from __future__ import annotations

import numpy as np

from .document import damaged_if_wrong
from .errors import DamagedFile, MismatchedFile
from .parts import optimizer_of, tables_of, weights_of
from .tensors import Container


def fill(model, container: Container, shown: str, with_optimizer: bool,
         trainable: list[str] | None = None) -> None:
    """Give every variable its value: all, or none.

    Args:
        with_optimizer: whether the optimizer's are among them.
        trainable: the paths of the weights that are to be trained; None leaves that as it is.

    Raises:
        FileError: see `errors`; the model is as it was.
    """
    variables, states, paths = _checked(model, container, shown, with_optimizer)
    flags = set(paths if trainable is None else trainable)
    if not flags <= set(paths):
        strange = min(flags.difference(paths))
        raise DamagedFile(f"{shown}: trainable: there is no weight {strange!r}.")
    for layer, state in states:
        layer.set_state(state)
    for path, variable in variables.items():
        variable.store(container.array(path))
    for path in paths if trainable is not None else ():
        variables[path].trainable = path in flags


def _checked(model, container: Container, shown: str, with_optimizer: bool) -> tuple:
    """What is to be filled: the variables by path, pairs of a layer and its table, and the paths
    of those variables that are the model's."""
    weights = weights_of(model)
    variables = dict(weights)
    if with_optimizer:
        variables |= optimizer_of(model, {id(v): path for path, v in weights.items()})
    holders = tables_of(model)
    names = {name for name in container.places
             if not name.startswith(("probe/", "training/"))
             and (with_optimizer or not name.startswith("optimizer/"))}
    tables = _tables(names - variables.keys(), holders)
    _check(variables, container, names - {n for own in tables.values() for n in own}, shown)
    states = [(holders[path], {name[len(path):]: np.array(container.array(name)) for name in own})
              for path, own in tables.items()]
    with damaged_if_wrong(shown):
        for layer, state in states:
            layer.check_state(state)
    return variables, states, list(weights)


def _tables(names: set[str], holders: dict) -> dict[str, list[str]]:
    """The arrays of each layer that keeps some of its own."""
    found: dict[str, list[str]] = {path: [] for path in holders}
    for name in sorted(names):
        path = name.rpartition("/")[0] + "/"
        if path in found:
            found[path].append(name)
    return {path: own for path, own in found.items() if own}


def _check(variables: dict, container: Container, names: set[str], shown: str) -> None:
    """Refuse a file whose arrays are not those of these variables."""
    missing, more = sorted(variables.keys() - names), sorted(names - variables.keys())
    if missing or more:
        problem = f"it has no {missing[0]!r}" if missing else f"it has {more[0]!r}"
        others = len(missing) + len(more) - 1
        raise MismatchedFile(f"{shown}: holds the arrays of another model: {problem}, which this "
                             f"one {'needs' if missing else 'does not have'}"
                             + (f", and {others} more differ" if others else "")
                             + ". No weight was changed.")
    for path, variable in variables.items():
        place = container.places[path]
        if place.shape != variable.dims or place.dtype.name != variable.dtype:
            raise MismatchedFile(
                f"{shown}: {path!r} ({variable.path}): got {place.dtype.name} of shape "
                f"{place.shape}, expected {variable.dtype} of shape {variable.dims}. No weight "
                "was changed.")


def give_weights(model, container: Container, document: dict, shown: str) -> None:
    """Give a model the weights in a file that was opened, and its optimizer the state in it, where
    the model is compiled with one of the same kind.

    Raises:
        FileError: see `errors`; the model is as it was.
    """
    optimizer, said = model.optimizer, document["optimizer"] or {}
    with_optimizer = (optimizer is not None and said.get("built_for") is not None
                      and said["class_name"] == type(optimizer).__name__)
    if with_optimizer and not optimizer.built:
        weights = _checked(model, container, shown, False)[0]  # else it is left unbuilt
        if with_optimizer := weights.keys() >= set(said["built_for"]):
            optimizer.build([weights[path] for path in said["built_for"]])
    fill(model, container, shown, with_optimizer)
