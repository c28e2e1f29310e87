"""How the members of a population are trained: side by side where that is possible, else alone."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from functools import partial
from itertools import zip_longest
from typing import Any

import numpy as np

from .. import data
from ..callbacks import EarlyStopping
from ..config import max_epochs
from ..engines.native import SideBySide
from ..engines.threads import cores
from ..models import Functional, Model, Sequential
from ..training import History, ProgressBar, TrainedAsCompiled, feeds_of
from ..training.callback import Watcher
from ..training.row_shares import SHARE_FROM_MICROSECONDS
from .kinds import kinds
from .members import Member, build, variables_of
from .side_by_side import Traced, Trainee, Training, weighted

#: What `fit` may be given for members that are trained side by side.
KNOWN = frozenset(
    "x y batch_size epochs initial_epoch shuffle validation_data validation_split validation_freq "
    "validation_batch_size validation_steps sample_weight split last_batch".split()
)
#: Of these, what is computed from the rows, so that members with rows of their own need their own.
OF_ROWS = ("validation_split", "validation_data")
#: Seconds between two looks at the progress.
LOOK = 0.05


class Job:
    """One member's share of a call of `fit`.

    Args:
        member: the member.
        callbacks: its own.
        rows, held_out: the indices of the rows that it trains on and is validated on, or None.
        class_weight: as for `Model.fit`.
        row_weights: the same as its ``sample_weight``, for what it trains on.
    """

    def __init__(
        self,
        member: Member,
        callbacks: list,
        rows: Any = None,
        held_out: Any = None,
        class_weight: Any = None,
        row_weights: Any = None,
    ):
        self.member, self.callbacks = member, callbacks
        self.class_weight, self.row_weights = class_weight, row_weights
        self.rows = None if rows is None else np.asarray(rows)
        self.held_out = None if held_out is None else np.asarray(held_out)
        self.trainee: Trainee | None = None
        self.weights: list[Any] | None = None  # of all rows, for each output

    @property
    def model(self) -> Model:
        """The model that runs it: its own, or the one of its settings."""
        return self.member.model or self.member.mould.runner

    def progress(self) -> tuple[int, History | None]:
        """The number of epochs that it has trained, and its history so far."""
        if self.trainee is not None:
            return self.trainee.epoch, self.trainee.history
        return 0, None

    def alone(self, arguments: dict[str, Any], runner: Model | None = None) -> None:
        """Train it by its model's `fit`, or that of another model of its settings."""
        own = dict(arguments)
        names = "x", "y", "sample_weight"
        if self.held_out is not None:
            given = [own[name] for name in names if own.get(name) is not None]
            own["validation_data"] = tuple(taken(values, self.held_out) for values in given)
        if self.row_weights is not None:
            own["sample_weight"] = self.row_weights
        if self.rows is not None:
            by_rows = [name for name in names if own.get(name) is not None]
            own |= {name: taken(own[name], self.rows) for name in by_rows}
        with self.member.held(runner) as model:
            model.fit(**own, class_weight=self.class_weight, callbacks=self.callbacks, verbose=0)


def train(jobs: Sequence[Job], arguments: dict[str, Any], verbose: int) -> None:
    """Train all members.

    Args:
        jobs: one for each member.
        arguments: those of `Model.fit` that all have in common.
        verbose: 0 silent, 1 a progress bar, 2 one line at the end.
    """
    plain = data.check_arguments(
        "fit", epochs=arguments["epochs"], initial_epoch=arguments.get("initial_epoch", 0)
    )
    epochs = max(0, plain["epochs"] - plain["initial_epoch"])
    if not epochs and plain["epochs"]:
        data.warn_once(
            "epochs",
            f"Population.fit.epochs: got {plain['epochs']} with initial_epoch="
            f"{plain['initial_epoch']}, expected more. Nothing is trained.",
        )
    bar = ProgressBar(None, len(jobs) * epochs, verbose)
    try:
        build([job.member for job in jobs], arguments["x"])
        together = _side_by_side(jobs, arguments, bar)
        _alone([job for job in jobs if job not in together], arguments)
        if jobs:
            bar.epoch_end(0, _logs(job.member.history for job in jobs))
    finally:
        bar.close()


def _kinds(jobs: Sequence[Job]) -> list[list[Job]]:
    """The jobs by the model that runs members of their kind."""
    found: dict[int, list[Job]] = {}
    for job in jobs:
        found.setdefault(id(job.member.mould.runner), []).append(job)
    return list(found.values())


def _unchanged(job: Job) -> bool:
    """Whether a member that was taken out is still of its kind: its user may have changed layers,
    or compiled it anew."""
    model = job.member.model
    return model is None or len(kinds([model, job.member.mould.runner])) == 1


def _logs(histories: Iterable[History | None]) -> dict[str, float]:
    """The mean of each loss and metric over the members."""
    found: dict[str, list[float]] = {}
    for history in histories:
        for name, values in list(history.history.items()) if history is not None else ():
            if values and np.ndim(values[-1]) == 0:
                found.setdefault(name, []).append(float(values[-1]))
    return {name: float(np.mean(values)) for name, values in sorted(found.items())}


def _side_by_side(jobs: Sequence[Job], arguments: dict[str, Any], bar: ProgressBar) -> set[Job]:
    """Train members side by side where that can be done; return those that are trained."""
    trained: set[Job] = set()
    with ExitStack() as stack:
        for models in _alike(jobs, arguments, stack):
            trained |= _groups(models, bar, jobs)
    return trained


def _alike(
    jobs: Sequence[Job], arguments: dict[str, Any], stack: ExitStack
) -> list[list[tuple[Traced, list[Job]]]]:
    """The members whose programs differ in constants alone, by their models.

    Args:
        jobs: one for each member.
        arguments: those of `fit`.
        stack: what leaves the contexts in which the models are trained.
    """
    kinds_ = [[job for job in kind if _unchanged(job)] for kind in _kinds(jobs)]
    kinds_ = [kind for kind in kinds_ if kind and _can(kind, arguments)]
    sizes: Counter = Counter()
    for kind in kinds_:
        sizes[_dims(kind)] += len(kind)
    found: dict[Any, list[tuple[Traced, list[Job]]]] = {}
    numbers: dict[tuple, int] = {}
    every: list[Any] = []  # the data that were prepared, those that are equal once
    for kind in kinds_:
        if sizes[_dims(kind)] < 2:
            continue
        model = kind[0].member.mould.runner
        prepared, plain = _prepared(model, arguments)
        if not all(_plain(part) for part in (prepared, prepared.validation) if part is not None):
            continue
        for job in kind:
            job.model._columns = prepared.columns
        place = next((i for i, p in enumerate(every) if _equal(p, prepared)), len(every))
        if place == len(every):
            every.append(prepared)
        stack.enter_context(TrainedAsCompiled(model))
        for job in kind:
            job.weights = _own_weights(job, arguments, every[place])
        for size, alike in _of_one_size(kind, prepared.data.rows).items():
            with suppress(ValueError):  # a state that is no variable of the model
                traced = Traced(model, every[place], *size[:2], plain, alike[0].weights)
                key = place, size, traced.key(numbers)
                found.setdefault(key, []).append((traced, alike))
    return [models for models in found.values() if sum(len(own) for _, own in models) > 1]


def _dims(kind: list[Job]) -> tuple:
    """The shapes of the values of members of a kind."""
    return tuple(variable.dims for variable in variables_of(kind[0].member.mould.runner))


def _prepared(model: Model, arguments: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The data of `fit` as a model takes them, and the other arguments."""
    options = dict(arguments)
    plain = {
        "epochs": options.pop("epochs"),
        "initial_epoch": options.pop("initial_epoch", 0),
        "shuffle": options.pop("shuffle", True),
        "validation_freq": options.pop("validation_freq", 1),
        "last_batch": options.get("last_batch", "keep"),
    }
    data.check_arguments("fit", **{k: v for k, v in plain.items() if k != "last_batch"})
    arrays = [options.pop(name, None) for name in ("x", "y", "sample_weight")]
    prepared = model._prepared(data.for_fit, *arrays, **options, columns=model._columns)
    return prepared, plain | {"steps": prepared.steps}


def _own_weights(job: Job, arguments: dict[str, Any], prepared: Any) -> list[Any] | None:
    """A member's own weights of rows for each output, of all rows; None if it has none.

    Raises:
        ValueError: for weights that `fit` would refuse.
    """
    if job.class_weight is None and job.row_weights is None:
        return None
    if job.row_weights is not None:
        prepared, _ = _prepared(job.model, arguments | {"sample_weight": job.row_weights})
    arrays, rows = prepared.data, slice(None) if job.rows is None else job.rows
    own = weighted(arrays, [taken(w, rows) for w in arrays.weight])
    own.y = [taken(y, rows) for y in arrays.y]
    if job.class_weight is not None:
        call = data.Call("fit")
        data.ClassWeights(job.class_weight, job.model._expectation(), call)(own, call)
    found: list[Any] = []
    for weights in own.weight:
        found.append(weights)
        if weights is not None:  # the rows that it does not read may have any
            found[-1] = np.ones((arrays.rows, *weights.shape[1:]))
            found[-1][rows] = weights
    return found


def _equal(one: Any, two: Any) -> bool:
    """Whether data that were prepared for two models are the same."""
    if one is None or two is None:
        return one is two
    pairs = list(zip_longest(feeds_of(one.data), feeds_of(two.data)))
    return (
        (one.batch_size, one.steps) == (two.batch_size, two.steps)
        and all(a is not None and b is not None and _same_array(a, b) for a, b in pairs)
        and _equal(one.validation, two.validation)
    )


def _same_array(a: np.ndarray, b: np.ndarray) -> bool:
    same = a.__array_interface__ == b.__array_interface__
    return same or (a.dtype == b.dtype and np.array_equal(a, b))


def _can(jobs: list[Job], arguments: dict[str, Any]) -> bool:
    """Whether members may be trained side by side, as far as that can be known before a trace."""
    own_rows = any(job.rows is not None or job.held_out is not None for job in jobs)
    own_weights = any(job.row_weights is not None for job in jobs)
    stops = any(job.callbacks for job in jobs)
    return (
        not max_epochs()
        and not (stops and jobs[0].model.optimizer.use_ema)  # which `fit` does in another order
        and KNOWN.issuperset(arguments)
        and not (own_rows and any(arguments.get(name) for name in OF_ROWS))
        and not (own_weights and arguments.get("validation_split"))
        and all(type(c) is EarlyStopping for job in jobs for c in job.callbacks)
        and all(len(job.callbacks) <= 1 for job in jobs)
        and type(jobs[0].member.mould.runner) in (Sequential, Functional, Model)
        and isinstance(arguments.get("validation_freq", 1), int)
        and not data.is_stream(arguments["x"])
    )


def _plain(prepared: Any) -> bool:
    """Whether data are arrays that are checked."""
    arrays = prepared.data
    return (
        isinstance(arrays, data.Arrays)
        and not arrays.by_batch
        and not arrays.deferred
        and all(isinstance(feed, np.ndarray) for feed in feeds_of(arrays))
    )


def _of_one_size(jobs: list[Job], rows: int) -> dict[tuple, list[Job]]:
    """The members by their numbers of rows, to train on and held out, by the epoch that began
    their orders of rows, and by the outputs for which they have weights of rows of their own."""
    found: dict[tuple, list[Job]] = {}
    for job in jobs:
        size = rows if job.rows is None else len(job.rows)
        held_out = 0 if job.held_out is None else len(job.held_out)
        orders = job.member.orders
        weighs = None if job.weights is None else tuple(w is None for w in job.weights)
        key = size, held_out, orders["first_epoch"], orders["passes"] > 0, weighs
        found.setdefault(key, []).append(job)
    return found


def _groups(
    models: list[tuple[Traced, list[Job]]], bar: ProgressBar, everyone: Sequence[Job]
) -> set[Job]:
    """Train members whose programs differ in constants alone, a group for each thread at a time."""
    lanes = SideBySide.models
    jobs = [job for _, own in models for job in own]
    count = -(-len(jobs) // lanes)
    try:
        trainings = [Training([traced for traced, _ in models])]
        trainings[0].try_out()
    except ValueError:  # an op without a kernel for several models, sparse rows
        return set()
    if not pays(trainings[0], len(jobs)):
        return set()
    trainings += [trainings[0].copy() for _ in range(min(cores(), count) - 1)]
    for number, (traced, own) in enumerate(models):
        for job in own:
            stop = next(iter(job.callbacks), None)
            own_weights = [w for w in job.weights or () if w is not None]
            job.trainee = Trainee(job.member, number, job.rows, job.held_out, own_weights, stop)
            job.trainee.begin(traced.plain)
            job.member.arrays()  # drawn here: the threads share NumPy's generator
    waiting = iter([jobs[i * lanes : (i + 1) * lanes] for i in range(count)])
    lock, left = threading.Lock(), threading.Event()

    def work(own: Training) -> None:
        while not left.is_set():
            with lock:
                group = next(waiting, None)
            if group is None:
                return
            own.run([job.trainee for job in group if job.trainee], left.is_set)

    def look() -> None:
        epochs, histories = zip(*(job.progress() for job in everyone), strict=True)
        bar.update(0, sum(epochs), _logs(histories))

    in_threads([partial(work, own) for own in trainings], left, look)
    trained = {job for job in jobs if job.trainee and not job.trainee.failed}
    for job in trained:
        if job.model.optimizer.use_ema:
            with job.member.held() as model:
                model.optimizer.finalize_variable_values(model.trainable_variables)
    return trained


#: By the models of a group, which the vectors' length decides: the nanoseconds of a step, and those
#: of each multiplication in its products, of a group and of a model alone. Measured on Zen 4 by
#: benchmarks/populations.py, with AVX-512, AVX2 and neither.
COSTS = {16: (2000, 0.62, 440, 0.044), 8: (1450, 0.34, 550, 0.040), 4: (1330, 0.31, 1100, 0.090)}


#: The nanoseconds that a plan of a step takes to make. A group has one, and alone each model has.
PLAN = 3.5e6


def pays(training: Training, members: int) -> bool:
    """Whether groups are faster than their members one after the other: the larger the products
    are, the more of a vector one model fills. The programs of all models are traced either way."""
    step, each, step_alone, each_alone = COSTS[SideBySide.models]
    products, steps = training.products(), training.of.steps()
    groups = -(-members // SideBySide.models)
    alone = members * (step_alone + each_alone * products) * steps
    plans = (len(training.models) - 1) * PLAN
    return groups * (step + each * products) * steps < alone + plans


def in_threads(tasks: list[Callable[[], None]], left: threading.Event, look: Callable) -> None:
    """Run tasks, each in a thread of its own; Ctrl-C sets `left` and waits for them."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        futures = [pool.submit(task) for task in tasks]
        try:
            while True:
                done, waiting = wait(futures, LOOK, FIRST_EXCEPTION)
                for future in done:
                    future.result()
                if not waiting:
                    return
                look()
        except BaseException:
            left.set()
            raise


def _alone(jobs: Sequence[Job], arguments: dict[str, Any]) -> None:
    """Train each member by its model's `fit`; small ones one for each core."""
    small = [job for job in jobs if job.member.model is None and _is_small(job.model, arguments)]
    threads = min(cores(), len(small))
    if threads < 2:
        small = []
    for job in jobs:
        if job not in small:
            job.alone(arguments)
    if not small:
        return
    parts, lock, left = iter(_parts(small, threads)), threading.Lock(), threading.Event()

    def work() -> None:
        while not left.is_set():
            with lock:
                runner, own = next(parts, (None, []))
            if runner is None:
                return
            for job in own:
                if not left.is_set():
                    job.callbacks = [*job.callbacks, _Leaving(left)]
                    with suppress(_Left):
                        job.alone(arguments, runner)

    in_threads([work] * threads, left, lambda: None)


def _parts(jobs: list[Job], threads: int) -> list[tuple[Model, list[Job]]]:
    """The jobs in parts that one thread trains, each with a model of its own: members of a kind in
    as few as keep all threads busy, since a program is traced for each of them."""
    groups = _kinds(jobs)
    found = []
    for kind in groups:
        count = min(len(kind), -(-threads // len(groups)))
        for number in range(count):
            own = kind[number::count]
            mould = own[0].member.mould
            found.append((mould.another() if number else mould.runner, own))
    for job in jobs:
        job.member.arrays()  # drawn here: the threads share NumPy's generator
    return found


class _Left(BaseException):
    """A training in another thread has been left after Ctrl-C."""


class _Leaving(Watcher):
    """Leaves a training. It only looks, so that `fit` does what it would do without it."""

    def __init__(self, left: threading.Event):
        super().__init__()
        self.left = left

    def look(self, epoch: int, current: Any) -> None:
        if self.left.is_set():
            raise _Left


def _is_small(model: Model, arguments: dict[str, Any]) -> bool:
    """Whether a step is too short to be shared by cores: three products for each weight."""
    multiplications = 3 * model.count_params() * (arguments.get("batch_size") or 32)
    return multiplications / 50e3 < SHARE_FROM_MICROSECONDS


def taken(values: Any, rows: np.ndarray) -> Any:
    """Rows of an array or table, or of each in a list or dict."""
    if values is None:
        return None
    if isinstance(values, dict):
        return {name: taken(part, rows) for name, part in values.items()}
    if isinstance(values, list | tuple) and all(hasattr(part, "shape") for part in values):
        return [taken(part, rows) for part in values]
    if hasattr(values, "iloc"):
        return values.iloc[rows]
    return values[rows] if hasattr(values, "shape") else np.asarray(values)[rows]


def count_rows(values: Any) -> int:
    """The number of rows of an array or table, or of the first one in a list or dict."""
    if isinstance(values, dict):
        return count_rows(next(iter(values.values())))
    if isinstance(values, list | tuple) and values and hasattr(values[0], "shape"):
        return count_rows(values[0])
    shape = getattr(values, "shape", None)  # a sparse matrix has no length
    return shape[0] if shape else len(values)
