"""Callbacks: hooks into training, evaluation and prediction.

Callbacks that ``fit`` does not need are imported when they are first accessed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..training.callback import HOOKS, Callback, CallbackList, Watcher
from ..training.history import History
from ..training.progress_bar import ProgbarLogger, ProgressBar

_LATER = {
    "BackupAndRestore": "backup",
    "Bricks": "bricks",
    "CSVLogger": "csv_logger",
    "EarlyStopping": "early_stopping",
    "LambdaCallback": "functions",
    "LearningRateScheduler": "scheduler",
    "ModelCheckpoint": "checkpoint",
    "ReduceLROnPlateau": "plateau",
    "RemoteMonitor": "remote",
    "SwapEMAWeights": "averages",
    "TensorBoard": "tensorboard",
    "TerminateOnNaN": "terminate",
}

__all__ = [
    *_LATER,
    "HOOKS",
    "Callback",
    "CallbackList",
    "History",
    "ProgbarLogger",
    "ProgressBar",
    "Watcher",
]

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .averages import SwapEMAWeights as SwapEMAWeights
    from .backup import BackupAndRestore as BackupAndRestore
    from .bricks import Bricks as Bricks
    from .checkpoint import ModelCheckpoint as ModelCheckpoint
    from .csv_logger import CSVLogger as CSVLogger
    from .early_stopping import EarlyStopping as EarlyStopping
    from .functions import LambdaCallback as LambdaCallback
    from .plateau import ReduceLROnPlateau as ReduceLROnPlateau
    from .remote import RemoteMonitor as RemoteMonitor
    from .scheduler import LearningRateScheduler as LearningRateScheduler
    from .tensorboard import TensorBoard as TensorBoard
    from .terminate import TerminateOnNaN as TerminateOnNaN
else:

    def __getattr__(name: str) -> Any:
        if name in _LATER:
            found = getattr(import_module(f".{_LATER[name]}", __name__), name)
            globals()[name] = found
            return found
        from ..spelling import attribute

        return attribute(__name__, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
