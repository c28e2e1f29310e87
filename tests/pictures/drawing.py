"""Random networks, and checks of drawn pictures."""

import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import numpy as np
from hypothesis import strategies as st

from brickwork.pictures.network import Brick, Network
from brickwork.pictures.shapes import Piece, Text, around_points, turned

SVG = "{http://www.w3.org/2000/svg}"
ACTIVATIONS = ["linear", "relu", "sigmoid", "softmax", "tanh", "my_own_function_with_a_name"]
PLATES = ["Dropout", "Flatten", "Activation", "BatchNormalization", "ActivityRegularization"]
names = st.text(max_size=60) | st.sampled_from(
    ["dense", "층", '"/><script>alert(1)</script>', "]]>", "a&b", "\x00\ud800", "W" * 200]
)


def dense(name, inputs, outputs, sources=(), activation="relu", weights=True):
    kernel = np.random.default_rng(len(name)).normal(size=(inputs, outputs)) if weights else None
    return Brick(
        name, "Dense", inputs, outputs, True, kernel, np.zeros(outputs), True, activation, sources
    )


@st.composite
def chains(draw, most=40):
    """Chains of Dense layers and plates; a Flatten may change the last axis."""
    sizes = draw(st.lists(st.integers(1, most), min_size=2, max_size=5))
    bricks = []
    for n, u in pairwise(sizes):
        if draw(st.booleans()):
            kind = draw(st.sampled_from(PLATES))
            bricks.append(
                Brick(
                    draw(names),
                    kind,
                    n,
                    n,
                    note=draw(st.sampled_from(["", "0.5"])),
                    activation="tanh" if kind == "Activation" else "linear",
                    sources=_last(bricks),
                )
            )
        bricks.append(
            dense(
                draw(names),
                n,
                u,
                _last(bricks),
                draw(st.sampled_from(ACTIVATIONS)),
                draw(st.booleans()),
            )
        )
    return Network(draw(names), tuple(bricks))


def _last(bricks):
    return (len(bricks) - 1,) if bricks else ()


@st.composite
def graphs(draw, most=12):
    """Graphs in which the sources of a layer are any earlier layers."""
    bricks = [Brick("data", "InputLayer", *[draw(st.integers(1, most))] * 2)]
    for i in range(1, draw(st.integers(2, 8))):
        sources = tuple(sorted(draw(st.sets(st.integers(0, i - 1), min_size=1, max_size=3))))
        n = sum(bricks[s].outputs for s in sources)
        if len(sources) > 1:
            bricks.append(Brick(draw(names), "Concatenate", n, n, sources=sources))
        else:
            bricks.append(
                dense(
                    draw(names),
                    n,
                    draw(st.integers(1, most)),
                    sources,
                    draw(st.sampled_from(ACTIVATIONS)),
                )
            )
    return Network(draw(names), tuple(bricks))


def parsed(picture):
    return ET.fromstring(picture.svg())


def of_class(root, css):
    """Return the elements with the class `css`."""
    return [e for e in root.iter() if css in e.get("class", "").split()]


def text_boxes(scene):
    """Return each text, its font size, and the corners of its rectangle."""
    found = []

    def walk(parts, turns):
        for part in parts:
            if isinstance(part, Piece):
                walk(part.parts, [part.turn, *turns] if part.turn else turns)
            elif isinstance(part, Text):
                left, top, right, bottom = part.bounds()
                points = [(left, top), (right, top), (right, bottom), (left, bottom)]
                for turn in turns:
                    points = [turned(p, turn) for p in points]
                found.append((part.text, part.size, points))

    walk(scene.parts, [])
    return found


def overlap(one, other):
    """Return whether two convex shapes, given by their corners, overlap.

    They do if no side of either separates them.
    """
    for points in (one, other):
        for (x0, y0), (x1, y1) in pairwise([*points, points[0]]):
            dx, dy = y1 - y0, x0 - x1
            a, b = ([x * dx + y * dy for x, y in shape] for shape in (one, other))
            if max(a) <= min(b) or max(b) <= min(a):
                return False
    return True


def check_texts(scene):
    """Check that every text is large enough, on the canvas, and overlaps no other."""
    left, top, right, bottom = scene.bounds()
    boxes = text_boxes(scene)
    for text, size, points in boxes:
        x0, y0, x1, y1 = around_points(points)
        assert size >= 11, text
        assert left <= x0 and x1 <= right and top <= y0 and y1 <= bottom, text
    for (a, _, p), (b, _, q) in combinations(boxes, 2):
        assert not overlap(p, q), (a, b, p, q)
