"""Every layer through Keras's files and back: what Keras saves predicts the same here, and what is
saved here predicts the same in Keras."""

import keras
import numpy as np
import pytest
from layers.test_contract import SHARED, Ids, data, each, flat, made

import brickwork
from brickwork.errors import ArgumentError
from brickwork.saving import load_model

#: The layers in one model, each with its own input and output.
TOGETHER = 25
CASES = [case.values for case in SHARED if case.values[0] != "InputLayer"]
#: Keras 3 forgets several axes, and no axis, in .h5 files.
AXES = [
    case
    for case in CASES
    if "axis" in case[1] and (case[1]["axis"] is None or np.size(case[1]["axis"]) != 1)
]
# Keras warns about its own deprecations, and NumPy's.
pytestmark = pytest.mark.filterwarnings("ignore")


def wide(cases):
    """A model of Keras in which each layer is separate, with its own values of weights, and data
    for it."""
    inputs, outputs, rows = [], [], []
    for name, kwargs, row in cases:
        rng = np.random.default_rng(list(map(ord, f"{name}{row}")))  # independent of other layers
        own = each(
            lambda one: keras.Input(
                shape=one, dtype="int32" if isinstance(one, Ids) else "float32"
            ),
            row,
        )
        layer = made(name, kwargs, keras)
        outputs.append(layer(own))
        layer.set_weights(
            [
                np.abs(rng.normal(size=w.shape)) + 0.5 if w.dtype.kind == "f" else w
                for w in layer.get_weights()
            ]
        )
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
        inputs += flat(own)
        rows += flat(data(row, "float32"))
    return keras.Model(inputs, outputs), rows


def compare(found, wanted, cases):
    for one, other, case in zip(found, wanted, cases, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6, err_msg=str(case))


def there_and_back(cases, path):
    model, rows = wide(cases)
    wanted = model.predict(rows, verbose=0)
    model.save(path)
    ours = load_model(path)
    compare(ours.predict(rows), wanted, cases)
    ours.save(path)
    theirs = keras.saving.load_model(path, compile=False)
    compare(theirs.predict(rows, verbose=0), wanted, cases)


def chunks(cases):
    return [cases[i : i + TOGETHER] for i in range(0, len(cases), TOGETHER)]


@pytest.mark.parametrize("cases", chunks(CASES), ids=lambda cases: cases[0][0])
def test_keras_files(cases, tmp_path):
    there_and_back(cases, tmp_path / "model.keras")


#: The last way of each layer to work: the plainest are in the golden files.
LAST = list({case[0]: case for case in CASES if case not in AXES}.values())


@pytest.mark.parametrize("cases", chunks(LAST), ids=lambda cases: cases[0][0])
def test_h5_files(cases, tmp_path):
    there_and_back(cases, tmp_path / "model.h5")


def test_what_keras_ignores_in_h5_files_is_refused(tmp_path):
    tried = 0
    for name, kwargs, row in AXES:
        x = each(lambda one: brickwork.Input(one), row)
        with pytest.raises(ArgumentError, match="Keras 3 ignores"):
            brickwork.Model(x, made(name, kwargs)(x)).save(tmp_path / "model.h5")
        tried += 1
    assert tried >= 4
