"""What holds for the whole process: the kind of floats, the small epsilon, Keras's switches.

Switches for what does not exist here are kept and returned; a warning says that they have no
effect.
"""

from __future__ import annotations

import os

from .dtype_policies import HALF, dtype_policy, set_dtype_policy, tell_half
from .program import epsilon, floatx, set_epsilon
from .program import set_floatx as _set_floatx

_switches = {"interactive_logging": True, "traceback_filtering": True, "flash_attention": False}
_image_data_format = "channels_last"


def _from_environment(name: str) -> int | None:
    return int(os.environ[name]) if name in os.environ else None


_most = {"epochs": _from_environment("KERAS_MAX_EPOCHS"),
         "steps": _from_environment("KERAS_MAX_STEPS_PER_EPOCH")}


def set_floatx(value: str) -> None:
    """Make "float32" or "float64" the kind of every float made from now on.

    "float16" and "bfloat16" are computed in float32, and a warning says so.

    Raises:
        ValueError: for another name.

    >>> set_floatx("float32")
    >>> floatx()
    'float32'
    """
    if value in HALF[2:]:
        tell_half(value)
        value = "float32"
    _set_floatx(value)


def backend() -> str:
    """What computes: "brickwork".

    A script that asks whether it is "tensorflow" wants to use TensorFlow beside Keras, one that
    asks for "theano" or "jax" wants those: none of them is here.

    >>> backend()
    'brickwork'
    """
    return "brickwork"


def set_backend(backend: str) -> None:
    """Accepted for "brickwork", which is always the backend.

    Raises:
        ValueError: for another one.
    """
    if backend != "brickwork":
        raise ValueError(f"set_backend: got {backend!r}, expected 'brickwork': there is no other "
                         "engine to change to.")


def image_data_format() -> str:
    """Where the colours of pictures are: "channels_last" unless set otherwise.

    No layer here reads it; it is there for scripts that shape their data by it.

    >>> image_data_format()
    'channels_last'
    """
    return _image_data_format


def set_image_data_format(data_format: str) -> None:
    """Say where the colours of pictures are: "channels_last" or "channels_first".

    >>> set_image_data_format("channels_last")
    """
    global _image_data_format
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(f"set_image_data_format: got {data_format!r}, expected 'channels_last' or "
                         "'channels_first'.")
    _image_data_format = data_format


def set_max_epochs(max_epochs: int | None) -> None:
    """Let no call of `fit` go on for more epochs, to try a script quickly; None: for any number.

    The environment variable KERAS_MAX_EPOCHS says the same.

    Raises:
        ValueError: for anything but a whole number from 1 on, or None.

    >>> set_max_epochs(None)
    """
    _most["epochs"] = _limit("set_max_epochs", max_epochs)


def max_epochs() -> int | None:
    """What `set_max_epochs` was told, None at first.

    >>> max_epochs()
    """
    return _most["epochs"]


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Let no epoch of `fit`, and no `evaluate` or `predict`, take more batches; None: any number.

    As where ``steps`` are asked for, batches are of a size that this many hold all rows unless
    ``batch_size`` is given. KERAS_MAX_STEPS_PER_EPOCH says the same.

    Raises:
        ValueError: for anything but a whole number from 1 on, or None.

    >>> set_max_steps_per_epoch(None)
    """
    _most["steps"] = _limit("set_max_steps_per_epoch", max_steps_per_epoch)


def max_steps_per_epoch() -> int | None:
    """What `set_max_steps_per_epoch` was told, None at first.

    >>> max_steps_per_epoch()
    """
    return _most["steps"]


def _limit(what: str, value) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not hasattr(value, "__index__") or int(value) < 1:
        raise ValueError(f"{what}: got {value!r}, expected a whole number from 1 on, or None.")
    return int(value)


def enable_unsafe_deserialization() -> None:
    """Refused: no file runs code here.

    Raises:
        RuntimeError: always.
    """
    raise RuntimeError("enable_unsafe_deserialization: there is no unsafe mode; a file never runs "
                       "code here. Give functions and classes of your own in custom_objects.")


def _switch(name: str, on: bool) -> None:
    """Remember what was said; it is told that nothing comes of it."""
    if on != _switches[name]:
        from .spelling.no_effect import has_no_effect

        has_no_effect(f"config.{name}")
    _switches[name] = on


def enable_interactive_logging() -> None:
    """Accepted as in Keras; what is printed while training is said by ``verbose``."""
    _switch("interactive_logging", True)


def disable_interactive_logging() -> None:
    """Accepted as in Keras; what is printed while training is said by ``verbose``."""
    _switch("interactive_logging", False)


def is_interactive_logging_enabled() -> bool:
    """What was said last; True at first.

    >>> is_interactive_logging_enabled()
    True
    """
    return _switches["interactive_logging"]


def enable_traceback_filtering() -> None:
    """Accepted as in Keras; tracebacks are short here and always shown whole."""
    _switch("traceback_filtering", True)


def disable_traceback_filtering() -> None:
    """Accepted as in Keras; tracebacks are short here and always shown whole."""
    _switch("traceback_filtering", False)


def is_traceback_filtering_enabled() -> bool:
    """What was said last; True at first.

    >>> is_traceback_filtering_enabled()
    True
    """
    return _switches["traceback_filtering"]


def enable_flash_attention() -> None:
    """Accepted as in Keras; there is one way of computing attention."""
    _switch("flash_attention", True)


def disable_flash_attention() -> None:
    """Accepted as in Keras; there is one way of computing attention."""
    _switch("flash_attention", False)


def is_flash_attention_enabled() -> bool:
    """What was said last; False at first.

    >>> is_flash_attention_enabled()
    False
    """
    return _switches["flash_attention"]


def is_nnx_enabled() -> bool:
    """False: Flax is not here.

    >>> is_nnx_enabled()
    False
    """
    return False


__all__ = [
    "backend", "disable_flash_attention", "disable_interactive_logging",
    "disable_traceback_filtering", "dtype_policy", "enable_flash_attention",
    "enable_interactive_logging", "enable_traceback_filtering", "enable_unsafe_deserialization",
    "epsilon", "floatx", "image_data_format", "is_flash_attention_enabled",
    "is_interactive_logging_enabled", "is_nnx_enabled", "is_traceback_filtering_enabled",
    "max_epochs", "max_steps_per_epoch", "set_backend", "set_dtype_policy", "set_epsilon",
    "set_floatx", "set_image_data_format", "set_max_epochs", "set_max_steps_per_epoch",
]
