"""Many models at once: populations, cross-validation, searches of settings.

`population` makes models of one architecture, which are trained together: small networks side by
side in the lanes of vectors, larger ones one for each core. `cross_validate` and `search` are made
of it.
"""

from typing import TYPE_CHECKING

from ..lazy import loader

_FILES = {
    "histories": ("Histories",),
    "cross_validation": ("CrossValidation", "cross_validate"),
    "model_population": ("Population", "population"),
    "searching": ("Search", "search"),
}
__all__ = sorted(name for names in _FILES.values() for name in names)

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .cross_validation import (
        CrossValidation as CrossValidation,
        cross_validate as cross_validate,
    )
    from .histories import Histories as Histories
    from .model_population import Population as Population, population as population
    from .searching import Search as Search, search as search
else:
    __getattr__ = loader(__name__, _FILES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
