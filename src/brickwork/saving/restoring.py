"""Restoring a model's variables from a file: all of them, or none."""

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
def building_from_file(shown: str, nbytes: int) -> Iterator[None]:
    """A block in which a model is built whose weights are read later.

    Weights are zeros, in total no larger than the arrays of the file, of `nbytes`. Errors mean that
    the file contradicts itself. The state of NumPy's generator is restored at the end.
    """
    state = np.random.get_state()
    try:
        with damaged_if_wrong(shown), initial_weights.from_file(nbytes):
            yield
    finally:
        np.random.set_state(state)


def fill(
    model,
    container: Container,
    shown: str,
    with_optimizer: bool,
    trainable: list[str] | None = None,
    with_seeds: bool = True,
) -> None:
    """Set every variable: all, or none.

    Args:
        with_optimizer: whether to include the optimizer's variables.
        trainable: the paths of the trainable weights; None leaves that unchanged.
        with_seeds: whether to include the states of seeds.

    Raises:
        FileError: see `errors`; the model is unchanged.
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


def _checked(
    model, container: Container, shown: str, with_optimizer: bool, with_seeds: bool
) -> tuple:
    """What is to be set: the variables by path, pairs of a layer and its table, and the paths of
    the model's own variables."""
    weights = _weights(model, with_seeds)
    variables = dict(weights)
    if with_optimizer:
        variables |= optimizer_of(model, {id(v): path for path, v in weights.items()})
    names = {
        name
        for name in container.places
        if not name.startswith(("probe/", "training/", "attached/"))
        and (with_optimizer or not name.startswith("optimizer/"))
    }
    tables = _tables(model, names - variables.keys())
    _check(variables, container, names.difference(*(own for _, own in tables)), shown)
    states = [(layer, _state(container, own)) for layer, own in tables]
    with damaged_if_wrong(shown):
        for layer, state in states:
            layer.check_state(state)
    return variables, states, list(weights)


def _weights(model, with_seeds: bool) -> dict[str, object]:
    return {
        path: variable
        for path, variable in weights_of(model).items()
        if with_seeds or not is_seed(path)
    }


def _tables(model, names: set[str]) -> list[tuple]:
    """Each layer with arrays besides its weights, and their names."""
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
    """Raise an error if the file's arrays do not match these variables."""
    missing, more = sorted(variables.keys() - names), sorted(names - variables.keys())
    if missing or more:
        problem = f"it has no {missing[0]!r}" if missing else f"it has {more[0]!r}"
        others = len(missing) + len(more) - 1
        raise MismatchedFile(
            f"{shown}: holds the arrays of another model: {problem}, which this "
            f"one {'needs' if missing else 'does not have'}"
            + (f", and {others} more differ" if others else "")
            + ". No weight was changed."
        )
    for path, variable in variables.items():
        if problem := _mismatch(variable, container, path):
            raise MismatchedFile(
                f"{shown}: {path!r} ({variable.path}): {problem}. No weight was changed."
            )


def _mismatch(variable, container: Container, path: str) -> str | None:
    """Why the array with this path does not fit the variable; None if it fits."""
    place = container.places.get(path)
    if place is None:
        return "it is missing"
    if place.shape == variable.dims and place.dtype_name == variable.dtype:
        return None
    return (
        f"got {place.dtype_name} of shape {place.shape}, expected {variable.dtype} of shape "
        f"{variable.dims}"
    )


def _fill_fitting(model, container: Container, shown: str, with_seeds: bool) -> None:
    """Set the weights and tables of those layers that fit completely; warn about the others."""
    variables, problems = _weights(model, with_seeds), {}
    for path, variable in variables.items():
        if problem := _mismatch(variable, container, path):
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
        warnings.warn(f"{shown}: {problem}; this layer is left unchanged.", stacklevel=outside())


def assign_weights(
    model, container: Container, document: dict, shown: str, skip_mismatch: bool = False
) -> None:
    """Set a model's weights from an opened file, and its optimizer's state if the model is compiled
    with an optimizer of the same class.

    Layers without weights may differ from those of the file: see `layer_matching`.

    Args:
        skip_mismatch: whether to leave a layer unchanged, with a warning, if one of its weights is
            missing in the file or has another shape; the optimizer is then left unchanged, too.

    Raises:
        FileError: see `errors`; the model is unchanged.
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
        _assign(model, container, document, shown, moved is None)
    except MismatchedFile as error:
        raise MismatchedFile(f"{error}{why}") from None


def _assign(model, container: Container, document: dict, shown: str, with_seeds: bool) -> None:
    optimizer, facts = model.optimizer, document["optimizer"] or {}
    with_optimizer = (
        optimizer is not None
        and facts.get("built_for") is not None
        and facts["class_name"] == type(optimizer).__name__
    )
    if with_optimizer and not optimizer.built:
        # Checked first, so that an error leaves the optimizer unbuilt.
        weights = _checked(model, container, shown, False, with_seeds)[0]
        if with_optimizer := weights.keys() >= set(facts["built_for"]):
            optimizer.build([weights[path] for path in facts["built_for"]])
    fill(model, container, shown, with_optimizer, with_seeds=with_seeds)
