"""Configs without end, graphs that cannot be, and ops with strange constants."""

from __future__ import annotations

import json
from collections.abc import Iterator

from attacking import Attack, argument, file, layer, other_class, tensor, without_probe
from brick_files import closed, opened
from good_files import file_of

HUGE = (10**9, 2**31, 2**40, 2**62)


def _nested(kind: str, depth: int):
    def change(entry):
        for i in range(depth):
            entry = {"class_name": kind, "config": {"name": f"n{i}", "layer": entry}}
        return entry

    return change


def _configs():
    """A14: configs without end."""

    def many(count, class_name="Dense", **config):
        def document(whole):
            whole["model"]["config"]["layers"][1:] = [
                {"class_name": class_name, "config": {"name": f"d{i}", **config}}
                for i in range(count)
            ]

        return document

    yield file("A14", "12,000 layers", many(12_000, units=1))
    yield file("A14", "1,000 layers without weights", many(1_000, "Dropout", rate=0.5))
    yield file("A14", "1,000 layers with weights", many(1_000, units=1))
    yield file("A14", "ten thousand layers of one name", many(9_000, "Dropout", rate=0.5, name="d"))
    for kind in ("TimeDistributed", "Wrapper", "SpectralNormalization"):
        for depth in (20, 60, 120):
            yield layer("A14", f"{kind} {depth} deep", 1, _nested(kind, depth), "wrapped")

    def inside(depth, functional=False):
        def document(whole):
            model = whole["model"]
            for i in range(depth):
                model = {
                    "class_name": "Sequential",
                    "config": {
                        "name": f"n{i}",
                        "trainable": True,
                        "layers": [whole["model"]["config"]["layers"][0], model][functional:],
                    },
                }
            whole["model"] = model

        return document

    for depth in (10, 20, 40, 60):
        yield file("A14", f"models {depth} deep", inside(depth))
        yield file("A14", f"models {depth} deep without inputs", inside(depth, True))
    for model in (
        None,
        [],
        {},
        "Sequential",
        3,
        {"class_name": "Sequential"},
        {"class_name": "Sequential", "config": None},
        {"class_name": "Sequential", "config": []},
        {"class_name": "Sequential", "config": {"layers": None}},
        {"class_name": "Sequential", "config": {"layers": "abc"}},
        {"class_name": "Sequential", "config": {"layers": {"a": 1}}},
        {"class_name": "Sequential", "config": {"layers": [None]}},
        {"class_name": "Sequential", "config": {"layers": [[]]}},
        {"class_name": "Sequential", "config": {"layers": ["Dense"]}},
        {"class_name": "Dense", "config": {"units": 3}},
        {"class_name": "Functional", "config": {}},
        {
            "class_name": "Functional",
            "config": {"layers": [], "input_layers": [], "output_layers": []},
        },
    ):
        yield file(
            "A14",
            f"a model that is {json.dumps(model)[:60]}",
            lambda whole, model=model: {**whole, "model": model},
        )
    for document in (
        "null",
        "[]",
        "3",
        '"x"',
        "{}",
        '{"model":{}}',
        "[" * 300 + "]" * 300,
        '{"model":' * 100 + "1" + "}" * 100,
        '{"a":1,"a":1}',
        "{",
        "NaN",
        "{'a':1}",
    ):
        yield Attack(
            "A14",
            f"a document {document[:20]}",
            lambda document=document: closed(document, opened(file_of("small"))[1]),
        )


def _graphs():
    """A14: graphs that cannot be."""

    def nodes(name, change, source="graph"):
        def document(whole):
            config = whole["model"]["config"]
            layers = {entry["name"]: entry for entry in config["layers"]}
            change(layers, config)

        return file("A14", name, document, source)

    def call(*args):
        return [{"args": list(args), "kwargs": {}}]

    yield nodes(
        "a layer that needs itself",
        lambda n, c: n["side"].update(inbound_nodes=call(tensor("side", 0, 0))),
    )
    yield nodes(
        "two that need each other",
        lambda n, c: n["side"].update(inbound_nodes=call(tensor("one", 0, 0))),
    )
    yield nodes(
        "a layer that is not there",
        lambda n, c: n["side"].update(inbound_nodes=call(tensor("nobody", 0, 0))),
    )
    for history in (
        ("x", 1, 0),
        ("x", 0, 1),
        ("x", -1, 0),
        ("x", 0, -1),
        ("x", "0", 0),
        ("x", 0.5, 0),
        ("x",),
        (),
        ("x", [], 0),
        ([], 0, 0),
        (None, 0, 0),
        ("x", 0, 0, 0),
        ("x", True, 10**30),
    ):
        yield nodes(
            f"a value {history}",
            lambda n, c, history=history: n["side"].update(inbound_nodes=call(tensor(*history))),
        )
        yield nodes(
            f"an output {history}",
            lambda n, c, history=history: c.update(output_layers=[list(history)]),
        )
    for ends in (
        None,
        [],
        {},
        "x",
        3,
        [["x"]],
        [[["x", 0, 0]]] * 2,
        [None],
        {"a": None},
        ["nobody", 0, 0],
        [[]],
    ):
        yield nodes(
            f"inputs {json.dumps(ends)}", lambda n, c, ends=ends: c.update(input_layers=ends)
        )
        yield nodes(
            f"outputs {json.dumps(ends)}", lambda n, c, ends=ends: c.update(output_layers=ends)
        )
    for made in (
        None,
        {},
        "abc",
        [None],
        [3],
        [{"args": None}],
        [{"args": [], "kwargs": []}],
        [{"args": [1], "kwargs": {}}],
        [{"args": [], "kwargs": {}}],
        [[["x", 0, 0]]],
        [{"args": ["x"], "kwargs": {}}],
        [{"args": [tensor("x", 0, 0)] * 3, "kwargs": {}}],
        [{"args": [tensor("x", 0, 0)], "kwargs": {"training": "yes", "evil": 1}}],
        [{"args": [tensor("x", 0, 0)], "kwargs": {"mask": [[1]]}}],
        [{"args": [{"class_name": "__keras_tensor__"}], "kwargs": {}}],
        [
            {
                "args": [{"class_name": "__keras_tensor__", "config": {"keras_history": 3}}],
                "kwargs": {},
            }
        ],
        [{"args": [[[[tensor("x", 0, 0)]]]], "kwargs": {}}],
    ):
        yield nodes(
            f"calls {json.dumps(made)[:70]}",
            lambda n, c, made=made: n["side"].update(inbound_nodes=made),
        )
    yield nodes("no name", lambda n, c: n["side"].pop("name"))
    yield nodes("two of one name", lambda n, c: n["side"].update(name="twice"))
    yield nodes("a name that is a list", lambda n, c: n["side"].update(name=["side"]))

    def backwards(whole):
        """A chain of 1,000 listed from its end: each pass finds only one."""
        whole["model"]["config"] = _chain(1_000, whole)

    yield file("A14", "a chain listed from its end", backwards, "graph")

    def cycle(whole):
        config = _chain(2_000, whole)
        config["layers"][-1]["inbound_nodes"] = call(tensor("d0", 0, 0))
        whole["model"]["config"] = config

    yield file("A14", "a ring of 2,000", cycle, "graph")

    def doubling(whole):
        """Each layer takes the one before it twice: 2 to the 40 ways."""
        config = _chain(40, whole, "Add")
        for entry in config["layers"][1:]:
            node = entry["inbound_nodes"][0]
            node["args"] = [[node["args"][0], node["args"][0]]]
        whole["model"]["config"] = config

    yield file("A14", "forty layers, each of two of the one before", doubling, "graph")

    def calls(whole):
        config = whole["model"]["config"]
        entry = next(e for e in config["layers"] if e["name"] == "twice")
        entry["inbound_nodes"] = [{"args": [tensor("x", 0, 0)], "kwargs": {}}] * 20_000

    yield file("A14", "a layer called 20,000 times", calls, "graph")


def _chain(count: int, whole, kind="Activation"):
    first = whole["model"]["config"]["layers"][0]
    config = {"activation": "relu"} if kind == "Activation" else {}
    made = [
        {
            "class_name": kind,
            "name": f"d{i}",
            "config": {"name": f"d{i}", **config},
            "inbound_nodes": [{"args": [tensor(f"d{i - 1}" if i else "x", 0, 0)], "kwargs": {}}],
        }
        for i in range(count)
    ]
    return {
        "name": "chain",
        "trainable": True,
        "layers": [first, *reversed(made)],
        "input_layers": ["x", 0, 0],
        "output_layers": [f"d{count - 1}", 0, 0],
    }


def _operations():
    """Ops between layers, with constants that no caller of ours would give."""

    def op(name, attrs, operands=(None,), row="A8"):
        def document(whole):
            entry = whole["model"]["config"]["layers"][1]
            entry["config"] = {
                "op": name,
                "attrs": attrs,
                "operands": list(operands),
                "name": entry["name"],
            }
            whole["probe"] = None  # nothing is to be run: the op itself must be refused
            entry["inbound_nodes"][0]["args"] = [[tensor("x", 0, 0)] * max(1, operands.count(None))]

        return file(
            row,
            f"op {name} {json.dumps(attrs)[:60]} {json.dumps(operands)[:40]}",
            document,
            "operation",
            without_probe,
        )

    array = {"class_name": "__numpy__", "config": {"value": [1, 2], "dtype": "int64"}}
    for start, extent, step in (
        (10**6, 4, 1),
        (-4, 4, 1),
        (0, 10**9, 1),
        (0, 4, 10**6),
        (0, 4, 0),
        (0, -4, 1),
        (2**62, 4, 2**62),
        (0.0, 4, 1),
        ("0", 4, 1),
        (True, 3, 1),
        (0, None, 1),
    ):
        yield op("slice", {"axis": 1, "start": start, "extent": extent, "step": step})
    for start, step, whole in (
        (10**6, 1, 8),
        (-8, 1, 8),
        (0, 10**6, 8),
        (0, 1, 1),
        (0, -1, 4),
        (5, 1, 8),
        (0, 1, -4),
        (0, 1, 10**12),
        (0, 0, 4),
        (0.5, 1, 8),
    ):
        yield op("unslice", {"axis": 1, "start": start, "step": step, "whole": whole})
    for axis in (-1, 5, 2**62, "1", 1.0, None, [1], -3):
        yield op("slice", {"axis": axis, "start": 0, "extent": 1, "step": 1})
        yield op("cumsum", {"axis": axis})
        yield op("argmax", {"axis": axis})
        yield op("concat", {"axis": axis}, (None, None))
        yield op("reduce_sum", {"axes": axis})
        yield op("iota", {"dims": [4, 4], "axis": axis, "dtype": "int32"}, ())
    for axes in (
        [1, 1],
        [0],
        [0, 1, 2],
        [1, -1],
        ["0", "1"],
        [0.0, 1.0],
        None,
        3,
        [],
        [5, 0],
        [[0], [1]],
    ):
        yield op("transpose", {"axes": axes})
    for dims in (
        [10**9, 10**9],
        [2**62, 4],
        [-1, 4],
        [0],
        ["4"],
        [2.0, 2.0],
        None,
        4,
        [10**8],
        [True, 4],
        [[4]],
        [2**64],
    ):
        yield op("reshape", {"dims": dims})
        yield op("broadcast_to", {"dims": dims})
        yield op("fill", {"dims": dims, "value": 1.0, "dtype": "float32"}, ())
        yield op("iota", {"dims": dims, "axis": 0, "dtype": "int32"}, ())
        yield op("random_uniform", {"dims": dims, "dtype": "float32"}, (1, 1))
        yield op("extent", {"factors": dims, "dtype": "int32"}, ())
    for value in ("x", None, [1], {"a": 1}, 10**400):
        yield op("fill", {"dims": [2], "value": value, "dtype": "float32"}, ())
    for dtype in ("object", "U1000000", "complex128", "V8", None, 3, ["f4"], "int4", "float16x"):
        yield op("cast", {"dtype": dtype})
        yield op("fill", {"dims": [2], "value": 1, "dtype": dtype}, ())
    for rows in (-1, "3", None):
        yield op("scatter_add", {"rows": rows}, (array, None))
    for name in ("read", "write", "const", "input", "layer", "__class__", "os.system", "pack"):
        yield op(name, {})
    for attrs in ({"evil": 1}, {"name": "x"}, {"self": 1}, [3], "abc", 3, {"out": [1]}):
        yield op("exp", attrs)
    for operands in (
        [None] * 3,
        [],
        [1.0],
        ["x", None],
        [{"a": 1}, None],
        [{"class_name": "__numpy__", "config": {"value": ["a"], "dtype": "U300000000"}}, None],
        [{"class_name": "__numpy__", "config": {"value": [None], "dtype": "object"}}, None],
        [{"class_name": "__numpy__", "config": {"value": [[1], [1, 2]], "dtype": "float32"}}, None],
        [{"class_name": "__numpy__", "config": {"value": {"a": 1}, "dtype": "float32"}}, None],
        None,
        "add",
        3,
    ):
        yield (
            op("add", {}, operands)
            if isinstance(operands, list)
            else argument("A14", f"operands {operands}", 1, "operation", operands=operands)
        )
    yield op("matmul", {"ta": False, "tb": False}, (None, None))
    yield op("matmul", {"ta": 3, "tb": None}, (None, None))
    yield op("matmul", {}, (None, None))
    yield op("batch_matmul", {}, (None, None))
    yield op("take", {}, (None, None))
    yield op("where", {}, (None,))


def _extents():
    """Layers that are larger than any file."""
    for huge in HUGE:
        yield argument("A8", f"Dense({huge})", 1, units=huge)
        yield layer(
            "A8",
            f"Embedding({huge})",
            2,
            lambda entry, huge=huge: entry["config"].update(input_dim=huge),
            "texts",
        )
        yield layer(
            "A8",
            f"an input of {huge}",
            0,
            lambda entry, huge=huge: entry["config"].update(batch_shape=[None, huge]),
        )
        yield other_class(
            "A8",
            "EinsumDense",
            {"name": "e", "equation": "ab,bc->ac", "output_shape": huge, "bias_axes": "c"},
        )
        for kind, config in (
            ("RepeatVector", {"n": huge}),
            ("CategoryEncoding", {"num_tokens": huge, "output_mode": "one_hot"}),
            ("Reshape", {"target_shape": [huge, 3]}),
            ("Hashing", {"num_bins": huge, "output_mode": "multi_hot"}),
            ("Discretization", {"num_bins": huge}),
        ):
            yield other_class("A8", kind, {"name": "much", **config})
    yield argument("A8", "lora of much", 1, lora_rank=10**9)
    yield argument("A8", "a vocabulary of much", 1, "words", vocabulary_size=10**12)
    yield argument(
        "A8", "a vocabulary with pads", 1, "words", max_tokens=10**12, pad_to_max_tokens=True
    )
    yield argument("A8", "tokens that are not known", 1, "words", num_oov_indices=10**12)
    yield layer(
        "A8",
        "a sequence of much",
        1,
        lambda entry: entry["config"].update(output_sequence_length=10**12),
        "texts",
    )
    yield argument(
        "A8",
        "a constant of much",
        1,
        bias_initializer={
            "class_name": "Constant",
            "config": {
                "value": {
                    "class_name": "__numpy__",
                    "config": {"value": [0.0] * 2, "dtype": "U200000000"},
                }
            },
        },
    )
    yield layer(
        "A8",
        "steps of much",
        0,
        lambda entry: entry["config"].update(batch_shape=[None, 10**7, 2]),
        "wrapped",
    )

    def slow(entry):
        entry["config"]["layer"] = {"class_name": "BatchNormalization", "config": {"name": "in"}}

    def steps(whole):
        layers = whole["model"]["config"]["layers"]
        layers[0]["config"]["batch_shape"] = [None, 10**6, 2]
        whole["built"] = [None, 10**6, 2]
        slow(layers[1])

    yield file("A8", "a layer called a million times", steps, "wrapped")


def attacks() -> Iterator[Attack]:
    """All of these."""
    for part in (_configs, _graphs, _operations, _extents):
        yield from part()
