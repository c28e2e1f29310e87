"""Callbacks: hooks into training, evaluation and prediction.

Callbacks that ``fit`` does not need are imported when they are first accessed.
"""

from importlib import import_module

from ..training.callback import HOOKS, Callback, CallbackList, LambdaCallback, Watcher
from ..training.history import History
from ..training.progress_bar import ProgbarLogger, ProgressBar

_LATER = {
    "BackupAndRestore": "backup", "Bricks": "bricks", "CSVLogger": "csv_logger",
    "EarlyStopping": "early_stopping", "LearningRateScheduler": "scheduler",
    "ModelCheckpoint": "checkpoint", "ReduceLROnPlateau": "plateau",
    "RemoteMonitor": "remote", "SwapEMAWeights": "averages", "TensorBoard": "tensorboard",
    "TerminateOnNaN": "terminate",
}

__all__ = [*_LATER, "HOOKS", "Callback", "CallbackList", "History", "LambdaCallback",
           "ProgbarLogger", "ProgressBar", "Watcher"]


def __getattr__(name: str):
    if name in _LATER:
        found = getattr(import_module(f".{_LATER[name]}", __name__), name)
        globals()[name] = found
        return found
    from ..spelling import attribute

    return attribute(__name__, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
