"""What the members of a population are made of: settings, and seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from ..models import Model, clone_model

#: What members are made of: a dict of lists, all of whose combinations are meant, or dicts.
Settings = Mapping[str, Iterable[Any]] | Sequence[Mapping[str, Any]] | None


def combinations(settings: Settings, what: str) -> list[dict[str, Any]]:
    """The settings one by one.

    Args:
        settings: a dict of lists, all of whose combinations are taken; a list of dicts; or None.
        what: the argument's name, for errors.

    Returns:
        A list of dicts, never empty.

    Raises:
        ArgumentError (a ValueError): for anything else, and where there is nothing to combine.

    >>> combinations({"units": [4, 8], "rate": [0.1]}, "settings")
    [{'units': 4, 'rate': 0.1}, {'units': 8, 'rate': 0.1}]
    """
    if settings is None:
        return [{}]
    for name, values in settings.items() if isinstance(settings, Mapping) else ():
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise ArgumentError(
                what, f"got {shown(values)} for {name!r}, expected a list of values."
            )
    try:
        if isinstance(settings, Mapping):
            found = [dict(zip(settings, v, strict=True)) for v in product(*settings.values())]
        else:
            found = [dict(one) for one in settings]
    except TypeError:
        raise ArgumentError(
            what, f"got {shown(settings)}, expected a dict of lists or a list of dicts."
        ) from None
    if not found:
        raise ArgumentError(what, "got no values, expected at least one for each name.")
    return found


def maker(model: Any, what: str) -> Callable[..., Model]:
    """The function that makes a member of its settings.

    Args:
        model: a compiled model, which is copied; or a function that returns one.
        what: the argument's name, for errors.

    Raises:
        ArgumentError (a ValueError): for anything else.
    """
    if not isinstance(model, Model):
        if not callable(model):
            raise ArgumentError(
                what,
                f"got {shown(model)}, expected a compiled model or a function that returns one.",
            )
        return _Checked(model, what)
    if not model.compiled:
        raise ArgumentError(what, "the model is not compiled; call its compile first.")

    copy = copier(copier(model, what)(), what)  # the user may go on with the model

    def made(**settings: Any) -> Model:
        clone = copy()
        for name, value in settings.items():
            if name != "learning_rate":
                raise ArgumentError(
                    what.rpartition(".")[0] + ".settings",
                    f"got {name!r}, which a finished model does not take; expected "
                    "learning_rate, or a function that makes a model of its settings.",
                )
            clone.optimizer.learning_rate = value
        return clone

    return _Checked(made, what)


def copier(model: Model, what: str) -> Callable[[], Model]:
    """The function that returns copies of a model: with weights of their own, but its other state,
    such as what a `Normalization` has learnt, and frozen weights.

    Args:
        model: the model.
        what: the argument's name, for errors.
    """

    def copy() -> Model:
        try:
            clone = clone_model(model)
        except ValueError as error:
            raise ArgumentError(
                what,
                f"the model cannot be copied ({error}); give a function that makes it.",
            ) from error
        if model.built:
            if not clone.built:
                clone.build(model._built_shape)
            for own, variable in zip(clone.variables, model.variables, strict=True):
                if variable.initializer is None or not variable.trainable:
                    own.array[...] = variable.array
        return clone

    return copy


class _Checked:
    """A function that makes models, which are checked; an object, so that populations of functions
    that can be pickled can be pickled."""

    def __init__(self, make: Callable[..., Any], what: str):
        self.make, self.what = make, what

    def __call__(self, **settings: Any) -> Model:
        model = self.make(**settings)
        if not isinstance(model, Model) or not model.compiled:
            raise ArgumentError(
                self.what, f"the function returned {shown(model)}, expected a compiled model."
            )
        return model


@contextmanager
def numpy_seed(seed: int) -> Iterator[None]:
    """Return a context in which seeds that are drawn from NumPy's global generator are determined.

    >>> with numpy_seed(1):
    ...     first = np.random.rand()
    >>> with numpy_seed(1):
    ...     second = np.random.rand()
    >>> first == second
    True
    """
    before = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(before)
