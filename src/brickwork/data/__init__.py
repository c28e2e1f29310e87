"""Converts and checks the data of fit, evaluate and predict.

There are three steps. None of them depends on a model; they use plain facts about it
(`facts.Expectation`: names, shapes, last activations, losses).

1. `prepare.adapt` takes arrays of any dtype and strides, lists, tables, tensors of other
   libraries, dicts and lists of several, or a stream of batches. It returns `Arrays` (one NumPy
   array per input, target and weight, without a copy where possible) or `Batches` (an iterator of
   `Arrays`). `arrays` converts arrays, `numbers` a single one (`numpy_dtypes` knows the dtypes),
   `tables` those of pandas, Polars or Arrow, and `stream` batches. Sparse matrices, and large data
   that would have to be copied, are converted batch by batch (`rows`).
2. `split` implements validation_split and class_weight, by Keras's rules.
3. `checks` has one function per hazard, each at most one pass over the data (`scans`). Data that
   cannot be meant raises ValueError or TypeError with what came, what was expected and what to do.
   Data that Keras accepts but that is probably a mistake causes one warning.

`prepare` runs these steps for each of the model's methods. Integers are never converted to floats
here: indices reach the engine as integers. Data of more than 1 GB is not checked in advance
(`Arrays.deferred`); the code that takes rows checks them with `check_batch`. Streams check each
batch.
"""

from .arrays import adapt_arrays, ports_like, target_dtype
from .checks import check, check_batch, check_columns, check_losses, check_target_shape
from .facts import LARGE, Arrays, Call, Expectation, Port
from .fit_arguments import check_arguments
from .notices import DataWarning, forget_warnings, warn_once
from .numbers import as_array, as_numbers
from .prepare import (
    Prepared,
    adapt,
    for_batch,
    for_evaluate,
    for_fit,
    for_predict,
    warn_of_short_epochs,
)
from .split import ClassWeights, split_off
from .stream import Batches, is_stream

__all__ = [
    "LARGE",
    "Arrays",
    "Batches",
    "Call",
    "ClassWeights",
    "DataWarning",
    "Expectation",
    "Port",
    "Prepared",
    "adapt",
    "adapt_arrays",
    "as_array",
    "as_numbers",
    "check",
    "check_arguments",
    "check_batch",
    "check_columns",
    "check_losses",
    "check_target_shape",
    "for_batch",
    "for_evaluate",
    "for_fit",
    "for_predict",
    "forget_warnings",
    "is_stream",
    "ports_like",
    "split_off",
    "target_dtype",
    "warn_of_short_epochs",
    "warn_once",
]
