"""Files made to harm: each is refused, quickly, with little memory, and nothing else is touched."""

import contextlib
import gc
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import hostile_configs
import hostile_hdf5
import hostile_zips
import numpy as np
import pytest
from hostile_files import FILES
from pace import in_time

import brickwork
from brickwork.errors import ArgumentError
from brickwork.layers import Dense
from brickwork.saving import FileError, load_model

REFUSED = (FileError, ArgumentError)


def small():
    return brickwork.Sequential([Dense(3, input_dim=4, name="one"), Dense(2, name="two")])


def saved(ending, tmp_path):
    path = tmp_path / f"good{ending}"
    small().save(path)
    return path


#: Those of these modules are there when they are imported.
MAKERS = hostile_hdf5, hostile_configs, hostile_zips
CASES = [pytest.param(make, ending, id=f"{name}{ending}") for (name, ending), make in FILES.items()]


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    return {ending: saved(ending, folder) for ending in (".keras", ".h5")}


@pytest.fixture(scope="module", autouse=True)
def all_is_imported(good):
    for path in good.values():
        load_model(path)


WATCHED: list | None = None


def _watch(event, arguments):
    if WATCHED is not None and event in ("open", "socket.connect", "subprocess.Popen", "os.system"):
        WATCHED.append((event, arguments))


sys.addaudithook(_watch)


def refused(path, errors=REFUSED):
    """Load a file, which must fail in time; returns the error, and what was touched."""
    global WATCHED
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, WATCHED = time.process_time(), []
    try:
        with pytest.raises(errors) as caught:
            load_model(path)
    finally:
        touched, WATCHED = WATCHED, None
    assert in_time(time.process_time() - start, 1, time.process_time)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 64 * 1024
    return str(caught.value), touched


@pytest.mark.parametrize(("make", "ending"), CASES)
def test_it_is_refused_in_words(make, ending, good, tmp_path):
    path = tmp_path / f"bad{ending}"
    make(path, good[ending])
    said, touched = refused(path)
    assert len(said) > 20
    for event, arguments in touched:
        assert event == "open"
        place = os.path.abspath(arguments[0])
        code = place.endswith((".py", ".pyc", ".so")) or place.startswith(
            (sys.prefix, sys.base_prefix)
        )
        assert code or place == str(path), place
    assert not os.path.exists("/tmp/brickwork-was-here")


def test_there_are_many():
    assert len(CASES) >= 100


@pytest.mark.parametrize("twentieth", range(20))
@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_cut_off(ending, twentieth, good, tmp_path):
    data = good[ending].read_bytes()
    path = tmp_path / f"cut{ending}"
    path.write_bytes(data[: len(data) * twentieth // 20])
    refused(path, FileError)


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_a_lambda_s_function_may_be_given_by_the_layer_s_name(ending, good, tmp_path):
    path = tmp_path / f"lambda{ending}"
    FILES["lambda_code", ending](path, good[ending])
    said, _ = refused(path)
    assert "never run" in said and "custom_objects" in said
    model = load_model(path, custom_objects={"evil": lambda x: 2.0 * x})
    x = np.ones((2, 4), "float32")
    np.testing.assert_allclose(model.predict(x), 2 * load_model(good[ending]).predict(x))


def test_weights_of_another_model_change_nothing(good):
    model = brickwork.Sequential([Dense(3, input_dim=4), Dense(5)])
    before = model.get_weights()
    with pytest.raises(FileError, match="no weight was changed"):
        model.load_weights(good[".h5"])
    with pytest.raises(FileError, match="no weight was changed"):
        model.load_weights(good[".keras"])
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)


def test_only_one_module_touches_h5py():
    root = os.path.dirname(brickwork.__file__)
    found = []
    for folder, _, names in os.walk(root):
        for name in names:
            place = os.path.join(folder, name)
            if name.endswith(".py") and "import h5py" in Path(place).read_text("utf-8"):
                found.append(os.path.relpath(place, root))
    assert found == [os.path.join("saving", "keras", "hdf5.py")]


def test_reading_needs_no_h5py(good):
    code = (
        "import sys; sys.modules['h5py'] = None\n"
        "import brickwork\n"
        "for path in sys.argv[1:]:\n"
        "    print(brickwork.models.load_model(path).output_shape)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(good[".keras"]), str(good[".h5"])],
        capture_output=True,
        text=True,
    )
    assert done.stdout == "(None, 2)\n" * 2, done.stderr


def test_a_file_is_closed_whatever_it_holds(good, tmp_path):
    bad = tmp_path / "bad.h5"
    bad.write_bytes(good[".h5"].read_bytes()[:1000])
    for path in (good[".keras"], good[".h5"], bad):
        with contextlib.suppress(FileError):
            load_model(path)
        path.rename(path.with_stem("moved"))  # which Windows refuses for what is open
        path.with_stem("moved").rename(path)
    gc.collect()  # an open file would warn here, which is an error
