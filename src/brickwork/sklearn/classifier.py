"""`Classifier`."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import column_or_1d

from ..errors import ArgumentError, shown
from ..tabular.scores import full_probabilities
from ..tabular.task import Task
from .estimator import DEFAULT, Estimator

#: Probabilities are that far from 0 and 1, at least, where their logarithms are taken.
LEAST = 1e-30


class Classifier(ClassifierMixin, Estimator):
    """Networks that predict classes, or several labels; an estimator of scikit-learn.

    By default sixteen networks, each stopped early by an eighth of the rows, whose mean predicts.
    X may be an array, a sparse matrix, or a table with text, dates and missing values. Equal to
    MLPClassifier's arguments are those of the same names.

    Args:
        hidden_layer_sizes: units of the hidden layers; default (64, 64).
        layers: instead of those: a list of layers such as ``[Dense(32, "relu"), Dropout(0.2)]``,
            or a function that is given an `Input` and returns what its last layer returns. A layer
            for the classes is added. Default None.
        members: int, the number of networks; default 16.
        activation: of the hidden layers; default "silu".
        dropout: float, the share of hidden units that are dropped in training; default 0.15.
        optimizer: a name, or an `Optimizer`, which has a learning rate and a decay of its own;
            default "adamw".
        alpha: float, weight decay; default 1e-3.
        learning_rate: float or a schedule; default 2e-3.
        batch_size: int, rows per step; "auto" (default) by the number of rows, 32 to 256.
        max_iter: int, the most epochs; default 200.
        early_stopping: whether each network is stopped by rows that it does not train on; default
            True. Else all train on all rows for `max_iter` epochs.
        monitor: what stops it: "val_loss" (default), or any metric by its name or as a `Metric`.
        validation_fraction: float, the share of those rows, taken as the nearest 1 / n; default
            0.125.
        n_iter_no_change: int, epochs without improvement before stopping; default 8.
        tol: float, the least improvement that counts; default 0.
        class_weight: dict from classes to weights, or "balanced": inverse to how frequent they
            are, in partial_fit in all calls so far. Default None.
        table: whether columns are encoded and scaled, and may have missing values; default True.
            With False X must be numbers, which the networks are given as they are.
        kinds: dict from names of columns to "number", "category" or "date", for columns that are
            not what they look like; default None.
        random_state: int that determines everything, `RandomState`, or None (default).
        warm_start: whether fit goes on with the networks of the last fit; default False.
        verbose: whether to show a progress bar; default False.

    Attributes:
        classes_: the classes, sorted; of several labels their indices.
        networks_: the `Population` of networks.
        history_: the `Histories` of the last training.
        n_iter_: epochs that the longest trained network was trained.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> classifier = Classifier(members=4, random_state=1).fit(X, y)
    >>> classifier.predict(X[:2]), bool(classifier.score(X, y) > 0.9)
    (array([0, 0]), True)
    """

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
        class_weight=None,
        table=True,
        kinds=None,
        random_state=None,
        warm_start=False,
        verbose=False,
    ):
        super().__init__(
            hidden_layer_sizes,
            layers=layers,
            members=members,
            activation=activation,
            dropout=dropout,
            optimizer=optimizer,
            alpha=alpha,
            learning_rate=learning_rate,
            batch_size=batch_size,
            max_iter=max_iter,
            early_stopping=early_stopping,
            monitor=monitor,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            tol=tol,
            table=table,
            kinds=kinds,
            random_state=random_state,
            warm_start=warm_start,
            verbose=verbose,
        )
        self.class_weight = class_weight

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Classifier:
        """Train the networks.

        Args:
            X: array, sparse matrix or table ``(rows, columns)``.
            y: classes ``(rows,)``, numbers or text; or labels ``(rows, labels)`` of 0 and 1.
            sample_weight: weights of the rows ``(rows,)``; a weight of 2 is a row given twice.

        Returns:
            The estimator.

        Raises:
            ValueError: for data or arguments that cannot be used.
        """
        return self._fit(X, y, sample_weight)

    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None
    ) -> Classifier:
        """Train for one more epoch, on these rows alone. The first call also learns the columns.

        Args:
            X, y, sample_weight: as for fit.
            classes: all classes, of which y may lack some; needed in the first call, but for
                labels.

        Returns:
            The estimator.

        Raises:
            ValueError: as fit, and for the first call without classes.
        """
        if classes is None and y is not None and not hasattr(self, "networks_"):
            if type_of_target(y, input_name="y") != "multilabel-indicator":
                raise ArgumentError(
                    f"{type(self).__name__}.partial_fit",
                    "classes must be passed on the first call to partial_fit: got none.",
                )
        return self._fit(X, y, sample_weight, partial=True, classes=classes)

    def predict(self, X: Any) -> np.ndarray:
        """Predict the class of each row.

        Args:
            X: as for fit.

        Returns:
            Array ``(rows,)`` of classes; of labels ``(rows, labels)`` of 0 and 1.
        """
        found = self._outputs(X)
        if self._task.kind == "labels":
            return (found > 0.5).astype(int)
        if found.shape[1] == 1:
            return self.classes_[(found[:, 0] > 0.5).astype(int)]
        return self.classes_[found.argmax(axis=1)]

    def predict_proba(self, X: Any) -> np.ndarray:
        """Predict the probability of each class.

        Args:
            X: as for fit.

        Returns:
            Array ``(rows, classes)``; of labels ``(rows, labels)``.
        """
        found = self._outputs(X)
        if self._task.kind == "labels":
            return np.clip(found, 1e-7, 1 - 1e-7)
        found = full_probabilities(found)
        return found / found.sum(axis=1, keepdims=True)

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Predict the logarithms of the probabilities.

        Args:
            X: as for fit.

        Returns:
            Array ``(rows, classes)``; of labels ``(rows, labels)``.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def decision_function(self, X: Any) -> np.ndarray:
        """Return scores of the classes.

        Args:
            X: as for fit.

        Returns:
            Array ``(rows,)`` of log odds for two classes, ``(rows, labels)`` of them for labels,
            ``(rows, classes)`` of log probabilities for more classes.
        """
        found = self.predict_proba(X)
        if self._task.kind == "labels":
            return np.log(found) - np.log1p(-found)
        logs = np.log(np.maximum(found, LEAST))
        return logs[:, 1] - logs[:, 0] if found.shape[1] == 2 else logs

    def _targets(self, y: Any, first: bool, all_classes: Any = None) -> tuple[Task, np.ndarray]:
        what = type(self).__name__
        if y is None:
            raise ValueError(
                f"This {what} estimator requires y to be passed, but the target y is None."
            )
        check_classification_targets(y)
        kind = type_of_target(y, input_name="y", raise_unknown=True)
        if kind == "multilabel-indicator":
            labels = np.asarray(y.toarray() if hasattr(y, "toarray") else y)
            count = labels.shape[1]
            if first:
                self.classes_ = np.arange(count)
                return Task("labels", [f"label {i}" for i in range(count)]), labels.astype(int)
            if self._task.kind != "labels" or count != len(self.classes_):
                raise ArgumentError(f"{what}.y", f"got {count} labels, {self._expected()}")
            return self._task, labels.astype(int)
        if kind == "multiclass-multioutput":
            raise ArgumentError(
                f"{what}.y",
                f"got {kind}, several columns of several classes, expected one column, or several "
                "of 0 and 1. sklearn.multioutput.MultiOutputClassifier trains one for each column.",
            )
        own = column_or_1d(y, warn=True)
        if first:
            classes = np.unique(own if all_classes is None else all_classes)
            if len(classes) < 2:
                raise ArgumentError(
                    f"{what}.y", f"got one class, {shown(classes[0])}, expected at least two."
                )
            self.classes_ = classes
            task = Task("classes", ["y"], classes.tolist())
        else:
            task = self._task
            if all_classes is not None and not np.array_equal(
                np.unique(all_classes), self.classes_
            ):
                raise ArgumentError(
                    f"{what}.partial_fit.classes", f"got others, {self._expected()}"
                )
        strange = np.setdiff1d(own, self.classes_)
        if task.kind != "classes" or len(strange):
            raise ArgumentError(f"{what}.y", f"got {strange.tolist()[:5]}, {self._expected()}")
        return task, np.searchsorted(self.classes_, own)

    def _expected(self) -> str:
        many = f"{len(self.classes_)} labels" if self._task.kind == "labels" else "the classes"
        return f"expected {many} {self.classes_.tolist()[:8]} of the first call."

    def _weights_of_classes(
        self, y: Any, targets: np.ndarray, own: np.ndarray, goes_on: bool
    ) -> np.ndarray | None:
        if not isinstance(self.class_weight, str):
            return (
                None if self.class_weight is None else compute_sample_weight(self.class_weight, y)
            )
        if self.class_weight != "balanced":
            raise ArgumentError(
                f"{type(self).__name__}.class_weight",
                f"got {shown(self.class_weight)}, expected 'balanced' or a dict.",
            )
        columns = targets.reshape(len(targets), -1).T
        sizes = 2 if len(columns) > 1 else len(self.classes_)
        counts = np.array([np.bincount(column, own, sizes) for column in columns])
        self._counts = counts + self._counts if goes_on else counts
        shares = self._counts / self._counts.sum(axis=1, keepdims=True)
        number = (shares > 0).sum(axis=1, keepdims=True)
        inverse = 1 / (np.where(shares > 0, shares, 1) * number)
        return np.prod([row[column] for row, column in zip(inverse, columns, strict=True)], axis=0)
