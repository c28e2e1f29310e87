"""Files made to harm: each is refused, quickly, with little memory, and nothing else is touched."""

import io
import json
import marshal
import os
import resource
import subprocess
import sys
import time
import warnings
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

import brickwork
from brickwork.fields import ArgumentError
from brickwork.layers import Dense
from brickwork.saving import FileError, load_model

REFUSED = (FileError, ArgumentError)
CODE = marshal.dumps(compile("__import__('os').system('touch /tmp/brickwork-was-here')", "",
                             "eval"))


def small():
    return brickwork.Sequential([Dense(3, input_dim=4, name="one"), Dense(2, name="two")])


def saved(ending, tmp_path):
    path = tmp_path / f"good{ending}"
    small().save(path)
    return path


# Makers of files: each is given a path, and a good file of that ending.

FILES = {}


def attack(ending):
    def add(make):
        FILES[make.__name__, ending] = make
        return make

    return add


def both(make):
    """An attack on HDF5: in an .h5 file, and inside of a .keras file."""
    FILES[make.__name__, ".h5"] = lambda path, good: _changed_h5(path, good, make)
    FILES[make.__name__, ".keras"] = lambda path, good: _changed_inside(path, good, make)
    return make


def _changed_h5(path, good, change):
    path.write_bytes(good.read_bytes())
    with h5py.File(path, "r+") as file:
        change(file, "model_weights/one/one/kernel", path)


def _changed_inside(path, good, change):
    members = _members(good)
    inside = io.BytesIO(members["model.weights.h5"])
    with h5py.File(inside, "r+") as file:
        change(file, "layers/dense/vars/0", path)
    _zipped(path, {**members, "model.weights.h5": inside.getvalue()})


def _members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(path, members, kind=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


@both
def external_storage(file, place, path):
    del file[place]
    file.create_dataset(place, (4, 3), "f4", external=[("/etc/passwd", 0, 48)])


@both
def external_link(file, place, path):
    del file[place]
    file[place] = h5py.ExternalLink("/etc/passwd", "/x")


@both
def external_link_of_a_group(file, place, path):
    file["more"] = h5py.ExternalLink("/tmp/other.h5", "/")


@both
def soft_link(file, place, path):
    del file[place]
    file[place] = h5py.SoftLink("/somewhere")


@both
def virtual(file, place, path):
    del file[place]
    layout = h5py.VirtualLayout((4, 3), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4, 3))
    file.create_virtual_dataset(place, layout)


@both
def cycle(file, place, path):
    file[place.rpartition("/")[0]]["round"] = file["/"]


@both
def two_names(file, place, path):
    file["again"] = file[place]


@both
def shape_bomb(file, place, path):
    del file[place]
    file.create_dataset(place, (2**20, 2**20), "f8")


@both
def many_dimensions(file, place, path):
    file.create_dataset("extra", (2**15,) * 30, "i1", chunks=(1,) * 30)


@both
def packed_bomb(file, place, path):
    del file[place]
    file.create_dataset(place, (64, 2**18), "f4", chunks=(1, 2**18), compression="gzip",
                        data=np.zeros((64, 2**18), "f4"))


@both
def foreign_filter(file, place, path):
    del file[place]
    file.create_dataset(place, data=np.zeros((4, 3), "f4"), chunks=(4, 3), compression="lzf")


@both
def records(file, place, path):
    del file[place]
    file.create_dataset(place, (4, 3), [("a", "f4"), ("b", "f4")])


@both
def texts(file, place, path):
    del file[place]
    file.create_dataset(place, data=np.full((4, 3), "x", object), dtype=h5py.string_dtype())


@both
def references(file, place, path):
    del file[place]
    file.create_dataset(place, (4, 3), h5py.ref_dtype)


@both
def named_type(file, place, path):
    file["kind"] = np.dtype("f8")


@both
def other_shape(file, place, path):
    del file[place]
    file[place] = np.zeros((3, 4), "f4")


@both
def gone(file, place, path):
    del file[place]


@both
def many_objects(file, place, path):
    group = file
    for _ in range(80):
        group = group.create_group("deeper")


def _with_config(change):
    """A .keras and an .h5 file whose config a function changed."""
    def keras(path, good):
        members = _members(good)
        config = json.loads(members["config.json"])
        text = change(config)
        _zipped(path, {**members, "config.json": (
            text if isinstance(text, str) else json.dumps(config))})

    def h5(path, good):
        path.write_bytes(good.read_bytes())
        with h5py.File(path, "r+", libver="latest") as file:
            config = json.loads(file.attrs["model_config"])
            text = change(config)
            del file.attrs["model_config"]
            file.attrs["model_config"] = text if isinstance(text, str) else json.dumps(config)

    FILES[change.__name__, ".keras"], FILES[change.__name__, ".h5"] = keras, h5
    return change


def _replace(config, kind, inner, **more):
    """Put a layer on top of the model's."""
    config["config"]["layers"].append({"class_name": kind, "config": inner, **more})


@_with_config
def lambda_code(config):
    _replace(config, "Lambda", {"name": "evil", "function": {
        "class_name": "__lambda__", "config": {"code": CODE.hex(), "defaults": None,
                                               "closure": None}}})


@_with_config
def lambda_code_of_keras_2(config):
    _replace(config, "Lambda", {"name": "evil", "function": [CODE.hex(), None, None],
                                "function_type": "lambda", "arguments": {}})


@_with_config
def lambda_output_shape(config):
    _replace(config, "Lambda", {"name": "evil", "function": "system", "function_type": "function",
                                "module": "os"})


@_with_config
def code_in_another_layer(config):
    _replace(config, "Dense", {"units": 2, "kernel_initializer": {
        "class_name": "__lambda__", "config": {"code": CODE.hex()}}})


@_with_config
def module_os(config):
    _replace(config, "system", {"command": "touch /tmp/brickwork-was-here"}, module="os",
             registered_name=None)


@_with_config
def function_as_a_class(config):
    _replace(config, "function", "system", module="os", registered_name="system")


@_with_config
def gadget_of_keras(config):
    _replace(config, "get_file", {"fname": "x", "origin": "http://127.0.0.1:9/x"},
             module="keras.utils", registered_name=None)


@_with_config
def switch_of_keras(config):
    _replace(config, "enable_unsafe_deserialization", {}, module="keras.config",
             registered_name=None)


@_with_config
def activation_by_import(config):
    _replace(config, "Dense", {"units": 2, "activation": {
        "class_name": "function", "config": "eval", "module": "builtins",
        "registered_name": "function"}})


@_with_config
def op_by_name(config):
    config["class_name"] = "Functional"
    config["config"] = {"name": "f", "layers": [
        {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
         "config": {"batch_shape": [None, 2], "name": "x"}},
        {"class_name": "__import__", "name": "y", "module": "keras.src.ops.numpy",
         "config": {"name": "y"}, "inbound_nodes": [{"args": ["os"], "kwargs": {}}]}],
        "input_layers": ["x", 0, 0], "output_layers": ["y", 0, 0]}


@_with_config
def vocabulary_of_a_path(config):
    _replace(config, "StringLookup", {"vocabulary": "/etc/passwd"}, module="keras.layers",
             registered_name=None)


@_with_config
def text_of_a_path(config):
    _replace(config, "TextVectorization", {"vocabulary": "/etc/passwd"}, module="keras.layers",
             registered_name=None)


@_with_config
def saved_model_of_a_path(config):
    _replace(config, "TFSMLayer", {"filepath": "/tmp/model"}, module="keras.layers",
             registered_name=None)


@_with_config
def wide_layer(config):
    config["config"]["layers"][-1]["config"]["units"] = 2**31


@_with_config
def large_table(config):
    _replace(config, "Embedding", {"input_dim": 10**9, "output_dim": 10**3})


@_with_config
def unknown_layer(config):
    _replace(config, "Evil", {})


@_with_config
def unknown_argument(config):
    _replace(config, "Dense", {"units": 2, "run": "touch"})


@_with_config
def deep_json(config):
    return '{"a":' * 100_000


@_with_config
def deep_models(config):
    inner = dict(config)
    for _ in range(200):
        inner = {"class_name": "Sequential", "config": {"name": "s", "layers": [inner]}}
    config.clear()
    config.update(inner)


@_with_config
def no_json(config):
    return "import os"


@_with_config
def list_json(config):
    return "[1, 2]"


@_with_config
def many_layers(config):
    config["config"]["layers"] = [{"class_name": "Flatten", "config": {}}] * 10_001


@_with_config
def long_config(config):
    return '{"a": "' + "x" * (9 * 2**20) + '"}'


@_with_config
def no_class(config):
    config["class_name"] = ["Sequential"]


@_with_config
def no_config(config):
    del config["config"]


@_with_config
def layers_are_numbers(config):
    config["config"]["layers"] = [1, 2]


@_with_config
def a_layer_as_model(config):
    config["class_name"], config["config"] = "Dense", {"units": 3}


def _member(change):
    FILES[change.__name__, ".keras"] = lambda path, good: change(path, _members(good))
    return change


@_member
def traversal(path, members):
    _zipped(path, {**members, "../../evil": b"x"})


@_member
def traversal_of_assets(path, members):
    _zipped(path, {**members, "assets/../../evil.txt": b"x"})


@_member
def absolute(path, members):
    _zipped(path, {**members, "/tmp/evil": b"x"})


@_member
def backslash(path, members):
    _zipped(path, {**members, "..\\evil": b"x"})


@_member
def drive(path, members):
    _zipped(path, {**members, "C:/evil": b"x"})


@_member
def config_bomb(path, members):
    _zipped(path, {**members, "config.json": b" " * 2**25}, zipfile.ZIP_DEFLATED)


@_member
def weights_bomb(path, members):
    _zipped(path, {**members, "model.weights.h5": members["model.weights.h5"] + b"\0" * 2**26},
            zipfile.ZIP_DEFLATED)


@_member
def lying_size(path, members):
    """The zip says that the config is short, and it unpacks to much."""
    _zipped(path, {**members, "config.json": b" " * 2**25}, zipfile.ZIP_DEFLATED)
    data = path.read_bytes()
    path.write_bytes(data.replace((2**25).to_bytes(4, "little"), (100).to_bytes(4, "little")))


@_member
def twice(path, members):
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile's
        for name, data in [*members.items(), ("config.json", b"{}")]:
            archive.writestr(name, data)


@_member
def link(path, members):
    entry = zipfile.ZipInfo("assets/link")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.writestr(entry, "/etc/passwd")


@_member
def locked(path, members):
    _zipped(path, members)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)


@_member
def other_packing(path, members):
    _zipped(path, members, zipfile.ZIP_LZMA)


@_member
def without_a_config(path, members):
    _zipped(path, {"model.weights.h5": members["model.weights.h5"]})


@_member
def without_weights(path, members):
    _zipped(path, {"config.json": members["config.json"]})


@_member
def weights_that_are_a_zip(path, members):
    _zipped(path, {**members, "model.weights.h5": b"PK\x05\x06" + b"\0" * 18})


@_member
def flipped_bit(path, members):
    _zipped(path, members)
    data = bytearray(path.read_bytes())
    data[data.index(b"\x89HDF") + len(members["model.weights.h5"]) - 9] ^= 64
    path.write_bytes(data)


@_member
def many_members(path, members):
    _zipped(path, {**members, **{f"assets/{i}": b"" for i in range(10_001)}})


def _compiled(change):
    def make(path, good):
        members = _members(good)
        config = json.loads(members["config.json"])
        config["compile_config"] = {"optimizer": "sgd", "loss": "mse", "metrics": None,
                                    "loss_weights": None, "weighted_metrics": None}
        change(config["compile_config"])
        _zipped(path, {**members, "config.json": json.dumps(config)})

    FILES[change.__name__, ".keras"] = make
    return change


@_compiled
def optimizer_by_import(told):
    told["optimizer"] = {"module": "os", "class_name": "system", "registered_name": None,
                         "config": {"command": "touch /tmp/brickwork-was-here"}}


@_compiled
def loss_by_import(told):
    told["loss"] = {"module": "builtins", "class_name": "function", "config": "eval",
                    "registered_name": "function"}


@_compiled
def metric_by_import(told):
    told["metrics"] = [{"module": "subprocess", "class_name": "Popen", "config": {"args": "id"}}]


@attack(".keras")
def empty(path, good):
    path.write_bytes(b"")


@attack(".keras")
def pickled(path, good):
    path.write_bytes(b"\x80\x05cos\nsystem\n")


@attack(".h5")
def text_file(path, good):
    path.write_text("not HDF5")


@attack(".h5")
def noise(path, good):
    data = bytearray(good.read_bytes())
    for i in range(8, len(data), 7):
        data[i] = i * 31 % 256
    path.write_bytes(data)


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
