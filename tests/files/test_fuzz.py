"""A short run of the fuzzer (tests/long/fuzz.py, `make fuzz`), and what longer ones had found."""

from __future__ import annotations

import json
import resource
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "long"))

import fuzz

import brickwork
from brickwork.errors import ArgumentError
from brickwork.layers import Dense, Input, initial_weights

SECONDS, MODELS = 0.8, 60


@cache
def results() -> list[dict]:
    return [fuzz.fuzz(name, SECONDS, seed=1, number=MODELS) for name in fuzz.TARGETS]


def figures() -> dict:
    """What the short run came to; `make fuzz` runs for half an hour each."""
    return {
        "targets": len(results()),
        "runs": sum(r["runs"] for r in results()),
        "findings": sum(len(r["findings"]) for r in results()),
        "slowest_s": max(r["slowest_s"] for r in results()),
    }


@pytest.mark.parametrize("name", fuzz.TARGETS)
def test_nothing_is_found(name):
    found = fuzz.fuzz(name, SECONDS, seed=1, number=MODELS)
    assert found["findings"] == {}
    assert found["runs"] > 20


def test_the_fuzzer_finds_what_there_is():
    """So that a fuzzer that runs nothing is noticed."""

    def broken(data):
        return json.loads(data)["config"]["name"][0]

    fuzz.TARGETS["broken"] = (broken, fuzz._json_changed, fuzz.seeds.configs)
    try:
        found = fuzz.fuzz("broken", 1.0, number=5)["findings"]
    finally:
        del fuzz.TARGETS["broken"]
    assert any(what.startswith("KeyError") for what in found)


def _graph(change) -> str:
    x = Input((3,), name="x")
    config = json.loads(brickwork.Model(x, Dense(2, name="d")(x)).to_json())
    change(config["config"], {layer["name"]: layer for layer in config["config"]["layers"]})
    return json.dumps(config)


def _history(*history):
    return [
        {
            "args": [{"class_name": "__keras_tensor__", "config": {"keras_history": history}}],
            "kwargs": {},
        }
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda config, layers: config.pop("layers"),
        lambda config, layers: layers["d"].pop("inbound_nodes"),
        lambda config, layers: layers["d"].update(inbound_nodes=3),
        lambda config, layers: layers["d"].update(inbound_nodes=[{}]),
        lambda config, layers: layers["d"].update(inbound_nodes=_history("x", [], 0)),
        lambda config, layers: layers["d"].update(name={}),
        lambda config, layers: config.pop("output_layers"),
        lambda config, layers: config.update(output_layers=3),
        lambda config, layers: config.update(output_layers=["nobody", 0, 0]),
        lambda config, layers: config.update(input_layers=""),
        lambda config, layers: config.update(input_layers="xxxx"),
        lambda config, layers: config["layers"].append(None),
        lambda config, layers: layers["d"].update(
            class_name="Operation",
            config={"op": "add", "operands": [None, None], "attrs": {}, "name": "d"},
        ),
    ],
)
def test_graphs_that_are_none(change):
    with pytest.raises((ArgumentError, brickwork.saving.FileError)) as said:
        brickwork.models.model_from_json(_graph(change))
    assert len(str(said.value)) < 600


@pytest.mark.parametrize(
    "config",
    [
        {"class_name": "TimeDistributed", "config": {"name": "t"}},
        {"class_name": "Lambda", "config": {"function": {"class_name": "function"}}},
        {"class_name": "Rescaling", "config": {"scale": {"config": 3}}},
        {"class_name": "Sequential", "config": {"name": "m"}},
        {"class_name": "Sequential", "config": 3},
        {"class_name": "function", "config": {}},
        {"class_name": "Dense", "config": {"units": 2}, "registered_name": ["Dense"]},
        {"class_name": "Dense", "config": {"units": 2, "dtype": {"config": {"name": 3}}}},
        {
            "class_name": "Dense",
            "config": {
                "units": 2,
                "kernel_initializer": {
                    "class_name": "__numpy__",
                    "config": {"value": [1], "dtype": "U1000000"},
                },
            },
        },
        {"class_name": "__numpy__", "config": {"value": ["a"], "dtype": "U300000000"}},
    ],
    ids=range(10),
)
def test_configs_that_are_none(config):
    with pytest.raises((ArgumentError, brickwork.saving.FileError)) as said:
        brickwork.models.model_from_json(json.dumps(config))
    assert len(str(said.value)) < 600


def test_texts_that_are_no_utf8():
    from brickwork.saving.keras import from_keras

    with pytest.raises(brickwork.saving.FileError, match="invalid JSON"):
        from_keras.parsed('{"a": "\udc9a"}', "config")


@pytest.mark.parametrize("name", ["AUC", "PrecisionAtRecall"])
def test_sizes_without_sense(name):
    config = {"class_name": name, "config": {"num_thresholds": 200_000_000_000, "recall": 0.5}}
    if name == "AUC":
        del config["config"]["recall"]
    with pytest.raises(ArgumentError, match="num_thresholds: got 200000000000"):
        brickwork.metrics.deserialize(config)


def test_any_number_of_places_for_unknown_tokens():
    """They cost nothing before there are weights for them."""
    with limit_of_memory(1 << 30):
        layer = brickwork.layers.deserialize(
            {
                "class_name": "StringLookup",
                "config": {"num_oov_indices": 1_000_000_000, "vocabulary": ["a", "b"]},
            }
        )
        assert layer.vocabulary_size() == 1_000_000_002
        with pytest.raises(ArgumentError, match="left out"):
            brickwork.layers.deserialize(
                {
                    "class_name": "StringLookup",
                    "config": {
                        "num_oov_indices": 1_000_000_000,
                        "vocabulary": ["a", ""],
                        "mask_token": "",
                    },
                }
            )


@contextmanager
def limit_of_memory(nbytes: int):
    """So much more than there is already."""
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (held + nbytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def test_limits_inside_of_limits():
    """A model of a config may not take more than what is around it leaves."""
    model = json.loads(brickwork.Sequential([Input((3,)), Dense(2)]).to_json())
    model["config"]["layers"][1]["config"]["units"] = 10_000_000
    with (
        initial_weights.from_file(64 << 20),
        pytest.raises(brickwork.saving.FileError, match="weight"),
    ):
        brickwork.models.model_from_json(json.dumps(model))


@pytest.mark.parametrize("shape", [{}, {"a": [1, 2]}, [], [[1, 2]]], ids=str)
def test_a_layer_is_not_built_for_what_is_no_shape_of_its_input(shape):
    config = {
        "module": "keras.layers",
        "class_name": "Dense",
        "config": {"units": 2},
        "build_config": {"input_shape": shape},
    }
    with pytest.raises(ArgumentError, match=r"Dense\.build_config: got .*shape of its input"):
        brickwork.saving.deserialize_keras_object(config)
