"""The estimators of Keras 3, which wrap a model."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin
from sklearn.utils.metadata_routing import MetadataRequest
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from ..errors import ArgumentError, shown
from ..models import Model, clone_model
from .probabilities import decision_values, probabilities


class _Wrapper(BaseEstimator):
    """What the three estimators have in common.

    Args:
        model: a compiled `Model`, of which each fit takes a copy with new weights; or a function
            ``(X, y, ...) -> model`` that each fit calls with its data, y being two-dimensional.
        warm_start: whether fit continues with the model of the last fit; the first is not copied.
        model_kwargs: dict of further arguments of the function.
        fit_kwargs: dict of arguments of the model's fit; those given to fit override them.

    Attributes:
        model_: the fitted model.
        history_: the `History` of its fit.
    """

    def __init__(self, model, warm_start=False, model_kwargs=None, fit_kwargs=None):
        self.model = model
        self.warm_start = warm_start
        self.model_kwargs = model_kwargs
        self.fit_kwargs = fit_kwargs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.non_deterministic = True
        return tags

    def __sklearn_clone__(self):
        # The model itself is never trained, so it is not copied. Arguments of fit may be impossible
        # to copy (callbacks).
        return type(self)(**self.get_params(deep=False))

    @property
    def epoch_(self) -> int:
        """Number of epochs of the last fit."""
        return len(self.history_.epoch) if hasattr(self, "history_") else 0

    def set_fit_request(self, **kwargs):
        """Set which metadata (``sample_weight=True``) scikit-learn routes to fit.

        Raises:
            RuntimeError: if metadata routing is not enabled.
        """
        if not sklearn.get_config()["enable_metadata_routing"]:
            raise RuntimeError(
                "set_fit_request: metadata routing is not enabled. Call "
                "sklearn.set_config(enable_metadata_routing=True)."
            )
        request = MetadataRequest(owner=self)
        for name, alias in kwargs.items():
            request.fit.add_request(param=name, alias=alias)
        self._metadata_request = request
        return self

    def fit(self, X, y, **kwargs):
        """Train a model.

        Args:
            X: inputs of shape (rows, columns).
            y: targets of shape (rows,).
            kwargs: arguments of the model's fit.

        Returns:
            The estimator.

        Raises:
            RuntimeError: if the model is not compiled.
            ValueError: for data that scikit-learn or the model refuses.
        """
        X, y = validate_data(self, X, y)
        y = self._targets(y)
        model = self._model_to_fit(X, y)
        if not model.compiled or model.loss is None:
            raise RuntimeError(
                f"{type(self).__name__}.model: got a model that is not compiled, "
                "expected one with a loss and an optimizer. Call model.compile("
                "optimizer=..., loss=...)."
            )
        self.history_ = model.fit(
            X, self._targets_for_loss(y, model), **{**(self.fit_kwargs or {}), **kwargs}
        )
        self.model_ = model
        return self

    def _model_to_fit(self, X, y):
        if self.warm_start and hasattr(self, "model_"):
            return self.model_
        if not isinstance(self.model, Model):
            return self._build_model(X, y)
        if self.warm_start or not self.model.compiled:
            return self.model
        return clone_model(self.model)

    def _build_model(self, X, y) -> Model:
        """The model that the given function returns for the data."""
        what, given = f"{type(self).__name__}.model", {"X": X, "y": y, **(self.model_kwargs or {})}
        if not callable(self.model):
            raise ArgumentError(
                what,
                f"got {shown(self.model)}, expected a compiled model, or a "
                "function (X, y) that returns one.",
            )
        try:
            signature(self.model).bind(**given)
        except TypeError as error:
            raise ArgumentError(
                what,
                f"got a function that cannot be called with {', '.join(given)} by name: {error}.",
            ) from None
        return checked_model(self.model(**given), what)

    def predict(self, X):
        """Predict targets.

        Args:
            X: inputs of shape (rows, columns).

        Returns:
            ndarray: of shape (rows,): classes, or the model's outputs.
        """
        return self._from_outputs(self._outputs(X))

    def _outputs(self, X) -> np.ndarray:
        check_is_fitted(self)
        return self.model_.predict(validate_data(self, X, reset=False))

    def _targets(self, y: np.ndarray) -> np.ndarray:
        """The targets that the model is trained on."""
        if type_of_target(y) == "unknown":
            raise ValueError(
                f"{type(self).__name__}.fit.y: Unknown label type, got dtype "
                f"{y.dtype}, expected numbers."
            )
        return y.reshape(-1, 1)

    def _targets_for_loss(self, y: np.ndarray, model) -> np.ndarray:
        """The targets in the form that the model's loss takes."""
        return y

    def _from_outputs(self, outputs: np.ndarray) -> np.ndarray:
        return np.squeeze(outputs, axis=1) if outputs.ndim == 2 else outputs


class SKLearnClassifier(ClassifierMixin, _Wrapper):
    """A model as a classifier of scikit-learn.

    y may be numbers or text. The model has a unit for each class, or one unit for two classes. It
    is trained on one-hot rows, or on class indices if its loss takes these
    (``"sparse_categorical_crossentropy"``). A function that makes the model is given the one-hot
    rows as y, and so sees the number of classes.

    Args:
        model: a compiled `Model`, or a function ``(X, y, ...) -> model``.
        warm_start: whether fit continues with the model of the last fit.
        model_kwargs: dict of further arguments of the function.
        fit_kwargs: dict of arguments of the model's fit.

    Attributes:
        classes_: the classes, sorted.

    >>> from sklearn.datasets import load_iris
    >>> from brickwork.layers import Dense
    >>> from brickwork.models import Sequential
    >>> def build(X, y):
    ...     model = Sequential([Dense(y.shape[1], "softmax", input_dim=X.shape[1])])
    ...     model.compile("adam", "categorical_crossentropy")
    ...     return model
    >>> X, y = load_iris(return_X_y=True)
    >>> classifier = SKLearnClassifier(build).fit(X, y, verbose=0)
    >>> classifier.predict(X).shape, classifier.predict_proba(X).shape
    ((150,), (150, 3))
    """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True
        return tags

    def decision_function(self, X: Any) -> np.ndarray:
        """Confidence scores of the classes.

        Args:
            X: inputs of shape (rows, columns).

        Returns:
            ndarray: for two classes of shape (rows,), positive where the second is more likely:
            the difference of the log probabilities, or of the outputs if these are no
            probabilities. For more classes the model's outputs, of shape (rows, classes).
        """
        outputs = self._outputs(X)
        if len(self.classes_) > 2:
            return outputs
        return decision_values(outputs.astype(np.float64), self.model_.loss)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Predict the probabilities of the classes.

        Args:
            X: inputs of shape (rows, columns).

        Returns:
            ndarray: of shape (rows, classes); each row sums to 1.

        Raises:
            ValueError: if the model's outputs are no probabilities.
        """
        outputs = self._outputs(X).astype(np.float64)
        return probabilities(outputs, self.model_.loss, type(self).__name__)

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Predict the logarithms of the probabilities of the classes.

        Args:
            X: inputs of shape (rows, columns).

        Returns:
            ndarray: of shape (rows, classes).
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def _targets(self, y: np.ndarray) -> np.ndarray:
        kind = type_of_target(y, raise_unknown=True, input_name="y")
        if kind not in ("binary", "multiclass"):
            raise ValueError(
                "SKLearnClassifier.fit.y: Unknown label type: "
                f"{kind}. Only binary and multiclass targets can be learned."
            )
        classes = np.unique(y)
        if len(classes) == 1:
            raise ValueError(
                "SKLearnClassifier.fit.y: got one class, expected at least two. "
                "Classifier can't train when only one class is present."
            )
        self.classes_ = classes
        return (y[:, None] == classes).astype(np.float64)

    def _targets_for_loss(self, y: np.ndarray, model) -> np.ndarray:
        """Class indices, for a loss that takes them, or for one unit."""
        units = model.output_shape[-1] if model.built else None
        takes_indices = getattr(model.loss, "labels", None) == "classes"
        if takes_indices or (units == 1 and len(self.classes_) == 2):
            return y.argmax(axis=1)[:, None]
        return y

    def _from_outputs(self, outputs: np.ndarray) -> np.ndarray:
        if len(self.classes_) == 2 and outputs.shape[1:] == (1,):
            return self.classes_[(decision_values(outputs, self.model_.loss) > 0).astype(int)]
        return self.classes_[outputs.argmax(axis=1)]

    def _outputs(self, X) -> np.ndarray:
        outputs = super()._outputs(X)
        classes = len(self.classes_)
        if outputs.ndim != 2 or (
            outputs.shape[1] != classes and not (classes == 2 and outputs.shape[1] == 1)
        ):
            raise ValueError(
                f"{type(self).__name__}.predict: the model has outputs of shape "
                f"{outputs.shape}, expected (rows, {classes}): a unit for each "
                "class."
            )
        return outputs


class SKLearnRegressor(RegressorMixin, _Wrapper):
    """A model as a regressor of scikit-learn.

    Args:
        model: a compiled `Model`, or a function ``(X, y, ...) -> model``.
        warm_start: whether fit continues with the model of the last fit.
        model_kwargs: dict of further arguments of the function.
        fit_kwargs: dict of arguments of the model's fit.

    >>> from brickwork.layers import Dense
    >>> from brickwork.models import Sequential
    >>> model = Sequential([Dense(1, input_dim=2)])
    >>> model.compile("adam", "mse")
    >>> X = np.arange(8.0).reshape(4, 2)
    >>> SKLearnRegressor(model).fit(X, X.sum(axis=1), verbose=0).predict(X).shape
    (4,)
    """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True
        return tags


class SKLearnTransformer(TransformerMixin, _Wrapper):
    """A model as a transformer of scikit-learn: its outputs are features for the next step.

    Args:
        model: a compiled `Model`, or a function ``(X, y, ...) -> model``.
        warm_start: whether fit continues with the model of the last fit.
        model_kwargs: dict of further arguments of the function.
        fit_kwargs: dict of arguments of the model's fit.

    >>> from brickwork.layers import Dense
    >>> from brickwork.models import Sequential
    >>> model = Sequential([Dense(1, input_dim=2)])
    >>> model.compile("adam", "mse")
    >>> X = np.arange(8.0).reshape(4, 2)
    >>> SKLearnTransformer(model).fit(X, X.sum(axis=1), verbose=0).transform(X).shape
    (4, 1)
    """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags

    def transform(self, X: Any) -> np.ndarray:
        """The model's outputs.

        Args:
            X: inputs of shape (rows, columns).

        Returns:
            ndarray: of shape (rows, units).
        """
        return self._outputs(X)


def checked_model(model: Any, what: str) -> Model:
    """Check that a user's function returned a model.

    Args:
        model: what it returned.
        what: the argument that the function was given as, for the message.

    Returns:
        Model: `model`.

    Raises:
        ArgumentError: for anything else; a function that only builds a model returns None.
    """
    if not isinstance(model, Model):
        raise ArgumentError(
            what,
            f"got a function that returned {shown(model)}, expected one that "
            "returns a compiled model: its last line is `return model`.",
        )
    return model
