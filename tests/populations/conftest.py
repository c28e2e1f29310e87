"""What watches how members are trained."""

import pytest

from brickwork.populations import training


@pytest.fixture
def together(monkeypatch):
    """Fail if a member is trained alone."""
    monkeypatch.setattr(training, "pays", lambda *_: True)
    monkeypatch.setattr(
        training, "_alone", lambda jobs, _: pytest.fail("trained alone") if jobs else None
    )


@pytest.fixture
def trainings(monkeypatch):
    """The number of models of each training side by side."""
    found = []

    class Seen(training.Training):
        def __init__(self, models):
            found.append(len(models))
            super().__init__(models)

    monkeypatch.setattr(training, "Training", Seen)
    return found
