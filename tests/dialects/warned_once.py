"""Each old spelling warns once in a process; in these tests, once in a test."""

import warnings

import pytest

from brickwork.dialects import DialectWarning
from brickwork.spelling.translation import repeat_warnings


@pytest.fixture(autouse=True)
def fresh():
    repeat_warnings()
    yield
    repeat_warnings()


def quiet(function, *args, **kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DialectWarning)
        return function(*args, **kwargs)
