"""Messages are the same on both sides, and come back as they were."""

import json

import numpy as np
import pytest
from page_code import ran

from brickwork.errors import ArgumentError
from brickwork.studio.messages import framed, packed, unframed, unpacked

MESSAGE = {
    "type": "snapshot",
    "name": '검사 <b>"',
    "weights": [[{"shape": [2, 1], "values": np.float32([1, -2.5])}], []],
    "file": b"abcde",
    "more": np.float32([0.5]),
    "none": np.float32([]),
}


def same(one, other) -> bool:
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def test_a_message_comes_back_as_it_was():
    assert same(unframed(framed(MESSAGE)), MESSAGE)
    assert same(unpacked(*packed(MESSAGE)), MESSAGE)


def test_what_is_not_finite_is_null():
    assert json.loads(packed({"a": float("nan"), "b": [float("inf"), 1.5]})[0]) == {
        "a": None,
        "b": [None, 1.5],
    }


def test_the_page_reads_and_writes_the_same_frames():
    frame = framed(MESSAGE)
    again = ran(
        """
        import { framed, unframed } from "./src/engine/frames.ts";
        const bytes = Uint8Array.from(input.match(/../g)!.map((pair) => parseInt(pair, 16)));
        const message = unframed(bytes) as any;
        const values = [...message.weights[0][0].values, ...message.more, ...message.file];
        const frame = Array.from(framed(message), (byte) => byte.toString(16).padStart(2, "0"));
        console.log(JSON.stringify({ name: message.name, values, frame: frame.join("") }));
        """,
        frame.hex(),
    )
    assert again["name"] == MESSAGE["name"]
    assert again["values"] == [1, -2.5, 0.5, *b"abcde"]
    assert same(unframed(bytes.fromhex(again["frame"])), MESSAGE)


def test_a_notebooks_message_without_arrays_has_an_empty_block():
    assert unpacked('{"type": "pause"}', b"") == {"type": "pause"}
    with pytest.raises(ArgumentError, match="outside of its 0 bytes"):
        unpacked('{"x": {"bytes": [0, 1]}}', b"")
