"""docs/deploy.md, block after block as it stands; and the lines that an error shows."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest

import brickwork
from brickwork import cli, layers
from brickwork.errors import ArgumentError
from brickwork.saving import other_formats

PAGE = (Path(__file__).parents[1] / "docs" / "deploy.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
NOT_HERE = ("tensorflow", "serve_forever")  # the service has a separate test
pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def typed(blocks, **names) -> dict:
    for block in blocks:
        exec(compile(block, "docs/deploy.md", "exec"), names)
    return names


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_block_works(folder):
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    brickwork.utils.set_random_seed(1)
    typed([block for block in BLOCKS if not any(word in block for word in NOT_HERE)])
    assert {path.name for path in folder.iterdir()} >= {
        "model.brick",
        "model.npz",
        "model.onnx",
        "model.keras",
    }


def test_the_service(folder):
    names = typed(BLOCKS[:1])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (block,) = (block for block in BLOCKS if "serve_forever" in block)
    (folder / "serve.py").write_text(block.replace("8000", str(port)))
    path = os.pathsep.join(
        filter(None, [str(Path(brickwork.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    )
    with subprocess.Popen(
        [sys.executable, "serve.py"],
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        try:
            rows = names["x_test"][:3]
            response = posted(port, rows.tolist())
            np.testing.assert_allclose(response, names["model"].predict(rows, verbose=0), rtol=1e-5)
            with pytest.raises(urllib.error.HTTPError) as refused:
                posted(port, [[1.0, 2.0]])
            with refused.value:
                assert "expected (rows, 4)" in json.load(refused.value)["error"]
        finally:
            process.kill()


def posted(port: int, rows):
    """The service's response for these rows, once it runs."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{port}", json.dumps(rows).encode(), timeout=60
            ) as response:
                return json.load(response)
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the service did not start")


def test_the_page_shows_what_the_errors_show():
    for lines in (other_formats.ONNX, other_formats.TFLITE, other_formats.SAVED_MODEL):
        assert lines in BLOCKS


@pytest.mark.parametrize(
    "call, lines",
    [
        (lambda model: model.export("m.onnx"), other_formats.ONNX),
        (lambda model: model.export("m", format="onnx"), other_formats.ONNX),
        (lambda model: model.save("m.onnx"), other_formats.ONNX),
        (lambda model: model.export(Path("m.tflite")), other_formats.TFLITE),
        (lambda model: model.export("m", format="litert"), other_formats.TFLITE),
        (lambda model: model.export("m", format="tf_saved_model"), other_formats.SAVED_MODEL),
        (lambda model: model.export("m"), other_formats.SAVED_MODEL),
        (lambda model: model.save("m", save_format="tf"), other_formats.SAVED_MODEL),
        (lambda model: model.save("m.pb"), other_formats.SAVED_MODEL),
    ],
)
def test_errors_about_other_formats_show_the_code(call, lines):
    with pytest.raises(ArgumentError, match=r"not write .* files yet.*docs/deploy\.md") as error:
        call(brickwork.Sequential([layers.Dense(1, input_dim=2)]))
    assert str(error.value).endswith(lines)


@pytest.mark.parametrize(
    "name, program", [("m.onnx", "ONNX"), ("m.TFLITE", "TensorFlow Lite"), ("m.pb", "SavedModel")]
)
def test_errors_about_files_of_other_formats_name_the_format(name, program, capsys, folder):
    for read in (brickwork.load_model, brickwork.Sequential().load_weights):
        with pytest.raises(ArgumentError, match=rf"\.brick.*; .* does not read {program} files"):
            read(name)
    for command in ("draw", "summary", "convert"):
        assert cli.main([command, name, *["m.json"] * (command == "convert")]) == 2
        assert f"brickwork does not read {program} files, docs/deploy.md" in capsys.readouterr().err


@pytest.mark.parametrize("first, last", [("relu", "softmax"), ("tanh", "sigmoid"), (None, None)])
def test_onnx_by_hand(first, last, folder):
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    model = brickwork.Sequential(
        [layers.Dense(5, first, input_dim=4), layers.Dropout(0.2), layers.Dense(3, last)]
    )
    typed([other_formats.ONNX], model=model)
    onnx.checker.check_model("model.onnx")
    x = np.random.default_rng(0).random((7, 4), "float32")
    (found,) = runtime.InferenceSession("model.onnx").run(None, {"x": x})
    np.testing.assert_allclose(found, model.predict(x, verbose=0), atol=1e-6)


def test_the_korean_page_has_the_same_programs():
    korean = (Path(__file__).parents[1] / "docs" / "deploy.ko.md").read_text("utf-8")
    programs = [
        [
            re.sub(r"\s*#.*", "", block)
            for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL)
        ]
        for page in (PAGE, korean)
    ]
    assert programs[0] and programs[0] == programs[1]
