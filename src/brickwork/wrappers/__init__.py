"""Models as estimators of scikit-learn, for its pipelines, searches and cross-validation.

`SKLearnClassifier`, `SKLearnRegressor` and `SKLearnTransformer` are those of Keras 3;
`scikit_learn` has the `KerasClassifier` and `KerasRegressor` of Keras 1 and 2. scikit-learn must be
installed; it is imported on first use.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if find_spec("sklearn") is None:
    raise ImportError("brickwork.wrappers needs scikit-learn: pip install scikit-learn.")

__all__ = ["SKLearnClassifier", "SKLearnRegressor", "SKLearnTransformer"]

if TYPE_CHECKING:  # what is imported when it is first accessed
    from . import scikit_learn as scikit_learn
    from .estimators import (
        SKLearnClassifier as SKLearnClassifier,
        SKLearnRegressor as SKLearnRegressor,
        SKLearnTransformer as SKLearnTransformer,
    )
else:

    def __getattr__(name: str) -> Any:
        if name in __all__:
            from . import estimators

            return getattr(estimators, name)
        if name == "scikit_learn":  # the module of Keras 1 and 2, also where nobody imported it
            from importlib import import_module

            return import_module(f"{__name__}.scikit_learn")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
