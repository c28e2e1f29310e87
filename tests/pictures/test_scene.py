"""Scenes: counts, texts, levels, sizes and positions."""

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from drawing import chains, check_texts, dense, graphs, of_class, parsed, text_boxes
from hypothesis import assume, given, settings, strategies as st
from samples import LONG

from brickwork import Input, Sequential
from brickwork.errors import ArgumentError
from brickwork.layers import Dense
from brickwork.pictures import assembly, beside_boxes, draw, levels, misfit, neuron, overlaid
from brickwork.pictures.network import Brick, Network
from brickwork.pictures.scene.choice import choose
from brickwork.pictures.scene.rows import row, span
from brickwork.pictures.shapes import Ellipse, Line, Text, around

languages = st.sampled_from(["en", "ko"])
SLOW = settings(max_examples=60 if LONG else 25, deadline=None)


@SLOW
@given(chains(), languages, st.booleans(), st.booleans())
def test_texts_of_chains_do_not_overlap(network, labels, apart, bias):
    check_texts(draw(network, labels=labels, apart=apart, bias=bias).scene)


@SLOW
@given(chains(5000), languages)
def test_texts_of_large_chains_do_not_overlap(network, labels):
    check_texts(draw(network, labels=labels).scene)
    check_texts(draw(network, view="isometric", labels=labels).scene)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 64),
    st.integers(1, 32),
    st.sampled_from(["relu", "softmax"]),
    st.booleans(),
    st.booleans(),
    languages,
    st.sampled_from([None, 400, 1200]),
)
def test_every_synapse_of_wide_layers_fits_the_page(n, u, activation, bias, apart, labels, size):
    if n * u > 256:
        n = 256 // u
    network = Network(
        "m", (dense("d", n, u, (), activation), dense("e", u, 2, (0,)), dense("f", 2, 3, (1,)))
    )
    scene = draw(network, bias=bias, apart=apart, labels=labels, size=size).scene
    left, _, right, _ = scene.bounds()
    # The smallest pitch overrides the page: columns and inputs need at least 9 pixels per stud.
    assert right - left <= max(size or 830, 9 * 2.75 * u + 72, 9 * n + 32) + 20
    check_texts(scene)
    layer = next(
        p for p in scene.parts if getattr(p, "css", "") == "layer" and p.data["index"] == 0
    )
    bodies = {}
    for piece in layer.parts:
        if piece.css in ("sum", "multiply", "bias", "activation") or piece.css.startswith("weight"):
            bodies.setdefault(piece.css.split(" ")[0], []).append(
                next(s for s in piece.parts if getattr(s, "r", 0) == 1.5).bounds()
            )
    assert len(bodies["weight"]) == len(bodies["multiply"]) == n * u
    assert len(bodies["sum"]) == u and len(bodies["activation"]) == (
        1 if activation == "softmax" else u
    )
    assert len(bodies.get("bias", ())) == u * bias
    boxes = np.array(sorted(box for found in bodies.values() for box in found))
    for k, (x0, y0, x1, y1) in enumerate(boxes):  # no overlaps
        near = boxes[k + 1 :][boxes[k + 1 :, 0] < x1 - 0.01]
        assert not ((near[:, 1] < y1 - 0.01) & (near[:, 3] > y0 + 0.01)).any(), (x0, y0)


def bodies_of(layer, css):
    return {
        (p.data.get("row"), p.data.get("unit")): next(
            s for s in p.parts if getattr(s, "r", 0) == 1.5
        )
        for p in layer.parts
        if p.css.split(" ")[0] == css
    }


@pytest.mark.parametrize("n, u", [(4, 8), (3, 2), (8, 6)])
def test_signals_go_from_their_sockets_along_their_plates_to_their_weights(n, u):
    network = Network("m", (dense("d", n, u),))
    (layer,) = [p for p in draw(network).scene.parts if getattr(p, "css", "") == "layer"]
    greens, plates = bodies_of(layer, "weight"), bodies_of(layer, "axon")
    for signal in (p for p in layer.parts if p.css == "signal"):
        i = signal.data["row"]
        (rod,) = [s for s in signal.parts if getattr(s, "css", "") == "rod"]
        (x, foot), (_, y) = rod.strokes[0]
        socket = next(s for s in signal.parts if getattr(s, "css", "") == "hole")
        assert socket.x < x < socket.x + socket.w and foot > y
        plate = plates[i, None]
        assert y == pytest.approx(plate.y + plate.h / 2)
        ends = {(round(a, 3), round(b, 3)) for (_, _), (a, b) in rod.strokes[1:]}
        assert ends == {
            (
                round(greens[i, j].x + greens[i, j].w / 2, 3),
                round(greens[i, j].y + greens[i, j].h, 3),
            )
            for j in range(u)
        }
        for (a, b), _ in rod.strokes[1:]:
            assert b == pytest.approx(y) and plate.x < a < plate.x + plate.w


@pytest.mark.parametrize("n, u", [(16, 16), (13, 9), (8, 30)])
def test_in_columns_each_weight_is_on_its_rail_beside_its_multiplication(n, u):
    network = Network("m", (dense("d", n, u),))
    (layer,) = [p for p in draw(network).scene.parts if getattr(p, "css", "") == "layer"]
    greens, yellows, sums = (bodies_of(layer, css) for css in ("weight", "multiply", "sum"))
    rails = {
        p.data["row"]: next(s for s in p.parts if getattr(s, "css", "") == "axon")
        for p in layer.parts
        if p.css == "signal"
    }
    assert len(rails) == n and len(greens) == n * u
    for (i, j), green in greens.items():
        assert green.y + green.h == pytest.approx(rails[i].y)
        assert rails[i].x < green.x and green.x + green.w <= rails[i].x + rails[i].w
        yellow, red = yellows[i, j], sums[None, j]
        assert yellow.x == pytest.approx(green.x + green.w)
        assert red.x == pytest.approx(green.x) and red.y + red.h <= green.y + 0.01
        spine = next(
            s
            for p in layer.parts
            if p.css == "sum" and p.data["unit"] == j
            for s in p.parts
            if getattr(s, "css", "") == "spine"
        )
        assert spine.x == pytest.approx(yellow.x + yellow.w) and spine.y + spine.h >= yellow.y


@SLOW
@given(graphs(), st.sampled_from(["auto", "lines", "bricks"]), languages)
def test_texts_of_graphs_do_not_overlap(network, level, labels):
    check_texts(draw(network, level, labels=labels).scene)


@SLOW
@given(st.integers(1, 12), st.integers(1, 8), languages, st.sampled_from(["relu", "softmax"]))
def test_texts_of_compositions_do_not_overlap(n, u, labels, activation):
    network = Network("one", (dense("one", n, u, (), activation),))
    for picture in (
        levels(network, labels=labels),
        overlaid(network, labels=labels),
        neuron(n, weights=list(range(-3, n - 3)), anatomy=True, labels=labels),
        neuron([f"a name of some length {k}" for k in range(n)], labels=labels),
        misfit(network, Network("b", (dense("b", u + n, 2),)), labels=labels),
        misfit(
            Network("b", (dense("b", 2, u + n),)), Network("c", (dense("c", u, 2),)), labels=labels
        ),
    ):
        check_texts(picture.scene)


@pytest.mark.parametrize("labels", ["en", "ko"])
@pytest.mark.parametrize("level", ["bricks", "lines", "synapses"])
def test_texts_of_models_drawn_twice_do_not_overlap(lesson, level, labels):
    for make in (beside_boxes, assembly):
        check_texts(make(lesson, level, labels=labels).scene)


def test_assembled_equals_apart_without_the_gaps(lesson):
    layers = [p for p in assembly(lesson, "lines").scene.parts if getattr(p, "css", "") == "layer"]
    by_panel = [
        sorted((p for p in layers if p.data["index"] == k), key=lambda p: p.bounds()[0])
        for k in range(3)
    ]
    for panel in (0, 1):
        bounds = [pair[panel].bounds() for pair in by_panel]
        gaps = [low[1] - high[3] for low, high in pairwise(bounds)]
        studs = 0.2125 * 26  # studs are inside the sockets above
        assert gaps == pytest.approx([1.5 * 26 - studs if panel == 0 else -studs] * 2, abs=0.1)
    assert len({round(around([p])[2] - around([p])[0]) for p in by_panel[0]}) == 1


def test_pictures_of_chains_refuse_graphs():
    network = Network(
        "g", (Brick("data", "InputLayer", 2, 2), dense("a", 2, 3, (0,)), dense("b", 2, 3, (0,)))
    )
    with pytest.raises(ArgumentError, match=r"assembly: model: got 'g'.*draw\(model\)"):
        assembly(network)


@SLOW
@given(chains(12))
def test_every_weight_is_drawn_once(network):
    for level in ("synapses", "lines"):
        root = parsed(draw(network, level))
        drawn = [(e.get("data-row"), e.get("data-unit")) for e in of_class(root, "weight")]
        expected = [
            (str(i), str(j))
            for b in network.bricks
            if b.dense
            for i in range(b.inputs)
            for j in range(b.outputs)
        ]
        assert sorted(drawn) == sorted(expected)
    assert len(of_class(parsed(draw(network, "synapses")), "multiply")) == network.synapses


@SLOW
@given(chains(12))
def test_captions_have_the_counts_at_every_level(network):
    for level in ("synapses", "lines", "bricks", "auto"):
        text = draw(network, level).svg()
        for brick in network.bricks:
            if brick.dense:
                assert f"{brick.inputs} &#215; {brick.outputs} = {brick.synapses}" in text


def test_the_pieces_of_a_layer():
    root = parsed(draw(Network("d", (dense("d", 4, 3, (), "softmax"),)), bias=True))
    counts = {
        css: len(of_class(root, css))
        for css in ("layer", "signal", "weight", "multiply", "sum", "bias", "activation")
    }
    assert counts == {
        "layer": 1,
        "signal": 4,
        "weight": 12,
        "multiply": 12,
        "sum": 3,
        "bias": 3,
        "activation": 1,
    }  # softmax is one brick across all neurons
    green = of_class(root, "weight")[0]
    assert green.get("data-layer") == "d"
    kernel = np.random.default_rng(1).normal(size=(4, 3))
    for green in of_class(root, "weight"):
        i, j = int(green.get("data-row")), int(green.get("data-unit"))
        assert float(green.get("data-value")) == pytest.approx(kernel[i, j], rel=1e-3)
        assert ("neg" in green.get("class")) == (kernel[i, j] < 0)
    assert not of_class(parsed(draw(Dense(3, input_dim=4))), "bias")


def test_weights_can_be_omitted():
    network = Network("d", (dense("d", 4, 3),))
    for level in ("synapses", "lines"):
        root = parsed(draw(network, level, weights=False))
        assert all(not e.get("data-value") for e in of_class(root, "weight"))


def test_levels_are_chosen_by_the_number_of_synapses():
    def chosen(*sizes):
        bricks = [
            Brick(str(k), "Dense", n, u, True, sources=(k - 1,) if k else ())
            for k, (n, u) in enumerate(pairwise(sizes))
        ]
        return choose(Network("m", tuple(bricks)), "auto")

    assert chosen(16, 16, 16) == ["synapses"] * 2
    assert chosen(16, 16, 16, 1) == ["lines"] * 3  # 528 in total
    assert chosen(64, 4) == ["synapses"] and chosen(65, 1) == ["lines"]  # wider than a page
    assert chosen(8, 32) == ["synapses"] and chosen(7, 33) == ["lines"]
    assert chosen(257, 1) == chosen(64, 64) == ["bricks"]  # too many for lines
    assert chosen(784, 64, 10) == ["bricks", "bricks"]


def test_too_many_synapses_in_a_layer_are_refused():
    network = Network("m", (Brick("wide", "Dense", 64, 65, True),))
    for level in ("synapses", "lines"):
        with pytest.raises(ArgumentError, match=r"4,160 synapses.*level='bricks'"):
            draw(network, level)
    assert draw(network, "bricks")


@pytest.mark.parametrize(
    "options, words",
    [
        ({"level": "all"}, "level: got 'all'"),
        ({"view": "top"}, "view: got 'top'"),
        ({"labels": "fr"}, "labels: got 'fr'"),
        ({"theme": "pink"}, "theme: got 'pink'"),
        ({"size": -1}, "size: got -1"),
        ({"level": "lines", "view": "isometric"}, "'isometric'"),
    ],
)
def test_unknown_options_are_named(options, words):
    with pytest.raises(ArgumentError, match=words):
        draw(Dense(1, input_dim=3), **options)


def test_models_that_do_not_fit_a_picture_are_named():
    with pytest.raises(ArgumentError, match="expected one"):
        neuron(Dense(2, input_dim=3))
    with pytest.raises(ArgumentError, match="which fit"):
        misfit(Dense(3, input_dim=3), Dense(2, input_dim=3))
    with pytest.raises(ArgumentError, match="3 numbers"):
        neuron(3, weights=[1, 2])
    with pytest.raises(ArgumentError, match="at most 256"):
        levels(Dense(20, input_dim=20))
    with pytest.raises(ArgumentError, match="no layers"):
        draw(Network("empty"))


def test_long_rows_have_the_number_of_hidden_units():
    assert span(16) == 16 and span(32) == 22
    units = row(784, 0.0, 10.0)
    assert units.shown == [0, 1, 2, 3, 4, 5, 782, 783] and units.hidden == 776
    assert units.right - units.left == pytest.approx(span(784) * 10)
    assert list(units.xs) == sorted(units.xs)
    network = Network("m", (Brick("d", "Dense", 784, 64, True),))
    root = parsed(draw(network, "bricks"))
    assert [e.get("data-count") for e in of_class(root, "more")] == ["56", "776"]


@pytest.mark.parametrize(
    "brick",
    [
        Brick("d", "Dense", 8, 100, True, activation="softmax"),
        Brick("d", "BatchNormalization", 100, 100),
        Brick("d", "Dropout", 17, 17, note="0.5"),
        Brick(
            "d", "Activation", 100, 100, activation="an_activation_with_quite_a_long_name_indeed"
        ),
    ],
)
def test_every_kind_of_long_row_has_the_mark(brick):
    root = parsed(draw(Network("m", (brick,)), "bricks"))
    hidden = str(brick.outputs - 8)
    marks = [e for e in of_class(root, "more") if e.get("data-count") == hidden]
    assert marks and any(f"\u2026 × {hidden}" in t for e in marks for t in e.itertext())


def test_sockets_are_above_their_studs():
    network = Network("m", (dense("a", 4, 8), dense("b", 8, 6, (0,)), dense("c", 6, 1, (1,))))
    from brickwork.pictures.pieces import Style
    from brickwork.pictures.scene.tower import tower
    from brickwork.pictures.words import Words

    for level in ("synapses", "lines", "bricks"):
        for apart in (False, True):
            stack = tower(network, [level] * 3, Style(Words("en")), apart)
            for lower, upper in pairwise(stack.layers):
                assert lower.studs.xs == upper.sockets.xs
                assert (lower.top - upper.base) == pytest.approx(1.5 * 26 if apart else 0)


def test_all_three_levels_have_the_same_size():
    for n, u in ((3, 1), (4, 3), (6, 4)):
        scene = levels(Network("d", (dense("d", n, u),))).scene
        layers = [p for p in scene.parts if getattr(p, "css", "") == "layer"]
        boxes = np.array([around([p]) for p in layers])
        assert len(layers) == 3
        sizes = np.stack([boxes[:, 2] - boxes[:, 0], boxes[:, 1], boxes[:, 3]])
        assert np.allclose(sizes, sizes[:, :1])


def test_overlaid_weights_stay_visible():
    """At least 60 % of each face and its whole sign are visible, measured on a grid."""
    for n, u in ((3, 2), (3, 4), (5, 8), (2, 12)):
        network = Network("d", (dense("d", n, u),))
        scene = overlaid(network).scene
        group = [p for p in scene.parts if getattr(p, "css", "") == "layer"][1]
        painted = [(p, p.parts) for p in group.parts]
        for k, (piece, parts) in enumerate(painted):
            if not piece.css.startswith("weight"):
                continue
            body = next(s for s in parts if getattr(s, "r", 0) == 1.5)
            over = [
                s.bounds()
                for _, later in painted[k + 1 :]
                for s in later
                if getattr(s, "r", 0) == 1.5
            ]
            xs = body.x + body.w * (np.arange(20) + 0.5) / 20
            ys = body.y + body.h * (np.arange(20) + 0.5) / 20
            visible = [
                not any(a < x < c and b < y < d for a, b, c, d in over) for x in xs for y in ys
            ]
            assert np.mean(visible) >= 0.6
            sign = next(s for s in parts if getattr(s, "css", "") == "sign").bounds()
            assert not any(
                a < sign[2] and sign[0] < c and b < sign[3] and sign[1] < d for a, b, c, d in over
            )


def test_a_misfit_shows_the_unmatched_stud():
    scene = misfit(Dense(4, input_dim=2), Dense(2, input_dim=3)).scene
    rings = [p for p in scene.parts if isinstance(p, Ellipse) and p.css == "fault"]
    assert len(rings) == 1
    assert any(getattr(p, "turn", None) for p in scene.parts)
    assert "1 output has no socket" in scene.description
    few = misfit(Dense(3, input_dim=2), Dense(2, input_dim=5)).scene
    assert len([p for p in few.parts if isinstance(p, Ellipse)]) == 2


def test_a_graph_is_connected_as_in_its_sources():
    network = Network(
        "g",
        (
            Brick("data", "InputLayer", 2, 2),
            dense("a", 2, 3, (0,)),
            dense("b", 2, 5, (0,)),
            Brick("join", "Concatenate", 8, 8, sources=(1, 2)),
            dense("c", 8, 1, (3,)),
        ),
    )
    root = parsed(draw(network))
    assert len(of_class(root, "ribbon")) == 5
    assert len(of_class(root, "layer")) == 5
    with pytest.raises(ArgumentError, match="branch"):
        draw(network, view="isometric")


@SLOW
@given(graphs())
def test_ribbons_run_through_no_brick(network):
    assume(not network.chain)
    scene = draw(network, "bricks").scene
    bricks = [around([p]) for p in scene.parts if getattr(p, "css", "") == "layer"]
    for a, first in enumerate(bricks):
        for second in bricks[a + 1 :]:
            assert (
                first[2] <= second[0]
                or second[2] <= first[0]
                or first[3] <= second[1]
                or second[3] <= first[1]
            )
    for ribbon in (p for p in scene.parts if getattr(p, "css", "") == "ribbon"):
        points = ribbon.strokes[0]
        for k in range(0, len(points) - 3, 3):
            for t in np.linspace(0, 1, 9):
                x, y = sum(
                    np.array(q) * w
                    for q, w in zip(
                        points[k : k + 4],
                        ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3),
                        strict=True,
                    )
                )
                assert not any(a + 1 < x < c - 1 and b + 8 < y < d - 1 for a, b, c, d in bricks)


def test_signals_go_up_side_by_side():
    """Rods of different signals are apart where they are at the same height."""
    network = Network("m", (dense("a", 4, 8), dense("b", 8, 6, (0,)), dense("c", 6, 1, (1,))))
    scene = draw(network).scene
    for layer in (p for p in scene.parts if getattr(p, "css", "") == "layer"):
        rods = [
            (k, x0, sorted((y0, y1)))
            for k, piece in enumerate(p for p in layer.parts if p.css == "signal")
            for line in piece.parts
            if getattr(line, "css", "") == "rod"
            for (x0, y0), (_, y1) in line.strokes
        ]
        for (a, x, p), (b, z, q) in combinations(rods, 2):
            assert a == b or abs(x - z) > 3 or p[1] <= q[0] or q[1] <= p[0], (a, b, x)


@pytest.mark.parametrize("sizes", [(4, 8, 6, 1), (2, 4, 4, 9, 2), (5, 3)])
def test_isometric_leaders_cross_no_brick(sizes):
    network = Network(
        "m",
        tuple(
            dense(f"d{k}", n, u, (k - 1,) if k else ()) for k, (n, u) in enumerate(pairwise(sizes))
        ),
    )
    scene = draw(network, view="isometric").scene
    leaders = [p for p in scene.parts if getattr(p, "css", "") == "leader"]
    assert len(leaders) == len(network.bricks)
    faces = [
        np.array(s.strokes[0])
        for layer in scene.parts
        if getattr(layer, "css", "") == "layer"
        for s in layer.walk()
        if isinstance(s, Line) and s.closed
    ]
    spans = [(face, *face[:, 1][[face[:, 1].argmin(), face[:, 1].argmax()]]) for face in faces]
    for leader in leaders:
        start, bend = map(np.array, leader.strokes[0][:2])
        for t in np.linspace(0, 1, 60):
            x, y = start + t * (bend - start)
            for face in (f for f, low, high in spans if low < y < high):
                dx, dy = (np.roll(face, -1, 0) - face).T
                side = dx * (y - face[:, 1]) - dy * (x - face[:, 0])
                assert not (np.all(side > 0) or np.all(side < 0)), (x, y)


def test_isometric_weights_have_signs():
    root = parsed(draw(Network("d", (dense("d", 4, 3),)), view="isometric"))
    greens = of_class(root, "weight")
    assert len(greens) == 12
    assert all(any(e.get("class") == "sign" for e in green) for green in greens)


def test_long_isometric_bricks_have_a_break_and_the_number_of_hidden_studs():
    network = Network("m", (dense("a", 784, 512), dense("b", 512, 40, (0,))))
    root = parsed(draw(network, view="isometric"))
    assert [e.get("data-count") for e in of_class(root, "more")] == ["32"]  # on the top layer
    text = "".join(root.itertext())
    assert "784 → 512" in text and "512 → 40" in text and "… × 32" in text
    broken = {e.get("data-layer") for e in root.iter() if any(f.get("class") == "break" for f in e)}
    assert broken == {"a", "b"}
    few = parsed(draw(Network("m", (dense("a", 16, 3),)), "bricks", view="isometric"))
    assert not of_class(few, "break") and not of_class(few, "more")


@pytest.mark.parametrize("activation", ["relu", "softmax"])
def test_isometric_biases_are_grey_and_raise_what_is_above(activation):
    network = Network("d", (dense("d", 4, 3, (), activation), dense("e", 3, 2, (0,))))
    root = parsed(draw(network, view="isometric", bias=True))
    assert len(of_class(root, "bias")) == 5 and len(of_class(root, "weight")) == 18
    assert all(e.get("data-value") == "0.0" for e in of_class(root, "bias"))
    tall = [draw(network, view="isometric", bias=b).scene.bounds() for b in (False, True)]
    assert tall[1][3] - tall[1][1] - (tall[0][3] - tall[0][1]) == pytest.approx(2 * 0.4 * 26)
    assert not of_class(parsed(draw(network, view="isometric")), "bias")


def test_too_many_synapses_in_a_picture_are_refused():
    network = Network(
        "m", tuple(dense(f"d{k}", 40, 40, (k - 1,) if k else (), weights=False) for k in range(3))
    )
    with pytest.raises(ArgumentError, match=r"4,800 synapses.*level='lines'"):
        draw(network, "synapses")
    assert draw(network, "lines")


@pytest.mark.parametrize("size", [None, 380])
def test_inputs_have_the_names_of_the_columns(size):
    """Names are on the input bricks and, with columns, also on the rails."""
    names = ("glucose", "bmi", "a name that is longer than any brick", "age")
    network = Network("m", (dense("d", 4, 8), dense("e", 8, 6, (0,))), names)
    scene = draw(network, size=size).scene
    check_texts(scene)
    texts = [text.text for text in scene.walk() if isinstance(text, Text)]
    repeats = 2 if size else 1
    assert [texts.count(t) for t in ("glucose", "bmi", "age", "x2", "x0")] == [repeats] * 4 + [0]


def test_the_plates_on_a_wide_layer_leave_room_for_their_captions():
    network = Network(
        "m",
        (
            dense("first", 4, 6, (), "linear"),
            Brick("batch_normalization", "BatchNormalization", 6, 6, sources=(0,)),
            Brick("dropout", "Dropout", 6, 6, sources=(1,)),
            dense("second", 6, 3, (2,), "softmax"),
        ),
    )
    assert draw(network).scene.width <= 830


def test_the_legend_has_what_is_drawn():
    network = Network("m", (replace(dense("first", 784, 512), biased=True),))
    assert "bias" not in [text for text, _, _ in text_boxes(draw(network, bias=True).scene)]
    texts = [text for text, _, _ in text_boxes(draw(network, view="isometric").scene)]
    assert {"weight (synapse)", "activation", "signal"} <= set(texts)  # also in the isometric view


@pytest.mark.parametrize("size", [400, 600, 700, 830])
def test_all_inputs_are_named_in_the_same_way(size):
    network = Network(
        "m",
        (
            dense("a", 16, 8),
            dense("b", 8, 4, (0,)),
            dense("c", 4, 8, (1,)),
            dense("d", 8, 16, (2,)),
        ),
    )
    lowest = of_class(parsed(draw(network, size=size)), "layer")[-1]
    feet = [
        next((p.text for p in signal if p.tag.endswith("text")), "")
        for signal in of_class(lowest, "signal")
    ]
    assert not ("x9" in feet[9] and feet[10] == "10"), feet


@pytest.mark.parametrize("units", [8, 160, 5000])
def test_a_long_plate_does_not_make_the_isometric_view_too_wide(units):
    network = Network(
        "m",
        (
            Brick("table", "Embedding", 20, units),
            Brick("mean", "GlobalAveragePooling1D", units, 8, sources=(0,)),
            dense("d", 8, 16, (1,)),
        ),
    )
    scene = draw(network, view="isometric").scene
    check_texts(scene)
    assert scene.width <= 1100  # the width of a row grows logarithmically


def test_levels_of_a_wide_layer_are_below_each_other():
    scene = levels(Dense(6, input_dim=8, activation="relu")).scene
    assert scene.width <= 830
    check_texts(scene)
    names = [text for text, _, _ in text_boxes(scene)]
    assert names.count("x0") == names.count("x7") == 3  # at every level
    heading = [
        text
        for text, _, _ in text_boxes(
            levels(Dense(1, input_dim=3, activation="sigmoid"), size=380).scene
        )
    ]
    assert "sigmoid: 0 to 1" in heading  # on its own line, not truncated


def test_boxes_on_a_phone_are_legible():
    model = Sequential([Input((4,)), Dense(8), Dense(6), Dense(1)])
    assert beside_boxes(model, size=380).scene.width <= 400
    assert "Input shape" in beside_boxes(model).svg()


@pytest.mark.parametrize("inputs", [1, 3, 8, 12, 16])
def test_a_neuron_of_many_inputs_fits_the_page(inputs):
    scene = neuron(inputs).scene
    check_texts(scene)
    assert scene.width <= 830


@pytest.mark.parametrize("size", [1, 50, 100, 200])
def test_pages_narrower_than_their_texts_can_be_drawn(size):
    """There the width does not depend on the pitch."""
    one = Network("m", (dense("d", 1, 1),))
    for picture in (
        misfit(Dense(4, input_dim=2), Dense(2, input_dim=3), size=size),
        levels(one, size=size),
        overlaid(Dense(2, input_dim=3), size=size),
        draw(one, view="isometric", size=size),
        draw(one, size=size),
        neuron(3, size=size),
    ):
        check_texts(picture.scene)
        assert parsed(picture).get("width") == str(size)
