"""The members of a population, and the models that run them.

A member is its values: weights, slots of the optimizer, seeds. To be trained, evaluated or asked
they are put into the model of its settings, or into a lane of the engine beside others; so
hundreds of members need no more models, programs and plans than they have architectures. A member
that is taken out of the population gets a model of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

import numpy as np

from .. import data
from ..errors import ArgumentError, whole_number
from ..initializers import Initializer
from ..models import Model
from ..naming import own_names
from ..program import Variable
from ..program.seeds import draw_seed
from ..training import History
from .kinds import kinds
from .settings import numpy_seed


def variables_of(model: Model) -> list[Variable]:
    """What training changes, but for metrics, in one order for all models of an architecture."""
    return [*model.variables, *model.optimizer.variables]


def build_optimizer(model: Model) -> None:
    """Make the slots of a built model's optimizer, if there are none."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)


class Mould:
    """The model that the members of one of the settings are put into.

    Args:
        make: function that makes a compiled model of the settings.
        settings: a dict.

    Attributes:
        model: the model, as it was made.
        runner: the model that members are put into: that of the first settings of its kind.
        lock: held while members are put into a model; the same for all of a population.
    """

    def __init__(self, make: Callable[..., Model], settings: dict[str, Any]):
        self.make, self.settings = make, settings
        with own_names("metric"):  # so that the logs of all members have the same names
            self.model = self.runner = make(**settings)
        if self.model.built:
            build_optimizer(self.model)
        self._variables: list[Variable] | None = None
        self.lock = SharedLock()

    @property
    def variables(self) -> list[Variable]:
        """Those of the model; known once it and its optimizer are built."""
        if self._variables is None:
            self._variables = variables_of(self.model)
            self.first = [variable.array.copy() for variable in self._variables]
            self.initializers = [
                variable.initializer if _is_drawn(variable) else None
                for variable in self._variables
            ]
        return self._variables

    def drawn(self, seed: int) -> list[np.ndarray]:
        """The first values of a member: weights and seeds drawn anew, all else as in the model."""
        with numpy_seed(seed):
            return [
                first.copy()
                if initializer is None
                else Variable(_anew(initializer), variable.dims, variable.dtype).array
                for variable, first, initializer in zip(
                    self.variables, self.first, self.initializers, strict=True
                )
            ]

    def another(self) -> Model:
        """A model of the same settings, built as this one is."""
        with numpy_seed(0), own_names("metric"):
            model = self.make(**self.settings)
        if not model.built and self.model.built:
            model.build(self.model._built_shape)
        if model.built:
            build_optimizer(model)
        if [v.dims for v in model.variables] != [v.dims for v in self.model.variables]:
            raise ArgumentError(
                "population.model", "the function returned another architecture than before."
            )
        return model


def _anew(initializer: Any) -> Any:
    """An initializer like another one, which without a seed of its own draws another."""
    if isinstance(initializer, Initializer):
        return type(initializer).from_config(initializer.get_config())
    return initializer


def _is_drawn(variable: Variable) -> bool:
    """Whether a member has a first value of its own: a seed, or a weight to be trained that has the
    value of its initializer. A weight that was loaded or set is kept."""
    initializer = variable.initializer
    if initializer is None or variable.dtype == "int64":
        return initializer is not None
    if not variable.trainable:
        return False
    if not isinstance(initializer, Initializer) or hasattr(
        getattr(initializer, "seed", None), "next"
    ):
        return True  # another value at each call
    first = Variable(initializer, variable.dims, variable.dtype).array
    return bool(np.array_equal(first, variable.array))


class SharedLock:
    """A lock; copies of what holds it share one of their own."""

    def __init__(self) -> None:
        self._lock = RLock()

    def __reduce__(self) -> tuple:
        return SharedLock, ()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Member:
    """One member of a population.

    Args:
        mould: the model of its settings.
        seed: int, from which its first values and its orders of rows are drawn.

    Attributes:
        history: the `History` of its last training; None before the first.
        model: the model that it was taken out as, whose values are then its values; or None.
    """

    def __init__(self, mould: Mould, seed: int):
        self.mould, self.seed = mould, seed
        self.history: History | None = None
        self.model: Model | None = None
        self._values: list[np.ndarray] | None = None
        with numpy_seed((seed + 1) % 2**32):
            self._orders = {"seed": draw_seed(), "passes": 0, "first_epoch": 0}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        if self._values is not None:  # joblib's are of a file that cannot be written to
            self._values = [np.require(value, requirements="W") for value in self._values]

    @property
    def settings(self) -> dict[str, Any]:
        """What it was made of."""
        return self.mould.settings

    @property
    def orders(self) -> dict[str, int]:
        """The state of its orders of rows; see `Model._shuffling`."""
        return self._orders if self.model is None else self.model._shuffling()

    @orders.setter
    def orders(self, state: dict[str, int]) -> None:
        if self.model is None:
            self._orders = state
        else:
            self.model._shuffle_as(state)

    def arrays(self) -> list[np.ndarray]:
        """Its values, in the order of `variables_of`; writing to them changes it."""
        if self.model is not None:
            return [variable.array for variable in variables_of(self.model)]
        if self._values is None:
            self._values = self.mould.drawn(self.seed)
        return self._values

    def _put_into(self, model: Model) -> None:
        if model.built:
            for variable, value in zip(variables_of(model), self.arrays(), strict=True):
                variable.array[...] = value
        model._shuffle_as(self._orders)

    @contextmanager
    def held(self, runner: Model | None = None) -> Iterator[Model]:
        """Return a context in which a model has its values, and after which it has the model's.

        Args:
            runner: a model of its kind; None (default): the one that members of its kind share.
        """
        if self.model is not None:
            yield self.model
            self.history = self.model.history
            return
        model = self.mould.runner if runner is None else runner
        self._put_into(model)
        model.history = self.history
        try:
            yield model
        finally:
            for variable, value in zip(variables_of(model), self.arrays(), strict=True):
                value[...] = variable.array
            self._orders, self.history = model._shuffling(), model.history

    def taken_out(self) -> Model:
        """Its own model; the same one each time."""
        if self.model is None:
            model = self.mould.another()
            self._put_into(model)
            if self.history is not None:
                model.history = self.history
                self.history.set_model(model)
            self.model = model
        return self.model


def members_of(
    make: Callable[..., Model],
    settings: Sequence[dict[str, Any]],
    n: int,
    seed: int | None,
    equal_seeds: bool = False,
) -> list[Member]:
    """Make `n` members of each of the settings.

    Args:
        make: function that makes a compiled model of settings.
        settings: dicts.
        n: members for each.
        seed: int that determines the seeds of all members; None draws one.
        equal_seeds: whether the members of all settings have the same `n` seeds, so that settings
            are compared by what they change.
    """
    base = draw_seed() if seed is None else whole_number(seed, "population.seed", 0)
    with numpy_seed(base % 2**32):  # what members copy of it does not depend on anything else
        moulds = [Mould(make, own) for own in settings]
    for kind in kinds([mould.model for mould in moulds]):
        for index in kind:
            moulds[index].runner, moulds[index].lock = moulds[kind[0]].model, moulds[0].lock
    count = n if equal_seeds else n * len(moulds)
    seeds = np.random.SeedSequence(base).generate_state(count).tolist()
    return [
        Member(mould, seeds[copy if equal_seeds else number * n + copy])
        for number, mould in enumerate(moulds)
        for copy in range(n)
    ]


def build(members: Sequence[Member], x: Any) -> None:
    """Build the models of members for inputs, if they are not built."""
    for mould in {id(member.mould): member.mould for member in members}.values():
        for model in (mould.model, mould.runner):
            if not model.built:
                model._prepared(data.for_predict, x)
            build_optimizer(model)
