"""Every case of the table of bad inputs is refused by the data layer, and changes nothing."""

import copy
import re

import numpy as np
import pytest
from bad_inputs import CASES
from data_models import MODELS

from brickwork import data

PAIRS = [(case, method) for case in CASES for method in case.methods]


def prepare(method, model, arguments):
    """What the model's method does with its data, streams drawn to their end."""
    expects = MODELS[model]
    if method == "predict":
        prepared = data.for_predict(arguments["x"], expects=expects)
    elif method == "train_on_batch":
        prepared = data.for_batch(method, **arguments, expects=expects)
    else:
        call = {"fit": data.for_fit, "evaluate": data.for_evaluate}[method]
        prepared = call(arguments.pop("x"), arguments.pop("y", None), **arguments, expects=expects)
    if isinstance(prepared, data.Prepared) and isinstance(prepared.data, data.Batches):
        list(prepared.data.epoch())
    return prepared


def arrays_in(arguments):
    return {k: v.copy() for k, v in arguments.items() if isinstance(v, np.ndarray)}


@pytest.mark.filterwarnings("ignore::brickwork.data.DataWarning")
@pytest.mark.parametrize("case, method", PAIRS, ids=[f"{c.name}-{m}" for c, m in PAIRS])
def test_refused(case, method):
    arguments = case.arguments()
    before = arrays_in(arguments)
    with pytest.raises((ValueError, TypeError)) as caught:
        prepare(method, case.model, copy.copy(arguments))
    message = str(caught.value)
    assert re.search(case.says, message, re.DOTALL), message
    assert message.startswith(f"{method}."), message
    assert ": got " in message and "expected" in message, message
    assert len(message) < 400, message  # never the rows themselves
    for name, array in before.items():
        np.testing.assert_array_equal(arguments[name], array)


def test_enough_cases():
    assert len({c.name + c.model for c in CASES}) >= 150
