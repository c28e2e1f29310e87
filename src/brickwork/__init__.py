"""brickwork: Keras's language for dense networks, on an engine of its own, as bricks.

    from brickwork.models import Sequential
    from brickwork.layers import Dense

Everything is loaded when it is first used, so that ``import brickwork`` costs nothing.
"""

from importlib import import_module

from ._version import __version__
from .spelling.old_modules import install_finder as _install_finder_of_old_modules

_MODULES = {
    "activations",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "data",
    "datasets",
    "distillation",
    "distribution",
    "dtype_policies",
    "explain",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "ops",
    "optimizers",
    "pictures",
    "populations",
    "random",
    "regularizers",
    "saving",
    "sklearn",
    "studio",
    "tabular",
    "tree",
    "uncertainty",
    "utils",
    "wrappers",
}
#: What ``from .. import`` asks for here before it looks for a file of that name.
_INNER = {"training"}
_NAMES = {
    "Input": "layers",
    "Layer": "layers",
    "InputSpec": "layers",
    "Model": "models",
    "Sequential": "models",
    "Loss": "losses",
    "Metric": "metrics",
    "Optimizer": "optimizers",
    "Initializer": "initializers",
    "Regularizer": "regularizers",
    "KerasTensor": "layers.keras_tensor",
    "Operation": "layers.keras_operation",
    "Function": "models.functional",
    "Variable": "program",
    "GradientTape": "program",
    "function": "training.function",
    "name_scope": "program",
    "device": "config",
    "DTypePolicy": "dtype_policies",
    "FloatDTypePolicy": "dtype_policies",
    "population": "populations",
    "cross_validate": "populations",
    "search": "populations",
    "Predictor": "tabular",
    "train": "tabular",
    "load_model": "saving",
    "save_model": "saving",
}


_install_finder_of_old_modules()


def version() -> str:
    """The version of brickwork; of `keras`, where that means brickwork, the Keras it speaks."""
    return __version__


#: For type checkers, which take it for true by its name; `typing` would take 3 ms to import.
TYPE_CHECKING = False
if TYPE_CHECKING:  # what is imported when it is first accessed
    from . import (
        activations as activations,
        backend as backend,
        callbacks as callbacks,
        config as config,
        constraints as constraints,
        data as data,
        datasets as datasets,
        distillation as distillation,
        distribution as distribution,
        dtype_policies as dtype_policies,
        explain as explain,
        initializers as initializers,
        layers as layers,
        losses as losses,
        metrics as metrics,
        mixed_precision as mixed_precision,
        models as models,
        ops as ops,
        optimizers as optimizers,
        pictures as pictures,
        populations as populations,
        random as random,
        regularizers as regularizers,
        saving as saving,
        sklearn as sklearn,
        studio as studio,
        tabular as tabular,
        tree as tree,
        uncertainty as uncertainty,
        utils as utils,
        wrappers as wrappers,
    )
    from .config import device as device
    from .dtype_policies import DTypePolicy as DTypePolicy, FloatDTypePolicy as FloatDTypePolicy
    from .initializers import Initializer as Initializer
    from .layers import Input as Input, InputSpec as InputSpec, Layer as Layer
    from .layers.keras_operation import Operation as Operation
    from .layers.keras_tensor import KerasTensor as KerasTensor
    from .losses import Loss as Loss
    from .metrics import Metric as Metric
    from .models import Model as Model, Sequential as Sequential
    from .models.functional import Function as Function
    from .optimizers import Optimizer as Optimizer
    from .populations import (
        cross_validate as cross_validate,
        population as population,
        search as search,
    )
    from .program import (
        GradientTape as GradientTape,
        Variable as Variable,
        name_scope as name_scope,
    )
    from .regularizers import Regularizer as Regularizer
    from .saving import load_model as load_model, save_model as save_model
    from .tabular import Predictor as Predictor, train as train
    from .training.function import function as function
else:

    def __getattr__(name: str):
        if name in _MODULES:
            return import_module(f".{name}", __name__)
        if name in _NAMES:
            return getattr(import_module(f".{_NAMES[name]}", __name__), name)
        if not name.startswith("_") and name not in _INNER:
            from .spelling.absent import message

            if message("", name):
                raise AttributeError(message("", name), name=name)
        raise AttributeError(f"module 'brickwork' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES, *_NAMES})
