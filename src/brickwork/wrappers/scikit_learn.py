"""`KerasClassifier` and `KerasRegressor`: the estimators of Keras 1 and 2.

Unlike those of Keras 3 they take a function that builds the model, and dispatch their arguments by
name: to that function, to fit, predict or evaluate.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import isfunction, ismethod, signature
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from ..errors import ArgumentError, near, shown
from ..models import Model
from ..spelling import rules_of_call
from ..utils import to_categorical
from .estimators import checked_model

_METHODS = ("fit", "predict", "evaluate")


class BaseWrapper(BaseEstimator):
    """Base class of both estimators.

    Args:
        build_fn: function or callable object that returns a compiled model; None for a subclass
            with ``__call__``.
        sk_params: arguments of `build_fn`, and of the model's fit, predict and evaluate.

    Attributes:
        model: the model of the last fit.
    """

    def __init__(self, build_fn: Any = None, **sk_params: Any):
        self.build_fn = build_fn
        self.sk_params = sk_params
        self.check_params(sk_params)

    def check_params(self, params: dict) -> None:
        """Raise ValueError for a name that is not an argument of any of the functions."""
        known = {"build_fn"}
        if callable(self._builder()):
            known |= _arguments(self._builder())
        known.update(*(_arguments_of(method) for method in _METHODS))
        for name in params:
            if name not in known:
                raise ArgumentError(
                    type(self).__name__,
                    f"{name} is not a legal parameter of "
                    f"build_fn, fit, predict or evaluate{near(name, known)}",
                )

    def get_params(self, deep: bool = True) -> dict:
        """All arguments by name, not copied."""
        return {**self.sk_params, "build_fn": self.build_fn}

    def set_params(self, **params: Any) -> Any:
        """Change arguments, and return the estimator."""
        self.check_params(params)
        self.build_fn = params.pop("build_fn", self.build_fn)
        self.sk_params.update(params)
        return self

    def filter_sk_params(self, fn: Callable[..., Any], override: dict | None = None) -> dict:
        """Those arguments that a function has, updated with `override`."""
        names = _arguments_of(fn) if isinstance(fn, str) else _arguments(fn)
        return {**{k: v for k, v in self.sk_params.items() if k in names}, **(override or {})}

    def fit(self, x: Any, y: Any, sample_weight: Any = None, **kwargs: Any) -> Any:
        """Build a model, train it, and return its `History`.

        Args:
            x, y: as for the model's fit. Class indices are one-hot encoded for a categorical
                crossentropy.
            sample_weight: a weight for each row.
            kwargs: arguments of fit, which override those of the constructor.
        """
        builder = self._builder()
        if not callable(builder):
            raise ArgumentError(
                f"{type(self).__name__}.build_fn",
                f"got {shown(self.build_fn)}, expected a function that returns a compiled model.",
            )
        self.model = checked_model(
            builder(**self.filter_sk_params(builder)), f"{type(self).__name__}.build_fn"
        )
        if sample_weight is not None:
            kwargs["sample_weight"] = sample_weight
        return self.model.fit(x, self._rows(y), **self.filter_sk_params("fit", kwargs))

    def _builder(self):
        return self if self.build_fn is None else self.build_fn

    def _rows(self, y):
        """Class indices in the form that the model's loss takes."""
        one_hot = getattr(self.model.loss, "labels", None) == "distribution"
        return to_categorical(y) if one_hot and np.shape(y)[1:] in ((), (1,)) else y

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model")


class KerasClassifier(ClassifierMixin, BaseWrapper):
    """A model as a classifier; see `BaseWrapper`.

    Attributes:
        classes_: the classes, sorted.
        n_classes_: the number of classes.

    >>> from brickwork.layers import Dense
    >>> from brickwork.models import Sequential
    >>> def build(units=4):
    ...     model = Sequential([Dense(units, input_dim=2), Dense(1, "sigmoid")])
    ...     model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    ...     return model
    >>> estimator = KerasClassifier(build, units=3, epochs=2, verbose=0)
    >>> _ = estimator.fit(np.zeros((4, 2)), np.array([0, 1, 1, 0]))
    >>> estimator.predict_proba(np.zeros((4, 2))).shape
    (4, 2)
    """

    def fit(self, x: Any, y: Any, sample_weight: Any = None, **kwargs: Any) -> Any:
        """As `BaseWrapper.fit`; y holds classes of any dtype, or one-hot rows."""
        y = np.asarray(y)
        if y.ndim == 2 and y.shape[1] > 1:
            self.classes_ = np.arange(y.shape[1])
        elif y.ndim in (1, 2):
            self.classes_ = np.unique(y)
            y = np.searchsorted(self.classes_, y)
        else:
            raise ArgumentError(
                "KerasClassifier.fit.y",
                f"got shape {y.shape}, expected (rows,) or (rows, classes).",
            )
        self.n_classes_ = len(self.classes_)
        return super().fit(x, y, sample_weight, **kwargs)

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The class of each row."""
        outputs = self.model.predict(x, **self.filter_sk_params("predict", kwargs))
        if outputs.shape[-1] > 1:
            return self.classes_[outputs.argmax(axis=-1)]
        return self.classes_[(outputs > 0.5).astype(int)]

    def predict_proba(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The probability of each class, (rows, classes)."""
        outputs = self.model.predict(x, **self.filter_sk_params("predict", kwargs))
        return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """The accuracy that the model's evaluate returns."""
        y = self._rows(np.searchsorted(self.classes_, np.asarray(y)))
        results = self.model.evaluate(
            x, y, **self.filter_sk_params("evaluate", {**kwargs, "return_dict": True})
        )
        if "accuracy" not in results:
            raise ValueError(
                "KerasClassifier.score: the model has no accuracy metric. Pass "
                "metrics=['accuracy'] to compile."
            )
        return results["accuracy"]


class KerasRegressor(RegressorMixin, BaseWrapper):
    """A model as a regressor; see `BaseWrapper`."""

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The prediction for each row."""
        outputs = self.model.predict(x, **self.filter_sk_params("predict", kwargs))
        return np.squeeze(outputs, axis=-1) if outputs.shape[-1] == 1 else outputs

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """The negative loss, so that greater is better."""
        results = self.model.evaluate(
            x, y, **self.filter_sk_params("evaluate", {**kwargs, "return_dict": True})
        )
        return -results["loss"]


def _arguments(fn) -> set[str]:
    """The names of the arguments of a function, or of a callable object."""
    if not (isfunction(fn) or ismethod(fn)):
        fn = fn.__call__
    kinds = ("POSITIONAL_OR_KEYWORD", "KEYWORD_ONLY")
    return {name for name, p in signature(fn).parameters.items() if p.kind.name in kinds}


def _arguments_of(method: str) -> set[str]:
    """The argument names of a method of models, old spellings included."""
    return (_arguments(getattr(Model, method)) | rules_of_call(method).keys()) - {"self"}
