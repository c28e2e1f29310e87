"""Estimators of scikit-learn: `Classifier`, `Regressor` and `Transformer`.

An ensemble of small networks, and whatever scikit-learn's manners ask for. Models that are compiled
already are estimators by `brickwork.wrappers`. scikit-learn must be installed; it is imported on
first use.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..lazy import loader

if find_spec("sklearn") is None:
    raise ImportError("brickwork.sklearn needs scikit-learn: pip install scikit-learn.")

_FILES = {
    "classifier": ("Classifier",),
    "regressor": ("Regressor",),
    "transformer": ("Transformer",),
}
__all__ = sorted(name for names in _FILES.values() for name in names)

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .classifier import Classifier as Classifier
    from .regressor import Regressor as Regressor
    from .transformer import Transformer as Transformer
else:
    __getattr__ = loader(__name__, _FILES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
