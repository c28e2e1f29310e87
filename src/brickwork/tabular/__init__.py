"""From a table to a predictor: `train` finds the task, trains, and scores honestly."""

from typing import TYPE_CHECKING

from ..lazy import loader

_FILES = {
    "predictor": ("Predictor", "train"),
    "recipes": ("Recipe",),
    "report": ("Report",),
}
__all__ = sorted(name for names in _FILES.values() for name in names)

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .predictor import Predictor as Predictor, train as train
    from .recipes import Recipe as Recipe
    from .report import Report as Report
else:
    __getattr__ = loader(__name__, _FILES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
