"""`Regressor`."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils import check_array

from ..errors import ArgumentError
from ..tabular.task import Task
from .estimator import DEFAULT, Estimator

#: Losses by scikit-learn's names, in Keras's.
_LOSSES = {"squared_error": "mse", "absolute_error": "mae"}


class Regressor(RegressorMixin, Estimator):
    """Networks that predict numbers, one or several for each row; an estimator of scikit-learn.

    By default sixteen networks, each stopped early by an eighth of the rows, whose mean predicts.
    X may be an array, a sparse matrix, or a table with text, dates and missing values. The targets
    are scaled for the networks. Equal to MLPRegressor's arguments are those of the same names.

    Args:
        hidden_layer_sizes: units of the hidden layers; default (64, 64).
        loss: "squared_error" (default), "absolute_error", "poisson" for counts, which are then
            predicted by their logarithm, or another loss of brickwork.
        layers: instead of `hidden_layer_sizes`: a list of layers such as
            ``[Dense(32, "relu"), Dropout(0.2)]``, or a function that is given an `Input` and
            returns what its last layer returns. A layer for the targets is added. Default None.
        members: int, the number of networks; default 16.
        activation: of the hidden layers; default "silu".
        dropout: float, the share of hidden units that are dropped in training; default 0.
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
        table: whether columns are encoded and scaled, and may have missing values; default True.
            With False X must be numbers, which the networks are given as they are.
        kinds: dict from names of columns to "number", "category" or "date", for columns that are
            not what they look like; default None.
        random_state: int that determines everything, `RandomState`, or None (default).
        warm_start: whether fit goes on with the networks of the last fit; default False.
        verbose: whether to show a progress bar; default False.

    Attributes:
        networks_: the `Population` of networks.
        history_: the `Histories` of the last training.
        n_iter_: epochs that the longest trained network was trained.

    >>> X = np.linspace(-1, 1, 60)[:, None]
    >>> regressor = Regressor(members=4, random_state=1).fit(X, X[:, 0] ** 2)
    >>> regressor.predict(X[:2]).shape, bool(regressor.score(X, X[:, 0] ** 2) > 0.8)
    ((2,), True)
    """

    def __init__(
        self,
        hidden_layer_sizes=DEFAULT.hidden,
        *,
        loss="squared_error",
        layers=None,
        members=DEFAULT.members,
        activation=DEFAULT.activation,
        dropout=0.0,
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
        self.loss = loss

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.positive_only = False
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Regressor:
        """Train the networks.

        Args:
            X: array, sparse matrix or table ``(rows, columns)``.
            y: numbers ``(rows,)`` or ``(rows, outputs)``.
            sample_weight: weights of the rows ``(rows,)``; a weight of 2 is a row given twice.

        Returns:
            The estimator.

        Raises:
            ValueError: for data or arguments that cannot be used.
        """
        return self._fit(X, y, sample_weight)

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Regressor:
        """Train for one more epoch, on these rows alone. The first call also learns the columns and
        the unit of the targets.

        Args:
            X, y, sample_weight: as for fit.

        Returns:
            The estimator.

        Raises:
            ValueError: as fit.
        """
        return self._fit(X, y, sample_weight, partial=True)

    def predict(self, X: Any) -> np.ndarray:
        """Predict the numbers of each row.

        Args:
            X: as for fit.

        Returns:
            Array ``(rows,)`` or ``(rows, outputs)``, as y was given.
        """
        found = self._outputs(X)
        return found[:, 0] if self._flat else found

    def _targets(self, y: Any, first: bool, all_classes: Any = None) -> tuple[Task, np.ndarray]:
        what = type(self).__name__
        if y is None:
            raise ValueError(
                f"This {what} estimator requires y to be passed, but the target y is None."
            )
        own = check_array(y, ensure_2d=False, dtype=np.float64, input_name="y", estimator=self)
        flat, own = own.ndim == 1, own.reshape(len(own), -1)
        kind = "counts" if self.loss == "poisson" else "regression"
        if kind == "counts" and (own < 0).any():
            raise ArgumentError(f"{what}.y", "got numbers < 0, expected none, with loss='poisson'.")
        if first:
            self._flat = flat
            return Task(kind, [f"y{i}" for i in range(own.shape[1])]), own
        if own.shape[1] != self._task.outputs:
            raise ArgumentError(
                f"{what}.y", f"got {own.shape[1]} outputs, expected {self._task.outputs} as before."
            )
        return self._task, own

    def _loss(self, task: Task) -> Any:
        known = isinstance(self.loss, str)
        return _LOSSES.get(self.loss, self.loss) if known else self.loss
