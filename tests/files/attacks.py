"""Hostile `.brick` files, each of which must be refused: by row of the hazards of model files.

An `Attack` is made from a good file that was taken apart. What must be refused is what cannot be
a model; a file that is strange but means something is no attack.
"""

from __future__ import annotations

import json
import marshal
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from brick_files import changed, closed, opened, taken_apart, with_header
from good_files import file_of, weights_of

HUGE = (10**9, 2**31, 2**40, 2**62)


@dataclass(frozen=True)
class Attack:
    """A file that must not be loaded.

    Attributes:
        row: of the hazards.
        name: what it tries.
        make: answers the bytes.
        how: "model", or "weights": given to `load_weights` of the model `victim`.
    """

    row: str
    name: str
    make: Callable[[], bytes]
    how: str = "model"
    victim: str = "small"


def attacks() -> Iterator[Attack]:
    """All of them."""
    for part in (_code, _modules, _paths, _containers, _checksums, _extents, _configs, _graphs,
                 _operations, _names, _numbers, _tables, _compile, _facts, _strangers, _weights):
        yield from part()


# Files with a change

def _file(row: str, name: str, change, source: str = "small", arrays=None, **said) -> Attack:
    return Attack(row, name, lambda: changed(file_of(source), change, arrays, **said))


def _layer(row: str, name: str, number: int, change, source: str = "small") -> Attack:
    """A change of the config of one layer."""
    def document(whole):
        entry = whole["model"]["config"]["layers"][number]
        whole["model"]["config"]["layers"][number] = change(entry) or entry

    return _file(row, name, document, source)


def _set(row: str, what: str, number: int, source: str = "small", /, **config) -> Attack:
    return _layer(row, what, number, lambda entry: entry["config"].update(config), source)


def _class(row: str, class_name: str, config=None, **more) -> Attack:
    """Another class in the place of the second layer."""
    return _layer(row, f"{class_name} with {str(config)[:30]} {str(more)[:40]}", 1, lambda _: {
        "class_name": class_name, "config": config or {}, **more})


# A1 to A6: what would run, or open something

def _code():
    """A1: code in the file."""
    code = b64encode(marshal.dumps(compile("import os; os.mkdir('/tmp/run')", "x", "exec"))).decode()
    for function in ([code, None, None],
                     {"class_name": "__lambda__", "config": {"code": code, "defaults": None,
                                                             "closure": None}},
                     {"class_name": "function", "config": "system"},
                     {"class_name": "function", "config": "exec"},
                     {"class_name": "builtins", "config": {"name": "eval"}}, "os.system",
                     "<lambda>", code):
        yield _class("A1", "Lambda", {"name": "l", "function": function})
    yield _class("A1", "Lambda", {"name": "l", "function": "relu", "mask": {
        "class_name": "function", "config": "exec"}})
    yield _class("A1", "Lambda", {"name": "l", "function": "relu", "output_shape": {
        "class_name": "__lambda__", "config": {"code": code}}})
    for name in ("exec", "__import__", "os.system", "breakpoint"):
        yield _set("A1", f"an activation {name}", 1, activation=name)
    yield _set("A1", "an activation in bytecode", 1, activation={
        "class_name": "__lambda__", "config": {"code": code}})
    yield _set("A1", "a pickled initializer", 1, kernel_initializer={
        "class_name": "function", "config": "pickle.loads"})


def _modules():
    """A2, A3: classes of other modules, by every way to say so."""
    for module, name in (("os", "system"), ("subprocess", "Popen"), ("builtins", "eval"),
                         ("pathlib", "Path"), ("numpy", "load"), ("brickwork.cli", "main"),
                         ("keras.config", "enable_unsafe_deserialization"),
                         ("keras.utils", "get_file"), ("keras.models", "load_model"),
                         ("brickwork.saving", "load_model"), ("ctypes", "CDLL")):
        yield _class("A2", name, {"args": "touch /tmp/run"}, module=module)
        yield _class("A2", "function", name, module=module, registered_name=name)
    for name in ("os>system", "__main__>f", "brickwork.layers.Dense", "Layer.__subclasses__",
                 "__class__", "get_file", "registry", "Model.from_config", "load_model", "", "A" * 10**6):
        yield _class("A3", name[:10**6], {})
    for name in ("CSVLogger", "Adam", "MeanSquaredError", "GlorotUniform", "L2", "Accuracy",
                 "relu", "Lambda.from_config", "InputSpec", "add"):
        yield _class("A3", name, {})
    yield _set("A3", "a layer as an initializer", 1, kernel_initializer={
        "class_name": "Dense", "config": {"units": 1}})
    yield _set("A13", "a name like Dense", 1, activation="Relu6x")
    yield _class("A13", "Densse", {"units": 2})
    yield _class("A13", "Custom>Dense", {"units": 2, "name": "a"})


def _paths():
    """A6: paths and addresses in configs."""
    for path in ("/etc/passwd", "../../secret", "http://127.0.0.1:9/v", "file:///etc/passwd",
                 "~/.ssh/id_rsa", "//host/share"):
        yield _set("A6", f"a vocabulary at {path}", 1, "words", vocabulary=path)
    for number, source in ((0, "texts"), (0, "rare")):
        yield _layer("A6", f"a vocabulary of {source} at a path", number + 1, lambda entry: entry[
            "config"].update(vocabulary="/etc/passwd"), source)
    yield _class("A6", "TFSMLayer", {"filepath": "/etc"})
    yield _set("A6", "weights at a path", 1, weights="/etc/passwd")
    yield _set("A6", "an initializer at a path", 1, kernel_initializer={
        "class_name": "Constant", "config": {"value": "/etc/passwd"}})


# A8, A9, A16: the container

def _containers():
    """Headers that lie."""
    def header(name, change, row="A9", source="small"):
        return Attack(row, name, lambda: with_header(file_of(source), change))

    def entry(change, which="layers/1/kernel"):
        def apply(header):
            header[which] = {**header[which], **change}
        return apply

    def raw(name, make, row="A9"):
        return Attack(row, name, make)

    for length in (0, 1, 2, 2**63 - 1, 2**63, 2**64 - 1, 16 * 2**20 + 1, 10**5):
        yield raw(f"a header of {length} bytes", lambda length=length: length.to_bytes(
            8, "little") + file_of("small")[8:])
    for shape in ([2**62, 4], [2**32, 2**32], [0, 2**63], [-3, -2], [3, 2, 1, 1, 2], [6.0],
                  ["3", "2"], [True, 6], None, "32", {}, [[3, 2]], [3, 2] + [1] * 40, [2**64, 0],
                  [1e400]):
        yield header(f"a shape {shape}", entry({"shape": shape}), "A8")
    for offsets in ([0, 0], [-8, 16], [16, 8], [0, 2**63], [2**63, 2**63 + 24], [16.0, 40.0],
                    ["16", "40"], [16], [16, 40, 64], None, [True, 24], [16, 10**12], {}):
        yield header(f"offsets {offsets}", entry({"data_offsets": offsets}), "A8")
    for kind in ("F8", "O", "f4", "|O", "V8", "U10", "<f4", None, 4, ["F32"], "BF16", "M8", ""):
        yield header(f"a kind {kind}", entry({"dtype": kind}))
    yield header("an array twice in memory", entry({"data_offsets": [8, 32]}))
    yield header("a gap", lambda h: {**h, "hole": {"dtype": "U8", "shape": [8], "data_offsets": [
        10**4, 10**4 + 8]}})
    yield header("no metadata", lambda h: {k: v for k, v in h.items() if k != "__metadata__"})
    yield header("metadata of numbers", lambda h: {**h, "__metadata__": {"format": 1}})
    yield header("metadata in a list", lambda h: {**h, "__metadata__": ["brick"]})
    yield header("more about an array", entry({"more": 1}))
    yield header("nothing about an array", lambda h: {**h, "layers/1/kernel": None})
    yield header("an array that is a list", lambda h: {**h, "layers/1/kernel": [1, 2]})
    for name in ("../../etc/passwd", "/etc/passwd", "a\x00b", "a//b", "", "a" * 65, "C:\\x",
                 "a/" * 300 + "a", "layers/1/kernel ", "layers/１/kernel", "x" * 10**6):
        yield header(f"an array named {name[:20]!r}", lambda h, name=name: {
            (name if k == "layers/1/kernel" else k): v for k, v in h.items()}, "A10")

    def text(change, row="A9"):
        def make():
            file = file_of("small")
            size = int.from_bytes(file[:8], "little")
            new = change(file[8:8 + size])
            return len(new).to_bytes(8, "little") + new + file[8 + size:]
        return make

    yield raw("a name twice", text(lambda t: t.replace(b'{"__meta', b'{"layers/1/kernel":{},"__meta')))
    yield raw("metadata twice", text(lambda t: t.replace(b'{"__meta', b'{"__metadata__":{},"__meta')))
    yield raw("a key twice", text(lambda t: t.replace(b'{"dtype"', b'{"shape":[1],"dtype"', 1)))
    yield raw("a header in UTF-16", text(lambda t: b"{" + t.decode().encode("utf-16")))
    yield raw("a header of no UTF-8", text(lambda t: t.replace(b"brick", b"br\xffck")))
    yield raw("a header with NaN", text(lambda t: t.replace(b"[3,2]", b"[NaN]")))
    yield raw("a header with Infinity", text(lambda t: t.replace(b"[3,2]", b"[Infinity]")))
    yield raw("numbers of a million digits", text(lambda t: t.replace(
        b"[3,2]", b"[" + b"9" * 10**6 + b"]")))
    yield raw("numbers of 4000 digits", text(lambda t: t.replace(b"[3,2]", b"[" + b"9" * 4000 + b"]")))
    yield raw("a header cut inside", text(lambda t: t[:len(t) // 2]))
    yield raw("two headers", text(lambda t: t.rstrip() + t))
    yield raw("zeros behind the header", text(lambda t: t + b"\0" * 8))
    yield raw("lists in lists", text(lambda t: b'{"a":' + b"[" * 10**6 + b"]" * 10**6 + b"}"), "A14")
    yield raw("brackets that open", text(lambda t: b'{"a":' + b"[" * 10**7), "A14")
    yield raw("dicts in dicts", text(lambda t: b'{"a":' * 10**5 + b"1" + b"}" * 10**5), "A14")
    yield raw("a million names", text(lambda t: b"{" + b",".join(
        b'"%d":{}' % i for i in range(10**6)) + b"}"), "A14")
    yield raw("quotes without end", text(lambda t: b'{"' + b'\\"' * (5 * 10**6)), "A14")
    yield raw("backslashes", text(lambda t: b'{"' + b"\\" * (8 * 10**6)), "A14")
    yield raw("quotes", text(lambda t: b'{' + b'"' * (8 * 10**6)), "A14")
    yield raw("sixteen megabytes of zeros", text(lambda t: b'{"a":' + b"0" * (15 << 20) + b"}"), "A14")
    yield raw("colons", text(lambda t: b"{" + b":" * (15 << 20)), "A14")
    yield raw("much in the file", lambda: file_of("small") + b"\0" * 10**6)
    for at in (0, 1, 7, 8, 9, 100, 1000, 3000, 5000, -1, -4, -8, -100):
        yield raw(f"cut at {at}", lambda at=at: file_of("small")[:at], "A16")


def _checksums():
    """A16: what was altered, and what is of another version."""
    def metadata(name, row="A16", **said):
        return _file(row, name, None, **said)

    yield metadata("another config", config_sha256="0" * 64)
    yield metadata("no checksum of the config", config_sha256=None)
    yield metadata("no checksums", tensors_sha256=None)
    yield metadata("checksums in a list", tensors_sha256="[]")
    yield metadata("checksums of nothing", tensors_sha256="{}")
    yield metadata("checksums with a stranger", tensors_sha256='{"x":"0"}')
    yield metadata("no config", config=None)
    yield metadata("an empty config", config="")
    for reader in ("2", "999999999", "-1", "1e3", "", "१", "1" * 5000, None, "0x1", " 1"):
        yield metadata(f"a reader {str(reader)[:9]}", "A17", min_reader=reader)
    for must in ('["quantized"]', '"x"', "{}", "[[1]]", "", "no", None, "null", "[null]"):
        yield metadata(f"what must be understood: {must}", "A17", must_understand=must)
    for form in (None, "pt", "Brick", "brick\0", ""):
        yield metadata(f"a format {form!r}", format=form)

    def spoil(arrays):
        arrays["layers/1/kernel"] = arrays["layers/1/kernel"] + 1

    def make():
        _, sums = taken_apart(file_of("small"))[0], taken_apart(file_of("small"))[0][
            "__metadata__"]["tensors_sha256"]
        return changed(file_of("small"), None, spoil, tensors_sha256=sums)

    yield Attack("A16", "other weights", make)
    yield _file("A16", "other weights, with the probe's answer", None, arrays=spoil)

    def answer(arrays):
        arrays["probe/outputs/0"] = arrays["probe/outputs/0"] + 1

    yield _file("A16", "another answer of the probe", None, arrays=answer)
    for lost in ("probe/outputs/0", "probe/inputs/0", "layers/1/kernel", "optimizer/iteration",
                 "optimizer/layers/1/kernel/velocity"):
        yield _file("A16", f"without {lost}", None, arrays=lambda a, lost=lost: a.pop(lost))
    yield _file("A16", "an array too many", None, arrays=lambda a: a.update(
        {"layers/9/kernel": np.ones(3, "float32")}))


# A8, A14: much from little

def _extents():
    """Layers that are larger than any file."""
    for huge in HUGE:
        yield _set("A8", f"Dense({huge})", 1, units=huge)
        yield _layer("A8", f"Embedding({huge})", 2, lambda entry, huge=huge: entry["config"].update(
            input_dim=huge), "texts")
        yield _layer("A8", f"an input of {huge}", 0, lambda entry, huge=huge: entry[
            "config"].update(batch_shape=[None, huge]))
        yield _class("A8", "EinsumDense", {"name": "e", "equation": "ab,bc->ac",
                                           "output_shape": huge, "bias_axes": "c"})
        for kind, config in (("RepeatVector", {"n": huge}),
                             ("CategoryEncoding", {"num_tokens": huge, "output_mode": "one_hot"}),
                             ("Reshape", {"target_shape": [huge, 3]}),
                             ("Hashing", {"num_bins": huge, "output_mode": "multi_hot"}),
                             ("Discretization", {"num_bins": huge})):
            yield _class("A8", kind, {"name": "much", **config})
    yield _set("A8", "lora of much", 1, lora_rank=10**9)
    yield _set("A8", "a vocabulary of much", 1, "words", vocabulary_size=10**12)
    yield _set("A8", "a vocabulary with pads", 1, "words", max_tokens=10**12, pad_to_max_tokens=True)
    yield _set("A8", "tokens that are not known", 1, "words", num_oov_indices=10**12)
    yield _layer("A8", "a sequence of much", 1, lambda entry: entry["config"].update(
        output_sequence_length=10**12), "texts")
    yield _set("A8", "a constant of much", 1, bias_initializer={
        "class_name": "Constant", "config": {"value": {"class_name": "__numpy__", "config": {
            "value": [0.0] * 2, "dtype": "U200000000"}}}})
    yield _layer("A8", "steps of much", 0, lambda entry: entry["config"].update(
        batch_shape=[None, 10**7, 2]), "wrapped")

    def slow(entry):
        entry["config"]["layer"] = {"class_name": "BatchNormalization", "config": {"name": "in"}}

    def steps(whole):
        layers = whole["model"]["config"]["layers"]
        layers[0]["config"]["batch_shape"] = [None, 10**6, 2]
        whole["built"] = [None, 10**6, 2]
        slow(layers[1])

    yield _file("A8", "a layer called a million times", steps, "wrapped")


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
                for i in range(count)]
        return document

    yield _file("A14", "12,000 layers", many(12_000, units=1))
    yield _file("A14", "1,000 layers without weights", many(1_000, "Dropout", rate=0.5))
    yield _file("A14", "1,000 layers with weights", many(1_000, units=1))
    yield _file("A14", "ten thousand layers of one name", many(9_000, "Dropout", rate=0.5, name="d"))
    for kind in ("TimeDistributed", "Wrapper", "SpectralNormalization"):
        for depth in (20, 60, 120):
            yield _layer("A14", f"{kind} {depth} deep", 1, _nested(kind, depth), "wrapped")

    def inside(depth, functional=False):
        def document(whole):
            model = whole["model"]
            for i in range(depth):
                model = {"class_name": "Sequential", "config": {
                    "name": f"n{i}", "trainable": True, "layers": [
                        whole["model"]["config"]["layers"][0], model][functional:]}}
            whole["model"] = model
        return document

    for depth in (10, 20, 40, 60):
        yield _file("A14", f"models {depth} deep", inside(depth))
        yield _file("A14", f"models {depth} deep without inputs", inside(depth, True))
    for model in (None, [], {}, "Sequential", 3, {"class_name": "Sequential"},
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
                  {"class_name": "Functional", "config": {"layers": [], "input_layers": [],
                                                          "output_layers": []}}):
        yield _file("A14", f"a model that is {json.dumps(model)[:60]}",
                    lambda whole, model=model: {**whole, "model": model})
    for document in ("null", "[]", "3", '"x"', "{}", '{"model":{}}', "[" * 300 + "]" * 300,
                     '{"model":' * 100 + "1" + "}" * 100, '{"a":1,"a":1}', "{", "NaN", "\ud800" if 0 else "{'a':1}"):
        yield Attack("A14", f"a document {document[:20]}", lambda document=document: closed(
            document, opened(file_of("small"))[1]))


def _tensor(*history):
    return {"class_name": "__keras_tensor__", "config": {"keras_history": list(history)}}


def _graphs():
    """A14: graphs that cannot be."""
    def nodes(name, change, source="graph"):
        def document(whole):
            config = whole["model"]["config"]
            layers = {entry["name"]: entry for entry in config["layers"]}
            change(layers, config)
        return _file("A14", name, document, source)

    def call(*args):
        return [{"args": list(args), "kwargs": {}}]

    yield nodes("a layer that needs itself", lambda n, c: n["side"].update(
        inbound_nodes=call(_tensor("side", 0, 0))))
    yield nodes("two that need each other", lambda n, c: (
        n["side"].update(inbound_nodes=call(_tensor("one", 0, 0)))))
    yield nodes("a layer that is not there", lambda n, c: n["side"].update(
        inbound_nodes=call(_tensor("nobody", 0, 0))))
    for history in (("x", 1, 0), ("x", 0, 1), ("x", -1, 0), ("x", 0, -1), ("x", "0", 0),
                    ("x", 0.5, 0), ("x",), (), ("x", [], 0), ([], 0, 0), (None, 0, 0),
                    ("x", 0, 0, 0), ("x", True, 10**30)):
        yield nodes(f"a value {history}", lambda n, c, history=history: n["side"].update(
            inbound_nodes=call(_tensor(*history))))
        yield nodes(f"an output {history}", lambda n, c, history=history: c.update(
            output_layers=[list(history)]))
    for ends in (None, [], {}, "x", 3, [["x"]], [[["x", 0, 0]]] * 2, [None], {"a": None},
                 ["nobody", 0, 0], [[]]):
        yield nodes(f"inputs {json.dumps(ends)}", lambda n, c, ends=ends: c.update(input_layers=ends))
        yield nodes(f"outputs {json.dumps(ends)}", lambda n, c, ends=ends: c.update(
            output_layers=ends))
    for made in (None, {}, "abc", [None], [3], [{"args": None}], [{"args": [], "kwargs": []}],
                 [{"args": [1], "kwargs": {}}], [{"args": [], "kwargs": {}}], [[["x", 0, 0]]],
                 [{"args": ["x"], "kwargs": {}}], [{"args": [_tensor("x", 0, 0)] * 3, "kwargs": {}}],
                 [{"args": [_tensor("x", 0, 0)], "kwargs": {"training": "yes", "evil": 1}}],
                 [{"args": [_tensor("x", 0, 0)], "kwargs": {"mask": [[1]]}}],
                 [{"args": [{"class_name": "__keras_tensor__"}], "kwargs": {}}],
                 [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": 3}}],
                   "kwargs": {}}],
                 [{"args": [[[[_tensor("x", 0, 0)]]]], "kwargs": {}}]):
        yield nodes(f"calls {json.dumps(made)[:70]}", lambda n, c, made=made: n["side"].update(
            inbound_nodes=made))
    yield nodes("no name", lambda n, c: n["side"].pop("name"))
    yield nodes("two of one name", lambda n, c: n["side"].update(name="twice"))
    yield nodes("a name that is a list", lambda n, c: n["side"].update(name=["side"]))

    def backwards(whole):
        """A chain of 1,000 that is told from its end: each pass finds but one."""
        whole["model"]["config"] = _chain(1_000, whole)

    yield _file("A14", "a chain that is told from its end", backwards, "graph")

    def cycle(whole):
        config = _chain(2_000, whole)
        config["layers"][-1]["inbound_nodes"] = call(_tensor("d0", 0, 0))
        whole["model"]["config"] = config

    yield _file("A14", "a ring of 2,000", cycle, "graph")

    def doubling(whole):
        """Each layer takes the one before it twice: 2 to the 40 ways."""
        config = _chain(40, whole, "Add")
        for entry in config["layers"][1:]:
            node = entry["inbound_nodes"][0]
            node["args"] = [[node["args"][0], node["args"][0]]]
        whole["model"]["config"] = config

    yield _file("A14", "forty layers, each of two of the one before", doubling, "graph")

    def calls(whole):
        config = whole["model"]["config"]
        entry = next(e for e in config["layers"] if e["name"] == "twice")
        entry["inbound_nodes"] = [{"args": [_tensor("x", 0, 0)], "kwargs": {}}] * 20_000

    yield _file("A14", "a layer called 20,000 times", calls, "graph")


def _chain(count: int, whole, kind="Activation"):
    first = whole["model"]["config"]["layers"][0]
    config = {"activation": "relu"} if kind == "Activation" else {}
    made = [{"class_name": kind, "name": f"d{i}", "config": {"name": f"d{i}", **config},
             "inbound_nodes": [{"args": [_tensor(f"d{i - 1}" if i else "x", 0, 0)], "kwargs": {}}]}
            for i in range(count)]
    return {"name": "chain", "trainable": True, "layers": [first, *reversed(made)],
            "input_layers": ["x", 0, 0], "output_layers": [f"d{count - 1}", 0, 0]}


def _without_probe(arrays) -> None:
    for name in [name for name in arrays if name.startswith("probe/")]:
        del arrays[name]


def _operations():
    """Ops between layers, with constants that no caller of ours would give."""
    def op(name, attrs, operands=(None,), row="A8"):
        def document(whole):
            entry = whole["model"]["config"]["layers"][1]
            entry["config"] = {"op": name, "attrs": attrs, "operands": list(operands),
                               "name": entry["name"]}
            whole["probe"] = None  # nothing is to be run: the op itself must be refused
            entry["inbound_nodes"][0]["args"] = [
                [_tensor("x", 0, 0)] * max(1, operands.count(None))]
        return _file(row, f"op {name} {json.dumps(attrs)[:60]} {json.dumps(operands)[:40]}",
                     document, "operation", _without_probe)

    array = {"class_name": "__numpy__", "config": {"value": [1, 2], "dtype": "int64"}}
    for start, extent, step in ((10**6, 4, 1), (-4, 4, 1), (0, 10**9, 1), (0, 4, 10**6),
                                (0, 4, 0), (0, -4, 1), (2**62, 4, 2**62),
                                (0.0, 4, 1), ("0", 4, 1), (True, 3, 1), (0, None, 1)):
        yield op("slice", {"axis": 1, "start": start, "extent": extent, "step": step})
    for start, step, whole in ((10**6, 1, 8), (-8, 1, 8), (0, 10**6, 8), (0, 1, 1), (0, -1, 4),
                               (5, 1, 8), (0, 1, -4), (0, 1, 10**12), (0, 0, 4), (0.5, 1, 8)):
        yield op("unslice", {"axis": 1, "start": start, "step": step, "whole": whole})
    for axis in (-1, 5, 2**62, "1", 1.0, None, [1], -3):
        yield op("slice", {"axis": axis, "start": 0, "extent": 1, "step": 1})
        yield op("cumsum", {"axis": axis})
        yield op("argmax", {"axis": axis})
        yield op("concat", {"axis": axis}, (None, None))
        yield op("reduce_sum", {"axes": axis})
        yield op("iota", {"dims": [4, 4], "axis": axis, "dtype": "int32"}, ())
    for axes in ([1, 1], [0], [0, 1, 2], [1, -1], ["0", "1"], [0.0, 1.0], None, 3, [], [5, 0],
                 [[0], [1]]):
        yield op("transpose", {"axes": axes})
    for dims in ([10**9, 10**9], [2**62, 4], [-1, 4], [0], ["4"], [2.0, 2.0], None, 4, [10**8], [True, 4],
                 [[4]], [2**64]):
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
    for operands in ([None] * 3, [], [1.0], ["x", None], [{"a": 1}, None],
                     [{"class_name": "__numpy__", "config": {"value": ["a"], "dtype": "U300000000"}},
                      None],
                     [{"class_name": "__numpy__", "config": {"value": [None], "dtype": "object"}},
                      None],
                     [{"class_name": "__numpy__", "config": {"value": [[1], [1, 2]],
                                                             "dtype": "float32"}}, None],
                     [{"class_name": "__numpy__", "config": {"value": {"a": 1}, "dtype": "float32"}},
                      None], None, "add", 3):
        yield op("add", {}, operands) if isinstance(operands, list) else _set(
            "A14", f"operands {operands}", 1, "operation", operands=operands)
    yield op("matmul", {"ta": False, "tb": False}, (None, None))
    yield op("matmul", {"ta": 3, "tb": None}, (None, None))
    yield op("matmul", {}, (None, None))
    yield op("batch_matmul", {}, (None, None))
    yield op("take", {}, (None, None))
    yield op("where", {}, (None,))


# A10, A14: names and numbers that are none

def _names():
    for name in (None, 3, [], {}, True, 1.5):
        yield _file("A10", f"a feature named {name!r}", lambda whole, name=name: {
            **whole, "feature_names": {"input_layer": [name, "b", "c"]}})
    for features in ([], "abc", 3, None, {"x": "abc"}, {"x": None}, {"x": 3}, {"x": {}}, {"": [[]]}):
        yield _file("A10", f"features {features!r}", lambda whole, features=features: {
            **whole, "feature_names": features})
    for name in (3, [], {}, True, 1.5):
        yield _set("A10", f"a layer named {name!r}", 1, name=name)


JUNK = (None, True, -1, 2.5, "", "x", [], {}, [None], {"class_name": "x"}, 10**30, [[]],
        {"class_name": "__number__", "config": "nan"}, {"class_name": "__number__", "config": "inf"},
        {"class_name": "__number__", "config": "evil"})


def _numbers():
    """Numbers that are none, in every argument of a Dense."""
    for value in JUNK:
        yield _set("A14", f"units {value!r}", 1, units=value)
    for value in ("x", 3, [3], {"class_name": "Zeros", "config": 3}, {"class_name": 3, "config": {}},
                  {"class_name": ["Zeros"], "config": {}}, [], {}, {"config": {}}):
        for name in ("kernel_initializer", "kernel_regularizer", "bias_constraint", "activation"):
            yield _set("A14", f"{name} {value!r}", 1, **{name: value})
    for value in ("float", "f4", 3, [], {"class_name": "DTypePolicy", "config": {"name": "int4"}},
                  {"class_name": "DTypePolicy"}, {"class_name": "os.system", "config": {}}):
        yield _set("A14", f"dtype {value!r}", 1, dtype=value)
    for value in ("yes", 3, [], {}, 2.5):
        yield _set("A14", f"trainable {value!r}", 1, trainable=value)
        yield _set("A14", f"use_bias {value!r}", 1, use_bias=value)
    yield _set("A14", "another argument", 1, evil=1)
    yield _set("A14", "an argument of Python", 1, __class__="x")
    yield _set("A14", "an argument of a million letters", 1, **{"x" * 10**6: 1})
    for shape in (None, [], [None, None], [None, -3], [None, 2.5], [None, "3"], "abc", 3, {},
                  [None, 3, [1]], [None, True], [None, 10**30], [None] + [1] * 10**5):
        yield _layer("A14", f"an input of shape {str(shape)[:40]}", 0, lambda entry, shape=shape: entry[
            "config"].update(batch_shape=shape))


# Vocabularies

def _tables():
    """Vocabularies whose arrays contradict each other."""
    def tables(name, source="words", **arrays):
        def change(kept):
            for key, value in arrays.items():
                path = f"layers/1/{key}"
                kept.pop(path, None) if value is None else kept.update({path: value})
        return _file("A8", name, None, source, change)

    def ends(*values, dtype="int64"):
        return np.array(values, dtype)

    letters = np.frombuffer(b"beeant", np.uint8)
    for name, value in {"that fall": ends(6, 3), "below zero": ends(-3, 6), "beyond": ends(3, 7),
                        "far beyond": ends(3, 2**62), "of floats": ends(3, 6, dtype="float64"),
                        "of NaN": np.array([np.nan, 6.0]), "in a square": ends(3, 6)[None],
                        "that miss the last": ends(3, 4), "none": ends(),
                        "of truths": ends(1, 0, dtype="bool"), "alone": np.array(6),
                        "unsigned": ends(3, 2**64 - 1, dtype="uint64"),
                        "one less": ends(6), "one more": ends(3, 6, 6)}.items():
        yield tables(f"ends {name}", ends=value)
    yield tables("ends without tokens", tokens=None)
    yield tables("tokens without ends", ends=None)
    yield tables("tokens of floats", tokens=letters.astype("float32"))
    yield tables("tokens of wide numbers", tokens=letters.astype("int64"))
    yield tables("tokens in rows", tokens=letters.reshape(2, 3))
    yield tables("tokens twice", tokens=np.frombuffer(b"beebee", np.uint8))
    yield tables("tokens that are no UTF-8", tokens=np.frombuffer(b"\xff\xfe\xfdant", np.uint8))
    yield tables("the unknown token among the tokens", tokens=np.frombuffer(b"[UNK]", np.uint8),
                 ends=ends(5))
    yield tables("an array that a table has not", evil=letters)
    yield tables("weights of a table that has none", idf_weights=np.ones(3, "float32"))
    yield tables("whole numbers that are floats", "rare", tokens=np.array([1.5, 2.0, 3.0]))
    yield tables("whole numbers twice", "rare", tokens=ends(1, 1, 2))
    yield tables("whole numbers in rows", "rare", tokens=ends(1, 2, 3)[None])
    yield tables("rare without weights", "rare", idf_weights=None)
    yield tables("rare with NaN", "rare", idf_weights=np.full(4, np.nan, "float32"))
    yield tables("rare with few weights", "rare", idf_weights=np.ones(2, "float32"))
    yield tables("rare with many weights", "rare", idf_weights=np.ones(9, "float32"))
    yield tables("rare with weights in rows", "rare", idf_weights=np.ones((4, 1), "float32"))
    yield tables("rare with weights in words", "rare", idf_weights=np.ones(4, "uint8"))
    yield tables("texts with ends that fall", "texts", ends=ends(3, 0, 6))


# Compile and facts

def _compile():
    def compiled(name, change):
        def document(whole):
            whole["compile"] = change(whole["compile"]) or whole["compile"]
        return _file("A14", name, document)

    for value in (3, [1], "x", True, {"optimizer": "adam", "evil": 1}, {"callbacks": ["x"]},
                  {"optimizer": "adam", "run_eagerly": {"a": 1}}):
        yield compiled(f"compile {value!r}", lambda c, value=value: value)
    for value in (3, [], {}, "os.system", {"class_name": "SGD", "config": {"learning_rate": {
            "class_name": "function", "config": "system"}}}, {"class_name": "SGD", "config": {
            "learning_rate": "x"}}, {"class_name": "Dense", "config": {"units": 1}},
            {"class_name": "Adam", "config": {"learning_rate": -1}}, {"class_name": "Adam", "config": [1]},
            {"class_name": "Adam", "config": {"evil": 1}}, {"class_name": "SGD", "config": {
                "learning_rate": {"class_name": "PiecewiseConstantDecay", "config": {
                    "boundaries": "abc", "values": 3}}}},
            {"class_name": "LossScaleOptimizer", "config": {}}):
        yield compiled(f"an optimizer {json.dumps(value)[:60]}", lambda c, value=value: c.update(
            optimizer=value))
    for value in (3, "nobody", {"class_name": "function", "config": "eval"},
                  {"class_name": "LossFunctionWrapper", "config": {"fn": "system"}},
                  {"class_name": "LossFunctionWrapper", "config": {"fn": 3}}, {"class_name": "CSVLogger",
                                                                        "config": {"filename": "x"}},
                  ["mse", "mse"], {"nobody": "mse"}):
        yield compiled(f"a loss {json.dumps(value)[:60]}", lambda c, value=value: c.update(loss=value))
    for value in (3, True, 2.5):
        yield compiled(f"metrics {value!r}", lambda c, value=value: c.update(metrics=value))
    for value in ("x", {"nobody": 1.0}, [[1]], True):
        yield compiled(f"weights of losses {value!r}", lambda c, value=value: c.update(
            loss_weights=value))


def _facts():
    def fact(name, key, value):
        return _file("A14", f"{key}: {name}", lambda whole: {**whole, key: value})

    for key in ("built", "trainable", "optimizer", "shuffle", "probe", "feature_names", "class_names",
                "compile", "model"):
        yield _file("A14", f"no {key}", lambda whole, key=key: {
            k: v for k, v in whole.items() if k != key})
    for value in (3, "x", True, 2.5, {"a": 3}):
        yield fact(repr(value), "trainable", value)
        yield fact(repr(value), "probe", value)
        yield fact(repr(value), "shuffle", value)
        yield fact(repr(value), "optimizer", value)
    for value in ([3], [None], [["layers/1/kernel"]], ["nobody"], {"layers/1/kernel": 1}):
        yield fact(repr(value), "trainable", value)
    for value in ({"inputs": 1}, {"inputs": "1", "outputs": 1}, {"inputs": -1, "outputs": 1},
                  {"inputs": 10**9, "outputs": 1}, {"inputs": 1, "outputs": 0},
                  {"inputs": 2.0, "outputs": 1}, {"inputs": True, "outputs": True}, [], {}):
        yield fact(repr(value), "probe", value)
    for value in (None, [], {}, {"seed": 1}, {"seed": "x", "passes": 0}, {"seed": 1, "passes": "x"},
                  {"seed": 2.5, "passes": 1}, {"seed": -1, "passes": 0}, {"seed": 1, "passes": -1},
                  {"seed": 10**30, "passes": 0}, {"seed": [1], "passes": 0},
                  {"seed": 1, "passes": 10**30}, {"seed": True, "passes": 0}):
        yield fact(repr(value), "shuffle", value)
    for value in (None, [], {}, {"class_name": "Adam"}, {"class_name": "Adam", "built_for": "abc"},
                  {"class_name": "Adam", "built_for": [3]}, {"class_name": "Adam", "built_for": ["nobody"]},
                  {"class_name": "Adam", "built_for": [["layers/1/kernel"]]},
                  {"class_name": "Adam", "built_for": ["layers/1/kernel"] * 4},
                  {"class_name": "Adam", "built_for": []}, {"class_name": "Adam", "built_for": None},
                  {"class_name": "Adam", "built_for": ["layers/1/kernel"] * 10**5},
                  {"class_name": "SGD", "built_for": 3}):
        yield fact(repr(value)[:60], "optimizer", value)
    for value in (3, "abc", True, 2.5, {"a": 1}, [None], [["a"]], {}):
        yield fact(repr(value), "class_names", value)

    def built(value):
        def document(whole):
            whole["model"]["config"]["layers"].pop(0)
            whole["built"] = value
        return _file("A14", f"built {str(value)[:40]}", document)

    for value in (3, "abc", True, {}, [], [None], [None, None], [None, "3"], [None, -3], [None, 2.5],
                  [None, 10**12], [[None, 3], [None, 3]], {"a": [None, 3]}, [3], [None, True],
                  [None, 10**30], [None, 3, 3, 3, [3]], [None, {}], [None] + [3] * 10**4):
        yield built(value)


# A7, A12, A16: files of other kinds

def _strangers():
    yield Attack("A16", "nothing", lambda: b"")
    for name, begin in (("HDF5", b"\x89HDF\r\n\x1a\n"), ("zip", b"PK\x03\x04"), ("pickle", b"\x80\x04\x95"),
                        ("npy", b"\x93NUMPY\x01\x00"), ("text", b"hello, world"), ("zeros", b"\0" * 8),
                        ("png", b"\x89PNG\r\n\x1a\n"), ("json", b'{"a": 1}'), ("elf", b"\x7fELF\x02\x01")):
        yield Attack("A12", name, lambda begin=begin: begin + b"\0" * 1000)
    yield Attack("A16", "a safetensors file of others", lambda: closed({}, {"w": np.ones(3)}, format="pt"))
    yield Attack("A16", "weights for a model", lambda: weights_of("small"))


def _weights():
    """For `load_weights`."""
    def weights(name, make, victim="small"):
        return Attack("B19", name, make, "weights", victim)

    yield weights("of another model", lambda: weights_of("graph"))
    yield weights("a whole file of another model", lambda: file_of("scaled"))
    yield weights("a weight less", lambda: changed(weights_of("small"), None, lambda a: a.pop("layers/1/bias")))
    yield weights("another shape", lambda: changed(weights_of("small"), None, lambda a: a.update(
        {"layers/1/kernel": np.ones((2, 3), "float32")})))
    yield weights("another kind", lambda: changed(weights_of("small"), None, lambda a: a.update(
        {"layers/1/kernel": np.ones((3, 2), "float64")})))
    yield weights("whole numbers", lambda: changed(weights_of("small"), None, lambda a: a.update(
        {"layers/1/kernel": np.ones((3, 2), "int32")})))
    yield weights("the last one wrong", lambda: changed(weights_of("small"), None, lambda a: a.update(
        {"layers/3/kernel": np.ones((9, 9), "float32")})))
    yield weights("a state of the optimizer of another shape", lambda: changed(
        weights_of("small"), None, lambda a: a.update(
            {"optimizer/layers/1/kernel/velocity": np.ones((9, 9), "float32")})))
    for value in (3, [], "x", {"class_name": "Adam", "built_for": "abc"}, {"class_name": "Adam", "built_for": [3]},
                  {"class_name": "Adam", "built_for": 3}, {"class_name": "Adam"}):
        yield weights(f"an optimizer {value!r}", lambda value=value: changed(
            weights_of("small"), lambda whole: {**whole, "optimizer": value}))
    yield weights("a vocabulary less", lambda: changed(weights_of("words"), None, lambda a: a.pop(
        "layers/1/ends")), "words")
    yield weights("a vocabulary with ends that fall", lambda: changed(
        weights_of("words"), None, lambda a: a.update({"layers/1/ends": np.array([6, 3])})), "words")
    yield weights("a vocabulary and a kernel that do not fit", lambda: changed(
        weights_of("words"), None, lambda a: a.update({"layers/2/kernel": np.ones((3, 2), "float64")})), "words")
    yield weights("cut", lambda: weights_of("small")[:-3])
