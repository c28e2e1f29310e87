"""Messages are the same on both sides, and come back as they were."""

import json

import numpy as np
import pytest
from page_code import ran

from brickwork.errors import ArgumentError
from brickwork.studio.messages import MOST_ARRAYS, framed, packed, unframed, unpacked

MESSAGE = {
    "type": "snapshot",
    "name": '검사 <b>"',
    "weights": [[{"shape": [2, 1], "values": np.float32([1, -2.5])}], []],
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
        const values = [...message.weights[0][0].values, ...message.more];
        const frame = Array.from(framed(message), (byte) => byte.toString(16).padStart(2, "0"));
        console.log(JSON.stringify({ name: message.name, values, frame: frame.join("") }));
        """,
        frame.hex(),
    )
    assert again["name"] == MESSAGE["name"]
    assert again["values"] == [1, -2.5, 0.5]
    assert same(unframed(bytes.fromhex(again["frame"])), MESSAGE)


def test_the_page_reads_files():
    frame = framed({"type": "given", "file": {"name": "a.csv", "data": b"abcde"}})
    read = ran(
        """
        import { unframed } from "./src/engine/frames.ts";
        const bytes = Uint8Array.from(input.match(/../g)!.map((pair) => parseInt(pair, 16)));
        console.log(JSON.stringify([...(unframed(bytes) as any).file.data]));
        """,
        frame.hex(),
    )
    assert bytes(read) == b"abcde"


def test_a_notebooks_message_without_arrays_has_an_empty_block():
    assert unpacked('{"type": "pause"}', b"") == {"type": "pause"}
    with pytest.raises(ArgumentError, match="outside of its 0 bytes"):
        unpacked('{"x": {"floats": [0, 1]}}', b"")


def test_a_short_text_does_not_make_a_block_many_times_as_large():
    block = bytes(1 << 20)
    with pytest.raises(ArgumentError, match="pages send none"):
        unpacked(json.dumps({"x": [{"bytes": [0, len(block)]}] * 100}), block)
    arrays = [{"floats": [0, len(block) // 4]}]
    unpacked(json.dumps({"x": arrays * MOST_ARRAYS}), block)
    with pytest.raises(ArgumentError, match="more than 1,000 arrays"):
        unpacked(json.dumps({"x": arrays * (MOST_ARRAYS + 1)}), block)
