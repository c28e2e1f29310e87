"""Training of members of one architecture side by side, in the lanes of vectors.

Each member is trained as it would be alone: with weights, rows, an order of them and seeds of its
own. A program is traced for one of them, and the engine runs it for a group of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from math import prod
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from .. import _engine
from ..engines.native import SideBySide
from ..program import Pack, Program
from ..program.dtypes import widened
from ..training import History, feeds_of, signatures_of
from ..training.row_shares import products_in
from .alike import Constant, joined, outline
from .members import Member, variables_of

if TYPE_CHECKING:
    from ..callbacks import EarlyStopping
    from ..models import Model

#: Seconds that a group trains before it looks whether it is to stop.
SLICE = 0.04
#: `_engine.Plan.retired`: nothing more is asked of a model; its loss was not finite.
RETIRED, FAILED = 1, 2


class Trainee:
    """A member that is trained side by side with others.

    Args:
        member: the member.
        number: the index of its model among those that are trained together.
        rows, held_out: the indices of the rows that it trains on and is validated on; None: all.
        weights: its own weights of all rows, for each output that has some.
        stop: its own `EarlyStopping`, or None.

    Attributes:
        epoch: the number of its finished epochs.
        failed: whether it met a value that is not finite. It is then as before the training.
    """

    def __init__(
        self,
        member: Member,
        number: int,
        rows: np.ndarray | None = None,
        held_out: np.ndarray | None = None,
        weights: Sequence[np.ndarray] = (),
        stop: EarlyStopping | None = None,
    ):
        self.member, self.number, self.weights, self.stop = member, number, weights, stop
        self.rows = None if rows is None else np.ascontiguousarray(rows, np.uint32)
        self.held_out = None if held_out is None else np.ascontiguousarray(held_out, np.uint32)
        self.history, self.epoch, self.failed = History(), 0, False

    def begin(self, plain: dict[str, Any]) -> None:
        """Start an order of rows, or continue the last one, as `fit` does."""
        self.epoch, orders = plain["initial_epoch"], dict(self.member.orders)
        if not (plain["shuffle"] and orders["passes"] and self.epoch > orders["first_epoch"]):
            orders["passes"] += bool(plain["shuffle"])
            orders["first_epoch"] = self.epoch
        self.orders = orders
        for callback in (self.history, *([] if self.stop is None else [self.stop])):
            callback.set_params({"verbose": 0, "epochs": plain["epochs"], "steps": plain["steps"]})
        self.seed = (orders["seed"] * 1_000_003 + orders["passes"]) % 2**63

    def end(self) -> None:
        """Give the member what the training has made of it."""
        member = self.member
        member.orders, member.history = self.orders, self.history
        if member.model is not None:
            self.history.set_model(member.model)


class Traced:
    """The programs of one model for a training.

    Args:
        model: the model.
        prepared: the data of `fit`, checked.
        rows, held_out: the number of rows of each member, to train on and to validate on; 0 for
            the latter if `prepared` has validation data of its own, or none.
        plain: the other arguments of `fit`.
        weights: where members have weights of rows of their own, those of one of them: an array for
            each output, or None. They do not count in the validation.

    Attributes:
        train, test: the programs of a step, of what an epoch begins with, and of its results; the
            latter empty without validation.
        results, test_results: what makes logs of the results; None without validation.
    """

    def __init__(
        self,
        model: Model,
        prepared: Any,
        rows: int,
        held_out: int,
        plain: dict[str, Any],
        weights: list[np.ndarray | None] | None = None,
    ):
        self.model, self.rows, self.plain = model, rows, plain
        self.data = prepared.data if weights is None else weighted(prepared.data, weights)
        programs, expects = model._plans, model._step_expectation()
        self.batch = min(prepared.batch_size, rows)
        scaled = self.batch if plain["last_batch"] == "scale" else None
        signatures = signatures_of(self.data, expects)
        self.train = [programs.step_program(signatures, True, scaled)]
        self.train += [programs.begin().program, programs.end().program]
        self.results, self.test_results = programs.results(), None
        self.test: list[Program] = []
        self.valid = prepared if held_out else prepared.validation
        if self.valid is not None:
            self.test_rows = held_out or self.valid.data.rows
            self.test_batch = min(self.valid.batch_size, self.test_rows)
            self.test_steps = None if held_out else self.valid.steps
            signatures = signatures_of(self.valid.data, expects)
            self.test = [programs.step_program(signatures, False), *self.train[1:]]
            self.test_results = programs.results(False)

    def key(self, numbers: dict[tuple, int]) -> tuple:
        """A key that is equal for models whose programs differ in constants alone; see `outline`.

        Raises:
            ValueError: for a state that is neither a variable of the model nor a metric's.
        """
        names: dict[int, Any] = {id(v): i for i, v in enumerate(variables_of(self.model))}
        trackers = self.model._compiled.trackers
        names |= {id(v): (i, k) for i, t in enumerate(trackers) for k, v in enumerate(t.variables)}
        outlines = [outline(program, names, numbers) for program in (*self.train, *self.test)]
        return tuple(outlines)

    def columns(self, epochs: range, rows: np.ndarray) -> dict[str, list]:
        """The results of these epochs by their names in the logs."""
        columns = self.results.columns(rows[:, : self.results.width])
        if self.test_results is not None:
            every = self.plain["validation_freq"]
            seen = [i for i, epoch in enumerate(epochs) if (epoch + 1) % every == 0]
            values = rows[seen, self.results.width :]
            columns |= self.test_results.columns(values, "val_")
        return dict(sorted(columns.items()))

    def steps(self) -> int:
        """The number of steps of the training."""
        return -(-self.rows // self.batch) * (self.plain["epochs"] - self.plain["initial_epoch"])

    def names(self) -> tuple[list[str], list[str]]:
        """The names of the logs of a batch, and those that an epoch's have besides."""
        more = [] if self.test_results is None else self.test_results.names
        return self.results.names, [f"val_{name}" for name in more]


class Training:
    """The plans of several models, for one group of their members after the other.

    Args:
        models: the programs of each model, whose keys are equal.

    Raises:
        ValueError: for a program that cannot be run for several models.
    """

    def __init__(self, models: Sequence[Traced]):
        self.models, self.of = models, models[0]
        train, test = (
            [joined(own) for own in zip(*(getattr(one, name) for one in models), strict=True)]
            for name in ("train", "test")
        )
        self.program = train[0]
        self.train = [SideBySide(train[0], train[0].outputs[-1]), *map(SideBySide, train[1:])]
        self.test = [SideBySide(program) for program in test]
        self.feeds = plain_feeds(self.of.data, train[0])
        if self.of.valid is not None:
            self.test_feeds = plain_feeds(self.of.valid.data, test[0])
        self.states = {id(s): s for plan in (*self.train, *self.test) for s in plan.states}
        self.places = Places(self.states, self.of.model)

    def copy(self) -> Training:
        """The same with plans of its own, for another thread."""
        other = Training.__new__(Training)
        other.__dict__.update(self.__dict__)
        other.train = [plan.copy() for plan in self.train]
        other.test = [plan.copy() for plan in self.test]
        return other

    def products(self) -> float:
        """The number of multiplications in the matrix products of a step."""
        return products_in(self.program, self.of.batch)

    def try_out(self) -> None:
        """Bind the plans, as a training does first.

        Raises:
            ValueError: for an op that cannot be run for several models at these sizes.
        """
        arrays = arrays_of(self.states, SideBySide.models)
        for plan in (*self.train, *self.test):
            plan.bind(arrays)
        self._loop([(0, None, None)] * SideBySide.models, 0, self.feeds).current()

    def run(self, trainees: Sequence[Trainee], left: Callable[[], bool]) -> None:
        """Train a group.

        Args:
            trainees: at most `SideBySide.models`, for which `Trainee.begin` was called.
            left: function that returns whether to stop now.
        """
        group = _Group(self, trainees)
        lanes = [*trainees, *trainees[:1] * (SideBySide.models - len(trainees))]
        members = [(one.seed, one.rows, one.held_out) for one in lanes]
        feeds = list(self.feeds)
        own = list(zip(*(one.weights for one in lanes), strict=True))  # the last of the feeds
        for place, weights in enumerate(own, len(feeds) - len(own)):
            feeds[place] = np.stack(weights, 1).astype(feeds[place].dtype)
        loop = self._loop(members, trainees[0].orders["first_epoch"], feeds)
        begun = epoch = self.of.plain["initial_epoch"]
        by_epoch = any(trainee.stop is not None for trainee in trainees)
        status = "time"
        while status in ("time", "steps", "epoch") and not left() and group.active():
            status, finished, _ = loop.run(SLICE, 0, by_epoch)
            if finished > epoch:
                group.report(range(epoch, finished), loop.rows(epoch - begun))
                epoch = finished
        group.end(status == "out_of_range")

    def _loop(self, members: Sequence[tuple], first_epoch: int, feeds: list[np.ndarray]) -> Any:
        """The engine's loop.

        Args:
            members: seed, rows and rows held out for each lane.
            first_epoch: the epoch that began their orders of rows.
            feeds: the data to train on: rows of all, or in each row one for each lane.
        """
        of, plain = self.of, self.of.plain
        train = _engine.Pass(
            *(plan.plan for plan in self.train),
            feeds,
            of.rows,
            of.batch,
            plain["shuffle"],
            first_epoch=first_epoch,
            drop=plain["last_batch"] == "drop",
            members=[(seed, rows) for seed, rows, _ in members],
        )
        valid = None
        if self.test:
            valid = _engine.Pass(
                *(plan.plan for plan in self.test),
                self.test_feeds,
                of.test_rows,
                of.test_batch,
                steps=of.test_steps,
                restart=True,
                members=[(0, held_out) for *_, held_out in members],
            )
        return _engine.Loop(
            train, valid, plain["epochs"], plain["initial_epoch"], plain["validation_freq"]
        )


class _Group:
    """Members in the lanes of a training's plans."""

    def __init__(self, training: Training, trainees: Sequence[Trainee]):
        self.training, self.trainees, lanes = training, trainees, SideBySide.models
        self.arrays = arrays_of(training.states, lanes)
        for lane in range(lanes):  # the lanes after the last member repeat the first one
            trainee = trainees[lane if lane < len(trainees) else 0]
            training.places.load(self.arrays, lane, trainee.member.arrays(), trainee.number)
        self.marks = [0] * len(trainees) + [RETIRED] * (lanes - len(trainees))
        for plan in (*training.train, *training.test):
            plan.bind(self.arrays)
        self.step = training.train[0].plan
        self.step.retired = self.marks
        for lane, trainee in enumerate(trainees):
            if trainee.stop is not None:
                trainee.stop.set_model(cast("Model", self._seen(lane, trainee.member.mould.runner)))
                trainee.stop._check_names(*training.models[trainee.number].names(), True)
                trainee.stop.on_train_begin()

    def _seen(self, lane: int, model: Model) -> _Seen:
        """The model of a lane, for callbacks."""
        places = self.training.places
        order = {id(v): index for index, v in enumerate(variables_of(model))}
        wanted = [order[id(v)] for v in model.weights]

        def get() -> list[np.ndarray]:
            values = places.values(self.arrays, lane)
            return [values[index].copy() for index in wanted]

        def set_(weights: list[np.ndarray]) -> None:
            values = places.values(self.arrays, lane)
            for index, weight in zip(wanted, weights, strict=True):
                values[index][...] = weight

        return _Seen(model, get, set_)

    def active(self) -> bool:
        """Whether a member is still to be trained."""
        return not all(self.marks)

    def report(self, epochs: range, rows: np.ndarray) -> None:
        """Enter finished epochs into the histories, and let each `EarlyStopping` see the last."""
        self.marks = list(self.step.retired)
        rows = rows.reshape(len(epochs), -1, SideBySide.models)
        seen = any(trainee.stop is not None for trainee in self.trainees)
        sound = not seen or self.training.places.finite(self.arrays)
        for lane, trainee in enumerate(self.trainees):
            if self.marks[lane]:
                continue
            if not (sound or self._finite(lane)):
                self.marks[lane] = FAILED
                continue
            of = self.training.models[trainee.number]
            trainee.history.extend(epochs, of.columns(epochs, rows[:, :, lane]))
            trainee.epoch = epochs.stop
            if trainee.stop is not None and self._ends(trainee):
                self.marks[lane] = RETIRED
                self._finish(lane, trainee)
        self.step.retired = self.marks

    def _ends(self, trainee: Trainee) -> bool:
        """Whether a member's `EarlyStopping` ends its training after this epoch."""
        stop: Any = trainee.stop
        every, epoch = self.training.of.plain["validation_freq"], trainee.epoch - 1
        logs = {
            name: values[-1]
            for name, values in trainee.history.history.items()
            if not name.startswith("val_") or trainee.epoch % every == 0
        }
        stop.on_epoch_end(epoch, logs)
        return stop.model.stop_training

    def _finish(self, lane: int, trainee: Trainee) -> None:
        """Take a trained member out of its lane."""
        if trainee.stop is not None:
            trainee.stop.on_train_end()
        self.training.places.store(self.arrays, lane, trainee.member.arrays())
        trainee.end()

    def _finite(self, lane: int) -> bool:
        """Whether all values of a lane are finite."""
        values = self.training.places.values(self.arrays, lane).values()
        return all(bool(np.isfinite(value).all()) for value in values)

    def end(self, out_of_range: bool) -> None:
        """Take the members out of the lanes."""
        for lane, trainee in enumerate(self.trainees):
            mark = self.step.retired[lane]
            trainee.failed = mark != RETIRED and (out_of_range or mark == FAILED)
            if not trainee.failed and mark != RETIRED:
                trainee.failed = not self._finite(lane)
                if not trainee.failed:
                    self._finish(lane, trainee)


class _Seen:
    """What an `EarlyStopping` sees of a member in a lane: a model that has its weights."""

    weights = None  # so that it takes them by `get_weights`

    def __init__(self, model: Model, get: Callable[[], list], set_: Callable[[list], None]):
        self._model, self.get_weights, self.set_weights = model, get, set_
        self.stop_training = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)


class Places:
    """Where the values of members are in the arrays of their group.

    Args:
        states: the states of the plans by their id: variables, packs, metrics' and `Constant`.
        model: the model that they were traced for.
    """

    def __init__(self, states: dict[int, Any], model: Model):
        variables = variables_of(model)
        order = {id(variable): index for index, variable in enumerate(variables)}
        metrics = {id(v) for tracker in model._compiled.trackers for v in tracker.variables}
        self.begun = [key for key in states if key in metrics]  # anew in each epoch
        self.constants = {k: s.values for k, s in states.items() if isinstance(s, Constant)}
        packed: dict[int, tuple[int, int]] = {}
        for key, state in states.items():
            if isinstance(state, Pack):
                packed |= {id(m): (key, state.offsets[id(m)]) for m in state.members}
        #: (index, shape, id of the state, start within a pack) of each variable of the plans.
        self.places = [
            (index, variables[index].dims, *packed.get(key, (key, None)))
            for key, index in order.items()
            if key in packed or key in states
        ]

    def finite(self, arrays: dict[int, np.ndarray]) -> bool:
        """Whether all values of all lanes are finite."""
        keys = {key for _, _, key, _ in self.places}
        return all(bool(np.isfinite(arrays[key]).all()) for key in keys)

    def values(self, arrays: dict[int, np.ndarray], lane: int) -> dict[int, np.ndarray]:
        """Views of the values of a lane, by the index of the variable."""
        found = {}
        for index, dims, key, start in self.places:
            if start is None:
                found[index] = arrays[key][..., lane]
            else:
                found[index] = arrays[key][start : start + prod(dims), lane].reshape(dims)
        return found

    def load(
        self, arrays: dict[int, np.ndarray], lane: int, values: list[np.ndarray], number: int
    ) -> None:
        """Copy a member's values into a lane, and the constants of its model."""
        for index, view in self.values(arrays, lane).items():
            view[...] = values[index]
        for key in self.begun:
            arrays[key][..., lane] = 0
        for key, of_models in self.constants.items():
            arrays[key][..., lane] = of_models[number]

    def store(self, arrays: dict[int, np.ndarray], lane: int, values: list[np.ndarray]) -> None:
        """Copy the values of a lane into a member's."""
        for index, view in self.values(arrays, lane).items():
            values[index][...] = view


def arrays_of(states: dict[int, Any], lanes: int) -> dict[int, np.ndarray]:
    """An array for each state, with a value for each lane; variables share the memory of a pack."""
    arrays = {key: np.empty((*s.dims, lanes), widened(s.dtype)) for key, s in states.items()}
    for key, state in states.items():
        for member in state.members if isinstance(state, Pack) else ():
            if id(member) in arrays:
                start = state.offsets[id(member)]
                part = arrays[key][start : start + prod(member.dims)]
                arrays[id(member)] = part.reshape(*member.dims, lanes)
    return arrays


def weighted(arrays: Any, weights: list[np.ndarray | None]) -> Any:
    """The same data with these weights of rows for each output."""
    found = copy(arrays)
    found.weight, found.kind = weights, None  # the kind is that of other weights
    return found


def plain_feeds(arrays: Any, program: Program) -> list[np.ndarray]:
    """The data in the dtypes of the program, contiguous."""
    return [
        np.ascontiguousarray(feed, widened(symbol.dtype))
        for feed, symbol in zip(feeds_of(arrays), program.inputs, strict=True)
    ]
