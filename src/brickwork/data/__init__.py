"""Converts and checks the data of fit, evaluate and predict.

There are three steps. None of them depends on a model; they use plain facts about it
(`facts.Expectation`: names, shapes, last activations, losses).

1. `prepare.adapt` takes arrays of any dtype and strides, lists, tables, tensors of other
   libraries, dicts and lists of several, or a stream of batches. It returns `Arrays` (one NumPy
   array per input, target and weight, without a copy where possible) or `Batches` (an iterator of
   `Arrays`). `arrays` converts arrays, `numbers` a single one (`numpy_dtypes` knows the dtypes),
   `tables` those of pandas, Polars, Arrow or Parquet files (`parquet`), and `stream` batches.
   Sparse matrices, and large data that would have to be copied, are converted when they are used
   (`rows`).
2. `split` implements validation_split and class_weight, by Keras's rules.
3. `checks` has one function per hazard, each at most one pass over the data (`scans`). Data that
   cannot be meant raises ValueError or TypeError with what came, what was expected and what to do.
   Data that Keras accepts but that is probably a mistake causes one warning.

`prepare` runs these steps for each of the model's methods. Integers are never converted to floats
here: indices reach the engine as integers. Data that memory cannot hold as a whole is not checked
in advance (`Arrays.deferred`): engines get it window by window (`windows`), and each is checked
when it has been read. Streams check each batch.
"""

from typing import TYPE_CHECKING

from ..lazy import loader

#: The public names that each module defines.
_FILES = {
    "arrays": ("adapt_arrays", "ports_like", "target_dtype"),
    "checks": ("check", "check_batch", "check_columns", "check_losses", "check_target_shape"),
    "facts": ("LARGE", "Arrays", "Call", "Expectation", "Port"),
    "fit_arguments": ("check_arguments",),
    "notices": ("DataWarning", "forget_warnings", "warn_once"),
    "numbers": ("as_array", "as_numbers"),
    "prepare": (
        "Prepared",
        "adapt",
        "for_batch",
        "for_evaluate",
        "for_fit",
        "for_predict",
        "warn_of_short_epochs",
    ),
    "split": ("ClassWeights", "split_off"),
    "stream": ("Batches", "is_stream"),
    "windows": ("Windows",),
}
__all__ = sorted(name for names in _FILES.values() for name in names)

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .arrays import (
        adapt_arrays as adapt_arrays,
        ports_like as ports_like,
        target_dtype as target_dtype,
    )
    from .checks import (
        check as check,
        check_batch as check_batch,
        check_columns as check_columns,
        check_losses as check_losses,
        check_target_shape as check_target_shape,
    )
    from .facts import (
        LARGE as LARGE,
        Arrays as Arrays,
        Call as Call,
        Expectation as Expectation,
        Port as Port,
    )
    from .fit_arguments import check_arguments as check_arguments
    from .notices import (
        DataWarning as DataWarning,
        forget_warnings as forget_warnings,
        warn_once as warn_once,
    )
    from .numbers import as_array as as_array, as_numbers as as_numbers
    from .prepare import (
        Prepared as Prepared,
        adapt as adapt,
        for_batch as for_batch,
        for_evaluate as for_evaluate,
        for_fit as for_fit,
        for_predict as for_predict,
        warn_of_short_epochs as warn_of_short_epochs,
    )
    from .split import ClassWeights as ClassWeights, split_off as split_off
    from .stream import Batches as Batches, is_stream as is_stream
    from .windows import Windows as Windows
else:
    __getattr__ = loader(__name__, _FILES)
