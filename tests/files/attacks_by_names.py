"""What would run code or open something, and what is called what it is not."""

from __future__ import annotations

import marshal
from base64 import b64encode
from collections.abc import Iterator

from attacking import Attack, argument, file, layer, other_class

JUNK = (
    None,
    True,
    -1,
    2.5,
    "",
    "x",
    [],
    {},
    [None],
    {"class_name": "x"},
    10**30,
    [[]],
    {"class_name": "__number__", "config": "nan"},
    {"class_name": "__number__", "config": "inf"},
    {"class_name": "__number__", "config": "evil"},
)


def _code():
    """A1: code in the file."""
    code = b64encode(
        marshal.dumps(compile("import os; os.mkdir('/tmp/run')", "x", "exec"))
    ).decode()
    for function in (
        [code, None, None],
        {"class_name": "__lambda__", "config": {"code": code, "defaults": None, "closure": None}},
        {"class_name": "function", "config": "system"},
        {"class_name": "function", "config": "exec"},
        {"class_name": "builtins", "config": {"name": "eval"}},
        "os.system",
        "<lambda>",
        code,
    ):
        yield other_class("A1", "Lambda", {"name": "l", "function": function})
    yield other_class(
        "A1",
        "Lambda",
        {"name": "l", "function": "relu", "mask": {"class_name": "function", "config": "exec"}},
    )
    yield other_class(
        "A1",
        "Lambda",
        {
            "name": "l",
            "function": "relu",
            "output_shape": {"class_name": "__lambda__", "config": {"code": code}},
        },
    )
    for name in ("exec", "__import__", "os.system", "breakpoint"):
        yield argument("A1", f"an activation {name}", 1, activation=name)
    yield argument(
        "A1",
        "an activation in bytecode",
        1,
        activation={"class_name": "__lambda__", "config": {"code": code}},
    )
    yield argument(
        "A1",
        "a pickled initializer",
        1,
        kernel_initializer={"class_name": "function", "config": "pickle.loads"},
    )


def _modules():
    """A2, A3: classes of other modules, by every way to say so."""
    for module, name in (
        ("os", "system"),
        ("subprocess", "Popen"),
        ("builtins", "eval"),
        ("pathlib", "Path"),
        ("numpy", "load"),
        ("brickwork.cli", "main"),
        ("keras.config", "enable_unsafe_deserialization"),
        ("keras.utils", "get_file"),
        ("keras.models", "load_model"),
        ("brickwork.saving", "load_model"),
        ("ctypes", "CDLL"),
    ):
        yield other_class("A2", name, {"args": "touch /tmp/run"}, module=module)
        yield other_class("A2", "function", name, module=module, registered_name=name)
    for name in (
        "os>system",
        "__main__>f",
        "brickwork.layers.Dense",
        "Layer.__subclasses__",
        "__class__",
        "get_file",
        "registry",
        "Model.from_config",
        "load_model",
        "",
        "A" * 10**6,
    ):
        yield other_class("A3", name, {})
    for name in (
        "CSVLogger",
        "Adam",
        "MeanSquaredError",
        "GlorotUniform",
        "L2",
        "Accuracy",
        "relu",
        "Lambda.from_config",
        "InputSpec",
        "add",
    ):
        yield other_class("A3", name, {})
    yield argument(
        "A3",
        "a layer as an initializer",
        1,
        kernel_initializer={"class_name": "Dense", "config": {"units": 1}},
    )
    yield argument("A13", "a name like Dense", 1, activation="Relu6x")
    yield other_class("A13", "Densse", {"units": 2})
    yield other_class("A13", "Custom>Dense", {"units": 2, "name": "a"})


def _paths():
    """A6: paths and addresses in configs."""
    for path in (
        "/etc/passwd",
        "../../secret",
        "http://127.0.0.1:9/v",
        "file:///etc/passwd",
        "~/.ssh/id_rsa",
        "//host/share",
    ):
        yield argument("A6", f"a vocabulary at {path}", 1, "words", vocabulary=path)
    for number, source in ((0, "texts"), (0, "rare")):
        yield layer(
            "A6",
            f"a vocabulary of {source} at a path",
            number + 1,
            lambda entry: entry["config"].update(vocabulary="/etc/passwd"),
            source,
        )
    yield other_class("A6", "TFSMLayer", {"filepath": "/etc"})
    yield argument("A6", "weights at a path", 1, weights="/etc/passwd")
    yield argument(
        "A6",
        "an initializer at a path",
        1,
        kernel_initializer={"class_name": "Constant", "config": {"value": "/etc/passwd"}},
    )


def _names():
    for name in (None, 3, [], {}, True, 1.5):
        yield file(
            "A10",
            f"a feature named {name!r}",
            lambda whole, name=name: {**whole, "feature_names": {"input_layer": [name, "b", "c"]}},
        )
    for features in (
        [],
        "abc",
        3,
        None,
        {"x": "abc"},
        {"x": None},
        {"x": 3},
        {"x": {}},
        {"": [[]]},
    ):
        yield file(
            "A10",
            f"features {features!r}",
            lambda whole, features=features: {**whole, "feature_names": features},
        )
    for name in (3, [], {}, True, 1.5):
        yield argument("A10", f"a layer named {name!r}", 1, name=name)


def _numbers():
    """Numbers that are none, in every argument of a Dense."""
    for value in JUNK:
        yield argument("A14", f"units {value!r}", 1, units=value)
    for value in (
        "x",
        3,
        [3],
        {"class_name": "Zeros", "config": 3},
        {"class_name": 3, "config": {}},
        {"class_name": ["Zeros"], "config": {}},
        [],
        {},
        {"config": {}},
    ):
        for name in ("kernel_initializer", "kernel_regularizer", "bias_constraint", "activation"):
            yield argument("A14", f"{name} {value!r}", 1, **{name: value})
    for value in (
        "float",
        "f4",
        3,
        [],
        {"class_name": "DTypePolicy", "config": {"name": "int4"}},
        {"class_name": "DTypePolicy"},
        {"class_name": "os.system", "config": {}},
    ):
        yield argument("A14", f"dtype {value!r}", 1, dtype=value)
    for value in ("yes", 3, [], {}, 2.5):
        yield argument("A14", f"trainable {value!r}", 1, trainable=value)
        yield argument("A14", f"use_bias {value!r}", 1, use_bias=value)
    yield argument("A14", "another argument", 1, evil=1)
    yield argument("A14", "an argument of Python", 1, __class__="x")
    yield argument("A14", "an argument of a million letters", 1, **{"x" * 10**6: 1})
    for shape in (
        None,
        [],
        [None, None],
        [None, -3],
        [None, 2.5],
        [None, "3"],
        "abc",
        3,
        {},
        [None, 3, [1]],
        [None, True],
        [None, 10**30],
        [None] + [1] * 10**5,
    ):
        yield layer(
            "A14",
            f"an input of shape {str(shape)[:40]}",
            0,
            lambda entry, shape=shape: entry["config"].update(batch_shape=shape),
        )


def attacks() -> Iterator[Attack]:
    """All of these."""
    for part in (_code, _modules, _paths, _names, _numbers):
        yield from part()
