"""What ``import tensorflow`` means in a script for a dense network: TensorFlow's Keras, the
functions that losses and layers are written in, the seed, and answers about a machine without
GPUs.
"""

from __future__ import annotations

import logging
from contextlib import nullcontext
from types import SimpleNamespace

from brickwork import initializers, losses, metrics, optimizers
from brickwork.dialects import keras, tensors
from brickwork.utils import set_random_seed

__all__ = ["__version__", "keras"]

#: The first TensorFlow whose Keras is Keras 3.
__version__ = "2.16.1"

#: Kinds of numbers, which we call by their names.
_DTYPES = {name: name for name in (
    "bool", "float16", "float32", "float64", "int32", "int64", "int8", "uint8")}

#: What is not here, and what to do instead.
_INSTEAD = {
    "GradientTape": "train by compile and fit; a step of one's own is written in "
                    "Model.compute_loss, a Layer's add_loss or a loss function",
    "data": "give fit the arrays themselves, a generator or a keras.utils.PyDataset",
    **dict.fromkeys(("Session", "ConfigProto", "GPUOptions", "get_default_graph",
                     "global_variables_initializer", "placeholder", "InteractiveSession"),
                    "there are no graphs and sessions: functions on arrays compute at once"),
}


def _nothing(*_, **__) -> None:
    """What speaks to TensorFlow's own machinery, and has nothing to say here."""


def _none(*_, **__) -> list:
    """No such device."""
    return []


def _no(*_, **__) -> bool:
    return False


class _Space:
    """A part of TensorFlow: its own names, and maybe all functions of `tensors`: which of them
    stand where is not told apart."""

    def __init__(self, name: str, functions: bool = False, **own):
        self._name, self._functions = name, functions
        self.__dict__.update(own)

    def __getattr__(self, name: str):
        if self._functions and name in tensors.FUNCTIONS:
            return tensors.FUNCTIONS[name]
        raise _missing(self._name, name)


def _missing(where: str, name: str) -> AttributeError:
    instead = _INSTEAD.get(name, "run the script with python where TensorFlow is installed, or "
                                 "write it with keras and keras.ops")
    return AttributeError(
        f"module {where!r} has no attribute {name!r}: brickwork stands in for tensorflow.keras "
        f"and the functions that dense networks are written in; {instead}.", name=name)


_logging = SimpleNamespace(
    set_verbosity=_nothing, DEBUG=10, INFO=20, WARN=30, WARNING=30, ERROR=40, FATAL=50)
_devices = {name: _none for name in (
    "list_physical_devices", "list_logical_devices", "get_visible_devices")}
_settings = dict.fromkeys(("set_memory_growth", "set_visible_devices"), _nothing)
_names = {
    "Tensor": tensors.Tensor, "Variable": tensors.variable, "function": tensors.function,
    "device": nullcontext, "executing_eagerly": lambda: True,
    "get_logger": lambda: logging.getLogger("tensorflow"), "logging": _logging,
    "set_random_seed": set_random_seed, "newaxis": None,
    "initializers": initializers, "losses": losses, "metrics": metrics, "optimizers": optimizers,
    "math": _Space("tensorflow.math", functions=True),
    "nn": _Space("tensorflow.nn", functions=True),
    "linalg": _Space("tensorflow.linalg", functions=True),
    "random": _Space("tensorflow.random", set_seed=set_random_seed, normal=tensors.normal,
                     uniform=tensors.uniform, truncated_normal=tensors.truncated_normal,
                     set_random_seed=set_random_seed),
    "config": _Space("tensorflow.config", run_functions_eagerly=_nothing, **_devices, **_settings,
                     experimental=_Space("tensorflow.config.experimental", **_devices,
                                         **_settings)),
    "test": _Space("tensorflow.test", is_gpu_available=_no, is_built_with_cuda=_no,
                   gpu_device_name=lambda: ""),
    **_DTYPES,
}
_names["compat"] = _Space("tensorflow.compat", v1=_Space(
    "tensorflow.compat.v1", functions=True, keras=keras, logging=_logging,
    set_random_seed=set_random_seed, enable_eager_execution=_nothing))
#: Called when a script imports TensorFlow, and not when this file is only read.
entered = tensors.answer_tensors


def __getattr__(name: str):
    if name in _names:
        return _names[name]
    if name in tensors.FUNCTIONS:
        return tensors.FUNCTIONS[name]
    raise _missing("tensorflow", name)


def __dir__():
    return sorted({*__all__, *_names, *tensors.FUNCTIONS})
