"""Files that are not containers, truncated, altered, or of another format."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attacking import Attack, file
from brick_files import changed, closed, taken_apart, with_header
from good_files import file_of, weights_of


def _containers():
    """False headers."""

    def header(name, change, row="A9", source="small"):
        return Attack(row, name, lambda: with_header(file_of(source), change))

    def entry(change, which="layers/1/kernel"):
        def apply(header):
            header[which] = {**header[which], **change}

        return apply

    def raw(name, make, row="A9"):
        return Attack(row, name, make)

    for length in (0, 1, 2, 2**63 - 1, 2**63, 2**64 - 1, 16 * 2**20 + 1, 10**5):
        yield raw(
            f"a header of {length} bytes",
            lambda length=length: length.to_bytes(8, "little") + file_of("small")[8:],
        )
    for shape in (
        [2**62, 4],
        [2**32, 2**32],
        [0, 2**63],
        [-3, -2],
        [3, 2, 1, 1, 2],
        [6.0],
        ["3", "2"],
        [True, 6],
        None,
        "32",
        {},
        [[3, 2]],
        [3, 2] + [1] * 40,
        [2**64, 0],
        [1e400],
    ):
        yield header(f"a shape {shape}", entry({"shape": shape}), "A8")
    for offsets in (
        [0, 0],
        [-8, 16],
        [16, 8],
        [0, 2**63],
        [2**63, 2**63 + 24],
        [16.0, 40.0],
        ["16", "40"],
        [16],
        [16, 40, 64],
        None,
        [True, 24],
        [16, 10**12],
        {},
    ):
        yield header(f"offsets {offsets}", entry({"data_offsets": offsets}), "A8")
    for kind in ("F8", "O", "f4", "|O", "V8", "U10", "<f4", None, 4, ["F32"], "BF16", "M8", ""):
        yield header(f"a kind {kind}", entry({"dtype": kind}))
    yield header("an array twice in memory", entry({"data_offsets": [8, 32]}))
    yield header(
        "a gap",
        lambda h: {**h, "hole": {"dtype": "U8", "shape": [8], "data_offsets": [10**4, 10**4 + 8]}},
    )
    yield header("no metadata", lambda h: {k: v for k, v in h.items() if k != "__metadata__"})
    yield header("metadata of numbers", lambda h: {**h, "__metadata__": {"format": 1}})
    yield header("metadata in a list", lambda h: {**h, "__metadata__": ["brick"]})
    yield header("more about an array", entry({"more": 1}))
    yield header("nothing about an array", lambda h: {**h, "layers/1/kernel": None})
    yield header("an array that is a list", lambda h: {**h, "layers/1/kernel": [1, 2]})
    for name in (
        "../../etc/passwd",
        "/etc/passwd",
        "a\x00b",
        "a//b",
        "",
        "a" * 65,
        "C:\\x",
        "a/" * 300 + "a",
        "layers/1/kernel ",
        "layers/\uff11/kernel",
        "x" * 10**6,
    ):
        yield header(
            f"an array named {name[:20]!r}",
            lambda h, name=name: {(name if k == "layers/1/kernel" else k): v for k, v in h.items()},
            "A10",
        )

    def text(change, row="A9"):
        def make():
            file = file_of("small")
            size = int.from_bytes(file[:8], "little")
            new = change(file[8 : 8 + size])
            return len(new).to_bytes(8, "little") + new + file[8 + size :]

        return make

    yield raw(
        "a name twice", text(lambda t: t.replace(b'{"__meta', b'{"layers/1/kernel":{},"__meta'))
    )
    yield raw(
        "metadata twice", text(lambda t: t.replace(b'{"__meta', b'{"__metadata__":{},"__meta'))
    )
    yield raw("a key twice", text(lambda t: t.replace(b'{"dtype"', b'{"shape":[1],"dtype"', 1)))
    yield raw("a header in UTF-16", text(lambda t: b"{" + t.decode().encode("utf-16")))
    yield raw("a header of no UTF-8", text(lambda t: t.replace(b"brick", b"br\xffck")))
    yield raw("a header with NaN", text(lambda t: t.replace(b"[3,2]", b"[NaN]")))
    yield raw("a header with Infinity", text(lambda t: t.replace(b"[3,2]", b"[Infinity]")))
    yield raw(
        "numbers of a million digits",
        text(lambda t: t.replace(b"[3,2]", b"[" + b"9" * 10**6 + b"]")),
    )
    yield raw(
        "numbers of 4000 digits", text(lambda t: t.replace(b"[3,2]", b"[" + b"9" * 4000 + b"]"))
    )
    yield raw("a header cut inside", text(lambda t: t[: len(t) // 2]))
    yield raw("two headers", text(lambda t: t.rstrip() + t))
    yield raw("zeros behind the header", text(lambda t: t + b"\0" * 8))
    yield raw(
        "lists in lists", text(lambda t: b'{"a":' + b"[" * 10**6 + b"]" * 10**6 + b"}"), "A14"
    )
    yield raw("brackets that open", text(lambda t: b'{"a":' + b"[" * 10**7), "A14")
    yield raw("dicts in dicts", text(lambda t: b'{"a":' * 10**5 + b"1" + b"}" * 10**5), "A14")
    yield raw(
        "a million names",
        text(lambda t: b"{" + b",".join(b'"%d":{}' % i for i in range(10**6)) + b"}"),
        "A14",
    )
    yield raw("quotes without end", text(lambda t: b'{"' + b'\\"' * (5 * 10**6)), "A14")
    yield raw("backslashes", text(lambda t: b'{"' + b"\\" * (8 * 10**6)), "A14")
    yield raw("quotes", text(lambda t: b"{" + b'"' * (8 * 10**6)), "A14")
    yield raw(
        "sixteen megabytes of zeros", text(lambda t: b'{"a":' + b"0" * (15 << 20) + b"}"), "A14"
    )
    yield raw("colons", text(lambda t: b"{" + b":" * (15 << 20)), "A14")
    yield raw("much in the file", lambda: file_of("small") + b"\0" * 10**6)
    for at in (0, 1, 7, 8, 9, 100, 1000, 3000, 5000, -1, -4, -8, -100):
        yield raw(f"cut at {at}", lambda at=at: file_of("small")[:at], "A16")


def _checksums():
    """A16: what was altered, and what is of another version."""

    def metadata(name, row="A16", **said):
        return file(row, name, None, **said)

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
        sums = taken_apart(file_of("small"))[0]["__metadata__"]["tensors_sha256"]
        return changed(file_of("small"), None, spoil, tensors_sha256=sums)

    yield Attack("A16", "other weights", make)
    yield file("A16", "other weights, with the probe's outputs", None, arrays=spoil)

    def outputs(arrays):
        arrays["probe/outputs/0"] = arrays["probe/outputs/0"] + 1

    yield file("A16", "other outputs of the probe", None, arrays=outputs)
    for lost in (
        "probe/outputs/0",
        "probe/inputs/0",
        "layers/1/kernel",
        "optimizer/iteration",
        "optimizer/layers/1/kernel/velocity",
    ):
        yield file("A16", f"without {lost}", None, arrays=lambda a, lost=lost: a.pop(lost))
    yield file(
        "A16",
        "an array too many",
        None,
        arrays=lambda a: a.update({"layers/9/kernel": np.ones(3, "float32")}),
    )


def _strangers():
    yield Attack("A16", "nothing", lambda: b"")
    for name, begin in (
        ("HDF5", b"\x89HDF\r\n\x1a\n"),
        ("zip", b"PK\x03\x04"),
        ("pickle", b"\x80\x04\x95"),
        ("npy", b"\x93NUMPY\x01\x00"),
        ("text", b"hello, world"),
        ("zeros", b"\0" * 8),
        ("png", b"\x89PNG\r\n\x1a\n"),
        ("json", b'{"a": 1}'),
        ("elf", b"\x7fELF\x02\x01"),
    ):
        yield Attack("A12", name, lambda begin=begin: begin + b"\0" * 1000)
    yield Attack(
        "A16", "a safetensors file of others", lambda: closed({}, {"w": np.ones(3)}, format="pt")
    )
    yield Attack("A16", "weights for a model", lambda: weights_of("small"))


def _weights():
    """For `load_weights`."""

    def weights(name, make, victim="small"):
        return Attack("B19", name, make, "weights", victim)

    yield weights("of another model", lambda: weights_of("graph"))
    yield weights("a whole file of another model", lambda: file_of("scaled"))
    yield weights(
        "a weight less",
        lambda: changed(weights_of("small"), None, lambda a: a.pop("layers/1/bias")),
    )
    yield weights(
        "another shape",
        lambda: changed(
            weights_of("small"),
            None,
            lambda a: a.update({"layers/1/kernel": np.ones((2, 3), "float32")}),
        ),
    )
    yield weights(
        "another kind",
        lambda: changed(
            weights_of("small"),
            None,
            lambda a: a.update({"layers/1/kernel": np.ones((3, 2), "float64")}),
        ),
    )
    yield weights(
        "whole numbers",
        lambda: changed(
            weights_of("small"),
            None,
            lambda a: a.update({"layers/1/kernel": np.ones((3, 2), "int32")}),
        ),
    )
    yield weights(
        "the last one wrong",
        lambda: changed(
            weights_of("small"),
            None,
            lambda a: a.update({"layers/3/kernel": np.ones((9, 9), "float32")}),
        ),
    )
    yield weights(
        "a state of the optimizer of another shape",
        lambda: changed(
            weights_of("small"),
            None,
            lambda a: a.update({"optimizer/layers/1/kernel/velocity": np.ones((9, 9), "float32")}),
        ),
    )
    for value in (
        3,
        [],
        "x",
        {"class_name": "Adam", "built_for": "abc"},
        {"class_name": "Adam", "built_for": [3]},
        {"class_name": "Adam", "built_for": 3},
        {"class_name": "Adam"},
    ):
        yield weights(
            f"an optimizer {value!r}",
            lambda value=value: changed(
                weights_of("small"), lambda whole: {**whole, "optimizer": value}
            ),
        )
    yield weights(
        "a vocabulary less",
        lambda: changed(weights_of("words"), None, lambda a: a.pop("layers/1/ends")),
        "words",
    )
    yield weights(
        "a vocabulary with ends that fall",
        lambda: changed(
            weights_of("words"), None, lambda a: a.update({"layers/1/ends": np.array([6, 3])})
        ),
        "words",
    )
    yield weights(
        "a vocabulary and a kernel that do not fit",
        lambda: changed(
            weights_of("words"),
            None,
            lambda a: a.update({"layers/2/kernel": np.ones((3, 2), "float64")}),
        ),
        "words",
    )
    yield weights("cut", lambda: weights_of("small")[:-3])


def attacks() -> Iterator[Attack]:
    """All of these."""
    for part in (_containers, _checksums, _strangers, _weights):
        yield from part()
