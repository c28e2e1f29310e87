"""What ``import tensorflow`` means in a script for a dense network: TensorFlow's Keras, the
functions that losses and layers are written in, the seed, and what it reports of a machine without
GPUs.
"""

from __future__ import annotations

import logging
from contextlib import nullcontext
from types import SimpleNamespace

from brickwork import initializers, losses, metrics, optimizers
from brickwork.dialects import (
    arranging,
    checkpoints,
    checks,
    csv_datasets,
    dtypes,
    keras,
    modules,
    pipelines,
    sessions,
    strategies,
    summaries,
    tensors,
)
from brickwork.program import name_scope
from brickwork.spelling.no_effect import has_no_effect
from brickwork.utils import set_random_seed

__all__ = ["__version__", "keras"]

#: The first TensorFlow whose Keras is Keras 3.
__version__ = "2.16.1"

#: TensorFlow's dtypes, by their names.
_DTYPES = {
    name: dtypes.DType(name)
    for name in (
        "bfloat16",
        "bool",
        "float16",
        "float32",
        "float64",
        "int16",
        "int32",
        "int64",
        "int8",
        "string",
        "uint8",
    )
}

_DTYPE_NAMES = {"DType": dtypes.DType, "as_dtype": dtypes.as_dtype}

#: Missing names, and what to do instead.
_INSTEAD = {
    "placeholder": "brickwork has no graphs: use keras.Input",
    "py_function": "write it with tf's functions, or in a Callback's on_epoch_end",
    "py_func": "write it with tf's functions, or in a Callback's on_epoch_end",
    "saved_model": "it is TensorFlow's own; a model is written by model.save('model.keras')",
    "estimator": "keras.Model has fit, evaluate and predict",
}


def _nothing(*_, **__) -> None:
    """A setting of TensorFlow's internals, accepted without effect."""


def _idle(name: str, result=None):
    """A setting of devices, threads or execution: it warns that it has no effect."""

    def function(*_, **__):
        has_no_effect(name)
        return result

    return function


def _eagerly(run_eagerly=True) -> None:
    if run_eagerly:
        has_no_effect("tf.config.run_functions_eagerly")


def _device(*_, **__):
    has_no_effect("tf.device")
    return nullcontext()


def _none(*_, **__) -> list:
    """Return an empty list of devices."""
    return []


def _no(*_, **__) -> bool:
    return False


def _spec(shape=None, dtype=None, name=None):
    """``tf.TensorSpec``: a shape and a dtype."""
    return SimpleNamespace(shape=shape, dtype=dtype, name=name)


class _Space:
    """A module of TensorFlow: its own names, and optionally all functions of `tensors`, without
    regard to their modules in TensorFlow, and names that a function returns when one is asked for.
    """

    def __init__(self, name: str, functions: bool = False, later=dict, **own):
        self._name, self._functions, self._later = name, functions, later
        self.__dict__.update(own)

    def __getattr__(self, name: str):
        if self._functions and name in tensors.FUNCTIONS:
            return tensors.FUNCTIONS[name]
        if not name.startswith("__") and name in (found := self._later()):
            return found[name]
        raise _missing(self._name, name)


def _missing(where: str, name: str) -> AttributeError:
    instead = _INSTEAD.get(
        name,
        "run the script with python where TensorFlow is installed, or "
        "write it with keras and keras.ops",
    )
    return AttributeError(
        f"module {where!r} has no attribute {name!r}: brickwork stands in for tensorflow.keras "
        f"and the functions that dense networks are written in; {instead}.",
        name=name,
    )


def _columns(table: str):
    """The names of feature columns in a table of `columns.namespace`, loaded when it is called."""

    def names() -> dict:
        from brickwork.dialects.columns import namespace

        return getattr(namespace, table)

    return names


_logging = SimpleNamespace(
    set_verbosity=_nothing, DEBUG=10, INFO=20, WARN=30, WARNING=30, ERROR=40, FATAL=50
)
_devices = {
    name: _none for name in ("list_physical_devices", "list_logical_devices", "get_visible_devices")
}
_settings = {
    name: _idle(f"tf.config.{name}") for name in ("set_memory_growth", "set_visible_devices")
}
_RULES = {
    "Adam": "Adam",
    "GradientDescent": "SGD",
    "RMSProp": "RMSprop",
    "Adagrad": "Adagrad",
    "Adadelta": "Adadelta",
    "Momentum": "SGD",
    "Ftrl": "Ftrl",
}


def _rule(rule: str):
    """An optimizer of ``tf.train``."""

    def optimizer(learning_rate=0.001, *args, use_locking=False, name=None, **kwargs):
        if args and rule == "Momentum":
            kwargs["momentum"], args = args[0], args[1:]
        kwargs |= {
            new: kwargs.pop(old)
            for old, new in (
                ("beta1", "beta_1"),
                ("beta2", "beta_2"),
                ("use_nesterov", "nesterov"),
                ("decay", "rho"),
            )
            if old in kwargs
        }
        return getattr(optimizers, _RULES[rule])(learning_rate, *args, **kwargs)

    return optimizer


_train = _Space(
    "tensorflow.train",
    latest_checkpoint=checkpoints.latest,
    Checkpoint=checkpoints.Checkpoint,
    CheckpointManager=checkpoints.CheckpointManager,
    **{f"{name}Optimizer": _rule(name) for name in _RULES},
)
_machinery = {
    **dict.fromkeys(("ConfigProto", "GPUOptions"), sessions.Settings),
    **dict.fromkeys(("Session", "InteractiveSession"), sessions.Session),
    **dict.fromkeys(("Graph", "get_default_graph"), sessions.Graph),
    **dict.fromkeys(
        (
            "global_variables_initializer",
            "initialize_all_variables",
            "local_variables_initializer",
            "tables_initializer",
            "reset_default_graph",
            "disable_eager_execution",
            "enable_eager_execution",
            "disable_v2_behavior",
            "enable_v2_behavior",
            "disable_resource_variables",
        ),
        _nothing,
    ),
    "train": _train,
}
_one = SimpleNamespace(scope=nullcontext, num_replicas_in_sync=1)
_strategies = dict.fromkeys(
    ("CentralStorageStrategy", "OneDeviceStrategy", "ParameterServerStrategy", "TPUStrategy"),
    _idle("tf.distribute", _one),
) | dict.fromkeys(("MirroredStrategy", "MultiWorkerMirroredStrategy"), strategies.strategy)
_strategies["get_strategy"] = strategies.current
_names = {
    **_machinery,
    "python": _Space("tensorflow.python", keras=keras),
    "GradientTape": tensors.GradientTape,
    "UnconnectedGradients": SimpleNamespace(NONE="none", ZERO="zero"),
    "feature_column": _Space("tensorflow.feature_column", later=_columns("NAMES")),
    "data": _Space(
        "tensorflow.data",
        Dataset=pipelines.Dataset,
        AUTOTUNE=pipelines.AUTOTUNE,
        Options=sessions.Settings,
        TextLineDataset=csv_datasets.text_lines,
        experimental=_Space(
            "tensorflow.data.experimental",
            AUTOTUNE=pipelines.AUTOTUNE,
            cardinality=lambda dataset: dataset.cardinality(),
            make_csv_dataset=csv_datasets.make_csv_dataset,
            sample_from_datasets=pipelines.Dataset.sample_from_datasets,
        ),
    ),
    "distribute": _Space(
        "tensorflow.distribute",
        **_strategies,
        has_strategy=lambda: False,
        experimental=_Space("tensorflow.distribute.experimental", **_strategies),
    ),
    "strings": _Space("tensorflow.strings", **tensors.TEXTS),
    "summary": _Space("tensorflow.summary", **{**summaries.NAMES_1, **summaries.NAMES}),
    "Summary": summaries.Summary,
    "version": SimpleNamespace(VERSION=__version__, GIT_VERSION="", COMPILER_VERSION=""),
    "Tensor": tensors.Tensor,
    "Variable": tensors.VariableType,
    "TensorSpec": _spec,
    "zeros_initializer": initializers.Zeros,
    "ones_initializer": initializers.Ones,
    "constant_initializer": initializers.Constant,
    "random_normal_initializer": initializers.RandomNormal,
    "random_uniform_initializer": initializers.RandomUniform,
    "TensorShape": modules.TensorShape,
    "Module": modules.Module,
    "name_scope": name_scope,
    "function": tensors.function,
    "device": _device,
    "executing_eagerly": lambda: True,
    "is_tensor": tensors.is_tensor,
    "get_logger": lambda: logging.getLogger("tensorflow"),
    "logging": _logging,
    "set_random_seed": set_random_seed,
    "newaxis": None,
    "dtypes": _Space("tensorflow.dtypes", functions=True, **_DTYPES, **_DTYPE_NAMES),
    **_DTYPE_NAMES,
    "no_op": _nothing,
    "debugging": _Space("tensorflow.debugging", **checks.CHECKS),
    "errors": _Space("tensorflow.errors", **checks.ERRORS),
    **checks.CHECKS,
    "initializers": initializers,
    "losses": losses,
    "metrics": metrics,
    "optimizers": optimizers,
    "math": _Space("tensorflow.math", functions=True),
    "nn": _Space("tensorflow.nn", functions=True),
    "linalg": _Space("tensorflow.linalg", functions=True),
    "random": _Space(
        "tensorflow.random",
        set_seed=set_random_seed,
        normal=tensors.normal,
        uniform=tensors.uniform,
        truncated_normal=tensors.truncated_normal,
        shuffle=tensors.shuffle,
        categorical=arranging.categorical,
        set_random_seed=set_random_seed,
    ),
    "config": _Space(
        "tensorflow.config",
        run_functions_eagerly=_eagerly,
        **_devices,
        **_settings,
        experimental_run_functions_eagerly=_eagerly,
        threading=_Space(
            "tensorflow.config.threading",
            **dict.fromkeys(
                ("set_intra_op_parallelism_threads", "set_inter_op_parallelism_threads"),
                _idle("tf.config.threading"),
            ),
        ),
        experimental=_Space("tensorflow.config.experimental", **_devices, **_settings),
    ),
    "test": _Space(
        "tensorflow.test", is_gpu_available=_no, is_built_with_cuda=_no, gpu_device_name=lambda: ""
    ),
    **_DTYPES,
}
#: TensorFlow 1, which has the same names for most.
_v1 = {
    **_names,
    "random_normal": tensors.normal,
    "random_uniform": tensors.uniform,
    "truncated_normal": tensors.truncated_normal,
    "__version__": __version__,
    "keras": keras,
    "feature_column": _Space("tensorflow.compat.v1.feature_column", later=_columns("NAMES_1")),
    "nn": _Space("tensorflow.compat.v1.nn", functions=True, dropout=arranging.dropout_1),
    "summary": _Space("tensorflow.compat.v1.summary", **summaries.NAMES_1),
}
_names["compat"] = _Space(
    "tensorflow.compat",
    v1=_Space("tensorflow.compat.v1", functions=True, **_v1),
    v2=_Space(
        "tensorflow.compat.v2",
        functions=True,
        **_v1 | {name: _names[name] for name in ("feature_column", "nn", "summary")},
    ),
)
#: Called when a script imports TensorFlow, not when this module is imported.
entered = tensors.return_tensors


def __getattr__(name: str):
    if name in _names:
        return _names[name]
    if name in tensors.FUNCTIONS:
        return tensors.FUNCTIONS[name]
    raise _missing("tensorflow", name)


def __dir__() -> list[str]:
    return sorted({*__all__, *_names, *tensors.FUNCTIONS})
