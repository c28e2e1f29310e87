"""The way in which Keras's tests are run (tests/long/keras_tests), on a checkout made here."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "long" / "keras_tests"
PAGE = Path(__file__).parents[1] / "docs" / "keras-tests.md"

CASES = """
import pytest
from keras.src import layers, testing
from keras.src.backend.common.thing import helper
from keras.src.layers.core.dense import Dense


class DenseTest(testing.TestCase):
    def test_passes(self):
        self.run_layer_test(
            layers.Dense, {"units": 2}, input_shape=(4, 3), expected_output_shape=(4, 2),
            expected_num_trainable_weights=2,
        )

    def test_fails(self):
        self.assertEqual(Dense(2).units, 3)

    def test_wrong_shape(self):
        self.run_layer_test(
            layers.Dense, {"units": 2}, input_shape=(4, 3), expected_output_shape=(4, 7)
        )

    def test_words(self):
        with self.assertRaisesRegex(ValueError, "words of another library"):
            Dense(0)
        with pytest.raises(ValueError, match="words of another library"):
            Dense(0)

    def test_private_attribute(self):
        self.look(Dense(2))

    def look(self, layer):
        self.assertEqual(layer._units, 2)

    def test_private_name(self):
        helper(Dense(2))

    def test_absent(self):
        layers.Conv2D(2, 3)

    def test_missing(self):
        layers.NoSuchLayer()

    @pytest.mark.skipif(True, reason="of another backend")
    def test_skipped(self):
        raise AssertionError

    def test_listed_quantized(self):
        raise AssertionError
"""
API = """
from keras.src.layers.convolutional.conv2d import Conv2D as Conv2D
from keras.src.layers.core.dense import Dense as Dense
from keras.src.layers.none import NoSuchLayer as NoSuchLayer
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """State and reason of each test of a checkout with one file."""
    checkout = tmp_path_factory.mktemp("checkout")
    for folder in ("api/layers", "src/testing", "src/layers/core", "src/backend/common"):
        (checkout / "keras" / folder).mkdir(parents=True)
    for folder in ("", "api", "src", "src/layers", "src/layers/core"):
        (checkout / "keras" / folder / "__init__.py").touch()
    for file in ("src/backend/common/thing.py", "src/layers/core/dense.py"):
        (checkout / "keras" / file).touch()
    (checkout / "keras/api/layers/__init__.py").write_text(API)
    (checkout / "keras/src/layers/core/dense_test.py").write_text(CASES)
    (checkout / "conftest.py").touch()
    results = checkout / "results.json"
    command = [sys.executable, str(HERE / "run.py"), str(checkout), "--json", str(results)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "layers: core                     2 of     5 passed   40.0 %" in done.stdout
    named = json.loads(results.read_text())["layers: core"]
    return {name.rpartition("::")[2]: result for name, result in named.items()}


@pytest.mark.parametrize(
    "test, state, why",
    [
        ("passes", "passed", ""),
        ("words", "passed", ""),
        ("fails", "failed", "2 != 3"),
        ("wrong_shape", "failed", "(4, 7)"),
        ("missing", "failed", "brickwork has no keras.layers.NoSuchLayer"),
        ("private_attribute", "not counted", "private attributes: _units"),
        ("private_name", "not counted", "private: keras.src.backend.common.thing.helper"),
        ("absent", "not counted", "no convolutional layers"),
        ("skipped", "not counted", "skipped by Keras: of another backend"),
        ("listed_quantized", "not counted", "quantized"),
    ],
)
def test_what_counts_and_what_does_not(found, test, state, why):
    assert found[f"test_{test}"][0] == state and why in found[f"test_{test}"][1]


def test_a_folder_that_is_no_checkout_is_refused(tmp_path):
    command = [sys.executable, str(HERE / "run.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2 and "has no keras/src" in done.stderr


@pytest.mark.parametrize("file, table", [("not_counted", "tests"), ("failures", "failures")])
def test_each_pattern_is_one_and_has_a_reason(file, table):
    listed = tomllib.loads((HERE / f"{file}.toml").read_text("utf-8"))[table]
    for pattern, why in listed.items():
        re.compile(pattern)
        assert len(why) > 10


def test_each_failure_on_the_page_has_a_reason():
    text = PAGE.read_text("utf-8")
    assert "not known yet" not in text
    passed, counted = map(int, re.search(r"\*\*all\*\* \| (\d+) \| (\d+)", text).groups())
    named = re.findall(r"^- `", text.partition("## What fails")[2], re.M)
    assert len(named) == counted - passed
