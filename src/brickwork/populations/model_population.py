"""`Population`: many models that are trained, evaluated and asked together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from copy import deepcopy
from typing import Any

import numpy as np

from .. import data
from ..errors import ArgumentError, shown, whole_number
from ..models import Model
from ..training import History
from ..tree import map_structure
from .ensembles import mean_of
from .histories import Histories
from .members import Member, build, members_of
from .settings import Settings, combinations, maker
from .training import Job, count_rows, taken, train


def population(
    model: Model | Callable[..., Model],
    n: int = 1,
    settings: Settings = None,
    *,
    seed: int | None = None,
) -> Population:
    """Make many models, which are trained together.

    Small networks of one architecture lie side by side in the lanes of the processor's vectors,
    also where numbers in their settings differ, such as rates of dropout. Each member trains to the
    numbers that it would train to alone.

    Args:
        model: a compiled model, of which the members are copies with initial weights, orders of
            rows and dropout of their own; or a function that returns a compiled model.
        n: int >= 1, the number of members for each of the settings. Default 1.
        settings: what the members are made of, as arguments of the function: a dict from names to
            lists, all combinations of which are taken, or a list of dicts. A model takes
            ``learning_rate`` only. Default None.
        seed: int that determines the seeds of all members; None (default) draws one.

    Returns:
        A `Population`.

    Raises:
        ArgumentError (a ValueError): for a model that is not compiled, or settings that it does
            not take.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    >>> model.compile("sgd", "mse")
    >>> many = brickwork.population(model, 3, seed=1)
    >>> many.fit([[0.0], [1.0]], [0.0, 1.0], epochs=2, verbose=0).history["loss"].shape
    (3, 2)
    """
    n = whole_number(n, "population.n")
    chosen = combinations(settings, "population.settings")
    return Population(members_of(maker(model, "population.model"), chosen, n, seed))


class Population(Sequence):
    """Many models that are trained, evaluated and asked together; see `population`.

    ``many[3]`` is the fourth member as a model of its own, which can be used, trained and saved
    like any other and stays part of the population; a slice is a population of its members.

    Args:
        members: `Member` objects.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=2)])
    >>> model.compile("sgd", "mse")
    >>> many = brickwork.population(model, settings={"learning_rate": [0.1, 0.01]})
    >>> len(many), many.settings[1]
    (2, {'learning_rate': 0.01})
    >>> many.predict([[1.0, 2.0]]).shape
    (2, 1, 1)
    """

    def __init__(self, members: Sequence[Member]):
        self._members = list(members)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return Population(self._members[index])
        with self._lock:
            return self._members[index].taken_out()

    @property
    def _lock(self) -> Any:
        """What a call holds, so that no two of them put members into one model."""
        return self._members[0].mould.lock if self._members else nullcontext()

    def __len__(self) -> int:
        return len(self._members)

    def __repr__(self) -> str:
        return f"<Population of {len(self)} models>"

    @property
    def settings(self) -> list[dict[str, Any]]:
        """What each member was made of."""
        return [member.settings for member in self._members]

    def fit(
        self,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: str | int = "auto",
        callbacks: Any = None,
        *,
        rows: Sequence[Any] | None = None,
        held_out: Sequence[Any] | None = None,
        class_weight: Any = None,
        row_weights: Sequence[Any] | None = None,
        **options: Any,
    ) -> Histories:
        """Train every member.

        Args:
            x, y: inputs and targets ``(rows, ...)``, as for `Model.fit`; no stream.
            batch_size: int, rows per step; None (default) is 32.
            epochs: int, index of the last epoch plus 1; default 1.
            verbose: 0 silent, 1 a progress bar, 2 a line at the end; "auto" (default) is 1.
            callbacks: `Callback` or list of them, of which each member gets a copy; default None.
                With others than one `EarlyStopping` the members are trained one after the other.
            rows: for each member the indices of the rows that it trains on, such as a fold's; None
                (default): all rows.
            held_out: for each member the indices of the rows that it is validated on after each
                epoch; None (default) for none.
            class_weight: as for `Model.fit`: a dict from classes to the weights of their rows,
                "balanced", or None (default); or a list with one of these for each member.
            row_weights: for each member the weights of all rows in its training, as
                ``sample_weight`` of `Model.fit`; rows that are held out are not weighted by them.
                None (default): ``sample_weight`` counts for all members.
            options: other arguments of `Model.fit`, such as ``validation_data``.

        Returns:
            `Histories`, with a `History` for each member.

        Raises:
            ValueError: for invalid arguments or data, before the first step.

        >>> import brickwork
        >>> model = brickwork.Sequential([brickwork.layers.Dense(1, "sigmoid", input_dim=1)])
        >>> model.compile("sgd", "binary_crossentropy")
        >>> many = brickwork.population(model, 2, seed=1)
        >>> x, y = [[0.0], [1.0], [2.0]], [0, 1, 1]
        >>> histories = many.fit(x, y, class_weight=["balanced", {0: 3, 1: 1}], verbose=0)
        >>> histories.history["loss"].shape
        (2, 1)
        """
        if data.is_stream(x):
            raise ArgumentError("Population.fit.x", f"got {shown(x)}, expected arrays.")
        listeners = callbacks if isinstance(callbacks, list | tuple) else [callbacks]
        listeners = [callback for callback in listeners if callback is not None]
        if row_weights is not None and options.get("sample_weight") is not None:
            raise ArgumentError(
                "Population.fit.row_weights", "got sample_weight as well, expected one of the two."
            )
        if not isinstance(class_weight, list | tuple):
            class_weight = [class_weight] * len(self)
        self._one_each(class_weight, "class_weight")
        self._one_each(row_weights, "row_weights")
        jobs = [
            Job(
                member,
                deepcopy(listeners),
                self._own(rows, index, x, "rows"),
                self._own(held_out, index, x, "held_out"),
                class_weight[index],
                None if row_weights is None else row_weights[index],
            )
            for index, member in enumerate(self._members)
        ]
        arguments = {"x": x, "y": y, "batch_size": batch_size, "epochs": epochs, **options}
        with self._lock:
            train(jobs, arguments, 1 if verbose == "auto" else int(verbose))
        return self.history

    def _one_each(self, given: Sequence[Any] | None, name: str) -> None:
        """Check that there is something for each member."""
        if given is not None and len(given) != len(self):
            raise ArgumentError(
                f"Population.{name}",
                f"got {len(given)}, expected one for each of {len(self)} members.",
            )

    def _own(self, rows: Sequence[Any] | None, index: int, x: Any, name: str) -> Any:
        """The rows of one member, checked."""
        if rows is None:
            return None
        what = f"Population.{name}"
        self._one_each(rows, name)
        own, count = np.asarray(rows[index]), count_rows(x)
        if own.dtype == bool and own.shape == (count,):
            own = np.flatnonzero(own)
        if own.ndim != 1 or not own.size or own.dtype.kind not in "iu":
            raise ArgumentError(
                what, f"got {shown(rows[index])}, expected the indices of at least one row."
            )
        if own.min() < 0 or own.max() >= count:
            raise ArgumentError(
                what, f"got an index outside of {count} rows: {own.min()} to {own.max()}."
            )
        return own

    @property
    def history(self) -> Histories:
        """The `Histories` of the last training."""
        return Histories([member.history or History() for member in self._members])

    def evaluate(
        self, x: Any, y: Any = None, *, rows: Sequence[Any] | None = None, **options: Any
    ) -> dict[str, np.ndarray]:
        """Compute the loss and the metrics of each member.

        Args:
            x, y: inputs and targets, as for `Model.evaluate`.
            rows: for each member the indices of the rows that it is evaluated on, such as those
                that its fold holds out; None (default): all rows.
            options: other arguments of `Model.evaluate`.

        Returns:
            A dict from names to arrays ``(members,)``.

        Raises:
            ArgumentError (a ValueError): without members, and for rows that are not there.
        """
        options = {"verbose": 0, **options, "return_dict": True}
        weights = options.pop("sample_weight", None)
        if not self._members:
            raise ArgumentError("Population.evaluate", "there are no members.")
        with self._lock:
            build(self._members, x)
        found = []
        for index, member in enumerate(self._members):
            own = self._own(rows, index, x, "rows")
            given = [part if own is None else taken(part, own) for part in (x, y)]
            if weights is not None:
                options["sample_weight"] = weights if own is None else taken(weights, own)
            with self._lock, member.held() as model:
                found.append(model.evaluate(*given, **options))
        for logs in found:
            if logs.keys() != found[0].keys():
                raise ArgumentError(
                    "Population.evaluate",
                    f"got members with the scores {list(found[0])} and {list(logs)}, expected the "
                    "same of all. Give the layers of the outputs and the metrics a name=.",
                )
        return {name: np.array([logs[name] for logs in found]) for name in found[0]}

    def predict(self, x: Any, **options: Any) -> Any:
        """Return the outputs of all members.

        Args:
            x: inputs, as for `Model.predict`.
            options: other arguments of `Model.predict`.

        Returns:
            An array ``(members, rows, ...)``; of several outputs a list or dict of them.

        Raises:
            ArgumentError (a ValueError): without members.
        """
        found = []
        if not self._members:
            raise ArgumentError("Population.predict", "there are no members.")
        with self._lock:
            build(self._members, x)
        for member in self._members:
            with self._lock, member.held() as model:
                found.append(model.predict(x, **{"verbose": 0, **options}))
        return map_structure(lambda *parts: np.stack(parts), *found)

    def ensemble(self, name: str = "ensemble") -> Model:
        """Make one model of the members, whose outputs are the means of theirs.

        It has copies of the members, and predicts, evaluates, draws and saves like any model.

        Args:
            name: the model's name; default "ensemble".

        Returns:
            A `Model`, compiled like the members.

        Raises:
            ArgumentError (a ValueError): for members of a class of the user's own.

        >>> import brickwork
        >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=2)])
        >>> model.compile("sgd", "mse")
        >>> many = brickwork.population(model, 3)
        >>> many.ensemble().output_shape
        (None, 1)
        """
        return mean_of(list(self), name)
