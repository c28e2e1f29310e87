"""Many models at once: populations, cross-validation, searches of settings.

`population` makes models of one architecture, which are trained together: small networks side by
side in the lanes of vectors, larger ones one for each core. `cross_validate` and `search` are made
of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

_FILES = {
    "histories": ("Histories",),
    "cross_validation": ("CrossValidation", "cross_validate"),
    "model_population": ("Population", "population"),
    "searching": ("Search", "search"),
}
_MODULE_OF = {name: f"{__name__}.{file}" for file, names in _FILES.items() for name in names}
__all__ = sorted(_MODULE_OF)

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .cross_validation import (
        CrossValidation as CrossValidation,
        cross_validate as cross_validate,
    )
    from .histories import Histories as Histories
    from .model_population import Population as Population, population as population
    from .searching import Search as Search, search as search
else:

    def __getattr__(name: str) -> Any:
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
