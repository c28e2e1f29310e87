"""What the estimators have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    check_random_state,
    validate_data,
)

from ..callbacks import EarlyStopping
from ..errors import ArgumentError, shown, whole_number
from ..models import Sequential
from ..populations import Population, population
from ..tabular.bag import assembled, folds_of_members, kinds_of_networks, many_valued, mean_outputs
from ..tabular.recipes import RECIPES, Recipe
from ..tabular.task import Task
from .features import Columns, Features, Numbers, Plain, columns_like, table_of
from .networks import Design, monitored, train
from .rows import in_order, repeated

#: Whose values are the defaults.
DEFAULT = RECIPES["default"]
#: What networks are made of, which does not change once they are.
OF_NETWORKS = (
    "members hidden_layer_sizes layers activation dropout optimizer loss alpha learning_rate "
    "monitor"
).split()


class Estimator(BaseEstimator):
    """Base of the estimators: it reads X, makes the networks, trains them and asks them."""

    def __init__(
        self,
        hidden_layer_sizes=DEFAULT.hidden,
        *,
        layers=None,
        members=DEFAULT.members,
        activation=DEFAULT.activation,
        dropout=DEFAULT.dropout,
        optimizer="adamw",
        alpha=DEFAULT.decay,
        learning_rate=DEFAULT.rate,
        batch_size="auto",
        max_iter=DEFAULT.epochs,
        early_stopping=True,
        monitor="val_loss",
        validation_fraction=1 / DEFAULT.folds,
        n_iter_no_change=DEFAULT.patience,
        tol=0.0,
        table=True,
        kinds=None,
        random_state=None,
        warm_start=False,
        verbose=False,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.layers = layers
        self.members = members
        self.activation = activation
        self.dropout = dropout
        self.optimizer = optimizer
        self.alpha = alpha
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.early_stopping = early_stopping
        self.monitor = monitor
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.table = table
        self.kinds = kinds
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = bool(self.table)
        return tags

    # What the kinds of estimators differ in.

    def _targets(self, y: Any, first: bool, all_classes: Any = None) -> tuple[Task, np.ndarray]:
        """The task, and its encoded targets ``(rows,)`` or ``(rows, outputs)``."""
        raise NotImplementedError

    def _weights_of_classes(
        self, y: Any, targets: np.ndarray, own: np.ndarray, goes_on: bool
    ) -> np.ndarray | None:
        """The weight of each row by its class; None for equal ones.

        Args:
            y, targets: as given, and encoded.
            own: the weight of each row.
            goes_on: whether the classes of the calls before count, too.
        """
        return None

    def _loss(self, task: Task) -> Any:
        """The networks' loss."""
        return task.loss

    # Training.

    def _fit(self, X, y, sample_weight, *, partial: bool = False, classes: Any = None):
        recipe = self._recipe()
        first = not (hasattr(self, "networks_") and (partial or self.warm_start))
        raw = self._read(X, first, least=1 if partial else 2)
        task, targets = self._targets(y, first, classes)
        count = len(next(iter(raw.values()))) if isinstance(raw, dict) else raw.shape[0]
        if targets is not None and len(targets) != count:
            raise ArgumentError(
                f"{type(self).__name__}.y",
                f"got {len(targets)} rows, expected as many as X has, {count}.",
            )
        rows, weights = self._rows(count, y, targets, sample_weight, partial and not first)
        raw = _taken(raw, rows)
        if first:
            self._features = self._learnt(raw)
        features = self._features(raw)
        if targets is None:  # the networks are to reproduce their input
            task = task or Task("regression", self._features.names)
            targets = features.toarray() if hasattr(features, "toarray") else features
        else:
            targets = targets[rows]
        order, marks = in_order(features, targets)
        features, targets = features[order], targets[order]
        weights = None if weights is None else weights[order]
        self._refuse(task, targets, partial)
        if first:
            self._center, self._scale = task.unit(targets)
            self._make(task, recipe, features)
        else:
            self._refuse_changes(recipe)
        stop, parts = None, []
        if self.early_stopping and not partial:
            name, _ = monitored(self.monitor)
            stop = EarlyStopping(name, self.tol, self.n_iter_no_change, restore_best_weights=True)
            parts = self._parts(targets, marks, task, recipe)
        train(
            self.networks_,
            features,
            self._for_loss(task, targets),
            weights=weights,
            first=self.n_iter_,
            epochs=1 if partial else self.max_iter,
            batch_size=recipe.batch_size(len(rows))
            if self.batch_size == "auto"
            else self.batch_size,
            stop=stop,
            parts=parts,
            verbose=int(self.verbose),
        )
        self.history_ = self.networks_.history
        self.n_iter_ = max(history.epoch[-1] + 1 for history in self.history_)
        return self

    def _parts(
        self, targets: np.ndarray, marks: np.ndarray, task: Task, recipe: Recipe
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        """The rows that each network is trained on and stopped by; equal rows, such as those that a
        weight repeats, are on one side, else networks would be stopped by what they know."""
        _, first, place = np.unique(marks, return_index=True, return_inverse=True)
        if len(first) < 2:
            return folds_of_members(targets, task, recipe, seed=self._seed)
        found = folds_of_members(targets[first], task, recipe, seed=self._seed)
        return [
            (np.flatnonzero(np.isin(place, train)), np.flatnonzero(np.isin(place, test)))
            for train, test in found
        ]

    def _recipe(self) -> Recipe:
        """What the arguments say, checked."""
        what = type(self).__name__
        for name in ("members", "max_iter", "n_iter_no_change"):
            whole_number(getattr(self, name), f"{what}.{name}")
        if self.batch_size != "auto":
            whole_number(self.batch_size, f"{what}.batch_size")
        if isinstance(self.learning_rate, str):
            raise ArgumentError(
                f"{what}.learning_rate",
                f"got {shown(self.learning_rate)}, expected a number such as 0.001, or a schedule "
                "of brickwork.optimizers.schedules. It is MLPClassifier's learning_rate_init.",
            )
        if not 0 < self.validation_fraction <= 0.5:
            raise ArgumentError(
                f"{what}.validation_fraction",
                f"got {shown(self.validation_fraction)}, expected a fraction > 0 and <= 0.5.",
            )
        sizes = self.hidden_layer_sizes
        return Recipe(
            self.members,
            folds=round(1 / self.validation_fraction),
            hidden=tuple(np.atleast_1d(np.asarray(sizes, int)).tolist()),
            activation=self.activation,
            dropout=self.dropout,
            rate=self.learning_rate,
            decay=self.alpha,
            epochs=self.max_iter,
            patience=self.n_iter_no_change,
        )

    def _rows(
        self, count: int, y: Any, targets: np.ndarray | None, sample_weight: Any, goes_on: bool
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """The rows to train on, and their weights."""
        own = _check_sample_weight(
            sample_weight, np.empty((count, 1)), dtype=np.float64, ensure_non_negative=True
        )
        if not own.any():
            raise ValueError("Sample weights must contain at least one non-zero number.")
        return repeated(own, self._weights_of_classes(y, targets, own, goes_on))

    def _refuse(self, task: Task, targets: np.ndarray, partial: bool) -> None:
        """Raise for targets that nothing can be learnt of."""
        if task.kind == "classes" and not partial and (targets == targets[0]).all():
            raise ArgumentError(
                f"{type(self).__name__}.fit.y",
                f"got one class, {shown(task.classes[targets[0]])}, among the rows with a weight, "
                "expected at least two classes.",
            )

    def _refuse_changes(self, recipe: Recipe) -> None:
        """Raise if the networks that are to be trained on were made of other arguments."""
        own = self._made_of(recipe)
        changed = [name for name, value in own.items() if value != self._made[name]]
        if changed:
            raise ArgumentError(
                type(self).__name__,
                f"got another {', '.join(changed)} than that of the networks which are to be "
                "trained on. Call fit on a clone, or without warm_start.",
            )

    def _for_loss(self, task: Task, y: np.ndarray) -> np.ndarray:
        """The targets as the networks take them."""
        if task.kind != "classes":
            return ((y - self._center) / self._scale).astype(np.float32)
        return np.eye(task.outputs, dtype=np.float32)[y] if self._one_hot else y

    def _make(self, task: Task, recipe: Recipe, features: Any) -> None:
        """Make the networks."""
        numbers = many_valued(features, self._features.numbers)
        random = check_random_state(self.random_state)
        self._seed, self.n_iter_ = int(random.randint(2**31 - 1)), 0
        name, metric = monitored(self.monitor) if self.early_stopping else ("", None)
        # Most metrics of several classes want a column for each.
        self._one_hot = (
            task.kind == "classes"
            and task.outputs > 1
            and metric is not None
            and not name.startswith(("val_accuracy", "val_sparse"))
        )
        loss = "categorical_crossentropy" if self._one_hot else self._loss(task)
        design = Design(
            recipe,
            task,
            features.shape[1],
            numbers,
            recipe.edges(features, numbers),
            self.layers,
            self.optimizer,
            loss,
            metric,
        )
        self._task, self._made = task, self._made_of(recipe)
        self.networks_: Population = population(
            design, settings=kinds_of_networks(self.members), seed=self._seed
        )

    def _made_of(self, recipe: Recipe) -> dict[str, Any]:
        """What the networks are made of, by the arguments' names."""
        given = {name: getattr(self, name, None) for name in OF_NETWORKS}
        return {**given, "hidden_layer_sizes": recipe.hidden}

    # Reading X.

    def _read(self, X: Any, first: bool, least: int = 1) -> Any:
        """X as a dict of columns, an array of numbers, or a sparse matrix."""
        what = f"{type(self).__name__}.X"
        columns = None
        if first:
            columns = table_of(X, self.kinds, what) if self.table else None
        elif isinstance(self._features, Columns):
            columns = columns_like(X, self._names, what)
        if columns is not None:
            validate_data(self, X, skip_check_array=True, reset=first)
            count = len(next(iter(columns.values())))
            if count < least:
                raise ValueError(
                    f"{what}: got {count} sample(s), n_samples={count}, expected at least {least}."
                )
            return columns
        return validate_data(
            self,
            X,
            reset=first,
            accept_sparse="csr",
            dtype=[np.float64, np.float32],
            ensure_all_finite="allow-nan" if self.table and not hasattr(X, "tocsr") else True,
            ensure_min_samples=least,
        )

    def _learnt(self, raw: Any) -> Features:
        """What the first training learns of X."""
        if isinstance(raw, dict):
            self._names = list(raw)
            return Columns(raw, self.kinds)
        names = [str(name) for name in getattr(self, "feature_names_in_", ())]
        self._names = names or [f"x{i}" for i in range(raw.shape[1])]
        if not self.table or hasattr(raw, "tocsr"):
            return Plain(raw, self._names, bool(self.table))
        return Numbers(raw, self._names, f"{type(self).__name__}.X")

    # Predictions.

    def _outputs(self, X: Any) -> np.ndarray:
        """The mean of the networks' outputs, ``(rows, outputs)``, in the targets' unit."""
        check_is_fitted(self)
        features = self._features(self._read(X, False))
        return mean_outputs(self.networks_, features) * self._scale + self._center

    def model(self) -> Sequential:
        """Return one model of everything: it draws, saves and predicts like any other.

        Returns:
            A `Sequential` model of the `Table`, if there is one, and the networks. It takes a dict
            of columns or a table; without a `Table` an array.
        """
        check_is_fitted(self)
        unit, name = (self._center, self._scale), type(self).__name__.lower()
        return assembled(self._features.layers(), self.networks_, self._task, unit, name)


def _taken(raw: Any, rows: np.ndarray) -> Any:
    """Some of the rows of X."""
    if isinstance(raw, dict):
        return {name: column[rows] for name, column in raw.items()}
    return raw[rows]
