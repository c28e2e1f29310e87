"""Errors are what they were when they come from another process."""

import pickle

import pytest

from brickwork.data.notices import CellError
from brickwork.errors import ArgumentError, whole_number
from brickwork.layers.embedding import IdError
from brickwork.registry import UnknownName


@pytest.mark.parametrize(
    "error",
    [
        ArgumentError("fit.epochs", "got 0."),
        UnknownName("layer", "got 'Dens'.", "Dens"),
        IdError("embedding", "got 9."),
        CellError("the column 'age'", 3, "got 'high'."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_are_pickled(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and str(again) == str(error)
    assert vars(again) == vars(error)


@pytest.mark.parametrize("value", [0, -1, True, 1.0, "1", None, [1]])
def test_what_is_no_whole_number(value):
    with pytest.raises(ArgumentError, match=r"folds: got .*expected an integer >= 1"):
        whole_number(value, "folds")
