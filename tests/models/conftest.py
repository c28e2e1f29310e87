"""What all tests of models share."""

import pytest

from brickwork.program import tape


@pytest.fixture(autouse=True)
def no_gradients_before(monkeypatch):
    """After a hundred gradients over arrays a warning says what to do: each test counts anew."""
    monkeypatch.setattr(tape, "_count", 0)
