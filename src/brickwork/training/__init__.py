"""The parts of `fit`, `evaluate` and `predict`: programs, loops, callbacks, progress bar.

A model that is built but not trained needs none of them, so each is loaded when first asked for.
"""

from typing import TYPE_CHECKING

from ..lazy import loader

#: The parts that models use, by the module that defines them.
_FILES = {
    "callback": ("CallbackList",),
    "compiled": ("Compiled",),
    "compiled_trainable": ("TrainedAsCompiled",),
    "custom_step": ("CustomStepPrograms",),
    "feeding": ("facts_of_own", "feeds_of", "run_step", "signatures_of"),
    "history": ("History",),
    "known_steps": ("as_known", "is_one_batch", "known_step", "remember"),
    "loop": ("Fitting", "needs_epoch_stops", "run_test_pass"),
    "metric_results": ("by_name",),
    "missing_values": ("missing_value_support",),
    "prediction": ("masks_of", "predict", "predict_on_batch"),
    "progress_bar": ("ProgressBar", "callback_list"),
    "programs": ("Programs", "own_metrics"),
    "resumption": ("TrainingState",),
    "rewind": ("MAX_PARAMETERS", "Order", "Rollback", "changes_of", "pays_to_copy"),
    "shown_accuracy": ("AccuracyShown",),
    "streaming": ("StreamFitting", "StreamTest"),
    "windowed": ("WindowedPass",),
}
__all__ = sorted(name for names in _FILES.values() for name in names)

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .callback import CallbackList as CallbackList
    from .compiled import Compiled as Compiled
    from .compiled_trainable import TrainedAsCompiled as TrainedAsCompiled
    from .custom_step import CustomStepPrograms as CustomStepPrograms
    from .feeding import (
        facts_of_own as facts_of_own,
        feeds_of as feeds_of,
        run_step as run_step,
        signatures_of as signatures_of,
    )
    from .history import History as History
    from .known_steps import (
        as_known as as_known,
        is_one_batch as is_one_batch,
        known_step as known_step,
        remember as remember,
    )
    from .loop import (
        Fitting as Fitting,
        needs_epoch_stops as needs_epoch_stops,
        run_test_pass as run_test_pass,
    )
    from .metric_results import by_name as by_name
    from .missing_values import missing_value_support as missing_value_support
    from .prediction import (
        masks_of as masks_of,
        predict as predict,
        predict_on_batch as predict_on_batch,
    )
    from .programs import Programs as Programs, own_metrics as own_metrics
    from .progress_bar import ProgressBar as ProgressBar, callback_list as callback_list
    from .resumption import TrainingState as TrainingState
    from .rewind import (
        MAX_PARAMETERS as MAX_PARAMETERS,
        Order as Order,
        Rollback as Rollback,
        changes_of as changes_of,
        pays_to_copy as pays_to_copy,
    )
    from .shown_accuracy import AccuracyShown as AccuracyShown
    from .streaming import StreamFitting as StreamFitting, StreamTest as StreamTest
    from .windowed import WindowedPass as WindowedPass
else:
    __getattr__ = loader(__name__, _FILES)
