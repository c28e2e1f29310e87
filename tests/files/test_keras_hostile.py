"""Files made to harm: each is refused, quickly, with little memory, and nothing else is touched."""

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
CASES = [pytest.param(make, ending, id=f"{name}{ending}") for (name, ending), make in
         FILES.items()]


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    return {ending: saved(ending, folder) for ending in (".keras", ".h5")}


@pytest.fixture(scope="module")
def start_up(good):
    """How long a good file takes, most of it the child's beginning."""
    start = time.perf_counter()
    for path in good.values():
        load_model(path)
    return time.perf_counter() - start


WATCHED: list | None = None


def _watch(event, arguments):
    if WATCHED is not None and event in ("open", "socket.connect", "subprocess.Popen",
                                         "os.system"):
        WATCHED.append((event, arguments))


sys.addaudithook(_watch)


def refused(path, errors=REFUSED):
    """Load a file, which must not go well; answers the error, the seconds, and what was touched."""
    global WATCHED
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, WATCHED = time.perf_counter(), []
    try:
        with pytest.raises(errors) as caught:
            load_model(path)
    finally:
        touched, WATCHED = WATCHED, None
    took = time.perf_counter() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 64 * 1024
    return str(caught.value), took, touched


@pytest.mark.parametrize(("make", "ending"), CASES)
def test_it_is_refused_in_words(make, ending, good, start_up, tmp_path):
    path = tmp_path / f"bad{ending}"
    make(path, good[ending])
    said, took, touched = refused(path)
    assert took < 1.0 + start_up
    assert len(said) > 20
    for event, arguments in touched:
        if event == "subprocess.Popen":
            assert arguments[0] == sys.executable
        elif event == "open" and isinstance(arguments[0], str):
            place = os.path.abspath(arguments[0])
            code = place.endswith((".py", ".pyc", ".so")) or place.startswith(
                (sys.prefix, sys.base_prefix, "/dev/null", "/proc/"))
            assert code or place == str(path), place
        else:
            assert event == "open"
    assert not os.path.exists("/tmp/brickwork-was-here")


def test_there_are_many():
    assert len(CASES) >= 100


@pytest.mark.parametrize("twentieth", range(20))
@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_cut_off(ending, twentieth, good, tmp_path):
    data = good[ending].read_bytes()
    path = tmp_path / f"cut{ending}"
    path.write_bytes(data[:len(data) * twentieth // 20])
    refused(path, FileError)


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_a_lambda_s_function_may_be_given_by_the_layer_s_name(ending, good, tmp_path):
    path = tmp_path / f"lambda{ending}"
    FILES["lambda_code", ending](path, good[ending])
    said, *_ = refused(path)
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


LIMITED = """
import os, socket, sys
from brickwork.saving.keras import child
child._warm()
child._limit(0)
for what in (lambda: open("/etc/passwd"), lambda: socket.socket(), lambda: bytearray(2**30),
             lambda: os.write(os.memfd_create("x"), b"x")):
    try:
        what()
    except (OSError, MemoryError) as error:
        print(type(error).__name__)
    else:
        print("done")
"""


def test_the_child_can_neither_open_files_nor_sockets_nor_take_much_memory():
    path = os.pathsep.join(p for p in sys.path if p)
    told = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"})
    assert told.stdout.split() == ["OSError", "OSError", "MemoryError", "OSError"], told.stderr


def test_only_one_module_touches_h5py():
    root = os.path.dirname(brickwork.__file__)
    found = []
    for folder, _, names in os.walk(root):
        for name in names:
            place = os.path.join(folder, name)
            if name.endswith(".py") and "import h5py" in Path(place).read_text("utf-8"):
                found.append(os.path.relpath(place, root))
    assert found == [os.path.join("saving", "keras", "hdf5.py")]


def test_only_the_child_reads_by_hdf5(good):
    code = ("import sys, brickwork\n"
            "for path in sys.argv[1:]:\n"
            "    brickwork.models.load_model(path)\n"
            "print('h5py' in sys.modules)\n")
    told = subprocess.run([sys.executable, "-c", code, str(good[".keras"]), str(good[".h5"])],
                          capture_output=True, text=True)
    assert told.stdout == "False\n", told.stderr


def test_a_child_that_dies_before_it_is_asked_for_arrays(good):
    from brickwork.saving.keras.opened import Opened

    with Opened(good[".h5"]) as file:
        file._child.kill()
        file._child.wait()
        with pytest.raises(FileError, match="needs too much time"):
            file.read({path: shape for path, (shape, _) in file.arrays.items()})


def test_where_no_process_can_be_held_to_limits_it_is_said(good, monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(NotImplementedError, match="Linux only"):
        load_model(good[".keras"])
