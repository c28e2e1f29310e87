"""`Transformer`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted, column_or_1d

from ..data.columns import as_column
from ..errors import ArgumentError, shown
from ..layers import Dropout, PiecewiseLinear, Waves
from ..models import Functional
from ..tabular.task import Task, task_of
from .estimator import DEFAULT, Estimator


class Transformer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, Estimator):
    """What hidden layers make of rows, as features for the next step; a transformer of
    scikit-learn.

    The network learns to predict y: text, and whole numbers of at most ten different values, are
    classes, other numbers are numbers. Without y it learns to reproduce its own input, so that a
    narrow hidden layer is a summary of it.

    Args:
        hidden_layer_sizes: units of the hidden layers; default (64, 64).
        layer: which hidden layer's outputs are returned: an int, from 0, or several; default -1,
            the last. Dropout layers do not count.
        layers: instead of `hidden_layer_sizes`: a list of layers such as
            ``[Dense(32, "relu"), Dropout(0.2)]``, or a function that is given an `Input` and
            returns what its last layer returns. A layer for the targets is added. Default None.
        members: int, the number of networks, whose features stand side by side; default 1.
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

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> transformer = Transformer((16, 4), random_state=1).fit(X, y)
    >>> transformer.transform(X).shape, transformer.get_feature_names_out()[:2].tolist()
    ((150, 4), ['transformer0', 'transformer1'])
    """

    def __init__(
        self,
        hidden_layer_sizes=DEFAULT.hidden,
        *,
        layer=-1,
        layers=None,
        members=1,
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
        self.layer = layer

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Transformer:
        """Train the networks.

        Args:
            X: array, sparse matrix or table ``(rows, columns)``.
            y: classes or numbers ``(rows,)``, or numbers ``(rows, outputs)``; None (default): the
                networks reproduce their input.
            sample_weight: weights of the rows ``(rows,)``; a weight of 2 is a row given twice.

        Returns:
            The estimator.

        Raises:
            ValueError: for data or arguments that cannot be used.
        """
        self._fit(X, y, sample_weight)
        self._hidden = [self._hidden_of(self.networks_[i]) for i in range(len(self.networks_))]
        self._n_features_out = sum(
            shape[-1]
            for model in self._hidden
            for shape in (s for s in _listed(model.output_shape))
        )
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the outputs of hidden layers.

        Args:
            X: as for fit.

        Returns:
            Array ``(rows, features)`` float32.
        """
        check_is_fitted(self)
        features = self._features(self._read(X, False))
        found = [model.predict(features, verbose=0) for model in self._hidden]
        return np.concatenate(
            [part for one in found for part in (one if isinstance(one, list) else [one])], axis=1
        )

    def _hidden_of(self, network: Any) -> Functional:
        """A model of a network whose outputs are those of the hidden layers that are asked for."""
        own = [
            layer
            for layer in network.layers[:-1]
            if not isinstance(layer, Dropout | PiecewiseLinear | Waves)
            and type(layer).__name__ != "InputLayer"
        ]
        chosen = list(self.layer) if isinstance(self.layer, Sequence) else [self.layer]
        for index in chosen:
            if not isinstance(index, int | np.integer) or not -len(own) <= index < len(own):
                raise ArgumentError(
                    f"{type(self).__name__}.layer",
                    f"got {shown(index)}, expected the index of one of {len(own)} hidden layers.",
                )
        return Functional(network.inputs, [own[index].output for index in chosen])

    def _targets(self, y: Any, first: bool, all_classes: Any = None) -> tuple[Any, Any]:
        what = type(self).__name__
        if y is None:
            return (None if first else self._task), None
        kind = type_of_target(y, input_name="y", raise_unknown=True)
        if kind in ("binary", "multiclass"):
            own = as_column(column_or_1d(y, warn=True), f"{what}.y")
            task = task_of({"y": own}, ["y"], None) if first else self._task
            if task.kind == "classes":
                return task, task.class_indices(own)
        own = check_array(y, ensure_2d=False, dtype=np.float64, input_name="y", estimator=self)
        own = own.reshape(len(own), -1)
        task = Task("regression", [f"y{i}" for i in range(own.shape[1])]) if first else self._task
        if own.shape[1] != task.outputs or task.kind != "regression":
            raise ArgumentError(f"{what}.y", "got other targets than those of the first fit.")
        return task, own


def _listed(shape: Any) -> list:
    return list(shape) if isinstance(shape[0], tuple | list) else [shape]
