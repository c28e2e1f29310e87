"""Data sets: `pima` is included in brickwork; those of Keras are downloaded into its cache folder
on first use (`stored`)."""

from importlib import import_module

_MODULES = ("boston_housing", "california_housing", "cifar10", "cifar100", "fashion_mnist", "imdb",
            "mnist", "pima", "reuters")
__all__ = list(_MODULES)


def __getattr__(name: str):
    if name in _MODULES:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *_MODULES})
