"""Files that many versions of Keras wrote, with what their models predicted then."""

import json
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

import brickwork
from brickwork import saving

FILES = Path(__file__).parent / "keras"
WRITERS = sorted(path.stem for path in FILES.glob("*.zip"))


def cases():
    for writer in WRITERS:
        with zipfile.ZipFile(FILES / f"{writer}.zip") as archive:
            facts = json.loads(archive.read("facts.json"))
        for model in facts["models"].values():
            for file in model["files"]:
                yield pytest.param(writer, file, model, id=f"{writer}-{file}")


CASES = list(cases())
WHOLE = [case for case in CASES if not case.values[1].endswith(".weights.h5")]


@pytest.fixture
def unpacked(tmp_path):
    def take(writer, file):
        with zipfile.ZipFile(FILES / f"{writer}.zip") as archive:
            return archive.extract(file, tmp_path)

    return take


def arrays(told):
    return [np.array(values, dtype) for values, dtype in told]


def only(parts):
    return parts if len(parts) > 1 else parts[0]


def agree(model, facts, key, tolerance):
    found = model.predict(only(arrays(facts["inputs"])))
    for one, other in zip(found if isinstance(found, list) else [found], facts[key], strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


def test_there_are_files_of_many_versions():
    assert len(CASES) >= 100 and len(WRITERS) >= 8
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 2**20


@pytest.mark.parametrize(("writer", "file", "facts"), WHOLE)
def test_a_model_predicts_what_it_predicted(writer, file, facts, unpacked):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = saving.load_model(unpacked(writer, file))
    agree(model, facts, "outputs", 1e-6)
    if "after" in facts:  # the optimizer's state is there: its training goes on as it went on
        targets = arrays(facts["targets"])
        model.train_on_batch(only(arrays(facts["inputs"])), only(targets))
        agree(model, facts, "after", 1e-4)
        assert model.optimizer.iterations.numpy() == 3


def test_weights_alone_fit_the_model_that_was_saved_whole(unpacked):
    tried = 0
    for case in CASES:
        writer, file, facts = case.values
        if file.endswith(".weights.h5"):
            model = saving.load_model(unpacked(writer, file.replace(".weights.h5", ".keras")))
            want = model.get_weights()
            model.set_weights([0 * w for w in want])
            model.load_weights(unpacked(writer, file))
            for one, other in zip(model.get_weights(), want, strict=True):
                np.testing.assert_array_equal(one, other)
            agree(model, facts, "outputs", 1e-6)
            tried += 1
    assert tried >= 10
    assert brickwork.saving.load_model is saving.load_model
