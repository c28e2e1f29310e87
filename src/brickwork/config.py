"""Settings of the process: the default dtype of floats, epsilon, limits, Keras's switches.

Switches of features that brickwork lacks are stored and returned; a warning says that they have no
effect.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext

from .dtype_policies import dtype_policy, set_dtype_policy
from .program import epsilon, floatx, set_epsilon, set_floatx as _set_floatx

_switches = {"interactive_logging": True, "traceback_filtering": True, "flash_attention": False}
_image_data_format = "channels_last"


def _from_environment(name: str) -> int | None:
    return int(os.environ[name]) if name in os.environ else None


_most = {
    "epochs": _from_environment("KERAS_MAX_EPOCHS"),
    "steps": _from_environment("KERAS_MAX_STEPS_PER_EPOCH"),
}


def device(device_name: str) -> AbstractContextManager[None]:
    """A context in which Keras would compute on a device; here everything runs on the CPU.

    Args:
        device_name: str, such as "cpu:0"; another device has no effect but a warning.

    Returns:
        A context manager.

    >>> with device("cpu:0"):
    ...     pass
    """
    if not str(device_name).lower().lstrip("/").removeprefix("device:").startswith("cpu"):
        from .spelling.no_effect import has_no_effect

        has_no_effect("device")
    return nullcontext()


def set_floatx(value: str) -> None:
    """Set the default dtype of floats that are created from now on.

    Args:
        value: "float32", "float64", "float16" or "bfloat16". For training in half precision
            `set_dtype_policy("mixed_bfloat16")` keeps the weights in float32.

    Raises:
        ValueError: for another dtype.
        ImportError: for bfloat16 where the package ml_dtypes is not installed.

    >>> set_floatx("float32")
    >>> floatx()
    'float32'
    """
    _set_floatx(value)


def backend() -> str:
    """The name of the backend: "brickwork".

    A script that compares it with "tensorflow", "theano" or "jax" wants to use that library beside
    Keras; none of them is used here.

    Returns:
        str: "brickwork".

    >>> backend()
    'brickwork'
    """
    return "brickwork"


def set_backend(backend: str) -> None:
    """Accept "brickwork", the only backend.

    Args:
        backend: "brickwork".

    Raises:
        ValueError: for another backend.

    >>> set_backend("brickwork")
    """
    if backend != "brickwork":
        raise ValueError(
            f"set_backend: got {backend!r}, expected 'brickwork': there is no other "
            "engine to change to."
        )


def image_data_format() -> str:
    """The axis of the channels of images, for scripts that ask; no layer reads it.

    Returns:
        str: "channels_last" (the default) or "channels_first".

    >>> image_data_format()
    'channels_last'
    """
    return _image_data_format


def set_image_data_format(data_format: str) -> None:
    """Set the axis of the channels of images.

    Args:
        data_format: "channels_last" or "channels_first".

    Raises:
        ValueError: for another value.

    >>> set_image_data_format("channels_last")
    """
    global _image_data_format
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(
            f"set_image_data_format: got {data_format!r}, expected 'channels_last' or "
            "'channels_first'."
        )
    _image_data_format = data_format


def set_max_epochs(max_epochs: int | None) -> None:
    """Limit the epochs of every call of `fit`, to try a script quickly.

    The environment variable KERAS_MAX_EPOCHS sets the same limit.

    Args:
        max_epochs: an integer >= 1, or None for no limit.

    Raises:
        ValueError: for anything else.

    >>> set_max_epochs(None)
    """
    _most["epochs"] = _limit("set_max_epochs", max_epochs)


def max_epochs() -> int | None:
    """The limit that `set_max_epochs` has set.

    Returns:
        int or None: None, the default, means no limit.

    >>> max_epochs()
    """
    return _most["epochs"]


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Limit the batches of every epoch of `fit`, and of `evaluate` and `predict`.

    As with ``steps``, the batch size is chosen so that this many batches hold all rows, unless
    ``batch_size`` is given. KERAS_MAX_STEPS_PER_EPOCH sets the same limit.

    Args:
        max_steps_per_epoch: an integer >= 1, or None for no limit.

    Raises:
        ValueError: for anything else.

    >>> set_max_steps_per_epoch(None)
    """
    _most["steps"] = _limit("set_max_steps_per_epoch", max_steps_per_epoch)


def max_steps_per_epoch() -> int | None:
    """The limit that `set_max_steps_per_epoch` has set.

    Returns:
        int or None: None, the default, means no limit.

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
    """Refuse: no file ever runs code here.

    Raises:
        RuntimeError: always.

    >>> enable_unsafe_deserialization()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    RuntimeError: enable_unsafe_deserialization: there is no unsafe mode; ...
    """
    raise RuntimeError(
        "enable_unsafe_deserialization: there is no unsafe mode; a file never runs "
        "code here. Give functions and classes of your own in custom_objects."
    )


def _switch(name: str, on: bool) -> None:
    """Store a switch; a warning says that it has no effect."""
    if on != _switches[name]:
        from .spelling.no_effect import has_no_effect

        has_no_effect(f"config.{name}")
    _switches[name] = on


def enable_interactive_logging() -> None:
    """Accept the switch as in Keras; what training prints is set by ``verbose``.

    >>> enable_interactive_logging()
    """
    _switch("interactive_logging", True)


def disable_interactive_logging() -> None:
    """Accept the switch as in Keras; what training prints is set by ``verbose``.

    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     disable_interactive_logging()
    >>> enable_interactive_logging()
    """
    _switch("interactive_logging", False)


def is_interactive_logging_enabled() -> bool:
    """Whether interactive logging was switched on last.

    Returns:
        bool: True at first.

    >>> is_interactive_logging_enabled()
    True
    """
    return _switches["interactive_logging"]


def enable_traceback_filtering() -> None:
    """Accept the switch as in Keras; tracebacks are short here and always shown whole.

    >>> enable_traceback_filtering()
    """
    _switch("traceback_filtering", True)


def disable_traceback_filtering() -> None:
    """Accept the switch as in Keras; tracebacks are short here and always shown whole.

    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     disable_traceback_filtering()
    >>> enable_traceback_filtering()
    """
    _switch("traceback_filtering", False)


def is_traceback_filtering_enabled() -> bool:
    """Whether traceback filtering was switched on last.

    Returns:
        bool: True at first.

    >>> is_traceback_filtering_enabled()
    True
    """
    return _switches["traceback_filtering"]


def enable_flash_attention() -> None:
    """Accept the switch as in Keras; there is one way to compute attention.

    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     enable_flash_attention()
    >>> disable_flash_attention()
    """
    _switch("flash_attention", True)


def disable_flash_attention() -> None:
    """Accept the switch as in Keras; there is one way to compute attention.

    >>> disable_flash_attention()
    """
    _switch("flash_attention", False)


def is_flash_attention_enabled() -> bool:
    """Whether flash attention was switched on last.

    Returns:
        bool: False at first.

    >>> is_flash_attention_enabled()
    False
    """
    return _switches["flash_attention"]


def is_nnx_enabled() -> bool:
    """Whether Flax's NNX is used: never.

    Returns:
        bool: False.

    >>> is_nnx_enabled()
    False
    """
    return False


__all__ = [
    "backend",
    "disable_flash_attention",
    "disable_interactive_logging",
    "disable_traceback_filtering",
    "dtype_policy",
    "enable_flash_attention",
    "enable_interactive_logging",
    "enable_traceback_filtering",
    "enable_unsafe_deserialization",
    "epsilon",
    "floatx",
    "image_data_format",
    "is_flash_attention_enabled",
    "is_interactive_logging_enabled",
    "is_nnx_enabled",
    "is_traceback_filtering_enabled",
    "max_epochs",
    "max_steps_per_epoch",
    "set_backend",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_max_epochs",
    "set_max_steps_per_epoch",
]
