"""Why a model predicts what it predicts: by column, for all rows or for each."""

from typing import TYPE_CHECKING

from ..lazy import loader

_FILES = {
    "attributions": ("Attributions",),
    "dependence": ("Dependence", "partial_dependence"),
    "gradients": ("integrated_gradients",),
    "permutation": ("Importance", "permutation_importance"),
    "shapley": ("shap_values",),
}
__all__ = sorted(name for names in _FILES.values() for name in names)

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .attributions import Attributions as Attributions
    from .dependence import Dependence as Dependence, partial_dependence as partial_dependence
    from .gradients import integrated_gradients as integrated_gradients
    from .permutation import (
        Importance as Importance,
        permutation_importance as permutation_importance,
    )
    from .shapley import shap_values as shap_values
else:
    __getattr__ = loader(__name__, _FILES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
