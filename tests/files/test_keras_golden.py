"""Files that many versions of Keras wrote, with what their models predicted then."""

import json
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from samples import LONG

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
WHOLE = [
    case
    for case in CASES
    if case.values[1] not in ("chain.weights.h5", "alone.h5", "branches.weights.h5")
]
#: All of them are gone through by ``make keras-files``; a third, other ones of each writer, here.
SOME = [case for i, case in enumerate(WHOLE) if LONG or i % 3 == 0 or "synthesised" in case.id]


@pytest.fixture
def unpacked(tmp_path):
    def take(writer, file):
        with zipfile.ZipFile(FILES / f"{writer}.zip") as archive:
            return archive.extract(file, tmp_path)

    return take


def arrays(stored):
    return [np.array(values, dtype) for values, dtype in stored]


def only(parts):
    return parts if len(parts) > 1 else parts[0]


def agree(model, facts, key, tolerance):
    found = model.predict(only(arrays(facts["inputs"])))
    for one, other in zip(found if isinstance(found, list) else [found], facts[key], strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


def test_there_are_files_of_many_versions():
    assert len(CASES) >= 100 and len(WRITERS) >= 8
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 2**20


@pytest.mark.parametrize(("writer", "file", "facts"), SOME)
def test_a_model_predicts_what_it_predicted(writer, file, facts, unpacked):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = saving.load_model(unpacked(writer, file))
    agree(model, facts, "outputs", 1e-6)
    if "after" in facts:  # the optimizer's state is there, so that training resumes as it did
        targets = arrays(facts["targets"])
        model.train_on_batch(only(arrays(facts["inputs"])), only(targets))
        agree(model, facts, "after", 1e-4)
        assert model.optimizer.iterations.numpy() == 3


def test_weights_alone_fit_the_model_that_was_saved_whole(unpacked):
    tried = 0
    for case in CASES[:: 1 if LONG else 2]:
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
    assert tried >= 4
    assert brickwork.saving.load_model is saving.load_model


def test_the_momenta_of_keras_2_go_on(unpacked):
    model = saving.load_model(unpacked("synthesised-keras-2.2", "chain.h5"))
    assert model.optimizer.iterations.numpy() == 7
    assert float(model.optimizer.learning_rate) == np.float32(0.05)
    before = model.get_weights()
    zeros = [np.zeros_like(w) for w in before]
    model.optimizer.apply(zeros, model.trainable_variables)
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_allclose(now, then + np.float32(0.9 * 0.25), rtol=1e-6)


def test_weights_of_keras_2_by_order_and_by_name(unpacked):
    path = unpacked("synthesised-keras-2.2", "alone.h5")
    facts = next(case.values[2] for case in CASES if case.values[1] == "alone.h5")
    layers = brickwork.layers

    def made(first, second):
        return brickwork.Sequential(
            [layers.Dense(5, "tanh", input_dim=4, name=first), layers.Dense(1, name=second)]
        )

    model = made("x", "y")
    model.load_weights(path)
    agree(model, facts, "outputs", 1e-6)
    model = made("dense_2", "dense_1")
    with pytest.raises(saving.FileError, match="no weight was changed"):
        model.load_weights(path, by_name=True)
    with pytest.warns(UserWarning, match="left unchanged"):
        model.load_weights(path, by_name=True, skip_mismatch=True)
    model = made("dense_1", "other")
    before = model.get_weights()
    model.load_weights(path, by_name=True)
    now = model.get_weights()
    assert np.array_equal(now[2], before[2]) and not np.array_equal(now[0], before[0])
