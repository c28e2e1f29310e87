"""Arguments and settings of Keras or TensorFlow that have no effect here; each warns once.

Only settings that someone may rely on (speed, devices, threads, output) are listed. Others, such as
those of TensorFlow's log, are accepted without a warning.
"""

from __future__ import annotations

import warnings

from ..stack_level import outside
from .translation import DialectWarning, _reading_file

_CORES = ("brickwork computes on this machine's processor, on all of its cores; BRICKWORK_THREADS "
          "in the environment says on how many (docs/settings.md)")
#: By name: why it has no effect, and what to do instead.
IDLE = {
    "tf.distribute": f"there is one machine and no GPU: {_CORES}",
    "tf.device": f"there is no other device: {_CORES}",
    "tf.config.threading": "set BRICKWORK_THREADS in the environment before Python starts",
    "tf.config.set_visible_devices": f"no device can be chosen: {_CORES}",
    "tf.config.set_memory_growth": f"there is no GPU: {_CORES}",
    "tf.config.run_functions_eagerly": "a step is always recorded once and run by the engine; to "
                                       "look at numbers call layers on arrays",
    "tf.Session": "there are no sessions and no graphs: what a session would run is there already",
    "multi_gpu_model": f"it returns the model itself: {_CORES}",
    "compile.run_eagerly": "a step is always recorded once and run by the engine; to look at "
                           "numbers call layers on arrays",
    "compile.jit_compile": "a step is always recorded once and run by the engine",
    "compile.steps_per_execution": "the engine runs whole epochs by itself, unless a callback "
                                   "wants to be called after each batch",
    "PyDataset.workers": "batches are made one after the other, while the engine waits; what is "
                         "slow is better prepared before",
    "BatchNormalization.synchronized": "a model runs on one device, whose batches are whole",
    "config.flash_attention": "there are no attention layers here",
    "config.interactive_logging": "verbose=0 in fit, evaluate and predict says that nothing is "
                                  "printed",
    "config.traceback_filtering": "tracebacks are shown whole",
}
_warned: set[str] = set()


class NoEffectWarning(DialectWarning):
    """An argument or setting was accepted and has no effect here; the message says why."""


def has_no_effect(name: str) -> None:
    """Warn, once per process, that this setting has no effect."""
    if name in _warned or _reading_file.get():
        return
    _warned.add(name)
    warnings.warn(f"{name} has no effect here: {IDLE[name]}.", NoEffectWarning,
                  stacklevel=outside())


def repeat_warnings() -> None:
    """Forget which warnings were given, so that each can be given again."""
    _warned.clear()
