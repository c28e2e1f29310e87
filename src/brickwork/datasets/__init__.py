"""Data sets: `pima` is included in brickwork; those of Keras are downloaded into its cache folder
on first use (`stored`)."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

_MODULES = (
    "boston_housing",
    "california_housing",
    "cifar10",
    "cifar100",
    "fashion_mnist",
    "imdb",
    "mnist",
    "pima",
    "reuters",
)
__all__ = list(_MODULES)

if TYPE_CHECKING:  # what is imported when it is first accessed
    from . import (
        boston_housing as boston_housing,
        california_housing as california_housing,
        cifar10 as cifar10,
        cifar100 as cifar100,
        fashion_mnist as fashion_mnist,
        imdb as imdb,
        mnist as mnist,
        pima as pima,
        reuters as reuters,
    )
else:

    def __getattr__(name: str) -> Any:
        if name in _MODULES:
            return import_module(f".{name}", __name__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
