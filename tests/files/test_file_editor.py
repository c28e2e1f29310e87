"""`KerasFileEditor` on files of both libraries."""

import numpy as np
import pytest
from keras_oracle import keras

import brickwork
from brickwork.saving import KerasFileEditor


def model_of(library, *units):
    kl = library.layers
    return library.Sequential([kl.Input((3,)), *(kl.Dense(u) for u in units)])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, writing
@pytest.mark.parametrize("library", [keras, brickwork], ids=["keras", "brickwork"])
@pytest.mark.parametrize("end", [".keras", ".weights.h5"])
def test_a_file_is_edited_until_it_fits_another_model(library, end, tmp_path, capsys):
    model, wider = model_of(library, 2, 2), model_of(brickwork, 2, 2, 2)
    path, edited = tmp_path / f"model{end}", tmp_path / "edited.weights.h5"
    model.save(path) if end == ".keras" else model.save_weights(path)
    editor = KerasFileEditor(path)
    assert editor.compare(model_of(brickwork, 2, 2)) == {"status": "success", "error_count": 0}
    assert editor.compare(wider) == {"status": "error", "error_count": 1}
    editor.add_object("layers/other", {"0": np.ones((2, 2))})
    assert editor.compare(wider)["error_count"] == 2
    editor.rename_object("other", "dense_2")
    assert editor.compare(wider)["error_count"] == 1
    editor.add_weights("layers/dense_2", {"1": np.full(2, 0.5)})
    assert editor.compare(wider)["status"] == "success"
    editor.save(edited)
    wider.load_weights(edited)
    kernel, bias = wider.layers[-1].get_weights()
    assert (kernel == 1).all() and (bias == 0.5).all()
    again = KerasFileEditor(edited)
    assert sorted(again.weights_dict["layers"]) == ["dense", "dense_1", "dense_2"]
    again.delete_weight("dense_2", "1")
    assert again.compare(wider)["error_count"] == 1
    again.add_weights("dense_2", {"1": np.zeros(7)})
    assert again.compare(wider)["error_count"] == 1
    again.delete_object("dense_2")
    assert again.compare(model_of(brickwork, 2, 2))["status"] == "success"
    capsys.readouterr()
    again.summary()
    assert "layers/dense_1\n  0: (2, 2) float32\n  1: (2,) float32" in capsys.readouterr().out


def test_what_names_no_object_says_so(tmp_path):
    path = tmp_path / "m.weights.h5"
    model_of(brickwork, 2, 2).save_weights(path)
    editor = KerasFileEditor(path)
    for wrong, says in (
        (lambda: editor.delete_object("dens"), "got 'dens', expected"),
        (lambda: editor.rename_object("dense", "dense_1"), "in use"),
        (lambda: editor.add_object("layers/dense", {}), "in use"),
        (lambda: editor.delete_weight("dense", "7"), "got '7'"),
        (lambda: editor.save(tmp_path / "m.h5"), "ends in .weights.h5"),
    ):
        with pytest.raises(ValueError, match=says):
            wrong()


def test_files_that_refer_to_others_are_refused(tmp_path):
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "link.weights.h5"
    with h5py.File(path, "w") as file:
        file["layers"] = h5py.ExternalLink("other.h5", "/layers")
    with pytest.raises(ValueError):
        KerasFileEditor(path)
