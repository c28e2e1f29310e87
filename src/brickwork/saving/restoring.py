"""A model made for what a file holds, and all of that put into it, or nothing."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from ..layers import initial_weights
from ..stack_level import outside
from .document import damaged_if_wrong
from .errors import DamagedFile, MismatchedFile
from .layer_matching import Unmatched, is_seed, renumbered
from .tensors import Container
from .weight_paths import optimizer_of, tables_of, weights_of


@contextmanager
def making(shown: str, nbytes: int) -> Iterator[None]:
    """A block in which a model is made whose weights follow: they are zeros, no more than a file
    of so many bytes of arrays holds; what goes wrong does so because the file contradicts itself;
    and NumPy's generator goes on as if nothing had been drawn."""
    before = np.random.get_state()
    try:
        with damaged_if_wrong(shown), initial_weights.from_file(nbytes):
            yield
    finally:
        np.random.set_state(before)


def fill(model, container: Container, shown: str, with_optimizer: bool,
         trainable: list[str] | None = None, with_seeds: bool = True) -> None:
    """Give every variable its value: all, or none.

    Args:
        with_optimizer: whether the optimizer's are among them.
        trainable: the paths of the weights that are to be trained; None leaves that as it is.
        with_seeds: whether the states of seeds are among them.

    Raises:
        FileError: see `errors`; the model is as it was.
    """
    variables, states, paths = _checked(model, container, shown, with_optimizer, with_seeds)
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


def _checked(model, container: Container, shown: str, with_optimizer: bool,
             with_seeds: bool) -> tuple:
    """What is to be filled: the variables by path, pairs of a layer and its table, and the paths
    of those variables that are the model's."""
    weights = _weights(model, with_seeds)
    variables = dict(weights)
    if with_optimizer:
        variables |= optimizer_of(model, {id(v): path for path, v in weights.items()})
    names = {name for name in container.places
             if not name.startswith(("probe/", "training/"))
             and (with_optimizer or not name.startswith("optimizer/"))}
    tables = _tables(model, names - variables.keys())
    _check(variables, container, names.difference(*(own for _, own in tables)), shown)
    states = [(layer, _state(container, own)) for layer, own in tables]
    with damaged_if_wrong(shown):
        for layer, state in states:
            layer.check_state(state)
    return variables, states, list(weights)


def _weights(model, with_seeds: bool) -> dict[str, object]:
    return {path: variable for path, variable in weights_of(model).items()
            if with_seeds or not is_seed(path)}


def _tables(model, names: set[str]) -> list[tuple]:
    """Each layer that keeps arrays of its own, and their names."""
    holders = tables_of(model)
    found: dict[str, list[str]] = {path: [] for path in holders}
    for name in sorted(names):
        path = name.rpartition("/")[0] + "/"
        if path in found:
            found[path].append(name)
    return [(holders[path], own) for path, own in found.items() if own]


def _state(container: Container, names: list[str]) -> dict[str, np.ndarray]:
    return {name.rpartition("/")[2]: np.array(container.array(name)) for name in names}


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
        if problem := _misfit(variable, container, path):
            raise MismatchedFile(f"{shown}: {path!r} ({variable.path}): {problem}. No weight was "
                                 "changed.")


def _misfit(variable, container: Container, path: str) -> str | None:
    """Why the array with this path is not the variable's; None where it is."""
    place = container.places.get(path)
    if place is None:
        return "it is not there"
    if place.shape == variable.dims and place.dtype.name == variable.dtype:
        return None
    return (f"got {place.dtype.name} of shape {place.shape}, expected {variable.dtype} of shape "
            f"{variable.dims}")


def _fill_fitting(model, container: Container, shown: str, with_seeds: bool) -> None:
    """Give the layers what is theirs whose own weights and tables are all in the file."""
    variables, problems = _weights(model, with_seeds), {}
    for path, variable in variables.items():
        if problem := _misfit(variable, container, path):
            problems.setdefault(path.rpartition("/")[0], f"{path!r} ({variable.path}): {problem}")
    for path, variable in variables.items():
        if path.rpartition("/")[0] not in problems:
            variable.store(container.array(path))
    for layer, own in _tables(model, container.places.keys() - variables.keys()):
        try:
            layer.check_state(state := _state(container, own))
        except ValueError as error:
            problems[layer.name] = f"{own[0]!r} ({layer.name}): {error}"
        else:
            layer.set_state(state)
    for problem in problems.values():
        warnings.warn(f"{shown}: {problem}; this layer is left as it is.", stacklevel=outside())


def give_weights(model, container: Container, document: dict, shown: str,
                 skip_mismatch: bool = False) -> None:
    """Give a model the weights in a file that was opened, and its optimizer the state in it, where
    the model is compiled with one of the same kind. Layers without weights may be others than those
    of the file: see `renumbering`.

    Args:
        skip_mismatch: leave a layer as it is, with a warning, where a weight of its own is not in
            the file or has another shape there; and the optimizer, which has been with all of them.

    Raises:
        FileError: see `errors`; the model is as it was.
    """
    why, moved = "", None
    try:
        moved = renumbered(model, container, document)
    except Unmatched as error:
        why = f" {error}."
    container, document = moved or (container, document)
    if skip_mismatch:
        return _fill_fitting(model, container, shown, moved is None)
    try:
        _give(model, container, document, shown, moved is None)
    except MismatchedFile as error:
        raise MismatchedFile(f"{error}{why}") from None


def _give(model, container: Container, document: dict, shown: str, with_seeds: bool) -> None:
    optimizer, said = model.optimizer, document["optimizer"] or {}
    with_optimizer = (optimizer is not None and said.get("built_for") is not None
                      and said["class_name"] == type(optimizer).__name__)
    if with_optimizer and not optimizer.built:
        weights = _checked(model, container, shown, False, with_seeds)[0]  # else it is left unbuilt
        if with_optimizer := weights.keys() >= set(said["built_for"]):
            optimizer.build([weights[path] for path in said["built_for"]])
    fill(model, container, shown, with_optimizer, with_seeds=with_seeds)
