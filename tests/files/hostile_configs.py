"""Configs that request more than a model, or are not configs."""

import json
import marshal

import h5py
from hostile_files import FILES, members_of, zipped

CODE = marshal.dumps(
    compile("__import__('os').system('touch /tmp/brickwork-was-here')", "", "eval")
)


def _with_config(change):
    """A .keras and an .h5 file whose config a function changed."""

    def keras(path, good):
        members = members_of(good)
        config = json.loads(members["config.json"])
        text = change(config)
        zipped(
            path,
            {**members, "config.json": (text if isinstance(text, str) else json.dumps(config))},
        )

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
    _replace(
        config,
        "Lambda",
        {
            "name": "evil",
            "function": {
                "class_name": "__lambda__",
                "config": {"code": CODE.hex(), "defaults": None, "closure": None},
            },
        },
    )


@_with_config
def lambda_code_of_keras_2(config):
    _replace(
        config,
        "Lambda",
        {
            "name": "evil",
            "function": [CODE.hex(), None, None],
            "function_type": "lambda",
            "arguments": {},
        },
    )


@_with_config
def lambda_output_shape(config):
    _replace(
        config,
        "Lambda",
        {"name": "evil", "function": "system", "function_type": "function", "module": "os"},
    )


@_with_config
def code_in_another_layer(config):
    _replace(
        config,
        "Dense",
        {
            "units": 2,
            "kernel_initializer": {"class_name": "__lambda__", "config": {"code": CODE.hex()}},
        },
    )


@_with_config
def module_os(config):
    _replace(
        config,
        "system",
        {"command": "touch /tmp/brickwork-was-here"},
        module="os",
        registered_name=None,
    )


@_with_config
def function_as_a_class(config):
    _replace(config, "function", "system", module="os", registered_name="system")


@_with_config
def gadget_of_keras(config):
    _replace(
        config,
        "get_file",
        {"fname": "x", "origin": "http://127.0.0.1:9/x"},
        module="keras.utils",
        registered_name=None,
    )


@_with_config
def switch_of_keras(config):
    _replace(
        config, "enable_unsafe_deserialization", {}, module="keras.config", registered_name=None
    )


@_with_config
def activation_by_import(config):
    _replace(
        config,
        "Dense",
        {
            "units": 2,
            "activation": {
                "class_name": "function",
                "config": "eval",
                "module": "builtins",
                "registered_name": "function",
            },
        },
    )


@_with_config
def op_by_name(config):
    config["class_name"] = "Functional"
    config["config"] = {
        "name": "f",
        "layers": [
            {
                "class_name": "InputLayer",
                "name": "x",
                "inbound_nodes": [],
                "config": {"batch_shape": [None, 2], "name": "x"},
            },
            {
                "class_name": "__import__",
                "name": "y",
                "module": "keras.src.ops.numpy",
                "config": {"name": "y"},
                "inbound_nodes": [{"args": ["os"], "kwargs": {}}],
            },
        ],
        "input_layers": ["x", 0, 0],
        "output_layers": ["y", 0, 0],
    }


@_with_config
def vocabulary_of_a_path(config):
    _replace(
        config,
        "StringLookup",
        {"vocabulary": "/etc/passwd"},
        module="keras.layers",
        registered_name=None,
    )


@_with_config
def text_of_a_path(config):
    _replace(
        config,
        "TextVectorization",
        {"vocabulary": "/etc/passwd"},
        module="keras.layers",
        registered_name=None,
    )


@_with_config
def saved_model_of_a_path(config):
    _replace(
        config, "TFSMLayer", {"filepath": "/tmp/model"}, module="keras.layers", registered_name=None
    )


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


def _compiled(change):
    def make(path, good):
        members = members_of(good)
        config = json.loads(members["config.json"])
        config["compile_config"] = {
            "optimizer": "sgd",
            "loss": "mse",
            "metrics": None,
            "loss_weights": None,
            "weighted_metrics": None,
        }
        change(config["compile_config"])
        zipped(path, {**members, "config.json": json.dumps(config)})

    FILES[change.__name__, ".keras"] = make
    return change


@_compiled
def optimizer_by_import(config):
    config["optimizer"] = {
        "module": "os",
        "class_name": "system",
        "registered_name": None,
        "config": {"command": "touch /tmp/brickwork-was-here"},
    }


@_compiled
def loss_by_import(config):
    config["loss"] = {
        "module": "builtins",
        "class_name": "function",
        "config": "eval",
        "registered_name": "function",
    }


@_compiled
def metric_by_import(config):
    config["metrics"] = [{"module": "subprocess", "class_name": "Popen", "config": {"args": "id"}}]
