"""Modules of Keras 1 and 2: the current modules of their contents, and a finder for imports."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec

_PACKAGE = __name__.partition(".")[0]

#: The modules of tf.keras's optimizers.
OPTIMIZERS_V2 = tuple(
    f"{name}_v2"
    for name in (
        "adadelta",
        "adagrad",
        "adam",
        "adamax",
        "ftrl",
        "gradient_descent",
        "nadam",
        "rmsprop",
    )
)

#: Modules of older versions, and the current modules with their contents.
MODULES = {
    "backend.common": "backend",
    "backend.tensorflow_backend": "backend",
    "callbacks.callbacks": "callbacks",
    **dict.fromkeys(
        ("engine", "engine.base_layer", "engine.input_layer", "engine.topology"), "layers"
    ),
    **dict.fromkeys(
        ("engine.functional", "engine.network", "engine.sequential", "engine.training"), "models"
    ),
    "initializations": "dialects.initializations",
    **{
        f"layers.{name}": "layers"
        for name in (
            "core",
            "advanced_activations",
            "convolutional",
            "convolutional_recurrent",
            "embeddings",
            "local",
            "merge",
            "noise",
            "normalization",
            "pooling",
            "recurrent",
            "wrappers",
        )
    },
    "legacy": "layers",
    "legacy.layers": "layers",
    "mixed_precision.experimental": "mixed_precision",
    **dict.fromkeys(
        ("layers.experimental", "layers.experimental.preprocessing", "layers.preprocessing"),
        "layers",
    ),
    "objectives": "losses",
    **dict.fromkeys(
        (
            "optimizer_v2",
            "optimizers.legacy",
            "optimizers.optimizer_v2",
            *(f"optimizers.{name}" for name in OPTIMIZERS_V2),
            *(f"optimizer_v2.{name.removesuffix('_v2')}" for name in OPTIMIZERS_V2),
        ),
        "optimizers",
    ),
    "preprocessing": "utils",
    "preprocessing.sequence": "utils",
    "preprocessing.text": "dialects.text",
    **{
        f"utils.{name}": "utils"
        for name in (
            "data_utils",
            "generic_utils",
            "layer_utils",
            "multi_gpu_utils",
            "np_utils",
            "training_utils",
            "vis_utils",
            "visualize_util",
        )
    },
}


class Alias:
    """Loads an existing module under another name."""

    def __init__(self, today: str):
        self.today = today

    def create_module(self, spec):
        """Return the module of the current name."""
        module = import_module(self.today)
        self.spec = module.__spec__
        return module

    def exec_module(self, module) -> None:
        """Nothing: it has been loaded."""
        module.__spec__ = self.spec  # the import system has put the alias's in its place


class OldModules:
    """Finds old modules such as ``brickwork.utils.np_utils``, after all other finders."""

    def find_spec(self, name, path=None, target=None):
        """Return the spec of an old module; None for other names."""
        root, _, inner = name.partition(".")
        if root != _PACKAGE or not inner:
            return None
        if inner in MODULES:
            warn_old_module(inner)
            return spec(name, Alias(f"{_PACKAGE}.{MODULES[inner]}"))
        _refuse_absent(name, inner)
        return None


def spec(name: str, loader) -> ModuleSpec:
    """Return a module spec for a finder."""
    return ModuleSpec(name, loader, is_package=True)


def install_finder() -> None:
    """Install the finder for old names of brickwork's modules."""
    if not any(isinstance(finder, OldModules) for finder in sys.meta_path):
        sys.meta_path.append(OldModules())


def keras_means_brickwork() -> bool:
    """Whether ``import keras`` means brickwork here (`dialects.install`)."""
    return any(hasattr(finder, "finds_keras") for finder in sys.meta_path)


def keras_was_imported() -> bool:
    """Whether ``import keras`` means brickwork and it was imported."""
    return any(getattr(finder, "finds_keras", False) for finder in sys.meta_path)


def _refuse_absent(name: str, inner: str) -> None:
    """Raise an error with the reason if a Keras module or name is missing.

    ``from package import name`` looks for a module of that name here, and would hide other errors.
    """
    from .absent import explanation, message, reason_for_module

    if reason := reason_for_module(inner):
        raise ModuleNotFoundError(f"No module named {name!r}: {explanation(reason)}", name=name)
    module, _, last = inner.rpartition(".")
    if module and (why := message(module, last)):
        raise ImportError(why)


def warn_old_module(inner: str) -> None:
    """Warn of an old module name, with the current one."""
    from .translation import warn_old_spellings

    root = "keras" if keras_was_imported() else _PACKAGE
    warn_old_spellings("import", [(f"{root}.{inner}", f"{root}.{MODULES[inner]}")])
