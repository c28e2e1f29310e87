"""`train`: from a table to a predictor, and `Predictor`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np

from ..data.columns import as_times, floats_of
from ..data.notices import listed, nearest, unsaid
from ..errors import ArgumentError, shown
from ..explain import permutation_importance
from ..layers import Table
from ..layers.table.guesses import left_out_for
from ..layers.table.layer import columns_named, columns_of
from ..models import Sequential
from ..saving import MismatchedFile, brick, load_model
from ..saving.document import damaged_if_wrong
from .bag import Bag, assembled, mean_outputs, train_bag
from .leaks import codes_of, warnings_of
from .recipes import Recipe, recipe_of
from .report import Baseline, Report
from .scores import chance_of_being_better, first_score, full_probabilities, scores
from .splits import held_out, in_order_of_time
from .task import Task, task_of
from .trials import Trials, losses
from .trust import Trust
from .words import Said


def train(
    data: Any,
    target: str | Sequence[str],
    *,
    task: str | None = None,
    quality: str | Recipe = "default",
    kinds: Mapping[str, str] | None = None,
    exclude: str | Iterable[str] = (),
    groups: str | None = None,
    time_column: str | None = None,
    weights: str | None = None,
    seed: int = 0,
    verbose: int = 0,
) -> Predictor:
    """Train a predictor on a table.

    Of the rows a fifth is held out and scored, beside two baselines: what predicts the same for
    every row, and a linear model. The predictor that is returned is then trained on all rows.

    Args:
        data: a table of pandas, Polars or Arrow, or a dict of columns ``(rows,)``.
        target: name of the column to be predicted, or several.
        task: "classes", "labels", "regression" or "counts"; None (default) finds it.
        quality: "fast" (one network), "default" (the mean of 16) or "best" (of 64, trained longer).
        kinds: dict from names of columns to "number", "category" or "date", for columns that are
            not what they look like.
        exclude: names of columns that are not to be used, or one.
        groups: name of a column: rows of one group, such as a patient's, are held out together. It
            is not used to predict.
        time_column: name of a column of dates: the last rows are held out. By default so are those
            of a table whose rows are in the order of a column of dates.
        weights: name of a column with the weight of each row in the loss; not used to predict.
        seed: int that determines everything; default 0.
        verbose: 1 for progress bars, 0 (default) for none.

    Returns:
        A `Predictor`. ``predictor.report`` holds the scores; print it.

    Raises:
        ArgumentError (a ValueError): for names that are not in the table, targets with missing
            values or one value throughout, and fewer than 10 rows.

    >>> import brickwork
    >>> x = [i % 7 for i in range(60)]
    >>> data = {"x": x, "late": ["yes" if one > 3 else "no" for one in x]}
    >>> predictor = brickwork.train(data, "late", quality="fast")
    >>> predictor.predict({"x": [0, 6]}).tolist()
    ['no', 'yes']
    """
    began = time.perf_counter()
    columns = columns_of(data, "train.data")
    targets = _targets(target)
    for argument, name in (("groups", groups), ("time_column", time_column), ("weights", weights)):
        if name is not None and not isinstance(name, str):
            raise ArgumentError(
                f"train.{argument}",
                f"got {shown(name)}, expected the name of a column of the table.",
            )
    names = [exclude] if isinstance(exclude, str) else list(exclude)
    asked = (one for one in (groups, time_column, weights) if one)
    for name in (*targets, *asked, *names, *(kinds or ())):
        if name not in columns:
            raise ArgumentError(
                "train",
                f"got the column {name!r}, expected one of {listed(columns, 12)}. "
                f"{nearest(name, columns)}".rstrip(),
            )
    found = task_of(columns, targets, task)
    recipe = recipe_of(quality, found)
    rows = len(columns[targets[0]])
    if rows < 10:
        raise ArgumentError("train.data", f"got {rows} rows, expected at least 10.")
    y = found.encode(columns)
    beside = [one for one in (groups, weights) if one]
    usable = {name: column for name, column in columns.items() if name not in (*targets, *beside)}
    if groups and time_column:
        raise ArgumentError("train", "got groups and time_column, expected one of them.")
    own_groups = None if groups is None else codes_of(columns[groups])
    own_weights = None if weights is None else _weights(weights, columns[weights])
    by_time = time_column or (in_order_of_time(usable) if groups is None else None)
    times = None if by_time is None else _times(by_time, columns[by_time])
    left_out = {one: "excluded" for one in names if one not in (groups, weights)}
    for name, column in usable.items():  # decided by all rows, so that both tables agree
        reason = None if name in (kinds or {}) else left_out_for(name, column)
        if reason and name not in left_out:
            left_out[name] = reason
    if not usable:
        raise ArgumentError(
            "train.data", f"got no column beside {listed(columns)}, expected some to predict from."
        )
    inside, outside = held_out(found, y, own_groups, times, seed)

    def encoded(rows: np.ndarray) -> tuple[Table, np.ndarray]:
        part = {name: column[rows] for name, column in usable.items()}
        table = Table.from_data(part, kinds=kinds, exclude=left_out, name="table")
        return table, np.asarray(table(part))

    def fitted(known: tuple[Table, np.ndarray], rows: np.ndarray, own: Recipe) -> Fitted:
        weights_of = None if own_weights is None else own_weights[rows]
        groups_of = None if own_groups is None else own_groups[rows]
        return Fitted(*known, y[rows], found, own, weights_of, groups_of, seed, verbose)

    known, everything = encoded(inside), np.arange(rows)
    judged = fitted(known, inside, recipe)
    new = {name: column[outside] for name, column in usable.items()}
    with unsaid():  # these rows were there from the beginning
        aside = np.asarray(judged.table(new))
    outputs = judged.of_features(aside)
    linear = fitted(known, inside, LINEAR).of_features(aside)
    constant = np.broadcast_to(_constant(found, y[inside]), outputs.shape)
    final = fitted(encoded(everything), everything, recipe)
    own = scores(found, y[outside], outputs, seed)
    others = [
        (Said(name), scores(found, y[outside], other, seed))
        for name, other in (
            ("majority" if found.classifies else "mean", constant),
            ("linear", linear),
        )
    ]
    report = Report(
        task=found,
        rows=(len(inside), len(outside)),
        aside={name: column[outside] for name, column in columns.items()},
        split=_how(found, groups, by_time),
        y=y[outside],
        outputs=outputs,
        scores=own,
        baselines=[
            Baseline(name, theirs, chance_of_being_better(own[0], theirs[0]))
            for name, theirs in others
        ],
        table=final.table,
        notes=warnings_of(
            usable,
            judged.table,
            found,
            y,
            inside,
            outside,
            by_time is None,
            {*names, *(kinds or ())},
        ),
        curves=judged.curves(),
        networks=recipe.members,
        picture=final.picture(),
        importance=judged.importance(new, y[outside], seed),
        seconds=time.perf_counter() - began,
    )
    # Of rows in the order of time those that come last are the trial: what follows is like them.
    trials = (
        final.trials(y, usable, judged.gain(aside, y[outside]), seed)
        if times is None
        else Trials.of(found, y[outside], outputs, usable, seed=seed)
    )
    return Predictor(final.model(), found, report, trials)


#: A report says how important columns are if they are no more than this, by so many rows, each
#: dealt out so often.
MOST_COLUMNS, MOST_ROWS, REPEATS = 60, 500, 3
#: The most rows by which it is measured what more networks gain.
GAIN_ROWS = 2000
#: The baseline that is linear in the features.
LINEAR = Recipe(
    5, folds=5, hidden=(), dropout=0.0, rate=1e-2, decay=1e-2, patience=8, waves=0, ramps=0
)


class Fitted:
    """Networks that were trained on some rows of a table."""

    def __init__(
        self,
        table: Table,
        features: np.ndarray,
        y: np.ndarray,
        task: Task,
        recipe: Recipe,
        weights: np.ndarray | None,
        groups: np.ndarray | None,
        seed: int,
        verbose: int,
    ):
        self.table, self.task = table, task
        self.center, self.scale = self.unit = task.unit(y)
        self.bag: Bag = train_bag(
            features,
            y if task.classifies else (y - self.center) / self.scale,
            task,
            recipe,
            weights=weights,
            groups=groups,
            numbers=table.numbers,
            seed=seed,
            verbose=verbose,
        )

    def outputs(self, columns: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the mean of the networks' outputs, ``(rows, outputs)``, in the targets' units."""
        return self.of_features(np.asarray(self.table(columns)))

    def of_features(self, features: np.ndarray) -> np.ndarray:
        """Return the same for rows that are encoded."""
        return mean_outputs(self.bag.members, features) * self.scale + self.center

    def importance(
        self, columns: Mapping[str, np.ndarray], y: np.ndarray, seed: int
    ) -> list[tuple[str, float, float]]:
        """Return the name, importance and standard deviation of each column, if these are few."""
        if len(self.table.columns) > MOST_COLUMNS:
            return []
        some = {name: column[:MOST_ROWS] for name, column in columns.items()}
        score, y = first_score(self.task), y[:MOST_ROWS]
        with unsaid():
            found = permutation_importance(self.model(), some, y, score, repeats=REPEATS, seed=seed)
        return list(
            zip(found.columns, found.means.tolist(), found.deviations.tolist(), strict=True)
        )

    def curves(self) -> list[tuple[list[float], list[float]]]:
        """Return the losses of each network's epochs, in training and in validation."""
        return [(one.history["loss"], one.history["val_loss"]) for one in self.bag.members.history]

    def picture(self) -> str:
        """Return one of the networks as bricks."""
        return self.bag.members[0].draw(theme="light").svg()

    def gain(self, features: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return by what share the mean of all networks has less loss than the mean of those that
        hold a row out, on rows that none was trained on.

        Args:
            features: the rows, encoded.
            y: their targets.

        Returns:
            Array ``(outputs,)``; of classes ``(1,)``.
        """
        features, y = features[:GAIN_ROWS], y[:GAIN_ROWS]
        each = self.bag.each_way(features) * self.scale + self.center
        few = np.mean([losses(self.task, y, one) for one in each], axis=0)
        all_of_them = losses(self.task, y, each.mean(0))
        # Where everything is predicted without error, a share says nothing.
        return 1 - np.where(few > 0, all_of_them / np.where(few > 0, few, 1), 1)

    def trials(
        self, y: np.ndarray, columns: Mapping[str, np.ndarray], gain: np.ndarray, seed: int
    ) -> Trials:
        """Return what the networks predicted for rows that they were not trained on.

        Args:
            y: the targets of the rows that they were trained on.
            columns: these rows.
            gain: see `gain`.
            seed: int that determines which rows are kept.
        """
        inside = self.bag.inside * self.scale + self.center
        share = (1 + self.bag.optimism) * (1 - gain) - 1
        return Trials.of(self.task, y, inside, columns, share, seed)

    def model(self) -> Sequential:
        """Return one model of the table and the networks."""
        return assembled([self.table], self.bag.members, self.task, self.unit, "predictor")


def _constant(task: Task, y: np.ndarray) -> np.ndarray:
    """The best outputs that are the same for every row."""
    if task.kind != "classes":
        return y.mean(0)
    shares = np.bincount(y, minlength=max(2, task.outputs)) / len(y)
    return shares[1:] if task.outputs == 1 else shares


def _times(name: str, column: np.ndarray) -> np.ndarray:
    """When each row was: times or numbers, checked."""
    found = as_times(column)
    if found is None and column.dtype.kind in "iuf":
        found = column.astype(np.float64)
    if found is None:
        raise ArgumentError("train.time_column", f"{name!r} holds neither dates nor numbers.")
    missing = int((np.isnat(found) if found.dtype.kind == "M" else np.isnan(found)).sum())
    if missing:
        raise ArgumentError(
            "train.time_column",
            f"{missing} of {len(found)} values of {name!r} are missing, expected one for each row.",
        )
    return found


def _weights(name: str, column: np.ndarray) -> np.ndarray:
    """The weights of rows, checked."""
    found = floats_of(column, f"the weights {name!r}")
    if not (found >= 0).all() or not found.any():
        raise ArgumentError(
            "train.weights",
            f"the column {name!r} holds missing or negative values, or 0 alone; expected weights.",
        )
    return found


def _targets(given: Any) -> list[str]:
    """The names of the columns to be predicted."""
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list | tuple) or not all(isinstance(one, str) for one in names):
        raise ArgumentError(
            "train.target",
            f"got {shown(given)}, expected the name of a column; targets stand in the table, as "
            "by df.assign(y=y). brickwork.sklearn.Classifier and Regressor have fit(X, y).",
        )
    if not names:
        raise ArgumentError("train.target", "got none, expected the name of a column.")
    return list(names)


def _how(task: Task, groups: str | None, by_time: str | None) -> Said:
    if by_time is not None:
        return Said("by time", name=by_time)
    if groups is not None:
        return Said("by group", name=groups)
    return Said("in proportion" if task.kind == "classes" else "at random")


class Predictor(Trust):
    """A model of a table, and what is known of it.

    Args:
        model: `Sequential` that begins with a `Table`.
        task: what it predicts.
        report: the `Report` of its training; None if there is none.
        trials: the `Trials` of its training, by which it knows how sure it is; None likewise.

    >>> import brickwork
    >>> data = {"x": list(range(40)), "y": [0.5 * i for i in range(40)]}
    >>> predictor = brickwork.train(data, "y", quality="fast")
    >>> predictor.predict({"x": [4, 8, 12]}).shape, sorted(predictor.score(data))
    ((3,), ['MAE', 'R2', 'RMSE'])
    """

    def __init__(
        self,
        model: Sequential,
        task: Task,
        report: Report | None = None,
        trials: Trials | None = None,
    ):
        self.model = model
        self.task = task
        self.report = report
        self.trials = trials

    def outputs(self, data: Any) -> np.ndarray:
        """Return the model's outputs.

        Args:
            data: a table with the columns that the model takes, in any order.

        Returns:
            Array ``(rows, outputs)``: probabilities, or numbers in the target's unit.

        Raises:
            ArgumentError (a ValueError): for a table without a column that the model takes.
            CellError (a ValueError): for a cell that is not what it should be.
        """
        columns = columns_of(data, "Predictor.predict")
        known = [column.name for column in self.model.layers[0].columns]
        return self.model.predict(columns_named(columns, known, "Predictor.predict"), verbose=0)

    def predict(self, data: Any) -> np.ndarray:
        """Predict the target of each row.

        Args:
            data: a table with the columns that the model takes, in any order.

        Returns:
            Array ``(rows,)`` of classes or numbers; of several targets ``(rows, targets)``.

        Raises:
            ValueError: as `outputs`.
        """
        found = self.outputs(data)
        if self.task.kind == "classes":
            return np.asarray(self.task.classes)[full_probabilities(found).argmax(1)]
        if self.task.kind == "labels":
            found = (found > 0.5).astype(int)
        return found[:, 0] if found.shape[1] == 1 else found

    def predict_proba(self, data: Any) -> np.ndarray:
        """Predict probabilities.

        Args:
            data: a table with the columns that the model takes, in any order.

        Returns:
            Array ``(rows, classes)``, the classes sorted; for labels ``(rows, labels)``.

        Raises:
            ArgumentError (a ValueError): if numbers are predicted.
        """
        if not self.task.classifies:
            raise ArgumentError(
                "Predictor.predict_proba", f"got {self.task.kind}, expected classes."
            )
        found = self.outputs(data)
        return full_probabilities(found) if self.task.kind == "classes" else found

    def score(self, data: Any) -> dict[str, float]:
        """Score the predictions for a table that has the target, too.

        Args:
            data: a table.

        Returns:
            A dict from the names of scores to floats.

        Raises:
            ArgumentError (a ValueError): without the target, or for targets that are missing.
        """
        columns, y = self.with_target(data, "score")
        return {one.name: one.value for one in scores(self.task, y, self.outputs(columns))}

    def save(self, path: str | PathLike) -> None:
        """Save everything but the report in one ``.brick`` file.

        Beside the model the file holds the targets of up to 10,000 rows and what was predicted for
        them in training, by which intervals, sets, probabilities and thresholds are calibrated; no
        other column. `load_model` reads the model alone.

        Args:
            path: name of the file, which ends in ``.brick``.

        Raises:
            ArgumentError (a ValueError): for names with another ending.
        """
        if not str(path).endswith(".brick"):
            raise ArgumentError(
                "Predictor.save.path", f"got {os.fspath(path)!r}, expected a name ending in .brick."
            )
        own = {"predictor": self.task.facts()}
        brick.save(self.model, path, attached=own | (self.trials.facts() if self.trials else {}))

    @classmethod
    def load(cls, path: str | PathLike) -> Predictor:
        """Load a predictor that was saved.

        Args:
            path: name of the file.

        Returns:
            A `Predictor`, without a report.

        Raises:
            OSError, FileError: if the file cannot be read, or holds another model.

        >>> import brickwork, tempfile
        >>> data = {"x": list(range(40)), "y": [0.5 * i for i in range(40)]}
        >>> predictor = brickwork.train(data, "y", quality="fast")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     predictor.save(f"{folder}/line.brick")
        ...     brickwork.Predictor.load(f"{folder}/line.brick")
        <Predictor of 'y': regression>
        """
        model, facts = load_model(path), brick.read_attached(path)
        if "predictor" not in facts:
            raise MismatchedFile(
                f"{os.fspath(path)}: holds a model, expected what Predictor.save wrote. Load it "
                "with brickwork.load_model."
            )
        with damaged_if_wrong(os.fspath(path)):
            task = Task.from_facts(facts["predictor"])
            trials = Trials.from_facts(task, facts) if "outputs" in facts else None
            if not isinstance(model.layers[0], Table):
                raise ValueError("a predictor whose model begins with no Table")
            if model.output_shape != (None, task.outputs):
                raise ValueError(f"outputs {model.output_shape} of {task.kind}")
        return cls(model, task, None, trials)

    def __repr__(self) -> str:
        return f"<Predictor of {listed(self.task.targets)}: {self.task.kind}>"
