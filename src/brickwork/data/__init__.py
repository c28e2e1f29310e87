"""Whatever fit, evaluate and predict may be given -> plain arrays that can be trained on.

Three steps, each a module, none of which knows a model; what they need of one are its plain
facts (`facts.Expectation`: names, shapes, last activations, losses).

1. `prepare.adapt`: arrays of any dtype and strides, lists, pandas, tensors of others, dicts and
   lists of several, or a stream of batches -> `Arrays` (one NumPy array for each input, target
   and weight, in the user's own memory wherever that is possible) or `Batches` (an iterator of
   such). `adapt` does it for arrays, `numbers` for one of them (`kinds` knows NumPy's), `tables`
   for one of pandas, Polars or Arrow, `stream` for what comes batch by batch. Sparse matrices, and
   what is large and would have to be copied, stay what they are until a batch is taken (`rows`).
2. `split`: validation_split and class_weight, by Keras's rules.
3. `checks`: one function for each hazard, each at most one pass over the data (`values`). What
   cannot mean what it says raises ValueError or TypeError with what came, what was expected and
   what to do; what Keras has a use for but is almost surely a mistake is warned about, once.

`prepare` puts them in order for each of the model's calls. Integers are never turned into floats
here: ids reach the engine as integers. Data of more than 1 GB is not looked at in advance
(`Arrays.deferred`): whoever takes rows out of it checks them with `check_batch`. Streams check
each batch themselves.
"""

from .arrays import adapt_arrays, ports_like, target_dtype
from .checks import check, check_batch, check_columns, check_losses
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
    "LARGE", "Arrays", "Batches", "Call", "ClassWeights", "DataWarning", "Expectation", "Port",
    "Prepared", "adapt", "adapt_arrays", "as_array", "as_numbers", "check", "check_arguments",
    "check_batch", "check_columns", "check_losses", "for_batch", "for_evaluate", "for_fit",
    "for_predict", "forget_warnings", "is_stream", "ports_like", "split_off", "target_dtype",
    "warn_of_short_epochs", "warn_once",
]
