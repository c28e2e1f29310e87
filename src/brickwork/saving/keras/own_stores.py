"""What a user's own ``save_own_variables`` and ``load_own_variables`` write and read.

Such a method decides itself what a file holds of a layer, a model or an optimizer; everything else
is written by the table in `layout`.
"""

from __future__ import annotations

import warnings
from collections import UserDict
from contextlib import contextmanager
from typing import Any

import numpy as np

from ...custom_objects import overrides
from ...errors import ArgumentError, shown
from ...optimizers import Optimizer
from ...program.dtypes import is_half
from ...stack_level import outside
from ..errors import FileError, MismatchedFile


def saves_itself(owner: Any) -> bool:
    """Whether a method of the user's writes what the file holds of an object."""
    return overrides(owner, "save_own_variables")


def loads_itself(owner: Any) -> bool:
    """Whether a method of the user's reads what the file holds of an object."""
    return overrides(owner, "load_own_variables")


class Store(UserDict):
    """What ``save_own_variables`` fills: names to arrays of numbers, which are copied.

    Args:
        owner: the name of the layer, for messages.
    """

    def __init__(self, owner: str):
        self._what = f"{owner}.save_own_variables"
        super().__init__()

    def __setitem__(self, name: str, value: Any) -> None:
        if not isinstance(name, str) or not {"", ".", ".."}.isdisjoint(name.split("/")):
            raise ArgumentError(
                self._what,
                f'got the name {shown(name)}, expected a string without empty parts, "." and "..".',
            )
        array = np.array(value)
        if array.dtype.kind not in "biuf" and not is_half(array):
            raise ArgumentError(
                self._what,
                f"{name}: got {shown(value)}, expected a number or an array of numbers; "
                "get_config is the place for texts.",
            )
        super().__setitem__(name, array)


def saved_by(owner: Any) -> dict[str, np.ndarray]:
    """The arrays that an object's own ``save_own_variables`` puts into a store, by name."""
    store = Store(owner.name)
    owner.save_own_variables(store)
    return dict(store)


def load_by(places, model, file, with_optimizer: bool, skip: bool) -> None:
    """Call the ``load_own_variables`` of each object that has its own.

    Args:
        places: function from a model to its `layout.Place`s; asked again after each call, which may
            make more layers.
        model: the model.
        file: the file, an `Opened`.
        with_optimizer: whether to include the optimizer.
        skip: whether to warn of an error instead of raising it.

    Raises:
        MismatchedFile: for any error in such a method.
    """
    done: set[int] = set()
    while place := next(
        (
            place
            for place in places(model)
            if loads_itself(place.owner)
            and id(place.owner) not in done
            and (with_optimizer or not isinstance(place.owner, Optimizer))
        ),
        None,
    ):
        owner = place.owner
        done.add(id(owner))
        store = _read(file, place.under("vars"))
        if isinstance(owner, Optimizer) and store and not owner.built:
            owner.build(model.trainable_variables)
        try:
            owner.load_own_variables(store)
        except FileError:
            raise
        except Exception as error:
            problem = (
                f"{file.path}: {owner.name} ({place.under('vars')}): load_own_variables raised "
                f"{type(error).__name__}: {error}"
            )
            if not skip:
                names = ", ".join(map(repr, store)) or "nothing"
                raise MismatchedFile(
                    f"{problem}. The file holds {names} there; no weight was changed."
                ) from error
            warnings.warn(f"{problem}; this layer is left as it is now.", stacklevel=outside())


def _read(file, group: str) -> dict[str, np.ndarray]:
    """The arrays in a group of a file, by name, sorted as in Keras's store."""
    paths = sorted(path for path in file.arrays if path.startswith(f"{group}/"))
    found = file.read({path: file.arrays[path][0] for path in paths})
    return {path.removeprefix(f"{group}/"): array for path, array in found.items()}


@contextmanager
def all_or_none(model):
    """A block that leaves a model's variables as they were if an error is raised."""
    variables = [*model.variables, *(model.optimizer.variables if model.optimizer else ())]
    before = [(variable, variable.numpy()) for variable in variables]
    try:
        yield
    except BaseException:
        for variable, value in before:
            variable.assign(value)
        raise
