"""T15: files of each version of ours load, predict what they predicted and learn on as they did."""

import json
from pathlib import Path

import numpy as np
import pytest
from golden_models import MODELS, ROWS, WORDS, outputs_of

import brickwork

FOLDERS = sorted(Path(__file__).parent.glob("brick-*"))
CASES = [
    pytest.param(folder, name, id=f"{folder.name}-{name}") for folder in FOLDERS for name in MODELS
]


def expected_of(folder: Path) -> dict:
    return json.loads((folder / "answers.json").read_text("utf-8"))


def agree(found: dict, expected: dict) -> None:
    assert list(found) == list(expected)
    for name, part in found.items():
        np.testing.assert_allclose(part, expected[name], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("folder", "name"), CASES)
def test_what_it_predicted_and_how_it_learns_on(folder, name):
    _, x, y = MODELS[name]()
    model = brickwork.load_model(folder / f"{name}.brick")
    expected = expected_of(folder)["answers"]
    agree(outputs_of(model, x), expected[name])
    model.fit(x, y, epochs=2, verbose=0, shuffle=False)
    agree(outputs_of(model, x), expected[f"{name}, two epochs later"])


@pytest.mark.parametrize(("folder", "name"), CASES)
def test_weights_fit_a_model_that_is_made_anew(folder, name):
    model, x, _ = MODELS[name]()
    model.load_weights(folder / f"{name}-weights.brick")
    agree(outputs_of(model, x), expected_of(folder)["answers"][name])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_feature_space(folder):
    space = brickwork.load_model(folder / "space.brick")
    np.testing.assert_allclose(
        space({"word": WORDS[:, 0], "amount": ROWS[:, 0]}), expected_of(folder)["space"], rtol=1e-6
    )


def test_names_of_classes_are_kept():
    for folder in FOLDERS:
        assert brickwork.load_model(folder / "chain.brick").class_names == ["one", "two", "셋"]


def figures() -> dict:
    """How many files of ours there are."""
    return {"versions": len(FOLDERS), "files": sum(len(list(f.glob("*.brick"))) for f in FOLDERS)}
