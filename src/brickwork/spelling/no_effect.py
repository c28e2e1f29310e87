"""Arguments and settings of Keras or TensorFlow that have no effect here; each warns once.

Only settings that someone may rely on (speed, devices, threads, output) are listed. Others, such as
those of TensorFlow's log, are accepted without a warning.
"""

from __future__ import annotations

import warnings

from ..stack_level import outside
from .translation import DialectWarning, _reading_file

_CORES = (
    "brickwork computes on all cores of this machine's CPU; the environment variable "
    "BRICKWORK_THREADS sets how many (docs/settings.md)"
)
#: By name: why it has no effect, and what to do instead.
IDLE = {
    "tf.distribute": f"there is one device: {_CORES}",
    "device": f"it uses no other device: {_CORES}",
    "tf.device": f"it uses no other device: {_CORES}",
    "tf.config.threading": "set BRICKWORK_THREADS in the environment before Python starts",
    "tf.config.set_visible_devices": f"no device can be chosen: {_CORES}",
    "tf.config.set_memory_growth": f"it uses no GPU: {_CORES}",
    "tf.config.run_functions_eagerly": "a step is always traced once and run by the engine; to "
    "inspect values call layers on arrays",
    "tf.print": "a compiled function is traced once, and its values are the engine's; return them "
    "and print those",
    "tf.Session": "brickwork has no sessions and no graphs: values are computed at once",
    **dict.fromkeys(
        ("tf.summary.image", "tf.summary.text", "tf.summary.graph", "tf.compat.v1.summary"),
        "it is not written; tf.summary.scalar and tf.summary.histogram of values are, and the "
        "callback TensorBoard writes a model's graph",
    ),
    "multi_gpu_model": f"it returns the model itself: {_CORES}",
    "compile.run_eagerly": "a step is always traced once and run by the engine; to inspect values "
    "call layers on arrays",
    "compile.jit_compile": "a step is always traced once and run by the engine",
    "PyDataset.workers": "batches are made one after the other, while the engine waits; do slow "
    "work before training",
    "BatchNormalization.synchronized": "a model runs on one device, whose batches are whole",
    "config.flash_attention": "brickwork has no attention layers",
    "config.interactive_logging": "verbose=0 in fit, evaluate and predict turns output off",
    "config.traceback_filtering": "tracebacks are always complete",
}
_warned: set[str] = set()


class NoEffectWarning(DialectWarning):
    """An argument or setting was accepted and has no effect here; the message says why."""


def has_no_effect(name: str) -> None:
    """Warn, once per process, that this setting has no effect."""
    if name in _warned or _reading_file.get():
        return
    _warned.add(name)
    warnings.warn(
        f"{name} has no effect here: {IDLE[name]}.", NoEffectWarning, stacklevel=outside()
    )


def repeat_warnings() -> None:
    """Forget which warnings were given, so that each can be given again."""
    _warned.clear()
