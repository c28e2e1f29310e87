"""Buildings of real bricks: one green brick per weight, and they are stable."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from chains import chain
from hypothesis import given, settings, strategies as st
from samples import lesson
from standing import faults

from brickwork.errors import ArgumentError
from brickwork.layers import Activation, Dense, Dropout, Flatten
from brickwork.models import Sequential
from brickwork.pictures import balance
from brickwork.pictures.building import building
from brickwork.pictures.network import Brick, Network
from brickwork.pictures.real_parts import (
    BRICKS,
    BRIGHT_GREEN,
    DARK_GREEN,
    GREEN,
    PLATES,
    ROUND,
    TILES,
    courses,
    cut,
)


@st.composite
def networks(draw):
    sizes = draw(st.lists(st.integers(1, 16), min_size=2, max_size=5))
    layers = len(sizes) - 1
    functions = draw(
        st.lists(st.sampled_from(["relu", "linear", "softmax"]), min_size=layers, max_size=layers)
    )
    return chain(
        *sizes, activations=functions, kernels=draw(st.booleans()), seed=draw(st.integers(0, 99))
    )


def check(network):
    """Check all properties of any building."""
    house = building(network)
    assert faults(house) == []
    greens = house.of("weight")
    assert len(greens) == len(house.of("multiply")) == network.synapses
    assert len({(g.layer, g.row, g.unit) for g in greens}) == network.synapses
    for green in greens:
        kernel = network.bricks[green.layer].kernel
        negative = kernel is not None and kernel[green.row, green.unit] < 0
        assert green.part == (ROUND if negative else BRICKS[1])
    assert sum(house.count().values()) == house.pieces
    assert [p.step for p in house.parts] == sorted(p.step for p in house.parts)
    assert {p.step for p in house.parts} == set(range(1, len(house.steps) + 1))
    return house


@settings(max_examples=60, deadline=None)
@given(networks())
def test_every_building_is_stable(network):
    check(network)


@pytest.mark.parametrize(
    "sizes",
    [
        (3, 1),
        (13, 9),
        (16, 16),
        (1, 13),
        (1, 1),
        (4, 8, 6, 1),
        (16, 1, 16, 16),
        (1, 16, 1, 16, 1),
        (8, 1, 1, 1, 1),
        (21, 17),
    ],
)
def test_these_buildings_are_stable(sizes):
    check(chain(*sizes))


@pytest.mark.parametrize(
    "network, pieces, weights",
    [
        (chain(3, 1), 13, 3),
        (chain(4, 3, activations=["softmax"]), 47, 12),
        (chain(4, 8, 6, 1), 359, 86),
    ],
)
def test_pieces_are_counted(network, pieces, weights):
    house = building(network)
    assert (house.pieces, len(house.of("weight"))) == (pieces, weights)
    assert not house.of("base")


def test_a_model_and_a_layer_are_built_like_their_network():
    house = building(lesson())
    assert len(house.of("weight")) == sum(
        layer.kernel.shape[0] * layer.kernel.shape[1] for layer in lesson().layers
    )
    assert faults(house) == []
    assert building(Dense(1, input_dim=3, activation="sigmoid")).pieces == 13


def test_weights_show_strength_and_sign():
    kernel = np.array([[0.1, -0.5, 1.0], [np.nan, -1.0, 0.0]])
    brick = Brick("d", "Dense", 2, 3, True, kernel)
    found = {
        (p.row, p.unit): (p.part, p.colour) for p in building(Network("m", (brick,))).of("weight")
    }
    assert found == {
        (0, 0): (BRICKS[1], BRIGHT_GREEN),
        (0, 1): (ROUND, GREEN),
        (0, 2): (BRICKS[1], DARK_GREEN),
        (1, 0): (BRICKS[1], BRIGHT_GREEN),
        (1, 1): (ROUND, DARK_GREEN),
        (1, 2): (BRICKS[1], BRIGHT_GREEN),
    }


def test_weights_that_are_not_finite_are_counted_in_a_note():
    layer = Dense(1, input_dim=2, name="dense")
    layer.build((None, 2))
    layer.set_weights([np.array([[np.nan], [1.0]], np.float32), np.array([np.inf], np.float32)])
    assert building(layer).notes[0].startswith("2 of dense's weights and biases are not finite")


@pytest.mark.parametrize(
    "house", [building(chain(4, 3), weights=False), building(chain(4, 3, kernels=False))]
)
def test_without_weights_all_are_plain_green(house):
    assert {(p.part, p.colour) for p in house.of("weight")} == {(BRICKS[1], GREEN)}


def test_same_model_same_building():
    assert building(chain(4, 8, 6, 1)) == building(chain(4, 8, 6, 1))


def test_layers_without_synapses_are_in_the_notes():
    model = Sequential(
        [
            Flatten(input_shape=(2, 2)),
            Dense(3, name="first"),
            Dropout(0.5),
            Activation("softmax", name="last"),
        ]
    )
    house = building(model)
    assert [f.function for f in house.floors] == ["softmax"]
    assert house.pieces == 47
    notes = " ".join(house.notes)
    assert "Flatten" in notes and "Dropout 0.5" in notes
    assert "last (softmax) is the blue of first." in notes
    assert "Biases are not built" in notes and "- Biases" in house.text()


def test_an_activation_before_all_bricks_is_in_the_notes():
    relu = Brick("relu", "Activation", 3, 3, activation="relu")
    dense = replace(chain(3, 1).bricks[0], sources=(0,))
    assert "relu (Activation) is not built" in building(Network("m", (relu, dense))).notes[0]


@pytest.mark.parametrize(
    "network, words",
    [
        (chain(65, 64), "4,160 synapses"),
        (Network("none", (Brick("drop", "Dropout", 3, 3),)), "0 synapses"),
        (Network("empty"), "0 synapses"),
        (
            Network(
                "branches", (*chain(3, 3, 3).bricks, Brick("add", "Add", 3, 3, sources=(0, 1)))
            ),
            "branches",
        ),
        (
            Network(
                "gap",
                (chain(4, 3).bricks[0], replace(chain(12, 2).bricks[0], name="up", sources=(0,))),
            ),
            "12 inputs",
        ),
    ],
)
def test_models_that_cannot_be_built_are_refused(network, words):
    with pytest.raises(ArgumentError, match=words) as caught:
        building(network)
    assert "got" in str(caught.value) and "expected" in str(caught.value)


def test_only_unstable_buildings_have_a_baseplate():
    assert not building(chain(4, 8, 6, 1)).of("base")
    narrow = building(chain(1, 16))
    assert [p.step for p in narrow.of("base")] == [1] and narrow.steps[0] == "the baseplate"
    assert any("baseplate" in note for note in narrow.notes)
    without = [p for p in narrow.parts if p.role != "base"]
    foot = balance.area([p for p in without if p.y == 0])
    assert balance.tilt(without, foot) < 10


def test_a_joint_of_one_stud_is_in_the_notes():
    assert any("one stud" in note for note in building(chain(8, 1, 4)).notes)


def test_tilt_angle():
    one = replace(building(chain(1, 1)).parts[0], part=BRICKS[1], x=0, y=0, z=0)
    assert balance.centre([one]) == pytest.approx((0.5, 0.6, 0.5))
    assert balance.tilt([one], (0, 1, 0, 1)) == pytest.approx(np.degrees(np.arctan(0.5 / 0.6)))
    assert balance.tilt([one], (1, 2, 0, 1)) < 0


def test_joints_of_courses_are_never_above_each_other():
    for length in range(10, 200, 2):
        first, second, third = courses(length, 3)
        joints = [set(np.cumsum(c)[:-1]) for c in (first, second, third)]
        assert all(sum(c) == length for c in (first, second, third))
        assert joints[0] == joints[2] and not joints[0] & joints[1]


def test_cutting_is_exact():
    assert all(sum(cut(n, sizes)) == n for n in range(60) for sizes in (PLATES, TILES, BRICKS))


def test_the_text_has_counts_and_sizes():
    text = building(chain(4, 8, 6, 1)).text()
    assert text.startswith("model: 359 pieces, 86 of them weights, 9.6 x 12.8 x 9.3 cm, 31 steps")
    rows = [line.split() for line in text.splitlines()[3:] if line and line[0] == " "]
    assert sum(int(row[0]) for row in rows) == 359


# Tests of the checker itself: it must find errors.


def broken(change, sizes=(4, 8, 6, 1)):
    house = building(chain(*sizes))
    return faults(replace(house, parts=tuple(change(list(house.parts)))))


def first(parts, role, layer=0):
    return next(i for i, p in enumerate(parts) if p.role == role and p.layer == layer)


@pytest.mark.parametrize("role, layer", [("axon", 0), ("axon", 1), ("weight", 0), ("weight", 2)])
def test_the_checker_finds_a_missing_piece(role, layer):
    def without(parts):
        del parts[first(parts, role, layer)]
        return parts

    assert any(s.startswith(("floating", "on no table")) for s in broken(without))


def test_the_checker_finds_missing_dendrites():
    assert any(
        s.startswith("apart")
        for s in broken(
            lambda parts: [p for p in parts if p.role not in ("sum", "tile", "activation")], (3, 1)
        )
    )


@pytest.mark.parametrize(
    "shift, words", [(dict(x=1), "floating"), (dict(y=1), "floating"), (dict(y=-1), "collision")]
)
def test_the_checker_finds_a_shifted_piece(shift, words):
    def shifted(parts):
        i = first(parts, "multiply", 1)
        moved = {axis: getattr(parts[i], axis) + by for axis, by in shift.items()}
        parts[i] = replace(parts[i], **moved)
        return parts

    assert any(s.startswith(words) for s in broken(shifted))


def test_the_checker_finds_layers_that_are_only_on_tiles():
    """With a tile for every output stud, no part is missing, but nothing connects the floors."""

    def smooth(parts):
        return [replace(p, part=TILES[1]) if p.role == "activation" else p for p in parts]

    found = broken(smooth)
    assert found == ["apart: 3 pieces"]


def test_the_checker_finds_joints_above_each_other():
    def aligned(parts):
        """Cut all courses of the dendrites like the first: 8 + 8 instead of 4 + 8 + 4."""
        sums = [p for p in parts if p.role == "sum"]
        levels = sorted({p.y for p in sums})
        lower = [p for p in sums if p.y == levels[0]]
        return [p for p in parts if p.role != "sum"] + [
            replace(p, y=p.y + by) for by in range(3) for p in lower
        ]

    house = building(chain(8, 1))
    assert faults(house) == []
    assert "apart: 2 pieces" in faults(replace(house, parts=tuple(aligned(house.parts))))


def test_the_checker_finds_unknown_parts_wrong_order_and_instability():
    house = building(chain(3, 1))
    odd = replace(house.parts[0], part=replace(BRICKS[2], ldraw="9999"))
    assert any("9999" in s for s in faults(replace(house, parts=(odd, *house.parts[1:]))))
    late = tuple(replace(p, step=9 if p.role == "axon" else p.step) for p in house.parts)
    assert any(s.startswith("order") for s in faults(replace(house, parts=late)))
    foot = tuple(p for p in house.parts if p.role != "axon" or p.row == 0)
    assert "falling along x: layer 0" in faults(replace(house, parts=foot))


@pytest.mark.parametrize(
    "x, z, words", [(6, 0, "falling along x: layer 1"), (0, 4, "falling: layer 1 is on nothing")]
)
def test_the_checker_finds_a_floor_that_overhangs(x, z, words):
    def moved(parts):
        return [replace(p, x=p.x + x, z=p.z + z) if p.layer == 1 else p for p in parts]

    assert not broken(list, (4, 1, 8)) and words in broken(moved, (4, 1, 8))


@pytest.mark.parametrize(
    "name, words",
    [
        ("real-bricks.md", r"print\(.*# (.*), and which parts"),
        ("real-bricks.ko.md", r"print\(.*# (.*)\. 그리고"),
    ],
)
def test_the_page_is_true(name, words, tmp_path, monkeypatch, capsys):
    page = Path(__file__).parents[2].joinpath("docs", name).read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.S)
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    shown = capsys.readouterr().out
    assert re.search(words, code)[1] in shown
    assert (tmp_path / "lesson.mpd").read_text("utf-8").startswith("0 FILE model.ldr\n")
    assert (tmp_path / "lesson.xml").read_text("utf-8").startswith("<INVENTORY>")
    booklet = (tmp_path / "lesson.html").read_text("utf-8")
    pages, steps = (booklet.count(f'class="{css}"') for css in ("page", "step"))
    text = f"{pages}쪽, {steps}단계" if "ko" in name else f"{steps} steps on {pages} pages"
    assert text in page
    house = building(chain(64, 64))
    assert f"{house.pieces:,}" in page and house.centimetres()[:2] == (102.4, 102.4)
